"""`python -m benchmarks.panel`: one quarter's work on a panel of every commune, beside plain pandas.

3,321 communes x 100 indicators x 30 quarters are ten million observations. One quarter's review of all of them: the year
to date by kind, scores and bands, roll-up to the province, and league tables.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from dxlib.actuals import actuals
from dxlib.areas import ranked, rollup
from dxlib.period import Period
from dxlib.scoring import score

AREAS, INDICATORS, QUARTERS = 3321, 100, 30


def panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows (indicator x area, with its plan) and observations of every quarter."""
    rng = np.random.default_rng(2)
    areas, names = [f"{n:05d}" for n in range(AREAS)], [f"i{n:02d}" for n in range(INDICATORS)]
    periods = [str(Period(2018, 1).shift(n)) for n in range(QUARTERS)]
    kinds = ["stock", "year_to_date", "period_count", "rate"]
    codes = np.arange(INDICATORS * AREAS)
    rows = pd.DataFrame(
        {
            "indicator": pd.Categorical.from_codes(codes // AREAS, names),
            "area": pd.Categorical.from_codes(codes % AREAS, areas),
            "kind": pd.Categorical.from_codes(codes // AREAS % 4, kinds),
            "measure": "person",
            "frequency": "quarter",
            "valid_from": pd.NaT,
            "direction": "higher",
            "operator": pd.Categorical.from_codes(np.zeros(len(codes), dtype=np.int8), ["at_least"]),
            "target": rng.integers(50, 500, len(codes)).astype(float),
        }
    )
    size = len(rows) * QUARTERS
    at = np.tile(codes, QUARTERS)
    seen = pd.DataFrame(
        {
            "indicator": pd.Categorical.from_codes(at // AREAS, names),
            "area": pd.Categorical.from_codes(at % AREAS, areas),
            "period": pd.Categorical.from_codes(np.repeat(np.arange(QUARTERS), len(rows)), periods),
            "value": rng.integers(0, 1000, size) / 10,
            "numerator": np.nan,
            "denominator": np.nan,
            "status": pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), ["A"]),
        }
    )
    share = at // AREAS % 4 == 3
    seen.loc[share, "denominator"] = 500.0
    seen.loc[share, "numerator"] = np.rint(seen.loc[share, "value"] * 5)
    seen.loc[share, "value"] = np.nan
    seen["reported"] = seen["value"].fillna(seen["numerator"] / seen["denominator"])
    for name in ("stated_band", "qualifier", "source", "source_cell"):
        seen[name] = pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), [""])
    return rows, seen.assign(value_before=np.nan, reported_on=pd.NaT)


def by_dxlib(rows: pd.DataFrame, seen: pd.DataFrame):
    period = Period(2018, 1).shift(QUARTERS - 1)
    frame = pd.concat([rows, actuals(rows, seen, period)], axis=1)
    scored = score(frame)
    whole = rollup(frame, ["indicator"])
    places = ranked(frame["value"], frame["direction"], frame["indicator"])
    return scored, whole, places


def by_pandas(rows: pd.DataFrame, seen: pd.DataFrame):
    """The same without kinds, reasons or exactness: what a notebook of plain pandas would do with one kind."""
    period = Period(2018, 1).shift(QUARTERS - 1)
    now = seen[seen["period"] == str(period)]
    frame = rows.merge(now[["indicator", "area", "reported"]], on=["indicator", "area"])
    percent = 100 * frame["reported"] / frame["target"]
    bands = pd.cut(
        percent, [-np.inf, 50, 70, 100, np.inf], labels=["under_50", "from_50", "over_70", "met"], right=False
    )
    whole = frame.groupby("indicator", observed=True)["reported"].sum()
    places = frame.groupby("indicator", observed=True)["reported"].rank(method="min", ascending=False)
    return bands, whole, places


def timed(way, *inputs) -> float:
    start = time.perf_counter()
    way(*inputs)
    return time.perf_counter() - start


def main() -> None:
    from benchmarks.results import write

    rows, seen = panel()
    ours, plain = (min(timed(way, rows, seen) for _ in range(3)) for way in (by_dxlib, by_pandas))
    write(
        "A panel of every commune",
        "| what | time | ratio |",
        [
            f"| dxlib: one quarter of {len(rows):,} targets out of {len(seen):,} observations | {ours:.2f} s | {ours / plain:.1f} times plain pandas |",
            f"| plain pandas, one kind, floats, no reasons | {plain:.2f} s | |",
        ],
    )


if __name__ == "__main__":
    main()
