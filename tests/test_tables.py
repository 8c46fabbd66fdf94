"""The report's tables: a row for each row of their data, in both languages, and no markup from anybody's text."""

import csv
import json
import re
import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest

import dxlib as dx
from dxlib import messages, narrative, tables, wording
from dxlib.lines import Lines
from tests.conftest import ROOT
from tests.test_reviews import changed_review, reviewed

LANGUAGES = messages.LANGUAGES
TABLES = (
    "decide", "targets", "headlines", "reconciliation", "movement", "pillars", "tags", "owners", "tasks", "decisions",
    "areas", "submissions", "provenance", "files",
)  # fmt: skip
PLAIN = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>[x](javascript:alert(1))'x"
HOSTILE = PLAIN + "{{7*7}}"
# Every column of people's own words, by table.
WORDS = {
    "indicators": ["name_vi", "name_en", "definition", "source"],
    "targets": ["document"],
    "observations": ["source", "source_cell", "note"],
    "areas": ["name_vi", "name_en"],
    "owners": ["name_vi", "name_en", "short_vi", "short_en", "leader", "contact"],
    "explanations": ["cause", "remedy", "committed", "proposal", "source"],
    "tasks": ["name_vi", "name_en", "product", "criterion", "document"],
    "task_reports": ["result", "cause"],
    "decisions": ["text_vi", "text_en", "document"],
    "decision_reports": ["result", "cause"],
    "meetings": ["committee_vi", "committee_en", "head", "secretariat_vi", "secretariat_en", "document"],
    "submissions": ["number"],
    "published": ["words", "source"],
}


class Page(HTMLParser):
    """What a browser makes of HTML: its elements with their attributes, and the text of each cell."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags, self.heads, self.rows, self.words = [], [], [], []
        self._cell, self._body = None, False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(attributes)))
        self._body = True if tag == "tbody" else self._body
        if tag == "tr" and self._body:
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag):
        self._body = False if tag == "tbody" else self._body
        if tag in ("td", "th") and self._cell is not None:
            (self.rows[-1] if self._body else self.heads).append("".join(self._cell))
            self._cell = None

    def handle_data(self, data):
        self.words.append(data)
        if self._cell is not None:
            self._cell.append(data)


def html(shown) -> str:
    return shown._repr_html_()


def body(shown) -> Page:
    """The table itself, without its style sheet."""
    return Page(html(shown))


def make_hostile(folder, payload: str):
    """Put a text into every place of a package where people write words."""
    for table, columns in WORDS.items():
        path = folder / f"{table}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for number, row in enumerate(rows):
            for column in columns:
                row[column] = f"{payload}{number}"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    named = [package["dx"]["place"], package["dx"]["counted"]]
    named += [
        item for name in ("pillars", "tags", "measures") for item in package["dx"][name] if item["id"] != "percent"
    ]
    package["dx"]["notice"] = {"vi": payload, "en": payload}
    for number, item in enumerate(named):
        item["vi"] = item["en"] = f"{payload}{number}"
    path.write_text(json.dumps(package), encoding="utf-8")


@pytest.fixture
def at_meeting():
    return reviewed


def published(folder) -> None:
    rows = [("total", 24), ("met", 8), ("over_70", 8), ("from_50", 6), ("under_50", 2)]
    lines = "".join(f"2024-Q1,99,{figure},{n},as printed,2024-04-01,s\n" for figure, n in rows)
    (folder / "published.csv").write_text(
        "period,area,figure,value,words,published_on,source\n" + lines, encoding="utf-8"
    )


@pytest.fixture(scope="module", params=[PLAIN, HOSTILE], ids=["markup", "braces"])
def hostile(request, tmp_path_factory) -> dx.Review:
    """A review of a package whose every text is hostile."""
    folder = shutil.copytree(ROOT / "data" / "demo-province", tmp_path_factory.mktemp("hostile") / "package")
    published(folder)
    make_hostile(folder, request.param)
    return dx.review(folder, "2024-Q1")


# Hostile text


@pytest.mark.parametrize("name", TABLES)
def test_a_hostile_text_adds_no_markup_to_a_table(hostile, name):
    language = LANGUAGES["{{" in hostile.data.settings.notice["vi"]]
    shown = getattr(tables, name)(hostile, language)
    page = body(shown)
    assert {tag for tag, _ in page.tags} <= {"div", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "span", "p"}
    for _, attributes in page.tags:
        assert {key for key, _ in attributes} <= {"id", "class", "scope", "data-label"}
        assert not any("alert" in (value or "") for key, value in attributes if key != "data-label")
    assert "<script" not in html(shown) and "<img" not in html(shown) and "&amp;lt;" not in html(shown)


@pytest.mark.parametrize(
    "name", ["targets", "tasks", "decisions", "areas", "owners", "submissions", "reconciliation", "decide"]
)
def test_a_hostile_text_is_shown_as_it_was_written(hostile, name):
    cells = [cell for row in body(getattr(tables, name)(hostile, "vi")).rows for cell in row]
    assert sum(hostile.data.settings.notice["vi"] in cell for cell in cells) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_heading_is_escaped_exactly_once(hostile, language):
    heads = body(tables.areas(hostile, language)).heads
    assert len(heads) == 5
    rank = messages.label(language, "column", "rank").lower()
    names = hostile.data["indicators"][f"name_{language}"].tolist()
    for head in heads[1:]:
        assert head.removesuffix(f" ({rank})") in names


def test_a_plain_mark_in_a_name_is_escaped_exactly_once(package):
    path = package / "indicators.csv"
    text = path.read_text(encoding="utf-8")
    name = "Tỷ lệ người dân trưởng thành sử dụng điện thoại thông minh"
    assert text.count(name) == 1
    path.write_text(text.replace(name, "A < B & C > D"), encoding="utf-8")
    review = dx.review(package, "2024-Q1")
    shown = html(tables.areas(review, "vi"))
    assert "A &lt; B &amp; C &gt; D (xếp thứ)" in shown and "&amp;lt;" not in shown and "&amp;amp;" not in shown
    assert "A < B & C > D" in [row[1] for row in body(tables.targets(review, "vi")).rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_text_adds_no_markup_to_lines(hostile, language):
    rooms = {
        wording: ("header", "title", "overall", "reconciliation", "headlines", "reported", "movement", "task_counts",
                  "decision_counts", "notes"),
        narrative: ("causes", "leadership", "outlook", "next_tasks", "proposals", "method"),
    }  # fmt: skip
    shown = [getattr(room, name)(hostile, language) for room, names in rooms.items() for name in names]
    for part in shown:
        page = Page(part._repr_html_())
        assert {tag for tag, _ in page.tags} <= {"p", "h1", "h2", "ul", "li"}
        assert {key for _, attributes in page.tags for key, _ in attributes} <= {"class"}
        text = "".join(page.words)
        assert all(str(line) in text for line in ([part] if isinstance(part, str) else part))
    assert sum(PLAIN in str(part) for part in shown) >= 10


# Rows


ROWS = {
    "decide": lambda review: min(5, len(review.decide)),
    "targets": lambda review: len(review.progress),
    "headlines": lambda review: len(review.headlines),
    "reconciliation": lambda review: len(review.reconciliation),
    "pillars": lambda review: len(review.pillars),
    "tags": lambda review: len(review.tags),
    "owners": lambda review: len(review.owners),
    "tasks": lambda review: len(review.tasks),
    "decisions": lambda review: len(review.decisions),
    "areas": lambda review: review.areas["area"].nunique(),
    "submissions": lambda review: len(review.submissions),
    "provenance": lambda review: len(review.progress),
    "files": lambda review: len(review.data.hashes),
}


@pytest.mark.parametrize("name", TABLES)
def test_each_table_has_a_row_for_each_row_of_its_data(demo_review, name):
    language = LANGUAGES[demo_review.period.quarter % 2]  # both languages, in turn, over the reviews
    shown = getattr(tables, name)(demo_review, language)
    if name == "movement":
        versus = "last_year" if demo_review.period.quarter == 1 else "previous"
        frame = demo_review.movement[demo_review.movement["versus"] == versus]
        rows = (frame["moved"].isin(["up", "down"]) | frame["worse"]).sum()
    else:
        rows = ROWS[name](demo_review)
    if not rows:
        assert isinstance(shown, Lines)
        return
    page = body(shown)
    assert len(page.rows) == rows
    assert {len(row) for row in page.rows} == {len(page.heads)}
    for cell in (cell for row in page.rows for cell in row):
        assert cell.strip() and not re.search(r"\bnan\b|\bNaT\b|<NA>|[{}]", cell), cell
        assert cell != "None" and "  " not in cell


@pytest.mark.parametrize("name", TABLES)
def test_both_languages_show_the_same_rows(at_meeting, lao_cai_q1, name):
    for review in (at_meeting("2024-Q3"), lao_cai_q1):
        vi, en = (body(getattr(tables, name)(review, language)) for language in LANGUAGES)
        assert len(vi.rows) == len(en.rows) and len(vi.heads) == len(en.heads)


def test_lao_cais_tables_have_a_row_for_each_published_figure(lao_cai_q1):
    page = body(tables.reconciliation(lao_cai_q1, "vi"))
    assert [row[:3] for row in page.rows] == [
        ["Tổng số", "24", "6"], ["Hoàn thành, vượt", "7", "5"], ["Trên 70%", "9", "0"], ["50% - 70%", "6", "0"],
        ["Dưới 50%", "2", "0"],
    ]  # fmt: skip
    assert page.rows[1][3] == "“hoàn thành và vượt kế hoạch giao” (theo LCĐT; họp BCĐ CĐS tỉnh Lào Cai 03/4/2024)"
    assert len(body(tables.targets(lao_cai_q1, "vi")).rows) == len(body(tables.headlines(lao_cai_q1, "vi")).rows) == 6


def test_lao_cais_numbers_are_the_published_ones_and_their_percents(lao_cai_q1):
    rows = body(tables.headlines(lao_cai_q1, "vi")).rows
    assert [row[1:3] for row in rows] == [
        ["97%/95%", "102,1%"], ["30%/10%", "300%"], ["82%/80%", "102,5%"], ["95%/95%", "100%"], ["45%/40%", "112,5%"],
        ["80%", "-"],
    ]  # fmt: skip
    assert rows[5][3:] == ["Chưa đánh giá", "-", "Chưa giao kế hoạch"]


def test_a_difference_is_shown_only_where_all_targets_are_loaded(lao_cai_q1, hostile):
    assert "Chênh lệch" not in body(tables.reconciliation(lao_cai_q1, "vi")).heads
    page = body(tables.reconciliation(hostile, "vi"))
    at = page.heads.index("Chênh lệch")
    assert [row[at] for row in page.rows] == ["0", "-1", "1", "0", "0"]


def test_the_rest_of_what_to_decide_is_counted_under_the_table(at_meeting):
    review = at_meeting("2024-Q1")
    total = len(review.decide)
    assert total > 10
    assert f"Còn {total - 5} nội dung khác" in html(tables.decide(review, "vi"))
    whole = tables.decide(review, "en", most=total)
    assert len(body(whole).rows) == total and " more: " not in html(whole)
    assert "Vượt xa kế hoạch, cần rà soát" in body(tables.decide(review, "vi", most=total)).rows[-1][-1]


def test_counts_in_a_table_sum_to_its_total(demo_review):
    for name in ("pillars", "owners"):
        page = body(getattr(tables, name)(demo_review, "vi"))
        total = page.heads.index("Tổng số")
        for row in page.rows:
            assert sum(int(cell) for cell in row[1:total]) == int(row[total])
        assert sum(int(row[total]) for row in page.rows) == 24


def test_a_number_is_printed_in_the_tables_language(at_meeting):
    vi, en = (body(tables.targets(at_meeting("2024-Q1"), language)) for language in LANGUAGES)
    percent = vi.heads.index("% kế hoạch năm")
    for one, other in zip(vi.rows, en.rows):
        assert one[percent].replace(",", ".") == other[percent]
        assert "." not in one[percent] and "," not in other[percent]
    assert {"380 bản", "1.500 lượt người"} & {cell for row in vi.rows for cell in row} != set()


def test_flags_and_reasons_stand_in_the_note(at_meeting):
    notes = {row[1]: row[-1] for row in body(tables.targets(at_meeting("2024-Q3"), "vi")).rows}
    names = at_meeting("2024-Q3").progress.set_index("indicator")["name_vi"]
    assert notes[names["tai-nguyen"]].startswith("Báo cáo chưa có số liệu")
    assert "Giảm sút so với kỳ trước" in notes[names["vung-lom"]]
    assert "Đã đạt nhưng giảm sút so với kỳ trước" in notes[names["smartphone"]]
    assert "Ước thực hiện" in notes[names["cap-quang"]]
    assert notes[names["csdl-dat-dai"]].endswith("Cơ quan chủ trì chưa báo cáo nguyên nhân")


def test_shared_ranks_stand_beside_their_values(at_meeting):
    review = at_meeting("2024-Q1")
    page = body(tables.areas(review, "vi"))
    frame = review.areas.set_index(["indicator", "area_vi"])
    absent = [row for row in page.rows if row[0] == "Xã Bình An"]
    assert absent == [["Xã Bình An"] + ["- Đơn vị chưa gửi báo cáo"] * 4]
    ranked = [int(re.search(r"\((\d+)\)$", cell)[1]) for row in page.rows for cell in row[1:] if cell[0] != "-"]
    assert sorted(ranked) == sorted(frame["rank"].dropna().astype(int))


def test_a_commune_without_a_qualitative_report_is_a_dash_with_its_reason(at_meeting):
    """One commune states a band, the others say nothing."""
    review = at_meeting("2024-Q1")
    seen = review.data["observations"]
    one = seen[(seen["indicator"] == "do-thi") & (seen["period"] == "2024-Q1")].iloc[[0]].assign(area="99003")
    page = body(tables.areas(changed_review(review, observations=pd.concat([seen, one])), "vi"))
    column = [row[-1] for row in page.rows]
    assert column.count("- Đơn vị chưa gửi báo cáo") == 11 and len(column) == 12


def test_overdue_tasks_tell_their_days(at_meeting):
    states = [row[7] for row in body(tables.tasks(at_meeting("2024-Q1"), "vi")).rows]
    assert "Đang thực hiện quá hạn (Quá hạn 108 ngày)" in states
    assert sum("Quá hạn" in state for state in states) == 4


def test_the_same_review_gives_the_same_bytes(at_meeting):
    for name in ("targets", "areas"):
        assert html(getattr(tables, name)(at_meeting("2024-Q1"), "vi")) == html(
            getattr(tables, name)(at_meeting("2024-Q1"), "vi")
        )


def test_tables_leave_the_review_as_it_was(at_meeting):
    review = at_meeting("2024-Q2")
    before = {
        part: getattr(review, part).copy(deep=True) for part in ("progress", "movement", "decide", "tasks", "areas")
    }
    for name in TABLES:
        getattr(tables, name)(review, "vi")
    for part, frame in before.items():
        pd.testing.assert_frame_equal(getattr(review, part), frame)


def test_a_dash_for_last_year_or_for_the_need_says_why_in_the_note(at_meeting, lao_cai_q1):
    rows = body(tables.targets(lao_cai_q1, "vi")).rows
    assert all("So với cùng kỳ năm trước: chưa có số liệu kỳ so sánh" in row[-1] for row in rows if row[5] == "-")
    for row in body(tables.decide(at_meeting("2024-Q3"), "vi", most=99)).rows:
        if row[3] == "-" and row[4] in ("Chậm tiến độ", "Chậm nhiều"):
            assert any(why in row[-1] for why in ("Không tính mức tăng mỗi quý", "Đã hết năm kế hoạch"))
