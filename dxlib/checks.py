"""Content rules: what new rows say beside what the package knows, and beside each other. Frames in, one frame of findings out.

The second stage of checks, after structure (readable, columns, codes, grammar, range). Each rule has an id, a level and a
sentence (locales, group `finding`). An `error` keeps a row out; a `warning` is told and the row taken; a `note` informs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dxlib.actuals import actuals, is_due
from dxlib.areas import against_whole, rollup
from dxlib.dataset import SETTLED, Dataset
from dxlib.numbers import format_number, tidy
from dxlib.pacing import LATE
from dxlib.period import Period
from dxlib.progress import answerable, broken, progress

LEVELS = {
    "duplicate": "error",
    "repeated": "warning",
    "clash": "error",
    "same_elsewhere": "note",
    "unchanged": "note",
    "revised": "note",
    "final_stands": "warning",
    "fall": "warning",
    "jump": "warning",
    "plan_differs": "warning",
    "not_owner": "warning",
    "other_area": "error",
    "not_due": "note",
    "parts_differ": "warning",
}
# And `unexplained_cause`, `_remedy`, `_committed`, `_proposal`, `_estimate`: errors on the form, which asks for them, else warnings.
LEFT_OUT = ("repeated", "same_elsewhere", "unchanged")  # what is there already is not added again
JUMP_TIMES, JUMP_POINTS = 3.0, 30.0
EXPLAINED = ("cause", "remedy", "committed", "proposal", "full_year_estimate")
_KEY, _ROW = ["indicator", "area"], ["indicator", "area", "period"]
_SAID = ["value", "numerator", "denominator", "stated_band", "status", "qualifier"]
_COLUMNS = ["label", "rule", "level", "column", "found", "fields"]


def check(data: Dataset, rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """What the content rules find in new rows of observations.

    Parameters: `data`, all that is known; `rows`, each with a unique label: _ROW, the columns of _SAID, `plan` (as the
    sender wrote it, missing: not), EXPLAINED (a text None where the file has no such column), `file`, `form` (bool), `sender`; `day` of the intake.
    Returns one row per finding: `label` (of the row), `rule`, `level`, `column` (where it shows), `found`, `fields`
    (names and texts that fill its sentence in).
    """
    if rows.empty:
        return pd.DataFrame(columns=_COLUMNS)
    rows = rows.assign(said=_said(data, rows))
    found = [_twice(rows), _before(data, rows), _plans(data, rows)]
    for period, group in rows.groupby("period", sort=False):
        when = Period.parse(period)
        after = joined(data, group.drop_duplicates(_ROW), day)
        found += [_senders(data, group, when), _moves(data, group, when), _explained(data, after, group, when)]
        found.append(_parts(after, group, when))
    frame = pd.concat([part for part in found if len(part)] or [pd.DataFrame(columns=_COLUMNS)], ignore_index=True)
    order = {label: n for n, label in enumerate(rows.index)}
    return frame.iloc[frame["label"].map(order).argsort(kind="stable")].reset_index(drop=True)


def _said(data: Dataset, rows: pd.DataFrame) -> pd.Series:
    """The figure of each row by itself: its value, or what its cases give."""
    measure = rows["indicator"].map(data["indicators"].set_index("indicator")["measure"])
    share = rows["numerator"] / rows["denominator"].where(rows["denominator"] > 0)
    return rows["value"].fillna(share.where(measure != "percent", 100 * share))


def _findings(rows: pd.DataFrame, rule: str, column: str, found: pd.Series, level: str = "", **fields) -> pd.DataFrame:
    """The same finding about each of the rows; a field is a Series (numbers are printed) or one text."""
    if rows.empty:
        return pd.DataFrame(columns=_COLUMNS)
    texts = {name: _texts(text, rows) if isinstance(text, pd.Series) else text for name, text in fields.items()}
    filled = [
        tuple((name, str(text.at[label] if isinstance(text, pd.Series) else text)) for name, text in texts.items())
        for label in rows.index
    ]
    about = {"label": rows.index, "rule": rule, "level": level or LEVELS[rule], "column": column}
    return pd.DataFrame({**about, "found": _texts(found, rows).to_numpy(), "fields": filled}, columns=_COLUMNS)


def _texts(values: pd.Series, rows: pd.DataFrame) -> pd.Series:
    picked = values.reindex(rows.index)
    return shown(picked) if picked.dtype == "float64" else picked


def shown(values: pd.Series) -> pd.Series:
    """Numbers as their shortest decimals, as Vietnamese print them (senders read this); "-" for none."""
    return values.map(_printed).astype("object")


def _printed(value: float) -> str:
    if pd.isna(value):
        return "-"
    text = np.format_float_positional(value, trim="-")
    return format_number(value, len(text.partition(".")[2]), "vi")


def _twice(rows: pd.DataFrame) -> pd.DataFrame:
    """One indicator told twice: in one file, or in two of the same intake."""
    rows = rows[rows.duplicated(_ROW, keep=False)]
    if rows.empty:
        return pd.DataFrame(columns=_COLUMNS)
    rows = rows.assign(all=[str(cells) for cells in rows[_SAID].itertuples(index=False, name=None)])
    again = rows.duplicated(_ROW)
    first = rows[~again].set_index(_ROW)
    key = pd.MultiIndex.from_frame(rows.loc[again, _ROW])
    firsts = first.loc[key] if len(key) else first.iloc[:0]
    later = rows[again].assign(first_file=firsts["file"].to_numpy(), first_all=firsts["all"].to_numpy(),
                               first_said=firsts["said"].to_numpy())  # fmt: skip
    here, same = later["file"] == later["first_file"], later["all"] == later["first_all"]
    parts = []
    for rule, wanted in (("duplicate", here & ~same), ("repeated", here & same), ("clash", ~here & ~same), ("same_elsewhere", ~here & same)):  # fmt: skip
        picked = later[wanted]
        fields = {"other": picked["first_file"]} if rule in ("clash", "same_elsewhere") else {}
        if not rule.startswith(("repeated", "same")):
            fields["first"] = picked["first_said"]
        parts.append(_findings(picked, rule, "value", picked["said"], **fields))
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _before(data: Dataset, rows: pd.DataFrame) -> pd.DataFrame:
    """What the package says of the same indicator, area and period already."""
    now = data.current[[*_ROW, *_SAID, "reported"]].rename(columns={name: f"old_{name}" for name in _SAID})
    held = rows[_ROW].merge(now, on=_ROW, how="left").set_index(rows.index)
    there = held["old_status"].notna()
    same = there.copy()
    for name in _SAID:
        old, new = held[f"old_{name}"], rows[name]
        gone = new.isna() & (name in ("numerator", "denominator")) & rows["value"].notna()  # a file without its cases
        same &= (old == new) | (old.isna() & new.isna()) | gone
    parts = [_findings(rows[same], "unchanged", "value", rows["said"])]
    changed = there & ~same
    weak = changed & held["old_status"].isin(SETTLED) & ~rows["status"].isin(SETTLED)
    before = held["reported"]
    parts.append(_findings(rows[weak], "final_stands", "status", rows["said"], before=before))
    parts.append(_findings(rows[changed & ~weak], "revised", "value", rows["said"], before=before))
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _plans(data: Dataset, rows: pd.DataFrame) -> pd.DataFrame:
    """The plan as the sender wrote it, against the one in force."""
    if rows["plan"].isna().all():
        return pd.DataFrame(columns=_COLUMNS)
    year = rows["period"].str[:4].astype(int)
    force = pd.concat([data.targets(int(one)).assign(year=int(one)) for one in year.unique()])
    force = force[[*_KEY, "year", "value", "upper"]].rename(columns={"value": "target"})
    held = rows[_KEY].assign(year=year).merge(force, on=[*_KEY, "year"], how="left").set_index(rows.index)
    given = rows["plan"].notna()
    differs = given & held["target"].notna() & (rows["plan"] != held["target"]) & ~(rows["plan"] == held["upper"])
    return _findings(rows[differs], "plan_differs", "plan", rows["plan"], known=held["target"])


def _senders(data: Dataset, rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Who answers for a figure, and whether it is due."""
    about = data["indicators"].set_index("indicator")
    codes = set(data["areas"]["area"])
    owner = answerable(about["owner"], data["owners"], period)
    mine, partners = rows["indicator"].map(owner), rows["indicator"].map(about["co_owner"])
    by_area = rows["sender"].isin(codes)
    other_area = by_area & (rows["area"] != rows["sender"])
    shared = pd.Series([s in c.split(";") for s, c in zip(rows["sender"], partners)], rows.index, dtype=bool)
    other = ~by_area & (rows["sender"] != "") & (mine != "") & (mine != rows["sender"]) & ~shared
    names = data["owners"].set_index("owner")["short_vi"]
    due = is_due(rows.assign(frequency=rows["indicator"].map(about["frequency"]), valid_from=rows["indicator"].map(about["valid_from"])), period)  # fmt: skip
    parts = [
        _findings(rows[other_area], "other_area", "area", rows["area"], sender=rows["sender"]),
        _findings(rows[other], "not_owner", "name", rows["indicator"], owner=mine.map(names).fillna(mine)),
        _findings(rows[~due], "not_due", "value", rows["said"]),
    ]
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _moves(data: Dataset, rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Year-to-date values that fall, and jumps against the last period (in a first quarter, a running count against the
    first quarter of last year)."""
    about = data["indicators"].set_index("indicator")
    kind, measure = rows["indicator"].map(about["kind"]), rows["indicator"].map(about["measure"])
    running = kind == "year_to_date"
    now = data.current[[*_ROW, "reported"]]

    def at(when: Period) -> pd.Series:
        past = now[now["period"] == str(when)]
        return rows[_KEY].merge(past, on=_KEY, how="left").set_index(rows.index)["reported"]

    last = at(period.previous)
    fell = running & (period.quarter > 1) & (rows["said"] < last)
    base = last.where(~running | (period.quarter > 1), at(period.same_last_year))
    pace = pd.Series(1.0, rows.index)
    if period.quarter > 1:  # a running count is compared by its average quarter
        pace = pace.where(~running, period.quarter / (period.quarter - 1))
    settings = data.settings.intake
    times, points = settings.get("jump_times", JUMP_TIMES), settings.get("jump_points", JUMP_POINTS)
    percent = measure == "percent"
    ratio = rows["said"] / (base * pace).where(base > 0)
    counted = ~percent & kind.isin(["stock", "year_to_date", "period_count", "rate"])
    far = counted & ((ratio > times) | (ratio < 1 / times)) & ((rows["said"] - base).abs() > 1)
    far |= percent & (pd.Series(tidy(rows["said"] - base, base), rows.index).abs() > points)
    parts = [
        _findings(rows[fell], "fall", "value", rows["said"], before=last),
        _findings(rows[far & ~fell], "jump", "value", rows["said"], before=base),
    ]
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def joined(data: Dataset, rows: pd.DataFrame, day: pd.Timestamp) -> Dataset:
    """The package as it would be with the rows."""
    old = data["observations"]
    new = rows.reindex(columns=old.columns)
    new["recorded_at"] = pd.Timestamp(day).as_unit("ns")
    texts = [name for name in old.columns if old[name].dtype == "str"]
    new[texts] = new[texts].astype("object").fillna("").astype("str")
    new["reported_on"] = new["recorded_at"]
    return data.with_observations(pd.concat([old, new.astype(old.dtypes)], ignore_index=True))


def _explained(data: Dataset, after: Dataset, rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """A value behind its pace or falling needs cause, remedy, committed date, proposal and full-year estimate."""
    frame = progress(after, period, list(rows["area"].unique()))
    then = period.previous if period.quarter > 1 else period.same_last_year
    before = actuals(frame, data.current, then)["value"]
    change = pd.Series(tidy(frame["value"] - before, frame["value"], before), frame.index)
    change = change.where(~broken(after, frame, then, period))
    worse = ((frame["direction"] == "higher") & (change < 0)) | ((frame["direction"] == "lower") & (change > 0))
    late = frame["pace"].isin(LATE) & (frame["verdict"] != "met")
    standing = frame[_KEY].assign(late=late, worse=worse, kind=frame["kind"])
    held = rows[_KEY].merge(standing, on=_KEY, how="left").set_index(rows.index)
    asked = (held["late"].eq(True) | held["worse"].eq(True)) & (rows["said"].notna() | (rows["stated_band"] != ""))
    parts = []
    for name in EXPLAINED:
        numeric = name == "full_year_estimate"
        blank = rows[name].isna() if numeric else rows[name].fillna("").str.strip() == ""
        lacks = asked & blank & ~(held["kind"].isin(["milestone", "qualitative"]) & numeric)
        column = "estimate" if numeric else name
        for form in (True, False):
            picked = rows[lacks & (rows["form"] == form)]
            level = "error" if form else "warning"
            parts.append(_findings(picked, f"unexplained_{column}", column, rows["said"], level))
    return pd.concat([part for part in parts if len(part)] or parts[:1])


def _parts(data: Dataset, rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Areas summed against the whole's own figure, for the indicators of the rows, where no area is missing; `data` has
    the rows."""
    units, last = data["areas"], pd.Timestamp(period.last_day)
    within = units[(units["parent"] == data.settings.area) & ~(units["valid_from"] > last) & ~(units["valid_to"] < last)]
    now = data.current
    now = now[(now["period"] == str(period)) & now["indicator"].isin(rows["indicator"])]
    areas = now[now["area"].isin(within["area"])]
    if areas.empty:
        return pd.DataFrame(columns=_COLUMNS)
    about = data["indicators"].set_index("indicator")
    full = pd.MultiIndex.from_product([areas["indicator"].unique(), within["area"]], names=_KEY).to_frame(index=False)
    full = full.merge(areas, on=_KEY, how="left")
    full = full.assign(value=full["reported"], kind=full["indicator"].map(about["kind"]), measure=full["indicator"].map(about["measure"]))
    whole = now[now["area"] == data.settings.area].set_index("indicator")
    compared = against_whole(rollup(full, ["indicator"]), whole.assign(value=whole["reported"]), about["decimals"])
    wrong = compared[compared["state"] == "differs"]
    told = rows[rows["indicator"].isin(wrong.index)].drop_duplicates("indicator", keep="last")
    parts = told["indicator"].map(wrong["parts_value"]).round(6)
    whole_said = told["indicator"].map(wrong["whole_value"]).round(6)
    return _findings(told, "parts_differ", "value", told["said"], parts=parts, whole=whole_said)
