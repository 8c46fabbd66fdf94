"""Tables of Word documents (.docx): each table a sheet, as it reads with all tracked changes accepted."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from dxlib.intake.cells import cover, styled_text
from dxlib.intake.container import MAX_CELLS, MAX_COLUMN, Container
from dxlib.intake.sheets import Cell, Refused, Sheet
from dxlib.intake.texts import old_font

_SPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "tcPr", "trPr", "tblPr")
_DEEPEST = 200
_ABOVE, _LONGEST = 30, 300  # paragraphs above a table, and characters of each, that are kept


def read(found: Container) -> tuple[list[Sheet], dict[str, str]]:
    """The tables of a document in their order; no marks: a form is never a document."""
    root = found.xml("word/document.xml")
    space = root.tag[: root.tag.index("}") + 1] if root.tag.startswith("{") else ""
    if space not in _SPACES:
        raise Refused("damaged", file=found.file)
    fonts = _fonts(found, space)
    sheets, left = [], MAX_CELLS
    above: list[str] = []
    for part in _parts(root, space):
        if part.tag == f"{space}p":
            above += _paragraph(found, part, space, fonts)
            continue
        sheet = _sheet(found, part, f"Bảng {len(sheets) + 1}", space, fonts, left)
        sheets.append(replace(sheet, above=tuple(above[-_ABOVE:])))
        left, above = left - len(sheet.cells), []
    if not sheets:
        pictures = any(name.startswith("word/media/") for name in found.names())
        raise Refused("scan_inside" if pictures else "no_table", file=found.file)
    return sheets, {}


def _parts(element: ElementTree.Element, space: str, depth: int = 0):
    """Paragraphs, and tables that stand in no other table, in their order."""
    for child in element:
        if child.tag == f"{space}tbl":
            yield child
            continue
        if child.tag == f"{space}p":
            yield child
        if child.tag not in (_FALLBACK, f"{space}del", f"{space}moveFrom") and depth < _DEEPEST:
            yield from _parts(child, space, depth + 1)


def _paragraph(found: Container, part: ElementTree.Element, space: str, fonts: dict) -> list[str]:
    """The text of a paragraph outside tables, converted as a cell's is; none where it says nothing."""
    font = fonts.get("", "")
    try:
        cell = styled_text(found.file, "", 1, 1, _text([part], space, fonts), old_font(font), font)
    except Refused:  # a VNI font outside the tables does no harm
        return []
    return [" ".join(cell.text.split())[:_LONGEST]] if cell is not None and cell.text.strip() else []


def _fonts(found: Container, space: str) -> dict[str, str]:
    """The font of each style by id, and of the document under ""."""
    if "word/styles.xml" not in found.names():
        return {}
    root = found.xml("word/styles.xml")
    default = root.find(f"{space}docDefaults/{space}rPrDefault/{space}rPr")
    fonts = {"": _own_font(default, space) or ""}
    styles = {style.get(f"{space}styleId"): style for style in root.iterfind(f"{space}style")}
    for identity, style in styles.items():
        at = style
        for _ in range(20):
            own = _own_font(at.find(f"{space}rPr"), space) if at is not None else None
            based = at.find(f"{space}basedOn") if at is not None else None
            if own or based is None:
                break
            at = styles.get(based.get(f"{space}val"))
        if own:
            fonts[identity] = own
        if own and style.get(f"{space}default") == "1" and style.get(f"{space}type") == "paragraph":
            fonts[""] = own
    return fonts


def _own_font(properties, space: str) -> str | None:
    font = properties.find(f"{space}rFonts") if properties is not None else None
    return (font.get(f"{space}ascii") or font.get(f"{space}hAnsi")) if font is not None else None


def _number(element, path: str, space: str, otherwise: int = 0) -> int:
    found = element.find(path) if element is not None else None
    text = found.get(f"{space}val", "") if found is not None else ""
    return min(int(text), MAX_COLUMN) if text.isdigit() and len(text) < 8 else otherwise


def _sheet(found: Container, table, name: str, space: str, fonts: dict, left: int) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    open_: dict[int, tuple[int, int, int]] = {}  # column -> first row, first column and width of a vertical merge
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(_children(table, "tr", space), 1):
        properties = line.find(f"{space}trPr")
        column = 1 + _number(properties, f"{space}gridBefore", space)
        for entry in _children(line, "tc", space):
            look = entry.find(f"{space}tcPr")
            width = max(1, _number(look, f"{space}gridSpan", space, 1))
            merge = look.find(f"{space}vMerge") if look is not None else None
            continues = merge is not None and merge.get(f"{space}val", "continue") == "continue"
            if continues and column in open_:
                top, first, width = open_[column]
                spans[top, first] = (row, first + width - 1)
            else:
                open_.pop(column, None)
                text = _text(entry, space, fonts)
                cell = styled_text(found.file, name, row, column, text, old_font(fonts.get("", "")), fonts.get("", ""))
                if cell is not None:
                    cells[row, column] = cell
                if merge is not None:
                    open_[column] = (row, column, width)
                if width > 1:
                    spans[row, column] = (row, column + width - 1)
            column += width
            if column > MAX_COLUMN or len(cells) > left:
                raise Refused("huge_range", file=found.file, sheet=name, range=f"{row} x {column}")
    merges = [(top, first, bottom, last) for (top, first), (bottom, last) in spans.items()]
    return Sheet(name, cells, merges=cover(cells, merges))


def _children(element, tag: str, space: str, depth: int = 0):
    """Rows of a table, cells of a row, also inside content controls and tracked insertions."""
    for child in element:
        if child.tag == f"{space}{tag}":
            yield child
        elif child.tag in (f"{space}sdt", f"{space}sdtContent", f"{space}ins", f"{space}customXml") and depth < 20:
            yield from _children(child, tag, space, depth + 1)


def _text(entry, space: str, fonts: dict) -> list[tuple[str, str]]:
    """The text of a cell in pieces of one font, paragraphs as lines."""
    runs: list[tuple[str, str]] = []
    left_out = {f"{space}{tag}" for tag in _LEFT_OUT} | {_FALLBACK}

    def walk(element, font: str, depth: int):
        tag = element.tag
        if tag in left_out or depth > _DEEPEST:
            return
        if tag == f"{space}p":
            if runs:
                runs.append(("\n", font))
            style = element.find(f"{space}pPr/{space}pStyle")
            font = fonts.get(style.get(f"{space}val"), font) if style is not None else font
        elif tag == f"{space}r":
            own = element.find(f"{space}rPr")
            if own is not None:
                vanish = own.find(f"{space}vanish")
                if vanish is not None and vanish.get(f"{space}val", "1") not in ("0", "false"):
                    return
                style = own.find(f"{space}rStyle")
                font = fonts.get(style.get(f"{space}val"), font) if style is not None else font
                font = _own_font(own, space) or font
        elif tag == f"{space}t":
            runs.append((element.text or "", font))
        elif tag in (f"{space}br", f"{space}cr"):
            runs.append(("\n", font))
        elif tag == f"{space}tab":
            runs.append((" ", font))
        elif tag == f"{space}noBreakHyphen":
            runs.append(("-", font))
        for child in element:
            walk(child, font, depth + 1)

    for child in entry:
        walk(child, fonts.get("", ""), 0)
    return [(text, font or "") for text, font in runs]
