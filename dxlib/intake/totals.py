"""Totals of a sender's table as a check: where all the parts of a total are plain numbers, it is their sum."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from dxlib.intake.cells import shown
from dxlib.intake.figures import Expects, read_figure
from dxlib.intake.matching import fold
from dxlib.intake.sheets import Cell, Finding, Record

SUMMED = ("value", "numerator", "denominator", "plan")
_LABEL = 300  # characters of a name that can be a total's
_TOTAL = re.compile(
    rf"(?:{fold('tổng')}(?: {fold('cộng')}| {fold('số')})?|{fold('cộng')}(?: chung)?|{fold('toàn tỉnh')}|total)"
    rf"(?: {fold('toàn tỉnh')}| chung| {fold('mục')} \w+| {fold('phần')} \w+|(?: [ivx]+)+)?\Z"
)
_PUNCTUATION = re.compile(r"[^\w\s\u0300-\u036f]+")


def words_of(text: str) -> str:
    """The folded words of a text, its punctuation left out: a tone mark then stays with its word."""
    return fold(_PUNCTUATION.sub(" ", text))


def is_total(text: str) -> bool:
    """Whether a name is a total's: Tổng, Tổng cộng, Cộng (I+II), Toàn tỉnh; no name that only begins so.

    >>> is_total("TỔNG CỘNG (I+II):"), is_total("Tổng số hồ sơ")
    (True, False)
    """
    return 0 < len(text) <= _LABEL and bool(_TOTAL.match(words_of(text)))


@dataclass
class Totals:
    """Totals as a check: where all the parts of a total are plain numbers, it is their sum."""

    sheet: str  # its name
    columns: dict[str, int]
    findings: list[Finding] = field(default_factory=list)
    every: list[Record] = field(default_factory=list)
    group: list[Record] = field(default_factory=list)  # since the last section began
    ahead: list[tuple[dict[int, Cell], str]] = field(default_factory=list)  # totals that stand before their rows
    before_all: list[tuple[dict[int, Cell], str]] = field(default_factory=list)

    def record(self, record: Record) -> None:
        self.every.append(record)
        self.group.append(record)

    def section(self) -> None:
        """A section begins: what was ahead of the last one's rows is checked."""
        for cells, label in self.ahead:
            self._check(cells, label, [self.group])
        self.group, self.ahead = [], []

    def total(self, cells: dict[int, Cell], label: str) -> None:
        """A total: of the rows above it, of its section or of all; of those below where there are none above."""
        if self.group:
            self._check(cells, label, [self.group, self.every])
        elif self.every:
            self.ahead.append((cells, label))
        else:
            self.before_all.append((cells, label))

    def end(self) -> list[Finding]:
        """The table ends: what is left is checked; everything found."""
        for cells, label in self.ahead:
            self._check(cells, label, [self.group, self.every])
        for cells, label in self.before_all:
            self._check(cells, label, [self.every, self.group])
        return self.findings

    def _check(self, cells: dict[int, Cell], label: str, groups: list[list[Record]]) -> None:
        for name in SUMMED:
            cell = cells.get(self.columns.get(name, 0))
            total = _plain_number(cell) if cell is not None else None
            if total is None:
                continue
            sums = [_sum(group, name) for group in groups]
            if None in sums or total in sums:
                continue
            fields = (("sum", shown(sums[-1])),)
            self.findings.append(Finding("total_differs", "warning", self.sheet, cell.ref, label, cell.text, fields))


def _sum(group: list[Record], name: str) -> Decimal | None:
    """The sum of a column; None where a part is no plain number, or there is none."""
    parts = [_plain_number(record.cells[name]) for record in group if not record.cells[name].blank]
    return sum(parts, Decimal(0)) if parts and None not in parts else None


def _plain_number(cell: Cell) -> Decimal | None:
    if cell.kind == "number":
        return cell.value
    if cell.kind != "text":
        return None
    said = read_figure(cell, Expects("cases"))
    return None if said.wrong or said.percent or said.qualifier or said.target is not None else said.value
