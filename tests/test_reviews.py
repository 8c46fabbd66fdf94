"""A period under review: its parts add up, agree with one another, and rest only on what was known."""

import dataclasses
import datetime as dt
import functools
import itertools
import shutil
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

import dxlib as dx
from dxlib import dataset, tasks
from dxlib.period import Period
from dxlib.progress import progress
from tests.conftest import ROOT

BANDS = ["met", "over_70", "from_50", "under_50", "not_met", "not_assessed"]
# data/demo-province/README.md, as known at each meeting
DEMO = {
    "2022-Q1": [0, 5, 6, 11, 1, 1],
    "2022-Q2": [1, 10, 6, 6, 1, 0],
    "2022-Q3": [8, 11, 4, 1, 0, 0],
    "2022-Q4": [19, 4, 1, 0, 0, 0],
    "2023-Q1": [5, 9, 7, 3, 0, 0],
    "2023-Q2": [5, 10, 6, 1, 0, 2],
    "2023-Q3": [10, 11, 2, 0, 0, 1],
    "2023-Q4": [20, 4, 0, 0, 0, 0],
    "2024-Q1": [7, 9, 6, 2, 0, 0],
    "2024-Q2": [8, 11, 4, 0, 0, 1],
    "2024-Q3": [11, 7, 3, 1, 1, 1],
    "2024-Q4": [19, 4, 0, 0, 1, 0],
}
PARTS = (
    "progress", "bands", "reasons", "paces", "published", "reconciliation", "headlines", "movement", "pillars", "tags",
    "owners", "areas", "trend", "explanations", "decide", "tasks", "decisions", "submissions", "quality",
)  # fmt: skip


@functools.cache
def reviewed(period: str) -> dx.Review:
    """The demo's review of a period, as known at its meeting; computed once for all tests, which only look at it."""
    return dx.review(_demo(), period)


@functools.cache
def _demo() -> dx.Dataset:
    return dx.load(ROOT / "data" / "demo-province")


def changed(data: dx.Dataset, **tables: pd.DataFrame) -> dx.Dataset:
    """The same data package with other rows in some tables."""
    return dataclasses.replace(data, _frames=MappingProxyType({**data._frames, **tables}))


def changed_review(review: dx.Review, **tables: pd.DataFrame) -> dx.Review:
    """The same review over other rows; its scores are kept where those rows cannot change them (it saves a second)."""
    other = dataclasses.replace(review, data=changed(review.data, **tables))
    if not tables.keys() & {"observations", "targets", "indicators", "areas", "meetings"}:
        other.__dict__.update({part: getattr(review, part) for part in ("progress", "bands", "movement")})
    return other


def publish(folder, rows: list[tuple[str, int]], period="2024-Q1", day="2024-03-31"):
    """Write published.csv: figure and value, in the order given."""
    lines = [f'{period},99,{figure},{value},"as printed {figure}",{day},Thông báo (minh họa)' for figure, value in rows]
    text = "period,area,figure,value,words,published_on,source\n" + "\n".join(lines) + "\n"
    (folder / "published.csv").write_text(text, encoding="utf-8")
    return dx.review(folder, period)


@pytest.fixture
def at_meeting():
    return reviewed


# Sums


def test_bands_and_reasons_sum_to_the_loaded_targets(demo_review):
    bands = demo_review.bands["count"]
    assert bands.index.tolist() == BANDS
    assert bands.sum() == len(demo_review.progress) == 24
    assert demo_review.reasons.sum() == bands["not_assessed"]
    assert (demo_review.reasons.index != "").all()


def test_paces_sum_to_the_loaded_targets(demo_review):
    assert demo_review.paces.index.tolist() == ["ahead", "on_track", "behind", "far_behind", "not_determined"]
    assert demo_review.paces.sum() == len(demo_review.progress)


@pytest.mark.parametrize("part", ["pillars", "owners"])
def test_groups_sum_to_the_loaded_targets_and_to_each_band(demo_review, part):
    groups = getattr(demo_review, part)
    assert groups["total"].sum() == len(demo_review.progress)
    assert groups[BANDS].sum(axis=1).tolist() == groups["total"].tolist()
    assert groups[BANDS].sum().tolist() == demo_review.bands["count"].tolist()
    assert groups["behind"].sum() == demo_review.paces[["behind", "far_behind"]].sum()


def test_tags_count_a_target_in_each_of_its_slices(demo_review):
    listed = demo_review.progress["tags"].str.split(";").explode()
    assert demo_review.tags["total"].to_dict() == listed[listed != ""].value_counts().to_dict()


def test_a_target_without_pillar_or_owner_is_counted_apart(demo):
    indicators = demo["indicators"]
    indicators.loc[indicators["indicator"].isin(["suc-khoe", "so-hoa"]), ["pillar", "owner"]] = ""
    review = dx.review(changed(demo, indicators=indicators), "2024-Q1")
    assert review.pillars.index[-1] == "" and review.pillars.at["", "total"] == review.owners.at["", "total"] == 2
    assert review.pillars["total"].sum() == review.owners["total"].sum() == 24


def test_owners_stand_with_most_behind_first(demo_review):
    behind = demo_review.owners["behind"].tolist()
    assert behind == sorted(behind, reverse=True)
    assert (demo_review.owners["unexplained"] <= demo_review.owners["behind"]).all()


@pytest.mark.parametrize(("period", "counts"), DEMO.items())
def test_the_demo_stands_in_the_bands_its_readme_names(demo, period, counts):
    known = demo.known(Period.parse(period).last_day + dt.timedelta(days=1))
    bands = progress(known, Period.parse(period), ["99"])["band"].astype(str).value_counts()
    assert bands.reindex(BANDS, fill_value=0).tolist() == counts


# Lào Cai, as published


def test_lao_cais_pairs_are_those_published(lao_cai_q1):
    frame = lao_cai_q1.headlines
    pairs = list(zip(frame["value"], frame["target"]))[:5]
    assert pairs == [(97, 95), (30, 10), (82, 80), (95, 95), (45, 40)]
    assert frame["percent"][:5].round(1).tolist() == [102.1, 300.0, 102.5, 100.0, 112.5]
    assert frame["value"][5] == 80 and np.isnan(frame["target"][5])
    assert lao_cai_q1.bands["count"].tolist() == [5, 0, 0, 0, 0, 1]
    assert lao_cai_q1.reasons.to_dict() == {"no_target": 1}


def test_lao_cais_published_counts_are_held_beside_a_part_of_them(lao_cai_q1):
    frame = lao_cai_q1.reconciliation
    assert frame["published"].to_dict() == {"total": 24, "met": 7, "over_70": 9, "from_50": 6, "under_50": 2}
    assert frame["scored"].tolist() == [6, 5, 0, 0, 0]
    assert frame["difference"].tolist() == [-18, -2, -9, -6, -2]
    assert set(frame["state"]) == {"part"}
    assert frame["published"].drop("total").sum() == frame.at["total", "published"]


# Reconciliation

WHOLE = [("total", 24), ("met", 7), ("over_70", 9), ("from_50", 6), ("under_50", 2)]


@pytest.mark.parametrize(
    ("published", "states"),
    [
        (WHOLE, {"identical"}),
        (WHOLE[1:], {"identical"}),
        ([("total", 24), ("met", 8), ("over_70", 8), ("from_50", 6), ("under_50", 2)], {"identical", "differs"}),
        ([("total", 30), ("met", 9), ("over_70", 11), ("from_50", 7), ("under_50", 3)], {"part"}),
        ([("total", 30), ("met", 6), ("over_70", 12), ("from_50", 8), ("under_50", 4)], {"part", "differs"}),
        ([("total", 20), ("met", 7), ("over_70", 9), ("from_50", 4), ("under_50", 0)], {"identical", "differs"}),
        ([("total", 24)], {"identical"}),
    ],
)
def test_reconciliation_says_identical_part_or_differs(at_meeting, published, states):
    rows = [{"period": "2024-Q1", "area": "99", "figure": figure, "value": float(value)} for figure, value in published]
    table = pd.DataFrame(rows).assign(words="as printed", published_on=pd.NaT, source="s")
    frame = changed_review(at_meeting("2024-Q1"), published=table).reconciliation
    assert set(frame["state"]) == states
    assert frame["published"].to_dict() == dict(published)
    assert (frame["difference"] == frame["scored"] - frame["published"]).all()
    assert ((frame["state"] == "identical") == (frame["difference"] == 0)).all()


def test_what_is_published_after_the_review_is_not_reconciled(package):
    assert publish(package, WHOLE, day="2024-04-02").reconciliation.empty
    assert len(dx.review(package, "2024-Q1", as_of="2024-04-02").reconciliation) == 5


def test_published_counts_change_no_score(package, at_meeting):
    got, plain = publish(package, [("total", 24), ("met", 24)]), at_meeting("2024-Q1")
    pd.testing.assert_frame_equal(got.progress, plain.progress)


# Known as of


@pytest.mark.parametrize("period", DEMO)
def test_the_default_day_is_the_meetings_known_as_of(at_meeting, period):
    review = at_meeting(period)
    last = Period.parse(period).last_day
    assert review.as_of == last + dt.timedelta(days=1)
    assert review.cut_off == last.replace(day=14)


def test_without_known_as_of_the_default_day_is_the_meetings(lao_cai, lao_cai_q1):
    assert lao_cai_q1.as_of == dt.date(2024, 4, 3)
    assert dx.review(lao_cai, "2024-Q4").as_of == dt.date.today()


@pytest.mark.parametrize("as_of", ["2024-07-01", dt.date(2024, 7, 1), " 2024-07-01 "])
def test_a_day_may_be_given_as_date_or_text(demo, as_of):
    review = dx.review(demo, "Quý II/2024", as_of=as_of)
    assert (review.as_of, str(review.period)) == (dt.date(2024, 7, 1), "2024-Q2")


@pytest.mark.parametrize(
    ("period", "day", "long"),
    [
        ("2024-Q2", "2024-07-01", False),
        ("2024-Q1", "2024-06-26", True),
        ("2024-Q2", "2024-07-12", True),
        ("2024-Q1", "2024-03-20", True),
        ("2023-Q4", "2024-01-01", True),
        ("2024-Q1", "2024-04-01", True),
        ("2024-Q3", "2024-10-02", True),
    ],
)
def test_nothing_recorded_after_the_day_changes_the_review(demo, full, period, day, long):
    if long and not full:
        pytest.skip("long form")
    frames, later = {}, 0
    for name, column in dataset.KNOWN_FROM.items():
        frame = demo[name]
        after = frame[column] > pd.Timestamp(day)
        later += after.sum()
        numbers = frame.select_dtypes("float64").columns
        frame.loc[after, numbers] = frame.loc[after, numbers] * 3 + 1
        for text in ("cause", "proposal", "result", "owner", "document"):
            if text in frame:
                frame.loc[after, text] = "so-yt" if text == "owner" else "later"
        frames[name] = frame
    assert later > 50
    tampered = dx.review(changed(demo, **frames), period, as_of=day)
    plain = reviewed(period) if not long else dx.review(demo, period, as_of=day)
    for part in PARTS:
        left, right = getattr(plain, part), getattr(tampered, part)
        getattr(pd.testing, f"assert_{'frame' if left.ndim == 2 else 'series'}_equal")(left, right)
    assert plain.checksum == tampered.checksum


def test_a_later_day_may_change_the_review(demo):
    early, late = reviewed("2024-Q1"), dx.review(demo, "2024-Q1", as_of="2024-06-30")
    assert early.progress.set_index("indicator").at["dn-nen-tang", "value"] == 30.4
    assert late.progress.set_index("indicator").at["dn-nen-tang", "value"] == 27.8


# Movement


def test_bands_are_compared_only_within_a_year(demo_review):
    frame = demo_review.movement
    assert len(frame) == 3 * len(demo_review.progress)
    last_year = frame[frame["versus"] == "last_year"]
    previous = frame[frame["versus"] == "previous"]
    assert last_year["moved"].isna().all() and frame[frame["versus"] == "year_start"]["moved"].isna().all()
    assert (last_year["period"] == str(demo_review.period.same_last_year)).all()
    assert (previous["period"] == str(demo_review.period.previous)).all()
    if demo_review.period.quarter == 1:
        assert previous["moved"].isna().all()
    else:
        assert previous["moved"].notna().sum() > 15


def test_a_move_is_the_order_of_the_two_bands(demo_review):
    order = {band.id: n for n, band in enumerate(demo_review.band_set)}
    frame = demo_review.movement
    for row in frame[frame["moved"].notna()].itertuples():
        step = order[row.from_band] - order[row.band]
        assert row.moved == ("up" if step > 0 else "down" if step < 0 else "same")


def test_both_bands_of_a_move_are_against_the_plan_in_force_now(at_meeting):
    review = at_meeting("2024-Q3")
    frame = review.movement[review.movement["versus"] == "previous"].set_index("indicator")
    row = frame.loc["chung-thuc"]
    assert row["from_percent"] == pytest.approx(100 * row["from_value"] / 9000)


def test_change_is_the_value_now_less_the_value_then(demo_review):
    frame = demo_review.movement
    known = frame[frame["change"].notna()]
    assert np.allclose(known["change"], known["value"] - known["from_value"], rtol=1e-9, atol=1e-12)
    assert (frame["change"].notna() | (frame["reason"] != "") | frame["value"].isna()).all()


def test_a_running_count_has_no_change_over_new_year(at_meeting):
    review = at_meeting("2024-Q1")
    kind = review.progress.set_index("indicator")["kind"]
    frame = review.movement[review.movement["versus"] == "previous"].set_index("indicator")
    counted = frame[kind[frame.index].isin(["year_to_date", "period_count"])]
    assert len(counted) == 2
    assert counted["change"].isna().all() and not counted["worse"].any()
    assert (counted["reason"] == "from_zero").all()


def test_a_break_stops_change_and_not_percent(at_meeting):
    review = at_meeting("2024-Q4")
    rows = review.movement[review.movement["indicator"] == "to-cong-nghe"]
    assert rows["change"].isna().all() and rows["moved"].isna().all() and not rows["worse"].any()
    assert rows["reason"].tolist() == ["break"] * 3
    assert rows["percent"].tolist() == [100] * 3 and rows["from_value"].notna().all()


def test_worse_follows_the_indicators_own_direction(demo_review):
    directions = demo_review.progress.set_index("indicator")["direction"]
    for row in demo_review.movement.itertuples():
        way = directions[row.indicator]
        worse = row.change < 0 if way == "higher" else row.change > 0 if way == "lower" else False
        assert row.worse == (worse and not np.isnan(row.change))


def test_last_years_bands_stand_beside_this_years(demo, at_meeting):
    then = dx.review(demo, "2023-Q1", as_of="2024-04-01")
    assert at_meeting("2024-Q1").bands["last_year"].tolist() == then.bands["count"].tolist()
    assert at_meeting("2022-Q1").bands["last_year"].isna().all()


# Areas


def test_equal_values_share_a_rank_and_the_next_is_skipped(demo):
    values = [90, 80, 80, 70, 60, 60, 60, 50, 40, 30, 30, 20]
    ranks = [1, 2, 2, 4, 5, 5, 5, 8, 9, 10, 10, 12]
    seen = demo["observations"]
    at = (seen["indicator"] == "smartphone") & (seen["period"] == "2024-Q2") & (seen["area"] != "99")
    assert at.sum() == 12
    seen.loc[at, "value"] = values
    frame = dx.review(changed(demo, observations=seen), "2024-Q2").areas
    assert frame.loc[frame["indicator"] == "smartphone", "rank"].tolist() == ranks
    indicators = demo["indicators"]
    indicators.loc[indicators["indicator"] == "smartphone", "direction"] = "lower"
    targets = demo["targets"]
    targets.loc[targets["indicator"] == "smartphone", "operator"] = "at_most"
    frame = dx.review(changed(demo, observations=seen, indicators=indicators, targets=targets), "2024-Q2").areas
    lowest_first = [1 + sum(other < value for other in values) for value in values]
    assert frame.loc[frame["indicator"] == "smartphone", "rank"].tolist() == lowest_first


def test_a_rank_is_one_more_than_the_number_of_better_areas(demo_review):
    frame = demo_review.areas
    for _, part in frame.groupby("indicator"):
        for row in part.itertuples():
            if np.isnan(row.value):
                assert np.isnan(row.rank) and row.reason
            else:
                assert row.rank == 1 + (part["value"] > row.value).sum()


def test_every_area_has_a_row_in_every_indicator_measured_by_area(at_meeting):
    review = at_meeting("2024-Q1")
    assert review.areas.groupby("indicator").size().to_dict() == {
        "ho-so-truc-tuyen": 12, "cap-quang": 12, "chung-thuc": 12, "smartphone": 12,
    }  # fmt: skip
    absent = review.areas[review.areas["area"] == "99005"]
    assert absent["value"].isna().all() and (absent["reason"] == "not_reported").all()


def test_a_commune_is_reviewed_like_a_province(demo):
    review = dx.review(demo, "2024-Q1", area="99001")
    assert len(review.progress) == 4 and (review.progress["reason"] == "no_target").all()
    assert review.bands["count"].sum() == 4
    assert review.areas.empty and review.explanations.empty


# Tags, tasks, decisions, submissions


@pytest.mark.parametrize("tag", ["de-an-06", "khoi-dang", "do-thi-thong-minh"])
def test_a_tag_keeps_its_own_targets_and_tasks(demo, at_meeting, tag):
    whole, part = at_meeting("2024-Q1"), dx.review(demo, "2024-Q1", tag=tag)
    assert 0 < len(part.progress) < 24 and part.bands["count"].sum() == len(part.progress)
    assert part.progress["tags"].str.split(";").map(lambda tags: tag in tags).all()
    assert part.tasks["tags"].str.split(";").map(lambda tags: tag in tags).all()
    assert 0 < len(part.tasks) < len(whole.tasks)


def test_a_tag_works_in_a_package_without_tasks(lao_cai):
    review = dx.review(lao_cai, "2024-Q1", tag="y-te")
    assert len(review.progress) == 1
    assert len(tasks.counts(review.tasks)) == len(tasks.STATUSES)
    assert review.checksum


def test_a_review_without_any_target_has_empty_parts(demo):
    review = dx.review(demo, "2024-Q4", area="99001", tag="cua-khau")
    assert review.progress.empty and review.bands["count"].sum() == 0
    for part in ("trend", "movement", "moves", "headlines", "pillars", "revisions"):
        assert getattr(review, part).empty, part
    assert review.figures().set_index("figure").at["targets", "value"] == 0


def test_all_periods_at_once_are_each_as_if_asked_for_alone(demo_review):
    """The quarters of a review are scored in one pass."""
    for period in demo_review.quarters:
        bands = "" if (meeting := demo_review.data.meeting(str(period))) is None else meeting["bands"]
        alone = progress(demo_review.data, period, [demo_review.area], bands)
        pd.testing.assert_frame_equal(demo_review.at(period), alone, check_exact=True)


def test_decisions_are_carried_forward_until_the_meeting_after_they_are_done(at_meeting):
    carried = {period: set(at_meeting(period).decisions["decision"]) for period in ("2024-Q1", "2024-Q2")}
    assert carried["2024-Q1"] == {"kl-03", "kl-07", "kl-08", "kl-09", "kl-10", "kl-11", "kl-12"}
    assert "kl-09" not in carried["2024-Q2"]  # done before April's meeting and told there
    assert {"kl-07", "kl-13", "kl-14"} <= carried["2024-Q2"]


def test_submissions_are_on_time_late_or_missing(at_meeting):
    frame = at_meeting("2024-Q1").submissions
    assert len(frame) == 27
    named = frame.assign(sender=frame["owner"].where(frame["owner"] != "", frame["area"])).set_index("sender")
    assert set(named.index[named["state"] == "missing"]) == {"so-vhttdl", "99005"}
    assert named.loc[named["state"] == "late", "days_late"].to_dict() == {"so-ct": 2, "so-gddt": 5, "99010": 2}
    assert frame["days_late"].notna().equals(frame["state"] == "late")


def test_a_returned_report_is_not_a_report(demo):
    came = demo["submissions"]
    at = (came["period"] == "2024-Q1") & (came["owner"] == "so-tp")
    came.loc[at, "state"] = "returned"
    frame = dx.review(changed(demo, submissions=came), "2024-Q1").submissions.set_index("owner")
    assert frame.at["so-tp", "state"] == "missing"


def test_revised_figures_are_those_changed_since_the_meeting_before(at_meeting):
    found = at_meeting("2024-Q1").quality
    revised = found[found["note"] == "revised"]
    assert revised[["indicator", "period", "before", "value"]].values.tolist() == [["tai-khoan", "2023-Q4", 75.1, 74.3]]


def test_a_revision_of_a_figure_given_by_its_cases_is_a_revision(demo):
    seen = demo["observations"]
    at = (seen["indicator"] == "ho-so-mang") & (seen["period"] == "2023-Q4") & (seen["area"] == "99")
    first = seen[at].iloc[[0]].assign(value=float("nan"))
    later = first.assign(numerator=first["numerator"] - 50, recorded_at=pd.Timestamp("2024-02-01"))
    data = changed(demo, observations=pd.concat([seen[~at], first, later]))
    found = dx.review(data, "2024-Q1").quality
    assert "ho-so-mang" in found.loc[found["note"] == "revised", "indicator"].tolist()


def test_what_needs_the_committee_is_worst_first_then_far_over(demo_review):
    frame = demo_review.decide
    behind, late, over = (frame[frame["why"] == why] for why in ("behind", "overdue", "far_over"))
    assert frame["why"].tolist() == ["behind"] * len(behind) + ["overdue"] * len(late) + ["far_over"] * len(over)
    assert late["days_overdue"].is_monotonic_decreasing and late["what"].isin(["decision", "task"]).all()
    assert behind["percent_to_date"].is_monotonic_increasing and over["percent"].is_monotonic_decreasing
    assert (behind["verdict"] != "met").all() and (over["percent"] >= 200).all()


def test_the_trend_runs_from_last_years_first_quarter_to_the_review_itself(at_meeting):
    review = at_meeting("2024-Q2")
    last = review.trend[review.trend["period"] == "2024-Q2"].set_index("indicator")
    pd.testing.assert_series_equal(last["percent"], review.progress.set_index("indicator")["percent"])
    assert not review.trend.duplicated(["indicator", "period"]).any()
    assert sorted(review.trend["period"].unique()) == ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2"]


# Refusals


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        ({"period": "2024-Q5"}, "period", "2024-Q5"),
        ({"period": "tháng 3"}, "period", "tháng 3"),
        ({"period": ""}, "period", '""'),
        ({"period": "2030-Q1"}, "no_data", "2024-Q4"),
        ({"period": "2021-Q4"}, "no_data", "2022-Q1"),
        ({"as_of": "2024-01-31"}, "no_data", "2023-Q4"),
        ({"as_of": "03/04/2024"}, "as_of", "03/04/2024"),
        ({"as_of": "2024-02-30"}, "as_of", "2024-02-30"),
        ({"area": "10"}, "area", "99001"),
        ({"area": "99005"}, "no_data", "2023-Q4"),
        ({"tag": "de-an"}, "tag", "de-an-06"),
        ({"data": "data/nowhere"}, "no_package", "data/nowhere"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_refusal_is_one_sentence_that_names_what_was_found(demo, monkeypatch, asked, code, told, language):
    monkeypatch.setenv("DX_LANGUAGE", language)
    with pytest.raises(dx.DxError) as refused:
        dx.review(**{"data": demo, "period": "2024-Q1", **asked})
    text = str(refused.value)
    assert refused.value.code == code
    assert told in text and text.endswith(".") and "\n" not in text and "{" not in text


def test_a_package_with_an_unknown_tag_says_which_there_are(package):
    lao_cai = shutil.copytree(ROOT / "data" / "lao-cai", package.parent / "lao-cai")
    with pytest.raises(dx.DxError, match="khoi-dang, y-te"):
        dx.review(lao_cai, "2024-Q1", tag="giao-duc")


# Nothing is changed by looking


def test_a_review_leaves_its_dataset_as_it_was(demo):
    before = {name: frame.copy(deep=True) for name, frame in demo._frames.items()}
    review = dx.review(demo, "2022-Q4")
    for part in PARTS:
        getattr(review, part)
    review.figures()
    review.progress.loc[:, ["value", "target"]] = -1.0
    review.tasks["owner"] = review.areas["value"] = review.decisions["deadline"] = review.explanations["cause"] = "x"
    for name, frame in before.items():
        pd.testing.assert_frame_equal(demo._frames[name], frame)


def test_parts_are_the_same_in_whatever_order_they_are_asked_for(demo, at_meeting):
    first, second = at_meeting("2024-Q2"), dx.review(demo, "2024-Q2")
    got = {part: getattr(first, part) for part in PARTS}
    for part in reversed(PARTS):
        left, right = got[part], getattr(second, part)
        getattr(pd.testing, f"assert_{'frame' if left.ndim == 2 else 'series'}_equal")(left, right)


def test_a_reviews_repr_adds_up(at_meeting):
    text = repr(at_meeting("2024-Q1"))
    assert text == ("<Review demo-province 2024-Q1 as of 2024-04-01: 24 = 7 met + 9 over_70 + 6 from_50 + 2 under_50>")


def test_neighbouring_meetings_never_share_a_day(at_meeting):
    days = [at_meeting(period).as_of for period in DEMO]
    assert all(a < b for a, b in itertools.pairwise(days))
