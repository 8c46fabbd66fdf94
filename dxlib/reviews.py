"""One data package, one period, as known at one date: everything a page may show, each part computed when asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from dxlib import schema, tasks
from dxlib.agenda import agenda, scoreboard
from dxlib.areas import against_whole, carry, ranked, rollup
from dxlib.comparison import VERSUS, movement, moves, trend
from dxlib.dataset import Dataset, load
from dxlib.figures import checksum, figures
from dxlib.frames import each
from dxlib.messages import LANGUAGES, DxError
from dxlib.pacing import LATE
from dxlib.period import Period, UnknownPeriod
from dxlib.progress import Scope, answerable, progress_of_each, tagged, tally
from dxlib.quality import quality, submissions
from dxlib.reading import split
from dxlib.revisions import revisions


@dataclass(frozen=True)
class Review:
    """A quarter under review. Made by `dx.review`; every part is a frame with the columns its docstring names."""

    data: Dataset
    period: Period
    as_of: dt.date
    area: str
    tag: str | None = None
    area_changed: frozenset[str] = frozenset()  # areas without figures of their own before a merger or division

    def __repr__(self) -> str:
        counts = " + ".join(f"{count} {band}" for band, count in self.bands["count"].items() if count)
        return f"<Review {self.data.settings.name} {self.period} as of {self.as_of}: {len(self.progress)} = {counts}>"

    @cached_property
    def meeting(self) -> pd.Series | None:
        """The meeting that this review is for, a row of meetings, or None."""
        return self.data.meeting(str(self.period))

    @property
    def meeting_day(self) -> dt.date | None:
        """What is reviewed is what was known on this day: the one its meeting names, else the meeting's own; or None."""
        return _meeting_day(self.data, self.period)

    @cached_property
    def cut_off(self) -> dt.date | None:
        """The day up to which the data cover the period, where its meeting states one."""
        named = None if self.meeting is None else self.meeting["cut_off"]
        return None if named is None or pd.isna(named) else named.date()

    @cached_property
    def band_set(self) -> tuple[schema.Band, ...]:
        """The bands in force, from highest to lowest."""
        return self.data.settings.bands("" if self.meeting is None else self.meeting["bands"])

    def at(self, period: Period) -> pd.DataFrame:
        """This area's targets at any period, scored once; columns: those of `dxlib.progress.progress`."""
        scope = period, (self.area,)
        if scope not in self._scored:
            self._scored.update(self._progress([scope]))
        return self._scored[scope].copy(deep=False)

    @cached_property
    def _scored(self) -> dict[Scope, pd.DataFrame]:
        return self._progress([*((quarter, (self.area,)) for quarter in self.quarters), self._within])

    @cached_property
    def _within(self) -> Scope:
        return self.period, tuple(self._units.loc[self._units["parent"] == self.area, "area"])

    @property
    def quarters(self) -> list[Period]:
        """The quarters from last year's first to this one: what a review compares."""
        first = Period(self.period.year - 1, 1)
        return [first.shift(n) for n in range(4 + self.period.quarter)]

    def _progress(self, scopes: list[Scope]) -> dict[Scope, pd.DataFrame]:
        """`progress` of each scope with the bands that were in force then; scopes of one band set in one pass."""
        found, sets = {}, {}
        for scope in scopes:
            meeting = self.data.meeting(str(scope[0]))
            sets.setdefault("" if meeting is None else meeting["bands"], []).append(scope)
        for band_set, some in sets.items():
            found |= progress_of_each(self.data, some, band_set, self.tag)
        return found

    @cached_property
    def progress(self) -> pd.DataFrame:
        """One row per target. Columns: those of `dxlib.progress.progress`, `last_year_value` (same period last year)
        and `worse` (bool: changed against the better direction since the quarter before, or since the same quarter of
        last year in a first quarter). Percents are of the year's plan in force."""
        moved, versus = self.movement, "last_year" if self.period.quarter == 1 else "previous"
        last_year_value = moved["from_value"][moved["versus"] == "last_year"].to_numpy()
        worse = moved["worse"][moved["versus"] == versus].to_numpy()
        return self.at(self.period).assign(last_year_value=last_year_value, worse=worse)

    @cached_property
    def by_indicator(self) -> dict[str, SimpleNamespace]:
        """The rows of `progress` by indicator, their columns as attributes."""
        return {row.indicator: row for row in each(self.progress)}

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Index: every band in force, `not_met` (a verdict without percent), `not_assessed`; `count`, and
        `last_year` (same period, against last year's plan; missing where nothing is known). They sum to the number of
        loaded targets."""
        ids = [band.id for band in self.band_set] + ["not_met", "not_assessed"]
        counted = self.progress["band"].astype("object").value_counts().reindex(ids, fill_value=0)
        earlier = self.at(self.period.same_last_year)
        known = (earlier["band"] != "not_assessed").any() if len(earlier) else False
        before = earlier["band"].astype("object").value_counts().reindex(ids, fill_value=0) if known else np.nan
        return pd.DataFrame({"count": counted, "last_year": before}, index=pd.Index(ids, name="band"))

    @cached_property
    def reasons(self) -> pd.Series:
        """Why targets are not assessed: count by reason; they sum to bands["not_assessed"]."""
        left_out = self.progress[self.progress["band"] == "not_assessed"]
        return left_out["reason"].value_counts()

    @cached_property
    def paces(self) -> pd.Series:
        """Count of targets by pace, every pace named; they sum to the number of loaded targets."""
        ids = self.progress["pace"].cat.categories
        return self.progress["pace"].astype("object").value_counts().reindex(ids, fill_value=0).rename("count")

    @cached_property
    def published(self) -> pd.DataFrame:
        """What the committee has printed for this period: `figure` (total, or a band), value, words, source."""
        frame = self.data["published"]
        return frame[(frame["period"] == str(self.period)) & (frame["area"] == self.area)].set_index("figure")

    @cached_property
    def reconciliation(self) -> pd.DataFrame:
        """What the committee has printed against what is loaded and scored here.

        Index: `total` and the bands. Columns: `published`, `scored`, `difference` (scored less published), `state`
        (identical; part: fewer targets are loaded than published and no band holds more than was printed; differs),
        `words`, `source`. Empty where nothing is published.
        """
        printed = self.published
        if printed.empty:
            return pd.DataFrame(columns=["published", "scored", "difference", "state", "words", "source"])
        scored = pd.concat([pd.Series({"total": len(self.progress)}), self.bands["count"]])
        frame = printed[["value", "words", "source"]].rename(columns={"value": "published"})
        frame.insert(1, "scored", scored.reindex(frame.index, fill_value=0))
        frame.insert(2, "difference", frame["scored"] - frame["published"])
        classes = frame.drop(index="total", errors="ignore")
        whole = "total" in frame.index and frame.at["total", "difference"] == 0
        within = classes["difference"] <= 0
        frame["state"] = "identical"
        frame.loc[classes.index, "state"] = np.where(
            classes["difference"] == 0, "identical", np.where(within & (not whole), "part", "differs")
        )
        if "total" in frame.index:
            total = frame.at["total", "difference"]
            frame.loc["total", "state"] = "identical" if total == 0 else "part" if total < 0 else "differs"
        return frame

    @cached_property
    def headlines(self) -> pd.DataFrame:
        """The package's headline indicators in their order: rows of `progress`."""
        frame = self.progress[self.progress["headline"].notna()]
        return frame.sort_values("headline", kind="stable", ignore_index=True)

    def then(self, versus: str) -> Period:
        """The earlier period of a comparison (VERSUS)."""
        now = self.period
        return {"previous": now.previous, "last_year": now.same_last_year, "year_start": now.last_year_end}[versus]

    @cached_property
    def movement(self) -> pd.DataFrame:
        """What moved since the quarter before, the same quarter of last year, and last year's end.

        A row per target and comparison: `indicator`, `area`, `value`, `percent`, `band`, `versus` (VERSUS), `period`
        (the earlier one), and the columns of `pacing.movement`. Bands are compared within one year's plan only.
        """
        return movement(self, self.at(self.period))

    @cached_property
    def compared(self) -> dict[str, dict[str, SimpleNamespace]]:
        """The rows of `movement` by comparison (VERSUS) and indicator, as attributes."""
        found = {versus: {} for versus in VERSUS}
        for row in each(self.movement):
            found[row.versus][row.indicator] = row
        return found

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Targets by band in the quarter before (rows) and now (columns); see `dxlib.comparison.moves`."""
        return moves(self)

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """`revisions_since` the meeting before (its known-as-of day, else the last day of the quarter before)."""
        meeting = self.data.meeting(str(self.period.previous))
        day = pd.NaT if meeting is None else meeting["known_as_of"]
        return self.revisions_since(self.period.previous.last_day if pd.isna(day) else day.date())

    def revisions_since(self, since: dt.date) -> pd.DataFrame:
        """What changed in what was known since the end of a day; columns: see `dxlib.revisions.revisions`."""
        return revisions(self, since)

    def grouped(self, ids: pd.Series) -> pd.DataFrame:
        """Counts per group: `total`, one column a band, and targets behind their pace. `ids`: group by row label."""
        rows = self.progress[["band", "pace"]].loc[ids.index]
        bands = tally(ids, rows["band"], self.bands.index)
        behind = tally(ids, rows["pace"], LATE).sum(axis=1)
        return bands.assign(behind=behind, total=bands.sum(axis=1))

    @cached_property
    def pillars(self) -> pd.DataFrame:
        """Per pillar, in the package's order (blank: not stated): one column a band, `behind`, `total`."""
        frame = self.grouped(self.progress["pillar"].astype("object"))
        order = [*self.data.settings.pillars, ""]
        return frame.reindex([name for name in order if name in frame.index])

    @cached_property
    def tags(self) -> pd.DataFrame:
        """Per tag, in the package's order: one column a band, `behind`, `total`; a target counts in each of its tags."""
        frame = self.grouped(split(self.progress["tags"]).rename("tag"))
        return frame.reindex([name for name in self.data.settings.tags if name in frame.index])

    @cached_property
    def owners(self) -> pd.DataFrame:
        """The scoreboard of agencies, most behind first; columns: see `dxlib.agenda.scoreboard`."""
        return scoreboard(self)

    def owner_name(self, owner: str, language: str) -> str:
        """An owner's short name; its id where the package does not name it, "" for none."""
        return self._short_names[language].get(owner, owner)

    @cached_property
    def _short_names(self) -> dict[str, dict[str, str]]:
        return {language: self.owner_names[f"short_{language}"].to_dict() for language in LANGUAGES}

    def area_name(self, area: str, language: str) -> str:
        """An area's latest name."""
        return self._area_names.at[area, f"name_{language}"]

    @cached_property
    def _area_names(self) -> pd.DataFrame:
        units = self.data["areas"]
        valid = units.index.isin(self._units.index)
        units = units.assign(valid=valid).sort_values("valid", kind="stable")
        return units.drop_duplicates("area", keep="last").set_index("area")

    @cached_property
    def _units(self) -> pd.DataFrame:
        """The rows of areas that are valid on the period's last day."""
        units, day = self.data["areas"], pd.Timestamp(self.period.last_day)
        return units[~(units["valid_from"] > day) & ~(units["valid_to"] < day)]

    @cached_property
    def owner_names(self) -> pd.DataFrame:
        """Every agency\'s row of owners, by its id."""
        return self.data["owners"].set_index("owner")

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Areas within this one, compared: one row per indicator x area with a value or a plan.

        Columns: those of `progress` rows, `name_vi`, `name_en` of the area as `area_vi`, `area_en`, and `rank` among
        those with a value, best first by the indicator's direction; equal values share a rank and the next is skipped.
        """
        units = self._units[self._units["parent"] == self.area]
        if units.empty:
            return pd.DataFrame(columns=["indicator", "area", "area_vi", "area_en", "value", "rank"])
        frame = self._scored[self._within]
        measured = frame["indicator"].unique()
        full = pd.MultiIndex.from_product([measured, units["area"]], names=["indicator", "area"]).to_frame(index=False)
        frame = full.merge(frame, on=["indicator", "area"], how="left")
        about = self.data["indicators"].set_index("indicator").reindex(frame["indicator"]).set_axis(frame.index)
        names = units.set_index("area")[["name_vi", "name_en"]].reindex(frame["area"]).set_axis(frame.index)
        return frame.assign(
            **about[["name_vi", "name_en", "measure", "decimals", "kind", "direction"]],
            reason=frame["reason"].fillna("not_reported"),
            area_vi=names["name_vi"],
            area_en=names["name_en"],
            rank=ranked(frame["value"], about["direction"], frame["indicator"]),
        )

    @cached_property
    def areas_by_indicator(self) -> dict[str, list[SimpleNamespace]]:
        """The rows of `areas` by indicator, their columns as attributes."""
        found: dict[str, list[SimpleNamespace]] = {}
        for row in each(self.areas):
            found.setdefault(row.indicator, []).append(row)
        return found

    @cached_property
    def parts(self) -> pd.DataFrame:
        """The figures of the areas within this one, rolled up, beside its own: columns of `areas.against_whole`, indexed
        by indicator. Empty where no area within it reports."""
        if self.areas["value"].notna().sum() == 0:
            return pd.DataFrame(columns=["parts_value", "whole_value", "difference", "missing", "state", "reason"])
        rolled = rollup(self.areas, ["indicator"])
        own = self.progress.set_index("indicator")
        return against_whole(rolled, own, own["decimals"])

    @cached_property
    def trend(self) -> pd.DataFrame:
        """Percent and band of each quarter since last year's first; see `dxlib.comparison.trend`."""
        return trend(self)

    @cached_property
    def explanations(self) -> pd.DataFrame:
        """What owners say in this period, by indicator: the latest row each, columns of explanations."""
        frame = self.data["explanations"]
        frame = frame[(frame["period"] == str(self.period)) & (frame["area"] == self.area)]
        frame = frame.sort_values("recorded_at", kind="stable").drop_duplicates("indicator", keep="last")
        return frame.set_index("indicator")

    @cached_property
    def said(self) -> dict[str, SimpleNamespace]:
        """The rows of `explanations` by indicator, their columns as attributes."""
        return {row.indicator: row for row in each(self.explanations.reset_index())}

    @cached_property
    def decide(self) -> pd.DataFrame:
        """What needs the committee, worst first; columns: see `dxlib.agenda.agenda`."""
        return agenda(self)

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """Every task assigned by this review's date, with its status: columns of `dxlib.tasks.status`."""
        items = self.data["tasks"]
        if self.tag:
            items = items[tagged(items, self.tag)]
        items = items.assign(owner=answerable(items["owner"], self.data["owners"], self.period))
        return tasks.status(items, self.data["task_reports"], "task", self.as_of, self.data.settings.due_soon_days)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Decisions of earlier meetings, carried forward until done: columns of `dxlib.tasks.status`. Those that
        were done before the last meeting are left out."""
        items = self.data["decisions"]
        items = items[items["period"] < str(self.period)]
        frame = tasks.status(
            items, self.data["decision_reports"], "decision", self.as_of, self.data.settings.due_soon_days
        )
        last = self.data.meeting(str(self.period.previous))
        since = pd.NaT if last is None else last["meeting_date"]
        closed = frame["status"].isin(tasks.GROUPS["done"]) & (frame["recorded_at"] <= since)
        return frame[~closed]

    @cached_property
    def submissions(self) -> pd.DataFrame:
        """Who owes a report for this period, and when it came; columns: see `dxlib.quality.submissions`."""
        return submissions(self)

    @cached_property
    def quality(self) -> pd.DataFrame:
        """What to know about the figures, one row per finding; columns: see `dxlib.quality.quality`."""
        return quality(self)

    def figures(self) -> pd.DataFrame:
        """Every figure of this review with what it was computed from; columns: see `dxlib.figures.figures`."""
        return figures(self)

    @cached_property
    def checksum(self) -> str:
        """A short hash of all figures: two pages with the same one show the same figures."""
        return checksum(self.figures())


def make_review(
    data: Dataset | str | Path,
    period: str | Period,
    as_of: str | dt.date | None = None,
    area: str | None = None,
    tag: str | None = None,
) -> Review:
    """Review one period of a data package, as it was known at a date.

    Parameters
    ----------
    data
        A Dataset, or the folder of one.
    period
        The quarter that closes the year to date, in any accepted spelling: 2024-Q1, Quý I/2024.
    as_of
        What was known at the end of this day (a date or YYYY-MM-DD); default: the day named by the period's meeting
        (known as of, else its date), else today.
    area, tag
        Another area than the package's own; only indicators and tasks that carry a tag.

    Returns a Review. Raises DxError for a period without data, an unknown area or tag, a date that cannot be read.

    >>> import dxlib as dx
    >>> dx.review("data/lao-cai", "2024-Q1").bands["count"].to_dict()["met"]
    5
    """
    data = data if isinstance(data, Dataset) else load(data)
    settings = data.settings
    try:
        when = Period.parse(period)
    except UnknownPeriod:
        raise DxError("period", found=str(period)) from None
    area = area or settings.area
    codes = data["areas"]["area"].unique()
    if area not in codes:
        raise DxError("area", package=settings.name, found=area, known=", ".join(codes))
    if tag and tag not in settings.tags:
        raise DxError("tag", package=settings.name, found=tag, known=", ".join(settings.tags) or "-")
    day = _day(as_of) or _meeting_day(data, when) or dt.date.today()
    known = data.known(day)
    seen = known["observations"]
    if not ((seen["period"] == str(when)) & (seen["area"] == area)).any():
        periods = ", ".join(sorted(seen.loc[seen["area"] == area, "period"].unique())) or "-"
        raise DxError("no_data", package=settings.name, period=str(when), as_of=day.isoformat(), known=periods)
    units, changes = known["areas"], known["area_changes"]
    changed: list[str] = []
    if len(changes) or units["area"].duplicated().any():
        carried, changed = carry(known.current, known["indicators"], units, changes, when)
        known = known.with_observations(carried)
    return Review(known, when, day, area, tag or None, frozenset(changed))


def _meeting_day(data: Dataset, period: Period) -> dt.date | None:
    meeting = data.meeting(str(period))
    named = [] if meeting is None else [meeting["known_as_of"], meeting["meeting_date"]]
    return next((day.date() for day in named if not pd.isna(day)), None)


def _day(given: str | dt.date | None) -> dt.date | None:
    if given is None or given == "":
        return None
    try:
        return given if isinstance(given, dt.date) else dt.date.fromisoformat(str(given).strip())
    except ValueError:
        raise DxError("as_of", found=str(given)) from None
