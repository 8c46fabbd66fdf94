"""Workbooks of LibreOffice (.ods): content.xml by the standard library's XML parser, repeated cells within limits."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

from dxlib.intake.cells import cover, date_cell, number_cell, styled_text
from dxlib.intake.container import MAX_CELLS, MAX_COLUMN, MAX_ROW, Container
from dxlib.intake.sheets import Cell, Refused, Sheet
from dxlib.intake.texts import clean, old_font

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = f"{{{_NS}table:1.0}}", f"{{{_NS}office:1.0}}", f"{{{_NS}text:1.0}}"
_STYLE, _FO, _SVG = f"{{{_NS}style:1.0}}", f"{{{_NS}xsl-fo-compatible:1.0}}", f"{{{_NS}svg-compatible:1.0}}"
_META = f"{{{_NS}meta:1.0}}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def read(found: Container) -> tuple[list[Sheet], dict[str, str]]:
    """The sheets of a workbook, and its hidden marks."""
    root = found.xml("content.xml")
    roots = [root, found.xml("styles.xml")] if "styles.xml" in found.names() else [root]
    faces = {
        face.get(f"{_STYLE}name"): (face.get(f"{_SVG}font-family") or "").strip("'\"")
        for part in roots
        for face in part.iter(f"{_STYLE}font-face")
    }
    styles = {
        (s.get(f"{_STYLE}family"), s.get(f"{_STYLE}name")): s for part in roots for s in part.iter(f"{_STYLE}style")
    }
    sheets, left = [], MAX_CELLS
    for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        sheets.append(_sheet(found, table, styles, faces, left))
        left -= len(sheets[-1].cells)
    if not sheets:
        raise Refused("damaged", file=found.file)
    return sheets, _marks(found, root)


def _font(styles: dict, faces: dict, family: str, name: str | None) -> str:
    """The font of a style, or of the style that it builds on."""
    for _ in range(10):
        style = styles.get((family, name))
        if style is None:
            return ""
        text = style.find(f"{_STYLE}text-properties")
        if text is not None:
            if text.get(f"{_STYLE}font-name"):
                return faces.get(text.get(f"{_STYLE}font-name")) or text.get(f"{_STYLE}font-name")
            if text.get(f"{_FO}font-family"):
                return text.get(f"{_FO}font-family").strip("'\"")
        name = style.get(f"{_STYLE}parent-style-name")
    return ""


def _count(element: ElementTree.Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isdigit() and len(text) < 10 and int(text) > 0 else 1


def _sheet(found: Container, table, styles: dict, faces: dict, left: int) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    hidden_rows, hidden_columns, merges = set(), set(), []
    name = clean(table.get(f"{_TABLE}name", ""))
    defaults, column = [], 1
    for entry in table.iter(f"{_TABLE}table-column"):
        count = min(_count(entry, "number-columns-repeated"), MAX_COLUMN)
        if entry.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            hidden_columns.update(range(column, column + count))
        defaults += [entry.get(f"{_TABLE}default-cell-style-name")] * (count if len(defaults) < MAX_COLUMN else 0)
        column += count
    row = 1
    for line in table.iter(f"{_TABLE}table-row"):
        times = _count(line, "number-rows-repeated")
        column, found_here = 1, []
        for entry in line:
            if entry.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            repeat = _count(entry, "number-columns-repeated")
            across, down = _count(entry, "number-columns-spanned"), _count(entry, "number-rows-spanned")
            if across * down > 1:
                merges.append((row, column, row + down - 1, column + across - 1))
            if len(entry) or f"{_OFFICE}value-type" in entry.attrib or f"{_TABLE}formula" in entry.attrib:
                style = entry.get(f"{_TABLE}style-name") or (defaults[column - 1] if column <= len(defaults) else None)
                cell = _cell(found, name, entry, row, column, style, styles, faces)
                if cell is not None:
                    if repeat > MAX_COLUMN or column + repeat > MAX_COLUMN + 1:
                        raise Refused("huge_range", file=found.file, sheet=name, range=f"{cell.ref} x {repeat}")
                    found_here += [(column + n, cell) for n in range(repeat)]
            column += repeat
        if found_here and (row + times > MAX_ROW + 1 or len(cells) + len(found_here) * times > left):
            raise Refused("huge_range", file=found.file, sheet=name, range=f"{found_here[0][1].ref} x {times}")
        if line.get(f"{_TABLE}visibility") in ("collapse", "filter") and row + times <= MAX_ROW:
            hidden_rows.update(range(row, row + times))
        for down in range(times if found_here else 0):
            for at, cell in found_here:
                cells[row + down, at] = Cell(row + down, at, cell.kind, cell.text, cell.value, cell.converted)
        row += times
    style = styles.get(("table", table.get(f"{_TABLE}style-name")))
    shown = style.find(f"{_STYLE}table-properties") if style is not None else None
    hidden = shown is not None and shown.get(f"{_TABLE}display") == "false"
    return Sheet(name, cells, hidden, frozenset(hidden_rows), frozenset(hidden_columns), cover(cells, merges))


def _cell(found: Container, sheet: str, entry, row: int, column: int, style, styles: dict, faces: dict) -> Cell | None:
    kind = entry.get(f"{_OFFICE}value-type")
    value = entry.get(f"{_OFFICE}value")
    font = _font(styles, faces, "table-cell", style)
    if entry.get(f"{_CALC}value-type") == "error":
        text = clean("".join(text for text, _ in _runs(entry, font, styles, faces)))[:20] or "#VALUE!"
        return Cell(row, column, "error", text, text)
    if kind is None and f"{_TABLE}formula" in entry.attrib:
        return Cell(row, column, "formula", clean(entry.get(f"{_TABLE}formula"))[:200])
    if kind in ("float", "currency", "percentage") and value is not None:
        return number_cell(row, column, value, "percent" if kind == "percentage" else "number")
    if kind == "boolean":
        true = entry.get(f"{_OFFICE}boolean-value") == "true"
        return Cell(row, column, "boolean", "TRUE" if true else "FALSE", true)
    if kind == "date":
        try:
            return date_cell(row, column, dt.date.fromisoformat(entry.get(f"{_OFFICE}date-value", "")[:10]))
        except ValueError:
            raise Refused("damaged", file=found.file) from None
    runs = _runs(entry, font, styles, faces)
    return styled_text(found.file, sheet, row, column, runs, old_font(font), font)


def _runs(entry, font: str, styles: dict, faces: dict) -> list[tuple[str, str]]:
    """The cell's text in pieces of one font, paragraphs as lines; comments left out."""
    runs: list[tuple[str, str]] = []

    def walk(element, font: str):
        if element.tag == f"{_OFFICE}annotation":
            return
        if element.tag == f"{_TEXT}span":
            font = _font(styles, faces, "text", element.get(f"{_TEXT}style-name")) or font
        if element.tag == f"{_TEXT}s":
            runs.append((" " * min(_spaces(element), 1000), font))
        elif element.tag in (f"{_TEXT}line-break", f"{_TEXT}tab"):
            runs.append(("\n" if element.tag.endswith("line-break") else " ", font))
        runs.append((element.text or "", font))
        for child in element:
            walk(child, font)
            runs.append((child.tail or "", font))

    for number, paragraph in enumerate(entry.iterfind(f"{_TEXT}p")):
        if number:
            runs.append(("\n", font))
        walk(paragraph, font)
    return runs


def _spaces(element) -> int:
    count = element.get(f"{_TEXT}c", "1")
    return int(count) if count.isdigit() and len(count) < 6 else 1


def _marks(found: Container, root) -> dict[str, str]:
    marks = {}
    for name in root.iter(f"{_TABLE}named-expression"):
        if name.get(f"{_TABLE}name", "").lower().startswith("dx_"):
            text = name.get(f"{_TABLE}expression", "").removeprefix("of:").lstrip("=").strip('"')
            marks[name.get(f"{_TABLE}name").lower()] = text.replace('""', '"')
    if "meta.xml" in found.names():
        for field in found.xml("meta.xml").iter(f"{_META}user-defined"):
            if field.get(f"{_META}name", "").lower().startswith("dx_"):
                marks.setdefault(field.get(f"{_META}name").lower(), (field.text or "").strip())
    return marks
