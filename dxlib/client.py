"""papermill's client, in a kernel that is watched: each cell and the whole run have a limit of time, and a verdict."""

from __future__ import annotations

import ast
import time

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from traitlets import Float

from dxlib.drawing import Drawer
from dxlib.messages import DxError

CELL_SECONDS, RUN_SECONDS = 300, 1800
_WATCH = "__import__('dxlib.watch').watch"  # an expression: a silent request runs no statement's hooks


class Client(PapermillNotebookClient):
    """nbclient with a limit of time for the whole run, in a kernel that is watched."""

    cell_seconds, run_seconds = Float(CELL_SECONDS), Float(RUN_SECONDS)

    def __init__(self, *record, drawer: Drawer, **options):
        super().__init__(*record, **options)
        self.drawer = drawer

    def papermill_execute_cells(self):
        self._deadline = time.monotonic() + self.run_seconds
        self.timeout_func = self._seconds_left
        self._ask("watch()")
        super().papermill_execute_cells()
        self._judge()

    def execute_cell(self, cell, cell_index, **options):
        """One cell; a kernel that dies or takes too long ends the run in a sentence that names the cell."""
        try:
            return super().execute_cell(cell, cell_index, **options)
        except CellTimeoutError:
            self.nb_man.cell_exception(cell, cell_index)
            whole = time.monotonic() >= self._deadline
            seconds = f"{self.run_seconds if whole else self.cell_seconds:g}"
            raise DxError("run_too_long" if whole else "cell_too_long", cell=cell_index + 1, seconds=seconds) from None
        except DeadKernelError:
            self.nb_man.cell_exception(cell, cell_index)
            raise DxError("kernel_died", cell=cell_index + 1) from None

    def process_message(self, *message, **options):
        """A message of the kernel; a chart in it begins to be drawn."""
        output = super().process_message(*message, **options)
        if output:
            self.drawer.begin(output)
        return output

    def _seconds_left(self, cell=None) -> float:
        return max(0.001, min(self.cell_seconds, self._deadline - time.monotonic()))

    def _judge(self) -> None:
        """Raise DxError unless every cell has run, in order, and nothing has failed beside them."""
        last = 0
        for number, cell in enumerate(self.nb.cells, 1):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            wrong = next((output for output in cell.outputs if output.output_type == "error"), None)
            if wrong is not None and wrong.ename != "SystemExit":
                return  # papermill raises this one itself
            if wrong is not None:
                raise DxError("cell_left", cell=number, cause=f"{wrong.ename} {wrong.evalue}".strip())
            if cell.execution_count is None or cell.execution_count <= last:
                raise DxError("cell_left", cell=number, cause="-")
            last = cell.execution_count
        failed = ast.literal_eval(self._ask(f"failures({self._seconds_left() / 2!r})"))
        if failed:
            raise DxError("run_swallowed", cause="; ".join(failed).rstrip("."))

    def _ask(self, call: str) -> str:
        """Call a function of `dxlib.watch` in the kernel, silently; the repr of what it returns."""
        sent = self.kc.execute("", silent=True, user_expressions={"asked": f"{_WATCH}.{call}"})
        try:
            reply = self.wait_for_reply(sent, cell=nbformat.v4.new_code_cell(call))
        except (CellTimeoutError, DeadKernelError):
            raise DxError("kernel_died", cell=len(self.nb.cells)) from None
        answer = reply["content"]["user_expressions"]["asked"]
        if answer["status"] != "ok":
            raise DxError("run_swallowed", cause=f"{answer['ename']}: {answer['evalue']}")
        return answer["data"]["text/plain"]
