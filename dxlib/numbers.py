"""Exact values, half-up rounding, and numbers as people print them in vi and en.

A value read from a table has at most 15 significant digits, so the shortest decimal that a float prints is the
decimal that was written: `exact` gives it back, and nothing is decided on the float's binary neighbour.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pandas as pd
from babel.numbers import format_decimal

SIGNIFICANT = 15  # digits that a float carries from decimal text and back without loss
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)  # room for every float, its decimals written out


@lru_cache(maxsize=1 << 14, typed=True)  # the same edges and values come again and again
def exact(value: float | int | str | Decimal | Fraction) -> Fraction:
    """The decimal that was written, as an exact ratio.

    >>> exact(0.07) * 100 == 7, 0.07 * 100 == 7
    (True, False)
    """
    if isinstance(value, Fraction):
        return value
    return Fraction(str(value) if isinstance(value, (int, str, Decimal)) else repr(float(value)))


def round_half_up(value: float | Decimal | Fraction, decimals: int) -> Decimal:
    """Round half away from zero, once, on the exact value.

    >>> round_half_up(97.25, 1), round_half_up(-0.05, 1)
    (Decimal('97.3'), Decimal('-0.1'))
    """
    ratio = exact(value)
    scaled = abs(ratio) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if ratio >= 0 else -whole).scaleb(-decimals, _WIDE)


def tidy(values: pd.Series | np.ndarray, *parts: pd.Series | np.ndarray, digits: int = 15) -> np.ndarray:
    """Sums and differences of decimals as exact arithmetic would have given them.

    `parts` are the numbers that went in (or the sum of their sizes): the result is rounded to as many decimals as the
    largest of them can hold in so many significant digits.

    >>> tidy(np.array([0.1 + 0.2, 100.1 - 100]), np.array([0.2, 100.1]))
    array([0.3, 0.1])
    """
    numbers = np.asarray(values, dtype="float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.fmax.reduce([np.abs(numbers), *(np.abs(np.asarray(part, dtype="float64")) for part in parts)])
        places = digits - 1 - np.floor(np.log10(size))
        scale = 10.0 ** np.clip(np.where(np.isfinite(places), places, 0), 0, 22)
        return np.rint(numbers * scale) / scale


def side(value: Fraction | Decimal, edges: list[Fraction]) -> tuple[int, ...]:
    """On which side of each edge a value lies: -1 below, 0 on it, 1 above."""
    return tuple((value > edge) - (value < edge) for edge in edges)


def beside(value: float | Decimal | Fraction, edges: list, decimals: int) -> Decimal:
    """Round for display, adding decimals until the print lies on the value's own side of every edge.

    >>> beside(99.96, [100, 70, 50], 1), beside(70.04, [100, 70, 50], 1), beside(70, [70], 1)
    (Decimal('99.96'), Decimal('70.04'), Decimal('70.0'))
    """
    ratio, edges = exact(value), [exact(edge) for edge in edges]
    wanted = side(ratio, edges)
    rounded = round_half_up(ratio, decimals)
    while side(Fraction(rounded), edges) != wanted:
        decimals += 1
        rounded = round_half_up(ratio, decimals)
    return rounded


def format_number(value: float | Decimal | Fraction, decimals: int, language: str, edges=(), sign: bool = False) -> str:
    """A number in the language's own marks, without idle zeros, never on the wrong side of an edge.

    >>> format_number(1234.5, 1, "vi"), format_number(1234.5, 1, "en"), format_number(97.0, 1, "vi")
    ('1.234,5', '1,234.5', '97')
    """
    return _formatted(value, decimals, language, tuple(edges), sign)


@lru_cache(maxsize=1 << 14, typed=True)  # a figure stands in several tables and charts of a page
def _formatted(value, decimals: int, language: str, edges: tuple, sign: bool) -> str:
    rounded = beside(value, list(edges), decimals)
    pattern = "#,##0" + ("." + "#" * -rounded.as_tuple().exponent if rounded.as_tuple().exponent < 0 else "")
    with localcontext(_WIDE):
        text = format_decimal(rounded, format=pattern, locale=language)
    if rounded == 0:
        return text.lstrip("-")
    return f"+{text}" if sign and rounded > 0 else text


def format_percent(value, language: str, edges=(), decimals: int = 1) -> str:
    """A percentage, without a space before its sign.

    >>> format_percent(97.5, "vi"), format_percent(102.105, "en")
    ('97,5%', '102.1%')
    """
    return format_number(value, decimals, language, edges) + "%"
