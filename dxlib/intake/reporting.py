"""What became of senders' files, told to the analyst line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from dxlib.intake.loading import STATES, Outcome
from dxlib.messages import label
from dxlib.period import Period

SHOWN = 30  # findings of a file told on the screen; all are in its CSV


def lines(outcomes: Sequence[Outcome], language: str) -> list[str]:
    """A line a file, its findings below (notes are in the CSV only), and how many of each."""
    say = lambda code, **fields: label(language, "intake", code, **fields)  # noqa: E731
    told = []
    for one in outcomes:
        name = one.path.name
        warnings = sum(finding.level == "warning" for finding in one.findings)
        if one.state == "refused":
            told.append(say("refused", sentence=one.refusal.sentence(language)))
            continue
        if one.state == "known":
            told.append(say("known", file=name))
            continue
        if one.state == "taken":
            rows = "; ".join(f"{sheet}: {row}" if sheet else str(row) for sheet, row in one.left_out)
            about = {"sender": one.draft.sender or "-", "period": one.draft.period, "added": one.added}
            told.append(say("taken", file=name, **about, left=len(one.left_out), rows=rows, warnings=warnings))
        else:
            told.append(say("returned", file=name, errors=one.errors, warnings=warnings))
        shown = [finding for finding in one.findings if finding.level != "note"]
        told += [f"  {say(finding.level)}: {finding.sentence(language)}" for finding in shown[:SHOWN]]
        if len(shown) > SHOWN:
            told.append("  " + label(language, "error", "more", count=len(shown) - SHOWN))
    if len(outcomes) > 1:
        told.append(say("summary", **{state: str(sum(one.state == state for one in outcomes)) for state in STATES}))
    return told


def still_missing(data: str | Path, outcomes: Sequence[Outcome], language: str) -> list[str]:
    """Who has not reported yet, for each period that the files are of: the last of the content rules."""
    from dxlib.dataset import load
    from dxlib.intake import reminding

    periods = sorted({one.draft.period for one in outcomes if one.draft and one.draft.period and one.state == "taken"})
    if not periods:
        return []
    dataset, told = load(data), []
    for period in periods:
        names = reminding.missing(dataset, Period.parse(period), dt.date.today(), language)
        if names:
            heading = Period.parse(period).label(language, "sentence")
            told.append(label(language, "intake", "missing", period=heading, count=len(names), list=", ".join(names)))
    return told
