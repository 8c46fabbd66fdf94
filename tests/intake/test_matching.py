"""dxlib.intake.matching: one way of writing a name is as good as another; a guess is never taken."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib.intake.context import packed, unpacked
from dxlib.intake.matching import Names, bare, fold, word

SAME = [
    ("Hòa Bình", "Hoà Bình"),
    ("Ủy ban nhân dân", "Uỷ ban nhân dân"),
    ("Thúy", "Thuý"),
    ("Đà Nẵng", "Ðà Nẵng"),  # Eth for Đ
    ("Sở Y tế", "SỞ Y TẾ"),
    ("Sở  Y\u00a0tế", "Sở Y tế"),
    ("Sở TT&TT", "Sở TT & TT"),
    ("2021-2025", "2021 – 2025"),
    ("Xã Khuê Mỹ", unicodedata.normalize("NFD", "Xã Khuê Mỹ")),
    ("khoảng１２", "khoảng12"),
]
DIFFERENT = [
    ("Hòa", "Hóa"), ("Đà", "Dà"), ("Tân An", "Tần An"), ("Mỹ", "Mĩ"), ("xã A", "xã B"), ("Sở Y tế", "Sở Y tê"),
    ("Số xã", "Sổ xã"), ("loại 1", "loại 11"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_meet(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_do_not_meet(one, other):
    assert fold(one) != fold(other)
    match = Names({"a": [one]}).match(other)
    assert match.id == ""


def test_a_near_miss_is_suggested_and_not_taken():
    match = Names({"so-yt": ["Sở Y tế"], "so-ct": ["Sở Công Thương"]}).match("So Y te")
    assert (match.id, match.near, match.ambiguous) == ("", ("so-yt",), False)


def test_a_name_of_two_ids_is_ambiguous_and_names_both():
    match = Names({"1": ["Xã Hòa Bình"], "2": ["xã Hoà Bình"]}).match("XÃ HÒA BÌNH")
    assert (match.id, match.near, match.ambiguous) == ("", ("1", "2"), True)


@pytest.mark.parametrize(
    ("written", "name"),
    [("1. Số xã", "Số xã"), ("1.2.3) Số xã:", "Số xã"), ("a) Số xã (%)", "Số xã"), ("- Số xã;", "Số xã"), ("IV. Số xã (*)", "Số xã"),
     ("1", "1"), ("5G", "5G"), ("4.0 là gì", "4.0 là gì")],
)  # fmt: skip
def test_numbers_units_and_marks_around_a_name_do_not_count(written, name):
    assert bare(written) == name


@given(st.text(max_size=40))
def test_folding_never_fails_and_is_stable(text):
    assert fold(fold(text)) == fold(text)
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) or unicodedata.normalize("NFKC", text) != text
    bare(text)


@given(st.text(max_size=30))
def test_a_match_is_an_id_that_goes_by_that_key(text):
    names = Names({"a": ["Sở Y tế"], "b": ["Sở Tư pháp"]})
    match = names.match(text)
    assert match.id in ("", "a", "b") and not (match.id and match.near)
    if match.id and text.strip().casefold() not in ("a", "b"):
        known = {"a": "Sở Y tế", "b": "Sở Tư pháp"}[match.id]
        assert fold(known) in (fold(text), fold(bare(text)))


def test_a_word_of_a_list_is_found_by_label_or_code():
    words = {"A": "Chính thức", "P": "Sơ bộ"}
    assert [word(text, words) for text in ("SƠ BỘ", "P", "", "sơ  bộ.", "so bo")] == ["P", "P", "", "P", None]


def test_areas_are_known_by_code_and_day(demo):
    """A code or name that stands for one area before a merger and another after it, as in realdata/vn_admin_units."""
    frame = pd.DataFrame(
        [
            ("15", pd.NaT, pd.Timestamp("2025-06-30"), "Tỉnh Yên Bái", "", "province", ""),
            ("15", pd.Timestamp("2025-07-01"), pd.NaT, "Tỉnh Lào Cai", "", "province", ""),
            ("10", pd.NaT, pd.Timestamp("2025-06-30"), "Tỉnh Lào Cai", "", "province", ""),
        ],
        columns=["area", "valid_from", "valid_to", "name_vi", "name_en", "level", "parent"],
    )

    class Package:
        settings = demo.settings

        def __getitem__(self, table):
            return frame if table == "areas" else demo[table]

        def targets(self, year):
            return demo.targets(year)

    known = unpacked(packed(Package()))
    assert known.area_names("2024-Q4").match("tỉnh Lào Cai").id == "10"
    assert known.area_names("2025-Q3").match("tỉnh Lào Cai").id == "15"
    assert known.area_names("2025-Q3").match("Tỉnh Yên Bái").id == "" and known.other_days("Tỉnh Yên Bái")
    assert known.area_names("2025-Q3").match("10").id == ""


def test_the_packages_own_spellings_count(demo):
    from dataclasses import replace

    settings = replace(demo.settings, intake={"names": {"indicators": {"smartphone": ["Dân có điện thoại xịn"]}}})
    known = unpacked(packed(replace(demo, settings=settings)))
    assert known.names["indicators"].match("dân có điện thoại xịn").id == "smartphone"
