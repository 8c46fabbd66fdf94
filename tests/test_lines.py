"""Laws of lines: plain strings to Python, escaped HTML to a notebook."""

import html
import pickle
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib.lines import Lines, Shaded, Table, Text, Traced, captioned
from dxlib.names import anchor


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


# Tables

SAFE = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(SAFE, SAFE), min_size=1, max_size=4), SAFE, SAFE)
def test_a_browser_reads_every_cell_with_its_heading_and_what_stands_under_its_row(cells, head, note):
    rows = [{"a": a, "b": b} for a, b in cells]
    page = Reader(Table("t", {"a": head, "b": "B"}, rows, below=("b",), note=note)._repr_html_())
    tags = [tag for tag, _ in page.tags]
    under = sum(b not in ("", "-") for _, b in cells)
    assert tags.count("tr") == 1 + len(rows) + under and tags.count("th") == 1
    labels = [attributes["data-label"] for tag, attributes in page.tags if "data-label" in attributes]
    assert labels == [text for _, b in cells for text in (head, *(["B"] if b not in ("", "-") else []))]
    assert tags.count("p") == bool(note)
    assert set(tags) <= {"div", "table", "thead", "tbody", "tr", "th", "td", "p"}


def test_a_row_has_its_place_and_a_traced_cell_leads_there():
    name = '"><script>'
    table = Table("t", {"a": "A"}, [{"a": Traced("<1>", name)}, {"a": "2"}], ids=[name, "plain"])
    page = Reader(table._repr_html_())
    places = [attributes["id"] for tag, attributes in page.tags if tag == "tr" and "id" in attributes]
    assert places == [anchor(name), anchor("plain")]
    assert [attributes["href"] for tag, attributes in page.tags if tag == "a"] == [f"#{places[0]}"]
    assert "<1>" in page.text


@given(SAFE, SAFE)
def test_a_cell_on_its_shade_says_so_and_stays_text(text, shade):
    page = Reader(Table("t", {"a": "A"}, [{"a": Shaded(text, shade)}])._repr_html_())
    (cell,) = [attributes for tag, attributes in page.tags if tag == "td"]
    assert cell["class"] == f"shade-{shade}" and text in page.text


def test_a_number_is_set_to_the_right_with_its_heading():
    page = Reader(Table("t", {"a": "A", "b": "B"}, [{"a": "1", "b": "2"}], frozenset({"b"}))._repr_html_())
    classes = [(tag, attributes.get("class")) for tag, attributes in page.tags if tag in ("th", "td")]
    assert classes == [("th", None), ("th", "number"), ("td", None), ("td", "number")]


@given(SAFE, SAFE, SAFE, SAFE)
def test_a_chart_is_told_drawn_explained_and_shown_as_figures(title, measure, cell, words):
    about = {"title": title, "subtitle": measure, "unfold": "more", "legend": [["0", words]], "heads": ["h"], "rows": [[cell]] * 3}
    page = Reader(captioned({"description": title, "usermeta": {"dx": about}}, "<svg></svg>", 4))
    tags = [tag for tag, _ in page.tags]
    assert tags[:4] == ["figure", "figcaption", "strong", "span"] and tags.count("td") == 3
    (stage,) = [attributes for _, attributes in page.tags if attributes.get("role") == "img"]
    assert stage == {"class": "drawing", "role": "img", "aria-label": title, "data-chart": "4"}
    assert set(tags) <= {"figure", "figcaption", "strong", "span", "div", "svg", "ul", "li", "i", "details", "summary",
                         "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert all(part in page.text for part in (title, measure, cell, words))


def test_a_chart_that_is_not_ours_is_its_drawing_and_its_words():
    page = Reader(captioned({"description": '"><script>'}, "<svg></svg>"))
    assert [tag for tag, _ in page.tags] == ["figure", "div", "svg"]
    assert page.tags[1][1]["aria-label"] == '"><script>' and "data-chart" not in page.tags[1][1]
    assert [tag for tag, _ in Reader(captioned({"usermeta": None}, "<svg></svg>")).tags] == ["figure", "div", "svg"]
