"""nbconvert's door to the page: `jupyter nbconvert --to dx-report notebook.ipynb`."""

from __future__ import annotations

from nbconvert.exporters import Exporter

from dxlib import page


class ReportExporter(Exporter):
    """nbconvert's way from an executed notebook to the committee's page: what `dx report` writes, to the byte."""

    export_from_notebook = "DX report"
    output_mimetype = "text/html"
    file_extension = ".html"

    def from_notebook_node(self, nb, resources=None, **options):
        """The page as text, and nbconvert's resources."""
        nb, resources = super().from_notebook_node(nb, resources, **options)
        return page.render(nb), resources
