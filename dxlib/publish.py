"""Run a notebook for one quarter, judge the run, render its page, and make it current last.

A run writes only into a folder of its own. What is current changes by one replacement of one small file, after
everything else is written: a failed run, or one cut off at any moment, leaves the last good report as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import platform
import secrets
import tempfile
import traceback
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from dxlib.dataset import PROJECT, find, load
from dxlib.messages import DxError
from dxlib.notebook import checked_language
from dxlib.reviews import make_review

NOTEBOOKS = PROJECT / "notebooks"
CELL_SECONDS = 300
LIBRARIES = (
    "dx-review",
    "altair",
    "great-tables",
    "ipykernel",
    "nbconvert",
    "pandas",
    "papermill",
    "vl-convert-python",
)


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, and the page in it."""

    folder: Path
    page: Path


def report(
    period: str,
    data: str | Path,
    language: str = "vi",
    as_of: str = "",
    notebook: str = "quarterly_review",
    out: str | Path = "reports",
) -> Run:
    """Make one quarter's report and make it current.

    Parameters: the notebook's own (`period`, `data`, `language`, `as_of`), the notebook's name, and the folder under
    which runs are kept. Returns the Run; its folder holds page.html, figures.json, manifest.json, notebook.ipynb,
    log.txt. Raises DxError before anything is written when a parameter or the data are wrong, and DxError
    ("run_failed") when the notebook fails; the folder of the failed run keeps its notebook and log.
    """
    source = NOTEBOOKS / f"{notebook}.ipynb"
    if not source.is_file():
        raise DxError("notebook", found=notebook)
    checked_language(language)
    review = make_review(load(data), period, as_of)
    base = Path(out) / review.data.settings.name / str(review.period)
    folder = _new_folder(base, f"{notebook}.{language}")
    parameters = {"period": str(review.period), "data": str(data), "language": language, "as_of": as_of}
    try:
        nb = _run(source, folder, parameters)
        figures = _rendered(nb, folder)
        _write(folder / "figures.json", json.dumps(figures, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
        manifest = _manifest(source, review, {**parameters, "data": review.data.settings.name}, figures["checksum"])
        _write(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        _point(base / f"{notebook}.{language}.json", folder)
    except OSError as error:
        raise DxError("write", folder=str(folder), cause=error.strerror or str(error)) from None
    return Run(folder, folder / "page.html")


def current(base: Path, notebook: str, language: str) -> Path | None:
    """The page that is current under reports/<data package>/<period>, or None."""
    pointer = base / f"{notebook}.{language}.json"
    if not pointer.is_file():
        return None
    return base / json.loads(pointer.read_text(encoding="utf-8"))["run"] / "page.html"


def _new_folder(base: Path, name: str) -> Path:
    """A folder that no other run has: the moment in its name is for people, the random end for safety."""
    moment = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = base / f"{name}.{moment}-{secrets.token_hex(3)}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise DxError("write", folder=str(folder), cause=error.strerror or str(error)) from None
    return folder


def _run(source: Path, folder: Path, parameters: dict[str, str]):
    """Execute the notebook into the folder; a failure of any kind becomes one sentence."""
    import papermill  # here: over a second that no other command pays

    log = logging.FileHandler(folder / "log.txt", encoding="utf-8")
    logging.getLogger("papermill").addHandler(log)
    try:
        nb = papermill.execute_notebook(
            str(source),
            str(folder / "notebook.ipynb"),
            parameters,
            progress_bar=False,
            autosave_cell_every=0,
            kernel_manager_class=_kernel_manager(),
            execution_timeout=CELL_SECONDS,
        )
    except Exception as error:  # papermill, nbclient and the kernel each have their own; all mean: no report
        _write(folder / "log.txt", traceback.format_exc(), "a")
        told = getattr(error, "evalue", "") or str(error) or type(error).__name__
        raise DxError("run_failed", cause=told.strip().splitlines()[0].rstrip(".") + ".", folder=str(folder)) from None
    finally:
        logging.getLogger("papermill").removeHandler(log)
        log.close()
    for cell in nb.cells:
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise DxError("run_failed", cause=f"{cell.id}: -.", folder=str(folder))
    return nb


def _kernel_manager() -> type:
    """Kernels on sockets in the file system where there are such: on TCP, runs side by side take each other's ports."""
    from jupyter_client import AsyncKernelManager
    from traitlets import Unicode

    if os.name == "nt":
        return AsyncKernelManager
    sockets = str(Path(tempfile.mkdtemp(prefix="dx-")) / "kernel")  # each run its own: a shared name mixes two kernels up
    return type("IpcKernelManager", (AsyncKernelManager,), {"transport": Unicode("ipc"), "ip": Unicode(sockets)})


def _rendered(nb, folder: Path) -> dict:
    """Write the page; return the figures that the notebook showed."""
    from dxlib.exporter import ReportExporter, figures_of

    figures = figures_of(nb)
    if figures is None:
        raise DxError("run_failed", cause="figures.json: -.", folder=str(folder))
    page, _ = ReportExporter().from_notebook_node(nb)
    _write(folder / "page.html", page)
    return figures


def _manifest(source: Path, review, parameters: dict[str, str], checksum: str) -> dict:
    """What the run was made of: no moment and no place, so that a rerun gives the same bytes."""
    digest = lambda path: hashlib.sha256(path.read_bytes()).hexdigest()  # noqa: E731
    inputs = {f"{name}.csv": value for name, value in review.data.hashes.items()}
    lock = PROJECT / "requirements.lock"
    return {
        "parameters": parameters,
        "as_of": review.as_of.isoformat(),
        "checksum": checksum,
        "inputs": {"datapackage.json": digest(find(review.data.folder) / "datapackage.json"), **inputs},
        "notebook": {source.name: digest(source)},
        "code": _code_hash(),
        "lock": digest(lock) if lock.is_file() else None,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _code_hash() -> str:
    """One hash of the package's own code and texts: a version number does not tell an edited checkout from another."""
    code = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".toml", ".j2", ".css")):
        code.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return code.hexdigest()


def _point(pointer: Path, folder: Path) -> None:
    """Make a run current: replace the pointer in one step."""
    draft = pointer.with_name(f".{pointer.name}.{secrets.token_hex(3)}")
    _write(draft, json.dumps({"run": folder.name}) + "\n")
    os.replace(draft, pointer)


def _write(path: Path, text: str, mode: str = "w") -> None:
    """Write text, the same bytes on every system, and see it on disk before going on."""
    with path.open(mode, encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
