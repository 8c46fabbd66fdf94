"""The page that lists all reports, in a real browser: it is found in, and runs nothing that it was given."""

import json

import pytest

from dxlib import shelf
from tests.test_shelf import put

pytestmark = pytest.mark.browser

HOSTILE = [
    "<script>document.title='ran'</script>",
    '"><img src=x onerror="document.title=\'ran\'">',
    "' onmouseover='document.title=`ran`' x='",
    "javascript:document.title='ran'",
    "</script><script>document.title='ran'</script>",
    "</style><svg/onload=document.title='ran'>",
    "{{ ''.__class__ }}{% for x in [1] %}x{% endfor %}{# gone #}",
    "-->]]><!--<b>",
    "\u202egpj.exe\u202c \u2066x\u2069",
    "a\x00b\x1b[31mc\x7f",
    "&lt;script&gt;&#x3c;b&#x3e;",
    "expression(document.title='ran') url(https://example.org/x)",
]


@pytest.fixture
def listed(tmp_path):
    for period in ("2023-Q4", "2024-Q1"):
        for language, place in (("vi", "Tỉnh Lào Cai"), ("en", "Lào Cai Province")):
            put(tmp_path, period, language, place=place)
    put(tmp_path, package="demo", place="Tỉnh Đồng Minh Họa với một cái tên dài" * 3, illustrative="SỐ LIỆU MINH HỌA")
    put(tmp_path, package="x" * 60, area="10001", slice="Xã " + "A" * 80)
    return shelf.refresh(tmp_path)


def shown(page) -> int:
    return page.locator("#reports > li:visible").count()


def test_what_is_typed_without_marks_finds_what_has_them(opened, listed):
    page = opened(listed)
    assert shown(page) == 4
    for words, count in (("lao cai 2023", 1), ("LÀO CAI province q1", 1), ("dong minh", 1), ("nowhere", 0), ("", 4)):
        page.fill("#words", words)
        assert (shown(page), page.inner_text("#shown")) == (count, str(count)), words


def test_enter_in_the_search_leads_nowhere(opened, listed):
    page = opened(listed)
    page.fill("#words", "lao")
    page.press("#words", "Enter")
    assert page.url == listed.as_uri() and page.requests == [listed.as_uri()] and page.complaints == []


def test_without_scripts_it_is_a_plain_list(opened, listed):
    page = opened(listed, java_script_enabled=False)
    assert shown(page) == 4 and not page.locator("#search").is_visible()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_scrolls_sideways(opened, listed, width):
    page = opened(listed, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_links_open_the_reports(opened, listed):
    page = opened(listed)
    page.click("#reports h2 a >> nth=0")
    assert page.url.endswith("/page.html") and "error" not in page.url


@pytest.mark.parametrize("sink", ["place", "slice", "state", "illustrative", "checksum", "package", "area", "label"])
def test_hostile_text_stays_text(opened, tmp_path, sink):
    for number, text in enumerate(HOSTILE):
        path = put(tmp_path, f"20{10 + number}-Q1") / "figures.json"
        bands = [{"band": text, "label": text, "count": 3}]
        given = {"bands": bands} if sink == "label" else {sink: text}
        path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **given}), encoding="utf-8")
    page = opened(shelf.refresh(tmp_path))
    title = page.title()
    page.mouse.move(200, 300)
    page.fill("#words", "20")
    page.fill("#words", "")
    assert shown(page) == len(HOSTILE)
    assert page.title() == title and "ran" not in title
    assert page.complaints == [] and len(page.requests) == 1
    assert page.evaluate("document.querySelectorAll('img, script:not(body > script), iframe, b b').length") == 0
    if sink == "place":
        first = page.locator("#reports h2 bdi").last
        assert first.inner_text() == HOSTILE[0]
