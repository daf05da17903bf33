"""What customers do in chat is kept with the turn, once, and nothing of who doesn't want it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.behaviour import ADVISED, Act
from bot.dialogue.refusals import is_refusal
from bot.settings import Settings
from bot.stores import behaviour
from bot.stores.transactions import writing
from bot.trial import HELD_OUT, Trial
from bot.types import Message
from bot.wiring import OpenShop, index_root, learnable_of, open_shop, shop_of
from knowledge_base.types import Interaction, InteractionKind
from tests.talk import NOON

BOUGHT, SHOWN = InteractionKind.BOUGHT, InteractionKind.SHOWN


@pytest.fixture
async def shop(sample_settings: Settings, tmp_path: Path) -> AsyncIterator[OpenShop]:
    """The sample shop, with a data folder of its own over the index that is there."""
    root = index_root(sample_settings, shop_of(sample_settings))
    (tmp_path / root.parent.name).mkdir()
    for part in ("index", "router"):
        if (root.parent / part).exists():
            (tmp_path / root.parent.name / part).symlink_to(root.parent / part)
    settings = sample_settings.model_copy(update={"data_dir": tmp_path, "trial_held_out": 0.5})
    async with open_shop(settings) as opened:
        yield opened


class Customer:
    def __init__(self, shop: OpenShop, conversation: str = "c", customer_id: str | None = None) -> None:
        self.shop, self.conversation, self.customer_id, self.said = shop, conversation, customer_id, 0

    async def says(self, text: str, **more: object) -> None:
        self.said += 1
        message = Message(
            f"m{self.said}", self.conversation, text, NOON + timedelta(minutes=self.said), "chat", self.customer_id
        )
        await self.shop.engine.reply(replace(message, **more))  # type: ignore[arg-type]


def kept(shop: OpenShop) -> list[Act]:
    return list(behaviour.acts(shop.conversations.database.connection()))


def did(shop: OpenShop) -> list[tuple[str, str]]:
    return [(act.kind, act.product_id) for act in kept(shop)]


def rows_with(shop: OpenShop, *words: str) -> list[str]:
    """Every row of every table that has one of these words in it."""
    database = shop.conversations.database.connection()
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [f"{table}: {row}" for table in tables for row in database.execute(f"SELECT * FROM {table}")]
    return [row for row in rows if any(word in row for word in words)]


async def test_what_is_shown_asked_about_pressed_and_refused_is_kept(shop: OpenShop) -> None:
    customer = Customer(shop)
    await customer.says("do you have a kettle?")
    assert [kind for kind, _ in did(shop)] == ["shown"] * 3
    second = did(shop)[1][1]
    await customer.says("tell me about the second one")
    assert did(shop)[3:] == [("asked", second)]
    await customer.says("not my style")
    after = did(shop)[4:]
    assert ("refused", second) in after
    assert ("advised", "") in after
    assert ("shown", second) not in after
    await customer.says("Details of the kettle", sign="details:JL-COF-01")
    assert did(shop)[4 + len(after) :] == [("clicked", "JL-COF-01")]
    assert {act.person for act in kept(shop)} == {"visitor:c"}


async def test_a_message_that_comes_twice_counts_once(shop: OpenShop) -> None:
    for _ in range(2):
        await shop.engine.reply(Message("m", "c", "do you have a kettle?", NOON))
    assert len(did(shop)) == 3
    again = kept(shop)
    with writing(database := shop.conversations.database.connection()):
        assert behaviour.add(database, again) == 0
    assert kept(shop) == again


@pytest.mark.parametrize(
    "text",
    [
        "not my style",
        "That's not really my taste.",
        "I don't like these",
        "none of these",
        "不喜欢这个",
        "这些都不是我的风格",
        "没兴趣",
        "这个太丑了",
    ],
)
def test_a_refusal_is_told_by_its_words(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "do you like it?",
        "Can I return it if I don't like it?",
        "what style is it?",
        "如果不喜欢可以退吗",
        "我喜欢这个",
        "does it fit a small kitchen?",
        "she likes tea",
    ],
)
def test_what_only_sounds_like_a_refusal_is_none(text: str) -> None:
    assert not is_refusal(text)


async def test_what_a_visitor_did_becomes_the_customers_who_signs_in(shop: OpenShop) -> None:
    visitor = Customer(shop)
    await visitor.says("do you have a kettle?")
    visitor.customer_id = "C001"
    await visitor.says("how much is delivery to Canada?")
    assert {act.person for act in kept(shop)} == {"C001"}


async def test_who_opts_out_leaves_no_act_behind_or_later_and_may_come_back(shop: OpenShop) -> None:
    customer = Customer(shop, customer_id="C001")
    await customer.says("do you have a kettle?")
    await customer.says("/privacy off", sign="/privacy off")
    await customer.says("do you have a teapot?")
    assert did(shop) == []
    elsewhere = Customer(shop, "another", "C001")
    await elsewhere.says("do you have a kettle?")
    assert did(shop) == []
    await customer.says("/privacy on", sign="/privacy on")
    await customer.says("do you have a kettle?")
    assert len(did(shop)) == 3


async def test_a_page_that_has_no_consent_leaves_no_act(shop: OpenShop) -> None:
    customer = Customer(shop)
    await customer.says("do you have a kettle?", consent=False)
    await customer.says("do you have a teapot?")
    assert did(shop) == []
    ever = shop.conversations.between(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert [turn async for turn in ever] == []


async def test_forgetting_a_conversation_leaves_no_row_of_the_visitor(shop: OpenShop) -> None:
    for conversation in ("secret-conversation", "another"):
        await Customer(shop, conversation).says("do you have a kettle?")
    await shop.conversations.forget_one("secret-conversation")
    assert rows_with(shop, "secret-conversation") == []
    assert {act.conversation_id for act in kept(shop)} == {"another"}


async def test_forgetting_a_customer_leaves_no_row_and_takes_them_out_of_the_files(shop: OpenShop) -> None:
    await Customer(shop, "c", "C010").says("do you have a kettle?")
    with writing(database := shop.conversations.database.connection()):
        behaviour.add(database, [Act("page/1", "clicked", "JL-COF-01", NOON, "", "C010")])
    before = learnable_of(shop.settings, shop.shop)
    assert await shop.conversations.forget("C010") == 1
    assert rows_with(shop, "C010") == []
    after = learnable_of(shop.settings, shop.shop)
    assert any(one.customer_id == "C010" for one in before)
    assert not any(one.customer_id == "C010" for one in after)
    assert {one.customer_id for one in before} - {one.customer_id for one in after} == {"C010"}


async def test_what_is_learned_from_is_in_order_each_once_and_nothing_of_the_future(shop: OpenShop) -> None:
    now = datetime.now(UTC)
    told = [
        Interaction("B", "P", BOUGHT, now - timedelta(days=1)),
        Interaction("A", "P", BOUGHT, now - timedelta(days=2)),
        Interaction("A", "P", BOUGHT, now - timedelta(days=2)),
        Interaction("A", "P", BOUGHT, now + timedelta(days=2)),
    ]
    with writing(database := shop.conversations.database.connection()):
        twice = Act("page/1", BOUGHT, "P", now - timedelta(days=1, minutes=20), "", "B")
        behaviour.add(
            database, [twice, Act("turn/1", ADVISED, "", now, "", "B"), Act("page/2", SHOWN, "P", now, "", "B")]
        )
    found = behaviour.learnable(database, told, now)
    assert [(one.customer_id, one.kind) for one in found] == [("A", BOUGHT), ("B", BOUGHT), ("B", SHOWN)]
    assert behaviour.learnable(database, [], now) != []


async def test_advice_is_kept_with_its_arm_for_who_is_held_out_too(shop: OpenShop) -> None:
    trial = Trial("1", 0.5)
    arms = {}
    for number in range(8):
        customer_id = f"P{number}"
        await Customer(shop, f"c{number}", customer_id).says("recommend me something")
        acts = [act for act in kept(shop) if act.customer_id == customer_id]
        assert {act.trial for act in acts} == {trial.key}
        assert acts[0].kind == ADVISED
        assert [act.kind for act in acts[1:]] == ["shown"] * 3
        (arms[customer_id],) = {act.arm for act in acts}
    assert arms == {person: trial.arm(person) for person in arms}
    assert set(arms.values()) == {HELD_OUT, "default"}


async def test_what_follows_from_no_advice_has_no_arm(shop: OpenShop) -> None:
    await Customer(shop).says("do you have a kettle?")
    assert {(act.trial, act.arm) for act in kept(shop)} == {("", "")}


def test_the_hash_deals_the_arms_as_the_shares_say_and_keeps_them() -> None:
    people = [f"person {number}" for number in range(20_000)]
    trial = Trial("spring", 0.1, models=("default", "popular"))
    arms = [trial.arm(person) for person in people]
    assert Trial.of(trial.key) == trial
    assert arms == [trial.arm(person) for person in people]
    for arm, share in trial.shares().items():
        assert abs(arms.count(arm) / len(people) - share) < 0.01
    more = Trial("spring", 0.2, models=("default", "popular"))
    assert all(more.arm(person) == HELD_OUT for person, arm in zip(people, arms, strict=True) if arm == HELD_OUT)
    other = [Trial("autumn", 0.1).arm(person) for person in people]
    both = sum(a == b == HELD_OUT for a, b in zip(arms, other, strict=True))
    assert abs(both / len(people) - 0.01) < 0.005
