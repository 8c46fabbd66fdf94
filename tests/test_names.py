"""Laws of names: one normal form, and the order of a Vietnamese dictionary."""

import itertools
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib.names import IDENTIFIER, anchor, nfc, sort_key

TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]  # ngang, huyền, hỏi, ngã, sắc, nặng
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
VOWELS = "aăâeêioôơuưy"

vowels = st.builds(lambda letter, tone: nfc(letter + tone), st.sampled_from(VOWELS), st.sampled_from(TONES))
syllables = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "b", "c", "ch", "d", "đ", "gi", "h", "kh", "l", "m", "ng", "nh", "ph", "qu", "th", "tr", "x"]),
    vowels,
    st.sampled_from(["", "n", "ng", "nh", "t", "c", "ch", "m", "p", "i", "u"]),
)
cased = st.builds(lambda syllable, change: change(syllable), syllables, st.sampled_from([str, str.upper, str.title]))
names = st.lists(cased | st.integers(0, 999).map(str), min_size=1, max_size=4).map(" ".join)


@given(names)
def test_a_name_has_one_form_however_it_was_typed(name):
    assert nfc(unicodedata.normalize("NFD", name)) == nfc(name)
    assert unicodedata.is_normalized("NFC", nfc(name))


@given(names)
def test_the_order_does_not_depend_on_how_a_name_was_typed(name):
    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(unicodedata.normalize("NFC", name))


@given(names, names)
def test_only_equal_names_share_a_place(one, other):
    assert (sort_key(one) == sort_key(other)) == (nfc(one) == nfc(other))


@pytest.mark.parametrize(
    "ordered",
    [
        list(LETTERS),
        [nfc("a" + tone) for tone in TONES],
        [nfc("ư" + tone) for tone in TONES],
        ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ", "me"],
        ["Da", "Dĩ An", "Dương", "Đa", "Đà Nẵng", "Đồng", "E"],
        ["An Giang", "Ăn", "Ân Thi", "Bắc"],
        ["o", "ò", "oa", "ô", "ổ", "ơ", "ớ", "p"],
        ["Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng", "Long An"],
        ["Xã 1", "Xã 2", "Xã Bình An", "Xã Y"],
        ["An", "An Bình", "Anh"],  # a shorter word first
        ["sở", "Sở", "sợ"],  # case decides last
        ["hòa an", "hoa sen"],  # all letters count before any tone
        ["", "0", "9", "a"],
    ],
    ids=" ".join,
)
def test_names_stand_in_dictionary_order(ordered):
    for shuffled in itertools.islice(itertools.permutations(ordered), 0, 5000, 97):
        assert sorted(shuffled, key=sort_key) == ordered


@given(syllables, st.sampled_from(list(itertools.combinations(range(len(LETTERS)), 2))), syllables)
def test_a_letter_counts_more_than_any_tone_after_it(before, pair, after):
    first, second = (LETTERS[n] for n in pair)
    assert sort_key(before + first + after) < sort_key(before + second + "a")


@given(syllables, st.sampled_from(VOWELS), st.sampled_from(list(itertools.combinations(TONES, 2))), syllables)
def test_tones_stand_in_their_order_when_letters_are_equal(before, vowel, tones, after):
    first, second = (before + nfc(vowel + tone) + after for tone in tones)
    assert sort_key(first) < sort_key(second)


@given(st.text(max_size=30))
def test_any_text_has_a_place(text):
    assert sort_key(text) == sort_key(text)
    assert sorted([text, "an"], key=sort_key) == sorted(["an", text], key=sort_key)


codes = st.from_regex(r"\A" + IDENTIFIER, fullmatch=False)


@given(codes, codes)
def test_only_the_same_code_has_the_same_place_on_a_page(one, other):
    assert (anchor(one) == anchor(other)) == (one == other)
    assert anchor(one) == f"nguon-{one}"


@given(st.text(max_size=30))
def test_any_text_has_a_place_that_an_address_can_name(text):
    assert re.fullmatch(r"nguon-[a-z0-9._-]*", anchor(text))
    assert anchor(text) == anchor(text)
