"""Sections I to VII of the report and its method annex: a Review in, lines out. No arithmetic."""

from __future__ import annotations

import re

import pandas as pd

from dxlib import tasks
from dxlib.frames import each
from dxlib.lines import Lines, Text
from dxlib.messages import label, sentence
from dxlib.printing import Printer, in_language
from dxlib.reviews import Review


def causes(review: Review, language: str) -> Lines:
    """Section IV: for each target behind its pace, its owner (with the leader in charge, on an internal page), its
    pair, S9 and S10."""
    printer, lines = Printer(review.data.settings, language), []
    for row in each(review.decide):
        if row.why != "behind":
            continue
        name = in_language(row, language)
        owner = review.owner_name(row.owner, language) or label(language, "word", "no_owner")
        owner = f"{owner}, {row.leader}" if row.leader and review.data.settings.audience == "internal" else owner
        parts = [f"{name} ({owner}): {printer.pair(row)}.", _needed(review, row, printer), cause(review, row, language)]
        lines.append(Text(" ".join(part for part in parts if part), "li"))
    return Lines(lines or [Text(sentence(language, nothing_behind(review)), role="note")])


def nothing_behind(review: Review) -> str:
    """Which sentence tells why no target is listed as behind: none is, or none has a pace to be held against."""
    known = len(review.progress) - review.paces["not_determined"]
    return "nothing_behind" if known else "no_pace"


def _needed(review: Review, row, printer: Printer) -> str:
    """S9, for a target that is short and has quarters left."""
    if pd.isna(row.needed):
        return ""
    falling = row.needed < 0
    same_way = not pd.isna(row.added) and (row.added < 0) == falling and row.added != 0
    return sentence(
        printer.language,
        "needed_down" if falling else "needed",
        needed=printer.change(row, row.needed),
        quarter=review.period.label(printer.language, "quarter"),
        added=printer.change(row, row.added) if same_way else "",
    )


def cause(review: Review, row, language: str, brief: bool = False) -> str:
    """S10, with the figures that the owner's text leaves room for filled in; `brief`: where a heading says what it is
    and a column whose it is."""
    said = review.said.get(row.indicator)
    if not said or not said.cause:
        return sentence(language, "no_cause")
    return sentence(
        language,
        "cause_brief" if brief else "cause",
        owner=review.owner_name(row.owner, language),
        cause=_filled(said.cause, review, row, language),
        remedy=_filled(said.remedy, review, row, language),
        committed=said.committed.rstrip("."),
    )


def proposal(review: Review, row, language: str) -> str:
    """What the owner proposes for an indicator, and the kind of decision; "" where nothing is proposed."""
    said = review.said.get(row.indicator)
    if not said:
        return ""
    kind = label(language, "decision_kind", said.decision_kind) if said.decision_kind else ""
    text = _filled(said.proposal, review, row, language)
    return ". ".join(part.rstrip(".") for part in (kind, text) if part)


def _filled(text: str, review: Review, row, language: str) -> str:
    """A person's text with {value} and {target} replaced by the printed figures, and a full stop at its end."""
    printer = Printer(review.data.settings, language)
    figures = {"value": printer.value(row), "target": printer.target(row)}
    text = re.sub(r"\{(value|target)\}", lambda found: figures[found[1]], text).strip()
    return text if not text or text[-1] in ".!?" else text + "."


def leadership(review: Review, language: str) -> Lines:
    """Section I: what the package says of the committee and of the document that assigns the plan."""
    meeting = review.meeting
    if meeting is None or not (meeting["head"] or meeting["document"]):
        return Lines([Text(sentence(language, "no_leadership"), role="note")])
    text = sentence(
        language,
        "leadership",
        head=meeting["head"],
        secretariat=meeting[f"secretariat_{language}"],
        document=meeting["document"],
    )
    return Lines([Text(text)])


def outlook(review: Review, language: str) -> Lines:
    """Section V; computed outlooks are not part of this version, and it says so."""
    told = any(not pd.isna(said.full_year_estimate) for said in review.said.values())
    annex = label(language, "section", "annex_1").split(".")[0] if told else ""
    return Lines([Text(sentence(language, "no_outlook", annex=annex), role="note")])


def next_tasks(review: Review, language: str) -> Lines:
    """Section VI: what the data put on next period's list: targets behind, tasks due, tasks overdue."""
    noun, last = review.data.settings.counted[language], pd.Timestamp(review.period.shift(1).last_day)
    work, open_ = list(each(review.tasks)), (*tasks.GROUPS["in_progress"], *tasks.GROUPS["not_started"])
    found = {
        "next_behind": [row for row in each(review.decide) if row.why == "behind"],
        "next_tasks": [row for row in work if row.status in open_ and row.due_on <= last],
        "next_overdue": [row for row in work if row.status in tasks.GROUPS["overdue"]],
    }
    lines = [
        Text(sentence(language, code, count=len(rows), dt=noun, list="; ".join(in_language(row, language) for row in rows)), "li")
        for code, rows in found.items()
        if rows
    ]  # fmt: skip
    return Lines(lines or [Text(sentence(language, "no_leadership"), role="note")])


def proposals(review: Review, language: str) -> Lines:
    """Section VII: what owners propose for this period."""
    lines = []
    for row in review.by_indicator.values():
        text = proposal(review, row, language)
        if text:
            name = in_language(row, language)
            owner = review.owner_name(row.owner, language) or label(language, "word", "no_owner")
            text = text if text[-1] in ".!?" else f"{text}."
            lines.append(Text(sentence(language, "proposed", owner=f"{owner} ({name})", proposal=text), "li"))
    return Lines(lines or [Text(sentence(language, "no_proposals"), role="note")])


def method(review: Review, language: str) -> Lines:
    """Annex 5: how verdict, percent, bands and pace are decided, with the edges in force."""
    printer = Printer(review.data.settings, language)

    def edges(bands, name):
        return "; ".join(
            label(language, "sentence", "band_rest" if band.edge is None else f"band_edge_{'closed' if band.closed else 'open'}",
                  label=name(band.id), edge=printer.number(band.edge) if band.edge is not None else "")
            for band in bands
        )  # fmt: skip

    text = sentence(
        language,
        "method",
        bands=edges(review.band_set, printer.band),
        pace=edges(review.data.settings.pace, lambda code: label(language, "pace", code)),
    )
    return Lines([Text(text), Text(sentence(language, "method_link"), role="note")])
