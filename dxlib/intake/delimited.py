"""Delimited text (.csv, .tsv, .txt): encoding and delimiter found out, everything kept as text."""

from __future__ import annotations

import csv
import io
from collections import Counter

from dxlib.intake.cells import text_cell
from dxlib.intake.container import MAX_CELLS, MAX_COLUMN, MAX_ROW, Container
from dxlib.intake.sheets import Cell, Finding, Refused, Sheet
from dxlib.intake.texts import from_tcvn3, looks_vni, plausible

DELIMITERS = (";", "\t", ",", "|")
_PROBED = 200  # rows


def read(found: Container) -> tuple[list[Sheet], list[Finding]]:
    """The one sheet of a delimited file, and what was noticed: an old encoding, rows that do not fit."""
    text, encoding = decode(found.file, found.data)
    findings = [] if encoding in ("utf-8", "utf-8-sig") else [Finding("encoding_used", "note", found=encoding)]
    delimiter, text = _delimiter(found.file, text)
    rows = _rows(found.file, text, delimiter)
    width = _usual_width(rows)
    cells: dict[tuple[int, int], Cell] = {}
    for number, row in enumerate(rows, 1):
        if len(row) > width and any(text.strip() for text in row[width:]):
            shown = delimiter.join(row).strip()[:80]
            fields = (("count", str(len(row))), ("expected", str(width)))
            findings.append(Finding("ragged_row", "error", "", f"A{number}", row[0].strip(), shown, fields))
            continue
        for column, text in enumerate(row, 1):
            if text and (cell := text_cell(number, column, text)):
                cells[number, column] = cell
    if not cells:
        raise Refused("empty_file", file=found.file)
    return [Sheet("", cells, delimiter=delimiter, lengths=tuple(map(len, rows)))], findings


def decode(file: str, data: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-8, UTF-16 or Windows-1258; Refused for encodings of old fonts.

    >>> decode("a.csv", "Sở Y tế".encode("utf-16"))
    ('Sở Y tế', 'utf-16')
    """
    encoding = _by_mark(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Refused("encoding", file=file) from None
        return _old(file, data)
    if "\x00" in text or "\ufffd" in text or _twice(text):
        raise Refused("encoding", file=file)
    return text, encoding


def _by_mark(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = data[:4000]
    if sample.count(0) > len(sample) // 8:
        return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
    return "utf-8"


def _twice(text: str) -> bool:
    """UTF-8 that was read as Windows-1252 and saved again."""
    before = plausible(text[:20_000])
    if before > 0.9:
        return False
    try:
        again = text[:20_000].encode("cp1252", "ignore").decode("utf-8", "ignore")
    except UnicodeError:
        return False
    return not again.isascii() and plausible(again) > before + 0.2 and len(again) < 0.95 * len(text[:20_000])


def _old(file: str, data: bytes) -> tuple[str, str]:
    """Bytes that are no UTF-8: Windows-1258 when it reads as Vietnamese; text for TCVN3 or VNI fonts is refused."""
    latin = data.decode("cp1252", "replace")
    try:
        text = data.decode("cp1258")
    except UnicodeDecodeError:
        text = ""
    as_1258 = plausible(text) if text else -1.0
    as_tcvn3 = plausible(from_tcvn3(data.decode("latin-1")))
    if text and as_1258 >= 0.7 and as_1258 >= as_tcvn3:
        return text, "windows-1258"
    if as_tcvn3 >= 0.7:
        raise Refused("old_text", file=file, kind="TCVN3 (.Vn...)")
    if looks_vni(latin):
        raise Refused("old_text", file=file, kind="VNI")
    raise Refused("encoding", file=file)


def _delimiter(file: str, text: str) -> tuple[str, str]:
    """The delimiter that gives the most rows of one width, and the text without Excel's own line that names it."""
    first, _, rest = text.partition("\n")
    named = first.strip().strip('"')
    if named[:4].lower() == "sep=" and len(named) == 5:
        return named[4], "\n" + rest
    best, most = ",", (0, 0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = _rows(file, text, delimiter, _PROBED)
        except Refused:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (score := (count - len([row for row in rows if len(row) > width]), width, count)) > most:
                best, most = delimiter, score
    return best, text


def _rows(file: str, text: str, delimiter: str, at_most: int | None = None) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, cells = [], 0
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            if at_most is None and (len(rows) > MAX_ROW or len(row) > MAX_COLUMN or cells > MAX_CELLS):
                raise Refused("huge_range", file=file, sheet="", range=f"{len(rows)} x {len(row)}")
            if at_most and len(rows) >= at_most:
                break
    except csv.Error:
        line = text.splitlines()[reader.line_num - 1 : reader.line_num] or [""]
        raise Refused("csv_shape", file=file, row=str(reader.line_num), found=f'"{line[0].strip()[:60]}"') from None
    return rows


def _usual_width(rows: list[list[str]]) -> int:
    """How many cells a row of the table has: the width most rows share, or the widest header above them."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.items(), key=lambda item: (item[1], item[0]))[0] if widths else 1
