"""Two wishes that are about as likely: one question with choices, answered by number, word or tap, and never asked twice in a row."""

from __future__ import annotations

import pytest

from bot.dialogue.near import readings
from bot.types import Route
from tests.talk import Talk


def intents(route: Route) -> list[str]:
    return [option.intent for option in readings(route)]


def test_two_near_readings_are_offered_the_likelier_first() -> None:
    assert intents(Route("order", 0.5, (("ask", 0.4),))) == ["order", "ask"]
    assert intents(Route("recommend", 0.3, (("order", 0.45), ("describe", 0.2)))) == ["find", "order"]


@pytest.mark.parametrize(
    "route",
    [
        Route("ask", 0.8, (("order", 0.15),)),
        Route("order", 0.2, (("ask", 0.2), ("greet", 0.3))),
        Route("find", 0.5, (("ask", 0.45),)),
    ],
    ids=["one is plain", "neither is likely", "a search looks into the texts anyway"],
)
def test_no_choice_is_offered_where_none_helps(route: Route) -> None:
    assert intents(route) == []


@pytest.mark.parametrize("answer", ["2", "the second", "my order", "My order"])
async def test_the_question_is_answered_by_number_word_or_tap(talk: Talk, answer: str) -> None:
    asked = await talk("what did I buy")
    assert asked.asks
    assert asked.suggestions == ("Look for a product", "My order")
    assert (await talk(answer)).intent == "order"


async def test_a_second_unclear_message_is_served_and_not_asked_about(talk: Talk) -> None:
    assert (await talk("what did I buy")).asks
    again = await talk("the colour I got is different")
    assert not again.asks
    assert (await talk("what did I buy")).asks
