"""Which product a clause means, among those shown, beside them and named anew; and what is done with several."""

from __future__ import annotations

from bot.types import Reply
from tests.talk import Talk


def ids(reply: Reply) -> list[str]:
    return [card.product_id for card in reply.cards]


async def test_another_product_that_is_named_is_taken_over_the_one_spoken_of(talk: Talk) -> None:
    await talk("do you have a power bank")
    reply = await talk("and a 65 watt charger, price?")
    assert ids(reply) == ["JL-AUD-10"]
    assert "42" in reply.text
    await talk("咖啡秤带计时吗")
    assert ids(await talk("奶泡器用几号电池")) == ["JL-COF-16"]


async def test_what_the_product_spoken_of_has_itself_is_no_other_product(talk: Talk) -> None:
    await talk("moka pot")
    assert ids(await talk("does it work on induction?")) == ["JL-COF-12"]
    await talk("merino crew sweater price")
    assert ids(await talk("do they run large")) == ["JL-CLO-06"]


async def test_a_sibling_that_was_not_in_the_list_is_found_by_what_tells_it_apart(talk: Talk) -> None:
    await talk("i want a chopping board")
    assert ids(await talk("the walnut one, how thick")) == ["JL-KIT-14"]
    await talk("Fernhill手摇磨豆机多重")
    assert ids(await talk("电动那个嘞")) == ["JL-COF-07"]
    await talk("护手霜有哪些")
    assert ids(await talk("没香味的那个呢")) == ["JL-BAT-05"]


async def test_one_of_the_list_is_turned_to_by_a_property(talk: Talk) -> None:
    await talk("蓝牙音箱")
    assert ids(await talk("小的多少钱")) == ["JL-AUD-07"]
    assert ids(await talk("大的能用多久")) == ["JL-AUD-08"]
    await talk("looking for an umbrella")
    await talk("how big is the long one when open")
    assert ids(await talk("and the compact, does it come in mustard?")) == ["JL-BAG-15"]


async def test_all_that_are_so_is_a_limit_and_points_at_none(talk: Talk) -> None:
    await talk("headphones under 100")
    await talk("bluetooth ones only")
    reply = await talk("with noise cancelling as well please")
    assert ids(reply) == ["JL-AUD-04"]


async def test_a_name_that_fits_several_products_is_asked_about_once(talk: Talk) -> None:
    asked = await talk("The Glimmet floor lamp, how tall is it?")
    assert asked.asks
    reply = await talk("the one for 138")
    assert not reply.asks
    assert ids(reply) == ["JL-HOM-03"]
    assert "152" in reply.text


async def test_a_form_that_is_asked_for_gets_its_own_price(talk: Talk) -> None:
    await talk("龙井50克多少钱")
    assert "24" in (await talk("100克的呢")).text
    await talk("dark roast coffee beans")
    reply = await talk("1 kg price")
    assert reply.intent == "describe"
    assert "49.5" in reply.text


async def test_a_form_asked_for_in_a_search_stays_a_limit_of_it(talk: Talk) -> None:
    await talk("navy tee")
    reply = await talk("S?")
    assert reply.intent == "describe"
    assert ids(reply) == ["JL-CLO-04"]


async def test_the_choice_may_be_left_to_the_shop(talk: Talk) -> None:
    offered = await talk("Plain Heron的T恤多少钱")
    assert offered.asks
    chosen = await talk("都行，你随便说一件")
    assert not chosen.asks
    assert set(ids(chosen)) <= {"JL-CLO-04", "JL-CLO-05"}
    await talk("bluetooth speakers")
    assert set(ids(await talk("which would you take for the beach"))) <= {"JL-AUD-07", "JL-AUD-08"}


async def test_a_comparison_takes_in_what_it_names(talk: Talk) -> None:
    await talk("rain jacket")
    await talk("what about the poncho, what sizes")
    compared = await talk("set it against the jacket")
    assert compared.intent == "compare"
    assert set(ids(compared)) == {"JL-CLO-16", "JL-CLO-17"}
    assert ids(await talk("ok the lighter of the two pls")) == ["JL-CLO-17"]


async def test_what_was_refused_or_asked_for_can_be_lifted(talk: Talk) -> None:
    await talk("a throw, but no wool please")
    await talk("actually wool is fine too")
    assert "JL-HOM-10" in ids(await talk("show me all throws"))
    await talk("linen bedding, king size")
    cheaper = await talk("that's too dear. something cheaper? needn't be linen")
    assert ids(cheaper) == ["JL-HOM-14"]


async def test_a_question_to_the_shop_amid_products_goes_to_the_shop(talk: Talk) -> None:
    await talk("降噪耳机")
    assert (await talk("贵的那个有保修吗")).intent == "ask"
    await talk("do you gift wrap?")
    assert (await talk("and what if it's the wrong size")).intent == "ask"


async def test_going_back_finds_the_product_that_was_spoken_of(talk: Talk) -> None:
    await talk("洗发水")
    await talk("洗发皂多少钱")
    assert ids(await talk("说回洗发水，什么味道的")) == ["JL-BAT-06"]
