"""What a row of a sender's table is, by its number and its words: of a section, a note, a signature, or data."""

from __future__ import annotations

import re

from dxlib.intake.headings import ANSWERS
from dxlib.intake.matching import fold
from dxlib.intake.totals import words_of

_ROMAN = re.compile(r"[IVX]{1,5}[.)]?\Z")
_LETTER = re.compile(r"[A-ZĐ][.)]?\Z")
ARABIC = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,3})*[.)]?\Z")
_TITLED = re.compile(r"(?P<mark>[IVX]{1,5}|[A-HĐ])[.)]\s+\S")
_MARKED = re.compile(r"\(?\*+\)?|\(?[0-9]\)\s|\(?(kt|tm|tl|tuq)\.", re.I)  # (*) · 1) · KT. of a signature
_FOOT = re.compile(
    "(?:"
    + "|".join(
        fold(words)
        for words in ("ghi chú", "chú thích", "nguồn", "người lập", "người ký", "nơi nhận", "lập biểu", "thủ trưởng",
                      "giám đốc", "phó giám đốc", "chủ tịch", "phó chủ tịch", "kế toán", "ký tên", "ký ghi rõ")
    )
    + rf")(?!\w)|.*{fold('ngày')}[ …]*[0-9]*[ …]*{fold('tháng')}"
)  # fmt: skip


def is_foot(label: str) -> bool:
    """Whether a row begins a note, or is part of a signature."""
    return bool(_MARKED.match(label) or _FOOT.match(words_of(label)))


def level_of(number: str) -> int | None:
    """0 for a letter, 1 for a roman numeral, 2 for an arabic one."""
    if _ROMAN.match(number):
        return 1
    return 0 if _LETTER.match(number) else 2 if ARABIC.match(number) else None


def section_level(
    number: str, name: str, label: str, plain: bool, numbered: bool, full: bool, filled: list[str]
) -> int | None:
    """The level of the section that a row without figures opens; None when it opens none.

    `plain`: the row says one thing only; `numbered`: rows of this table have numbers; `full`: half the rows or more say more.
    """
    if set(filled) & (set(ANSWERS) | {"unit"}) and not plain:
        return None
    level = level_of(number)
    if level is not None:
        return level if level < 2 else None
    if titled := _TITLED.match(label):
        return 1 if _ROMAN.match(titled["mark"]) else 0
    return 2 if plain and (numbered or full) and not is_foot(label) else None
