"""The rules held against real panels. They lie beside the project and are not part of it; absent, these tests skip."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

import dxlib as dx
from dxlib import schema
from dxlib.areas import carry, ranked, rollup
from dxlib.period import Period
from dxlib.reading import DataError
from dxlib.scoring import score
from tests.conftest import ROOT

REAL = ROOT.parent / "shared" / "realdata"


def table(path: str, **options) -> pd.DataFrame:
    if not (REAL / path).exists():
        pytest.skip(f"{path} is not beside the project")
    return pd.read_csv(REAL / path, **options)


@pytest.mark.parametrize(("column", "kind"), [("registered_users", "stock"), ("txn_count", "period_count")])
def test_district_sums_of_phonepe_equal_the_states_in_every_quarter(column, kind):
    districts = table("india_phonepe_pulse_quarterly/district_quarter.csv.gz")
    states = table("india_phonepe_pulse_quarterly/state_quarter.csv").set_index(["year", "quarter", "state"])[column]
    parts = districts.rename(columns={column: "value"}).assign(
        kind=kind, measure="person", numerator=np.nan, denominator=np.nan
    )
    rolled = rollup(parts, ["year", "quarter", "state"])
    assert len(rolled) == len(states) > 900
    assert (rolled["value"] == states.reindex(rolled.index)).all() and (rolled["reason"] == "").all()


def test_nhs_rates_roll_up_from_their_cases_and_not_from_rates():
    frame = table("nhs_england_ae_monthly/ae_quarterly_by_org_derived.csv")
    frame = frame.assign(numerator=frame["attendances"] - frame["breaches"], denominator=frame["attendances"])
    frame = frame.assign(value=frame["pct_within_4h"], kind="rate", measure="percent")
    rolled = rollup(frame, ["fin_year", "quarter"])
    sums = frame.groupby(["fin_year", "quarter"])[["numerator", "denominator"]].sum().reindex(rolled.index)
    np.testing.assert_allclose(rolled["value"], 100 * sums["numerator"] / sums["denominator"], rtol=1e-14)
    means = frame.groupby(["fin_year", "quarter"])["value"].mean().reindex(rolled.index)
    assert ((rolled["value"] - means).abs() > 0.5).all()  # a mean of rates would say something else


def test_scottish_rates_roll_up_from_their_cases_and_ranks_share_places():
    frame = table("scotland_lgbf_quarterly/lgbf_quarterly.csv").assign(kind="rate", measure="share")
    rolled = rollup(frame, ["indicator", "fin_year", "quarter"])
    sums = frame.groupby(["indicator", "fin_year", "quarter"])[["numerator", "denominator"]].sum().reindex(rolled.index)
    np.testing.assert_allclose(rolled["value"], sums["numerator"] / sums["denominator"], rtol=1e-14)
    group = frame["indicator"] + frame["fin_year"] + frame["quarter"]
    places = ranked(frame["value"], pd.Series("higher", frame.index), group)
    assert (places[places.notna()] >= 1).all() and (places.groupby(group).min() == 1).all()


def test_the_nhs_standard_is_scored_as_published():
    frame = table("nhs_england_ae_monthly/ae_quarterly_by_org_derived.csv")
    rows = pd.DataFrame(
        {"kind": "rate", "operator": "at_least", "value": frame["pct_within_4h"], "target": frame["target_pct"]}
    )
    rows["numerator"], rows["denominator"] = 100 * (frame["attendances"] - frame["breaches"]), frame["attendances"]
    exactly = 100 * (frame["attendances"] - frame["breaches"]) >= frame["target_pct"] * frame["attendances"]
    assert ((score(rows)["verdict"] == "met") == exactly).all()


def test_code_15_is_yen_bai_before_and_the_new_lao_cai_after_the_merger():
    pairs = table("vn_admin_units/province_63_to_34.csv", dtype=str)
    ended, began = pd.Timestamp("2025-06-30"), pd.Timestamp("2025-07-01")
    old = pd.DataFrame(
        {"area": pairs["old_province_code"], "valid_from": pd.NaT, "valid_to": ended, "name_vi": pairs["old_province"]}
    )
    new = pairs.drop_duplicates("new_province_code")
    new = pd.DataFrame(
        {"area": new["new_province_code"], "valid_from": began, "valid_to": pd.NaT, "name_vi": new["new_province"]}
    )
    units = pd.concat([old, new], ignore_index=True).astype(
        {"valid_from": "datetime64[ns]", "valid_to": "datetime64[ns]"}
    )
    changes = pd.DataFrame(
        {
            "area_from": pairs["old_province_code"],
            "area_to": pairs["new_province_code"],
            "changed_on": began,
            "share": "whole",
        }
    )
    seen = pd.DataFrame(
        {
            "indicator": "users",
            "area": pairs["old_province_code"],
            "period": "2025-Q1",
            "value": range(1, len(pairs) + 1),
        }
    )
    seen = seen.astype({"value": float}).assign(numerator=np.nan, denominator=np.nan, status="A", value_before=np.nan)
    seen["reported"] = seen["value"]
    indicators = pd.DataFrame({"indicator": ["users"], "kind": ["stock"], "measure": ["person"]})
    before, _ = carry(seen, indicators, units, changes, Period(2025, 1))
    after, changed = carry(seen, indicators, units, changes, Period(2025, 3))
    was = seen.set_index("area")["value"]
    assert len(before) == 63 and before.set_index("area").at["15", "value"] == was["15"]
    assert len(after) == 34 and after.set_index("area").at["15", "value"] == was["10"] + was["15"]
    assert after["value"].sum() == was.sum() and changed == []


def test_communes_that_took_in_part_of_a_divided_one_are_marked_and_the_rest_carried():
    pairs = table("vn_admin_units/commune_old_to_new.csv", dtype=str)
    pairs = pairs.dropna(subset=["old_ward_code"])  # four island districts had no communes
    pairs = pairs.drop_duplicates(["old_ward_code", "new_ward_code"])
    began = pd.Timestamp("2025-07-01")
    old = pairs.drop_duplicates("old_ward_code")
    units = pd.concat(
        [
            pd.DataFrame({"area": old["old_ward_code"], "valid_from": pd.NaT, "valid_to": pd.Timestamp("2025-06-30")}),
            pd.DataFrame({"area": pairs["new_ward_code"].unique(), "valid_from": began, "valid_to": pd.NaT}),
        ],
        ignore_index=True,
    ).astype({"valid_from": "datetime64[ns]", "valid_to": "datetime64[ns]"})  # fmt: skip
    share = np.where(pairs.groupby("old_ward_code")["new_ward_code"].transform("size") > 1, "part", "whole")
    changes = pd.DataFrame(
        {"area_from": pairs["old_ward_code"], "area_to": pairs["new_ward_code"], "changed_on": began, "share": share}
    )
    seen = pd.DataFrame({"indicator": "users", "area": old["old_ward_code"], "period": "2025-Q1", "value": 1.0})
    seen = seen.assign(reported=1.0, numerator=np.nan, denominator=np.nan, status="A", value_before=np.nan)
    indicators = pd.DataFrame({"indicator": ["users"], "kind": ["stock"], "measure": ["person"]})
    after, changed = carry(seen, indicators, units, changes, Period(2025, 3))
    divided = set(changes.loc[changes["share"] == "part", "area_to"])
    assert set(changed) == divided and len(divided) > 300
    whole = changes[~changes["area_to"].isin(divided)].groupby("area_to").size()
    assert after.set_index("area")["value"].to_dict() == whole.astype(float).to_dict()


# Canada's federal targets: every type of target; directions that nobody declared.
OPERATORS = {"max": "at_least", "min": "at_most", "target": "exactly", "range": "between"}
DIRECTIONS = {"max": "higher", "min": "lower", "target": "range", "range": "range", "text": "higher"}


def canada(folder, declared: dict[str, str]):
    """Canada's targets as a data package; `declared`: what stands for a direction that the source does not give."""
    source = table("canada_infobase_targets/indicators_targets_results.csv")
    kind, seeking = source["target_type"], source["seeking_to"].replace(declared)
    words, open_ = kind == "text", kind == "tbd"
    seeking = seeking.mask(words, "text").mask(kind.str.endswith("_range"), "range")
    low, high = source["target_min"], source["target_max"]
    value = low.where(low.notna(), high).where(seeking != "min", high.where(high.notna(), low))
    valued = value.notna() & ~words & ~open_ & ((seeking != "range") | (low.notna() & high.notna() & (low <= high)))
    ids = "t" + pd.Series(range(len(source)), source.index).astype(str)
    indicators = pd.DataFrame(
        {
            "indicator": ids, "name_vi": source["name_en"], "name_en": source["name_en"],
            "measure": np.where(kind.str.startswith("percent"), "percent", "number"),
            "kind": np.where(words, "qualitative", "stock"), "direction": seeking.map(DIRECTIONS).fillna(""),
            "decimals": 1, "frequency": "year", "tolerance": "",
        }
    )  # fmt: skip
    known = seeking.isin(OPERATORS) & ~words
    targets = pd.DataFrame(
        {
            "indicator": ids, "area": "ca", "year": 2018, "operator": seeking.map(OPERATORS).mask(words, "qualitative"),
            "value": value.where(valued), "upper": high.where(valued & (seeking == "range")),
            "state": np.where(valued | words, "", "to_be_determined"),
        }
    )[known | words]  # fmt: skip
    result = pd.to_numeric(source["actual_result_en"].where(~words), errors="coerce")
    observations = pd.DataFrame(
        {"indicator": ids, "area": "ca", "period": "2018-Q4", "value": result, "status": "A", "recorded_at": "2018-12-31",
         "source": "GC InfoBase"}
    )[result.notna()]  # fmt: skip
    areas = pd.DataFrame({"area": ["ca"], "name_vi": "Canada", "name_en": "Canada", "level": "province"})
    given = {"indicators": indicators, "targets": targets, "observations": observations, "areas": areas}
    for name, frame in given.items():
        columns = list(schema.columns(name))
        frame.reindex(columns=columns).to_csv(
            folder / f"{name}.csv", index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n"
        )
    dx_settings = {"place": {"vi": "Canada", "en": "Canada"}, "area": "ca",
                   "measures": [{"id": "percent", "vi": "%", "en": "%"}, {"id": "number", "vi": "", "en": ""}]}  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps({"name": "canada", "dx": dx_settings}), encoding="utf-8")
    return source, seeking, ids


def test_directions_that_nobody_declared_are_named_and_refused_rather_than_guessed(tmp_path):
    _, seeking, ids = canada(tmp_path, {})
    undeclared = set(ids[~seeking.isin(DIRECTIONS)])
    with pytest.raises(DataError) as refused:
        dx.load(tmp_path)
    problems = refused.value.problems
    assert (
        len(undeclared) > 90
        and set(problems["column"]) == {"direction"}
        and set(problems["file"]) == {"indicators.csv"}
    )
    rows = pd.read_csv(tmp_path / "indicators.csv", dtype=str)
    assert {rows["indicator"][row - 2] for row in problems["row"]} == undeclared


def test_every_type_of_target_loads_and_numeric_verdicts_are_reproduced_once_at_least_is_declared(tmp_path):
    source, _, ids = canada(tmp_path, {"UNKNOWN": "max"})
    review = dx.review(dx.load(tmp_path), "2018-Q4")
    rows = review.progress.set_index("indicator")
    assert len(rows) == len(source)
    assert set(rows["operator"]) == {"at_least", "at_most", "exactly", "between", "qualitative"}
    assert (rows["reason"][rows["operator"].eq("qualitative")] != "").all()
    told = pd.DataFrame({"indicator": ids, "official": source["status_key"], "type": source["target_type"]})
    told = told[told["official"].isin(["met", "not_met"]) & told["type"].isin(["num", "percent"])].set_index(
        "indicator"
    )
    ours = rows["verdict"].astype("object").reindex(told.index)
    agree = ours == told["official"]
    assert len(told) == 52 and agree.all(), rows.loc[told.index[~agree], ["value", "target", "verdict"]]
    assert review.bands["count"].sum() == len(rows)
