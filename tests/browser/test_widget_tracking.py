"""What a visitor presses is told to the clerk, unless they don't want it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from bot.stores import behaviour
from tests.browser.site import Site
from tests.browser.visiting import Visitor

_STAY = "document.addEventListener('shopclerk:product', (event) => event.preventDefault())"
"""The shop shows products in its own page."""


def kept(site: Site, visitor: Visitor) -> list[tuple[str, str]]:
    where = visitor.conversation_id  # asked of the page here: the coroutine runs in the server's thread

    async def read() -> list[tuple[str, str]]:
        database = site.app.state.shop.conversations.database
        found = await database.look(lambda connection: list(behaviour.acts(connection)))
        return [(act.kind, act.product_id) for act in found if act.conversation_id == where]

    acts: list[tuple[str, str]] = site.run(read())
    return acts


def press(visitor: Visitor) -> None:
    visitor.ask("Do you have a kettle under $60?")
    visitor.page.evaluate(_STAY)
    visitor.cards.first.click()


@pytest.mark.slow
def test_a_pressed_card_and_what_the_page_tells_are_kept(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site).open()
    with visitor.page.expect_response("**/v1/events") as told:
        press(visitor)
    assert told.value.ok  # nobody reads its body, and what is not to be stored never comes where nobody reads it
    visitor.page.evaluate("document.querySelector('shopclerk-widget').track('viewed', 'JL-TEA-01')")
    visitor.page.wait_for_timeout(500)
    assert ("clicked", "JL-COF-01") in kept(site, visitor)
    assert ("viewed", "JL-TEA-01") in kept(site, visitor)
    with visitor.page.expect_response("**/v1/events"):
        visitor.page.evaluate("document.querySelector('shopclerk-widget').consent = false")
    assert kept(site, visitor) == []
    assert not visitor.errors
    assert not visitor.foreign


@pytest.mark.slow
def test_a_page_without_consent_tells_nothing(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site, data='data-consent="no"').open()
    before = site.asked.count("POST /v1/events")
    press(visitor)
    visitor.page.evaluate("document.querySelector('shopclerk-widget').track('viewed', 'JL-TEA-01')")
    visitor.page.wait_for_timeout(500)
    assert site.asked.count("POST /v1/events") == before
    assert kept(site, visitor) == []
    assert not visitor.errors
