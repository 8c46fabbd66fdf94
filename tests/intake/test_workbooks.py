"""Laws of workbooks and documents: what the sender sees is what is read, whatever the kind of file."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from dxlib.intake.cells import decimal_of, format_class
from dxlib.intake.child import book
from dxlib.intake.sheets import Book, Refused
from tests.intake import hostile
from tests.intake.hostile import SHEET, docx, ods, xlsx

FILES = Path(__file__).parent / "files"  # sample.xls and sample.ods: LibreOffice's conversions of `sample`


def sample(made: openpyxl.Workbook) -> None:
    """What the two files of LibreOffice were made of."""
    sheet = made.active
    sheet.title = "Biểu 01"
    sheet.delete_rows(1, 2)
    sheet["A1"] = "KẾT QUẢ THỰC HIỆN QUÝ I/2024"
    for column, text in enumerate(["TT", "Chỉ tiêu", "ĐVT", "Kế hoạch năm 2024", "Thực hiện"], 1):
        sheet.cell(3, column, text)
    rows = [
        (1, "Tỷ lệ hồ sơ trực tuyến", "%", 0.95, 0.975),
        (2, "Số xã", "xã", 20, 17),
        (3, "Tû lÖ hå s¬", "%", 0.8, 0.1),
        (4, "Dòng ẩn", "xã", 1, 2),
    ]
    for number, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
        if row[2] == "%":
            sheet.cell(number, 4).number_format = sheet.cell(number, 5).number_format = "0.0%"
    sheet["B6"].font = Font(name=".VnTime")
    sheet["A8"], sheet["E8"] = dt.date(2024, 5, 9), 13256.92
    sheet["A8"].number_format = "d-mmm"
    sheet["A9"], sheet["B10"] = "gộp dọc", "x"
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("A9:A10")
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["G"].hidden = True
    made.create_sheet("Ẩn")["A1"] = "bí mật"
    made["Ẩn"].sheet_state = "hidden"
    made.defined_names["dx_form"] = openpyxl.workbook.defined_name.DefinedName("dx_form", attr_text='"1"', hidden=True)


@pytest.fixture(scope="session")
def samples(tmp_path_factory) -> dict[str, Book]:
    path = tmp_path_factory.mktemp("books") / "sample.xlsx"
    path.write_bytes(hostile.workbook(sample))
    return {"xlsx": book(str(path)), "xls": book(str(FILES / "sample.xls")), "ods": book(str(FILES / "sample.ods"))}


SEEN = [
    ("A1", "text", "KẾT QUẢ THỰC HIỆN QUÝ I/2024", None),
    ("C1", "merged", "KẾT QUẢ THỰC HIỆN QUÝ I/2024", None),
    ("A4", "number", "1", Decimal(1)),
    ("D4", "percent", "95%", Decimal(95)),
    ("E4", "percent", "97,5%", Decimal("97.5")),
    ("E5", "number", "17", Decimal(17)),
    ("B6", "text", "Tỷ lệ hồ sơ", None),
    ("E6", "percent", "10%", Decimal(10)),
    ("A8", "date", "2024-05-09", dt.date(2024, 5, 9)),
    ("E8", "number", "13256.92", Decimal("13256.92")),
    ("A10", "merged", "gộp dọc", None),
    ("C12", "empty", "", None),
]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("ref, cell_kind, text, value", SEEN, ids=[case[0] for case in SEEN])
def test_a_cell_reads_the_same_in_every_kind_of_workbook(samples, kind, ref, cell_kind, text, value):
    cell = samples[kind].sheets[0].cell(int(ref[1:]), ord(ref[0]) - 64)
    assert (cell.ref, cell.kind, cell.text, cell.value) == (ref, cell_kind, text, value)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_is_hidden_merged_converted_and_marked_is_known(samples, kind):
    read = samples[kind]
    first, second = read.sheets
    assert (first.name, first.hidden, second.name, second.hidden) == ("Biểu 01", False, "Ẩn", True)
    assert (first.hidden_rows, first.hidden_columns) == ({7}, {7})
    assert set(first.merges) == {(1, 1, 1, 5), (9, 1, 10, 1)}
    assert first.cell(6, 2).converted == "tcvn3"
    assert read.version == "1" and read.kind == kind
    told = {(one.rule, one.sheet) for one in read.findings}
    assert {("hidden_sheet", "Ẩn"), ("hidden_rows", "Biểu 01"), ("tcvn3_converted", "Biểu 01")} <= told


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_division_by_zero_is_an_error_and_a_formula_gives_its_value(samples, kind):
    sheet = samples[kind].sheets[0]
    assert (sheet.cell(8, 2).kind, sheet.cell(8, 2).text) == ("error", "#DIV/0!")
    assert (sheet.cell(8, 3).kind, sheet.cell(8, 3).text) == ("number", "2")


def cell_of(inner: str, more: str = "") -> object:
    """The first cell of a workbook with this XML."""
    made = xlsx(SHEET.format(f'<sheetData><row r="1">{inner}</row></sheetData>{more}'))
    path = "none.xlsx"
    from dxlib.intake import container
    from dxlib.intake import xlsx as reader

    return reader.read(container.look(path, made))[0][0].cell(1, 1)


XML = [
    ('<c r="A1"><v>97.5</v></c>', "number", "97.5"),
    ('<c r="A1"><v>0.97499999999999998</v></c>', "number", "0.975"),
    ('<c r="A1"><v>0.30000000000000004</v></c>', "number", "0.3"),
    ('<c r="A1"><v>1E+3</v></c>', "number", "1000"),
    ('<c r="A1"><v>-0</v></c>', "number", "0"),
    ('<c r="A1"><v>1e999</v></c>', "text", "1e999"),
    ('<c r="A1"><v>abc</v></c>', "text", "abc"),
    ('<c r="A1"><f>1/0</f></c>', "formula", "=1/0"),
    ('<c r="A1"><f>1+1</f><v>2</v></c>', "number", "2"),
    ('<c r="A1"><f>1+1</f><v></v></c>', "formula", "=1+1"),
    ('<c r="A1" t="str"><f>""</f><v></v></c>', "empty", ""),
    ('<c r="A1" t="str"><f>A2</f><v>đạt</v></c>', "text", "đạt"),
    ('<c r="A1" t="e"><v>#DIV/0!</v></c>', "error", "#DIV/0!"),
    ('<c r="A1" t="b"><v>1</v></c>', "boolean", "TRUE"),
    ('<c r="A1" t="d"><v>2024-05-09</v></c>', "text", "2024-05-09"),
    ('<c r="A1" t="inlineStr"><is><t>a</t></is></c>', "text", "a"),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "text", "ab"),
    ('<c r="A1" t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>hint</t></rPh></is></c>', "text", "a"),
    ('<c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "text", "a\nb"),
    ("<c><v>1</v></c>", "number", "1"),
    ('<c r="A1" s="99"><v>1</v></c>', "number", "1"),
    ('<c r="A1"/>', "empty", ""),
]


@pytest.mark.parametrize("inner, kind, text", XML, ids=[case[0][:50] for case in XML])
def test_a_cell_of_xml_is_what_excel_shows(inner, kind, text):
    cell = cell_of(inner)
    assert (cell.kind, cell.text) == (kind, text)


@pytest.mark.parametrize(
    "inner", ['<c r="A1" t="s"><v>0</v></c>', '<c r="A1" t="s"><v>x</v></c>', '<c r="@"><v>1</v></c>']
)
def test_a_cell_that_points_nowhere_is_a_damaged_file(inner):
    with pytest.raises(Refused) as refused:
        cell_of(inner)
    assert refused.value.rule == "damaged"


@pytest.mark.parametrize(
    "number, code, shows",
    [
        (0, "", "number"), (9, "", "percent"), (10, "", "percent"), (14, "", "date"), (20, "", "time"), (22, "", "date"),
        (164, "0.0%", "percent"), (164, '0.0"%"', "number"), (164, "0\\%", "number"), (164, "dd/mm/yyyy", "date"),
        (164, "d-mmm", "date"), (164, "[$-42A]dd mmmm yyyy", "date"), (164, "hh:mm", "time"), (164, "[h]:mm", "time"),
        (164, '#,##0 "người"', "number"), (164, "#,##0.00;[Red]-#,##0.00", "number"), (164, "General", "number"),
        (12, "", "fraction # ?/?"), (164, "??/??", "fraction ??/??"), (164, "@", "number"), (164, "mm/yyyy", "date"), (164, '0 "tháng"', "number"), (164, "#,##0_ ;\\-#,##0 ", "number"),
    ],
)  # fmt: skip
def test_a_number_format_tells_percent_and_date(number, code, shows):
    assert format_class(number, code) == shows


@given(st.decimals(-(10**9), 10**9, places=6))
def test_a_stored_float_gives_back_the_decimal_that_was_typed(number):
    assert decimal_of(repr(float(number))) == number
    assert decimal_of(f"{float(number):.17g}") == number


@pytest.mark.parametrize(
    "number, code, text",
    [
        (13 / 17, "# ??/??", "13/17"),
        (1.5, "# ?/?", "1 1/2"),
        (1.5, "?/?", "3/2"),
        (2, "# ?/?", "2"),
        (0.75, "?/100", "75/100"),
    ],
)
def test_a_number_shown_as_a_fraction_is_read_as_shown(tmp_path, number, code, text):
    def change(made):
        made.active["C2"] = number
        made.active["C2"].number_format = code

    assert opened(hostile.workbook(change), "a.xlsx", tmp_path).sheets[0].cell(2, 3).text == text


def test_a_workbook_that_holds_only_a_picture_is_a_scan(tmp_path):
    with pytest.raises(Refused) as refused:
        opened(hostile.parts({"xl/media/image1.png": b"x"}, sheet=SHEET.format("<sheetData/>")), "a.xlsx", tmp_path)
    assert refused.value.rule == "scan_inside"
    with pytest.raises(Refused) as refused:
        path = tmp_path / "b.docx"
        opened(docx("<w:p/>"), path.name, tmp_path)
    assert refused.value.rule == "no_table"


def test_pictures_comments_and_embedded_files_are_told(tmp_path):
    made = hostile.parts({"xl/media/image1.png": b"x", "xl/comments1.xml": "<x/>", "xl/embeddings/a.xlsx": b"x"})
    read = opened(made, "a.xlsx", tmp_path)
    assert {one.rule for one in read.findings} == {"embedded_not_read", "pictures_not_read", "comments_not_read"}


def opened(made: bytes, name: str, folder) -> Book:
    path = folder / name
    path.write_bytes(made)
    return book(str(path))


def test_text_in_a_vni_font_is_refused_with_its_cell_and_numbers_in_it_are_not(tmp_path):
    def vni(made, text):
        made.active["B2"] = text
        made.active["B2"].font = Font(name="VNI-Times")

    with pytest.raises(Refused) as refused:
        opened(hostile.workbook(lambda made: vni(made, "Sôû Y teá")), "a.xlsx", tmp_path)
    assert refused.value.rule == "vni_font" and "B2" in str(refused.value)
    assert opened(hostile.workbook(lambda made: vni(made, "12")), "b.xlsx", tmp_path).sheets[0].cell(2, 2).text == "12"
    plain = opened(hostile.workbook(lambda made: vni(made, "Báo cáo")), "d.xlsx", tmp_path)
    assert plain.sheets[0].cell(2, 2).text == "Báo cáo"
    assert opened(hostile.workbook(lambda made: vni(made, "Sở")), "c.xlsx", tmp_path).sheets[0].cell(2, 2).text == "Sở"


def test_each_run_of_a_cell_has_its_own_font(tmp_path):
    def mixed(made):
        made.active["B2"] = CellRichText(
            TextBlock(InlineFont(rFont=".VnTime"), "Tû lÖ "), TextBlock(InlineFont(rFont="Arial"), "(Tỷ lệ)")
        )

    assert opened(hostile.workbook(mixed), "a.xlsx", tmp_path).sheets[0].cell(2, 2).text == "Tỷ lệ (Tỷ lệ)"


def test_macros_are_told_and_never_looked_into(tmp_path):
    kind = '<Types><x y="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    made = hostile.parts({"xl/vbaProject.bin": b"not even a project", "[Content_Types].xml": kind})
    read = opened(made, "a.xlsm", tmp_path)
    assert read.kind == "xlsm" and [one.rule for one in read.findings] == ["macros_not_run"]


# --- ods ----------------------------------------------------------------------------------------------------------

TABLE = "<table:table table:name='S'><table:table-row>{}</table:table-row></table:table>"
ODS = [
    ("<table:table-cell office:value-type='float' office:value='97.5'><text:p>97,5</text:p></table:table-cell>", "number", "97.5"),
    ("<table:table-cell office:value-type='percentage' office:value='0.975'/>", "percent", "97,5%"),
    ("<table:table-cell office:value-type='date' office:date-value='2024-05-09T00:00:00'/>", "date", "2024-05-09"),
    ("<table:table-cell office:value-type='boolean' office:boolean-value='true'/>", "boolean", "TRUE"),
    ("<table:table-cell office:value-type='string'><text:p>a</text:p><text:p>b</text:p></table:table-cell>", "text", "a\nb"),
    ("<table:table-cell office:value-type='string'><text:p>a<text:s text:c='2'/>b</text:p></table:table-cell>", "text", "a  b"),
    ("<table:table-cell><office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p></table:table-cell>", "text", "a"),
    ("<table:table-cell table:formula='of:=1+1'/>", "formula", "of:=1+1"),
    ("<table:table-cell table:number-columns-repeated='3' office:value-type='float' office:value='1'/>", "number", "1"),
]  # fmt: skip


@pytest.mark.parametrize("inner, kind, text", ODS, ids=[case[0][18:60] for case in ODS])
def test_a_cell_of_libreoffice_is_what_it_shows(tmp_path, inner, kind, text):
    cell = opened(ods(TABLE.format(inner)), "a.ods", tmp_path).sheets[0].cell(1, 1)
    assert (cell.kind, cell.text) == (kind, text)


def test_idle_repeated_rows_cost_nothing(tmp_path):
    idle = "<table:table-row table:number-rows-repeated='1048000'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
    made = f"<table:table table:name='S'>{idle}<table:table-row><table:table-cell office:value-type='float' office:value='1'/></table:table-row></table:table>"
    with pytest.raises(Refused):  # a value far below is no table of anyone's
        opened(ods(made), "a.ods", tmp_path)
    assert opened(ods(made.replace("1048000", "3")), "b.ods", tmp_path).sheets[0].cell(4, 1).text == "1"


# --- docx ---------------------------------------------------------------------------------------------------------


def tc(text: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def tr(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def test_the_tables_of_a_document_are_sheets(tmp_path):
    body = f"<w:p/><w:tbl>{tr(tc('TT'), tc('Chỉ tiêu'))}{tr(tc('1'), tc('Số xã'))}</w:tbl><w:tbl>{tr(tc('x'))}</w:tbl>"
    read = opened(docx(body), "a.docx", tmp_path)
    assert [sheet.name for sheet in read.sheets] == ["Bảng 1", "Bảng 2"]
    assert [[cell.text for cell in row] for row in read.sheets[0].rows()] == [["TT", "Chỉ tiêu"], ["1", "Số xã"]]


def test_the_paragraphs_above_a_table_come_with_it(tmp_path):
    def p(text):
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    table = f"<w:tbl>{tr(tc('a'))}</w:tbl>"
    read = opened(docx(p("BÁO CÁO") + p("Quý I/2024") + p("") + table + p("tiếp") + table), "a.docx", tmp_path)
    assert [sheet.above for sheet in read.sheets] == [("BÁO CÁO", "Quý I/2024"), ("tiếp",)]


def test_merged_cells_of_a_document_are_merges(tmp_path):
    start, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    body = f"<w:tbl>{tr(tc('a', start), tc('b', wide))}{tr(tc('', on), tc('c'), tc('d'))}</w:tbl>"
    sheet = opened(docx(body), "a.docx", tmp_path).sheets[0]
    assert set(sheet.merges) == {(1, 1, 2, 1), (1, 2, 1, 3)}
    assert (sheet.cell(2, 1).kind, sheet.cell(2, 1).text, sheet.cell(2, 3).text) == ("merged", "a", "d")


@pytest.mark.parametrize(
    "run, text",
    {
        "<w:ins><w:r><w:t>97</w:t></w:r></w:ins><w:del><w:r><w:delText>95</w:delText></w:r></w:del>": "97",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>95</w:t></w:r><w:r><w:t>97</w:t></w:r>": "97",
        "<w:r><w:t>9</w:t></w:r><w:r><w:t>7,5%</w:t></w:r>": "97,5%",
        "<w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>": "a\nb",
        '<w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr><w:t>Tû lÖ</w:t></w:r>': "Tỷ lệ",
        '<w:r><w:rPr><w:rStyle w:val="old"/></w:rPr><w:t>Tû lÖ</w:t></w:r>': "Tỷ lệ",
        "<w:hyperlink><w:r><w:t>x</w:t></w:r></w:hyperlink>": "x",
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>1</w:t></w:r>": "1",
    }.items(),
    ids=["tracked", "hidden", "runs", "break", "font", "style", "link", "field"],
)
def test_a_cell_of_a_document_reads_with_all_changes_accepted(tmp_path, run, text):
    styles = '<w:style w:styleId="old"><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>'
    made = docx(f"<w:tbl><w:tr><w:tc><w:p>{run}</w:p></w:tc></w:tr></w:tbl>", styles=styles)
    assert opened(made, "a.docx", tmp_path).sheets[0].cell(1, 1).text == text


def test_a_document_whose_normal_font_is_tcvn3_is_converted(tmp_path):
    default = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>'
    read = opened(docx(f"<w:tbl>{tr(tc('Tû lÖ'))}</w:tbl>", styles=default), "a.docx", tmp_path)
    assert (read.sheets[0].cell(1, 1).text, read.findings[0].rule) == ("Tỷ lệ", "tcvn3_converted")


def test_a_document_without_a_table_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        opened(docx("<w:p><w:r><w:t>97%</w:t></w:r></w:p>"), "a.docx", tmp_path)
    assert refused.value.rule == "no_table"


# --- openpyxl as the oracle ---------------------------------------------------------------------------------------

VALUES = (
    st.none()
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
        lambda text: text[0] not in "=#"
    )
    | st.integers(-(10**14), 10**14)
    | st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: float(f"{number:.12g}"))
    | st.booleans()
    | st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1))
)
GRIDS = st.lists(st.lists(VALUES, min_size=1, max_size=6), min_size=1, max_size=8)
MERGES = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 6), st.integers(0, 3), st.integers(0, 3)), max_size=3)


@settings(max_examples=80)
@given(grid=GRIDS, merges=MERGES, hidden=st.sets(st.integers(1, 8)), percent=st.booleans())
def test_any_workbook_that_openpyxl_writes_is_read_as_openpyxl_reads_it(
    tmp_path_factory, grid, merges, hidden, percent
):
    from dxlib.intake.texts import clean

    made = openpyxl.Workbook()
    for number, row in enumerate(grid, 1):
        for column, value in enumerate(row, 1):
            cell = made.active.cell(number, column, value)
            if percent and isinstance(value, float):
                cell.number_format = "0.00%"
    for row in hidden:
        made.active.row_dimensions[row].hidden = True
    taken: set = set()
    for top, left, down, across in merges:
        area = {(row, column) for row in range(top, top + down + 1) for column in range(left, left + across + 1)}
        if len(area) > 1 and not area & taken:
            taken |= area
            made.active.merge_cells(start_row=top, start_column=left, end_row=top + down, end_column=left + across)
    path = tmp_path_factory.getbasetemp() / "oracle.xlsx"
    made.save(path)
    mine, theirs = book(str(path)).sheets[0], openpyxl.load_workbook(path).active
    for row in theirs.iter_rows():
        for cell in row:
            here, value = mine.cell(cell.row, cell.column), cell.value
            if (cell.row, cell.column) in taken and value is None:
                assert here.kind in ("merged", "empty")
            elif value is None or (isinstance(value, str) and clean(value) == ""):
                assert here.kind == "empty"
            elif isinstance(value, bool):
                assert (here.kind, here.value) == ("boolean", value)
            elif isinstance(value, dt.datetime):
                assert (here.kind, here.value) == ("date", value.date())
            elif isinstance(value, (int, float)):
                if here.kind == "percent":
                    assert here.value == decimal_of(value) * 100
                else:
                    assert (here.kind, here.value) == ("number", decimal_of(value))
            else:
                assert (here.kind, here.text) == ("text", clean(value))


# --- any XML ------------------------------------------------------------------------------------------------------

REFS = st.sampled_from([None, "A1", "B2", "C3", "XFD1", "@", "A0", "", "A99999999", "a1", "$B$2", "AAAA1", "1A"])
WHOLE = st.sampled_from([None, "0", "1", "2", "99", "-1", "x", "9" * 30, "1.5"])
STORED = st.sampled_from(
    ["", "1", "0", "97.5", "1e5", "1e999", "nan", "x", "-5", "0x10", "9" * 50, "#DIV/0!", "true", " 7 "]
)


def attributes(**named) -> str:
    return "".join(f' {name}="{value}"' for name, value in named.items() if value is not None)


@st.composite
def sheets(draw) -> str:
    """A sheet that no program would write."""
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        cells = ""
        for _ in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from([None, "n", "s", "str", "inlineStr", "b", "e", "d", "zz"]))
            inner = draw(
                st.sampled_from(["", "<f/>", "<f>1+1</f>", "<is><t>a</t></is>", "<is/>", "<is><r/></is>", "<x/>"])
            )
            value = f"<v>{draw(STORED)}</v>" if draw(st.booleans()) else draw(st.sampled_from(["", "<v/>"]))
            cells += f"<c{attributes(r=draw(REFS), t=kind, s=draw(WHOLE))}>{inner}{value}</c>"
        rows.append(f"<row{attributes(r=draw(WHOLE), hidden=draw(WHOLE))}>{cells}</row>")
    columns = f"<cols><col{attributes(min=draw(WHOLE), max=draw(WHOLE), hidden=draw(WHOLE))}/></cols>"
    merge = f"{draw(REFS)}:{draw(REFS)}" if draw(st.booleans()) else draw(REFS)
    merges = f"<mergeCells><mergeCell{attributes(ref=merge)}/></mergeCells>"
    return SHEET.format(f"{columns}<sheetData>{''.join(rows)}</sheetData>{merges}")


@settings(max_examples=200)
@given(inner=sheets(), whole=st.booleans())
def test_a_sheet_that_no_program_would_write_is_read_or_refused(tmp_path_factory, inner, whole):
    from dxlib.intake import container
    from dxlib.intake import xlsx as reader
    from dxlib.intake.layout import records

    before = reader._WHOLE_TREE
    reader._WHOLE_TREE = before if whole else 0
    try:
        (sheet,), marks = reader.read(container.look("a.xlsx", xlsx(inner)))
    except Refused as refused:
        assert refused.sentence("vi")
        return
    finally:
        reader._WHOLE_TREE = before
    for (row, column), cell in sheet.cells.items():
        assert (cell.row, cell.column) == (row, column) and row >= 1 and column >= 1
    list(sheet.rows())
    records(Book("a", "", "xlsx", (sheet,)))
