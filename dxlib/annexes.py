"""The annexes: every target, task and area, what was sent and revised, and where each figure comes from. A Review in, a
Table of text out."""

from __future__ import annotations

from itertools import chain

import pandas as pd

from dxlib.frames import each
from dxlib.lines import Lines, Table, Traced
from dxlib.messages import label
from dxlib.narrative import cause
from dxlib.period import format_date
from dxlib.printing import NONE, Printer, edges_of, in_language
from dxlib.reviews import Review
from dxlib.tables import none, state, table, told


def targets(review: Review, language: str) -> Table:
    """Annex 1: every target, in the committee's usual columns."""
    printer, edges, period = Printer(review.data.settings, language), edges_of(review), review.period
    value = "value_q1" if period.quarter == 1 else "value"
    compared, rows = review.compared["last_year"], []
    for number, row in enumerate(review.by_indicator.values(), 1):
        said = review.said.get(row.indicator)
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
        then = compared[row.indicator]
        if then.reason not in ("", "qualitative") and pd.isna(then.from_value):
            notes.append(f"{label(language, 'versus', 'last_year')}: {label(language, 'reason', then.reason).lower()}")
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
                "indicator": in_language(row, language),
                "measure": printer.unit(row.measure),
                "plan": printer.plan(row),
                "plan_to_date": printer.plan_to_date(row),
                "same_last_year": printer.value(row, "last_year_value"),
                value: Traced(printer.value(row), row.indicator),
                "percent": Traced(printer.percent(row.percent, edges), row.indicator),
                "band": printer.band(row.band),
                "pace": label(language, "pace", row.pace),
                "estimate": printer.number(said and said.full_year_estimate, row.decimals),
                "owner": review.owner_name(row.owner, language) or NONE,
                "note": ". ".join(note.rstrip(".") for note in notes if note) or NONE,
            }
        )
    return table(
        "targets", language, rows, below=("note",), year=period.year, last_year=period.year - 1,
        plan=period.label(language, "plan"),
    )  # fmt: skip


def tasks(review: Review, language: str) -> Table | Lines:
    """Annex 2: every task."""
    rows = []
    for number, row in enumerate(each(review.tasks), 1):
        lacking = ", ".join(label(language, "lacking", code) for code in row.lacking.split(";") if code)
        rows.append(
            {
                "number": number,
                "task": in_language(row, language),
                "owner": review.owner_name(row.owner, language) or NONE,
                "co_owner": ", ".join(review.owner_name(code, language) for code in row.co_owner.split(";")) or NONE,
                "product": row.product or NONE,
                "deadline": row.deadline or NONE,
                "done_so_far": told(row.result),
                "state": state(row, language),
                "delay_cause": told(row.cause),
                "lacking": label(language, "word", "lacks", what=lacking) if lacking else NONE,
            }
        )
    return table("tasks", language, rows) if rows else none("no_tasks", language)


def areas(review: Review, language: str) -> Table | Lines:
    """Annex 3: areas by indicator, value and shared rank."""
    printer, rank = Printer(review.data.settings, language), label(language, "column", "rank").lower()
    rows, titles = {}, {}
    for cell in chain(*review.areas_by_indicator.values()):
        value = printer.value(cell)
        if value == NONE and cell.reason:
            value = f"{NONE} {label(language, 'reason', cell.reason)}"
        row = rows.setdefault(cell.area, {"area": cell.area_vi if language == "vi" else cell.area_en})
        row[f"band:{cell.indicator}"] = value if pd.isna(cell.rank) else f"{value} ({int(cell.rank)})"
        titles[f"band:{cell.indicator}"] = f"{in_language(cell, language)} ({rank})"
    return table("areas", language, list(rows.values()), titles=titles) if rows else none("no_areas", language)


def submissions(review: Review, language: str) -> Table | Lines:
    """Annex 4: who owed a report, and when it came."""
    rows = []
    state = {"on_time": label(language, "word", "sent_on_time"), "missing": label(language, "word", "not_sent")}
    for row in each(review.submissions):
        late = label(language, "word", "late_days", days=int(row.days_late)) if row.state == "late" else ""
        rows.append(
            {
                "sender": review.owner_name(row.owner, language) if row.owner else review.area_name(row.area, language),
                "due_on": format_date(row.due_on, language),
                "received_on": format_date(row.received_on, language),
                "state": late or state[row.state],
            }
        )
    return table("submissions", language, rows) if rows else none("no_reported", language)


def revisions(review: Review, language: str) -> Table | Lines:
    """Annex 4: figures and plans that changed since the meeting before, and the bands they moved."""
    printer, rows = Printer(review.data.settings, language), []
    for row in each(review.revisions):
        of = review.by_indicator[row.indicator]
        moved = f"{printer.band(row.band_before)} → {printer.band(row.band)}" if row.moved else NONE
        rows.append(
            {
                "indicator": in_language(of, language),
                "found": label(language, "revision", row.what),
                "period": row.period,
                "from_value": printer.number(row.before, of.decimals),
                "value": printer.number(row.value, of.decimals),
                "status": label(language, "status", row.status) if isinstance(row.status, str) else NONE,
                "band": moved,
            }
        )
    return table("revisions", language, rows)


def provenance(review: Review, language: str) -> Table:
    """Annex 6: where every value on the page comes from, and how its percents were computed. What a file is called is
    left out where the page is for the public."""
    printer, edges, rows = Printer(review.data.settings, language), edges_of(review), []
    public = review.data.settings.audience == "public"
    for row in review.by_indicator.values():
        rows.append(
            {
                "indicator": in_language(row, language),
                "result": printer.pair(row),
                "formula": "\n".join(computed(row, printer, edges, review.period.label(language, "plan"))) or NONE,
                "status": label(language, "status", row.status) if row.status else NONE,
                "reported_on": format_date(row.reported_on, language),
                "document": row.document or NONE,
                "source": " ".join(part for part in (row.source, row.source_cell) if part) or NONE,
            }
        )
        if public:
            rows[-1].pop("source")
    return table("provenance", language, rows, ids=list(review.by_indicator))


def files(review: Review, language: str) -> Table | Lines:
    """Annex 6: the tables that the figures were read from, each with its hash; not on a page for the public."""
    if review.data.settings.audience == "public":
        return Lines()
    rows = [
        {"file": f"{name}.csv", "table_rows": len(review.data[name]), "sha256": digest}
        for name, digest in review.data.hashes.items()
    ]
    return table("files", language, rows)


def computed(row, printer: Printer, edges: list[float], plan: str) -> list[str]:
    """How a target's figures were computed, one line a formula of docs/method.md with its numbers filled in: its value
    from cases, its percent of the year's plan, its percent of the plan to date (`plan` names the period)."""
    exact = lambda value: printer.number(value, 9)  # noqa: E731
    value, target, lines = exact(row.value), exact(row.target), []
    if not pd.isna(row.denominator):
        hundred = "100 × " if row.measure == "percent" else ""
        quotient = f"{hundred}{exact(row.numerator)} / {exact(row.denominator)}"
        lines.append(f"{quotient} = {printer.value(row)}")
        if value != printer.number(row.value, 15):  # its decimals do not end: the quotient stands for it below
            value = f"({quotient})"
    if not pd.isna(row.percent):
        percent = printer.percent(row.percent, edges)
        if row.operator in ("between", "exactly"):
            ends = target if row.operator == "exactly" else f"{target} - {exact(row.upper)}"
            lines.append(f"{value} ({ends}): {percent}")
        elif row.operator == "at_most" and row.baseline > row.target:
            start = exact(row.baseline)
            lines.append(f"100 × ({start} - {value}) / ({start} - {target}) = {percent}")
        elif row.operator == "at_most":
            lines.append(f"100 × {target} / {value} = {percent}")
        else:
            lines.append(f"100 × {value} / {target} = {percent}")
    if not pd.isna(row.percent_to_date):
        pace = printer.percent(row.percent_to_date, [band.edge for band in printer.settings.pace if band.edge is not None])
        by_now = label(printer.language, "column", "plan_to_date", plan=plan)
        lines.append(f"{by_now}: {printer.plan_to_date(row)}; {pace}")
    return lines
