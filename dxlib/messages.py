"""Every label, sentence and error text, in vi and en; the texts themselves are in locales/."""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("vi", "en")
_PART = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{(\w+)\}")


@cache
def catalogue(language: str) -> dict[str, dict[str, str]]:
    """All texts of a language, by group and code."""
    return tomllib.loads((files("dxlib") / "locales" / f"{language}.toml").read_text(encoding="utf-8"))


def label(language: str, group: str, code: str, **fields) -> str:
    """One text with its fields filled in; a part in [ ] goes when one of its fields is 0 or empty.

    Fields are put in as they are: a brace or bracket inside a value is text.

    >>> label("vi", "band", "over_70")
    'Trên 70%'
    """
    template = catalogue(language)[group][code]
    kept = _PART.sub(lambda part: part[1] if all(fields[name] for name in _FIELD.findall(part[1])) else "", template)
    return _FIELD.sub(lambda field: str(fields[field[1]]), kept)


def sentence(language: str, code: str, **fields) -> str:
    """A sentence of the report, its first letter a capital."""
    text = label(language, "sentence", code, **fields)
    return text[:1].upper() + text[1:]


def error_language() -> str:
    """The language errors are told in: DX_LANGUAGE where it names one, else the first."""
    wanted = os.environ.get("DX_LANGUAGE", "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


class DxError(Exception):
    """A user's mistake, told in one sentence: place, found, expected, what to do.

    >>> str(DxError("area", package="lao-cai", found="99", known="10"))
    'Bộ dữ liệu lao-cai không có đơn vị hành chính "99": dùng một trong 10.'
    """

    def __init__(self, code: str, **fields):
        super().__init__(code, fields)
        self.code, self.fields = code, fields

    def __reduce__(self):
        return _raised, (type(self), self.args)

    def __str__(self) -> str:
        return label(error_language(), "error", self.code, **self.fields)

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in a notebook: the sentence, not our stack."""
        return [f"{type(self).__name__}: {self}"]


def _raised(kind: type[DxError], args: tuple) -> DxError:
    """Build an unpickled error without running its subclass's own constructor."""
    error = kind.__new__(kind)
    Exception.__init__(error, *args)
    error.code, error.fields = args
    return error
