"""Several files of a data package replaced as one: after a crash at any moment all of the old ones stand, or all of the
new ones do.

New files are written beside, seen on disk, and named in a journal; then each gets its name in one step. A crash before
the journal stands leaves the old files; one after it is made good by the next who opens the package (`recover`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dxlib import disk
from dxlib.messages import DxError

FOLDER, JOURNAL, LOCK = ".intake", "journal.json", "lock"
WAIT_SECONDS = 120  # for another who is changing the same package


def is_open(folder: Path) -> bool:
    """Whether a change was cut off and is still to be finished."""
    return (folder / FOLDER / JOURNAL).exists()


def recover(folder: Path) -> None:
    """Finish a change that was cut off, unless another is at it."""
    with alone(folder):
        pass


@dataclass(frozen=True)
class Copy:
    """The content of another file, which must still be what it was: its path and sha256."""

    path: Path
    sha256: str


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep others from changing the package meanwhile; what a crash left behind is finished, or cleared away, first."""
    from filelock import FileLock, Timeout

    try:
        (folder / FOLDER).mkdir(exist_ok=True)
        lock = FileLock(folder / FOLDER / LOCK)
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout:  # before OSError, of which it is one
        raise DxError("package_locked", folder=str(folder), seconds=WAIT_SECONDS) from None
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        try:
            _finish(folder)
        except OSError as error:
            raise _unwritable(folder, error) from None
        yield
    finally:
        lock.release()


def replace(folder: Path, files: Mapping[str, bytes | Copy]) -> None:
    """Give files (path within the package: content) their new content, all or none; within `alone`.

    Raises DxError where they cannot be written; the old ones then stand. Ctrl-C leaves all of the old, or all of the new.
    """
    staging = folder / FOLDER / f"new-{secrets.token_hex(4)}"
    try:
        staging.mkdir()
        for n, content in enumerate(files.values()):
            _written(staging / str(n), content)
        disk.sync(staging)
        journal = {"staging": staging.name, "files": list(files)}
        draft = folder / FOLDER / f"{JOURNAL}.draft"
        _written(draft, json.dumps(journal, ensure_ascii=False).encode())
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise _unwritable(folder, error) from None
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    try:
        os.replace(draft, folder / FOLDER / JOURNAL)  # from here on the new files count
        disk.sync(folder / FOLDER)
        _finish(folder)
    except KeyboardInterrupt:
        _finish(folder)
        raise
    except OSError as error:
        raise _unwritable(folder, error) from None


def stamp(folder: Path) -> tuple:
    """What tells that the package's files were changed while they were read."""
    with contextlib.suppress(OSError):
        found = sorted((entry.name, entry.stat()) for entry in os.scandir(folder) if entry.name.endswith(".csv"))
        return tuple((name, about.st_mtime_ns, about.st_size, about.st_ino) for name, about in found)
    return ()


def _finish(folder: Path) -> None:
    """Give every file that the journal names its name, and clear away; without a journal, clear away only."""
    place = folder / FOLDER
    if (place / JOURNAL).exists():
        journal = json.loads((place / JOURNAL).read_text(encoding="utf-8"))
        staging, touched = place / journal["staging"], set()
        for n, name in enumerate(journal["files"]):
            if (staging / str(n)).exists():
                (folder / name).parent.mkdir(exist_ok=True)
                os.replace(staging / str(n), folder / name)
                touched.add((folder / name).parent)
        for parent in touched:
            disk.sync(parent)
        (place / JOURNAL).unlink()
        disk.sync(place)
    for left in place.glob("new-*"):
        shutil.rmtree(left, ignore_errors=True)


def _written(path: Path, content: bytes | Copy) -> None:
    if isinstance(content, Copy):
        given, content = content, content.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != given.sha256:
            raise DxError("file_changed", file=given.path.name)
    disk.write(path, content)


def _unwritable(folder: Path, error: OSError) -> DxError:
    return DxError("write_package", folder=str(folder), cause=error.strerror or str(error))
