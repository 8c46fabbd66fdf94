"""What makes a page's charts answer where scripts run: one copy of Vega, the page's own script, the charts as JSON."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

from dxlib import disk, drawing

_SCRIPT = Path(__file__).with_name("templates") / "report" / "page.js"


def scripts(charts: list[dict]) -> dict[str, object]:
    """For a page with these Vega-Lite charts: `specs` (JSON that can stand inside an element), `scripts` (texts, in
    their order), `policy` (their hashes, as Content-Security-Policy names them). Without charts: nothing to run."""
    if not charts:
        return {"specs": "", "scripts": [], "policy": "'none'"}
    texts = [bundle(), _SCRIPT.read_text(encoding="utf-8")]
    bare = [{name: value for name, value in spec.items() if name != "usermeta"} for spec in charts]
    return {"specs": in_html(bare), "scripts": texts, "policy": " ".join(map(_hashed, texts))}


def in_html(content: object) -> str:
    """JSON that can stand inside a script element: no `<` in it ends the element or begins another.

    >>> in_html({"a": "</script>"})
    '{"a":"\\\\u003c/script>"}'
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script; made once for each version of vl-convert, then taken from disk."""
    folder = drawing.cache_folder()
    path = None if folder is None else folder.parent / f"vega-{version('vl-convert-python')}.js"
    if path is not None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text, _, digest = path.read_text(encoding="utf-8").rpartition("\n//")
            if hashlib.sha256(text.encode()).hexdigest() == digest:
                return text
    import vl_convert

    text = vl_convert.javascript_bundle(vl_version=drawing.VEGA_LITE).replace("</script", "<\\/script")
    if path is not None:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            disk.replace(path, f"{text}\n//{hashlib.sha256(text.encode()).hexdigest()}")
    return text


@cache
def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


if __name__ == "__main__":
    bundle()  # once a machine, when the project is set up
