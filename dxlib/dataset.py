"""A data folder as one validated, immutable object, and what of it was known at a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from dxlib import journal, reading
from dxlib import settings as _settings
from dxlib.folders import digest, find
from dxlib.messages import DxError
from dxlib.settings import Settings

# The day from which a row of each table is known.
KNOWN_FROM = {
    "meetings": "recorded_at",
    "observations": "recorded_at",
    "targets": "decided_on",
    "explanations": "recorded_at",
    "tasks": "assigned_on",
    "task_reports": "recorded_at",
    "decisions": "decided_on",
    "decision_reports": "recorded_at",
    "submissions": "received_on",
    "published": "published_on",
}
# A final figure (also a break, a "no cases", a figure put under check) gives way only to another of these;
# a provisional or estimated one to any later row.
SETTLED = ("A", "B", "M", "V")
_TURNS = 5  # at reading a package that is being changed


@dataclass(frozen=True)
class Dataset:
    """One committee's data: its settings and its tables, checked. Made by `load`.

    `data["targets"]` is a table (docs/data-dictionary.md names them); every access gives a fresh copy-on-write view, so
    nothing done to a frame reaches the Dataset.
    """

    folder: Path
    settings: Settings
    _frames: MappingProxyType

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self._frames[table].copy(deep=False)

    @property
    def tables(self) -> list[str]:
        """Names of the tables that have rows."""
        return [name for name, frame in self._frames.items() if len(frame)]

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {len(frame)}" for name, frame in self._frames.items() if len(frame))
        return f"<Dataset {self.settings.name}: {counts}>"

    def with_observations(self, frame: pd.DataFrame) -> Dataset:
        """The same package with other observations (columns of the table)."""
        columns = list(self._frames["observations"].columns)
        return replace(self, _frames=MappingProxyType({**self._frames, "observations": frame[columns]}))

    def known(self, as_of: dt.date) -> Dataset:
        """The same package as it stood at the end of a day. A row with a blank date has always been known."""
        kept = {}
        for name, frame in self._frames.items():
            if column := KNOWN_FROM.get(name):
                frame = frame[~(frame[column].to_numpy() > np.datetime64(as_of))]
            kept[name] = frame
        return replace(self, _frames=MappingProxyType(kept))

    @cached_property
    def hashes(self) -> dict[str, str]:
        """sha256 of each table's file, for those that the folder has."""
        paths = {name: self.folder / f"{name}.csv" for name in self._frames}
        return {name: digest(path) for name, path in paths.items() if path.is_file()}

    @cached_property
    def periods(self) -> list[str]:
        """The periods that have observations, first to last."""
        return sorted(self._frames["observations"]["period"].unique())

    @property
    def current(self) -> pd.DataFrame:
        """Observations in force: one row per indicator, area and period.

        Columns: those of observations, `reported` (the row's own value, or what its cases give; the quarter's, not
        the year's to date) and `value_before` (the `reported` that the row in force replaced, where they differ).
        """
        return self._current.copy(deep=False)

    @cached_property
    def _current(self) -> pd.DataFrame:
        frame = self["observations"].sort_values("recorded_at", kind="stable")
        indicators = self._frames["indicators"]
        percent = frame["indicator"].isin(indicators["indicator"][indicators["measure"] == "percent"])
        share = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
        reported = frame["value"].fillna(share.where(~percent, 100 * share))
        settled = frame["status"].isin(SETTLED).astype("int8")
        series = frame.groupby(["indicator", "area", "period"], sort=False).ngroup()
        held = settled >= settled.groupby(series).cummax()
        before = reported[held].groupby(series[held]).shift()
        frame = frame.assign(reported=reported, value_before=before.where(before != reported[held]))
        return frame[held & ~series.where(held).duplicated(keep="last")].sort_index()

    def targets(self, year: int, area: str | None = None) -> pd.DataFrame:
        """The plan in force for a year: one row per indicator and area, the latest decision; withdrawn ones left out.

        Adds `revised` (bool): an earlier decision of the year gave another value.
        """
        if year not in self._plans:
            self._plans[year] = self._plan(year)
        frame = self._plans[year]
        return frame.copy(deep=False) if area is None else frame[frame["area"] == area]

    @cached_property
    def _plans(self) -> dict[int, pd.DataFrame]:
        return {}

    def _plan(self, year: int) -> pd.DataFrame:
        frame = self["targets"]
        frame = frame[frame["year"] == year].sort_values("decided_on", kind="stable", na_position="first")
        key = ["indicator", "area"]
        values = frame.groupby(key, sort=False)["value"]
        frame = frame.assign(revised=values.transform("max") > values.transform("min"))
        frame = frame.drop_duplicates(key, keep="last")
        return frame[frame["state"] != "withdrawn"].sort_index()

    def meeting(self, period: str) -> pd.Series | None:
        """The meeting that reviews a period, as last recorded, or None."""
        return self._meetings.get(period)

    @cached_property
    def _meetings(self) -> dict[str, pd.Series]:
        frame = self._frames["meetings"].sort_values("recorded_at", kind="stable", na_position="first")
        return {row["period"]: row for _, row in frame.iterrows()}


def load(folder: str | Path) -> Dataset:
    """Read and check a data package.

    Parameters: `folder`, with datapackage.json and one CSV a table (docs/data-dictionary.md).
    Returns a Dataset. Raises DataError (a DxError) with every mistake found, each with file, row, column, what was
    found and what was expected; DxError where the folder is no data package.

    >>> import dxlib as dx
    >>> dx.load("data/lao-cai").settings.place["vi"]
    'Tỉnh Lào Cai'
    """
    path = find(folder)
    settings = _settings.read(path)
    for _ in range(_TURNS):
        stamp = journal.stamp(path)
        try:
            return Dataset(path, settings, MappingProxyType(_whole(path, settings, stamp)))
        except _Changed:
            path = find(folder)
    return Dataset(path, settings, MappingProxyType(reading.read(path, settings)))


class _Changed(Exception):
    """An intake replaced tables while they were being read: old and new may be mixed."""


def _whole(path: Path, settings: Settings, stamp: tuple) -> dict[str, pd.DataFrame]:
    try:
        tables = reading.read(path, settings)
    except DxError:
        if journal.stamp(path) != stamp:
            raise _Changed from None
        raise
    if journal.stamp(path) != stamp:
        raise _Changed
    return tables
