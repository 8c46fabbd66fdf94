"""datapackage.json: the committee's own names, lists and edges, checked before anything else is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from dxlib import messages, schema
from dxlib.messages import DxError
from dxlib.names import IDENTIFIER, nfc

_ID = {"type": "string", "pattern": "^" + IDENTIFIER}
_PERCENT = {"type": "number", "minimum": 0, "maximum": 1e6}
_TEXT = {"type": "string", "pattern": "^" + schema._PLAIN}
AUDIENCES = ("internal", "public")
_TAKEN = ("not_met", "not_assessed", "not_determined", "total", "unexplained")  # counted beside bands and paces
_NAMED = {
    "type": "object",
    "required": ["vi", "en"],
    "properties": {"vi": _TEXT, "en": _TEXT},
}
_LIST = {
    "type": "array",
    "items": {"type": "object", "required": ["id", "vi", "en"], "properties": {"id": _ID, **_NAMED["properties"]}},
}
_BANDS = {
    "type": "array",
    "minItems": 2,
    "items": {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": _ID,
            "edge": _PERCENT,
            "closed": {"type": "boolean"},
            "vi": _TEXT,
            "en": _TEXT,
        },
        "additionalProperties": False,
    },
}
_SPELLINGS = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string", "minLength": 1}}}
COLUMNS = (  # fields that a column of a sender's own table may hold
    "number indicator name task decision unit area plan plan_to_date value numerator denominator previous last_year "
    "percent_of_plan status estimate owner co_owner cause remedy committed proposal note product deadline state done_on "
    "result"
).split()
_PATH = {"type": "string", "pattern": r"^[^.\s]+(\.[^.\s]+)*\Z"}
_CODES = {"type": "object", "additionalProperties": {"type": "string"}}
_COLUMN = {
    "type": "object",
    "properties": {
        "path": _PATH,
        "fixed": {"type": "string"},
        "type": {"enum": ["number", "percent", "fraction", "text", "date"]},
        "codes": _CODES,
    },
    "oneOf": [{"required": ["path"]}, {"required": ["fixed"]}],
    "additionalProperties": False,
}
_PORTAL = {
    "type": "object",
    "required": ["rows", "period", "indicator", "fields"],
    "properties": {
        "recognise": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
        "sender": _ID,
        "rows": {"anyOf": [_PATH, {"const": ""}]},
        "period": _COLUMN,
        "reported_on": _COLUMN,
        "indicator": _COLUMN,
        "area": _COLUMN,
        "fields": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": _COLUMN,
            "propertyNames": {"enum": ["value", "numerator", "denominator", "status", "qualifier", "note"]},
        },
    },
    "additionalProperties": False,
}
_INTAKE = {
    "type": "object",
    "properties": {
        "columns": {**_SPELLINGS, "propertyNames": {"enum": COLUMNS}},
        "names": {
            "type": "object",
            "properties": {name: _SPELLINGS for name in ("indicators", "areas", "owners", "tasks", "decisions")},
            "additionalProperties": False,
        },
        "portals": {"type": "object", "propertyNames": _ID, "additionalProperties": _PORTAL},
        "jump_times": {"type": "number", "exclusiveMinimum": 1},
        "jump_points": {"type": "number", "exclusiveMinimum": 0},
        "reminder_days": {"type": "integer", "minimum": 0},
        "reminder_hour": {"type": "string"},
        "contact": _NAMED,
    },
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "required": ["name", "dx"],
    "properties": {
        "name": _ID,
        "dx": {
            "type": "object",
            "required": ["place", "area"],
            "properties": {
                "place": _NAMED,
                "area": _ID,
                "illustrative": {"type": "boolean"},
                "notice": _NAMED,
                "counted": _NAMED,
                "pillars": _LIST,
                "tags": _LIST,
                "measures": _LIST,
                "band_sets": {"type": "object", "additionalProperties": _BANDS},
                "pace": _BANDS,
                "far_over": {"anyOf": [_PERCENT, {"type": "null"}]},
                "due_soon_days": {"type": "integer", "minimum": 0},
                "audience": {"enum": list(AUDIENCES)},
                "intake": _INTAKE,
            },
            "additionalProperties": False,
        },
    },
}


@dataclass(frozen=True)
class Settings:
    """What a committee may change: names, lists, bands and edges."""

    name: str
    place: dict[str, str]
    area: str
    illustrative: bool = False
    notice: dict[str, str] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=lambda: {"vi": "mục tiêu", "en": "targets"})
    pillars: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    measures: dict[str, dict[str, str]] = field(default_factory=dict)
    band_sets: dict[str, tuple[schema.Band, ...]] = field(default_factory=dict)
    band_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    pace: tuple[schema.Band, ...] = schema.PACE
    far_over: float | None = schema.FAR_OVER  # None: no plan is flagged as far exceeded
    due_soon_days: int = schema.DUE_SOON_DAYS
    audience: str = AUDIENCES[0]  # a page for the public names no files and holds no internal notes
    intake: dict = field(default_factory=dict)  # how senders' files are read: columns, names, portals, edges

    def bands(self, band_set: str = "") -> tuple[schema.Band, ...]:
        return self.band_sets[band_set or "default"]

    def band_label(self, band: str, language: str, group: str = "band") -> str:
        """The package's own label of a band, else the default one (`band`, or `band_sentence` within a sentence)."""
        own = self.band_labels.get(band, {})
        return own[language] if language in own else messages.label(language, group, band)


def read(folder: Path) -> Settings:
    """Read and check a package's datapackage.json; raise DxError with the first mistake, located."""
    path = folder / "datapackage.json"
    if not path.is_file():
        raise DxError("no_package", folder=str(folder), missing="datapackage.json")
    try:
        raw = json.loads(nfc(path.read_text(encoding="utf-8-sig")), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "-"
        raise DxError("settings", folder=folder.name, place=place, found=str(error), expected="JSON, UTF-8") from None
    import jsonschema  # only here: half of dxlib's start-up otherwise

    wrong = sorted(
        jsonschema.Draft202012Validator(SCHEMA).iter_errors(raw), key=lambda error: list(error.absolute_path)
    )
    if wrong:
        place = "/".join(map(str, wrong[0].absolute_path)) or "."
        known = "properties" if wrong[0].validator == "additionalProperties" else wrong[0].validator
        expected = wrong[0].schema[known]
        raise _wrong(folder, place, wrong[0].message, json.dumps(list(expected) if known == "properties" else expected))
    dx = raw["dx"]
    given = dx.pop("band_sets", {})
    sets = {name: _bands(folder, f"dx/band_sets/{name}", bands) for name, bands in given.items()}
    labels = {
        band["id"]: {code: band[code] for code in ("vi", "en") if code in band}
        for bands in given.values()
        for band in bands
    }
    pace = _bands(folder, "dx/pace", dx.pop("pace")) if "pace" in dx else schema.PACE
    lists = {name: {item["id"]: item for item in dx.pop(name, [])} for name in ("pillars", "tags", "measures")}
    return Settings(
        name=raw["name"], **dx, **lists, band_sets={"default": schema.BANDS, **sets}, band_labels=labels, pace=pace
    )


def _bands(folder: Path, place: str, given: list[dict]) -> tuple[schema.Band, ...]:
    """Bands from highest to lowest; the first begins at 100 %, the last has no edge."""
    bands = tuple(schema.Band(band["id"], band.get("edge"), band.get("closed", True)) for band in given)
    ids, edges = [band.id for band in bands], [band.edge for band in bands[:-1]]
    known = [code for code in messages.catalogue("vi")["pace" if place == "dx/pace" else "band"] if code not in _TAKEN]
    named = [] if place == "dx/pace" else [band["id"] for band in given if {"vi", "en"} <= band.keys()]
    if len(set(ids)) < len(ids) or not set(ids) <= {*known, *named} - {*_TAKEN}:
        others = "" if place == "dx/pace" else "; others with vi and en, but not " + ", ".join(_TAKEN)
        raise _wrong(folder, place, json.dumps(ids), f"ids among {', '.join(known)}, each once{others}")
    if None in edges or bands[-1].edge is not None or edges != sorted(set(edges), reverse=True):
        raise _wrong(folder, place, json.dumps([band.edge for band in bands]), "edges that fall, none at the last")
    if place != "dx/pace" and (bands[0].edge != 100 or not bands[0].closed):
        raise _wrong(folder, place, json.dumps(bands[0].edge), "100, closed, as the first edge")
    if place == "dx/pace" and not any(band.edge == 100 and band.closed for band in bands):
        raise _wrong(folder, place, json.dumps([band.edge for band in bands]), "an edge at 100, closed")
    return bands


def _no_number(name: str) -> None:
    raise ValueError(name)  # NaN, Infinity: not JSON, and no edge


def _wrong(folder: Path, place: str, found: str, expected: str) -> DxError:
    return DxError("settings", folder=folder.name, place=place, found=found, expected=expected)
