"""The sample shop as it is served, and a real Chromium before it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.browser.site import Site

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright isn't installed: pip install 'shopclerk[dev]'"
)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
if not Path(CHROMIUM).is_file():
    pytest.skip("no Chromium here: install one, or name it by CHROMIUM=/path/to/it", allow_module_level=True)

playwright.expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site(sample_settings: Settings) -> Iterator[Site]:
    with Site(sample_settings) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: playwright.Browser) -> Iterator[playwright.BrowserContext]:
    """A visitor nobody has seen before."""
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(20_000)
    yield context
    context.close()
