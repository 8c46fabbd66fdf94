"""Workbooks of Excel (.xlsx, .xlsm), read in one pass over the standard library's XML parser.

Number format, font, formula and cached value are read together; the sheet's declared dimension is not believed;
macros are never looked into. What cannot be read here as the sender sees it is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

from dxlib.intake import quickcells
from dxlib.intake.cells import cover, format_class, number_cell, styled_text, text_cell
from dxlib.intake.container import (
    MAX_CELLS,
    MAX_COLUMN,
    MAX_DECLARED,
    MAX_ROW,
    Container,
    plain_xml,
)
from dxlib.intake.sheets import Cell, Refused, Sheet, column_name
from dxlib.intake.texts import clean, old_font

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})\Z")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HIDDEN = ("hidden", "veryHidden")
_WHOLE_TREE = 4_000_000  # bytes


@dataclass
class Styles:
    """What a cell's style index stands for: what its number format shows, and its font's old encoding."""

    shows: list[str] = field(default_factory=lambda: ["number"])
    fonts: list[str] = field(default_factory=lambda: [""])
    names: list[str] = field(default_factory=lambda: [""])

    def of(self, index: int) -> tuple[str, str, str]:
        if 0 <= index < len(self.shows):
            return self.shows[index], self.fonts[index], self.names[index]
        return "number", "", ""


def read(found: Container) -> tuple[list[Sheet], dict[str, str]]:
    """The sheets of a workbook, hidden ones too, and its hidden marks (names that begin with dx_)."""
    names = set(found.names())
    book_part = _main_part(found, names)
    book = found.xml(book_part)
    space = _space(book)
    links = _links(found, book_part, names)
    styles = _styles(found, links.get("styles"), names)
    strings = _strings(found, links.get("sharedStrings"), names)
    properties = book.find(f"{space}workbookPr")
    epoch_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    sheets, seen, left = [], set(), MAX_CELLS
    for entry in book.iterfind(f"{space}sheets/{space}sheet"):
        ids = [value for key, value in entry.attrib.items() if key.endswith("}id")]
        part = links.get(ids[0]) if ids else None
        if part is None or part not in names or part in seen:  # one part as many sheets is no workbook of any program
            raise Refused("damaged", file=found.file)
        if "/chartsheets/" in part or "/dialogsheets/" in part or "/macrosheets/" in part:
            continue
        seen.add(part)
        sheet = _sheet(found, part, clean(entry.get("name", "")), styles, strings, epoch_1904, left)
        left -= len(sheet.cells)
        hidden = entry.get("state") in _HIDDEN
        sheets.append(Sheet(sheet.name, sheet.cells, hidden, sheet.hidden_rows, sheet.hidden_columns, sheet.merges))
    if not sheets:
        raise Refused("damaged", file=found.file)
    return sheets, _marks(found, book, space, names)


def _space(root: ElementTree.Element) -> str:
    return root.tag[: root.tag.index("}") + 1] if root.tag.startswith("{") else ""


def _main_part(found: Container, names: set[str]) -> str:
    if "_rels/.rels" in names:
        for link in found.xml("_rels/.rels"):
            if link.get("Type", "").endswith("/officeDocument"):
                part = link.get("Target", "").lstrip("/")
                if part in names:
                    return part
    if "xl/workbook.xml" in names:
        return "xl/workbook.xml"
    raise Refused("damaged", file=found.file)


def _links(found: Container, part: str, names: set[str]) -> dict[str, str]:
    """Where a part's relations lead, by id and by the last word of their type."""
    folder, file = posixpath.split(part)
    relations = f"{folder}/_rels/{file}.rels"
    links: dict[str, str] = {}
    if relations in names:
        for link in found.xml(relations):
            target = link.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            links[link.get("Id", "")] = path
            links.setdefault(link.get("Type", "").rsplit("/", 1)[-1], path)
    return links


def _styles(found: Container, part: str | None, names: set[str]) -> Styles:
    if part not in names:
        return Styles()
    root = found.xml(part)
    space = _space(root)
    codes = {
        _whole(entry.get("numFmtId"), -1): entry.get("formatCode", "")
        for entry in root.iterfind(f"{space}numFmts/{space}numFmt")
    }
    fonts = []
    for font in root.iterfind(f"{space}fonts/{space}font"):
        name = font.find(f"{space}name")
        fonts.append(name.get("val", "") if name is not None else "")
    styles = Styles([], [], [])
    for style in root.iterfind(f"{space}cellXfs/{space}xf"):
        number, font = _whole(style.get("numFmtId"), 0), _whole(style.get("fontId"), 0)
        name = fonts[font] if 0 <= font < len(fonts) else ""
        styles.shows.append(format_class(number, codes.get(number, "")))
        styles.fonts.append(old_font(name))
        styles.names.append(name)
    return styles if styles.shows else Styles()


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        return otherwise


def _strings(found: Container, part: str | None, names: set[str]) -> list:
    """The shared strings: a str each, or a list of runs (text, font's name) where a run names a font."""
    if part not in names:
        return []
    strings, root = [], None
    for event, element in _events(found, part):
        if event == "start" and root is None:
            root, space = element, _space(element)
        elif event == "end" and element.tag == f"{space}si":
            strings.append(_rich(element, space))
            root.clear()
    return strings


def _events(found: Container, part: str):
    data = plain_xml(found.file, found.part(part))
    try:
        yield from ElementTree.iterparse(io.BytesIO(data), events=("start", "end"))
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Refused("damaged", file=found.file) from None


def _rich(item: ElementTree.Element, space: str):
    """The text of a string item; its runs where one names a font of its own. Phonetic hints are left out."""
    if len(item) == 1 and item[0].tag == f"{space}t":
        return _unescaped(item[0].text or "")
    runs = []
    for child in item:
        if child.tag == f"{space}t":
            runs.append((_unescaped(child.text or ""), None))
        elif child.tag == f"{space}r":
            font = child.find(f"{space}rPr/{space}rFont")
            text = "".join(t.text or "" for t in child.iterfind(f"{space}t"))
            runs.append((_unescaped(text), font.get("val") if font is not None else None))
    return runs if any(font for _, font in runs) else "".join(text for text, _ in runs)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _sheet(found, part, name, styles: Styles, strings: list, epoch_1904: bool, left: int) -> Sheet:
    data = plain_xml(found.file, found.part(part))
    _refuse_huge(found.file, name, data, left)
    cells: dict[tuple[int, int], Cell] = {}
    hidden_rows, hidden_columns, merges, row = set(), set(), [], 0
    apart = quickcells.split(data)
    quick = quickcells.cells(apart[1]) if apart else None
    try:
        if quick is not None:
            data, hidden_rows = apart[0], quick[1]
            for row, column, style, kind, value, formula, inline in quick[0]:
                looks, inline = styles.of(style), inline and _unescaped(inline)
                cell = _made(found, name, row, column, kind, looks, value, formula, inline, strings, epoch_1904)
                if cell is not None:
                    cells[row, column] = cell
        for tag, space, element in _elements(data):
            if tag == "row":
                row = _whole(element.get("r"), row + 1)
                if element.get("hidden") in ("1", "true"):
                    hidden_rows.add(row)
                column = 0
                for entry in element:
                    row, column = _place(entry.get("r"), row, column + 1)
                    if len(entry):
                        cell = _cell(found, name, entry, row, column, space, styles, strings, epoch_1904)
                        if cell is not None:
                            cells[row, column] = cell
            elif tag == "col":
                if element.get("hidden") in ("1", "true"):
                    first, last = _whole(element.get("min"), 1), _whole(element.get("max"), 0)
                    hidden_columns.update(range(first, min(last, MAX_COLUMN) + 1))
            else:
                merges += _range(element.get("ref"))
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Refused("damaged", file=found.file) from None
    if any(row > MAX_ROW or column > MAX_COLUMN for row, column in cells):
        raise Refused("huge_range", file=found.file, sheet=name, range=f"A1:{_last(cells)}")
    merges = cover(cells, merges)
    return Sheet(name, cells, False, frozenset(hidden_rows), frozenset(hidden_columns), merges)


def _elements(data: bytes):
    """Rows, columns and merges of a sheet: from the whole tree when it is small, row by row when it is not."""
    if len(data) < _WHOLE_TREE:
        root = ElementTree.fromstring(data)
        space = _space(root)
        for group, tag in (("cols", "col"), ("sheetData", "row"), ("mergeCells", "mergeCell")):
            for element in root.iterfind(f"{space}{group}/{space}{tag}"):
                yield tag, space, element
        return
    first = ElementTree.XMLPullParser(("start",))
    first.feed(data[:65_536])
    space = next((_space(element) for _, element in first.read_events()), "")
    wanted = {f"{space}{tag}": tag for tag in ("row", "col", "mergeCell")}
    for _, element in ElementTree.iterparse(io.BytesIO(data)):
        if tag := wanted.get(element.tag):
            yield tag, space, element
            element.clear()


def _refuse_huge(file: str, name: str, data: bytes, left: int) -> None:
    declared = re.search(rb"<(?:\w+:)?dimension[^>]*ref=[\"']([A-Za-z0-9$:]+)[\"']", data[:4000])
    if declared:
        ref = declared[1].decode()
        for top, first, bottom, last in _range(ref):
            if (bottom - top + 1) * (last - first + 1) > MAX_DECLARED:
                raise Refused("huge_range", file=file, sheet=name, range=ref)
    count = data.count(b"<c ") + data.count(b"<c>") + data.count(b":c ")
    if data.count(b"<v") + data.count(b":v>") > left or count > 4 * MAX_CELLS or data.count(b"<row") > 12 * MAX_ROW:
        raise Refused("huge_range", file=file, sheet=name, range=str(count))


def _last(cells: dict) -> str:
    return f"{column_name(max(column for _, column in cells))}{max(row for row, _ in cells)}"


def _place(ref: str | None, row: int, column: int) -> tuple[int, int]:
    if not ref and row > 0:
        return row, column
    found = _REF.match(ref or "")
    if not found:
        raise ValueError(ref)
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column


def _range(ref: str | None) -> list[tuple[int, int, int, int]]:
    first, _, last = (ref or "").partition(":")
    if not _REF.match(first) or (last and not _REF.match(last)):
        return []
    top, left = _place(first, 0, 0)
    bottom, right = _place(last or first, 0, 0)
    return [(min(top, bottom), min(left, right), max(top, bottom), max(left, right))]


def _cell(found, sheet, entry, row, column, space, styles, strings, epoch_1904) -> Cell | None:
    """One cell element that has content."""
    value = formula = inline = None
    for child in entry:
        tag = child.tag[len(space) :]
        if tag == "v":
            value = child.text or ""
        elif tag == "f":
            formula = child.text or ""
        elif tag == "is":
            inline = _rich(child, space)
    kind, looks = entry.get("t", "n"), styles.of(_whole(entry.get("s"), 0))
    return _made(found, sheet, row, column, kind, looks, value, formula, inline, strings, epoch_1904)


def _made(found, sheet, row, column, kind, looks, value, formula, inline, strings, epoch_1904) -> Cell | None:
    """The cell that a type, a style's looks, and what stands in it make."""
    shows, font, font_name = looks
    if kind == "inlineStr":
        if inline is None:
            return None
        return styled_text(found.file, sheet, row, column, inline, font, font_name)
    if value is None or value == "":
        if formula is None or (kind == "str" and value == ""):
            return None  # nothing, or a formula whose value is an empty text
        return Cell(row, column, "formula", clean("=" + formula)[:200])
    if kind == "n":
        return number_cell(row, column, value, shows, epoch_1904)
    if kind == "s":
        index = _whole(value, -1)
        if not 0 <= index < len(strings):
            raise Refused("damaged", file=found.file)
        return styled_text(found.file, sheet, row, column, strings[index], font, font_name)
    if kind == "b":
        return Cell(row, column, "boolean", "TRUE" if value == "1" else "FALSE", value == "1")
    if kind == "e":
        return Cell(row, column, "error", clean(value)[:20], clean(value)[:20])
    if kind == "d":
        return text_cell(row, column, value[:40])
    return styled_text(found.file, sheet, row, column, _unescaped(value), font, font_name)


def _marks(found: Container, book: ElementTree.Element, space: str, names: set[str]) -> dict[str, str]:
    """A form's hidden marks: defined names and document properties that begin with dx_."""
    marks = {}
    for entry in book.iterfind(f"{space}definedNames/{space}definedName"):
        if entry.get("name", "").lower().startswith("dx_"):
            marks[entry.get("name").lower()] = (entry.text or "").strip().lstrip("=").strip('"').replace('""', '"')
    if "docProps/custom.xml" in names:
        for entry in found.xml("docProps/custom.xml"):
            if entry.get("name", "").lower().startswith("dx_"):
                marks.setdefault(entry.get("name").lower(), "".join(entry.itertext()).strip())
    return marks
