"""An agent bot in Chatwoot: every message is acknowledged once it is kept and answered once, in order; a colleague is left alone."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from bot.channels.access import Access
from bot.channels.chatwoot.signing import Secret
from bot.channels.chatwoot.webhook import hook_of
from bot.channels.limits import Limits, MemoryBuckets
from bot.channels.web import create_app
from bot.errors import BadSetting, NotTaken
from bot.settings import Settings
from bot.wiring import OpenShop, index_root, open_shop, router_root, shop_of
from eval.doors.chatwoot import SECRET, TOKEN, Chatwoot, chatwoot
from tests import doors

pytestmark = pytest.mark.asyncio(loop_scope="module")
_numbers = count(100)
Served = tuple[Chatwoot, OpenShop]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(sample_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """The bot as it serves all tests of this file, beside a Chatwoot."""
    async with chatwoot() as made:
        own = sample_settings.model_copy(
            update={
                "data_dir": tmp_path_factory.mktemp("chatwoot"), "merge_window_s": 0.0, "chatwoot_url": made.url,
                "chatwoot_token": Settings(chatwoot_token=TOKEN, _env_file=None).chatwoot_token,
                "chatwoot_secret": Settings(chatwoot_secret=SECRET.value, _env_file=None).chatwoot_secret,
            }
        )  # fmt: skip
        for root in (index_root, router_root):
            root(own, shop_of(own)).parent.mkdir(parents=True, exist_ok=True)
            root(own, shop_of(own)).symlink_to(root(sample_settings, shop_of(own)))
        access = Access(limits=Limits(MemoryBuckets(), customer=6, address=20))
        hook = hook_of(own, access)
        assert hook is not None
        app = create_app(hook.over(open_shop(own)), access=access, doors=hook.doors)
        hook.add_to(app)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
                made.bot = client
                yield made, app.state.shop
                made.bot = None


@pytest.fixture
def ann(served: Served) -> int:
    """A conversation that nobody knows yet."""
    served[0].breaks, served[0].slow_s = (lambda post: None), 0.0
    return next(_numbers)


async def soon(is_so: Callable[[], bool]) -> None:
    await doors.until(is_so, within_s=40)


async def heard(made: Chatwoot, conversation: int, messages: int) -> list[str]:
    await soon(lambda: len(made.said(conversation)) >= messages)
    return made.said(conversation)


def taken(shop: OpenShop, conversation: int) -> int:
    """Messages of a conversation that the clerk was given; an acknowledged one is among them, or never will be."""
    of = shop.conversations.database.connection().execute(
        "SELECT count(*) FROM inbox WHERE conversation_id = ?", (f"chatwoot:3:{conversation}",)
    )
    return int(of.fetchone()[0])


async def test_a_customer_is_answered_in_their_language(served: Served, ann: int) -> None:
    made, shop = served
    assert await made.write(ann, "How much is delivery to Canada?") == 200
    assert "Canada" in (await heard(made, ann, 1))[0]
    await made.write(ann, "退货要多久？")
    assert "天" in (await heard(made, ann, 2))[1]
    assert set(made.answers) == {200}, "the bot hears of its own messages, and says nothing to them"
    assert taken(shop, ann) == 2


async def test_an_event_told_again_is_answered_once_and_order_is_by_id(served: Served, ann: int) -> None:
    made, shop = served
    made.slow_s = 0.2
    event = made.message(ann, "Do you have a kettle under $60?")
    assert [await made.tell(event) for _ in range(3)] == [200] * 3
    for text in ("is the first one in stock?", "thanks"):
        await made.write(ann, text)
    assert taken(shop, ann) == 3
    told = await heard(made, ann, 3)
    assert ["found" in told[0], "in stock" in told[1], "welcome" in told[2]] == [True] * 3, told


async def test_it_is_acknowledged_before_chatwoot_can_answer(served: Served, ann: int) -> None:
    """Chatwoot waits 5 seconds, then a person has to look."""
    made, _ = served
    made.slow_s = 3.0
    started = time.monotonic()
    assert await made.write(ann, "hello") == 200
    assert time.monotonic() - started < 1
    await heard(made, ann, 1)


async def test_what_cant_be_kept_is_not_acknowledged(served: Served, ann: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = served

    async def full(*_: object) -> object:
        raise NotTaken("full", "no room")

    event = made.message(ann, "hello")
    with monkeypatch.context() as patch:
        patch.setattr("bot.serving.reception.Reception.take", full)
        assert await made.tell(event) == 503
    assert await made.tell(event) == 200
    await heard(made, ann, 1)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: web.Response(status=429, headers={"retry-after": "1"}),
        lambda: web.Response(status=500),
        lambda: web.Response(status=502, text="<html>"),
    ],
)
async def test_a_reply_waits_until_chatwoot_takes_it(served: Served, ann: int, broken: Any) -> None:
    made, _ = served
    left = [2]

    def breaks(post: Any) -> web.Response | None:
        left[0] -= post.conversation == ann
        return broken() if left[0] >= 0 and post.conversation == ann else None

    made.breaks = breaks
    await made.write(ann, "hello")
    assert len(await heard(made, ann, 1)) == 1
    assert left[0] < 0


async def test_a_hand_over_is_an_open_conversation_with_a_note(served: Served, ann: int) -> None:
    made, _ = served
    await made.write(ann, "Do you have a kettle under $60?")
    await heard(made, ann, 1)
    await made.write(ann, "I want to speak to a person")
    await soon(lambda: made.status[ann] == "open")
    (note,) = made.notes(ann)
    assert "kettle under $60" in note
    assert "Asked for a person" in note


async def test_the_clerk_is_silent_while_a_person_has_the_customer(served: Served, ann: int) -> None:
    made, shop = served
    await made.write(ann, "hello")
    said = len(await heard(made, ann, 1))
    made.status[ann], made.assignee[ann] = "open", {"id": 1, "type": "user", "name": "Mia"}
    await made.write(ann, "are you there?")
    del made.assignee[ann]
    await made.tell(made.message(ann, "Mia here!", kind="outgoing", sender="user"))
    await made.write(ann, "ah, good")
    assert taken(shop, ann) == 1
    await made.turn(ann, "pending")
    await made.write(ann, "How much is delivery to Canada?")
    assert "Canada" in (await heard(made, ann, said + 1))[-1]


async def test_a_person_who_speaks_in_a_pending_conversation_has_it_until_it_is_given_back(served: Served, ann: int) -> None:  # fmt: skip
    made, shop = served
    await made.tell(made.message(ann, "a note", kind="outgoing", sender="user", private=True))
    await made.write(ann, "hello")
    assert taken(shop, ann) == 1, "a note is for colleagues"
    await made.tell(made.message(ann, "Mia here!", kind="outgoing", sender="user"))
    await made.write(ann, "hello Mia")
    assert taken(shop, ann) == 1
    await made.turn(ann, "resolved")
    await made.write(ann, "hello again")
    assert taken(shop, ann) == 2


async def test_a_question_with_choices_can_be_pressed(served: Served, ann: int) -> None:
    made, _ = served
    await made.write(ann, "what did I buy")
    await heard(made, ann, 1)
    (asked,) = made.public(ann)
    items = asked.body["content_attributes"]["items"]
    assert [one["title"] for one in items] == ["Look for a product", "My order"]
    chosen = made.message(
        ann, asked.body["content"], kind="outgoing", sender="agent_bot", event="message_updated",
        content_type="input_select", content_attributes={"items": items, "submitted_values": items[1:]},
    )  # fmt: skip
    assert [await made.tell(chosen) for _ in range(2)] == [200, 200]
    assert "order" in (await heard(made, ann, 2))[1]


async def test_choices_that_chatwoot_refuses_are_sent_as_words(served: Served, ann: int) -> None:
    made, _ = served
    made.breaks = lambda post: web.Response(status=422) if "content_type" in post.body else None
    await made.write(ann, "what did I buy")
    await heard(made, ann, 1)
    assert "content_type" not in made.public(ann)[0].body


async def test_a_picture_without_words_is_answered_politely(served: Served, ann: int) -> None:
    made, _ = served
    await made.write(ann, None, attachments=[{"id": 1, "file_type": "image", "data_url": "https://x.example/a.png"}])
    assert "picture" in (await heard(made, ann, 1))[0]


async def test_too_much_is_told_once(served: Served, ann: int) -> None:
    made, shop = served
    assert {await made.write(ann, f"hello {number}") for number in range(12)} == {200}
    assert taken(shop, ann) == 6
    told = await heard(made, ann, 7)
    assert sum("more than I can read" in text for text in told) == 1, told


async def test_only_chatwoot_is_heard(served: Served, ann: int) -> None:
    made, shop = served
    event = made.message(ann, "hello")
    now = int(time.time())
    refused = [
        await made.tell(event, secret=Secret("another-secret-of-24-bytes")), await made.tell(event, seconds=now - 301),
        await made.tell(event, seconds=now + 305),
    ]  # fmt: skip
    assert refused == [401] * 3
    assert made.bot is not None
    assert (await made.bot.post("/v1/chatwoot", json=event)).status_code == 401
    assert (await made.bot.post("/v1/chatwoot/another-key", json=event)).status_code == 401
    flood = {(await made.bot.post("/v1/chatwoot/another-key", json=event)).status_code for _ in range(30)}
    assert 429 in flood
    assert (await made.bot.post(f"/v1/chatwoot/{SECRET.value}", json=event)).status_code == 200, "an older Chatwoot"
    await heard(made, ann, 1)
    with pytest.raises(BadSetting, match="_SECRET"):
        hook_of(shop.settings.model_copy(update={"chatwoot_secret": None}), Access())
    short = Settings(chatwoot_secret="short", _env_file=None).chatwoot_secret
    with pytest.raises(BadSetting, match="24"):
        hook_of(shop.settings.model_copy(update={"chatwoot_secret": short}), Access())


@pytest.mark.parametrize(
    "event",
    [
        [], {}, {"event": 5}, {"event": "message_created"}, {"event": "message_created", "message_type": "incoming", "id": "x", "conversation": {}},
        {"event": "webwidget_triggered"}, {"event": "conversation_opened", "id": 1},
        {"event": "message_created", "message_type": "incoming", "id": 1, "content": "x", "conversation": {"id": 1, "meta": 5}, "account": {"id": 1}},
    ],
)  # fmt: skip
async def test_what_isnt_understood_holds_up_nobody(served: Served, event: Any) -> None:
    assert await served[0].tell(event) == 200
