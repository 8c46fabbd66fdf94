"""`python docs/make_pictures.py`: the pictures in README and docs, from the made-up province."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dxlib.publish import report  # noqa: E402
from tests.browser.conftest import FLAGS  # noqa: E402
from tests.browser.install import chromium  # noqa: E402


def main() -> None:
    with tempfile.TemporaryDirectory() as out, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for language in ("vi", "en"):
            run = report("2024-Q1", ROOT / "data" / "demo-province", language, out=out)
            page = browser.new_page(viewport={"width": 900, "height": 1150}, device_scale_factor=1)
            page.goto(run.page.resolve().as_uri())
            page.screenshot(path=ROOT / "docs" / f"report-{language}.png")
        browser.close()


if __name__ == "__main__":
    main()
