"""The widget as its visitor uses it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, expect

from tests.browser.site import Site

PLAIN = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>A shop</h1><button id="buy">Buy</button></main>
<script src="/widget.js" {data}></script></body></html>"""
"""A shop's page without any policy: nothing but the widget itself keeps a text from becoming a part of the page."""


class Visitor:
    """One tab. `errors` is what the page complained of, `foreign` what it asked of other servers, `dialogs` what popped up."""

    def __init__(
        self, context: BrowserContext, site: Site, *, data: str = "", lang: str = "en", path: str = "/shop.html"
    ) -> None:
        self.site, self.page = site, context.new_page()
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._requested)
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        html = PLAIN.format(lang=lang, data=data)
        self.page.route("**/shop.html", lambda route: route.fulfill(body=html, content_type="text/html"))
        self.page.goto(site.base + path)
        self.widget = self.page.locator("shopclerk-widget")
        self.launcher, self.panel = self.widget.locator(".launcher"), self.widget.locator("#panel")
        self.input, self.status = self.widget.locator("textarea"), self.widget.locator(".status")
        self.notes, self.cards = self.widget.locator(".note"), self.widget.locator(".card")
        self.chips = self.widget.locator(".next button")

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.site.base, "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self) -> Visitor:
        if not self.panel.is_visible():
            self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def write(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def ask(self, text: str) -> str:
        """The reply, once it is whole."""
        before = self.answers.count()
        self.write(text)
        expect(self.answers).to_have_count(before + 1)
        expect(self.widget.locator("[aria-busy=true]")).to_have_count(0)
        return self.answers.last.inner_text()

    @property
    def answers(self) -> Any:
        return self.widget.locator(".said.it .bubble")

    @property
    def asked(self) -> list[str]:
        return self.widget.locator(".said.you .bubble").all_inner_texts()

    @property
    def conversation_id(self) -> str:
        kept: str = self.page.evaluate(
            "() => JSON.parse(localStorage[Object.keys(localStorage).find((key) => key.endsWith('.conversation'))]).id"
        )
        return kept
