"""The cells of a sheet as common programs write it, found by one regular expression; nothing at all for any other.

Every byte between <sheetData> and </sheetData> must be part of a row's tag or of a cell of the one plain make, each
beginning where the last one ended; the rest of the sheet is parsed as XML. Whatever differs (a prefix, an attribute more, rich
text, an entity of its own, a comment, white space) is left to the XML parser, which reads the same from it.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]{1,9})")?'
    r"(?:/>| />|>(?:(<f)(?: [^<>]*?)?(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>|(<v ?/>)|<is><t(?: xml:space=\"preserve\")?>([^<]*)</t></is>)?</c>)"
    r"|(<row(?: [^<>]*)?>)|</row>"
)
_ROW = re.compile(r' r="([1-9][0-9]{0,6})"')
_HIDDEN = re.compile(r' hidden="(?:1|true)"')
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}  # & last, or it would make others
_CONTROL = bytes(code for code in range(32) if code not in (9, 10))
_STRANGE = (b"<!", b"<?", b"]]>", b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # no cell of the plain make; no characters of XML
MOST = 4_000_000  # bytes of a sheet; the parser reads larger ones row by row


class _Other(Exception):
    """The sheet is not of the plain make."""


def split(data: bytes) -> tuple[bytes, str] | None:
    """A sheet without its cells, and the text of these; None where they cannot be told apart plainly."""
    start, end = data.find(b"<sheetData>"), data.find(b"</sheetData>")
    if len(data) > MOST or start < 0 or end < start or data.count(b"sheetData") != 2:
        return None
    start += len(b"<sheetData>")
    body = data[start:end]
    if len(body.translate(None, _CONTROL)) != len(body) or any(mark in body for mark in _STRANGE):
        return None
    try:
        return data[:start] + data[end:], body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def cells(body: str) -> tuple[list[tuple], set[int]] | None:
    """Every cell that has content: row, column, style, type, value, formula, inline text (None where there is none);
    and the hidden rows. None where anything is not of the plain make."""
    try:
        return _cells(body)
    except _Other:
        return None


def _cells(body: str) -> tuple[list[tuple], set[int]]:
    found, hidden, at = [], set(), 0
    for token in _TOKEN.finditer(body):
        if token.start() != at:
            raise _Other
        at = token.end()
        letters, row, style, kind, formula, formula_text, value, no_value, inline, row_tag = token.groups()
        if letters is None:
            if row_tag is not None and "hidden=" in row_tag:
                number = _ROW.search(row_tag)
                if number is None:
                    raise _Other
                if _HIDDEN.search(row_tag):
                    hidden.add(int(number[1]))
            continue
        if formula is None and value is None and no_value is None and inline is None:
            continue
        found.append(
            (
                int(row), _column(letters), int(style or 0), kind or "n",
                "" if no_value is not None else value and _text(value),
                None if formula is None else _text(formula_text or ""),
                inline if inline is None else _text(inline),
            )
        )  # fmt: skip
    if at != len(body):
        raise _Other
    return found, hidden


@lru_cache(4096)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return column


def _text(text: str) -> str:
    if "&" not in text:
        return text
    if text.count("&") == sum(text.count(f"&{name};") for name in _NAMED):
        for name, char in _NAMED.items():
            text = text.replace(f"&{name};", char)
        return text
    return _ENTITY.sub(_entity, text)


def _entity(found: re.Match) -> str:
    if found[1]:
        return _NAMED[found[1]]
    code = int(found[2]) if found[2] else int(found[3], 16) if found[3] else 0
    allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    if not allowed:
        raise _Other
    return chr(code)
