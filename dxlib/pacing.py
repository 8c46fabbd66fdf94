"""Pace and movement: a value against where its plan should be by now, and against what it was. Frames in, frames out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dxlib import schema
from dxlib.numbers import tidy
from dxlib.schema import Band
from dxlib.scoring import score

MOVES = ("up", "same", "down")
LATE = ("behind", "far_behind")


def plan_to_date(frame: pd.DataFrame, quarter: int | np.ndarray) -> pd.DataFrame:
    """Where each value should be at the end of a quarter.

    Parameters: `frame` with `kind`, `operator`, `target`, `plan_q1`..`plan_q4`, `last_year_end` (value at last
    year's end), `broken` (bool: the series has a break since then); `quarter` 1-4, or one for each row. Returns `plan_to_date` (same unit as the target), `plan_basis` (given, elapsed,
    straight_way, target; "" where there is none) and `plan_reason`. As given where the plan gives it; else the
    elapsed share of the year for year_to_date and period_count, the straight way from last year's end for stock, the
    target itself for rate. Derived plans are rounded to 12 significant digits.
    """
    quarter = np.broadcast_to(quarter, len(frame))
    given = np.full(len(frame), np.nan)
    for n in np.unique(quarter):
        given = np.where(quarter == n, frame[f"plan_q{n}"].to_numpy(dtype="float64"), given)
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
        [
            given,
            target,
            tidy(target * share, digits=12),
            tidy(start + (target - start) * share, start, target, digits=12),
        ],
        default=np.nan,
    )
    why = np.select(
        [basis != "", np.isnan(target) & (operator != "qualitative"), stock & broken, stock],
        ["", "no_target", "break", "no_last_year_end"],
        default="no_plan_to_date",
    )
    return pd.DataFrame({"plan_to_date": plan, "plan_basis": basis, "plan_reason": why}, index=frame.index)


def pace(frame: pd.DataFrame, quarter: int | np.ndarray, edges: Sequence[Band] = schema.PACE) -> pd.DataFrame:
    """Each value against where the plan should be by now.

    Parameters: `frame` as for `score` and `plan_to_date`, with `added` (what the last quarter added); `quarter` as there. Returns
    `plan_to_date`, `plan_basis`, `percent_to_date` (float, of the plan to date), `pace` (a pace's id or
    `not_determined`), `pace_reason`, `gap` (target less value, what is still missing; 0 or less: nothing),
    `needed` (what each remaining quarter must add, signed; missing when met or at year's end) and `needed_reason`.
    """
    plan = plan_to_date(frame, quarter)
    value, target = (frame[name].to_numpy(dtype="float64") for name in ("value", "target"))
    kind, operator = (frame[name].to_numpy(dtype=object) for name in ("kind", "operator"))
    held = frame.assign(target=plan["plan_to_date"])
    if "upper" in held:
        held["upper"] = np.where(operator == "between", frame["upper"], np.nan)
    scored = score(held, edges)
    basis, place = plan["plan_basis"].to_numpy(object), scored["band"].cat.codes.to_numpy()
    known = (place < len(edges)) & (basis != "")
    pace_ids = [band.id for band in edges] + ["not_determined"]
    told = frame["reason"].to_numpy(object) if "reason" in frame else np.full(len(frame), "")
    unplanned, unscored = (part.to_numpy(object) for part in (plan["plan_reason"], scored["reason"]))
    why = np.select([told != "", known, unplanned != ""], [told, "", unplanned], default=unscored)

    one_sided = np.isin(operator, ["at_least", "at_most"]) & (kind != "rank")
    gap = np.where(one_sided, tidy(target - value, target, value), np.nan)
    short = (gap > 0) & (operator == "at_least") | (gap < 0) & (operator == "at_most")
    left = np.broadcast_to(4 - np.asarray(quarter), len(frame))  # quarters still to come
    needed = np.where(short, gap / np.where(left > 0, left, np.nan), np.nan)
    needed_why = np.select(
        [np.isnan(value) | np.isnan(target), ~one_sided, ~short, left == 0],
        ["no_gap", "no_step", "nothing_needed", "year_over"],
        default="",
    )
    return pd.DataFrame(
        {
            "plan_to_date": plan["plan_to_date"],
            "plan_basis": plan["plan_basis"],
            "percent_to_date": np.where(known, scored["percent"], np.nan),
            "pace": pd.Categorical.from_codes(np.where(known, place, len(edges)), pace_ids, ordered=True),
            "pace_reason": pd.Series(why, frame.index, dtype="object"),
            "gap": gap,
            "needed": needed,
            "needed_reason": needed_why,
        },
        index=frame.index,
    )


def movement(now: pd.DataFrame, before: pd.DataFrame, bands: Sequence[Band], within_year: bool | np.ndarray) -> pd.DataFrame:
    """How values and bands changed between two scored periods.

    Parameters: two frames with the same index (`value`, `percent`, `band`, `stated_band`, `reason`), the first with
    `direction` and `broken` (bool: the series has a break between the two); `within_year` (one for all, or one for each
    row): both are held against the same year's plan, so their bands may be compared.
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
        [
            broken,
            now["value"].isna() & now["stated_band"].eq(""),
            before["value"].isna() & before["stated_band"].eq(""),
        ],
        ["break", now["reason"], "no_earlier"],
        default="",
    )
    why = np.where((why == "") & change.isna() & now["stated_band"].ne(""), "qualitative", why)
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
