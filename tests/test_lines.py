"""Laws of lines: plain strings to Python, escaped HTML to a notebook."""

import html
import pickle
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib.lines import Lines, Text


class Reader(HTMLParser):
    """What a browser would take from a piece of HTML."""

    def __init__(self, markup: str):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@given(st.text())
def test_a_line_is_its_text(text):
    line = Text(text, "h2", role="title")
    assert line == text and str(line) == text and f"{line}" == text and len(line) == len(text)


@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])), st.sampled_from(["p", "li", "h1"]))
def test_a_browser_reads_a_line_as_one_element_with_its_text(text, tag):
    page = Reader(Text(text, tag)._repr_html_())
    assert page.tags == [(tag, {})]
    assert page.text == text


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "a & b", "</p><b>", '"quoted"', "&lt;", "<!-- x", "{{ 7*7 }}", "số liệu < kế hoạch"],
)
def test_markup_in_data_stays_text(text):
    page = Reader(Text(text)._repr_html_())
    assert page.tags == [("p", {})] and page.text == text


def test_a_role_becomes_a_class_and_none_becomes_nothing():
    assert Text("x", role="note")._repr_html_() == '<p class="note">x</p>'
    assert Text("x", "h2")._repr_html_() == "<h2>x</h2>"


@given(st.lists(st.text(), max_size=5))
def test_lines_are_a_tuple_shown_one_under_the_other(texts):
    lines = Lines(Text(text) for text in texts)
    assert list(lines) == texts
    assert str(lines) == repr(lines) == "\n".join(texts)
    assert lines._repr_html_() == "\n".join(f"<p>{html.escape(text)}</p>" for text in texts)


def test_items_stand_in_one_list_and_only_items_do():
    item, line = Text("a", "li"), Text("b")
    assert [tag for tag, _ in Reader(Lines([item, item])._repr_html_()).tags] == ["ul", "li", "li"]
    assert "ul" not in [tag for tag, _ in Reader(Lines([line, line])._repr_html_()).tags]
    assert Lines([])._repr_html_() == ""


def test_a_line_survives_pickling_with_its_element():
    line = pickle.loads(pickle.dumps(Text("x", "h3", "note")))
    assert (line, line.tag, line.role) == ("x", "h3", "note")
