"""The letters of a cell: old fonts told by name, TCVN3 to Unicode, invisible characters, plausible Vietnamese."""

from __future__ import annotations

import re
import unicodedata

from dxlib.names import nfc

# TCVN 5712:1993, bytes A1 to FE as the fonts' text shows them in Unicode files (U+00A1 to U+00FE).
_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮ"
    "ẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵ"
)
_TO_UNICODE = {0xA1 + n: letter for n, letter in enumerate(_TCVN3)}
_INVISIBLE = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (9, 10)),
        *range(0x7F, 0xA0),
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),
    ]
)
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_CLEAN = {**_INVISIBLE, **_SPACES}

_COMMON = set("ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý–—‘’“”…•")  # Vietnamese letters that Latin-1 has too
_ONSET = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_NUCLEUS = (
    "uya|iêu|yêu|oai|oay|oao|oeo|uôi|ươi|ươu|uay|uây|uyu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oe|oi|ôi|ơi|ua|uê|ui|uy|uơ"
    "|ưa|ưi|ưu|[aeêioôơuưy]"
)
_OPEN = "uyê|iê|yê|uô|ươ|uâ|oă|oo|ă|â"  # these need a consonant behind them
_CODA = "ch|ng|nh|[ckmnpt]"
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:(?:{_NUCLEUS})(?:{_CODA})?|(?:{_OPEN})(?:{_CODA}))\Z")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORDS = re.compile(r"[^\W\d_]+")
_VNI_PAIR = re.compile(r"[aeoAEOuUyY][ùøûõïáàåãäéèúüëâêôÙØÛÕÏÁÀÅÃÄÉÈÚÜËÂÊÔ]|[öÖôÔ][ùøûõïÙØÛÕÏ]|ñ")


def old_font(name: str | None) -> str:
    """Which old Vietnamese encoding a font stands for: "tcvn3", "tcvn3 capitals", "vni", or "" for Unicode.

    >>> old_font(".VnTime"), old_font(".VnArialH"), old_font("VNI-Times"), old_font("Arial")
    ('tcvn3', 'tcvn3 capitals', 'vni', '')
    """
    name = (name or "").strip()
    if name[:3].lower() == ".vn":
        return "tcvn3 capitals" if name.endswith("H") else "tcvn3"
    return "vni" if re.match(r"vni[- ]", name, re.I) else ""


def clean(text: str) -> str:
    """NFC, without what cannot be seen; every kind of space is a space, lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN)
    return nfc(text)


def from_tcvn3(text: str, capitals: bool = False) -> str:
    """Text typed in a TCVN3 font, in Unicode. Its ư is the soft hyphen: convert first, clean after.

    >>> from_tcvn3("Uû ban nh©n d©n tØnh"), from_tcvn3("së", capitals=True)
    ('Uỷ ban nhân dân tỉnh', 'SỞ')
    """
    text = nfc(text.translate(_TO_UNICODE))
    return text.upper() if capitals else text


def is_old(text: str) -> bool:
    """Whether text in an old font can be in its encoding at all: some letter beyond ASCII, none beyond Latin-1."""
    return not text.isascii() and all(ord(char) < 0x100 or char in "–—‘’“”…•" for char in text)


def only_wears(text: str, converted: str = "") -> bool:
    """Whether Latin-1 text in an old font is Unicode all the same: Vietnamese as it stands, and not when converted.

    >>> only_wears("Báo cáo", "Bỏo cỏo"), only_wears("sè", "số"), only_wears("teá")
    (True, False, False)
    """
    marked = {char for char in text if not char.isascii()}
    return marked <= _COMMON and plausible(text) == 1.0 and not (converted and plausible(converted) == 1.0)


def read_run(text: str, font: str) -> tuple[str, str]:
    """Text of one font (as old_font tells it), and "tcvn3" where it was converted; VNI is the caller's to refuse."""
    if not font.startswith("tcvn3") or not text:
        return text, ""
    if is_old(text):
        converted = from_tcvn3(text, font.endswith("capitals"))
        return (text, "") if only_wears(text, converted) else (converted, "tcvn3")
    return (text.upper() if font.endswith("capitals") and text.isascii() else text), ""


def plausible(text: str) -> float:
    """The share of words with letters beyond ASCII that are Vietnamese syllables; 1.0 when there is none.

    >>> plausible("Sở Y tế tỉnh"), plausible("Së Y tÕ tØnh") < 0.5
    (1.0, True)
    """
    words = [word for word in _WORDS.findall(nfc(text)) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


def is_syllable(word: str) -> bool:
    """Whether a word is spelt as a Vietnamese syllable is: onset, vowels, coda, one tone at most."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = sum(char in _TONES for char in parts)
    bare = nfc("".join(char for char in parts if char not in _TONES))
    return tones <= 1 and bool(_SYLLABLE.match(bare))


def looks_vni(text: str) -> bool:
    """Whether text without a font reads as VNI: many vowels followed by VNI's tone letters, few real syllables."""
    return len(_VNI_PAIR.findall(text)) >= 3 and plausible(text) < 0.5
