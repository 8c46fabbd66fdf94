"""A manifest tells whether a report is whole and up to date."""

import datetime as dt
import json
import shutil

import pytest

from dxlib import manifest
from tests.conftest import ROOT

NOTEBOOK = ROOT / "notebooks" / "quarterly_review.ipynb"
PARAMETERS = {"period": "2024-Q1", "data": "anywhere", "language": "vi", "as_of": ""}


def parts(data=ROOT / "data" / "lao-cai", **parameters) -> dict:
    return manifest.made_of(NOTEBOOK, data, "lao-cai", {**PARAMETERS, **parameters})


@pytest.fixture
def run(tmp_path):
    """A folder with a finished run in it."""
    (tmp_path / manifest.PAGE).write_text("page")
    (tmp_path / manifest.FIGURES).write_text("{}")
    given = {"as_of": "2024-04-03", "meeting_day": "2024-04-03", "checksum": "x"}
    (tmp_path / manifest.MANIFEST).write_text(json.dumps(manifest.finished(parts(), given, tmp_path)))
    return tmp_path


def test_a_run_with_every_file_as_written_is_whole_and_current(run):
    assert manifest.is_current(manifest.read(run), parts())


@pytest.mark.parametrize("name", [manifest.PAGE, manifest.FIGURES, manifest.MANIFEST])
def test_a_run_with_a_file_missing_or_changed_is_not_whole(run, name):
    (run / name).write_text("changed")
    assert manifest.read(run) is None
    (run / name).unlink()
    assert manifest.read(run) is None
    assert not manifest.is_current(None, parts())


@pytest.mark.parametrize("content", ["[]", "null", "{}", '{"outputs": 1}', '{"outputs": {"page.html": 1}}', "{"])
def test_a_manifest_that_says_nothing_is_none(run, content):
    (run / manifest.MANIFEST).write_text(content)
    assert manifest.read(run) is None


def test_any_changed_part_makes_a_report_stale(run, tmp_path_factory):
    made = manifest.read(run)
    assert not manifest.is_current(made, parts(language="en"))
    data = tmp_path_factory.mktemp("x") / "data"
    shutil.copytree(ROOT / "data" / "lao-cai", data)
    assert manifest.is_current(made, parts(data))
    (data / "observations.csv").open("a").write("\n")
    assert not manifest.is_current(made, parts(data))
    for name in ("code", "notebook", "libraries", "python", "lock"):
        assert not manifest.is_current(made, {**parts(), name: "other"})


def test_a_report_as_of_today_is_stale_tomorrow(run):
    made = {**manifest.read(run), "as_of_from": "clock"}
    assert not manifest.is_current(made, parts())
    assert manifest.is_current({**made, "as_of": dt.date.today().isoformat()}, parts())


@pytest.mark.parametrize(
    ("as_of", "meeting", "origin"),
    [("2024-04-03", None, "parameter"), ("", "2024-04-03", "meeting"), ("", None, "clock")],
)
def test_it_says_where_its_day_came_from(run, as_of, meeting, origin):
    given = {"as_of": "2024-04-03", "meeting_day": meeting, "checksum": "x"}
    assert manifest.finished(parts(as_of=as_of), given, run)["as_of_from"] == origin


def test_it_holds_no_place():
    assert str(ROOT) not in json.dumps(parts(data=ROOT / "data" / "lao-cai"))
