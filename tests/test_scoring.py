"""The laws of scoring, and the worked examples of docs/method.md."""

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dxlib import pacing, schema, scoring
from dxlib.numbers import exact, format_percent, tidy
from dxlib.schema import BANDS, PACE

METHOD = Path(__file__).parent.parent / "docs" / "method.md"
EDGES = [100, 70, 50]


def examples(section: str) -> list[dict[str, str]]:
    """The rows of the table under a heading of docs/method.md; "-" becomes ""."""
    lines = METHOD.read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [dict(zip(rows[0], ["" if cell == "-" else cell for cell in row])) for row in rows[2:]]


def number(cell: str) -> float:
    return float(cell) if cell else np.nan


def agrees(value: float, printed: str) -> bool:
    """Whether a value is what the table prints: "" none, "33.3…" begins so, else exactly."""
    if printed == "":
        return np.isnan(value)
    if printed.endswith("…"):
        return f"{value:.9f}".startswith(printed[:-1])
    return math.isclose(value, float(printed), rel_tol=1e-14)


SCORES = examples("Worked examples: one row a case")
PACES = examples("Worked examples: pace")


def scored(kind="stock", operator="at_least", bands=BANDS, **columns) -> pd.DataFrame:
    return scoring.score(pd.DataFrame({"kind": kind, "operator": operator, **columns}), bands)


@pytest.mark.parametrize("case", SCORES, ids=lambda case: "-".join(filter(None, case.values()))[:70])
def test_each_worked_example_of_the_method_note_holds(case):
    qualitative = case["kind"] == "qualitative"
    row = {
        name: [number("" if qualitative else case[name])]
        for name in ("value", "target", "upper", "baseline", "tolerance")
    }
    result = scored(case["kind"], case["operator"], stated_band=[case["value"] if qualitative else ""], **row).iloc[0]
    assert ("" if pd.isna(result["verdict"]) else result["verdict"]) == case["verdict"]
    assert agrees(result["percent"], case["percent"]), result["percent"]
    assert (result["band"], result["reason"]) == (case["band"], case["reason"])


@pytest.mark.parametrize("case", PACES, ids=lambda case: "-".join(filter(None, case.values()))[:70])
def test_each_worked_example_of_pace_holds(case):
    quarter = int(case["q"])
    columns = {"value": "value", "target": "target", f"plan_q{quarter}": "given", "last_year_end": "last year"}
    row = pd.DataFrame({"kind": [case["kind"]], "operator": case["operator"], "broken": False, "upper": 75.0})
    result = pacing.pace(row.assign(**{name: number(case[cell]) for name, cell in columns.items()}), quarter).iloc[0]
    for name in ("plan to date", "percent to date", "needed"):
        assert agrees(result[name.replace(" ", "_")], case[name]), (name, result[name.replace(" ", "_")])
    assert result["pace"] == case["pace"]
    assert (result["pace_reason"] != "") == (case["pace"] == "not_determined")


def test_every_pair_of_kind_and_operator_that_may_be_loaded_has_a_worked_example():
    shown = {(case["kind"], case["operator"]) for case in SCORES}
    assert shown == {(kind, operator) for kind, operators in schema.OPERATORS_OF.items() for operator in operators}


# Decimals as tables hold them: up to 15 significant digits, at any magnitude.
digits = st.integers(1, 10**15 - 1)
powers = st.integers(-20, 20)


@st.composite
def decimals(draw, minimum=1, maximum=10**15 - 1):
    return Decimal(draw(st.integers(minimum, maximum))).scaleb(draw(powers))


def band_by_rule(ratio: Fraction, bands=BANDS) -> str:
    for band in bands:
        if band.edge is None or ratio > exact(band.edge) or (band.closed and ratio == exact(band.edge)):
            return band.id


@st.composite
def on_an_edge(draw):
    """v and t, decimals of at most 15 digits, with 100 v/t on an edge, or a last digit beside it."""
    unit = draw(st.integers(1, 10**13))
    power, edge = draw(powers), draw(st.sampled_from(EDGES))
    target, value = 10 * unit, edge * unit // 10
    value += draw(st.sampled_from([-1, 0, 1]))
    return Decimal(value).scaleb(power), Decimal(target).scaleb(power)


@given(st.lists(on_an_edge(), min_size=1, max_size=30))
@example([(Decimal("0.07"), Decimal("0.1")), (Decimal("69.3"), Decimal("99")), (Decimal("1.741E-10"),) * 2])
def test_at_every_edge_and_magnitude_the_band_is_the_one_the_rule_gives(pairs):
    result = scored(value=[float(v) for v, _ in pairs], target=[float(t) for _, t in pairs])
    for (v, t), row in zip(pairs, result.itertuples()):
        ratio = 100 * Fraction(v) / Fraction(t)
        assert row.band == band_by_rule(ratio), (v, t)
        assert row.verdict == ("met" if v >= t else "not_met")


@given(st.lists(on_an_edge(), min_size=1, max_size=30), st.sampled_from(["vi", "en"]))
def test_the_printed_percent_lies_on_its_bands_side_of_every_edge(pairs, language):
    result = scored(value=[float(v) for v, _ in pairs], target=[float(t) for _, t in pairs])
    for row in result.itertuples():
        text = format_percent(row.percent, language, EDGES)
        text = (
            text.rstrip("%").replace(".", "").replace(",", ".")
            if language == "vi"
            else text.rstrip("%").replace(",", "")
        )
        assert band_by_rule(Fraction(text)) == row.band, (text, row.percent)


operators = st.sampled_from(["at_least", "at_most", "between", "exactly"])


@st.composite
def rows(draw, signed=True):
    """One row of small decimals, where edges are often hit."""
    small = st.decimals(-20 if signed else 0, 20, places=1).map(float)
    operator = draw(operators)
    target = draw(small)
    upper = float(Decimal(str(target)) + draw(st.decimals(0, 5, places=1))) if operator == "between" else np.nan
    return {
        "operator": operator,
        "value": draw(small),
        "target": target,
        "upper": upper,
        "baseline": draw(st.one_of(st.just(np.nan), small)) if operator == "at_most" else np.nan,
        "tolerance": draw(st.sampled_from([0.0, 0.1, 0.5])) if operator == "exactly" else np.nan,
    }


def frame_of(drawn: list[dict], **more) -> pd.DataFrame:
    return pd.DataFrame(drawn).assign(kind="stock", **more)


@given(st.lists(rows(), min_size=1, max_size=20))
def test_verdict_and_band_and_percent_never_contradict(drawn):
    result = scoring.score(frame_of(drawn))
    met = result["verdict"] == "met"
    assert (met == (result["band"] == "met")).all()
    known = result["percent"].notna()
    assert ((result["percent"] >= 100) == met)[known].all()
    assert ((result["reason"] == "") == known).all()


@given(st.lists(rows(), min_size=1, max_size=20))
def test_verdict_is_the_operator_on_the_exact_decimals(drawn):
    for row, verdict in zip(drawn, scoring.score(frame_of(drawn))["verdict"]):
        v, t = exact(row["value"]), exact(row["target"])
        tolerance = exact(row["tolerance"]) if row["operator"] == "exactly" else 0
        upper = exact(row["upper"]) if row["operator"] == "between" else t + tolerance
        holds = {"at_least": v >= t, "at_most": v <= t}.get(row["operator"], t - tolerance <= v <= upper)
        assert verdict == ("met" if holds else "not_met"), row


@given(st.lists(rows(), min_size=1, max_size=20), st.integers(-6, 6))
def test_scaling_value_target_and_baseline_together_changes_nothing(drawn, power):
    assume(all(row["operator"] != "exactly" for row in drawn))
    frame = frame_of(drawn)
    scaled = frame.copy()
    for name in ("value", "target", "upper", "baseline"):
        scaled[name] = [x if np.isnan(x) else float(Decimal(str(x)).scaleb(power)) for x in frame[name]]
    before, after = scoring.score(frame), scoring.score(scaled)
    for name in ("verdict", "band", "reason"):
        assert (before[name].astype("object").fillna("") == after[name].astype("object").fillna("")).all()
    np.testing.assert_allclose(after["percent"], before["percent"], rtol=1e-12)


@given(rows(), st.decimals(0, 10, places=1).map(float))
def test_a_better_value_never_lowers_the_percent_nor_worsens_the_band(row, step):
    assume(row["operator"] in ("at_least", "at_most"))
    better = dict(row)
    better["value"] = float(
        Decimal(str(row["value"])) + Decimal(str(step)) * (1 if row["operator"] == "at_least" else -1)
    )
    result = scoring.score(frame_of([row, better]))
    order = list(result["band"].cat.categories)
    first, second = (order.index(band) for band in result["band"])
    assert second <= first
    if result["percent"].notna().all():
        assert result["percent"].iloc[1] >= result["percent"].iloc[0]


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(1, 100))
@example(7, 10, 100)
@example(1, 3, 70)
def test_a_value_that_is_a_quotient_is_scored_as_the_fraction_it_is(part, whole, target):
    result = scored(
        kind="rate",
        value=[100 * part / whole],
        target=[float(target)],
        numerator=[100.0 * part],
        denominator=[float(whole)],
    ).iloc[0]
    ratio = Fraction(100 * part, whole) * 100 / target
    assert result["band"] == band_by_rule(ratio)
    assert (result["verdict"] == "met") == (ratio >= 100)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=50))
def test_bands_partition_every_percent(percents):
    result = scored(value=percents, target=[100.0] * len(percents))
    assert result["band"].isin([band.id for band in BANDS]).all()
    assert result["band"].value_counts().sum() == len(percents)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [({"value": np.nan, "reason": "not_reported"}, "not_reported"), ({"value": np.nan, "reason": ""}, "value_missing"),
     ({"target": np.nan, "reason": ""}, "no_target"), ({"value": np.nan, "target": np.nan, "reason": "no_cases"}, "no_cases")],
)  # fmt: skip
def test_what_is_not_assessed_has_a_named_reason_and_nothing_else(missing, reason):
    row = {"value": 1.0, "target": 2.0, **missing}
    result = scored(**{name: [value] for name, value in row.items()}).iloc[0]
    assert (result["band"], result["reason"]) == ("not_assessed", reason)
    assert pd.isna(result["verdict"]) and np.isnan(result["percent"])


def test_scoring_leaves_its_input_as_it_was():
    frame = frame_of([{"operator": "at_least", "value": 7.0, "target": 10.0}])
    before = frame.copy()
    scoring.score(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_other_bands_of_a_package_are_kept_to():
    bands = (schema.Band("met", 100), schema.Band("near", 66.7, closed=False), schema.Band("far"))
    assert list(scored(bands=bands, value=[66.7, 66.70000000001, 10], target=[100.0] * 3)["band"]) == [
        "far",
        "near",
        "far",
    ]


@given(st.integers(0, 400), st.integers(1, 4))
def test_pace_classes_follow_the_exact_percent_of_plan_to_date(value, quarter):
    row = pd.DataFrame({"kind": ["period_count"], "operator": "at_least", "value": float(value), "target": 100.0,
                        "last_year_end": np.nan, "broken": False, f"plan_q{quarter}": np.nan})  # fmt: skip
    result = pacing.pace(row, quarter).iloc[0]
    assert result["pace"] == band_by_rule(Fraction(100 * value * 4, 100 * quarter), PACE)


def test_a_break_stops_stock_pace_and_movement_but_not_percent():
    row = pd.DataFrame({"kind": ["stock"], "operator": "at_least", "value": 56.0, "target": 80.0, "plan_q1": np.nan,
                        "last_year_end": 50.0, "broken": True, "direction": "higher", "stated_band": "", "reason": ""})  # fmt: skip
    paced = pacing.pace(row, 1).iloc[0]
    assert (paced["pace"], paced["pace_reason"]) == ("not_determined", "break")
    full = row.join(scoring.score(row)[["percent", "band"]])
    moved = pacing.movement(full, full.assign(value=50.0), BANDS, within_year=True).iloc[0]
    assert np.isnan(moved["change"]) and pd.isna(moved["moved"]) and moved["reason"] == "break"
    assert full["percent"].iloc[0] == 70


@given(st.lists(st.decimals(-(10**6), 10**6, places=3), min_size=1, max_size=12))
def test_tidy_sums_are_the_exact_decimal_sums(parts):
    size = np.array([sum(abs(float(part)) for part in parts)])
    assert tidy(np.array([sum(float(part) for part in parts)]), size)[0] == float(sum(parts))
