"""What goes back to a sender: a marked copy of their workbook, and the list of findings as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from dxlib.intake.sheets import Book, Finding
from dxlib.messages import label

_FILLS = {"error": "F4B183", "warning": "FFE699", "note": "DDEBF7"}
_LEVELS = ("error", "warning", "note")
_MOST = 30_000  # characters of a comment


def listed(file: str, findings: Sequence[Finding], language: str) -> bytes:
    """Findings as CSV that Excel opens in Vietnamese: one row each, with the sentence in the language, then in the other.
    A text that a program would take for a formula begins with an apostrophe."""
    written = io.StringIO(newline="")
    out = csv.writer(written, lineterminator="\r\n")
    other = "en" if language == "vi" else "vi"
    heads = ("file", "sheet", "ref", "row", "level", "rule", "found")
    say = lambda code: label(language, "intake", code)  # noqa: E731
    out.writerow([*(say(f"column_{name}") for name in heads), say("column_text"), label(other, "intake", "column_text")])
    for one in findings:
        cells = (file, one.sheet, one.ref, one.row, say(one.level), one.rule, one.found, one.text(language), one.text(other))
        out.writerow([_harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8")


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def marked(path: str, kind: str, findings: tuple[Finding, ...], language: str) -> bytes:
    """A copy of a sender's workbook (xlsx) with each finding as a comment on its cell, and a first sheet that lists them.

    A file of another kind, or one that cannot be copied with its looks, comes back as a plain workbook of what was
    read. A child's job: `path` first.
    """
    book = None
    if kind in ("xlsx", "xlsm"):
        from openpyxl import load_workbook

        try:
            book = load_workbook(path)
        except Exception:  # openpyxl refuses what the reader takes: a plain copy then
            book = None
    if book is None:
        from dxlib.intake import child

        book, titles = _plain(child.book(path))
    else:
        titles = {name: name for name in book.sheetnames}
    _comment(book, titles, findings, language)
    _list(book, findings, language)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _plain(read: Book):
    """A workbook of a Book's texts, and what each sheet is called in it."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    titles = {}
    for sheet in read.sheets:
        copy = book.create_sheet(_title(sheet.name, book.sheetnames))
        titles[sheet.name] = copy.title
        for (row, column), cell in sheet.cells.items():
            if row <= 1_048_576 and column <= 16_384 and cell.kind != "merged":
                place = copy.cell(row, column)
                place.value, place.data_type = _allowed(cell.text), "s"
    return book, titles


def _allowed(text: str) -> str:
    return "".join(char for char in text if char in "\t\n" or ord(char) >= 32)[:32_000]


def _title(name: str, taken: Sequence[str]) -> str:
    plain = "".join("-" if char in "[]:*?/\\" else char for char in name)[:28].strip("'") or "sheet"
    return plain if plain not in taken else f"{plain[:25]} {len(taken) + 1}"


def _comment(book, titles: dict[str, str], findings: Sequence[Finding], language: str) -> None:
    """One comment a cell, with all that is found there; its colour is that of the gravest."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill
    from openpyxl.utils.cell import coordinate_from_string

    at: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        name = titles.get(one.sheet)
        if name and one.ref:
            at.setdefault((name, one.ref), []).append(one)
    for (name, ref), told in at.items():
        try:
            coordinate_from_string(ref)
        except ValueError:
            continue
        sheet = book[name]
        if not hasattr(sheet, "merged_cells"):
            continue  # a sheet of a chart
        cell = sheet[ref]
        if isinstance(cell, MergedCell):
            whole = next((one for one in sheet.merged_cells.ranges if ref in one), None)
            cell = sheet.cell(whole.min_row, whole.min_col) if whole else cell
        text = "\n".join(f"{label(language, 'intake', one.level).upper()}: {one.text(language)}" for one in told)
        comment = Comment(text[:_MOST], "dx")
        comment.width, comment.height = 360, min(60 + 45 * len(told), 400)
        cell.comment = comment
        worst = min(told, key=lambda one: _LEVELS.index(one.level)).level
        cell.fill = PatternFill(fill_type="solid", start_color=_FILLS[worst], end_color=_FILLS[worst])


def _list(book, findings: Sequence[Finding], language: str) -> None:
    """A first sheet with all findings, those without a cell among them, each linked to its cell."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    say = lambda code: label(language, "intake", code)  # noqa: E731
    sheet = book.create_sheet(_title(say("marked_sheet"), book.sheetnames), 0)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for column, (name, width) in enumerate((("level", 12), ("sheet", 16), ("ref", 9), ("row", 44), ("text", 90)), 1):
        cell = sheet.cell(1, column, say(f"column_{name}"))
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row, one in enumerate(findings, 2):
        for column, text in enumerate((say(one.level), one.sheet, one.ref, one.row, one.text(language)), 1):
            cell = sheet.cell(row, column)
            cell.value, cell.data_type = _allowed(text), "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 1).fill = PatternFill(fill_type="solid", start_color=_FILLS[one.level], end_color=_FILLS[one.level])
        if one.ref.isalnum() and one.sheet in book.sheetnames:
            quoted = one.sheet.replace("'", "''")
            sheet.cell(row, 3).hyperlink = f"#'{quoted}'!{one.ref}"
    sheet.freeze_panes = "A2"


def give_back(outcomes, folder: Path, language: str) -> list[Path]:
    """Write a marked copy and a CSV of findings into a folder for every file with errors or warnings; the paths."""
    from dxlib.intake.opening import POOL, ReaderFailed
    from dxlib.intake.sheets import Refused
    from dxlib.messages import DxError

    written = []
    for one in outcomes:
        if one.draft is None or not any(finding.level != "note" for finding in one.findings):
            continue
        stem = f"{one.path.stem}.{one.draft.sha256[:8]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{stem}.csv"
            path.write_bytes(listed(one.draft.file, one.findings, language))
            written.append(path)
            if one.draft.kind == "json":
                continue
            try:
                copy = POOL.run("dxlib.intake.returning:marked", str(one.path), kind=one.draft.kind, findings=one.findings,
                                language=language)  # fmt: skip
            except (Refused, ReaderFailed):  # the CSV says all of it too
                continue
            path = folder / f"{stem}.xlsx"
            path.write_bytes(copy)
            written.append(path)
        except OSError as error:
            raise DxError("write", folder=str(folder), cause=error.strerror or str(error)) from None
    return written
