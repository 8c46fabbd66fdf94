"""dxlib.intake.returning, reporting: what a sender and the analyst get back."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from dxlib.intake.loading import take_in
from dxlib.intake.reporting import lines
from dxlib.intake.returning import give_back, listed
from dxlib.intake.sheets import Finding
from tests.intake.conftest import whole
from tests.intake.filling import fill
from tests.intake.test_loading import table_file


def test_each_error_is_a_comment_on_its_cell_in_a_copy_of_the_workbook(package, forms, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(fill(forms("so-tttt"), whole(xep_hang_dti={"value": 0}, thanh_toan_tt={"cause": None})))
    sent = path.read_bytes()
    done = take_in([path], package)
    written = give_back(done, tmp_path / "back", "vi")
    assert [one.suffix for one in written] == [".csv", ".xlsx"] and path.read_bytes() == sent
    book = load_workbook(written[1])
    sheet = book["Chỉ tiêu"]
    assert "LỖI" in sheet["J11"].comment.text and "nguyên nhân" in sheet["P7"].comment.text
    assert sheet["J11"].fill.start_color.rgb.endswith("F4B183")
    assert sheet["J8"].value == 0.785 and sheet["J8"].comment is None
    first = book.worksheets[0]
    assert first.max_row == 1 + len(done[0].findings) and first["C2"].hyperlink is not None


@pytest.mark.parametrize("kind", ["csv", "docx", "xls"])
def test_a_file_of_another_kind_comes_back_as_a_workbook_of_what_was_read(package, tmp_path, kind):
    table = [["Kết quả Quý II/2024", ""], ["Mã", "Thực hiện"], ["smartphone", "rất tốt"], ["cap-quang", "82%"]]
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        path.write_text("\n".join(";".join(line) for line in table), encoding="utf-8")
    elif kind == "docx":
        docx = pytest.importorskip("docx")
        document = docx.Document()
        document.add_paragraph("Kết quả Quý II/2024")
        grid = document.add_table(0, 2)
        for line in table[1:]:
            for cell, text in zip(grid.add_row().cells, line):
                cell.text = text
        document.save(path)
    else:
        pytest.skip("nothing here writes xls")
    done = take_in([path], package, period="2024-Q2", sender="so-tttt")
    assert done[0].state == "returned", done[0].refusal
    book = load_workbook(give_back(done, tmp_path / "back", "en")[1])
    comments = [cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert any("rất tốt" in text for text in comments)


def test_what_would_be_a_formula_in_excel_is_text_in_the_list(tmp_path):
    text = listed("=cmd.xlsx", [Finding("words_only", "error", "@x", "A1", "+1", "=1+1")], "vi").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][:4] == ["'=cmd.xlsx", "'@x", "A1", "'+1"] and rows[1][6] == "'=1+1"
    assert not any(cell[:1] in "=+-@" for cell in rows[1] if cell)


def test_a_finding_under_a_merge_is_told_on_its_first_cell(package, tmp_path):
    book = Workbook()
    sheet = book.active
    for line in (["Quý II/2024"], ["Mã", "Thực hiện", "Ghi chú"], ["smartphone", "x", None]):
        sheet.append(line)
    sheet.merge_cells("B3:C3")
    book.save(tmp_path / "a.xlsx")
    done = take_in([tmp_path / "a.xlsx"], package, sender="so-tttt")
    marked = load_workbook(give_back(done, tmp_path / "back", "vi")[1])
    assert marked["Sheet"]["B3"].comment is not None


def test_a_good_file_gets_nothing_back(package, forms, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(fill(forms("so-tttt"), whole()))
    assert give_back(take_in([path], package), tmp_path / "back", "vi") == []
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_file_is_told_in_a_line_and_its_errors_below(package, tmp_path, language):
    bad = table_file(tmp_path / "a.xlsx", ["Quý II/2024"], ["Mã", "Thực hiện"], ["smartphone", "abc"], ["khong-co", "5"])
    done = take_in([bad, tmp_path / "nowhere.xlsx"], package, sender="so-tttt")
    told = lines(done, language)
    assert told[0].startswith("a.xlsx") and told[1].startswith("  ") and "nowhere.xlsx" in "\n".join(told)
    assert not any("{" in line or "[" in line for line in told)


def test_names_of_sheets_that_excel_does_not_allow_are_made_so():
    from dxlib.intake.returning import _title

    assert _title("a/b:c" * 10, []) and len(_title("x" * 99, ["x" * 28])) <= 31
    assert Path(_title("", [])).name == "sheet"
