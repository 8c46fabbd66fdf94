"""The first two sheets: the report's own lines and tables, cut to what two pages of A4 hold at 12 pt.

What is left out is counted, and stands whole further on. Room is counted in lines of text, so that the cut is the same
on every machine.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dxlib import charts, tables, tasks, wording
from dxlib.lines import Lines, Table, Text
from dxlib.messages import label, sentence
from dxlib.printing import Printer, in_language
from dxlib.reviews import Review
from dxlib.theme import Rows, wrapped

SHEET = 51.5  # lines of a sheet, less what its gaps take
LINE, HALF, NAME, OWNER = 98, 46, 36, 14  # letters of a line across the sheet, across half of it, of a name, of its owner
PIXELS = 18.9  # of a line
DECIDE = 15  # lines that matters for decision may take; a print cuts a cause to two and a proposal to one
SHORT = ("result", "needed", "pace", "owner", "decision")  # columns with shorter headings here
HEADLINES, OWNERS, CHANGES, MOVED, DECISIONS, NOTES = 6, 6, 2, 3, 3, 3  # at most so many of each
NOTE = 2.5  # lines of a note that there is always room for


def decide(review: Review, language: str) -> Table | Lines:
    """Section 1.2: what needs the committee, worst first, as many rows as there is room for."""
    full = tables.decide(review, language)
    if not isinstance(full, Table):
        return full
    rows, room = [], DECIDE
    for row in full.rows[:5]:
        room -= max(_across(row), 2) + min(_lines(row["cause"], LINE), 2) + 1
        if rows and room < 0:
            break
        rows.append(row)
    return _short(_cut(full, rows, sentence(language, "decide_rest", rest=len(full.rows) - len(rows))), language)


def headlines(review: Review, language: str):
    """Section 1.3: as many of the first headline indicators as the rest of the sheet leaves room for."""
    title = _lines(wording.title(review, language), 61)
    head = 2.5 + title * 1.3 + 1.5 * bool(review.data.settings.notice)
    bands = _drawn(["", ""][: 1 + review.bands["last_year"].notna().any()], 28) + _legend(review, language) + 2
    beside = max(bands, _tall(wording.overall(review, language), HALF))
    matched = wording.reconciliation(review, language)
    room = SHEET - head - beside - (_tall(matched, LINE) + 2) * bool(matched) - _tall(decide(review, language), LINE) - 2
    room -= 2 + _tall(wording.headline_notes(review, language), HALF)
    known = [row for row in wording.headlined(review) if not pd.isna(row.value)]
    names = wrapped(in_language(row, language) for row in known[:HEADLINES])
    most = next((n for n in range(HEADLINES, 1, -1) if _drawn(names[:n], 12) <= room), 1)
    return charts.headlines(review, language, most)


def owners(review: Review, language: str):
    """Section 2.3: the owners that are furthest behind, fewer where their names take lines of their own."""
    return charts.owners(review, language, len(_owners(review, language)))


def _owners(review: Review, language: str) -> list[str]:
    """Names of those who own targets, as many as the chart shows, in its lines."""
    codes = review.owners.index[review.owners["total"] > 0][:OWNERS]
    names = wrapped(review.owner_name(code, language) for code in codes)
    return names if Rows.of(names).beside else names[: OWNERS // 2]


def movement(review: Review, language: str) -> Lines:
    """Section 2.1: S3 or S3-Q1, last year's bands; in a first quarter also S4 of the first headline indicators."""
    changes = len(wording.changes(review, language))
    told = wording.movement(review, language)
    keep = CHANGES if review.period.quarter == 1 else 0
    return Lines(told[: len(told) - changes + min(changes, keep)])


def moved(review: Review, language: str) -> Table | Lines:
    """Section 2.1: what moved since the quarter before; a first quarter has none within its year."""
    full = tables.movement(review, language)
    if not isinstance(full, Table) or review.period.quarter == 1:
        return Lines()
    heads = {code: full.heads[code] for code in ("indicator", "change", "state")}
    rows = [
        {**{code: row[code] for code in heads}, "change": f"{row['from_value']} → {row['value']}"}
        for row in full.rows[:MOVED]
    ]
    note = sentence(language, "moved_rest", rest=len(full.rows) - len(rows))
    return replace(_cut(full, rows, note), name="moved", heads=heads, numbers=frozenset())


def decisions(review: Review, language: str) -> Table | Lines:
    """Section 2.5: the decisions that are late, then those still open."""
    full = tables.decisions(review, language)
    if not isinstance(full, Table):
        return full
    status = review.decisions["status"]
    groups = [status.isin(tasks.GROUPS[group]) for group in ("overdue", "not_started", "in_progress")]
    order = [n for group in groups for n, found in enumerate(group) if found]
    heads = {code: full.heads[code] for code in ("number", "decision", "owner", "deadline", "state")}
    rows = [{**{code: full.rows[n][code] for code in heads}, "number": place} for place, n in enumerate(order, 1)]
    if not rows:
        return Lines()
    room = _left(review, language) - NOTE
    for most in range(min(DECISIONS, len(rows)), 0, -1):
        note = sentence(language, "decisions_rest", rest=len(full.rows) - most)
        cut = _short(replace(_cut(full, rows[:most], note), name="decisions-open", heads=heads), language)
        if _tall(cut, LINE) <= room:
            break
    return cut


def notes(review: Review, language: str) -> Lines:
    """Section 2.6: the first notes on the data, each in two lines at most, as many as the sheet leaves room for."""
    lines = [Text(shortened(line, 2 * LINE - 8), "li") for line in wording.notes(review, language)]
    room = _left(review, language) - _tall(decisions(review, language), LINE)
    most = next((n for n in range(NOTES, 1, -1) if _tall(Lines(lines[:n]), LINE) <= room), 1)
    return Lines(lines[:most])


def _left(review: Review, language: str) -> float:
    """The lines of the second sheet that its sentences, its charts and its six headings leave free."""
    said = [movement(review, language), wording.task_counts(review, language), wording.decision_counts(review, language)]
    fields = wrapped(charts.pillar_name(review, code, language) for code in review.pillars.index)
    agencies = _owners(review, language)
    drawn = max(_drawn(fields, 20) + _legend(review, language), _drawn(agencies, 20)) if any(review.pillars.index) or agencies else 0
    return SHEET - 5 * 2 - sum(_tall(part, LINE) for part in (*said, moved(review, language))) - drawn


def shortened(text: str, letters: int) -> str:
    """A text cut at a word, so many letters long at most."""
    return textwrap.shorten(text, letters, placeholder=" …")


def _tall(part, letters: int) -> float:
    """How many lines a part of a sheet takes, its lines so many letters long."""
    if isinstance(part, Lines):
        return sum(_lines(line, letters) + 0.2 for line in part)
    if isinstance(part, Table):
        under = [sum(min(_lines(row[code], letters), 2) for code in part.below) for row in part.rows]
        return 1.6 + sum(under) + sum(map(_across, part.rows)) + 0.4 * len(part.rows) + bool(part.note)
    raise TypeError(type(part).__name__)


def _drawn(names: Sequence[str], bar: int) -> float:
    """How many lines a chart of rows with these names, in lines, takes in half a sheet, with a caption of four."""
    return 4 + Rows.of(names, bar).height / PIXELS


def _legend(review: Review, language: str) -> int:
    words = "".join(f"{Printer(review.data.settings, language).band(band)}      " for band in review.bands.index)
    return _lines(words, HALF)


def _across(row) -> float:
    """How many lines a row of a table takes across its columns: its name or its owner, whichever is longer."""
    name = next(str(cell) for code, cell in row.items() if code != "number")
    lines = max(_lines(name, NAME), _lines(row.get("owner", ""), OWNER) if len(name) > NAME else 1)
    return lines if lines > 1 else 1.7


def _lines(text: str, letters: int) -> int:
    return -(-len(text) // letters)


def _short(full: Table, language: str) -> Table:
    """The table under headings that take one line."""
    short = {code: label(language, "column", f"{code}_short") for code in SHORT if code in full.heads}
    return replace(full, heads={**full.heads, **short})


def _cut(full: Table, rows, note: str) -> Table:
    return replace(full, rows=tuple(rows), note=note if len(rows) < len(full.rows) else "")
