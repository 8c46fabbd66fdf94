"""The page's other forms: the same bytes from run to run, nothing the page does not say, and no harm when they fail."""

import datetime as dt
import json
import os
import re
import shutil
import stat
import struct
import time
from pathlib import Path

import psutil
import pytest

from dxlib import browser, forms
from dxlib.messages import DxError

needs_browser = pytest.mark.skipif(
    browser.find() is None and not os.environ.get("CI"), reason="no Chromium on this machine"
)
posix = pytest.mark.skipif(os.name == "nt", reason="its browser is a shell script")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def run(made, tmp_path) -> Path:
    """A copy of a run's folder, to put forms into."""
    return Path(shutil.copytree(made("lao-cai", "2024-Q1", "vi").folder, tmp_path / "a run's folder ữ"))


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Puts a shell script in the browser's place."""

    def put(script: str) -> Path:
        path = tmp_path / "browser"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("DX_CHROMIUM", str(path))
        return path

    return put


# --- paper --------------------------------------------------------------------------------------------------------


@needs_browser
def test_paper_has_the_same_bytes_from_run_to_run_wherever_and_whenever(run, tmp_path, monkeypatch):
    first = forms.pdf(run).read_bytes()
    other = Path(shutil.copytree(run, tmp_path / "another"))
    (other / "page.pdf").unlink()
    for name, value in {"TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "de_DE.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    time.sleep(1.1)  # so that the clock cannot be the same
    assert forms.pdf(other).read_bytes() == first == forms.pdf(run).read_bytes()
    assert first.startswith(b"%PDF-") and first.rstrip().endswith(b"%%EOF")


@needs_browser
def test_paper_is_dated_by_what_was_known_and_names_no_place_on_the_machine(run):
    content = forms.pdf(run).read_bytes()
    assert set(re.findall(rb"/(?:Creation|Mod)Date \(D:(\d{8})", content)) == {b"20240403"}
    assert b"file:" not in content and str(run).encode() not in content


def test_a_date_is_replaced_in_place_and_nothing_else():
    made = b"<</CreationDate (D:20261124140839+07'00')\n/ModDate (D:20261124140839-03'00')>> D:20261124140839"
    told = b"<</CreationDate (D:20240403000000+00'00')\n/ModDate (D:20240403000000+00'00')>> D:20261124140839"
    assert forms.steady(made, dt.date(2024, 4, 3)) == told and len(told) == len(made)


def test_parts_of_a_pdf_are_numbered_by_their_order_whatever_the_browser_counted():
    made = b"/ID (node00000007) /Headers [(node00000240)] /ID (node00000241) (node00000007) node00000240"
    told = b"/ID (node00000001) /Headers [(node00000002)] /ID (node00000003) (node00000001) node00000240"
    later = made.replace(b"(node00000241", b"(node00000300")
    assert forms.steady(made, dt.date(2024, 4, 3)) == told == forms.steady(later, dt.date(2024, 4, 3))


@needs_browser
def test_forms_leave_the_run_as_it_was_and_nothing_else_behind(run):
    before = files(run)
    forms.pdf(run)
    forms.sheet_picture(run)
    forms.message(run)
    after = files(run)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"page.pdf", "sheet-1.png", "message.txt"}


# --- what stands without scripts ----------------------------------------------------------------------------------


def test_the_pages_own_policy_gives_way_to_one_without_scripts():
    page = """<html><head><meta http-equiv="Content-Security-Policy" content="script-src 'sha256-x'"><title>t</title></head>"""
    told = forms.without_scripts(page)
    assert told.count("Content-Security-Policy") == 1 and "script-src" not in told and "default-src 'none'" in told


# --- pictures and message -----------------------------------------------------------------------------------------


@needs_browser
def test_the_first_sheet_is_a_picture_of_an_a4_page(run):
    path = forms.sheet_picture(run)
    assert struct.unpack(">II", path.read_bytes()[16:24]) == (1240, 1754)


def test_every_chart_of_the_page_is_a_picture_whose_names_sort_as_the_page(run, monkeypatch):
    monkeypatch.setenv("DX_CHROMIUM", "/no/browser/is/needed")
    paths = forms.chart_pictures(run)
    page = (run / "page.html").read_text(encoding="utf-8")
    assert len(paths) == len(forms.charts(run)) == page.count('<figure class="chart"') > 1
    assert paths == sorted(paths) and paths[0].name == "chart-01.png"
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_the_message_is_the_runs_own_and_is_put_beside_the_page(run):
    figures = json.loads((run / "figures.json").read_text(encoding="utf-8"))
    assert forms.message(run) == figures["message"]
    assert (run / "message.txt").read_bytes() == f"{figures['message']}\n".encode()


# --- when it cannot be made ---------------------------------------------------------------------------------------


def refused(run: Path, make=forms.pdf, **options) -> str:
    before = files(run)
    with pytest.raises(DxError) as told:
        make(run, **options)
    assert files(run) == before
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize("make", [forms.pdf, forms.sheet_picture])
def test_without_a_browser_it_is_said_what_to_install(run, monkeypatch, make):
    monkeypatch.delenv("DX_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(browser, "_usual", lambda: [])
    assert "install Chromium" in refused(run, make)


def test_a_browser_that_is_not_where_it_was_named_is_told(run, monkeypatch):
    monkeypatch.setenv("DX_CHROMIUM", "/no/such/browser")
    assert "/no/such/browser" in refused(run)


@posix
@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'cannot open display' >&2; exit 3", "cannot open display (3)"),
        ("exit 0", "made no page.pdf"),
        ('for a in "$@"; do case $a in --print-to-pdf=*) echo half > "${a#*=}";; esac; done', "made no page.pdf"),
        ("kill -9 $$", "(-9)"),
    ],
    ids=["fails", "makes nothing", "makes no pdf", "dies"],
)
def test_a_browser_that_fails_is_told_and_the_report_stands(run, fake, script, sentence):
    fake(script)
    assert sentence in refused(run)


@posix
def test_a_browser_that_hangs_is_ended_with_its_children(run, fake, tmp_path):
    fake(f"sleep 971 & echo $! > '{tmp_path}/child'; sleep 972")
    start = time.monotonic()
    assert "longer than 1 seconds" in refused(run, seconds=1)
    assert time.monotonic() - start < 20
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    pytest.fail("its child lives on")


@posix
def test_a_form_that_stands_stays_where_a_new_one_fails(run, fake):
    (run / "page.pdf").write_bytes(b"%PDF- the last good one")
    fake("exit 1")
    refused(run)
    assert (run / "page.pdf").read_bytes() == b"%PDF- the last good one"


def test_a_run_that_is_not_whole_is_told(run):
    with (run / "page.html").open("a") as page:
        page.write("<p>added afterwards")
    for make in (forms.message, forms.pdf, forms.sheet_picture):
        assert "is not whole" in refused(run, make)


def test_a_run_without_a_message_is_told(run):
    (run / "figures.json").write_text("{}")
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"].pop("figures.json")
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "carries no message" in refused(run, forms.message)


# --- the browser --------------------------------------------------------------------------------------------------


def test_the_browser_is_the_one_that_is_named_else_the_first_on_the_path(monkeypatch, tmp_path):
    monkeypatch.setenv("DX_CHROMIUM", "named")
    assert browser.find() == "named"
    monkeypatch.delenv("DX_CHROMIUM")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_usual", lambda: [tmp_path / "no", tmp_path / "usual"])
    assert browser.find() is None
    (tmp_path / "usual").touch()
    assert browser.find() == str(tmp_path / "usual")


def test_on_windows_and_macos_the_usual_places_are_known(monkeypatch):
    monkeypatch.setattr(browser.sys, "platform", "win32")
    monkeypatch.setenv("PROGRAMFILES(X86)", "C:/Program Files (x86)")
    assert Path("C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe") in browser._usual()
    monkeypatch.setattr(browser.sys, "platform", "darwin")
    assert Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome") in browser._usual()


def test_only_root_runs_without_the_sandbox(monkeypatch):
    for user, without in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user, raising=False)
        assert ("--no-sandbox" in browser.flags()) is without
