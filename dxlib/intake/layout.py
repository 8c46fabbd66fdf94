"""From sheets to records: the header under its title rows, columns by name, sections, totals, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dxlib.intake.headings import ANSWERS, FIGURES, KEYS, Heading, Headings, other_period
from dxlib.intake.matching import fold
from dxlib.intake.rowkinds import ARABIC, is_foot, level_of, section_level
from dxlib.intake.sheets import Book, Cell, Finding, Record, Sheet, column_name
from dxlib.intake.totals import Totals, is_total

_INDEX = re.compile(r"\(?(?:[0-9]{1,2}|[A-Za-zĐđ])\)?(?:\s*=.*)?\Z")
_WORDS = ("unit", "note", "cause", "remedy", "proposal", "owner", "co_owner", "status")  # columns that hold no numbers
_DIGITS = re.compile(r"[0-9][0-9.,%]*\Z")
_LABEL = 300  # characters by which a row is known
_SEARCHED = 80  # rows in which the first header is looked for


@dataclass
class _Table:
    """A header that was found: its fields' columns, and where its data begin."""

    columns: dict[str, int]
    headings: dict[int, Heading]
    first: int
    texts: tuple[str, ...]
    sheet: Sheet
    top: int
    records: list[Record] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The last column that has a heading, or that the header was written with."""
        named = max((column for column, heading in self.headings.items() if heading.text), default=0)
        return max([named, *self.sheet.lengths[self.top - 1 : self.first - 1]])

    @property
    def status(self) -> str:
        """The status that the heading of its values gives them."""
        return self.headings[self.columns["value"]].status if "value" in self.columns else ""

    @property
    def answers(self) -> bool:
        """Whether it has a column of what a sender is asked for."""
        return any(name in self.columns for name in ANSWERS)


@dataclass
class _Reader:
    """Reads the sheets of a book, one after another."""

    headings: Headings
    period: str
    tables: list[_Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(
        self, rule: str, level: str, sheet: Sheet, ref: str = "", found: str = "", row: str = "", **fields
    ) -> None:
        self.findings.append(Finding(rule, level, sheet.name, ref, row, found, tuple(fields.items())))


def records(
    book: Book, synonyms: Mapping[str, Iterable[str]] | None = None, period: str = ""
) -> tuple[list[Record], list[Finding]]:
    """The data rows of a book in its sender's own layout, and what was noticed.

    `synonyms`: the package's own headings by field; `period`, where it is known, tells columns of other periods apart.
    """
    reader = _Reader(Headings(synonyms), period)
    last, without = None, []
    for sheet in book.sheets:
        found = _read_sheet(reader, sheet, _grid(sheet), last if book.kind == "docx" else None)
        last = (found, sheet.width) if found is not None else None
        if found is None and any(cell.kind in ("number", "percent") for cell in sheet.cells.values()):
            without.append(sheet)
    if not reader.tables:
        reader.findings.append(Finding("no_table", "error"))
        return [], reader.findings
    for sheet in without:
        reader.tell("no_header", "warning", sheet)
    some = any(table.answers for table in reader.tables)
    for table in reader.tables:
        if not table.answers and not _told_twice(reader, table):
            seen = "; ".join(heading.text for heading in table.headings.values() if heading.text)[:200]
            rule, level = ("table_without_results", "warning") if some else ("column_missing", "error")
            reader.tell(rule, level, table.sheet, f"A{table.top}", seen)
    kept = [table for table in reader.tables if table.answers or not some or _told_twice(reader, table)]
    return [record for table in kept for record in table.records], reader.findings


def _told_twice(reader: _Reader, table: _Table) -> bool:
    """Whether a table lacks its results because two columns claim to hold them, which is told already."""
    return any(one.rule == "column_twice" and one.sheet == table.sheet.name for one in reader.findings)


def _grid(sheet: Sheet) -> dict[int, dict[int, Cell]]:
    """Rows of cells that hold something; what a merge covers sideways is left empty, downwards it repeats."""
    sideways = {
        (row, column)
        for top, left, bottom, right in sheet.merges
        for row in range(top, bottom + 1)
        for column in range(left + 1, right + 1)
    }
    grid: dict[int, dict[int, Cell]] = {}
    for place in sorted(sheet.cells):
        cell = sheet.cells[place]
        if place not in sideways and not cell.blank:
            grid.setdefault(place[0], {})[place[1]] = cell
    return grid


def _read_sheet(reader: _Reader, sheet: Sheet, grid: dict, before) -> _Table | None:
    """Every table of a sheet, one under another; None where there is no header."""
    table = found = None
    if (
        before is not None
        and before[0] is not None
        and before[1] == sheet.width
        and not _any_header(reader, sheet, grid)
    ):
        old = before[0]  # a table that goes on
        table = found = _Table(old.columns, old.headings, 1, old.texts, sheet, 1)
        reader.tables.append(table)
    rows, body, skip_to = list(grid), [], 0
    for number, row in enumerate(rows):
        if row < skip_to:
            continue
        again = table is not None and tuple(_texts(grid[row])) == table.texts
        if again:
            continue
        if (table is None and number < _SEARCHED or table is not None) and _is_header(reader, grid[row], table):
            _read_body(reader, sheet, table, body)
            table = found = _table(reader, sheet, grid, row)
            body, skip_to = [], table.first
        elif table is not None:
            body.append((row, grid[row]))
    _read_body(reader, sheet, table, body)
    return found


def _texts(row: dict[int, Cell]) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row.values()]


def _any_header(reader: _Reader, sheet: Sheet, grid: dict) -> bool:
    return any(_is_header(reader, row, None) for row in grid.values())


def _is_header(reader: _Reader, row: dict[int, Cell], table: _Table | None) -> bool:
    """Whether a row names at least two fields, one of them what rows are about, and holds no figures."""
    if len(row) < 2 or any(cell.kind not in ("text", "merged") for cell in row.values()):
        return False
    fields = {reader.headings.read(" ".join(cell.text.split())).field for cell in row.values()} - {""}
    if not any(name in fields for name in KEYS):
        return False
    return len(fields) >= (2 if table is None else 3)


def _table(reader: _Reader, sheet: Sheet, grid: dict, top: int) -> _Table:
    """The header that begins in a row: how many rows it has, and the field of each column."""
    ends = top
    for first, left, last, right in sheet.merges:
        if first == top:
            ends = max(ends, min(last, top + 3), top + 1 if right > left and last == top else top)
    while ends > top and ends not in grid:
        ends -= 1
    if ends == top and _is_secondlevel_of(reader, grid, top):
        ends = top + 1
    headings = {}
    across = {(row, column): cell for (row, column), cell in sheet.cells.items() if top <= row <= ends}
    carried: dict[int, str] = {}
    for column in range(1, max((column for _, column in across), default=0) + 1):
        path = []
        for row in range(top, ends + 1):
            cell = across.get((row, column))
            text = " ".join(cell.text.split()) if cell is not None else ""
            if not text and row < ends and ends in grid and column in grid[ends] and not sheet.merges:
                text = carried.get(row, "")
            carried[row] = text
            path.append(text)
        headings[column] = reader.headings.path(tuple(path))
    columns = _columns(reader, sheet, headings, top)
    first = ends + 1
    following = grid.get(first, {})
    if len(following) >= 3 and all(_INDEX.match(cell.text.strip()) for cell in following.values()):
        key = next((columns[name] for name in KEYS if name in columns), 0)
        if key in following and len(following) >= len(columns) - 1:
            first += 1  # (1) (2) (3) = (2)/(1)
    table = _Table(columns, headings, first, tuple(_texts(grid[top])), sheet, top)
    reader.tables.append(table)
    return table


def _is_secondlevel_of(reader: _Reader, grid: dict, top: int) -> bool:
    """Whether the row under a header without merges (a CSV) names parts of its columns."""
    row, head = grid.get(top + 1), grid[top]
    if not row or any(cell.kind != "text" or re.match(r"[0-9.,%]+\Z", cell.text) for cell in row.values()):
        return False
    keys = {column for column, cell in head.items() if reader.headings.read(cell.text).field in (*KEYS, "number")}
    return not keys & set(row) and any(column not in head for column in row)


def _columns(reader: _Reader, sheet: Sheet, headings: dict[int, Heading], top: int) -> dict[str, int]:
    """The column of each field; what is named twice, missing, nearly right or not read is told."""
    by_field: dict[str, list[int]] = {}
    for column, heading in headings.items():
        if heading.field and not (reader.period and other_period(heading, reader.period)):
            by_field.setdefault(heading.field, []).append(column)
    if len(by_field.get("unit", [])) > 1:  # "ĐVT" beside "Đơn vị": the second is an agency
        by_field["unit"] = [at for at in by_field["unit"] if fold(headings[at].text) != fold("Đơn vị")] or by_field[
            "unit"
        ]
    if len(by_field.get("name", [])) > 1 and "plan" not in by_field:  # "Mục tiêu năm 2024" beside "Chỉ tiêu"
        plans = [at for at in by_field["name"] if headings[at].year is not None]
        if len(plans) == 1 and len(by_field["name"]) == 2:
            by_field["name"].remove(plans[0])
            by_field["plan"] = plans
    columns = {}
    for name, places in by_field.items():
        exact = [column for column in places if headings[column].exact]
        places = exact if len(exact) == 1 else places
        if len(places) == 1 or name == "note":
            columns[name] = places[0]
        elif name in (*KEYS, *ANSWERS, "denominator", "plan", "unit"):
            told = "; ".join(f'{column_name(column)}: "{headings[column].text}"' for column in places)
            reader.tell("column_twice", "error", sheet, f"{column_name(places[1])}{top}", told, field=name)
    if "value" in columns and "result" not in columns and ("task" in columns or "decision" in columns):
        columns["result"] = columns.pop("value")  # of a task, what was done
    taken = set(columns.values())
    for column, heading in headings.items():
        ref = f"{column_name(column)}{top}"
        if heading.near and heading.near not in columns:
            reader.tell("column_near", "warning", sheet, ref, heading.text, near=heading.near)
        elif heading.text and column not in taken:
            reader.tell("column_unread", "note", sheet, ref, heading.text)
        if column in sheet.hidden_columns and heading.field in columns:
            reader.tell("hidden_column", "warning", sheet, ref, heading.text)
    return columns


def _read_body(reader: _Reader, sheet: Sheet, table: _Table | None, body: list[tuple[int, dict[int, Cell]]]) -> None:
    """The rows under a header: sections, records, totals, footnotes."""
    if table is None or not body:
        return
    columns = table.columns
    key = next((name for name in KEYS if name in columns), None)
    numbered = sum(1 for _, row in body if ARABIC.match(_text(row, columns, "number")))
    full = key != "indicator" and bool({"unit", "plan"} & set(columns))  # an indicator's row says more than its name
    full = full and 2 * sum(1 for _, row in body if len(row) > 1) >= len(body)
    sections: dict[int, str] = {}
    sums = Totals(sheet.name, columns)
    for row, cells in body:
        number, name = _text(cells, columns, "number"), _text(cells, columns, key)
        if sheet.delimiter and (rule := _shifted(table, cells, _length(sheet, row, cells))):
            line = sheet.delimiter.join(cells[column].text for column in sorted(cells))[:120]
            counts = {"count": str(_length(sheet, row, cells)), "expected": str(table.width)}
            fields = counts if rule == "ragged_row" else {}
            reader.tell(rule, "error", sheet, f"A{row}", line, name, **fields)
            continue
        filled = [field for field, column in columns.items() if column in cells]
        figures = [field for field in filled if field in FIGURES]
        texts = [" ".join(cell.text.split()) for cell in cells.values()]
        plain = len(set(texts)) == 1
        label = (name or number or texts[0])[:_LABEL]
        if is_total(number) or is_total(name) or (figures and is_total(texts[0])):
            sums.total(cells, label)
            continue
        level = None if figures else section_level(number, name, label, plain, bool(numbered), full, filled)
        if level is not None:
            sections = {at: text for at, text in sections.items() if at < level} | {level: name or label}
            sums.section()
            if level == 2 and not numbered and len(cells) == 1:
                reader.tell("section_assumed", "note", sheet, f"A{row}", label)
            continue
        if is_foot(label) and not (number and name and figures):
            if figures and not plain:
                reader.tell("row_unread", "warning", sheet, f"A{row}", " | ".join(texts)[:120])
            continue
        if not name:
            if figures:
                place = cells[columns[figures[0]]]
                reader.tell("row_without_name", "error", sheet, place.ref, " | ".join(texts)[:120])
            elif not (number and len(cells) == 1):
                reader.tell("row_unread", "note", sheet, f"A{row}", " | ".join(texts)[:120])
            continue
        if (level := level_of(number)) is not None and level < 2:
            sections = {at: text for at, text in sections.items() if at < level}
        found = {
            field: cells.get(column) or Cell(row, column) for field, column in columns.items() if field != "number"
        }
        section = " / ".join(text for _, text in sorted(sections.items()))
        record = Record(sheet.name, row, section, found, number, table.status, row in sheet.hidden_rows)
        table.records.append(record)
        if level is not None and level < 2:
            sections |= {level: name}
            sums.section()
        else:
            sums.record(record)
    reader.findings += sums.end()


def _length(sheet: Sheet, row: int, cells: dict[int, Cell]) -> int:
    """How many cells a row of delimited text was written with."""
    return sheet.lengths[row - 1] if row <= len(sheet.lengths) else max(cells)


def _shifted(table: _Table, cells: dict[int, Cell], length: int) -> str:
    """Whether a row of delimited text may have been cut at a comma that belongs to a number; the rule that says so."""
    if length > table.width:
        return "ragged_row"
    texts = (cells[table.columns[name]].text for name in _WORDS if table.columns.get(name) in cells)
    return "shifted_row" if table.sheet.delimiter == "," and any(_DIGITS.match(text.strip()) for text in texts) else ""


def _text(row: dict[int, Cell], columns: dict[str, int], name: str | None) -> str:
    cell = row.get(columns.get(name, 0))
    return " ".join(cell.text.split()) if cell is not None else ""
