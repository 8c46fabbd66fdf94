"""`python -m benchmarks.cells PERIOD...`: CPU s of a notebook's cells as plain Python, everything imported, and one render.

What no kernel could beat: the measure of what isolation costs.
"""

from __future__ import annotations

import sys
import time

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from benchmarks.runs import DATA, NOTEBOOK
from dxlib import drawing, page, preload  # noqa: F401


def main() -> None:
    import os

    os.environ[drawing.LATER] = "later"
    shell, nb = InteractiveShell.instance(), nbformat.read(NOTEBOOK, as_version=4)
    used = []
    for period in sys.argv[1:]:
        start = time.process_time()
        outputs = {}
        for number, cell in enumerate(nb.cells):
            if cell.cell_type == "code":
                with capture_output() as shown:
                    done = shell.run_cell(cell.source, store_history=True)
                    if "parameters" in cell.metadata.get("tags", []):
                        shell.user_ns.update(period=period, data=DATA)
                done.raise_error()
                outputs[number] = shown.outputs
        used.append(time.process_time() - start)
    for number, cell in enumerate(nb.cells):
        if cell.cell_type == "code":
            cell.outputs = [
                nbformat.v4.new_output("display_data", data=output.data, metadata=output.metadata or {})
                for output in outputs[number]
            ]
    drawing.draw(nb)
    start = time.process_time()
    page.render(nb)
    print(sum(used) / len(used) + time.process_time() - start)


if __name__ == "__main__":
    main()
