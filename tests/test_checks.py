"""dxlib.checks: content rules over a Dataset and new rows; frames in, findings out."""

import numpy as np
import pandas as pd
import pytest

from dxlib.checks import LEVELS, check, joined

DAY = pd.Timestamp("2026-01-05")
GOOD = {
    "indicator": "cap-quang", "area": "99", "period": "2025-Q1", "value": 90.0, "numerator": np.nan, "denominator": np.nan,
    "stated_band": "", "status": "A", "qualifier": "", "plan": np.nan, "cause": "c", "remedy": "r", "committed": "d",
    "proposal": "p", "full_year_estimate": 95.0, "file": 0, "form": True, "sender": "so-tttt",
}  # fmt: skip


def found(demo, *rows: dict) -> list[tuple]:
    frame = pd.DataFrame([{**GOOD, **row} for row in rows])
    return [(one.label, one.rule, one.level) for one in check(demo, frame, DAY).itertuples()]


def test_good_rows_have_no_findings(demo):
    assert found(demo, {}) == []
    assert check(demo, pd.DataFrame([GOOD]).iloc[:0], DAY).empty


CASES = [
    ([{}, {"value": 91.0}], (1, "duplicate", "error")),
    ([{}, {}], (1, "repeated", "warning")),
    ([{}, {"value": 91.0, "file": 1}], (1, "clash", "error")),
    ([{}, {"file": 1}], (1, "same_elsewhere", "note")),
    ([{"period": "2024-Q4", "value": 1.0}], (0, "revised", "note")),
    ([{"period": "2024-Q4", "value": 1.0, "status": "P"}], (0, "final_stands", "warning")),
    ([{"value": 20.0}], (0, "jump", "warning")),
    ([{"indicator": "chung-thuc", "period": "2024-Q4", "value": 10.0, "sender": "so-tp"}], (0, "fall", "warning")),
    ([{"period": "2024-Q4", "plan": 12.0}], (0, "plan_differs", "warning")),
    ([{"sender": "so-yt"}], (0, "not_owner", "warning")),
    ([{"sender": "99001"}], (0, "other_area", "error")),
    ([{"value": 60.0, "cause": "", "period": "2024-Q4"}], (0, "unexplained_cause", "error")),
    ([{"value": 60.0, "cause": "", "period": "2024-Q4", "form": False}], (0, "unexplained_cause", "warning")),
    ([{"value": 60.0, "full_year_estimate": np.nan, "period": "2024-Q4"}], (0, "unexplained_estimate", "error")),
    ([{"value": 60.0, "period": "2024-Q4"}], (0, "parts_differ", "warning")),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), CASES, ids=[f"{case[1][1]}-{case[1][2]}" for case in CASES])
def test_a_rule_finds_what_it_is_for_at_its_row(demo, rows, expected):
    assert expected in found(demo, *rows)


def test_a_row_that_says_what_is_known_is_unchanged_also_without_its_cases(demo):
    now = demo.current
    row = now[(now["indicator"] == "ho-so-mang") & (now["period"] == "2024-Q3") & (now["area"] == "99")].iloc[0]
    same = {name: row[name] for name in ("indicator", "period", "value", "numerator", "denominator", "status", "qualifier")}
    same["sender"] = "vp-ubnd"
    assert (0, "unchanged", "note") in found(demo, same)
    assert (0, "unchanged", "note") in found(demo, {**same, "numerator": np.nan, "denominator": np.nan})


def test_every_level_is_one(demo):
    assert set(LEVELS.values()) <= {"error", "warning", "note"}


def test_neither_the_package_nor_the_rows_are_changed(demo):
    frame = pd.DataFrame([GOOD, {**GOOD, "value": 20.0}])
    before, count = frame.copy(), len(demo["observations"])
    check(demo, frame, DAY)
    pd.testing.assert_frame_equal(frame, before)
    assert len(demo["observations"]) == count and len(joined(demo, frame, DAY)["observations"]) == count + 2
