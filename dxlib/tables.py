"""The report's tables: a Review in, a Table of text out. One function a table; no arithmetic."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from dxlib import theme
from dxlib.frames import each
from dxlib.lines import Lines, Shaded, Table, Text, Traced
from dxlib.messages import label, sentence
from dxlib.narrative import cause, nothing_behind, proposal
from dxlib.period import ROMAN
from dxlib.printing import NONE, Printer, edges_of, in_language
from dxlib.reviews import Review

_RIGHT = {"plan", "plan_to_date", "value", "value_q1", "same_last_year", "percent", "needed", "estimate", "change",
          "published", "scored", "difference", "total", "from_value", "rank", "number", "table_rows",
          "met", "behind", "unexplained", "co_owned", "tasks", "done", "overdue", "revised", "whole", "parts"}  # fmt: skip


def table(
    name: str,
    language: str,
    rows: list[dict],
    note: str = "",
    titles: dict[str, str] | None = None,
    below: tuple[str, ...] = (),
    ids: list[str] | None = None,
    **fields,
) -> Table | Lines:
    """A table of text: `rows` map column codes (messages, group `column`, or those in `titles`) to cells; nothing where
    there are none. Others: see `dxlib.lines.Table`."""
    if not rows:
        return Lines()
    titles = titles or {}
    heads = {code: titles[code] if code in titles else label(language, "column", code, **fields) for code in rows[0]}
    numbers = frozenset(code for code in heads if code in _RIGHT or code.startswith("band:"))
    return Table(name, heads, tuple(rows), numbers, note, below, tuple(ids or ()))


def decide(review: Review, language: str) -> Table | Lines:
    """Section 1.2: what needs the committee, worst first."""
    printer, rows = Printer(review.data.settings, language), []
    edges = edges_of(review)
    for number, row in enumerate(each(review.decide), 1):
        named = in_language(row, language)
        owner = review.owner_name(row.owner, language) or NONE
        if row.why == "overdue":
            kind = label(language, "column", row.what)
            named, result, needed = f"{kind}: {named}", label(language, "task", row.task_status), NONE
            state = label(language, "word", "overdue_days", days=int(row.days_overdue))
            about, asked = row.cause if isinstance(row.cause, str) and row.cause else sentence(language, "no_cause"), ""
        else:
            result, needed = printer.pair(row), printer.change(row, row.needed, words=False)
            asked = proposal(review, row, language)
            if row.why == "far_over":
                about, state = label(language, "flag", "far_over"), printer.percent(row.percent, edges)
            else:
                about, state = cause(review, row, language, brief=True), label(language, "pace", row.pace)
                if needed == NONE:
                    about = f"{label(language, 'reason', row.needed_reason)}. {about}"
        rows.append(
            {
                "number": number,
                "indicator": named,
                "result": Traced(result, row.indicator) if row.what == "target" else result,
                "needed": needed,
                "pace": state,
                "owner": owner,
                "cause": about,
                "proposal": asked or NONE,
            }
        )
    if not rows:
        code = nothing_behind(review)
        return Lines([Text(sentence(language, "nothing_to_decide" if code == "nothing_behind" else code), role="note")])
    return table("decide", language, rows, below=("cause", "proposal"))


def trend(review: Review, language: str) -> Table | Lines:
    """Section II.1: percent of the year's plan of every target, quarter by quarter since last year, each cell on the
    shade of its band."""
    printer, edges, bands = Printer(review.data.settings, language), edges_of(review), [b.id for b in review.band_set]
    frame = review.trend
    quarters = sorted(frame["period"].unique())
    if len(quarters) < 2:
        return Lines()
    shown = {}
    for row in each(frame):
        text = printer.percent(row.percent, edges)
        text = text if text != NONE or row.band == "not_assessed" else printer.band(row.band)
        shown[row.indicator, row.period] = Shaded(text, theme.shade(row.band, bands))
    names = dict(zip(quarters, (f"{ROMAN[int(quarter[-1]) - 1]}/{quarter[2:4]}" for quarter in quarters)))
    rows = [
        {"indicator": in_language(row, language), **{f"band:{q}": shown.get((row.indicator, q), NONE) for q in quarters}}
        for row in review.by_indicator.values()
    ]
    note = sentence(language, "trend", last_year=review.period.year - 1)
    return table("trend", language, rows, note, titles={f"band:{quarter}": name for quarter, name in names.items()})


def headlines(review: Review, language: str) -> Table:
    """Section 1.3: headline pairs with their percent and the same period of last year."""
    printer, edges, rows = Printer(review.data.settings, language), edges_of(review), []
    for row in each(review.headlines):
        rows.append(
            {
                "indicator": in_language(row, language),
                "result": Traced(printer.pair(row), row.indicator),
                "percent": Traced(printer.percent(row.percent, edges), row.indicator),
                "band": printer.band(row.band),
                "same_last_year": printer.value(row, "last_year_value"),
                "note": label(language, "reason", row.reason) if row.reason else NONE,
            }
        )
    return table("headlines", language, rows, last_year=review.period.year - 1)


def reconciliation(review: Review, language: str) -> Table | Lines:
    """What the committee has printed against what is loaded and scored here."""
    printer, rows = Printer(review.data.settings, language), []
    whole = (review.reconciliation["state"] != "part").all()  # else what is missing is no difference
    for code, row in review.reconciliation.iterrows():
        rows.append(
            {
                "band": label(language, "column", "total") if code == "total" else printer.band(code),
                "published": int(row["published"]),
                "scored": int(row["scored"]),
                **({"difference": int(row["difference"])} if whole else {}),
                "words": f"“{row['words']}”",
            }
        )
    return table("reconciliation", language, rows)


def movement(review: Review, language: str) -> Table | Lines:
    """Section 2.1: what moved: bands within the year, and values that changed for the worse."""
    printer, rows = Printer(review.data.settings, language), []
    for code, row in review.compared["last_year" if review.period.quarter == 1 else "previous"].items():
        if row.moved not in ("up", "down") and not row.worse:
            continue
        of = review.by_indicator[code]
        was = SimpleNamespace(**{**vars(of), "value": row.from_value, "stated_band": row.from_band, "qualifier": ""})
        moved = label(language, "moved", row.moved) if isinstance(row.moved, str) else ""
        flag = label(language, "flag", "met_but_worse" if of.verdict == "met" else "worse") if row.worse else ""
        rows.append(
            {
                "indicator": in_language(of, language),
                "from_value": printer.value(was),
                "value": printer.value(of),
                "change": printer.change(of, row.change, words=False),
                "band": printer.band(row.band),
                "state": ". ".join(part for part in (moved, flag) if part) or NONE,
            }
        )
    return table("movement", language, rows)


def pillars(review: Review, language: str) -> Table | Lines:
    """Section 2.2: bands by field."""
    if set(review.pillars.index) <= {""}:
        return Lines()
    names = {code: item[language] for code, item in review.data.settings.pillars.items()}
    return _groups(
        "pillars",
        "pillar",
        review,
        language,
        review.pillars,
        lambda code: names.get(code, label(language, "word", "no_pillar")),
    )


def tags(review: Review, language: str) -> Table | Lines:
    """Section II.5: bands by slice; a target counts in each of its slices."""
    if review.tags.empty:
        return Lines([Text(label(language, "word", "none"), role="note")])
    names = review.data.settings.tags
    return _groups("tags", "tag", review, language, review.tags, lambda code: names[code][language])


def owners(review: Review, language: str) -> Table | Lines:
    """Section 2.3: bands by owner, most behind first."""
    if set(review.owners.index) <= {""}:
        return Lines()
    return _groups("owners", "owner", review, language, review.owners,
                   lambda code: review.owner_name(code, language) or label(language, "word", "no_owner"))  # fmt: skip


def scoreboard(review: Review, language: str) -> Table | Lines:
    """Section II.3: each agency's targets, tasks and reports."""
    if set(review.owners.index) <= {""}:
        return Lines()
    state = {"on_time": "sent_on_time", "missing": "not_sent"}
    rows = []
    for code, row in review.owners.iterrows():
        late = label(language, "word", "late_days", days=int(row["days_late"])) if row["report"] == "late" else ""
        rows.append(
            {
                "owner": review.owner_name(code, language) or label(language, "word", "no_owner"),
                **{
                    name: int(row[name])
                    for name in ("total", "met", "behind", "unexplained", "co_owned", "tasks", "done")
                },
                "overdue": int(row["overdue"]),
                "report": late or (label(language, "word", state[row["report"]]) if row["report"] else NONE),
                "revised": int(row["revised"]),
            }
        )
    return table("scoreboard", language, rows)


def moves(review: Review, language: str) -> Table | Lines:
    """Section 2.1: targets by band in the quarter before (rows) and now (columns)."""
    frame, printer = review.moves, Printer(review.data.settings, language)
    rows = [
        {"from_band": printer.band(was), **{f"band:{band}": int(n) for band, n in row.items()}}
        for was, row in frame.iterrows()
    ]
    return table("moves", language, rows, titles={f"band:{band}": printer.band(band) for band in frame.columns})


def parts(review: Review, language: str) -> Table | Lines:
    """Section II.4: what the areas within this one add up to, beside its own figure."""
    printer, rows = Printer(review.data.settings, language), []
    for row in each(review.parts.reset_index()):
        of = review.by_indicator[row.indicator]
        reason = label(language, "reason", row.reason) if row.reason else ""
        state = label(language, "parts", row.state, missing=int(row.missing))
        rows.append(
            {
                "indicator": in_language(of, language),
                "measure": printer.unit(of.measure),
                "whole": printer.number(row.whole_value, of.decimals),
                "parts": printer.number(row.parts_value, of.decimals),
                "state": f"{state} ({reason})" if reason else state,
            }
        )
    return table("parts", language, rows)


def _groups(name: str, group: str, review: Review, language: str, counts: pd.DataFrame, named) -> Table:
    printer = Printer(review.data.settings, language)
    bands = [band for band in review.bands.index if counts[band].any() or band in [b.id for b in review.band_set]]
    rows = [
        {group: named(code), **{f"band:{band}": int(row[band]) for band in bands}, "total": int(row["total"]),
         "behind": int(row["behind"])}
        for code, row in counts.iterrows()
    ]  # fmt: skip
    titles = {f"band:{band}": printer.band(band) for band in bands}
    return table(name, language, rows, titles=titles)


def decisions(review: Review, language: str) -> Table | Lines:
    """Section 2.5: decisions of earlier meetings, carried forward."""
    rows = []
    for number, row in enumerate(each(review.decisions), 1):
        rows.append(
            {
                "number": number,
                "decision": row.text_vi if language == "vi" else row.text_en,
                "owner": review.owner_name(row.owner, language) or NONE,
                "deadline": row.deadline or NONE,
                "state": state(row, language),
                "done_so_far": told(row.result),
            }
        )
    return table("decisions", language, rows)


def state(row, language: str) -> str:
    state = label(language, "task", row.status)
    if pd.isna(row.days_overdue):
        return state
    return f"{state} ({label(language, 'word', 'overdue_days', days=int(row.days_overdue))})"


def none(code: str, language: str) -> Lines:
    return Lines([Text(sentence(language, code), role="note")])


def told(cell) -> str:
    return cell if isinstance(cell, str) and cell else NONE
