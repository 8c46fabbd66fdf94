"""Who owes what, who has sent it, the reminder; corrections by telephone; and the commands."""

import datetime as dt

import pytest

import dxlib as dx
from dxlib.intake import owed, reminding
from dxlib.intake.correcting import correct
from dxlib.messages import DxError
from dxlib.period import Period
from tests.intake.conftest import Q2, print_of, whole
from tests.intake.filling import fill
from tests.intake.test_loading import new_rows, rows
from tests.test_cli import dx as run

# --- what is owed -------------------------------------------------------------------------------------------------


def test_everyone_expected_is_a_sender_and_every_indicator_due_is_owed_by_one(demo):
    senders = owed.senders(demo, Q2)
    assert len(senders) == 27 and senders[0].due_on == dt.date(2024, 6, 20)
    owned = [name for one in senders if one.owner for name in owed.indicators(demo, Q2, one)["indicator"]]
    due = owed.indicators(demo, Q2)
    assert sorted(owned) == sorted(due.loc[due["area"] == "99", "indicator"])


def test_an_indicator_of_another_frequency_is_owed_when_it_is_due(demo):
    often = demo["indicators"].set_index("indicator")["frequency"]
    for quarter in (1, 2, 4):
        named = set(owed.indicators(demo, Period(2024, quarter))["indicator"])
        due = {1: ("quarter",), 2: ("quarter", "half_year"), 4: ("quarter", "half_year", "year")}[quarter]
        assert named == set(often.index[often.isin(due)])


def test_an_unknown_sender_is_refused_with_those_known(demo):
    with pytest.raises(DxError, match="so-tttt"):
        owed.sender(demo, Q2, "so-khong-co")


def test_work_that_was_done_before_the_quarter_is_not_asked_for_again(demo):
    frame = owed.work(demo, Q2, owed.sender(demo, Q2, "so-tttt"), "tasks")
    assert len(frame) and not (frame["state"].eq("done") & (frame["recorded_at"] <= "2024-03-31")).any()
    assert owed.work(demo, Q2, owed.sender(demo, Q2, "99001"), "tasks").empty


# --- who has sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state"), [("2024-06-10", "due"), ("2024-06-20", "due"), ("2024-06-21", "missing"), ("2024-07-09", "late")]
)
def test_a_sender_is_due_then_missing_then_late(demo, day, state):
    frame = owed.standing(demo, Q2, dt.date.fromisoformat(day)).set_index("owner")
    assert frame.at["so-nnptnt", "state"] == state


def test_standings_add_up_and_each_that_has_not_sent_is_reminded(demo):
    day = dt.date(2024, 6, 19)
    frame = owed.standing(demo, Q2, day)
    owing = frame["state"].isin(reminding.OWING)
    lines = reminding.reminders(demo, frame, Q2, day, "vi")
    assert len(frame) == 27 and len(lines) == owing.sum() > 0
    assert "trước 17 giờ, ngày 20/6/2024" in lines[0] and "6 tháng đầu năm 2024" in lines[0]


def test_a_reminder_after_the_day_gives_working_days(demo):
    friday = dt.date(2024, 6, 21)
    (line,) = [one for one in reminding.reminders(demo, owed.standing(demo, Q2, friday), Q2, friday, "vi") if "Nông nghiệp" in one]
    assert line == (
        "Kính gửi Sở Nông nghiệp và Phát triển nông thôn: đến ngày 21/6/2024 Tổ giúp việc chưa nhận được báo cáo 6 tháng đầu "
        "năm 2024. Đề nghị gửi trước 17 giờ, ngày 25/6/2024. Đầu mối: Sở Thông tin và Truyền thông."
    )


# --- corrections by telephone -------------------------------------------------------------------------------------


def test_a_correction_is_one_more_row_with_person_and_reason(package):
    before = rows(package, "observations")
    done = correct(package, "Tỷ lệ người dân trưởng thành sử dụng điện thoại thông minh", "Quý I/2024", "78,1%", "Trần B", "cộng nhầm")
    after = rows(package, "observations")
    assert after[:-1] == before and (done.before, done.after) == ("77,9", "78,1")
    assert after[-1]["value"] == "78.1" and after[-1]["source"] == "Điện thoại: Trần B" and after[-1]["note"] == "cộng nhầm"
    now = dx.load(package).current
    assert now[(now["indicator"] == "smartphone") & (now["period"] == "2024-Q1") & (now["area"] == "99")]["value"].item() == 78.1
    correct(package, "smartphone", "2024-Q1", "78,2%", "Trần B", "cộng nhầm lần hai")
    assert len(rows(package, "observations")) == len(before) + 2


@pytest.mark.parametrize(
    "given",
    [{"value": "abc"}, {"value": "1.234"}, {"person": " "}, {"reason": ""}, {"indicator": "khong-co"}, {"period": "hôm qua"},
     {"area": "xã nào"}, {"status": "tốt"}, {"status": "P"}, {"value": "4/0"}],
)  # fmt: skip
def test_a_correction_that_cannot_be_is_refused_and_nothing_is_changed(package, given):
    before = print_of(package)
    whole_ = {"indicator": "smartphone", "period": "2024-Q1", "value": "78%", "person": "B", "reason": "c", **given}
    with pytest.raises(DxError):
        correct(package, **whole_)
    assert print_of(package) == before


# --- the commands -------------------------------------------------------------------------------------------------


def test_a_quarter_by_the_commands(package, forms, tmp_path):
    out = ["--out", str(tmp_path / "reports")]
    done = run("template", "--period", "Quý II/2024", "--owner", "so-tttt", "--data", str(package), *out)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "filled.xlsx"
    form = open(done.stdout.strip(), "rb").read()
    path.write_bytes(fill(form, whole(xep_hang_dti={"value": 0})))
    done = run("intake", str(path), "--data", str(package), "--lang", "en", *out)
    assert done.returncode == 1 and "cell J11" in done.stdout and "Traceback" not in done.stderr
    assert len(list((tmp_path / "reports" / "demo-province" / "returned").iterdir())) == 2
    path.write_bytes(fill(form, whole()))
    done = run("intake", str(path), "--data", str(package), "--lang", "en", *out)
    assert done.returncode == 0 and "taken in" in done.stdout and "26" in done.stdout.splitlines()[-1], done.stdout
    assert len(new_rows(package, "observations")) == 6
    done = run("status", "2024-Q2", "--data", str(package), "--lang", "en", "--reminders", str(tmp_path / "r.txt"))
    assert done.returncode == 0 and "1 of 27 have sent" in done.stdout
    assert len((tmp_path / "r.txt").read_text(encoding="utf-8").strip().split("\n\n")) == 26
    assert run("check", str(package)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["template", "--period", "2024-Q9"], "2024-Q9"),
        (["template", "--period", "2024-Q2", "--owner", "nobody"], "nobody"),
        (["status", "hôm qua"], "hôm qua"),
        (["status", "2024-Q2", "--as-of", "x"], '"x"'),
        (["status", "2024-Q2", "--lang", "fr"], "fr"),
        (["intake", "a.xlsx", "--period", "never"], "never"),
        (["intake", "a.xlsx", "--sender", "nobody"], "nobody"),
        (["correct", "smartphone", "2024-Q2", "abc", "--person", "B", "--reason", "c"], "abc"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_one_sentence_and_exit_code_2(arguments, sentence, package, tmp_path):
    out = ["--out", str(tmp_path)] if arguments[0] in ("template", "intake") else []
    done = run(*arguments, "--data", str(package), *out)
    told = [line for line in done.stderr.strip().splitlines() if "━" not in line]
    assert done.returncode == 2 and sentence in told[-1] and "Traceback" not in done.stderr


def test_a_package_without_senders_says_so():
    done = run("status", "2024-Q1", "--data", "data/lao-cai", "--lang", "en")
    assert done.returncode == 1 and "expected.csv" in done.stdout


def test_a_package_that_names_no_agency_has_a_form_of_its_own_area(lao_cai):
    (whom,) = owed.senders(lao_cai, Q2)
    assert whom.id == lao_cai.settings.area and len(owed.indicators(lao_cai, Q2, whom)) > 0
