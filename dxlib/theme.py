"""One look for every chart: rows of named bars, in a width that a phone shows unscaled and a sheet of A4 holds twice.

Title, measure, legend and figures of a chart stand beside it as text of the page (`about`), not in the drawing: they
wrap, are read aloud, and follow the page's size and colours. Nothing in a drawing is placed by the width of a text, so
that it is the same bytes whatever fonts a machine has.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from dxlib.messages import label

WIDTH = 328  # px: what a phone of 360 px has between its margins, and less than half a sheet of A4
SIZE, LINE = 16, 19  # of text, px: 12 pt on paper
GLYPH = 8.4  # px, of a letter of that size at its widest in running text
BESIDE, LINES = 18, 2  # letters of a name that stands beside its bar, and lines of one that stands above it
FONT = "Arial, Liberation Sans, Helvetica, Roboto, Noto Sans, sans-serif"
INK, SOFT, LIGHT = "#1d2733", "#56616d", "#ffffff"
# From dark to light, best to worst; then the classes that stand apart. Used for nothing else.
SHADES = ("#0a4a7d", "#3d79ad", "#a3c8e4", "#e3edf5")
SHADE_INK = (LIGHT, LIGHT, INK, INK)
APART = {"not_met": "#d9d9d9", "not_assessed": "#fdfdfd"}
BAR = "#37526b"  # of bars that are no band
THEME = {"font": FONT, "view": {"stroke": None}, "aria": False, "text": {"fontSize": SIZE, "fill": INK}}
FOCUS = "focus"  # the signal that names what a reader has picked: one agency or one field, across all charts
_IN_FOCUS = f"{FOCUS} == '' || datum.owner == {FOCUS} || datum.pillar == {FOCUS}"


class Plain(alt.SchemaBase):
    """JSON that goes into a specification as it is: altair looks at every value that it is given."""

    _schema = {}

    def to_dict(self, *_, **__) -> dict:
        return self._args[0]


class Layer(alt.Chart):
    """A layer whose copies share its parts: on its way into a specification altair copies each layer four times over."""

    def __deepcopy__(self, memo: object = None) -> Layer:
        return self.copy(deep=False)


TEXT, TIP = alt.Text(field="text", type="nominal"), alt.Tooltip(field="tip", type="nominal")


@dataclass(frozen=True)
class Rows:
    """The rows of a chart: one a name, its bar beside it where names are short, else under it."""

    names: tuple[str, ...]
    bar: int = 14

    @classmethod
    def of(cls, names: Sequence[str], bar: int = 14) -> Rows:
        return cls(tuple(names), bar)

    @property
    def beside(self) -> bool:
        return max(map(len, self.names), default=0) <= BESIDE

    @property
    def left(self) -> float:
        """Where bars begin."""
        return round(max(map(len, self.names), default=0) * (GLYPH + 0.6)) + 8 if self.beside else 0

    @property
    def lines(self) -> int:
        return 0 if self.beside else max(name.count("\n") + 1 for name in self.names)

    @property
    def step(self) -> int:
        return max(self.lines * LINE + self.bar + 10, LINE + 7)

    @property
    def down(self) -> float:
        """How far under its row's middle a bar stands."""
        return 0 if self.beside else (self.step - self.bar) / 2 - 5

    @property
    def height(self) -> int:
        return self.step * len(self.names)

    def y(self, field: str = "label") -> alt.Y:
        order = Plain({"domain": list(self.names), "padding": 0})  # not as `sort`: Vega-Lite makes an expression of that
        return alt.Y(field=field, type="nominal", sort=None, axis=None, scale=order)

    def named(self, bold: bool = False) -> Layer:
        """The layer of names."""
        top = self.down - self.bar / 2 - self.lines * LINE + 11
        texts = ["\n" * (self.lines - 1 - name.count("\n")) + name for name in self.names]  # the last line on the bar
        base = Layer(given({"label": self.names, "text": texts})).encode(y=self.y(), text=TEXT)
        return base.mark_text(
            align="left", baseline="middle" if self.beside else "alphabetic", x=0, dy=0 if self.beside else top,
            lineBreak="\n", lineHeight=LINE, fontWeight="bold" if bold else "normal",
        )  # fmt: skip


def given(columns: Mapping[str, Sequence]) -> dict:
    """Columns as a chart's data. A frame would have the types of its fields guessed, which every chart here states."""
    rows = [dict(zip(columns, row)) for row in zip(*columns.values())]
    return {"values": [{name: None if value != value else value for name, value in row.items()} for row in rows]}


def wrapped(names: Iterable[str]) -> list[str]:
    """Names in lines that fit above a bar; of equal ones the later get a mark that is not seen, so that each keeps a
    row of its own."""
    width, seen, found = int(WIDTH / GLYPH) + 2, Counter(), []
    for name in names:
        cut = "\n".join(textwrap.wrap(name, width, max_lines=LINES, placeholder=" …"))
        found.append(cut + "\u200b" * seen[cut])
        seen[cut] += 1
    return found


def room(texts: Sequence[str]) -> float:
    """The width that texts at the end of bars need."""
    return max(map(len, texts), default=0) * (GLYPH + 0.8) + 12


def x(field: str, domain: Sequence[float], span: Sequence[float]) -> alt.X:
    """A length in px without an axis: its figures stand beside it."""
    return alt.X(field=field, type="quantitative", axis=None, scale=_scale(domain, span))


def at(value: float, domain: Sequence[float], span: Sequence[float]) -> alt.XDatum:
    """The same place in every row."""
    return alt.XDatum(value, type="quantitative", axis=None, scale=_scale(domain, span))


def _scale(domain: Sequence[float], span: Sequence[float]) -> Plain:
    return Plain({"domain": list(domain), "range": list(span), "nice": False, "zero": False})


def in_focus() -> dict:
    """Bars outside what a reader has picked stand back; in print, all are as drawn."""
    return {"opacity": alt.OpacityValue(0.25, condition={"test": _IN_FOCUS, "value": 1})}


def shades(bands: Sequence[str]) -> alt.Color:
    """The one ordered scale of bands; `bands` from highest to lowest."""
    drawn = [SHADES[int(shade(band, bands))] for band in bands]
    scale = Plain({"domain": [*bands, *APART], "range": [*drawn, *APART.values()]})
    return alt.Color(field="band", type="nominal", scale=scale, legend=None)


def shade_ink(bands: Sequence[str]):
    """The ink of a number on its band's shade."""
    dark = [band for band, ink in zip(bands, SHADE_INK) if ink == LIGHT]
    return alt.ColorValue(INK, condition={"test": {"field": "band", "oneOf": dark}, "value": LIGHT})


def finished(
    layers: Sequence[Layer],
    data: Mapping[str, Sequence],
    height: float,
    language: str,
    code: str,
    table: Mapping[str, Sequence],
    legend: Sequence[tuple[str, str]] = (),
    **fields,
) -> alt.LayerChart:
    """A chart of layers over the columns `data` (those that name no data of their own) with what the page says about it.

    `code`: its finding and measure (messages, group `chart`, `code` and `code_sub`), filled with `fields`; `table`: its
    figures as a reader reads them, columns by heading; `legend`: pairs of a shade (see `shade`) and its words.
    """
    finding, measure = (label(language, "chart", name, **fields) for name in (code, f"{code}_sub"))
    chart = alt.layer(*layers, data=given(data), width=WIDTH, height=height)
    chart.description = f"{finding}. {measure}"
    about = {
        "title": finding,
        "subtitle": measure,
        "unfold": label(language, "word", "chart_data"),
        "legend": [list(pair) for pair in legend],
        "heads": list(table),
        "rows": [list(map(str, row)) for row in zip(*table.values())],
    }
    chart.usermeta = Plain({"dx": about})
    chart.params = [alt.VariableParameter(name=FOCUS, value="")]
    chart.padding, chart.autosize, chart.background, chart.config = 0, "none", "transparent", THEME
    return chart


def style() -> str:
    """What a notebook needs to show a chart with its caption and legend: the page has its own style sheet."""
    named = {**{str(n): colour for n, colour in enumerate(SHADES)}, **APART}
    swatches = "".join(f".chart .shade-{name} {{ background: {colour} }}" for name, colour in named.items())
    return (
        "<style>.chart { max-width: 27rem } .chart figcaption strong { display: block } .chart .legend { display: flex; "
        "flex-wrap: wrap; gap: 0 1rem; list-style: none; padding: 0 } .chart .swatch { display: inline-block; width: .9em; "
        f"height: .9em; margin-right: .4em; border: 1px solid {SOFT} }} {swatches}</style>"
    )


def shade(band: str, bands: Sequence[str]) -> str:
    """The name of a band's shade: its place among the bands (those after the last shade share it), or the class that
    stands apart."""
    return str(min(list(bands).index(band), len(SHADES) - 1)) if band in bands else band
