"""What the report shows in words: lines and tables of plain strings that show themselves as escaped HTML."""

from __future__ import annotations

import html
from dataclasses import dataclass


class Text(str):
    """A line of the report: a plain string that shows itself in a notebook as an escaped HTML element."""

    tag: str
    role: str

    def __new__(cls, text: str, tag: str = "p", role: str = ""):
        line = super().__new__(cls, text)
        line.tag, line.role = tag, role
        return line

    def _repr_html_(self) -> str:
        role = f' class="{self.role}"' if self.role else ""
        return f"<{self.tag}{role}>{html.escape(self)}</{self.tag}>"


class Lines(tuple):
    """Several lines of the report, shown one under the other; of tag `li`, as a list."""

    def _repr_html_(self) -> str:
        body = "\n".join(line._repr_html_() for line in self)
        return f"<ul>\n{body}\n</ul>" if self and all(line.tag == "li" for line in self) else body

    def __str__(self) -> str:
        return "\n".join(self)

    __repr__ = __str__


@dataclass(frozen=True)
class Table:
    """A table of text: `heads` title by column code, `rows` cells by column code, `numbers` the columns set to the
    right, `note` a line under it. Each cell carries its heading, for screens too narrow for columns."""

    name: str
    heads: dict[str, str]
    rows: tuple[dict[str, str], ...]
    numbers: frozenset[str] = frozenset()
    note: str = ""

    def _repr_html_(self) -> str:
        kind = {code: ' class="number"' if code in self.numbers else "" for code in self.heads}
        titles = {code: html.escape(title) for code, title in self.heads.items()}
        head = "".join(f'<th scope="col"{kind[code]}>{title}</th>' for code, title in titles.items())
        body = "".join(
            "<tr>"
            + "".join(
                f'<td data-label="{title}"{kind[code]}>{html.escape(str(row.get(code, "-")))}</td>'
                for code, title in titles.items()
            )
            + "</tr>\n"
            for row in self.rows
        )
        note = f'<p class="note">{html.escape(self.note)}</p>\n' if self.note else ""
        return (
            f'<div class="table">\n<table id="{html.escape(self.name)}">\n<thead><tr>{head}</tr></thead>\n'
            f"<tbody>\n{body}</tbody>\n</table>\n{note}</div>"
        )

    def __str__(self) -> str:
        return "\n".join(
            "\t".join(line) for line in [self.heads.values(), *(map(str, row.values()) for row in self.rows)]
        )

    __repr__ = __str__
