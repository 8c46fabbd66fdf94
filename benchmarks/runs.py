"""`python -m benchmarks.runs [batch] [cold] [many] [plain-install]`: what a report costs, beside what a user would use instead.

CPU seconds are those of every process of a command, kernels and servers among them: this process takes in orphans and
waits for them. Linux only.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "quarterly_review.ipynb"
DATA = "data/demo-province"
QUARTERS = [f"{year}-Q{quarter}" for year in (2023, 2024) for quarter in (1, 2, 3, 4)]
BIN = Path(sys.executable).parent


def cost(*commands: list, **environment: str) -> tuple[float, float]:
    """CPU and wall seconds of commands run one after the other, with every process that they leave behind."""
    before, start = _children(), time.perf_counter()
    for command in commands:
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{command}: {done.stderr[-2000:]}")
    wall = time.perf_counter() - start
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return _children() - before, wall


def stock(folder: Path, period: str, binaries: Path = BIN) -> list[list]:
    """What a user would type: papermill, then nbconvert."""
    out = folder / f"{period}.ipynb"
    run = [binaries / "papermill", NOTEBOOK, out, "-p", "period", period, "-p", "data", DATA, "--no-progress-bar"]
    return [run, [binaries / "jupyter", "nbconvert", "--to", "html", "--no-input", out]]


def grid(folder: Path, periods: list[str], *options: str) -> list:
    path = folder / "grid.yml"
    path.write_text(json.dumps({"data": [DATA], "periods": periods, "out": str(folder / "reports")}))
    return [BIN / "dx", "grid", path, *options]


def bundle(folder: Path) -> None:
    """Vega for the page is put together once a machine, as setting up does; charts are what is drawn or cached here."""
    made = [sys.executable, "-m", "dxlib.interaction"]
    subprocess.run(made, check=True, cwd=ROOT, env={**os.environ, "DX_CACHE": str(folder / "cache")})


def batch(folder: Path) -> None:
    """Eight quarters, against the stock loop and against the cells alone."""
    ours, cached = {}, str(folder / "cache")
    bundle(folder)
    theirs, _ = cost(*(command for period in QUARTERS for command in stock(folder, period)))
    ours["drawn"], _ = cost(grid(folder, QUARTERS), DX_CACHE=cached)
    shutil.rmtree(folder / "reports")
    ours["cached"], _ = cost(grid(folder, QUARTERS), DX_CACHE=cached)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.cells", *QUARTERS], cwd=ROOT, capture_output=True, text=True
    )
    plain = float(done.stdout)
    n = len(QUARTERS)
    _write(
        "Eight quarters' reports, one after the other",
        "| what | CPU s a report | ratio |",
        [
            f"| dx grid, charts from the cache | {ours['cached'] / n:.2f} | {theirs / ours['cached']:.1f} times less than stock |",
            f"| dx grid, every chart drawn | {ours['drawn'] / n:.2f} | {theirs / ours['drawn']:.1f} times less than stock |",
            f"| papermill, then jupyter nbconvert --no-input (stock) | {theirs / n:.2f} | |",
            f"| the same cells in a process with everything imported, and one render | {plain:.2f} | dx grid (cache) at "
            f"{ours['cached'] / n / plain:.2f} times this |",
        ],
    )


def cold(folder: Path) -> None:
    """One report from the shell; the median of three, in turn."""
    walls: dict[str, list[float]] = {"stock": [], "drawn": [], "cached": []}
    dx = [BIN / "dx", "report", "2024-Q1", "--data", DATA, "--out", folder / "reports"]
    bundle(folder)
    for turn in range(3):
        walls["stock"].append(cost(*stock(folder, "2024-Q1"))[1])
        walls["drawn"].append(cost(dx, DX_CACHE=str(folder / f"empty-{turn}"))[1])
        cost(dx, DX_CACHE=str(folder / "cache"))
        walls["cached"].append(cost(dx, DX_CACHE=str(folder / "cache"))[1])
    wall = {name: statistics.median(values) for name, values in walls.items()}
    _write(
        "One report from the shell",
        "| what | wall s | ratio |",
        [
            f"| dx report, charts from the cache | {wall['cached']:.1f} | {wall['cached'] / wall['stock']:.2f} of stock's |",
            f"| dx report, every chart drawn | {wall['drawn']:.1f} | {wall['drawn'] / wall['stock']:.2f} of stock's |",
            f"| papermill, then jupyter nbconvert --no-input (stock) | {wall['stock']:.1f} | |",
        ],
    )


def many(folder: Path) -> None:
    """200 reports in a row in one process: its memory and its pace; 64 at eight workers, three times."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.endurance", str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    told = json.loads(done.stdout.splitlines()[-1])
    lines = [
        f"| memory of the runner after 20 and after {told['reports']} reports | {told['early']:.0f} and {told['late']:.0f} MB "
        f"| {told['late'] / told['early']:.2f} |",
        f"| seconds a report, reports 11-30 and the last 20 | {told['first']:.2f} and {told['last']:.2f} "
        f"| {told['last'] / told['first']:.2f} |",
    ]
    for turn in range(3):
        out = folder / f"turn-{turn}"
        out.mkdir()
        wanted = {"data": [DATA], "periods": QUARTERS, "areas": ["", "99001", "99002", "99003"], "languages": ["vi", "en"]}
        (out / "grid.yml").write_text(json.dumps(wanted))
        used, wall = cost([BIN / "dx", "grid", out / "grid.yml", "--workers", "8", "--out", out])  # a failure ends this
        made = len(list(out.glob("*/*/*/manifest.json")))
        lines.append(f"| {made} reports at 8 workers, turn {turn + 1}: no failure | {wall:.0f} s | {used / made:.2f} CPU s a report |")
    _write("Many reports", "| what | measured | ratio |", lines)


def plain_install(folder: Path) -> None:
    """Stock once more, in what a plain `pip install jupyterlab papermill altair` gives."""
    where = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", where], check=True)
    pip = [where / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "jupyterlab", "papermill", "altair"], check=True)
    subprocess.run([*pip, str(ROOT)], check=True)
    theirs, wall = cost(*(command for period in QUARTERS[:3] for command in stock(folder, period, where / "bin")))
    ours, _ = cost(grid(folder, QUARTERS), DX_CACHE=str(folder / "cache"))
    _write(
        "Stock as a plain pip install gives it",
        "| what | CPU s a report | ratio |",
        [
            f"| papermill, then jupyter nbconvert | {theirs / 3:.2f} | dx grid, every chart drawn: "
            f"{theirs / 3 / (ours / len(QUARTERS)):.1f} times less |"
        ],
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(*section) -> None:
    from benchmarks.results import write

    write(*section)


def main() -> None:
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: orphans become children of this process
    ways = {"batch": batch, "cold": cold, "many": many, "plain-install": plain_install}
    for name in sys.argv[1:] or ways:
        with tempfile.TemporaryDirectory() as folder:
            ways[name](Path(folder))


if __name__ == "__main__":
    main()
