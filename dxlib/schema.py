"""The schema of every table of a data package, as pandera models that read like the data dictionary.

Tables are text on disk. A column's declared type decides how its text is read (nobody guesses), then the model's
checks run on the typed frame. Text columns hold "" where a cell is blank, numbers NaN, dates NaT.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from dxlib.names import IDENTIFIER

KINDS = ("stock", "year_to_date", "period_count", "rate", "milestone", "rank", "qualitative")
DIRECTIONS = ("higher", "lower", "range")
FREQUENCIES = ("quarter", "half_year", "year")
STATUSES = ("A", "P", "E", "B", "O", "M", "L", "V")
QUALIFIERS = ("", "over", "nearly", "about", "above")
LEVELS = ("province", "district", "commune")
OWNER_LEVELS = ("department", "commune", "party", "enterprise")
TARGET_STATES = ("", "withdrawn", "to_be_determined")
AREA_SHARES = ("whole", "part")
TASK_STATES = ("not_started", "in_progress", "done", "stopped")
SUBMISSION_STATES = ("received", "returned", "accepted")
DECISION_KINDS = ("", "press", "raise", "lower", "fund", "refer", "inspect")
LAST_STEP = 3  # of the ladder in wording.md section 6: 0 not started ... 3 done, issued

_NUMERIC = ("at_least", "at_most", "exactly", "between")
OPERATORS_OF = {
    "stock": _NUMERIC,
    "year_to_date": _NUMERIC,
    "period_count": _NUMERIC,
    "rate": _NUMERIC,
    "milestone": ("milestone",),
    "rank": ("at_most",),
    "qualitative": ("qualitative",),
}
OPERATORS = (*_NUMERIC, "milestone", "qualitative")
DIRECTION_OF = {
    "at_least": "higher",
    "at_most": "lower",
    "exactly": "range",
    "between": "range",
    "milestone": "higher",
    "qualitative": "higher",
}


@dataclass(frozen=True)
class Band:
    """A class of percent: everything from `edge` upwards (above it, when open) that no higher band takes."""

    id: str
    edge: float | None = None
    closed: bool = True


BANDS = (Band("met", 100), Band("over_70", 70, closed=False), Band("from_50", 50), Band("under_50"))
PACE = (Band("ahead", 105), Band("on_track", 100), Band("behind", 80), Band("far_behind"))
FAR_OVER = 200  # percent of the year's plan from which the plan itself is to be reviewed
DUE_SOON_DAYS = 30

_IDS = r"([a-z0-9][a-z0-9._-]*(;[a-z0-9][a-z0-9._-]*)*)?\Z"
_ONE = r"([a-z0-9][a-z0-9._-]*)?\Z"
_PERIOD = r"(19|20)[0-9]{2}-Q[1-4]\Z"
# No control or direction-override characters, and none that XML has no place for: a drawing of one ends the process.
_PLAIN = r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]*\Z"


def _field(what: str, expected: str = "", unique: bool = False, nullable: bool = False, **checks):
    """A column with its meaning and the name of what its checks expect (messages, group `expected`)."""
    return pa.Field(unique=unique, nullable=nullable, description=what, metadata={"expected": expected}, **checks)


def key(what: str, **options):
    return _field(what, "id", str_matches=IDENTIFIER, **options)


def keys(what: str):
    return _field(what + "; several separated by ;", "id", str_matches=_IDS)


def maybe_key(what: str):
    return _field(what, "id", str_matches=_ONE)


def text(what: str, required: bool = False):
    return _field(what, "filled", str_length={"min_value": 1}) if required else _field(what, "plain_text")


def later_text(what: str):
    """A column that older packages do not have: absent, it reads as blank."""
    metadata = {"expected": "plain_text", "later": True}
    return pa.Field(description=f"{what}; the column may be absent", metadata=metadata)


def choice(what: str, known: tuple):
    return pa.Field(isin=list(known), description=what, metadata={"expected": "choice", "known": known})


def number(what: str, required: bool = False, **checks):
    return _field(what, "at_least_0" if checks else "number", nullable=not required, **checks)


def whole(what: str, low: int, high: int):
    return pa.Field(
        isin=list(range(low, high + 1)), description=what, metadata={"expected": "whole", "low": low, "high": high}
    )


def date(what: str, required: bool = False):
    return _field(what, "date", nullable=not required)


def quarter(what: str, **options):
    return _field(what, "period", str_matches=_PERIOD, **options)


class Table(pa.DataFrameModel):
    """One table. `optional` tables may be absent; `unique` names the columns that tell rows apart."""

    class Config:
        strict = True
        metadata = {}


class Meetings(Table):
    """The committee's meetings, dated, so that an old quarter reprints its own head and band edges."""

    period: Series[str] = quarter("period that the meeting reviews")
    cut_off: Series[pd.Timestamp] = date("data cover up to this day (Số liệu tính đến ngày)")
    known_as_of: Series[pd.Timestamp] = date("what was known on this day (Cập nhật đến ngày)")
    meeting_date: Series[pd.Timestamp] = date("day of the meeting")
    committee_vi: Series[str] = text("name of the committee")
    committee_en: Series[str] = text("the same in English")
    head: Series[str] = text("head of the committee, with office")
    secretariat_vi: Series[str] = text("standing office")
    secretariat_en: Series[str] = text("the same in English")
    document: Series[str] = text("document that assigns the year's plan")
    bands: Series[str] = maybe_key("band set of datapackage.json in force; blank: default")
    recorded_at: Series[pd.Timestamp] = date("day from which the row is known; blank: always; the latest known counts")

    class Config:
        unique = ["period", "recorded_at"]


class Indicators(Table):
    """What is measured."""

    indicator: Series[str] = key("id", unique=True)
    name_vi: Series[str] = text("name, in the words of its source", required=True)
    name_en: Series[str] = text("name in English", required=True)
    pillar: Series[str] = maybe_key("pillar, from the package's list; blank: not stated")
    tags: Series[str] = keys("slices across pillars, from the package's list")
    measure: Series[str] = key("unit of measure, from the package's list")
    kind: Series[str] = choice("what its values are and how they add up over a year", KINDS)
    direction: Series[str] = choice("which way is better", DIRECTIONS)
    decimals: Series[float] = whole("decimals shown", 0, 6)
    tolerance: Series[float] = number("for `exactly`: how far a value may lie from its target", ge=0)
    frequency: Series[str] = choice("how often it is assessed", FREQUENCIES)
    headline: Series[float] = number("place among the headline indicators; blank: none", ge=0)
    owner: Series[str] = maybe_key("agency answerable (cơ quan chủ trì); blank: not stated")
    co_owner: Series[str] = keys("agencies that take part (cơ quan phối hợp)")
    definition: Series[str] = text("definition")
    source: Series[str] = text("source of the definition or of the denominator")
    index_code: Series[str] = text("code in the national index")
    valid_from: Series[pd.Timestamp] = date("first day of validity")


class Targets(Table):
    """What an indicator must reach in a year. A target revised or withdrawn in the year is a further row."""

    indicator: Series[str] = key("indicator")
    area: Series[str] = key("area")
    year: Series[float] = whole("year of the plan", 1990, 2100)
    operator: Series[str] = choice("what the value must do", OPERATORS)
    value: Series[float] = number("value to reach (kế hoạch); milestone: step of the ladder")
    upper: Series[float] = number("upper end of a range (`between` only)")
    baseline: Series[float] = number("where a falling indicator starts (số gốc)")
    plan_q1: Series[float] = number("plan to date at the end of the first quarter")
    plan_q2: Series[float] = number("... of the first half")
    plan_q3: Series[float] = number("... of nine months")
    plan_q4: Series[float] = number("... of the year")
    decided_on: Series[pd.Timestamp] = date("day of the decision; blank: always known")
    state: Series[str] = choice(
        "blank: in force; else there is no plan from this decision on, or none yet", TARGET_STATES
    )
    document: Series[str] = text("document")

    class Config:
        unique = ["indicator", "area", "year", "decided_on"]


class Observations(Table):
    """Values as reported. Rows are added, never edited: a revision is a later row."""

    indicator: Series[str] = key("indicator")
    area: Series[str] = key("area")
    period: Series[str] = quarter("period")
    value: Series[float] = number("value; blank where numerator and denominator give it, or none was reported")
    numerator: Series[float] = number("cases that count")
    denominator: Series[float] = number("all cases; 0: no cases", ge=0)
    stated_band: Series[str] = maybe_key("qualitative indicators: the band that the owner names")
    status: Series[str] = choice(
        "SDMX OBS_STATUS: A final, P provisional, E estimated, B break, O no value, M no cases, L not published, "
        "V under check",
        STATUSES,
    )
    qualifier: Series[str] = choice("word before the number in the source", QUALIFIERS)
    reported_on: Series[pd.Timestamp] = date("day of the report or article")
    recorded_at: Series[pd.Timestamp] = date("day from which the row is known: recorded, or published", required=True)
    source: Series[str] = text("where the figure stands", required=True)
    source_cell: Series[str] = text("file, sheet and cell")
    note: Series[str] = text("note")

    class Config:
        unique = ["indicator", "area", "period", "recorded_at", "source_cell"]


class Areas(Table):
    """Administrative units, by code and the days on which the code is valid."""

    area: Series[str] = key("code")
    valid_from: Series[pd.Timestamp] = date("first day; blank: open")
    valid_to: Series[pd.Timestamp] = date("last day; blank: open")
    name_vi: Series[str] = text("name", required=True)
    name_en: Series[str] = text("name in English", required=True)
    level: Series[str] = choice("level", LEVELS)
    parent: Series[str] = maybe_key("code of the area it belongs to")

    class Config:
        unique = ["area", "valid_from"]


class AreaChanges(Table):
    """Who became whom: an area that ended the day before, whole or in part, into one that begins that day."""

    area_from: Series[str] = key("code of the area that ended")
    area_to: Series[str] = key("code of the area that began")
    changed_on: Series[pd.Timestamp] = date("first day of the new area", required=True)
    share: Series[str] = choice("whole: all of it went there; part: it was divided", AREA_SHARES)
    document: Series[str] = text("document")

    class Config:
        unique = ["area_from", "area_to", "changed_on"]


class Owners(Table):
    """Agencies answerable for indicators and tasks."""

    owner: Series[str] = key("id", unique=True)
    name_vi: Series[str] = text("name", required=True)
    name_en: Series[str] = text("name in English", required=True)
    short_vi: Series[str] = text("short name", required=True)
    short_en: Series[str] = text("short name in English", required=True)
    level: Series[str] = choice("level", OWNER_LEVELS)
    leader: Series[str] = text("leader in charge (lãnh đạo phụ trách)")
    contact: Series[str] = text("contact (đầu mối)")
    valid_to: Series[pd.Timestamp] = date("last day, of an agency that was merged or abolished")
    successor: Series[str] = maybe_key("agency that answers from then on")


class Explanations(Table):
    """What an owner says of an indicator in a period."""

    indicator: Series[str] = key("indicator")
    area: Series[str] = key("area")
    period: Series[str] = quarter("period")
    cause: Series[str] = text("cause (nguyên nhân); {value} and {target} stand for the figures")
    remedy: Series[str] = text("remedy (giải pháp)")
    committed: Series[str] = text("date committed to, as written")
    proposal: Series[str] = text("proposal (kiến nghị)")
    decision_kind: Series[str] = choice("kind of decision proposed, chosen by the analyst", DECISION_KINDS)
    full_year_estimate: Series[float] = number("the owner's own full-year estimate")
    recorded_at: Series[pd.Timestamp] = date("day from which the row is known: recorded, or published", required=True)
    source: Series[str] = text("where it stands", required=True)
    source_cell: Series[str] = later_text("file, sheet and row")

    class Config:
        unique = ["indicator", "area", "period", "recorded_at", "source_cell"]


class Tasks(Table):
    """Work assigned, with a product, an owner and a deadline as written."""

    task: Series[str] = key("id", unique=True)
    name_vi: Series[str] = text("name", required=True)
    name_en: Series[str] = text("name in English", required=True)
    owner: Series[str] = maybe_key("agency answerable")
    co_owner: Series[str] = keys("agencies that take part")
    product: Series[str] = text("product (sản phẩm)")
    deadline: Series[str] = text("deadline, as written: 30/6/2024, 6/2024, Quý II/2024, 2024 - 2025, Thường xuyên")
    criterion: Series[str] = text("when it counts as done")
    assigned_on: Series[pd.Timestamp] = date("day assigned")
    document: Series[str] = text("assigning document")
    tags: Series[str] = keys("slices across pillars")


class TaskReports(Table):
    """Progress of a task; rows are added, never edited."""

    task: Series[str] = key("task")
    recorded_at: Series[pd.Timestamp] = date("day from which the row is known: recorded, or published", required=True)
    state: Series[str] = choice("state reported", TASK_STATES)
    done_on: Series[pd.Timestamp] = date("day of completion")
    result: Series[str] = text("result so far (kết quả đến nay)")
    cause: Series[str] = text("cause of delay, proposal")
    source: Series[str] = later_text("where it stands")
    source_cell: Series[str] = later_text("file, sheet and row")

    class Config:
        unique = ["task", "recorded_at", "source_cell"]


class Decisions(Table):
    """What a meeting decided, carried forward until done."""

    decision: Series[str] = key("id", unique=True)
    period: Series[str] = quarter("period of the meeting that decided")
    text_vi: Series[str] = text("the decision", required=True)
    text_en: Series[str] = text("the same in English", required=True)
    owner: Series[str] = maybe_key("agency answerable")
    deadline: Series[str] = text("deadline, as written")
    document: Series[str] = text("document (Thông báo)")
    decided_on: Series[pd.Timestamp] = date("day of the decision", required=True)


class DecisionReports(Table):
    """Progress of a decision; rows are added, never edited."""

    decision: Series[str] = key("decision")
    recorded_at: Series[pd.Timestamp] = date("day from which the row is known: recorded, or published", required=True)
    state: Series[str] = choice("state reported", TASK_STATES)
    done_on: Series[pd.Timestamp] = date("day of completion")
    result: Series[str] = text("result so far")
    cause: Series[str] = text("cause of delay, proposal")
    source: Series[str] = later_text("where it stands")
    source_cell: Series[str] = later_text("file, sheet and row")

    class Config:
        unique = ["decision", "recorded_at", "source_cell"]


class Expected(Table):
    """Who owes a report by when: an owner, or an area."""

    period: Series[str] = quarter("period")
    owner: Series[str] = maybe_key("agency that owes a report; blank where an area does")
    area: Series[str] = maybe_key("area that owes a report; blank where an agency does")
    due_on: Series[pd.Timestamp] = date("last day", required=True)

    class Config:
        unique = ["period", "owner", "area"]


class Submissions(Table):
    """What came, when, under which number."""

    period: Series[str] = quarter("period")
    owner: Series[str] = maybe_key("agency")
    area: Series[str] = maybe_key("area")
    received_on: Series[pd.Timestamp] = date("day received", required=True)
    number: Series[str] = text("number of the sender's document")
    state: Series[str] = choice("state", SUBMISSION_STATES)
    file: Series[str] = later_text("the sender's file, by the name it came under")
    sha256: Series[str] = later_text("its hash, and its name in the package's inbox")
    note: Series[str] = later_text("what was left out of it, who filled it in")


class Published(Table):
    """Figures that the committee has printed elsewhere: reconciled with, never loaded as a score."""

    period: Series[str] = quarter("period")
    area: Series[str] = key("area")
    figure: Series[str] = key("`total`, or the id of a band")
    value: Series[float] = number("count", required=True, ge=0)
    words: Series[str] = text("the class, as printed", required=True)
    published_on: Series[pd.Timestamp] = date("day of publication")
    source: Series[str] = text("where it stands", required=True)

    class Config:
        unique = ["period", "area", "figure"]


REQUIRED = {"indicators": Indicators, "targets": Targets, "observations": Observations, "areas": Areas}
OPTIONAL = {
    "meetings": Meetings,
    "area_changes": AreaChanges,
    "owners": Owners,
    "explanations": Explanations,
    "tasks": Tasks,
    "task_reports": TaskReports,
    "decisions": Decisions,
    "decision_reports": DecisionReports,
    "expected": Expected,
    "submissions": Submissions,
    "published": Published,
}
TABLES = {**REQUIRED, **OPTIONAL}

# (table, column): table that the id must be in. Lists separated by ; are taken apart.
REFERENCES = {
    ("targets", "indicator"): "indicators",
    ("targets", "area"): "areas",
    ("observations", "indicator"): "indicators",
    ("observations", "area"): "areas",
    ("areas", "parent"): "areas",
    ("area_changes", "area_from"): "areas",
    ("area_changes", "area_to"): "areas",
    ("owners", "successor"): "owners",
    ("indicators", "owner"): "owners",
    ("indicators", "co_owner"): "owners",
    ("explanations", "indicator"): "indicators",
    ("explanations", "area"): "areas",
    ("tasks", "owner"): "owners",
    ("tasks", "co_owner"): "owners",
    ("task_reports", "task"): "tasks",
    ("decisions", "owner"): "owners",
    ("decision_reports", "decision"): "decisions",
    ("expected", "owner"): "owners",
    ("expected", "area"): "areas",
    ("submissions", "owner"): "owners",
    ("submissions", "area"): "areas",
    ("published", "area"): "areas",
}
# (table, column): list of datapackage.json that the id must be in.
LISTED = {
    ("indicators", "pillar"): "pillars",
    ("indicators", "tags"): "tags",
    ("indicators", "measure"): "measures",
    ("tasks", "tags"): "tags",
}
IDS = {"indicators": "indicator", "areas": "area", "owners": "owner", "tasks": "task", "decisions": "decision"}


@cache
def checks(table: str) -> pa.DataFrameSchema:
    """What a table's cells are checked for: not their types, which reading has given them, and only columns of which
    anything is asked (a text is never missing)."""
    model = TABLES[table].to_schema()
    types = columns(table)
    idle = [name for name, column in model.columns.items()
            if not (column.checks or column.unique) and (column.nullable or types[name] == "text")]  # fmt: skip
    model = model.remove_columns(idle).update_columns({name: {"dtype": None} for name in model.columns if name not in idle})
    model.strict = False
    return model


def holds(table: str, frame: pd.DataFrame) -> bool:
    """Whether a table passes its `checks`: pandera, which takes ten times as long, is asked only where it does not."""
    model = checks(table)
    for name, column in model.columns.items():
        cells = frame[name]
        if cells.hasnans and not column.nullable or column.unique and not cells.is_unique:
            return False
        known = {cell for cell in cells.tolist() if cell == cell} if column.checks else set()
        if not all(_PASSES[check.name](known, **check.statistics) for check in column.checks):
            return False
    return not (model.unique and frame.duplicated(model.unique).any())


_PASSES = {  # whether all of these cells pass a check of pandera's
    "str_matches": lambda cells, pattern: all(map(re.compile(pattern).match, cells)),
    "str_length": lambda cells, min_value, **_: all(len(cell) >= min_value for cell in cells),
    "isin": lambda cells, allowed_values: cells.issubset(allowed_values),
    "greater_than_or_equal_to": lambda cells, min_value: all(cell >= min_value for cell in cells),
}


@cache
def later(table: str) -> list[str]:
    """Columns that a table may do without."""
    about = TABLES[table].to_schema().columns
    return [name for name, column in about.items() if (column.metadata or {}).get("later")]


@cache
def columns(table: str) -> dict[str, str]:
    """The columns of a table with their type on disk: text, number or date."""
    types = {"datetime64[ns]": "date", "float64": "number"}
    return {name: types.get(str(column.dtype), "text") for name, column in TABLES[table].to_schema().columns.items()}
