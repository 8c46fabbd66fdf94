"""Pages can be read by everyone: axe-core finds no violation of WCAG 2.2 AA, at any width, by day and by night."""

import os

import pytest

from dxlib import shelf
from tests.browser.tools import installed
from tests.test_shelf import put

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [("lao-cai", "2024-Q1", "en"), ("demo-province", "2024-Q1", "vi")]


@pytest.fixture(scope="session")
def axe(tmp_path_factory) -> str:
    """The source of axe-core."""
    package = installed("axe-core")
    if package is None:
        reason = "axe-core cannot be installed (npm is needed, once, with its registry)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return (package / "axe.min.js").read_text(encoding="utf-8")


def violations(page, axe: str) -> set[str]:
    """What axe-core finds wrong, with the first element concerned: as the page opens, and once all is unfolded and seen.

    Evaluated from outside, past the page's policy.
    """
    page.add_style_tag(content="* { content-visibility: visible !important }")  # axe-core cannot tell what is over what
    page.evaluate(axe)
    found = _found(page)
    page.evaluate("document.querySelectorAll('details').forEach(folded => folded.open = true)")
    for down in range(0, page.evaluate("document.documentElement.scrollHeight"), 600):
        page.evaluate(f"window.scrollTo(0, {down})")
    page.wait_for_timeout(500)
    return found | _found(page)


def _found(page) -> set[str]:
    told = page.evaluate(f"axe.run(document, {{runOnly: {RULES}, resultTypes: ['violations']}})")
    return {
        f"{item['id']} ({item['impact']}): {item['nodes'][0]['html'][:200]} {item['nodes'][0]['failureSummary']}"
        for item in told["violations"]
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("which", PAGES, ids="-".join)
def test_the_page_has_no_violation(opened, made, axe, which, width, scheme):
    assert violations(opened(made(*which).page, width=width, color_scheme=scheme), axe) == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_list_of_reports_has_no_violation(opened, axe, tmp_path, width, scheme):
    for language in ("vi", "en"):
        put(tmp_path, language=language)
    put(tmp_path, "2023-Q4", package="demo", illustrative="SỐ LIỆU MINH HỌA", area="10001", slice="Xã A")
    assert violations(opened(shelf.refresh(tmp_path), width=width, color_scheme=scheme), axe) == set()


def test_an_empty_list_has_no_violation_either(opened, axe, tmp_path):
    assert violations(opened(shelf.refresh(tmp_path)), axe) == set()


def test_what_is_wrong_is_found(opened, axe, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<html><body><img src='data:,'><input><p style='color:#ddd;background:#fff'>pale</p></body></html>")
    found = " ".join(violations(opened(path), axe))
    for rule in ("html-has-lang", "image-alt", "label", "color-contrast", "document-title"):
        assert rule in found
