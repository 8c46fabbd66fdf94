"""A chart as a picture that can be sent alone: its drawing with what the page says around it, as one SVG.

On the page a chart's finding, measure and legend are text beside the drawing, and the page says whose figures they are
and whether they are real. A picture that leaves the page has to carry all that with it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

EDGE, WIDTH = 16, 328  # px: the margin around, and the least width between the margins
SIZE, LINE = 16, 21  # px, of text and its lines
GLYPH, CAPITAL = 9.2, 12.5  # px, the room that a letter is given, wide enough for bold ones
# Fonts with all of Vietnamese: vl-convert's own Liberation Sans lacks part of it, and half a word in another font is worse.
FONT = "Arial, Noto Sans, Segoe UI, DejaVu Sans, sans-serif"
INK, SOFT, WARN = "#1d2733", "#56616d", "#8a1c0f"


def svg(drawing: str, spec: Mapping, figures: Mapping) -> str:
    """One SVG of a chart's own.

    `drawing`: the chart's SVG; `spec`: its specification, whose usermeta `dx` holds title, subtitle and legend (pairs of
    a shade's name and its words) where the drawing does not; `figures`: the run's figures.json, for what it reports on.
    """
    size = re.match(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"', drawing)
    across, down = (float(part) for part in size.groups()) if size else (WIDTH, WIDTH)
    about = (spec.get("usermeta") or {}).get("dx") or {}
    width, parts, y = max(across, WIDTH), [], EDGE
    for text, style in _said_above(about):
        y, lines = _lines(text, y, width, style)
        parts += lines
    drawn = re.sub(r'\bfont-family="[^"]*"', f'font-family="{FONT}"', drawing)
    parts.append(f'<g transform="translate({EDGE} {y:g})">{drawn}</g>')
    y += down + 8
    for shade, words in about.get("legend", []):
        parts.append(f'<rect x="{EDGE}" y="{y + 4:g}" width="13" height="13" fill="{_shade(shade)}" stroke="{SOFT}"/>')
        y, lines = _lines(words, y, width - 20, f'fill="{INK}"', EDGE + 20)
        parts += lines
    for text, style in _said_below(figures):
        y, lines = _lines(text, y, width, style)
        parts += lines
    height = y + EDGE - 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 2 * EDGE:g}" height="{height:g}" font-family="{FONT}" '
        f'font-size="{SIZE}"><rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def _said_above(about: Mapping) -> Iterator[tuple[str, str]]:
    yield about.get("title", ""), f'fill="{INK}" font-weight="bold"'
    yield about.get("subtitle", ""), f'fill="{SOFT}"'


def _said_below(figures: Mapping) -> Iterator[tuple[str, str]]:
    title = " · ".join(part for part in (figures.get("title"), figures.get("slice"), figures.get("state")) if part)
    yield title, f'fill="{SOFT}"'
    yield figures.get("illustrative") or "", f'fill="{WARN}" font-weight="bold"'


def _lines(text: str, y: float, width: float, style: str, x: float = EDGE) -> tuple[float, list[str]]:
    """A text in lines that fit, from a height downwards; the height under it, and its elements."""
    found = wrapped(text, width)
    elements = [
        f'<text x="{x:g}" y="{y + n * LINE + SIZE:g}" {style}>{html.escape(line)}</text>' for n, line in enumerate(found)
    ]
    return y + len(found) * LINE + (4 if found else 0), elements


def wrapped(text: str, width: float) -> list[str]:
    """A text in lines of at most this width, as far as its words let it."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and room(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def room(text: str) -> float:
    """The width that a text may need."""
    return sum(CAPITAL if char.isupper() else GLYPH for char in text)


def _shade(name: str) -> str:
    """The colour of a band's shade: its place among the bands, or the class that stands apart."""
    from dxlib.theme import APART, SHADES

    return SHADES[int(name)] if name.isdigit() and int(name) < len(SHADES) else APART.get(name, "#ffffff")
