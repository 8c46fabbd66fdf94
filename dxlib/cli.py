"""`dx`: the package's work from a shell. Thin: parse, call, print; a user's mistake is one sentence and exit code 2."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from dxlib.intake.commands import commands as intake_commands
from dxlib.messages import DxError
from dxlib.options import Area, AsOf, Data, Language, Notebook, Out, Tag, errors_in, print_table

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(intake_commands)


@app.command()
def report(
    period: Annotated[str, typer.Argument(help="2024-Q1, Quý I/2024")],
    data: Data = "data/lao-cai",
    lang: Language = "vi",
    as_of: AsOf = "",
    area: Area = "",
    tag: Tag = "",
    notebook: Notebook = "quarterly_review",
    out: Out = "reports",
    pdf: Annotated[bool, typer.Option("--pdf", help="Also on paper / Thêm tệp PDF")] = False,
    png: Annotated[bool, typer.Option("--png", help="Also pictures of sheet and charts / Thêm ảnh")] = False,
    text: Annotated[bool, typer.Option("--text", help="Also the message to send / Thêm tin nhắn kèm theo")] = False,
) -> None:
    """Make a quarter's report; print the path of its page. / Lập báo cáo quý, in đường dẫn của trang."""
    from dxlib import publish

    errors_in(lang)
    wanted = publish.target(period, data, lang, notebook, out, as_of=as_of, area=area, tag=tag)
    more = pdf or png or text
    run = wanted.current if more and wanted.is_up_to_date else publish.report(wanted)
    try:
        if more:
            _other_forms(run.folder, pdf, png, text)
    finally:
        _refresh_index(wanted.out)
    print(run.page)


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


@app.command()
def verify(
    period: Annotated[str, typer.Argument(help="2024-Q1, Quý I/2024")],
    data: Data = "data/lao-cai",
    lang: Language = "vi",
    as_of: AsOf = "",
    area: Area = "",
    tag: Tag = "",
    notebook: Notebook = "quarterly_review",
    out: Out = "reports",
    against: Annotated[str, typer.Option(help="A figures.json to compare with / So với tệp figures.json này")] = "",
) -> None:
    """Make a report again in a fresh folder and compare. / Lập lại báo cáo ở thư mục mới và so sánh."""
    from pathlib import Path

    from dxlib import publish
    from dxlib.messages import label
    from dxlib.verify import figures
    from dxlib.verify import verify as rerun

    errors_in(lang)
    wanted = publish.target(period, data, lang, notebook, out, as_of=as_of, area=area, tag=tag)
    verdict = rerun(wanted, Path(against) if against else None)
    if verdict.identical:
        old = figures(Path(against) if against else wanted.current.folder)
        what = "same_figures" if verdict.page is None else "identical"
        print(label(lang, "difference", what, count=len(old["figures"]), target=str(wanted)))
        return
    if verdict.figures.empty:
        print(label(lang, "difference", "page_differs"))
    else:
        _print_differences(verdict.figures, lang)
    if verdict.parts:
        print(label(lang, "difference", "parts", parts=", ".join(verdict.parts)))
    raise typer.Exit(1)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A period, a run's folder, or a figures.json / Kỳ, thư mục hoặc tệp")],
    new: Annotated[str, typer.Argument(help="The same / Như trên")],
    data: Data = "data/lao-cai",
    lang: Language = "vi",
    out: Out = "reports",
    page: Annotated[str, typer.Option(help="Also write a page / Ghi thêm một trang")] = "",
) -> None:
    """Compare two reports or periods, figure by figure. / So sánh hai báo cáo hoặc hai kỳ, từng số liệu."""
    from pathlib import Path

    from dxlib import differences
    from dxlib.verify import current_or_file, figures

    errors_in(lang)
    folders = [current_or_file(name, data, lang, out) for name in (old, new)]
    frame = differences.differences(*(figures(folder) for folder in folders))
    _print_differences(frame, lang)
    if page:
        from dxlib.disk import write

        write(Path(page), differences.page(frame, (old, new), lang))
        print(page)
    raise typer.Exit(1 if len(frame) else 0)


@app.command()
def grid(
    path: Annotated[str, typer.Argument(help="grid.yml")],
    workers: Annotated[int, typer.Option(min=1, help="Processes on this machine / Số tiến trình trên máy này")] = 1,
    scheduler: Annotated[str, typer.Option(help="tcp://...: a Dask cluster instead / cụm Dask")] = "",
    lang: Language = "vi",
    out: Annotated[str, typer.Option(help="Folder for reports; default: the file's / Thư mục báo cáo")] = "",
) -> None:
    """Make many reports; what is up to date is left alone. / Lập nhiều báo cáo; báo cáo còn đúng thì giữ nguyên."""
    from pathlib import Path

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from dxlib import grid as grids
    from dxlib.messages import label

    errors_in(lang)
    targets = grids.targets(Path(path), out)
    done: list[grids.Outcome] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            shown = bar.add_task(Path(path).name, total=len(targets))
            for outcome in grids.run(targets, workers, scheduler):
                done.append(outcome)
                bar.advance(shown)
    except KeyboardInterrupt:
        print(DxError("stopped", done=len(done), total=len(targets)), file=sys.stderr)
        raise typer.Exit(130) from None
    if targets:
        _refresh_index(targets[0].out)
    failed = [outcome for outcome in done if outcome.error is not None]
    if failed:
        heads = [label(lang, "grid", f"{name}_column") for name in ("target", "cause")]
        print_table(heads, [[str(outcome.target), str(outcome.error)] for outcome in failed])
    count = {state: sum(outcome.state == state for outcome in done) for state in ("made", "up_to_date", "failed")}
    print(label(lang, "grid", "summary", **{state: str(n) for state, n in count.items()}))
    raise typer.Exit(1 if failed else 0)


@app.command()
def index(out: Out = "reports") -> None:
    """Make the page that lists all reports; print its path. / Lập trang danh mục báo cáo, in đường dẫn."""
    from pathlib import Path

    from dxlib import shelf

    print(shelf.refresh(Path(out)))


def _other_forms(folder, pdf: bool, png: bool, text: bool) -> None:
    """Make the forms that are asked for; print the message, and the path of each file."""
    from dxlib import forms

    if text:
        print(forms.message(folder), end="\n\n")
    for path in forms.chart_pictures(folder) if png else []:
        print(path)
    if png:
        print(forms.sheet_picture(folder, 1))
    if pdf:
        print(forms.pdf(folder))


def _refresh_index(out) -> None:
    """List the reports anew; a list that cannot be written is told, and takes nothing from the reports."""
    from dxlib import shelf

    try:
        shelf.refresh(out)
    except DxError as error:
        print(error, file=sys.stderr)


def _print_differences(frame, language: str) -> None:
    from dxlib import differences
    from dxlib.messages import label

    if frame.empty:
        print(label(language, "difference", "none"))
        return
    table = differences.printed(frame, language)
    print_table(list(table), table.values.tolist())
    print(label(language, "difference", "count", count=len(frame)))


def main() -> None:
    """The entry point: errors that are the user's end in one sentence, not in a traceback."""
    gc.set_threshold(50_000, 20, 100)  # a command is short, and a tenth of its time would go into collecting
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # a Windows console's own code page lacks Vietnamese
    try:
        app()
    except DxError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
