"""Names as senders spell them, to ids of the package: one way of writing a word is as good as another, a guess is not.

Two spellings are the same name when their folded keys are: composed letters, case, spacing, dashes, Ð for Đ, and the
place of a tone mark (hòa, hoà) do not count. Anything further apart is told as a suggestion and never taken.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dxlib.names import nfc

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
_LIKE = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ", **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("“”„″", '"'), **dict.fromkeys("‘’′", "'")})  # fmt: skip
_LOOSE = re.compile(r"(?:^|\s)[\u0300-\u036f]+")  # marks on nothing, as NFKC makes of a spacing accent
_SIDES = re.compile(r"\s*([-/&(),;:+])\s*")
_NUMBERED = re.compile(r"^(?:(?:\d{1,3}|[ivx]{1,5}|[a-zđ])(?:[.)]\d{1,3})*[.)]\s+|[-+*•]\s+)", re.I)
_TAIL = re.compile(r"(?:\s*\((?:%|đvt[^)]*|đơn vị tính[^)]*|\*+|\d)\)|[\s.:;,*]+)+$", re.I)
NEAR = 0.72  # likeness from which a name is suggested


@lru_cache(65536)
def fold(name: str) -> str:
    """The key under which two spellings of one name meet.

    >>> fold("Uỷ  ban nhân dân") == fold("ỦY BAN NHÂN DÂN"), fold("Hoà Bình") == fold("hòa bình")
    (True, True)
    >>> fold("Hòa") == fold("Hóa"), fold("Ðà Nẵng") == fold("Đà Nẵng"), fold("Dà Nẵng") == fold("Đà Nẵng")
    (False, True, False)
    """
    text = _LOOSE.sub(" ", unicodedata.normalize("NFKC", name).translate(_LIKE).casefold())
    text = _SIDES.sub(r"\1", " ".join(text.split()))
    words = []
    for word in text.split(" "):
        letters = unicodedata.normalize("NFD", word)
        tones = "".join(mark for mark in letters if mark in _TONES)
        words.append(nfc("".join(mark for mark in letters if mark not in _TONES)) + tones)
    return " ".join(words)


def bare(name: str) -> str:
    """A name without its number in a list, its unit in brackets, and marks at its end.

    >>> bare("1.2. Tỷ lệ hồ sơ trực tuyến (%):"), bare("a) Số xã"), bare("4G và 5G")
    ('Tỷ lệ hồ sơ trực tuyến', 'Số xã', '4G và 5G')
    """
    text = " ".join(name.split())
    return _TAIL.sub("", _NUMBERED.sub("", text)) or text


@lru_cache(65536)
def _plain(key: str) -> str:
    """A key without any marks, for what looks alike only."""
    letters = unicodedata.normalize("NFD", key.replace("đ", "d"))
    return "".join(mark for mark in letters if not unicodedata.combining(mark))


@dataclass(frozen=True)
class Match:
    """What a name was found to be: an `id`, or none; `near` are those it may have meant (all of them, where several
    go by this very name)."""

    id: str = ""
    near: tuple[str, ...] = ()
    ambiguous: bool = False


class Names:
    """Names of one list of ids, in all their known spellings.

    >>> names = Names({"so-yt": ["Sở Y tế"], "so-ct": ["Sở Công Thương"]})
    >>> names.match("SỞ Y TẾ").id, names.match("Sở Y tê"), names.match("so-yt").id
    ('so-yt', Match(id='', near=('so-yt',), ambiguous=False), 'so-yt')
    """

    def __init__(self, spellings: Mapping[str, Iterable[str]]):
        self._ids: dict[str, list[str]] = {}
        self.known = set(spellings)
        for id, names in spellings.items():
            for name in names:
                for key in {fold(name), fold(bare(name))} - {""}:
                    if id not in self._ids.setdefault(key, []):
                        self._ids[key].append(id)
        self._bare: dict[str, list[str]] = {}
        for key, ids in self._ids.items():
            self._bare.setdefault(_plain(key), []).extend(ids)

    def match(self, text: str) -> Match:
        """The id that a text names: its code, or a name in a known spelling."""
        text = text.strip()
        if not text:
            return Match()
        if text in self.known:
            return Match(text)
        if text.casefold() in self.known:
            return Match(text.casefold())
        for key in (fold(text), fold(bare(text))):
            ids = self._ids.get(key, [])
            if len(ids) == 1:
                return Match(ids[0])
            if ids:
                return Match(near=tuple(ids), ambiguous=True)
        return Match(near=self._near(_plain(fold(bare(text)))))

    def _near(self, key: str) -> tuple[str, ...]:
        close = difflib.get_close_matches(key, self._bare, n=3, cutoff=NEAR)
        within = [known for known in self._bare if len(key) > 5 and (key in known or known in key)]
        ids = [id for known in [*close, *within] for id in self._bare[known]]
        return tuple(dict.fromkeys(ids))[:3]


def word(text: str, words: Mapping[str, str]) -> str | None:
    """The code of a word of a list (words by code), "" for a blank, None for a word that is not in it."""
    if not text.strip():
        return ""
    key = fold(bare(text))
    return next((code for code, known in words.items() if fold(known) == key or code == text.strip()), None)
