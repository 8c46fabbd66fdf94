"""Names of people, agencies and places: normal form, and the order of a Vietnamese dictionary."""

from __future__ import annotations

import re
import unicodedata

IDENTIFIER = r"[a-z0-9][a-z0-9._-]*\Z"  # of every code and id; safe as a file's name

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: str(20 + n) for n, letter in enumerate(_LETTERS)}  # digits before letters, other marks after


def nfc(text: str) -> str:
    """The text in Unicode's composed form, as every table and page holds it."""
    return unicodedata.normalize("NFC", text)


def anchor(name: str) -> str:
    """A name as the id of a place on the page: the same for the same name, whatever the name contains.

    >>> anchor("ho-so-mang"), anchor('"><script>')
    ('nguon-ho-so-mang', 'nguon--22-3e-3cscript-3e')
    """
    safe = "".join(char if re.match(r"[a-z0-9._-]", char) else f"-{ord(char):x}" for char in name)
    return f"nguon-{safe}"


def sort_key(text: str) -> tuple[str, str, str]:
    """A key that sorts as a Vietnamese dictionary does: letters first (a ă â ... d đ), then tones, then case.

    >>> sorted(["Đà Nẵng", "Dĩ An", "Ân Thi", "An Giang", "Ăn"], key=sort_key)
    ['An Giang', 'Ăn', 'Ân Thi', 'Dĩ An', 'Đà Nẵng']
    """
    text, letters, tones = nfc(text), [], []
    for word in text.lower().split():
        for char in word:
            parts = unicodedata.normalize("NFD", char)
            base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
            letters.append(_RANK.get(base, f"{1 if base.isdigit() else 9}{base}"))
            tones.append(str(max((_TONES.get(mark, 0) for mark in parts), default=0)))
        letters.append("00")
    return "".join(letters), "".join(tones), text.swapcase()
