"""The page's other forms, made of a finished run and put beside its page: paper, pictures, and the message to send.

A form is made of what the run has left, so that it can say nothing else; it is written whole or not at all, and where
it cannot be made, the report stands as it is. A run's manifest does not name them: they hold nothing of their own.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dxlib import browser, disk, manifest, picture
from dxlib.messages import DxError, label

PDF, MESSAGE, SHEET, CHART = "page.pdf", "message.txt", "sheet-{}.png", "chart-{:02}.png"
A4 = (794, 1123)  # in CSS pixels
SHEET_WIDTH = 1240  # of its picture: A4 at 150 dots an inch
CHART_SCALE = 2
# Without the browser's own head and foot (two names: the older one until 2023); with headings as bookmarks.
_BARE = ("--no-pdf-header-footer", "--print-to-pdf-no-header", "--generate-pdf-document-outline")
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; '
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'\">"
)
_MARGIN = re.compile(r"@page\s*\{[^}]*?\bmargin:\s*([\w.\s]+)")
_PART = re.compile(rb"\(node(\d{8})\)")
_PAPER = re.compile(r'<style\s+media="print"')


def pdf(folder: Path, seconds: float = browser.SECONDS) -> Path:
    """A run's page on paper: the same bytes from run to run on one machine. Raises DxError."""
    with _draft(folder) as draft:
        source, printed = _written(draft, without_scripts(_page(folder))), draft / PDF
        browser.run(*_BARE, f"--print-to-pdf={printed}", source, seconds=seconds)
        content = steady(_made(printed, b"%PDF-"), dt.date.fromisoformat(_figures(folder)["as_of"]))
        return _put(folder / PDF, content)


def sheet_picture(folder: Path, number: int = 1, seconds: float = browser.SECONDS) -> Path:
    """One of the first sheets of a run's page, as paper shows it. Raises DxError."""
    (width, height), figures = A4, _figures(folder)
    above = " · ".join(part for part in (figures.get("state"), figures.get("illustrative")) if part)
    below = label(figures["language"], "word", "checksum", checksum=figures["checksum"])
    with _draft(folder) as draft:
        source = _written(draft, only_sheet(_page(folder), f"sheet-{number}", above, below))
        drawn = draft / "sheet.png"
        scale = f"--force-device-scale-factor={SHEET_WIDTH / width:.6f}"
        browser.run(scale, f"--window-size={width},{height}", f"--screenshot={drawn}", source, seconds=seconds)
        return _put(folder / SHEET.format(number), _made(drawn, b"\x89PNG"))


def chart_pictures(folder: Path) -> list[Path]:
    """Every chart of a run's page, in the page's order, as the executed notebook holds it. Raises DxError."""
    import vl_convert

    figures, paths = _figures(folder), []
    for number, (drawing, spec) in enumerate(charts(folder), 1):
        try:
            drawn = vl_convert.svg_to_png(picture.svg(drawing, spec, figures), scale=CHART_SCALE)
        except ValueError as error:
            raise DxError("chart", cause=str(error).splitlines()[0]) from None
        paths.append(_put(folder / CHART.format(number), drawn))
    return paths


def message(folder: Path) -> str:
    """The text that goes with the page by e-mail or Zalo, as the run made it; also put beside the page. Raises DxError."""
    text = _figures(folder).get("message")
    if not isinstance(text, str):
        raise DxError("no_message", folder=str(folder))
    _put(folder / MESSAGE, f"{text}\n".encode())
    return text


def charts(folder: Path) -> list[tuple[str, dict]]:
    """The charts that a run's page shows, in the page's order: each as SVG, with its specification."""
    from dxlib.drawing import SPEC, SVG
    from dxlib.page import PARTS

    cells = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    shown = [cell for part in PARTS for cell in cells if part in cell["metadata"].get("tags", [])]
    outputs = [output.get("data", {}) for cell in shown for output in cell.get("outputs", [])]
    return [("".join(data[SVG]), data.get(SPEC, {})) for data in outputs if SVG in data]


def without_scripts(page: str) -> str:
    """A page whose policy forbids every script: what stands on paper is what stands without them."""
    kept = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page, count=1)
    return kept.replace("<head>", f"<head>{_POLICY}", 1)


def only_sheet(page: str, sheet: str, above: str = "", below: str = "") -> str:
    """A page of which a screen shows one sheet only, by the rules of paper; `above`, `below`: the texts of its margins."""
    margin = found[1].strip() if (found := _MARGIN.search(page)) else "12mm"
    style = (
        f"<style>body :not(:has(.{sheet}), .{sheet}, .{sheet} *) {{ display: none !important }}"
        ".draft, .sheet-1 .illustrative:not(.foot) { display: inline-block !important; margin: 1mm 4mm 1mm 0 !important }"
        f"html, body {{ margin: 0; background: #fff; color-scheme: light }} body {{ padding: {margin} }}"
        "body::before, body::after { position: fixed; left: 12mm; right: 12mm; color: #1d2733;"
        " font: 12pt/1.2 Arial, Liberation Sans, Helvetica, sans-serif }"
        f"body::before {{ top: 4mm; text-align: center; content: {_css(above)} }}"
        f"body::after {{ bottom: 4mm; content: {_css(below)} }}</style>"
    )
    light = without_scripts(page).replace("(prefers-color-scheme: dark)", "not all")  # paper knows no night
    return _PAPER.sub('<style media="all"', light).replace("</head>", f"{style}</head>", 1)


def _css(text: str) -> str:
    """Text as a string of a style sheet: every character by its number, so that none of them ends it."""
    return '"' + "".join(f"\\{ord(char):06x}" for char in text) + '"'


def steady(content: bytes, day: dt.date) -> bytes:
    """A PDF that says it was made on this day, whenever it was, and whose parts are numbered in their order: Chromium
    numbers them as it happens to have counted. Nothing else in it differs between runs, and nothing changes its place."""
    moment = f"{day:%Y%m%d}000000+00'00'".encode()
    content = re.sub(rb"(/(?:Creation|Mod)Date \(D:)\d{14}[+-]\d\d'\d\d'", rb"\g<1>" + moment, content)
    places = {number: n for n, number in enumerate(sorted(set(_PART.findall(content))), 1)}
    return _PART.sub(lambda found: b"(node%08d)" % places[found[1]], content)


def _page(folder: Path) -> str:
    _check(folder)
    return (folder / manifest.PAGE).read_text(encoding="utf-8")


def _figures(folder: Path) -> dict:
    _check(folder)
    return json.loads((folder / manifest.FIGURES).read_text(encoding="utf-8"))


def _check(folder: Path) -> None:
    """Refuse a run whose files are not what was written: a form would pass on what nobody has made."""
    if manifest.read(folder) is None:
        raise DxError("damaged", folder=str(folder))


def _written(draft: Path, page: str) -> str:
    """The address of a copy of the page, for the browser."""
    path = draft / manifest.PAGE
    path.write_text(page, encoding="utf-8", newline="\n")
    return path.resolve().as_uri()


def _made(path: Path, start: bytes) -> bytes:
    """What a browser has made, which says that all is well where it is not."""
    content = path.read_bytes() if path.is_file() else b""
    if not content.startswith(start):
        raise DxError("browser_nothing", path=browser.find() or "-", file=path.name)
    return content


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder to work in beside the page: a browser from a snap sees the user's folders, and no others."""
    try:
        with tempfile.TemporaryDirectory(prefix=".forms-", dir=folder, ignore_cleanup_errors=True) as draft:
            yield Path(draft)
    except OSError as error:
        raise DxError("form", path=str(folder), cause=error.strerror or str(error)) from None


def _put(path: Path, content: bytes) -> Path:
    try:
        disk.replace(path, content)
    except OSError as error:
        raise DxError("form", path=str(path), cause=error.strerror or str(error)) from None
    return path
