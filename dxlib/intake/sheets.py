"""What a sender's file is once it is read: a Book of Sheets of Cells, whatever it came as; Findings and Refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from dxlib.messages import DxError, error_language, label

KINDS = ("empty", "text", "number", "percent", "date", "boolean", "error", "formula", "merged")


@lru_cache(1024)
def column_name(column: int) -> str:
    """The letters of a column.

    >>> column_name(1), column_name(28), column_name(16384)
    ('A', 'AB', 'XFD')
    """
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the sender sees it.

    `kind` is one of KINDS: `formula` is one without a cached value, `merged` one that a merge covers (its text and
    value are those of the merge's first cell). `text` is NFC and as displayed, as far as the file tells: "97,5%" for
    a percent cell, the exact shortest decimal with a point for a number, 2024-05-09 for a date.
    """

    row: int
    column: int
    kind: str = "empty"
    text: str = ""
    value: object = None  # Decimal (97.5 for a cell that shows 97,5%), date, bool, name of an error
    converted: str = ""  # "tcvn3" where the text was converted

    @property
    def ref(self) -> str:
        return f"{column_name(self.column)}{self.row}"

    @property
    def blank(self) -> bool:
        """Nothing to see: an empty cell, or spaces. An error or a formula without a value is not blank."""
        return self.kind == "empty" or (not self.text.strip() and self.kind in ("text", "merged"))


@dataclass(frozen=True)
class Sheet:
    """One sheet, table of a document, or file of delimited text: the cells that hold something, by (row, column)."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column
    delimiter: str = ""  # of delimited text
    lengths: tuple[int, ...] = ()  # of delimited text: how many cells each row was written with, empty ones too
    above: tuple[str, ...] = ()  # paragraphs between this table of a document and the one before

    @property
    def height(self) -> int:
        """The last row that holds something."""
        return max((row for row, _ in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((column for _, column in self.cells), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place; an empty one where nothing stands."""
        return self.cells.get((row, column)) or Cell(row, column)

    def rows(self) -> Iterator[list[Cell]]:
        """Every row from the first to the last that holds something, each as wide as the sheet.

        >>> [[cell.text for cell in row] for row in Sheet("a", {(2, 2): Cell(2, 2, "text", "x")}).rows()]
        [['', ''], ['', 'x']]
        """
        width = self.width
        for row in range(1, self.height + 1):
            yield [self.cell(row, column) for column in range(1, width + 1)]


@dataclass(frozen=True)
class Book:
    """One file of a sender, read."""

    file: str  # name, without its folder
    sha256: str
    kind: str  # xlsx, xlsm, xls, ods, docx, csv
    sheets: tuple[Sheet, ...] = ()
    version: str = ""  # the form's hidden mark (defined name or property dx_form), "" for a file of the sender's own
    marks: tuple[tuple[str, str], ...] = ()  # further hidden marks of a form: names that begin with dx_, and their text
    findings: tuple[Finding, ...] = ()  # what reading noticed: hidden sheets, macros that were not run, an encoding


@dataclass(frozen=True)
class Record:
    """One data row of a table: its cells by field (indicator, name, unit, plan, value, status, cause, ...).

    A field that is not in `cells` is a column that the table does not have; a blank Cell is one left empty.
    """

    sheet: str
    row: int
    section: str = ""  # the section heading that it stands under; several levels separated by " / "
    cells: dict[str, Cell] = field(default_factory=dict)
    number: str = ""  # STT as written
    status: str = ""  # E where the heading of its value says that it is an estimate
    hidden: bool = False


@dataclass(frozen=True)
class Finding:
    """One thing to tell the sender: rule, level, place, what was found; the sentence is in locales, group `finding`."""

    rule: str
    level: str  # error, warning, note
    sheet: str = ""
    ref: str = ""  # B7
    row: str = ""  # what the row is about, as the sender wrote it
    found: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str:
        """The sentence without its place."""
        return label(language, "finding", self.rule, found=self.found, **dict(self.fields))

    def sentence(self, language: str) -> str:
        """Place and sentence: sheet, cell, row, what was found, what was expected, what to do."""
        text = self.text(language)
        if not (self.sheet or self.ref or self.row):
            return text[:1].upper() + text[1:]
        place = label(language, "finding_place", "place", sheet=self.sheet, ref=self.ref, row=_short(self.row))
        place = place.lstrip(", ")  # a CSV has no sheet to name
        return f"{place[:1].upper()}{place[1:]}: {text}"


def _short(text: str, length: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


class Refused(DxError):
    """A file that is not read, told in one sentence; `rule` says why (locales, group `refused`)."""

    @property
    def rule(self) -> str:
        return self.code

    def sentence(self, language: str) -> str:
        return label(language, "refused", self.code, **self.fields)

    def __str__(self) -> str:
        return self.sentence(error_language())
