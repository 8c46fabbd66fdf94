"""Status of tasks and decisions: from deadlines as people write them, reports, and a day."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib import messages, tasks
from tests.test_reviews import reviewed
from tests.test_scoring import examples

DAY = dt.date(2024, 4, 1)


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("30/6/2024", (2024, 6, 30)),
        ("30/06/2024", (2024, 6, 30)),
        ("Trước 30/6/2024", (2024, 6, 30)),
        ("chậm nhất ngày 30/6/2024", (2024, 6, 30)),
        ("2023–2024", (2024, 12, 31)),
        ("năm 2024", (2024, 12, 31)),
        ("05/4/2024", (2024, 4, 5)),
        ("29/02/2024", (2024, 2, 29)),
        ("6/2024", (2024, 6, 30)),
        ("06/2024", (2024, 6, 30)),
        ("2/2024", (2024, 2, 29)),
        ("02/2023", (2023, 2, 28)),
        ("12/2024", (2024, 12, 31)),
        ("Tháng 5/2024", (2024, 5, 31)),
        ("tháng 02/2024", (2024, 2, 29)),
        ("Quý II/2024", (2024, 6, 30)),
        ("quý IV/2024", (2024, 12, 31)),
        ("Quý 3 năm 2024", (2024, 9, 30)),
        ("2024", (2024, 12, 31)),
        ("2024-2025", (2025, 12, 31)),
        ("2024 - 2025", (2025, 12, 31)),
        ("  6/2024 ", (2024, 6, 30)),
    ],
)
def test_a_deadline_ends_on_the_last_day_of_what_is_written(written, last):
    assert tasks.deadline(written) == dt.date(*last)


@pytest.mark.parametrize(
    "written",
    [
        "", "  ", "Thường xuyên", "thường xuyên", "Nhiệm vụ thường xuyên", "Hằng năm", "hằng năm", "Hàng năm",
        "Hằng quý", "2025 và những năm tiếp theo",
    ],
)  # fmt: skip
def test_a_standing_task_and_a_blank_have_no_last_day(written):
    assert tasks.deadline(written) is None


@pytest.mark.parametrize(
    "written", ["31/02/2024", "30/02/2024", "32/1/2024", "13/2024", "0/2024", "99/2024", "Tháng 13/2024", "Quý V/2024"]
)
def test_a_day_or_month_that_no_calendar_has_is_not_bent_to_another(written):
    assert tasks.deadline(written) is None


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)))
def test_every_day_is_read_back_with_and_without_zeros(day):
    assert tasks.deadline(f"{day.day}/{day.month}/{day.year}") == day
    assert tasks.deadline(f"{day:%d/%m/%Y}") == day


@given(st.integers(1990, 2100), st.integers(1, 12))
def test_a_month_ends_the_day_before_the_next_one_begins(year, month):
    last = tasks.deadline(f"Tháng {month}/{year}")
    after = last + dt.timedelta(days=1)
    assert (last.year, last.month, after.day) == (year, month, 1)


@given(st.text(max_size=20))
def test_reading_a_deadline_never_fails(text):
    got = tasks.deadline(text)
    assert got is None or isinstance(got, dt.date)


def items(deadline="30/6/2024", **cells) -> pd.DataFrame:
    row = {"task": "t1", "owner": "a", "product": "p", "criterion": "c", "deadline": deadline, **cells}
    return pd.DataFrame([row], index=[42])


def reported(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """Reports of t1: recorded_at, state, done_on."""
    frame = pd.DataFrame(rows, columns=["recorded_at", "state", "done_on"]).assign(task="t1", result="r", cause="")
    return frame.assign(
        recorded_at=pd.to_datetime(frame["recorded_at"]),
        done_on=pd.to_datetime(frame["done_on"]).astype("datetime64[ns]"),
    )


def stands(deadline: str, *rows, day=DAY, soon=30, **cells) -> pd.Series:
    return tasks.status(items(deadline, **cells), reported(*rows), "task", day, soon).loc[42]


PAST, TODAY, SOON, LATER, NEVER = "31/3/2024", "1/4/2024", "1/5/2024", "2/5/2024", "Thường xuyên"


@pytest.mark.parametrize(
    ("deadline", "state", "done_on", "status"),
    [
        *((deadline, "stopped", None, "stopped") for deadline in (PAST, TODAY, SOON, LATER, NEVER, "")),
        (PAST, "done", "2024-03-30", "done_on_time"),
        (PAST, "done", "2024-03-31", "done_on_time"),
        (PAST, "done", "2024-04-01", "done_late"),
        (LATER, "done", "2024-03-01", "done_on_time"),
        *((deadline, "done", None, "done") for deadline in (PAST, TODAY, LATER, NEVER, "")),
        (NEVER, "done", "2024-03-01", "done"),
        ("", "done", "2024-03-01", "done"),
        (NEVER, "in_progress", None, "no_deadline"),
        (NEVER, "not_started", None, "no_deadline"),
        ("", "in_progress", None, "no_deadline"),
        (PAST, "in_progress", None, "overdue"),
        (TODAY, "in_progress", None, "due_soon"),
        (SOON, "in_progress", None, "due_soon"),
        (LATER, "in_progress", None, "on_time"),
        (PAST, "not_started", None, "not_started_overdue"),
        (TODAY, "not_started", None, "not_started"),
        (SOON, "not_started", None, "not_started"),
        (LATER, "not_started", None, "not_started"),
    ],
)
def test_a_status_follows_from_state_deadline_and_day(deadline, state, done_on, status):
    got = stands(deadline, ("2024-03-27", state, done_on))
    assert got["status"] == status
    assert pd.isna(got["days_overdue"]) == (status not in ("overdue", "not_started_overdue"))


@pytest.mark.parametrize(
    ("deadline", "status"), [(PAST, "not_started_overdue"), (LATER, "not_started"), ("", "no_deadline")]
)
def test_a_task_that_nobody_reported_is_not_started(deadline, status):
    assert stands(deadline)["status"] == status


def test_the_last_report_counts_in_whatever_order_they_stand():
    rows = [
        ("2024-01-27", "not_started", None),
        ("2024-03-27", "done", "2024-03-01"),
        ("2024-02-27", "in_progress", None),
    ]
    assert stands("30/6/2024", *rows)["status"] == "done_on_time"
    assert stands("30/6/2024", *reversed(rows))["status"] == "done_on_time"


@pytest.mark.parametrize(
    ("deadline", "day", "days"),
    [
        ("31/3/2024", "2024-04-01", 1),
        ("15/12/2023", "2024-04-01", 108),
        ("2023", "2024-02-14", 45),
        ("2/2024", "2024-03-01", 1),
    ],
)
@pytest.mark.parametrize("state", ["in_progress", "not_started"])
def test_days_overdue_are_counted_from_the_day_after_the_deadline(deadline, day, days, state):
    got = stands(deadline, ("2023-01-01", state, None), day=dt.date.fromisoformat(day))
    assert got["days_overdue"] == days


@given(st.dates(dt.date(2023, 1, 1), dt.date(2025, 12, 31)), st.integers(0, 90))
def test_a_running_task_is_on_time_then_due_soon_then_overdue(day, soon):
    due = dt.date(2024, 6, 30)
    got = stands("30/6/2024", ("2022-01-01", "in_progress", None), day=day, soon=soon)["status"]
    left = (due - day).days
    assert got == ("overdue" if left < 0 else "due_soon" if left <= soon else "on_time")


def test_due_soon_is_a_setting():
    row = ("2024-03-27", "in_progress", None)
    assert [stands(LATER, row, soon=soon)["status"] for soon in (0, 30, 31)] == ["on_time", "on_time", "due_soon"]


@pytest.mark.parametrize(
    ("cells", "lacking"),
    [
        ({}, ""),
        ({"product": ""}, "product"),
        ({"owner": "", "product": ""}, "product;owner"),
        ({"deadline": "", "product": "", "criterion": "", "owner": ""}, "product;deadline;criterion;owner"),
    ],
)
def test_what_an_assignment_does_not_state_is_named(cells, lacking):
    cells = {"deadline": "30/6/2024", **cells}
    assert stands(cells.pop("deadline"), **cells)["lacking"] == lacking


@pytest.mark.parametrize(
    "written",
    [
        "31/02/2024",
        "13/2024",
        "0/2024",
        "sớm nhất có thể",
        "30-6-2024",
        "6 tháng",
    ],
)
def test_a_deadline_that_cannot_be_read_is_told_as_not_stated(written):
    """Else a task with a misspelt deadline is never overdue, and nobody is told."""
    got = stands(written, ("2024-03-27", "in_progress", None))
    assert got["lacking"] == "deadline" and got["status"] == "no_deadline"


@pytest.mark.parametrize("written", ["Thường xuyên", "Hằng năm", "2025 và những năm tiếp theo"])
def test_a_standing_task_lacks_nothing(written):
    got = stands(written, ("2024-03-27", "in_progress", None))
    assert (got["status"], got["lacking"]) == ("no_deadline", "")


def test_groups_name_every_status_once():
    listed = [status for group in tasks.GROUPS.values() for status in group]
    assert sorted(listed) == sorted(tasks.STATUSES)
    for language in messages.LANGUAGES:
        assert set(messages.catalogue(language)["task"]) == set(tasks.STATUSES)
        assert set(messages.catalogue(language)["lacking"]) == set(tasks.LACKING)


def test_counts_sum_to_all_and_name_every_status(demo_review):
    for frame in (demo_review.tasks, demo_review.decisions):
        counts = tasks.counts(frame)
        assert counts.index.tolist() == list(tasks.STATUSES)
        assert counts.sum() == len(frame)


def test_no_tasks_are_counted_as_none(lao_cai_q1):
    assert tasks.counts(lao_cai_q1.tasks).sum() == 0


def test_the_demos_tasks_stand_as_its_readme_says():
    named = reviewed("2024-Q1").tasks.set_index("task")["status"].groupby(lambda task: task).first()
    by = {status: {int(task[3:]) for task in named.index[named == status]} for status in tasks.STATUSES}
    assert by == {
        "done_on_time": set(range(1, 9)),
        "done_late": {9, 10, 11},
        "done": {12},
        "on_time": {*range(13, 24), 25},
        "due_soon": {26, 27, 28},
        "overdue": {29, 30, 31},
        "not_started": {24, 32, 33},
        "not_started_overdue": {34},
        "no_deadline": {35, 36, 37, 38, 39},
        "stopped": {40},
    }


def test_the_demos_tasks_lack_what_its_readme_says():
    lacking = reviewed("2024-Q1").tasks.set_index("task")["lacking"]
    assert lacking[lacking != ""].to_dict() == {
        "nv-20": "criterion", "nv-24": "criterion", "nv-32": "product", "nv-33": "product;criterion",
        "nv-38": "product;deadline;criterion", "nv-39": "owner",
    }  # fmt: skip


def test_status_leaves_its_inputs_as_they_were():
    given_, reports = items(), reported(("2024-03-27", "in_progress", None))
    before = given_.copy(deep=True), reports.copy(deep=True)
    tasks.status(given_, reports, "task", DAY, 30)
    pd.testing.assert_frame_equal(given_, before[0])
    pd.testing.assert_frame_equal(reports, before[1])


@pytest.mark.parametrize(
    "case", examples("Worked examples: tasks"), ids=lambda case: f"{case['deadline']} {case['status']}"
)
def test_each_worked_example_of_tasks_holds(case):
    items = pd.DataFrame({"task": ["t"], "deadline": case["deadline"], "owner": "o", "product": "p", "criterion": "c"})
    report = {
        "task": "t",
        "recorded_at": pd.Timestamp("2024-03-20"),
        "state": case["state reported"],
        "result": "",
        "cause": "",
    }
    reports = pd.DataFrame([{**report, "done_on": pd.Timestamp(case["done on"] or pd.NaT)}])
    row = tasks.status(items, reports, "task", DAY, 30).iloc[0]
    assert row["status"] == case["status"]
    assert ("" if pd.isna(row["days_overdue"]) else str(int(row["days_overdue"]))) == case["days overdue"]
