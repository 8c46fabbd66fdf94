"""What paper and pictures are made of, in a real browser."""

import re

import pytest

from dxlib import forms
from tests.browser import packages
from tests.browser.test_page import SIZES

pytestmark = pytest.mark.browser


def test_a_sheets_picture_shows_that_sheet_by_the_rules_of_paper(opened, tmp_path):
    path = tmp_path / "page.html"
    page = """<!doctype html><html><head><title>t</title><style media="print">
      @page { size: A4; margin: 14mm 12mm; } h1 { color: rgb(1, 2, 3); }</style></head><body><header>no</header><main>
      <nav>no</nav><section class="part sheet-1"><h1>yes</h1><div><p>yes</p></div></section>
      <section class="part sheet-2">no</section><details>no</details></main><script>document.title = "ran"</script></body></html>"""
    path.write_text(forms.only_sheet(page, "sheet-1"), encoding="utf-8")
    shown = opened(path, width=794)
    assert shown.inner_text("body").split() == ["yes", "yes"]
    assert shown.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
    assert shown.evaluate("getComputedStyle(document.body).paddingTop") == "52.9134px"
    assert shown.title() == "t"


@pytest.mark.parametrize("night", ["(prefers-color-scheme: dark)", "screen and (prefers-color-scheme: dark)"])
def test_a_sheets_picture_says_what_paper_says_in_its_margin_and_stays_light(opened, tmp_path, night):
    path = tmp_path / "page.html"
    said = 'DỰ THẢO · "made" } up \\ </style>'
    page = """<!doctype html><html><head><title>t</title><style>@media NIGHT { h1 { color: rgb(9, 9, 9); } }</style>
      </head><body><section class="sheet-1"><h1>x</h1></section></body></html>""".replace("NIGHT", night)
    path.write_text(forms.only_sheet(page, "sheet-1", said), encoding="utf-8")
    shown = opened(path, width=794, color_scheme="dark")
    style = "getComputedStyle(document.body, '::before').content"
    assert shown.evaluate(f"JSON.parse({style})") == said
    assert shown.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(9, 9, 9)"


# What a run's page is on paper

PRINTED = [
    ("demo-province", "2024-Q1", "vi"),
    ("demo-province", "2024-Q1", "en"),
    ("demo-province", "2024-Q2", "vi"),
    ("demo-province", "2024-Q3", "vi"),
    ("lao-cai", "2024-Q1", "vi"),
    ("longest", "2024-Q1", "vi"),
    ("longest", "2024-Q1", "en"),
]
PARTS = ("sheet-1", "sheet-2", "report", "annex")
A4, LANDSCAPE = (595, 842), (842, 595)


@pytest.fixture(scope="session")
def longest(tmp_path_factory):
    return str(packages.longest(tmp_path_factory.mktemp("longest") / "package"))


@pytest.fixture(params=PRINTED, ids="-".join)
def printed(request, made, longest, opened):
    """A run's page as paper shows it, before a browser prints it."""
    package, period, language = request.param
    page = opened(made(longest if package == "longest" else package, period, language).page, java_script_enabled=False)
    page.emulate_media(media="print")
    return page


def pages(page, part: str = "") -> list[tuple[int, int]]:
    """The sizes of the pages that a browser prints, in points; of one part of the report, without the others."""
    hidden = ", ".join(f".{other}" for other in PARTS if part and other != part)
    page.evaluate(
        """hidden => {
            document.querySelector("#only")?.remove();
            const style = Object.assign(document.createElement("style"), { id: "only" });
            style.textContent = hidden ? `${hidden} { display: none !important }` : "";
            document.head.append(style);
        }""",
        hidden,
    )
    content = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/Type\s*/Page\b[^s].*?/MediaBox\s*\[\s*([\d. ]+)\]", content, re.DOTALL)
    return [tuple(round(float(edge)) for edge in box.split()[2:]) for box in boxes]


def test_a_report_begins_with_two_sheets_of_one_page_each_and_its_annexes_lie_across(printed):
    assert [pages(printed, sheet) for sheet in ("sheet-1", "sheet-2")] == [[A4], [A4]]
    report, annex, whole = pages(printed, "report"), pages(printed, "annex"), pages(printed)
    assert set(report) == {A4} and set(annex) == {LANDSCAPE}
    assert whole == [A4, A4, *report, *annex]


def test_no_text_on_paper_is_smaller_than_12_pt_and_none_is_cut_off(printed):
    printed.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins
    assert printed.evaluate(SIZES, "section.part:not(.annex)") == []
    wide = printed.evaluate(
        """() => [...document.querySelectorAll(".sheet-1 *, .sheet-2 *, .report *")].filter(e => !e.closest("svg"))
            .filter(e => e.getBoundingClientRect().right > 704.5).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []


def test_what_a_reader_has_picked_on_the_screen_is_not_seen_on_paper(opened, made):
    page = opened(made("demo-province", "2024-Q1", "vi").page)
    for place in page.locator("[data-chart]").all():
        place.scroll_into_view_if_needed()
        place.locator(".vega-embed svg").wait_for()
    page.select_option("#focus", "owner:so-tttt")
    page.locator("[data-chart] [opacity='0.25']").first.wait_for(state="attached")
    page.emulate_media(media="print")
    seen = page.evaluate("[...document.querySelectorAll('[data-chart] [opacity]')].map(bar => getComputedStyle(bar).opacity)")
    assert set(seen) == {"1"}
    assert [pages(page, sheet) for sheet in ("sheet-1", "sheet-2")] == [[A4], [A4]]  # come alive, charts take as much room
