"""Make one report: run its notebook, judge the run, render the page, and make it current last.

A run works in a folder of its own that nobody reads. Only when everything is written, on disk and checked does the
folder get its name among the reports, and then one small file, the pointer, is replaced: a failed run, or one cut off
at any moment, leaves the last good report as it was.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import secrets
import shutil
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dxlib import disk, manifest, parameters, server
from dxlib.folders import PROJECT, find, package_name
from dxlib.messages import LANGUAGES, DxError

NOTEBOOKS = Path(os.environ.get("DX_NOTEBOOKS", PROJECT / "notebooks"))  # a user may keep notebooks of their own
WAIT_SECONDS = 3600  # for another run of the same target
_RUNNING, _LOCKS = ".running", ".locks"


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, and the page in it."""

    folder: Path

    @property
    def page(self) -> Path:
        return self.folder / manifest.PAGE


@dataclass(frozen=True)
class Target:
    """One report that can be made: a notebook with its parameters, over a data package. Made by `target`."""

    notebook: Path
    data: Path
    package: str
    parameters: dict[str, str]
    out: Path

    @property
    def name(self) -> str:
        """The target's name within its package and period: no two targets share one."""
        slices = "".join(f".{key}={self.parameters[key]}" for key in ("area", "tag") if self.parameters.get(key))
        known = f".as_of={self.parameters['as_of']}" if self.parameters.get("as_of") else ""
        return f"{self.notebook.stem}.{self.parameters['language']}{slices}{known}"

    @property
    def base(self) -> Path:
        """The folder of the package's reports of the period."""
        return self.out / self.package / self.parameters["period"]

    @property
    def pointer(self) -> Path:
        """The small file that names the current run."""
        return self.base / f"{self.name}.json"

    def __str__(self) -> str:
        return f"{self.package}/{self.parameters['period']}/{self.name}"

    @cached_property
    def parts(self) -> dict:
        """What a run of this target would be made of, as the files stand now (see `dxlib.manifest.made_of`)."""
        return manifest.made_of(self.notebook, self.data, self.package, self.parameters)

    @property
    def current(self) -> Run | None:
        """The current run, or None."""
        try:
            return Run(self.base / json.loads(self.pointer.read_text(encoding="utf-8"))["run"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def is_up_to_date(self) -> bool:
        """Whether the current run is whole and is what a new one would give."""
        run = self.current
        return run is not None and manifest.is_current(manifest.read(run.folder), self.parts)


def target(
    period: str,
    data: str | Path,
    language: str = LANGUAGES[0],
    notebook: str = "quarterly_review",
    out: str | Path = "reports",
    **others: str,
) -> Target:
    """Name one report, its parameters checked against what the notebook declares (see `dxlib.parameters`).

    Parameters: the notebook's own (`period`, `data`, `language`, others such as `as_of`, `area`, `tag`), the
    notebook's name, the folder for reports. Raises DxError for a notebook or data package that is not there, and for
    a parameter that is refused.
    """
    source = NOTEBOOKS / f"{notebook}.ipynb"
    if Path(notebook).name != notebook or not source.is_file():
        raise DxError("notebook", found=notebook)
    cells = json.loads(source.read_text(encoding="utf-8"))["cells"]
    declared = parameters.declared("".join(cell["source"]) for cell in cells)
    given = {"period": period, "data": str(data), "language": language, **others}
    values = parameters.checked(declared, {name: value for name, value in given.items() if value != ""})
    folder = find(data)
    return Target(source, folder, package_name(folder), values, Path(out))


def report(wanted: Target) -> Run:
    """Make one report and make it current; wait while another run of the same target is under way.

    Returns the Run; its folder holds page.html, figures.json, manifest.json, notebook.ipynb, log.txt. Raises DxError
    where the notebook refuses its parameters or data (nothing is written), and where the run fails ("run_failed"; its
    notebook and log are kept, and named).
    """
    with _alone(wanted):
        return _made(wanted)


def refresh(wanted: Target) -> bool:
    """Make a report unless it is up to date; whether it had to be made."""
    if wanted.is_up_to_date:
        return False
    with _alone(wanted):
        if wanted.is_up_to_date:  # made while this one waited
            return False
        _made(wanted)
    return True


@contextlib.contextmanager
def _alone(wanted: Target) -> Iterator[None]:
    """Keep other runs of the same target out; a lock that its holder's death sets free."""
    from filelock import FileLock, Timeout

    folder = wanted.out / _LOCKS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{str(wanted).replace('/', '.')}.lock")
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout:  # an OSError too
        raise DxError("run_locked", target=str(wanted), seconds=WAIT_SECONDS) from None
    except OSError as error:
        raise _unwritable(wanted.out, error) from None
    try:
        yield
    finally:
        lock.release()


def _made(wanted: Target) -> Run:
    server.warm()  # goes on while papermill is imported
    moment = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    name = f"{wanted.name}.{moment}-{secrets.token_hex(3)}"
    staging = wanted.out / _RUNNING / str(wanted).replace("/", ".")
    try:
        shutil.rmtree(staging, ignore_errors=True)  # of a run that was cut off: this target is ours alone
        staging.mkdir(parents=True)
        parts = wanted.parts
        try:
            nb = _run(wanted, staging)
        except _Failed as failed:
            raise DxError(
                "run_failed", cause=failed, folder=str(_kept(staging, wanted.base, f"{name}.failed"))
            ) from None
        figures = _rendered(nb, staging)
        disk.write(staging / manifest.FIGURES, _by_line(figures))
        disk.write(staging / manifest.MANIFEST, _json(manifest.finished(parts, figures, staging)))
        if manifest.read(staging) is None:
            raise OSError("the files are not what was written")
        run = Run(_kept(staging, wanted.base, name))
        _point(wanted.pointer, run)
    except OSError as error:
        raise _unwritable(wanted.out, error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return run


class _Failed(Exception):
    """A run that does not count; its text is the cause, one sentence."""


def _run(wanted: Target, folder: Path):
    """Execute the notebook into the folder; a failure of any kind becomes one sentence."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source, given = str(wanted.notebook), {**wanted.parameters, "data": str(wanted.data)}
    with _logged(folder / "log.txt"):
        try:
            return papermill.execute_notebook(
                source, _plain(folder / "notebook.ipynb"), given, engine_name="dx", progress_bar=False
            )
        except PapermillExecutionError as error:
            if error.ename in ("DxError", "DataError") and _said_nothing(folder / "notebook.ipynb"):
                raise DxError("told", text=error.evalue) from None
            raise _Failed(_sentence(error.evalue or error.ename)) from None
        except OSError:
            raise
        except Exception as error:  # papermill, nbclient and the kernel each have their own; all mean: no report
            logging.getLogger("papermill").error(traceback.format_exc())
            raise _Failed(_sentence(str(error) or type(error).__name__)) from None


def _rendered(nb, folder: Path) -> dict:
    """Write the page; return the figures that the notebook showed."""
    from dxlib import page

    disk.write(folder / manifest.PAGE, page.render(nb))
    figures = page.figures_of(nb)
    if figures is None:
        raise DxError("no_figures", notebook=folder.name)
    return {**figures, "figures": json.loads(figures["figures"])}


def _said_nothing(notebook: Path) -> bool:
    """Whether a run stopped before its notebook showed anything: its parameters or data were refused."""
    import nbformat

    cells = nbformat.read(notebook, as_version=4).cells
    return not any(output.output_type == "display_data" for cell in cells for output in cell.get("outputs", []))


def _sentence(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".") + "."


def _plain(path: Path) -> str:
    """A path that papermill, which formats paths with its parameters, takes as it is."""
    return str(path).replace("{", "{{").replace("}", "}}")


@contextlib.contextmanager
def _logged(path: Path) -> Iterator[None]:
    """papermill's log of this thread's run, in a file."""
    logger, thread = logging.getLogger("papermill"), threading.get_ident()
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.addFilter(lambda record: record.thread == thread)
    level, logger.level = logger.level, min(logger.level or logging.INFO, logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level = level
        handler.close()


def _kept(staging: Path, base: Path, name: str) -> Path:
    """Give a run's folder its lasting name, with everything in it on disk first."""
    base.mkdir(parents=True, exist_ok=True)
    for path in staging.iterdir():
        disk.sync(path)
    disk.sync(staging)
    os.rename(staging, base / name)
    disk.sync(base)
    return base / name


def _point(pointer: Path, run: Run) -> None:
    """Make a run current: replace the pointer in one step."""
    disk.replace(pointer, _json({"run": run.folder.name}).encode())


def _by_line(figures: dict) -> str:
    """The figures as JSON, one a line: two runs compare by line."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in figures["figures"])
    return _json({**figures, "figures": []}).replace('"figures": []', f'"figures": [\n{rows}\n]')


def _json(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _unwritable(folder: Path, error: OSError) -> DxError:
    return DxError("write", folder=str(folder), cause=error.strerror or str(error))
