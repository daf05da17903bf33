"""What stays with the thing spoken of and what leaves it: properties, forms, cheaper ones, the shop, a person."""

from __future__ import annotations

import pytest

from tests.talk import Talk


def ids(reply: object) -> list[str]:
    return [card.product_id for card in getattr(reply, "cards", ())]


@pytest.mark.parametrize(
    ("thing", "asked", "of"),
    [
        ("hanging wash bag", "is the outside waterproof", "JL-BAG-13"),
        ("Longjing tea price", "what water temp", "JL-TEA-01"),
        ("纯棉府绸床品", "能水洗60度吗", "JL-HOM-14"),
        ("dresses in stock", "my chest is 94", "JL-CLO-08"),
    ],
)
async def test_a_property_is_asked_of_the_thing_spoken_of(talk: Talk, thing: str, asked: str, of: str) -> None:
    await talk(thing)
    assert ids(await talk(asked)) == [of]


@pytest.mark.parametrize("asked", ["is the kettle dishwasher safe", "Softacre盖毯能机洗不？"])
async def test_a_property_of_a_kind_of_which_there_are_several_is_asked_back(talk: Talk, asked: str) -> None:
    assert (await talk(asked)).asks


async def test_cheaper_gives_up_another_limit_before_the_price(talk: Talk) -> None:
    await talk("65 watt charger")
    shown = ids(await talk("a cheaper one?"))
    assert shown[0] == "JL-AUD-09"
    assert "JL-AUD-10" not in shown


async def test_a_choice_is_picked_by_a_number_of_its_title(talk: Talk) -> None:
    assert (await talk("how heavy is the quillback daypack")).asks
    assert ids(await talk("the 26 one")) == ["JL-BAG-02"]


async def test_the_other_of_a_list_is_meant_by_what_it_alone_is(talk: Talk) -> None:
    assert (await talk("Softacre盖毯能机洗不？")).asks
    await talk("棉的")
    assert ids(await talk("那羊毛的呢")) == ["JL-HOM-10"]


async def test_the_big_one_is_a_form_of_the_thing_spoken_of(talk: Talk) -> None:
    await talk("bath towel, grey")
    reply = await talk("price of the big one")
    assert ids(reply) == ["JL-BAT-12"]
    assert "29" in reply.text


async def test_which_is_cheaper_is_told_of_the_two_spoken_of(talk: Talk) -> None:
    await talk("balance bike")
    await talk("ride-on truck")
    assert set(ids(await talk("which one is cheaper"))) == {"JL-KID-10", "JL-KID-11"}


async def test_a_price_and_a_question_to_the_shop_are_both_served(talk: Talk) -> None:
    await talk("hanging wash bag")
    reply = await talk("price, and do you gift wrap")
    assert ids(reply) == ["JL-BAG-13"]
    assert {name for name, _ in reply.intents} == {"describe", "ask"}


@pytest.mark.parametrize("asked", ["can I have 90% off", "if they're too small can I change them for the next size?"])
async def test_haggling_and_exchanges_are_the_shops_matter(talk: Talk, asked: str) -> None:
    await talk("rain boots for kids")
    await talk("mustard in US 10, in stock?")
    reply = await talk(asked)
    assert reply.intent == "ask"
    assert not reply.cards


async def test_who_is_not_understood_is_offered_a_person_amid_talk_of_a_product(talk: Talk) -> None:
    await talk("daypack 18 L")
    reply = await talk("you don't understand me")
    assert reply.intent == "handoff"
    assert not reply.handed_off
    assert (await talk("yes")).handed_off
