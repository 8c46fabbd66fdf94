"""One sender's file to a Draft: what it says, by id of the package, with every cell's place, and what is wrong with it.

The first stage of checks: readable, columns, codes, period, grammar, range. It runs in the child process, sees no table
of the package, and decides nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from dxlib.intake.context import Context, unpacked
from dxlib.intake.sheets import Book, Finding, Record, Refused
from dxlib.intake.texts import clean
from dxlib.period import Period, UnknownPeriod

_OF_ROWS = ("ragged_row", "shifted_row", "row_without_name")  # told of rows that did not become records


@dataclass(frozen=True)
class Row:
    """One record of a table (indicators, tasks, decisions): `values` by column of the package's tables, and `plan` as the
    sender wrote it; a column that the file does not have is not in it. Numbers are Decimal, dates date, text str."""

    table: str
    id: str
    area: str
    name: str  # as the sender wrote it
    sheet: str
    row: int
    values: dict[str, object] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)  # column: cell

    @property
    def ref(self) -> str:
        """The cell that the row is known by: its value, state, or whatever it has."""
        return next((self.refs[name] for name in ("value", "state", "name") if name in self.refs), f"A{self.row}")


@dataclass(frozen=True)
class Draft:
    """What one file says. `rows` hold those that could be read; `bad` are the rows (sheet, row) that have an error."""

    file: str
    sha256: str
    kind: str
    form: bool = False
    period: str = ""
    sender: str = ""  # id of an agency or an area; "" where the file does not say
    about: dict[str, object] = field(default_factory=dict)  # number, reported_on, person, phone
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    bad: frozenset[tuple[str, int]] = frozenset()

    @property
    def unusable(self) -> bool:
        """Whether an error concerns the whole file, and not single rows."""
        return any(one.level == "error" and place_of(one) not in self.bad for one in self.findings)


def place_of(finding: Finding) -> tuple[str, int]:
    """The row that a finding is about: its sheet, and the number in its cell's name (0: none)."""
    digits = "".join(char for char in finding.ref.split(".")[0] if char.isdigit())
    return finding.sheet, int(digits or 0)


def draft(path: str, context: bytes) -> Draft:
    """Read a file and say what is in it; Refused when it is not read. A child's job: `path` first."""
    try:
        return _draft(path, context)
    except (Refused, MemoryError, RecursionError):
        raise
    except Exception:  # a mistake of ours about this file must not end the intake of the others
        if os.environ.get("DX_DEBUG"):
            raise
        raise Refused("reader_died", file=clean(Path(path).name)) from None


def _draft(path: str, context: bytes) -> Draft:
    from dxlib.intake import child

    known = unpacked(context)
    book = child.book(path)
    if book.kind == "json":
        from dxlib.intake.portal import read_portal

        return read_portal(Path(path).read_bytes(), book, known)
    from dxlib.intake.readback import is_form

    return of_form(book, known) if is_form(book) else of_book(book, known)


def of_form(book: Book, known: Context) -> Draft:
    """The draft of a form of ours."""
    from dxlib.intake.readback import own_sheet, read_back
    from dxlib.intake.rows import Reader

    filled = read_back(book)
    own = {sheet.name for sheet in book.sheets if own_sheet(sheet)}
    noticed = [one for one in book.findings if not (one.sheet in own or one.rule == "hidden_rows" and one.found == "1")]
    try:
        period = str(Period.parse(filled.period))
    except UnknownPeriod:
        period = ""
    reader = Reader(known, period, filled.sender, form=True)
    if not period and filled.tables:
        reader.tell("period_unknown", "error", found=filled.period or "-")
    if known.sender and filled.sender != known.sender:
        reader.tell("sender_differs", "error", found=filled.sender, known=known.sender)
    if filled.package != known.package:
        reader.tell("form_package", "error", found=filled.package, known=known.package)
    if known.period and period and period != known.period:
        reader.tell("period_differs", "error", found=period, known=known.period)
    for table, records in filled.tables.items():
        reader.read(table, records)
    about = reader.about(filled.about, filled.about_sheet)
    return _finished(book, reader, [*noticed, *filled.findings], True, period, filled.sender, about)


def of_book(book: Book, known: Context) -> Draft:
    """The draft of a file in the sender's own layout."""
    from dxlib.intake import records
    from dxlib.intake.head import indicator_in, periods_in, senders_in
    from dxlib.intake.rows import Reader

    named = periods_in(book)
    period = known.period or (named[0] if len(named) == 1 else "")
    found, findings = records(book, known.columns, period)
    reader = Reader(known, period, known.sender, titled=indicator_in(book, known))
    if not period:
        reader.tell("period_unknown", "error", found=", ".join(named) or "-")
    elif named and period not in named:
        reader.tell("period_differs", "error", found=", ".join(named), known=period)
    own = [id for id in senders_in(book, known, period) if id != known.area]
    sender = known.sender or (own[0] if len(own) == 1 else "")
    reader = replace(reader, sender=sender)
    for table, group in reader.tables(found).items():
        reader.read(table, group)
    return _finished(book, reader, [*book.findings, *findings], False, period, sender, {})


def _finished(book: Book, reader, findings: list[Finding], form: bool, period: str, sender: str, about: dict) -> Draft:
    every = (*findings, *reader.findings)
    rows = {(row.sheet, row.row) for row in reader.rows} | reader.seen
    bad = frozenset(
        place_of(one) for one in every if one.level == "error" and (place_of(one) in rows or one.rule in _OF_ROWS)
    )
    return Draft(book.file, book.sha256, book.kind, form, period, sender, about, tuple(reader.rows), every, bad)



def shown(record: Record) -> str:
    """What a record is about, as its sender wrote it."""
    for name in ("name", "indicator", "task", "decision", "id"):
        cell = record.cells.get(name)
        if cell is not None and not cell.blank:
            return cell.text
    return ""
