"""The message that goes with a report: what a chair must know, on a phone, in plain text."""

import pytest

import dxlib as dx
from dxlib import covernote
from dxlib.messages import LANGUAGES, label
from dxlib.wording import summary


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_place_period_draft_made_up_data_s1_s2_and_the_cut_off_date(demo_review, language):
    lines = covernote.text(demo_review, language).split("\n")
    assert demo_review.data.settings.place[language] in lines[0]
    assert demo_review.period.label(language, "heading_to_date") in lines[0]
    assert label(language, "word", "draft") in lines[0]
    assert lines[1] == label(language, "word", "illustrative")
    assert lines[2] == summary(demo_review, language)
    assert "14" in lines[-1] and str(demo_review.cut_off.year) in lines[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_at_most_three_matters_worst_first_and_counts_the_rest(demo_review, language):
    lines = covernote.text(demo_review, language).split("\n")
    matters = [line for line in lines if line[:2] in ("1)", "2)", "3)", "4)")]
    found = demo_review.decide
    assert len(matters) == min(3, len(found))
    for line, name in zip(matters, found[f"name_{language}"]):
        assert name in line
    if len(found) > 3:
        assert str(len(found) - 3) in lines[lines.index(matters[0]) - 1]


def test_real_data_is_not_called_made_up_and_nothing_to_decide_is_no_heading(lao_cai_q1):
    text = covernote.text(lao_cai_q1, "vi")
    assert "MINH HỌA" not in text and "Xin ý kiến" not in text
    assert "7 mục tiêu" in text


def test_an_area_and_a_theme_are_named(demo):
    area = demo["areas"]["area"].iloc[2]
    review = dx.review(demo, "2024-Q1", area=area)
    assert review.area_name(area, "vi") in covernote.text(review, "vi").split("\n")[0]
    assert covernote.slice_name(dx.review(demo, "2024-Q1"), "vi") == ""


def test_it_fits_a_phones_message(demo_review):
    for language in LANGUAGES:
        assert len(covernote.text(demo_review, language)) < 2000


@pytest.mark.parametrize("name", ["two\nlines", "a\u202etxt.exe", "tab\tand \u2028 more", "zero\u200bwidth", "bell\x07"])
def test_a_name_stays_on_its_line_and_hides_nothing(name):
    told = covernote._one_line(name)
    assert "\n" not in told and told.isprintable()
