"""papermill's engine `dx`: a warm kernel of its own, limits of time, a verdict on the run, charts drawn at its end.

Also from a shell: `papermill --engine dx notebook.ipynb out.ipynb -p period 2024-Q1`. papermill imports this module
while it is itself being imported, so nothing of it is imported here before it is needed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dxlib import drawing, parameters

START_SECONDS = 60


class DxEngine:
    """Runs a notebook so that a finished run is a good one.

    Refuses undeclared and wrong parameters before a kernel starts; raises DxError where a cell has not completed, a
    thread or a shell command has failed, or the kernel has died or taken too long. Options of
    `papermill.execute_notebook`: `cell_seconds`, `run_seconds`.
    """

    @classmethod
    def execute_notebook(cls, nb, kernel_name, output_path=None, progress_bar=True, log_output=False, **options):
        """Run a parameterised notebook; papermill saves it at the end, and here when there is no such end."""
        from papermill.engines import NotebookExecutionManager

        _check_parameters(nb)
        record = NotebookExecutionManager(
            nb, None, log_output, progress_bar, autosave_cell_every=0
        )  # no path: no saves
        record.notebook_start()
        try:
            _execute(record, log_output=log_output, **options)
        except BaseException:
            record.output_path = output_path
            raise
        finally:
            record.cleanup_pbar()
            record.notebook_complete()
        return record.nb

    @staticmethod
    def nb_kernel_name(nb, name=None):
        """papermill's own rule."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @staticmethod
    def nb_language(nb, language=None):
        """papermill's own rule."""
        from papermill.utils import nb_language

        return nb_language(nb, language)


def _execute(record, cell_seconds=None, run_seconds=None, log_output=False, **options) -> None:
    """Execute the cells in a kernel that is gone afterwards, and draw the charts."""
    from papermill.log import logger

    from dxlib import kernels
    from dxlib.client import CELL_SECONDS, RUN_SECONDS, Client

    run = repr([[cell.source for cell in record.nb.cells], record.nb.metadata.papermill.get("parameters")])
    folder = tempfile.TemporaryDirectory(prefix="dx-", ignore_cleanup_errors=True)
    with folder as sockets, drawing.Drawer(run) as drawer:
        client = Client(
            record,
            km=kernels.manager(Path(sockets)),
            drawer=drawer,
            log=logger,
            log_output=log_output,
            startup_timeout=options.get("start_timeout") or START_SECONDS,
            cell_seconds=cell_seconds or options.get("execution_timeout") or CELL_SECONDS,
            run_seconds=run_seconds or RUN_SECONDS,
            shutdown_kernel="immediate",
        )
        own = {drawing.LATER: "later", "IPYTHONDIR": sockets}  # no settings or start-up files of the user's have a part in it
        client.execute(env={**os.environ, **own}, cleanup_kc=True)
        drawer.finish()
        client.nb = client.nb_man = None  # it is garbage that stays until it is looked for: the notebook is not to stay with it


def _check_parameters(nb) -> None:
    given = nb.metadata.get("papermill", {}).get("parameters", {})
    tagged = [cell.source for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
    if declared := parameters.declared(tagged):
        parameters.checked(declared, given)
