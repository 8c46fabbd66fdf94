"""A notebook's parameters are checked before anything else happens."""

import json
import pickle

import pytest

from dxlib import charts, notebook
from dxlib.manifest import SHOWN_FIGURES
from dxlib.messages import DxError

DECLARATION = """period: "quarter" = "2024-Q1"
data: "folder" = "data/lao-cai"
language: "vi, en" = "vi"
as_of: "date, empty" = ""
area: "code, empty" = ""
tag: "code, empty" = ""
"""
GOOD = {"period": "2024-Q1", "data": "data/lao-cai", "language": "vi", "as_of": "", "area": "", "tag": ""}


def namespace(injected: str = "", **values) -> dict:
    """A kernel's namespace after its tagged cell and papermill's injected one."""
    return {**GOOD, **values, "In": ["", DECLARATION, f"# Parameters\n{injected}"]}


def test_good_parameters_give_the_review_and_the_language():
    review, language = notebook.start(namespace())
    assert (str(review.period), language) == ("2024-Q1", "vi")


@pytest.mark.parametrize(("name", "value"), [("period", 2024), ("as_of", None), ("language", 1), ("data", ["x"])])
def test_a_parameter_that_is_no_text_is_refused_by_name(name, value):
    with pytest.raises(DxError, match=name):
        notebook.start(namespace(**{name: value}))


def test_an_injected_name_that_is_not_declared_is_refused_with_the_nearest():
    with pytest.raises(DxError, match='"perid" .nearest: "period"'):
        notebook.start(namespace("perid = '2024-Q2'", perid="2024-Q2"))


def test_an_error_survives_pickling_in_both_languages(monkeypatch):
    error = pickle.loads(pickle.dumps(DxError("language", found="fr", known="vi, en")))
    assert "fr" in str(error)
    monkeypatch.setenv("DX_LANGUAGE", "vi")
    assert "Ngôn ngữ" in str(error)


def test_figures_carry_the_title_checksum_and_every_figure(lao_cai_q1):
    bundle = notebook.Figures(lao_cai_q1, "vi")._repr_mimebundle_()
    content = bundle[SHOWN_FIGURES]
    assert content["checksum"] in bundle["text/plain"]
    assert len(json.loads(content["figures"])) == len(lao_cai_q1.figures())
    assert content["illustrative"] == ""


def test_what_a_reader_may_pick_is_what_the_charts_rows_say(demo_review, lao_cai_q1):
    for language in ("vi", "en"):
        keys = [key for key, _ in notebook.focus(demo_review, language)]
        drawn = [charts.owners(demo_review, language), charts.pillars(demo_review, language), *charts.progress(demo_review, language)]
        rows = [row for chart in drawn for data in chart.to_dict()["datasets"].values() for row in data]
        named = {row[field] for row in rows for field in ("owner", "pillar") if field in row} - {"owner:", "pillar:"}
        assert len(keys) == len(set(keys)) and set(keys) == named
        assert all(name and name.strip() for _, name in notebook.focus(demo_review, language))
        assert all(key.startswith(("owner:", "pillar:")) and key.partition(":")[2] for key in keys)
    assert [key for key, _ in notebook.focus(lao_cai_q1, "vi") if key.startswith("owner:")] == []
