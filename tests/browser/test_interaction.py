"""Where scripts run, charts answer: each comes alive as it is seen, tells its figures, and one pick shows in all."""

import pytest

from tests.browser.test_page import drawn_marks, expected_marks, layers, run, specs  # noqa: F401 (a fixture)

pytestmark = pytest.mark.browser


def alive(page):
    """The page with all of its charts come alive, as a reader who scrolls through it sees them."""
    for place in page.locator("[data-chart]").all():
        place.scroll_into_view_if_needed()
        place.locator(".vega-embed svg").wait_for()
    page.evaluate("scrollTo(0, 0)")
    return page


def bars(page, number: int):
    """The bars of a chart that is alive."""
    return page.locator(f"[data-chart='{number}'] g.role-mark.layer_1_marks > path")


def picked(page) -> list[list[float]]:
    """By chart: how much of each of its bars is seen."""
    page.wait_for_timeout(50)
    return page.evaluate(
        """() => [...document.querySelectorAll("[data-chart]")].map(place =>
            [...place.querySelectorAll("g.role-mark.layer_1_marks > path")].map(bar => Number(bar.getAttribute("opacity") ?? 1)))"""
    )


def rows_seen(run, key: str) -> list[list[float]]:
    """What `picked` should find: bars of other agencies and fields stand back, in every chart that says whose they are."""
    found = []
    for spec in specs(run):
        rows = layers(spec)[1][1]
        whose = [{row[field] for field in ("owner", "pillar") if field in row} for row in rows]
        found.append([1.0 if not of or not key or key in of else 0.25 for of in whose])
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_chart_comes_alive_with_as_many_marks_and_nothing_scrolls_sideways(opened, run, scheme):
    page = alive(opened(run.page, width=360, height=640, color_scheme=scheme))
    drawn, wanted = drawn_marks(page), specs(run)
    assert len(drawn) == len(wanted) > 1
    for marks, spec in zip(drawn, wanted):
        assert marks == expected_marks(spec), spec["description"]
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for details in page.locator("details").all():
            details.evaluate("element => { element.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.requests == [run.page.as_uri()] and page.complaints == []


def test_a_picked_agency_or_field_stands_out_in_every_chart(opened, made):
    run = made("demo-province", "2024-Q1", "vi")
    page = alive(opened(run.page))
    offered = page.locator("#focus option").evaluate_all("all => all.map(option => option.value)")
    assert offered[0] == "" and len(offered) > 12
    assert picked(page) == rows_seen(run, "")
    for key in ("owner:vp-ubnd", "pillar:xa-hoi-so", "owner:dn-vien-thong", ""):
        page.select_option("#focus", key)
        assert picked(page) == rows_seen(run, key)
        if key:
            assert any(0.25 in seen for seen in picked(page))
    assert page.complaints == []


def test_what_is_picked_before_a_chart_comes_alive_is_picked_in_it_too(opened, made):
    run = made("demo-province", "2024-Q1", "vi")
    page = opened(run.page, height=400)
    page.select_option("#focus", "owner:so-tttt")
    alive(page)
    assert picked(page) == rows_seen(run, "owner:so-tttt")


def test_the_picker_is_reached_and_used_by_keyboard(opened, made):
    run = made("demo-province", "2024-Q1", "en")
    page = alive(opened(run.page))
    page.locator("nav.contents a").last.focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "focus":
            break
    assert page.evaluate("document.activeElement.id") == "focus"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"  # it is seen where one is
    page.keyboard.press("ArrowDown")
    first = page.locator("#focus option").nth(1).get_attribute("value")
    assert page.input_value("#focus") == first
    assert picked(page) == rows_seen(run, first)
    page.keyboard.press("Home")
    assert picked(page) == rows_seen(run, "")


def test_a_click_on_a_bar_picks_its_agency_and_a_second_one_lets_it_go(opened, made):
    run = made("demo-province", "2024-Q1", "vi")
    page = alive(opened(run.page))
    number, rows = next((n, layers(spec)[1][1]) for n, spec in enumerate(specs(run)) if "owner" in layers(spec)[1][1][0])
    bar = bars(page, number).first
    for wanted in (rows[0]["owner"], ""):
        bar.click()
        assert page.input_value("#focus") == wanted
        assert picked(page) == rows_seen(run, wanted)


def test_a_bar_tells_its_figures_in_a_tooltip(opened, run):
    page = alive(opened(run.page))
    for number, spec in enumerate(specs(run)):
        bar = bars(page, number).first
        bar.scroll_into_view_if_needed()
        box = bar.bounding_box()
        page.mouse.move(box["x"] + 6, box["y"] + 6)
        tip = page.locator("#vg-tooltip-element.visible")
        tip.wait_for()
        assert tip.inner_text().split() == layers(spec)[1][1][0]["tip"].replace("\u200b", "").split()
    assert page.complaints == []
