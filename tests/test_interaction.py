"""What makes charts answer: JSON that cannot leave its element, scripts that their hashes name, one bundle for all pages."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib import drawing, interaction
from tests.test_charts import charts_of, hostile  # noqa: F401 (a fixture)

BREAKS = ["</script>", "</SCRIPT >", "<!--", "<!-- <script>", "-->", "]]>", "\u2028", "\u2029", "\\", '"', "<\\/script>", "&lt;/script&gt;"]
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(st.sampled_from(BREAKS) | st.text(max_size=3)).map("".join)
content = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


class Page(HTMLParser):
    """The elements that a browser finds, and the text of its script elements."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags, self.scripts, self._inside = [], [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self._inside = tag == "script"
        self.scripts += [""] if self._inside else []

    def handle_endtag(self, tag):
        self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.scripts[-1] += data


@pytest.fixture(autouse=True)
def fresh():
    """A bundle that is not yet in memory, and is not kept from one test to the next."""
    interaction.bundle.cache_clear()
    yield
    interaction.bundle.cache_clear()


@given(content)
def test_json_in_the_page_is_the_same_content_and_cannot_close_its_element(value):
    text = interaction.in_html(value)
    assert json.loads(text) == value
    assert "<" not in text and not re.search("[\u2028\u2029]", text)
    page = Page(f"<body><script type='application/json'>{text}</script><p>after</p></body>")
    assert page.tags == ["body", "script", "p"] and json.loads(page.scripts[0]) == value


def test_hostile_charts_stay_inside_their_element(hostile):  # noqa: F811
    specs = [chart.to_dict() for name in ("headlines", "progress", "owners", "areas") for chart in charts_of(name, hostile, "vi")]
    given_page = interaction.scripts(specs)["specs"]
    assert "<script>alert" not in given_page and "\\u003cscript>alert" in given_page
    assert [spec["description"] for spec in json.loads(given_page)] == [spec["description"] for spec in specs]
    assert not any("usermeta" in spec for spec in json.loads(given_page))  # the page has it as text already


def test_each_script_is_named_by_its_hash_and_none_is_needed_without_charts():
    made = interaction.scripts([{"mark": "bar"}])
    named = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in made["scripts"]]
    assert made["policy"].split() == named and len(named) == 2
    assert interaction.scripts([]) == {"specs": "", "scripts": [], "policy": "'none'"}


def test_no_script_can_close_its_element_or_asks_for_anything():
    bundle, own = interaction.scripts([{}])["scripts"]
    for text in (bundle, own):
        assert "</script" not in text.lower()
        assert Page(f"<script>{text}</script><p>x</p>").tags == ["script", "p"]
    assert not re.search(r"\b(eval|fetch|XMLHttpRequest|import|innerHTML|document\.write|localStorage)\b|new Function", own)
    assert "ast: true" in own  # expressions are interpreted, never compiled


def test_the_bundle_is_made_once_and_then_taken_from_disk(tmp_path, monkeypatch):
    monkeypatch.setenv(drawing.CACHE, str(tmp_path / "svg"))
    first = interaction.bundle()
    (kept,) = tmp_path.glob("vega-*.js")
    interaction.bundle.cache_clear()
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda *_, **__: pytest.fail("made again"))
    assert interaction.bundle() == first
    assert kept.read_text(encoding="utf-8").startswith(first)


@pytest.mark.parametrize("damage", [lambda text: text[:1000], lambda text: text.replace("vega", "evil", 1), lambda text: ""])
def test_a_damaged_bundle_is_made_again(tmp_path, monkeypatch, damage):
    monkeypatch.setenv(drawing.CACHE, str(tmp_path / "svg"))
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda *_, **__: "vega = 1; \"</script>\"")
    first = interaction.bundle()
    assert first == "vega = 1; \"<\\/script>\""
    (kept,) = tmp_path.glob("vega-*.js")
    kept.write_text(damage(kept.read_text(encoding="utf-8")), encoding="utf-8")
    interaction.bundle.cache_clear()
    assert interaction.bundle() == first


def test_a_cache_that_cannot_be_used_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda *_, **__: "vega")
    for folder in (str(tmp_path / "file" / "svg" / "deep"), ""):
        monkeypatch.setenv(drawing.CACHE, folder)
        interaction.bundle.cache_clear()
        assert interaction.bundle() == "vega"
