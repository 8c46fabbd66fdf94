"""What the report shows in words: lines, tables and captions of plain strings that show themselves as escaped HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dxlib.names import anchor

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Text(str):
    """A line of the report: a plain string that shows itself in a notebook as an escaped HTML element.

    `tag`: its HTML element; `role`: what it is (a class of the style sheet); `place`: the id of this place on the page;
    `see`: the place where its figures stand one by one, and that place's name.
    """

    tag: str
    role: str
    place: str
    see: tuple[str, str] | None

    def __new__(cls, text: str, tag: str = "p", role: str = "", place: str = "", see: tuple[str, str] | None = None):
        line = super().__new__(cls, text)
        line.tag, line.role, line.place, line.see = tag, role, place, see
        return line

    def _repr_html_(self) -> str:
        place = f' id="{html.escape(self.place)}"' if self.place else ""
        role = f' class="{html.escape(self.role)}"' if self.role else ""
        see = f' <a class="see" href="#{html.escape(self.see[0])}">{html.escape(self.see[1])}</a>' if self.see else ""
        return f"<{self.tag}{place}{role}>{html.escape(self)}{see}</{self.tag}>"


class Lines(tuple):
    """Several lines of the report, or tables, or lines of lines, shown one under the other; of tag `li`, as a list."""

    def _repr_html_(self) -> str:
        body = "\n".join(line._repr_html_() for line in self)
        return f"<ul>\n{body}\n</ul>" if self and all(getattr(line, "tag", "") == "li" for line in self) else body

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    __repr__ = __str__


class Traced(str):
    """A cell of a table that leads to where its figure comes from: the row of Annex 6 with this id."""

    to: str

    def __new__(cls, text: str, to: str):
        cell = super().__new__(cls, text)
        cell.to = to
        return cell

    def _repr_html_(self) -> str:
        return f'<a href="#{anchor(self.to)}">{html.escape(self)}</a>'


class Shaded(str):
    """A cell of a table on the shade of its band (see `dxlib.theme.shade`)."""

    shade: str

    def __new__(cls, text: str, shade: str):
        cell = super().__new__(cls, text)
        cell.shade = shade
        return cell


@dataclass(frozen=True)
class Table:
    """A table of text: `heads` title by column code, `rows` cells by column code, `numbers` the columns set to the
    right, `below` columns that stand under their row, over its whole width, `ids` what each row is the place of (see
    `Traced`), `note` a line under the table. Each cell carries its heading, for screens too narrow for columns."""

    name: str
    heads: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    numbers: frozenset[str] = frozenset()
    note: str = ""
    below: tuple[str, ...] = ()
    ids: Sequence[str] = ()

    def _repr_html_(self) -> str:
        across = {code: html.escape(title) for code, title in self.heads.items() if code not in self.below}
        kind = {code: ' class="number"' if code in self.numbers else "" for code in across}
        head = "".join(f'<th scope="col"{kind[code]}>{title}</th>' for code, title in across.items())
        body = []
        for number, row in enumerate(self.rows):
            place = f' id="{anchor(self.ids[number])}"' if self.ids else ""
            cells = "".join(_cell(row.get(code, "-"), title, kind[code]) for code, title in across.items())
            under = [(code, row.get(code, "")) for code in self.below]
            under = [(html.escape(self.heads[code]), text) for code, text in under if text not in ("", "-")]
            body.append(f"<tr{place}{' class=over' if under else ''}>{cells}</tr>")
            if under:
                told = "".join(f'<div data-label="{title}">{_inline(text)}</div>' for title, text in under)
                body.append(f'<tr class="under"><td colspan="{len(across)}">{told}</td></tr>')
        note = f'<p class="note">{html.escape(self.note)}</p>\n' if self.note else ""
        inside = "\n".join(body)
        return (
            f'<div class="table">\n<table id="{html.escape(self.name)}">\n<thead><tr>{head}</tr></thead>\n'
            f"<tbody>\n{inside}\n</tbody>\n</table>\n{note}</div>"
        )

    def __str__(self) -> str:
        return "\n".join(
            "\t".join(line) for line in [self.heads.values(), *(map(str, row.values()) for row in self.rows)]
        )

    __repr__ = __str__


def _cell(text: str, title: str, kind: str) -> str:
    shade = f' class="shade-{html.escape(text.shade)}"' if isinstance(text, Shaded) else kind
    return f'<td data-label="{title}"{shade}>{_inline(text)}</td>'


def _inline(text: str) -> str:
    return text._repr_html_() if isinstance(text, Traced) else html.escape(str(text))


def captioned(spec: Mapping, drawing: str, number: int | None = None) -> str:
    """A chart as the page shows it: its finding and measure, its drawing (SVG), its legend, its figures as a table
    that unfolds. `spec`: made by `dxlib.theme`, or any other; `number`: its place on the page."""
    about = (spec.get("usermeta") or {}).get("dx") or {}
    told = html.escape(str(spec.get("description", "")))
    place = "" if number is None else f' data-chart="{number}"'
    caption = legend = table = ""
    if about:
        caption = f"<figcaption><strong>{html.escape(about['title'])}</strong> <span>{html.escape(about['subtitle'])}</span></figcaption>\n"  # fmt: skip
        swatches = "".join(
            f'<li><i class="swatch shade-{html.escape(shade)}"></i>{html.escape(words)}</li>'
            for shade, words in about["legend"]
        )
        legend = f'<ul class="legend">{swatches}</ul>\n' if swatches else ""
        heads = {str(n): title for n, title in enumerate(about["heads"])}
        rows = [{str(n): cell for n, cell in enumerate(row)} for row in about["rows"]]
        shown = Table(f"chart-{number}", heads, rows)._repr_html_()
        table = f'<details class="data"><summary>{html.escape(about["unfold"])}</summary>{shown}</details>\n'
    silent = drawing.replace("<svg ", '<svg aria-hidden="true" ', 1)  # its words are those of the label and the table
    return (
        f'<figure class="chart">\n{caption}<div class="drawing" role="img" aria-label="{told}"{place}>{silent}</div>\n'
        f"{legend}{table}</figure>"
    )
