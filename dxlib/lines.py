"""Lines of the report: plain strings that show themselves in a notebook as escaped HTML."""

from __future__ import annotations

import html


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
