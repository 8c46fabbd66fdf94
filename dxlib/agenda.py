"""Where the committee has to look: agencies by what they owe, and one list of what needs a decision, worst first."""

from __future__ import annotations

import pandas as pd

from dxlib import tasks
from dxlib.names import sort_key
from dxlib.pacing import LATE
from dxlib.progress import tally
from dxlib.reading import split

_GROUP_OF = {status: group for group, statuses in tasks.GROUPS.items() for status in statuses}


def scoreboard(review) -> pd.DataFrame:
    """The scoreboard of agencies (blank: not stated), most behind first.

    Columns: one a band, `behind`, `total`; one a pace (pace_ahead ...); `co_owned` (targets it takes part in); `unexplained` (targets
    behind without a cause given); `tasks` and, of these, `done`, `in_progress`, `overdue`, `not_started`,
    `no_deadline`, `stopped`; `revised` (figures revised since the meeting before); `report` (on_time, late, missing;
    "" where it owes none) and `days_late`. Every agency that owns a target or a task or owes a report.
    """
    rows, owner = review.progress, review.progress["owner"].astype("object")
    frame = review.grouped(owner)
    work = tally(review.tasks["owner"].astype("object"), review.tasks["status"].map(_GROUP_OF), tasks.GROUPS)
    owed = review.submissions[review.submissions["owner"] != ""].set_index("owner")
    everyone = frame.index.union(work.index[work.index != ""]).union(owed.index)
    told = review.explanations.index[review.explanations["cause"] != ""]
    silent = rows["pace"].isin(LATE) & ~rows["indicator"].isin(told)
    revised = review.revisions["indicator"][review.revisions["what"] == "revised"]
    counts = [
        frame,
        tally(owner, rows["pace"], rows["pace"].cat.categories).add_prefix("pace_"),
        split(rows["co_owner"]).value_counts().rename("co_owned"),
        silent.groupby(owner).sum().rename("unexplained"),
        work.sum(axis=1).rename("tasks"),
        work,
        revised.map(dict(zip(rows["indicator"].tolist(), owner))).value_counts().rename("revised"),
    ]
    frame = pd.concat([part.reindex(everyone, fill_value=0) for part in counts], axis=1)
    owed = owed[["state", "days_late"]].reindex(everyone)
    frame = frame.assign(report=owed["state"].fillna(""), days_late=owed["days_late"])
    names = [sort_key(review.owner_name(owner, "vi")) for owner in everyone]
    worst = list(zip((-frame["behind"]).tolist(), (-frame["total"]).tolist(), names))
    return frame.iloc[sorted(range(len(frame)), key=worst.__getitem__)]


def agenda(review) -> pd.DataFrame:
    """What needs the committee, worst first: targets behind their pace, decisions and tasks overdue, targets far
    over plan.

    `what` (target, decision, task), `why` (behind, overdue, far_over), `id`, `name_vi`, `name_en`, `owner`,
    `leader` (in charge, of the owner), `days_overdue`, `status` of a task, and for targets the columns of `progress`
    (`gap`, `needed`, `percent_to_date`, `pace` ...). Targets behind are ordered by percent of plan to date, those
    without one first; what is overdue by its days. Causes and the kind of decision proposed: `explanations`.
    """
    frame = review.progress.assign(what="target", id=review.progress["indicator"])
    late = frame[frame["pace"].isin(LATE) & (frame["verdict"] != "met")].assign(why="behind")
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
    parts = [part for part in (late, late_work, over) if len(part)] or [over]
    found = pd.concat(parts, ignore_index=True).reindex(columns=columns)
    return found.assign(leader=found["owner"].map(review.owner_names["leader"]).fillna(""))
