"""Laws of names of periods: every spelling people use, quarters as a line without gaps, and the words on a page."""

import datetime as dt
import re
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib import period as period_module
from dxlib.period import Period, UnknownPeriod, format_date

periods = st.builds(Period, st.integers(1900, 2099), st.integers(1, 4))
shifts = st.integers(-400, 400)

SPELLINGS = [
    "{year}-Q{n}",
    "{year}Q{n}",
    "{year} Q{n}",
    "{year} - Q{n}",
    "{year}-Q{roman}",
    "Q{n}-{year}",
    "Q{n}/{year}",
    "Q{n} {year}",
    "Q{n}.{year}",
    "Q{roman}.{year}",
    "Q{roman}/{year}",
    "Quý {roman}/{year}",
    "Quý {roman} năm {year}",
    "Quý {roman}, năm {year}",
    "quý {n} năm {year}",
    "Quý {n}/{year}",
    "quý {roman} - {year}",
    "Quý {roman} {year}",
    "  Quý {roman}/{year}\n",
    "Quý\u00a0{roman}/{year}",
]


@pytest.mark.parametrize("change", [str, str.upper, str.lower], ids=["as_is", "upper", "lower"])
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("n, roman", [(1, "I"), (2, "II"), (3, "III"), (4, "IV")])
def test_every_spelling_names_the_same_quarter(spelling, n, roman, change):
    assert Period.parse(change(spelling.format(year=2024, n=n, roman=roman))) == Period(2024, n)


@pytest.mark.parametrize("spelling", [text for text in SPELLINGS if "ý" in text])
def test_text_typed_on_a_mac_names_the_same_quarter(spelling):
    """A file name or a clipboard there gives decomposed letters."""
    text = spelling.format(year=2024, n=3, roman="III")
    assert Period.parse(unicodedata.normalize("NFD", text)) == Period(2024, 3)


@given(periods)
def test_a_period_survives_being_written_down(period):
    assert Period.parse(str(period)) == period
    assert Period.parse(period) is period


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Q1",
        "2024",
        "2024-Q",
        "2024-Q0",
        "2024-Q5",
        "2024-Q12",
        "2024-Q1-Q2",
        "2024-Q1 2024-Q2",
        "Quý V/2024",
        "Quý IIII/2024",
        "Quý VI/2024",
        "Quý 0/2024",
        "Quý I",
        "Quý I/24",
        "Quý I/12024",
        "I/2024",
        "1/2024",
        "03/2024",
        "1824-Q1",
        "2124-Q1",
        "-2024-Q1",
        "2024-01-01",
        "2024-Q1\n2024-Q2",
        "2024-Q1'; DROP TABLE targets; --",
        "2024-Q1/../../etc",
        "<b>2024-Q1</b>",
        "{year}-Q1",
        "nan",
        "None",
        "20\uff12\uff14-Q1",  # full-width digits
        "2024-Q\uff11",
        "\u0968\u0966\u0968\u096a-Q1",  # Devanagari digits
        "Q\u0130.2024",  # a capital I with a dot is no Roman one
        "2024-Q\u2160",  # the single character Ⅰ
    ],
)
def test_anything_else_is_refused_with_its_own_text(text):
    with pytest.raises(UnknownPeriod) as error:
        Period.parse(text)
    assert str(error.value) == text


@pytest.mark.parametrize("given", [None, 2024, 2024.1, float("nan"), pd.NaT, dt.date(2024, 3, 31)])
def test_what_is_no_text_is_refused_too(given):
    with pytest.raises(UnknownPeriod):
        Period.parse(given)


@given(st.text(alphabet="Qqquýnăm IVXiı\u0130 0123459-/.,\uff11\n", max_size=20) | st.text(max_size=12))
def test_no_text_breaks_the_parser(text):
    try:
        period = Period.parse(text)
    except UnknownPeriod:
        return
    assert 1 <= period.quarter <= 4 and 1900 <= period.year <= 2099


@given(periods, shifts, shifts)
def test_shifts_add_up(period, first, second):
    assert period.shift(first).shift(second) == period.shift(first + second)
    assert period.shift(0) == period
    assert 1 <= period.shift(first).quarter <= 4


@given(periods)
def test_neighbours_are_where_the_calendar_has_them(period):
    assert period.previous < period < period.shift(1)
    assert period.previous.shift(1) == period
    assert period.same_last_year == period.shift(-4)
    assert period.last_year_end == Period(period.year - 1, 4)
    assert period.last_year_end.shift(period.quarter) == period


@given(periods, periods)
def test_order_is_the_order_of_last_days(one, other):
    """Text of periods is compared in tables, so it must sort as the periods do."""
    assert (one < other) == (one.last_day < other.last_day) == (str(one) < str(other))


@given(periods)
def test_a_period_ends_the_day_before_the_next_begins(period):
    day_after = period.last_day + dt.timedelta(days=1)
    assert (day_after.day, day_after.month) in [(1, 4), (1, 7), (1, 10), (1, 1)]
    assert period.last_day == pd.Period(f"{period.year}Q{period.quarter}", "Q").end_time.date()


@given(periods)
def test_the_year_to_date_runs_from_the_first_quarter_to_this_one(period):
    assert period.to_date[0] == f"{period.year}-Q1"
    assert period.to_date[-1] == str(period)
    assert [Period.parse(text) for text in period.to_date] == [
        Period(period.year, n + 1) for n in range(period.quarter)
    ]
    assert len(period.to_date) + period.remaining == 4


LABELS = {
    ("vi", "heading"): ["Quý I/2024", "Quý II/2024", "Quý III/2024", "Quý IV/2024"],
    ("vi", "to_date"): ["quý I/2024", "6 tháng đầu năm 2024", "9 tháng đầu năm 2024", "năm 2024"],
    ("vi", "heading_to_date"): ["Quý I/2024", "6 tháng đầu năm 2024", "9 tháng đầu năm 2024", "Cả năm 2024"],
    ("vi", "title"): ["quý I", "6 tháng đầu năm", "9 tháng đầu năm", "cả năm 2024"],
    ("vi", "title_year"): ["quý I năm 2024", "6 tháng đầu năm 2024", "9 tháng đầu năm 2024", "cả năm 2024"],
    ("vi", "next"): ["quý II/2024", "6 tháng cuối năm 2024", "quý IV/2024", "năm 2025"],
    ("vi", "plan"): ["quý I", "6 tháng đầu năm", "9 tháng đầu năm", "năm"],
    ("en", "heading"): ["Q1 2024", "Q2 2024", "Q3 2024", "Q4 2024"],
    ("en", "heading_to_date"): ["Q1 2024", "First half of 2024", "First nine months of 2024", "Full year 2024"],
    ("en", "next"): ["Q2 2024", "the second half of 2024", "Q4 2024", "2025"],
}


@pytest.mark.parametrize("language, style", LABELS)
def test_a_period_is_called_what_officials_call_it(language, style):
    assert [Period(2024, n).label(language, style) for n in range(1, 5)] == LABELS[language, style]


def test_both_languages_name_periods_in_the_same_styles():
    assert period_module._LABELS["vi"].keys() == period_module._LABELS["en"].keys()


@given(periods, st.sampled_from(["vi", "en"]), st.sampled_from(sorted(period_module._LABELS["vi"])))
def test_every_label_is_filled_in(period, language, style):
    text = period.label(language, style)
    assert text and not re.search(r"[{}]", text)
    assert text == unicodedata.normalize("NFC", text)


@given(periods, st.sampled_from(["vi", "en"]))
def test_a_heading_can_be_read_back(period, language):
    assert Period.parse(period.label(language, "heading")) == period
    assert Period.parse(period.label(language, "sentence")) == period


DATES = {
    dt.date(2024, 4, 3): ("03/4/2024", "3 April 2024"),
    dt.date(2024, 2, 20): ("20/02/2024", "20 February 2024"),
    dt.date(2024, 1, 1): ("01/01/2024", "1 January 2024"),
    dt.date(2024, 3, 10): ("10/3/2024", "10 March 2024"),
    dt.date(2024, 9, 9): ("09/9/2024", "9 September 2024"),
    dt.date(2024, 10, 2): ("02/10/2024", "2 October 2024"),
    dt.date(2024, 12, 31): ("31/12/2024", "31 December 2024"),
    None: ("-", "-"),
    pd.NaT: ("-", "-"),
    pd.Timestamp(2024, 4, 3): ("03/4/2024", "3 April 2024"),
}


@pytest.mark.parametrize("date, printed", DATES.items(), ids=str)
def test_a_date_is_written_as_officials_write_it(date, printed):
    assert (format_date(date, "vi"), format_date(date, "en")) == printed


@given(st.dates())
def test_only_days_under_ten_and_the_first_two_months_take_a_zero(date):
    """Decree 30/2020/NĐ-CP, annex I."""
    day, month, year = format_date(date, "vi").split("/")
    assert (int(day), int(month), int(year)) == (date.day, date.month, date.year)
    assert day.startswith("0") == (date.day < 10)
    assert month.startswith("0") == (date.month < 3)
