"""What an attack once got out of the clerk, and doesn't any more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import index_root, index_shop, open_shop, shop_of
from retrieval.generations import current_number, folder_of
from tests.talk import Talk


@pytest.mark.parametrize(
    ("asked", "never"),
    [
        ("how much is delivery to France", "12.95"),
        ("寄到法国多少钱", "16.95"),
        ("kettle 多少钱", "退货"),
        ("多少钱", "退货"),
        ("How much is the iPhone 15?", "$"),
        ("do you ship to us?", "12.95"),
    ],
)
async def test_a_price_of_something_else_is_no_answer(talk: Talk, asked: str, never: str) -> None:
    assert never not in (await talk(asked)).text


async def test_an_amount_in_another_currency_is_taken_for_the_shops_and_told_so(talk: Talk) -> None:
    reply = await talk("kettle under £60")
    assert "USD" in reply.text.splitlines()[0]
    assert all(card.price <= 60 for card in reply.cards)


async def test_a_list_keeps_its_places_while_one_of_it_is_spoken_of(talk: Talk) -> None:
    shown = (await talk("有没有保温杯")).cards
    assert (await talk("第二个")).cards[0] == shown[1]
    assert (await talk("第三个有货吗")).cards[0] == shown[2]


async def test_what_is_only_mentioned_is_not_sold(talk: Talk) -> None:
    for thing in ("do you have sunscreen", "有没有狗粮", "你们卖口红吗"):
        assert not (await talk(thing)).cards, thing


async def test_the_thing_itself_stands_before_its_spare_parts(talk: Talk) -> None:
    titles = [card.title for card in (await talk("有没有保温杯")).cards]
    assert titles[0].split("（")[0].split(" 5")[0].endswith("保温杯")


async def test_what_do_you_sell_is_answered_with_the_categories(talk: Talk) -> None:
    assert "Coffee" in (await talk("What do you sell?")).text
    assert "咖啡器具" in (await talk("你们卖什么？")).text


@pytest.mark.parametrize("locale", ["zh-CN", "zh_TW", "ZH"])
async def test_a_browsers_locale_is_understood(talk: Talk, locale: str) -> None:
    assert (await talk("ok", locale=locale)).locale == "zh"


@pytest.fixture
def own(tmp_path: Path, sample_settings: Settings) -> Settings:
    """A copy of the sample's index to break."""
    shutil.copytree(sample_settings.data_dir, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", _env_file=None)


@pytest.mark.parametrize("broken", ["lexical", "chroma", "in-use.lock", "chroma/chroma.sqlite3"])
async def test_a_broken_index_mends_itself(own: Settings, broken: str) -> None:
    root = index_root(own, shop_of(own))
    part = folder_of(root, current_number(root)) / broken
    if part.is_dir():
        for inner in part.iterdir():
            shutil.rmtree(inner) if inner.is_dir() else inner.unlink()
    elif "/" in broken:
        part.write_bytes(b"not a database")
    else:
        part.unlink()
    async with open_shop(own) as shop:
        assert (await Talk(shop.engine)("How much is delivery to Canada?")).cites


@pytest.mark.parametrize("named", ["99", "-5", "１", "", "many", "7\n8"])
async def test_a_wrong_pointer_leads_to_the_newest_generation(own: Settings, named: str) -> None:
    root = index_root(own, shop_of(own))
    (root / "current").write_text(named, encoding="utf-8")
    assert index_shop(own, shop_of(own)).up_to_date
    async with open_shop(own) as shop:
        assert (await Talk(shop.engine)("hello")).intent == "greet"


async def test_a_size_that_is_not_made_is_not_sold(talk: Talk) -> None:
    assert "not made in size XXXL" in (await talk("do you have the linen dress in size XXXL?")).text
    assert "size M can be had" in (await talk("do you have the linen dress in size M?")).text


async def test_whether_a_thing_is_there_is_said_of_that_thing(talk: Talk) -> None:
    assert "sold out" in (await talk("is the whistling kettle in stock?")).text


async def test_after_a_product_the_price_of_delivery_is_still_the_price_of_delivery(talk: Talk) -> None:
    await talk("do you have the Fernhill Pour-Over Kettle?")
    assert "$49" not in (await talk("How much does it cost to ship to Germany?")).text


async def test_what_may_be_returned_is_no_search_for_it(talk: Talk) -> None:
    assert not (await talk("Can I return an opened coffee bag?")).cards
