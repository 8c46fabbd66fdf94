"""Every target at a period: one row each, its verdict, percent, band and flags in agreement with one another."""

import dataclasses
import datetime as dt
from fractions import Fraction
from types import MappingProxyType

import pandas as pd
import pytest

import dxlib as dx
from dxlib.messages import catalogue
from dxlib.numbers import exact
from dxlib.period import Period
from dxlib.progress import broken, progress


def changed(data: dx.Dataset, **tables: pd.DataFrame) -> dx.Dataset:
    """The same data package with other rows in some tables."""
    return dataclasses.replace(data, _frames=MappingProxyType({**data._frames, **tables}))


def of(data: dx.Dataset, period: str, **options) -> pd.DataFrame:
    return progress(data, Period.parse(period), [data.settings.area], **options).set_index("indicator")


def exact_value(row) -> Fraction:
    scale = 100 if row.measure == "percent" else 1
    return exact(row.value) if pd.isna(row.denominator) else scale * exact(row.numerator) / exact(row.denominator)


def exact_percent(row) -> tuple[bool, Fraction | None]:
    """Verdict and percent of plan by docs/method.md, over fractions; None where the method gives no percent."""
    v, t = exact_value(row), exact(row.target)
    if row.operator in ("at_least", "milestone"):
        return v >= t, 100 * v / t if t > 0 else None
    if row.operator == "at_most":
        if row.kind == "rank":
            return v <= t, None
        if not pd.isna(row.baseline) and exact(row.baseline) > t:
            return v <= t, 100 * (exact(row.baseline) - v) / (exact(row.baseline) - t)
        return v <= t, 100 * t / v if t > 0 and v > 0 else None
    slack = exact(row.tolerance) if row.operator == "exactly" and not pd.isna(row.tolerance) else 0
    low, high = t - slack, (exact(row.upper) if row.operator == "between" else t) + slack
    if low <= v <= high:
        return True, Fraction(100)
    return False, 100 * v / low if v < low else 100 * high / v


def test_each_target_has_one_row_in_the_packages_order(demo_review):
    frame, data = demo_review.progress, demo_review.data
    assert not frame.duplicated(["indicator", "area"]).any()
    planned = data.targets(demo_review.period.year, demo_review.area)["indicator"]
    assert set(frame["indicator"]) == set(planned)
    order = data["indicators"]["indicator"].tolist()
    assert frame["indicator"].map(order.index).is_monotonic_increasing


def test_verdict_percent_and_band_agree_with_exact_arithmetic(demo_review):
    edges = [("met", 100, True), ("over_70", 70, False), ("from_50", 50, True)]
    checked = 0
    for row in demo_review.progress.itertuples():
        if row.band == "not_assessed" or row.kind == "qualitative":
            continue
        met, percent = exact_percent(row)
        assert row.verdict == ("met" if met else "not_met"), row.indicator
        if percent is None:
            assert pd.isna(row.percent) and row.band == ("met" if met else "not_met"), row.indicator
            continue
        band = next((id_ for id_, edge, closed in edges if percent > edge or closed and percent == edge), "under_50")
        assert row.band == band, row.indicator
        assert row.percent == pytest.approx(float(percent), rel=1e-12)
        checked += 1
    assert checked > 15


def test_verdict_and_band_never_contradict_each_other(demo_review):
    frame = demo_review.progress
    met, band = frame["verdict"] == "met", frame["band"].astype(str)
    assert ((band == "met") == met).all()
    assert ((band == "not_assessed") == frame["verdict"].isna()).all()
    assert (frame["percent"].isna() | ((frame["percent"] >= 100) == met)).all()


def test_what_is_not_assessed_has_a_named_reason_and_no_percent(demo_review):
    frame = demo_review.progress
    left_out = frame[frame["band"] == "not_assessed"]
    assert left_out["reason"].isin(catalogue("vi")["reason"]).all()
    assert left_out["percent"].isna().all()


def test_an_assessed_target_without_percent_says_why(demo_review):
    frame = demo_review.progress
    assert (frame["reason"] != "").equals(frame["percent"].isna())
    assert frame["pace_reason"].ne("").equals(frame["pace"] == "not_determined")


@pytest.mark.parametrize(
    ("indicator", "period", "reason", "status"),
    [
        ("cua-khau-so", "2022-Q1", "no_cases", "M"),
        ("xep-hang-dti", "2023-Q2", "not_published_yet", "L"),
        ("hoc-ba-so", "2023-Q2", "value_missing", "O"),
        ("dn-nen-tang", "2023-Q3", "under_check", "V"),
        ("xa-thong-minh", "2024-Q2", "not_reported", ""),
        ("tai-nguyen", "2024-Q3", "value_missing", "O"),
    ],
)
def test_the_demos_gaps_are_named(demo, indicator, period, reason, status):
    known = demo.known(demo.meeting(period)["known_as_of"].date())
    row = of(known, period).loc[indicator]
    assert (row["band"], row["reason"], row["status"]) == ("not_assessed", reason, status)


def test_a_percent_is_of_the_plan_in_force_on_the_day(demo):
    before, after = (of(demo.known(dt.date(2024, 7, day)), "2024-Q2").loc["chung-thuc"] for day in (11, 12))
    assert (before["target"], before["revised"], after["target"], after["revised"]) == (1000, False, 9000, True)
    assert before["value"] == after["value"]
    assert before["percent"] == pytest.approx(9 * after["percent"])
    assert after["document"].startswith("Quyết định số 1201/QĐ-UBND")


def test_a_withdrawn_plan_leaves_the_value_without_a_plan(demo):
    plans = demo["targets"]
    last = plans[(plans["indicator"] == "suc-khoe") & (plans["year"] == 2024)]
    gone = last.assign(decided_on=pd.Timestamp("2024-02-01"), state="withdrawn", value=float("nan"))
    frame = of(changed(demo, targets=pd.concat([plans, gone])), "2024-Q1")
    assert frame.loc["suc-khoe", ["band", "reason"]].tolist() == ["not_assessed", "no_target"]
    assert frame.loc["suc-khoe", "value"] == 92
    assert frame["band"].drop("suc-khoe").equals(of(demo, "2024-Q1")["band"].drop("suc-khoe"))


def test_a_target_without_any_report_is_still_counted(demo):
    seen = demo["observations"]
    silent = changed(demo, observations=seen[seen["indicator"] != "suc-khoe"])
    frame = of(silent, "2024-Q1")
    assert len(frame) == 24
    assert frame.loc["suc-khoe", ["band", "reason"]].tolist() == ["not_assessed", "not_reported"]


def test_a_tag_picks_rows_and_changes_none(demo):
    whole, part = of(demo, "2024-Q1"), of(demo, "2024-Q1", tag="de-an-06")
    tagged = demo["indicators"].set_index("indicator")["tags"].str.split(";").map(lambda tags: "de-an-06" in tags)
    assert part.index.tolist() == [name for name in whole.index if tagged[name]]
    assert len(part) == 7
    pd.testing.assert_frame_equal(part, whole.loc[part.index])


def test_a_tag_is_matched_whole(demo):
    indicators = demo["indicators"]
    indicators.loc[indicators["indicator"] == "suc-khoe", "tags"] = "y-te-2;x-de-an-06"
    assert "suc-khoe" not in of(changed(demo, indicators=indicators), "2024-Q1", tag="de-an-06").index


def test_must_hold_marks_met_targets_that_can_fall_before_the_years_end(demo_review):
    frame = demo_review.progress
    held = frame[frame["must_hold"]]
    assert (held["verdict"] == "met").all()
    assert not held["kind"].isin(["milestone", "qualitative"]).any()
    assert not (held["kind"].isin(["year_to_date", "period_count"]) & (held["operator"] == "at_least")).any()
    if demo_review.period.quarter == 4:
        assert held.empty


def test_far_over_begins_at_twice_the_plan(demo):
    first, second = of(demo.known(dt.date(2024, 4, 1)), "2024-Q1"), of(demo.known(dt.date(2024, 10, 1)), "2024-Q3")
    assert first.index[first["far_over"]].tolist() == ["chung-thuc"]
    assert not second["far_over"].any()


@pytest.mark.parametrize(
    ("after", "upto", "found"),
    [
        ("2024-Q3", "2024-Q4", True),
        ("2023-Q4", "2024-Q4", True),
        ("2024-Q4", "2025-Q1", False),
        ("2023-Q4", "2024-Q3", False),
    ],
)
def test_a_break_counts_after_the_first_period_up_to_the_second(demo, after, upto, found):
    rows = pd.DataFrame({"indicator": ["suc-khoe", "to-cong-nghe"], "area": ["99", "99"]}, index=[5, 6])
    got = broken(demo, rows, Period.parse(after), Period.parse(upto))
    assert got.to_dict() == {5: False, 6: found}


def test_a_break_stops_the_straight_way_and_not_the_percent(demo):
    row = of(demo, "2024-Q4").loc["to-cong-nghe"]
    assert row["status"] == "B" and row["broken"]
    assert row["verdict"] == "met" and row["percent"] == 100
    seen = demo["observations"]
    at = (seen["indicator"] == "smartphone") & (seen["period"] == "2024-Q2") & (seen["area"] == "99")
    seen.loc[at, "status"] = "B"
    row = of(changed(demo, observations=seen), "2024-Q2").loc["smartphone"]
    assert pd.notna(row["percent"]) and row["pace"] == "not_determined" and row["pace_reason"] == "break"
    assert of(demo, "2024-Q2").loc["smartphone", "plan_basis"] == "straight_way"


def test_last_years_end_is_read_from_last_year_alone(demo):
    frame = of(demo, "2024-Q1")
    ended = of(demo, "2023-Q4")
    shared = frame["kind"].isin(["stock", "rank"])
    pd.testing.assert_series_equal(frame["last_year_end"][shared], ended["value"][shared], check_names=False)
