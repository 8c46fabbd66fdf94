"""What each sender owes for a period, and who has sent it: indicators with plan and earlier value, tasks, decisions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from dxlib.actuals import actuals, is_due
from dxlib.dataset import Dataset
from dxlib.messages import DxError
from dxlib.pacing import plan_to_date
from dxlib.period import Period
from dxlib.progress import PLAN, answerable, broken

_KEY = ["indicator", "area"]


@dataclass(frozen=True)
class Sender:
    """Who answers for a report: an agency (`owner`) or an area; the other is ""."""

    owner: str
    area: str
    name: dict[str, str]
    due_on: dt.date | None = None

    @property
    def id(self) -> str:
        return self.owner or self.area


def sender(data: Dataset, period: Period, wanted: str) -> Sender:
    """The agency or area with an id; DxError, with those that owe a report, where there is none."""
    owners, areas = data["owners"].set_index("owner"), named_areas(data, period)
    due = data["expected"]
    due = due[due["period"] == str(period)]
    if wanted in owners.index:
        name = {code: owners.at[wanted, f"name_{code}"] for code in ("vi", "en")}
        days = due.loc[due["owner"] == wanted, "due_on"]
        return Sender(wanted, "", name, days.iloc[0].date() if len(days) else None)
    if wanted in areas.index:
        name = {code: areas.at[wanted, f"name_{code}"] for code in ("vi", "en")}
        days = due.loc[due["area"] == wanted, "due_on"]
        return Sender("", wanted, name, days.iloc[0].date() if len(days) else None)
    known = ", ".join([*owners.index, *(area for area in areas.index if area != data.settings.area)])
    raise DxError("sender", package=data.settings.name, found=wanted, known=known or "-")


def senders(data: Dataset, period: Period) -> list[Sender]:
    """Everyone who owes a report for the period, in the package's order; where it has no list of them, every agency
    that answers for an indicator; where it names none, the package's own area."""
    due = data["expected"]
    due = due[due["period"] == str(period)]
    ids = list(due["owner"].where(due["owner"] != "", due["area"]))
    if not ids:
        owners = answerable(data["indicators"]["owner"], data["owners"], period)
        ids = [owner for owner in dict.fromkeys(owners) if owner] or [data.settings.area]
    return [sender(data, period, name) for name in ids]


def named_areas(data: Dataset, period: Period) -> pd.DataFrame:
    """The areas valid on the period's last day, by code: a code alone does not say which area is meant."""
    units, day = data["areas"], pd.Timestamp(period.last_day)
    valid = ~(units["valid_from"] > day) & ~(units["valid_to"] < day)
    return units[valid].drop_duplicates("area", keep="last").set_index("area")


def indicators(data: Dataset, period: Period, whom: Sender | None = None) -> pd.DataFrame:
    """Indicators due from a sender (None: from all) at a period, in the package's order: one row per indicator and area.

    Columns: those of indicators, `area`, the plan in force (PLAN) and `plan_to_date`; `previous` and `previous_period`
    (the last quarter's value as reported); `compare` (the year to date that a fall is judged against: the quarter
    before, in a first quarter the same of last year); `sum_value`, `sum_numerator`, `sum_denominator` (of the year's
    earlier quarters).
    """
    plan = data.targets(period.year).rename(columns={"value": "target"})
    seen = data.current
    recent = seen[seen["period"].isin([str(period.shift(-n)) for n in range(1, 5)])]
    pairs = pd.concat([plan[_KEY], recent[_KEY]]).drop_duplicates()
    own = data["indicators"]
    own = own.assign(order=range(len(own)), owner=answerable(own["owner"], data["owners"], period))
    own_pairs = own[["indicator"]].assign(area=data.settings.area)
    pairs = pd.concat([pairs, own_pairs]).drop_duplicates()
    rows = own.merge(pairs, on="indicator")
    if whom is not None:
        mine = rows["area"] == (whom.area or data.settings.area)
        rows = rows[mine & ((rows["owner"] == whom.owner) if whom.owner else True)]
    rows = rows[is_due(rows, period)].sort_values(["order", "area"], ignore_index=True).drop(columns="order")
    rows = rows.merge(plan[[*_KEY, *PLAN]], on=_KEY, how="left")
    if rows.empty:
        return rows.assign(**dict.fromkeys(_ADDED))
    ended = actuals(rows, seen, period.last_year_end)
    held = rows.assign(last_year_end=ended["value"], broken=broken(data, rows, period.last_year_end, period))
    rows["plan_to_date"] = plan_to_date(held, period.quarter)["plan_to_date"]
    then = period.previous if period.quarter > 1 else period.same_last_year
    rows["compare"] = actuals(rows, seen, then)["value"]
    last = seen[seen["period"] == str(period.previous)]
    last = last.rename(columns={"reported": "previous", "stated_band": "previous_band"})
    rows = rows.merge(last[[*_KEY, "previous", "previous_band"]], on=_KEY, how="left")
    rows["previous_band"] = rows["previous_band"].fillna("")
    earlier = seen[seen["period"].isin(period.to_date[:-1])]
    sums = earlier.groupby(_KEY)[["value", "numerator", "denominator"]].sum().add_prefix("sum_").reset_index()
    rows = rows.merge(sums, on=_KEY, how="left")
    for name in ("sum_value", "sum_numerator", "sum_denominator"):
        rows[name] = rows[name].fillna(0.0)
    return rows


_ADDED = (
    "plan_to_date",
    "compare",
    "previous",
    "previous_band",
    "sum_value",
    "sum_numerator",
    "sum_denominator",
)


def work(data: Dataset, period: Period, whom: Sender, table: str) -> pd.DataFrame:
    """A sender's tasks or decisions (`table`) that are not done yet, with the last report of each (`state`, `result`)."""
    key = {"tasks": "task", "decisions": "decision"}[table]
    items = data[table]
    if table == "decisions":
        items = items[items["period"] < str(period)]
    items = items[(answerable(items["owner"], data["owners"], period) == whom.owner) & (whom.owner != "")]
    reports = data[f"{key}_reports"].sort_values("recorded_at", kind="stable").drop_duplicates(key, keep="last")
    frame = items.merge(reports[[key, "state", "result", "recorded_at"]], on=key, how="left")
    frame["state"], frame["result"] = frame["state"].fillna("not_started"), frame["result"].fillna("")
    closed = frame["state"].isin(["done", "stopped"]) & (frame["recorded_at"] <= pd.Timestamp(period.previous.last_day))
    return frame[~closed].reset_index(drop=True)


def standing(data: Dataset, period: Period, as_of: dt.date) -> pd.DataFrame:
    """Who owes a report for the period and how that stands on a day, in the package's order.

    Columns: `owner`, `area`, `name_vi`, `name_en`, `contact`, `due_on`, `received_on`, `number`, `days_late`, `state`
    (sent, late, returned, missing; due: not sent, and its day has not passed).
    """
    key = ["period", "owner", "area"]
    due = data["expected"]
    due = due[due["period"] == str(period)].reset_index(drop=True)
    came = data["submissions"]
    came = came[came["received_on"] <= pd.Timestamp(as_of)].sort_values("received_on", kind="stable")
    good = came[came["state"] != "returned"].drop_duplicates(key)
    frame = due.merge(good[[*key, "received_on", "number"]], on=key, how="left")
    sent_back = came[came["state"] == "returned"].drop_duplicates(key, keep="last")[key].assign(back=True)
    frame = frame.merge(sent_back, on=key, how="left")
    days = (frame["received_on"].fillna(pd.Timestamp(as_of)) - frame["due_on"]).dt.days
    frame["days_late"] = days.where(days > 0)
    frame["state"] = "sent"
    frame.loc[days > 0, "state"] = "late"
    none = frame["received_on"].isna()
    frame.loc[none, "state"] = "due"
    frame.loc[none & (days > 0), "state"] = "missing"
    frame.loc[none & frame["back"].eq(True), "state"] = "returned"
    owners, areas = data["owners"].set_index("owner"), named_areas(data, period)
    for code in ("vi", "en"):
        by_owner = frame["owner"].map(owners[f"name_{code}"])
        frame[f"name_{code}"] = by_owner.fillna(frame["area"].map(areas[f"name_{code}"])).fillna(frame["area"])
    frame["contact"] = frame["owner"].map(owners["contact"]).fillna("")
    return frame.drop(columns=["back", "period"])
