"""The report's charts: a mark for each row of their data, told in words, and no code from anybody's text."""

import json
import re
import shutil
from xml.etree import ElementTree

import altair as alt
import jsonschema
import pandas as pd
import pytest
import vl_convert
from altair.vegalite.v6.schema.core import load_schema
from IPython.core.interactiveshell import InteractiveShell

import dxlib as dx
from dxlib import charts, drawing, messages, tasks, theme
from dxlib.drawing import svg
from dxlib.lines import Lines, captioned
from dxlib.wording import band_counts
from tests.conftest import ROOT
from tests.test_reviews import changed_review, reviewed
from tests.test_tables import make_hostile

LANGUAGES = messages.LANGUAGES
CHARTS = ("bands", "pace", "headlines", "progress", "pillars", "owners", "tasks", "areas")
STACKED = ("bands", "pillars", "owners")
FILTER = re.compile(r"isValid\(datum\.(\w+)\)")  # of a layer that draws only the rows that have this figure
HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>\\');alert(1);// datum.x {{7*7}}\u2028\u2029 "
SVG = "{http://www.w3.org/2000/svg}"
EXPRESSIONS = {
    "expr",
    "labelExpr",
    "test",
    "filter",
    "calculate",
    "signal",
    "href",
    "url",
    "format",
    "tooltip",
    "update",
}


@pytest.fixture
def at_meeting():
    return reviewed


@pytest.fixture(params=["2022-Q1", "2024-Q1", "2024-Q3"])
def some_review(request) -> dx.Review:
    return reviewed(request.param)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> dx.Review:
    folder = shutil.copytree(ROOT / "data" / "demo-province", tmp_path_factory.mktemp("hostile") / "package")
    make_hostile(folder, HOSTILE)
    return dx.review(folder, "2024-Q1")


SPECIFIED = {}  # each chart made once: by name, review and language


def specs_of(name: str, review: dx.Review, language: str) -> list[dict]:
    """The specifications of a chart: of one that a page has several of, all."""
    key = (name, id(review), language)
    if key not in SPECIFIED:
        SPECIFIED[key] = review, [chart.to_dict() for chart in charts_of(name, review, language)]
    return SPECIFIED[key][1]


def charts_of(name: str, review: dx.Review, language: str) -> list[alt.LayerChart]:
    made = charts.all_areas(review, language) if name == "areas" else getattr(charts, name)(review, language)
    return list(made) if isinstance(made, (list, Lines)) else [made]


def spec_of(name: str, review: dx.Review, language: str) -> dict:
    specs = specs_of(name, review, language)
    return specs[0] if name != "areas" else next(s for s in specs if len(data_of(s)) == 11)


def about(spec: dict) -> dict:
    """What the page says of a chart beside its drawing."""
    return spec["usermeta"]["dx"]


def rows_of(spec: dict, layer: int) -> list[dict]:
    """The rows that a layer draws."""
    layer = spec["layer"][layer]
    rows = spec["datasets"][layer.get("data", spec["data"])["name"]]
    for step in layer.get("transform", []):
        (field,) = FILTER.fullmatch(step["filter"]).groups()
        rows = [row for row in rows if row[field] is not None]
    return rows


def data_of(spec: dict) -> list[dict]:
    """The rows of a chart's figures; its first layer is the names of its lines."""
    return rows_of(spec, 1)


def marks(svg: str) -> dict[int, int]:
    """How many marks each layer of a chart has drawn."""
    found = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        if layer := re.fullmatch(r"mark-\w+ role-mark layer_(\d+)_marks", group.get("class", "")):
            found[int(layer[1])] = len(group)
    return found


def walk(node, key=""):
    if isinstance(node, dict):
        for name, inner in node.items():
            if name not in ("datasets", "usermeta"):  # neither is read as a specification
                yield from walk(inner, name)
    elif isinstance(node, list):
        for inner in node:
            yield from walk(inner, key)
    else:
        yield key, node


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(("period", "language", "long"), [("2024-Q1", "vi", False), ("2024-Q3", "en", True)])
def test_each_row_of_the_data_has_its_mark_in_each_layer(at_meeting, full, name, period, language, long):
    if long and not full and name not in ("headlines", "pillars", "pace"):
        pytest.skip("long form")
    for spec in specs_of(name, at_meeting(period), language):
        drawn = marks(svg(spec))
        assert len(drawn) == len(spec["layer"]) >= 3 and len(data_of(spec)) > 1
        assert drawn == {layer: len(rows_of(spec, layer)) for layer in range(len(spec["layer"]))}


@pytest.mark.parametrize("name", CHARTS)
def test_each_line_of_a_chart_has_a_name_of_its_own_and_stands_in_the_order_of_its_rows(some_review, name):
    for spec in specs_of(name, some_review, "vi"):
        names = [row["label"] for row in rows_of(spec, 0)]
        assert len(names) == len(set(names))
        assert names == list(dict.fromkeys(row["label"] for row in data_of(spec)))
        assert all(layer["encoding"]["y"]["scale"]["domain"] == names for layer in spec["layer"])


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("period", ["2022-Q1", "2024-Q1"])
def test_each_chart_tells_its_finding_in_words_and_as_strict_json(at_meeting, name, period):
    if name == "areas" and period == "2022-Q1":
        assert charts.all_areas(at_meeting(period), "vi") == []  # communes report from 2023 on
        return
    both = list(zip(*(specs_of(name, at_meeting(period), language) for language in LANGUAGES), strict=True))
    for spec in (spec for pair in both for spec in pair):
        json.dumps(spec, allow_nan=False)
        assert spec["description"] == f"{about(spec)['title']}. {about(spec)['subtitle']}"
        assert not re.search(r"[{}]|\bnan\b|None|  ", spec["description"])
    for vi, en in both:
        assert len(data_of(vi)) == len(data_of(en)) and vi["description"] != en["description"]


def test_findings_are_told_word_for_word(at_meeting):
    review = at_meeting("2024-Q1")
    told = {name: spec_of(name, review, "vi")["description"] for name in ("bands", "pace", "tasks")}
    assert told == {
        "bands": "7/24 mục tiêu hoàn thành và vượt kế hoạch giao. So với kế hoạch cả năm, không chia theo quý.",
        "pace": "11/24 mục tiêu bảo đảm hoặc vượt tiến độ. Số mục tiêu theo tiến độ đến hết quý I",
        "tasks": "12/40 nhiệm vụ đã hoàn thành. Số nhiệm vụ theo trạng thái đến ngày 01/4/2024",
    }
    told = charts.areas(review, "vi", "smartphone").description
    best = review.areas[review.areas["indicator"] == "smartphone"].sort_values("rank")
    assert best["area_vi"].iloc[0] in told and told.endswith("%, Quý I/2024, theo xã, phường")


@pytest.mark.parametrize("name", STACKED)
def test_stacked_counts_sum_to_their_totals(some_review, name):
    rows = pd.DataFrame(data_of(spec_of(name, some_review, "vi")))
    sums = rows.groupby("label")["count"].sum()
    if name == "bands":
        assert set(sums) == {24}
    else:
        totals = getattr(some_review, name)["total"]
        assert sorted(sums) == sorted(totals[totals > 0])
    order = list(some_review.bands.index)
    for _, part in rows.groupby("label"):  # side by side from zero, without a gap, from the best band to the worst
        assert part["start"].tolist() == [0, *part["end"].tolist()[:-1]]
        assert (part["end"] - part["start"]).tolist() == part["count"].tolist() == part["text"].astype(int).tolist()
        place = part["band"].map(order.index)
        assert place.is_monotonic_increasing and place.is_unique


def test_counts_in_bars_sum_to_all(some_review):
    for name, total in (("pace", len(some_review.progress)), ("tasks", len(some_review.tasks))):
        rows = data_of(spec_of(name, some_review, "en"))
        assert sum(row["size"] for row in rows) == total
        assert all(row["text"] == str(int(row["size"])) for row in rows)
    named = {" ".join(row["label"].split()): int(row["size"]) for row in data_of(spec_of("tasks", some_review, "en"))}
    counts = tasks.counts(some_review.tasks)
    assert named == {messages.label("en", "task", status): n for status, n in counts.items() if n}


def test_lao_cais_bands_are_the_published_ones(lao_cai_q1):
    spec = spec_of("bands", lao_cai_q1, "vi")
    assert [row["count"] for row in data_of(spec)] == [7, 9, 6, 2] == list(band_counts(lao_cai_q1).values())
    assert about(spec)["title"] == "7/24 mục tiêu hoàn thành và vượt kế hoạch giao"
    assert charts.all_areas(lao_cai_q1, "vi") == []


@pytest.mark.parametrize("name", ["bands", "headlines", "progress"])
def test_lao_cais_charts_can_be_drawn(lao_cai_q1, name):
    specs = specs_of(name, lao_cai_q1, "vi")
    assert specs
    for spec in specs:
        json.dumps(spec, allow_nan=False)  # a notebook with NaN in it is no JSON
        picture = svg(spec)
        assert picture.startswith("<svg") and "NaN" not in picture


@pytest.mark.parametrize("name", ["pace", "pillars", "owners", "tasks"])
def test_a_chart_of_what_is_not_known_is_not_drawn(lao_cai_q1, name):
    assert getattr(charts, name)(lao_cai_q1, "vi") == ()


@pytest.mark.parametrize("name", CHARTS)
def test_numbers_in_the_marks_are_printed_in_their_language(at_meeting, name):
    for period in ("2024-Q1", "2024-Q3"):
        vi, en = (
            [row["text"] for spec in specs_of(name, at_meeting(period), language) for row in data_of(spec)]
            for language in LANGUAGES
        )
        for text in vi:
            assert not re.search(r"\d\.\d(?!\d\d)|\d,\d{3}\b", text), text
        for text in en:
            assert not re.search(r"\d,\d(?!\d\d)|\d\.\d{3}\b", text), text
        if name in ("headlines", "progress", "areas"):
            assert any("," in text for text in vi) and any("." in text for text in en)


def test_percents_are_cut_at_twice_the_plan_and_printed_whole(at_meeting):
    parts = [data_of(spec) for spec in specs_of("progress", at_meeting("2024-Q1"), "vi")]
    far = [row for rows in parts for row in rows if row["percent"] == 200]
    assert len(far) == 1 and float(far[0]["text"].rstrip("%").replace(",", ".")) > 200
    for rows in parts:
        percents = [float(row["text"].rstrip("%").replace(".", "").replace(",", ".")) for row in rows]
        assert percents == sorted(percents, reverse=True)
        assert [row["beside"] for row in rows] == [min(max(percent, 100), 200) for percent in (row["percent"] for row in rows)]


def test_every_target_with_a_percent_stands_in_one_chart_of_its_field(some_review, lao_cai_q1, monkeypatch):
    for review, most in ((some_review, charts.MOST), (some_review, 3), (lao_cai_q1, charts.MOST)):
        monkeypatch.setattr(charts, "MOST", most)
        specs = [chart.to_dict() for chart in charts.progress(review, "vi")]
        scored = review.progress[review.progress["percent"].notna()]
        names = [row[0] for spec in specs for row in about(spec)["rows"]]
        assert sorted(names) == sorted(scored["name_vi"]) and len(names) > 4
        assert all(len({row["pillar"] for row in data_of(spec)}) == 1 for spec in specs)
        assert all(len(data_of(spec)) <= most for spec in specs)
        fields = [data_of(spec)[0]["pillar"] for spec in specs]
        order = [f"pillar:{code}" for code in review.pillars.index]
        assert list(dict.fromkeys(fields)) == [field for field in order if field in fields]


def test_a_headline_is_drawn_as_shares_of_its_largest_figure(some_review):
    shown = some_review.headlines[some_review.headlines["value"].notna()]
    rows = data_of(spec_of("headlines", some_review, "vi"))
    assert len(rows) == len(shown) > 1
    for row, of in zip(rows, shown.itertuples()):
        shares = [row["actual"], row["plan"], row["last_year"]]
        assert max(share for share in shares if share is not None) == 1
        assert row["actual"] / row["plan"] == pytest.approx(of.value / of.target)
        assert (row["last_year"] is None) == pd.isna(of.last_year_value)


def test_the_best_area_stands_first(at_meeting):
    rows = data_of(spec_of("areas", at_meeting("2024-Q1"), "vi"))
    values = [row["size"] for row in rows]
    assert len(values) == 11 and values == sorted(values, reverse=True)
    assert len(charts.all_areas(at_meeting("2024-Q1"), "vi")) == 4


@pytest.fixture(scope="module")
def again(demo) -> dx.Review:
    return dx.review(demo, "2024-Q1")


@pytest.mark.parametrize("name", ["bands", "headlines", "areas"])
def test_the_same_review_gives_the_same_bytes(again, at_meeting, name):
    first, second = spec_of(name, at_meeting("2024-Q1"), "vi"), spec_of(name, again, "vi")
    assert first == second
    assert svg(first) == svg(second)


# Hostile text


def expressions(specs: list[dict]):
    """The expressions in the Vega that charts become."""
    for spec in specs:
        compiled = vl_convert.vegalite_to_vega(spec, vl_version=drawing.VEGA_LITE)
        for node in [compiled, *compiled["data"]]:
            node.pop("values", None)
        yield from (text for key, text in walk(compiled) if key in EXPRESSIONS | {"expr"} and isinstance(text, str))


@pytest.mark.parametrize("name", CHARTS)
def test_no_text_from_the_data_becomes_part_of_an_expression(hostile, at_meeting, name):
    spec, plain = (specs_of(name, review, "vi") for review in (hostile, at_meeting("2024-Q1")))
    code = [(key, text) for key, text in walk(spec) if key in EXPRESSIONS and isinstance(text, str)]
    assert code == [(key, text) for key, text in walk(plain) if key in EXPRESSIONS and isinstance(text, str)]
    assert not any("alert" in text for _, text in code)
    compiled = [set(expressions(made)) for made in (spec, plain)]  # Vega-Lite makes some of its own, of `sort` for one
    assert compiled[0] == compiled[1] and not any("alert" in text for text in compiled[0])
    fields = {text for key, text in walk(spec) if key == "field"}
    assert fields == {text for key, text in walk(plain) if key == "field"}
    assert all(re.fullmatch(r"\w+", field) for field in fields)


@pytest.mark.parametrize("name", ["headlines", "progress", "pillars", "owners", "areas"])
def test_a_hostile_name_is_text_in_the_picture(hostile, name):
    picture = svg(spec_of(name, hostile, "vi"))
    drawing = ElementTree.fromstring(picture)
    known = {"svg", "g", "path", "text", "tspan", "rect", "defs", "clipPath", "title", "line"}
    assert {node.tag.removeprefix(SVG) for node in drawing.iter()} <= known
    for node in drawing.iter():
        assert not any(key.lower().startswith("on") or "href" in key for key in node.attrib)
    assert "<script" not in picture and "<img" not in picture
    assert any("<script>alert(1)" in (node.text or "") for node in drawing.iter())


# Names that look alike


def renamed(review: dx.Review, table: str, names: dict[str, str]) -> dx.Review:
    frame = review.data[table]
    key = "indicator" if table == "indicators" else "area"
    frame["name_vi"] = frame[key].map(names).fillna(frame["name_vi"])
    return changed_review(review, **{table: frame})


LONG = (
    "Tỷ lệ cơ quan, đơn vị, địa phương trên địa bàn tỉnh thực hiện đầy đủ chế độ báo cáo định kỳ trên hệ thống "
    "thông tin "
    "báo cáo của Chính phủ và của tỉnh, trong đó "
)


def places(svg: str) -> list[str]:
    """The height at which each bar stands."""
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        if group.get("class") == "mark-rect role-mark layer_1_marks":
            return [re.match(r"M[-\d.]+,([-\d.]+)", bar.get("d"))[1] for bar in group]
    return []


def test_targets_with_long_names_that_begin_alike_stand_on_lines_of_their_own(at_meeting):
    review = renamed(
        at_meeting("2024-Q1"), "indicators", {"smartphone": LONG + "cấp tỉnh", "suc-khoe": LONG + "cấp xã"}
    )
    for spec in specs_of("progress", review, "vi"):
        heights = places(svg(spec))
        assert len(heights) == len(set(heights)) == len(data_of(spec))
    cut = [row["label"] for spec in specs_of("progress", review, "vi") for row in data_of(spec)]
    assert sum(LONG[:30] in label.replace("\n", " ") for label in cut) == 2


def test_areas_of_the_same_name_stand_on_lines_of_their_own(at_meeting):
    review = renamed(at_meeting("2024-Q1"), "areas", {"99003": "Xã Tân Lập", "99007": "Xã Tân Lập"})
    heights = places(svg(spec_of("areas", review, "vi")))
    assert len(heights) == len(set(heights)) == 11


# Refusals and the renderer


def test_a_chart_that_cannot_be_drawn_is_told_in_a_sentence():
    with pytest.raises(dx.DxError) as refused:
        svg({"mark": "no-such-mark", "data": {"values": []}})
    assert refused.value.code == "chart" and "\n" not in str(refused.value)


def test_a_notebook_gets_the_picture_the_specification_and_the_words(at_meeting):
    spec = spec_of("pace", at_meeting("2024-Q1"), "vi")
    shown = charts.renderer(spec)
    assert set(shown) == {"text/html", "image/svg+xml", "application/vnd.vegalite.v6+json", "text/plain"}
    assert shown["text/html"] == theme.style() + captioned(spec, svg(spec))
    assert shown["text/plain"] == spec["description"] and shown["image/svg+xml"] == svg(spec)


# A run does not check this module's charts again: these tests do, whole, with their theme.

VEGA_LITE = jsonschema.Draft7Validator(load_schema())


def every(review: dx.Review, language: str) -> list:
    """Every chart of a review."""
    return [chart for name in CHARTS for chart in charts_of(name, review, language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_valid_vega_lite(demo_review, language):
    for chart in every(demo_review, language):
        wrong = next(VEGA_LITE.iter_errors(chart.to_dict(validate=False)), None)
        assert wrong is None, (chart.description, wrong.message)


@pytest.fixture
def kernel(monkeypatch):
    """A shell as a run's kernel has it, its charts turned on; set back afterwards."""
    made = not InteractiveShell.initialized()
    shell = InteractiveShell.instance()
    monkeypatch.setenv(drawing.LATER, "later")
    monkeypatch.setattr(alt.utils.schemapi, "DEBUG_MODE", True)
    charts.enable()
    yield shell
    shell.display_formatter.mimebundle_formatter.pop(alt.TopLevelMixin)
    alt.renderers.enable("default")
    if made:
        InteractiveShell.clear_instance()


def test_a_run_shows_what_the_chart_says_and_checks_only_charts_that_are_not_ours(kernel, at_meeting, monkeypatch):
    review, checked = at_meeting("2024-Q1"), []
    expected = [chart.to_dict() for chart in every(review, "vi")]
    validate = alt.utils.schemapi.SchemaBase.validate.__func__
    monkeypatch.setattr(
        alt.utils.schemapi.SchemaBase, "validate", classmethod(lambda *args: (checked.append(args[0]), validate(*args)))
    )
    shown = [kernel.display_formatter.format(chart)[0] for chart in every(review, "vi")]
    assert [bundle[drawing.SPEC] for bundle in shown] == expected
    assert {kind.__name__ for kind in checked} <= {"VariableParameter"}  # the signal alone, by altair itself: 0.1 ms
    checked.clear()
    kernel.display_formatter.format(alt.Chart(alt.Data(values=[])).mark_bar())
    assert checked
