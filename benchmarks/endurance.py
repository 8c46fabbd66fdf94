"""`python -m benchmarks.endurance FOLDER [REPORTS]`: many reports in one process; its memory and its pace, as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil

from benchmarks.runs import DATA, QUARTERS
from dxlib import publish


def main() -> None:
    folder, reports = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    memory, seconds = [], []
    for n in range(reports):
        start = time.perf_counter()
        publish.report(publish.target(QUARTERS[n % len(QUARTERS)], DATA, out=folder / "endurance"))
        seconds.append(time.perf_counter() - start)
        memory.append(psutil.Process().memory_info().rss / 1e6)
    told = {
        "reports": reports,
        "early": memory[19],
        "late": memory[-1],
        "first": sum(seconds[10:30]) / 20,
        "last": sum(seconds[-20:]) / 20,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
