"""Charts are drawn once, and the same; a cache that cannot be used is done without."""

import os
import re
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dxlib import drawing
from dxlib.messages import DxError

SPEC = {
    "data": {"values": [{"a": "Tỉnh", "b": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "b", "type": "quantitative"}},
}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(drawing.CACHE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def chart(spec: dict = SPEC, **data) -> nbformat.NotebookNode:
    output = new_output("display_data", data={drawing.SPEC: spec, **data})
    return new_notebook(cells=[new_code_cell("chart", outputs=[output])])


def drawn(nb) -> str:
    drawing.draw(nb)
    return nb.cells[0].outputs[0].data[drawing.SVG]


def test_the_same_chart_is_the_same_svg_drawn_or_cached(cache):
    first = drawn(chart())
    assert first == drawn(chart()) == drawing.svg(SPEC) and first.startswith("<svg")
    assert len(list(cache.iterdir())) == 1


def test_a_run_that_was_not_drawn_before_has_the_library_made_ready_and_one_that_was_does_not(cache, monkeypatch):
    asked, real = [], drawing.svg
    monkeypatch.setattr(drawing, "svg", lambda spec: asked.append(spec) or real(spec))

    def run(what, nb):
        with drawing.Drawer(what) as drawer:
            drawer.begin(nb.cells[0].outputs[0])
            drawer.finish()
        return len(asked)

    assert run("2024-Q1", chart()) == 2  # made ready, then drawn
    assert run("2024-Q1", chart()) == 2  # from the cache
    assert run("2024-Q1", chart({**SPEC, "width": 90})) == 3  # other data in the same run
    assert run("2024-Q2", chart()) == 4  # another run is made ready, its chart happens to be known


def test_a_chart_that_has_its_svg_keeps_it(cache):
    assert drawn(chart(**{drawing.SVG: "<svg>mine</svg>"})) == "<svg>mine</svg>"


@pytest.mark.parametrize("content", [b"", b"<svg>cut off", b"\xff\xfe", b"<html></svg>"])
def test_a_damaged_cache_is_drawn_again(cache, content):
    good = drawn(chart())
    (file,) = cache.iterdir()
    file.write_bytes(content)
    assert drawn(chart()) == good == file.read_text(encoding="utf-8")


def test_without_a_cache_or_with_one_that_cannot_be_written_charts_are_drawn(monkeypatch, tmp_path):
    monkeypatch.setenv(drawing.CACHE, "")
    assert drawing.cache_folder() is None and drawn(chart()).startswith("<svg")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(drawing.CACHE, str(tmp_path / "file"))
    assert drawn(chart()).startswith("<svg")


def test_the_drawings_used_longest_ago_go_first(cache):
    cache.mkdir()
    for age in range(5):
        (cache / f"{age}.svg").write_bytes(b"x" * 100)
        os.utime(cache / f"{age}.svg", (1000 - age, 1000 - age))
    drawing.prune(keep=250)
    assert sorted(path.name for path in cache.iterdir()) == ["0.svg", "1.svg"]


def test_a_chart_that_cannot_be_drawn_is_one_sentence(cache):
    with pytest.raises(DxError) as refused:
        drawn(chart({"mark": "no such mark"}))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("given", "left"), [("later", True), ("", False), ("now", False)])
def test_only_a_run_leaves_drawing_for_later(monkeypatch, given, left):
    monkeypatch.setenv(drawing.LATER, given)
    assert drawing.is_left_to_the_run() is left


def width(text: str) -> float:
    """How wide a chart is beside whose bar a text stands."""
    axis = {"labelFont": "Liberation Sans, Arial", "labelFontSize": 100, "labelLimit": 10_000, "title": None}
    encoding = {"y": {"field": "a", "type": "nominal", "axis": axis}}
    picture = drawing.svg({"data": {"values": [{"a": text}]}, "mark": "bar", "encoding": encoding})
    return float(re.search(r'width="([0-9.]+)"', picture)[1])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the machine's fonts count too")
def test_a_letter_is_as_wide_with_its_marks_as_without_whatever_fonts_the_machine_has():
    for plain, marked in (("TYLE", "TỶLỆ"), ("quy", "quỷ"), ("EA", "ẾẰ"), ("chi tieu", "chỉ tiêu")):
        assert width(marked) == width(plain)


def test_drawing_leaves_the_fonts_of_what_is_started_alone(monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "mine.conf")
    drawing._library.__wrapped__()
    assert os.environ["FONTCONFIG_FILE"] == "mine.conf"
    monkeypatch.delenv("FONTCONFIG_FILE")
    drawing._library.__wrapped__()
    assert "FONTCONFIG_FILE" not in os.environ
