"""`dx`: the package's work from a shell. Thin: parse, call, print; a user's mistake is one sentence and exit code 2."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from dxlib.messages import LANGUAGES, DxError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Data = Annotated[str, typer.Option("--data", help="Folder of the data package / Thư mục bộ dữ liệu")]


@app.command()
def report(
    period: Annotated[str, typer.Argument(help="2024-Q1, Quý I/2024")],
    data: Data = "data/lao-cai",
    lang: Annotated[str, typer.Option(help="vi | en")] = "vi",
    as_of: Annotated[str, typer.Option(help="2024-04-03: what was known then / những gì đã biết đến ngày này")] = "",
    area: Annotated[str, typer.Option(help="An area's code / Mã đơn vị hành chính")] = "",
    tag: Annotated[str, typer.Option(help="A theme / Chuyên đề")] = "",
    notebook: Annotated[str, typer.Option(help="notebooks/... / Sổ tay")] = "quarterly_review",
    out: Annotated[str, typer.Option(help="Folder for reports / Thư mục báo cáo")] = "reports",
) -> None:
    """Make a quarter's report; print the path of its page. / Lập báo cáo quý, in đường dẫn của trang."""
    from dxlib import publish

    _errors_in(lang)
    wanted = publish.target(period, data, lang, notebook, out, as_of=as_of, area=area, tag=tag)
    print(publish.report(wanted).page)


@app.command()
def check(data: Annotated[str, typer.Argument(help="Folder of the data package / Thư mục bộ dữ liệu")]) -> None:
    """Check a data package; print every mistake, located. / Kiểm tra bộ dữ liệu, in mọi lỗi kèm vị trí."""
    from rich.console import Console
    from rich.table import Table

    from dxlib.dataset import load

    dataset = load(data)
    shown = Table("table", "rows", box=None)
    for name in dataset.tables:
        shown.add_row(name, str(len(dataset[name])))
    Console().print(shown)


def _errors_in(language: str) -> None:
    """Tell errors in the report's language, unless the user has chosen one."""
    if language in LANGUAGES:
        os.environ.setdefault("DX_LANGUAGE", language)


def main() -> None:
    """The entry point: errors that are the user's end in one sentence, not in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # a Windows console's own code page lacks Vietnamese
    try:
        app()
    except DxError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
