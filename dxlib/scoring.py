"""Verdict, percent of plan, band, pace and movement: pure functions of frames, exact where an edge decides.

Every row is computed in float. The few rows within a hair of an edge are computed again with the same formulas over
exact fractions, and their percent is placed on its own side of the edge. docs/method.md states each formula, its
edge cases and its source; tests run its worked examples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dxlib import schema
from dxlib.numbers import exact
from dxlib.schema import Band

HAIR = 1e-12  # relative distance from an edge under which a float does not decide
VERDICTS = ("met", "not_met")
MOVES = ("up", "same", "down")
_RISING, _FALLING, _RANGED = ("at_least", "milestone"), ("at_most",), ("between", "exactly")
_INPUTS = ("value", "target", "upper", "baseline", "tolerance", "numerator", "denominator")


def score(frame: pd.DataFrame, bands: Sequence[Band] = schema.BANDS) -> pd.DataFrame:
    """Verdict, percent of plan and band of every row.

    Parameters
    ----------
    frame
        One row per target: `kind`, `operator`, `value`, `target`; optionally `upper`, `baseline`, `tolerance`,
        `stated_band`, `reason` (why there is no value), and `numerator` and `denominator` where the value is exactly
        their quotient. Value, target, upper, baseline and tolerance share one unit.
    bands
        From highest to lowest, edges in percent.

    Returns
    -------
    A frame with the same index: `verdict` (met, not_met, missing where not assessed), `percent` (float, of the
    plan), `band` (a band's id, `not_met` for a verdict without percent, `not_assessed`), `reason` (why there is no
    band, or no percent; "" where both stand).

    >>> rows = pd.DataFrame({"kind": "stock", "operator": "at_least", "value": [97, 30, 7], "target": [95, 10, 10.0]})
    >>> score(rows)[["verdict", "percent", "band"]].round(1).values.tolist()
    [['met', 102.1, 'met'], ['met', 300.0, 'met'], ['not_met', 70.0, 'from_50']]
    """
    codes = pd.Categorical(frame["operator"], categories=schema.OPERATORS).codes
    rank = (frame["kind"] == "rank").to_numpy()
    given = {name: _floats(frame, name) for name in _INPUTS}
    qualitative = codes == schema.OPERATORS.index("qualitative")

    with np.errstate(all="ignore"):
        met, over, under, why = _ratio(codes, *(given[name] for name in _INPUTS[:5]))
        derived = given["denominator"] > 0
        percent = np.where(rank | (why != ""), np.nan, 100 * (over / under))  # in this order, equal floats give 100
        close = _close_to_verdict(codes, derived, given)
        for band in bands:
            if band.edge is not None:
                close |= _near(over, under, band.edge, given)
    assessed = ~np.isnan(given["value"]) & ~np.isnan(given["target"]) & ~qualitative
    rows = np.flatnonzero(close & assessed & ~rank)
    klass = _classes(percent, bands)
    if len(rows):
        met[rows], percent[rows], klass[rows], why[rows] = _exactly(codes, given, rows, bands)

    ids = np.array([band.id for band in bands] + ["not_met", "not_assessed"], dtype=object)
    whole = next(n for n, band in enumerate(bands) if band.edge is not None and band.edge <= 100)
    klass = np.where(np.isnan(percent), np.where(met, whole, len(bands)), klass)
    klass = np.where(assessed, klass, len(bands) + 1)
    verdict = np.where(assessed, np.where(met, 0, 1), -1)
    percent = np.where(assessed, percent, np.nan)
    why = np.where(rank & assessed, "rank", why)

    if qualitative.any():
        stated = pd.Index(ids[: len(bands)]).get_indexer(frame["stated_band"].to_numpy(dtype=object))
        named = qualitative & (stated >= 0)
        klass = np.where(named, stated, klass)
        verdict = np.where(named, np.where(stated <= whole, 0, 1), verdict)
        why = np.where(named, "qualitative", why)
        assessed = assessed | named
    if "reason" in frame:
        told = frame["reason"].to_numpy(dtype=object)
        why = np.where(assessed, why, told)
    no_plan = pd.isna(frame["operator"]).to_numpy() | (np.isnan(given["target"]) & ~qualitative)
    why = np.where(~assessed & (why == ""), np.where(no_plan, "no_target", "value_missing"), why)
    return pd.DataFrame(
        {
            "verdict": pd.Categorical.from_codes(verdict, VERDICTS),
            "percent": percent,
            "band": pd.Categorical.from_codes(klass, ids, ordered=True),
            "reason": why,
        },
        index=frame.index,
    )


def _floats(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name in frame:
        return frame[name].to_numpy(dtype="float64", na_value=np.nan)
    return np.full(len(frame), 0.0 if name == "tolerance" else np.nan)


def _ratio(codes, value, target, upper, baseline, tolerance):
    """Verdict, and percent as a quotient, by operator; over floats, or over fractions with None as missing.

    Returns met (bool), over and under (percent = 100 over/under), why ("" or the reason for no percent).
    """
    rising, falling = (np.isin(codes, [schema.OPERATORS.index(name) for name in names]) for names in (_RISING, _FALLING))
    ranged = ~rising & ~falling
    tolerance = np.where(codes == schema.OPERATORS.index("exactly"), np.where(_gone(tolerance), 0, tolerance), 0)
    low = target - tolerance
    high = np.where(codes == schema.OPERATORS.index("between"), upper, target) + tolerance
    below, above = _is(value < low), _is(value > high)
    met = np.where(rising, ~below & ~_gone(value), np.where(falling, ~above & ~_gone(value), ~below & ~above))

    has_base = ~_gone(baseline)
    base = np.where(has_base, baseline, target)
    way = falling & has_base & _is(base > target)  # the share of the way from the baseline down to the target
    inside = ranged & ~below & ~above
    towards_low = rising | (ranged & below)
    over = np.where(towards_low, value, np.where(way, base - value, np.where(inside, 1, high)))
    under = np.where(towards_low, low, np.where(way, base - target, np.where(inside, 1, value)))

    edge = np.where(towards_low, low, high)  # the target, or the range's end, that the value is held against
    why = np.full(len(codes), "", dtype=object)
    plain = ~way & ~inside
    why[plain & _is(value <= 0) & falling] = "zero_value"
    why[plain & _is(edge == 0)] = "zero_target"
    why[plain & _is(edge < 0)] = "negative_target"
    why[falling & has_base & _is(base == target)] = "baseline_is_target"
    return met, over, under, why


def _gone(values: np.ndarray) -> np.ndarray:
    return pd.isna(values)


def _is(mask) -> np.ndarray:
    return np.asarray(mask, dtype=bool)


def _size(given: dict[str, np.ndarray]) -> np.ndarray:
    """The size of the numbers that enter a row's formula, against which a hair is measured."""
    return sum(np.abs(np.nan_to_num(given[name])) for name in ("value", "target", "upper", "baseline", "tolerance"))


def _near(over, under, edge: float, given) -> np.ndarray:
    """Rows whose quotient lies within a hair of an edge. Equal floats of equal decimals are on 100 % for certain."""
    near = np.abs(100 * over - edge * under) <= HAIR * (100 + edge) * _size(given)
    certain = (given["value"] == given["target"]) & np.isnan(given["denominator"]) & np.isnan(given["baseline"])
    return near & ~certain


def _close_to_verdict(codes, derived, given) -> np.ndarray:
    """Rows whose verdict floats do not settle: a value that is a quotient, or a target with a tolerance."""
    value, size = given["value"], HAIR * _size(given)
    tolerant = codes == schema.OPERATORS.index("exactly")
    at = lambda name: np.abs(value - given[name]) <= size + np.nan_to_num(given["tolerance"]) * (1 + HAIR)  # noqa: E731
    return (derived | tolerant) & (at("target") | at("upper"))


def _exactly(codes, given, rows, bands):
    """The same formulas over exact fractions, for the few rows near an edge."""

    def fractions(name):
        return np.array([None if np.isnan(x) else exact(x) for x in given[name][rows]], dtype=object)

    value, over, under = (fractions(name) for name in ("value", "numerator", "denominator"))
    derived = np.array([bool(d) for d in under])
    if derived.any():
        value[derived] = over[derived] / under[derived]
    rest = [fractions(name) for name in ("target", "upper", "baseline", "tolerance")]
    filled = [np.where(_gone(part), exact(0), part) for part in rest[:2]]  # `upper` is read for `between` only
    met, over, under, why = _ratio(codes[rows], value, *filled, *rest[2:])
    percent, klass = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=int)
    for n in np.flatnonzero(why == ""):
        ratio = 100 * over[n] / under[n]
        percent[n] = float(ratio)
        klass[n] = len(bands) - 1
        for place, band in reversed(list(enumerate(bands[:-1]))):
            edge = exact(band.edge)
            if ratio > edge or (ratio == edge and band.closed):
                klass[n] = place
            if ratio != edge and percent[n] == band.edge:  # a float's width from the edge: keep it on its side
                percent[n] = np.nextafter(band.edge, np.inf if ratio > edge else -np.inf)
    return met, percent, klass, why


def _classes(percent: np.ndarray, bands: Sequence[Band]) -> np.ndarray:
    """The place of each percent's band; right for every row that is not within a hair of an edge."""
    klass = np.full(len(percent), len(bands) - 1)
    with np.errstate(invalid="ignore"):
        for place, band in reversed(list(enumerate(bands[:-1]))):
            klass[percent >= band.edge if band.closed else percent > band.edge] = place
    return klass


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


def plan_to_date(frame: pd.DataFrame, quarter: int) -> pd.DataFrame:
    """Where each value should be at the end of a quarter.

    Parameters: `frame` with `kind`, `operator`, `target`, `plan_q1`..`plan_q4`, `last_year_end` (value at last
    year's end), `broken` (bool: the series has a break since then); `quarter` 1-4. Returns `plan_to_date` (same unit as the target), `plan_basis` (given, elapsed,
    straight_way, target; "" where there is none) and `plan_reason`. As given where the plan gives it; else the
    elapsed share of the year for year_to_date and period_count, the straight way from last year's end for stock, the
    target itself for rate. Derived plans are rounded to 12 significant digits.
    """
    given = frame[f"plan_q{quarter}"].to_numpy(dtype="float64")
    target, start = frame["target"].to_numpy(dtype="float64"), frame["last_year_end"].to_numpy(dtype="float64")
    kind, operator = frame["kind"].to_numpy(dtype=object), frame["operator"].to_numpy(dtype=object)
    broken = frame["broken"].to_numpy(dtype=bool)
    share = quarter / 4
    one_sided = np.isin(operator, ["at_least", "at_most"])
    counted = np.isin(kind, ["year_to_date", "period_count"]) & one_sided
    stock = (kind == "stock") & one_sided
    itself = (kind == "rate") | (np.isin(operator, ["between", "exactly"]) & np.isin(kind, ["stock", "rate"]))
    basis = np.select(
        [~np.isnan(given), np.isnan(target), itself, counted, stock & ~np.isnan(start) & ~broken],
        ["given", "", "target", "elapsed", "straight_way"],
        default="",
    )
    plan = np.select(
        [basis == "given", basis == "target", basis == "elapsed", basis == "straight_way"],
        [given, target, tidy(target * share, digits=12), tidy(start + (target - start) * share, start, target, digits=12)],
        default=np.nan,
    )
    why = np.select(
        [basis != "", np.isnan(target) & (operator != "qualitative"), stock & broken, stock],
        ["", "no_target", "break", "no_last_year_end"],
        default="no_plan_to_date",
    )
    return pd.DataFrame({"plan_to_date": plan, "plan_basis": basis, "plan_reason": why}, index=frame.index)


def pace(frame: pd.DataFrame, quarter: int, edges: Sequence[Band] = schema.PACE) -> pd.DataFrame:
    """Each value against where the plan should be by now.

    Parameters: `frame` as for `score` and `plan_to_date`, with `added` (what the last quarter added). Returns
    `plan_to_date`, `plan_basis`, `percent_to_date` (float, of the plan to date), `pace` (a pace's id or
    `not_determined`), `pace_reason`, `gap` (target less value, what is still missing; 0 or less: nothing),
    `needed` (what each remaining quarter must add, signed; missing when met or at year's end).
    """
    plan = plan_to_date(frame, quarter)
    held = frame.assign(target=plan["plan_to_date"])
    if "upper" in held:
        held["upper"] = frame["upper"].where(frame["operator"] == "between")
    scored = score(held, edges)
    pace_ids = [band.id for band in edges] + ["not_determined"]
    known = scored["band"].isin(pace_ids) & (plan["plan_basis"] != "")
    named = scored["band"].astype("object").where(known, "not_determined")
    why = scored["reason"].where(plan["plan_reason"] == "", plan["plan_reason"]).where(~known, "")
    why = why.where(frame["reason"] == "", frame["reason"]) if "reason" in frame else why

    one_sided = frame["operator"].isin(["at_least", "at_most"]) & (frame["kind"] != "rank")
    gap = pd.Series(tidy(frame["target"] - frame["value"], frame["target"], frame["value"]), frame.index).where(one_sided)
    short = (gap > 0) & (frame["operator"] == "at_least") | (gap < 0) & (frame["operator"] == "at_most")
    needed = gap / (4 - quarter) if quarter < 4 else gap * np.nan
    return pd.DataFrame(
        {
            "plan_to_date": plan["plan_to_date"],
            "plan_basis": plan["plan_basis"],
            "percent_to_date": scored["percent"].where(known),
            "pace": pd.Categorical(named, categories=pace_ids, ordered=True),
            "pace_reason": why,
            "gap": gap,
            "needed": needed.where(one_sided & short),
        },
        index=frame.index,
    )


def movement(now: pd.DataFrame, before: pd.DataFrame, bands: Sequence[Band], within_year: bool) -> pd.DataFrame:
    """How values and bands changed between two scored periods.

    Parameters: two frames with the same index (`value`, `percent`, `band`, `stated_band`, `reason`), the first with
    `direction` and `broken` (bool: the series has a break between the two); `within_year`: both are held against the same year's plan, so their bands may be compared.
    Returns `from_value`, `change` (now less before, the indicator's unit), `from_percent`, `from_band`, `moved` (up,
    same, down; missing where bands may not be compared), `worse` (bool: changed against the better direction) and
    `reason` for no change. A break in the series stops movement.
    """
    broken = now["broken"]
    change = pd.Series(tidy(now["value"] - before["value"], now["value"], before["value"]), now.index).where(~broken)
    order = {band.id: place for place, band in enumerate(bands)}
    was, is_ = (part["band"].astype("object").map(order) for part in (before, now))
    comparable = within_year & was.notna() & is_.notna() & ~broken
    steps = np.sign((was - is_).where(comparable))
    why = np.select(
        [broken, now["value"].isna() & now["stated_band"].eq(""), before["value"].isna() & before["stated_band"].eq("")],
        ["break", now["reason"], "no_earlier"],
        default="",
    )
    worse = np.select([now["direction"] == "higher", now["direction"] == "lower"], [change < 0, change > 0], False)
    return pd.DataFrame(
        {
            "from_value": before["value"],
            "change": change,
            "from_percent": before["percent"],
            "from_band": before["band"].astype("object"),
            "moved": steps.map({1: "up", 0: "same", -1: "down"}),
            "worse": worse.astype(bool),
            "reason": why,
        },
        index=now.index,
    )
