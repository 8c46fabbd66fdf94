"""`python docs/make_pictures.py [folder]`: pictures of the report for README and docs, from the made-up province.

A phone's and a laptop's first screen and the first two sheets of paper, in both languages: docs/pictures/phone-vi.png ...
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dxlib import browser, forms  # noqa: E402
from dxlib.messages import LANGUAGES  # noqa: E402
from dxlib.publish import report, target  # noqa: E402

PERIOD, PACKAGE = "2024-Q1", ROOT / "data" / "demo-province"
SCREENS = {"phone": (360, 640, 2), "laptop": (1280, 800, 1)}  # width, height, dots a pixel


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as out, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.flags())
        for language in LANGUAGES:
            page = report(target(PERIOD, PACKAGE, language, out=out)).page.resolve()
            for name, size in SCREENS.items():
                _take(chromium, page, *size, folder / f"{name}-{language}.png")
            for number in (1, 2):
                sheet = Path(out, f"sheet-{number}.html")
                sheet.write_text(forms.only_sheet(page.read_text(encoding="utf-8"), f"sheet-{number}"), encoding="utf-8")
                _take(chromium, sheet.resolve(), *forms.A4, 1, folder / f"paper-{number}-{language}.png")
        chromium.close()


def _take(chromium, page: Path, width: int, height: int, dots: int, path: Path) -> None:
    shown = chromium.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=dots, color_scheme="light", offline=True
    )
    shown.goto(page.as_uri())
    shown.screenshot(path=path)
    shown.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
