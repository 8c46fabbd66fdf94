"""The server that kernels are forked from: begun as early as a run is certain, ready by the time it is needed."""

from __future__ import annotations

import multiprocessing

FORKS = "forkserver" in multiprocessing.get_all_start_methods()


def warm() -> None:
    """Start the server where the system can fork, without waiting until it has imported what notebooks need."""
    if FORKS:
        from multiprocessing import forkserver

        multiprocessing.get_context("forkserver").set_forkserver_preload(["dxlib.preload"])
        forkserver.ensure_running()
