"""What the rendered page holds to, in a real browser."""

import json

import nbformat
import pytest

from tests.browser import packages

pytestmark = pytest.mark.browser

PAGES = [
    ("lao-cai", "2024-Q1", "vi"),
    ("lao-cai", "2024-Q1", "en"),
    ("demo-province", "2024-Q1", "vi"),
    ("demo-province", "2024-Q3", "en"),
]
SPEC = "application/vnd.vegalite.v6+json"
MARKS = {"bar": "mark-rect", "rect": "mark-rect", "tick": "mark-rect", "point": "mark-symbol", "text": "mark-text"}


@pytest.fixture(params=PAGES, ids=lambda page: "-".join(page))
def run(request, made):
    return made(*request.param)


def specs(run) -> list[dict]:
    """The charts that the executed notebook shows, in their order on the page."""
    cells = nbformat.read(run.folder / "notebook.ipynb", as_version=4).cells
    return [out["data"][SPEC] for cell in cells for out in cell.get("outputs", []) if SPEC in out.get("data", {})]


def layers(spec: dict) -> list[tuple[str, list[dict]]]:
    """Per layer: the class that Vega gives its marks, and the rows that it draws."""
    found = []
    for layer in spec["layer"]:
        rows = spec["datasets"][(layer.get("data") or spec["data"])["name"]]
        for step in layer.get("transform", []):
            field = step["filter"].removeprefix("isValid(datum.").removesuffix(")")
            rows = [row for row in rows if row[field] is not None]
        found.append((MARKS[layer["mark"]["type"]], rows))
    return found


def expected_marks(spec: dict) -> list[tuple[str, int]]:
    return [(kind, len(rows)) for kind, rows in layers(spec)]


def drawn_marks(page) -> list[list[tuple[str, int]]]:
    found = page.evaluate(
        """() => [...document.querySelectorAll("[data-chart]")].map(place =>
            [...place.querySelectorAll("svg g.role-mark")].map(g => [g.classList[0], g.children.length]))"""
    )
    return [[tuple(mark) for mark in marks] for marks in found]


def test_it_opens_from_disk_with_the_network_cut_without_a_request_or_a_complaint(opened, run):
    page = opened(run.page)
    assert page.requests == [run.page.as_uri()]
    assert page.complaints == []


def test_every_chart_is_drawn_with_as_many_marks_as_its_data_has_rows(opened, run):
    drawn, wanted = drawn_marks(opened(run.page, java_script_enabled=False)), specs(run)
    assert len(drawn) == len(wanted) > 1
    for marks, spec in zip(drawn, wanted):
        assert marks == expected_marks(spec), spec["description"]


TEXTS = """() => [...document.querySelectorAll("[data-chart] svg")].map(svg => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map(text => text.getBoundingClientRect());
    return { out: texts.filter(box => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 ||
                 box.bottom > frame.bottom + 2).length,
             over: texts.flatMap((one, n) => texts.slice(n + 1).filter(other =>
                 Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
                 Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 5)).length };
})"""


def test_every_text_of_a_drawing_is_within_it_and_over_no_other(opened, run):
    page, wanted = opened(run.page), specs(run)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        seen = page.evaluate(TEXTS)
        assert len(seen) == len(wanted)
        wrong = [(spec["description"], found) for spec, found in zip(wanted, seen) if found != {"out": 0, "over": 0}]
        assert wrong == []


SIZES = """selector => {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.textContent.trim() || !element.checkVisibility() || !element.closest(selector)) continue;
        const svg = element.closest("svg");
        const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        const size = parseFloat(svg ? element.closest("text").getAttribute("font-size") : getComputedStyle(element).fontSize);
        if (size * scale < 15.9) found.push([size * scale, node.textContent.trim().slice(0, 60)]);
    }
    return found;
}"""


def test_no_text_is_smaller_than_16_px_on_a_phone(opened, run):
    page = opened(run.page, width=360, height=640)
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true; }")
    assert page.evaluate(SIZES, "main") == []


def test_a_figure_leads_to_its_row_of_annex_6(opened, made):
    page = opened(made("demo-province", "2024-Q1", "vi").page)
    places = page.locator("[id^=nguon-]").evaluate_all("all => all.map(row => row.id)")
    leading = page.locator("td a[href^='#nguon-']")
    assert {href.removeprefix("#") for href in leading.evaluate_all("all => all.map(a => a.getAttribute('href'))")} == set(places)
    for nth in (leading.count() - 1, 0):
        link = leading.nth(nth)
        wanted = link.get_attribute("href").removeprefix("#")
        name = link.evaluate("a => a.closest('tr').children[1].textContent")
        link.click()
        row = page.locator("tr:target")
        assert row.get_attribute("id") == wanted and row.locator("td").first.inner_text() == name
        box = row.bounding_box()
        assert 0 <= box["y"] < 900
    cells = page.locator("section.annex tr:target td").all_inner_texts()
    assert any("=" in cell for cell in cells) and any("ô " in cell or "Báo cáo" in cell for cell in cells)


def test_every_link_leads_to_a_place_on_the_page(opened, run):
    page = opened(run.page)
    lost = page.evaluate(
        """() => [...document.querySelectorAll("a")].map(a => a.getAttribute("href"))
            .filter(href => !href.startsWith("#") || !document.getElementById(decodeURIComponent(href.slice(1))))"""
    )
    assert lost == []


def test_the_figures_under_a_chart_unfold_and_are_all_there(opened, run):
    page = opened(run.page)
    for number, spec in enumerate(specs(run)):
        details = page.locator(f"figure:has([data-chart='{number}']) details.data")
        details.locator("summary").click()
        about = spec["usermeta"]["dx"]
        assert details.locator("tbody tr").count() == len(about["rows"])
        assert details.locator("thead th").all_inner_texts() == about["heads"]
        assert [cell.strip() for cell in details.locator("tbody td").all_text_contents()] == [
            cell.strip() for row in about["rows"] for cell in row
        ]


def test_a_page_for_the_public_names_no_file_and_nobody(opened, made, tmp_path_factory):
    folder = packages.copied(tmp_path_factory.mktemp("public") / "package", "for-the-public")
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["dx"]["audience"] = "public"
    path.write_text(json.dumps(package), encoding="utf-8")
    run = made(str(folder), "2024-Q1", "vi")
    text = opened(run.page).evaluate("document.querySelector('main').textContent")
    leaders = {row["leader"] for row in packages.rows_of(folder, "owners") if row["leader"]}
    cells = {row["source_cell"] for row in packages.rows_of(folder, "observations") if row["source_cell"]}
    inside = opened(made("demo-province", "2024-Q1", "vi").page).evaluate("document.querySelector('main').textContent")
    assert any(cell in inside for cell in cells) and "observations.csv" in inside
    assert not any(word in text for word in (*leaders, *cells, ".csv"))


def test_charts_stand_without_javascript(opened, run):
    page = opened(run.page, java_script_enabled=False)
    assert page.locator("figure.chart svg").count() == len(specs(run))
    for drawing in page.locator("figure.chart svg g.role-mark.layer_1_marks").all():
        assert drawing.is_visible()
    assert not page.locator("form.focus").is_visible()  # nothing that cannot answer is offered


def test_no_two_elements_share_an_id(opened, run):
    ids = opened(run.page).evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


def test_what_the_page_says_of_counts_is_what_figures_json_holds(opened, run):
    figures = {row["figure"]: row["value"] for row in json.loads((run.folder / "figures.json").read_text())["figures"]}
    text = opened(run.page).inner_text("main")
    source = "published" if "published/total" in figures else "bands"
    counts = [figures[f"{source}/{band}"] for band in ("met", "over_70", "from_50", "under_50")]
    rest = [figures[f"bands/{band}"] for band in ("not_met", "not_assessed")] if source == "bands" else []
    shown = " + ".join(str(int(n)) for n in counts + rest if n)
    assert f"{int(sum(counts + rest))} = {shown}" in text


def test_nothing_scrolls_sideways_without_scripts_either(opened, run):
    page = opened(run.page, java_script_enabled=False)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_part_of_an_illustrative_page_says_so_and_a_real_one_never_does(opened, made):
    for package, language, words in (
        ("demo-province", "vi", "SỐ LIỆU MINH HỌA - KHÔNG PHẢI SỐ LIỆU THẬT"),
        ("lao-cai", "vi", None),
    ):
        page = opened(made(package, "2024-Q1", language).page)
        parts = page.locator("section.part").all()
        assert parts
        for part in parts:
            assert (words or "MINH HỌA") in part.text_content() if words else "MINH HỌA" not in part.text_content()


def test_the_page_is_in_its_language(opened, made):
    for language, heading in (("vi", "Kết quả chung"), ("en", "Overall result")):
        page = opened(made("lao-cai", "2024-Q1", language).page)
        assert page.evaluate("document.documentElement.lang") == language
        assert heading in page.inner_text("main")


def test_sections_stand_in_the_committees_order(opened, made):
    page = opened(made("demo-province", "2024-Q1", "vi").page)
    headings = [text.strip() for text in page.locator("h2").all_text_contents()]
    wanted = ["Kết quả chung", "Nội dung xin ý kiến Ban Chỉ đạo", "Một số chỉ tiêu nổi bật", "Tình hình gửi báo cáo",
              "So với kỳ trước và cùng kỳ năm trước", "Kết quả theo lĩnh vực", "Kết quả theo cơ quan chủ trì",
              "Tình hình thực hiện nhiệm vụ", "Thực hiện kết luận các kỳ họp trước", "Lưu ý về số liệu",
              "I. Công tác lãnh đạo, chỉ đạo", "II. Kết quả thực hiện các mục tiêu, chỉ tiêu",
              "III. Tình hình thực hiện nhiệm vụ và kết luận của Ban Chỉ đạo", "IV. Tồn tại, hạn chế và nguyên nhân",
              "V. Dự báo khả năng hoàn thành kế hoạch năm", "VI. Phương hướng, nhiệm vụ trọng tâm quý II/2024",
              "VII. Đề xuất, kiến nghị", *(f"Phụ lục {n}" for n in range(1, 7))]  # fmt: skip
    at = [next(n for n, heading in enumerate(headings) if heading.startswith(text)) for text in wanted]
    assert at == sorted(at)
