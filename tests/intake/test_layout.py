"""Laws of layout: the header is found, columns by name; a row with a figure is a record, a total, or told."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxlib.intake.cells import cover, number_cell
from dxlib.intake.headings import USUAL, Headings
from dxlib.intake.layout import records
from dxlib.intake.sheets import KINDS, Book, Cell, Sheet


def sheet(rows, merges=(), name="S", **options) -> Sheet:
    """A sheet of texts and numbers; merges as (first row, first column, last row, last column)."""
    cells = {}
    for row, line in enumerate(rows, 1):
        for column, value in enumerate(line, 1):
            if isinstance(value, (int, float)):
                cells[row, column] = number_cell(row, column, value)
            elif value:
                cells[row, column] = Cell(row, column, "text", value)
    return Sheet(name, cells, merges=cover(cells, list(merges)), **options)


def read(*sheets, kind="xlsx", synonyms=None, period=""):
    return records(Book("a", "", kind, tuple(sheets)), synonyms, period)


def shown(found) -> list[dict]:
    """Each record's filled cells."""
    return [{name: cell.text for name, cell in record.cells.items() if not cell.blank} for record in found]


HEAD = ["STT", "Chỉ tiêu", "ĐVT", "Kế hoạch năm 2024", "Thực hiện", "Ghi chú"]
A, B = (
    {"name": "Số xã", "unit": "xã", "plan": "20", "value": "17"},
    {"name": "Số bản", "unit": "bản", "plan": "9", "value": "8"},
)
ROWS = [[1, "Số xã", "xã", 20, 17], [2, "Số bản", "bản", 9, 8]]

# name, sheet, records, rules told
LAYOUTS = [
    ("plain", sheet([HEAD, *ROWS]), [A, B], []),
    ("title rows above", sheet([["UBND TỈNH"], ["Biểu 01"], [], HEAD, *ROWS]), [A, B], []),
    ("away from the corner", sheet([[], [], *[["", "", *row] for row in [HEAD, *ROWS]]]), [A, B], []),
    ("column numbers under the header", sheet([HEAD, ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], *ROWS]), [A, B], []),
    ("letters and numbers", sheet([HEAD, ["A", "B", "C", 1, "2=1/3", 3], *ROWS]), [A, B], []),
    ("idle rows between", sheet([HEAD, [], ROWS[0], [], [], ROWS[1]]), [A, B], []),
    ("header again on the next page", sheet([HEAD, ROWS[0], HEAD, ROWS[1]]), [A, B], []),
    ("two tables", sheet([HEAD, ROWS[0], [], ["Biểu 02"], ["TT", "Tên chỉ tiêu", "Kết quả", "ĐVT"], [1, "Số bản", 8, "bản"]]),
     [A, {"name": "Số bản", "unit": "bản", "value": "8"}], []),
    ("columns in another order", sheet([["Thực hiện", "Chỉ tiêu", "Kế hoạch"], [17, "Số xã", 20]]),
     [{"name": "Số xã", "plan": "20", "value": "17"}], []),
    ("headings in capitals, two lines", sheet([["TT", "CHỈ TIÊU", "KẾ HOẠCH\nNĂM 2024", "KẾT QUẢ\nTHỰC HIỆN"], [1, "Số xã", 20, 17]]),
     [{"name": "Số xã", "plan": "20", "value": "17"}], []),
    ("tone marks placed otherwise", sheet([["TT", "Chỉ tiêu", "Luỹ kế"], [1, "Số xã", 17]]), [{"name": "Số xã", "value": "17"}], []),
    ("letters and roman sections", sheet([HEAD, ["A", "Nhà nước"], ["I", "Chính quyền số"], ROWS[0], ["II", "Kinh tế số"], ROWS[1]]), [A, B], []),
    ("section across the table", sheet([HEAD, ["Chính quyền số"], ROWS[0], ["Kinh tế số"], ROWS[1]], [(2, 1, 2, 6), (4, 1, 4, 6)]), [A, B], []),
    ("numbered sections in the text", sheet([HEAD, ["", "I. Chính quyền số"], ROWS[0]]), [A], []),
    ("a total that adds up", sheet([HEAD, *ROWS, ["", "Tổng cộng", "", 29, 25]]), [A, B], []),
    ("a total that does not", sheet([HEAD, *ROWS, ["", "Tổng cộng", "", 29, 26]]), [A, B], ["total_differs"]),
    ("totals of sections and of all", sheet([HEAD, ["I", "Nhóm 1"], ROWS[0], ["", "Cộng", "", 20, 17], ["II", "Nhóm 2"], ROWS[1], ["", "Cộng", "", 9, 8],
     ["", "Tổng cộng", "", 29, 25]]), [A, B], []),
    ("a total before all that does not add up", sheet([HEAD, ["", "Tổng số", "", 29, 26], *ROWS]), [A, B], ["total_differs"]),
    ("a total under its section's heading", sheet([HEAD, ["I", "Nhóm 1"], ROWS[0], ["II", "Nhóm 2"], ["", "Tổng", "", 9, 7], ROWS[1], ["III", "Nhóm 3"]]),
     [A, B], ["total_differs"]),
    ("groups without numbers", sheet([HEAD[1:], ["Chính quyền số"], ROWS[0][1:], ["Kinh tế số"], ROWS[1][1:]]), [A, B], ["section_assumed"] * 2),
    ("a name alone where rows hold little more", sheet([["Chỉ tiêu", "Thực hiện"], ["Số xã", 17], ["Số bản", ""]]),
     [{"name": "Số xã", "value": "17"}, {"name": "Số bản"}], []),
    ("roman rows that hold figures", sheet([HEAD, ["I", *ROWS[0][1:]], ["II", *ROWS[1][1:]]]), [A, B], []),
    ("contents before a table", sheet([["STT", "Nội dung", "Ghi chú"], [1, "Biểu 01", ""], [], HEAD, *ROWS]), [A, B], ["table_without_results"]),
    ("a total before its rows", sheet([HEAD, ["", "TỔNG SỐ", "", 29, 25], *ROWS]), [A, B], []),
    ("an indicator that begins with total", sheet([HEAD, [1, "Tổng số hồ sơ", "hồ sơ", 20, 17]]),
     [{"name": "Tổng số hồ sơ", "unit": "hồ sơ", "plan": "20", "value": "17"}], []),
    ("footnotes and signature", sheet([HEAD, *ROWS, ["Ghi chú: số ước"], ["* theo báo cáo"], ["", "", "", "Lào Cai, ngày 20 tháng 3 năm 2024"],
     ["", "", "", "GIÁM ĐỐC"], ["Nơi nhận:"]]), [A, B], []),
    ("a row without a name", sheet([HEAD, ROWS[0], [2, "", "bản", 9, 8]]), [A], ["row_without_name"]),
    ("a row without figures", sheet([HEAD, ROWS[0], [2, "Số bản", "bản"]]), [A, {"name": "Số bản", "unit": "bản"}], []),
    ("only a name", sheet([HEAD, ROWS[0], [2, "Số bản"]]), [A, {"name": "Số bản"}], []),
    ("no number column", sheet([HEAD[1:], *[row[1:] for row in ROWS]]), [A, B], []),
    ("two levels, merged", sheet([["TT", "Chỉ tiêu", "Kế hoạch", "", "Kết quả"], ["", "", "Năm 2024", "Quý I", ""], [1, "Số xã", 20, 5, 17]],
     [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 2, 5)]), [{"name": "Số xã", "plan": "20", "plan_to_date": "5", "value": "17"}], []),
    ("two levels, not merged", sheet([["TT", "Chỉ tiêu", "Kế hoạch", "", "Kết quả"], ["", "", "Năm 2024", "Quý I", ""], [1, "Số xã", 20, 5, 17]]),
     [{"name": "Số xã", "plan": "20", "plan_to_date": "5", "value": "17"}], []),
    ("cases under one heading", sheet([["TT", "Chỉ tiêu", "Kết quả thực hiện", "", ""], ["", "", "Tử số", "Mẫu số", "Tỷ lệ (%)"], [1, "Hồ sơ", 97, 100, 97]],
     [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 5)]), [{"name": "Hồ sơ", "numerator": "97", "denominator": "100", "value": "97"}], []),
    ("a name merged down", sheet([["TT", "Chỉ tiêu", "Xã", "Thực hiện"], [1, "Số bản", "Xã A", 3], ["", "", "Xã B", 5]], [(2, 2, 3, 2)]),
     [{"name": "Số bản", "area": "Xã A", "value": "3"}, {"name": "Số bản", "area": "Xã B", "value": "5"}], []),
    ("tasks", sheet([["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn", "Kết quả", "Trạng thái"], [1, "Ban hành KH", "Sở TT&TT", "6/2024", "Đã xong", "Đã hoàn thành"]]),
     [{"task": "Ban hành KH", "owner": "Sở TT&TT", "deadline": "6/2024", "result": "Đã xong", "state": "Đã hoàn thành"}], []),
    ("areas in rows", sheet([["TT", "Xã, phường", "Thực hiện"], [1, "Xã A", 3], [2, "Xã B", 5]]),
     [{"area": "Xã A", "value": "3"}, {"area": "Xã B", "value": "5"}], []),
    ("unit beside agency", sheet([["TT", "Chỉ tiêu", "ĐVT", "Đơn vị", "Kết quả"], [1, "Số xã", "xã", "Sở A", 17]]),
     [{"name": "Số xã", "unit": "xã", "value": "17"}], ["column_unread"]),
    ("target beside indicator", sheet([["TT", "Chỉ tiêu", "Mục tiêu năm 2024", "Kết quả"], [1, "Số xã", 20, 17]]),
     [{"name": "Số xã", "plan": "20", "value": "17"}], []),
    ("a column of no known name", sheet([[*HEAD[:5], "Màu sắc"], [*ROWS[0], "xanh"]]), [A], ["column_unread"]),
    ("a heading nearly right", sheet([["TT", "Chỉ tiêu", "Kế hoạch", "Thục hiện"], [1, "Số xã", 20, 17]]), [{"name": "Số xã", "plan": "20"}],
     ["column_missing", "column_near"]),
    ("no column of results", sheet([["TT", "Chỉ tiêu", "Kế hoạch"], [1, "Số xã", 20]]), [{"name": "Số xã", "plan": "20"}], ["column_missing"]),
    ("of the quarter and to date", sheet([["TT", "Chỉ tiêu", "Thực hiện quý I", "Lũy kế"], [1, "Số xã", 2, 17]]), [{"name": "Số xã"}],
     ["column_twice", "column_unread", "column_unread"]),
    ("results twice", sheet([["TT", "Chỉ tiêu", "Thực hiện", "Kết quả"], [1, "Số xã", 2, 17]]), [{"name": "Số xã"}],
     ["column_twice", "column_unread", "column_unread"]),
    ("an estimate of nobody knows when", sheet([["TT", "Chỉ tiêu", "Ước thực hiện"], [1, "Số xã", 17]]), [{"name": "Số xã"}],
     ["column_missing", "column_near"]),
    ("no header", sheet([[1, "Số xã", 17]]), [], ["no_table"]),
    ("only text", sheet([["Kính gửi"], ["Báo cáo"]]), [], ["no_table"]),
    ("empty", sheet([]), [], ["no_table"]),
]  # fmt: skip


@pytest.mark.parametrize("name, made, rows, rules", LAYOUTS, ids=[case[0] for case in LAYOUTS])
def test_a_layout_gives_its_records_and_what_is_to_be_told(name, made, rows, rules):
    found, findings = read(made)
    assert shown(found) == rows
    assert sorted(one.rule for one in findings) == sorted(rules)
    for one in findings:
        assert one.sentence("vi") and one.sentence("en")


def test_sections_follow_their_levels():
    made = sheet(
        [
            HEAD,
            ["A", "Nhà nước"],
            ["I", "Chính quyền"],
            ROWS[0],
            ["II", "Kinh tế"],
            ROWS[1],
            ["B", "Đảng"],
            [3, "Ký số", "%", 1, 2],
        ]
    )
    assert [record.section for record in read(made)[0]] == ["Nhà nước / Chính quyền", "Nhà nước / Kinh tế", "Đảng"]


def test_rows_with_roman_numbers_are_no_sections_of_each_other():
    assert [record.section for record in read(sheet([HEAD, ["I", *ROWS[0][1:]], ["II", *ROWS[1][1:]]]))[0]] == ["", ""]


def test_an_absent_column_is_not_an_empty_cell():
    (record,), _ = read(sheet([["TT", "Chỉ tiêu", "Thực hiện"], [1, "Số xã", ""]]))
    assert "plan" not in record.cells and record.cells["value"].blank


def test_hidden_rows_are_marked_and_hidden_columns_told():
    made = sheet([HEAD, *ROWS], hidden_rows=frozenset({3}), hidden_columns=frozenset({5}))
    found, findings = read(made)
    assert [record.hidden for record in found] == [False, True]
    assert [(one.rule, one.ref) for one in findings] == [("hidden_column", "E1")]


def test_a_sheet_without_a_header_beside_one_with_is_told_when_it_holds_figures():
    found, findings = read(sheet([HEAD, *ROWS]), sheet([[1, "Số xã", 17]], name="B"), sheet([["Hướng dẫn"]], name="C"))
    assert len(found) == 2 and [(one.rule, one.sheet) for one in findings] == [("no_header", "B")]


def test_a_table_that_goes_on_in_a_document_keeps_its_header():
    found, _ = read(sheet([HEAD, ROWS[0]], name="Bảng 1"), sheet([[*ROWS[1], "x"]], name="Bảng 2"), kind="docx")
    assert shown(found) == [A, {**B, "note": "x"}]


def test_the_packages_own_headings_come_before_the_usual_ones():
    made = sheet([["TT", "Chỉ tiêu", "Thực hiện", "Số làm được"], [1, "Số xã", 2, 17]])
    found, findings = read(made, synonyms={"value": ["Số làm được"], "note": ["Thực hiện"]})
    assert shown(found) == [{"name": "Số xã", "value": "17", "note": "2"}] and findings == []


def test_a_column_of_another_period_is_not_taken_where_the_period_is_known():
    made = sheet(
        [
            ["TT", "Chỉ tiêu", "Thực hiện năm 2023", "Thực hiện quý I/2024", "Thực hiện quý II/2024"],
            [1, "Số xã", 1, 2, 3],
        ]
    )
    assert shown(read(made, period="2024-Q1")[0]) == [{"name": "Số xã", "value": "2"}]
    assert shown(read(made, period="2024-Q2")[0]) == [{"name": "Số xã", "value": "3"}]
    assert {one.rule for one in read(made)[1]} >= {"column_twice"}


@pytest.mark.parametrize(
    "text, field, status",
    [
        ("Ước thực hiện quý I/2024", "value", "E"), ("Ước thực hiện 6 tháng đầu năm 2024", "value", "E"),
        ("Ước thực hiện đến 30/6/2024", "value", "E"), ("Ước thực hiện năm 2024", "estimate", ""), ("Thực hiện quý I", "value", ""),
    ],
)  # fmt: skip
def test_an_estimate_of_the_period_is_a_value_and_one_of_the_year_is_not(text, field, status):
    (record,), _ = read(
        sheet([["TT", "Chỉ tiêu", text, "Nguyên nhân"], [1, "Số xã", 17, "x"]]),
        period="2024-Q1" if "I/" in text else "",
    )
    assert shown([record]) == [{"name": "Số xã", field: "17", "cause": "x"}] and record.status == status


@pytest.mark.parametrize("line, rule", {"A,%,97,5,98": "shifted_row", "A,%,97,5,98,5": "ragged_row"}.items())
def test_a_row_cut_at_a_comma_inside_a_number_is_told_and_gives_no_record(line, rule):
    """The last cell left out, a row with a decimal comma has as many cells as the table."""
    head = "Chỉ tiêu,ĐVT,Kế hoạch,Thực hiện,Ghi chú"
    cells = [row.split(",") for row in (head, line, "B,%,50,40,x")]
    found, findings = read(sheet(cells, name="", delimiter=","), kind="csv")
    assert shown(found) == [{"name": "B", "unit": "%", "plan": "50", "value": "40", "note": "x"}]
    assert [(one.rule, one.level, one.ref) for one in findings] == [(rule, "error", "A2")]
    assert findings[0].sentence("vi").startswith("Ô A2 (A): ")


@pytest.mark.parametrize(
    "text, field",
    {
        "Kế hoạch năm 2024": "plan", "KẾ HOẠCH GIAO (%)": "plan", "Kế hoạch quý I/2024": "plan_to_date",
        "Thực hiện quý I năm 2024": "value", "Kết quả thực hiện đến 20/3/2024": "value", "Thực hiện 6 tháng đầu năm 2024": "value",
        "Kết quả đến nay": "result", "Cùng kỳ năm trước": "last_year", "Ước thực hiện cả năm 2024": "estimate",
        "Ước thực hiện năm 2024": "estimate", "% kế hoạch năm": "percent_of_plan", "Cơ quan chủ trì theo dõi, đánh giá": "owner",
        "Nguyên nhân": "cause", "STT": "number", "Mã": "indicator", "": "", "Xyz": "", "Thực hiệnn": "",
    }.items(),
)  # fmt: skip
def test_a_heading_is_a_field_by_its_name(text, field):
    assert Headings().read(text).field == field


def test_no_usual_heading_stands_for_two_fields():
    from dxlib.intake.matching import fold

    seen = {}
    for name, texts in USUAL.items():
        for text in texts:
            assert seen.setdefault(fold(text), name) == name, text


# --- any layout ---------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(
    count=st.integers(1, 12),
    above=st.integers(0, 8),
    left=st.integers(0, 3),
    idle=st.integers(0, 2),
    seed=st.integers(0, 10**6),
    numbered=st.booleans(),
    total=st.booleans(),
    index=st.booleans(),
)
def test_a_table_comes_back_whole_wherever_it_stands(count, above, left, idle, seed, numbered, total, index):
    chance = random.Random(seed)
    fields = ["name", "unit", "plan", "value", "note"]
    chance.shuffle(fields)
    head = [chance.choice(USUAL[name]) for name in fields]
    table = [
        {
            "name": f"Chỉ tiêu số {n} abc",
            "unit": "xã",
            "plan": chance.randint(1, 999),
            "value": chance.randint(0, 999),
            "note": f"ghi {n}",
        }
        for n in range(count)
    ]
    rows: list = [[f"Dòng đầu {n}"] for n in range(above)]
    rows.append((["STT"] if numbered else []) + head)
    if index:
        rows.append([f"({n + 1})" for n in range(len(rows[-1]))])
    for number, row in enumerate(table, 1):
        rows.append(([number] if numbered else []) + [row[name] for name in fields])
        rows += [[]] * idle
    if total:
        sums = {
            "name": "Tổng cộng",
            "plan": sum(row["plan"] for row in table),
            "value": sum(row["value"] for row in table),
        }
        rows.append(([""] if numbered else []) + [sums.get(name, "") for name in fields])
    found, findings = read(sheet([[""] * left + row for row in rows]))
    assert shown(found) == [{name: str(row[name]) for name in fields} for row in table]
    assert findings == []


CELLS = st.builds(
    lambda kind, text: (kind, text),
    st.sampled_from(KINDS),
    st.text(max_size=6)
    | st.sampled_from([text for texts in USUAL.values() for text in texts])
    | st.sampled_from(["I", "II", "A", "1", "1.1", "Tổng cộng", "Ghi chú", "97,5%", "(1)", "ngày 20 tháng 3", "*"]),
)
MERGES = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8), st.integers(0, 4), st.integers(0, 8)), max_size=5)


@settings(max_examples=150)
@given(
    grids=st.lists(
        st.tuples(st.dictionaries(st.tuples(st.integers(1, 14), st.integers(1, 8)), CELLS, max_size=50), MERGES),
        min_size=1,
        max_size=3,
    ),
    kind=st.sampled_from(["xlsx", "docx", "csv"]),
    period=st.sampled_from(["", "2024-Q1", "x"]),
)
def test_no_layout_breaks_the_reader_and_no_row_is_two_records(grids, kind, period):
    sheets = []
    for number, (grid, merges) in enumerate(grids):
        cells = {}
        for (row, column), (cell_kind, text) in grid.items():
            cell = (
                number_cell(row, column, 7)
                if cell_kind in ("number", "percent")
                else Cell(row, column, cell_kind, text)
            )
            cells[row, column] = cell
        spans = [(top, left, top + down, left + across) for top, left, down, across in merges]
        sheets.append(Sheet(f"S{number}", cells, merges=cover(cells, spans)))
    found, findings = read(*sheets, kind=kind, period=period)
    for one in findings:
        assert one.sentence("vi") and one.sentence("en")
    places = [(record.sheet, record.row) for record in found]
    assert len(set(places)) == len(places)
    for record in found:
        assert all(cell.row == record.row for cell in record.cells.values())


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["", "1", "I", "A", "1.1", "*", "Ghi chú", "Tổng"]),
            st.sampled_from(
                ["", "Số xã", "I. Nhóm", "Ghi chú: x", "Người lập biểu", "(*) x", "Nguồn", "Tổng số hồ sơ"]
            ),
            st.sampled_from(["", "xã"]),
            st.sampled_from(["", "97,5%", "x", "ngày 20 tháng 3", 5]),
            st.sampled_from(["", 7, "97%", "KPS"]),
        ),
        max_size=8,
    )
)
def test_a_row_with_a_figure_is_a_record_or_a_total_or_told(rows):
    found, findings = read(sheet([["STT", "Chỉ tiêu", "ĐVT", "Kế hoạch", "Thực hiện"], *rows]))
    known = {record.row for record in found} | {int("".join(filter(str.isdigit, one.ref)) or 0) for one in findings}
    for number, row in enumerate(rows, 2):
        if isinstance(row[4], int) and "Tổng" not in row[:1] and number not in known:
            raise AssertionError(f"row {number} is lost: {row}")
