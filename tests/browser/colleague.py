"""A colleague at the desk's page, and customers who have asked for a person."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Locator, expect

from bot.people.telling import Deed
from bot.types import Message
from tests.browser.site import Site


def write(site: Site, conversation: str, text: str, channel: str = "web") -> str:
    """What a customer writes; the reply."""
    message = Message(uuid4().hex, conversation, text, datetime.now(UTC), channel)
    return str(site.run(site.app.state.shop.engine.reply(message)).text)


def handed_over(site: Site, *before: str, channel: str = "web") -> str:
    """A customer who waits for a person; their conversation."""
    conversation = uuid4().hex if channel == "web" else f"{channel}:{uuid4().hex}"
    for text in (*before, "can I talk to a person?"):
        write(site, conversation, text, channel)
    return conversation


class Colleague:
    """One tab. `errors` is what the page complained of, `foreign` what it asked of other servers, `dialogs` what popped up."""

    def __init__(self, context: BrowserContext, site: Site, name: str = "", *, width: int = 1200) -> None:
        self.site, self.name = site, name or f"Mia {uuid4().hex[:6]}"
        shop = site.app.state.shop
        self.token = site.run(shop.operators.add(self.name, time.time()))
        site.run(shop.desk.look())
        self.page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": 800})
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda one: None if one.url.startswith(site.base) else self.foreign.append(one.url))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.goto(f"{site.base}/desk")

    def sign_in(self) -> Colleague:
        self.page.locator("#token").fill(self.token)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#me")).to_have_text(self.name)
        return self

    def one(self, conversation: str) -> Locator:
        return self.page.locator(f'#people button[data-id="{conversation}"]')

    def choose(self, conversation: str) -> None:
        self.one(conversation).click()
        expect(self.lines.first).to_be_visible()

    @property
    def lines(self) -> Locator:
        return self.page.locator("#lines .line")

    def texts(self, kind: str) -> list[str]:
        return self.page.locator(f"#lines .{kind} .text").all_inner_texts()

    def say(self, text: str) -> None:
        self.page.locator("#words").fill(text)
        self.page.locator("#words").press("Enter")
        expect(self.page.locator("#words")).to_have_value("")

    def told(self, conversation: str) -> list[str]:
        """What the customer was told."""
        turns = self.site.run(self.site.app.state.shop.conversations.turns(conversation, 50))
        return [turn.reply.text for turn in turns]

    def other_says(self, conversation: str, text: str, name: str = "Eve") -> None:
        """Another colleague, at another desk."""
        deed: Any = Deed(f"telegram/{uuid4().hex}", name, "telegram")
        self.site.run(self.site.app.state.shop.desk.say(conversation, deed, text))
