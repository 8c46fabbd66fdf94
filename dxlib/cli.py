"""`dx`: the package's work from a shell. Thin: parse, call, print; a user's mistake is one sentence and exit code 2."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from dxlib.messages import LANGUAGES, DxError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Language = Annotated[str, typer.Option(help="vi | en")]
AsOf = Annotated[str, typer.Option(help="2024-04-03: what was known then / những gì đã biết đến ngày này")]
Area = Annotated[str, typer.Option(help="An area's code / Mã đơn vị hành chính")]
Tag = Annotated[str, typer.Option(help="A theme / Chuyên đề")]
Notebook = Annotated[str, typer.Option(help="notebooks/... / Sổ tay")]
Out = Annotated[str, typer.Option(help="Folder for reports / Thư mục báo cáo")]
Data = Annotated[str, typer.Option("--data", help="Folder of the data package / Thư mục bộ dữ liệu")]


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

    _errors_in(lang)
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

    _errors_in(lang)
    folders = [current_or_file(name, data, lang, out) for name in (old, new)]
    frame = differences.differences(*(figures(folder) for folder in folders))
    _print_differences(frame, lang)
    if page:
        from dxlib.publish import write

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

    _errors_in(lang)
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
    failed = [outcome for outcome in done if outcome.error is not None]
    if failed:
        heads = [label(lang, "grid", f"{name}_column") for name in ("target", "cause")]
        _print_table(heads, [[str(outcome.target), str(outcome.error)] for outcome in failed])
    count = {state: sum(outcome.state == state for outcome in done) for state in ("made", "up_to_date", "failed")}
    print(label(lang, "grid", "summary", **{state: str(n) for state, n in count.items()}))
    raise typer.Exit(1 if failed else 0)


@app.command()
def template(
    period: Annotated[str, typer.Option(help="2024-Q2, Quý II/2024")],
    data: Data = "data/lao-cai",
    owner: Annotated[str, typer.Option(help="An agency's or area's id; default: all / Mã đơn vị; bỏ trống: tất cả")] = "",
    out: Out = "reports",
) -> None:
    """Write the form that a sender fills in; print its path. / Tạo biểu cho đơn vị điền, in đường dẫn."""
    from pathlib import Path

    from dxlib.dataset import load
    from dxlib.intake import owed
    from dxlib.intake.form import file_name, form

    dataset, when = load(data), _quarter(period)
    chosen = [owed.sender(dataset, when, owner)] if owner else owed.senders(dataset, when)
    folder, written = Path(out) / dataset.settings.name / str(when) / "forms", 0
    for whom in chosen:
        owes = [owed.indicators(dataset, when, whom), *(owed.work(dataset, when, whom, name) for name in ("tasks", "decisions"))]
        if not any(len(frame) for frame in owes):
            continue
        path = folder / file_name(dataset, when, whom)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(form(dataset, when, whom))
        except OSError as error:
            raise DxError("write", folder=str(folder), cause=error.strerror or str(error)) from None
        print(path)
        written += 1
    if not written:
        raise DxError("nothing_owed", sender=owner or dataset.settings.name, period=str(when))


@app.command()
def status(
    period: Annotated[str, typer.Argument(help="2024-Q2, Quý II/2024")],
    data: Data = "data/lao-cai",
    lang: Language = "vi",
    as_of: AsOf = "",
    reminders: Annotated[str, typer.Option(help="Also write the reminders to this file / Ghi thư nhắc vào tệp này")] = "",
) -> None:
    """Who has sent their report, who is late, who is missing; the reminders. / Ai đã gửi, gửi chậm, chưa gửi; thư nhắc."""
    import datetime as dt
    from pathlib import Path

    from dxlib.dataset import load
    from dxlib.intake import owed, reminding
    from dxlib.intake.loading import when
    from dxlib.messages import label

    _errors_in(lang)
    _known_language(lang)
    dataset, quarter, day = load(data), _quarter(period), when(as_of) or dt.date.today()
    frame = owed.standing(dataset, quarter, day)
    if frame.empty:
        print(label(lang, "standing", "none", period=quarter.label(lang, "sentence")))
        raise typer.Exit(1)
    _print_table(*reminding.table(frame, lang))
    print(reminding.summary(frame, quarter, day, lang))
    lines = reminding.reminders(dataset, frame, quarter, day, lang)
    for line in lines:
        print(line)
    if reminders:
        from dxlib.publish import write

        try:
            write(Path(reminders), "\n\n".join(lines) + "\n")
        except OSError as error:
            raise DxError("write", folder=reminders, cause=error.strerror or str(error)) from None


@app.command()
def intake(
    files: Annotated[list[str], typer.Argument(help="Senders' files / Tệp của các đơn vị")],
    data: Data = "data/lao-cai",
    period: Annotated[str, typer.Option(help="Where files do not name it / Khi tệp không ghi kỳ")] = "",
    sender: Annotated[str, typer.Option(help="Where files do not name it: an id / Khi tệp không ghi đơn vị: mã")] = "",
    accept_good_rows: Annotated[bool, typer.Option(help="Take a file without its bad rows / Nhận các dòng đúng")] = False,
    received: Annotated[str, typer.Option(help="Day they came: 2024-06-18; default: today / Ngày nhận")] = "",
    check_only: Annotated[bool, typer.Option(help="Load nothing / Chỉ kiểm tra")] = False,
    lang: Language = "vi",
    out: Out = "reports",
) -> None:
    """Take senders' files into a data package, or return what is wrong. / Nhận tệp của đơn vị, hoặc trả lại lỗi."""
    from pathlib import Path

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from dxlib.folders import find, package_name
    from dxlib.intake import reporting
    from dxlib.intake.loading import take_in, when
    from dxlib.intake.returning import give_back
    from dxlib.messages import label

    _errors_in(lang)
    _known_language(lang)
    folder = Path(out) / package_name(find(data)) / "returned"
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            shown = bar.add_task("dx intake", total=len(files))
            outcomes = take_in(
                files, data, period, sender, accept_good_rows, when(received), dry=check_only,
                notice=lambda done: bar.update(shown, completed=done),
            )  # fmt: skip
        written = give_back(outcomes, folder, lang)
    except KeyboardInterrupt:
        print(DxError("intake_stopped"), file=sys.stderr)
        raise typer.Exit(130) from None
    for line in reporting.lines(outcomes, lang):
        print(line)
    if written:
        print(label(lang, "intake", "files", folder=str(folder)))
    for line in reporting.still_missing(data, outcomes, lang):
        print(line)
    if check_only:
        print(label(lang, "intake", "checked_only"))
    raise typer.Exit(0 if all(one.state in ("taken", "known") for one in outcomes) else 1)


@app.command()
def correct(
    indicator: Annotated[str, typer.Argument(help="Code or name / Mã hoặc tên chỉ tiêu")],
    period: Annotated[str, typer.Argument(help="2024-Q2, Quý II/2024")],
    value: Annotated[str, typer.Argument(help="97,5%, 13/17, 1.234; \"\" with --status / bỏ trống khi có --status")],
    person: Annotated[str, typer.Option(help="Who gave it / Người cung cấp")],
    reason: Annotated[str, typer.Option(help="Why / Lý do")],
    data: Data = "data/lao-cai",
    area: Area = "",
    status: Annotated[str, typer.Option(help="A, P, E, O, M, L, V / Tình trạng số liệu")] = "",
    lang: Language = "vi",
) -> None:
    """Record a correction that came by telephone. / Ghi một số đính chính qua điện thoại."""
    from dxlib.intake.correcting import correct as record
    from dxlib.messages import label

    _errors_in(lang)
    _known_language(lang)
    done = record(data, indicator, period, value, person, reason, area, status)
    print(label(lang, "intake", "corrected", indicator=done.indicator, period=done.period, before=done.before,
                after=done.after, person=person))  # fmt: skip
    for one in done.findings:
        print(f"  {label(lang, 'intake', one.level)}: {one.sentence(lang)}")


def _quarter(text: str):
    from dxlib.period import Period, UnknownPeriod

    try:
        return Period.parse(text)
    except UnknownPeriod:
        raise DxError("period", found=text) from None


def _known_language(language: str) -> None:
    if language not in LANGUAGES:
        raise DxError("language", found=language, known=", ".join(LANGUAGES))


def _print_differences(frame, language: str) -> None:
    from dxlib import differences
    from dxlib.messages import label

    if frame.empty:
        print(label(language, "difference", "none"))
        return
    table = differences.printed(frame, language)
    _print_table(list(table), table.values.tolist())
    print(label(language, "difference", "count", count=len(frame)))


def _print_table(heads: list[str], rows: list[list[str]]) -> None:
    """Rows as a table; their text is data, so no markup is read in it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, box=None)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


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
