"""Fixtures: a real Chromium and a window of it. A conftest that needs them imports them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from flowno_testing.lab import ROOT

#: Headless, without a sandbox (which root may not have) and without calls of its own to anywhere.
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: As a person's window, so that a screenshot shows what a person sees.
VIEWPORT = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where screenshots go, to be looked at after a run."""
    folder = Path(os.environ.get("FLOWNO_SCREENSHOTS", ROOT / "target" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = os.environ.get("FLOWNO_CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("no Chromium: install it, or name one in FLOWNO_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page(browser: Browser) -> Iterator[Page]:
    """A window."""
    context = browser.new_context(viewport=VIEWPORT, device_scale_factor=2)
    yield context.new_page()
    context.close()
