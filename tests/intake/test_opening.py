"""Laws of the children that read: limits hold, a child that dies is replaced, nothing but plain values comes back."""

import os
import sys
import threading
import time

import pytest

from dxlib.intake import opening
from dxlib.intake.child import FILE_SIZE
from dxlib.intake.opening import POOL, Pool, ReaderFailed, open_book, open_books
from dxlib.intake.sheets import Book, Refused

JOBS = "tests.intake.jobs"


@pytest.fixture
def pool():
    made = Pool(2)
    yield made
    made.close()


def refusal(pool, job, path="a.xlsx", **options):
    with pytest.raises(Refused) as refused:
        pool.run(f"{JOBS}:{job}", path, **options)
    return refused.value.rule


def test_a_child_that_takes_too_long_is_stopped_and_replaced(pool):
    began = time.monotonic()
    assert refusal(pool, "hang", seconds=0.5) == "too_long"
    assert time.monotonic() - began < 3
    assert pool.run(f"{JOBS}:echo", "b") == "b"


def test_a_child_that_dies_is_replaced(pool):
    assert refusal(pool, "die") == "reader_died"
    assert pool.run(f"{JOBS}:echo", "b") == "b"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of memory there")
def test_a_child_has_a_limit_of_memory_and_says_so(pool):
    assert refusal(pool, "eat") == "too_much_memory"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of files there")
def test_a_child_fills_no_disk(pool, tmp_path):
    """It may write small files, for marked copies; none larger than the limit, not even with a hole in it."""
    path = str(tmp_path / "x")
    assert pool.run(f"{JOBS}:write", path, at=10) is None
    with pytest.raises(ReaderFailed, match="OSError"):
        pool.run(f"{JOBS}:write", path, at=FILE_SIZE + 1)


def test_endless_recursion_in_a_child_is_a_damaged_file(pool):
    assert refusal(pool, "dig") == "damaged"


def test_a_refusal_comes_back_as_itself(pool):
    assert refusal(pool, "refuse") == "password"


def test_a_mistake_of_ours_is_not_blamed_on_the_file(pool):
    with pytest.raises(ReaderFailed, match="KeyError"):
        pool.run(f"{JOBS}:fail", "a.xlsx")
    assert pool.run(f"{JOBS}:echo", "b") == "b"


def test_a_child_that_was_taken_over_cannot_run_anything_in_the_parent(pool):
    assert refusal(pool, "betray") == "reader_died"


def test_what_a_library_prints_does_not_disturb_the_answers(pool):
    assert pool.run(f"{JOBS}:shout", "a") == "heard"
    assert pool.run(f"{JOBS}:echo", "b") == "b"


def test_a_child_is_used_again(pool):
    pool.run(f"{JOBS}:echo", "a")
    first = pool._idle[0].process.pid
    for _ in range(5):
        pool.run(f"{JOBS}:echo", "a")
    assert [child.process.pid for child in pool._idle] == [first]


def test_options_reach_the_job(pool):
    assert pool.run(f"{JOBS}:echo", "a", word="Đ") == "Đ"


def test_closing_ends_the_children(pool):
    pool.run(f"{JOBS}:echo", "a")
    process = pool._idle[0].process
    pool.close()
    assert process.poll() is not None


def test_many_files_come_back_in_order_with_their_refusals(tmp_path):
    paths = []
    for number in range(12):
        path = tmp_path / f"{number}.csv"
        path.write_text("" if number % 5 == 4 else f"STT;Tên\n1;{number}\n", encoding="utf-8")
        paths.append(path)
    found = list(open_books(paths))
    assert [path for path, _ in found] == paths
    for number, (_, result) in enumerate(found):
        if number % 5 == 4:
            assert isinstance(result, Refused) and result.rule == "empty_file"
        else:
            assert isinstance(result, Book) and result.sheets[0].cell(2, 2).text == str(number)


def test_stopping_midway_leaves_the_pool_usable(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("STT;Tên\n1;a\n", encoding="utf-8")
    several = open_books([path] * 50)
    next(several)
    several.close()
    assert open_book(path).kind == "csv"


def test_stopping_does_not_wait_for_a_file_that_hangs(tmp_path):
    """Ctrl-C ends at once, whatever the children are at."""
    several = open_books([tmp_path / "a", tmp_path / "b", tmp_path / "c"], job=f"{JOBS}:hang_unless_a", workers=2)
    assert next(several)[1] == "a"
    time.sleep(0.3)
    began = time.monotonic()
    several.close()
    while any(thread.name.startswith("intake") for thread in threading.enumerate()):
        assert time.monotonic() - began < 5
        time.sleep(0.01)


def test_the_same_bytes_have_the_same_hash_whatever_their_name(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("STT;Tên\n1;a\n", encoding="utf-8")
    first, second = open_book(tmp_path / "a.csv"), open_book(tmp_path / "b.csv")
    assert first.sha256 == second.sha256 and first.file != second.file


def test_a_folder_of_the_senders_cannot_bring_its_own_modules(tmp_path, monkeypatch):
    """A child started where sender's files lie does not import from there."""
    (tmp_path / "zipfile.py").write_text("raise SystemExit(1)")
    (tmp_path / "a.csv").write_text("STT;Tên\n1;a\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = Pool(1)
    try:
        assert made.run(opening._BOOK, "a.csv").kind == "csv"
    finally:
        made.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork there")
def test_a_forked_process_has_children_of_its_own(tmp_path):
    (tmp_path / "a.csv").write_text("STT;Tên\n1;a\n", encoding="utf-8")
    open_book(tmp_path / "a.csv")
    mine = {child.process.pid for child in POOL._idle}
    reads, writes = os.pipe()
    if os.fork() == 0:
        try:
            kind = open_book(tmp_path / "a.csv").kind
            own = {child.process.pid for child in POOL._idle}
            os.write(writes, b"good" if kind == "csv" and not own & mine else b"bad")
            POOL.close()
        finally:
            os._exit(0)
    os.wait()
    assert os.read(reads, 10) == b"good"
    assert open_book(tmp_path / "a.csv").kind == "csv"
