"""Files that are on disk before anything goes on, and stand whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Write a file, the same bytes on every system, and see it on disk."""
    with path.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, content: str | bytes) -> None:
    """Put a file in the place of another in one step; a failure leaves what stood there."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(3)}")
    try:
        write(draft, content)
        os.replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """See a file's or folder's entries on disk; a folder cannot be opened on Windows, which writes it by itself."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
