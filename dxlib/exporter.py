"""The page: an executed notebook as one HTML file that needs no network.

It stands without scripts; where they run, charts answer. Also `jupyter nbconvert --to dx-report notebook.ipynb`.
"""

from __future__ import annotations

import html
import re
from itertools import groupby
from pathlib import Path

import nbformat
from nbconvert.exporters import TemplateExporter

from dxlib import drawing, interaction
from dxlib.lines import captioned
from dxlib.manifest import SHOWN_FIGURES
from dxlib.messages import LANGUAGES, catalogue

PARTS = ("sheet-1", "sheet-2", "report", "annex")  # cell tags, in the order of the page; other cells are not shown
_TEMPLATES = Path(__file__).with_name("templates")
_HEADING = re.compile(r'<h([1-6])(?: id="([^"]*)")?[^>]*>(.*?)</h\1>', re.DOTALL)


class ReportExporter(TemplateExporter):
    """nbconvert's way from an executed notebook to the committee's page.

    Cells are shown by their tag (PARTS), with their other tags as classes; code is folded away at the end. A chart is
    its static SVG with its caption, legend and figures, and comes alive where scripts run; HTML is what dxlib's text and
    tables gave, escaped by them; anything else is shown as plain text. The page's policy lets only its own two scripts
    run, by their hashes, and forbids every request, whatever an output holds.
    """

    export_from_notebook = "DX report"
    output_mimetype = "text/html"
    file_extension = ".html"

    def __init__(self, **options):
        super().__init__(template_name="report", extra_template_basedirs=[str(_TEMPLATES)], **options)

    def from_notebook_node(self, nb, resources=None, **options):
        """The page as text, and nbconvert's resources."""
        about = {name: value for name, value in (figures_of(nb) or {}).items() if name != "figures"}
        language = about.get("language") if about.get("language") in LANGUAGES else LANGUAGES[0]
        charts: list[dict] = []
        parts = [(part, [_block(cell, charts) for cell in nb.cells if _part(cell) == part]) for part in PARTS]
        parts = [(part, [block for block in blocks if block["outputs"]]) for part, blocks in parts]
        labels = catalogue(language)
        resources = dict(resources or {})
        resources["report"] = {
            "about": about,
            "language": language,
            "labels": labels,
            "style": _text("report.css"),
            "print_style": _text("print.css") + _margins(about, labels["word"]),
            "parts": parts,
            "contents": _contents(parts),
            "code": [cell.source for cell in nb.cells if cell.cell_type == "code" and _part(cell)],
            **interaction.scripts(charts),
        }
        shown = nbformat.v4.new_notebook(metadata=nb.metadata)  # its cells are in the resources: nbconvert copies twice
        return super().from_notebook_node(shown, resources, **options)


def figures_of(nb) -> dict | None:
    """The figures that an executed notebook shows (see `dxlib.notebook.Figures`), or None."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if SHOWN_FIGURES in output.get("data", {}):
                return output["data"][SHOWN_FIGURES]
    return None


def _text(name: str) -> str:
    return (_TEMPLATES / "report" / name).read_text(encoding="utf-8")


def _part(cell) -> str | None:
    tags = cell.metadata.get("tags", [])
    return next((part for part in PARTS if part in tags), None)


def _block(cell, charts: list[dict]) -> dict:
    """A cell as the page shows it: its classes, and its outputs as HTML; its charts join those of the page."""
    tags = [tag for tag in cell.metadata.get("tags", []) if tag not in PARTS and re.match(r"[a-z][a-z0-9-]*\Z", tag)]
    shown = [text for output in cell.get("outputs", []) if (text := _shown(output, charts)).strip()]
    return {"classes": " ".join(["block", *tags]), "outputs": _side_by_side(shown)}


def _shown(output, charts: list[dict]) -> str:
    """One output as HTML; streams and errors stay in the notebook."""
    data = output.get("data", {})
    if drawing.SVG in data:
        spec = data.get(drawing.SPEC, {})
        charts.append(spec)
        return captioned(spec, "".join(data[drawing.SVG]), len(charts) - 1)
    if "text/html" in data:
        return "".join(data["text/html"])
    return f"<pre>{html.escape(''.join(data['text/plain']))}</pre>" if "text/plain" in data else ""


def _side_by_side(shown: list[str]) -> list[str]:
    """Outputs with the charts that follow each other in one frame."""
    joined: list[str] = []
    for is_chart, texts in groupby(shown, lambda text: text.startswith("<figure")):
        joined += ['<div class="charts">' + "".join(texts) + "</div>"] if is_chart else texts
    return joined


def _contents(parts: list[tuple[str, list[dict]]]) -> list[tuple[str, str]]:
    """The page's sections: place and title (escaped already), those of the report and its annexes."""
    outputs = [text for part, blocks in parts if part in ("report", "annex") for block in blocks for text in block["outputs"]]
    found = [_HEADING.match(text) for text in outputs]
    return [(head[2], head[3]) for head in found if head and head[1] == "2" and head[2]]


def _margins(about: dict, words: dict[str, str]) -> str:
    """What every printed page says in its margins: number, the figures' checksum, draft, illustrative."""
    said = " · ".join(text for text in (words["draft"], about.get("illustrative", "")) if text)
    check = words["checksum"].format(checksum=about.get("checksum", "-"))
    return (
        f"@page {{ @top-center {{ content: {_css(said)}; }} @bottom-left {{ content: {_css(check)}; }}"
        f" @bottom-right {{ content: {_css(words['page'] + ' ')} counter(page) '/' counter(pages); }} }}\n"
    )


def _css(text: str) -> str:
    """A text as a string of a style sheet within HTML: every letter but plain ones as its code."""
    return '"' + "".join(char if char.isalnum() or char in " ·-:/" else f"\\{ord(char):06x}" for char in text) + '"'
