"""Charts as static SVG: the same bytes from run to run; drawn once, then taken from a cache on disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path

from dxlib.messages import DxError

SPEC, SVG = "application/vnd.vegalite.v6+json", "image/svg+xml"
VEGA_LITE = "6.4"
FONTS = Path(__file__).with_name("fonts")
LATER = "DX_DRAW"  # set to "later" in a kernel whose run draws its charts afterwards
CACHE = "DX_CACHE"  # the cache's folder; empty: none
CACHE_BYTES = 256 << 20


def is_left_to_the_run() -> bool:
    """Whether this process is a kernel whose run draws the charts afterwards, in one warm process."""
    return os.environ.get(LATER) == "later"


def svg(spec: dict) -> str:
    """A Vega-Lite specification as SVG. Raises DxError where it cannot be drawn."""
    try:
        return _library().vegalite_to_svg(spec, vl_version=VEGA_LITE)
    except ValueError as error:
        raise DxError("chart", cause=str(error).splitlines()[0]) from None


@cache
def _library():
    """vl-convert with no fonts but its own, Liberation Sans among them.

    With the machine's fonts beside them a chart would come out otherwise on another machine, and each letter that the
    first font lacks (an older Liberation Sans has none of the Vietnamese ones) is looked for in every font there is,
    each time a text is measured: most of what drawing a chart then costs. Its fonts are read when the first folder is
    registered; elsewhere than on Linux the setting is not heeded.
    """
    import vl_convert

    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    try:
        vl_convert.register_font_directory(str(FONTS))
    finally:  # what this process starts is to have the machine's fonts
        os.environ.pop("FONTCONFIG_FILE") if before is None else os.environ.update(FONTCONFIG_FILE=before)
    return vl_convert


class Drawer:
    """Draws the charts of a run beside it: each as soon as it is shown, in a thread, while later cells still run.

    `run`: what is run, in any words. Where it was not drawn before its charts are new, and the library, which takes a
    third of a second to its first chart, gets ready while the run begins.
    """

    def __init__(self, run: str = ""):
        self._thread, self._drawn = ThreadPoolExecutor(1, "dx-drawing"), []
        self._mark = _place(run, "run") if run else None
        if run and not (self._mark and self._mark.exists()):
            self._thread.submit(svg, {"data": {"values": []}, "mark": "bar"})

    def begin(self, output) -> None:
        """Begin to draw an output of a cell, if it is a chart without its SVG."""
        data = output.get("data", {})
        if SPEC in data and SVG not in data:
            self._drawn.append((data, self._thread.submit(_cached, data[SPEC])))

    def finish(self) -> None:
        """Put every SVG beside its chart, in place. Raises DxError for a chart that cannot be drawn."""
        for data, drawn in self._drawn:
            data[SVG] = drawn.result()
        if self._mark:
            with contextlib.suppress(OSError):
                self._mark.touch()

    def __enter__(self) -> Drawer:
        return self

    def __exit__(self, *_) -> None:
        self._thread.shutdown(cancel_futures=True)


def draw(nb) -> None:
    """Add its SVG to every chart of an executed notebook that has none, in place."""
    with Drawer() as drawer:
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                drawer.begin(output)
        drawer.finish()


def cache_folder() -> Path | None:
    """Where drawn charts are kept: the folder that DX_CACHE names, else the user's own cache; None for none."""
    named = os.environ.get(CACHE)
    if named is not None:
        return Path(named) if named else None
    from platformdirs import user_cache_path

    return user_cache_path("dx-review", appauthor=False) / "svg"


@cache
def _version() -> str:
    return version("vl-convert-python")


def _place(key: str, suffix: str) -> Path | None:
    """The file of a key in the cache."""
    folder = cache_folder()
    return folder and folder / f"{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}.{suffix}"


def prune(keep: int = CACHE_BYTES) -> None:
    """Delete the drawings that were used longest ago, until so many bytes are left."""
    folder = cache_folder()
    if folder is None or not folder.is_dir():
        return
    used = sorted(((entry.stat(), entry.path) for entry in os.scandir(folder)), key=lambda pair: -pair[0].st_mtime)
    for stat, path in used:
        keep -= stat.st_size
        if keep < 0:
            with contextlib.suppress(OSError):
                os.remove(path)


def _cached(spec: dict) -> str:
    """The drawing of a specification, from the cache where it has it; a cache that cannot be used is done without."""
    key = json.dumps([_version(), VEGA_LITE, "own fonts", spec], sort_keys=True, ensure_ascii=False)
    path = _place(key, "svg")
    if path is None:
        return svg(spec)
    with contextlib.suppress(OSError, UnicodeDecodeError):
        text = path.read_text(encoding="utf-8")
        if text.startswith("<svg") and text.rstrip().endswith("</svg>"):
            os.utime(path)
            return text
    drawn = svg(spec)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.write_text(drawn, encoding="utf-8", newline="\n")
        os.replace(draft, path)
    return drawn
