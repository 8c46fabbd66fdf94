"""Laws of the period that a file names: every accepted spelling, and none that is not one period."""

import pytest

from dxlib.intake.head import periods_in
from dxlib.intake.sheets import Book, Cell, Sheet

PERIODS = [
    ("KẾT QUẢ THỰC HIỆN QUÝ I/2024", ["2024-Q1"]),
    ("Báo cáo quý II năm 2024", ["2024-Q2"]),
    ("Quý 3/2024", ["2024-Q3"]),
    ("quý IV - 2024", ["2024-Q4"]),
    ("BIỂU SỐ LIỆU QUÝ I NĂM 2024 (kèm theo Công văn số 22/BC-VPUBND)", ["2024-Q1"]),
    ("qu\u0301y I/2024", []),  # no such word
    ("quy\u0301 I/2024", ["2024-Q1"]),  # decomposed
    ("Quý\u00a0I/2024", ["2024-Q1"]),
    ("6 tháng đầu năm 2024", ["2024-Q2"]),
    ("Sáu tháng đầu năm 2024", ["2024-Q2"]),
    ("Kết quả 9 tháng năm 2024", ["2024-Q3"]),
    ("Kết quả cả năm 2024", ["2024-Q4"]),
    ("16 tháng 3 năm 2024", []),
    ("Lào Cai, ngày 6 tháng 6 năm 2024", []),
    ("Quý V/2024", []),
    ("quý I/24", []),
    ("Kế hoạch năm 2024", []),
    ("So sánh quý I/2024 với quý I/2023", ["2024-Q1", "2023-Q1"]),
    ("Quý I/2024 và quý I/2024", ["2024-Q1"]),
    ("", []),
]


@pytest.mark.parametrize("text, periods", PERIODS, ids=[repr(case[0]) for case in PERIODS])
def test_a_title_names_its_periods(text, periods):
    from dxlib.intake.texts import clean

    made = Sheet("S", {(1, 1): Cell(1, 1, "text", clean(text))} if text else {})
    assert periods_in(Book("a", "", "xlsx", (made,))) == periods


def test_the_first_cell_that_names_a_period_decides_and_paragraphs_come_first():
    made = Sheet("S", {(1, 1): Cell(1, 1, "text", "Thực hiện quý II/2024")}, above=("BÁO CÁO", "Quý I/2024"))
    assert periods_in(Book("a", "", "docx", (made,))) == ["2024-Q1"]
