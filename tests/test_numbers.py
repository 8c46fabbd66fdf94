"""Laws of numbers: what was written is what is decided on, rounding is away from zero, print keeps to its side."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dxlib.numbers import SIGNIFICANT, beside, exact, format_number, format_percent, round_half_up, side

MARKS = {"vi": {".": "", ",": "."}, "en": {",": ""}}  # group mark, decimal mark


def parsed(text: str, language: str) -> Fraction:
    """The value that a reader of the language takes from the print."""
    return Fraction(text.translate(str.maketrans(MARKS[language])))


@st.composite
def decimals_as_written(draw, largest_exponent=280):
    """Decimal text of up to 15 significant digits, of any magnitude, and as often near one as not."""
    digits = draw(st.integers(0, 10**SIGNIFICANT - 1))
    exponent = draw(st.integers(-18, 3) | st.integers(-280, largest_exponent))
    return f"{draw(st.sampled_from(['', '-']))}{Decimal(digits).scaleb(exponent):f}"


@st.composite
def near_an_edge(draw):
    """A value and edges that decide about it: often on an edge, a float's width or a small decimal from it."""
    edges = draw(st.lists(st.sampled_from([100.0, 70.0, 50.0, 200.0, 0.0, 99.5, 33.3, -10.0]), min_size=1, max_size=4))
    edge = draw(st.sampled_from(edges))
    toward = draw(st.sampled_from([-math.inf, math.inf]))
    steps = draw(st.integers(0, 3))
    close = edge
    for _ in range(steps):
        close = math.nextafter(close, toward)
    apart = edge + draw(st.sampled_from([-1, 1])) * 10.0 ** -draw(st.integers(0, 14))
    far = draw(st.floats(-1e9, 1e9))
    return draw(st.sampled_from([close, apart, far])), edges


@given(decimals_as_written())
@example("0.07")
@example("-0")
def test_the_decimal_that_was_written_is_given_back(text):
    assert exact(float(text)) == Fraction(text)


@given(st.fractions())
def test_what_is_exact_already_stays(ratio):
    assert exact(ratio) == ratio
    assert exact(ratio.numerator) == ratio.numerator


@given(decimals_as_written(), st.integers(0, 6))
@example("0.5", 0)
@example("-0.5", 0)
@example("2.5", 0)
@example("1.005", 2)
@example("2.675", 2)
@example("-97.25", 1)
def test_rounding_is_half_up_away_from_zero_in_decimal(text, decimals):
    with localcontext(prec=400):
        expected = Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert round_half_up(float(text), decimals) == expected
    assert round_half_up(Decimal(text), decimals) == expected
    assert round_half_up(Fraction(text), decimals) == expected


@given(st.fractions(), st.integers(0, 6))
def test_rounding_moves_a_value_by_half_a_step_at_most(ratio, decimals):
    assert abs(Fraction(round_half_up(ratio, decimals)) - ratio) * 2 * 10**decimals <= 1
    assert round_half_up(-ratio, decimals) == round_half_up(ratio, decimals).copy_negate()


@given(near_an_edge(), st.integers(0, 2))
def test_what_is_shown_lies_on_the_values_own_side_of_every_edge(case, decimals):
    value, edges = case
    shown = beside(value, edges, decimals)
    as_exact = [exact(edge) for edge in edges]
    assert side(Fraction(shown), as_exact) == side(exact(value), as_exact)


@given(near_an_edge(), st.integers(0, 2))
def test_decimals_are_added_only_where_an_edge_asks_for_them(case, decimals):
    value, edges = case
    as_exact = [exact(edge) for edge in edges]
    shown = beside(value, edges, decimals)
    plain = round_half_up(value, decimals)
    if side(Fraction(plain), as_exact) == side(exact(value), as_exact):
        assert shown == plain
    else:
        fewer = round_half_up(value, -shown.as_tuple().exponent - 1)
        assert side(Fraction(fewer), as_exact) != side(exact(value), as_exact)


@pytest.mark.parametrize("language", ["vi", "en"])
@given(case=near_an_edge(), decimals=st.integers(0, 2))
def test_the_print_read_back_lies_on_the_values_own_side(language, case, decimals):
    value, edges = case
    as_exact = [exact(edge) for edge in edges]
    read = parsed(format_number(value, decimals, language, edges), language)
    assert side(read, as_exact) == side(exact(value), as_exact)
    assert abs(read - exact(value)) * 2 * 10**decimals <= 1


@pytest.mark.parametrize("language", ["vi", "en"])
@given(text=decimals_as_written(largest_exponent=30), decimals=st.integers(0, 4))
@example(text="1" + "0" * 32, decimals=1)
def test_a_print_is_a_number_of_its_language_without_idle_zeros(language, text, decimals):
    """Percents of tiny targets are large: no magnitude may stop a page."""
    printed = format_number(float(text), decimals, language)
    group, point = ("." if language == "vi" else ","), ("," if language == "vi" else ".")
    group, point = re.escape(group), re.escape(point)
    assert re.fullmatch(rf"-?[1-9]\d{{0,2}}({group}\d{{3}})*({point}\d*[1-9])?|-?0{point}\d*[1-9]|0", printed)
    assert parsed(printed, language) == Fraction(round_half_up(float(text), decimals))


@pytest.mark.parametrize(
    "value, decimals, vi, en",
    [
        (97.5, 1, "97,5", "97.5"),
        (97.0, 1, "97", "97"),
        (97.25, 1, "97,3", "97.3"),
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (999999999999999, 0, "999.999.999.999.999", "999,999,999,999,999"),
        (1000, 0, "1.000", "1,000"),
        (999.96, 1, "1.000", "1,000"),
        (0.1, 2, "0,1", "0.1"),
        (0.04, 1, "0", "0"),
        (-0.04, 1, "0", "0"),
        (-0.0, 1, "0", "0"),
        (-0.05, 1, "-0,1", "-0.1"),
        (-1234.5, 1, "-1.234,5", "-1,234.5"),
        (1e-20, 3, "0", "0"),
        (2.5, 0, "3", "3"),
        (0.285, 2, "0,29", "0.29"),
    ],
)
def test_a_number_is_printed_in_the_marks_of_its_language(value, decimals, vi, en):
    assert format_number(value, decimals, "vi") == vi
    assert format_number(value, decimals, "en") == en


@pytest.mark.parametrize(
    "value, edges, vi, en",
    [
        (97.5, [], "97,5%", "97.5%"),
        (99.96, [100, 70, 50], "99,96%", "99.96%"),
        (70.04, [100, 70, 50], "70,04%", "70.04%"),
        (70.0, [100, 70, 50], "70%", "70%"),
        (69.99999, [70], "69,99999%", "69.99999%"),
        (math.nextafter(100, 0), [100], "99,99999999999999%", "99.99999999999999%"),
        (math.nextafter(100, 200), [100], "100,00000000000001%", "100.00000000000001%"),
        (1234.5, [], "1.234,5%", "1,234.5%"),
        (-0.01, [], "0%", "0%"),
        (-0.01, [0], "-0,01%", "-0.01%"),
    ],
)
def test_a_percent_never_contradicts_its_band(value, edges, vi, en):
    assert format_percent(value, "vi", edges) == vi
    assert format_percent(value, "en", edges) == en


@pytest.mark.parametrize(
    "value, printed", [(2.5, "+2,5"), (-2.5, "-2,5"), (0.0, "0"), (-0.0, "0"), (0.01, "0"), (-0.01, "0")]
)
def test_a_signed_number_has_a_sign_unless_it_prints_as_zero(value, printed):
    assert format_number(value, 1, "vi", sign=True) == printed


@given(st.floats(-1e15, 1e15), st.integers(0, 3), st.sampled_from(["vi", "en"]), st.booleans())
@example(-1e-9, 1, "vi", True)
def test_nothing_prints_as_minus_zero(value, decimals, language, sign):
    assert not re.fullmatch(r"[-+]0([.,]0*)?", format_number(value, decimals, language, sign=sign))
