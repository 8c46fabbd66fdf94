"""How a review's figures are printed: values with their units, pairs actual/plan, percents, changes.

Each figure is rounded once, here, and never onto the wrong side of an edge that decides about it.
"""

from __future__ import annotations

import math

from dxlib import messages
from dxlib.numbers import format_number, format_percent
from dxlib.settings import Settings

NONE = "-"
PERCENT = "percent"


class Printer:
    """Prints figures of one data package in one language.

    `row` stands for anything with a row of progress's columns as attributes: a row of `dxlib.frames.each`, a Series.
    """

    def __init__(self, settings: Settings, language: str):
        self.settings, self.language = settings, language

    def unit(self, measure: str) -> str:
        return self.settings.measures.get(measure, {}).get(self.language, measure)

    def number(self, value: float, decimals: float = 1, edges=(), sign: bool = False) -> str:
        if _none(value):
            return NONE
        return format_number(value, int(decimals), self.language, [x for x in edges if not _none(x)], sign)

    def value(self, row, of: str = "value") -> str:
        """A value of progress (`value`, `last_year_value`, ...) with its unit; "-" where there is none."""
        value = getattr(row, of)
        if row.kind == "qualitative" and of == "value":
            return self.band(row.stated_band) if row.stated_band and not _none(row.stated_band) else NONE
        if _none(value):
            return NONE
        if row.kind == "milestone":
            return messages.label(self.language, "ladder", str(int(value)))
        edges = [row.target, row.upper] if of == "value" else []
        text = self._with_unit(self.number(value, row.decimals, edges), row.measure)
        qualifier = row.qualifier if of == "value" else ""
        return f"{messages.label(self.language, 'qualifier', qualifier)} {text}" if qualifier else text

    def target(self, row) -> str:
        """The year's plan, as its operator reads it: 95%, 16 - 18%, a step of the ladder."""
        if row.kind == "qualitative":
            return messages.label(self.language, "operator", "qualitative") if row.operator == "qualitative" else NONE
        if _none(row.target):
            return NONE
        if row.kind == "milestone":
            return messages.label(self.language, "ladder", str(int(row.target)))
        ends = [row.target, row.upper] if row.operator == "between" else [row.target]  # a plan is printed as decided
        return self._with_unit(" - ".join(self.number(end, row.decimals, [end]) for end in ends), row.measure)

    def pair(self, row) -> str:
        """actual/plan as committees print it: 97%/95%, 8/8 lớp; the value alone where there is no plan."""
        value, target = self.value(row), self.target(row)
        if target == NONE or row.kind in ("milestone", "qualitative"):
            return value
        if row.measure != PERCENT and value != NONE:
            value = value.removesuffix(f" {self.unit(row.measure)}")
        return f"{value}/{target}"

    def plan(self, row) -> str:
        """The year's plan in a column of its own, where "at most" is said."""
        return ("≤ " if row.operator == "at_most" else "") + self.target(row)

    def plan_to_date(self, row) -> str:
        if _none(row.plan_to_date):
            return NONE
        if row.kind == "milestone":
            return messages.label(self.language, "ladder", str(int(row.plan_to_date)))
        text = self.number(row.plan_to_date, row.decimals, [row.value])
        if row.operator == "between":
            text += f" - {self.number(row.upper, row.decimals, [row.upper])}"
        return self._with_unit(text, row.measure)

    def percent(self, value: float, edges) -> str:
        """A percent of plan, printed on its own side of every band's edge."""
        return NONE if _none(value) else format_percent(value, self.language, edges)

    def change(self, row, value: float, words: bool = True) -> str:
        """The size of a change in words ("2,5 điểm phần trăm", "120 người", "3 bậc"); signed and short in tables."""
        if _none(value):
            return NONE
        code = {"rank": "places", "milestone": "ladder_step"}.get(row.kind)
        if row.measure == PERCENT:
            code = "points" if words else "points_short"
        unit = messages.label(self.language, "word", code) if code else self.unit(row.measure)
        number = self.number(abs(value) if words else value, row.decimals, [0], sign=not words)
        return f"{number} {unit}".strip()

    def band(self, band: str, group: str = "band") -> str:
        return self.settings.band_label(band, self.language, group)

    def _with_unit(self, number: str, measure: str) -> str:
        unit = self.unit(measure)
        return number + unit if measure == PERCENT else f"{number} {unit}".strip()


def edges_of(review) -> list[float]:
    """The percents that decide something on a review's page: band edges, and "far over plan"."""
    edges = [*(band.edge for band in review.band_set), review.data.settings.far_over]
    return [edge for edge in edges if edge is not None]


def in_language(row, language: str) -> str:
    """The name of a target, a task or a decision."""
    return row.name_vi if language == "vi" else row.name_en


def _none(value) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
