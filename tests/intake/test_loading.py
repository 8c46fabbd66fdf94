"""dxlib.intake.loading: what enters the package, what does not, and what is kept of it."""

import csv
import datetime as dt
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from openpyxl import Workbook

import dxlib as dx
from dxlib import journal
from dxlib.intake import loading
from dxlib.intake.loading import take_in
from dxlib.messages import DxError
from tests.conftest import ROOT
from tests.intake.conftest import EXPLAINED, print_of, whole
from tests.intake.filling import fill

TODAY = dt.date.today().isoformat()


@pytest.fixture
def sent(tmp_path, forms):
    """Write a filled-in form of so-tttt: sent("a.xlsx", smartphone={"value": 0.7})."""

    def write(name="a.xlsx", tasks=None, about=None, **changed):
        path = tmp_path / name
        path.write_bytes(fill(forms("so-tttt"), whole(**changed), tasks, about))
        return path

    return write


def rows(package, table: str) -> list[dict]:
    with (package / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def new_rows(package, table: str) -> list[dict]:
    return [row for row in rows(package, table) if row.get("recorded_at", row.get("received_on")) == TODAY]


def rules(outcome, level: str = "error") -> set[str]:
    return {one.rule for one in outcome.findings if one.level == level}


def table_file(path, *lines, name="Sheet"):
    book = Workbook()
    for line in lines:
        book.active.append(line)
    book.active.title = name
    book.save(path)
    return path


# --- a whole file -------------------------------------------------------------------------------------------------


def test_a_whole_form_enters_every_table_and_each_row_remembers_its_cell(package, sent):
    tasks = {"nv-32": {"state": "Đã hoàn thành", "done_on": dt.date(2024, 6, 1), "result": "Đã nghiệm thu"}}
    path = sent(tasks=tasks, about={"number": "12/BC-STTTT", "reported_on": dt.date(2024, 6, 18), "person": "Trần B"})
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    (done,) = take_in([path], package)
    assert (done.state, done.errors, done.left_out) == ("taken", 0, ())
    seen = {row["indicator"]: row for row in new_rows(package, "observations")}
    assert set(seen) == {"thanh-toan-tt", "smartphone", "dao-tao", "cap-quang", "xep-hang-dti", "do-thi"}
    paid = seen["thanh-toan-tt"]
    assert (paid["value"], paid["numerator"], paid["denominator"], paid["status"]) == ("33.5", "3015", "9000", "A")
    assert paid["reported_on"] == "2024-06-18" and paid["source"] == "Báo cáo số 12/BC-STTTT"
    assert paid["source_cell"] == f"a.xlsx ({sha256[:12]}), Chỉ tiêu, ô J7"
    assert seen["dao-tao"]["qualifier"] == "over" and seen["do-thi"]["stated_band"] == "over_70"
    (said,) = new_rows(package, "explanations")
    assert {name: said[name] for name in EXPLAINED} == EXPLAINED and said["full_year_estimate"] == "50"
    assert said["source_cell"].endswith("Chỉ tiêu, ô P7")
    (report,) = new_rows(package, "task_reports")
    assert (report["task"], report["state"], report["done_on"]) == ("nv-32", "done", "2024-06-01")
    (came,) = new_rows(package, "submissions")
    assert (came["owner"], came["state"], came["sha256"], came["number"]) == ("so-tttt", "accepted", sha256, "12/BC-STTTT")
    assert (package / "inbox" / f"{sha256}.xlsx").read_bytes() == path.read_bytes()
    data = dx.load(package)
    assert len(data["observations"]) == len(rows(package, "observations"))


def test_old_rows_stay_byte_for_byte(package, sent):
    before = {path.name: path.read_bytes() for path in package.glob("*.csv")}
    take_in([sent()], package)
    for name, content in before.items():
        assert (package / name).read_bytes().startswith(content)


def test_the_same_file_twice_changes_nothing(package, sent):
    path = sent()
    take_in([path], package)
    after = print_of(package)
    copy = path.with_name("copy of a.xlsx")
    copy.write_bytes(path.read_bytes())
    assert [one.state for one in take_in([path, copy], package)] == ["known", "known"]
    assert print_of(package) == after


def test_the_same_figures_in_another_file_add_no_figure(package, sent):
    take_in([sent()], package)
    (again,) = take_in([sent("b.xlsx", about={"person": "người khác"})], package)
    assert again.state == "taken" and "unchanged" in rules(again, "note")
    assert len(new_rows(package, "observations")) == 6 and len(new_rows(package, "explanations")) == 1
    assert len(new_rows(package, "submissions")) == 2


def test_a_revision_is_a_new_row_with_its_own_day_and_the_later_row_counts(package, sent):
    take_in([sent(about={"reported_on": dt.date(2024, 6, 18)})], package)
    later = sent("b.xlsx", about={"reported_on": dt.date(2024, 7, 2)}, smartphone={"value": 0.79})
    (done,) = take_in([later], package)
    assert done.state == "taken" and "revised" in rules(done, "note")
    told = [row for row in new_rows(package, "observations") if row["indicator"] == "smartphone"]
    assert [(row["value"], row["reported_on"]) for row in told] == [("78.5", "2024-06-18"), ("79", "2024-07-02")]
    now = dx.load(package).current
    assert now[(now["indicator"] == "smartphone") & (now["period"] == "2024-Q2") & (now["area"] == "99")]["value"].item() == 79


# --- a file with errors -------------------------------------------------------------------------------------------


def test_nothing_enters_from_a_file_with_an_error(package, sent):
    before = print_of(package)
    (done,) = take_in([sent(xep_hang_dti={"value": 0})], package)
    assert done.state == "returned" and rules(done) == {"rank"}
    assert print_of(package) == before


def test_good_rows_are_taken_when_asked_for_and_what_was_left_out_is_listed(package, sent):
    (done,) = take_in([sent(xep_hang_dti={"value": 0})], package, accept_good_rows=True)
    assert done.state == "taken" and done.left_out == (("Chỉ tiêu", 11),)
    assert "xep-hang-dti" not in {row["indicator"] for row in new_rows(package, "observations")}
    (came,) = new_rows(package, "submissions")
    assert "Chỉ tiêu: 11" in came["note"]


def test_an_error_about_the_whole_file_keeps_it_out_whatever_is_asked_for(package, sent):
    before = print_of(package)
    (done,) = take_in([sent()], package, period="2024-Q3", accept_good_rows=True)
    assert done.state == "returned" and "period_differs" in rules(done)
    assert print_of(package) == before


def test_a_bad_file_does_not_keep_a_good_one_out(package, sent, forms, tmp_path):
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\n")
    states = [one.state for one in take_in([bad, sent(), tmp_path / "nowhere.xlsx"], package)]
    assert states == ["refused", "taken", "refused"]


def test_checking_only_changes_nothing(package, sent):
    before = print_of(package)
    (done,) = take_in([sent()], package, dry=True)
    assert done.state == "taken" and print_of(package) == before


@pytest.mark.parametrize("sender", ["so-tttt", "nobody"])
def test_the_sender_named_must_be_one(package, sent, sender):
    if sender == "nobody":
        with pytest.raises(DxError, match="nobody"):
            take_in([sent()], package, sender=sender)
    else:
        assert take_in([sent()], package, sender=sender)[0].state == "taken"


# --- content rules ------------------------------------------------------------------------------------------------

CONTENT = [
    ("unexplained_cause", "error", {"thanh_toan_tt": {"cause": None}}),
    ("unexplained_estimate", "error", {"thanh_toan_tt": {"estimate": None}}),
    ("unexplained_proposal", "error", {"smartphone": {"value": 0.70, "cause": "a", "remedy": "b"}}),
    ("jump", "warning", {"dao_tao": {"value": 99000}}),
    ("jump", "warning", {"cap_quang": {"value": 0.082, **EXPLAINED, "estimate": 0.1}}),
    ("ratio_differs", "error", {"thanh_toan_tt": {"value": 0.4}}),
    ("pair", "error", {"thanh_toan_tt": {"denominator": None}}),
    ("over_zero", "error", {"thanh_toan_tt": {"denominator": 0, "value": None}}),
    ("negative", "error", {"dao_tao": {"value": -5}}),
    ("status_with_value", "error", {"smartphone": {"status": "Chưa có số liệu"}}),
    ("unknown_word", "error", {"do_thi": {"value": "Tốt"}}),
    ("over_100", "warning", {"thanh_toan_tt": {"value": None, "numerator": 9500}}),
    ("blank_value", "warning", {"dao_tao": {"value": None, "qualifier": None}}),
    ("committed_unread", "warning", {"thanh_toan_tt": {"committed": "sớm"}}),
]


@pytest.mark.parametrize(("rule", "level", "changed"), CONTENT, ids=[f"{rule}-{n}" for n, (rule, *_) in enumerate(CONTENT)])
def test_a_rule_finds_what_it_is_for(package, sent, rule, level, changed):
    (done,) = take_in([sent(**changed)], package, dry=True)
    assert rule in rules(done, level), [(one.level, one.rule) for one in done.findings]
    assert done.state == ("returned" if level == "error" else "taken")
    for one in done.findings:
        assert one.sentence("vi") != one.sentence("en") and "{" not in one.sentence("vi")


def test_a_whole_form_has_no_error_and_no_warning(package, sent):
    (done,) = take_in([sent()], package, dry=True)
    assert {(one.level, one.rule) for one in done.findings if one.level != "note"} == set()


def test_plans_duplicates_and_owners_are_checked_in_files_of_the_senders_own(package, tmp_path):
    path = table_file(
        tmp_path / "a.xlsx",
        ["Sở Thông tin và Truyền thông"],
        ["Kết quả Quý II/2024"],
        ["STT", "Chỉ tiêu", "Đơn vị tính", "Kế hoạch năm 2024", "Thực hiện"],
        [1, "Tỷ lệ người dân trưởng thành sử dụng điện thoại thông minh", "%", "80%", "78,5%"],
        [2, "tỷ lệ người dân trưởng thành sử dụng điện thoại thông minh", "%", "77%", "79%"],
        [3, "Tỷ lệ người dân có hồ sơ sức khỏe điện tử", "%", "95%", "94,5%"],
    )
    (done,) = take_in([path], package, dry=True)
    assert {"plan_differs", "not_owner"} <= rules(done, "warning")
    assert rules(done) == {"duplicate"} and done.state == "returned"
    assert done.draft.sender == "so-tttt" and done.draft.period == "2024-Q2"


def test_a_running_count_that_falls_is_told(package, tmp_path):
    path = table_file(
        tmp_path / "a.xlsx",
        ["Quý II/2024"],
        ["Mã", "Thực hiện"],
        ["chung-thuc", "12"],
    )
    (done,) = take_in([path], package, sender="so-tp", dry=True)
    assert "fall" in rules(done, "warning")


def test_an_absent_column_is_not_an_empty_cell(package, tmp_path):
    """A file without a column of causes asks for none and adds no explanation; one with an empty cell of results says so."""
    without = table_file(tmp_path / "a.xlsx", ["Quý II/2024"], ["Mã", "Thực hiện"], ["smartphone", "78,5%"], ["cap-quang", ""])
    (done,) = take_in([without], package)
    assert done.state == "taken"
    told = {row["indicator"]: row for row in new_rows(package, "observations")}
    assert told["smartphone"]["value"] == "78.5" and (told["cap-quang"]["value"], told["cap-quang"]["status"]) == ("", "O")
    assert "dao-tao" not in told and not new_rows(package, "explanations")


def test_two_files_of_one_intake_that_contradict_each_other_are_told(package, sent):
    done = take_in([sent(), sent("b.xlsx", smartphone={"value": 0.8})], package)
    assert [one.state for one in done] == ["taken", "returned"] and rules(done[1]) == {"clash"}


def test_areas_are_told_by_the_days_of_the_period(package, tmp_path):
    lines = (package / "areas.csv").read_text(encoding="utf-8").splitlines()
    lines.append("99050,2025-07-01,,Xã Hòa Bình,Hoa Binh,commune,99")
    lines.append("99051,,2023-12-31,Xã Hoà Bình,Hoa Binh (old),commune,99")
    (package / "areas.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = table_file(tmp_path / "a.xlsx", ["Quý II/2024"], ["Mã", "Xã, phường", "Thực hiện"], ["chung-thuc", "xã hòa bình", 5])
    (done,) = take_in([path], package, dry=True)
    assert "area_of_other_days" in rules(done)


# --- transaction --------------------------------------------------------------------------------------------------


def test_a_crash_before_the_journal_leaves_the_old_and_one_after_it_the_new(package, sent, monkeypatch):
    """At every rename, and before the first."""
    before = print_of(package)
    path = sent()
    real, count = os.replace, [0]

    class Crash(BaseException):
        pass

    seen = []
    for at in range(1, 9):
        count[0] = 0

        def crash(*names, at=at):
            count[0] += 1
            if count[0] == at:
                raise Crash
            return real(*names)

        monkeypatch.setattr(journal.os, "replace", crash)
        try:
            take_in([path], package)
        except Crash:
            monkeypatch.setattr(journal.os, "replace", real)
            dx.load(package)  # whoever opens it next finishes it
            seen.append(print_of(package) == before)
            if not seen[-1]:
                break
        else:
            break
    assert seen[0] is True and seen[-1] is False
    assert len(new_rows(package, "observations")) == 6 and len(new_rows(package, "submissions")) == 1
    assert not journal.is_open(package)
    assert [one.state for one in take_in([path], package)] == ["known"]


@pytest.mark.parametrize("at", range(2, 6))
def test_a_crash_in_the_middle_of_the_renames_is_finished_by_the_next_reader(package, sent, monkeypatch, at):
    real, count = os.replace, [0]

    def crash(*names):
        count[0] += 1
        if count[0] == at:
            raise SystemExit("killed")
        return real(*names)

    monkeypatch.setattr(journal.os, "replace", crash)
    with pytest.raises(SystemExit):
        take_in([sent()], package)
    monkeypatch.setattr(journal.os, "replace", real)
    assert journal.is_open(package)
    data = dx.load(package)
    assert (data["submissions"]["sha256"] != "").sum() == 1
    assert len(new_rows(package, "observations")) == 6 and len(list((package / "inbox").iterdir())) == 1
    assert not journal.is_open(package)


def test_ctrl_c_while_files_are_read_leaves_the_package_as_it_was(package, sent):
    before = print_of(package)

    def interrupt(done):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in([sent(), sent("b.xlsx", smartphone={"value": 0.8})], package, notice=interrupt)
    assert print_of(package) == before


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_killed_intake_leaves_old_or_new_whole(package, sent):
    """kill -9 at some moments; afterwards the package loads and holds all of the file or none of it."""
    path = sent()
    code = f"from dxlib.intake.loading import take_in; take_in([{str(path)!r}], {str(package)!r})"
    for wait in (0.8, 1.4, 2.0):
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        data = dx.load(package)
        figures, came = len(new_rows(package, "observations")), (data["submissions"]["sha256"] != "").sum()
        assert (figures, came) in ((0, 0), (6, 1))


def test_a_full_disk_leaves_the_package_as_it_was(package, sent, monkeypatch):
    before = print_of(package)
    monkeypatch.setattr(journal, "_written", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(DxError, match="No space"):
        take_in([sent()], package)
    assert print_of(package) == before


def test_a_file_that_changes_while_it_is_taken_in_is_not_taken(package, sent, monkeypatch):
    path, before = sent(), print_of(package)
    real = loading.additions

    def meanwhile(*arguments):
        path.write_bytes(path.read_bytes() + b" ")
        return real(*arguments)

    monkeypatch.setattr(loading, "additions", meanwhile)
    with pytest.raises(DxError, match="a.xlsx"):
        take_in([path], package)
    assert print_of(package) == before


def test_two_intakes_at_once_both_arrive(package, sent, forms, tmp_path):
    other = tmp_path / "b.xlsx"
    other.write_bytes(fill(forms("so-yt"), {}))
    code = "import sys; from dxlib.intake.loading import take_in; print([one.state for one in take_in([sys.argv[1]], sys.argv[2])])"
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(package)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for path in (sent(), other)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in started] == ["['taken']", "['taken']"]
    assert {row["owner"] for row in new_rows(package, "submissions")} == {"so-tttt", "so-yt"}


# --- packages of other make-up ------------------------------------------------------------------------------------


def test_a_package_without_the_later_columns_and_tables_gets_them_described(package, sent):
    for table in ("explanations", "submissions"):
        path = package / f"{table}.csv"
        if table == "explanations":
            path.unlink()
            continue
        lines = list(csv.reader(path.open(encoding="utf-8", newline="")))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows(line[:-3] for line in lines)
    about = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    about["resources"] = [one for one in about["resources"] if one["name"] != "explanations"]
    (package / "datapackage.json").write_text(json.dumps(about), encoding="utf-8")
    assert take_in([sent()], package)[0].state == "taken"
    dx.load(package)
    assert len(new_rows(package, "explanations")) == 1 and new_rows(package, "submissions")[0]["sha256"]
    assert b"\r\n" in (package / "submissions.csv").read_bytes()
    described = {one["name"] for one in json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]}
    assert "explanations" in described


# --- forms that were tampered with, and what cannot be ------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "value", "rule"),
    [("dx_period", "2024-Q9", "period_unknown"), ("dx_period", "2090-Q1", "period_future"), ("dx_sender", "nobody", "sender_unknown"),
     ("dx_sender", "so-yt", "not_owner"), ("dx_sender", "99001", "other_area"), ("dx_package", "x", "form_package")],
)  # fmt: skip
def test_a_form_whose_marks_were_changed_is_found_out(package, forms, tmp_path, mark, value, rule):
    from io import BytesIO

    from openpyxl import load_workbook

    book = load_workbook(BytesIO(fill(forms("so-tttt"), whole())))
    book.defined_names[mark].attr_text = f'"{value}"'
    book.save(tmp_path / "a.xlsx")
    (done,) = take_in([tmp_path / "a.xlsx"], package, dry=True)
    assert rule in {one.rule for one in done.findings}
    assert done.state == ("taken" if rule == "not_owner" else "returned")


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_on_the_command_ends_in_one_sentence_and_the_package_is_whole(package, sent):
    before = print_of(package)
    paths = [str(sent(f"{n}.xlsx", dao_tao={"value": 1200 + n})) for n in range(12)]
    command = [sys.executable, "-m", "dxlib.cli", "intake", *paths, "--data", str(package), "--out", str(package.parent / "out")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert "Traceback" not in told
    dx.load(package)
    if process.returncode == 130:
        assert print_of(package) == before or len(new_rows(package, "submissions")) >= 1
