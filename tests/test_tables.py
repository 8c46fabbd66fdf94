"""The report's tables: a row for each row of their data, in both languages, and no markup from anybody's text."""

import csv
import json
import re
import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest

import dxlib as dx
from dxlib import messages, narrative, tables, theme, wording
from dxlib.lines import Lines
from dxlib.names import anchor
from dxlib.printing import Printer, edges_of
from tests.conftest import ROOT
from tests.test_reviews import reviewed

LANGUAGES = messages.LANGUAGES
TABLES = (
    "decide", "trend", "headlines", "reconciliation", "movement", "pillars", "tags", "owners", "scoreboard", "moves",
    "parts", "decisions",
)  # fmt: skip
ATTRIBUTES = {"id", "class", "scope", "data-label", "colspan"}  # href: see `links`
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
    """What a browser makes of HTML: its elements with their attributes, the text of each cell, and by heading what
    stands under a row over its whole width."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags, self.heads, self.rows, self.words, self.under = [], [], [], [], []
        self._cell, self._body, self._under = None, False, ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(attributes)))
        self._body = True if tag == "tbody" else self._body
        kind = dict(attributes).get("class", "")
        if tag == "tr":
            self._under = kind == "under"
            if self._body and not self._under:
                self.rows.append([])
                self.under.append({})
        if (tag == "div" and self._under) or (tag in ("td", "th") and not self._under):
            self._cell, self._head = [], dict(attributes).get("data-label")

    def handle_endtag(self, tag):
        self._body = False if tag == "tbody" else self._body
        if self._cell is None or tag != ("div" if self._under else "th" if not self._body else "td"):
            return
        text, self._cell = "".join(self._cell), None
        if self._under:
            self.under[-1][self._head] = text
        else:
            (self.rows[-1] if self._body else self.heads).append(text)
            assert not self._body or self._head == self.heads[len(self.rows[-1]) - 1]

    def handle_data(self, data):
        self.words.append(data)
        if self._cell is not None:
            self._cell.append(data)


def links(page: Page) -> list[str]:
    """Where its links lead: to places of the same page, whatever the data hold."""
    found = [dict(attributes)["href"] for tag, attributes in page.tags if tag == "a"]
    assert all(re.fullmatch(r"#[a-z0-9._-]+|#muc-\w+", href) for href in found), found
    return found


def holds_no_markup(shown) -> None:
    """A table has the elements and attributes that dxlib gave it, and nothing from anybody's text."""
    page = Page(html(shown))
    assert {tag for tag, _ in page.tags} <= {"div", "table", "thead", "tbody", "tr", "th", "td", "p", "a"}
    for tag, attributes in page.tags:
        assert {key for key, _ in attributes} <= ({"href", "class"} if tag == "a" else ATTRIBUTES)
        assert not any("alert" in (value or "") for key, value in attributes if key != "data-label")
    links(page)
    assert "<script" not in html(shown) and "<img" not in html(shown) and "&amp;lt;" not in html(shown)


def has_rows(shown, rows: int) -> None:
    """A table has so many whole and clean rows; of none, it is a sentence or nothing."""
    if not rows:
        assert isinstance(shown, Lines)
        return
    page = body(shown)
    assert len(page.rows) == rows
    assert {len(row) for row in page.rows} == {len(page.heads)}
    for cell in [cell for row in page.rows for cell in row] + [text for under in page.under for text in under.values()]:
        assert cell.strip() and not re.search(r"\bnan\b|\bNaT\b|<NA>|[{}]", cell), cell
        assert cell != "None" and "  " not in cell


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
    holds_no_markup(getattr(tables, name)(hostile, language))


@pytest.mark.parametrize("name", ["decisions", "owners", "reconciliation", "decide", "trend", "scoreboard"])
def test_a_hostile_text_is_shown_as_it_was_written(hostile, name):
    cells = [cell for row in body(getattr(tables, name)(hostile, "vi")).rows for cell in row]
    assert sum(hostile.data.settings.notice["vi"] in cell for cell in cells) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_text_adds_no_markup_to_lines(hostile, language):
    rooms = {
        wording: ("header", "title", "overall", "reconciliation", "headlines", "reported", "movement", "task_counts",
                  "task_check", "decision_counts", "notes", "notes_counted", "headline_notes", "signatures"),
        narrative: ("causes", "leadership", "outlook", "next_tasks", "proposals", "method"),
    }  # fmt: skip
    shown = [getattr(room, name)(hostile, language) for room, names in rooms.items() for name in names]
    for part in shown:
        page = Page(part._repr_html_())
        assert {tag for tag, _ in page.tags} <= {"p", "h1", "h2", "ul", "li", "a"}
        assert {key for tag, attributes in page.tags for key, _ in attributes if tag != "a"} <= {"class"}
        links(page)
        text = "".join(page.words)
        assert all(str(line) in text for line in ([part] if isinstance(part, str) else part))
    assert sum(PLAIN in str(part) for part in shown) >= 10


# Rows


ROWS = {
    "decide": lambda review: len(review.decide),
    "trend": lambda review: len(review.progress),
    "headlines": lambda review: len(review.headlines),
    "reconciliation": lambda review: len(review.reconciliation),
    "pillars": lambda review: len(review.pillars),
    "tags": lambda review: len(review.tags),
    "owners": lambda review: len(review.owners),
    "scoreboard": lambda review: len(review.owners),
    "moves": lambda review: len(review.moves),
    "parts": lambda review: len(review.parts),
    "decisions": lambda review: len(review.decisions),
}


@pytest.mark.parametrize("name", TABLES)
def test_each_table_has_a_row_for_each_row_of_its_data(demo_review, name):
    language = LANGUAGES[demo_review.period.quarter % 2]  # both languages, in turn, over the reviews
    shown = getattr(tables, name)(demo_review, language)
    if name == "movement":
        versus = "last_year" if demo_review.period.quarter == 1 else "previous"
        frame = demo_review.movement[demo_review.movement["versus"] == versus]
        has_rows(shown, (frame["moved"].isin(["up", "down"]) | frame["worse"]).sum())
    elif name == "trend" and demo_review.trend["period"].nunique() < 2:
        has_rows(shown, 0)
    else:
        has_rows(shown, ROWS[name](demo_review))


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
    assert page.rows[1][3] == "“hoàn thành và vượt kế hoạch giao”"
    assert wording.reconciliation(lao_cai_q1, "vi")[-1] == "Nguồn: theo LCĐT; họp BCĐ CĐS tỉnh Lào Cai 03/4/2024"
    assert len(body(tables.headlines(lao_cai_q1, "vi")).rows) == 6


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


def test_what_to_decide_is_told_with_its_cause_and_proposal_under_each_row(at_meeting):
    review = at_meeting("2024-Q1")
    for language in LANGUAGES:
        page = body(tables.decide(review, language))
        cause, proposal = (messages.label(language, "column", code) for code in ("cause", "proposal"))
        assert len(page.rows) == len(page.under) == len(review.decide) > 10
        assert not {cause, proposal} & set(page.heads)
        assert all(under[cause] for under in page.under)
        for under, row in zip(page.under, review.decide.itertuples()):
            assert (under.get(proposal, "") == "") == (row.why == "overdue" or not narrative.proposal(review, row, language))
    assert body(tables.decide(review, "vi")).under[-1]["Nguyên nhân"] == "Vượt xa kế hoạch, cần rà soát"


def test_a_figure_in_a_table_leads_to_its_row_of_the_sources(at_meeting):
    review = at_meeting("2024-Q1")
    places = {f"#{anchor(indicator)}" for indicator in review.progress["indicator"]}
    asked = review.decide[review.decide["what"] == "target"]["indicator"]
    assert links(body(tables.decide(review, "vi"))) == [f"#{anchor(indicator)}" for indicator in asked]
    twice = [f"#{anchor(indicator)}" for indicator in review.headlines["indicator"] for _ in range(2)]
    assert links(body(tables.headlines(review, "vi"))) == twice and set(twice) <= places


def test_counts_in_a_table_sum_to_its_total(demo_review):
    for name in ("pillars", "owners"):
        page = body(getattr(tables, name)(demo_review, "vi"))
        total = page.heads.index("Tổng số")
        for row in page.rows:
            assert sum(int(cell) for cell in row[1:total]) == int(row[total])
        assert sum(int(row[total]) for row in page.rows) == 24


@pytest.mark.parametrize(("period", "quarters"), [("2024-Q1", 5), ("2024-Q3", 7)])
def test_the_trend_has_a_cell_for_each_target_and_quarter(at_meeting, period, quarters):
    review = at_meeting(period)
    shown = tables.trend(review, "vi")
    page = body(shown)
    assert len(page.rows) == 24 and len(page.heads) == quarters + 1
    assert page.heads[1:] == ["I/23", "II/23", "III/23", "IV/23", "I/24", "II/24", "III/24"][:quarters]
    scored = review.trend.set_index(["indicator", "period"])
    bands = [band.id for band in review.band_set]
    cells = 0
    for indicator, row in zip(review.progress["indicator"], shown.rows):
        for quarter in sorted(scored.index.unique("period")):
            cell = row[f"band:{quarter}"]
            of = scored.loc[(indicator, quarter)]
            assert cell.shade == theme.shade(of["band"], bands)
            assert (cell == "-") == (of["band"] == "not_assessed")
            cells += 1
    assert cells == len(scored) == 24 * quarters


@pytest.mark.parametrize("language", LANGUAGES)
def test_percents_of_the_trend_are_printed_in_its_language(at_meeting, language):
    cells = [cell for row in body(tables.trend(at_meeting("2024-Q3"), language)).rows for cell in row[1:]]
    other = {"vi": ".", "en": ","}[language]
    numbers = [cell for cell in cells if cell.endswith("%")]
    assert len(numbers) > 100 and not any(other in re.sub(r"\d[.,]\d{3}(?!\d)", "", cell) for cell in numbers)
    assert any({"vi": ",", "en": "."}[language] in cell for cell in numbers)


def test_the_latest_quarter_of_the_trend_is_what_the_review_says(demo_review):
    shown = tables.trend(demo_review, "vi")
    if isinstance(shown, Lines):
        assert str(demo_review.period) == "2022-Q1"
        return
    printer, edges = Printer(demo_review.data.settings, "vi"), edges_of(demo_review)
    for row, of in zip(shown.rows, demo_review.progress.itertuples()):
        text = printer.percent(of.percent, edges)
        assert row[f"band:{demo_review.period}"] == (text if text != "-" or of.band == "not_assessed" else printer.band(of.band))


def test_the_same_review_gives_the_same_bytes(at_meeting):
    for name in ("decide", "trend"):
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


def test_a_dash_for_the_need_says_why_in_the_cause(at_meeting):
    dashes = 0
    for row, under in zip(*(lambda page: (page.rows, page.under))(body(tables.decide(at_meeting("2024-Q3"), "vi")))):
        if row[3] == "-" and row[4] in ("Chậm tiến độ", "Chậm nhiều"):
            dashes += 1
            assert any(why in under["Nguyên nhân"] for why in ("Không tính mức tăng mỗi quý", "Đã hết năm kế hoạch"))
    assert dashes
