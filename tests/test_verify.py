"""A rerun gives the same figures and the same page, or says what differs and why."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dxlib import publish
from dxlib.messages import DxError
from dxlib.verify import verify
from tests.conftest import ROOT

pytestmark = pytest.mark.notebook
SAMPLES = sorted((ROOT / "tests" / "samples").glob("*.json"))


def dx(*arguments: str, folder: Path = ROOT, package: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "dxlib.cli", *arguments]
    env = {**os.environ, "PYTHONPATH": str(package), **environment}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=env)


@pytest.fixture
def reported(tmp_path):
    """A copy of the demo package with a report made of it: its Target."""
    data = Path(shutil.copytree(ROOT / "data" / "demo-province", tmp_path / "package"))
    target = publish.target("2024-Q1", data, "en", out=tmp_path / "reports")
    publish.report(target)
    return target


def replaced(path: Path, row_of: dict[str, str], column: str, value: str) -> None:
    """One cell of a CSV changed, in the row with the given cells."""
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [row for row in rows if all(row[name] == cell for name, cell in row_of.items())]
    assert found, row_of
    found[-1][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_committed_figures_of_sample_quarters_come_out_again(sample, tmp_path):
    package, period = sample.stem.split("_")
    done = dx(
        "verify", period, "--data", f"data/{package}", "--against", str(sample), "--out", str(tmp_path), "--lang", "en"
    )
    count = len(json.loads(sample.read_text(encoding="utf-8"))["figures"])
    assert done.returncode == 0 and done.stdout.startswith(f"Identical: {count} figures of"), done.stdout + done.stderr


def test_there_are_sample_quarters_of_both_packages():
    assert {path.stem for path in SAMPLES} == {"demo-province_2024-Q1", "demo-province_2024-Q3", "lao-cai_2024-Q1"}


def test_it_is_identical_in_another_folder_time_zone_locale_and_hash_seed(reported, tmp_path):
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    options = ["--data", str(reported.data), "--out", str(reported.out), "--lang", "en"]
    for environment in (
        {"TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "4242", "DX_CACHE": ""},
    ):
        done = dx("verify", "2024-Q1", *options, folder=elsewhere, **environment)
        assert done.returncode == 0 and "figures and the page" in done.stdout, done.stdout + done.stderr


def test_a_changed_cell_is_found_and_named(reported):
    cell = {"indicator": "ho-so-truc-tuyen", "period": "2024-Q1", "area": "99"}
    for column, value in (("value", "45"), ("numerator", ""), ("denominator", "")):
        replaced(reported.data / "observations.csv", cell, column, value)
    verdict = verify(publish.target("2024-Q1", reported.data, "en", out=reported.out))
    told = verdict.figures.set_index("figure")
    assert not verdict.identical and verdict.page is False and verdict.parts == ["observations.csv"]
    assert told.at["progress/ho-so-truc-tuyen/value", "cause"] == "data"
    assert "numerator" in told.at["progress/ho-so-truc-tuyen/value", "detail"]
    assert set(told["cause"]) <= {"data", "follows"}


def test_a_changed_target_is_found_and_named(reported):
    replaced(
        reported.data / "targets.csv", {"indicator": "ho-so-truc-tuyen", "area": "99", "year": "2024"}, "value", "85"
    )
    done = dx("verify", "2024-Q1", "--data", str(reported.data), "--out", str(reported.out), "--lang", "en")
    assert done.returncode == 1 and "Changed: targets.csv." in done.stdout, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if "progress/ho-so-truc-tuyen/target" in line)
    assert "80" in line and "85" in line and "changed target" in line


def test_a_changed_formula_is_found_and_named(reported, tmp_path):
    package = tmp_path / "edited"
    shutil.copytree(ROOT / "dxlib", package / "dxlib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", package)
    source = package / "dxlib" / "scoring.py"
    formula = "return value >= target, value, target, _unusable(target)"
    assert formula in source.read_text(encoding="utf-8")
    source.write_text(
        source.read_text(encoding="utf-8").replace(
            formula, formula.replace("value, target, _", "value * 0.99, target, _")
        )
    )
    options = ["--data", str(reported.data), "--out", str(reported.out), "--lang", "en"]
    done = dx("verify", "2024-Q1", *options, folder=package, package=package, DX_NOTEBOOKS=str(ROOT / "notebooks"))
    assert done.returncode == 1 and "Changed: code." in done.stdout, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if "progress/ho-so-mang/percent" in line)
    assert "changed method or software" in line and "code" in line
    assert "revised data" not in done.stdout and "changed target" not in done.stdout


def test_a_report_that_is_not_there_or_not_whole_is_refused(reported):
    with pytest.raises(DxError, match="make it with dx report first"):
        verify(publish.target("2024-Q2", reported.data, "en", out=reported.out))
    with (reported.current.folder / "figures.json").open("a") as file:
        file.write(" ")
    with pytest.raises(DxError, match="not whole"):
        verify(reported)


def test_diff_compares_two_periods_and_writes_a_page(reported, tmp_path):
    publish.report(publish.target("2023-Q4", reported.data, "en", out=reported.out))
    page = tmp_path / "page.html"
    options = ["--data", str(reported.data), "--out", str(reported.out), "--lang", "en", "--page", str(page)]
    done = dx("diff", "2023-Q4", "2024-Q1", *options)
    assert done.returncode == 1 and "bands/met" in done.stdout and "another period" in done.stdout, done.stderr
    html = page.read_text(encoding="utf-8")
    assert "bands/met" in html and "2023-Q4 compared with 2024-Q1" in html
    folder = str(reported.current.folder)
    same = dx("diff", folder, f"{folder}/figures.json", "--lang", "en")
    assert same.returncode == 0 and same.stdout == "No figure differs.\n"


def test_a_file_without_figures_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "x.json").write_text("[]")
    done = dx("diff", str(tmp_path / "x.json"), str(tmp_path / "x.json"), "--lang", "en")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "holds no report's figures" in done.stderr
