"""Every figure that a review holds, one row each, with its formula's inputs: what figures.json and checks are made of."""

from __future__ import annotations

import hashlib
import json
from itertools import chain

import numpy as np
import pandas as pd

from dxlib import tasks
from dxlib.frames import each


def figures(review) -> pd.DataFrame:
    """Every figure of a review with what it was computed from.

    Columns: `figure` (a path such as progress/ho-so/percent), `value` (number or text; missing where there is
    none), `unit`, `reason` (why there is none), `formula`, `inputs` (what the formula was given), `source`.
    """
    rows = []

    def add(figure, result, unit="", reason="", formula="", source="", **inputs):
        rows.append((figure, _plain(result), unit, reason, formula, {k: _plain(v) for k, v in inputs.items()}, source))

    add("targets", len(review.progress), "targets")
    for band, row in review.bands.iterrows():
        add(f"bands/{band}", row["count"], "targets", formula="count of progress/*/band")
        if not pd.isna(row["last_year"]):
            add(f"bands_last_year/{band}", row["last_year"], "targets", formula="count, same period last year")
    for name, count in review.reasons.items():
        add(f"reasons/{name}", count, "targets")
    for name, count in review.paces.items():
        add(f"pace/{name}", count, "targets", formula="count of progress/*/pace")
    for name, row in review.reconciliation.iterrows():
        add(f"published/{name}", row["published"], "targets", source=row["source"])
    estimates = review.explanations["full_year_estimate"].to_dict()
    for row in review.by_indicator.values():
        at, unit = f"progress/{row.indicator}", row.measure
        why = row.reason if pd.isna(row.value) else ""
        parts = {} if pd.isna(row.denominator) else {"numerator": row.numerator, "denominator": row.denominator}
        parts |= {} if pd.isna(row.value_before) else {"before": row.value_before}
        source = " ".join(part for part in (row.source, row.source_cell) if part)
        add(f"{at}/value", row.value, unit, why, row.kind, source, status=row.status, **parts)
        add(f"{at}/target", row.target, unit, row.reason if pd.isna(row.target) else "", "plan in force",
            row.document, operator=row.operator, upper=row.upper, baseline=row.baseline)  # fmt: skip
        add(f"{at}/verdict", row.verdict, "", row.reason if pd.isna(row.verdict) else "")
        add(f"{at}/percent", row.percent, "percent", row.reason, _formula(row), value=row.value, target=row.target,
            upper=row.upper, baseline=row.baseline, tolerance=row.tolerance)  # fmt: skip
        add(f"{at}/band", row.band, "", row.reason)
        add(f"{at}/pace", row.pace, "", row.pace_reason, row.plan_basis, plan_to_date=row.plan_to_date,
            percent_to_date=row.percent_to_date)  # fmt: skip
        add(f"{at}/needed", row.needed, unit, row.needed_reason, "(target - value) / remaining quarters", gap=row.gap)
        if not pd.isna(estimate := estimates.get(row.indicator, float("nan"))):
            add(f"{at}/estimate", estimate, unit, formula="the owner's own estimate of the full year")
    for row in each(review.movement):
        at = f"movement/{row.versus}/{row.indicator}"
        add(
            f"{at}/change", row.change, "", row.reason, "value - from_value", value=row.value, from_value=row.from_value
        )
        if isinstance(row.moved, str):
            add(f"{at}/moved", row.moved, from_band=row.from_band, band=row.band)
    for row in each(review.trend):
        add(f"trend/{row.period}/{row.indicator}/percent", row.percent, "percent", row.reason)
    for row in each(review.quality[review.quality["note"] == "revised"]):
        add(f"revised/{row.period}/{row.indicator}", row.value, source=row.source, before=row.before)
    for group, part in (("pillars", review.pillars), ("owners", review.owners)):
        part = part.drop(columns=["report", "days_late"], errors="ignore")
        for name, counts in part.to_dict("index").items():
            for band, count in counts.items():
                add(f"{group}/{name or '-'}/{band}", count, "targets")
    for row in chain(*review.areas_by_indicator.values()):
        add(f"areas/{row.indicator}/{row.area}/value", row.value, row.measure, row.reason if pd.isna(row.value) else "")
        add(f"areas/{row.indicator}/{row.area}/rank", row.rank, "rank", row.reason if pd.isna(row.rank) else "")
    for name, row in review.parts.iterrows():
        add(f"parts/{name}/difference", row["difference"], "", row["reason"], "whole - sum of parts", whole=row["whole_value"],
            parts=row["parts_value"], missing=row["missing"])  # fmt: skip
    for row in each(review.revisions):
        add(
            f"revisions/{row.period}/{row.indicator}/{row.what}",
            row.value,
            before=row.before,
            band_before=row.band_before,
        )
    for group, part in (("tasks", review.tasks), ("decisions", review.decisions)):
        if len(part):
            for name, count in tasks.counts(part).items():
                add(f"{group}/{name}", count, group)
            for name, days in part.set_index(group.removesuffix("s"))["days_overdue"].dropna().items():
                add(f"{group}/{name}/days_overdue", days, "days")
    for name, count in review.submissions["state"].value_counts().items():
        add(f"submissions/{name}", count, "reports")
    for row in each(review.submissions.dropna(subset=["days_late"])):
        add(f"submissions/{row.owner or row.area}/days_late", row.days_late, "days")
    return pd.DataFrame(rows, columns=["figure", "value", "unit", "reason", "formula", "inputs", "source"])


def records(frame: pd.DataFrame) -> list[dict]:
    """The frame of `figures` as JSON holds it."""
    columns = {name: frame[name].tolist() for name in frame}
    columns["value"] = [_plain(value) for value in columns["value"]]
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def checksum(frame: pd.DataFrame) -> str:
    """A short hash of all figures, in whatever order they stand."""
    rows = sorted(records(frame), key=lambda row: row["figure"])
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _plain(value):
    """A figure as JSON can hold it: whole floats of counts stay numbers, missing becomes None."""
    if value is None or value != value:
        return None
    if isinstance(value, (np.integer, int)):
        return int(value)
    return float(value) if isinstance(value, (np.floating, float)) else str(value)


def _formula(row) -> str:
    if row.kind in ("rank", "qualitative") or pd.isna(row.percent):
        return ""
    if row.operator == "at_most":
        way = not pd.isna(row.baseline) and row.baseline > row.target
        return "100 (baseline - value) / (baseline - target)" if way else "100 target / value"
    if row.operator in ("between", "exactly"):
        return "100 inside, else towards the nearer edge"
    return "100 value / target"
