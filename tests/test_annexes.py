"""The annexes: a row for each row of their data, in both languages; every figure with its source and its formula."""

import dataclasses
import re
from types import SimpleNamespace

import pandas as pd
import pytest

import dxlib as dx
from dxlib import annexes, messages
from dxlib.lines import Lines, Table
from dxlib.names import anchor
from dxlib.printing import Printer
from tests.test_reviews import changed_review, reviewed
from tests.test_tables import body, has_rows, holds_no_markup, hostile, html, links  # noqa: F401 (a fixture)

LANGUAGES = messages.LANGUAGES
ANNEXES = ("targets", "tasks", "areas", "submissions", "revisions", "provenance", "files")
ROWS = {
    "targets": lambda review: len(review.progress),
    "tasks": lambda review: len(review.tasks),
    "areas": lambda review: review.areas["area"].nunique(),
    "submissions": lambda review: len(review.submissions),
    "revisions": lambda review: len(review.revisions),
    "provenance": lambda review: len(review.progress),
    "files": lambda review: len(review.data.hashes),
}


@pytest.fixture
def at_meeting():
    return reviewed


def for_the_public(review: dx.Review) -> dx.Review:
    """The same review for a page that everybody may read."""
    settings = dataclasses.replace(review.data.settings, audience="public")
    return dataclasses.replace(review, data=dataclasses.replace(review.data, settings=settings))


# Hostile text


@pytest.mark.parametrize("name", ANNEXES)
def test_a_hostile_text_adds_no_markup_to_an_annex(hostile, name):  # noqa: F811
    language = LANGUAGES["{{" in hostile.data.settings.notice["vi"]]
    holds_no_markup(getattr(annexes, name)(hostile, language))


@pytest.mark.parametrize("name", ["targets", "tasks", "areas", "submissions", "provenance"])
def test_a_hostile_text_is_shown_as_it_was_written(hostile, name):  # noqa: F811
    cells = [cell for row in body(getattr(annexes, name)(hostile, "vi")).rows for cell in row]
    assert sum(hostile.data.settings.notice["vi"] in cell for cell in cells) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_heading_is_escaped_exactly_once(hostile, language):  # noqa: F811
    heads = body(annexes.areas(hostile, language)).heads
    assert len(heads) == 5
    rank = messages.label(language, "column", "rank").lower()
    names = hostile.data["indicators"][f"name_{language}"].tolist()
    for head in heads[1:]:
        assert head.removesuffix(f" ({rank})") in names


def test_a_plain_mark_in_a_name_is_escaped_exactly_once(package):
    path = package / "indicators.csv"
    text = path.read_text(encoding="utf-8")
    name = "Tỷ lệ người dân trưởng thành sử dụng điện thoại thông minh"
    assert text.count(name) == 1
    path.write_text(text.replace(name, "A < B & C > D"), encoding="utf-8")
    review = dx.review(package, "2024-Q1")
    shown = html(annexes.areas(review, "vi"))
    assert "A &lt; B &amp; C &gt; D (xếp thứ)" in shown and "&amp;lt;" not in shown and "&amp;amp;" not in shown
    assert "A < B & C > D" in [row[1] for row in body(annexes.targets(review, "vi")).rows]


# Rows


@pytest.mark.parametrize("name", ANNEXES)
def test_each_annex_has_a_row_for_each_row_of_its_data(demo_review, name):
    language = LANGUAGES[demo_review.period.quarter % 2]  # both languages, in turn, over the reviews
    has_rows(getattr(annexes, name)(demo_review, language), ROWS[name](demo_review))


@pytest.mark.parametrize("name", ANNEXES)
def test_both_languages_show_the_same_rows(at_meeting, lao_cai_q1, name):
    for review in (at_meeting("2024-Q3"), lao_cai_q1):
        vi, en = (body(getattr(annexes, name)(review, language)) for language in LANGUAGES)
        assert len(vi.rows) == len(en.rows) and len(vi.heads) == len(en.heads)
        assert [list(under) != [] for under in vi.under] == [list(under) != [] for under in en.under]


def test_lao_cais_annex_has_a_row_for_each_published_figure(lao_cai_q1):
    assert len(body(annexes.targets(lao_cai_q1, "vi")).rows) == 6


def notes_of(shown) -> list[str]:
    """The note under each row, "" where there is none."""
    page = body(shown)
    (head,) = {head for under in page.under for head in under}
    return [under.get(head, "") for under in page.under]


def test_a_number_is_printed_in_the_tables_language(at_meeting):
    vi, en = (body(annexes.targets(at_meeting("2024-Q1"), language)) for language in LANGUAGES)
    percent = vi.heads.index("% kế hoạch năm")
    for one, other in zip(vi.rows, en.rows):
        assert one[percent].replace(",", ".") == other[percent]
        assert "." not in one[percent] and "," not in other[percent]
    assert {"380 bản", "1.500 lượt người"} & {cell for row in vi.rows for cell in row} != set()


def test_flags_and_reasons_stand_in_the_note(at_meeting):
    shown = annexes.targets(at_meeting("2024-Q3"), "vi")
    notes = dict(zip((row[1] for row in body(shown).rows), notes_of(shown)))
    names = at_meeting("2024-Q3").progress.set_index("indicator")["name_vi"]
    assert notes[names["tai-nguyen"]].startswith("Báo cáo chưa có số liệu")
    assert "Giảm sút so với kỳ trước" in notes[names["vung-lom"]]
    assert "Đã đạt nhưng giảm sút so với kỳ trước" in notes[names["smartphone"]]
    assert "Ước thực hiện" in notes[names["cap-quang"]]
    assert notes[names["csdl-dat-dai"]].endswith("Cơ quan chủ trì chưa báo cáo nguyên nhân")


def test_a_dash_for_last_year_says_why_in_the_note(lao_cai_q1):
    shown = annexes.targets(lao_cai_q1, "vi")
    rows = body(shown).rows
    assert all(row[5] == "-" for row in rows)
    assert all("So với cùng kỳ năm trước: chưa có số liệu kỳ so sánh" in note for note in notes_of(shown))


def test_shared_ranks_stand_beside_their_values(at_meeting):
    review = at_meeting("2024-Q1")
    page = body(annexes.areas(review, "vi"))
    frame = review.areas.set_index(["indicator", "area_vi"])
    absent = [row for row in page.rows if row[0] == "Xã Bình An"]
    assert absent == [["Xã Bình An"] + ["- Đơn vị chưa gửi báo cáo"] * 4]
    ranked = [int(re.search(r"\((\d+)\)$", cell)[1]) for row in page.rows for cell in row[1:] if cell[0] != "-"]
    assert sorted(ranked) == sorted(frame["rank"].dropna().astype(int))


def test_a_commune_without_a_qualitative_report_is_a_dash_with_its_reason(at_meeting):
    """One commune states a band, the others say nothing."""
    review = at_meeting("2024-Q1")
    seen = review.data["observations"]
    one = seen[(seen["indicator"] == "do-thi") & (seen["period"] == "2024-Q1")].iloc[[0]].assign(area="99003")
    page = body(annexes.areas(changed_review(review, observations=pd.concat([seen, one])), "vi"))
    column = [row[-1] for row in page.rows]
    assert column.count("- Đơn vị chưa gửi báo cáo") == 11 and len(column) == 12


def test_overdue_tasks_tell_their_days(at_meeting):
    states = [row[7] for row in body(annexes.tasks(at_meeting("2024-Q1"), "vi")).rows]
    assert "Đang thực hiện quá hạn (Quá hạn 108 ngày)" in states
    assert sum("Quá hạn" in state for state in states) == 4


def test_the_same_review_gives_the_same_bytes(at_meeting):
    for name in ("targets", "areas", "provenance"):
        made = getattr(annexes, name)
        assert html(made(at_meeting("2024-Q1"), "vi")) == html(made(at_meeting("2024-Q1"), "vi"))


def test_annexes_leave_the_review_as_it_was(at_meeting):
    review = at_meeting("2024-Q2")
    parts = ("progress", "movement", "tasks", "areas", "submissions", "revisions", "explanations")
    before = {part: getattr(review, part).copy(deep=True) for part in parts}
    for name in ANNEXES:
        getattr(annexes, name)(review, "vi")
    for part, frame in before.items():
        pd.testing.assert_frame_equal(getattr(review, part), frame)


# Where a figure comes from


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_traced_figure_has_its_row_in_annex_6_and_only_one(demo_review, language):
    ids = [dict(attributes)["id"] for tag, attributes in body(annexes.provenance(demo_review, language)).tags
           if tag == "tr" and "id" in dict(attributes)]  # fmt: skip
    assert ids == [anchor(indicator) for indicator in demo_review.progress["indicator"]]
    assert len(ids) == len(set(ids))
    traced = links(body(annexes.targets(demo_review, language)))
    assert traced == [f"#{place}" for place in ids for _ in range(2)]  # its value and its percent


def test_every_value_names_its_source_its_day_and_its_status(at_meeting):
    review = at_meeting("2024-Q1")
    page = body(annexes.provenance(review, "vi"))
    at = {head: number for number, head in enumerate(page.heads)}
    source, on, status = (at[messages.label("vi", "column", code)] for code in ("source", "reported_on", "status"))
    for row, of in zip(page.rows, review.progress.itertuples(), strict=True):
        assert of.source in row[source] and (of.source_cell or "") in row[source]
        assert re.fullmatch(r"\d\d/\d\d?/\d{4}", row[on])
        assert row[status] == messages.label("vi", "status", of.status)


def test_a_formula_filled_in_gives_the_percent_that_the_page_prints(at_meeting):
    """Each line `a / b = c` of Annex 6 is computed again from its own numbers."""
    computed = 0
    for period in ("2024-Q1", "2024-Q3"):
        review = at_meeting(period)
        page = body(annexes.provenance(review, "en"))
        at = page.heads.index(messages.label("en", "column", "formula"))
        percents = [row[body(annexes.targets(review, "en")).heads.index("% of the year's plan")] for row in body(annexes.targets(review, "en")).rows]
        for row, of, percent in zip(page.rows, review.progress.itertuples(), percents, strict=True):
            lines = row[at].split("\n")
            if not pd.isna(of.percent):
                assert any(percent in line for line in lines), (of.indicator, lines, percent)
            for line in lines:
                if not (found := re.fullmatch(r"([\d.,×/() -]+) = (?:\D*)([\d.,]+)\D*", line)):
                    continue
                told = float(found[2].replace(",", ""))
                value = eval(found[1].replace(",", "").replace("×", "*"), {"__builtins__": {}})
                digits = len(found[2].partition(".")[2])
                assert value == pytest.approx(told, abs=0.5001 * 10**-digits + 1e-4 * abs(value)), line
                computed += 1
    assert computed > 40


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ({}, ["100 × 45 / 60 = 75%"]),
        ({"numerator": 9, "denominator": 20}, ["100 × 9 / 20 = 45%", "100 × 45 / 60 = 75%"]),
        ({"value": 100 / 3, "numerator": 1, "denominator": 3, "percent": 500 / 9}, ["100 × 1 / 3 = 33.3%", "100 × (100 × 1 / 3) / 60 = 55.6%"]),
        ({"operator": "at_most", "baseline": float("nan")}, ["100 × 60 / 45 = 75%"]),
        ({"operator": "at_most", "baseline": 120.0}, ["100 × (120 - 45) / (120 - 60) = 75%"]),
        ({"operator": "between", "upper": 80.0}, ["45 (60 - 80): 75%"]),
        ({"operator": "exactly"}, ["45 (60): 75%"]),
        ({"percent": float("nan")}, []),
        ({"percent_to_date": 90.0}, ["100 × 45 / 60 = 75%", "Plan to date (Q1): 50%; 90%"]),
    ],
)
def test_each_kind_of_percent_has_its_formula(demo, row, lines):
    plain = {
        "value": 45.0, "target": 60.0, "upper": float("nan"), "baseline": float("nan"), "operator": "at_least",
        "numerator": float("nan"), "denominator": float("nan"), "measure": "percent", "percent": 75.0, "decimals": 1,
        "percent_to_date": float("nan"), "plan_to_date": 50.0, "qualifier": "", "kind": "level", "stated_band": "",
    }  # fmt: skip
    given = SimpleNamespace(**{**plain, **row})
    assert annexes.computed(given, Printer(demo.settings, "en"), [100.0, 70.0, 50.0], "Q1") == lines


# What a page for the public leaves out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_for_the_public_names_no_file_and_no_cell(at_meeting, language):
    review = at_meeting("2024-Q1")
    public = for_the_public(review)
    assert annexes.files(public, language) == Lines()
    inside, outside = (annexes.provenance(which, language) for which in (review, public))
    assert isinstance(outside, Table) and len(outside.rows) == len(inside.rows)
    assert "source" in inside.heads and "source" not in outside.heads
    assert [row | {"source": ""} for row in outside.rows] == [row | {"source": ""} for row in inside.rows]
    shown = " ".join(html(getattr(annexes, name)(public, language)) for name in ANNEXES if name != "files")
    assert not re.search(r"\.(csv|xlsx)\b", shown)
