"""The form's look: cells in its fonts and colours, what a cell refuses, locks and print set-up."""

from __future__ import annotations

from functools import cache

from dxlib.intake.formtable import HEAD_ROWS
from dxlib.messages import label

FONT = "Times New Roman"
INPUT, HEAD, DEMAND, FIXED = "FFFBE6", "DCE6F1", "F8CBAD", "F5F5F5"
TEXT_LIMIT = 2000


def say(code: str, **fields) -> str:
    """A text of the form."""
    return label("vi", "form", code, **fields)


def put(
    sheet, row: int, column: int, value, bold=False, italic=False, size=11, box=False, typed=False, wrap=False, centre=False,
    fill="",
):  # fmt: skip
    """Write one cell in the form's look; only `typed` ones are open to the sender."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value, cell.data_type = value, "s"  # a name that begins with = is a name
    else:
        cell.value = value
    cell.font, cell.alignment = _font(bold, italic, size), _alignment(box, wrap, centre)
    if box:
        cell.border, cell.fill = _border(), solid(fill or (INPUT if typed else FIXED))
    cell.protection = _protection(typed)
    return cell


@cache
def _font(bold: bool, italic: bool, size: int):
    from openpyxl.styles import Font

    return Font(name=FONT, size=size, bold=bold, italic=italic)


@cache
def _alignment(box: bool, wrap: bool, centre: bool):
    from openpyxl.styles import Alignment

    return Alignment(vertical="center" if box else "top", wrap_text=wrap, horizontal="center" if centre else None)


@cache
def _border():
    from openpyxl.styles import Border, Side

    side = Side(style="thin", color="999999")
    return Border(left=side, right=side, top=side, bottom=side)


@cache
def _protection(typed: bool):
    from openpyxl.styles import Protection

    return Protection(locked=not typed)


@cache
def solid(colour: str):
    """A fill of one colour."""
    from openpyxl.styles import PatternFill

    return PatternFill(fill_type="solid", start_color=colour, end_color=colour)


def refuse_long(sheet, *places: str) -> None:
    """Cells that accept a text of some length."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(TEXT_LIMIT), allow_blank=True)
    refuse(sheet, rule, say("refuse_long", count=TEXT_LIMIT), *places)


def refuse(sheet, rule, text: str, *places: str) -> None:
    """Cells that accept what a rule says, and say what that is."""
    rule.errorTitle, rule.error, rule.errorStyle = say("refuse_title"), text, "stop"
    rule.showErrorMessage, rule.showDropDown = True, None
    for place in places:
        rule.add(place)
    sheet.add_data_validation(rule)


def letter(column: int) -> str:
    """The letters of a column."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


def finish(sheet, area: str, freeze: str = "", landscape: bool = True) -> None:
    """Lock all but the typed cells (without a password: against slips, not against people), and set up printing."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # False: allowed
    if freeze:
        sheet.freeze_panes = freeze
        sheet.print_title_rows = f"{HEAD_ROWS}:{HEAD_ROWS}"
    sheet.print_area = area
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3 if freeze else sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
