"""A data folder's CSV files as typed, checked frames, or every mistake in them at once, each located.

The order of the work: text (csv, UTF-8, NFC) -> typed columns -> the checks of the schema -> ids that must exist
elsewhere -> rules between columns. Each step reports; none stops at its first finding.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.errors

from dxlib import messages, schema
from dxlib.messages import DxError
from dxlib.names import nfc
from dxlib.settings import Settings
from dxlib.tasks import readable

SHOWN = 20  # problems told in the sentence; the rest are counted, and all are in DataError.problems
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_DAY, _LAST_DAY = (end.date() for end in (pd.Timestamp.min, pd.Timestamp.max))


@dataclass(frozen=True)
class Problem:
    """One mistake: where, what was found, what was expected (a code of messages, group `expected`, and its fields)."""

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    fields: tuple[tuple[str, str], ...] = ()
    nearest: str = ""

    def text(self, language: str) -> str:
        kind = "place_file" if self.row is None and self.column is None else "place_cell"
        kind = "place_column" if self.row is None and self.column else kind
        kind = "place_row" if self.row is not None and self.column is None else kind
        say = lambda group, code, **fields: messages.label(language, group, code, **fields)  # noqa: E731
        told = say(
            "error",
            "located",
            place=say("error", kind, file=self.file, row=self.row, column=self.column),
            found=f'"{self.found}"',
            expected=say("expected", self.expected, **dict(self.fields)),
            hint=say("expected", "nearest", nearest=self.nearest) if self.nearest else "",
        )
        return told.removesuffix(".") if told.endswith("?.") else told  # the hint is a question


class DataError(DxError):
    """A data package with mistakes: `problems` holds all of them, as a frame file, row, column, found, expected."""

    def __init__(self, folder: str, found: list[Problem]):
        super().__init__("many", folder=folder, count=len(found))
        self.found = tuple(found)

    def __reduce__(self):
        return type(self), (self.fields["folder"], list(self.found))

    @property
    def problems(self) -> pd.DataFrame:
        language = messages.error_language()
        rows = [
            (p.file, p.row, p.column, p.found, messages.label(language, "expected", p.expected, **dict(p.fields)))
            for p in self.found
        ]
        return pd.DataFrame(rows, columns=["file", "row", "column", "found", "expected"])

    def __str__(self) -> str:
        language = messages.error_language()
        lines = [super().__str__()] + [f"  {problem.text(language)}" for problem in self.found[:SHOWN]]
        if len(self.found) > SHOWN:
            lines.append("  " + messages.label(language, "error", "more", count=len(self.found) - SHOWN))
        return "\n".join(lines)


def read(folder: Path, settings: Settings) -> dict[str, pd.DataFrame]:
    """Every table of the folder, typed and checked, its index the row of the file (the heading is row 1).

    Optional tables that are absent come back empty. Raises DataError with every mistake found.
    """
    problems: list[Problem] = []
    tables = {name: _table(folder, name, problems) for name in schema.TABLES}
    if not problems:  # rules between tables would only repeat what is already told
        problems += [*_references(tables), *_listed(tables, settings), *_rules(tables, settings)]
    if problems:
        raise DataError(str(folder), problems)
    return tables


def empty(table: str) -> pd.DataFrame:
    """A table without rows."""
    return _typed([], {}, schema.columns(table), "", [])


def _table(folder: Path, name: str, problems: list[Problem]) -> pd.DataFrame:
    path = folder / f"{name}.csv"
    types = schema.columns(name)
    if not path.is_file():
        if name in schema.REQUIRED:
            problems.append(Problem(path.name, None, None, "-", "file", (("file", path.name),)))
        return empty(name)
    found: list[Problem] = []
    frame = _typed(*_text(path, types, name, found), types, path.name, found)
    if not found:
        found += _checked(frame, name, path.name)
    problems += found
    return frame


def _text(
    path: Path, types: dict[str, str], table: str, problems: list[Problem]
) -> tuple[list[int], dict[str, list[str]]]:
    """The numbers of the file's rows, and its columns as text: a blank cell is "", text is NFC."""
    file, nothing = path.name, ([], {})
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(io.StringIO(nfc(lines.read()), newline=""), strict=True))
    except OSError as error:  # one that Excel holds open, or that this user may not read
        problems.append(Problem(file, None, None, error.strerror or str(error), "file", (("file", file),)))
        return nothing
    except UnicodeDecodeError as error:
        problems.append(Problem(file, None, None, repr(error.object[error.start : error.start + 4])[2:-1], "utf8"))
        return nothing
    except csv.Error as error:
        problems.append(Problem(file, None, None, str(error), "closed_quote"))
        return nothing
    heading = [cell.strip() for cell in rows[0]] if rows else []
    for column in types:
        if column not in heading and column not in schema.later(table):
            problems.append(Problem(file, 1, None, ",".join(heading), "column", (("column", column),)))
    for column in heading:
        if column not in types or heading.count(column) > 1:
            near = difflib.get_close_matches(column, types, n=1)
            problems.append(Problem(file, 1, column, column, "no_such_column", (("table", table),), *near))
    kept = {number: row for number, row in enumerate(rows[1:], 2) if row}
    for number, row in kept.items():
        if len(row) != len(heading):
            problems.append(Problem(file, number, None, str(len(row)), "cells", (("count", str(len(heading))),)))
    if not kept and table in schema.REQUIRED:
        problems.append(Problem(file, None, None, "0", "row"))
    if problems:
        return nothing
    cells = ([cell.strip() for cell in column] for column in zip(*kept.values()))
    return list(kept), dict(zip(heading, cells))


def _typed(
    rows: list[int], given: dict[str, list[str]], types: dict[str, str], file: str, problems: list[Problem]
) -> pd.DataFrame:
    """The rows as a frame: numbers as float64 and dates as datetime64[ns], each by one strict grammar; an absent
    column is blank."""
    typed, blank = {}, [""] * len(rows)
    for column, kind in types.items():
        cells = given.get(column, blank)
        if kind == "text":
            typed[column] = pd.array(cells, dtype=_ON_DISK[kind])
            continue
        place = {cell: n for n, cell in enumerate(dict.fromkeys(cells))}  # each spelling is read once
        values = [_READ[kind](cell) for cell in place]
        wrong = {cell for cell, value in zip(place, values) if value is None and cell}
        problems += [Problem(file, row, column, cell, kind) for row, cell in zip(rows, cells) if cell in wrong]
        typed[column] = np.array(values, dtype=_ON_DISK[kind])[[place[cell] for cell in cells]]
    return pd.DataFrame(typed, index=np.array(rows, dtype="int64"))


def _number(cell: str) -> float | None:
    """A number of 15 significant digits at most: more would not come back from a float as they were written."""
    if not _NUMBER.fullmatch(cell) or len(cell.replace("-", "").replace(".", "").lstrip("0")) > 15:
        return None
    return float(cell)


def _date(cell: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(cell) if _DATE.fullmatch(cell) else None
    except ValueError:
        return None
    return day if day and _FIRST_DAY < day <= _LAST_DAY else None


_READ = {"number": _number, "date": _date}
_ON_DISK = {"text": pd.Series(dtype="str").dtype, "number": np.dtype("float64"), "date": np.dtype("datetime64[ns]")}


def _checked(frame: pd.DataFrame, table: str, file: str) -> list[Problem]:
    """What its schema finds, row by row."""
    model = schema.checks(table)
    problems = []
    for column, kind in schema.columns(table).items():
        if kind == "text" and not re.fullmatch(schema._PLAIN, "".join(frame[column].tolist())):
            for row, cell in frame[column].items():
                if not re.fullmatch(schema._PLAIN, cell):
                    problems.append(Problem(file, row, column, repr(cell)[1:-1], "plain_text"))
    if schema.holds(table, frame):
        return problems
    try:
        model.validate(frame, lazy=True)
        return problems
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    for row in frame.index[frame.duplicated(model.unique)] if model.unique else []:
        shown = " · ".join(_shown(frame.at[row, name]) for name in model.unique)
        problems.append(Problem(file, row, None, shown, "unique", (("key", " + ".join(model.unique)),)))
    for case in cases[cases["check"] != "multiple_fields_uniqueness"].itertuples():
        row, column = int(case.index), case.column
        found = "" if case.check == "not_nullable" else _shown(case.failure_case)
        if case.check == "field_uniqueness":
            if frame.index.get_loc(row) == frame[column].eq(case.failure_case).argmax():
                continue  # the first of its kind
            problems.append(Problem(file, row, column, found, "unique", (("key", column),)))
        elif found == "":
            problems.append(Problem(file, row, column, found, "filled"))
        else:
            about = dict(model.columns[column].metadata)
            known = about.pop("known", ())
            near = difflib.get_close_matches(found, known, n=1)
            fields = (("known", ", ".join(value or '""' for value in known)), *about.items())
            problems.append(Problem(file, row, column, found, about["expected"], fields, *near))
    return sorted(problems, key=lambda problem: problem.row)


def _shown(value) -> str:
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if pd.isna(value):
        return ""
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value)


def split(cells: pd.Series) -> pd.Series:
    """Ids separated by ; as one row each, blank ones left out, the index kept."""
    ids = cells.astype("str").str.split(";").explode()
    return ids[ids.notna() & (ids != "")]


def _absent(cells: pd.Series, known, file: str, column: str, expected: str, fields: tuple) -> list[Problem]:
    known = list(known)
    if {name for cell in set(cells.tolist()) for name in cell.split(";")} <= {*known, ""}:
        return []
    ids = split(cells)
    return [
        Problem(file, row, column, name, expected, fields, *difflib.get_close_matches(name, known, n=1))
        for row, name in ids[~ids.isin(known)].items()
    ]


def _references(tables: dict[str, pd.DataFrame]) -> list[Problem]:
    problems = []
    for (table, column), other in schema.REFERENCES.items():
        known = tables[other][schema.IDS[other]].unique()
        problems += _absent(tables[table][column], known, f"{table}.csv", column, "reference", (("table", other),))
    return problems


def _listed(tables: dict[str, pd.DataFrame], settings: Settings) -> list[Problem]:
    problems = []
    for (table, column), name in schema.LISTED.items():
        known = getattr(settings, name)
        problems += _absent(tables[table][column], known, f"{table}.csv", column, "listed", (("list", f"dx.{name}"),))
    meetings = tables["meetings"]
    problems += _absent(
        meetings["bands"], settings.band_sets, "meetings.csv", "bands", "listed", (("list", "dx.band_sets"),)
    )
    return problems


def _rules(tables: dict[str, pd.DataFrame], settings: Settings) -> list[Problem]:
    """Rules between columns: what kinds, operators and values may stand together."""
    problems: list[Problem] = []

    def report(file: str, frame: pd.DataFrame, wrong: pd.Series, column: str, expected: str, **fields):
        for row in frame.index[wrong.to_numpy(dtype=bool)]:
            at = {name: str(value.at[row]) if isinstance(value, pd.Series) else value for name, value in fields.items()}
            problems.append(Problem(file, row, column, _shown(frame.at[row, column]), expected, tuple(at.items())))

    if not (tables["areas"]["area"] == settings.area).any():
        problems.append(Problem("datapackage.json", None, "dx/area", settings.area, "reference", (("table", "areas"),)))

    of = tables["indicators"].set_index("indicator")
    targets, file = tables["targets"], "targets.csv"
    operator, about = targets["operator"], of.reindex(targets["indicator"]).set_index(targets.index)
    kind, direction = about["kind"], about["direction"]
    named = kind.notna()  # an unknown indicator is told by _references
    fits = [op in schema.OPERATORS_OF.get(k, (op,)) for op, k in zip(operator.tolist(), kind.tolist())]
    fits = pd.Series(fits, targets.index, dtype=bool)
    known = kind.map({k: ", ".join(v) for k, v in schema.OPERATORS_OF.items()})
    report(file, targets, ~fits, "operator", "operator", kind=kind, known=known)
    opposed = named & fits & (direction != operator.map(schema.DIRECTION_OF)) & (kind != "qualitative")
    report(file, targets, opposed, "operator", "direction", direction=direction, operator=operator)
    standing = targets["state"] == ""
    report(file, targets, standing & targets["value"].isna() & (operator != "qualitative"), "value", "target_value")
    between = operator == "between"
    report(file, targets, standing & between & ~(targets["upper"] >= targets["value"]), "upper", "upper")
    report(file, targets, ~between & targets["upper"].notna(), "upper", "no_upper")
    steps = targets["value"].isin(range(1, schema.LAST_STEP + 1))
    report(file, targets, standing & (operator == "milestone") & ~steps, "value", "ladder", low="1")

    for name in ("tasks", "decisions"):
        written = tables[name]["deadline"]
        unread = {text for text in set(written.tolist()) if not readable(text)}
        report(f"{name}.csv", tables[name], written.isin(unread), "deadline", "deadline")

    seen, file = tables["observations"], "observations.csv"
    about = of.reindex(seen["indicator"]).set_index(seen.index)
    kind, measure = about["kind"], about["measure"]
    steps = seen["value"].isin(range(schema.LAST_STEP + 1)) | seen["value"].isna()
    report(file, seen, (kind == "milestone") & ~steps, "value", "ladder", low="0")
    bands = {band.id for given in settings.band_sets.values() for band in given}
    stated = seen["stated_band"] != ""
    printed = tables["published"]
    names = ["total", *sorted(bands)]
    report("published.csv", printed, ~printed["figure"].isin(names), "figure", "figure", known=", ".join(names))
    wrong = stated & (kind == "qualitative") & ~seen["stated_band"].isin(bands)
    report(file, seen, wrong, "stated_band", "choice", known=", ".join(sorted(bands)))
    report(file, seen, stated & kind.notna() & (kind != "qualitative"), "stated_band", "no_stated_band")
    report(file, seen, seen["numerator"].isna() != seen["denominator"].isna(), "denominator", "numerator_pair")
    scale = measure.map({name: 100 if name == "percent" else 1 for name in settings.measures})
    ratio = scale * seen["numerator"] / seen["denominator"].where(seen["denominator"] > 0)
    digits = 0.5 * 10.0 ** -about["decimals"] + 1e-9
    differs = (kind != "period_count") & ((seen["value"] - ratio).abs() > digits)
    report(file, seen, differs, "value", "ratio_value", ratio=ratio.round(4))
    return problems
