"""Cells from what a file stores: number formats tell percent and date, floats the decimal typed, fonts the encoding."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from dxlib.intake.container import MAX_CELL_TEXT, MAX_CELLS
from dxlib.intake.sheets import Cell, Refused, column_name
from dxlib.intake.texts import clean, is_old, old_font, only_wears, read_run

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_DATE_IDS = {14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58}
_TIME_IDS = {18, 19, 20, 21, 32, 33, 45, 46, 47}


@lru_cache(4096)
def format_class(number: int, code: str = "") -> str:
    """What a number format shows: "percent", "date", "time", "fraction ?/?" (with its digits), or "number".

    >>> format_class(10), format_class(0, '0.0"%"'), format_class(164, "dd/mm/yyyy"), format_class(164, '0 "dm"')
    ('percent', 'number', 'date', 'number')
    """
    if not code:
        if number in (9, 10):
            return "percent"
        if number in (12, 13):
            return "fraction # ?/?" if number == 12 else "fraction # ??/??"
        return "date" if number in _DATE_IDS else "time" if number in _TIME_IDS else "number"
    first = _QUOTED.sub("", code.split(";")[0]).lower()
    if "%" in first:
        return "percent"
    if fraction := re.search(r"(?:[#0] ?)?\?+/[?0-9]+", first):
        return "fraction " + fraction[0]
    if "general" in first or re.search(r"[0#?]", first.split(".")[0]):
        return "number"
    if re.search(r"[yd]", first) or ("m" in first and not re.search(r"[hs]", first)):
        return "date"
    return "time" if re.search(r"[hms]", first) else "number"


def decimal_of(stored: str | float) -> Decimal | None:
    """The decimal that a stored binary number stands for: at most 15 significant digits, as Excel shows it.

    >>> decimal_of("0.97499999999999998"), decimal_of(0.1 + 0.2), decimal_of("1E+3"), decimal_of("x")
    (Decimal('0.975'), Decimal('0.3'), Decimal('1000'), None)
    """
    try:
        number = float(stored)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return plain(Decimal(f"{number:.15g}"))


def plain(number: Decimal) -> Decimal:
    """The same number without exponent or idle zeros."""
    if number == 0:
        return Decimal(0)
    number = number.normalize()
    whole = number.as_tuple().exponent > 0 and number.adjusted() < 25  # a decimal context holds 28 digits
    return number.quantize(Decimal(1)) if whole else number


def shown(number: Decimal) -> str:
    return format(number, "f") if abs(number.adjusted()) < 40 else str(number)


def number_cell(row: int, column: int, stored: str | float, style: str = "number", epoch_1904: bool = False) -> Cell:
    """A cell that stores a number, as its format shows it."""
    number = decimal_of(stored)
    if number is None:
        return Cell(row, column, "text", clean(str(stored)))
    if style == "percent":
        number = plain(number * 100)
        return Cell(row, column, "percent", shown(number).replace(".", ",") + "%", number)
    if style.startswith("fraction"):
        return Cell(row, column, "text", _fraction(number, style))
    if style in ("date", "time"):
        return _date_cell(row, column, number, style, epoch_1904)
    return Cell(row, column, "number", shown(number), number)


def _fraction(number: Decimal, style: str) -> str:
    """A number as its fraction format shows it: 13/17 for 0.764705882352941."""
    mixed, digits = style.startswith("fraction #"), style.rpartition("/")[2]
    ratio = Fraction(number)
    if digits.isdigit():
        over, under = round(ratio * int(digits)), int(digits)
    else:
        nearest = ratio.limit_denominator(10 ** min(len(digits), 6) - 1)
        over, under = nearest.numerator, nearest.denominator
    whole, over = divmod(over, under) if mixed and over >= 0 else (0, over)
    parts = [str(whole)] * (whole > 0 or not over) + [f"{over}/{under}"] * (over != 0)
    return " ".join(parts)


def _date_cell(row: int, column: int, number: Decimal, style: str, epoch_1904: bool) -> Cell:
    start = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30 if number >= 61 else 31)
    try:
        moment = start + dt.timedelta(seconds=round(float(number) * 86400))
    except OverflowError:
        return Cell(row, column, "number", shown(number), number)
    if style == "time" or (number < 1 and not epoch_1904):
        return Cell(row, column, "date", moment.strftime("%H:%M:%S"), moment.time())
    return date_cell(row, column, moment.date())


def date_cell(row: int, column: int, date: dt.date) -> Cell:
    return Cell(row, column, "date", date.isoformat(), date)


def text_cell(row: int, column: int, text: str, converted: str = "") -> Cell | None:
    """A cell of text; None where nothing is left of it."""
    text = clean(text) if len(text) > 300 else _cleaned(text)
    return Cell(row, column, "text", text, None, converted) if text else None


@lru_cache(8192)
def _cleaned(text: str) -> str:
    """`clean`; names, units and headings come again in every file."""
    return clean(text)


def styled_text(file: str, sheet: str, row: int, column: int, text, font: str, font_name: str) -> Cell | None:
    """Text with the cell's font, or runs with fonts of their own: TCVN3 converted, VNI refused."""
    runs = [(text, None)] if isinstance(text, str) else text
    pieces, converted = [], ""
    for piece, own in runs:
        kind, name = (font, font_name) if own is None else (old_font(own), own)
        if kind == "vni" and is_old(piece) and not only_wears(piece):
            raise Refused("vni_font", file=file, sheet=sheet, ref=f"{column_name(column)}{row}", font=name)
        piece, how = read_run(piece, kind)
        pieces.append(piece)
        converted = converted or how
    return text_cell(row, column, "".join(pieces)[:MAX_CELL_TEXT], converted)


def cover(cells: dict, merges: list) -> tuple[tuple[int, int, int, int], ...]:
    """Give the cells under each merge the text of its first cell, as far as the sheet holds anything."""
    height = max((row for row, _ in cells), default=0)
    width = max((column for _, column in cells), default=0)
    kept, left = [], MAX_CELLS
    for top, first, bottom, last in merges:
        bottom, last = min(bottom, max(height, top)), min(last, max(width, first + 40))
        origin = cells.get((top, first))
        left -= (bottom - top + 1) * (last - first + 1)
        if left < 0 or (bottom, last) == (top, first):
            continue
        kept.append((top, first, bottom, last))
        if origin is None or origin.kind == "merged":
            continue
        for row in range(top, bottom + 1):
            for column in range(first, last + 1):
                if (row, column) != (top, first):
                    cells[row, column] = Cell(row, column, "merged", origin.text, origin.value, origin.converted)
    return tuple(kept)
