"""Laws of delimited text: the delimiter is found out, nothing is guessed of numbers, no shape breaks it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib.intake import container, delimited
from dxlib.intake.sheets import Refused


def read(text: str | bytes):
    data = text if isinstance(text, bytes) else text.encode()
    sheets, findings = delimited.read(container.Container("a.csv", "csv", data))
    return [[cell.text for cell in row] for row in sheets[0].rows()], findings


SHAPES = [
    ("comma", "TT,Tên,Giá trị\n1,a,97\n2,b,98\n", [["TT", "Tên", "Giá trị"], ["1", "a", "97"], ["2", "b", "98"]]),
    ("semicolon", "TT;Tên;Giá trị\n1;a;97,5\n2;b;98,5\n", [["TT", "Tên", "Giá trị"], ["1", "a", "97,5"], ["2", "b", "98,5"]]),
    ("tab", "TT\tTên\n1\ta, b; c\n", [["TT", "Tên"], ["1", "a, b; c"]]),
    ("bar", "TT|Tên\n1|a\n", [["TT", "Tên"], ["1", "a"]]),
    ("sep=", "sep=;\nTT;Tên\n1;a,b,c\n", [["", ""], ["TT", "Tên"], ["1", "a,b,c"]]),
    ("quoted comma", 'TT,Tên,Giá trị\n1,"a, b","97,5"\n', [["TT", "Tên", "Giá trị"], ["1", "a, b", "97,5"]]),
    ("quoted line", 'TT,Tên\n1,"a\nb"\n', [["TT", "Tên"], ["1", "a\nb"]]),
    ("doubled quote", 'TT,Tên\n1,"a ""b"""\n', [["TT", "Tên"], ["1", 'a "b"']]),
    ("windows lines", "TT;Tên\r\n1;a\r\n", [["TT", "Tên"], ["1", "a"]]),
    ("old mac lines", "TT;Tên\r1;a\r", [["TT", "Tên"], ["1", "a"]]),
    ("no last line end", "TT;Tên\n1;a", [["TT", "Tên"], ["1", "a"]]),
    ("title rows", "Biểu 01\n\nTT;Tên;Giá trị\n1;a;2\n2;b;3\n", [["Biểu 01", "", ""], ["", "", ""], ["TT", "Tên", "Giá trị"], ["1", "a", "2"], ["2", "b", "3"]]),
    ("idle ends", "TT;Tên;;\n1;a;;\n", [["TT", "Tên"], ["1", "a"]]),
    ("short row", "TT;Tên;Giá trị\n1;a\n2;b;3\n", [["TT", "Tên", "Giá trị"], ["1", "a", ""], ["2", "b", "3"]]),
    ("one column", "Tên\na\n", [["Tên"], ["a"]]),
    ("numbers stay text", "TT;x\n00123;1E5\nNA;NULL\n", [["TT", "x"], ["00123", "1E5"], ["NA", "NULL"]]),
    ("formula is text", "TT;x\n1;=1+1\n", [["TT", "x"], ["1", "=1+1"]]),
]  # fmt: skip


@pytest.mark.parametrize("name, text, rows", SHAPES, ids=[case[0] for case in SHAPES])
def test_a_shape_is_read_cell_by_cell_as_text(name, text, rows):
    found, findings = read(text)
    assert found == rows and findings == []


@pytest.mark.parametrize(
    "text, line",
    {'TT,Tên\n1,"a\n2,b\n': "3", 'TT,Tên\n1,"a"b\n': "2"}.items(),
    ids=["quote not closed", "text behind a quote"],
)
def test_csv_that_is_not_well_formed_is_refused_with_its_line(text, line):
    with pytest.raises(Refused) as refused:
        read(text)
    assert refused.value.rule == "csv_shape" and refused.value.fields["row"] == line


def test_a_row_with_more_cells_than_columns_is_told_and_not_shifted():
    """97,5 without quotes between commas: no value is taken from the row."""
    rows, findings = read("TT,Tên,Giá trị\n1,a,97\n2,b,97,5\n3,c,99\n")
    assert rows[2] == ["", "", ""] and rows[3] == ["3", "c", "99"]
    assert [(one.rule, one.level, one.ref) for one in findings] == [("ragged_row", "error", "A3")]
    assert "2,b,97,5" in findings[0].sentence("vi")


ROWS = st.lists(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=2, max_size=4),
    min_size=1,
    max_size=6,
)


@given(rows=ROWS, delimiter=st.sampled_from(",;\t"))
def test_no_table_breaks_the_reader(rows, delimiter):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    try:
        read(written.getvalue())
    except Refused as refused:
        assert refused.rule in ("empty_file", "encoding")


@given(rows=st.integers(1, 6), columns=st.integers(2, 5), delimiter=st.sampled_from(",;\t"), number=st.integers(0, 999))
def test_a_table_with_decimal_commas_comes_back_whole(rows, columns, delimiter, number):
    table = [[f"c{n}" for n in range(columns)]] + [[f"{number},{n}" for n in range(columns)] for _ in range(rows)]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(table)
    assert read(written.getvalue())[0] == table


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_reader(data):
    try:
        delimited.read(container.Container("a.csv", "csv", data))
    except Refused as refused:
        assert refused.sentence("vi") and refused.sentence("en")
