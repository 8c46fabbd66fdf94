"""Old workbooks (.xls) by xlrd: number formats, fonts, hidden rows and merges; cached values only, macros never run."""

from __future__ import annotations

import io

from dxlib.intake.cells import cover, format_class, number_cell, styled_text
from dxlib.intake.container import MAX_CELLS, Container
from dxlib.intake.sheets import Cell, Refused, Sheet
from dxlib.intake.texts import clean, old_font

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_OUTSIDE = (2, 4)  # xlrd's SUPBOOK_EXTERNAL and SUPBOOK_DDEOLE


def read(found: Container) -> tuple[list[Sheet], dict[str, str]]:
    """The sheets of an old workbook, and its hidden marks."""
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=found.data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except MemoryError:
        raise
    except xlrd.XLRDError as error:
        raise Refused("password" if "encrypted" in str(error).lower() else "damaged", file=found.file) from None
    except Exception:  # xlrd raises whatever a broken record makes of it: struct.error, IndexError, AssertionError ...
        raise Refused("damaged", file=found.file) from None
    if any(kind in _OUTSIDE for kind in getattr(book, "_supbook_types", ())):
        raise Refused("external_link", file=found.file)
    try:
        sheets, left = [], MAX_CELLS
        for sheet in book.sheets():
            sheets.append(_sheet(found, book, sheet, left))
            left -= len(sheets[-1].cells)
        marks = {
            name.name.lower(): str(name.result.value)
            for name in book.name_obj_list
            if name.name.lower().startswith("dx_") and name.result is not None
        }
    except (Refused, MemoryError):
        raise
    except Exception:
        raise Refused("damaged", file=found.file) from None
    if not sheets:
        raise Refused("damaged", file=found.file)
    return sheets, marks


def _sheet(found: Container, book, sheet, left: int) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    name = clean(sheet.name)
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            kind = sheet.cell_type(row, column)
            if kind in (0, 6):
                continue
            cell = _cell(found, book, sheet, name, row, column, kind)
            if cell is not None:
                cells[row + 1, column + 1] = cell
        if len(cells) > left:
            raise Refused("huge_range", file=found.file, sheet=name, range=f"A1:{sheet.ncols}x{sheet.nrows}")
    merges = [(top + 1, first + 1, bottom, last) for top, bottom, first, last in sheet.merged_cells]
    rows = frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    columns = frozenset(column + 1 for column, info in sheet.colinfo_map.items() if info.hidden)
    return Sheet(name, cells, sheet.visibility != 0, rows, columns, cover(cells, merges))


def _cell(found, book, sheet, name, row, column, kind) -> Cell | None:
    value, place = sheet.cell_value(row, column), (row + 1, column + 1)
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    if kind == 1:
        font = book.font_list[style.font_index].name
        runs = sheet.rich_text_runlist_map.get((row, column))
        text = value
        if runs:
            starts = [(0, style.font_index), *runs]
            ends = [start for start, _ in starts[1:]] + [len(value)]
            text = [(value[start:end], book.font_list[at].name) for (start, at), end in zip(starts, ends)]
        return styled_text(found.file, name, *place, text, old_font(font), font)
    if kind == 4:
        return Cell(*place, "boolean", "TRUE" if value else "FALSE", bool(value))
    if kind == 5:
        error = _ERRORS.get(value, "#VALUE!")
        return Cell(*place, "error", error, error)
    format_ = book.format_map.get(style.format_key)
    shows = format_class(style.format_key, format_.format_str if format_ else "")
    return number_cell(*place, value, shows, book.datemode == 1)
