"""A shop's own intents are answered as shop.toml says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.intent.lines import shipped
from bot.settings import Settings
from bot.tools import Shelf, tool_for
from bot.types import Conversation, Findings, Message, Route, Understood
from bot.wiring import classifier_of, embedder_of, index_shop, open_shop, shop_of
from bot.writing.wordings import Wordings
from tests.knowledge_base.test_own_intents import FILES
from tests.shops import shop_in
from tests.talk import NOON

TOML = """
[contacts]
email = "hi@example.com"
[intents.wholesale]
lines = ["do you sell wholesale", "bulk prices for my cafe", "可以批发吗", "大量采购有优惠吗"]
faq = "bulk-orders"
[intents.repairs]
lines = ["can you repair my kettle", "do you fix broken things", "你们维修吗", "坏了能修吗"]
say = { en = "Bring it in, we repair for free.", zh = "可以送来免费维修。" }
[intents.press]
lines = ["I am a journalist", "press enquiry", "记者采访", "媒体合作"]
handoff = true
"""


async def _found(settings: Settings, intent: str, locale: str) -> Findings:
    async with open_shop(settings) as opened:
        now = opened.index.current()
        shelf = Shelf(
            opened.shop,
            now.catalogue,
            now.retriever,
            now.recommender,
            now.answers,
            now.embedder,
            locale,
            Wordings.load(),
        )
        message = Message("m", "c", "…", NOON)
        asked = Understood(message, message.text, Route(intent, 0.9))
        return await tool_for(intent)(asked, Conversation("c"), shelf)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings over a shop with intents of its own, which are learned here once, beside a quarter of ours (the README's test: all)."""
    folder = tmp_path_factory.mktemp("own")
    settings = Settings(data_dir=folder / "data", shop=shop_in(folder / "shop", FILES, TOML))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.intent.training.shipped", lambda: shipped()[::4])
        index_shop(settings, shop_of(settings))
        yield settings


async def test_an_faq_entry_is_told_whole_and_cited(settings: Settings) -> None:
    found = await _found(settings, "shop:wholesale", "zh")
    assert (found.say, found.answer) == ("answer", "Yes, from 20 pieces.")
    assert [hit.passage.source_id for hit in found.hits] == ["bulk-orders"]


async def test_a_text_is_told_in_the_customers_language(settings: Settings) -> None:
    assert (await _found(settings, "shop:repairs", "zh")).answer == "可以送来免费维修。"
    assert (await _found(settings, "shop:repairs", "en")).answer == "Bring it in, we repair for free."


async def test_a_person_takes_over(settings: Settings) -> None:
    found = await _found(settings, "shop:press", "en")
    assert found.handoff == "press"
    assert found.values["email"] == "hi@example.com"


async def test_an_intent_that_has_gone_is_not_known(settings: Settings) -> None:
    assert (await _found(settings, "shop:gone", "en")).say == "unknown"


async def test_the_shops_classifier_knows_its_intents_in_both_languages(settings: Settings) -> None:
    async with open_shop(settings) as opened:
        assert (settings.data_dir / opened.shop.key / "router" / "card.json").is_file()
        model = classifier_of(settings, opened.shop, embedder_of(settings))
        assert model.classify("could you repair a broken kettle for me").intent == "shop:repairs"
        assert model.classify("能批发吗").intent == "shop:wholesale"
        assert model.classify("where is my parcel").intent == "order"
