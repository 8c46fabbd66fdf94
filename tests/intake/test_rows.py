"""dxlib.intake.rows: whatever a sender's cells hold, rows or findings, and rows that the package can read."""

import datetime as dt
import shutil
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dxlib import journal
from dxlib.intake.additions import additions
from dxlib.intake.content import checked
from dxlib.intake.context import packed, unpacked
from dxlib.intake.drafting import Draft, place_of
from dxlib.intake.loading import _readable
from dxlib.intake.rows import Reader
from dxlib.intake.sheets import Cell, Record
from tests.conftest import ROOT

TODAY = dt.date.today()
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["97,5%", "1.234", "1.234,5", "97%/95%", "13/17", "≥ 80%", "37, 6%", "hơn 6.050", "KPS", "đạt", "cơ bản đạt", "chưa", "-", "x",
         "đang tổng hợp", "Trên 70%", "Sơ bộ", "P", "M", "hơn", "30/6/2024", "99001", "xã Bình An", "{value}", "=1+1", "0", "0/0", "5/0"]
    ),
)  # fmt: skip
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)


@st.composite
def cells(draw, row: int, column: int):
    kind = draw(st.sampled_from(["empty", "text", "text", "number", "percent", "date", "boolean", "error", "formula", "merged"]))
    if kind == "empty":
        return Cell(row, column)
    if kind in ("number", "percent"):
        value = draw(NUMBERS)
        return Cell(row, column, kind, f"{value:f}" + ("%" if kind == "percent" else ""), value)
    if kind == "date":
        day = draw(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
        return Cell(row, column, kind, day.isoformat(), day)
    if kind == "boolean":
        return Cell(row, column, kind, "TRUE", True)
    text = draw(TEXTS)
    return Cell(row, column, kind, "#REF!" if kind == "error" else text, text or None)


FIELDS = ("area", "unit", "plan", "value", "numerator", "denominator", "status", "qualifier", "cause", "remedy", "committed",
          "proposal", "estimate", "note")  # fmt: skip


@st.composite
def records(draw, ids: list[str]):
    made = []
    for row in range(1, draw(st.integers(1, 6)) + 1):
        named = draw(st.sampled_from(ids)) if draw(st.integers(0, 9)) else draw(st.text(max_size=20))
        held = {"indicator": Cell(row, 1, "text", named)}
        for column, name in enumerate(FIELDS, 2):
            if draw(st.integers(0, 3)):
                held[name] = draw(cells(row, column))
        made.append(Record("Trang", row, cells=held))
    return made


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = shutil.copytree(ROOT / "data" / "demo-province", tmp_path_factory.mktemp("rows") / "package")
    (folder / journal.FOLDER).mkdir()
    return folder


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_cells_give_rows_that_the_package_can_read_or_findings(demo, place, data):
    known = unpacked(packed(demo))
    reader = Reader(known, "2024-Q2", "so-tttt", form=data.draw(st.booleans()))
    made = data.draw(records(list(known.indicators)))
    reader.read("indicators", made)
    told = {(one.sheet, place_of(one)[1]) for one in reader.findings if one.level == "error"}
    assert {(row.sheet, row.row) for row in reader.rows} | told == {("Trang", record.row) for record in made}
    draft = Draft("a.xlsx", "0" * 64, "xlsx", period="2024-Q2", sender="so-tttt", rows=tuple(reader.rows))
    found = checked(demo, {0: draft}, {0: set()}, TODAY)[0]
    bad = {place_of(one) for one in found if one.level == "error"}
    added = additions(demo, {0: (draft, found, bad)}, TODAY, TODAY)[0].rows
    _readable(place, demo, {table: rows for table, rows in added.items() if rows})
    for one in (*reader.findings, *found):
        assert one.sentence("vi") and one.sentence("en")


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**6))
def test_a_number_that_is_typed_is_the_number_that_is_stored(demo, value):
    known = unpacked(packed(demo))
    reader = Reader(known, "2024-Q2", "so-tttt", form=True)
    held = {"indicator": Cell(1, 1, "text", "cap-quang"), "value": Cell(1, 2, "percent", f"{value}%", value)}
    reader.read("indicators", [Record("a", 1, cells=held)])
    draft = Draft("a.xlsx", "0" * 64, "xlsx", period="2024-Q2", sender="so-tttt", rows=tuple(reader.rows))
    (row,) = additions(demo, {0: (draft, [], set())}, TODAY, TODAY)[0].rows["observations"]
    assert Decimal(row["value"]) == value
