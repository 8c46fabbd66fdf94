"""How figures are printed: the value's unit, its pair, its change, and never on the wrong side of its plan."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import dxlib as dx
from dxlib.numbers import exact
from dxlib.printing import NONE, Printer, edges_of
from dxlib.schema import KINDS
from dxlib.settings import Settings

MEASURES = {
    "percent": {"vi": "%", "en": "%"},
    "class": {"vi": "lớp", "en": "classes"},
    "person": {"vi": "người", "en": "people"},
    "rank": {"vi": "hạng", "en": "rank"},
}
SETTINGS = Settings(name="x", place={"vi": "Tỉnh X", "en": "X"}, area="1", measures=MEASURES)
NAN = float("nan")


def row(value=NAN, target=NAN, kind="stock", measure="percent", operator="at_least", decimals=1, **cells):
    plain = {"upper": NAN, "qualifier": "", "stated_band": "", "plan_to_date": NAN, "last_year_value": NAN}
    return SimpleNamespace(
        **{"value": value, "target": target, "kind": kind, "measure": measure, "operator": operator,
           "decimals": float(decimals), **plain, **cells}
    )  # fmt: skip


@pytest.fixture(params=["vi", "en"])
def language(request) -> str:
    return request.param


def printers() -> dict[str, Printer]:
    return {language: Printer(SETTINGS, language) for language in ("vi", "en")}


def number(text: str, language: str = "en") -> Decimal:
    """The number in a printed text."""
    digits = re.sub(r"[^0-9.,-]", "", text)
    digits = digits.replace(".", "").replace(",", ".") if language == "vi" else digits.replace(",", "")
    return Decimal(digits)


@pytest.mark.parametrize(
    ("of", "vi", "en"),
    [
        (row(97.5), "97,5%", "97.5%"),
        (row(97.0), "97%", "97%"),
        (row(0.0), "0%", "0%"),
        (row(-3.25), "-3,3%", "-3.3%"),
        (row(97.25), "97,3%", "97.3%"),
        (row(97.25, decimals=2), "97,25%", "97.25%"),
        (row(8, measure="class", decimals=0), "8 lớp", "8 classes"),
        (row(1234567, measure="person", decimals=0), "1.234.567 người", "1,234,567 people"),
        (row(6050, measure="person", decimals=0, qualifier="over"), "hơn 6.050 người", "more than 6,050 people"),
        (row(41770, measure="person", decimals=0, qualifier="nearly"), "gần 41.770 người", "nearly 41,770 people"),
        (row(75.2, qualifier="about"), "khoảng 75,2%", "about 75.2%"),
        (row(75.2, qualifier="above"), "trên 75,2%", "over 75.2%"),
        (row(28, kind="rank", measure="rank", decimals=0), "28 hạng", "28 rank"),
        (row(0, kind="milestone"), "Chưa thực hiện", "Not started"),
        (row(2.0, kind="milestone"), "Đang xin ý kiến, thẩm định", "In consultation or appraisal"),
        (row(3, kind="milestone"), "Đã hoàn thành, ban hành", "Done, issued"),
        (row(kind="qualitative", stated_band="from_50"), "50% - 70%", "50-70%"),
        (row(kind="qualitative"), NONE, NONE),
        (row(5, measure="unheard-of", decimals=0), "5 unheard-of", "5 unheard-of"),
    ],
)
def test_a_value_is_printed_by_its_kind_with_its_unit(of, vi, en):
    assert {name: printer.value(of) for name, printer in printers().items()} == {"vi": vi, "en": en}


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_is_a_dash_whatever_the_kind(kind, language):
    printer = Printer(SETTINGS, language)
    assert printer.value(row(kind=kind, qualifier="about")) == NONE
    assert printer.value(row(kind=kind, last_year_value=NAN), "last_year_value") == NONE
    assert printer.target(row(kind=kind)) == NONE
    assert printer.plan_to_date(row(kind=kind)) == NONE
    assert printer.change(row(kind=kind), NAN) == printer.change(row(kind=kind), NAN, words=False) == NONE
    assert printer.percent(NAN, [100]) == printer.number(None) == NONE


@pytest.mark.parametrize(
    ("of", "vi", "en"),
    [
        (row(97, 95), "97%/95%", "97%/95%"),
        (row(8, 8, measure="class", decimals=0), "8/8 lớp", "8/8 classes"),
        (
            row(480, 3000, measure="person", decimals=0, qualifier="nearly"),
            "gần 480/3.000 người",
            "nearly 480/3,000 people",
        ),
        (row(52, 60, operator="between", upper=75), "52%/60 - 75%", "52%/60 - 75%"),
        (row(NAN, 95), "-/95%", "-/95%"),
        (row(80), "80%", "80%"),
        (
            row(2, 3, kind="milestone", operator="milestone"),
            "Đang xin ý kiến, thẩm định",
            "In consultation or appraisal",
        ),
        (row(kind="qualitative", operator="qualitative", stated_band="met"), "Hoàn thành, vượt", "Met or exceeded"),
        (row(28, 30, kind="rank", measure="rank", operator="at_most", decimals=0), "28/30 hạng", "28/30 rank"),
    ],
)
def test_a_pair_is_actual_over_plan_as_committees_print_it(of, vi, en):
    assert {name: printer.pair(of) for name, printer in printers().items()} == {"vi": vi, "en": en}


@pytest.mark.parametrize(
    ("of", "vi", "en"),
    [
        (row(target=95), "95%", "95%"),
        (row(target=2, operator="at_most"), "≤ 2%", "≤ 2%"),
        (row(target=60, operator="between", upper=75), "60 - 75%", "60 - 75%"),
        (row(target=3, kind="milestone", operator="milestone"), "Đã hoàn thành, ban hành", "Done, issued"),
        (row(kind="qualitative", operator="qualitative"), "hoàn thành", "completed"),
        (row(target=6000, measure="person", decimals=0), "6.000 người", "6,000 people"),
    ],
)
def test_a_plan_says_what_its_operator_asks(of, vi, en):
    assert {name: printer.plan(of) for name, printer in printers().items()} == {"vi": vi, "en": en}


@pytest.mark.parametrize(
    ("of", "change", "words", "short"),
    [
        (row(), 2.5, "2,5 điểm phần trăm", "+2,5 điểm %"),
        (row(), -2.5, "2,5 điểm phần trăm", "-2,5 điểm %"),
        (row(measure="person", decimals=0), 120, "120 người", "+120 người"),
        (row(kind="rank", measure="rank", decimals=0), -3, "3 bậc", "-3 bậc"),
        (row(kind="milestone", measure="class", decimals=0), 1, "1 bước", "+1 bước"),
        (row(), 0, "0 điểm phần trăm", "0 điểm %"),
        (row(), 0.04, "0,04 điểm phần trăm", "+0,04 điểm %"),
        (row(), -0.04, "0,04 điểm phần trăm", "-0,04 điểm %"),
    ],
)
def test_a_change_is_told_in_words_and_short_with_its_sign(of, change, words, short):
    printer = printers()["vi"]
    assert printer.change(of, change) == words
    assert printer.change(of, change, words=False) == short


@pytest.mark.parametrize(
    ("value", "target", "decimals", "vi"),
    [
        (94.96, 95, 1, "94,96%/95%"),
        (94.94, 95, 1, "94,9%/95%"),
        (94.999, 95, 1, "94,999%/95%"),
        (95.04, 95, 1, "95,04%/95%"),
        (95, 95, 1, "95%/95%"),
        (94.6, 95, 0, "94,6%/95%"),
        (95, 95.04, 1, "95%/95,04%"),
        (94.97, 95.04, 1, "95%/95,04%"),
    ],
)
def test_a_value_is_never_printed_onto_the_wrong_side_of_its_plan(value, target, decimals, vi):
    assert printers()["vi"].pair(row(value, target, decimals=decimals)) == vi


decimal_numbers = st.builds(lambda n, places: n / 10**places, st.integers(-(10**7), 10**7), st.integers(0, 4))


@given(decimal_numbers, decimal_numbers, st.integers(0, 2), st.sampled_from(["vi", "en"]))
@example(94.97, 95.04, 1, "vi")
def test_a_printed_pair_compares_as_its_figures_do(value, target, decimals, language):
    printer, of = Printer(SETTINGS, language), row(value, target, decimals=decimals)
    over, under = (exact(number(text, language)) for text in (printer.value(of), printer.target(of)))
    assert (over > under) - (over < under) == (value > target) - (value < target)


@given(decimal_numbers, st.integers(0, 3))
def test_both_languages_print_the_same_number(value, decimals):
    of = row(value, decimals=decimals)
    got = printers()
    assert number(got["vi"].value(of), "vi") == number(got["en"].value(of), "en")


@given(decimal_numbers, decimal_numbers, decimal_numbers)
def test_a_value_by_a_range_is_printed_on_its_side_of_both_ends(value, low, width):
    assume(width != 0)
    of = row(value, low, operator="between", upper=low + abs(width))
    shown = exact(number(Printer(SETTINGS, "en").value(of)))
    for edge in (exact(of.target), exact(of.upper)):
        assert (shown > edge) - (shown < edge) == (exact(value) > edge) - (exact(value) < edge)


@pytest.mark.parametrize(
    ("percent", "vi"), [(99.96, "99,96%"), (70.04, "70,04%"), (70, "70%"), (199.97, "199,97%"), (100, "100%")]
)
def test_a_percent_is_printed_on_its_side_of_every_edge(demo, percent, vi):
    edges = edges_of(dx.review(demo, "2024-Q1"))
    assert sorted(edges) == [50, 70, 100, 200]
    assert printers()["vi"].percent(percent, edges) == vi


def test_a_package_that_flags_no_plan_as_far_exceeded_has_the_edges_of_its_bands_alone(lao_cai_q1):
    assert sorted(edges_of(lao_cai_q1)) == [50, 70, 100]


def test_plan_to_date_is_printed_by_its_kind():
    printer = printers()["vi"]
    assert printer.plan_to_date(row(60, plan_to_date=57.5)) == "57,5%"
    assert printer.plan_to_date(row(2, kind="milestone", plan_to_date=1.0)) == "Đang xây dựng, soạn thảo"
    assert printer.plan_to_date(row(1, measure="person", decimals=0, plan_to_date=1500)) == "1.500 người"


def test_a_plan_to_date_of_a_range_names_both_ends():
    of = row(52, 60, operator="between", upper=75, plan_to_date=60)
    assert printers()["vi"].plan_to_date(of) == "60 - 75%"


def test_a_last_years_value_takes_no_word_and_no_edge_of_this_year():
    of = row(94.96, 95, qualifier="about", last_year_value=94.96)
    assert printers()["vi"].value(of, "last_year_value") == "95%"


def test_a_packages_own_band_label_is_used():
    settings = Settings(name="x", place={}, area="1", band_labels={"met": {"vi": "Đạt"}})
    assert Printer(settings, "vi").band("met") == "Đạt"
    assert Printer(settings, "en").band("met") == "Met or exceeded"


def test_every_row_of_the_demo_can_be_printed(demo_review, language):
    printer = Printer(demo_review.data.settings, language)
    for of in demo_review.progress.itertuples():
        for text in (printer.value(of), printer.pair(of), printer.plan(of), printer.plan_to_date(of)):
            assert text and "nan" not in text and "  " not in text and text == text.strip()
        assert (printer.value(of) == NONE) == (pd.isna(of.value) and not of.stated_band)
