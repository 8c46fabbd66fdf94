"""dxlib.intake.form: what the form asks, what it accepts, and that nothing is lost between it and the package."""

import datetime as dt
import shutil
import subprocess
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from dxlib.intake import open_book, owed
from dxlib.intake.context import packed, unpacked
from dxlib.intake.drafting import of_form
from dxlib.intake.formtable import COLUMNS, HEAD_ROWS, LISTS, NAMES
from dxlib.intake.readback import is_form, read_back
from tests.intake.conftest import Q2, whole
from tests.intake.filling import fill, resaved

OFFICE = shutil.which("soffice")
AT = {column.field: n for n, column in enumerate(COLUMNS["indicators"], 1)}


def sheet_of(form: bytes, name: str = "Chỉ tiêu"):
    return load_workbook(BytesIO(form))[name]


def draft_of(path, demo):
    return of_form(open_book(path), unpacked(packed(demo)))


def saved(path, form: bytes):
    path.write_bytes(form)
    return path


@pytest.mark.parametrize("sender", ["so-tttt", "vp-ubnd", "so-yt", "99001"])
def test_the_form_has_one_row_for_each_indicator_owed_with_plan_and_earlier_value(demo, forms, sender):
    sheet = sheet_of(forms(sender))
    rows = owed.indicators(demo, Q2, owed.sender(demo, Q2, sender))
    written = [sheet.cell(row, AT["indicator"]).value for row in range(HEAD_ROWS + 1, sheet.max_row + 1)]
    assert written == list(rows["indicator"])
    for n, row in enumerate(rows.itertuples(), HEAD_ROWS + 1):
        plan, previous = (sheet.cell(n, AT[name]).value for name in ("plan", "previous"))
        assert (plan == "-") == (row.target != row.target and row.kind != "qualitative")
        assert (previous == "-") == (row.previous != row.previous and row.previous_band == "")


def test_only_the_typed_cells_are_open_and_every_sheet_is_protected(forms):
    book = load_workbook(BytesIO(forms("so-tttt")))
    assert all(sheet.protection.sheet for sheet in book)
    sheet = book["Chỉ tiêu"]
    for column in COLUMNS["indicators"]:
        assert sheet.cell(HEAD_ROWS + 1, AT[column.field]).protection.locked is not column.typed
    assert all(sheet.cell(row, AT["value"]).protection.locked for row in range(1, HEAD_ROWS + 1))


def test_every_typed_figure_is_validated_and_every_status_has_a_list(forms):
    sheet = sheet_of(forms("so-tttt"))
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        for place in rule.sqref.ranges:
            for row, column in place.cells:
                rules[row, column] = rule
    for row in range(HEAD_ROWS + 1, sheet.max_row + 1):
        for field in ("value", "numerator", "denominator", "status", "qualifier", "cause", "committed"):
            rule = rules[row, AT[field]]
            assert rule.showErrorMessage and rule.error and rule.errorStyle == "stop"
    kinds = {rules[row, AT["value"]].type for row in range(HEAD_ROWS + 1, sheet.max_row + 1)}
    assert kinds == {"decimal", "whole", "list"}
    assert rules[HEAD_ROWS + 1, AT["status"]].formula1.startswith(f"'{LISTS}'!")


def test_the_form_carries_a_hidden_version_mark(forms, tmp_path):
    book = load_workbook(BytesIO(forms("so-tttt")))
    assert set(NAMES) <= set(book.defined_names) and book[LISTS].sheet_state == "hidden"
    read = open_book(saved(tmp_path / "a.xlsx", forms("so-tttt")))
    assert is_form(read) and dict(read.marks)["dx_sender"] == "so-tttt"


def test_a_name_that_begins_like_a_formula_stays_a_name(demo, tmp_path):
    from openpyxl import Workbook

    from dxlib.intake.formlooks import put

    sheet = Workbook().active
    assert put(sheet, 1, 1, "=1+1").data_type == "s"


def test_what_is_typed_comes_back_with_nothing_lost(demo, forms, tmp_path):
    tasks = {"nv-32": {"state": "Đã hoàn thành", "done_on": dt.date(2024, 6, 1), "result": "Đã nghiệm thu", "cause": "-"}}
    about = {"number": "12/BC-STTTT", "reported_on": dt.date(2024, 6, 18), "person": "Trần B", "phone": "0214 3 840 000"}
    path = saved(tmp_path / "a.xlsx", fill(forms("so-tttt"), whole(), tasks, about))
    draft = draft_of(path, demo)
    assert not [one for one in draft.findings if one.level == "error"]
    assert (draft.period, draft.sender) == ("2024-Q2", "so-tttt")
    assert draft.about == about
    rows = {row.id: row.values for row in draft.rows}
    paid = rows["thanh-toan-tt"]
    assert (paid["value"], paid["numerator"], paid["denominator"]) == (Decimal("33.5"), Decimal(3015), Decimal(9000))
    assert paid["full_year_estimate"] == Decimal(50) and paid["committed"] == "30/9/2024"
    assert rows["smartphone"]["value"] == Decimal("78.5") and rows["smartphone"]["status"] == "A"
    assert (rows["dao-tao"]["value"], rows["dao-tao"]["qualifier"]) == (Decimal(1234), "over")
    assert rows["cap-quang"]["status"] == "P" and rows["cap-quang"]["note"] == "số của 3 doanh nghiệp"
    assert rows["do-thi"]["stated_band"] == "over_70"
    assert rows["nv-32"] == {"state": "done", "done_on": dt.date(2024, 6, 1), "result": "Đã nghiệm thu", "cause": "-"}


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_the_same_comes_back_after_libreoffice_has_saved_it(demo, forms, tmp_path):
    tasks = {"nv-32": {"state": "Đang thực hiện", "result": "Dòng một\nDòng hai"}}
    path = saved(tmp_path / "a.xlsx", fill(forms("so-tttt"), whole(), tasks, {"reported_on": dt.date(2024, 6, 18)}))
    before, after = draft_of(path, demo), draft_of(resaved(path, tmp_path / "again"), demo)
    assert after.rows == before.rows and after.about == before.about
    assert after.findings == before.findings


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_what_is_demanded_is_told_by_the_forms_own_formulas_too(demo, forms, tmp_path):
    """The word in the column "Cần giải trình", as LibreOffice computes it, and the finding on read-back are of one mind."""
    typed = whole(smartphone={"value": 0.70}, thanh_toan_tt={"cause": None})
    path = saved(tmp_path / "a.xlsx", fill(forms("so-tttt"), typed))
    book = open_book(resaved(path, tmp_path / "again"))
    sheet = next(sheet for sheet in book.sheets if sheet.name == "Chỉ tiêu")
    demanded = {record.cells["indicator"].text: sheet.cell(record.row, AT["demand"]) for record in read_back(book).tables["indicators"]}
    words = {name: cell.text if cell.kind == "text" else "" for name, cell in demanded.items()}
    assert words["thanh-toan-tt"] == "Chậm tiến độ" and words["smartphone"] == "Chậm tiến độ"
    assert words["dao-tao"] == "" and words["do-thi"] == ""


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_libreoffice_opens_the_form_and_prints_every_sheet(forms, tmp_path):
    path = saved(tmp_path / "a.xlsx", forms("so-tttt"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir"]
    done = subprocess.run([*command, str(tmp_path), str(path)], capture_output=True, text=True, timeout=120)
    assert (tmp_path / "a.pdf").stat().st_size > 5000
    assert "error" not in (done.stdout + done.stderr).lower()


def test_a_row_that_the_form_did_not_have_is_told(demo, forms, tmp_path):
    book = load_workbook(BytesIO(forms("so-tttt")))
    sheet = book["Chỉ tiêu"]
    sheet.cell(sheet.max_row + 2, AT["value"]).value = 5
    book.save(tmp_path / "a.xlsx")
    draft = draft_of(tmp_path / "a.xlsx", demo)
    assert [one.rule for one in draft.findings if one.level == "error"] == ["form_row"]


@pytest.mark.parametrize("gone", ["sheet", "column"])
def test_a_form_that_lost_a_part_is_told(demo, forms, tmp_path, gone):
    book = load_workbook(BytesIO(forms("so-tttt")))
    if gone == "sheet":
        del book["Chỉ tiêu"]
    else:
        book["Chỉ tiêu"].delete_cols(AT["status"])
    book.save(tmp_path / "a.xlsx")
    draft = draft_of(tmp_path / "a.xlsx", demo)
    rule = {"sheet": "form_sheet", "column": "form_columns"}[gone]
    assert rule in [one.rule for one in draft.findings if one.level == "error"] and draft.unusable


def test_a_form_of_another_version_or_package_is_told(demo, forms, tmp_path):
    for name, rule in (("dx_form", "form_version"), ("dx_package", "form_package")):
        book = load_workbook(BytesIO(forms("so-tttt")))
        book.defined_names[name].attr_text = '"other"'
        book.save(tmp_path / "a.xlsx")
        draft = draft_of(tmp_path / "a.xlsx", demo)
        assert rule in [one.rule for one in draft.findings] and draft.unusable


def test_a_blank_result_is_no_zero_and_a_status_says_why(demo, forms, tmp_path):
    typed = whole(smartphone={"value": None}, cap_quang={"value": None, "status": "Không phát sinh"}, xep_hang_dti={"value": 0})
    draft = draft_of(saved(tmp_path / "a.xlsx", fill(forms("so-tttt"), typed)), demo)
    rows = {row.id: row.values for row in draft.rows}
    assert (rows["smartphone"]["value"], rows["smartphone"]["status"]) == (None, "O")
    assert (rows["cap-quang"]["value"], rows["cap-quang"]["status"]) == (None, "M")
    assert [one.rule for one in draft.findings if one.level == "error"] == ["rank"]
    assert "blank_value" in [one.rule for one in draft.findings]
