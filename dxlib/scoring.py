"""Verdict, percent of plan and band: pure functions of frames, fast over millions of rows, exact where an edge decides.

Every row is computed in float. The few within a hair of an edge are computed again with the same formulas over whole
numbers (value, target and the rest times the same power of ten), where float arithmetic is exact, or over fractions
where those would grow too large; their percent is placed on its own side of the edge. docs/method.md states each
formula, its edge cases and its source; tests run its worked examples.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from dxlib import schema
from dxlib.numbers import exact
from dxlib.schema import Band

HAIR = 1e-12  # relative distance from an edge under which a float does not decide
BLOCK = 1 << 18  # rows at a time: large enough that threads seldom wait for the interpreter, small beside the frame
VERDICTS = ("met", "not_met")
# Why there is no percent, or no score; 0: there are both.
WHY = ("", "zero_target", "negative_target", "zero_value", "baseline_is_target", "rank", "qualitative", "no_target",
       "value_missing")  # fmt: skip
_ZERO, _NEGATIVE, _ZERO_VALUE, _BASELINE, _RANK, _QUALITATIVE, _NO_TARGET, _MISSING = range(1, len(WHY))
_INPUTS = ("value", "target", "upper", "baseline", "tolerance", "numerator", "denominator")
_LARGEST = 2.0**53  # up to here float holds every whole number


def score(frame: pd.DataFrame, bands: Sequence[Band] = schema.BANDS) -> pd.DataFrame:
    """Verdict, percent of plan and band of every row.

    Parameters
    ----------
    frame
        One row per target: `kind`, `operator`, `value`, `target`; optionally `upper`, `baseline`, `tolerance`,
        `stated_band`, `reason` (why there is no value), and `numerator` and `denominator` where the value is exactly
        their quotient. Value, target, upper, baseline and tolerance share one unit. Over millions of rows, `kind` and
        `operator` are best categorical.
    bands
        From highest to lowest, edges in percent.

    Returns
    -------
    A frame with the same index: `verdict` (met, not_met, missing where not assessed), `percent` (float, of the
    plan), `band` (a band's id, `not_met` for a verdict without percent, `not_assessed`), `reason` (why there is no
    band, or no percent; "" where both stand). All but percent are categorical.

    >>> rows = pd.DataFrame({"kind": "stock", "operator": "at_least", "value": [97, 30, 7], "target": [95, 10, 10.0]})
    >>> score(rows)[["verdict", "percent", "band"]].round(1).values.tolist()
    [['met', 102.1, 'met'], ['met', 300.0, 'met'], ['not_met', 70.0, 'from_50']]
    """
    codes, rank = _codes(frame["operator"], schema.OPERATORS), _codes(frame["kind"], ("rank",)) == 0
    given = {name: frame[name].to_numpy(dtype="float64", na_value=np.nan) for name in _INPUTS if name in frame}
    ids = [*(band.id for band in bands), "not_met", "not_assessed"]
    stated = _codes(frame["stated_band"], ids[: len(bands)]) if "stated_band" in frame else None

    verdict, klass, why = (np.empty(len(frame), dtype=np.int8) for _ in range(3))
    percent = np.empty(len(frame))

    def work(start: int) -> None:
        at = slice(start, start + BLOCK)
        block = {name: values[at] for name, values in given.items()}
        named = None if stated is None else stated[at]
        verdict[at], percent[at], klass[at], why[at] = _block(codes[at], rank[at], block, named, bands)

    starts = range(0, len(frame), BLOCK)
    if len(starts) > 4:
        with ThreadPoolExecutor(os.cpu_count()) as threads:  # numpy computes without the interpreter's lock
            list(threads.map(work, starts))
    else:
        for start in starts:
            work(start)
    return pd.DataFrame(
        {
            "verdict": pd.Categorical.from_codes(verdict, VERDICTS),
            "percent": percent,
            "band": pd.Categorical.from_codes(klass, ids, ordered=True),
            "reason": _reasons(why, frame.get("reason"), klass == len(ids) - 1),
        },
        index=frame.index,
        copy=False,
    )


def _codes(cells: pd.Series, known: Sequence[str]) -> np.ndarray:
    """The place of each cell among `known`, -1 where it is none of them."""
    places = pd.Index(known, dtype="object")
    if not isinstance(cells.dtype, pd.CategoricalDtype):
        return places.get_indexer(cells.to_numpy(object)).astype(np.int8)
    lookup = np.append(places.get_indexer(cells.cat.categories), -1).astype(np.int8)
    return lookup[cells.cat.codes]


def _reasons(why: np.ndarray, told: pd.Series | None, unassessed: np.ndarray) -> pd.Categorical:
    """The reasons found, replaced by those told beforehand where a row is not assessed."""
    if told is None or not unassessed.any():
        return pd.Categorical.from_codes(why, WHY)
    told = told.to_numpy(object)
    told = np.where(unassessed & (told != ""), told, np.array(WHY, dtype=object)[why])
    return pd.Categorical(told, categories=[*WHY, *sorted(set(told) - set(WHY))])


def _block(codes, rank, given: dict[str, np.ndarray], stated, bands):
    """Verdict, percent, band and reason (as codes) of some rows."""
    size = len(codes)
    nothing = np.full(size, np.nan)
    of = lambda name: given.get(name, nothing)  # noqa: E731
    met, why = np.zeros(size, dtype=bool), np.zeros(size, dtype=np.int8)
    percent, klass = np.full(size, np.nan), np.full(size, len(bands) - 1, dtype=np.int8)
    named = np.zeros(size, dtype=bool)
    for code, operator in enumerate(schema.OPERATORS):
        rows = np.flatnonzero(codes == code)
        if not len(rows):
            continue
        if operator == "qualitative":
            if stated is not None:
                named[rows] = stated[rows] >= 0
            continue
        rows = slice(None) if len(rows) == size else rows
        inputs = [of(name)[rows] for name in _INPUTS]
        met[rows], percent[rows], klass[rows], why[rows] = _scored(_FORMULAS[operator], operator, inputs, bands)

    percent[rank], why[rank] = np.nan, _RANK
    bare = np.isnan(percent)
    whole = next(place for place, band in enumerate(bands) if band.edge is not None and band.edge <= 100)
    klass[bare] = np.where(met[bare], whole, len(bands))
    verdict = np.where(met, 0, 1).astype(np.int8)
    unplanned = np.isnan(of("target"))
    lost = np.isnan(of("value")) | unplanned | (codes < 0)
    verdict[lost], klass[lost], percent[lost] = -1, len(bands) + 1, np.nan
    why[lost] = np.where((codes < 0) | unplanned, _NO_TARGET, _MISSING)[lost]
    if named.any() or (codes == schema.OPERATORS.index("qualitative")).any():
        words = codes == schema.OPERATORS.index("qualitative")
        why[words], klass[words], verdict[words] = _MISSING, len(bands) + 1, -1
        klass[named] = stated[named]
        verdict[named] = np.where(stated[named] <= whole, 0, 1)
        why[named], percent[named] = _QUALITATIVE, np.nan
    return verdict, percent, klass, why


def _rising(value, target, upper, baseline, tolerance):
    """At least: percent is value by target."""
    return value >= target, value, target, _unusable(target)


def _falling(value, target, upper, baseline, tolerance):
    """At most: the share of the way from a baseline above the target, else target by value."""
    way = _is(baseline > target)
    why = np.where(_is(value <= 0), _ZERO_VALUE, 0)
    why = np.where(_unusable(target) > 0, _unusable(target), why)
    why = np.where(way, 0, np.where(_is(baseline == target), _BASELINE, why))
    return value <= target, np.where(way, baseline - value, target), np.where(way, baseline - target, value), why


def _between(value, target, upper, baseline, tolerance):
    """Between two ends: inside 100, outside towards the nearer end."""
    below, above = _is(value < target), _is(value > upper)
    over = np.where(below, value, np.where(above, upper, 1))
    under = np.where(below, target, np.where(above, value, 1))
    why = np.where(below, _unusable(target), np.where(above, _unusable(upper), 0))
    return ~below & ~above, over, under, why


def _exactly(value, target, upper, baseline, tolerance):
    """Exactly: between the target less and plus its tolerance."""
    slack = np.where(tolerance == tolerance, tolerance, 0)
    return _between(value, target - slack, target + slack, baseline, tolerance)


_FORMULAS: dict[str, Callable] = {
    "at_least": _rising,
    "at_most": _falling,
    "between": _between,
    "exactly": _exactly,
    "milestone": _rising,
}


def _unusable(target) -> np.ndarray:
    """Why a percent of this target would mean nothing."""
    return np.where(_is(target == 0), _ZERO, np.where(_is(target < 0), _NEGATIVE, 0))


def _is(mask) -> np.ndarray:
    return np.asarray(mask, dtype=bool)


def _scored(formula: Callable, operator: str, inputs: list[np.ndarray], bands):
    """Rows of one operator: in float, then again, exactly, where that might not decide."""
    *numbers, numerator, denominator = inputs
    with np.errstate(all="ignore"):
        met, over, under, why = formula(*numbers)
        percent = 100 * (over / under)  # in this order, equal floats give 100
        klass = np.full(len(percent), len(bands) - 1, dtype=np.int8)
        for place, band in reversed(list(enumerate(bands[:-1]))):
            klass[percent >= band.edge if band.closed else percent > band.edge] = place
        rows = np.flatnonzero(_close(operator, inputs, over, under, percent, bands))
        percent[why > 0] = np.nan
    if len(rows):
        met = met.copy()
        some = [values[rows] for values in inputs]
        met[rows], percent[rows], klass[rows], why[rows] = _exact_rows(formula, some, bands)
    return met, percent, klass, why


def _close(operator: str, inputs: list[np.ndarray], over, under, percent, bands) -> np.ndarray:
    """Rows that floats do not settle: a percent within a hair of an edge, or a verdict that hangs on arithmetic."""
    value, target, upper, baseline, tolerance, _, denominator = inputs
    derived = denominator > 0
    close = np.zeros(len(value), dtype=bool)
    edges = {band.edge for band in bands if band.edge is not None}
    if operator in ("at_least", "milestone"):
        for edge in edges:
            close |= np.abs(percent - edge) <= 100 * HAIR * edge
        close &= (value != target) | derived  # equal floats of decimals are equal decimals: 100 % for certain
        size = np.abs(value) + np.abs(target) if derived.any() else 0.0
    else:  # sums and differences: a hair is measured against what went into them
        size = sum(np.abs(np.nan_to_num(part)) for part in (value, target, upper, baseline, tolerance))
        for edge in edges:
            close |= np.abs(100 * over - edge * under) <= (HAIR * (100 + edge)) * size
    if operator == "exactly" or derived.any():
        slack = HAIR * size + np.nan_to_num(tolerance) * (1 + HAIR)
        at_end = (np.abs(value - target) <= slack) | (np.abs(value - upper) <= HAIR * size)
        close |= at_end & (derived | (operator == "exactly"))
    return close & ~np.isnan(value + target)


def _exact_rows(formula: Callable, inputs: list[np.ndarray], bands):
    """A few rows, exactly: over whole numbers in float where they stay small, else over fractions.

    A value that is a quotient is its numerator, and everything else times its denominator: the percent is the same.
    """
    wide = max(_places(np.array([band.edge for band in bands if band.edge is not None])))
    derived = inputs[6] > 0
    value = np.where(derived, inputs[5], inputs[0])
    unit = np.where(derived, inputs[6], 1.0)
    numbers = [value, *inputs[1:5]]
    places = np.maximum.reduce([_places(part) for part in (*numbers, unit)])
    whole = [np.rint(part * 10.0**places) for part in numbers]
    units = np.rint(unit * 10.0**places)
    scaled = [
        whole[0] * np.where(derived, 10.0**places, 1),
        *(part * np.where(derived, units, 1) for part in whole[1:]),
    ]
    largest = np.fmax.reduce([np.abs(part) for part in scaled]) * 2 * 10.0**wide * 1000
    small = largest < _LARGEST
    met, why = np.zeros(len(value), dtype=bool), np.zeros(len(value), dtype=np.int8)
    percent, klass = np.full(len(value), np.nan), np.zeros(len(value), dtype=np.int8)

    def settle(rows, numbers):
        met[rows], over, under, why[rows] = formula(*numbers)
        with np.errstate(all="ignore"):
            percent[rows] = np.asarray(
                np.where(why[rows] > 0, np.nan, 100 * over / np.where(_is(under == 0), 1, under)), "float64"
            )
        klass[rows] = len(bands) - 1
        for place, band in reversed(list(enumerate(bands[:-1]))):
            edge, scale = round(band.edge * 10**wide), 100 * 10**wide
            ahead, behind = _is(scale * over > edge * under), _is(scale * over < edge * under)
            klass[rows] = np.where(ahead | (~ahead & ~behind & band.closed), place, klass[rows])
            stuck = percent[rows] == band.edge  # a float's width from the edge: keep it on its side
            side = np.where(ahead, np.inf, np.where(behind, -np.inf, band.edge))
            percent[rows] = np.where(stuck, np.nextafter(band.edge, side), percent[rows])

    if small.any():
        settle(np.flatnonzero(small), [part[small] for part in scaled])
    if not small.all():
        rows = np.flatnonzero(~small)
        by = np.array([exact(x) for x in unit[rows]], dtype=object)
        fractions = [np.array([x if x != x else exact(x) for x in part[rows]], dtype=object) for part in numbers]
        settle(rows, [fractions[0], *(part * by for part in fractions[1:])])
    return met, percent, klass, why


def _places(values: np.ndarray) -> np.ndarray:
    """How many decimals each number has, 15 at most; 0 for a missing one."""
    places = np.zeros(len(values), dtype=np.int64)
    with np.errstate(all="ignore"):
        left = np.flatnonzero(~(np.rint(values) == values) & ~np.isnan(values))
        for digits in range(1, 16):
            if not len(left):
                break
            places[left] = digits
            some = values[left]
            left = left[np.rint(some * 10.0**digits) / 10.0**digits != some]
    places[left] = 99
    return places
