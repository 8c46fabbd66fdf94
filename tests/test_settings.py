"""Laws of datapackage.json: a right one is taken as it is, a wrong one told in one sentence that names the place."""

import copy
import json
import os
import shutil
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxlib as dx
from dxlib import schema, settings
from dxlib.messages import DxError
from tests.conftest import ROOT

GOOD = json.loads((ROOT / "data" / "demo-province" / "datapackage.json").read_text(encoding="utf-8"))
OWN = [
    {"id": "done", "edge": 100, "vi": "Đạt", "en": "Done"},
    {"id": "near", "edge": 90, "closed": False, "vi": "Gần đạt", "en": "Near"},
    {"id": "far", "vi": "Xa", "en": "Far"},
]
PACE = [{"id": "on_track", "edge": 100}, {"id": "behind", "edge": 60}, {"id": "far_behind"}]


@pytest.fixture
def write(tmp_path):
    """Write a changed datapackage.json; return its folder."""

    def with_change(change):
        raw = copy.deepcopy(GOOD)
        change(raw)
        (tmp_path / "datapackage.json").write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
        return tmp_path

    return with_change


def put(*path_and_value):
    """A change: put a value at a path of keys."""
    *path, last, value = path_and_value

    def change(raw):
        for name in path:
            raw = raw[name]
        raw[last] = value

    return change


def drop(*path):
    def change(raw):
        for name in path[:-1]:
            raw = raw[name]
        del raw[path[-1]]

    return change


def bands(*changed, closed=None):
    """A change: a band set with these edges."""
    given = [
        {"id": f"band-{n}", "vi": "a", "en": "a"} | ({} if edge is None else {"edge": edge})
        for n, edge in enumerate(changed)
    ]
    if closed is not None:
        given[0]["closed"] = closed
    return put("dx", "band_sets", {"own": given})


def pace(*edges, closed=True):
    ids = ["ahead", "on_track", "behind", "far_behind"]
    given = [
        {"id": name} | ({} if edge is None else {"edge": edge, "closed": closed}) for name, edge in zip(ids, edges)
    ]
    return put("dx", "pace", given)


WRONG = {  # what: (change, place, told in found or expected)
    "no dx": (drop("dx"), ".", "dx"),
    "no name": (drop("name"), ".", "name"),
    "no area": (drop("dx", "area"), "dx", "area"),
    "no place": (drop("dx", "place"), "dx", "place"),
    "a place in one language": (drop("dx", "place", "en"), "dx/place", "en"),
    "a name with capitals": (put("name", "Demo"), "name", "Demo"),
    "a name that climbs": (put("name", "../demo"), "name", "../demo"),
    "a name with a newline at its end": (put("name", "demo\n"), "name", "demo"),
    "an area that is a number": (put("dx", "area", 99), "dx/area", "99"),
    "an area with a newline at its end": (put("dx", "area", "99\n"), "dx/area", "99"),
    "an unknown setting": (put("dx", "bandsets", {}), "dx", "bandsets"),
    "dx a list": (put("dx", []), "dx", "object"),
    "a pillar without a name": (drop("dx", "pillars", 0, "vi"), "dx/pillars/0", "vi"),
    "a pillar with spaces in its id": (put("dx", "pillars", 1, "id", "kinh te so"), "dx/pillars/1/id", "kinh te so"),
    "pillars an object": (put("dx", "pillars", {}), "dx/pillars", "array"),
    "illustrative in words": (put("dx", "illustrative", "yes"), "dx/illustrative", "yes"),
    "days in words": (put("dx", "due_soon_days", "30"), "dx/due_soon_days", "30"),
    "days in part": (put("dx", "due_soon_days", 1.5), "dx/due_soon_days", "1.5"),
    "days below zero": (put("dx", "due_soon_days", -1), "dx/due_soon_days", "-1"),
    "far over in words": (put("dx", "far_over", "200%"), "dx/far_over", "200%"),
    "far over not a number": (put("dx", "far_over", float("nan")), "", "NaN"),
    "one band": (bands(100), "dx/band_sets/own", "short"),
    "an unknown key of a band": (
        put("dx", "band_sets", {"own": [{"id": "a", "colour": 1}, {"id": "b"}]}),
        "own/0",
        "colour",
    ),
    "edges that rise": (bands(100, 50, 70, None), "dx/band_sets/own", "fall"),
    "an edge twice": (bands(100, 70, 70, None), "dx/band_sets/own", "fall"),
    "an edge missing": (bands(100, None, 50, None), "dx/band_sets/own", "fall"),
    "an edge at the last": (bands(100, 70, 0), "dx/band_sets/own", "none at the last"),
    "an edge not a number": (bands(100, float("nan"), 50, None), "", "NaN"),
    "an edge without end": (bands(100, float("-inf"), None), "", "Infinity"),
    "an edge below zero": (bands(100, -10, None), "dx/band_sets/own/1/edge", "-10"),
    "a first edge without end": (pace(10**400, 100, 80, None), "dx/pace/0/edge", "1000000.0"),
    "a first edge above 100": (bands(105, 70, None), "dx/band_sets/own", "100"),
    "a first edge below 100": (bands(95, 70, None), "dx/band_sets/own", "100"),
    "a first edge left open": (bands(100, 70, None, closed=False), "dx/band_sets/own", "closed"),
    "a band twice": (
        put("dx", "band_sets", {"own": [{"id": "met", "edge": 100}, {"id": "met", "edge": 50}, {"id": "under_50"}]}),
        "dx/band_sets/own",
        "met",
    ),
    "a band with the name of a count beside it": (
        put("dx", "band_sets", {"own": [{"id": "not_met", "edge": 100}, {"id": "under_50"}]}),
        "dx/band_sets/own",
        "not_met",
    ),
    "a band of one's own without words": (
        put("dx", "band_sets", {"own": [{"id": "met", "edge": 100}, {"id": "rest"}]}),
        "dx/band_sets/own",
        "rest",
    ),
    "a pace without 100": (pace(105, 95, 80, None), "dx/pace", "100"),
    "a pace with 100 open": (pace(105, 100, 80, None, closed=False), "dx/pace", "100"),
    "a pace that rises": (pace(80, 100, 105, None), "dx/pace", "fall"),
    "a pace without words": (put("dx", "pace", [{"id": "fine", "edge": 100}, {"id": "late"}]), "dx/pace", "fine"),
}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("change, place, told", WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_told_in_one_sentence_that_names_its_place(
    write, monkeypatch, language, change, place, told
):
    monkeypatch.setenv("DX_LANGUAGE", language)
    with pytest.raises(DxError) as error:
        settings.read(write(change))
    assert error.value.code == "settings"
    assert place in error.value.fields["place"]
    assert told in error.value.fields["found"] + error.value.fields["expected"]
    text = str(error.value)
    assert "datapackage.json" in text and place in text
    assert len(text.splitlines()) == 1 and text.endswith(".")


def test_a_misspelt_setting_is_told_with_the_settings_there_are(write):
    with pytest.raises(DxError) as error:
        settings.read(write(put("dx", "far_ower", 200)))
    assert "far_over" in error.value.fields["expected"]


FILES = {
    "not JSON": (b'{"name": "demo",', "1:"),
    "empty": (b"", "1:1"),
    "a comment": (b'{\n// a comment\n"name": "demo"}', "2:1"),
    "words": ("tỉnh".encode(), "1:1"),
    "UTF-16": ('{"name": "demo"}'.encode("utf-16"), ""),
    "windows-1258": ('{"name": "t\u1ec9nh"}'.encode("utf-8")[:12] + b'\xd2nh"}', ""),
    "a list": (b"[]", ""),
    "a number": (b"5", ""),
    "null": (b"null", ""),
    "a number of five thousand digits": (b'{"name": ' + b"9" * 5000 + b"}", ""),
    "too deep": (b"[" * 100_000, ""),
}


@pytest.mark.parametrize("content, place", FILES.values(), ids=FILES)
def test_a_file_that_is_no_settings_is_told_in_one_sentence(tmp_path, content, place):
    (tmp_path / "datapackage.json").write_bytes(content)
    with pytest.raises(DxError) as error:
        settings.read(tmp_path)
    assert "datapackage.json" in str(error.value) and place in error.value.fields["place"]
    assert len(str(error.value).splitlines()) == 1


def test_a_folder_without_a_descriptor_is_no_package(tmp_path):
    for make in (lambda: None, (tmp_path / "datapackage.json").mkdir):
        make()
        with pytest.raises(DxError) as error:
            settings.read(tmp_path)
        assert error.value.code == "no_package"
        assert "datapackage.json" in str(error.value) and str(tmp_path) in str(error.value)


def test_a_right_file_is_read_as_it_stands(write):
    read = settings.read(write(lambda raw: None))
    assert (read.name, read.area, read.illustrative) == ("demo-province", "99", True)
    assert read.place == {"vi": "Tỉnh Minh Họa", "en": "Minh Hoa Province"}
    assert list(read.pillars) == ["chinh-quyen-so", "kinh-te-so", "xa-hoi-so", "nen-tang-chung"]
    assert read.measures["thon"]["en"] == "villages"
    assert read.bands() == read.bands("") == read.bands("default") == schema.BANDS
    assert read.pace == schema.PACE


def test_what_is_not_stated_has_its_default(write):
    def change(raw):
        raw["dx"] = {"place": raw["dx"]["place"], "area": "99"}

    read = settings.read(write(change))
    assert (read.illustrative, read.far_over, read.due_soon_days) == (False, schema.FAR_OVER, schema.DUE_SOON_DAYS)
    assert read.counted == {"vi": "mục tiêu", "en": "targets"}
    assert read.pillars == read.tags == read.measures == read.notice == {}


def test_a_committees_own_bands_stand_beside_the_default(write):
    read = settings.read(write(put("dx", "band_sets", {"strict": OWN})))
    assert read.bands("strict") == (
        schema.Band("done", 100, True), schema.Band("near", 90, False), schema.Band("far", None, True),
    )  # fmt: skip
    assert read.bands() == schema.BANDS
    assert (read.band_label("near", "vi"), read.band_label("near", "en", "band_sentence")) == ("Gần đạt", "Near")
    assert read.band_label("met", "en") == "Met or exceeded"


def test_a_committee_may_replace_the_default_bands_and_the_pace(write):
    def change(raw):
        raw["dx"]["band_sets"] = {"default": OWN}
        raw["dx"]["pace"] = PACE

    read = settings.read(write(change))
    assert [band.id for band in read.bands()] == ["done", "near", "far"]
    assert [(band.id, band.edge) for band in read.pace] == [("on_track", 100), ("behind", 60), ("far_behind", None)]


def test_a_band_keeps_its_words_where_a_committee_gives_only_one_language(write):
    own = [{"id": "met", "edge": 100, "vi": "Đạt"}, {"id": "under_50"}]
    read = settings.read(write(put("dx", "band_sets", {"two": own})))
    assert (read.band_label("met", "vi"), read.band_label("met", "en")) == ("Đạt", "Met or exceeded")
    assert read.band_label("under_50", "vi") == "Dưới 50%"


def test_own_bands_score_a_meeting_that_names_them(package):
    """The whole way: descriptor, meetings.csv, review."""
    path = package / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["dx"]["band_sets"] = {"strict": OWN}
    path.write_text(json.dumps(raw), encoding="utf-8")
    path = package / "meetings.csv"
    meetings = pd.read_csv(path, dtype="str", keep_default_na=False)
    meetings.loc[meetings["period"] == "2024-Q1", "bands"] = "strict"
    meetings.to_csv(path, index=False, encoding="utf-8")
    data = dx.load(package)
    review = dx.review(data, "2024-Q1")
    assert list(review.bands.index) == ["done", "near", "far", "not_met", "not_assessed"]
    assert review.bands["count"].sum() == len(review.progress)
    assert dx.review(data, "2023-Q4").band_set == schema.BANDS


def test_a_byte_order_mark_and_decomposed_letters_make_no_difference(tmp_path, write):
    plain = settings.read(write(lambda raw: None))
    text = json.dumps(GOOD, ensure_ascii=False)
    path = tmp_path / "datapackage.json"
    path.write_bytes(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", text).encode())
    assert settings.read(tmp_path) == plain


def test_what_frictionless_tools_add_is_left_alone(write):
    def change(raw):
        raw["contributors"] = [{"title": "x"}]
        raw["dx:note"] = "x"
        raw["resources"] = []

    assert settings.read(write(change)).name == "demo-province"


@st.composite
def _changed(draw):
    """The demo's settings with one value of any depth replaced by any JSON."""
    raw = copy.deepcopy(GOOD)
    raw["dx"]["band_sets"], raw["dx"]["pace"] = {"own": copy.deepcopy(OWN)}, copy.deepcopy(PACE)
    at, key = raw, draw(st.sampled_from(["name", "dx", "dx", "dx", "dx"]))
    while isinstance(at[key], (dict, list)) and at[key] and draw(st.integers(0, 4)):
        at = at[key]
        key = draw(st.sampled_from(sorted(at)) if isinstance(at, dict) else st.integers(0, len(at) - 1))
    scalar = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("99")
    nested = st.recursive(
        scalar, lambda of: st.lists(of, max_size=3) | st.dictionaries(st.text(max_size=5), of, max_size=3)
    )
    at[key] = draw(nested)
    return raw


@given(raw=_changed())
def test_whatever_stands_in_the_file_only_a_dx_error_is_raised(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("settings")
    (folder / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    try:
        read = settings.read(folder)
    except DxError as error:
        assert "datapackage.json" in str(error) and len(str(error).splitlines()) == 1
    else:
        for band in {band.id for bands in read.band_sets.values() for band in bands}:
            assert read.band_label(band, "vi") is not None and read.band_label(band, "en", "band_sentence") is not None
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    (tmp_path / "datapackage.json").write_text("{}")
    (tmp_path / "datapackage.json").chmod(0)
    with pytest.raises(DxError):
        settings.read(tmp_path)


@pytest.mark.parametrize("hidden", ["\x00", "\x1b[31m", "\r", "\x7f", "\x85", "\u202e", "\u2066", "\ufffe", "\uffff", "\ud800"])
@pytest.mark.parametrize(
    ("place", "at"),
    [
        ("dx/place/vi", ("dx", "place", "vi")),
        ("dx/notice/en", ("dx", "notice", "en")),
        ("dx/counted/vi", ("dx", "counted", "vi")),
        ("dx/pillars/0/en", ("dx", "pillars", 0, "en")),
        ("dx/measures/1/vi", ("dx", "measures", 1, "vi")),
        ("dx/tags/0/vi", ("dx", "tags", 0, "vi")),
    ],
)
def test_a_character_that_cannot_be_seen_or_drawn_is_refused_as_in_a_cell(tmp_path, place, at, hidden):
    raw = copy.deepcopy(GOOD)
    raw["dx"]["notice"] = {"vi": "a", "en": "a"}
    put(*at, f"a{hidden}b")(raw)
    (tmp_path / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")  # as escapes: JSON holds them all
    with pytest.raises(DxError) as refused:
        settings.read(tmp_path)
    assert place in str(refused.value) and hidden not in str(refused.value) or hidden == "\r"
    assert str(refused.value).isprintable() or hidden == "\r"


@pytest.mark.parametrize("hidden", ["\x00", "\u202e", "\ufffe"])
def test_a_bands_own_name_is_held_to_the_same(tmp_path, hidden):
    raw = copy.deepcopy(GOOD)
    raw["dx"]["band_sets"] = {"default": [{**OWN[0], "en": f"a{hidden}b"}, *OWN[1:]]}
    (tmp_path / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(DxError, match="dx/band_sets/default/0/en"):
        settings.read(tmp_path)
