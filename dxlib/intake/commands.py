"""The intake's commands of `dx`: the form out, senders' files in, who has sent, what was corrected. Thin."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dxlib.messages import LANGUAGES, DxError
from dxlib.options import Area, AsOf, Data, Language, Out, errors_in, print_table

commands = typer.Typer()


@commands.command()
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


@commands.command()
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

    errors_in(lang)
    _known_language(lang)
    dataset, quarter, day = load(data), _quarter(period), when(as_of) or dt.date.today()
    frame = owed.standing(dataset, quarter, day)
    if frame.empty:
        print(label(lang, "standing", "none", period=quarter.label(lang, "sentence")))
        raise typer.Exit(1)
    print_table(*reminding.table(frame, lang))
    print(reminding.summary(frame, quarter, day, lang))
    lines = reminding.reminders(dataset, frame, quarter, day, lang)
    for line in lines:
        print(line)
    if reminders:
        from dxlib.disk import write

        try:
            write(Path(reminders), "\n\n".join(lines) + "\n")
        except OSError as error:
            raise DxError("write", folder=reminders, cause=error.strerror or str(error)) from None


@commands.command()
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

    errors_in(lang)
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


@commands.command()
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

    errors_in(lang)
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
