"""The data dictionary, written from the schemas so that it cannot lag behind them: docs/data-dictionary.md."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from dxlib import schema
from dxlib.dataset import KNOWN_FROM
from dxlib.messages import LANGUAGES, catalogue, label
from dxlib.settings import SCHEMA

# Codes that have a label: the group of messages that names them, and where they stand.
LISTS = {
    "kind": "indicators.kind",
    "operator": "targets.operator",
    "ladder": "steps of a milestone: targets.value, observations.value",
    "status": "observations.status",
    "qualifier": "observations.qualifier",
    "decision_kind": "explanations.decision_kind",
    "band": "default bands: observations.stated_band, published.figure; the last two are given by a review only",
    "reason": "given by a review: why there is no band, no percent, no pace or no change",
}
SETTINGS = {
    "name": "id of the data package; reports/ has a folder of this name",
    "dx": "object: what dxlib reads, the settings below and no others",
    "place": "vi and en: name of the place",
    "area": "id: the area under review, a code of areas.csv",
    "illustrative": "true or false (default): made-up figures, and every part of the page says so",
    "notice": "vi and en: a sentence of warning under the page's head",
    "counted": "vi and en: what the committee counts, mục tiêu or chỉ tiêu",
    "pillars": "list: pillars, in the page's order",
    "tags": "list: slices across pillars, in the page's order",
    "measures": "list: units of measure; one with the id `percent` prints as 97%, its changes as points",
    "band_sets": "object of bands, by name, for meetings.bands; one named `default` replaces the default bands",
    "pace": "bands of the percent of the plan to date; one edge is 100, closed",
    "far_over": f"number: percent of plan from which the plan is to be reviewed; null: never; default {schema.FAR_OVER}",
    "audience": "`internal` (default) or `public`: a public page names no source files and no leaders in charge",
    "due_soon_days": f"whole number: days before its deadline when a task is due soon; default {schema.DUE_SOON_DAYS}",
    "intake": "object: how senders' files are read, the settings of [intake.md](intake.md)",
}
HEAD = """# Data dictionary

Written by `python -m dxlib.dictionary docs/data-dictionary.md` from `dxlib/schema.py`; do not edit it by hand.

A data package is a folder: `datapackage.json` and one CSV file a table, in UTF-8, its cells separated by commas.
The first row names the columns: all of those below, in any order, and no others; the few that say so may be absent. A number has a decimal point, no
group separators and at most 15 digits. A date reads 2024-04-03, a period 2024-Q1. A blank cell is empty: never 0,
never "-". *Required*: the cell may not be blank."""
TAIL = """*List*: an array of objects with `id`, `vi`, `en`. *Bands*: an array of objects with `id`, `edge` (percent),
`closed` (the edge belongs to the band; default true) and, where wanted, `vi` and `en`; from the highest to the lowest,
the last without an edge; in a band set the first edge is 100, closed. *vi and en*: an object with both."""


def dictionary() -> str:
    """The whole data dictionary, as Markdown."""
    kinds = [(f"`{kind}`", _codes(operators)) for kind, operators in schema.OPERATORS_OF.items()]
    ways = [(f"`{operator}`", f"`{way}`") for operator, way in schema.DIRECTION_OF.items()]
    parts = [HEAD, *(_table(name) for name in schema.TABLES), "## Kinds and operators", _rows("kind|operators", kinds)]
    parts += [_rows("operator|direction of its indicator (a `qualitative` one may have any)", ways), "## Code lists"]
    parts += [f"### {group} ({where})\n\n{_named(group)}" for group, where in LISTS.items()]
    need = SCHEMA["required"] + SCHEMA["properties"]["dx"]["required"]
    settings = [(f"`{name}`", "yes" * (name in need), meaning) for name, meaning in SETTINGS.items()]
    parts += ["## datapackage.json", _rows("setting|required|meaning", settings), TAIL]
    return "\n\n".join(parts) + "\n"


def _table(name: str) -> str:
    model, types = schema.TABLES[name].to_schema(), schema.columns(name)
    key = model.unique or [column for column, about in model.columns.items() if about.unique]
    need = "required" if name in schema.REQUIRED else "optional"
    facts = [f"`{name}.csv`, {need}.", f"Key: {' + '.join(key)}." if key else "No key."]
    facts += [f"A row is known from its `{KNOWN_FROM[name]}` on (blank: always)."] if name in KNOWN_FROM else []
    rows = [
        (f"`{column}`", types[column], "yes" * _required(about), about.description, _allowed(name, column, about))
        for column, about in model.columns.items()
    ]
    about = " ".join(schema.TABLES[name].__doc__.split())
    return f"## {name}\n\n{about} {' '.join(facts)}\n\n{_rows('column|type|required|meaning|allowed', rows)}"


def _required(about) -> bool:
    """Whether a blank cell is refused: by its type, or by a check that the empty text fails."""
    if "string" not in str(about.dtype):
        return not about.nullable
    rule = {"allowed_values": [""], "pattern": "", **_given(about)}
    return "" not in rule["allowed_values"] or not re.match(rule["pattern"], "") or "min_value" in rule


def _allowed(table: str, column: str, about) -> str:
    meta = dict(about.metadata)
    plain, known = meta["expected"] in ("plain_text", "filled", "number", "date"), _codes(meta.pop("known", []))
    said = [] if plain else [label("en", "expected", meta["expected"], known=known, **meta)]
    said += [f"in {schema.REFERENCES[table, column]}.csv"] if (table, column) in schema.REFERENCES else []
    said += [f"in the list `dx.{schema.LISTED[table, column]}`"] if (table, column) in schema.LISTED else []
    return "; ".join(said)


def _given(about) -> dict:
    return {name: value for check in about.checks for name, value in check.statistics.items()}


def _named(group: str) -> str:
    labels = [catalogue(language)[group] for language in LANGUAGES]
    codes = [code for code in labels[0] if code != "revised"]  # under `status`: a note on the page, no code
    return _rows("code|vi|en", [(f"`{code}`", *(named[code] for named in labels)) for code in codes])


def _codes(codes) -> str:
    return ", ".join(f"`{code}`" if code else "blank" for code in codes)


def _rows(heading: str, rows: list[tuple]) -> str:
    lines = [heading.split("|"), ["---"] * (heading.count("|") + 1), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", r"\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(dictionary(), encoding="utf-8", newline="\n")
