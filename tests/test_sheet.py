"""The two first sheets: never more than they may hold, the report's own rows, and what is left out is counted."""

import re

import altair as alt
import pytest

from dxlib import charts, messages, sheet, tables, wording
from dxlib.lines import Lines, Table
from tests.test_charts import about, data_of
from tests.test_reviews import changed_review, reviewed

LANGUAGES = messages.LANGUAGES
PERIODS = ("2022-Q1", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")


@pytest.fixture
def at_meeting():
    return reviewed


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


def longer(review, times: int = 3):
    """The same review with the names of its indicators, owners, tasks and decisions so many times as long."""
    tables_ = {name: review.data[name] for name in ("indicators", "owners", "decisions")}
    for frame in tables_.values():
        for column in frame.columns:
            if column.startswith(("name_", "text_", "short_")):
                frame[column] = [" ".join([str(text)] * times) for text in frame[column]]
    return changed_review(review, **tables_)


LONGER = {}


@pytest.fixture
def long_names():
    """The demo's reviews with long names, each made once."""

    def make(period: str):
        if period not in LONGER:
            LONGER[period] = longer(reviewed(period))
        return LONGER[period]

    return make


def counted(note: str) -> int:
    """How many rows a note says are left out."""
    return int(re.search(r"\d+", note)[0]) if note else 0


@pytest.mark.parametrize("period", PERIODS)
def test_what_needs_a_decision_is_cut_to_the_first_rows_and_the_rest_is_counted(at_meeting, long_names, language, period):
    for review in (at_meeting(period), long_names(period)):
        cut, full = sheet.decide(review, language), tables.decide(review, language)
        if isinstance(full, Lines):
            assert cut == full
            continue
        assert 1 <= len(cut.rows) <= 5
        assert len(cut.rows) + counted(cut.note) == len(full.rows)
        for one, other in zip(cut.rows, full.rows):  # the same rows in the same order, the owner without its leader
            assert {**one, "owner": ""} == {**other, "owner": ""}
            assert other["owner"].startswith(one["owner"]) and "\n" not in one["owner"]
        assert list(cut.heads) == list(full.heads) and cut.below == full.below


def test_long_names_take_rows_and_short_ones_give_all_five(at_meeting, long_names):
    short, long = sheet.decide(at_meeting("2024-Q1"), "vi"), sheet.decide(long_names("2024-Q1"), "vi")
    assert len(short.rows) > len(long.rows) >= 1


@pytest.mark.parametrize("period", PERIODS)
def test_headlines_are_the_first_ones_and_at_most_six(at_meeting, long_names, language, period):
    for review in (at_meeting(period), long_names(period)):
        chart = sheet.headlines(review, language)
        known = review.headlines[review.headlines["value"].notna()]
        if isinstance(chart, Lines):
            assert known.empty
            continue
        told = about(chart.to_dict())
        names = [row[0] for row in told["rows"]]
        assert 1 <= len(names) <= sheet.HEADLINES
        assert names == list(known[f"name_{language}"])[: len(names)]
        met = str((known["verdict"] == "met").sum())  # of all, whether shown or not
        assert re.findall(r"\d+", told["title"])[:2] == [met, str(len(known))]
        end = told["subtitle"].rpartition(";")[2]
        assert (re.findall(r"\d+", end) == [str(len(names))]) == (len(names) < len(known))


@pytest.mark.parametrize("period", PERIODS)
def test_owners_are_those_furthest_behind_and_how_many_is_said(at_meeting, long_names, language, period):
    for review in (at_meeting(period), long_names(period)):
        chart = sheet.owners(review, language)
        having = review.owners[review.owners["total"] > 0]
        names = [row[0] for row in about(chart.to_dict())["rows"]]
        assert 1 <= len(names) <= sheet.OWNERS
        owners = list(dict.fromkeys(row["owner"] for row in data_of(chart.to_dict())))
        assert owners == [f"owner:{code}" for code in having.index[: len(names)]]
        assert (str(len(names)) in about(chart.to_dict())["subtitle"]) == (len(names) < len(having))
        assert str(len(having)) in about(chart.to_dict())["title"]


@pytest.mark.parametrize("period", PERIODS)
def test_what_moved_is_cut_within_the_year_and_the_rest_is_counted(at_meeting, language, period):
    review = at_meeting(period)
    cut, full = sheet.moved(review, language), tables.movement(review, language)
    if review.period.quarter == 1 or isinstance(full, Lines):
        assert cut == Lines()  # no quarter before it within the year
        return
    assert 1 <= len(cut.rows) <= sheet.MOVED
    assert len(cut.rows) + counted(cut.note) == len(full.rows)
    for one, other in zip(cut.rows, full.rows):
        assert one["indicator"] == other["indicator"] and one["state"] == other["state"]
        assert one["change"] == f"{other['from_value']} → {other['value']}"


@pytest.mark.parametrize("period", PERIODS)
def test_movement_keeps_its_sentences_and_at_most_two_changes(at_meeting, language, period):
    review = at_meeting(period)
    cut, full, changes = sheet.movement(review, language), wording.movement(review, language), wording.changes(review, language)
    told = [line for line in cut if line in changes]
    assert [line for line in full if line not in changes] == [line for line in cut if line not in changes]
    assert told == changes[: len(told)]
    assert len(told) == (min(sheet.CHANGES, len(changes)) if review.period.quarter == 1 else 0)


@pytest.mark.parametrize("period", PERIODS)
def test_decisions_late_come_first_then_open_ones_and_the_rest_is_counted(at_meeting, long_names, language, period):
    for review in (at_meeting(period), long_names(period)):
        cut, full = sheet.decisions(review, language), tables.decisions(review, language)
        if isinstance(full, Lines):
            assert cut == full
            continue
        if isinstance(cut, Lines):
            done = review.decisions["status"].str.startswith("done") | review.decisions["status"].isin(["stopped", "no_deadline"])
            assert cut == Lines() and done.all()
            continue
        assert 1 <= len(cut.rows) <= sheet.DECISIONS
        assert len(cut.rows) + counted(cut.note) == len(full.rows)
        assert [row["number"] for row in cut.rows] == list(range(1, len(cut.rows) + 1))
        by_text = {row["decision"]: row for row in full.rows}
        assert all(row["state"] == by_text[row["decision"]]["state"] for row in cut.rows)
        late = messages.label(language, "word", "overdue_days", days=0).split("0")[0].strip() or "overdue"
        overdue = ["overdue" in row["state"] or late in row["state"] for row in cut.rows]
        assert overdue == sorted(overdue, reverse=True)


@pytest.mark.parametrize("period", PERIODS)
def test_notes_are_the_first_ones_each_within_two_lines(at_meeting, long_names, language, period):
    for review in (at_meeting(period), long_names(period)):
        cut, full = sheet.notes(review, language), wording.notes(review, language)
        assert 1 <= len(cut) <= min(sheet.NOTES, len(full))
        for one, other in zip(cut, full):
            assert len(one) <= 2 * sheet.LINE - 8 and one.tag == "li"
            assert one == " ".join(other.split()) or (one.endswith(" …") and other.startswith(one.removesuffix(" …")))


@pytest.mark.parametrize("period", PERIODS)
def test_what_stands_on_a_sheet_has_room_there(at_meeting, long_names, language, period):
    """By the sheet's own count of lines: what each part is given is never more than a sheet has."""
    for review in (at_meeting(period), long_names(period)):
        second = [sheet.decisions(review, language), sheet.notes(review, language)]
        if len(getattr(second[0], "rows", ())) > 1 or len(second[1]) > 1:
            taken = sum(sheet._tall(part, sheet.LINE) for part in second)
            assert taken <= sheet._left(review, language) + sheet.NOTE


@pytest.mark.parametrize(("text", "letters"), [("a b c", 5), ("a b c", 4), ("một hai ba bốn năm", 9), ("x" * 40, 12)])
def test_a_text_is_cut_at_a_word(text, letters):
    cut = sheet.shortened(text, letters)
    assert len(cut) <= letters
    assert cut == text or cut.endswith("…") and text.startswith(cut.removesuffix("…").rstrip())


def test_the_cut_does_not_depend_on_anything_but_the_review(at_meeting):
    for name in ("decide", "headlines", "owners", "movement", "moved", "decisions", "notes"):
        once, twice = (getattr(sheet, name)(at_meeting("2024-Q3"), "vi") for _ in range(2))
        if isinstance(once, alt.LayerChart):
            once, twice = once.to_dict(), twice.to_dict()
        assert once == twice


@pytest.mark.parametrize("name", ["decide", "decisions"])
def test_headings_on_a_sheet_are_shorter_and_none_is_lost(at_meeting, language, name):
    cut, full = (getattr(room, name)(at_meeting("2024-Q1"), language) for room in (sheet, tables))
    assert isinstance(cut, Table) and set(cut.heads) <= set(full.heads)
    assert all(len(cut.heads[code]) <= len(full.heads[code]) for code in cut.heads)


def test_lao_cais_sheets_hold_all_it_has(lao_cai_q1):
    names = [row[0] for row in about(sheet.headlines(lao_cai_q1, "vi").to_dict())["rows"]]
    assert names == list(lao_cai_q1.headlines["name_vi"])[: len(names)] and len(names) >= 5
    assert sheet.decisions(lao_cai_q1, "vi") == tables.decisions(lao_cai_q1, "vi")
    assert charts.owners(lao_cai_q1, "vi", 6) == Lines()
