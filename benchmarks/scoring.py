"""`python -m benchmarks.scoring`: scoring millions of rows, beside DuckDB SQL written by hand and a loop over rows.

Each way gives the same result for the same rows: verdict, percent and exact band per row, and counts per area. Each
runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

AREAS = 3321


def panel(rows: int, seed: int = 1) -> pd.DataFrame:
    """Targets of every commune: values with one decimal, so that many percents lie exactly on an edge."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "area": pd.Categorical.from_codes(
                rng.integers(0, AREAS, rows, dtype=np.int16), [f"{n:05d}" for n in range(AREAS)]
            ),
            "kind": pd.Categorical.from_codes(rng.integers(0, 2, rows, dtype=np.int8), ["stock", "rate"]),
            "operator": pd.Categorical.from_codes(
                rng.choice(np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 2], dtype=np.int8), rows),
                ["at_least", "at_most", "between"],
            ),
            "value": rng.integers(0, 1000, rows) / 10,
            "target": rng.integers(100, 1000, rows) / 10,
        }
    )
    frame["upper"] = np.where(frame["operator"] == "between", np.round(frame["target"] + 5, 1), np.nan)
    frame["baseline"] = np.where((frame["operator"] == "at_most") & (np.arange(rows) % 2 == 0), 120.0, np.nan)
    return frame


def by_dxlib(frame: pd.DataFrame):
    from dxlib.scoring import score

    scored = score(frame)
    size = len(scored["band"].cat.categories)
    cells = np.bincount(
        frame["area"].cat.codes.to_numpy() * np.int32(size) + scored["band"].cat.codes, minlength=AREAS * size
    )
    return scored, cells.reshape(AREAS, size)


SQL = """
create table scored as
with typed as (
  select area, operator, value::decimal(9,1) as v, target::decimal(9,1) as t, upper::decimal(9,1) as u, baseline::decimal(9,1) as b
  from frame),
parts as (
  select area,
    case operator when 'at_least' then v >= t when 'at_most' then v <= t else v >= t and v <= u end as met,
    case when operator = 'at_least' then v when operator = 'at_most' then case when b > t then b - v else t end
         when v < t then v when v > u then u else 1 end as n,
    case when operator = 'at_least' then t when operator = 'at_most' then case when b > t then b - t else v end
         when v < t then t when v > u then v else 1 end as d
  from typed)
select area, met, case when d > 0 then 100.0::double * n / d end as percent,
  case when met then 'met' when d is null or d <= 0 then 'not_met' when 100 * n > 70 * d then 'over_70'
       when 100 * n >= 50 * d then 'from_50' else 'under_50' end as band
from parts
"""


def by_duckdb(frame: pd.DataFrame):
    import duckdb

    base = duckdb.connect(config={"threads": 2})
    base.register("frame", frame)
    base.execute(SQL)
    counts = base.execute("select area, band, count(*) as n from scored group by all").df()
    return base, counts


def by_loop(frame: pd.DataFrame):
    from decimal import Decimal

    counts: dict[tuple, int] = {}
    scored = []
    for row in frame.itertuples(index=False):
        v, t = Decimal(str(row.value)), Decimal(str(row.target))
        if row.operator == "at_least":
            met, n, d = v >= t, v, t
        elif row.operator == "at_most":
            b = None if np.isnan(row.baseline) else Decimal(str(row.baseline))
            met, (n, d) = v <= t, (b - v, b - t) if b is not None and b > t else (t, v)
        else:
            u = Decimal(str(row.upper))
            met, (n, d) = t <= v <= u, (v, t) if v < t else (u, v) if v > u else (Decimal(1), Decimal(1))
        percent = float(100 * n / d) if d > 0 else None
        band = (
            "met"
            if met
            else "not_met"
            if d <= 0
            else "over_70"
            if 100 * n > 70 * d
            else "from_50"
            if 100 * n >= 50 * d
            else "under_50"
        )
        scored.append((met, percent, band))
        counts[row.area, band] = counts.get((row.area, band), 0) + 1
    return scored, counts


def counted(way: str, result) -> dict[str, int]:
    """Rows per band, to see that the ways agree."""
    if way == "by_dxlib":
        return {band: int(n) for band, n in result[0]["band"].value_counts().items() if n}
    if way == "by_duckdb":
        return {band: int(n) for band, n in result[1].groupby("band")["n"].sum().items()}
    return pd.Series([band for _, _, band in result[0]]).value_counts().to_dict()


def measured(way: str, rows: int) -> dict:
    """Run one way here: best seconds of three (of one, for the loop), and the peak memory it added over its input."""
    frame = panel(rows)
    size = frame.memory_usage(deep=True).sum()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    times, bands = [], {}
    for _ in range(1 if way == "by_loop" else 3):
        start = time.perf_counter()
        result = globals()[way](frame)
        times.append(time.perf_counter() - start)
        bands = counted(way, result)
        del result
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": min(times), "input": int(size), "peak": int(peak - before + size), "bands": bands}


def apart(way: str, rows: int) -> dict:
    """The same, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scoring", way, str(rows)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def figures(million: int) -> list[str]:
    """The lines of the result, for so many million rows."""
    rows = million * 1_000_000
    ours, small, sql, loop = (
        apart("by_dxlib", rows),
        apart("by_dxlib", rows // 10),
        apart("by_duckdb", rows),
        apart("by_loop", rows // 50),
    )
    assert ours["bands"] == sql["bands"], "dxlib and DuckDB disagree"
    assert apart("by_dxlib", rows // 50)["bands"] == loop["bands"], "dxlib and the loop disagree"
    return [
        f"| dxlib, {million} million rows | {ours['seconds']:.2f} s | peak {ours['peak'] / ours['input']:.2f} times the input |",
        f"| DuckDB SQL by hand, 2 threads | {sql['seconds']:.2f} s | dxlib at {sql['seconds'] / ours['seconds']:.2f} times its speed |",
        f"| loop over rows (a fiftieth, times 50) | {50 * loop['seconds']:.0f} s | dxlib {50 * loop['seconds'] / ours['seconds']:.0f} times faster |",
        f"| dxlib, a tenth of the rows | {small['seconds']:.3f} s | ten times the rows take {ours['seconds'] / small['seconds']:.1f} times as long |",
    ]


def main() -> None:
    if len(sys.argv) > 2:
        print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
        return
    from benchmarks.results import write

    write("Scoring", "| what | time | ratio |", figures(10))


if __name__ == "__main__":
    main()
