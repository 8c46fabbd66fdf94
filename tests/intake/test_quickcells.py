"""dxlib.intake.quickcells: the same cells as the XML parser finds, or none at all."""

import datetime as dt
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from dxlib.intake import quickcells, xlsx
from dxlib.intake.container import look

PLAIN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def quick(body: str):
    apart = quickcells.split(PLAIN.format(body).encode())
    return apart and quickcells.cells(apart[1])


def both(book: bytes, monkeypatch) -> tuple:
    fast = xlsx.read(look("a.xlsx", book))
    monkeypatch.setattr(quickcells, "split", lambda data: None)
    return fast, xlsx.read(look("a.xlsx", book))


def test_a_cell_of_the_plain_make_is_found():
    row = '<row r="3" hidden="1"><c r="A3" s="4" t="s"><v>7</v></c><c r="AB3"/><c r="C3"><f>A1+1</f><v/></c></row>'
    assert quick(row) == ([(3, 1, 4, "s", "7", None, None), (3, 3, 0, "n", "", "A1+1", None)], {3})


def test_entities_are_told_as_xml_does():
    body = '<row r="1"><c r="A1" t="inlineStr"><is><t>a &amp;lt; &#273;&#x1EA1; &lt;</t></is></c></row>'
    assert quick(body)[0][0][6] == "a &lt; đạ <"


OTHERS = {
    "a prefix": '<x:row r="1"/>',
    "white space": '<row r="1"> <c r="A1"><v>1</v></c></row>',
    "another order of attributes": '<row r="1"><c s="1" r="A1"><v>1</v></c></row>',
    "an attribute more": '<row r="1"><c r="A1" cm="1"><v>1</v></c></row>',
    "rich text": '<row r="1"><c r="A1" t="inlineStr"><is><r><t>1</t></r></is></c></row>',
    "two values": '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
    "a comment": '<row r="1"><!-- <c r="A1"><v>1</v></c> --></row>',
    "a section": '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
    "an entity of its own": '<row r="1"><c r="A1"><v>&x;</v></c></row>',
    "half an entity": '<row r="1"><c r="A1"><v>1 & 2</v></c></row>',
    "a character that is none": '<row r="1"><c r="A1"><v>&#0;</v></c></row>',
    "no place": '<row r="1"><c><v>1</v></c></row>',
    "row 0": '<row r="1"><c r="A0"><v>1</v></c></row>',
    "a hidden row without its number": '<row hidden="1"><c r="A1"><v>1</v></c></row>',
    "a cell that does not end": '<row r="1"><c r="A1"><v>1</v></row>',
}


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_whatever_is_of_another_make_is_left_to_the_parser(body):
    assert quick(body) is None


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20).map(lambda text: ILLEGAL_CHARACTERS_RE.sub("", text)),
    st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)),
    st.sampled_from(["=A1", "_x0041_", "a\nb", " a ", "<b>&amp;", "#N/A", "]]>"]),
)  # fmt: skip


@given(rows=st.lists(st.lists(VALUES, max_size=5), max_size=5), hidden=st.integers(1, 6))
def test_both_ways_read_the_same_of_what_openpyxl_writes(rows, hidden):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.active.row_dimensions[hidden].hidden = True
    book.active.column_dimensions["B"].hidden = True
    written = BytesIO()
    try:
        book.save(written)
    except ValueError:
        return  # a lone surrogate
    with pytest.MonkeyPatch.context() as patch:
        fast, slow = both(written.getvalue(), patch)
    assert fast == slow


def test_both_ways_read_the_same_of_the_form(forms, monkeypatch):
    assert quickcells.split(look("a.xlsx", forms("so-tttt")).part("xl/worksheets/sheet2.xml")) is not None
    fast, slow = both(forms("so-tttt"), monkeypatch)
    assert fast == slow
