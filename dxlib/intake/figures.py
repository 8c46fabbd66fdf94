"""The one strict grammar of a reported figure: from a cell to exact numbers, or to a finding that says why not.

    figure   = state | [words] number [%] [unit] [(remark)] | number / number | bound number | number - number
    97,5%    1.234,5    97%/95%    13/17 dịch vụ    ≥ 80%    hơn 6.050 người    ước đạt 97%    KPS    đang tổng hợp

What has two readings is refused with both shown; what has one but is unusual is taken with a warning.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

from dxlib.intake import numerals
from dxlib.intake.matching import fold
from dxlib.intake.quantities import COUNTS, LONGEST, Expects, Figure, Unreadable, agree, quantity, tell_fraction
from dxlib.intake.sheets import Cell, Finding
from dxlib.intake.texts import clean
from dxlib.intake.vocabulary import (
    BOUNDS,
    LADDER,
    PREFIXES,
    REMARKS,
    STATES,
    STATUS_OF,
)

_BRACKET = re.compile(r"(?P<outer>.*?)\s*\((?P<inner>[^()]*)\)\s*\Z", re.S)
_MARKS = re.compile(r"\s*\*+\s*\Z")


def read_figure(cell: Cell | str, expects: Expects = Expects(), sheet: str = "", row: str = "") -> Figure:
    """The figure in a cell or text; its findings say what is wrong (then there is no number) or unusual.

    >>> read_figure("1.356/1.356", Expects("percent")).numerator, read_figure("97%/95%").target
    (Decimal('1356'), Decimal('95'))
    >>> read_figure("1.234").findings[0].rule, read_figure("1.234", Expects("whole")).value
    ('two_readings', Decimal('1234'))
    """
    if isinstance(cell, str):
        cell = Cell(0, 0, "text" if cell.strip() else "empty", clean(cell))
    place = {"sheet": sheet, "ref": cell.ref if cell.row else "", "row": row}
    found = " ".join(cell.text.split())[:100]
    try:
        figure = _of_kind(cell, expects)
    except Unreadable as refused:
        fields = tuple((name, str(value)) for name, value in refused.fields.items())
        return Figure(findings=(Finding(refused.rule, "error", **place, found=found, fields=fields),))
    told = tuple(replace(finding, found=found, **place) for finding in figure.findings)
    return replace(figure, findings=told)


def _of_kind(cell: Cell, expects: Expects) -> Figure:
    if cell.kind in ("empty", "text") and cell.blank:
        return Figure(state="blank")
    if cell.kind == "error":
        raise Unreadable("error_cell")
    if cell.kind == "formula":
        raise Unreadable("formula_without_value")
    if cell.kind == "date":
        raise Unreadable("date_for_number", typed=_typed(cell.value))
    if cell.kind == "boolean":
        raise Unreadable("boolean_for_number")
    if cell.kind == "merged":
        raise Unreadable("merged_figure")
    if cell.kind == "percent":
        if expects.kind in COUNTS:
            raise Unreadable("percent_for_count")
        return _checked(Figure(cell.value, percent=True), expects)
    if cell.kind == "number":
        told = tell_fraction(cell.value, expects)
        return _checked(Figure(cell.value, findings=tuple(told)), expects)
    return _text(cell.text, expects)


def _typed(value) -> str:
    """What may have been typed before the program made a date of it."""
    if not isinstance(value, dt.date):
        return str(value)
    return f"{value.day}/{value.month}, {value.month}/{value.day}, {value.month}/{value.year}"


def _text(text: str, expects: Expects) -> Figure:
    if len(text) > LONGEST:
        raise Unreadable("not_a_figure")
    wide = numerals.narrow(text)
    told = [] if wide == text.replace("\u2212", "-") else [Finding("unusual", "warning")]
    text = " ".join(wide.split()).strip(" ;:")
    if (state := _state(text, expects)) is not None:
        return state
    if _MARKS.search(text):
        text = _MARKS.sub("", text)
        told.append(Finding("footnote_mark", "note"))
    inner = ""
    if bracket := _BRACKET.match(text):
        text, inner = bracket["outer"], bracket["inner"].strip()
    known = Figure()
    if inner and (code := REMARKS.get(fold(inner))) is not None:
        known, inner = replace(known, status=code), ""
    known, text = _prefixes(text, known)
    if inner:  # a share and its cases, each of which says how the other is to be read
        plain = replace(expects, target=None)
        figure = agree(quantity(text, plain, known, told), quantity(inner, plain, Figure(), told), expects)
        told = [finding for finding in told if finding.rule != "as_cases"]
    else:
        figure = quantity(text, expects, known, told)
    seen = {finding.rule: finding for finding in told}
    return _checked(replace(figure, findings=tuple(seen.values())), expects)


def _state(text: str, expects: Expects) -> Figure | None:
    """A cell that holds a word for a figure: a state, or a dash."""
    key = fold(text.strip(" .")) or text.strip()
    if key == "x":
        raise Unreadable("mark_alone")
    if set(text) <= set("-–—_ ") or key in ("...", "…", "") or set(text) <= set(".… "):
        return Figure(state="value_missing", status="O", findings=(Finding("dash", "warning"),))
    if expects.kind == "milestone" and key in LADDER:
        return Figure(Decimal(LADDER[key]), state=STATES.get(key, ""))
    if (state := STATES.get(key)) is None:
        return None
    if state in STATUS_OF:
        return Figure(state=state, status=STATUS_OF[state])
    if expects.kind in ("percent", *COUNTS):
        raise Unreadable("word_for_number")
    if expects.kind == "milestone":
        raise Unreadable("word_for_step")
    return Figure(state=state)


def _prefixes(text: str, figure: Figure) -> tuple[Figure, str]:
    """Words before the number: đạt, ước, hơn, gần, khoảng, ≥ ..."""
    changed = True
    while changed:
        changed = False
        for pattern, field, code in (*PREFIXES, *BOUNDS):
            if not (found := pattern.match(text)):
                continue
            if field and getattr(figure, field):
                raise Unreadable("not_a_figure")
            text, changed = text[found.end() :].lstrip(), True
            figure = replace(figure, **{field: code}) if field else figure
            break
    text, above = re.subn(r"\s+trở lên\Z", "", text, flags=re.I)
    if above:
        if figure.operator or figure.qualifier:
            raise Unreadable("not_a_figure")
        figure = replace(figure, operator="at_least")
    return figure, text


def _checked(figure: Figure, expects: Expects) -> Figure:
    """Digits that a data package can hold, and whole numbers where the column holds no others."""
    for number in (figure.value, figure.target, figure.upper, figure.numerator, figure.denominator):
        if number is not None and numerals.too_long(number):
            raise Unreadable("too_many_digits")
    numbers = [number for number in (figure.value, figure.target, figure.upper) if number is not None]
    whole = expects.kind in ("whole", "milestone")
    if whole and any(number != number.to_integral_value() for number in numbers):
        raise Unreadable("not_whole")
    if expects.kind == "milestone" and figure.value is not None and not 0 <= figure.value <= 3:
        raise Unreadable("word_for_step")
    if expects.kind == "qualitative" and figure.value is not None:
        raise Unreadable("number_for_word")
    return figure
