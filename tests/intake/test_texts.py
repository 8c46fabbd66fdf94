"""Laws of letters: TCVN3 as iconv has it, fonts told by name, nothing invisible, old text without a font refused."""

import re
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib.intake.delimited import decode
from dxlib.intake.sheets import Refused
from dxlib.intake.texts import clean, from_tcvn3, is_syllable, old_font, plausible, read_run

VIETNAMESE = (
    "ỦY BAN NHÂN DÂN Tỷ lệ hồ sơ công việc được xử lý hoàn toàn trên môi trường mạng; ý kiến, quỹ, khuỷu, ngoằn ngoèo"
)


@pytest.mark.skipif(not shutil.which("iconv"), reason="no iconv here")
@given(data=st.binary(max_size=60))
def test_tcvn3_is_what_iconv_has(data):
    """iconv's TCVN is the oracle, for the bytes that the fonts use; no letter has two tones."""
    data = bytes(byte for byte in data if 0x20 <= byte < 0x7F or 0xA0 < byte < 0xFF)
    data = re.sub(rb"(?<![\x20-\x7e])[\xb0-\xb4]", b"", re.sub(rb"[\xb0-\xb4]+", lambda tones: tones[0][:1], data))
    done = subprocess.run(["iconv", "-f", "TCVN", "-t", "UTF-8"], input=data, capture_output=True, check=True)
    assert from_tcvn3(data.decode("latin-1")) == unicodedata.normalize("NFC", done.stdout.decode())


@pytest.mark.parametrize(
    "typed, shown",
    {
        "Uû ban nh©n d©n tØnh": "Uỷ ban nhân dân tỉnh",
        "Së Th«ng tin vµ TruyÒn th«ng": "Sở Thông tin và Truyền thông",
        "Tû lÖ hå s¬ trùc tuyÕn": "Tỷ lệ hồ sơ trực tuyến",
        "§µo t¹o n¨m 2024": "Đào tạo năm 2024",
        "h­ëng l­¬ng": "hưởng lương",
        "97,5%": "97,5%",
    }.items(),
)
def test_text_of_a_tcvn3_font_is_converted_its_soft_hyphen_too(typed, shown):
    assert read_run(typed, "tcvn3")[0] == shown
    assert clean(read_run(typed, "tcvn3")[0]) == shown


def test_a_font_of_capitals_gives_capitals():
    assert read_run("së y tÕ", "tcvn3 capitals") == ("SỞ Y TẾ", "tcvn3")
    assert read_run("so 12", "tcvn3 capitals") == ("SO 12", "")


@pytest.mark.parametrize("text", ["Sở Y tế", "Tỷ lệ", "đường", "Báo cáo", "Công an tàu"])
def test_unicode_text_that_only_wears_an_old_font_is_left_alone(text):
    assert read_run(text, "tcvn3") == (text, "")


@pytest.mark.parametrize(
    "font, kind",
    {
        ".VnTime": "tcvn3", ".VnTimeH": "tcvn3 capitals", ".vnarial": "tcvn3", ".VnArialH": "tcvn3 capitals",
        "VNI-Times": "vni", "VNI Helve": "vni", "Times New Roman": "", "": "", None: "", "Vnitype": "",
    }.items(),
)  # fmt: skip
def test_old_fonts_are_told_by_name(font, kind):
    assert old_font(font) == kind


@pytest.mark.parametrize(
    "text, left",
    {
        "a\u200bb": "ab", "\ufeffa": "a", "a\u00adb": "ab", "a\u00a0b": "a b", "a\u202fb": "a b", "a\u202eb": "ab",
        "a\r\nb": "a\nb", "a\x07b": "ab", "ho\u0300a": "h\u00f2a", "\ud800x": "x",
    }.items(),
)  # fmt: skip
def test_what_cannot_be_seen_is_taken_out_and_spaces_are_spaces(text, left):
    assert clean(text) == left


@given(text=st.text())
def test_clean_text_is_composed_and_stays_so(text):
    once = clean(text)
    assert unicodedata.is_normalized("NFC", once) and clean(once) == once
    assert not any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in once)


@pytest.mark.parametrize(
    "word", ["nghiêng", "quyển", "ỷ", "khuỷu", "giường", "Đắk", "yêu", "thuở", "oái", "rượu", "gì"]
)
def test_a_vietnamese_syllable_is_one(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Tû", "lÖ", "teá", "sôû", "Ã¡", "ộộ", "bcd"])
def test_what_is_no_syllable_is_none(word):
    assert not is_syllable(word)


def test_text_is_plausible_by_its_words():
    assert plausible(VIETNAMESE) > 0.9 and plausible("only ASCII 97,5%") == 1.0


# --- encodings of delimited text ----------------------------------------------------------------------------------

TEXT = "STT;Chỉ tiêu;Đơn vị tính\n1;Tỷ lệ hồ sơ trực tuyến;%\n2;Số xã đạt chuẩn nông thôn mới;xã\n"


def in_1258(text: str) -> bytes:
    """Windows-1258 as Windows writes it: letters with a mark of their own composed, tones apart."""
    out = []
    for char in text:
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            letters = unicodedata.normalize("NFD", char)
            tone = next(mark for mark in letters if mark in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", letters.replace(tone, ""))
            out.append(base.encode("cp1258") + tone.encode("cp1258"))
    return b"".join(out)


def in_tcvn3(text: str) -> bytes:
    done = subprocess.run(["iconv", "-f", "UTF-8", "-t", "TCVN"], input=text.encode(), capture_output=True, check=False)
    return done.stdout


VNI = "STT;Chæ tieâu\n1;Tyû leä hoà sô tröïc tuyeán\n2;Soá xaõ ñaït chuaån noâng thoân môùi\n".encode(
    "cp1252", "ignore"
)

ENCODED = [
    ("utf-8", TEXT.encode(), "utf-8"),
    ("utf-8 with mark", TEXT.encode("utf-8-sig"), "utf-8-sig"),
    ("utf-8 decomposed", unicodedata.normalize("NFD", TEXT).encode(), "utf-8"),
    ("utf-16 with mark", TEXT.encode("utf-16"), "utf-16"),
    ("utf-16 big-endian with mark", b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
    ("utf-16 little-endian", TEXT.encode("utf-16-le"), "utf-16-le"),
    ("utf-16 big-endian", TEXT.encode("utf-16-be"), "utf-16-be"),
    ("windows-1258", in_1258(TEXT), "windows-1258"),
    ("ascii", b"a;b\n1;2\n", "utf-8"),
]


@pytest.mark.parametrize("name, data, encoding", ENCODED, ids=[case[0] for case in ENCODED])
def test_an_encoding_is_found_out_and_the_text_is_whole(name, data, encoding):
    text, found = decode("a.csv", data)
    assert found == encoding
    assert clean(text) == (TEXT if name != "ascii" else "a;b\n1;2\n")


NOT_DECODED = [
    ("vni", VNI, "old_text"),
    ("latin of another country", "Å;Ø\nØrsted Ål Åse Øyvind;1\n".encode("latin-1"), "encoding"),
    ("utf-8 read as windows-1252 and saved", TEXT.encode().decode("cp1252", "ignore").encode(), "encoding"),
    ("letters lost", "STT;Ch\ufffd ti\ufffdu\n".encode(), "encoding"),
    ("cut utf-16", TEXT.encode("utf-16")[:-1], "encoding"),
]


@pytest.mark.parametrize("name, data, rule", NOT_DECODED, ids=[case[0] for case in NOT_DECODED])
def test_what_cannot_be_told_for_certain_is_refused(name, data, rule):
    with pytest.raises(Refused) as refused:
        decode("a.csv", data)
    assert refused.value.rule == rule


@pytest.mark.skipif(not shutil.which("iconv"), reason="no iconv here")
def test_tcvn3_without_a_font_is_refused_by_name():
    with pytest.raises(Refused, match="TCVN3"):
        decode("a.csv", in_tcvn3(TEXT))
