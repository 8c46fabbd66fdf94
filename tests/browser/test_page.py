"""What the rendered page holds to, in a real browser."""

import json

import nbformat
import pytest

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


def expected_marks(spec: dict) -> list[tuple[str, int]]:
    """Per layer: the class that Vega gives its marks, and how many rows its data have."""
    counted = []
    for layer in spec["layer"]:
        rows = spec["datasets"][(layer.get("data") or spec["data"])["name"]]
        for step in layer.get("transform", []):
            field = step["filter"].removeprefix("isValid(datum.").removesuffix(")")
            rows = [row for row in rows if row[field] is not None]
        counted.append((MARKS[layer["mark"]["type"]], len(rows)))
    return counted


def test_it_opens_from_disk_with_the_network_cut_without_a_request_or_a_complaint(opened, run):
    page = opened(run.page)
    assert page.requests == [run.page.as_uri()]
    assert page.complaints == []


def test_every_chart_is_drawn_with_as_many_marks_as_its_data_has_rows(opened, run):
    page = opened(run.page)
    drawn = page.evaluate(
        """() => [...document.querySelectorAll("figure.chart svg")].map(svg =>
            [...svg.querySelectorAll("g.role-mark")].map(g => [g.classList[0], g.children.length]))"""
    )
    wanted = specs(run)
    assert len(drawn) == len(wanted) > 1
    for marks, spec in zip(drawn, wanted):
        assert sorted(map(tuple, marks)) == sorted(expected_marks(spec)), spec["title"]


def test_charts_stand_without_javascript(opened, run):
    page = opened(run.page, java_script_enabled=False)
    assert page.locator("figure.chart svg").count() == len(specs(run))
    assert page.locator("figure.chart svg g.role-mark").first.is_visible()


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


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_scrolls_sideways(opened, run, width):
    page = opened(run.page, width=width, height=640)
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
