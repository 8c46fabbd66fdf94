"""What paper and pictures are made of, in a real browser."""

import pytest

from dxlib import forms

pytestmark = pytest.mark.browser


def test_a_sheets_picture_shows_that_sheet_by_the_rules_of_paper(opened, tmp_path):
    path = tmp_path / "page.html"
    page = """<!doctype html><html><head><title>t</title><style media="print">
      @page { size: A4; margin: 14mm 12mm; } h1 { color: rgb(1, 2, 3); }</style></head><body><header>no</header><main>
      <nav>no</nav><section class="part sheet-1"><h1>yes</h1><div><p>yes</p></div></section>
      <section class="part sheet-2">no</section><details>no</details></main><script>document.title = "ran"</script></body></html>"""
    path.write_text(forms.only_sheet(page, "sheet-1"), encoding="utf-8")
    shown = opened(path, width=794)
    assert shown.inner_text("body").split() == ["yes", "yes"]
    assert shown.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
    assert shown.evaluate("getComputedStyle(document.body).paddingTop") == "52.9134px"
    assert shown.title() == "t"


@pytest.mark.parametrize("night", ["(prefers-color-scheme: dark)", "screen and (prefers-color-scheme: dark)"])
def test_a_sheets_picture_says_what_paper_says_in_its_margin_and_stays_light(opened, tmp_path, night):
    path = tmp_path / "page.html"
    said = 'DỰ THẢO · "made" } up \\ </style>'
    page = """<!doctype html><html><head><title>t</title><style>@media NIGHT { h1 { color: rgb(9, 9, 9); } }</style>
      </head><body><section class="sheet-1"><h1>x</h1></section></body></html>""".replace("NIGHT", night)
    path.write_text(forms.only_sheet(page, "sheet-1", said), encoding="utf-8")
    shown = opened(path, width=794, color_scheme="dark")
    style = "getComputedStyle(document.body, '::before').content"
    assert shown.evaluate(f"JSON.parse({style})") == said
    assert shown.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(9, 9, 9)"
