"""`dx`: what it prints, and how it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def dx(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "dxlib.cli", *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=env)


def test_report_ends_by_printing_the_path_of_a_page_that_is_there(tmp_path):
    done = dx("report", "Quý I/2024", "--data", "data/lao-cai", "--lang", "en", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    page = Path(done.stdout.strip().splitlines()[-1])
    assert page.is_file() and page.name == "page.html"
    assert "Met or exceeded" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("package", ["lao-cai", "demo-province"])
def test_check_passes_the_projects_own_packages_and_counts_their_rows(package):
    done = dx("check", f"data/{package}")
    assert done.returncode == 0, done.stderr
    assert "observations" in done.stdout


def test_check_tells_every_mistake_with_file_row_and_column(package):
    path = package / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([cells[0], "nowhere", "2024-Q9", *cells[3:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (package / "targets.csv").write_bytes((package / "targets.csv").read_bytes().replace(b"at_least", b"at_leest", 1))
    done = dx("check", str(package))
    assert done.returncode == 2 and done.stdout == ""
    assert "observations.csv" in done.stderr and "row 2" in done.stderr and "period" in done.stderr
    assert "targets.csv" in done.stderr and "at_leest" in done.stderr and "at_least" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["report", "2024-Q7"], "2024-Q7"),
        (["report", "2031-Q1"], "2031-Q1"),
        (["report", "2024-Q1", "--data", "docs"], "datapackage.json"),
        (["report", "2024-Q1", "--lang", "fr"], '"fr"'),
        (["report", "2024-Q1", "--as-of", "3/4/2024"], "3/4/2024"),
        (["check", "nowhere"], "nowhere"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_one_sentence_and_a_non_zero_exit(arguments, sentence, tmp_path):
    options = ["--out", str(tmp_path)] if arguments[0] == "report" else []
    done = dx(*arguments, *options)
    assert done.returncode == 2 and done.stdout == ""
    assert sentence in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_an_unknown_option_is_refused_with_the_nearest_one():
    done = dx("report", "2024-Q1", "--langg", "vi")
    assert done.returncode != 0 and "--lang" in done.stderr and "Traceback" not in done.stderr


def test_errors_are_told_in_vietnamese_first():
    done = dx("report", "2031-Q1", DX_LANGUAGE="")
    assert "không có số liệu" in done.stderr


def test_other_forms_of_a_report_are_made_of_the_one_that_stands_and_the_message_is_printed(tmp_path):
    asked = ["report", "2024-Q1", "--data", "data/lao-cai", "--out", str(tmp_path)]
    page = Path(dx(*asked).stdout.strip())
    done = dx(*asked, "--text", "--png", DX_CHROMIUM="/no/such/browser")
    lines = done.stdout.splitlines()
    assert done.returncode == 2 and "/no/such/browser" in done.stderr and len(done.stderr.splitlines()) == 1
    assert lines[0].startswith("Tỉnh Lào Cai - Quý I/2024 (DỰ THẢO)")
    made = {path.name for path in page.parent.iterdir()}
    assert "message.txt" in made and "chart-01.png" in made, "what needs no browser is made, and of the report that stood"
    again = dx(*asked, "--text")
    assert again.returncode == 0 and again.stdout.splitlines()[-1] == str(page)


def test_a_report_is_in_the_list_of_reports_and_dx_index_makes_the_same_list_again(tmp_path):
    page = Path(dx("report", "2024-Q1", "--data", "data/lao-cai", "--out", str(tmp_path)).stdout.strip())
    listed = (tmp_path / "index.html").read_bytes()
    assert page.parent.name.encode() in listed
    (tmp_path / "index.html").unlink()
    done = dx("index", "--out", str(tmp_path))
    assert done.returncode == 0 and Path(done.stdout.strip()).read_bytes() == listed


def test_a_list_that_cannot_be_written_is_told_and_the_report_stands(tmp_path):
    (tmp_path / "index.html").mkdir()
    done = dx("report", "2024-Q1", "--data", "data/lao-cai", "--out", str(tmp_path))
    assert done.returncode == 0 and Path(done.stdout.strip()).is_file()
    assert "dx index" in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_grid_ends_with_the_list_of_its_reports(tmp_path):
    (tmp_path / "grid.yml").write_text(
        f"data: [{ROOT}/data/lao-cai]\nperiods: [2024-Q1]\nlanguages: [vi, en]\nout: {tmp_path}/reports\n"
    )
    done = dx("grid", str(tmp_path / "grid.yml"))
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert 'hreflang="vi"' in written and 'hreflang="en"' in written
