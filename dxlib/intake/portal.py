"""A portal's JSON by its declared mapping (dx.intake.portals of the data package): paths, types and codes, nothing guessed."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from dxlib.intake.cells import plain
from dxlib.intake.context import Context
from dxlib.intake.days import day_of
from dxlib.intake.drafting import Draft, _finished
from dxlib.intake.rows import Reader
from dxlib.intake.sheets import Book, Cell, Finding, Record, Refused
from dxlib.period import Period, UnknownPeriod

MAX_DEPTH, MAX_ROWS = 60, 200_000
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?\Z")
_ABSENT = object()


def read_portal(data: bytes, book: Book, known: Context) -> Draft:
    """The draft of a portal's file; Refused where it is no JSON."""
    content = _parsed(data, book.file)
    fits = [name for name, mapping in known.portals.items() if _recognised(content, mapping)]
    if len(fits) != 1:
        rule = "portal_unknown" if not fits else "portal_ambiguous"
        names = ", ".join(fits or known.portals) or "-"
        return Draft(book.file, book.sha256, "json", findings=(Finding(rule, "error", found=book.file, fields=(("known", names),)),))
    mapping = known.portals[fits[0]]
    period, told = _period(content, mapping, known)
    sender = known.sender or mapping.get("sender", "")
    reader = Reader(known, period, sender, findings=told)
    rows = at(content, mapping["rows"])
    if not isinstance(rows, list):
        reader.tell("portal_rows", "error", found=mapping["rows"] or "$")
        rows = []
    if len(rows) > MAX_ROWS:
        raise Refused("too_large", file=book.file, size=f"{len(rows)}", limit=f"{MAX_ROWS}")
    columns = {**mapping["fields"], **{name: mapping[name] for name in ("indicator", "area") if name in mapping}}
    paths = {name: column.get("path", name) for name, column in columns.items()}
    reader.place = lambda record, name, cell: f"#{record.row}.{paths.get(name, name)}"
    sheet, records = mapping["rows"] or "$", []
    for n, row in enumerate(rows, 1):
        cells, wrong = {}, False
        for number, (name, column) in enumerate(columns.items(), 1):
            value = _of(row, content, column)
            if value is _ABSENT:
                continue
            cell = _cell(n, number, value, column)
            if cell is None:
                reader.tell("portal_type", "error", sheet, f"#{n}.{paths[name]}", found=_short(value), type=column.get("type", "text"))  # fmt: skip
                reader.seen.add((sheet, n))
                wrong = True
            else:
                cells[name] = cell
        if not wrong:
            records.append(Record(sheet, n, cells=cells))
    reader.read("indicators", records)
    about = {}
    if "reported_on" in mapping and (given := _of({}, content, mapping["reported_on"])) is not _ABSENT and given:
        about["reported_on"] = day_of(str(given)[:10])
        if about["reported_on"] is None:
            reader.tell("date", "error", "$", "", found=_short(given))
    return _finished(book, reader, list(book.findings), False, period, sender, about)


def at(content, path: str):
    """What stands at a dotted path of keys; the content itself at ""; _ABSENT where there is nothing."""
    for key in path.split(".") if path else []:
        if not isinstance(content, dict) or key not in content:
            return _ABSENT
        content = content[key]
    return content


def _parsed(data: bytes, file: str):
    try:
        text = data.decode("utf-8-sig")
        content = json.loads(text, parse_float=_decimal, parse_int=_decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):
        raise Refused("portal_json", file=file) from None
    if _depth(content) > MAX_DEPTH:
        raise Refused("portal_json", file=file)
    return content


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not -30 < number.adjusted() < 30:
        raise ValueError(text)
    return plain(number)


def _no_number(name: str):
    raise ValueError(name)


def _depth(content) -> int:
    deep, level = 0, [content]
    while level and deep <= MAX_DEPTH:
        deep += 1
        level = [
            part
            for item in level
            if isinstance(item, (dict, list))
            for part in (item.values() if isinstance(item, dict) else item)
            if isinstance(part, (dict, list))
        ]
    return deep


def _recognised(content, mapping: dict) -> bool:
    marks = mapping.get("recognise", {})
    if not marks:
        return isinstance(at(content, mapping["rows"]), list)
    return all(str(at(content, path)) == str(value) for path, value in marks.items())


def _of(row, content, column: dict):
    """A column's value: fixed, else in the row, else at the same path from the top."""
    if "fixed" in column:
        return column["fixed"]
    value = at(row, column["path"])
    return at(content, column["path"]) if value is _ABSENT else value


def _period(content, mapping: dict, known: Context) -> tuple[str, list[Finding]]:
    given = _of({}, content, mapping["period"])
    text = mapping["period"].get("codes", {}).get(str(given), str(given)) if given is not _ABSENT else ""
    try:
        period = str(Period.parse(text))
    except UnknownPeriod:
        if not text and known.period:
            return known.period, []
        return known.period, [Finding("period_unknown", "error", found=_short(text) or "-")]
    if known.period and known.period != period:
        return known.period, [Finding("period_differs", "error", found=period, fields=(("known", known.period),))]
    return period, []


def _cell(row: int, column: int, value, about: dict) -> Cell | None:
    """A value as a cell of its declared type; None where it is of another."""
    kind = about.get("type", "text")
    if value is None or value == "":
        return Cell(row, column)
    if kind in ("number", "percent", "fraction"):
        if isinstance(value, str) and _NUMBER.match(value.strip()):
            value = plain(Decimal(value.strip()))
        if not isinstance(value, Decimal):
            return None
        if kind == "number":
            return Cell(row, column, "number", f"{value:f}", value)
        value = plain(100 * value) if kind == "fraction" else value
        return Cell(row, column, "percent", f"{value:f}%", value)
    if isinstance(value, (dict, list, bool)):
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else value
    text = about.get("codes", {}).get(text, text)
    return Cell(row, column, "text", " ".join(text.split()))


def _short(value) -> str:
    text = "" if value is _ABSENT else f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
