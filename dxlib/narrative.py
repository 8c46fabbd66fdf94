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
    for row in each(review.decide[review.decide["why"] == "behind"]):
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
    told = review.explanations
    if row.indicator not in told.index or not told.at[row.indicator, "cause"]:
        return sentence(language, "no_cause")
    said = told.loc[row.indicator]
    return sentence(
        language,
        "cause_brief" if brief else "cause",
        owner=review.owner_name(row.owner, language),
        cause=_filled(said["cause"], review, row, language),
        remedy=_filled(said["remedy"], review, row, language),
        committed=said["committed"].rstrip("."),
    )


def proposal(review: Review, row, language: str) -> str:
    """What the owner proposes for an indicator, and the kind of decision; "" where nothing is proposed."""
    told = review.explanations
    if row.indicator not in told.index:
        return ""
    said = told.loc[row.indicator]
    kind = label(language, "decision_kind", said["decision_kind"]) if said["decision_kind"] else ""
    text = _filled(said["proposal"], review, row, language)
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
    told = review.explanations["full_year_estimate"].notna().any()
    annex = label(language, "section", "annex_1").split(".")[0] if told else ""
    return Lines([Text(sentence(language, "no_outlook", annex=annex), role="note")])


def next_tasks(review: Review, language: str) -> Lines:
    """Section VI: what the data put on next period's list: targets behind, tasks due, tasks overdue."""
    name, noun = f"name_{language}", review.data.settings.counted[language]
    behind = review.decide[review.decide["why"] == "behind"]
    lines = []
    if len(behind):
        lines.append(sentence(language, "next_behind", count=len(behind), dt=noun, list="; ".join(behind[name])))
    frame = review.tasks
    last = pd.Timestamp(review.period.shift(1).last_day)
    due = frame[frame["status"].isin(["on_time", "due_soon", "not_started"]) & (frame["due_on"] <= last)]
    if len(due):
        lines.append(sentence(language, "next_tasks", count=len(due), list="; ".join(due[name])))
    late = frame[frame["status"].isin(tasks.GROUPS["overdue"])]
    if len(late):
        lines.append(sentence(language, "next_overdue", count=len(late), list="; ".join(late[name])))
    return Lines([Text(line, "li") for line in lines] or [Text(sentence(language, "no_leadership"), role="note")])


def proposals(review: Review, language: str) -> Lines:
    """Section VII: what owners propose for this period."""
    lines = []
    for row in each(review.progress[review.progress["indicator"].isin(review.explanations.index)]):
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
