"""Laws of reading: every mistake is found at once, each at its place, and nothing is guessed, lost or changed."""

import csv
import hashlib
import io
import itertools
import json
import math
import shutil
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as settings_of_tests
from hypothesis import strategies as st

import dxlib as dx
from dxlib import reading, schema, settings
from dxlib.messages import DxError, catalogue
from dxlib.reading import DataError
from tests.conftest import ROOT

DEMO = ROOT / "data" / "demo-province"


# --- a package to break -------------------------------------------------------------------------------------------


def cells(folder: Path, table: str) -> list[list[str]]:
    """All rows of a table as text, the heading first."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def save(folder: Path, table: str, rows: list[list[str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\r\n").writerows(rows)  # "\n" would leave a bare "\r" unquoted


def at(folder: Path, table: str, **where: str) -> int:
    """The file's row (the heading is row 1) of the first row that holds these cells."""
    heading, *rows = cells(folder, table)
    for number, row in enumerate(rows, 2):
        if where.items() <= dict(zip(heading, row)).items():
            return number
    raise LookupError(f"{table}: {where}")


def put(folder: Path, table: str, row: int, **changed: str) -> None:
    rows = cells(folder, table)
    for column, text in changed.items():
        rows[row - 1][rows[0].index(column)] = text
    save(folder, table, rows)


def problems_of(folder: Path) -> list[tuple]:
    """Every problem of loading: file, row, column, found, code of what was expected, nearest."""
    with pytest.raises(DataError) as error:
        dx.load(folder)
    frame = error.value.problems
    assert list(frame.columns) == ["file", "row", "column", "found", "expected"]
    assert len(frame) == len(error.value.found) > 0
    assert frame["expected"].str.len().gt(0).all()
    return [(p.file, p.row, p.column, p.found, p.expected, p.nearest) for p in error.value.found]


def state(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def trimmed(tmp_path_factory) -> Path:
    """The demo's plans and its province's figures of 2024, without the tables that no rule here needs."""
    package = tmp_path_factory.mktemp("trimmed")
    for name in (
        "datapackage.json",
        *(f"{table}.csv" for table in [*schema.REQUIRED, "owners", "meetings", "explanations"]),
    ):
        shutil.copy(DEMO / name, package)
    for name, keep in {
        "observations": lambda row: row["area"] == "99" and row["period"] >= "2023-Q4",
        "targets": lambda row: row["year"] == "2024",
        "areas": lambda row: row["area"] in ("99", "99001"),
        "meetings": lambda row: row["period"] >= "2023-Q4",
        "explanations": lambda row: row["period"] == "2024-Q1" and row["area"] == "99",
    }.items():
        heading, *rows = cells(package, name)
        save(package, name, [heading, *(row for row in rows if keep(dict(zip(heading, row))))])
    return package


@pytest.fixture(scope="module")
def plain(trimmed) -> dx.Dataset:
    """`trimmed` as it is read."""
    return dx.load(trimmed)


@pytest.fixture
def small(trimmed, tmp_path) -> Path:
    """A copy of `trimmed`, to break."""
    return Path(shutil.copytree(trimmed, tmp_path / "small"))


# --- one cell, one problem ----------------------------------------------------------------------------------------

RATE = ("observations", {"indicator": "ho-so-mang", "period": "2024-Q1"})
STOCK = ("observations", {"indicator": "ocop-san", "period": "2024-Q1"})
STEP = ("observations", {"indicator": "csdl-dat-dai", "period": "2024-Q1"})
NAMED = ("observations", {"indicator": "do-thi", "period": "2024-Q1"})
PLAN = ("targets", {"indicator": "ho-so-mang"})
LADDER = ("targets", {"indicator": "csdl-dat-dai"})
RANGE = ("targets", {"indicator": "tai-nguyen"})
RANK = ("targets", {"indicator": "xep-hang-dti"})
WORDS = ("targets", {"indicator": "do-thi"})
WHAT = ("indicators", {"indicator": "ho-so-mang"})
PLACE = ("areas", {"area": "99001"})
OWNER = ("owners", {"owner": "vp-ubnd"})
SAID = ("explanations", {"indicator": "cua-khau-so"})
MEETING = ("meetings", {"period": "2024-Q1"})

NO_NUMBERS = [
    "97,5", "1.234,5", "1,234.5", "1.234.567", "NaN", "nan", "inf", "-", "N/A", "#DIV/0!", "1e5", "1E5", "97.5%",
    "+5", ".5", "5.", "--5", "5 0", "5\u00a0000", "0x10", "1_000", "=1+1", "9" * 16, "0." + "1" * 16,
    "\uff19\uff17", "\u0663", "\u2212" + "5", "½", "true",
]  # fmt: skip
NO_DATES = [
    "03/04/2024", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-4-3", "20240403", "2024-04", "2024",
    "2024-04-03T00:00:00", "3 April 2024", "ngày 03/4/2024", "45385", "NaT", "today", "\uff12\uff10\uff12\uff14-04-03",
    "0000-01-01", "0001-01-01", "1600-01-01", "9999-12-31",
]  # fmt: skip
NO_PERIODS = [
    "Quý I/2024",
    "2024-Q5",
    "2024Q1",
    "2024-q1",
    "Q1-2024",
    "2024",
    "1824-Q1",
    "20\uff12\uff14-Q1",
    "2024-Q1-Q2",
]
NO_IDS = ["hồ-sơ", "Ho-so", "ho so", "-ho", "ho\nso", "ho/so", "../ho", "ho;so", "\u0661\u0662"]
HIDDEN = ["a\x00b", "a\x07b", "a\x1bb", "a\rb", "a\x7fb", "a\x85b", "a\x96b", "a\u202eb", "a\u2066b", "a\ufffeb", "a\uffffb"]

WRONG = {  # what: (table, column, cell written, expected, nearest)
    "a kind misspelt": ("indicators", "kind", "rates", "choice", "rate"),
    "a kind in Vietnamese": ("indicators", "kind", "tỷ lệ", "choice", ""),
    "a kind in capitals": ("indicators", "kind", "Rate", "choice", "rate"),
    "no kind": ("indicators", "kind", "", "filled", ""),
    "an operator misspelt": ("targets", "operator", "at_leest", "choice", "at_least"),
    "an operator as a sign": ("targets", "operator", ">=", "choice", ""),
    "a status in lower case": ("observations", "status", "a", "choice", ""),
    "a status in words": ("observations", "status", "final", "choice", ""),
    "no status": ("observations", "status", "", "filled", ""),
    "a qualifier misspelt": ("observations", "qualifier", "abowt", "choice", "about"),
    "withdrawn in words": ("targets", "state", "true", "choice", ""),
    "a level misspelt": ("areas", "level", "comune", "choice", "commune"),
    "a frequency misspelt": ("indicators", "frequency", "quarterly", "choice", "quarter"),
    "a year of long ago": ("targets", "year", "1024", "whole", ""),
    "a year to come": ("targets", "year", "20245", "whole", ""),
    "no year": ("targets", "year", "", "filled", ""),
    "part of a year": ("targets", "year", "2024.5", "whole", ""),
    "decimals below zero": ("indicators", "decimals", "-1", "whole", ""),
    "part of a decimal": ("indicators", "decimals", "1.5", "whole", ""),
    "no decimals": ("indicators", "decimals", "", "filled", ""),
    "a tolerance below zero": ("indicators", "tolerance", "-0.1", "at_least_0", ""),
    "a denominator below zero": ("observations", "denominator", "-4", "at_least_0", ""),
    "no day of record": ("observations", "recorded_at", "", "filled", ""),
    "no source": ("observations", "source", "", "filled", ""),
    "a name of spaces": ("indicators", "name_vi", "  \u00a0", "filled", ""),
    "no name of an area": ("areas", "name_en", "", "filled", ""),
    "two band sets": ("meetings", "bands", "default;default", "id", ""),
}


def test_every_wrong_cell_is_told_and_no_other(small):
    """Each in a row of its own where the table has enough of them; all told at once."""
    expected, used = set(), Counter()
    for table, column, text, code, nearest in WRONG.values():
        used[table, column] += 1
        row = 1 + used[table, column]
        put(small, table, row, **{column: text})
        expected.add((f"{table}.csv", row, column, text.strip(), code, nearest))
    found = problems_of(small)
    assert set(found) == expected and len(found) == len(expected) == len(WRONG)


TOGETHER = {  # what does not go together: (table and where, cells written, column told, expected, nearest)
    "an unknown indicator": (PLAN, {"indicator": "ho-so-man"}, "indicator", "reference", "ho-so-mang"),
    "an unknown indicator of a value": (RATE, {"indicator": "zzzz"}, "indicator", "reference", ""),
    "an unknown area": (RATE, {"area": "9900"}, "area", "reference", "99001"),
    "an unknown parent": (PLACE, {"parent": "98"}, "parent", "reference", ""),
    "an unknown owner": (WHAT, {"owner": "vp-ubn"}, "owner", "reference", "vp-ubnd"),
    "an unknown indicator explained": (SAID, {"indicator": "cua-khau"}, "indicator", "reference", "cua-khau-so"),
    "an unknown pillar": (WHAT, {"pillar": "chinh-quyen"}, "pillar", "listed", "chinh-quyen-so"),
    "an unknown measure": (WHAT, {"measure": "percnt"}, "measure", "listed", "percent"),
    "an unknown band set": (MEETING, {"bands": "strict"}, "bands", "listed", ""),
    "an operator that does not suit its kind": (
        PLAN,
        {"operator": "milestone", "value": "2"},
        "operator",
        "operator",
        "",
    ),
    "a rank to exceed": (RANK, {"operator": "at_least"}, "operator", "operator", ""),
    "numbers for words": (WORDS, {"operator": "at_least", "value": "5"}, "operator", "operator", ""),
    "an operator against its direction": (PLAN, {"operator": "at_most"}, "operator", "direction", ""),
    "a range without its upper end": (RANGE, {"upper": ""}, "upper", "upper", ""),
    "a range upside down": (RANGE, {"upper": "59.9"}, "upper", "upper", ""),
    "an upper end without a range": (PLAN, {"upper": "95"}, "upper", "no_upper", ""),
    "no value to reach": (PLAN, {"value": ""}, "value", "target_value", ""),
    "a step above the ladder": (LADDER, {"value": "4"}, "value", "ladder", ""),
    "a plan for step 0": (LADDER, {"value": "0"}, "value", "ladder", ""),
    "between two steps": (LADDER, {"value": "1.5"}, "value", "ladder", ""),
    "a step reached above the ladder": (STEP, {"value": "4"}, "value", "ladder", ""),
    "a step reached below the ladder": (STEP, {"value": "-1"}, "value", "ladder", ""),
    "a step far from the ladder": (STEP, {"value": "1234567.25"}, "value", "ladder", ""),
    "a band named for a number": (STOCK, {"stated_band": "met"}, "stated_band", "no_stated_band", ""),
    "a band that there is not": (NAMED, {"stated_band": "good"}, "stated_band", "choice", ""),
    "a numerator alone": (STOCK, {"numerator": "5"}, "denominator", "numerator_pair", ""),
    "a denominator alone": (STOCK, {"denominator": "5"}, "denominator", "numerator_pair", ""),
    "a rate that is not its quotient": (
        RATE,
        {"numerator": "1", "denominator": "4", "value": "90"},
        "value",
        "ratio_value",
        "",
    ),
    "a rate as a fraction of one": (
        RATE,
        {"numerator": "1", "denominator": "4", "value": "0.25"},
        "value",
        "ratio_value",
        "",
    ),
    "a rate rounded another way": (
        RATE,
        {"numerator": "1", "denominator": "4", "value": "25.1"},
        "value",
        "ratio_value",
        "",
    ),
    "a share that is not its quotient": (
        ("observations", {"indicator": "cap-quang", "period": "2024-Q1"}),
        {"numerator": "1", "denominator": "4", "value": "90"},
        "value",
        "ratio_value",
        "",
    ),
}


@pytest.mark.parametrize("place, changed, column, expected, nearest", TOGETHER.values(), ids=TOGETHER)
def test_what_does_not_go_together_is_told_at_its_place(small, place, changed, column, expected, nearest):
    table, where = place
    row = at(small, table, **where)
    put(small, table, row, **changed)
    written = dict(zip(*(cells(small, table)[n] for n in (0, row - 1))))[column]
    found = problems_of(small)
    of_column = [problem for problem in found if problem[:3] == (f"{table}.csv", row, column)]
    assert [problem[4:] for problem in of_column] == [(expected, nearest)]
    assert of_column[0][3] == written
    assert found == of_column


SPELLINGS = {  # column of observations: spellings that are none, what was expected
    "numerator": (NO_NUMBERS, "number"),
    "reported_on": (NO_DATES, "date"),
    "period": (NO_PERIODS, "period"),
    "indicator": (NO_IDS, "id"),
    "note": (HIDDEN, "plain_text"),
}


@pytest.mark.parametrize("column", SPELLINGS)
def test_every_other_spelling_is_refused_and_told_as_it_stands(small, column):
    """One to a row; each row tells its own."""
    spellings, expected = SPELLINGS[column]
    rows = cells(small, "observations")
    for row, text in zip(rows[1:], spellings):
        row[rows[0].index(column)] = text
    save(small, "observations", rows)
    shown = [repr(text)[1:-1] if expected == "plain_text" else text for text in spellings]
    told = {row: (name, found, wanted) for _, row, name, found, wanted, _ in problems_of(small)}
    assert told == {row: (column, found, expected) for row, found in enumerate(shown, 2)}


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_problem_reads_as_one_sentence(small, monkeypatch, language):
    monkeypatch.setenv("DX_LANGUAGE", language)
    row = at(small, *PLAN[:1], **PLAN[1])
    put(small, "targets", row, operator="at_leest")
    with pytest.raises(DataError) as error:
        dx.load(small)
    first, *lines = str(error.value).splitlines()
    assert str(small) in first and len(lines) == 1
    sentences = {
        "en": f'  targets.csv, row {row}, column operator: found "at_leest", expected one of at_least, at_most,'
        " exactly, between, milestone, qualitative; did you mean at_least?",
        "vi": "at_leest",
    }
    assert sentences[language] in lines[0]
    assert lines[0].endswith("at_least?")


# --- what is right, though it looks odd ---------------------------------------------------------------------------

PLAIN = {  # what: (column of observations, cell written, value read)
    "a number with spaces around it": ("value", " 62 ", 62.0),
    "a number below zero": ("value", "-62.5", -62.5),
    "zeros before a number": ("value", "007", 7.0),
    "zeros after a number": ("value", "7.500", 7.5),
    "fifteen digits": ("value", "123456789.012345", 123456789.012345),
    "zero": ("value", "0", 0.0),
    "a day in February of a leap year": ("reported_on", "2024-02-29", pd.Timestamp(2024, 2, 29)),
    "the text NA": ("note", "NA", "NA"),
    "the text nan": ("note", "nan", "nan"),
    "text that looks like a number": ("source_cell", "00123", "00123"),
    "text that looks like a power": ("source_cell", "1E5", "1E5"),
    "text of two lines": ("note", "a\nb", "a\nb"),
    "text with a quote": ("note", 'gọi là "số", v.v.', 'gọi là "số", v.v.'),
    "text that Excel would run": ("note", "=1+1", "=1+1"),
}


def test_odd_cells_are_read_as_they_were_written(small):
    """Each in the row of another stock without a denominator, where no rule asks for more."""
    kinds = {row[0]: row[6] for row in cells(small, "indicators")}
    heading, *rows = cells(small, "observations")
    of = [dict(zip(heading, row)) for row in rows]
    free = [n for n, row in enumerate(of, 2) if kinds[row["indicator"]] == "stock" and not row["denominator"]]
    written = dict(zip(free, PLAIN.values(), strict=False))
    assert len(written) == len(PLAIN)
    for row, (column, text, _) in written.items():
        put(small, "observations", row, **{column: text})
    read = dx.load(small)["observations"]
    assert [read.at[row, column] for row, (column, _, _) in written.items()] == [
        value for *_, value in written.values()
    ]


def test_spaces_around_an_id_are_no_part_of_it(small, plain):
    rows = cells(small, "targets")
    for row, (before, after) in zip(rows[1:], itertools.cycle([("", " "), (" ", ""), ("", "\n"), ("\u00a0", "\t")])):
        row[0] = before + row[0] + after
    save(small, "targets", rows)
    pd.testing.assert_frame_equal(dx.load(small)["targets"], plain["targets"])


RIGHT = {  # what: (table and where, cells written, column, value read)
    "a rate in its quotient's rounding": (RATE, {"numerator": "1", "denominator": "3", "value": "33.3"}, "value", 33.3),
    "a rate rounded down from a half": (RATE, {"numerator": "1", "denominator": "8000", "value": "0"}, "value", 0.0),
    "a rate without a value": (RATE, {"numerator": "1", "denominator": "3", "value": ""}, "value", math.nan),
    "no cases": (RATE, {"numerator": "0", "denominator": "0", "value": "", "status": "M"}, "denominator", 0.0),
    "a range of one value": (RANGE, {"upper": "60"}, "upper", 60.0),
    "a target of zero": (PLAN, {"value": "0"}, "value", 0.0),
    "a target below zero": (PLAN, {"value": "-5"}, "value", -5.0),
    "a plan withdrawn": (PLAN, {"value": "", "state": "withdrawn"}, "state", "withdrawn"),
    "a range withdrawn": (RANGE, {"value": "", "upper": "", "state": "withdrawn"}, "state", "withdrawn"),
    "a ladder withdrawn": (LADDER, {"value": "", "state": "withdrawn"}, "state", "withdrawn"),
    "step 0 reached": (STEP, {"value": "0"}, "value", 0.0),
    "a band named": (NAMED, {"stated_band": "from_50"}, "stated_band", "from_50"),
}


@pytest.mark.parametrize("place, changed, column, value", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_read_as_it_was_written(small, place, changed, column, value):
    table, where = place
    row = at(small, table, **where)
    put(small, table, row, **changed)
    read = dx.load(small)[table].at[row, column]
    np.testing.assert_equal(read, value)


def test_a_blank_cell_is_not_zero(small):
    row = at(small, "observations", **STOCK[1])
    put(small, "observations", row, value="", status="O", reported_on="", note="")
    read = dx.load(small)["observations"].loc[row]
    assert np.isnan(read["value"]) and read["reported_on"] is pd.NaT and read["note"] == ""


@given(digits=st.integers(0, 10**15 - 1), places=st.integers(0, 20), minus=st.booleans())
def test_a_number_is_read_as_the_nearest_float(digits, places, minus):
    """exact() rests on it: a float one step off is another decimal."""
    whole = str(digits).rjust(places + 1, "0")
    text = "-" * minus + (f"{whole[:-places]}.{whole[-places:]}" if places else whole)
    found = []
    frame = reading._typed([2], {"value": [text]}, {"value": "number"}, "x.csv", found)
    assert found == [] and frame["value"].dtype == "float64"
    assert frame.at[2, "value"] == float(text)


@given(text=st.text("0123456789.,-+eE %", max_size=18) | st.text(max_size=5))
def test_a_number_is_a_number_or_a_problem_and_never_another_number(text):
    found = []
    frame = reading._typed([2], {"value": [text]}, {"value": "number"}, "x.csv", found)
    read = frame.at[2, "value"]
    if found or text == "":
        assert np.isnan(read) and len(found) == (text != "")
    else:
        assert read == float(text) and set(text) <= set("0123456789.-")


@given(day=st.dates())
def test_a_day_is_itself_or_a_problem(day):
    """Timestamps end in 2262: a far day is told, not wrapped round."""
    found = []
    frame = reading._typed([2], {"day": [day.isoformat()]}, {"day": "date"}, "x.csv", found)
    read = frame.at[2, "day"]
    assert read is pd.NaT if found else read.date() == day
    assert not found or not 1700 < day.year < 2200


# --- files and tables ---------------------------------------------------------------------------------------------


def _bytes(change):
    def broken(folder):
        path = folder / "areas.csv"
        path.write_bytes(change(path.read_bytes()))

    return broken


def _rows(table, change):
    def broken(folder):
        rows = cells(folder, table)
        change(rows)
        save(folder, table, rows)

    return broken


def _rename(old, new):
    return lambda rows: rows[0].__setitem__(rows[0].index(old), new)


def _twice(rows, column="level"):
    n = rows[0].index(column)
    for row in rows:
        row.append(row[n])


HEADING = "area,valid_from,valid_to,name_vi,name_en,level,parent"
FILES = {  # what: (break the folder, problems: file, row, column, found, expected, nearest)
    "not UTF-8": (
        _bytes(lambda raw: raw.replace("Phường".encode(), "Phường".encode("utf-16-le"), 1)),
        [("areas.csv", None, None, r"\xb0\x01\xdd\x1e", "utf8", "")],
    ),
    "windows-1258": (
        _bytes(lambda raw: raw + b"99900,,,X\xe3,Xa,commune,99\n"),
        [("areas.csv", None, None, r"\xe3,Xa", "utf8", "")],
    ),
    "UTF-16": (
        _bytes(lambda raw: raw.decode().encode("utf-16")),
        [("areas.csv", None, None, r"\xff\xfea\x00", "utf8", "")],
    ),
    "an unclosed quote": (
        _bytes(lambda raw: raw + '99900,,,"Xã Mới,New,commune,99\n'.encode()),
        [("areas.csv", None, None, "unexpected end of data", "closed_quote", "")],
    ),
    "text after a quote": (
        _bytes(lambda raw: raw + '99900,,,"Xã" Mới,New,commune,99\n'.encode()),
        [("areas.csv", None, None, "',' expected after '\"'", "closed_quote", "")],
    ),
    "a row too short": (_rows("areas", lambda rows: rows[2].pop()), [("areas.csv", 3, None, "6", "cells", "")]),
    "a row too long": (_rows("areas", lambda rows: rows[1].append("")), [("areas.csv", 2, None, "8", "cells", "")]),
    "two ragged rows": (
        _rows("areas", lambda rows: (rows[1].pop(), rows[2].append("x"))),
        [("areas.csv", 2, None, "6", "cells", ""), ("areas.csv", 3, None, "8", "cells", "")],
    ),
    "semicolons": (
        _bytes(lambda raw: raw.replace(b",", b";")),
        [
            *[("areas.csv", 1, None, HEADING.replace(",", ";"), "column", "")] * 7,
            ("areas.csv", 1, HEADING.replace(",", ";"), HEADING.replace(",", ";"), "no_such_column", ""),
        ],
    ),
    "a column missing": (
        _rows("areas", lambda rows: [row.pop() for row in rows]),
        [("areas.csv", 1, None, HEADING.removesuffix(",parent"), "column", "")],
    ),
    "a column misspelt": (
        _rows("areas", _rename("level", "levl")),
        [
            ("areas.csv", 1, None, HEADING.replace("level", "levl"), "column", ""),
            ("areas.csv", 1, "levl", "levl", "no_such_column", "level"),
        ],
    ),
    "a column in capitals": (
        _rows("areas", _rename("level", "Level")),
        [
            ("areas.csv", 1, None, HEADING.replace("level", "Level"), "column", ""),
            ("areas.csv", 1, "Level", "Level", "no_such_column", "level"),
        ],
    ),
    "a column too many": (
        _rows("areas", lambda rows: [row.append("x" if n else "population") for n, row in enumerate(rows)]),
        [("areas.csv", 1, "population", "population", "no_such_column", "")],
    ),
    "a column twice": (_rows("areas", _twice), [("areas.csv", 1, "level", "level", "no_such_column", "level")] * 2),
    "an empty file": (
        _bytes(lambda raw: b""),
        [*[("areas.csv", 1, None, "", "column", "")] * 7, ("areas.csv", None, None, "0", "row", "")],
    ),
    "a heading alone": (
        _rows("areas", lambda rows: rows.__delitem__(slice(1, None))),
        [("areas.csv", None, None, "0", "row", "")],
    ),
    "a required file missing": (
        lambda folder: (folder / "areas.csv").unlink(),
        [("areas.csv", None, None, "-", "file", "")],
    ),
    "a folder in a file's place": (
        lambda folder: ((folder / "areas.csv").unlink(), (folder / "areas.csv").mkdir()),
        [("areas.csv", None, None, "-", "file", "")],
    ),
    "a heading alone, without a column": (
        lambda folder: save(folder, "tasks", [[name for name in schema.columns("tasks") if name != "tags"]]),
        [("tasks.csv", 1, None, ",".join(name for name in schema.columns("tasks") if name != "tags"), "column", "")],
    ),
}


@pytest.mark.parametrize("spoil, expected", FILES.values(), ids=FILES)
def test_a_broken_file_is_told_with_its_place(small, spoil, expected):
    spoil(small)
    assert problems_of(small) == expected


def test_a_misspelt_column_is_told_with_the_one_that_was_meant(small):
    _rows("areas", _rename("level", "levl"))(small)
    with pytest.raises(DataError, match=r"areas.csv, row 1, column levl: .*did you mean level\?"):
        dx.load(small)


def test_a_row_told_twice_is_told_where_it_is_repeated(small):
    """Not at the first row, which may be right; whatever else its cells say."""
    expected = []
    for table in sorted(path.stem for path in small.glob("*.csv")):
        model = schema.TABLES[table].to_schema()
        key = model.unique or [name for name, column in model.columns.items() if column.unique]
        heading, *rows = cells(small, table)
        again = list(rows[0])
        again[heading.index("document" if "document" in heading else heading[-1])] = ""
        save(small, table, [heading, *rows, again, rows[0]])
        shown = " · ".join(rows[0][heading.index(name)] if name in heading else "" for name in key)
        column = None if len(key) > 1 else key[0]
        expected += [(f"{table}.csv", len(rows) + n, column, shown, "unique", "") for n in (2, 3)]
    told = [problem for problem in problems_of(small) if problem[4] == "unique"]
    assert sorted(told, key=str) == sorted(expected, key=str)


def test_an_area_under_review_must_be_an_area(small):
    path = small / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["dx"]["area"] = "98"
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert problems_of(small) == [("datapackage.json", None, "dx/area", "98", "reference", "")]


def test_rows_are_counted_as_a_spreadsheet_counts_them(small):
    """Blank rows and cells of two lines move no number."""
    rows = cells(small, "areas")
    rows[1][rows[0].index("name_en")] = "two\nlines"
    rows[2][rows[0].index("level")] = "ward"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([rows[0], rows[1]])
    text.write("\n\n")
    csv.writer(text, lineterminator="\n").writerows(rows[2:])
    (small / "areas.csv").write_text(text.getvalue(), encoding="utf-8")
    assert problems_of(small) == [("areas.csv", 5, "level", "ward", "choice", "")]


# --- all at once --------------------------------------------------------------------------------------------------


def test_all_mistakes_are_told_at_once(package):
    """Over several files: structure, cells, choices, keys; then, once those are right, references and rules."""
    put(package, "targets", 2, value="97,5", decided_on="20/01/2022")
    put(package, "observations", 5, status="X")
    put(package, "observations", 9, period="Quý I/2024", source="")
    _rows("areas", lambda rows: rows[3].pop())(package)
    _rows("owners", _rename("contact", "contacts"))(package)
    (package / "indicators.csv").unlink()
    found = problems_of(package)
    assert {problem[:3] + problem[4:5] for problem in found} == {
        ("targets.csv", 2, "value", "number"),
        ("targets.csv", 2, "decided_on", "date"),
        ("observations.csv", 5, "status", "choice"),
        ("observations.csv", 9, "period", "period"),
        ("observations.csv", 9, "source", "filled"),
        ("areas.csv", 4, None, "cells"),
        ("owners.csv", 1, None, "column"),
        ("owners.csv", 1, "contacts", "no_such_column"),
        ("indicators.csv", None, None, "file"),
    }
    assert len(found) == 9


def test_all_mistakes_between_tables_are_told_at_once(package):
    put(package, "targets", at(package, "targets", indicator="ho-so-mang", year="2024"), operator="at_most")
    put(package, "targets", at(package, "targets", indicator="tai-nguyen", year="2024"), upper="")
    put(package, "observations", at(package, "observations", indicator="csdl-dat-dai"), value="7")
    put(package, "tasks", 2, co_owner="so-abc;vp-ubnd;so-xyz")
    put(package, "task_reports", 2, task="nv-99")
    put(package, "decisions", 2, owner="so-abc")
    put(package, "decision_reports", 2, decision="kl-99")
    put(package, "expected", 2, owner="so-abc")
    put(package, "submissions", 2, area="1")
    found = problems_of(package)
    assert sorted((file, column, text, expected) for file, _, column, text, expected, _ in found) == [
        ("decision_reports.csv", "decision", "kl-99", "reference"),
        ("decisions.csv", "owner", "so-abc", "reference"),
        ("expected.csv", "owner", "so-abc", "reference"),
        ("observations.csv", "value", "7", "ladder"),
        ("submissions.csv", "area", "1", "reference"),
        ("targets.csv", "operator", "at_most", "direction"),
        ("targets.csv", "upper", "", "upper"),
        ("task_reports.csv", "task", "nv-99", "reference"),
        ("tasks.csv", "co_owner", "so-abc", "reference"),
        ("tasks.csv", "co_owner", "so-xyz", "reference"),
    ]


def test_a_mistake_of_every_row_is_told_for_every_row(small):
    heading, *rows = cells(small, "observations")
    for row in rows:
        row[heading.index("status")] = "x"
    save(small, "observations", [heading, *rows])
    assert [problem[1] for problem in problems_of(small)] == list(range(2, len(rows) + 2))


# --- how it was typed ---------------------------------------------------------------------------------------------


def _saved_as(folder: Path, change) -> None:
    for path in folder.glob("*.csv"):
        path.write_bytes(change(path.read_text(encoding="utf-8")))


SAVED = {
    "with a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "with Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "with decomposed letters, as a Mac types": lambda text: unicodedata.normalize("NFD", text).encode(),
    "without a last line end": lambda text: text.rstrip("\n").encode(),
    "with blank lines at the end": lambda text: (text + "\n\n").encode(),
    "with every cell quoted": lambda text: _quoted(text),
}


def _quoted(text: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue().encode()


@pytest.mark.parametrize("change", SAVED.values(), ids=SAVED)
def test_how_a_file_was_saved_makes_no_difference(small, plain, change):
    _saved_as(small, change)
    again = dx.load(small)
    for table in schema.TABLES:
        pd.testing.assert_frame_equal(again[table], plain[table])


def test_the_order_of_columns_makes_no_difference(small, plain):
    for path in small.glob("*.csv"):
        save(small, path.stem, [row[::-1] for row in cells(small, path.stem)])
    again = dx.load(small)
    for table in schema.TABLES:
        pd.testing.assert_frame_equal(again[table], plain[table])


def test_text_comes_in_one_normal_form(small):
    _saved_as(small, SAVED["with decomposed letters, as a Mac types"])
    data = dx.load(small)
    for table in data.tables:
        for column, kind in schema.columns(table).items():
            if kind == "text":
                assert data[table][column].map(lambda text: unicodedata.is_normalized("NFC", text)).all()
    assert data["areas"].at[2, "name_vi"] == "Tỉnh Minh Họa"


def test_every_table_has_the_types_its_schema_declares(demo):
    """An absent table too, and one with all cells blank."""
    types = {"text": "str", "number": "float64", "date": "datetime64[ns]"}
    for table in schema.TABLES:
        assert {name: str(kind) for name, kind in demo[table].dtypes.items()} == {
            name: types[kind] for name, kind in schema.columns(table).items()
        }


def test_a_table_that_may_be_absent_comes_back_empty(small):
    (small / "explanations.csv").unlink()
    save(small, "tasks", [list(schema.columns("tasks"))])
    data = dx.load(small)
    for table in ("explanations", "tasks", "published"):
        assert data[table].empty and list(data[table].columns) == list(schema.columns(table))
        assert table not in data.tables


# --- nothing but a DxError, and nothing changed -------------------------------------------------------------------


def test_a_load_that_fails_changes_nothing_on_disk(small):
    put(small, "targets", 2, value="97,5")
    (small / "note.txt").write_text("x")
    before = state(small)
    with pytest.raises(DataError):
        dx.load(small)
    assert state(small) == before


def test_a_load_that_succeeds_changes_nothing_on_disk(small):
    before = state(small)
    dx.review(small, "2024-Q1")
    assert state(small) == before


def test_a_file_that_may_not_be_read_is_told(small, monkeypatch):
    """Excel on Windows holds a file that it has open."""
    opened = Path.open

    def refuse(self, *args, **kwargs):
        if self.name == "targets.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DxError, match=r"targets\.csv"):
        dx.load(small)


@dataclass(frozen=True, repr=False)
class Few:
    """A package with a few rows of every table of the demo."""

    folder: Path
    settings: settings.Settings
    cells: dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> Few:
    folder = tmp_path_factory.mktemp("few")
    (folder / "datapackage.json").write_bytes((DEMO / "datapackage.json").read_bytes())
    kept = {}
    for path in DEMO.glob("*.csv"):
        heading, *rows = cells(DEMO, path.stem)
        many = path.stem in ("areas", "indicators", "owners", "tasks", "decisions")
        kept[path.stem] = [heading, *(rows if many else rows[:3] + rows[-3:])]
        save(folder, path.stem, kept[path.stem])
    reading.read(folder, settings.read(folder))
    return Few(folder, settings.read(folder), kept)


THIRD = max(settings_of_tests().max_examples // 3, 1)  # each example reads a whole package


ODD = [
    *NO_NUMBERS, *NO_DATES, *NO_PERIODS, *NO_IDS, *HIDDEN, "", " ", "0", "-1", "99", "2024", "2024-Q1", "2024-04-03",
    "vp-ubnd;", ";", "a;b", "met", "milestone", "qualitative", "between", "yes", "A", "1" * 400, "x" * 200_000,
    '"', "\n", "\ufeff", "\U0010ffff", "{0}", "[",
]  # fmt: skip


@settings_of_tests(max_examples=THIRD)
@given(data=st.data())
def test_whatever_stands_in_a_cell_only_a_dx_error_is_raised(few, data):
    folder, of, kept = few.folder, few.settings, few.cells
    changed = {}
    for _ in range(data.draw(st.integers(1, 10))):
        table = data.draw(st.sampled_from(sorted(kept)))
        rows = changed.setdefault(table, [list(row) for row in kept[table]])
        row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
        others = [cell for other in kept[table][1:] for cell in other]
        text = data.draw(
            st.sampled_from(ODD) | st.sampled_from(others) | st.text(st.characters(codec="utf-8"), max_size=12)
        )
        rows[row][column] = text
    try:
        for table, rows in changed.items():
            save(folder, table, rows)
        read = reading.read(folder, of)
    except DxError as error:
        assert str(error).strip() and len(error.problems) > 0
        assert {p.expected for p in error.found} <= set(catalogue("en")["expected"])
    else:
        assert set(read) == set(schema.TABLES)
    finally:
        for table in changed:
            save(folder, table, kept[table])


@given(table=st.sampled_from(sorted(schema.TABLES)), data=st.data())
def test_whatever_bytes_a_file_holds_nothing_but_problems_is_raised(few, table, data):
    folder = few.folder
    path = folder / f"{table}.csv"
    raw = path.read_bytes() if path.is_file() else b""
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))
    filling = data.draw(
        st.binary(max_size=12) | st.sampled_from([b'"', b"\n", b"\r", b",", b"\0", b"\xef\xbb\xbf", b"\xff\xfe"])
    )
    try:
        path.write_bytes(raw[:start] + filling + raw[end:])
        found = []
        frame = reading._table(folder, table, found)
        assert list(frame.columns) == list(schema.columns(table))
        assert all(problem.file == path.name and problem.text("vi") for problem in found)
    finally:
        path.write_bytes(raw) if raw else path.unlink()
