"""A headless Chromium with its network cut; every page it opens reports its requests and console errors."""

import os

import pytest

from dxlib.browser import find, flags


@pytest.fixture(scope="session")
def browser():
    path = find()
    if path is None:
        reason = "no Chromium on this machine (install chromium, or name one in DX_CHROMIUM)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags())
        yield browser
        browser.close()


@pytest.fixture
def opened(browser):
    """Opens a page from disk, offline: opened(path, width) is the page with `.requests` and `.complaints` seen."""
    contexts = []

    def open_page(path, width=1280, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
