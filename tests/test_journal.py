"""dxlib.journal: several files replaced as one, whatever happens meanwhile."""

import os
import threading
from hashlib import sha256

import pytest

from dxlib import journal
from dxlib.messages import DxError


@pytest.fixture
def folder(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"old")
    return tmp_path


def contents(folder) -> set[bytes]:
    return {(folder / name).read_bytes() for name in ("a.csv", "b.csv")}


NEW = {"a.csv": b"new", "b.csv": b"new", "inbox/c": b"kept"}


def test_files_are_replaced_and_nothing_is_left_beside_them(folder):
    with journal.alone(folder):
        journal.replace(folder, NEW)
    assert contents(folder) == {b"new"} and (folder / "inbox" / "c").read_bytes() == b"kept"
    assert [path.name for path in (folder / journal.FOLDER).iterdir()] in ([], [journal.LOCK])


@pytest.mark.parametrize("at", range(1, 5))
def test_a_crash_at_any_rename_leaves_old_or_new_whole_for_the_next(folder, monkeypatch, at):
    real, count = os.replace, [0]

    def crash(*names):
        count[0] += 1
        if count[0] == at:
            raise SystemExit
        return real(*names)

    monkeypatch.setattr(journal.os, "replace", crash)
    with journal.alone(folder), pytest.raises(SystemExit):
        journal.replace(folder, NEW)
    monkeypatch.setattr(journal.os, "replace", real)
    assert journal.is_open(folder) is (at > 1)
    journal.recover(folder)
    assert contents(folder) == ({b"old"} if at == 1 else {b"new"})
    assert not journal.is_open(folder) and not list((folder / journal.FOLDER).glob("new-*"))


def test_a_file_that_is_copied_must_still_be_what_it_was(folder, tmp_path):
    other = tmp_path / "sent.xlsx"
    other.write_bytes(b"x")
    with journal.alone(folder):
        journal.replace(folder, {"inbox/c": journal.Copy(other, sha256(b"x").hexdigest())})
        with pytest.raises(DxError):
            journal.replace(folder, {"a.csv": b"new", "inbox/d": journal.Copy(other, sha256(b"y").hexdigest())})
    assert contents(folder) == {b"old"} and not (folder / "inbox" / "d").exists()


def test_one_at_a_time(folder):
    order = []

    def second():
        with journal.alone(folder):
            order.append("second")

    with journal.alone(folder):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_waiting_ends_in_one_sentence(folder, monkeypatch):
    monkeypatch.setattr(journal, "WAIT_SECONDS", 0.2)
    with journal.alone(folder):
        with pytest.raises(DxError, match="0.2"), journal.alone(folder):
            pass


def test_a_stamp_changes_with_the_tables_and_with_nothing_else(folder):
    before = journal.stamp(folder)
    (folder / "note.txt").write_text("x")
    assert journal.stamp(folder) == before
    with journal.alone(folder):
        journal.replace(folder, {"a.csv": b"new"})
    assert journal.stamp(folder) != before
