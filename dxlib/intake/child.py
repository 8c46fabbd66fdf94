"""What runs in the child process: one file read into a Book, within limits of memory, away from the data package."""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import re
import signal
import stat
import sys
from importlib import import_module
from pathlib import Path

from dxlib.intake import container
from dxlib.intake.sheets import Book, Finding, Refused, Sheet
from dxlib.intake.texts import clean

MEMORY = 1_000_000_000  # bytes of address space, where the system can limit it
COLLECT_EVERY = 100  # files
FILE_SIZE = 100_000_000  # bytes of one file: openpyxl writes the sheets of a marked copy to temporary files first


def book(path: str) -> Book:
    """A sender's file, read; Refused when it must not or cannot be."""
    name = clean(Path(path).name)
    data = _bytes(path, name)
    found = container.look(name, data)
    sheets, marks, findings = _sheets(found)
    findings += _noticed(found, sheets)
    return Book(
        name,
        hashlib.sha256(data).hexdigest(),
        found.kind,
        tuple(sheets),
        marks.get("dx_form", ""),
        tuple(sorted(marks.items())),
        tuple(findings),
    )


def _bytes(path: str, name: str) -> bytes:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Refused("not_a_file", file=name)
        with open(path, "rb") as stream:
            return stream.read(container.MAX_FILE + 1)
    except (OSError, ValueError):
        raise Refused("not_a_file", file=name) from None


def _sheets(found: container.Container) -> tuple[list[Sheet], dict[str, str], list[Finding]]:
    if found.kind == "csv":
        from dxlib.intake import delimited

        sheets, findings = delimited.read(found)
        return sheets, {}, findings
    if found.kind == "json":
        return [], {}, []  # a portal's file: its declared mapping reads it
    reader = import_module(f"dxlib.intake.{'xlsx' if found.kind == 'xlsm' else found.kind}")
    sheets, marks = reader.read(found)
    return sheets, marks, []


def _noticed(found: container.Container, sheets: list[Sheet]) -> list[Finding]:
    """What the sender should know of how the file was read."""
    findings = []
    names = found.names()
    macros = any(name.lower().endswith("vbaproject.bin") for name in names) or (
        found.kind == "xls" and "_VBA_PROJECT".encode("utf-16-le") in found.data
    )
    if macros:
        findings.append(Finding("macros_not_run", "note"))
    if any("/embeddings/" in name for name in names):
        findings.append(Finding("embedded_not_read", "note"))
    if any("/media/" in name or name.startswith("Pictures/") for name in names):
        if not any(sheet.cells for sheet in sheets):
            raise Refused("scan_inside", file=found.file)
        findings.append(Finding("pictures_not_read", "note"))
    if any(re.match(r"xl/(comments|threadedComments)", name) for name in names):
        findings.append(Finding("comments_not_read", "note"))
    for sheet in sheets:
        if sheet.hidden and sheet.cells:
            findings.append(Finding("hidden_sheet", "warning", sheet.name))
        rows = sorted({row for row, _ in sheet.cells if row in sheet.hidden_rows})
        if rows:
            shown = ", ".join(map(str, rows[:20])) + (" ..." if len(rows) > 20 else "")
            findings.append(Finding("hidden_rows", "warning", sheet.name, found=shown))
        converted = [cell.ref for cell in sheet.cells.values() if cell.converted and cell.kind != "merged"]
        if converted:
            fields = (("count", str(len(converted))),)
            findings.append(Finding("tcvn3_converted", "note", sheet.name, converted[0], fields=fields))
    return findings


def serve() -> None:
    """Answer requests (job, arguments, options) on standard input until it ends: a length in 8 bytes, then a pickle.

    Options that are None are those of the request before.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; it closes the pipe
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    _limit()
    count, options = 0, {}
    gc.disable()  # a quarter of the time goes into looking for cycles that files do not make
    while len(head := requests.read(8)) == 8:
        job, arguments, news = pickle.loads(requests.read(int.from_bytes(head, "big")))
        options = options if news is None else news
        answer = pickle.dumps(_answer(job, arguments, options), protocol=5)
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()
        if not (count := count + 1) % COLLECT_EVERY:
            gc.collect()


def _answer(job: str, arguments: tuple, options: dict):
    module, _, function = job.partition(":")
    try:
        return "done", getattr(import_module(module), function)(*arguments, **options)
    except Refused as refused:
        return "refused", (refused.code, refused.fields)
    except MemoryError:
        return "refused", ("too_much_memory", {"file": _name(arguments)})
    except RecursionError:
        return "refused", ("damaged", {"file": _name(arguments)})
    except Exception as error:  # a mistake of ours: told to the parent, which knows what to do with it
        return "failed", f"{type(error).__name__}: {error}"


def _name(arguments: tuple) -> str:
    return clean(Path(str(arguments[0])).name) if arguments else ""


def _limit() -> None:
    """Memory within bounds, no large file written, no core left behind; nothing where the system has no such limits."""
    try:
        import resource
    except ImportError:
        return
    limits = (("RLIMIT_AS", MEMORY), ("RLIMIT_FSIZE", FILE_SIZE), ("RLIMIT_CORE", 0))
    for name, value in limits:
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, ValueError, OSError):
            continue
