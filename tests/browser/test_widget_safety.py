"""Whatever a catalogue, a customer or a colleague writes stays text; the widget is small, and usable without eyes or a mouse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from bot.channels.widget import script
from tests.browser.site import Site
from tests.browser.visiting import Visitor

HOSTILE = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<img src=https://evil.example/pixel.png>",
    '"><svg onload=window.hit=1>',
    "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<iframe src=javascript:parent.hit=1></iframe>",
    "<details open ontoggle=window.hit=1>x</details>",
    "<style>@import url(https://evil.example/x.css);</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<a href=javascript:window.hit=1 autofocus onfocus=window.hit=1 tabindex=0>x</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1></style></mglyph></table></mtext></math>",
    "</textarea><script>window.hit=1</script>",
    "</template></style></script><script>window.hit=1</script>",
    "javascript:window.hit=1",
    " JaVaScRiPt:window.hit=1",
    "data:text/html,<script>parent.hit=1</script>",
    "vbscript:window.hit=1",
    "![x](https://evil.example/pixel.png) [x](javascript:window.hit=1)",
    "| <img src=x onerror=window.hit=1> | b |\n|---|---|\n| <b>c</b> | <script>window.hit=1</script> |",
    "1. <img src=x onerror=window.hit=1>\n- <script>window.hit=1</script>",
    "{{constructor.constructor('window.hit=1')()}} ${window.hit=1} <%= window.hit=1 %>",
    "\u202e<img src=x onerror=window.hit=1>\u0000\u2028",
    "'; window.hit=1; //",
]


def reply_of(text: str) -> dict[str, Any]:
    """A reply with the text wherever a reply has one."""
    card = {
        "product_id": text,
        "title": text,
        "price": text,
        "currency": text,
        "in_stock": None,
        "url": text,
        "image": text,
    }
    return {
        "text": text, "locale": "en", "intent": text, "confidence": 1, "intents": [], "handed_off": True, "asks": False, "took_ms": {},
        "cites": [{"source": "faq", "source_id": text, "title": text}], "cards": [card], "suggestions": [text],
    }  # fmt: skip


def quiet(visitor: Visitor) -> None:
    """Nothing ran, nothing popped up, nobody else was asked for anything, and nothing lies in the panel that doesn't belong there."""
    visitor.page.wait_for_timeout(50)
    assert visitor.page.evaluate("window.hit") is None
    assert (visitor.dialogs, visitor.errors, visitor.foreign) == ([], [], [])
    strange = "script, iframe, style, link, object, embed, base, form form, svg animate, details, math, [onerror], [onload], [style], a:not(.card)"
    assert visitor.panel.locator(strange).count() == 0


@pytest.mark.slow
def test_hostile_texts_in_every_field_of_a_reply_stay_texts(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site)
    told = iter(HOSTILE)

    def hostile(route: Route) -> None:
        text = next(told)
        reply = {**reply_of(text), "message_id": route.request.post_data_json["message_id"], "conversation_id": "c"}
        body = f"event: piece\ndata: {json.dumps({'text': text})}\n\nevent: reply\ndata: {json.dumps(reply)}\n\n"
        route.fulfill(body=body, content_type="text/event-stream")

    visitor.page.route("**/v1/chat/stream", hostile)
    visitor.page.route("**/v1/conversations/**", lambda route: route.fulfill(status=404, json={"detail": ""}))
    visitor.open()
    for _ in HOSTILE:
        visitor.ask("hello")
    assert visitor.cards.count() == len(HOSTILE)
    assert HOSTILE[0] in visitor.widget.locator(".card .name").first.inner_text()
    addresses = visitor.widget.locator("a.card").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(addresses) <= {"http:", "https:"}
    quiet(visitor)


def test_hostile_messages_of_customers_and_lines_of_colleagues_stay_texts(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site).open()
    for text in HOSTILE[:8]:
        visitor.ask(text)
    for text in HOSTILE:
        site.colleague(visitor.conversation_id, text)
    expect(visitor.widget.locator(".said.person")).to_have_count(len(HOSTILE))
    visitor.page.reload()
    expect(visitor.widget.locator(".said.person")).to_have_count(len(HOSTILE))
    assert visitor.asked == HOSTILE[:8]
    quiet(visitor)


@pytest.mark.slow
def test_a_reply_of_the_real_shop_asks_no_other_server(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site, path="/").open()
    visitor.ask("Do you have a kettle under $60?")
    quiet(visitor)


def test_the_widget_is_one_script_under_30_kb(site: Site) -> None:
    assert len(script(site.app.state.shop.shop).encode()) < 30_000


def violations(visitor: Visitor, axe: str) -> list[str]:
    visitor.page.evaluate(axe)
    found = visitor.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python isn't installed")
    text: str = package.AXE_FILE_PATH.read_text(encoding="utf-8")
    return text


@pytest.mark.parametrize(("scheme", "lang", "width"), [("light", "en", 1200), ("dark", "zh", 390)])
@pytest.mark.slow
def test_axe_finds_nothing(context: BrowserContext, site: Site, axe: str, scheme: Any, lang: str, width: int) -> None:
    visitor = Visitor(context, site, lang=lang)
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.page.emulate_media(color_scheme=scheme)
    assert violations(visitor, axe) == []
    visitor.open()
    kettle, person = (
        ("有没有60块以内的水壶？", "转人工")
        if lang == "zh"
        else ("Do you have a kettle under $60?", "can I talk to a person?")
    )
    visitor.ask(kettle)
    visitor.ask("比较前两个" if lang == "zh" else "compare the first two")
    assert violations(visitor, axe) == []
    visitor.ask(person)
    site.colleague(visitor.conversation_id, "Here I am")
    expect(visitor.widget.locator(".said.person")).to_be_visible()
    visitor.widget.locator("button.anew").click()
    assert violations(visitor, axe) == []


def test_axe_finds_nothing_on_the_demo_page(browser: Any, site: Site, axe: str) -> None:
    context = browser.new_context(bypass_csp=True)
    assert violations(Visitor(context, site, path="/?lang=en"), axe) == []
    context.close()


def test_the_keyboard_is_enough(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site)
    keys = visitor.page.keyboard
    visitor.page.locator("#buy").focus()
    keys.press("Tab")
    keys.press("Enter")
    expect(visitor.input).to_be_focused()
    keys.type("hello")
    keys.press("Shift+Enter")
    assert visitor.input.input_value() == "hello\n"
    keys.press("Enter")
    expect(visitor.answers).to_have_count(2)
    live = visitor.widget.locator("[aria-live=polite]")
    expect(live).to_contain_text("Juniper Lane")  # said once, whole
    keys.press("Escape")
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()


def test_on_a_phone_the_focus_stays_in_the_open_chat(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site)
    visitor.page.set_viewport_size({"width": 390, "height": 780})
    visitor.open()
    assert visitor.panel.get_attribute("aria-modal") == "true"
    inside = "() => document.activeElement.localName === 'shopclerk-widget' && !document.querySelector('shopclerk-widget').shadowRoot.activeElement.matches('.launcher')"
    for key in ["Tab"] * 9 + ["Shift+Tab"] * 10:
        visitor.page.keyboard.press(key)
        assert visitor.page.evaluate(inside), key


def test_enter_that_ends_a_word_of_pinyin_sends_nothing(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(context, site, lang="zh").open()
    visitor.input.fill("水壶")
    visitor.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "keyCode": 229})
    assert visitor.input.input_value() == "水壶"
    assert visitor.asked == []


def test_the_page_chooses_language_and_words(context: BrowserContext, site: Site) -> None:
    visitor = Visitor(
        context, site, lang="zh-Hans", data='data-greeting="欢迎" data-suggestions="可以退货吗？|运费"'
    ).open()
    assert visitor.answers.first.inner_text() == "欢迎"
    assert visitor.chips.all_inner_texts() == ["可以退货吗？", "运费"]
    assert "杜松里" in visitor.panel.inner_text()
    english = Visitor(context, site, lang="zh", data='data-lang="en" data-shop="The Lane" data-open')
    expect(english.panel).to_contain_text("The Lane")
    assert english.input.get_attribute("placeholder") == "Write a message"
