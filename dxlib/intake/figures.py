"""The one strict grammar of a reported figure: from a cell to exact numbers, or to a finding that says why not.

    figure   = state | [words] number [%] [unit] [(remark)] | number / number | bound number | number - number
    97,5%    1.234,5    97%/95%    13/17 dịch vụ    ≥ 80%    hơn 6.050 người    ước đạt 97%    KPS    đang tổng hợp

What has two readings is refused with both shown; what has one but is unusual is taken with a warning. Nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from dxlib.intake import numerals
from dxlib.intake.cells import plain, shown
from dxlib.intake.matching import fold
from dxlib.intake.sheets import Cell, Finding
from dxlib.intake.texts import clean
from dxlib.intake.vocabulary import (
    BOUNDS,
    LADDER,
    MULTIPLIERS,
    OF_PLAN,
    POINTS,
    PREFIXES,
    REMARKS,
    STATES,
    STATUS_OF,
)

_NUMBER = r"[+-]?[0-9](?:[0-9.,]| (?=[0-9]{3}(?![0-9])))*(?<![.,])"
_UNIT = r"(?P<words>(?:[^\W\d_][^()]*)?)[ .,;:]*"
_ONE = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<percent>%|phần trăm)?[ .,;:]*{_UNIT}", re.I)
_PAIR = re.compile(
    rf"(?P<a>{_NUMBER})\s*(?P<pa>%)?\s*/\s*(?P<b>{_NUMBER})\s*(?P<pb>%)?[ .,;:]*{_UNIT}", re.I
)
_RANGE = re.compile(rf"(?:từ\s+)?(?P<a>{_NUMBER})\s*(?P<pa>%)?\s*(?:-|đến)\s*(?P<b>{_NUMBER})\s*(?P<pb>%)?", re.I)
_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_BRACKET = re.compile(r"(?P<outer>.*?)\s*\((?P<inner>[^()]*)\)\s*\Z", re.S)
_COUNTS = ("whole", "decimal", "cases")
_MARKS = re.compile(r"\s*\*+\s*\Z")


@dataclass(frozen=True)
class Expects:
    """What a column holds, as declared: its type settles what a text alone does not.

    kind: "percent", "whole" (counts, ranks), "cases" (numerators and denominators: 1.234 is a thousand and more, but
    decimals are allowed), "decimal", "milestone", "qualitative", or "" for not known.
    role: "value" (what was reached), "plan" (bounds and ranges are plans), or "" for either.
    """

    kind: str = ""
    role: str = ""
    units: tuple[str, ...] = ()  # spellings of the unit; () where any will do
    target: Decimal | None = None  # the plan in force, which tells 40/45 from 40 of 45
    form: bool = False  # a typed cell of our own form: 0,5 under "%" is half a percent


@dataclass(frozen=True)
class Figure:
    """What a cell says. `state` is "" for a number, else a word of vocabulary.STATES or "blank"."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    target: Decimal | None = None
    operator: str = ""  # at_least, at_most, between: of a plan
    upper: Decimal | None = None
    qualifier: str = ""  # over, nearly, about, above
    status: str = ""  # P, E, O, M, L, V; "" where the cell does not say
    state: str = ""
    unit: str = ""
    percent: bool = False  # the cell itself says %
    findings: tuple[Finding, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether an error stands in the way of using it."""
        return any(finding.level == "error" for finding in self.findings)


class _Refused(Exception):
    def __init__(self, rule: str, **fields):
        super().__init__(rule)
        self.rule, self.fields = rule, fields


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
    except _Refused as refused:
        fields = tuple((name, str(value)) for name, value in refused.fields.items())
        return Figure(findings=(Finding(refused.rule, "error", **place, found=found, fields=fields),))
    told = tuple(replace(finding, found=found, **place) for finding in figure.findings)
    return replace(figure, findings=told)


def _of_kind(cell: Cell, expects: Expects) -> Figure:
    if cell.kind in ("empty", "text") and cell.blank:
        return Figure(state="blank")
    if cell.kind == "error":
        raise _Refused("error_cell")
    if cell.kind == "formula":
        raise _Refused("formula_without_value")
    if cell.kind == "date":
        raise _Refused("date_for_number", typed=_typed(cell.value))
    if cell.kind == "boolean":
        raise _Refused("boolean_for_number")
    if cell.kind == "merged":
        raise _Refused("merged_figure")
    if cell.kind == "percent":
        if expects.kind in _COUNTS:
            raise _Refused("percent_for_count")
        return _checked(Figure(cell.value, percent=True), expects)
    if cell.kind == "number":
        _refuse_small(cell.value, expects)
        return _checked(Figure(cell.value), expects)
    return _text(cell.text, expects)


def _refuse_small(value: Decimal, expects: Expects) -> None:
    """0,975 under "%", without the sign: that much percent, or a fraction."""
    if expects.kind == "percent" and not expects.form and value != 0 and -1 <= value <= 1:
        raise _two(f"{_vi(value)}%", f"{_vi(value * 100)}%")


def _typed(value) -> str:
    """What may have been typed before the program made a date of it."""
    if not isinstance(value, dt.date):
        return str(value)
    return f"{value.day}/{value.month}, {value.month}/{value.day}, {value.month}/{value.year}"


def _text(text: str, expects: Expects) -> Figure:
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
    figure = _number(text, expects, known, told)
    if inner:
        figure = _agree(figure, _number(inner, expects, Figure(), told), expects)
    seen = {finding.rule: finding for finding in told}
    return _checked(replace(figure, findings=tuple(seen.values())), expects)


def _state(text: str, expects: Expects) -> Figure | None:
    """A cell that holds a word for a figure: a state, or a dash."""
    key = fold(text.strip(" .")) or text.strip()
    if key == "x":
        raise _Refused("mark_alone")
    if set(text) <= set("-–—_ ") or key in ("...", "…", "") or set(text) <= set(".… "):
        return Figure(state="value_missing", status="O", findings=(Finding("dash", "warning"),))
    if expects.kind == "milestone" and key in LADDER:
        return Figure(Decimal(LADDER[key]), state=STATES.get(key, ""))
    if (state := STATES.get(key)) is None:
        return None
    if state in STATUS_OF:
        return Figure(state=state, status=STATUS_OF[state])
    if expects.kind in ("percent", *_COUNTS):
        raise _Refused("word_for_number")
    if expects.kind == "milestone":
        raise _Refused("word_for_step")
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
                raise _Refused("not_a_figure")
            text, changed = text[found.end() :].lstrip(), True
            figure = replace(figure, **{field: code}) if field else figure
            break
    text, above = re.subn(r"\s+trở lên\Z", "", text, flags=re.I)
    if above:
        if figure.operator or figure.qualifier:
            raise _Refused("not_a_figure")
        figure = replace(figure, operator="at_least")
    return figure, text


def _number(text: str, expects: Expects, known: Figure, told: list[Finding]) -> Figure:
    joined = numerals.without_stray_spaces(text)
    if joined != text:
        told.append(Finding("stray_space", "warning"))
    text = joined
    if _DATE.fullmatch(text):
        raise _Refused("date_for_number", typed=text)
    if pair := _PAIR.fullmatch(text):
        return _pair(pair, expects, known, told)
    if (between := _RANGE.fullmatch(text)) and not known.operator:
        low, high = (_value(between[side], expects, told, bool(between["pa"] or between["pb"])) for side in "ab")
        if expects.role == "value":
            raise _Refused("range_for_value")
        if not low < high:
            raise _Refused("not_a_figure")
        return replace(known, value=low, upper=high, operator="between", percent=bool(between["pb"]))
    if text[:2] in ("- ", "– ", "– ") or text[:1] in "–—":
        rest = text.lstrip("-–— ")
        if _ONE.fullmatch(rest):
            raise _two(f"-{rest}", rest)
    key = fold(text)
    if POINTS.search(key):
        raise _Refused("points_for_value")
    if OF_PLAN.search(key):
        raise _Refused("share_of_plan")
    one = _ONE.fullmatch(text)
    if not one:
        raise _Refused("not_a_figure")
    return _single(one, expects, known, told)


def _single(one: re.Match, expects: Expects, known: Figure, told: list[Finding]) -> Figure:
    if known.operator and expects.role == "value":
        raise _Refused("bound_for_value")
    percent, words = bool(one["percent"]), one["words"].strip(" .,;:")
    if percent and expects.kind in _COUNTS:
        raise _Refused("percent_for_count")
    value = _value(one["number"], expects, told, percent)
    if not percent:
        _refuse_small(value, expects)
    if not words:
        return replace(known, value=value, percent=percent)
    key = fold(words)
    if key in REMARKS and not known.status:
        return replace(known, value=value, percent=percent, status=REMARKS[key])
    if percent:
        raise _Refused("not_a_figure")
    units = {fold(unit) for unit in expects.units}
    if key in units:
        return replace(known, value=value, unit=words)
    scaled = any(unit.split(" ")[0] in MULTIPLIERS for unit in units)  # "triệu đồng"
    value, rest = _multiplied(value, key, bool(units) and not scaled, one["number"], words, told)
    if rest and units and rest not in units:
        raise _Refused("other_unit", unit=", ".join(expects.units))
    if rest and expects.kind == "percent":
        raise _Refused("other_unit", unit="%")
    if not _is_unit(rest, expects):
        raise _Refused("not_a_figure")
    return replace(known, value=value, unit=words)


def _is_unit(key: str, expects: Expects) -> bool:
    """Whether folded words behind a number can be its unit: one that is expected, or a few words without digits."""
    if key in {fold(unit) for unit in expects.units}:
        return True
    plain_ = all(char.isalpha() or char in " .,-/" or 0x300 <= ord(char) < 0x370 for char in key)
    return plain_ and len(key.split()) <= 5


def _multiplied(value, key: str, known_unit: bool, number: str, words: str, told: list) -> tuple[Decimal, str]:
    """Nghìn, triệu, tỷ behind a number: multiplied where the unit is known not to hold them, else refused."""
    times, rest = Decimal(1), key
    while (first := rest.split(" ")[0]) in MULTIPLIERS:
        times, rest = times * MULTIPLIERS[first], rest[len(first) :].strip()
    if times == 1:
        return value, rest
    if not known_unit:
        raise _two(f"{number} ({words})", _vi(value * times))
    told.append(Finding("multiplied", "warning", fields=(("number", _vi(value * times)),)))
    return plain(value * times), rest


def _pair(pair: re.Match, expects: Expects, known: Figure, told: list[Finding]) -> Figure:
    """a/b: actual and plan, or cases and all cases."""
    percent = bool(pair["pa"]), bool(pair["pb"])
    if known.operator or known.qualifier:
        raise _Refused("not_a_figure")
    if any(percent):
        if expects.kind in _COUNTS:
            raise _Refused("percent_for_count")
        if pair["words"]:
            raise _Refused("not_a_figure")
        if not all(percent):
            told.append(Finding("unusual", "warning"))
        a, b = (_value(pair[side], expects, told, True) for side in "ab")
        return replace(known, value=a, target=b, percent=True)
    kind = "decimal" if expects.kind == "decimal" else "whole"
    sides = [numerals.settled(numerals.readings(pair[side]), kind) for side in "ab"]
    if not all(sides) or any(reading.value < 0 for side in sides for reading in side):
        raise _Refused("not_a_figure")
    if any(len(side) > 1 for side in sides):
        raise _two(*(f"{_vi(a.value)}/{_vi(b.value)}" for a, b in zip(sides[0], sides[1])), pair[0].strip())
    (a,), (b,) = sides
    _tell_unusual([a, b], told)
    a, b, words = a.value, b.value, pair["words"].strip(" .,;:")
    if not _is_unit(fold(words), expects):
        raise _Refused("not_a_figure")
    if numerals.too_long(a) or numerals.too_long(b):
        raise _Refused("too_many_digits")
    if expects.kind in _COUNTS:
        return replace(known, value=a, target=b, unit=words)
    whole = a == a.to_integral_value() and b == b.to_integral_value()
    as_plan, as_share = f"{_vi(a)}% ({_vi(b)}%)", f"{_vi(a)} : {_vi(b)}"
    if b == 0:
        if a != 0:
            raise _Refused("zero_denominator")
        return replace(known, numerator=a, denominator=b, state="no_cases", status="M")
    if expects.kind == "percent" and not whole:
        told.append(Finding("unusual", "warning"))
        return replace(known, value=a, target=b)
    if not whole or a > b or (expects.target is not None and expects.target == b):
        raise _two(as_plan, as_share)
    return replace(known, numerator=a, denominator=b, unit=words)


def _agree(figure: Figure, inner: Figure, expects: Expects) -> Figure:
    """A share with its cases in brackets, or the other way round: taken when each says what the other says."""
    share, cases = (inner, figure) if figure.denominator else (figure, inner)
    if not share.percent or not cases.denominator or share.target is not None:
        raise _Refused("not_a_figure")
    places = max(0, -share.value.as_tuple().exponent)
    if abs(share.value - 100 * cases.numerator / cases.denominator) > Decimal(5).scaleb(-places - 1):
        ratio = 100 * cases.numerator / cases.denominator
        raise _two(f"{_vi(share.value)}%", f"{_vi(plain(round(ratio, 2)))}%")
    status, qualifier = figure.status or inner.status, figure.qualifier or inner.qualifier
    return replace(cases, status=status, qualifier=qualifier, percent=True)


def _value(token: str, expects: Expects, told: list[Finding], percent: bool) -> Decimal:
    """The one number that a token is, in a column of this kind."""
    kind = "percent" if percent else expects.kind
    kind = "whole" if kind == "milestone" else kind
    found = numerals.settled(numerals.readings(token), kind)
    if not found:
        raise _Refused("not_a_figure")
    if len(found) > 1:
        raise _two(*(_vi(reading.value) for reading in found))
    _tell_unusual(found, told)
    if token[:1] == "+" or (token.lstrip("-")[:2] in ("00", "01", "02") and len(token) > 2 and token.isdigit()):
        told.append(Finding("unusual", "warning"))
    return found[0].value


def _tell_unusual(found: list[numerals.Reading], told: list[Finding]) -> None:
    if any(reading.style in ("en", "spaces") for reading in found):
        told.append(Finding("unusual", "warning"))


def _checked(figure: Figure, expects: Expects) -> Figure:
    """Digits that a data package can hold, and whole numbers where the column holds no others."""
    for number in (figure.value, figure.target, figure.upper, figure.numerator, figure.denominator):
        if number is not None and numerals.too_long(number):
            raise _Refused("too_many_digits")
    numbers = [number for number in (figure.value, figure.target, figure.upper) if number is not None]
    whole = expects.kind in ("whole", "milestone")
    if whole and any(number != number.to_integral_value() for number in numbers):
        raise _Refused("not_whole")
    if expects.kind == "milestone" and figure.value is not None and not 0 <= figure.value <= 3:
        raise _Refused("word_for_step")
    if expects.kind == "qualitative" and figure.value is not None:
        raise _Refused("number_for_word")
    return figure


def _two(*readings: str) -> _Refused:
    first, second = (*dict.fromkeys(readings), "")[:2]
    return _Refused("two_readings", first=first, second=second)


def _vi(number: Decimal) -> str:
    """A number as Vietnamese print it."""
    sign, digits = ("-", shown(-number)) if number < 0 else ("", shown(plain(number)))
    whole, _, decimals = digits.partition(".")
    whole = f"{int(whole):,}".replace(",", ".") if whole.isdigit() else whole
    return sign + whole + ("," + decimals if decimals else "")
