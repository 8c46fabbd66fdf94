"""From reported quarters to the year to date: each kind's rule, computed by hand on small frames."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxlib.actuals import actuals
from dxlib.numbers import exact
from dxlib.period import Period
from tests.test_reviews import reviewed

SINGLE = ("stock", "year_to_date", "milestone", "rank")  # stand as reported
FEWER = settings.default.max_examples // 2  # an example costs a few hundredths of a second
STATUSES = ("A", "P", "E", "B", "O", "M", "L", "V")


def rows(kind="stock", measure="percent", frequency="quarter", valid_from=None, count=1) -> pd.DataFrame:
    """Indicators x1, x2, ... of one kind; the index is not 0, 1, ..., since nothing may rest on it."""
    frame = pd.DataFrame({"indicator": [f"x{n}" for n in range(1, count + 1)], "area": "99"})
    frame = frame.assign(kind=kind, measure=measure, frequency=frequency, valid_from=pd.Timestamp(valid_from))
    return frame.set_index(pd.Index(range(10, 10 + count)))


def seen(**quarters: str) -> pd.DataFrame:
    """Observations of x1 in 2024 as people would say them: q1="5", "3/10" (cases), "M", "V 5" (status, value), "
    ""met"."""
    found = []
    for name, said in quarters.items():
        status, _, cell = said.rpartition(" ") if said[0] in STATUSES and " " in said else ("", "", said)
        if said in STATUSES:
            status, cell = said, ""
        year, quarter = name[1:].split("q") if name.startswith("y") else ("2024", name[1:])
        row = {"period": f"{year}-Q{quarter}", "status": status or "A", "stated_band": ""}
        if cell.isalpha() and cell:
            row["stated_band"] = cell
        elif cell:
            value, _, parts = cell.rpartition("=") if "=" in cell else ("", "", cell)
            over, slash, under = parts.partition("/")
            row |= {"numerator": float(over), "denominator": float(under)} if slash else {"value": float(over)}
            row |= {"value": float(value)} if value else {}
        found.append(row)
    columns = ["value", "numerator", "denominator", "value_before"]
    frame = pd.DataFrame(found, columns=["period", "status", "stated_band", *columns])
    frame = frame.assign(indicator="x1", area="99", qualifier="", source="s", source_cell="", reported_on=pd.NaT)
    return frame.astype(dict.fromkeys(columns, "float64"))


def at(quarter: int, quarters: dict[str, str], **about) -> pd.Series:
    return actuals(rows(**about), seen(**quarters), Period(2024, quarter)).iloc[0]


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_a_standing_value_is_the_quarters_own_whatever_came_before(kind, quarter):
    told = {f"q{n}": str(n) for n in range(1, quarter + 1)}
    assert at(quarter, told, kind=kind, measure="count").value == quarter
    alone = {f"q{quarter}": "3"}
    assert at(quarter, alone, kind=kind, measure="count")[["value", "reason"]].tolist() == [3, ""]


def test_a_qualitative_indicator_has_its_stated_band_and_no_value():
    got = at(2, {"q1": "met", "q2": "under"}, kind="qualitative")
    assert got.stated_band == "under" and pd.isna(got.value) and got.reason == ""


@pytest.mark.parametrize(
    ("quarters", "value"),
    [
        ({"q1": "5"}, 5),
        ({"q1": "5", "q2": "7"}, 12),
        ({"q1": "0.1", "q2": "0.2"}, 0.3),
        ({"q1": "0.1", "q2": "0.7", "q3": "0.1"}, 0.9),
        ({"q1": "0", "q2": "0"}, 0),
        ({"q1": "5", "q2": "-2"}, 3),
        ({"q1": "1000000.01", "q2": "0.02", "q3": "0.03", "q4": "0.04"}, 1000000.1),
        ({"q1": "M", "q2": "7"}, 7),
        ({"q1": "5", "q2": "M", "q3": "7"}, 12),
        ({"q1": "5", "q2": "M"}, 5),
    ],
)
def test_a_period_count_is_the_exact_decimal_sum_of_the_years_quarters(quarters, value):
    got = at(len(quarters), quarters, kind="period_count", measure="count")
    assert got.value == value and got.reason == ""
    assert pd.isna(got.numerator) and pd.isna(got.denominator)


@pytest.mark.parametrize(
    ("quarters", "measure", "over", "under"),
    [
        ({"q1": "10472/18700"}, "percent", 10472, 18700),
        ({"q1": "1/3", "q2": "1/7"}, "percent", 2, 10),
        ({"q1": "1/3", "q2": "1/7"}, "team", 2, 10),
        ({"q1": "33.3=1/3", "q2": "14.3=1/7"}, "percent", 2, 10),
        ({"q1": "0/5", "q2": "0/5"}, "percent", 0, 10),
        ({"q1": "M", "q2": "3/4"}, "percent", 3, 4),
        ({"q1": "3/4", "q2": "M"}, "percent", 3, 4),
        ({"q1": "0/0", "q2": "3/4"}, "percent", 3, 4),
        ({"q1": "3/4", "q2": "0/0"}, "percent", 3, 4),
        ({"q1": "0.1/0.5", "q2": "0.2/0.5"}, "percent", 0.3, 1),
    ],
)
def test_a_rate_is_all_numerators_over_all_denominators_and_keeps_both(quarters, measure, over, under):
    got = at(len(quarters), quarters, kind="rate", measure=measure)
    assert (got.numerator, got.denominator) == (over, under)
    assert got.value == pytest.approx((100 if measure == "percent" else 1) * over / under, rel=1e-15)
    assert got.reason == ""


def test_a_rate_is_not_the_mean_of_its_quarters():
    assert at(2, {"q1": "1/10", "q2": "90/90"}, kind="rate").value == 91


@pytest.mark.parametrize(
    ("kind", "quarter", "quarters", "reason"),
    [
        ("period_count", 2, {"q2": "5"}, "earlier_missing"),
        ("period_count", 3, {"q1": "5", "q3": "5"}, "earlier_missing"),
        ("period_count", 2, {"q1": "O", "q2": "5"}, "earlier_missing"),
        ("period_count", 2, {"q1": "V 4", "q2": "5"}, "earlier_missing"),
        ("period_count", 2, {"q1": "L", "q2": "5"}, "earlier_missing"),
        ("period_count", 2, {"q2": "M"}, "earlier_missing"),
        ("rate", 2, {"q2": "1/2"}, "earlier_missing"),
        ("rate", 4, {"q1": "1/2", "q2": "1/2", "q4": "1/2"}, "earlier_missing"),
        ("rate", 2, {"q1": "V 1/2", "q2": "1/2"}, "earlier_missing"),
        ("rate", 2, {"q1": "50", "q2": "1/2"}, "no_numerator"),
        ("rate", 2, {"q1": "1/2", "q2": "50"}, "no_numerator"),
        ("rate", 2, {"q1": "50", "q2": "60"}, "no_numerator"),
        ("rate", 1, {"q1": "0/0"}, "no_cases"),
        ("rate", 2, {"q1": "0/0", "q2": "0/0"}, "no_cases"),
        ("rate", 2, {"q1": "0/0", "q2": "M"}, "no_cases"),
        ("rate", 1, {"q1": "M"}, "no_cases"),
        ("rate", 2, {"q1": "M", "q2": "M"}, "no_cases"),
        ("period_count", 1, {"q1": "M"}, "no_cases"),
        ("period_count", 2, {"q1": "M", "q2": "M"}, "no_cases"),
        *((kind, 1, {"q1": "M"}, "no_cases") for kind in SINGLE),
        ("stock", 1, {"q1": "0/0"}, "no_cases"),
        *(
            (kind, 1, {"q1": said}, reason)
            for kind in (*SINGLE, "period_count", "rate", "qualitative")
            for said, reason in {"O": "value_missing", "L": "not_published_yet", "V": "under_check"}.items()
        ),
        *((kind, 1, {"q1": "V 5"}, "under_check") for kind in (*SINGLE, "period_count", "rate")),
        ("stock", 1, {"q1": "O 5"}, "value_missing"),
        ("rate", 2, {"q1": "1/2", "q2": "V 1/2"}, "under_check"),
        ("rate", 2, {"q1": "1/2", "q2": "O"}, "value_missing"),
        ("period_count", 2, {"q1": "5", "q2": "O"}, "value_missing"),
        *((kind, 2, {"q1": "5"}, "not_reported") for kind in (*SINGLE, "period_count")),
        ("rate", 2, {"q1": "1/2"}, "not_reported"),
        ("qualitative", 2, {"q1": "met"}, "not_reported"),
    ],
)
def test_what_gives_no_value_gives_its_reason(kind, quarter, quarters, reason):
    got = at(quarter, quarters, kind=kind)
    assert got.reason == reason
    assert pd.isna(got[["value", "numerator", "denominator"]]).all()


@pytest.mark.parametrize(
    ("frequency", "quarter", "reason"),
    [
        *(("quarter", n, "not_reported") for n in (1, 2, 3, 4)),
        *(("half_year", n, reason) for n, reason in enumerate(["not_due", "not_reported"] * 2, 1)),
        *(("year", n, reason) for n, reason in enumerate(["not_due"] * 3 + ["not_reported"], 1)),
    ],
)
@pytest.mark.parametrize("kind", ["stock", "rate", "period_count", "qualitative"])
def test_an_absent_report_is_missing_only_when_due(kind, frequency, quarter, reason):
    assert at(quarter, {"y2023q4": "5"}, kind=kind, frequency=frequency).reason == reason


@pytest.mark.parametrize(
    ("frequency", "quarters", "value"),
    [
        ("half_year", {"q2": "5", "q4": "6"}, 11),
        ("year", {"q4": "6"}, 6),
        ("half_year", {"q1": "1", "q2": "5", "q4": "6"}, 12),
    ],
)
def test_a_sum_needs_only_the_quarters_that_are_due(frequency, quarters, value):
    assert at(4, quarters, kind="period_count", frequency=frequency).value == value


def test_a_sum_begins_with_the_indicators_first_quarter():
    assert at(2, {"q2": "5"}, kind="period_count", valid_from="2024-04-01").value == 5
    assert at(2, {"q2": "5"}, kind="period_count", valid_from="2024-03-31").reason == "earlier_missing"
    assert at(2, {"q2": "1/4"}, kind="rate", valid_from="2024-05-01").value == 25


def test_a_rate_without_its_cases_stands_in_the_first_quarter_only():
    assert at(1, {"q1": "56.5"}, kind="rate").value == 56.5
    assert pd.isna(at(2, {"q1": "56.5", "q2": "57"}, kind="rate").value)


def test_last_years_quarters_never_enter_a_sum():
    assert at(1, {"y2023q4": "100", "q1": "5"}, kind="period_count").value == 5
    assert at(1, {"y2023q4": "100/100", "q1": "1/2"}, kind="rate").value == 50


def test_a_stock_given_by_its_parts_is_their_exact_quotient():
    got = at(3, {"q3": "97.6=1525/1562"}, kind="stock")
    assert got.value == 100 * 1525 / 1562
    assert Fraction(got.numerator) / Fraction(got.denominator) == Fraction(1525, 1562) or pd.isna(got.denominator)


@pytest.mark.parametrize(
    ("kind", "quarter", "quarters", "added"),
    [
        ("stock", 2, {"q1": "56", "q2": "60"}, 4),
        ("stock", 2, {"q1": "0.1", "q2": "0.3"}, 0.2),
        ("stock", 1, {"y2023q4": "50", "q1": "41"}, -9),
        ("stock", 2, {"q2": "60"}, None),
        ("stock", 2, {"q1": "200/400", "q2": "300/400"}, 25),
        ("stock", 2, {"q1": "33.3=1/3", "q2": "66.7=2/3"}, 100 / 3),
        ("stock", 2, {"q1": "V 10", "q2": "60"}, None),
        ("stock", 2, {"q1": "10", "q2": "B 60"}, None),
        ("year_to_date", 1, {"y2023q4": "1000", "q1": "130"}, 130),
        ("year_to_date", 2, {"q1": "130", "q2": "300"}, 170),
        ("year_to_date", 2, {"q1": "130", "q2": "120"}, -10),
        ("period_count", 2, {"q1": "130", "q2": "300"}, 300),
        ("rate", 2, {"q1": "1/2", "q2": "2/2"}, None),
        ("rank", 2, {"q1": "30", "q2": "35"}, None),
        ("milestone", 2, {"q1": "1", "q2": "2"}, None),
    ],
)
def test_added_is_what_the_quarter_alone_brought(kind, quarter, quarters, added):
    got = at(quarter, quarters, kind=kind).added
    assert pd.isna(got) if added is None else got == pytest.approx(added, rel=1e-12)


@pytest.mark.parametrize("period", ["2024-Q2", "2024-Q3", "2024-Q4"])
def test_added_agrees_with_the_movement_since_the_quarter_before(period):
    review = reviewed(period)
    moved = review.movement[review.movement["versus"] == "previous"].set_index("indicator")["change"]
    standing = review.progress[review.progress["kind"].isin(["stock", "year_to_date"])].set_index("indicator")["added"]
    assert standing.notna().sum() >= 10
    pd.testing.assert_series_equal(standing, moved[standing.index], check_names=False, rtol=1e-12)


def test_each_row_has_its_own_figures_and_the_callers_index():
    observed = pd.concat([seen(q1="5", q2="6"), seen(q1="1", q2="2").assign(indicator="x3")])
    got = actuals(rows("period_count", count=3), observed, Period(2024, 2))
    assert got.index.tolist() == [10, 11, 12]
    assert got["value"].fillna(-1).tolist() == [11, -1, 3]
    assert got["reason"].tolist() == ["", "not_reported", ""]


def test_areas_are_not_mixed():
    observed = pd.concat([seen(q1="5"), seen(q1="7").assign(area="01")])
    both = pd.concat([rows("period_count"), rows("period_count").assign(area="01").set_axis([11])])
    assert actuals(both, observed, Period(2024, 1))["value"].tolist() == [5, 7]


def test_actuals_leave_their_inputs_as_they_were():
    about, observed = rows("rate"), seen(q1="1/2", q2="M")
    before = about.copy(deep=True), observed.copy(deep=True)
    actuals(about, observed, Period(2024, 2))
    pd.testing.assert_frame_equal(about, before[0])
    pd.testing.assert_frame_equal(observed, before[1])


def split_in_four(total: int):
    """A whole number taken apart over four quarters, in any way."""
    cuts = st.lists(st.integers(0, total), min_size=3, max_size=3).map(sorted)
    return cuts.map(lambda at_: [b - a for a, b in zip([0, *at_], [*at_, total])])


@settings(max_examples=FEWER)
@given(st.integers(0, 10**9).flatmap(lambda n: st.tuples(st.just(n), split_in_four(n))), st.integers(0, 3))
def test_any_split_of_a_count_over_the_quarters_gives_the_same_year(split, decimals):
    total, parts = split
    said = {f"q{n}": repr(part / 10**decimals) if part else "M" for n, part in enumerate(parts, 1)}
    got = at(4, said, kind="period_count", measure="count")
    if total:
        assert exact(got.value) == Fraction(total, 10**decimals)
    else:
        assert got.reason == "no_cases"


@settings(max_examples=FEWER)
@given(
    st.integers(1, 10**6)
    .flatmap(lambda under: st.tuples(st.just(under), st.integers(0, under)))
    .flatmap(lambda pair: st.tuples(st.just(pair), split_in_four(pair[0]), split_in_four(pair[1])))
)
def test_any_split_of_a_rates_cases_over_the_quarters_gives_the_same_year(split):
    (under, over), unders, overs = split
    said = {f"q{n}": f"{a}/{b}" for n, (a, b) in enumerate(zip(overs, unders), 1)}
    got = at(4, said, kind="rate")
    assert got.value == 100 * over / under
    assert exact(got.numerator) / exact(got.denominator) == Fraction(over, under)


@given(st.permutations(["5", "0.1", "M", "2.75"]))
def test_the_order_of_the_quarters_does_not_change_the_years_sum(said):
    quarters = {f"q{n}": cell for n, cell in enumerate(said, 1)}
    assert at(4, quarters, kind="period_count").value == 7.85
