"""Laws of the grammar of figures: each text has its exact numbers or its error, and nothing in between."""

import datetime as dt
import time
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dxlib.intake.figures import Expects, Figure, read_figure
from dxlib.intake.numerals import readings
from dxlib.intake.sheets import Cell
from dxlib.messages import catalogue
from dxlib.numbers import format_number

PERCENT, WHOLE, DECIMAL, ANY = Expects("percent"), Expects("whole"), Expects("decimal"), Expects()
PEOPLE = Expects("whole", units=("lượt người", "người"))
MONEY = Expects("decimal", units=("tỷ đồng",))
LADDER, WORDS = Expects("milestone"), Expects("qualitative")
VALUE, PLAN = Expects("percent", "value"), Expects("percent", "plan")


def said(figure: Figure) -> dict:
    """A figure's fields that say something, numbers as text."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in vars(figure).items()
        if value is not None
        and value is not False
        and value not in ("", ())
        and name not in ("findings", "percent", "unit")
    }


# text, what the column holds, what it says, rules of its findings
TAKEN = [
    # as Vietnamese print numbers
    ("97,5%", PERCENT, {"value": "97.5"}, []),
    ("97,5%", ANY, {"value": "97.5"}, []),
    ("97,5 %", PERCENT, {"value": "97.5"}, []),
    ("97,5\u00a0%", PERCENT, {"value": "97.5"}, []),
    ("  97,5%\n", PERCENT, {"value": "97.5"}, []),
    ("97,5 phần trăm", PERCENT, {"value": "97.5"}, []),
    ("100%", PERCENT, {"value": "100"}, []),
    ("0%", PERCENT, {"value": "0"}, []),
    ("0", WHOLE, {"value": "0"}, []),
    ("0,5%", PERCENT, {"value": "0.5"}, []),
    ("102,105%", PERCENT, {"value": "102.105"}, []),
    ("97", PERCENT, {"value": "97"}, []),
    ("1.234,5", DECIMAL, {"value": "1234.5"}, []),
    ("13.256,92", DECIMAL, {"value": "13256.92"}, []),
    ("1.778.785", ANY, {"value": "1778785"}, []),
    ("105.698", WHOLE, {"value": "105698"}, []),
    ("1.234", WHOLE, {"value": "1234"}, []),
    ("1.000", WHOLE, {"value": "1000"}, []),
    ("1.234", Expects("cases"), {"value": "1234"}, []),
    ("12,5", Expects("cases"), {"value": "12.5"}, []),
    ("1234", ANY, {"value": "1234"}, []),
    ("1234,567", ANY, {"value": "1234.567"}, []),
    ("0,234", ANY, {"value": "0.234"}, []),
    ("07", WHOLE, {"value": "7"}, []),
    ("-5", DECIMAL, {"value": "-5"}, []),
    ("-1,5%", PERCENT, {"value": "-1.5"}, []),
    ("\u22125", DECIMAL, {"value": "-5"}, []),
    ("123456789012345", WHOLE, {"value": "123456789012345"}, []),
    # one reading, but unusual: taken with a warning
    ("97.5", PERCENT, {"value": "97.5"}, ["unusual"]),
    ("97.5%", PERCENT, {"value": "97.5"}, ["unusual"]),
    ("0.234", ANY, {"value": "0.234"}, ["unusual"]),
    ("1,234.5", DECIMAL, {"value": "1234.5"}, ["unusual"]),
    ("1,234,567", WHOLE, {"value": "1234567"}, ["unusual"]),
    ("1,234", WHOLE, {"value": "1234"}, ["unusual"]),
    ("1 234 567", WHOLE, {"value": "1234567"}, ["unusual"]),
    ("1\u00a0234", WHOLE, {"value": "1234"}, ["unusual"]),
    ("1\u202f234,5", DECIMAL, {"value": "1234.5"}, ["unusual"]),
    ("９７，５％", PERCENT, {"value": "97.5"}, ["unusual"]),
    ("１２３", WHOLE, {"value": "123"}, ["unusual"]),
    ("+2,5", DECIMAL, {"value": "2.5"}, ["unusual"]),
    ("1,5", PERCENT, {"value": "1.5"}, ["maybe_fraction"]),
    ("1,5%", PERCENT, {"value": "1.5"}, []),
    ("37, 6%", PERCENT, {"value": "37.6"}, ["stray_space"]),
    ("37 ,6%", PERCENT, {"value": "37.6"}, ["stray_space"]),
    ("97,5%*", PERCENT, {"value": "97.5"}, ["footnote_mark"]),
    # actual and plan, cases and all cases
    ("97%/95%", PERCENT, {"value": "97", "target": "95"}, []),
    ("97%/95%", ANY, {"value": "97", "target": "95"}, []),
    ("97,5% / 95%", PERCENT, {"value": "97.5", "target": "95"}, []),
    ("97/95%", PERCENT, {"value": "97", "target": "95"}, ["unusual"]),
    ("đạt 97%/95%", PERCENT, {"value": "97", "target": "95"}, []),
    ("13/17", PERCENT, {"numerator": "13", "denominator": "17"}, ["as_cases"]),
    ("130/170", PERCENT, {"numerator": "130", "denominator": "170"}, []),
    ("95/95", Expects("percent", target=Decimal(80)), {"numerator": "95", "denominator": "95"}, ["as_cases"]),
    ("13/17", ANY, {"numerator": "13", "denominator": "17"}, []),
    ("13/17 dịch vụ", PERCENT, {"numerator": "13", "denominator": "17"}, []),
    ("13/17", WHOLE, {"value": "13", "target": "17"}, []),
    ("8/8 người", PEOPLE, {"value": "8", "target": "8"}, []),
    ("8/8 lớp", WHOLE, {"value": "8", "target": "8"}, []),
    ("1.356/1.356", PERCENT, {"numerator": "1356", "denominator": "1356"}, []),
    ("07/24", ANY, {"numerator": "7", "denominator": "24"}, []),
    ("0/0", PERCENT, {"denominator": "0", "numerator": "0", "state": "no_cases", "status": "M"}, []),
    ("76,5% (13/17)", PERCENT, {"numerator": "13", "denominator": "17"}, []),
    ("13/17 (76,47%)", PERCENT, {"numerator": "13", "denominator": "17"}, []),
    # plans: bounds and ranges
    ("≥ 80%", PLAN, {"value": "80", "operator": "at_least"}, []),
    ("≥80%", PERCENT, {"value": "80", "operator": "at_least"}, []),
    (">= 80", ANY, {"value": "80", "operator": "at_least"}, []),
    ("≤ 50", ANY, {"value": "50", "operator": "at_most"}, []),
    ("tối thiểu 80%", PLAN, {"value": "80", "operator": "at_least"}, []),
    ("không quá 5%", PLAN, {"value": "5", "operator": "at_most"}, []),
    ("80% trở lên", PLAN, {"value": "80", "operator": "at_least"}, []),
    ("16 - 18", ANY, {"value": "16", "operator": "between", "upper": "18"}, []),
    ("từ 16% đến 18%", PLAN, {"value": "16", "operator": "between", "upper": "18"}, []),
    # units, qualifiers, remarks
    ("6.050 người", PEOPLE, {"value": "6050"}, []),
    ("hơn 6.050 người", PEOPLE, {"value": "6050", "qualifier": "over"}, []),
    ("gần 41.770", WHOLE, {"value": "41770", "qualifier": "nearly"}, []),
    ("khoảng 80%", PERCENT, {"value": "80", "qualifier": "about"}, []),
    ("~80%", PERCENT, {"value": "80", "qualifier": "about"}, []),
    ("trên 80%", VALUE, {"value": "80", "qualifier": "above"}, []),
    ("Đạt 97,5%", PERCENT, {"value": "97.5"}, []),
    ("ước đạt 97%", PERCENT, {"value": "97", "status": "E"}, []),
    ("Ước thực hiện: 97%", PERCENT, {"value": "97", "status": "E"}, []),
    ("ước đạt gần 80%", PERCENT, {"value": "80", "status": "E", "qualifier": "nearly"}, []),
    ("97% (ước)", PERCENT, {"value": "97", "status": "E"}, []),
    ("97,5% (số sơ bộ)", PERCENT, {"value": "97.5", "status": "P"}, []),
    ("1,2 triệu lượt người", PEOPLE, {"value": "1200000"}, ["multiplied"]),
    ("12 nghìn", PEOPLE, {"value": "12000"}, ["multiplied"]),
    ("5 km2", Expects("whole", units=("km2",)), {"value": "5"}, []),
    ("1,5 tổ/thôn", DECIMAL, {"value": "1.5"}, []),
    ("1,2 tỷ đồng", MONEY, {"value": "1.2"}, []),
    # words for figures
    ("KPS", PERCENT, {"state": "no_cases", "status": "M"}, []),
    ("không phát sinh", WHOLE, {"state": "no_cases", "status": "M"}, []),
    ("Không phát sinh.", WHOLE, {"state": "no_cases", "status": "M"}, []),
    ("đang tổng hợp", PERCENT, {"state": "value_missing", "status": "O"}, []),
    ("Chưa có số liệu", WHOLE, {"state": "value_missing", "status": "O"}, []),
    ("đang rà soát", WHOLE, {"state": "under_check", "status": "V"}, []),
    ("chưa công bố", WHOLE, {"state": "not_published_yet", "status": "L"}, []),
    ("-", PERCENT, {"state": "value_missing", "status": "O"}, ["dash"]),
    ("–", WHOLE, {"state": "value_missing", "status": "O"}, ["dash"]),
    ("...", WHOLE, {"state": "value_missing", "status": "O"}, ["dash"]),
    ("", PERCENT, {"state": "blank"}, []),
    ("   ", PERCENT, {"state": "blank"}, []),
    ("\u200b", PERCENT, {"state": "blank"}, []),
    ("đạt", WORDS, {"state": "met"}, []),
    ("cơ bản đạt", WORDS, {"state": "nearly_met"}, []),
    ("chưa", WORDS, {"state": "not_met"}, []),
    ("Chưa đạt", ANY, {"state": "not_met"}, []),
    ("hoa\u0300n tha\u0300nh", WORDS, {"state": "met"}, []),
    ("Đã ban hành", LADDER, {"value": "3", "state": "issued"}, []),
    ("Đang xin ý kiến", LADDER, {"value": "2", "state": "in_consultation"}, []),
    ("chưa thực hiện", LADDER, {"value": "0", "state": "not_started"}, []),
    ("2", LADDER, {"value": "2"}, []),
]

# text, what the column holds, rule, readings that the sentence must show
REFUSED = [
    ("1.234", ANY, "two_readings", ["1.234", "1,234"]),
    ("1,234", ANY, "two_readings", ["1,234", "1.234"]),
    ("1.234", DECIMAL, "two_readings", ["1.234", "1,234"]),
    ("1.234%", PERCENT, "two_readings", ["1.234", "1,234"]),
    ("1,234%", PERCENT, "two_readings", ["1,234", "1.234"]),
    ("10,000%", PERCENT, "two_readings", ["10", "10.000"]),
    ("97.125", PERCENT, "two_readings", ["97.125", "97,125"]),
    ("gần 41.770", ANY, "two_readings", ["41.770", "41,77"]),
    ("0,975", PERCENT, "two_readings", ["0,975%", "97,5%"]),
    ("1", PERCENT, "two_readings", ["1%", "100%"]),
    ("97/95", PERCENT, "two_readings", ["97% (95%)", "97 : 95"]),
    ("95/95", Expects("percent", target=Decimal(95)), "two_readings", ["95% (95%)", "95 : 95"]),
    ("40/45", Expects("percent", target=Decimal(45)), "two_readings", ["40% (45%)", "40 : 45"]),
    ("13/17 (70%)", PERCENT, "two_readings", ["70%", "76,47%"]),
    ("1,2 triệu", ANY, "two_readings", ["1.200.000"]),
    ("1,2 tỷ", MONEY, "two_readings", ["1.200.000.000"]),
    ("5k", ANY, "two_readings", ["5.000"]),
    ("5tr", WHOLE, "two_readings", ["5.000.000"]),
    ("- 5", ANY, "two_readings", ["-5", "5"]),
    ("– 5", ANY, "two_readings", ["-5", "5"]),
    ("1.23.4", ANY, "not_a_figure", []),
    ("1.2345.678", ANY, "not_a_figure", []),
    ("01.234.567", ANY, "not_a_figure", []),
    ("1,2,3", ANY, "not_a_figure", []),
    ("12 34", ANY, "not_a_figure", []),
    ("97,5% 95%", PERCENT, "not_a_figure", []),
    ("1e5", ANY, "not_a_figure", []),
    ("5²", ANY, "not_a_figure", []),
    ("٣٤", ANY, "not_a_figure", []),
    ("½", ANY, "not_a_figure", []),
    ("(5)", ANY, "not_a_figure", []),
    ("--5", ANY, "not_a_figure", []),
    ("1/2/3", ANY, "not_a_figure", []),
    ("5‰", ANY, "not_a_figure", []),
    ("5 km2", ANY, "not_a_figure", []),
    ("5 bản, 3 lớp", ANY, "not_a_figure", []),
    ("NaN", DECIMAL, "not_a_figure", []),
    ("inf", DECIMAL, "not_a_figure", []),
    ("abc", ANY, "not_a_figure", []),
    ("đã triển khai 5 lớp tại 3 xã", WHOLE, "not_a_figure", []),
    ("hơn gần 80%", PERCENT, "not_a_figure", []),
    ("≥ 3% và tăng dần", PLAN, "not_a_figure", []),
    ("dưới 50%", PERCENT, "not_a_figure", []),
    ("12%", WHOLE, "percent_for_count", []),
    ("97%/95%", WHOLE, "percent_for_count", []),
    ("1,5", WHOLE, "not_whole", []),
    ("0.234", WHOLE, "not_whole", []),
    ("1234567890123456", WHOLE, "too_many_digits", []),
    ("1" + "0" * 40, WHOLE, "too_many_digits", []),
    ("97% kế hoạch", PERCENT, "share_of_plan", []),
    ("bằng 105% so với cùng kỳ", PERCENT, "share_of_plan", []),
    ("tăng 2,5 điểm %", PERCENT, "points_for_value", []),
    ("2,5 điểm phần trăm", PERCENT, "points_for_value", []),
    ("13 dịch vụ", PEOPLE, "other_unit", []),
    ("13/17 dịch vụ", PEOPLE, "other_unit", []),
    ("13/17 nghìn", ANY, "not_a_figure", []),
    ("97,5 hồ sơ", PERCENT, "other_unit", []),
    ("≥ 80%", VALUE, "bound_for_value", []),
    ("ít nhất 80%", VALUE, "bound_for_value", []),
    ("16 - 18", VALUE, "range_for_value", []),
    ("5/0", PERCENT, "zero_denominator", []),
    ("15/3/2024", ANY, "date_for_number", []),
    ("2024-03-15", ANY, "date_for_number", []),
    ("đạt", PERCENT, "word_for_number", []),
    ("cơ bản đạt", WHOLE, "word_for_number", []),
    ("chưa", DECIMAL, "word_for_number", []),
    ("x", PERCENT, "mark_alone", []),
    ("X", WORDS, "mark_alone", []),
    ("cơ bản đạt", LADDER, "word_for_step", []),
    ("4", LADDER, "word_for_step", []),
    ("97,5%", WORDS, "number_for_word", []),
]

CELLS = [
    (Cell(7, 2, "percent", "97,5%", Decimal("97.5")), PERCENT, {"value": "97.5"}, None),
    (Cell(7, 2, "number", "97.5", Decimal("97.5")), PERCENT, {"value": "97.5"}, None),
    (Cell(7, 2, "number", "1.234", Decimal("1.234")), DECIMAL, {"value": "1.234"}, None),
    (Cell(7, 2, "number", "0.5", Decimal("0.5")), Expects("percent", form=True), {"value": "0.5"}, None),
    (Cell(7, 2, "number", "0.975", Decimal("0.975")), PERCENT, {}, "two_readings"),
    (Cell(7, 2, "number", "1.01", Decimal("1.01")), PERCENT, {"value": "1.01"}, "maybe_fraction"),
    (Cell(7, 2, "number", "2", Decimal(2)), PERCENT, {"value": "2"}, None),
    (Cell(7, 2, "number", "-1", Decimal(-1)), PERCENT, {}, "two_readings"),
    (Cell(7, 2, "number", "1.5", Decimal("1.5")), WHOLE, {}, "not_whole"),
    (Cell(7, 2, "percent", "97,5%", Decimal("97.5")), WHOLE, {}, "percent_for_count"),
    (Cell(7, 2, "date", "2024-05-09", dt.date(2024, 5, 9)), WHOLE, {}, "date_for_number"),
    (Cell(7, 2, "date", "09:05:00", dt.time(9, 5)), WHOLE, {}, "date_for_number"),
    (Cell(7, 2, "error", "#DIV/0!", "#DIV/0!"), PERCENT, {}, "error_cell"),
    (Cell(7, 2, "formula", "=A1/A2"), PERCENT, {}, "formula_without_value"),
    (Cell(7, 2, "boolean", "TRUE", True), WHOLE, {}, "boolean_for_number"),
    (Cell(7, 2, "merged", "5", Decimal(5)), WHOLE, {}, "merged_figure"),
    (Cell(7, 2), WHOLE, {"state": "blank"}, None),
]


@pytest.mark.parametrize("text, expects, fields, rules", TAKEN, ids=[repr(case[0]) + case[1].kind for case in TAKEN])
def test_a_figure_is_read_exactly(text, expects, fields, rules):
    figure = read_figure(text, expects)
    assert said(figure) == fields
    assert [finding.rule for finding in figure.findings] == rules
    assert not figure.wrong


@pytest.mark.parametrize(
    "text, expects, rule, shown", REFUSED, ids=[repr(case[0])[:30] + case[1].kind for case in REFUSED]
)
def test_what_is_no_figure_is_refused_by_name(text, expects, rule, shown):
    figure = read_figure(Cell(7, 2, "text", text), expects, "Biểu 01", "Số xã")
    assert said(figure) == {}
    (finding,) = figure.findings
    assert (finding.rule, finding.level, finding.sheet, finding.ref) == (rule, "error", "Biểu 01", "B7")
    for language in ("vi", "en"):
        sentence = finding.sentence(language)
        assert "B7" in sentence and "Biểu 01" in sentence and "\n" not in sentence
        assert all(reading in sentence for reading in shown)


@pytest.mark.parametrize("cell, expects, fields, rule", CELLS, ids=[f"{c[0].kind}-{c[1].kind}-{c[3]}" for c in CELLS])
def test_a_typed_cell_is_taken_for_what_it_is(cell, expects, fields, rule):
    figure = read_figure(cell, expects)
    assert said(figure) == fields
    assert [finding.rule for finding in figure.findings] == ([rule] if rule else [])


def test_a_date_that_excel_made_shows_what_may_have_been_typed():
    figure = read_figure(Cell(7, 2, "date", "2024-05-09", dt.date(2024, 5, 9)), WHOLE)
    assert "9/5" in figure.findings[0].sentence("vi") and "5/9" in figure.findings[0].sentence("vi")


# --- any number in any accepted style ----------------------------------------------------------------------------


@st.composite
def numbers(draw, places: int = 6):
    """A number that a form can hold: at most 15 significant digits."""
    decimals = draw(st.integers(0, places))
    return Decimal(draw(st.integers(-(10**15) + 1, 10**15 - 1))).scaleb(-decimals)


def grouped(number: Decimal, group: str, point: str) -> str:
    sign, digits = ("-", format(-number, "f")) if number < 0 else ("", format(number, "f"))
    whole, _, decimals = digits.partition(".")
    return sign + f"{int(whole):,}".replace(",", group) + (point + decimals if decimals else "")


STYLES = {
    "vi": lambda number: grouped(number, ".", ","),
    "plain": lambda number: format(number, "f").replace(".", ","),
    "nbsp": lambda number: grouped(number, "\u00a0", ","),
    "narrow": lambda number: grouped(number, "\u202f", ","),
    "en": lambda number: grouped(number, ",", "."),
    "point": lambda number: format(number, "f"),
    "minus": lambda number: grouped(number, ".", ",").replace("-", "\u2212"),
    "wide": lambda number: grouped(number, ".", ",").translate(
        str.maketrans("0123456789.,", "０１２３４５６７８９．，")
    ),
    "padded": lambda number: f"  {grouped(number, '.', ',')}\u200b ",
}


@pytest.mark.parametrize("style", STYLES)
@given(number=numbers(), kind=st.sampled_from(["decimal", ""]))
@example(number=Decimal("1234"), kind="")
@example(number=Decimal("0.234"), kind="")
def test_a_number_in_any_style_comes_back_exactly_or_shows_its_two_readings(style, number, kind):
    figure = read_figure(STYLES[style](number), Expects(kind))
    if figure.wrong:
        (finding,) = figure.findings
        assert finding.rule == "two_readings"
        token = STYLES[style](abs(number)).strip("\u200b ")
        assert len(token) in range(5, 8), "only 1.234 and 1,234 have two readings"
    else:
        assert figure.value == number


@pytest.mark.parametrize("style", STYLES)
@given(number=st.integers(-(10**15) + 1, 10**15 - 1))
@example(number=1234)
@example(number=0)
@example(number=-999)
def test_a_whole_number_in_a_column_of_counts_always_comes_back(style, number):
    assert read_figure(STYLES[style](Decimal(number)), WHOLE).value == number


@pytest.mark.parametrize("sign", ["%", " %", "\u00a0%", " phần trăm"])
@given(number=st.decimals(-(10**6), 10**6, places=4) | st.integers(-2000, 2000).map(Decimal))
def test_a_percentage_as_officials_print_it_always_comes_back(sign, number):
    text = grouped(number, ".", ",")
    figure = read_figure(text + sign, PERCENT)
    if [finding.rule for finding in figure.findings] == ["two_readings"]:  # 1.234% · 1,234% · 10,000%
        assert len(text.lstrip("-").replace(",", ".").split(".")[-1]) == 3
    else:
        assert figure.value == number


@given(value=st.decimals(0, 999, places=2), target=st.decimals(0, 999, places=1))
def test_actual_and_plan_come_back_as_printed(value, target):
    figure = read_figure(f"{grouped(value, '.', ',')}%/{grouped(target, '.', ',')}%", PERCENT)
    assert (figure.value, figure.target) == (value, target)


@given(cases=st.integers(0, 10**9), others=st.integers(0, 10**9))
def test_cases_of_all_cases_come_back_as_printed(cases, others):
    every = cases + others
    assume(every)
    figure = read_figure(f"{grouped(Decimal(cases), '.', ',')}/{grouped(Decimal(every), '.', ',')}", PERCENT)
    assert (figure.numerator, figure.denominator) == (cases, every)


@given(number=numbers(4))
def test_what_the_page_prints_the_intake_reads(number):
    text = format_number(number, 4, "vi")
    figure = read_figure(text, DECIMAL)
    assert figure.value == number or figure.findings[0].rule == "two_readings"


# --- anything else -----------------------------------------------------------------------------------------------

ODD = st.text(alphabet="0123456789.,%/ -–−()≥≤<>=~*xXKPSđạtchưgầnhơước\u00a0\u00ad\u200b\n\t٣½²９％eE'\"")


@given(
    text=st.text() | ODD,
    kind=st.sampled_from(["", "percent", "whole", "decimal", "cases", "milestone", "qualitative"]),
    role=st.sampled_from(["", "value", "plan"]),
    units=st.sampled_from([(), ("người",), ("tỷ đồng",), ("%",)]),
)
def test_no_text_breaks_the_grammar_and_an_error_never_leaves_a_number(text, kind, role, units):
    figure = read_figure(text, Expects(kind, role, units))
    assert isinstance(figure, Figure)
    if figure.wrong:
        assert said(figure) == {}
    elif not figure.state:
        assert figure.value is not None or figure.denominator is not None
    for finding in figure.findings:
        assert finding.sentence("vi") and finding.sentence("en")


@pytest.mark.parametrize("piece", ["1", ",", ".", "(", ")", "1 ", "1/", "đạt ", "ngày", "- ", "%", "*", "1."])
def test_a_long_text_is_refused_at_once(piece):
    began = time.monotonic()
    assert read_figure("1" + piece * 30_000 + "²", ANY).wrong
    assert time.monotonic() - began < 0.5


@given(text=ODD)
def test_a_number_taken_is_a_reading_of_the_digits_that_stand_there(text):
    figure = read_figure(text, ANY)
    if figure.value is not None:
        digits = "".join(
            char for char in text.translate(str.maketrans("０１２３４５６７８９", "0123456789")) if char in "0123456789"
        )
        printed = "".join(char for char in format(abs(figure.value), "f") if char.isdigit()).strip("0")
        assert printed in digits


@given(token=st.text(alphabet="0123456789.,- ", max_size=20))
def test_readings_differ_and_are_at_most_two(token):
    found = readings(token)
    assert len(found) <= 2 and len({reading.value for reading in found}) == len(found)


def test_every_rule_of_the_grammar_has_its_sentence():
    rules = {case[2] for case in REFUSED} | {rule for case in TAKEN for rule in case[3]} | {c[3] for c in CELLS if c[3]}
    for language in ("vi", "en"):
        assert rules <= set(catalogue(language)["finding"])
