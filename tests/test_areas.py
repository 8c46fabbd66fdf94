"""Roll-ups by kind, parts against their whole, shared ranks, series across mergers and reused codes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxlib as dx
from dxlib.areas import against_whole, carry, ranked, rollup
from dxlib.period import Period
from tests.test_scoring import agrees, examples

NAN = float("nan")


def parts(kind: str, rows: list[tuple], measure: str = "percent") -> pd.DataFrame:
    """Parts of one whole: (value, numerator, denominator)."""
    frame = pd.DataFrame(rows, columns=["value", "numerator", "denominator"], dtype="float64")
    return frame.assign(indicator="x", whole="99", kind=kind, measure=measure)


def rolled(frame: pd.DataFrame) -> pd.Series:
    return rollup(frame, ["indicator", "whole"]).iloc[0]


@pytest.mark.parametrize(
    ("kind", "measure", "rows", "value", "reason"),
    [
        ("rate", "percent", [(50, 1, 2), (75, 3, 4)], 100 * 4 / 6, ""),
        ("rate", "percent", [(50, 1, 2), (75, NAN, NAN)], NAN, "no_numerator"),
        ("rate", "percent", [(NAN, 0, 0)], NAN, "not_reported"),
        ("stock", "percent", [(50, 10, 20), (100, 5, 5)], 60, ""),
        ("stock", "percent", [(50, NAN, NAN), (60, NAN, NAN)], NAN, "no_numerator"),
        ("stock", "team", [(3, NAN, NAN), (0.1, NAN, NAN), (0.2, NAN, NAN)], 3.3, ""),
        ("year_to_date", "copy", [(3, NAN, NAN), (4, NAN, NAN)], 7, ""),
        ("period_count", "copy", [(3, NAN, NAN), (NAN, NAN, NAN)], 3, ""),
        ("rank", "place", [(3, NAN, NAN), (4, NAN, NAN)], NAN, "never_summed"),
        ("milestone", "step", [(3, NAN, NAN), (2, NAN, NAN)], NAN, "never_summed"),
        ("qualitative", "words", [(NAN, NAN, NAN)], NAN, "never_summed"),
        ("stock", "team", [(NAN, NAN, NAN)], NAN, "not_reported"),
    ],
)
def test_each_kind_is_rolled_up_as_it_demands(kind, measure, rows, value, reason):
    whole = rolled(parts(kind, rows, measure))
    assert whole["value"] == pytest.approx(value, rel=1e-15, nan_ok=True)
    assert whole["reason"] == reason
    assert (whole["parts"], whole["missing"]) == (len(rows), sum(np.isnan(row[0]) for row in rows))


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=9), st.integers(0, 8))
def test_a_roll_up_of_roll_ups_is_the_roll_up_of_all(cases, cut):
    frame = parts("rate", [(100 * n / d, n, d) for n, d in cases])
    halves = [half for half in (frame.iloc[:cut], frame.iloc[cut:]) if len(half)]
    again = pd.concat([rollup(half, ["indicator", "whole"]) for half in halves]).reset_index()
    assert rolled(again.assign(kind="rate", measure="percent"))["value"] == rolled(frame)["value"]


@given(st.lists(st.decimals(0, 1000, places=2).map(float), min_size=1, max_size=9))
def test_the_sum_of_the_parts_is_the_whole_to_the_last_decimal(values):
    frame = parts("period_count", [(value, NAN, NAN) for value in values], "copy")
    whole = pd.DataFrame({"value": [float(sum(map(lambda x: round(x * 100), values))) / 100]}, index=[("x", "99")])
    whole.index = pd.MultiIndex.from_tuples(whole.index, names=["indicator", "whole"])
    check = against_whole(rollup(frame, ["indicator", "whole"]), whole, pd.Series([2], index=whole.index)).iloc[0]
    assert (check["state"], check["difference"]) == ("agrees", 0)


@pytest.mark.parametrize(
    ("rows", "whole", "state"),
    [
        ([(3, NAN, NAN), (4, NAN, NAN)], 7, "agrees"),
        ([(3.04, NAN, NAN), (4, NAN, NAN)], 7, "rounding"),
        ([(3, NAN, NAN), (4, NAN, NAN)], 8, "differs"),
        ([(3, NAN, NAN), (NAN, NAN, NAN)], 8, "incomplete"),
        ([(3, NAN, NAN)], NAN, "not_comparable"),
    ],
)
def test_parts_that_do_not_add_up_to_their_whole_are_named(rows, whole, state):
    result = rollup(parts("period_count", rows, "copy"), ["indicator"])
    own = pd.DataFrame({"value": [whole]}, index=result.index)
    check = against_whole(result, own, pd.Series([1], index=result.index)).iloc[0]
    assert check["state"] == state
    assert (check["reason"] != "") == (state == "not_comparable")


@pytest.mark.parametrize(
    ("direction", "values", "places"),
    [
        ("higher", [9, 8, 8, 7], [1, 2, 2, 4]),
        ("lower", [9, 8, 8, 7], [4, 2, 2, 1]),
        ("higher", [5, NAN, 5], [1, NAN, 1]),
    ],
)
def test_equal_values_share_a_place_and_the_next_is_skipped(direction, values, places):
    size = len(values)
    result = ranked(pd.Series(values, dtype=float), pd.Series([direction] * size), pd.Series(["x"] * size))
    np.testing.assert_array_equal(result, places)


# Codes and mergers, as on 1 July 2025: code 10 was Lào Cai and code 15 Yên Bái; now 15 is the new Lào Cai.
MERGED = pd.Timestamp("2025-07-01")
UNITS = pd.DataFrame(
    [("10", None, "2025-06-30", "Lào Cai"), ("15", None, "2025-06-30", "Yên Bái"), ("15", "2025-07-01", None, "Lào Cai mới"),
     ("01", None, None, "Hà Nội"), ("20", None, "2025-06-30", "A"), ("21", "2025-07-01", None, "B"), ("22", "2025-07-01", None, "C")],
    columns=["area", "valid_from", "valid_to", "name_vi"],
).astype({"valid_from": "datetime64[ns]", "valid_to": "datetime64[ns]"})  # fmt: skip
CHANGES = pd.DataFrame(
    [
        ("10", "15", MERGED, "whole"),
        ("15", "15", MERGED, "whole"),
        ("20", "21", MERGED, "part"),
        ("20", "22", MERGED, "part"),
    ],
    columns=["area_from", "area_to", "changed_on", "share"],
)
INDICATORS = pd.DataFrame(
    {
        "indicator": ["users", "share", "place"],
        "kind": ["stock", "rate", "rank"],
        "measure": ["person", "percent", "place"],
    }
)


def seen(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["indicator", "area", "period", "value", "numerator", "denominator"])
    return frame.astype({"value": float, "numerator": float, "denominator": float}).assign(
        reported=frame["value"]
        .astype(float)
        .fillna(100 * frame["numerator"].astype(float) / frame["denominator"].astype(float)),
        value_before=NAN,
        status="A",
    )


BEFORE = [
    ("users", "10", "2025-Q1", 700, None, None), ("users", "15", "2025-Q1", 800, None, None),
    ("share", "10", "2025-Q1", None, 1, 2), ("share", "15", "2025-Q1", None, 3, 4),
    ("place", "10", "2025-Q1", 9, None, None), ("place", "15", "2025-Q1", 20, None, None),
    ("users", "01", "2025-Q1", 5000, None, None), ("users", "20", "2025-Q1", 60, None, None),
    ("users", "15", "2025-Q3", 1600, None, None), ("users", "21", "2025-Q3", 25, None, None),
]  # fmt: skip


def by(frame: pd.DataFrame) -> dict:
    return {(row.indicator, row.area, row.period): row.value for row in frame.itertuples()}


def test_before_the_merger_every_code_means_what_it_meant():
    kept, changed = carry(seen(BEFORE), INDICATORS, UNITS, CHANGES, Period(2025, 1))
    assert by(kept)["users", "15", "2025-Q1"] == 800 and by(kept)["users", "10", "2025-Q1"] == 700
    assert changed == [] and ("users", "15", "2025-Q3") not in by(kept)


def test_after_a_whole_merger_the_series_is_carried_by_kind_and_the_reused_code_is_not_taken_for_the_old_area():
    kept, changed = carry(seen(BEFORE), INDICATORS, UNITS, CHANGES, Period(2025, 3))
    found = by(kept)
    assert found["users", "15", "2025-Q1"] == 1500  # 700 + 800, not 800
    share = kept[(kept["indicator"] == "share") & (kept["area"] == "15")].iloc[0]
    assert (share["numerator"], share["denominator"]) == (4, 6) and np.isnan(share["value"])
    assert ("place", "15", "2025-Q1") not in found  # ranks are never added
    assert found["users", "01", "2025-Q1"] == 5000 and found["users", "15", "2025-Q3"] == 1600
    assert "15" not in changed


def test_what_was_divided_is_never_apportioned_and_is_marked():
    kept, changed = carry(seen(BEFORE), INDICATORS, UNITS, CHANGES, Period(2025, 3))
    assert changed == ["21", "22"]
    assert not ((kept["area"].isin(["21", "22"])) & (kept["period"] == "2025-Q1")).any()


def test_a_merger_with_a_part_that_has_not_reported_is_not_carried():
    rows = [row for row in BEFORE if row[:2] != ("users", "10")]
    kept, _ = carry(seen(rows), INDICATORS, UNITS, CHANGES, Period(2025, 3))
    assert ("users", "15", "2025-Q1") not in by(kept)


def test_a_chain_of_mergers_is_followed_to_its_end():
    units = pd.concat(
        [
            UNITS,
            pd.DataFrame(
                {"area": ["30"], "valid_from": [pd.Timestamp("2026-01-01")], "valid_to": [pd.NaT], "name_vi": ["D"]}
            ),
        ],
        ignore_index=True,
    )
    units.loc[2, "valid_to"] = pd.Timestamp("2025-12-31")
    changes = pd.concat(
        [CHANGES, pd.DataFrame([("15", "30", pd.Timestamp("2026-01-01"), "whole")], columns=CHANGES.columns)]
    )
    kept, _ = carry(seen(BEFORE), INDICATORS, units, changes, Period(2026, 1))
    assert by(kept)["users", "30", "2025-Q1"] == 1500 and by(kept)["users", "30", "2025-Q3"] == 1600


def test_a_review_of_a_merged_area_compares_with_its_parts_and_marks_a_divided_one(package):
    units = (package / "areas.csv").read_text(encoding="utf-8").splitlines()
    open_rows = [line for line in units if line.startswith(("99001,", "99002,", "99003,"))]
    ended = [line.replace(",,,", ",,2024-06-30,", 1) for line in open_rows]
    assert all("2024-06-30" in line for line in ended)
    name = open_rows[0].split(",")
    fresh = [f"99002,2024-07-01,,Xã Mới,New,{name[5]},99", f"99020,2024-07-01,,Xã Chia,Divided,{name[5]},99"]
    rest = [line for line in units if line not in open_rows]
    (package / "areas.csv").write_text("\n".join([*rest, *ended, *fresh]) + "\n", encoding="utf-8")
    (package / "area_changes.csv").write_text(
        "area_from,area_to,changed_on,share,document\n99001,99002,2024-07-01,whole,\n99002,99002,2024-07-01,whole,\n"
        "99003,99020,2024-07-01,part,\n",
        encoding="utf-8",
    )
    data = dx.load(package)
    both = dx.review(data, "2024-Q2", area="99001").progress.set_index("indicator")["value"]
    other = dx.review(data, "2024-Q2", area="99002").progress.set_index("indicator")["value"]
    merged = dx.review(data, "2024-Q3", area="99002").movement.query("versus == 'previous'").set_index("indicator")
    assert merged.at["chung-thuc", "from_value"] == both["chung-thuc"] + other["chung-thuc"]
    divided = dx.review(data, "2024-Q3", area="99020") if (data["observations"]["area"] == "99020").any() else None
    assert divided is None or (divided.movement["reason"] == "area_changed").any()


@pytest.mark.parametrize(
    "case", examples("Worked examples: roll-up"), ids=lambda case: case["kind"] + " " + case["parts"]
)
def test_each_worked_example_of_roll_up_holds(case):
    rows = []
    for part in case["parts"].split("; "):
        over, _, under = part.partition("/")
        rows.append((100 * float(over) / float(under), float(over), float(under)) if under else (float(over), NAN, NAN))
    whole = rolled(parts(case["kind"], rows, case["measure"]))
    assert agrees(whole["value"], case["whole"]) and whole["reason"] == case["reason"]
