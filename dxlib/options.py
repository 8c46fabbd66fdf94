"""What the commands of `dx` share: their options, in both languages, and how they print."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from dxlib.messages import LANGUAGES

Language = Annotated[str, typer.Option(help="vi | en")]
AsOf = Annotated[str, typer.Option(help="2024-04-03: what was known then / những gì đã biết đến ngày này")]
Area = Annotated[str, typer.Option(help="An area's code / Mã đơn vị hành chính")]
Tag = Annotated[str, typer.Option(help="A theme / Chuyên đề")]
Notebook = Annotated[str, typer.Option(help="notebooks/... / Sổ tay")]
Out = Annotated[str, typer.Option(help="Folder for reports / Thư mục báo cáo")]
Data = Annotated[str, typer.Option("--data", help="Folder of the data package / Thư mục bộ dữ liệu")]


def print_table(heads: list[str], rows: list[list[str]]) -> None:
    """Rows as a table; their text is data, so no markup is read in it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, box=None)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def errors_in(language: str) -> None:
    """Tell errors in the report's language, unless the user has chosen one."""
    if language in LANGUAGES:
        os.environ.setdefault("DX_LANGUAGE", language)
