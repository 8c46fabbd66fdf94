"""Shared by all tests: hypothesis profiles, the two data packages, copies of them to break."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

import dxlib as dx

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("default", max_examples=60, deadline=None)
settings.register_profile("full", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="also the long forms of tests")


@pytest.fixture
def full(request) -> bool:
    """Whether the long form of a test is wanted (make test-all)."""
    return request.config.getoption("--full")


@pytest.fixture(autouse=True)
def english_errors(monkeypatch):
    """Errors in English, so that tests read; a test of the Vietnamese ones sets DX_LANGUAGE itself."""
    monkeypatch.setenv("DX_LANGUAGE", "en")


@pytest.fixture(scope="session")
def lao_cai() -> dx.Dataset:
    return dx.load(ROOT / "data" / "lao-cai")


@pytest.fixture(scope="session")
def demo() -> dx.Dataset:
    return dx.load(ROOT / "data" / "demo-province")


@pytest.fixture(scope="session")
def lao_cai_q1(lao_cai) -> dx.Review:
    return dx.review(lao_cai, "2024-Q1")


@pytest.fixture(scope="session", params=["2022-Q1", "2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"])
def demo_review(request, demo) -> dx.Review:
    """The demo's reviews of several quarters, as known at their meetings."""
    return dx.review(demo, request.param)


@pytest.fixture
def package(tmp_path) -> Path:
    """A copy of the demo package, to change and break."""
    return Path(shutil.copytree(ROOT / "data" / "demo-province", tmp_path / "package"))


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Makes a report once a session: made("lao-cai", "2024-Q1", "vi") is its Run."""
    from dxlib import publish

    out, runs = tmp_path_factory.mktemp("reports"), {}

    def make(package: str, period: str, language: str):
        key = (package, period, language)
        if key not in runs:
            runs[key] = publish.report(publish.target(period, ROOT / "data" / package, language, out=out))
        return runs[key]

    return make
