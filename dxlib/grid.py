"""Many reports: data packages x periods x areas x languages x notebooks, each a task of its own.

What is up to date is left alone, so that a grid that was stopped goes on where it was; what fails is told at the end.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from dxlib import drawing, publish
from dxlib.folders import find
from dxlib.messages import LANGUAGES, DxError
from dxlib.period import Period

_NAMES = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_ALL = {"anyOf": [_NAMES, {"const": "all"}]}
SCHEMA = {
    "type": "object",
    "required": ["data", "periods"],
    "additionalProperties": False,
    "properties": {
        "data": _NAMES,
        "periods": _ALL,
        "areas": _ALL,
        "tags": _NAMES,
        "languages": _NAMES,
        "notebooks": _NAMES,
        "out": {"type": "string"},
    },
}


@dataclass(frozen=True)
class Outcome:
    """What became of one target: made, up_to_date, or failed with its error."""

    target: publish.Target
    state: str
    error: DxError | None = None


def targets(path: Path, out: str = "") -> list[publish.Target]:
    """The reports that a grid file names, those of one package and period together.

    The file (YAML): `data` (folders of packages), `periods` and `areas` (lists, or `all`: those with figures), `tags`,
    `languages`, `notebooks` (lists), `out`. An empty area is the package's own. Raises DxError for a file that cannot
    be read, and for a parameter that is refused.
    """
    given = _read(path)
    every = []
    for data in given["data"]:
        for area, period in _pairs(find(data), given.get("areas", [""]), given["periods"]):
            for tag, language, notebook in product(
                given.get("tags", [""]),
                given.get("languages", LANGUAGES[:1]),
                given.get("notebooks", ["quarterly_review"]),
            ):
                where = out or given.get("out", "reports")
                every.append(publish.target(period, data, language, notebook, where, area=area, tag=tag))
    return list({str(item): item for item in every}.values())


def run(wanted: list[publish.Target], workers: int = 1, scheduler: str = "") -> Iterator[Outcome]:
    """Bring every target up to date; an Outcome for each as it ends.

    `workers`: processes on this machine. `scheduler`: the address of a Dask cluster to run on instead, which must see
    the same folders. A worker that dies takes nothing with it: its targets are run again, those that kill it fail.
    """
    todo, alone = [_elsewhere(item) for item in wanted], False
    while todo:
        left = []
        for batch in [[item] for item in todo] if alone else [todo]:
            with _executor(1 if alone else workers, scheduler, alone) as executor:
                left += yield from _outcomes(executor, batch, last_try=alone)
                if left and not scheduler:
                    _end_children()  # a worker that was starting when the pool broke is waited for, and never ends
        alone = len(left) == len(todo) or alone
        todo = left
    drawing.prune()


def _outcomes(executor: Executor, batch: list[publish.Target], last_try: bool) -> Iterator[Outcome]:
    """Outcomes of a batch; returns the targets whose worker died before they ended."""
    left: list[publish.Target] = []
    futures: dict[Future, publish.Target] = {}
    for item in batch:
        try:
            futures[executor.submit(_refreshed, item)] = item
        except (BrokenExecutor, OSError):  # OSError: the pool broke while it started a worker
            left.append(item)
    for future in as_completed(futures):
        item = futures[future]
        try:
            yield future.result()
        except BrokenExecutor:
            left.append(item)
        except Exception as error:  # a bug of ours in one task must not stop the others
            yield Outcome(item, "failed", DxError("told", text=f"{type(error).__name__}: {error}"))
    if last_try:
        yield from (Outcome(item, "failed", DxError("worker_died")) for item in left)
        return []
    return left


def _refreshed(item: publish.Target) -> Outcome:
    """One task."""
    try:
        return Outcome(item, "made" if publish.refresh(item) else "up_to_date")
    except DxError as error:
        return Outcome(item, "failed", error)


@contextmanager
def _executor(workers: int, scheduler: str, isolated: bool) -> Iterator[Executor]:
    """Where tasks run: a thread of this process, processes, or a Dask cluster's workers."""
    if scheduler:
        yield from _cluster(scheduler)
        return
    if workers == 1 and not isolated:
        executor: Executor = ThreadPoolExecutor(1)
    else:
        spawn = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_end_with_parent)
    try:
        yield executor
        executor.shutdown()
    except BaseException:  # Ctrl-C among them: nothing may go on behind the user's back
        executor.shutdown(wait=False, cancel_futures=True)
        _end_children()
        raise


def _cluster(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise DxError("extra", name="distributed", extra="dask") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise DxError("scheduler", address=address, cause=str(error).splitlines()[0]) from None
    with client:
        yield client.get_executor(pure=False, retries=2)


def _elsewhere(item: publish.Target) -> publish.Target:
    """The same target for a process with another current folder."""
    from dataclasses import replace

    return replace(item, data=item.data.resolve(), notebook=item.notebook.resolve(), out=item.out.resolve())


def _end_with_parent() -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent does, however that dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _end_children() -> None:
    from dxlib.kernels import end

    for child in multiprocessing.active_children():
        end(child.pid)


def _pairs(folder: Path, areas: list[str] | str, periods: list[str] | str) -> list[tuple[str, str]]:
    """Pairs of area and period; where one is `all`, those that have figures."""
    if "all" not in (areas, periods):
        return list(product(areas, periods))
    with (folder / "observations.csv").open(encoding="utf-8-sig", newline="") as file:
        have = sorted({(row["area"], row["period"]) for row in csv.DictReader(file)})
    if areas != "all":
        import json

        own = json.loads((folder / "datapackage.json").read_text(encoding="utf-8-sig"))["dx"]["area"]
        return [(area, period) for area in areas for code, period in have if code == (area or own)]
    wanted = None if periods == "all" else {str(Period.parse(period)) for period in periods}
    return [(area, period) for area, period in have if wanted is None or period in wanted]


def _read(path: Path) -> dict:
    import jsonschema
    import yaml

    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        cause = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise DxError("grid", path=str(path), place="-", found=cause, expected="YAML") from None
    wrong = next(jsonschema.Draft202012Validator(SCHEMA).iter_errors(given), None)
    if wrong is not None:
        place = "/".join(map(str, wrong.absolute_path)) or "."
        known = (
            ", ".join(SCHEMA["properties"]) if wrong.validator == "additionalProperties" else str(wrong.validator_value)
        )
        raise DxError("grid", path=str(path), place=place, found=wrong.message, expected=known)
    return given
