"""A package whose every text is hostile: in the browser nothing of it runs, and it is shown as it was written."""

import json

import pytest

from tests.browser import packages
from tests.browser.packages import HOSTILE
from tests.browser.test_page import specs
from tests.test_tables import WORDS

pytestmark = pytest.mark.browser

SHOWN = {  # columns that the page shows, by table
    "indicators": "name", "owners": "short", "areas": "name", "tasks": "name", "decisions": "text", "explanations": "cause",
}  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return packages.hostile(tmp_path_factory.mktemp("hostile") / "package")


@pytest.fixture(params=["vi", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture
def run(made, folder, language):
    return made(str(folder), "2024-Q1", language)


@pytest.fixture
def page(opened, run):
    page = opened(run.page)
    page.dialogs = []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.context.on("page", lambda other: page.dialogs.append(other.url) if other != page else None)
    return page


def nothing_ran(page, run) -> None:
    assert page.evaluate("window.__hit") is None
    assert page.dialogs == [] and page.complaints == []
    assert page.requests == [run.page.as_uri()] and page.url.split("#")[0] == run.page.as_uri()


def test_nothing_runs_whatever_a_reader_does(page, run):
    page.wait_for_timeout(100)
    nothing_ran(page, run)
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true; }")
    for place in page.locator("[data-chart]").all():
        place.scroll_into_view_if_needed()
        place.locator(".vega-embed svg").wait_for()
    nothing_ran(page, run)
    for key in page.locator("#focus option").evaluate_all("all => all.map(option => option.value)")[:6]:
        page.select_option("#focus", key)
    told = 0
    for number, _ in enumerate(specs(run)):
        for bar in page.locator(f"[data-chart='{number}'] g.role-mark.layer_1_marks > path").all()[:4]:
            bar.scroll_into_view_if_needed()
            box = bar.bounding_box()
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 6)
            told += page.locator("#vg-tooltip-element.visible").count()
    assert told > 20
    tip = page.locator("#vg-tooltip-element")
    assert tip.evaluate("element => element.querySelectorAll('script, img, svg, iframe, a, b, style').length") == 0
    page.mouse.click(5, 5)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    nothing_ran(page, run)


def test_no_element_or_attribute_comes_from_a_text(page, run):
    found = page.evaluate(
        """() => ({
            scripts: document.querySelectorAll("script").length,
            foreign: [...document.querySelectorAll("img, iframe, object, embed, base, link, math, foreignObject, video, audio, animate, set, b, input, textarea, template")].length,
            metas: document.querySelectorAll("meta").length, styles: document.querySelectorAll("head > style:not([id^=vega-])").length,
            forms: document.querySelectorAll("form:not(.vega-bindings)").length, mains: document.querySelectorAll("body > main").length,
            handlers: [...document.querySelectorAll("*")].flatMap(e => [...e.attributes].map(a => a.name))
                .filter(name => name.startsWith("on") || name === "srcdoc" || name === "autofocus").length,
            styled: document.querySelectorAll("main [style]:not([data-chart] *)").length,
            leading: [...document.querySelectorAll("[href], [src], [action], [formaction]")]
                .map(e => e.getAttribute("href") ?? "?").filter(to => !/^#[a-z0-9._-]+$/i.test(to)).length,
            comments: document.createNodeIterator(document.body, NodeFilter.SHOW_COMMENT).nextNode() === null })"""
    )
    assert found == {"scripts": 3, "foreign": 0, "metas": 5, "styles": 2, "forms": 1, "mains": 1, "handlers": 0, "styled": 0,
                     "leading": 0, "comments": True}  # fmt: skip
    nothing_ran(page, run)


def test_every_class_of_text_is_shown_as_it_was_written(page, folder, language):
    shown = " ".join(page.evaluate("document.querySelector('main').textContent").split())
    lost = []
    for table, column in SHOWN.items():
        column = f"{column}_{language}" if f"{column}_{language}" in WORDS[table] else column
        lost += [(table, row[column]) for row in packages.rows_of(folder, table) if " ".join(row[column].split()) not in shown]
    # Not every cause, task or area is on the page of one quarter; every class of text is.
    missing = {text for text in HOSTILE if not any(" ".join(f"{text} {n}".split()) in shown for n in range(50))}
    assert missing == set() and "{{7*7}}" in shown and len(lost) < 60
    assert all(table in ("explanations", "owners", "decisions") for table, _ in lost), lost[:3]


def test_names_of_the_page_itself_hold_nothing_hostile(page, run, folder, language):
    place = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["dx"]["place"][language]
    assert " ".join(page.title().split()).endswith(f" - {' '.join(place.split())}")
    assert page.evaluate("document.documentElement.lang") == language
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids)) and not any("hit" in name for name in ids)
    options = page.locator("#focus option").all_inner_texts()
    assert any("__hit" in option for option in options)


def test_without_scripts_it_stands_and_in_print_too(opened, run):
    page = opened(run.page, java_script_enabled=False)
    assert page.locator("figure.chart svg").count() == len(specs(run))
    page.emulate_media(media="print")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    assert page.requests == [run.page.as_uri()] and page.complaints == []


def test_what_would_run_does_run_where_nothing_holds_it_back(opened, tmp_path):
    """The strings bite: as markup, in a page without a policy."""
    path, hit = tmp_path / "page.html", 0
    path.write_text("<!doctype html><title>t</title><body>", encoding="utf-8")
    page = opened(path)
    for text in (text for text in HOSTILE if "refresh" not in text):  # that one leads away, as it should
        path.write_text(f'<!doctype html><title>t</title><body><p title="{text}">{text}</p>', encoding="utf-8")
        page.reload()
        hit += page.evaluate("window.__hit") == 1
    assert hit >= 6
