"""The report's tables: a Review in, a Table of text out. One function a table; no arithmetic."""

from __future__ import annotations

import pandas as pd

from dxlib.lines import Lines, Table, Text
from dxlib.messages import label, sentence
from dxlib.narrative import cause, nothing_behind, proposal
from dxlib.period import format_date
from dxlib.printing import NONE, Printer, edges_of
from dxlib.reviews import Review

_RIGHT = {"plan", "plan_to_date", "value", "value_q1", "same_last_year", "percent", "needed", "estimate", "change",
          "published", "scored", "difference", "total", "from_value", "rank", "number", "table_rows",
          "met", "behind", "unexplained", "co_owned", "tasks", "done", "overdue", "revised", "whole", "parts"}  # fmt: skip


def _table(
    name: str, language: str, rows: list[dict], note: str = "", titles: dict[str, str] | None = None, **fields
) -> Table | Lines:
    """A table of text: `rows` map column codes (messages, group `column`, or those in `titles`) to cells; nothing where
    there are none."""
    if not rows:
        return Lines()
    titles = titles or {}
    heads = {code: titles[code] if code in titles else label(language, "column", code, **fields) for code in rows[0]}
    numbers = frozenset(code for code in heads if code in _RIGHT or code.startswith("band:"))
    return Table(name, heads, tuple(rows), numbers, note)


def decide(review: Review, language: str, most: int = 5) -> Table | Lines:
    """Section 1.2: what needs the committee, worst first; at most so many rows, the rest counted under them."""
    printer, rows = Printer(review.data.settings, language), []
    edges = edges_of(review)
    for number, row in enumerate(review.decide.head(most).itertuples(), 1):
        named = row.name_vi if language == "vi" else row.name_en
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
                about, state = cause(review, row, language), label(language, "pace", row.pace)
                if needed == NONE:
                    about = f"{label(language, 'reason', row.needed_reason)}. {about}"
        rows.append(
            {
                "number": number,
                "indicator": named,
                "result": result,
                "needed": needed,
                "pace": state,
                "owner": f"{owner}\n{row.leader}" if row.leader else owner,
                "note": f"{about.rstrip('.')}. {label(language, 'sentence', 'proposal', proposal=asked)}."
                if asked
                else about,
            }
        )
    if not rows:
        code = nothing_behind(review)
        return Lines([Text(sentence(language, "nothing_to_decide" if code == "nothing_behind" else code), role="note")])
    rest = len(review.decide) - len(rows)
    return _table("decide", language, rows, sentence(language, "decide_rest", rest=rest) if rest else "")


def targets(review: Review, language: str) -> Table:
    """Annex 1: every target, in the committee's usual columns."""
    printer, edges, period = Printer(review.data.settings, language), edges_of(review), review.period
    estimates = review.explanations["full_year_estimate"]
    value = "value_q1" if period.quarter == 1 else "value"
    moved = review.movement[review.movement["versus"] == "last_year"].set_index("indicator")
    earlier = moved["reason"][moved["from_value"].isna() & (moved["reason"] != "qualitative")]
    rows = []
    for number, row in enumerate(review.progress.itertuples(), 1):
        estimate = estimates.get(row.indicator, float("nan"))
        reason = label(language, "reason", row.reason) if row.reason else ""
        pace_reason = label(language, "reason", row.pace_reason) if row.pace_reason else ""
        flags = [code for code in ("far_over", "must_hold", "worse") if getattr(row, code)]
        if row.verdict == "met" and "worse" in flags:
            flags = [code for code in flags if code not in ("worse", "must_hold")] + ["met_but_worse"]
        notes = [
            reason,
            pace_reason if pace_reason != reason else "",
            *(label(language, "flag", code) for code in flags),
        ]
        if why := earlier.get(row.indicator):
            compared = label(language, "versus", "last_year")
            notes.append(f"{compared}: {label(language, 'reason', why).lower()}")
        if row.status in ("P", "E", "B"):
            notes.append(label(language, "status", row.status))
        if not pd.isna(row.value_before):
            before = printer.number(row.value_before, row.decimals)
            notes.append(label(language, "status", "revised", before=before))
        if row.pace in ("behind", "far_behind"):
            notes.append(cause(review, row, language))
        rows.append(
            {
                "number": number,
                "indicator": _name(row, language),
                "measure": printer.unit(row.measure),
                "plan": printer.plan(row),
                "plan_to_date": printer.plan_to_date(row),
                "same_last_year": printer.value(row, "last_year_value"),
                value: printer.value(row),
                "percent": printer.percent(row.percent, edges),
                "band": printer.band(row.band),
                "pace": label(language, "pace", row.pace),
                "estimate": printer.number(estimate, row.decimals),
                "owner": review.owner_name(row.owner, language) or NONE,
                "note": ". ".join(note.rstrip(".") for note in notes if note) or NONE,
            }
        )
    return _table(
        "targets", language, rows, year=period.year, last_year=period.year - 1, plan=period.label(language, "plan")
    )


def headlines(review: Review, language: str) -> Table:
    """Section 1.3: headline pairs with their percent and the same period of last year."""
    printer, edges, rows = Printer(review.data.settings, language), edges_of(review), []
    for row in review.headlines.itertuples():
        rows.append(
            {
                "indicator": _name(row, language),
                "result": printer.pair(row),
                "percent": printer.percent(row.percent, edges),
                "band": printer.band(row.band),
                "same_last_year": printer.value(row, "last_year_value"),
                "note": label(language, "reason", row.reason) if row.reason else NONE,
            }
        )
    return _table("headlines", language, rows, last_year=review.period.year - 1)


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
                "source": f"“{row['words']}” ({row['source']})",
            }
        )
    return _table("reconciliation", language, rows)


def movement(review: Review, language: str) -> Table | Lines:
    """Section 2.1: what moved: bands within the year, and values that changed for the worse."""
    printer, rows = Printer(review.data.settings, language), []
    about = review.progress.set_index("indicator")
    versus = "last_year" if review.period.quarter == 1 else "previous"
    frame = review.movement[review.movement["versus"] == versus]
    for row in frame[frame["moved"].isin(["up", "down"]) | frame["worse"]].itertuples():
        of = about.loc[row.indicator]
        was = of.copy()
        was["value"], was["stated_band"], was["qualifier"] = row.from_value, row.from_band, ""
        moved = label(language, "moved", row.moved) if isinstance(row.moved, str) else NONE
        flag = label(language, "flag", "met_but_worse" if of["verdict"] == "met" else "worse") if row.worse else ""
        rows.append(
            {
                "indicator": of[f"name_{language}"],
                "from_value": printer.value(was),
                "value": printer.value(of),
                "change": printer.change(of, row.change, words=False),
                "band": printer.band(row.band),
                "state": ". ".join(part for part in (moved if moved != NONE else "", flag) if part) or NONE,
            }
        )
    return _table("movement", language, rows)


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
    return _table("scoreboard", language, rows)


def moves(review: Review, language: str) -> Table | Lines:
    """Section 2.1: targets by band in the quarter before (rows) and now (columns)."""
    frame, printer = review.moves, Printer(review.data.settings, language)
    rows = [
        {"from_band": printer.band(was), **{f"band:{band}": int(n) for band, n in row.items()}}
        for was, row in frame.iterrows()
    ]
    return _table("moves", language, rows, titles={f"band:{band}": printer.band(band) for band in frame.columns})


def parts(review: Review, language: str) -> Table | Lines:
    """Section II.4: what the areas within this one add up to, beside its own figure."""
    printer, about, rows = Printer(review.data.settings, language), review.progress.set_index("indicator"), []
    for code, row in review.parts.iterrows():
        of = about.loc[code]
        reason = label(language, "reason", row["reason"]) if row["reason"] else ""
        state = label(language, "parts", row["state"], missing=int(row["missing"]))
        rows.append(
            {
                "indicator": of[f"name_{language}"],
                "measure": printer.unit(of["measure"]),
                "whole": printer.number(row["whole_value"], of["decimals"]),
                "parts": printer.number(row["parts_value"], of["decimals"]),
                "state": f"{state} ({reason})" if reason else state,
            }
        )
    return _table("parts", language, rows)


def revisions(review: Review, language: str) -> Table | Lines:
    """Annex 4: figures and plans that changed since the meeting before, and the bands they moved."""
    printer, about, rows = Printer(review.data.settings, language), review.progress.set_index("indicator"), []
    for row in review.revisions.itertuples():
        of = about.loc[row.indicator]
        moved = f"{printer.band(row.band_before)} → {printer.band(row.band)}" if row.moved else NONE
        rows.append(
            {
                "indicator": of[f"name_{language}"],
                "found": label(language, "revision", row.what),
                "period": row.period,
                "from_value": printer.number(row.before, of["decimals"]),
                "value": printer.number(row.value, of["decimals"]),
                "status": label(language, "status", row.status) if isinstance(row.status, str) else NONE,
                "band": moved,
            }
        )
    return _table("revisions", language, rows)


def _groups(name: str, group: str, review: Review, language: str, counts: pd.DataFrame, named) -> Table:
    printer = Printer(review.data.settings, language)
    bands = [band for band in review.bands.index if counts[band].any() or band in [b.id for b in review.band_set]]
    rows = [
        {group: named(code), **{f"band:{band}": int(row[band]) for band in bands}, "total": int(row["total"]),
         "behind": int(row["behind"])}
        for code, row in counts.iterrows()
    ]  # fmt: skip
    titles = {f"band:{band}": printer.band(band) for band in bands}
    return _table(name, language, rows, titles=titles)


def tasks(review: Review, language: str) -> Table | Lines:
    """Annex 2: every task."""
    rows = []
    for number, row in enumerate(review.tasks.itertuples(), 1):
        lacking = ", ".join(label(language, "lacking", code) for code in row.lacking.split(";") if code)
        rows.append(
            {
                "number": number,
                "task": _name(row, language),
                "owner": review.owner_name(row.owner, language) or NONE,
                "co_owner": ", ".join(review.owner_name(code, language) for code in row.co_owner.split(";")) or NONE,
                "product": row.product or NONE,
                "deadline": row.deadline or NONE,
                "done_so_far": _text(row.result),
                "state": _state(row, language),
                "delay_cause": _text(row.cause),
                "lacking": label(language, "word", "lacks", what=lacking) if lacking else NONE,
            }
        )
    return _table("tasks", language, rows) if rows else _none("no_tasks", language)


def decisions(review: Review, language: str) -> Table | Lines:
    """Section 2.5: decisions of earlier meetings, carried forward."""
    rows = []
    for number, row in enumerate(review.decisions.itertuples(), 1):
        rows.append(
            {
                "number": number,
                "decision": row.text_vi if language == "vi" else row.text_en,
                "owner": review.owner_name(row.owner, language) or NONE,
                "deadline": row.deadline or NONE,
                "state": _state(row, language),
                "done_so_far": _text(row.result),
            }
        )
    return _table("decisions", language, rows)


def _state(row, language: str) -> str:
    state = label(language, "task", row.status)
    if pd.isna(row.days_overdue):
        return state
    return f"{state} ({label(language, 'word', 'overdue_days', days=int(row.days_overdue))})"


def areas(review: Review, language: str) -> Table | Lines:
    """Annex 3: areas by indicator, value and shared rank."""
    frame = review.areas
    if frame.empty:
        return _none("no_areas", language)
    printer, rows = Printer(review.data.settings, language), []
    for code, part in frame.groupby("area", sort=False):
        row = {"area": part[f"area_{language}"].iloc[0]}
        for cell in part.itertuples():
            value = printer.value(cell)
            if value == NONE and cell.reason:
                value = f"{NONE} {label(language, 'reason', cell.reason)}"
            row[f"band:{cell.indicator}"] = value if pd.isna(cell.rank) else f"{value} ({int(cell.rank)})"
        rows.append(row)
    names = frame.drop_duplicates("indicator").set_index("indicator")[f"name_{language}"]
    titles = {f"band:{code}": f"{name} ({label(language, 'column', 'rank').lower()})" for code, name in names.items()}
    return _table("areas", language, rows, titles=titles)


def submissions(review: Review, language: str) -> Table | Lines:
    """Annex 4: who owed a report, and when it came."""
    frame, rows = review.submissions, []
    for row in frame.itertuples():
        late = label(language, "word", "late_days", days=int(row.days_late)) if row.state == "late" else ""
        state = {"on_time": label(language, "word", "sent_on_time"), "missing": label(language, "word", "not_sent")}
        rows.append(
            {
                "sender": review.owner_name(row.owner, language) if row.owner else review.area_name(row.area, language),
                "due_on": format_date(row.due_on, language),
                "received_on": format_date(row.received_on, language),
                "state": late or state[row.state],
            }
        )
    return _table("submissions", language, rows) if rows else _none("no_reported", language)


def provenance(review: Review, language: str) -> Table:
    """Annex 6: where every value on the page comes from."""
    printer, rows = Printer(review.data.settings, language), []
    for row in review.progress.itertuples():
        rows.append(
            {
                "indicator": _name(row, language),
                "result": printer.pair(row),
                "status": label(language, "status", row.status) if row.status else NONE,
                "reported_on": format_date(row.reported_on, language),
                "source": " ".join(part for part in (row.source, row.source_cell) if part) or NONE,
            }
        )
    return _table("provenance", language, rows)


def files(review: Review, language: str) -> Table:
    """Annex 6: the tables that the figures were read from, each with its hash."""
    rows = [
        {"file": f"{name}.csv", "table_rows": len(review.data[name]), "sha256": digest}
        for name, digest in review.data.hashes.items()
    ]
    return _table("files", language, rows)


def _none(code: str, language: str) -> Lines:
    return Lines([Text(sentence(language, code), role="note")])


def _name(row, language: str) -> str:
    return row.name_vi if language == "vi" else row.name_en


def _text(cell) -> str:
    return cell if isinstance(cell, str) and cell else NONE
