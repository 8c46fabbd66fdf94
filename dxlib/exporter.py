"""The page: an executed notebook as one HTML file that needs no network and runs no script."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbconvert.exporters import TemplateExporter

from dxlib.manifest import SHOWN_FIGURES as FIGURES
from dxlib.messages import LANGUAGES, catalogue

PARTS = ("sheet-1", "sheet-2", "report", "annex")  # cell tags, in the order of the page; other cells are not shown
_TEMPLATES = Path(__file__).with_name("templates")


class ReportExporter(TemplateExporter):
    """nbconvert's way from an executed notebook to the committee's page.

    Cells are shown by their tag (PARTS); code is folded away at the end. A chart is its static SVG; HTML is what
    dxlib's text and tables gave, escaped by them; anything else is shown as plain text. The page's policy forbids
    scripts, requests and plug-ins, whatever an output holds.
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
        resources = dict(resources or {})
        resources["report"] = {
            "about": about,
            "language": language,
            "labels": catalogue(language),
            "style": (_TEMPLATES / "report" / "report.css").read_text(encoding="utf-8"),
            "parts": [(part, [_shown(cell) for cell in nb.cells if _part(cell) == part]) for part in PARTS],
            "code": [cell.source for cell in nb.cells if cell.cell_type == "code" and _part(cell)],
        }
        shown = nbformat.v4.new_notebook(metadata=nb.metadata)  # its cells are in the resources: nbconvert copies twice
        return super().from_notebook_node(shown, resources, **options)


def figures_of(nb) -> dict | None:
    """The figures that an executed notebook shows (see `dxlib.notebook.Figures`), or None."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if FIGURES in output.get("data", {}):
                return output["data"][FIGURES]
    return None


def _part(cell) -> str | None:
    tags = cell.metadata.get("tags", [])
    return next((part for part in PARTS if part in tags), None)


def _shown(cell) -> list[dict[str, str]]:
    """A cell's outputs, each as one kind (svg, html, text) with its content; streams and errors stay in the notebook."""
    shown = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "image/svg+xml" in data:
            shown.append({"kind": "svg", "content": "".join(data["image/svg+xml"])})
        elif "text/html" in data:
            shown.append({"kind": "html", "content": "".join(data["text/html"])})
        elif "text/plain" in data:
            shown.append({"kind": "text", "content": "".join(data["text/plain"])})
    shown = [item for item in shown if item["content"].strip()]
    kept, below = [], 0  # from the end upwards: a heading stays where something stands under it
    for item in reversed(shown):
        level = int(item["content"][2]) if re.match("<h[1-6]", item["content"]) else 9
        if level == 9 or below > level:
            kept.append(item)
            below = level
    return kept[::-1] if any(not re.match("<h[1-6]", item["content"]) for item in kept) else []
