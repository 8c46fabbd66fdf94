"""Shared by the tests of the intake: forms of the demo package, and a copy of the package to load into."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from dxlib.intake import owed
from dxlib.intake.form import form
from dxlib.period import Period
from tests.conftest import ROOT

Q2 = Period(2024, 2)
EXPLAINED = {
    "cause": "Thiếu thiết bị tại bộ phận một cửa",
    "remedy": "Bổ sung thiết bị",
    "committed": "30/9/2024",
    "proposal": "Không",
}


@pytest.fixture(autouse=True, scope="session")
def mistakes_of_ours_are_raised():
    """In the tests a child that fails says how; in use it is one file that is not read."""
    os.environ["DX_DEBUG"] = "1"


@pytest.fixture(scope="session")
def forms(demo):
    """The form of a sender for 2024-Q2, as bytes: forms("so-tttt")."""
    made = {}

    def of(sender: str, period: Period = Q2) -> bytes:
        if (sender, period) not in made:
            made[sender, period] = form(demo, period, owed.sender(demo, period, sender))
        return made[sender, period]

    return of


@pytest.fixture
def package(tmp_path) -> Path:
    """A copy of the demo package as it stood before 2024-Q2 was reported."""
    folder = Path(shutil.copytree(ROOT / "data" / "demo-province", tmp_path / "package"))
    for table in ("observations", "explanations", "submissions"):
        path = folder / f"{table}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        period = lines[0].rstrip().split(",").index("period")
        kept = [line for line in lines if line.split(",")[period] < "2024-Q2" or line == lines[0]]
        path.write_text("".join(kept), encoding="utf-8")
    return folder


def print_of(folder: Path) -> dict[str, str]:
    """Every file of a package with its hash; the journal's own folder is no part of it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".intake" not in path.parts)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def whole(**changed: dict) -> dict[str, dict]:
    """What so-tttt types into its form for 2024-Q2, with nothing missing; `changed` cells by indicator (_ for -)."""
    typed = {
        "thanh-toan-tt": {"value": 0.335, "numerator": 3015, "denominator": 9000, "estimate": 0.5, **EXPLAINED},
        "smartphone": {"value": 0.785},
        "dao-tao": {"value": 1234, "qualifier": "hơn"},
        "cap-quang": {"value": 0.82, "status": "Sơ bộ", "note": "số của 3 doanh nghiệp"},
        "xep-hang-dti": {"value": 28},
        "do-thi": {"value": "Trên 70%"},
    }
    for name, cells in changed.items():
        typed[name.replace("_", "-")] = {**typed[name.replace("_", "-")], **cells}
    return typed
