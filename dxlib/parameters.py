"""A notebook's parameters: declared once, in its tagged cell, and checked before anything runs.

A declaration is an annotated assignment; its annotation names what is accepted, alternatives apart by commas:

    period: "quarter" = "2024-Q1"
    language: "vi, en" = "vi"
    as_of: "date, empty" = ""

The kinds are those of `KINDS`, and `empty`; any other word is itself an accepted value. `papermill --help-notebook`
reads the same declarations.
"""

from __future__ import annotations

import ast
import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dxlib.messages import DxError
from dxlib.names import IDENTIFIER
from dxlib.period import Period, UnknownPeriod


def _quarter(text: str) -> str:
    try:
        return str(Period.parse(text))
    except UnknownPeriod:
        raise ValueError from None


def _date(text: str) -> str:
    return dt.date.fromisoformat(text.strip()).isoformat()


def _code(text: str) -> str:
    if not re.match(IDENTIFIER, text):
        raise ValueError
    return text


def _folder(text: str) -> str:
    if not text.strip() or "\0" in text:
        raise ValueError
    return text


KINDS: dict[str, Callable[[str], str]] = {"quarter": _quarter, "date": _date, "code": _code, "folder": _folder}
EXAMPLES = {"quarter": "2024-Q1", "date": "2024-04-03", "code": "80", "folder": "data/lao-cai", "empty": '""'}


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: its name, what it accepts (kinds of `KINDS`, `empty`, or values), and its default."""

    name: str
    accepts: tuple[str, ...]
    default: str

    def checked(self, value: object) -> str:
        """The value as it is passed on (a quarter as 2024-Q1, a date as 2024-04-03).

        Raises DxError for anything but text, and for a text that nothing accepts.

        >>> Parameter("period", ("quarter",), "2024-Q1").checked("Quý II/2024")
        '2024-Q2'
        """
        if not isinstance(value, str):
            raise DxError("parameter_value", name=self.name, found=repr(value), expected=f'"{self._expected[0]}"')
        for kind in self.accepts:
            if kind == "empty" and not value.strip():
                return ""
            if kind == value:
                return value
            if kind in KINDS:
                try:
                    return KINDS[kind](value)
                except ValueError:
                    continue
        raise DxError("parameter_value", name=self.name, found=f'"{value}"', expected=", ".join(self._expected))

    @property
    def _expected(self) -> list[str]:
        return [EXAMPLES.get(kind, kind) for kind in self.accepts]


def declared(sources: Iterable[str]) -> dict[str, Parameter]:
    """The parameters that the first declaring cell among these sources declares, by name; none where no cell does."""
    for source in sources:
        found = {}
        for node in _statements(source):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                accepts, default = _text(node.annotation), _text(node.value)
                if accepts is not None and default is not None:
                    parts = tuple(part.strip() for part in accepts.split(","))
                    found[node.target.id] = Parameter(node.target.id, parts, default)
        if found:
            return found
    return {}


def checked(parameters: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, str]:
    """Every declared parameter with its value: the given one, checked, else its default.

    Raises DxError for a name that is not declared, with the nearest one that is, and for a value that is refused.
    """
    for name in given:
        if name not in parameters:
            nearest = difflib.get_close_matches(str(name), parameters, n=1)
            known = ", ".join(parameters)
            raise DxError("parameter", found=str(name), nearest=nearest[0] if nearest else "", known=known)
    return {name: item.checked(given.get(name, item.default)) for name, item in parameters.items()}


def assigned(sources: Iterable[str]) -> list[str]:
    """Names that papermill's injected cells, among these sources, assign."""
    return [
        target.id
        for source in sources
        if source.startswith("# Parameters\n")
        for node in _statements(source)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:  # a cell with IPython's own syntax declares nothing
        return []


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
