"""One look for every chart: no drawing depends on a font, shades are one ordered scale, and the page's style knows them."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib import charts, messages, sheet, theme
from dxlib.drawing import svg
from dxlib.lines import Lines
from tests.test_charts import CHARTS, about, charts_of, data_of, hostile, rows_of, specs_of, walk  # noqa: F401
from tests.test_reviews import reviewed

LANGUAGES = messages.LANGUAGES
STYLE = (Path(theme.__file__).parent / "templates" / "report" / "report.css").read_text(encoding="utf-8")
DAY, NIGHT = STYLE.split("@media screen and (prefers-color-scheme: dark)", 1)
NIGHT = NIGHT.split("\n}\n", 1)[0]


def names_to_colours(style: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style.split("}", 1)[0]))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=["2022-Q1", "2024-Q1", "2024-Q3"])
def review(request):
    return reviewed(request.param)


# No drawing depends on the widths of texts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_nothing_in_a_drawing_is_placed_by_the_width_of_a_text(review, name, language):
    for spec in specs_of(name, review, language):
        assert spec["autosize"] == "none" and spec["padding"] == 0
        assert spec["width"] == theme.WIDTH and spec["height"] == int(spec["height"]) > 0
        assert "title" not in spec and "title" not in spec.get("config", {})
        for layer in spec["layer"]:
            assert "title" not in layer and "width" not in layer and "height" not in layer
            for channel, encoded in layer["encoding"].items():
                if channel in ("x", "y"):
                    assert encoded["axis"] is None
                if channel == "x":
                    assert len(encoded["scale"]["domain"]) == len(encoded["scale"]["range"]) == 2  # in px, given
                    assert encoded["scale"]["nice"] is False
                if channel == "color" and "field" in encoded:
                    assert encoded["legend"] is None
        assert not {"labelLimit", "limit", "labelFlush", "labelOverlap", "resize"} & {key for key, _ in walk(spec)}


def test_a_drawing_has_the_size_that_was_said_and_all_of_its_marks_within(review):
    for name in CHARTS:
        for spec in specs_of(name, review, "vi"):
            root = ElementTree.fromstring(svg(spec))
            assert (root.get("width"), root.get("height")) == (str(theme.WIDTH), str(spec["height"]))
            assert root.get("viewBox") == f"0 0 {theme.WIDTH} {spec['height']}"
            for node in root.iter("{http://www.w3.org/2000/svg}text"):
                x, y = map(float, re.match(r"translate\(([-\d.]+),([-\d.]+)\)", node.get("transform")).groups())
                assert 0 <= x <= theme.WIDTH and 0 <= y <= spec["height"]


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_layers_in_both_languages(review, name):
    vi, en = (specs_of(name, review, language) for language in LANGUAGES)
    for one, other in zip(vi, en, strict=True):
        assert [layer["mark"]["type"] for layer in one["layer"]] == [layer["mark"]["type"] for layer in other["layer"]]


# Rows


names = st.lists(st.text("aăâbcd ờệ", min_size=1, max_size=80).map(lambda text: text.strip() or "x"), min_size=1, max_size=8)


@given(names)
def test_wrapped_names_fit_and_are_never_the_same(given_names):
    found = theme.wrapped(given_names)
    assert len(found) == len(set(found)) == len(given_names)
    for text, name in zip(found, given_names):
        lines = text.rstrip("\u200b").split("\n")
        assert len(lines) <= theme.LINES and max(map(len, lines)) <= int(theme.WIDTH / theme.GLYPH) + 2
        assert "".join(text.split()).rstrip("\u200b") == "".join(name.split()) or text.rstrip("\u200b").endswith("…")


@given(names, st.integers(8, 30))
def test_rows_hold_their_names_and_their_bars_without_touching(given_names, bar):
    rows = theme.Rows.of(theme.wrapped(given_names), bar)
    assert rows.height == rows.step * len(given_names)
    assert rows.step >= max(rows.lines * theme.LINE, theme.LINE) + (0 if rows.beside else bar)
    assert abs(rows.down) + bar / 2 <= rows.step / 2  # the bar stands within its row
    assert (rows.left > 0) == rows.beside
    if not rows.beside:  # and under its name
        assert rows.step / 2 + rows.down - bar / 2 >= rows.lines * theme.LINE


def test_a_row_ends_within_the_drawing(review):
    """Bars and the figures at their ends, by the widest digits of the theme's fonts."""
    for name in ("pace", "headlines", "progress", "tasks", "areas"):
        for spec in specs_of(name, review, "en"):
            scales = [layer["encoding"]["x"]["scale"] for layer in spec["layer"] if "x" in layer["encoding"]]
            longest = max(len(row["text"]) for row in data_of(spec))
            for scale in scales:
                left, right = scale["range"]
                assert 0 <= left < right <= theme.WIDTH - longest * theme.GLYPH


# Shades and legends


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_legend_names_every_shade_drawn_and_no_other(review, lao_cai_q1, language):
    for given_review in (review, lao_cai_q1):
        ids = [band.id for band in given_review.band_set]
        made = [chart for name in CHARTS for chart in charts_of(name, given_review, language)]
        made += [part for part in (sheet.owners(given_review, language), sheet.headlines(given_review, language))
                 if not isinstance(part, Lines)]  # fmt: skip
        for spec in (chart.to_dict() for chart in made):
            bands = {row["band"] for row in data_of(spec) if "band" in row}
            legend = about(spec)["legend"]
            assert [shade for shade, _ in legend] == [theme.shade(b, ids) for b in given_review.bands.index if b in bands]
            labels = [given_review.data.settings.band_label(b, language) for b in given_review.bands.index if b in bands]
            assert [words for _, words in legend] == labels


def test_shades_are_one_scale_from_dark_to_light_and_apart_in_grey(review):
    greys = [luminance(colour) for colour in theme.SHADES]
    assert greys == sorted(greys)
    assert all(contrast(one, other) > 1.4 for one, other in zip(theme.SHADES, theme.SHADES[1:]))
    scales = {
        (tuple(encoded["scale"]["domain"]), tuple(encoded["scale"]["range"]))
        for name in CHARTS
        for spec in specs_of(name, review, "vi")
        for layer in spec["layer"]
        if (encoded := layer["encoding"].get("color", {})).get("field") == "band"
    }
    bands = [band.id for band in review.band_set]
    assert scales == {((*bands, *theme.APART), (*theme.SHADES[: len(bands)], *theme.APART.values()))}


def test_a_number_on_its_shade_can_be_read():
    for shade, ink in zip(theme.SHADES, theme.SHADE_INK, strict=True):
        assert contrast(shade, ink) >= 4.5, (shade, ink)
    for colour in theme.APART.values():
        assert contrast(colour, theme.INK) >= 7


def test_the_pages_style_has_the_themes_shades_by_day():
    colours = names_to_colours(DAY)
    assert [colours[f"shade-{n}"] for n in range(len(theme.SHADES))] == list(theme.SHADES)
    assert (colours["not-met"], colours["not-assessed"]) == (theme.APART["not_met"], theme.APART["not_assessed"])
    assert (colours["ink"], colours["soft"], colours["bar"]) == (theme.INK, theme.SOFT, theme.BAR)
    for shade in [*map(str, range(len(theme.SHADES))), *theme.APART]:
        assert f".shade-{shade} {{" in DAY + STYLE


def test_by_night_every_colour_of_a_drawing_takes_one_of_the_nights(review):
    for name in CHARTS:
        for spec in specs_of(name, review, "vi"):
            for what, colour in re.findall(r'\b(fill|stroke)="(#[0-9a-f]{6})"', svg(spec)):
                assert f'.drawing [{what}="{colour}"] {{' in NIGHT, (name, what, colour)


def test_numbers_and_shades_can_be_told_apart_by_night():
    night = names_to_colours(NIGHT)
    shades = [night[f"shade-{n}"] for n in range(len(theme.SHADES))]
    lights = [luminance(colour) for colour in shades]
    assert lights == sorted(lights, reverse=True)
    on = {theme.LIGHT: night["on-dark"], theme.INK: night["ink"]}
    for shade, ink in zip(shades, theme.SHADE_INK):
        assert contrast(shade, on[ink]) >= 4.5, (shade, ink)
    assert contrast(night["paper"], night["ink"]) >= 7 and contrast(night["paper"], night["soft"]) >= 4.5


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_each_band_of_a_set_has_its_shade_and_none_takes_that_of_another_class(count):
    bands = [f"band-{n}" for n in range(count)]
    scale = theme.shades(bands).to_dict()["scale"]
    drawn = dict(zip(scale["domain"], scale["range"], strict=True))
    assert list(drawn) == [*bands, *theme.APART] and drawn.items() >= theme.APART.items()
    lights = [luminance(drawn[band]) for band in bands]
    assert lights == sorted(lights)
    assert len({drawn[band] for band in bands}) == min(count, len(theme.SHADES))  # beyond: told apart by their numbers
    assert [theme.SHADES[int(theme.shade(band, bands))] for band in bands] == [drawn[band] for band in bands]
    for band in [*bands, *theme.APART]:
        assert f".shade-{theme.shade(band, bands)} " in STYLE


# Figures beside a drawing


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_under_a_chart_have_a_row_for_each_row_of_the_readers_figures(review, language):
    for name in CHARTS:
        for spec in specs_of(name, review, language):
            told, drawn = about(spec), data_of(spec)
            assert len(told["rows"]) == len(rows_of(spec, 0)) == len({row["label"] for row in drawn})
            assert all(len(row) == len(told["heads"]) for row in told["rows"])
            cells = [cell for row in told["rows"] for cell in row]
            assert all(cell and not re.search(r"\bnan\b|None|[{}]", cell) for cell in cells)
            assert len(set(told["heads"])) == len(told["heads"])
            assert all(row["text"] in cells for row in drawn)


def test_what_a_reader_has_picked_is_a_signal_that_no_text_of_the_data_is_part_of(review, hostile):  # noqa: F811
    for given_review in (review, hostile):
        for name in CHARTS:
            for spec in specs_of(name, given_review, "vi"):
                assert spec["params"] == [{"name": theme.FOCUS, "value": ""}]
                tests = {text for key, text in walk(spec) if key == "test" and isinstance(text, str)}
                assert tests <= {theme._IN_FOCUS}
        for name in ("pillars", "owners", "headlines", "progress"):
            assert all("opacity" in spec["layer"][1]["encoding"] for spec in specs_of(name, given_review, "vi"))


@pytest.mark.parametrize("name", ["headlines", "progress", "owners", "pillars"])
def test_rows_say_whose_they_are(review, name):
    keys = {f"owner:{code}" for code in review.owners.index} | {f"pillar:{code}" for code in review.pillars.index}
    for spec in specs_of(name, review, "vi"):
        for row in data_of(spec):
            found = {row[field] for field in ("owner", "pillar") if field in row}
            assert found and found <= keys


def test_charts_cut_by_number_keep_their_order(review):
    whole, cut = charts.owners(review, "vi").to_dict(), charts.owners(review, "vi", 3).to_dict()
    assert [row["label"] for row in rows_of(cut, 0)] == [row["label"] for row in rows_of(whole, 0)][:3]
