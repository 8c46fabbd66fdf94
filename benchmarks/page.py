"""`python -m benchmarks.page`: the page's weight, first paint and Lighthouse's marks, beside those of what a user would get instead.

Beside it stand stock nbconvert's page of the same executed notebook, and the same notebook with its charts as plain
Altair's inline HTML. First paint is measured from disk with the network cut, in turn, so that the machine's drift hits
both. Lighthouse comes from npm, in a fixed version, into the user's cache.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from dxlib import browser, publish, shelf
from tests.browser.tools import installed

ROOT = Path(__file__).resolve().parent.parent
DATA, PERIOD = ROOT / "data" / "demo-province", "2024-Q1"
SCREENS = {"phone": (360, 640, 4), "laptop": (1280, 800, 1)}  # width, height, how many times slower the processor
TURNS = 7
_PAINT = """new Promise(told => new PerformanceObserver(seen => seen.getEntries().forEach(
    paint => paint.name === "first-contentful-paint" && told(paint.startTime))).observe({type: "paint", buffered: true}))"""
MARKS = ("accessibility", "best-practices")


def stock(notebook: Path, folder: Path, name: str) -> Path:
    """Stock nbconvert's page of a notebook."""
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", "--output-dir", str(folder)]
    done = subprocess.run([*command, "--output", name, str(notebook)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return folder / f"{name}.html"


def inline(notebook: Path, folder: Path) -> Path:
    """The same notebook, its charts as Altair's own HTML with everything in it: what works offline without dxlib."""
    import altair as alt
    import nbformat

    from dxlib.drawing import SPEC, SVG

    nb = nbformat.read(notebook, as_version=4)
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if spec := output.get("data", {}).pop(SPEC, None):
                output["data"].pop(SVG, None)
                output["data"]["text/html"] = alt.Chart.from_dict(spec).to_html(inline=True, fullhtml=False)
    nbformat.write(nb, folder / "inline.ipynb")
    return stock(folder / "inline.ipynb", folder, "inline")


def first_paints(pages: dict[str, Path]) -> dict[tuple[str, str], float]:
    """Median milliseconds to the first contentful paint of each page on each screen."""
    from playwright.sync_api import sync_playwright

    found: dict[tuple[str, str], list[float]] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.flags())
        for _ in range(TURNS):
            for screen, (width, height, slower) in SCREENS.items():
                for name, path in pages.items():
                    context = chromium.new_context(viewport={"width": width, "height": height}, offline=True)
                    shown = context.new_page()
                    context.new_cdp_session(shown).send("Emulation.setCPUThrottlingRate", {"rate": slower})
                    shown.goto(path.resolve().as_uri())
                    found.setdefault((name, screen), []).append(shown.evaluate(_PAINT))
                    context.close()
        chromium.close()
    return {key: statistics.median(values) for key, values in found.items()}


def lighthouse(folder: Path, path: Path) -> dict:
    """Lighthouse's report on a page of a folder, as a phone sees it; served here, since it takes no file.

    The phone's network and processor are slowed down, not computed: computed, a page of one file paints when all of it
    has come, though a browser paints what comes first.
    """
    package, told = installed("lighthouse"), folder / "lighthouse.json"
    if package is None:
        raise SystemExit("Lighthouse cannot be installed: npm is needed, once, with its registry.")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/{path.relative_to(folder).as_posix()}"
        chrome = " ".join(["--headless", *browser.flags()])
        command = ["node", str(package / "cli" / "index.js"), address, "--quiet", "--output=json", "--throttling-method=devtools",
                   f"--output-path={told}", f"--chrome-flags={chrome}",
                   f"--only-categories={','.join([*MARKS, 'performance'])}"]  # fmt: skip
        env = {**os.environ, "CHROME_PATH": browser.find() or ""}
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=300)
    finally:
        server.shutdown()
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(told.read_text(encoding="utf-8"))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass


def failed(report: dict) -> list[str]:
    """What cost a page marks."""
    wanted = {ref["id"] for mark in MARKS for ref in report["categories"][mark]["auditRefs"] if ref["weight"]}
    audits = [report["audits"][name] for name in sorted(wanted)]
    return [f"{audit['id']}: {audit['title']}" for audit in audits if audit["score"] not in (None, 1)]


def main() -> None:
    from benchmarks.results import write

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = publish.report(publish.target(PERIOD, DATA, "vi", out=folder / "reports"))
        notebook = run.folder / "notebook.ipynb"
        theirs, heavy = stock(notebook, folder, "stock"), inline(notebook, folder)
        charts = run.page.read_text(encoding="utf-8").count("<figure")
        size = {path: path.stat().st_size / 1e6 for path in (run.page, theirs, heavy)}
        paint = first_paints({"ours": run.page, "stock": theirs})
        pages = {"the report's page": run.page, "the list of reports": shelf.refresh(folder / "reports"), "stock nbconvert's page": theirs}  # fmt: skip
        reports = {title: lighthouse(folder, path) for title, path in pages.items()}
    lines = [
        f"| weight, {charts} charts | {size[run.page]:.2f} MB | stock nbconvert {size[theirs]:.2f} MB; "
        f"plain Altair inline HTML {size[heavy]:.2f} MB, {size[heavy] / size[run.page]:.0f} times ours |"
    ]
    for screen, (width, _, slower) in SCREENS.items():
        ours, other = paint["ours", screen], paint["stock", screen]
        lines.append(
            f"| first contentful paint from disk, {screen} ({width} px, processor {slower} times slower) | {ours:.0f} ms "
            f"| stock nbconvert {other:.0f} ms; ours at {ours / other:.2f} of it |"
        )
    for title, report in reports.items():
        marks = ", ".join(f"{mark} {report['categories'][mark]['score'] * 100:.0f}" for mark in MARKS)
        seconds = report["audits"]["first-contentful-paint"]["numericValue"] / 1000
        lines.append(f"| Lighthouse {report['lighthouseVersion']}, {title} | {marks} | first contentful paint, slow phone network {seconds:.1f} s |")  # fmt: skip
    write("The page", "| what | measured | beside it |", lines)
    for title, report in reports.items():
        for line in failed(report):
            print(f"{title}: {line}")


if __name__ == "__main__":
    main()
