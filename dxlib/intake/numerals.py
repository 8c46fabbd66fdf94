"""One printed number to every number it can be read as: points and commas mean different things to different people.

1.234.567   1.234,5   97,5   1234      as Vietnamese print them
97.5   1,234.5   1,234,567   1 234,5   one reading, but unusual
1.234   1,234                          two readings, unless the type of the column settles it
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from dxlib.intake.cells import plain
from dxlib.numbers import SIGNIFICANT

_WIDE = str.maketrans("０１２３４５６７８９．，％／－＋（）", "0123456789.,%/-+()")
_STRAY = re.compile(r"(?<=[0-9]) *([.,]) *(?=[0-9])")
_GROUP = r"[1-9][0-9]{0,2}"
_STYLES = (
    ("plain", re.compile(r"[0-9]+"), ""),
    ("vi", re.compile(rf"{_GROUP}(?:\.[0-9]{{3}})+(?:,[0-9]+)?"), "."),
    ("vi", re.compile(r"[0-9]+,[0-9]+"), ""),
    ("en", re.compile(rf"{_GROUP}(?:,[0-9]{{3}})+(?:\.[0-9]+)?"), ","),
    ("en", re.compile(r"[0-9]+\.[0-9]+"), ""),
    ("spaces", re.compile(rf"{_GROUP}(?: [0-9]{{3}})+(?:,[0-9]+)?"), " "),
)


@dataclass(frozen=True)
class Reading:
    """A number, the style it was read in, and whether it is written with decimals."""

    value: Decimal
    style: str
    decimals: int


def narrow(text: str) -> str:
    """Full-width digits and marks as ordinary ones, minus signs as a hyphen.

    >>> narrow("９７，５％"), narrow("−5")
    ('97,5%', '-5')
    """
    return text.translate(_WIDE).replace("\u2212", "-")


def without_stray_spaces(text: str) -> str:
    """Spaces beside a decimal mark taken out: "37, 6" is 37,6."""
    return _STRAY.sub(r"\1", text)


def readings(token: str) -> list[Reading]:
    """Every number that a token of digits, points, commas and spaces can be; none when it is no number.

    >>> [str(reading.value) for reading in readings("1.234")], [str(reading.value) for reading in readings("97,5")]
    (['1234', '1.234'], ['97.5'])
    >>> readings("1.23.4"), readings("0.234")[0].value
    ([], Decimal('0.234'))
    """
    sign, body = (-1, token[1:]) if token[:1] == "-" else (1, token[1:] if token[:1] == "+" else token)
    found: dict[Decimal, Reading] = {}
    for style, pattern, group in _STYLES:
        if not pattern.fullmatch(body):
            continue
        digits = body.replace(group, "") if group else body
        number = Decimal(digits.replace(",", "."))
        places = max(0, -number.as_tuple().exponent)
        number = sign * plain(number)
        found.setdefault(number, Reading(number, style, places))
    return list(found.values())


def settled(found: list[Reading], kind: str) -> list[Reading]:
    """The readings that a column of a kind leaves: whole numbers and cases are written without decimals, a percentage
    of two digits and more has no comma between groups.

    >>> [str(reading.value) for reading in settled(readings("1.234"), "whole")]
    ['1234']
    >>> [str(reading.value) for reading in settled(readings("97,125"), "percent")]
    ['97.125']
    """
    if len(found) < 2:
        return found
    if kind in ("whole", "cases"):
        return [reading for reading in found if reading.decimals == 0] or found
    if kind == "percent":  # 97,125% is no ninety thousand; 1,234% and 10,000% may be thousands
        points = [reading for reading in found if reading.style == "vi" and reading.decimals]
        sure = [reading for reading in points if abs(reading.value) >= 10 and reading.value % 1]
        return sure or found
    return found


def too_long(number: Decimal) -> bool:
    """Whether a number has more digits than a data package can hold exactly."""
    digits = plain(number).as_tuple()
    return len(digits.digits) > SIGNIFICANT or number.adjusted() >= 2 * SIGNIFICANT
