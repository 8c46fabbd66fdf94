"""The page is made of a notebook's outputs, and nothing in them runs."""

import base64
import hashlib
import json
import re
import subprocess
import sys

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dxlib.exporter import ReportExporter, _css, figures_of
from dxlib.manifest import SHOWN_FIGURES as FIGURES

SPEC = "application/vnd.vegalite.v6+json"
ABOUT = {"title": "a", "subtitle": "b", "unfold": "c", "legend": [], "heads": ["h"], "rows": [["1"]]}


def specs(text: str) -> list[dict]:
    """The specifications that a page gives its charts."""
    return json.loads(re.search(r'<script type="application/json" id="chart-specs">(.*?)</script>', text, re.DOTALL)[1])


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
    shown = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "<svg><g/></svg>" in shown and "the spec" not in shown and "the text" not in text
    assert specs(text) == [{"title": "the spec"}]


def test_each_chart_finds_its_specification_by_its_number():
    kinds = [{"image/svg+xml": f"<svg><g id='{n}'/></svg>", SPEC: {"n": n, "usermeta": {"dx": ABOUT}}} for n in range(3)]
    text = page(notebook(*kinds))
    places = re.findall(r'data-chart="(\d+)"><svg><g id=\'(\d+)\'', text)
    assert [(int(at), int(drawn)) for at, drawn in places] == [(n, n) for n in range(3)]
    assert specs(text) == [{"n": n} for n in range(3)]  # what the page says of them stands in it once
    assert text.count('<div class="charts">') == 1  # side by side


def test_the_figures_under_a_chart_are_all_of_its_rows():
    about = {**ABOUT, "heads": ["x", "y"], "rows": [[f"r{n}", str(n)] for n in range(7)], "legend": [["0", "words"]]}
    text = page(notebook({"image/svg+xml": "<svg/>", SPEC: {"usermeta": {"dx": about}}}))
    figures = re.search(r'<details class="data">.*?</details>', text, re.DOTALL)[0]
    assert figures.count("<tr") == 8 and all(f">r{n}</td>" in figures for n in range(7))
    assert '<i class="swatch shade-0"></i>words' in text


def test_only_the_pages_own_scripts_may_run_and_none_where_there_is_no_chart():
    bare = page(notebook({"text/html": "<p>words</p>"}))
    assert "<script" not in bare and "script-src 'none'" in bare
    text = page(notebook({"image/svg+xml": "<svg/>", SPEC: {}}))
    scripts = re.findall(r'<script(?: type="text/later" id="vega")?>(.*?)</script>', text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(scripts) == 2 and text.count("<script") == 3
    (policy,) = re.findall(r"script-src ([^;]*);", text)
    assert policy.split() == [f"'sha256-{digest}'" for digest in hashes]
    assert "unsafe-eval" not in text[: text.index("</head>")] and "connect-src" not in text[: text.index("</head>")]


def test_a_tag_of_a_cell_is_a_class_only_if_it_is_a_plain_word():
    cell = new_code_cell("x", metadata={"tags": ["report", "half", '"><script>', "Upper", "a b", "sheet-1"]},
                         outputs=[new_output("display_data", data={"text/html": "<p>x</p>"})])  # fmt: skip
    text = page(new_notebook(cells=[cell]))
    assert '<div class="block half">' in text and "<script" not in text


def test_what_may_be_picked_is_text():
    about = {"title": "t", "language": "en", "figures": "[]", "focus": [['owner:"><script>1', "</option><script>2"]]}
    text = page(notebook({FIGURES: about, "text/html": "<p>x</p>"}))
    assert "<script" not in text and '<option value="owner:&#34;&gt;&lt;script&gt;1">' in text


@given(st.text())
def test_what_stands_in_the_margins_of_paper_cannot_leave_its_place(text):
    css = _css(text)
    assert re.fullmatch(r'"[^"<>{};@()]*"', css)
    read = re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), css[1:-1])
    assert read == text


def test_a_title_is_text_and_an_unknown_language_is_the_first():
    about = {"title": "</title><script>x</script>", "language": "xx", "figures": []}
    text = page(notebook({FIGURES: about}))
    assert "<script" not in text and '<html lang="vi">' in text


def test_figures_are_found_wherever_they_are_shown():
    assert figures_of(notebook({"text/plain": "x"}, {FIGURES: {"checksum": "abc"}}))["checksum"] == "abc"
    assert figures_of(notebook({"text/plain": "x"})) is None


def test_nbconvert_by_the_exporters_name_gives_the_page_of_the_run(made, tmp_path):
    run = made("lao-cai", "2024-Q1", "vi")
    command = [sys.executable, "-m", "nbconvert", "--to", "dx-report", "--output-dir", str(tmp_path)]
    done = subprocess.run([*command, str(run.folder / "notebook.ipynb")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "notebook.html").read_bytes() == run.page.read_bytes()
