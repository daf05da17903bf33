"""The desk's page in a real browser, over a shop that has no other desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from bot.settings import Settings
from tests.browser.colleague import Colleague, handed_over, write
from tests.browser.site import Site
from tests.browser.test_widget_safety import HOSTILE, axe, violations
from tests.browser.visiting import Visitor
from tests.shops import settings_in

__all__ = ["axe"]
CANNED = {"late": {"en": "I'm sorry that it is late.", "zh": "很抱歉晚到。"}}


@pytest.fixture(scope="module")
def staffed(sample_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A shop whose colleagues have the page alone."""
    with Site(settings_in(tmp_path_factory.mktemp("staffed"), sample_settings)) as site:
        site.app.state.shop.desk.canned = CANNED
        yield site


@pytest.fixture
def mia(context: BrowserContext, staffed: Site) -> Iterator[Colleague]:
    colleague = Colleague(context, staffed).sign_in()
    yield colleague
    assert not colleague.errors


def test_a_visitor_and_a_colleague_speak_with_each_other(mia: Colleague, browser: Browser, staffed: Site) -> None:
    theirs = browser.new_context(locale="en-US")
    visitor = Visitor(theirs, staffed).open()
    visitor.ask("Do you have a kettle under $60?")
    visitor.ask("can I talk to a person?")
    assert "right here" in visitor.answers.last.inner_text()
    one = mia.one(visitor.conversation_id)
    expect(one).to_contain_text("can I talk to a person?")
    for told in ("Website", "just now", "asked for a person", "English"):
        expect(one).to_contain_text(told)
    expect(mia.page).to_have_title(re.compile(r"^\(\d+\) Desk"))
    mia.choose(visitor.conversation_id)
    expect(mia.page.locator("#card")).to_contain_text("Fernhill Pour-Over Kettle")
    mia.page.locator("#take").click()
    expect(visitor.widget.locator(".said.person")).to_contain_text("is here now")
    mia.say("Hello, I am <b>Mia</b>.")
    expect(visitor.widget.locator(".said.person").last).to_contain_text("Hello, I am <b>Mia</b>.")
    visitor.write("is it in stock?")
    expect(mia.page.locator("#lines .customer").last).to_contain_text("is it in stock?")
    mia.page.get_by_label("Note, stays inside").check()
    mia.say("seems in a hurry")
    expect(mia.page.locator("#lines .note")).to_contain_text("seems in a hurry")
    assert mia.page.get_by_label("The customer reads it").is_checked(), "the next words are the customer's again"
    mia.page.locator("#back").click()
    expect(visitor.widget.locator(".said.it:not(.person)").last).to_contain_text("the clerk, again")
    assert "hurry" not in visitor.panel.inner_text()
    expect(mia.page.locator("#state")).to_have_text("with the clerk again")
    theirs.close()


def test_what_another_desk_does_shows_by_itself(mia: Colleague, staffed: Site) -> None:
    conversation = handed_over(staffed)
    mia.choose(conversation)
    mia.other_says(conversation, "Hello, this is Eve.")
    expect(mia.page.locator("#lines .person")).to_contain_text("Hello, this is Eve.")
    expect(mia.page.locator("#state")).to_have_text("with Eve")
    expect(mia.page.locator("#taken").locator(f'[data-id="{conversation}"]')).to_be_visible()
    write(staffed, conversation, "thank you")
    expect(mia.page.locator("#lines .customer").last).to_contain_text("thank you")


def test_words_whose_answer_is_lost_are_sent_again_and_said_once(mia: Colleague, staffed: Site) -> None:
    conversation, cut = handed_over(staffed), [0]
    mia.choose(conversation)

    def lose(route: Any) -> None:
        cut[0] += 1
        if cut[0] <= 2:
            route.fetch()  # done, and never told
            route.abort()
        else:
            route.continue_()

    mia.page.route("**/words/say", lose)
    mia.say("One moment.")
    expect(mia.page.locator("#lines .person")).to_have_count(1)
    assert (cut[0], mia.told(conversation).count("One moment.")) == (3, 1)


def test_words_that_cant_be_sent_stay_in_the_field(mia: Colleague, staffed: Site) -> None:
    mia.choose(handed_over(staffed))
    refused = {"status": 409, "json": {"detail": "not now"}}
    mia.page.route("**/words/say", lambda route: route.fulfill(**refused))
    mia.page.locator("#words").fill("One moment.")
    mia.page.locator("#words").press("Enter")
    expect(mia.page.locator("#writing .wrong")).to_have_text("It wasn't sent: not now")
    expect(mia.page.locator("#words")).to_have_value("One moment.")


def test_what_was_begun_for_one_customer_is_never_sent_to_another(mia: Colleague, staffed: Site) -> None:
    ann, ben = handed_over(staffed), handed_over(staffed)
    mia.choose(ann)
    mia.page.locator("#words").fill("About your order, Ann")
    mia.page.get_by_label("Note, stays inside").check()
    mia.choose(ben)
    expect(mia.page.locator("#words")).to_have_value("")
    assert mia.page.get_by_label("The customer reads it").is_checked()
    mia.choose(ann)
    expect(mia.page.locator("#words")).to_have_value("About your order, Ann")


def test_a_ready_answer_is_put_into_the_field_in_the_customers_language(mia: Colleague, staffed: Site) -> None:
    conversation = handed_over(staffed, "有没有60块以内的保温杯？")
    write(staffed, conversation, "我要找人工")
    mia.choose(conversation)
    mia.page.locator("#canned").select_option("late")
    assert mia.page.locator("#words").input_value() in ("很抱歉晚到。", "I'm sorry that it is late.")


def test_an_answer_worth_keeping_is_proposed_with_the_question_before_it(mia: Colleague, staffed: Site) -> None:
    from bot.stores import proposals as kept_answers

    conversation = handed_over(staffed, "can you engrave a name on it?")
    mia.choose(conversation)
    mia.say("We engrave up to 12 letters.")
    mia.page.get_by_role("button", name="Worth keeping").click()
    assert mia.page.locator("#keep-question").input_value() == "can you engrave a name on it?"
    mia.page.locator("#keep-question").fill("Do you engrave?")
    mia.page.get_by_role("button", name="Propose").click()
    expect(mia.page.locator("#lines .kept")).to_contain_text("worth keeping")
    proposals = staffed.run(staffed.app.state.shop.conversations.database.run(kept_answers.waiting))
    assert [(one.question, one.answer) for one in proposals if one.conversation_id == conversation] == [("Do you engrave?", "We engrave up to 12 letters.")]  # fmt: skip


def test_whom_words_cant_reach_gets_notes_alone(mia: Colleague, staffed: Site) -> None:
    mia.choose(handed_over(staffed, channel="webhook"))
    expect(mia.page.locator("#unreached")).to_be_visible()
    assert mia.page.get_by_label("The customer reads it").is_disabled()
    assert not mia.page.locator("#take").is_visible()
    mia.say("called them by phone")
    expect(mia.page.locator("#lines .note")).to_contain_text("called them by phone")


def test_who_is_revoked_sees_nothing_more_at_once(mia: Colleague, staffed: Site) -> None:
    mia.choose(handed_over(staffed, "my secret is 4711"))
    staffed.run(staffed.app.state.shop.operators.revoke(mia.name))
    expect(mia.page.locator("#token")).to_be_visible()
    expect(mia.page.locator("#signing-in .wrong")).to_have_text("Your session is over. Sign in again.")
    assert "4711" not in mia.page.content()


def test_a_wrong_token_is_told_so_and_a_session_lasts_over_a_reload(context: BrowserContext, staffed: Site) -> None:
    colleague = Colleague(context, staffed)
    colleague.page.locator("#token").fill("sco_wrong")
    colleague.page.keyboard.press("Enter")
    expect(colleague.page.locator("#signing-in .wrong")).to_have_text("That token isn't known, or it was revoked.")
    colleague.sign_in().page.reload()
    expect(colleague.page.locator("#me")).to_have_text(colleague.name)
    assert colleague.page.evaluate("document.cookie") == ""
    assert colleague.token not in colleague.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    colleague.page.locator("#out").click()
    colleague.page.reload()
    expect(colleague.page.locator("#token")).to_be_visible()


def test_hostile_texts_stay_texts(mia: Colleague, staffed: Site) -> None:
    conversation = handed_over(staffed)
    for text in HOSTILE[:6]:
        write(staffed, conversation, text)
    mia.choose(conversation)
    for text in HOSTILE:
        mia.other_says(conversation, text, name="<img src=x onerror=window.hit=1>")
    expect(mia.page.locator("#lines .person")).to_have_count(len(HOSTILE))
    assert mia.texts("person")[0] == HOSTILE[0]
    mia.page.wait_for_timeout(100)
    assert mia.page.evaluate("window.hit") is None
    assert (mia.dialogs, mia.foreign) == ([], [])
    assert mia.page.locator("#desk").locator("img, script, iframe, style, svg, a, [onerror], [style]").count() == 0


@pytest.mark.parametrize(("scheme", "lang", "width"), [("light", "en-US", 1200), ("dark", "zh-CN", 390)])
@pytest.mark.slow
def test_axe_finds_nothing_on_the_desk(browser: Browser, staffed: Site, axe: str, scheme: Any, lang: str, width: int) -> None:  # fmt: skip
    context = browser.new_context(locale=lang, color_scheme=scheme, bypass_csp=True)
    mia = Colleague(context, staffed, width=width)
    expect(mia.page.locator("#token")).to_be_visible()
    assert violations(mia, axe) == []  # type: ignore[arg-type]
    conversation = handed_over(staffed, "Do you have a kettle?")
    mia.sign_in()
    expect(mia.one(conversation)).to_be_visible()
    assert violations(mia, axe) == []  # type: ignore[arg-type]
    mia.choose(conversation)
    mia.say("Hello")
    mia.page.locator("#writing [value=note]").check()
    mia.say("a note")
    expect(mia.page.locator("#lines .note")).to_be_visible()
    assert violations(mia, axe) == []  # type: ignore[arg-type]
    mia.page.locator(".keep").click()
    expect(mia.page.locator("#keep")).to_be_visible()
    assert violations(mia, axe) == []  # type: ignore[arg-type]
    context.close()


def test_the_keyboard_is_enough_for_a_whole_case(mia: Colleague, staffed: Site) -> None:
    conversation = handed_over(staffed)
    expect(mia.one(conversation)).to_be_visible()
    mia.one(conversation).focus()
    keys = mia.page.keyboard
    keys.press("Enter")
    expect(mia.page.locator("#take")).to_be_visible()
    for name in ("take", "words"):
        for _ in range(60):
            if mia.page.evaluate("document.activeElement.id") == name:
                break
            keys.press("Tab")
        assert mia.page.evaluate("document.activeElement.id") == name
        keys.press("Enter") if name == "take" else keys.type("Hello")
        mia.page.wait_for_timeout(300)
    keys.press("Shift+Enter")
    assert mia.page.locator("#words").input_value() == "Hello\n"
    keys.press("Enter")
    expect(mia.page.locator("#lines .person")).to_contain_text("Hello")
    assert mia.page.evaluate("document.activeElement.id") == "words"


def test_on_a_phone_one_sees_the_list_or_the_talk(context: BrowserContext, staffed: Site) -> None:
    mia, conversation = Colleague(context, staffed, width=390).sign_in(), handed_over(staffed)
    expect(mia.page.locator("#talk")).to_be_hidden()
    mia.choose(conversation)
    expect(mia.page.locator("#people")).to_be_hidden()
    assert mia.page.evaluate("document.documentElement.scrollWidth") <= 390
    mia.page.locator("#away").click()
    expect(mia.one(conversation)).to_be_focused()


def test_the_desk_speaks_english_and_chinese(mia: Colleague) -> None:
    mia.page.locator("#desk .tongue").click()
    expect(mia.page.locator("#out")).to_have_text("退出")
    assert mia.page.evaluate("document.documentElement.lang") == "zh-CN"
    mia.page.reload()
    expect(mia.page.locator("#out")).to_have_text("退出")
