"""New rows at the end of a table's file: what stands there stays as it is, byte for byte."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

from dxlib import schema


def appended(path: Path, table: str, rows: list[dict]) -> bytes:
    """A table's file with rows added, in the order of its own heading; a file that is not there yet begins with one.

    A column that the file does not have, of those that a table may do without, is added where a row fills it; then every
    line is written anew.
    """
    columns = list(schema.columns(table))
    if not path.is_file():
        return _lines([columns], "\n") + _lines([[_cell(row.get(name)) for name in columns] for row in rows], "\n")
    old = path.read_bytes()
    text = old.decode("utf-8-sig")
    end = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    heading = [name.strip() for name in next(csv.reader(io.StringIO(text, newline="")))]
    lacking = [name for name in columns if name not in heading and any(_cell(row.get(name)) for row in rows)]
    added = [[_cell(row.get(name)) for name in [*heading, *lacking]] for row in rows]
    if lacking:
        lines = list(csv.reader(io.StringIO(text, newline="")))
        wider = [[*lines[0], *lacking], *([*line, *[""] * len(lacking)] for line in lines[1:] if line)]
        return _lines([*wider, *added], end)
    gap = b"" if old.endswith(b"\n") or not old else end.encode()
    return old + gap + _lines(added, end)


def described(folder: Path, tables: dict[str, bytes]) -> bytes | None:
    """datapackage.json with every column that the tables have now described in it; None where nothing is missing."""
    path = folder / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8-sig"))
    resources = raw.get("resources")
    if not isinstance(resources, list):
        return None
    changed = False
    for table, content in tables.items():
        heading = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        about = schema.TABLES[table].to_schema().columns
        kinds = {"text": "string"}
        fields = [
            {"name": name, "type": kinds.get(kind, kind), "description": about[name].description}
            for name, kind in schema.columns(table).items()
            if name in heading
        ]
        known = next((one for one in resources if isinstance(one, dict) and one.get("name") == table), None)
        if known is None:
            known = {"name": table, "type": "table", "path": f"{table}.csv", "format": "csv", "mediatype": "text/csv",
                     "encoding": "utf-8", "description": " ".join(schema.TABLES[table].__doc__.split()),
                     "schema": {"fields": [], "missingValues": [""]}}  # fmt: skip
            resources.append(known)
        have = known.get("schema", {}).get("fields", []) if isinstance(known.get("schema"), dict) else None
        if have is None:
            continue
        names = [one.get("name") for one in have if isinstance(one, dict)]
        lacking = [field for field in fields if field["name"] not in names]
        if lacking:
            known["schema"]["fields"] = [*have, *lacking]
            changed = True
    return (json.dumps(raw, ensure_ascii=False, indent=1) + "\n").encode() if changed else None


def _lines(rows: list[list[str]], end: str) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=end).writerows(rows)
    return written.getvalue().encode("utf-8")


def _cell(value) -> str:
    """A value as tables hold it: a number as its shortest decimal, a date as 2024-04-03, nothing as a blank."""
    if value is None or value != value:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text in ("-0", "") else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()
