"""What a search for a kind of thing shows: all of it, in whichever language it is called so, and nothing that only goes with it."""

from __future__ import annotations

import pytest

from tests.talk import Talk


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("有雨伞吗", {"JL-BAG-15", "JL-BAG-16"}),
        ("烧水壶", {"JL-KIT-12", "JL-COF-01", "JL-COF-02"}),
    ],
)
async def test_a_kind_is_what_it_is_called_in_either_language(talk: Talk, said: str, shown: set[str]) -> None:
    assert {card.product_id for card in (await talk(said)).cards} == shown


async def test_tea_leaves_are_tea_and_no_caddy(talk: Talk) -> None:
    shown = {card.product_id for card in (await talk("看看你们的茶叶")).cards}
    assert len(shown) == 5
    assert "JL-TEA-12" not in shown


@pytest.mark.parametrize("said", ["保温杯", "cheapest water bottle you have"])
async def test_spare_parts_are_not_the_thing(talk: Talk, said: str) -> None:
    assert not {card.product_id for card in (await talk(said)).cards} & {"JL-DRI-12", "JL-DRI-13", "JL-DRI-16"}


async def test_spare_parts_that_are_named_are_shown(talk: Talk) -> None:
    assert (await talk("do you sell spare lids?")).cards[0].product_id == "JL-DRI-12"


async def test_what_has_most_of_the_words_in_its_title_comes_first(talk: Talk) -> None:
    assert (await talk("merino sweater")).cards[0].product_id == "JL-CLO-06"
