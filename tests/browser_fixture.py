"""Debian's Chromium for the tests that look at pages; without it they fail and say which package to install."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # published without its types
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Automated checks of WCAG 2.2 A and AA, and axe's own best practices.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Looked:
    """A page, and what the browser complained about since it was opened."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def policy_complaints(self) -> list[str]:
        """What the content security policy stopped."""
        return [text for text in self.complaints if "Content Security Policy" in text]

    def violations(self) -> list[str]:
        """What axe finds, one line a rule with the first place."""
        found: dict[str, Any] = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response
        return [f"{rule['id']}: {rule['help']} at {rule['nodes'][0]['target']}" for rule in found["violations"]]

    def overflow_px(self) -> int:
        """How far the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width


def chromium_path() -> str:
    """Where Chromium is, or the sentence that says how to have it."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.fail(
        "Chromium is missing: install Debian's package `chromium` (apt-get install chromium), then run the tests again.", pytrace=False
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: while it runs, asyncio cannot be started in the main thread, so it must not outlive its module."""
    path = chromium_path()
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def looked(browser: Browser) -> Iterator[Looked]:
    """A fresh page in a fresh profile, French, 1280 wide; resize it with `looked.page.set_viewport_size`."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR") as context:
        look = Looked(context.new_page())

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                look.complaints.append(message.text)

        look.page.on("console", hear)
        look.page.on("pageerror", lambda error: look.complaints.append(str(error)))
        yield look
