"""The report's sentences: a Review in, text out. No arithmetic; templates stand in locales/, ids in wording.md."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from dxlib import tasks
from dxlib.frames import each
from dxlib.lines import Lines, Text
from dxlib.messages import label, sentence
from dxlib.names import sort_key
from dxlib.period import format_date
from dxlib.printing import NONE, Printer, edges_of, in_language
from dxlib.reviews import Review


def header(review: Review, language: str) -> Lines:
    """Committee, title, dates, and what the reader must know first: draft, illustrative."""
    meeting, word = review.meeting, lambda code, **f: label(language, "word", code, **f)  # noqa: E731
    place = review.data.settings.place[language]
    committee = meeting[f"committee_{language}"] if meeting is not None else ""
    dates = []
    if review.cut_off is not None:
        dates.append(word("cut_off", date=format_date(review.cut_off, language)))
    dates.append(word("known_as_of", date=format_date(review.as_of, language)))
    if meeting is not None and not pd.isna(meeting["meeting_date"]):
        dates.append(word("meeting", date=format_date(meeting["meeting_date"].date(), language)))
    lines = [
        Text(committee or place, role="committee"),
        Text(title(review, language), "h1"),
        Text(" · ".join([place, review.period.label(language, "heading_to_date")]), role="place"),
        Text(" · ".join(dates), role="dates"),
        Text(word("draft"), role="draft"),
        *illustrative(review, language),
        *([Text(review.data.settings.notice[language], role="notice")] if review.data.settings.notice else []),
    ]
    return Lines(lines)


def title(review: Review, language: str, short: bool = True) -> Text:
    """The report's title; in full it names the next period's tasks too."""
    period = review.period
    text = label(
        language,
        "section",
        "title_short" if short else "title",
        title=period.label(language, "title_year" if short else "title"),
        next=period.label(language, "next_title"),
    )
    return Text(text, "h1" if short else "h2", "report-title")


def illustrative(review: Review, language: str) -> Lines:
    """The warning that every page made from made-up data carries; nothing for real data."""
    made_up = review.data.settings.illustrative
    return Lines([Text(label(language, "word", "illustrative"), role="illustrative")] if made_up else [])


def heading(review: Review, language: str, code: str, level: int = 2) -> Text:
    """A section's title (messages, group `section`), the place that `see` leads to."""
    period = review.period
    text = label(language, "section", code, next=period.label(language, "next"))
    return Text(text, f"h{level}", place=f"muc-{code}")


def see(language: str, code: str) -> tuple[str, str]:
    """Where the figures of a sentence stand one by one: the place and the short name of a section."""
    return f"muc-{code}", label(language, "section", code).split(".")[0]


def signatures(review: Review, language: str) -> Lines:
    """Where the first sheet is signed: who made it, and who passes it."""
    return Lines(Text(label(language, "word", code), role="signature") for code in ("compiled_by", "passed_by"))


def summary(review: Review, language: str) -> str:
    """What a chair reads aloud: bands (as published, where the committee has printed them), then pace."""
    return " ".join([*_bands_sentences(review, language), *_pace(review, language)])


def overall(review: Review, language: str) -> Lines:
    """Section 1.1: S1 with its check, S0, the note under the bar, reasons for not assessing, S2."""
    counts = band_counts(review)
    check = sentence(
        language, "check", total=sum(counts.values()), parts=" + ".join(str(n) for n in counts.values() if n)
    )
    lines = [Text(text) for text in _bands_sentences(review, language)]
    lines += [Text(text) for text in _pace(review, language)]
    lines.append(Text(check, role="check", see=see(language, "annex_1")))
    reasons = "; ".join(f"{_lower(label(language, 'reason', code))}: {n}" for code, n in review.reasons.items())
    if as_published(review):
        printer = Printer(review.data.settings, language)
        scored = [f"{n} {_lower(printer.band(band))}" for band, n in review.bands["count"].items() if n]
        told = f" ({reasons})" if reasons else ""
        lines.append(Text(sentence(language, "scored_here", n=len(review.progress), list="; ".join(scored) + told)))
    elif reasons:
        lines.append(Text(sentence(language, "reasons", list=reasons), role="note"))
    return Lines(lines)


def band_counts(review: Review) -> dict[str, int]:
    """Targets per band: as published where the committee has printed them and not all are loaded, else as scored."""
    if as_published(review):
        return {band: int(n) for band, n in review.reconciliation["published"].drop("total").items()}
    return {band: int(n) for band, n in review.bands["count"].items()}


def as_published(review: Review) -> bool:
    """Whether the page's counts are the committee's own, since not every target's figures were published.

    They can stand for the whole only if the committee has printed every band, and they sum to its total.
    """
    printed = review.reconciliation["published"]
    whole = {"total", *(band.id for band in review.band_set)} <= set(printed.index)
    part = bool((review.reconciliation["state"] == "part").any())
    return whole and part and bool(printed.drop("total").sum() == printed["total"])


def _bands_sentences(review: Review, language: str) -> list[str]:
    """S1 and, when no target is in the worst band, S0."""
    printer, noun = Printer(review.data.settings, language), review.data.settings.counted[language]
    counts, worst = band_counts(review), review.band_set[-1].id
    always = [band.id for band in review.band_set]
    parts = []
    for band, count in counts.items():
        if (count or band in always) and not (band == worst and count == 0):
            counted = f"{count} {noun}" if language == "vi" else str(count)
            parts.append(f"{counted} {printer.band(band, 'band_sentence')}")
    text = sentence(
        language,
        "bands",
        period=review.period.label(language, "to_date"),
        total=sum(counts.values()),
        dt=noun,
        year=review.period.year,
        list="; ".join(parts),
    )
    lines = [text]
    if as_published(review):
        lines = [sentence(language, "bands_published", sentence=_lower(text))]
    if counts.get(worst, 0) == 0 and any(counts[band] for band in always):  # else nothing was assessed
        lines.append(sentence(language, "worst_none", dt=noun))
    return lines


def _pace(review: Review, language: str) -> list[str]:
    """S2; nothing where no target has a pace."""
    paces, settings = review.paces, review.data.settings
    good = sum(paces[band.id] for band in settings.pace if band.edge is not None and band.edge >= 100)
    unknown = paces["not_determined"]
    if good + (behind := paces.sum() - good - unknown) == 0:
        return []
    return [
        sentence(
            language,
            "pace",
            plan=review.period.label(language, "plan"),
            dt=settings.counted[language],
            good=good,
            behind=behind,
            far=paces[settings.pace[-1].id],
            unknown=unknown,
        )
    ]


def reconciliation(review: Review, language: str) -> Lines:
    """S12: how the figures scored here agree with those the committee has printed."""
    frame = review.reconciliation
    if frame.empty:
        return Lines()
    printer, noun = Printer(review.data.settings, language), review.data.settings.counted[language]
    differs = frame[frame["state"].isin(["differs"] if "total" in frame.index else ["differs", "part"])]
    scored = review.progress[review.progress["band"] != "not_assessed"]
    if len(differs):
        items = [
            sentence(language, "reconciled_item", band=printer.band(band) if band != "total" else label(language, "column", "total"),
                     published=int(row["published"]), scored=int(row["scored"]))
            for band, row in differs.iterrows()
        ]  # fmt: skip
        text = sentence(language, "reconciled_not", list="; ".join(items))
    elif (frame["state"] == "part").any():
        if (scored["verdict"] == "met").all() and len(scored) and "met" in frame.index:
            text = sentence(language, "reconciled_part", n=len(scored), met=int(frame.at["met", "published"]), dt=noun)
        else:
            counted = [
                f"{printer.band(band)}: {n}"
                for band, n in review.bands["count"].items()
                if n and band != "not_assessed"
            ]
            total = int(frame.at["total", "published"])
            text = sentence(language, "reconciled_some", n=len(scored), total=total, dt=noun, list="; ".join(counted))
    else:
        text = sentence(language, "reconciled_whole")
    sources = sorted(set(frame["source"]))
    return Lines([Text(text), Text(f"{label(language, 'word', 'source')}: {'; '.join(sources)}", role="note")])


def headlines(review: Review, language: str) -> Text:
    """S6: the headline pairs."""
    printer, edges = Printer(review.data.settings, language), edges_of(review)
    parts = []
    for row in headlined(review):
        name = in_language(row, language)
        if printer.value(row) == NONE:
            parts.append(f"{name}: {_lower(label(language, 'reason', row.reason))}")
        elif pd.isna(row.target) and row.operator != "qualitative":
            parts.append(sentence(language, "headline_alone", name=name, value=printer.value(row)))
        else:
            percent = f" ({printer.percent(row.percent, edges)})" if not pd.isna(row.percent) else ""
            parts.append(sentence(language, "headline", name=name, pair=printer.pair(row) + percent))
    text = sentence(language, "headlines", list="; ".join(parts)) if parts else label(language, "word", "none")
    return Text(text)


def headline_notes(review: Review, language: str) -> Lines:
    """Why a headline indicator has no value, or is held against no plan."""
    return Lines(
        Text(f"{in_language(row, language)}: {_lower(label(language, 'reason', row.reason))}.", role="note")
        for row in headlined(review)
        if row.reason
    )


def reported(review: Review, language: str) -> Lines:
    """S8: who has reported; then estimates and revisions."""
    frame = review.submissions
    if frame.empty:
        return Lines([Text(sentence(language, "no_reported"), role="note")])
    senders = list(each(frame))
    owners, areas = [row for row in senders if row.owner], [row for row in senders if not row.owner]
    missing = [row for row in senders if row.state == "missing"]
    names = (review.owner_name(row.owner, language) or review.area_name(row.area, language) for row in missing)
    came = lambda part: sum(row.state != "missing" for row in part)  # noqa: E731
    text = sentence(
        language,
        "reported",
        date=format_date(review.as_of, language),
        owners=came(owners),
        owners_due=len(owners),
        areas=str(came(areas)) if len(areas) else "",
        areas_due=len(areas),
        late=sum(row.state == "late" for row in senders),
        missing=", ".join(sorted(names, key=sort_key)),
    )
    return Lines([Text(text, see=see(language, "annex_4"))])


def movement(review: Review, language: str) -> Lines:
    """S3 or S3-Q1, bands of the same period last year, and S4 for the headline indicators."""
    period, noun = review.period, review.data.settings.counted[language]
    lines = []
    compared = review.compared["previous"].values()
    if period.quarter == 1:
        lines.append(sentence(language, "moved_q1", year=period.year, last_year=period.year - 1))
    elif any(isinstance(row.from_band, str) for row in compared):
        counts = Counter(row.moved if isinstance(row.moved, str) else "unknown" for row in compared)
        before = period.previous.label(language, "to_date")
        ways = {way: counts[way] for way in ("up", "down", "same", "unknown")}
        lines.append(sentence(language, "moved", before=before, dt=noun, **ways))
    if review.bands["last_year"].notna().any():
        printer = Printer(review.data.settings, language)
        parts = [f"{printer.band(band)} {int(n)}" for band, n in review.bands["last_year"].items() if n]
        lines.append(sentence(language, "bands_last_year", last_year=period.year - 1, list="; ".join(parts)))
    lines += changes(review, language)
    if not lines or (len(lines) == 1 and period.quarter == 1):
        lines.append(sentence(language, "no_movement"))
    return Lines(Text(line) for line in lines)


def changes(review: Review, language: str) -> list[str]:
    """S4 for each headline indicator that has a value for the same period of last year."""
    printer = Printer(review.data.settings, language)
    compared = review.compared["last_year"]
    before = label(language, "sentence", "same_period_of", last_year=review.period.year - 1)
    lines = []
    for row in headlined(review):
        change = compared[row.indicator].change
        if pd.isna(change) or row.kind in ("milestone", "qualitative"):
            continue
        way = "up" if change > 0 else "down" if change < 0 else "none"
        if row.kind == "rank":  # a smaller rank is a step up
            way = {"up": "down", "down": "up"}.get(way, way)
        name = in_language(row, language)
        text = printer.change(row, change)
        lines.append(
            sentence(language, f"change_{way}", name=name, value=printer.value(row), change=text, before=before)
        )
    return lines


def task_counts(review: Review, language: str) -> Lines:
    """S7, and how many assignments lack a product, deadline, criterion or owner."""
    frame = review.tasks
    if frame.empty:
        return Lines([Text(sentence(language, "no_tasks"), role="note")])
    n = Counter(frame["status"].tolist())
    apart = {"late": n["done_late"], "on_time": n["on_time"], "due_soon": n["due_soon"]}
    text = sentence(language, "tasks", total=len(frame), **_by_group(frame), **apart)
    lines = [Text(text, see=see(language, "annex_2"))]
    if lacking := sum(frame["lacking"] != ""):
        lines.append(Text(sentence(language, "lacking", total=lacking)))
    return Lines(lines)


def task_check(review: Review, language: str) -> Lines:
    """Tasks by group, and that they add up."""
    parts = [f"{n} {label(language, 'task_group', group)}" for group, n in _by_group(review.tasks).items() if n]
    if not parts:
        return Lines([Text(sentence(language, "no_tasks"), role="note")])
    text = sentence(language, "task_check", total=len(review.tasks), list=" + ".join(parts))
    return Lines([Text(text, see=see(language, "annex_2"))])


def decision_counts(review: Review, language: str) -> Lines:
    """How many decisions of earlier meetings are done, open, overdue."""
    frame = review.decisions
    if frame.empty:
        return Lines([Text(sentence(language, "no_decisions"), role="note")])
    n = _by_group(frame)
    return Lines([Text(sentence(language, "decisions", total=len(frame), open=n["in_progress"] + n["no_deadline"], **n))])


def _by_group(frame: pd.DataFrame) -> dict[str, int]:
    """How many tasks or decisions stand in each group of statuses."""
    counts = Counter(frame["status"].tolist())
    return {group: sum(counts[status] for status in statuses) for group, statuses in tasks.GROUPS.items()}


def notes(review: Review, language: str) -> Lines:
    """What to know about the figures: estimated and provisional, revised, missing, plans changed in the year."""
    printer, lines, found = Printer(review.data.settings, language), [], {}
    for row in each(review.quality):
        note = "soft" if row.note in ("estimated", "provisional") else row.note
        found.setdefault(note, []).append((row, review.by_indicator[row.indicator]))
    if soft := found.get("soft"):
        names = "; ".join(in_language(of, language) for _, of in soft)
        lines.append(sentence(language, "estimates", count=len(soft), list=names))
    if revised := found.get("revised"):
        items = []
        for row, of in revised:
            before = printer.number(row.before, of.decimals, [row.value])
            after = printer.number(row.value, of.decimals, [row.before])
            unit = printer.unit(of.measure) if of.measure == "percent" else ""
            fields = {"name": in_language(of, language), "before": before + unit, "after": after + unit}
            items.append(label(language, "sentence", "revised_item", period=row.period, **fields))
        lines.append(sentence(language, "revised", count=len(revised), list="; ".join(items)))
    for note, group in (("missing", "reason"), ("target_changed", "flag")):
        for row, of in found.get(note, []):
            text = f"{in_language(of, language)}: {_lower(label(language, group, row.reason))}"
            lines.append(f"{text} ({of.document})." if note == "target_changed" and of.document else f"{text}.")
    if not lines:
        lines.append(sentence(language, "no_notes"))
    return Lines(Text(line, "li") for line in lines)


def notes_counted(review: Review, language: str) -> Lines:
    """How many figures are estimated or provisional, and how many were revised."""
    count = review.quality["note"].value_counts()
    soft, revised = int(count.get("estimated", 0) + count.get("provisional", 0)), int(count.get("revised", 0))
    if not soft + revised:
        return Lines()
    return Lines([Text(sentence(language, "notes_counted", soft=soft, revised=revised), see=see(language, "notes"))])


def headlined(review: Review) -> list:
    """The rows of the headline indicators, in their order."""
    return [review.by_indicator[code] for code in review.headlines["indicator"].tolist()]


def _lower(text: str) -> str:
    """The text as it stands within a sentence: a first word that is no acronym begins small."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
