"""Inside a run's kernel: notice the failures that a notebook swallows.

papermill calls a run good after an exception in a thread and after a shell command that failed; a watched kernel
remembers them until it is asked.
"""

from __future__ import annotations

import threading
import time

_failures: list[str] = []
_own: set[threading.Thread] = set()  # the kernel's threads, not the notebook's


def watch() -> None:
    """Begin to remember failures, in this kernel."""
    from IPython import get_ipython

    shell, told = get_ipython(), threading.excepthook

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            name = args.thread.name if args.thread else "?"
            _failures.append(f"{name}: {args.exc_type.__name__}: {args.exc_value}")
        told(args)

    def after_cell(result) -> None:
        code = shell.user_ns.pop("_exit_code", 0)
        if code or shell.exit_now:  # a shell command that failed; a wish to stop, which a kernel does not follow
            line = (result.info.raw_cell or "").strip().partition("\n")[0]
            _failures.append(f"`{line}`: exit {code}")

    threading.excepthook = in_thread
    shell.events.register("post_run_cell", after_cell)
    _own.update(threading.enumerate())


def failures(seconds: float) -> list[str]:
    """What has failed without a cell failing; waits so long for the threads that the notebook has started."""
    deadline = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread not in _own and not thread.daemon and thread is not threading.current_thread():
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                _failures.append(f"{thread.name}: still running")
    return list(_failures)
