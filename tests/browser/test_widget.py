"""A visitor's conversation by the widget, in a real browser over the real shop; the network fails, tabs are many, people take over."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.site import Site
from tests.browser.visiting import Visitor


@pytest.fixture
def visitor(context: BrowserContext, site: Site) -> Visitor:
    return Visitor(context, site).open()


def test_a_question_is_answered_with_cards_suggestions_and_sources(visitor: Visitor) -> None:
    assert "1." not in visitor.ask("Do you have a kettle under $60?")  # a list, drawn as one
    expect(visitor.widget.locator(".said.it li").first).to_contain_text("$49.00")
    assert "Fernhill Pour-Over Kettle 0.9 L" in visitor.cards.first.inner_text()
    assert "In stock" in visitor.cards.first.inner_text()
    assert "Sold out" in visitor.cards.nth(1).inner_text()
    assert visitor.cards.first.locator("img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    visitor.chips.filter(has_text="Something cheaper").click()
    expect(visitor.widget.locator(".said.you")).to_have_count(2)
    expect(visitor.widget.locator(".dots")).to_have_count(0)
    visitor.ask("How much is delivery to Canada?")
    expect(visitor.widget.locator(".sources")).to_contain_text("How much is delivery to Canada?")
    assert not visitor.errors


def test_a_comparison_is_a_table(visitor: Visitor) -> None:
    visitor.ask("Do you have a kettle under $60?")
    visitor.ask("compare the first two")
    expect(visitor.widget.locator("table th").nth(0)).to_contain_text("Fernhill Pour-Over Kettle")
    assert "|" not in visitor.answers.last.inner_text()


def test_a_stream_that_is_cut_is_asked_for_again_and_answered_once(visitor: Visitor, site: Site) -> None:
    site.cuts, before = 2, site.asked.count("POST /v1/chat/stream")
    reply = visitor.ask("How much is delivery to Canada?")
    assert (site.cuts, site.asked.count("POST /v1/chat/stream") - before) == (0, 3)
    assert reply.count("$12.95") == 1
    assert "connection" not in visitor.status.inner_text().lower()
    assert len(site.run(site.app.state.shop.conversations.turns(visitor.conversation_id, 9))) == 1
    visitor.page.reload()
    expect(visitor.widget.locator(".said.you")).to_have_count(1)
    assert visitor.answers.last.inner_text() == reply


def test_a_message_on_its_way_is_sent_when_the_page_comes_back(visitor: Visitor, site: Site) -> None:
    visitor.ask("hello")
    visitor.page.route("**/v1/chat/stream", lambda route: route.abort())
    visitor.write("How much is delivery to Canada?")
    expect(visitor.status).to_contain_text("connection is gone")
    visitor.page.unroute("**/v1/chat/stream")
    visitor.page.reload()
    expect(visitor.panel).to_be_visible()  # it was left open
    expect(visitor.answers.last).to_contain_text("$12.95")
    assert visitor.asked == ["hello", "How much is delivery to Canada?"]


def test_a_colleague_takes_over_and_gives_back(visitor: Visitor, site: Site) -> None:
    visitor.ask("can I talk to a person?")
    expect(visitor.status).to_have_text("You asked for a colleague")
    site.colleague(visitor.conversation_id, "Hello, I am Mia. <b>How</b> can I help?")
    line = visitor.widget.locator(".said.person")
    expect(line).to_contain_text("Hello, I am Mia. <b>How</b> can I help?")
    expect(visitor.status).to_have_text("A colleague is answering")
    visitor.page.reload()
    expect(line).to_have_count(1)
    expect(visitor.status).to_have_text("A colleague is answering")
    site.colleague(visitor.conversation_id, "The clerk is back.", has=False)
    expect(visitor.status).to_contain_text("answers at once")
    expect(line).to_have_count(1)
    expect(visitor.widget.locator(".said.it").last).to_contain_text("The clerk is back.")


def test_who_closed_the_panel_is_told_of_a_colleagues_line(visitor: Visitor, site: Site) -> None:
    visitor.ask("can I talk to a person?")
    visitor.page.keyboard.press("Escape")
    expect(visitor.panel).to_be_hidden()
    site.colleague(visitor.conversation_id, "Here I am")
    expect(visitor.launcher).to_have_class("launcher unread")
    assert "New message" in str(visitor.launcher.get_attribute("aria-label"))
    visitor.launcher.click()
    expect(visitor.widget.locator(".said.person")).to_contain_text("Here I am")


def test_nothing_is_missed_and_nothing_doubled_where_the_stream_of_events_is_cut(visitor: Visitor, site: Site) -> None:
    visitor.ask("can I talk to a person?")
    conversation = visitor.conversation_id
    for number in range(4):
        site.colleague(conversation, f"line {number}")
        if number % 2:
            site.cut_followers()
    lines = visitor.widget.locator(".said.person .bubble")
    expect(lines).to_have_count(4)
    assert lines.all_inner_texts() == [f"line {number}" for number in range(4)]


def test_two_tabs_show_one_conversation(visitor: Visitor, context: BrowserContext, site: Site) -> None:
    visitor.ask("How much is delivery to Canada?")
    other = Visitor(context, site)
    expect(other.answers.last).to_contain_text("$12.95")
    other.ask("hello")
    visitor.page.bring_to_front()
    expect(visitor.widget.locator(".said.you")).to_have_count(2)
    expect(visitor.answers).to_have_count(3)  # with the greeting
    visitor.ask("Do you have a kettle under $60?")
    expect(other.widget.locator(".said.you")).to_have_count(3)
    visitor.widget.locator("button.anew").click()
    visitor.widget.get_by_role("button", name="Start anew", exact=True).last.click()
    expect(other.widget.locator(".said.you")).to_have_count(0)


def test_starting_anew_can_delete_what_was_said(visitor: Visitor, site: Site) -> None:
    visitor.ask("hello")
    old = visitor.conversation_id
    visitor.widget.locator("button.anew").click()
    visitor.widget.get_by_role("button", name="Start anew and delete this one").click()
    expect(visitor.notes.last).to_have_text("Deleted.")
    assert f"DELETE /v1/conversations/{old}" in site.asked
    assert site.run(site.app.state.shop.conversations.turns(old, 5)) == ()
    visitor.ask("hello")
    assert visitor.conversation_id != old


def test_another_visitor_sees_nothing(visitor: Visitor, site: Site) -> None:
    visitor.ask("hello")
    stranger = visitor.page.context.browser.new_context()  # type: ignore[union-attr]
    answer = stranger.request.get(f"{site.base}/v1/conversations/{visitor.conversation_id}/events")
    unknown = stranger.request.get(f"{site.base}/v1/conversations/nobody/events")
    assert (answer.status, answer.body()) == (404, unknown.body())
    stranger.close()
