"""One data package, one period, as known at one date: everything a page may show, each part computed when asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dxlib import pacing, schema, tasks
from dxlib.areas import against_whole, carry, ranked, rollup
from dxlib.dataset import Dataset, load
from dxlib.figures import checksum, figures
from dxlib.messages import DxError
from dxlib.names import sort_key
from dxlib.period import Period, UnknownPeriod
from dxlib.progress import answerable, broken, progress, tagged
from dxlib.reading import split

_GROUP_OF = {status: group for group, statuses in tasks.GROUPS.items() for status in statuses}
VERSUS = ("previous", "last_year", "year_start")


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

    @cached_property
    def cut_off(self) -> dt.date | None:
        """The day up to which the data cover the period, where its meeting states one."""
        named = None if self.meeting is None else self.meeting["cut_off"]
        return None if named is None or pd.isna(named) else named.date()

    @cached_property
    def band_set(self) -> tuple[schema.Band, ...]:
        """The bands in force, from highest to lowest."""
        return self.data.settings.bands("" if self.meeting is None else self.meeting["bands"])

    def _at(self, period: Period, areas: list[str] | None = None) -> pd.DataFrame:
        meeting = self.data.meeting(str(period))
        bands = "" if meeting is None else meeting["bands"]
        return progress(self.data, period, areas or [self.area], bands, self.tag)

    @cached_property
    def progress(self) -> pd.DataFrame:
        """One row per target. Columns: those of `dxlib.progress.progress`, `last_year_value` (same period last year)
        and `worse` (bool: changed against the better direction since the quarter before, or since the same quarter of
        last year in a first quarter). Percents are of the year's plan in force."""
        frame = self._at(self.period)
        before = self._earlier(frame, "last_year")
        moved = self.movement_of(frame)
        versus = "last_year" if self.period.quarter == 1 else "previous"
        worse = moved[moved["versus"] == versus].set_index("indicator")["worse"]
        return frame.assign(
            last_year_value=before["value"],
            worse=frame["indicator"].map(worse).fillna(False).astype(bool),
        )

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Index: every band in force, `not_met` (a verdict without percent), `not_assessed`; `count`, and
        `last_year` (same period, against last year's plan; missing where nothing is known). They sum to the number of
        loaded targets."""
        ids = [band.id for band in self.band_set] + ["not_met", "not_assessed"]
        counted = self.progress["band"].astype("object").value_counts().reindex(ids, fill_value=0)
        earlier = self._last_year_progress
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

    def _earlier(self, rows: pd.DataFrame, versus: str) -> pd.DataFrame:
        """The scored rows of an earlier period, on the index of `rows`; an absent row is not reported."""
        known = self._last_year_progress if versus == "last_year" else self._at(self._then(versus))
        key = ["indicator", "area"]
        found = rows[key].merge(known, on=key, how="left").set_index(rows.index)
        found["stated_band"] = found["stated_band"].fillna("")
        return found

    def _then(self, versus: str) -> Period:
        """The earlier period of a comparison (VERSUS)."""
        now = self.period
        return {"previous": now.previous, "last_year": now.same_last_year, "year_start": now.last_year_end}[versus]

    @cached_property
    def _last_year_progress(self) -> pd.DataFrame:
        return self._at(self.period.same_last_year)

    def movement_of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """`movement` of the given rows of progress."""
        parts = []
        for versus in VERSUS:
            then = self._then(versus)
            now = rows.assign(broken=broken(self.data, rows, then, self.period))
            within = versus == "previous" and self.period.quarter > 1
            moved = pacing.movement(now, self._earlier(rows, versus), self.band_set, within)
            counted = rows["kind"].isin(["year_to_date", "period_count"])
            if then.year < self.period.year and versus != "last_year":  # a running count starts again from zero
                moved.loc[counted, ["change", "worse"]] = [np.nan, False]
                moved.loc[counted & (moved["reason"] == ""), "reason"] = "from_zero"
            lost = rows["area"].isin(self.area_changed) & (moved["reason"] == "no_earlier")
            moved["reason"] = moved["reason"].mask(lost, "area_changed")
            parts.append(
                rows[["indicator", "area", "value", "percent", "band"]].assign(versus=versus, period=str(then)).join(moved)
            )
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def movement(self) -> pd.DataFrame:
        """What moved since the quarter before, the same quarter of last year, and last year's end.

        A row per target and comparison: `indicator`, `area`, `value`, `percent`, `band`, `versus` (VERSUS), `period`
        (the earlier one), and the columns of `pacing.movement`. Bands are compared within one year's plan only.
        """
        return self.movement_of(self.progress)

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Targets by band in the quarter before (rows) and now (columns), within one year's plan; empty in a first
        quarter. Every band in force is named; targets without a band on either side are not counted."""
        frame = self.movement[(self.movement["versus"] == "previous") & self.movement["moved"].notna()]
        ids = [band.id for band in self.band_set]
        table = pd.crosstab(frame["from_band"], frame["band"].astype("object"))
        return table.reindex(index=ids, columns=ids, fill_value=0) if len(frame) else table

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """`revisions_since` the meeting before (its known-as-of day, else the last day of the quarter before)."""
        meeting = self.data.meeting(str(self.period.previous))
        day = pd.NaT if meeting is None else meeting["known_as_of"]
        return self.revisions_since(self.period.previous.last_day if pd.isna(day) else day.date())

    def revisions_since(self, since: dt.date) -> pd.DataFrame:
        """What changed in what was known, from the end of one day to this review's date.

        One row per change in this area: `what` (revised: another value; final: provisional or estimated became final
        with the same value; target: the year's plan), `indicator`, `period`, `before`, `value`, `status_before`,
        `status`, `band_before` and `band` (of this review's period, scored with what was known then and now), `moved`
        (bool: the two differ). A figure revised and made final at once is `revised`.
        """
        then = self.data.known(since)
        key = ["indicator", "period"]
        columns = [*key, "reported", "status"]
        was, is_ = (data.current.loc[data.current["area"] == self.area, columns] for data in (then, self.data))
        both = was.merge(is_, on=key, suffixes=("_before", ""))
        revised = both["reported_before"].notna() & (both["reported_before"] != both["reported"])
        final = both["status_before"].isin(["P", "E"]) & (both["status"] == "A")
        seen = both[revised | final].assign(what=np.where(revised[revised | final], "revised", "final"))
        seen = seen.rename(columns={"reported_before": "before", "reported": "value"})
        plans = [data.targets(self.period.year, self.area)[["indicator", "value"]] for data in (then, self.data)]
        plan = plans[0].merge(plans[1], on="indicator", suffixes=("_before", ""))
        plan = plan[plan["value_before"] != plan["value"]].rename(columns={"value_before": "before"})
        plan = plan[plan["before"].notna() | plan["value"].notna()].assign(what="target", period=str(self.period.year))
        frame = pd.concat([seen, plan], ignore_index=True)
        earlier = progress(then, self.period, [self.area], "" if self.meeting is None else self.meeting["bands"], self.tag)
        bands = [rows.set_index("indicator")["band"].astype("object") for rows in (earlier, self.progress)]
        frame["band_before"], frame["band"] = (frame["indicator"].map(band) for band in bands)
        frame["band_before"] = frame["band_before"].replace("not_assessed", np.nan)  # nothing was known of it then
        frame["moved"] = frame["band_before"].notna() & (frame["band_before"] != frame["band"])
        order = ["what", *key, "before", "value", "status_before", "status", "band_before", "band", "moved"]
        return frame[frame["indicator"].isin(self.progress["indicator"])].reindex(columns=order).reset_index(drop=True)

    def _grouped(self, ids: pd.Series) -> pd.DataFrame:
        """Counts per group: `total`, one column a band, and targets behind their pace. `ids`: group by row label."""
        rows = self.progress.drop(columns=ids.name, errors="ignore").join(ids, how="inner")
        bands = pd.crosstab(rows[ids.name], rows["band"].astype("object"))
        bands = bands.reindex(columns=list(self.bands.index), fill_value=0)
        behind = rows["pace"].isin(["behind", "far_behind"]).groupby(rows[ids.name]).sum()
        return bands.assign(behind=behind).astype(int).assign(total=bands.sum(axis=1))

    @cached_property
    def pillars(self) -> pd.DataFrame:
        """Per pillar, in the package's order (blank: not stated): one column a band, `behind`, `total`."""
        frame = self._grouped(self.progress["pillar"].astype("object"))
        order = [*self.data.settings.pillars, ""]
        return frame.reindex([name for name in order if name in frame.index])

    @cached_property
    def tags(self) -> pd.DataFrame:
        """Per tag, in the package's order: one column a band, `behind`, `total`; a target counts in each of its tags."""
        frame = self._grouped(split(self.progress["tags"]).rename("tag"))
        return frame.reindex([name for name in self.data.settings.tags if name in frame.index])

    @cached_property
    def owners(self) -> pd.DataFrame:
        """The scoreboard of agencies (blank: not stated), most behind first.

        Columns: one a band, `behind`, `total`; one a pace (pace_ahead ...); `co_owned` (targets it takes part in); `unexplained` (targets
        behind without a cause given); `tasks` and, of these, `done`, `in_progress`, `overdue`, `not_started`,
        `no_deadline`, `stopped`; `report` (on_time, late, missing; "" where it owes none) and `days_late`; `revised`
        (figures revised since the meeting before). Every agency that owns a target or a task or owes a report.
        """
        frame = self._grouped(self.progress["owner"].astype("object"))
        rows = self.progress
        paces = pd.crosstab(rows["owner"].astype("object"), rows["pace"].astype("object"))
        tasks_by = pd.crosstab(self.tasks["owner"].astype("object"), self.tasks["status"].map(_GROUP_OF))
        owed = self.submissions[self.submissions["owner"] != ""].set_index("owner")
        everyone = frame.index.union(tasks_by.index[tasks_by.index != ""]).union(owed.index)
        frame = frame.reindex(everyone, fill_value=0)
        for pace in rows["pace"].cat.categories:
            frame[f"pace_{pace}"] = paces.get(pace, pd.Series(dtype="int64")).reindex(everyone, fill_value=0)
        frame["co_owned"] = split(rows["co_owner"]).value_counts().reindex(everyone, fill_value=0)
        late = rows[rows["pace"].isin(["behind", "far_behind"])]
        told = self.explanations[self.explanations["cause"] != ""].index
        silent = late[~late["indicator"].isin(told)].groupby("owner").size()
        frame["unexplained"] = silent.reindex(everyone, fill_value=0).astype(int)
        frame["tasks"] = tasks_by.sum(axis=1).reindex(everyone, fill_value=0).astype(int)
        for group in tasks.GROUPS:
            frame[group] = tasks_by.get(group, pd.Series(dtype="int64")).reindex(everyone, fill_value=0)
        frame["report"] = owed["state"].reindex(everyone).fillna("")
        frame["days_late"] = owed["days_late"].reindex(everyone)
        changed = self.revisions[self.revisions["what"] == "revised"]["indicator"]
        owner_of = rows.set_index("indicator")["owner"]
        frame["revised"] = changed.map(owner_of).value_counts().reindex(everyone, fill_value=0)
        names = frame.index.map(lambda owner: sort_key(self.owner_name(owner, "vi")))
        order = frame.assign(_name=names).sort_values(["behind", "total", "_name"], ascending=[False, False, True]).index
        return frame.loc[order]

    def owner_name(self, owner: str, language: str) -> str:
        """An owner's short name; its id where the package does not name it, "" for none."""
        owners = self._owner_names
        return owners.at[owner, f"short_{language}"] if owner in owners.index else owner

    def area_name(self, area: str, language: str) -> str:
        """An area's latest name."""
        return self._area_names.at[area, f"name_{language}"]

    @cached_property
    def _area_names(self) -> pd.DataFrame:
        units, day = self.data["areas"], pd.Timestamp(self.period.last_day)
        valid = ~(units["valid_from"] > day) & ~(units["valid_to"] < day)
        units = units.assign(valid=valid).sort_values("valid", kind="stable")
        return units.drop_duplicates("area", keep="last").set_index("area")

    @cached_property
    def _owner_names(self) -> pd.DataFrame:
        return self.data["owners"].set_index("owner")

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Areas within this one, compared: one row per indicator x area with a value or a plan.

        Columns: those of `progress` rows, `name_vi`, `name_en` of the area as `area_vi`, `area_en`, and `rank` among
        those with a value, best first by the indicator's direction; equal values share a rank and the next is skipped.
        """
        units = self.data["areas"]
        day = pd.Timestamp(self.period.last_day)
        valid = ~(units["valid_from"] > day) & ~(units["valid_to"] < day)
        units = units[valid & (units["parent"] == self.area)]
        if units.empty:
            return pd.DataFrame(columns=["indicator", "area", "area_vi", "area_en", "value", "rank"])
        frame = self._at(self.period, list(units["area"]))
        measured = frame["indicator"].unique()
        full = pd.MultiIndex.from_product([measured, units["area"]], names=["indicator", "area"]).to_frame(index=False)
        frame = full.merge(frame, on=["indicator", "area"], how="left")
        about = frame["indicator"].map(self.data["indicators"].set_index("indicator")["direction"])
        for column in ("name_vi", "name_en", "measure", "decimals", "kind"):
            frame[column] = frame["indicator"].map(self.data["indicators"].set_index("indicator")[column])
        frame["reason"] = frame["reason"].fillna("not_reported")
        frame["direction"] = about
        names = units.set_index("area")
        frame["area_vi"], frame["area_en"] = frame["area"].map(names["name_vi"]), frame["area"].map(names["name_en"])
        frame["rank"] = ranked(frame["value"], about, frame["indicator"])
        return frame

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
        """Percent and band of this review's targets in each quarter since last year's first, each against its own
        year's plan: `indicator`, `period`, `value`, `percent`, `band`, `reason` (why there is no percent)."""
        first = Period(self.period.year - 1, 1)
        quarters = [first.shift(n) for n in range(4 + self.period.quarter)]
        parts = [self._at(quarter).assign(period=str(quarter)) for quarter in quarters]
        frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
        frame = frame[frame["indicator"].isin(self.progress["indicator"])]
        return frame[["indicator", "period", "value", "percent", "band", "reason"]].reset_index(drop=True)

    @cached_property
    def explanations(self) -> pd.DataFrame:
        """What owners say in this period, by indicator: the latest row each, columns of explanations."""
        frame = self.data["explanations"]
        frame = frame[(frame["period"] == str(self.period)) & (frame["area"] == self.area)]
        frame = frame.sort_values("recorded_at", kind="stable").drop_duplicates("indicator", keep="last")
        return frame.set_index("indicator")

    @cached_property
    def decide(self) -> pd.DataFrame:
        """What needs the committee, worst first: targets behind their pace, decisions and tasks overdue, targets far
        over plan.

        `what` (target, decision, task), `why` (behind, overdue, far_over), `id`, `name_vi`, `name_en`, `owner`,
        `leader` (in charge, of the owner), `days_overdue`, `status` of a task, and for targets the columns of `progress`
        (`gap`, `needed`, `percent_to_date`, `pace` ...). Targets behind are ordered by percent of plan to date, those
        without one first; what is overdue by its days. Causes and the kind of decision proposed: `explanations`.
        """
        frame = self.progress.assign(what="target", id=self.progress["indicator"])
        late = frame[frame["pace"].isin(["behind", "far_behind"]) & (frame["verdict"] != "met")].assign(why="behind")
        late = late.sort_values("percent_to_date", kind="stable", na_position="first")
        overdue = [
            items[items["status"].isin(tasks.GROUPS["overdue"])]
            .assign(what=what, why="overdue", id=lambda rows, what=what: rows[what])
            .rename(columns={"text_vi": "name_vi", "text_en": "name_en", "status": "task_status"})
            for what, items in (("decision", self.decisions), ("task", self.tasks))
        ]
        over = frame[frame["far_over"]].assign(why="far_over").sort_values("percent", ascending=False, kind="stable")
        late_work = pd.concat(overdue).sort_values("days_overdue", ascending=False, kind="stable")
        columns = [*over.columns, "task_status", "days_overdue", "deadline", "cause", "result"]
        parts = [part.reindex(columns=columns) for part in (late, late_work, over) if len(part)]
        found = pd.concat(parts, ignore_index=True) if parts else over.reindex(columns=columns)
        return found.assign(leader=found["owner"].map(self._owner_names["leader"]).fillna(""))

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
        """Who owes a report for this period: `owner` or `area`, `due_on`, `received_on`, `number`, `state`
        (on_time, late, missing) and `days_late`."""
        key = ["period", "owner", "area"]
        due = self.data["expected"]
        due = due[due["period"] == str(self.period)]
        came = self.data["submissions"]
        came = came[came["state"] != "returned"].sort_values("received_on", kind="stable").drop_duplicates(key)
        frame = due.merge(came[[*key, "received_on", "number"]], on=key, how="left")
        days = (frame["received_on"] - frame["due_on"]).dt.days
        frame["days_late"] = days.where(days > 0)
        frame["state"] = np.select([frame["received_on"].isna(), days > 0], ["missing", "late"], default="on_time")
        return frame

    @cached_property
    def quality(self) -> pd.DataFrame:
        """What to know about the figures: one row per finding.

        Columns: `note` (estimated, provisional, broken, revised, missing, target_changed), `indicator`, `period`,
        `value`, `before` (what it was), `reason`, `reported_on`, `source`. `revised`: a figure of any period changed since the
        meeting before (its known-as-of day; the last period's last day where there is no such meeting).
        """
        frame = self.progress
        notes = [
            frame[frame["status"] == status].assign(note=note, period=str(self.period))
            for status, note in (("E", "estimated"), ("P", "provisional"), ("B", "broken"))
        ]
        notes.append(frame[frame["band"] == "not_assessed"].assign(note="missing", period=str(self.period)))
        notes.append(frame[frame["revised"]].assign(note="target_changed", period=str(self.period), reason="target_changed"))
        now = self.data.current
        before = self.data.meeting(str(self.period.previous))
        since = pd.Timestamp(self.period.previous.last_day) if before is None else before["known_as_of"]
        now = now[(now["recorded_at"] > since) & (now["area"] == self.area) & now["value_before"].notna()]
        revised = now[now["indicator"].isin(frame["indicator"])].assign(
            note="revised", value=now["reported"], before=now["value_before"], reason=""
        )
        columns = ["note", "indicator", "period", "value", "before", "reason", "reported_on", "source"]
        found = [part.reindex(columns=columns) for part in [*notes, revised] if len(part)]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)

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
