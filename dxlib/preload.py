"""What every run's kernel needs, imported once: a forked kernel starts with all of it in place.

Only imported by the fork server (`dxlib.kernels`), which forks before any thread exists.
"""

import gc
import os

gc.disable()  # imports make few cycles, and looking for them takes a fifth of their time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a BLAS thread pool would not survive the fork
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # the kernel's debugger is not to speak in the user's shell

# ruff: noqa: F401
import altair
import ipykernel.debugger
import ipykernel.kernelapp
import IPython.core.completerlib
import IPython.core.debugger
import IPython.display
import IPython.extensions.storemagic
import tornado.platform.asyncio
import zmq.utils.garbage

import dxlib.annexes
import dxlib.charts
import dxlib.covernote
import dxlib.narrative
import dxlib.notebook
import dxlib.sheet
import dxlib.tables
import dxlib.watch


def rehearse() -> None:
    """Do once what is otherwise done at the start, first data package, number and chart of each kernel."""
    import pandas as pd

    from dxlib import messages, numbers, reading, schema

    for table in schema.TABLES:
        schema.holds(table, reading.empty(table))
    for language in messages.LANGUAGES:
        numbers.format_number(0.5, 1, language)
        messages.catalogue(language)
    ipykernel.kernelapp.IPKernelApp().parse_command_line(["-f", ""])
    altair.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q").to_dict()


rehearse()
gc.freeze()  # forked kernels share these pages: a collection would copy them
gc.set_threshold(50_000, 20, 100)  # and a run is short: a tenth of its time went into collecting
gc.enable()
