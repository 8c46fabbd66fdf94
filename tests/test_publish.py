"""A run: its folder, its judgement, and what stays current when it fails."""

import json
import shutil

import nbformat
import pytest

from dxlib import publish
from dxlib.messages import DxError
from tests.conftest import ROOT

LAO_CAI = ROOT / "data" / "lao-cai"


def files(folder) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and ".locks" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def report(period="2024-Q1", data=LAO_CAI, language="vi", **others) -> publish.Run:
    return publish.report(publish.target(period, data, language, **others))


@pytest.fixture
def standing(made, tmp_path):
    """A folder of reports with one good report in it."""
    run = made("lao-cai", "2024-Q1", "vi")
    shutil.copytree(run.folder.parent.parent.parent, tmp_path / "reports")
    return tmp_path / "reports"


def test_a_run_leaves_its_page_figures_manifest_notebook_and_log(made):
    run = made("lao-cai", "2024-Q1", "vi")
    assert {path.name for path in run.folder.iterdir()} == {
        "page.html", "figures.json", "manifest.json", "notebook.ipynb", "log.txt",
    }  # fmt: skip
    out = run.folder.parent.parent.parent
    assert publish.target("2024-Q1", LAO_CAI, "vi", out=out).current == run


def test_figures_are_those_of_the_executed_notebook_and_its_checksum_stands_on_the_page(made):
    run = made("lao-cai", "2024-Q1", "vi")
    figures = json.loads((run.folder / "figures.json").read_text(encoding="utf-8"))
    assert figures["checksum"] in run.page.read_text(encoding="utf-8")
    assert figures["checksum"] in (run.folder / "notebook.ipynb").read_text(encoding="utf-8")
    assert len(figures["figures"]) > 50


def test_the_manifest_names_every_input_by_its_hash_and_no_moment_or_machine(made):
    manifest = json.loads((made("lao-cai", "2024-Q1", "vi").folder / "manifest.json").read_text(encoding="utf-8"))
    tables = {path.name for path in LAO_CAI.glob("*.csv")} | {"datapackage.json"}
    assert set(manifest["inputs"]) == tables
    assert all(len(digest) == 64 for digest in manifest["inputs"].values())
    assert str(ROOT) not in json.dumps(manifest)


def test_the_same_inputs_give_the_same_page_and_figures(made, tmp_path):
    first = made("lao-cai", "2024-Q1", "vi")
    second = report(out=tmp_path)
    for name in ("page.html", "figures.json", "manifest.json"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes(), name


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"perid": "2024-Q1"}, "period"),
        ({"area": "nowhere"}, "nowhere"),
        ({"tag": "no-such-tag"}, "no-such-tag"),
        ({"notebook": "../notebooks/quarterly_review"}, "../notebooks"),
        ({"period": "2024-Q9"}, "2024-Q9"),
        ({"period": "2031-Q1"}, "2031-Q1"),
        ({"data": ROOT / "docs"}, "datapackage.json"),
        ({"data": "no/such/folder"}, "no/such/folder"),
        ({"language": "fr"}, '"fr"'),
        ({"as_of": "yesterday"}, "yesterday"),
        ({"notebook": "no_such_notebook"}, "no_such_notebook"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_refused_before_anything_is_written(standing, wrong, sentence):
    before = files(standing)
    with pytest.raises(DxError) as refused:
        report(**{"out": standing, **wrong})
    assert sentence in str(refused.value) and "\n" not in str(refused.value)
    assert files(standing) == before


def test_a_broken_table_is_refused_before_anything_is_written(standing, package):
    (package / "observations.csv").write_text('indicator,area\n"unclosed', encoding="utf-8")
    before = files(standing)
    with pytest.raises(DxError) as refused:
        report(data=package, out=standing)
    assert "observations.csv" in str(refused.value)
    assert files(standing) == before


@pytest.mark.parametrize("cell", ["raise ValueError('told in one line')", "import os; os._exit(1)"])
def test_a_failing_notebook_leaves_the_last_good_report_current(standing, monkeypatch, tmp_path, cell):
    nb = nbformat.read(publish.NOTEBOOKS / "quarterly_review.ipynb", as_version=4)
    nb.cells.insert(4, nbformat.v4.new_code_cell(cell))
    nbformat.write(nb, tmp_path / "quarterly_review.ipynb")
    monkeypatch.setattr(publish, "NOTEBOOKS", tmp_path)
    before = files(standing)
    with pytest.raises(DxError) as failed:
        report(out=standing)
    assert "\n" not in str(failed.value)
    after = files(standing)
    assert {name: after.get(name) for name in before} == before
    left = {name.rsplit("/", 1)[-1] for name in set(after) - set(before)}
    assert "log.txt" in left and "page.html" not in left


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    (tmp_path / "reports").write_text("a file where the folder should be")
    with pytest.raises(DxError) as refused:
        report(out=tmp_path / "reports")
    assert "reports" in str(refused.value) and "\n" not in str(refused.value)


def test_a_run_that_waits_too_long_for_another_of_its_target_says_so(standing, monkeypatch):
    monkeypatch.setattr(publish, "WAIT_SECONDS", 0.1)
    wanted = publish.target("2024-Q1", LAO_CAI, "vi", out=standing)
    before = files(standing)
    with publish._alone(wanted), pytest.raises(DxError) as refused:
        publish.report(wanted)
    assert refused.value.code == "run_locked" and files(standing) == before
