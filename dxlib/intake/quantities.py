"""A quantity in a text: a number with its unit, two with a stroke, or a range; two readings are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from dxlib.intake import numerals
from dxlib.intake.cells import plain, shown
from dxlib.intake.matching import fold
from dxlib.intake.sheets import Finding
from dxlib.intake.vocabulary import MULTIPLIERS, OF_PLAN, POINTS, REMARKS

_NUMBER = r"[+-]?[0-9](?:[0-9.,]| (?=[0-9]{3}(?![0-9])))*(?<![.,])"
_UNIT = r"(?P<words>(?:[^\W\d_][^()]*)?)[ .,;:]*"
_ONE = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<percent>%|phần trăm)?[ .,;:]*{_UNIT}", re.I)
_PAIR = re.compile(rf"(?P<a>{_NUMBER})\s*(?P<pa>%)?\s*/\s*(?P<b>{_NUMBER})\s*(?P<pb>%)?[ .,;:]*{_UNIT}", re.I)
_RANGE = re.compile(rf"(?:từ\s+)?(?P<a>{_NUMBER})\s*(?P<pa>%)?\s*(?:-|đến)\s*(?P<b>{_NUMBER})\s*(?P<pb>%)?", re.I)
_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
COUNTS = ("whole", "decimal", "cases")
LONGEST = 200  # characters of a cell that can be a figure


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


class Unreadable(Exception):
    """What stands in a cell cannot be taken: the rule that says why, and what its sentence needs."""

    def __init__(self, rule: str, **fields):
        super().__init__(rule)
        self.rule, self.fields = rule, fields


def quantity(text: str, expects: Expects, known: Figure, told: list[Finding]) -> Figure:
    joined = numerals.without_stray_spaces(text)
    if joined != text:
        told.append(Finding("stray_space", "warning"))
    text = joined
    if _DATE.fullmatch(text):
        raise Unreadable("date_for_number", typed=text)
    if pair := _PAIR.fullmatch(text):
        return _pair(pair, expects, known, told)
    if (between := _RANGE.fullmatch(text)) and not known.operator:
        low, high = (_value(between[side], expects, told, bool(between["pa"] or between["pb"])) for side in "ab")
        if expects.role == "value":
            raise Unreadable("range_for_value")
        if not low < high:
            raise Unreadable("not_a_figure")
        return replace(known, value=low, upper=high, operator="between", percent=bool(between["pb"]))
    if text[:2] in ("- ", "– ", "– ") or text[:1] in "–—":
        rest = text.lstrip("-–— ")
        if _ONE.fullmatch(rest):
            raise two_readings(f"-{rest}", rest)
    key = fold(text)
    if POINTS.search(key):
        raise Unreadable("points_for_value")
    if OF_PLAN.search(key):
        raise Unreadable("share_of_plan")
    one = _ONE.fullmatch(text)
    if not one:
        raise Unreadable("not_a_figure")
    return _single(one, expects, known, told)


def _single(one: re.Match, expects: Expects, known: Figure, told: list[Finding]) -> Figure:
    if known.operator and expects.role == "value":
        raise Unreadable("bound_for_value")
    percent, words = bool(one["percent"]), one["words"].strip(" .,;:")
    if percent and expects.kind in COUNTS:
        raise Unreadable("percent_for_count")
    value = _value(one["number"], expects, told, percent)
    if not percent:
        told += tell_fraction(value, expects)
    if not words:
        return replace(known, value=value, percent=percent)
    key = fold(words)
    if key in REMARKS and not known.status:
        return replace(known, value=value, percent=percent, status=REMARKS[key])
    if percent:
        raise Unreadable("not_a_figure")
    units = {fold(unit) for unit in expects.units}
    if key in units:
        return replace(known, value=value, unit=words)
    scaled = any(unit.split(" ")[0] in MULTIPLIERS for unit in units)  # "triệu đồng"
    value, rest = _multiplied(value, key, bool(units) and not scaled, one["number"], words, told)
    if rest and units and rest not in units:
        raise Unreadable("other_unit", unit=", ".join(expects.units))
    if rest and expects.kind == "percent":
        raise Unreadable("other_unit", unit="%")
    if not _is_unit(rest, expects):
        raise Unreadable("not_a_figure")
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
        raise two_readings(f"{number} ({words})", _vi(value * times))
    told.append(Finding("multiplied", "warning", fields=(("number", _vi(value * times)),)))
    return plain(value * times), rest


def _pair(pair: re.Match, expects: Expects, known: Figure, told: list[Finding]) -> Figure:
    """a/b: actual and plan, or cases and all cases."""
    percent = bool(pair["pa"]), bool(pair["pb"])
    if known.operator or known.qualifier:
        raise Unreadable("not_a_figure")
    if any(percent):
        if expects.kind in COUNTS:
            raise Unreadable("percent_for_count")
        if pair["words"]:
            raise Unreadable("not_a_figure")
        if not all(percent):
            told.append(Finding("unusual", "warning"))
        a, b = (_value(pair[side], expects, told, True) for side in "ab")
        return replace(known, value=a, target=b, percent=True)
    kind = "decimal" if expects.kind == "decimal" else "whole"
    sides = [numerals.settled(numerals.readings(pair[side]), kind) for side in "ab"]
    if not all(sides) or any(reading.value < 0 for side in sides for reading in side):
        raise Unreadable("not_a_figure")
    if any(len(side) > 1 for side in sides):
        raise two_readings(*(f"{_vi(a.value)}/{_vi(b.value)}" for a, b in zip(sides[0], sides[1])), pair[0].strip())
    (a,), (b,) = sides
    _tell_unusual([a, b], told)
    a, b, words = a.value, b.value, pair["words"].strip(" .,;:")
    units = {fold(unit) for unit in expects.units}
    if not _is_unit(fold(words), expects) or (fold(words).split(" ")[0] in MULTIPLIERS and fold(words) not in units):
        raise Unreadable("not_a_figure")
    if expects.kind in COUNTS and words and units and fold(words) not in units:
        raise Unreadable("other_unit", unit=", ".join(expects.units))
    if numerals.too_long(a) or numerals.too_long(b):
        raise Unreadable("too_many_digits")
    if expects.kind in COUNTS:
        return replace(known, value=a, target=b, unit=words)
    whole = a == a.to_integral_value() and b == b.to_integral_value()
    as_plan, as_share = f"{_vi(a)}% ({_vi(b)}%)", f"{_vi(a)} : {_vi(b)}"
    if b == 0:
        if a != 0:
            raise Unreadable("zero_denominator")
        return replace(known, numerator=a, denominator=b, state="no_cases", status="M")
    if expects.kind == "percent" and not whole:
        told.append(Finding("unusual", "warning"))
        return replace(known, value=a, target=b)
    if not whole or a > b or (expects.target is not None and expects.target == b):
        raise two_readings(as_plan, as_share)
    if expects.kind == "percent" and b <= 100 and not words:  # 95/95: 95 of 95, or 95% of a plan of 95%
        share = _vi(plain(round(100 * a / b, 2)))
        told.append(Finding("as_cases", "warning", fields=(("share", share), ("plan", as_plan))))
    return replace(known, numerator=a, denominator=b, unit=words)


def agree(figure: Figure, inner: Figure, expects: Expects) -> Figure:
    """A share with its cases in brackets, or the other way round: taken when each says what the other says."""
    share, cases = (inner, figure) if figure.denominator else (figure, inner)
    if not share.percent or not cases.denominator or share.target is not None:
        raise Unreadable("not_a_figure")
    places = max(0, -share.value.as_tuple().exponent)
    if abs(share.value - 100 * cases.numerator / cases.denominator) > Decimal(5).scaleb(-places - 1):
        ratio = 100 * cases.numerator / cases.denominator
        raise two_readings(f"{_vi(share.value)}%", f"{_vi(plain(round(ratio, 2)))}%")
    status, qualifier = figure.status or inner.status, figure.qualifier or inner.qualifier
    return replace(cases, status=status, qualifier=qualifier, percent=True)


def _value(token: str, expects: Expects, told: list[Finding], percent: bool) -> Decimal:
    """The one number that a token is, in a column of this kind."""
    kind = "percent" if percent else expects.kind
    kind = "whole" if kind == "milestone" else kind
    found = numerals.settled(numerals.readings(token), kind)
    if not found:
        raise Unreadable("not_a_figure")
    if len(found) > 1:
        raise two_readings(*(_vi(reading.value) for reading in found))
    _tell_unusual(found, told)
    if token[:1] == "+" or (token.lstrip("-")[:2] in ("00", "01", "02") and len(token) > 2 and token.isdigit()):
        told.append(Finding("unusual", "warning"))
    return found[0].value


def _tell_unusual(found: list[numerals.Reading], told: list[Finding]) -> None:
    if any(reading.style in ("en", "spaces") for reading in found):
        told.append(Finding("unusual", "warning"))


def tell_fraction(value: Decimal, expects: Expects) -> list[Finding]:
    """0,975 under "%", without the sign: that much percent, or a fraction; 1,01 may be 101% and is told."""
    if expects.kind != "percent" or expects.form or value == 0 or abs(value) >= 2:
        return []
    if abs(value) <= 1:
        raise two_readings(f"{_vi(value)}%", f"{_vi(value * 100)}%")
    return [Finding("maybe_fraction", "warning", fields=(("number", _vi(value)), ("other", _vi(value * 100))))]


def two_readings(*readings: str) -> Unreadable:
    first, second = (*dict.fromkeys(readings), "")[:2]
    return Unreadable("two_readings", first=first, second=second)


def _vi(number: Decimal) -> str:
    """A number as Vietnamese print it."""
    sign, digits = ("-", shown(-number)) if number < 0 else ("", shown(plain(number)))
    whole, _, decimals = digits.partition(".")
    whole = f"{int(whole):,}".replace(",", ".") if whole.isdigit() else whole
    return sign + whole + ("," + decimals if decimals else "")
