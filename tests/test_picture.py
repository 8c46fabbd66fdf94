"""A chart that is sent alone says what it shows, of whom, and whether it is real."""

import re
import xml.etree.ElementTree as ET

import pytest

from dxlib import picture
from dxlib.theme import SHADES

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="328" height="90" viewBox="0 0 328 90"><text font-family="Liberation Sans">Mức</text></svg>'
FIGURES = {"title": "Kết quả quý I - Tỉnh Minh Họa", "slice": "Xã A", "state": "DỰ THẢO", "illustrative": "SỐ LIỆU MINH HỌA"}
SPEC = {"usermeta": {"dx": {"title": "7/24 mục tiêu", "subtitle": "Số mục tiêu", "legend": [["0", "Hoàn thành, vượt"], ["not_assessed", "Chưa đánh giá"]]}}}  # fmt: skip
HOSTILE = ["<script>x</script>", '"><g onload="x">', "]]><!--", "&lt;b&gt;", "{{ x }}"]


def texts(drawn: str) -> list[str]:
    return [element.text for element in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]


def test_it_says_finding_measure_legend_subject_draft_and_made_up_data():
    said = texts(picture.svg(DRAWING, SPEC, FIGURES))
    assert said[:2] == ["7/24 mục tiêu", "Số mục tiêu"] and "Mức" in said
    assert "Hoàn thành, vượt" in said and "Chưa đánh giá" in said
    assert said[-1] == "SỐ LIỆU MINH HỌA" and "Xã A" in " ".join(said) and "DỰ THẢO" in " ".join(said)


def test_the_legend_has_the_shades_of_the_charts():
    drawn = picture.svg(DRAWING, SPEC, FIGURES)
    assert f'width="13" height="13" fill="{SHADES[0]}"' in drawn


def test_nothing_stands_outside_the_picture_or_over_anything_else():
    drawn = picture.svg(DRAWING, {"usermeta": {"dx": {"title": "một hai ba bốn " * 12, "subtitle": "x"}}}, FIGURES)
    height = float(re.match(r'<svg[^>]* height="([\d.]+)"', drawn)[1])
    rows = [float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)"', drawn)]
    assert rows == sorted(rows) and rows[-1] < height
    assert all(after - before >= picture.LINE for before, after in zip(rows, rows[1:]))
    assert all(picture.room(line) <= picture.WIDTH for line in texts(drawn))


def test_only_fonts_that_have_all_of_vietnamese_are_asked_for():
    assert "Liberation" not in picture.svg(DRAWING, SPEC, FIGURES)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_holds_it_is_text(text):
    spec = {"usermeta": {"dx": {"title": text, "subtitle": text, "legend": [["0", text], [text, "x"]]}}}
    drawn = picture.svg(DRAWING, spec, {"title": text, "slice": text, "state": text, "illustrative": text})
    assert texts(drawn)[0] == text
    tags = {element.tag.split("}")[1] for element in ET.fromstring(drawn).iter()}
    assert tags == {"svg", "rect", "g", "text"}


def test_a_chart_that_carries_its_own_title_gets_none():
    said = texts(picture.svg(DRAWING, {}, {"title": "T", "illustrative": ""}))
    assert said == ["Mức", "T"]
