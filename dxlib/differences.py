"""Two reports compared: each figure that differs, with the cause where it can be told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dxlib.messages import label
from dxlib.numbers import format_number

COLUMNS = ["figure", "old", "new", "cause", "detail"]
CAUSES = ("data", "target", "method", "follows", "period", "unknown")
_OF_TARGET = {"target", "operator", "upper", "baseline", "tolerance", "plan_to_date"}
_DECIMALS = 12  # enough to see any difference that a table of figures can hold
_TEMPLATES = Path(__file__).with_name("templates")


def parts_changed(old: dict, new: dict) -> list[str]:
    """What differs between two manifests, by name: a file of the inputs, the code, a library with its versions, …

    >>> parts_changed({"code": "a", "libraries": {"pandas": "3.0"}}, {"code": "b", "libraries": {"pandas": "3.1"}})
    ['code', 'pandas 3.0 -> 3.1']
    """
    changed = [name for name in ("code", "lock", "python") if old.get(name) != new.get(name)]
    for group in ("notebook", "inputs"):
        was, now = old.get(group, {}), new.get(group, {})
        changed += [name for name in {**was, **now} if was.get(name) != now.get(name)]
    was, now = old.get("libraries", {}), new.get("libraries", {})
    changed += [
        f"{name} {was.get(name)} -> {now.get(name)}" for name in {**was, **now} if was.get(name) != now.get(name)
    ]
    was, now = old.get("parameters", {}), new.get("parameters", {})
    changed += [
        f"{name} {was.get(name)} -> {now.get(name)}" for name in {**was, **now} if was.get(name) != now.get(name)
    ]
    return changed


def differences(old: dict, new: dict, parts: list[str] | None = None) -> pd.DataFrame:
    """Figures that are not the same in two reports.

    Parameters: the contents of two figures.json; `parts`, what differs between their manifests where both are known.
    Returns one row a figure that differs, in the order of the reports. Columns: `figure`; `old`, `new` (a value, or
    the reason why there is none, or missing where a report lacks the figure); `cause`: data (an observation was
    revised), target (a plan was changed), method (its inputs are the same: `detail` names the code, notebook or
    library that changed), follows (from other figures in the list), period (two periods are compared), unknown;
    `detail`: which input, or where its source is.
    """
    was = {row["figure"]: row for row in old["figures"]}
    now = {row["figure"]: row for row in new["figures"]}
    changed = [name for name in {**was, **now} if _shown(was.get(name)) != _shown(now.get(name))]
    if old["period"] != new["period"]:
        told = {name: ("period", "") for name in changed}
    else:
        told = _causes(was, now, changed, parts)
    rows = [(name, _shown(was.get(name)), _shown(now.get(name)), *told[name]) for name in changed]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"cause": pd.CategoricalDtype(CAUSES)})


def _causes(was: dict, now: dict, changed: list[str], parts: list[str] | None) -> dict[str, tuple[str, str]]:
    """The cause and its detail of each changed figure; those without inputs of their own follow from the others."""
    told: dict[str, tuple[str, str]] = {}
    for name in changed:
        told[name] = _own_cause(name, was.get(name), now.get(name))
    method = ", ".join(part for part in parts or [] if not part.endswith(".csv"))
    roots = {cause for name, (cause, _) in told.items() if _is_root(name)}
    for name, (cause, detail) in told.items():
        if cause in ("data", "target") and cause not in roots:
            cause = "follows"  # an input that was computed
        if cause == "method" or (cause == "follows" and not roots):
            told[name] = ("method" if method or parts is None else "unknown", method)
        elif cause == "follows":
            told[name] = (cause, _relatives(name, told) or detail)
    return told


def _own_cause(name: str, was: dict | None, now: dict | None) -> tuple[str, str]:
    if was is None or now is None:
        return "follows", ""
    inputs = {key for key in {**was["inputs"], **now["inputs"]} if was["inputs"].get(key) != now["inputs"].get(key)}
    moved = ", ".join(f"{key} {was['inputs'].get(key)} -> {now['inputs'].get(key)}" for key in sorted(inputs))
    source = now["source"] or was["source"]
    last = name.rsplit("/", 1)[-1]
    if _is_root(name):
        return ("data" if last == "value" else "target"), "; ".join(part for part in (moved, source) if part)
    if inputs:
        return ("target" if inputs <= _OF_TARGET else "data"), moved
    return ("method", "") if was["inputs"] else ("follows", "")


def _is_root(name: str) -> bool:
    """Whether a figure is an observation or a plan, and not computed from others."""
    return name.startswith(("progress/", "areas/")) and name.endswith(("/value", "/target"))


def _relatives(name: str, told: dict[str, tuple[str, str]]) -> str:
    """Changed figures of the same indicator that have a cause of their own."""
    parent = name.rsplit("/", 1)[0]
    near = [
        other for other, (cause, _) in told.items() if cause in ("data", "target") and other.startswith(f"{parent}/")
    ]
    return ", ".join(near[:3])


def _shown(row: dict | None):
    if row is None:
        return None
    return row["reason"] if row["value"] is None else row["value"]


def printed(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """The differences as a reader sees them: texts in a language, under headings in it."""
    cells = {
        "figure": frame["figure"],
        "old": frame["old"].map(lambda value: _cell(value, language)),
        "new": frame["new"].map(lambda value: _cell(value, language)),
        "cause": frame["cause"].map(lambda cause: label(language, "difference", cause)).astype(str),
        "detail": frame["detail"],
    }
    return pd.DataFrame(cells).rename(columns=lambda name: label(language, "difference", f"{name}_column"))


def page(frame: pd.DataFrame, names: tuple[str, str], language: str) -> str:
    """The differences of two reports, named so, as one HTML file that needs no network and runs no script."""
    from jinja2 import Environment, FileSystemLoader

    template = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True).get_template("differences.html.j2")
    table = printed(frame, language)
    title = label(language, "difference", "title", old=names[0], new=names[1])
    style = (_TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")
    told = (
        label(language, "difference", "count", count=len(frame))
        if len(frame)
        else label(language, "difference", "none")
    )
    return template.render(
        language=language, title=title, style=style, told=told, heads=list(table), rows=table.values.tolist()
    )


def _cell(value, language: str) -> str:
    if value is None or value != value:
        return "-"
    return value if isinstance(value, str) else format_number(value, _DECIMALS, language)
