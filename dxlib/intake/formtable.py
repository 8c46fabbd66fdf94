"""The form's make-up, known to those who write it and who read it back: sheets, columns, lists, hidden marks."""

from __future__ import annotations

from dataclasses import dataclass

from dxlib import messages

VERSION = "1"
NAMES = ("dx_form", "dx_package", "dx_period", "dx_sender", "dx_made")  # hidden defined names: the form's marks
LISTS = "_dx"  # the hidden sheet that holds the lists of the drop-downs
MARK = "dx:"  # a hidden first row: this and the table's name, then the fields of the columns
HEAD_ROWS = 6  # hidden fields, title, sender, note, blank, headings
OFFERED = ("A", "P", "E", "B", "M", "O", "L", "V")  # statuses, in the order of the drop-down


@dataclass(frozen=True)
class Column:
    """One column of a table of the form: `typed` ones are filled in by the sender, `hidden` ones only help."""

    field: str
    width: float
    typed: bool = False
    hidden: bool = False


INDICATORS = (
    Column("number", 5),
    Column("indicator", 18, hidden=True),
    Column("area", 9, hidden=True),
    Column("name", 40),
    Column("unit", 9),
    Column("plan", 11),
    Column("plan_to_date", 12),
    Column("previous", 12),
    Column("how", 27),
    Column("value", 14, typed=True),
    Column("qualifier", 9, typed=True),
    Column("numerator", 12, typed=True),
    Column("denominator", 12, typed=True),
    Column("status", 17, typed=True),
    Column("demand", 14),
    Column("cause", 28, typed=True),
    Column("remedy", 28, typed=True),
    Column("committed", 14, typed=True),
    Column("proposal", 24, typed=True),
    Column("estimate", 13, typed=True),
    Column("note", 22, typed=True),
    Column("actual", 9, hidden=True),  # the year to date that the typed cells give
)
WORK = (
    Column("number", 5),
    Column("id", 9, hidden=True),
    Column("name", 52),
    Column("product", 26),
    Column("deadline", 14),
    Column("last", 30),
    Column("state", 17, typed=True),
    Column("done_on", 13, typed=True),
    Column("result", 42, typed=True),
    Column("cause", 36, typed=True),
)
ABOUT = ("number", "reported_on", "person", "phone")  # of the sender's own document, on the first sheet
DEMANDED = ("cause", "remedy", "committed", "proposal", "estimate")  # of a value that is behind its pace or falling
COLUMNS = {"indicators": INDICATORS, "tasks": WORK, "decisions": WORK}


def states() -> dict[str, str]:
    """The states of a task that the form offers, by code."""
    from dxlib import schema  # not at import: a child process reads a form without pandas

    return {code: messages.label("vi", "form_state", code) for code in schema.TASK_STATES}


def lists(settings) -> dict[str, dict[str, str]]:
    """What each drop-down offers: words by code."""
    from dxlib import schema

    say = lambda group, code: messages.label("vi", group, code)  # noqa: E731
    bands = [band for given in settings.band_sets.values() for band in given]
    return {
        "status": {code: say("status", code) for code in OFFERED},
        "qualifier": {code: say("qualifier", code) for code in schema.QUALIFIERS if code},
        "ladder": {str(step): say("ladder", str(step)) for step in range(schema.LAST_STEP + 1)},
        "band": {band.id: settings.band_label(band.id, "vi") for band in bands},
        "state": states(),
    }
