"""Laws of a dataset: found as the user means it, never changed, and at any day what was known on that day."""

import datetime as dt
import hashlib
import shutil
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxlib as dx
from dxlib import schema
from dxlib.dataset import KNOWN_FROM, SETTLED, Dataset
from dxlib.messages import DxError
from tests.conftest import ROOT

days = st.dates(dt.date(2021, 12, 1), dt.date(2025, 2, 1))


# --- found --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["", "no-such-folder", "data/no-such", "tests/conftest.py", "/no/such/folder"])
def test_a_folder_that_is_no_package_is_told(tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DxError) as error:
        dx.load(folder)
    assert error.value.code == "no_package" and folder in str(error.value)


def test_a_folder_without_a_descriptor_is_told(tmp_path):
    (tmp_path / "targets.csv").write_text("indicator\n")
    with pytest.raises(DxError, match=r"datapackage\.json not found"):
        dx.load(tmp_path)


def test_a_relative_folder_is_looked_for_here_and_then_in_the_project(tmp_path, monkeypatch):
    """A notebook's data/lao-cai is the same folder wherever it runs."""
    monkeypatch.chdir(tmp_path)
    assert dx.load("data/lao-cai").folder == ROOT / "data" / "lao-cai"
    shutil.copytree(ROOT / "data" / "lao-cai", tmp_path / "data" / "lao-cai")
    assert dx.load("data/lao-cai").folder == tmp_path / "data" / "lao-cai"
    assert dx.load(tmp_path / "data" / "lao-cai").folder == tmp_path / "data" / "lao-cai"


def test_hashes_are_those_of_the_files_that_are_there(lao_cai):
    files = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in lao_cai.folder.glob("*.csv")}
    assert lao_cai.hashes == files


def test_tables_are_those_with_rows(lao_cai):
    assert set(lao_cai.tables) == {path.stem for path in lao_cai.folder.glob("*.csv")}
    assert all(name in repr(lao_cai) for name in lao_cai.tables)
    assert "decisions" not in repr(lao_cai)


def test_periods_stand_in_their_order(demo):
    assert demo.periods == [f"{year}-Q{n}" for year in (2022, 2023, 2024) for n in range(1, 5)]


def test_a_period_has_its_meeting_or_none(demo, lao_cai):
    assert demo.meeting("2024-Q1")["meeting_date"] == pd.Timestamp(2024, 4, 3)
    assert demo.meeting("1999-Q1") is None and lao_cai.meeting("2023-Q4") is None


# --- never changed ------------------------------------------------------------------------------------------------

GIVEN = {  # what a user can ask a Dataset for
    **{name: lambda data, name=name: data[name] for name in schema.TABLES},
    "current": lambda data: data.current,
    "targets(2024)": lambda data: data.targets(2024),
    "known": lambda data: data.known(dt.date(2024, 4, 3))["observations"],
}
CHANGES = {
    "cells in place": lambda frame: frame.iloc.__setitem__((slice(None), 0), frame.iloc[::-1, 0].to_numpy()),
    "a column": lambda frame: frame.isetitem(0, frame.iloc[::-1, 0].to_numpy()),
    "a column more": lambda frame: frame.insert(0, "more", 1),
    "a column less": lambda frame: frame.pop(frame.columns[-1]),
    "a cell": lambda frame: frame.loc.__setitem__((frame.index[:1], frame.columns[-1]), frame.iloc[-1:, -1].to_numpy()),
    "another index": lambda frame: setattr(frame, "index", range(len(frame))),
    "other names": lambda frame: setattr(frame, "columns", [name.upper() for name in frame.columns]),
    "a name of the index": lambda frame: setattr(frame.index, "name", "row"),
    "a name of the columns": lambda frame: setattr(frame.columns, "name", "column"),
    "attributes": lambda frame: frame.attrs.update(x=1),
}


@pytest.fixture(scope="module")
def own() -> Dataset:
    """The demo, loaded once more: what a failing test here spoils, no other test sees."""
    return dx.load(ROOT / "data" / "demo-province")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("ask", GIVEN.values(), ids=GIVEN)
def test_nothing_done_to_a_frame_reaches_the_dataset(own, ask, change):
    before = ask(own).copy(deep=True)
    change(ask(own))
    pd.testing.assert_frame_equal(ask(own), before)
    assert ask(own).attrs == {} and ask(own).index.name is None and ask(own).columns.name is None


@pytest.mark.parametrize("ask", GIVEN.values(), ids=GIVEN)
def test_the_array_under_a_number_or_a_date_cannot_be_written(own, ask):
    """pandas guards these; it hands out the array under text, which no user of a frame has a reason to ask for."""
    before = ask(own).copy(deep=True)
    for column in before.select_dtypes(exclude="str"):
        cells = ask(own)[column].to_numpy()
        try:
            cells[:] = cells[::-1].copy()
        except ValueError:
            pass  # read-only, as it should be
    pd.testing.assert_frame_equal(ask(own), before)


def test_a_dataset_has_no_cell_to_assign_to(demo):
    with pytest.raises(TypeError):
        demo["targets"] = demo["targets"]
    with pytest.raises(AttributeError):
        demo.folder = "elsewhere"
    with pytest.raises(TypeError):
        demo._frames["targets"] = demo["targets"]


# --- known at a day -----------------------------------------------------------------------------------------------


@given(day=days)
def test_a_row_is_known_from_its_day_on(demo, day):
    known = demo.known(day)
    for name, column in KNOWN_FROM.items():
        dated = demo[name][column]
        assert list(known[name].index) == list(dated.index[~(dated > pd.Timestamp(day))])


@settings(max_examples=max(settings().max_examples // 3, 1))
@given(first=days, second=days)
def test_what_was_known_stays_known(demo, first, second):
    first, second = sorted([first, second])
    earlier, later = demo.known(first), demo.known(second)
    for name in schema.TABLES:
        assert set(earlier[name].index) <= set(later[name].index)
        pd.testing.assert_frame_equal(later.known(first)[name], earlier[name])


def test_at_the_end_of_time_all_is_known_and_before_it_only_what_has_no_day(demo):
    for name in schema.TABLES:
        pd.testing.assert_frame_equal(demo.known(dt.date(2262, 1, 1))[name], demo[name])
        if name in KNOWN_FROM:
            assert len(demo.known(dt.date(1700, 1, 1))[name]) == demo[name][KNOWN_FROM[name]].isna().sum()


def test_a_day_counts_to_its_end(demo):
    recorded = demo["observations"]["recorded_at"].iloc[0]
    assert demo["observations"].index[0] in demo.known(recorded.date())["observations"].index
    assert demo["observations"].index[0] not in demo.known(recorded.date() - dt.timedelta(days=1))["observations"].index


def test_asking_for_a_day_changes_neither_dataset(demo):
    periods, rows = demo.periods, len(demo.current)
    known = demo.known(dt.date(2023, 1, 1))
    assert set(known.periods) < set(periods) and len(known.current) < rows
    assert (demo.periods, len(demo.current)) == (periods, rows)


# --- observations in force ----------------------------------------------------------------------------------------


def observed(*rows, measure="percent") -> Dataset:
    """A Dataset of one indicator's rows: status, value or (numerator, denominator), day of January 2024 of record."""
    columns = {name: "" for name in schema.columns("observations")}
    frame = pd.DataFrame(
        [
            columns
            | {"indicator": "a", "area": "1", "period": "2023-Q4", "status": status}
            | dict(zip(("numerator", "denominator"), value if isinstance(value, tuple) else (None, None)))
            | {"value": None if isinstance(value, tuple) else value, "recorded_at": pd.Timestamp(2024, 1, day)}
            for status, value, day in rows
        ],
        index=range(2, len(rows) + 2),
    ).astype(dict.fromkeys(["value", "numerator", "denominator"], "float64"))
    of = pd.DataFrame({"indicator": ["a"], "measure": [measure]})
    return Dataset(None, None, MappingProxyType({"observations": frame, "indicators": of}))


NONE = None  # no figure; before it: none, or the same
CURRENT = {  # what: (rows in the file's order: status, value, day), value in force, value before
    "one row": ([("A", 5, 1)], 5, NONE),
    "a later figure": ([("A", 5, 1), ("A", 6, 2)], 6, 5),
    "a later figure that stands earlier in the file": ([("A", 6, 2), ("A", 5, 1)], 6, 5),
    "two later figures": ([("A", 5, 1), ("A", 6, 2), ("A", 7, 3)], 7, 6),
    "the same figure again": ([("A", 5, 1), ("A", 5, 2)], 5, NONE),
    "back again": ([("A", 5, 1), ("A", 6, 2), ("A", 5, 3)], 5, 6),
    "final after an estimate": ([("E", 5, 1), ("A", 6, 2)], 6, 5),
    "final after a provisional one": ([("P", 5, 1), ("A", 6, 2)], 6, 5),
    "provisional after an estimate": ([("E", 5, 1), ("P", 6, 2)], 6, 5),
    "an estimate after a provisional one": ([("P", 5, 1), ("E", 6, 2)], 6, 5),
    "an estimate after a final one": ([("A", 5, 1), ("E", 9, 2)], 5, NONE),
    "a provisional one after a final one": ([("A", 5, 1), ("P", 9, 2)], 5, NONE),
    "an estimate, final, another estimate": ([("E", 4, 1), ("A", 5, 2), ("E", 9, 3)], 5, 4),
    "final, an estimate, final": ([("A", 5, 1), ("E", 9, 2), ("A", 6, 3)], 6, 5),
    "a break after a final one": ([("A", 5, 1), ("B", 6, 2)], 6, 5),
    "no cases after an estimate": ([("E", 5, 1), ("M", None, 2)], None, 5),
    "put under check": ([("A", 5, 1), ("V", 5, 2)], 5, NONE),
    "no value yet, then final": ([("O", None, 1), ("A", 6, 2)], 6, NONE),
    "no value yet after a final one": ([("A", 5, 1), ("O", None, 2)], 5, NONE),
    "not published after a final one": ([("A", 5, 1), ("L", None, 2)], 5, NONE),
}


@pytest.mark.parametrize("rows, value, before", CURRENT.values(), ids=CURRENT)
def test_the_row_in_force_is_the_latest_that_may_replace_the_others(rows, value, before):
    """A final figure gives way only to another settled one; `value_before` is the figure that was in force."""
    frame = observed(*rows).current
    assert len(frame) == 1
    expected = [np.nan if x is None else x for x in (value, before)]
    np.testing.assert_equal(frame[["value", "value_before"]].iloc[0].tolist(), expected)


rows = st.lists(
    st.tuples(st.sampled_from(schema.STATUSES), st.integers(0, 3), st.integers(1, 31)),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[2],
)


@given(rows)
def test_what_is_in_force_is_what_a_reader_of_each_days_news_would_hold(rows):
    """The law told another way: walk through the days, let each row replace what it may."""
    held, before = None, np.nan
    for status, value, _ in sorted(rows, key=lambda row: row[2]):
        if held is None or status in SETTLED or held[0] not in SETTLED:
            before = np.nan if held is None else held[1]
            held = (status, value)
    frame = observed(*rows).current.iloc[0]
    assert (frame["status"], frame["value"]) == held
    np.testing.assert_equal(frame["value_before"], np.nan if before == held[1] else before)


@given(rows, st.integers(1, 31))
def test_tomorrows_rows_do_not_change_what_was_in_force(rows, day):
    so_far = [row for row in rows if row[2] <= day]
    known = observed(*rows).known(dt.date(2024, 1, day)).current
    assert len(known) == bool(so_far)
    if so_far:
        pd.testing.assert_frame_equal(known.reset_index(drop=True), observed(*so_far).current.reset_index(drop=True))


@pytest.mark.parametrize("measure, reported, before", [("percent", 25.0, 20.0), ("class", 0.25, 0.2)])
def test_a_figure_given_by_its_cases_is_revised_as_any_other(measure, reported, before):
    frame = observed(("A", (1, 5), 1), ("A", (1, 4), 2), measure=measure).current
    assert frame[["reported", "value_before"]].iloc[0].tolist() == [reported, before]
    again = observed(("A", 25, 1), ("A", (1, 4), 2)).current
    assert np.isnan(again["value_before"].iloc[0]), "the same figure, now with its cases"
    assert np.isnan(observed(("A", (0, 0), 1)).current["reported"].iloc[0])


def test_there_is_one_row_in_force_for_each_figure(demo):
    key = ["indicator", "area", "period"]
    frame, all_rows = demo.current, demo["observations"]
    assert not frame.duplicated(key).any()
    assert len(frame) == len(all_rows.drop_duplicates(key))
    assert list(frame.columns) == [*all_rows.columns, "reported", "value_before"]
    assert frame.index.is_monotonic_increasing
    pd.testing.assert_frame_equal(frame[all_rows.columns], all_rows.loc[frame.index])


# --- targets in force ---------------------------------------------------------------------------------------------


def planned(*rows, indicator="a", area="1", year=2024) -> pd.DataFrame:
    """Rows of targets: value, day of January 2024 or None (always known), withdrawn; `upper` where given."""
    columns = {name: np.nan if kind == "number" else "" for name, kind in schema.columns("targets").items()}
    made = [
        columns
        | {"indicator": indicator, "area": area, "year": float(year), "operator": "at_least"}
        | {"value": np.nan if value is None else value, "state": withdrawn}
        | {"decided_on": pd.NaT if day is None else pd.Timestamp(2024, 1, day)}
        for value, day, withdrawn in rows
    ]
    return pd.DataFrame(made, index=range(2, len(rows) + 2)).astype({"decided_on": "datetime64[ns]"})


def with_plan(*frames) -> Dataset:
    return Dataset(None, None, MappingProxyType({"targets": pd.concat(frames, ignore_index=True)}))


TARGETS = {  # what: (rows: value, day, withdrawn), plan in force and whether it is revised; None: no plan
    "one decision": ([(5, 1, "")], (5, False)),
    "one without a date": ([(5, None, "")], (5, False)),
    "a later decision": ([(5, 1, ""), (6, 2, "")], (6, True)),
    "a later decision that stands earlier in the file": ([(6, 2, ""), (5, 1, "")], (6, True)),
    "a decision after one without a date": ([(6, 2, ""), (5, None, "")], (6, True)),
    "confirmed": ([(5, 1, ""), (5, 2, "")], (5, False)),
    "changed and changed back": ([(5, 1, ""), (6, 2, ""), (5, 3, "")], (5, True)),
    "withdrawn": ([(5, 1, ""), (None, 2, "withdrawn")], None),
    "withdrawn with its value": ([(5, 1, ""), (5, 2, "withdrawn")], None),
    "withdrawn and set again": ([(5, 1, ""), (None, 2, "withdrawn"), (7, 3, "")], (7, True)),
    "withdrawn and set again as it was": ([(5, 1, ""), (None, 2, "withdrawn"), (5, 3, "")], (5, False)),
    "in words only": ([(None, 1, ""), (None, 2, "")], (None, False)),
}


@pytest.mark.parametrize("rows, expected", TARGETS.values(), ids=TARGETS)
def test_the_plan_in_force_is_the_latest_decision(rows, expected):
    frame = with_plan(planned(*rows)).targets(2024)
    if expected is None:
        assert frame.empty
        return
    value, revised = expected
    assert len(frame) == 1 and bool(frame["revised"].iloc[0]) is revised
    np.testing.assert_equal(frame["value"].iloc[0], np.nan if value is None else value)


def test_a_plan_is_known_from_its_decision_on():
    data = with_plan(planned((5, 3, ""), (6, 20, ""), (None, 25, "withdrawn")))
    in_force = {day: data.known(dt.date(2024, 1, day)).targets(2024) for day in (1, 3, 19, 20, 24, 25)}
    assert {day: frame["value"].tolist() for day, frame in in_force.items()} == {
        1: [], 3: [5.0], 19: [5.0], 20: [6.0], 24: [6.0], 25: [],
    }  # fmt: skip
    assert not in_force[19]["revised"].any() and in_force[20]["revised"].all()


def test_a_plan_stands_for_its_own_year_area_and_indicator():
    data = with_plan(
        planned((5, 1, "")),
        planned((6, 2, ""), year=2025),
        planned((7, 3, ""), area="2"),
        planned((8, 4, "withdrawn"), indicator="b"),
    )
    assert data.targets(2024)["value"].tolist() == [5, 7]
    assert data.targets(2024, area="2")["value"].tolist() == [7]
    assert data.targets(2025)["value"].tolist() == [6]
    assert data.targets(2023).empty and data.targets(2024, area="3").empty
    assert not data.targets(2024)["revised"].any()


def test_the_demos_plan_was_raised_in_july(demo):
    before, after = (demo.known(dt.date(2024, 7, day)).targets(2024).set_index("indicator") for day in (11, 12))
    assert (before.at["chung-thuc", "value"], after.at["chung-thuc", "value"]) == (1000, 9000)
    assert after.index[after["revised"]].tolist() == ["chung-thuc"] and not before["revised"].any()


def test_every_known_from_names_a_table():
    assert set(KNOWN_FROM) <= set(schema.TABLES) and set(SETTLED) < set(schema.STATUSES)
