"""Every figure with what it was computed from: each can be computed again, and the checksum moves with each of them."""

import csv
import datetime as dt
import json
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxlib as dx
from dxlib.figures import checksum, figures, records
from dxlib.messages import catalogue
from dxlib.numbers import exact
from tests.test_reviews import reviewed


@pytest.fixture(scope="module")
def first_quarter() -> dx.Review:
    return reviewed("2024-Q1")


@pytest.fixture(params=["2022-Q1", "2024-Q1", "2024-Q3"])
def some_review(request) -> dx.Review:
    return reviewed(request.param)


@pytest.fixture(scope="module")
def frame(first_quarter) -> pd.DataFrame:
    return first_quarter.figures()


def edit(folder, table: str, column: str, to: str, **where: str) -> dx.Dataset:
    """Change a cell in every row of a table that matches, and load the package again."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    hits = [row for row in rows if all(row[name] == cell for name, cell in where.items())]
    assert hits and any(row[column] != to for row in hits), f"nothing to change in {table}"
    for row in hits:
        row[column] = to
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return dx.load(folder)


def test_each_figure_is_named_once(some_review):
    frame = some_review.figures()
    assert frame["figure"].is_unique
    assert frame.columns.tolist() == ["figure", "value", "unit", "reason", "formula", "inputs", "source"]


def test_each_percent_is_recomputed_from_its_formula_and_inputs(some_review):
    found = some_review.figures()
    rows = found[found["figure"].str.fullmatch(r"progress/.+/percent") & found["value"].notna()]
    assert len(rows) > 15
    for row in rows.itertuples():
        given_ = {name: None if x is None or x != x else exact(x) for name, x in row.inputs.items()}
        value, target, upper, baseline = (given_[name] for name in ("value", "target", "upper", "baseline"))
        if row.formula == "100 value / target":
            again = 100 * value / target
        elif row.formula == "100 target / value":
            again = 100 * target / value
        elif row.formula == "100 (baseline - value) / (baseline - target)":
            again = 100 * (baseline - value) / (baseline - target)
        else:
            assert row.formula == "100 inside, else towards the nearer edge", row.figure
            slack = given_.get("tolerance") or 0
            low, high = target - slack, (target if upper is None else upper) + slack
            again = 100 * value / low if value < low else 100 * high / value if value > high else Fraction(100)
        assert row.value == pytest.approx(float(again), rel=1e-12), row.figure


def test_a_figure_without_a_value_says_why(some_review):
    found = some_review.figures()
    progress = found["figure"].str.fullmatch(r"progress/.+/(value|percent)")
    kind = some_review.progress.set_index("indicator")["kind"]
    named = found["figure"].str.split("/").str[1]
    worded = named.map(kind).eq("qualitative") & found["figure"].str.endswith("/value")
    silent = found[progress & found["value"].isna() & ~worded & (found["reason"] == "")]
    assert silent["figure"].tolist() == []


def test_each_value_names_the_cell_it_came_from(some_review):
    found = some_review.figures()
    rows = found[found["figure"].str.fullmatch(r"progress/.+/value") & found["value"].notna()]
    assert rows["source"].str.contains("Báo cáo số").all() and rows["source"].str.contains("Biểu 01, ô").all()


def test_each_derived_rate_is_its_numerator_over_its_denominator(some_review):
    found = some_review.figures()
    rows = found[found["inputs"].map(lambda inputs: "numerator" in inputs)]
    assert len(rows) >= 5
    for row in rows.itertuples():
        scale = 100 if row.unit == "percent" else 1
        assert row.value == pytest.approx(scale * row.inputs["numerator"] / row.inputs["denominator"], rel=1e-14)


def test_each_change_is_its_value_less_the_earlier_one(frame):
    rows = frame[frame["figure"].str.endswith("/change") & frame["value"].notna()]
    assert len(rows) > 30
    for row in rows.itertuples():
        assert row.value == pytest.approx(row.inputs["value"] - row.inputs["from_value"], abs=1e-9)


def test_counts_among_the_figures_sum_to_the_targets(some_review):
    found = some_review.figures().set_index("figure")["value"]
    total = found["targets"]
    for group in ("bands", "pace"):
        assert found[found.index.str.fullmatch(f"{group}/[^/]+")].sum() == total
    for group in ("pillars", "owners"):
        assert found[found.index.str.match(f"{group}/.+/total")].sum() == total


def test_the_figures_are_json_without_nan(some_review):
    text = json.dumps(records(some_review.figures()), allow_nan=False, ensure_ascii=False)
    again = json.loads(text)
    assert len(again) == len(some_review.figures())
    assert all(set(row) == {"figure", "value", "unit", "reason", "formula", "inputs", "source"} for row in again)
    assert any(row["value"] is None for row in again) and any(isinstance(row["value"], float) for row in again)


def test_the_checksum_is_eight_characters_and_the_same_each_time(first_quarter, frame):
    assert len(checksum(frame)) == 8 and int(checksum(frame), 16) >= 0
    assert checksum(frame) == checksum(figures(first_quarter)) == first_quarter.checksum
    assert checksum(frame) == checksum(frame.set_axis(range(7, 7 + len(frame))))


@settings(max_examples=30)
@given(data=st.data())
def test_the_checksum_moves_with_any_figure(frame, data):
    place = data.draw(st.integers(0, len(frame) - 1))
    column = data.draw(st.sampled_from(["figure", "value", "reason", "formula", "source"]))
    other = frame.copy()
    old = other.at[place, column]
    other[column] = other[column].astype(object)
    other.at[place, column] = old + 1e-9 if isinstance(old, float) and old == old else f"{old}."
    assert checksum(other) != checksum(frame)


# What is printed on the page and the checksum move together (with the reason, the change made).
SHOWN = {  # those in LONG only in the long form
    "a value": ("observations", "value", "36", {"indicator": "xa-thong-minh", "area": "99", "period": "2024-Q1"}),
    "a plan": ("targets", "value", "91", {"indicator": "ho-so-mang", "year": "2024"}),
    "a plan to date": ("targets", "plan_q1", "64", {"indicator": "vneid", "year": "2024"}),
    "last year's value": (
        "observations", "value", "71", {"indicator": "smartphone", "area": "99", "period": "2023-Q1"},
    ),
    "a commune's value": (
        "observations", "value", "71", {"indicator": "smartphone", "area": "99003", "period": "2024-Q1"},
    ),
    "a task's state": ("task_reports", "state", "not_started", {"task": "nv-13", "recorded_at": "2024-03-27"}),
    "days late of a report": ("submissions", "received_on", "2024-03-26", {"period": "2024-Q1", "owner": "so-ct"}),
    "days overdue of a task": ("tasks", "deadline", "14/12/2023", {"task": "nv-30"}),
    "an owner's full-year estimate": (
        "explanations", "full_year_estimate", "81", {"indicator": "so-hoa", "period": "2024-Q1"},
    ),
    "a percent of an earlier quarter": (
        "observations", "value", "66", {"indicator": "smartphone", "area": "99", "period": "2023-Q2"},
    ),
    "what a revised figure was": (
        "observations", "value", "75.4", {"indicator": "tai-khoan", "area": "99", "period": "2023-Q4", "status": "E"},
    ),
}  # fmt: skip


LONG = (
    "what a revised figure was",
    "days overdue of a task",
    "a plan",
    "a plan to date",
    "last year's value",
    "a commune's value",
    "a task's state",
    "days late of a report",
)


@pytest.mark.parametrize("change", SHOWN)
def test_the_checksum_moves_when_a_number_on_the_page_does(package, first_quarter, full, change):
    if change in LONG and not full:
        pytest.skip("long form")
    table, column, to, where = SHOWN[change]
    assert dx.review(edit(package, table, column, to, **where), "2024-Q1").checksum != first_quarter.checksum


@pytest.mark.parametrize(
    ("table", "column", "to", "where"),
    [
        ("observations", "note", "đã xem lại", {"indicator": "smartphone", "period": "2024-Q1"}),
        ("owners", "short_vi", "Sở A", {"owner": "so-yt"}),
    ],
)
def test_the_checksum_stays_when_no_figure_moves(package, first_quarter, table, column, to, where):
    assert dx.review(edit(package, table, column, to, **where), "2024-Q1").checksum == first_quarter.checksum


def test_the_checksum_is_of_the_figures_and_not_of_the_day(demo, first_quarter):
    later = dx.review(demo, "2024-Q1", as_of=first_quarter.as_of + dt.timedelta(days=1))
    gone = later.figures()
    same = first_quarter.figures()
    late = gone["figure"].str.contains("days")
    assert checksum(gone[~late]) == checksum(same[~same["figure"].str.contains("days")])


def test_lao_cais_figures_are_the_published_ones(lao_cai_q1):
    found = lao_cai_q1.figures().set_index("figure")
    assert found.at["published/total", "value"] == 24 and found.at["targets", "value"] == 6
    assert found.at["progress/ho-so-moi-truong-mang/percent", "value"] == 100 * 97 / 95
    assert found.at["progress/ky-so-khoi-dang/percent", "reason"] == "no_target"
    assert found.at["published/met", "source"] == "theo LCĐT; họp BCĐ CĐS tỉnh Lào Cai 03/4/2024"


def test_every_figure_that_cannot_be_computed_says_why_by_name(demo_review, lao_cai_q1):
    for review in (demo_review, lao_cai_q1):
        frame = review.figures()
        blank = frame[frame["value"].isna()]
        assert (blank["reason"] != "").all(), blank.loc[blank["reason"] == "", "figure"].tolist()
        assert set(blank["reason"]) <= set(catalogue("vi")["reason"])
