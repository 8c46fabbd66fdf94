"""A form that comes back: its records by the hidden fields of its columns, whatever was moved or renamed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field

from dxlib.intake.formtable import ABOUT, COLUMNS, LISTS, MARK, VERSION
from dxlib.intake.sheets import Book, Cell, Finding, Record, Sheet

_FIXED = {"indicators": ("indicator", "area", "name", "plan"), "tasks": ("id", "name"), "decisions": ("id", "name")}
_IDS = {"indicators": "indicator", "tasks": "id", "decisions": "id"}


@dataclass(frozen=True)
class Filled:
    """What a filled-in form holds: whose it is, about which document, and its records by table."""

    package: str = ""
    period: str = ""
    sender: str = ""
    about: dict[str, Cell] = field(default_factory=dict)
    about_sheet: str = ""
    tables: dict[str, list[Record]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def is_form(book: Book) -> bool:
    """Whether a book is a form of ours, by its hidden marks."""
    return bool(book.version) and any(_name(sheet) for sheet in book.sheets)


def read_back(book: Book) -> Filled:
    """The records of a form, one per row that it was sent out with, typed cells and fixed ones.

    Findings: a version that is not known, a table that is gone, a row that the form did not have.
    """
    marks, findings = dict(book.marks), []
    if book.version != VERSION:
        return Filled(findings=(Finding("form_version", "error", found=book.version, fields=(("known", VERSION),)),))
    named = {_name(sheet): sheet for sheet in book.sheets if _name(sheet)}
    if "indicators" not in named:
        findings.append(Finding("form_sheet", "error", found="indicators"))
    tables = {name: _records(named[name], name, findings) for name in COLUMNS if name in named}
    about = named.get("about")
    cells = {}
    if about:
        ids = {cell.text: row for (row, column), cell in about.cells.items() if column == 1}
        cells = {name: about.cell(ids[name], 3) for name in ABOUT if name in ids}
    return Filled(
        package=marks.get("dx_package", ""),
        period=marks.get("dx_period", ""),
        sender=marks.get("dx_sender", ""),
        about=cells,
        about_sheet=about.name if about else "",
        tables=tables,
        findings=tuple(findings),
    )


def own_sheet(sheet: Sheet) -> bool:
    """Whether a hidden sheet is the form's own."""
    return sheet.name == LISTS


def _name(sheet: Sheet) -> str:
    """The table that a sheet of a form holds, by its hidden first cell; "" for any other sheet."""
    text = sheet.cell(1, 1).text
    return text.removeprefix(MARK) if text.startswith(MARK) and text != MARK else ""


def _records(sheet: Sheet, table: str, findings: list[Finding]) -> list[Record]:
    """Rows below the headings. A row without an id in which something was typed is told, not dropped."""
    at = {"number": 1}
    for column in range(2, sheet.width + 1):
        if text := sheet.cell(1, column).text:
            at.setdefault(text, column)
    wanted = [column.field for column in COLUMNS[table]]
    missing = [name for name in wanted if name not in at]
    if missing:
        findings.append(Finding("form_columns", "error", sheet.name, "", found=", ".join(missing)))
        return []
    typed = [column.field for column in COLUMNS[table] if column.typed]
    used = ["number", *_FIXED[table], *typed]
    id_column, begun, records = at[_IDS[table]], False, []
    for row in sorted({row for row, _ in sheet.cells}):
        name = sheet.cell(row, id_column).text.strip()
        if not begun:
            begun = name == _IDS[table] and row > 1
            continue
        cells = {field: sheet.cell(row, at[field]) for field in used}
        if name:
            records.append(Record(sheet.name, row, cells=cells, number=cells["number"].text))
        elif any(not cells[field].blank for field in typed):
            shown = next(cells[field] for field in typed if not cells[field].blank)
            findings.append(Finding("form_row", "error", sheet.name, shown.ref, row=str(row), found=shown.text))
    return records
