"""Every notebook runs in a fresh kernel: with its defaults, for another quarter, from any folder, by plain papermill."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dxlib.page import figures_of

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
pytestmark = pytest.mark.notebook


def papermill(notebook: Path, folder: Path, *options: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "papermill", str(notebook), "out.ipynb", "--no-progress-bar", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=os.environ)


def ran(folder: Path) -> nbformat.NotebookNode:
    nb = nbformat.read(folder / "out.ipynb", as_version=4)
    assert all(cell.execution_count for cell in nb.cells if cell.cell_type == "code" and cell.source.strip())
    return nb


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_with_its_defaults_from_another_folder(notebook, tmp_path):
    done = papermill(notebook, tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert figures_of(ran(tmp_path))["period"] == "2024-Q1"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_for_another_quarter_package_and_language(notebook, tmp_path):
    done = papermill(
        notebook, tmp_path, "-p", "period", "Quý III/2023", "-p", "data", "data/demo-province", "-p", "language", "en"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures = figures_of(ran(tmp_path))
    assert (figures["period"], figures["package"], figures["language"]) == ("2023-Q3", "demo-province", "en")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_where_jupyter_runs_it_in_the_notebooks_own_folder(notebook, tmp_path):
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        notebook.name,
        "--output-dir",
        str(tmp_path),
    ]
    done = subprocess.run([*command, "--output", "out.ipynb"], cwd=notebook.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert figures_of(ran(tmp_path))["package"] == "lao-cai"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("perid", "2024-Q2"), 'no parameter "perid" (nearest: "period")'),
        (("as_off", "2024-04-03"), 'no parameter "as_off" (nearest: "as_of")'),
        (("period", "2024"), "Parameter period: found 2024,"),
        (("period", "2024-Q7"), "2024-Q7"),
        (("period", "2031-Q1"), "2031-Q1"),
        (("language", "fr"), '"fr"'),
        (("data", "data/nowhere"), "data/nowhere"),
        (("as_of", "03/04/2024"), "03/04/2024"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_plain_papermill_refuses_a_wrong_parameter_in_one_sentence(given, sentence, tmp_path):
    done = papermill(ROOT / "notebooks" / "quarterly_review.ipynb", tmp_path, "-p", *given)
    assert done.returncode != 0
    told = [line for line in done.stderr.splitlines() if line.startswith("DxError: ")]
    assert len(told) == 1 and sentence in told[0], done.stderr[-1500:]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_committed_without_outputs_and_without_logic(notebook):
    nb = nbformat.read(notebook, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
            assert not any(word in cell.source.split() for word in ("for", "if", "def", "lambda", "while", "try:"))
