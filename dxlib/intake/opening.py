"""Files opened in child processes: a pool of them, reused; one that dies or takes too long is replaced.

A child is a plain process with pipes (so the same on every system), limited in memory where the system can; the
parent limits its time, and takes back nothing but the wing's own dataclasses, numbers, dates and text.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dxlib.intake.sheets import Book, Refused

SECONDS = 60.0  # for one file, on a machine that is busy
_BOOK = "dxlib.intake.child:book"
_PLAIN = {
    ("decimal", "Decimal"),
    ("datetime", "date"),
    ("datetime", "time"),
    ("datetime", "datetime"),
    ("fractions", "Fraction"),
    ("builtins", "frozenset"),
    ("builtins", "set"),
}


def open_book(path: str | Path, seconds: float = SECONDS) -> Book:
    """A sender's file as a Book, read in a child process; Refused (one sentence) when it is not read."""
    return POOL.run(_BOOK, str(path), seconds=seconds)


def open_books(paths: Iterable[str | Path], job: str = _BOOK, workers: int | None = None, **options) -> Iterator:
    """Each file's path with its Book, or with the Refused that says why not, in the order given.

    `job` may name another function of the child ("module:function") that takes the path first. Only a few files are
    read ahead, so memory stays flat however many there are.
    """
    workers = workers or POOL.size

    busy: set[Child] = set()

    def one(path):
        try:
            return path, POOL.run(job, str(path), busy=busy, **options)
        except Refused as refused:
            return path, refused

    ahead: deque = deque()
    threads = ThreadPoolExecutor(workers, thread_name_prefix="intake")
    try:
        for path in paths:
            ahead.append(threads.submit(one, path))
            if len(ahead) >= 2 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for child in list(busy):  # stopped midway: nothing waits for what is still being read
            child.process.kill()


class ReaderFailed(RuntimeError):
    """A mistake of ours in the child, not of the sender's file."""


class _Answers(pickle.Unpickler):
    """Answers of a child that may have been taken over: the wing's classes and plain values, nothing callable else."""

    def find_class(self, module: str, name: str):
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith("dxlib.intake.") and "." not in name and module in sys.modules:
            found = getattr(sys.modules[module], name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")


class Child:
    """One child process."""

    def __init__(self):
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from dxlib.intake.child import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._options: dict | None = None  # those of the request before, which the child remembers

    def ask(self, job: str, arguments: tuple, options: dict, seconds: float):
        """The answer to a request; TimeoutError when it took too long, EOFError when the child died."""
        late = threading.Event()

        def stop():
            late.set()
            self.process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            news = None if options == self._options else options  # a package's context is large, and sent once
            request = pickle.dumps((job, arguments, news), protocol=5)
            self._options = options
            self.process.stdin.write(len(request).to_bytes(8, "big") + request)
            self.process.stdin.flush()
            head = self.process.stdout.read(8)
            answer = self.process.stdout.read(int.from_bytes(head, "big")) if len(head) == 8 else b""
            if not answer:
                raise EOFError
            return _Answers(io.BytesIO(answer)).load()
        except Exception as error:
            raise (TimeoutError if late.is_set() else EOFError) from error
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the child and let go of its pipes."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except OSError:
                pass
        self.process.wait()


class Pool:
    """Idle children, handed out one to a thread; at most `size` are kept."""

    def __init__(self, size: int | None = None):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.size = size or max(1, min(cores, 8))
        self._idle: list[Child] = []
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def run(self, job: str, path: str, seconds: float = SECONDS, busy: set | None = None, **options):
        """The result of a child's function on a file; Refused where it refuses, takes too long, or kills its child.

        `busy`: a set that holds the child while it works, for a caller who may have to end it.
        """
        child = self._take()
        busy = set() if busy is None else busy
        busy.add(child)
        kept = False
        try:
            how, what = child.ask(job, (path,), options, seconds)
            kept = True
        except TimeoutError:
            raise Refused("too_long", file=Path(path).name, seconds=f"{seconds:g}") from None
        except EOFError:
            raise Refused("reader_died", file=Path(path).name) from None
        finally:
            busy.discard(child)
            if kept and len(self._idle) < self.size:
                self._idle.append(child)
            else:
                child.close()
        if how == "refused":
            code, fields = what
            raise Refused(code, **fields)
        if how == "failed":
            raise ReaderFailed(f"{Path(path).name}: {what}")
        return what

    def warm(self, count: int) -> None:
        """Start so many children, at most `size`, before they are needed."""
        with self._lock:
            if self._owner != os.getpid():
                self._idle, self._owner = [], os.getpid()
            while len(self._idle) < min(count, self.size):
                self._idle.append(Child())

    def _take(self) -> Child:
        with self._lock:
            if self._owner != os.getpid():  # after a fork, the children are the other process's
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.close()
        return Child()

    def close(self) -> None:
        """End all idle children."""
        if self._owner == os.getpid():
            while self._idle:
                self._idle.pop().close()


POOL = Pool()
atexit.register(POOL.close)
