"""The page is made of a notebook's outputs, and nothing in them runs."""

import subprocess
import sys

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dxlib.exporter import ReportExporter, figures_of
from dxlib.manifest import SHOWN_FIGURES as FIGURES


def notebook(*data: dict, tag: str = "report") -> nbformat.NotebookNode:
    outputs = [new_output("display_data", data=one) for one in data]
    return new_notebook(
        cells=[new_code_cell("x = '</code><script>alert(1)</script>'", outputs=outputs, metadata={"tags": [tag]})]
    )


def page(nb) -> str:
    return ReportExporter().from_notebook_node(nb)[0]


def test_text_and_code_are_escaped():
    text = page(notebook({"text/plain": "<script>alert(1)</script>"}))
    assert "<script" not in text and "&lt;script&gt;" in text


def test_scripts_are_forbidden_by_the_pages_own_policy():
    assert "default-src 'none'" in page(notebook({"text/plain": "x"}))


def test_cells_without_a_part_are_not_shown():
    assert "hidden words" not in page(notebook({"text/plain": "hidden words"}, tag="other"))


def test_a_chart_is_shown_as_its_svg_and_not_as_its_specification():
    spec = "application/vnd.vegalite.v6+json"
    text = page(notebook({"image/svg+xml": "<svg><g/></svg>", spec: {"title": "the spec"}, "text/plain": "the text"}))
    assert "<svg><g/></svg>" in text and "the spec" not in text and "the text" not in text


def test_a_heading_over_nothing_is_left_out():
    assert "Alone" not in page(notebook({"text/html": "<h2>Alone</h2>"}))
    assert "Alone" in page(notebook({"text/html": "<h2>Alone</h2>"}, {"text/html": "<p>not quite</p>"}))


def test_a_title_is_text_and_an_unknown_language_is_the_first():
    about = {"title": "</title><script>x</script>", "language": "xx", "figures": []}
    text = page(notebook({FIGURES: about}))
    assert "<script" not in text and '<html lang="vi">' in text


def test_figures_are_found_wherever_they_are_shown():
    assert figures_of(notebook({"text/plain": "x"}, {FIGURES: {"checksum": "abc"}}))["checksum"] == "abc"
    assert figures_of(notebook({"text/plain": "x"})) is None


def test_a_heading_stays_only_where_something_stands_under_it():
    html = lambda *texts: page(notebook(*({"text/html": text} for text in texts)))  # noqa: E731
    text = html("<h2>Part</h2>", "<h3>Empty</h3>", "<h3>Full</h3>", "<p>words</p>", "<h3>Last</h3>")
    assert "Part" in text and "Full" in text and "Empty" not in text and "Last" not in text


def test_nbconvert_by_the_exporters_name_gives_the_page_of_the_run(made, tmp_path):
    run = made("lao-cai", "2024-Q1", "vi")
    command = [sys.executable, "-m", "nbconvert", "--to", "dx-report", "--output-dir", str(tmp_path)]
    done = subprocess.run([*command, str(run.folder / "notebook.ipynb")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "notebook.html").read_bytes() == run.page.read_bytes()
