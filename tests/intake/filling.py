"""Forms filled in as a sender would, for the tests: what is typed where, by indicator and field."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from dxlib.intake.formtable import COLUMNS, MARK


def fill(form: bytes, indicators: dict | None = None, tasks: dict | None = None, about: dict | None = None,
         decisions: dict | None = None) -> bytes:  # fmt: skip
    """The form with cells typed: {id: {field: value}} by table, {field: value} about the document."""
    book = load_workbook(BytesIO(form))
    for sheet in book:
        name = sheet.cell(1, 1).value
        table = name.removeprefix(MARK) if isinstance(name, str) and name.startswith(MARK) else ""
        if table == "about":
            rows = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
            for field, value in (about or {}).items():
                sheet.cell(rows[field], 3).value = value
        given = {"indicators": indicators, "tasks": tasks, "decisions": decisions}.get(table)
        if given:
            at = {column.field: n for n, column in enumerate(COLUMNS[table], 1)}
            key = at["indicator" if table == "indicators" else "id"]
            rows = {sheet.cell(row, key).value: row for row in range(7, sheet.max_row + 1)}
            for id, cells in given.items():
                for field, value in cells.items():
                    sheet.cell(rows[id], at[field]).value = value
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def resaved(path: Path, folder: Path) -> Path:
    """The same workbook as LibreOffice saves it."""
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / path.name
