"""A notebook's parameters are checked before anything else happens."""

import json
import pickle

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from dxlib import charts, notebook
from dxlib.drawing import LATER, SPEC
from dxlib.lines import Lines, Table, Text
from dxlib.manifest import SHOWN_FIGURES
from dxlib.messages import DxError
from tests.test_reviews import reviewed

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


# What a cell shows


def shown(*parts) -> list[str]:
    """The HTML of each output that showing the parts gives, "chart" for a chart."""
    with capture_output() as captured:
        notebook.show(*parts)
    return [output.data.get("text/html", "chart") if SPEC not in output.data else "chart" for output in captured.outputs]


def chart():
    return charts.bands(reviewed("2024-Q1"), "vi")


@pytest.fixture
def in_a_run(monkeypatch):
    monkeypatch.setenv(LATER, "later")
    InteractiveShell.instance()
    charts.enable()
    yield
    InteractiveShell.clear_instance()


def test_texts_and_tables_that_follow_each_other_are_one_output_and_each_chart_is_its_own(in_a_run):
    words, table = Lines([Text("a"), Text("b")]), Table("t", {"x": "X"}, [{"x": "1"}])
    found = shown(Text("T", "h2"), words, chart(), chart(), table, words)
    assert found[1:3] == ["chart", "chart"]
    assert found[0] == "<h2>T</h2>\n<p>a</p>\n<p>b</p>"
    assert found[3] == table._repr_html_() + "\n<p>a</p>\n<p>b</p>" and len(found) == 4


def test_a_heading_stays_only_where_something_stands_under_it(in_a_run):
    head = lambda text, level: Text(text, f"h{level}")  # noqa: E731
    (text,) = shown(head("Part", 2), head("Empty", 3), Lines(), head("Full", 3), Text("words"), head("Last", 3))
    assert text == "<h2>Part</h2>\n<h3>Full</h3>\n<p>words</p>"
    assert shown(head("Alone", 2)) == [] and shown(head("Alone", 2), Lines()) == [] and shown() == []
    assert shown(head("Over a chart", 2), chart())[0] == "<h2>Over a chart</h2>"


def test_an_analyst_shows_a_frame_among_them(in_a_run):
    title, table, words = shown(Text("Mine", "h2"), pd.DataFrame({"a": [1]}), Text("words"))
    assert (title, words) == ("<h2>Mine</h2>", "<p>words</p>") and "<table" in table
