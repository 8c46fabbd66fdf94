"""Where the committee has to look: agencies by what they owe, and one list of what needs a decision, worst first."""

from __future__ import annotations

import pandas as pd

from dxlib import tasks
from dxlib.names import sort_key
from dxlib.reading import split

_GROUP_OF = {status: group for group, statuses in tasks.GROUPS.items() for status in statuses}


def scoreboard(review) -> pd.DataFrame:
    """The scoreboard of agencies (blank: not stated), most behind first.

    Columns: one a band, `behind`, `total`; one a pace (pace_ahead ...); `co_owned` (targets it takes part in); `unexplained` (targets
    behind without a cause given); `tasks` and, of these, `done`, `in_progress`, `overdue`, `not_started`,
    `no_deadline`, `stopped`; `report` (on_time, late, missing; "" where it owes none) and `days_late`; `revised`
    (figures revised since the meeting before). Every agency that owns a target or a task or owes a report.
    """
    frame = review.grouped(review.progress["owner"].astype("object"))
    rows = review.progress
    paces = pd.crosstab(rows["owner"].astype("object"), rows["pace"].astype("object"))
    tasks_by = pd.crosstab(review.tasks["owner"].astype("object"), review.tasks["status"].map(_GROUP_OF))
    owed = review.submissions[review.submissions["owner"] != ""].set_index("owner")
    everyone = frame.index.union(tasks_by.index[tasks_by.index != ""]).union(owed.index)
    frame = frame.reindex(everyone, fill_value=0)
    for pace in rows["pace"].cat.categories:
        frame[f"pace_{pace}"] = paces.get(pace, pd.Series(dtype="int64")).reindex(everyone, fill_value=0)
    frame["co_owned"] = split(rows["co_owner"]).value_counts().reindex(everyone, fill_value=0)
    late = rows[rows["pace"].isin(["behind", "far_behind"])]
    told = review.explanations[review.explanations["cause"] != ""].index
    silent = late[~late["indicator"].isin(told)].groupby("owner").size()
    frame["unexplained"] = silent.reindex(everyone, fill_value=0).astype(int)
    frame["tasks"] = tasks_by.sum(axis=1).reindex(everyone, fill_value=0).astype(int)
    for group in tasks.GROUPS:
        frame[group] = tasks_by.get(group, pd.Series(dtype="int64")).reindex(everyone, fill_value=0)
    frame["report"] = owed["state"].reindex(everyone).fillna("")
    frame["days_late"] = owed["days_late"].reindex(everyone)
    changed = review.revisions[review.revisions["what"] == "revised"]["indicator"]
    owner_of = rows.set_index("indicator")["owner"]
    frame["revised"] = changed.map(owner_of).value_counts().reindex(everyone, fill_value=0)
    names = frame.index.map(lambda owner: sort_key(review.owner_name(owner, "vi")))
    order = frame.assign(_name=names).sort_values(["behind", "total", "_name"], ascending=[False, False, True]).index
    return frame.loc[order]


def agenda(review) -> pd.DataFrame:
    """What needs the committee, worst first: targets behind their pace, decisions and tasks overdue, targets far
    over plan.

    `what` (target, decision, task), `why` (behind, overdue, far_over), `id`, `name_vi`, `name_en`, `owner`,
    `leader` (in charge, of the owner), `days_overdue`, `status` of a task, and for targets the columns of `progress`
    (`gap`, `needed`, `percent_to_date`, `pace` ...). Targets behind are ordered by percent of plan to date, those
    without one first; what is overdue by its days. Causes and the kind of decision proposed: `explanations`.
    """
    frame = review.progress.assign(what="target", id=review.progress["indicator"])
    late = frame[frame["pace"].isin(["behind", "far_behind"]) & (frame["verdict"] != "met")].assign(why="behind")
    late = late.sort_values("percent_to_date", kind="stable", na_position="first")
    overdue = [
        items[items["status"].isin(tasks.GROUPS["overdue"])]
        .assign(what=what, why="overdue", id=lambda rows, what=what: rows[what])
        .rename(columns={"text_vi": "name_vi", "text_en": "name_en", "status": "task_status"})
        for what, items in (("decision", review.decisions), ("task", review.tasks))
    ]
    over = frame[frame["far_over"]].assign(why="far_over").sort_values("percent", ascending=False, kind="stable")
    late_work = pd.concat(overdue).sort_values("days_overdue", ascending=False, kind="stable")
    columns = [*over.columns, "task_status", "days_overdue", "deadline", "cause", "result"]
    parts = [part.reindex(columns=columns) for part in (late, late_work, over) if len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else over.reindex(columns=columns)
    return found.assign(leader=found["owner"].map(review.owner_names["leader"]).fillna(""))
