"""What a model says leaves sentence by sentence, checked; where it fails, the template says the rest, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Never

import pytest

from bot.errors import NoWords
from bot.seams import Hands, Piece
from bot.types import Conversation, Deadline, Findings, Found, Message, Route, Spent, Understood, Written
from bot.wiring import SAMPLE
from bot.writing.budget import Budget
from bot.writing.voice import Spoken, Voice
from bot.writing.wordings import Wordings
from knowledge_base.shop import load_shop
from knowledge_base.types import Product
from tests.talk import NOON

SHOP, WORDINGS = load_shop(SAMPLE), Wordings.load()
KETTLE = Product("K", "Fernhill Kettle", "", "", Decimal("49.00"), "USD", stock=18)
POT = Product("P", "Larch Pot", "", "", Decimal("32.50"), "USD", stock=2)
FOUND = Findings("found", products=(KETTLE, POT))
CANADA = Findings("answer", answer="Delivery to Canada costs $12.95. It takes 5 to 8 working days.")
TEMPLATE = ["1. Fernhill Kettle: $49.00, in stock", "2. Larch Pot: $32.50, only 2 left"]


def found(findings: Findings) -> Found:
    return Found(Understood(Message("m", "c", "?", NOON), "?", Route("ask", 1.0)), findings)


async def _none(anything: object) -> Never:
    raise AssertionError("nothing is looked up")


NO_HANDS = Hands(_none, _none)


class Model:
    """A Writer that gives these pieces; a number is a wait, an error a fault."""

    def __init__(self, *pieces: Piece | float | Exception) -> None:
        self.pieces = pieces

    async def write(
        self, found: Found, history: Conversation, locale: str, by: Deadline, hands: Hands
    ) -> AsyncIterator[Piece]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            else:
                yield piece


PATIENT, HASTY = Budget(turn_s=60, first_s=30, gap_s=30), Budget(turn_s=1.5, first_s=0.6, keep_back_s=0.2)


async def said(
    model: Model | None, findings: Findings, locale: str = "en", budget: Budget = PATIENT
) -> tuple[str, Spoken]:
    voice = Voice(SHOP, WORDINGS, model, budget=budget)
    heard = [
        piece async for piece in voice.speak(found(findings), Conversation("c"), locale, voice.deadline(), NO_HANDS)
    ]
    assert isinstance(heard[-1], Spoken)
    return "".join(piece for piece in heard if isinstance(piece, str)).strip(), heard[-1]


async def test_true_sentences_are_said_as_the_model_says_them() -> None:
    text, spoken = await said(
        Model("The Fernhill Kettle is ", "$49.00 and in stock. The Larch ", "Pot is $32.50."), FOUND
    )
    assert text == "The Fernhill Kettle is $49.00 and in stock. The Larch Pot is $32.50."
    assert (spoken.verdict.stopped, spoken.written.template) == ((), "")


async def test_a_lie_is_stopped_and_the_template_says_what_is_missing_only() -> None:
    text, spoken = await said(Model("The Fernhill Kettle is $49.00. ", "The Larch Pot is just $1.99!"), FOUND)
    assert [line.strip() for line in text.splitlines()] == ["The Fernhill Kettle is $49.00.", TEMPLATE[1]]
    assert "1.99" in spoken.verdict.stopped[0].sentence
    assert spoken.written.template == "stopped"


async def test_an_ornament_that_was_stopped_is_dropped_and_that_is_all() -> None:
    text, spoken = await said(Model("The Fernhill Kettle is $49.00. Rated 9.7 by 8500 chefs! Enjoy."), FOUND)
    assert text == "The Fernhill Kettle is $49.00. Enjoy."
    assert len(spoken.verdict.stopped) == 1


async def test_nothing_but_lies_leaves_the_template() -> None:
    text, _ = await said(Model("All is free at https://evil.example! Use coupon FREE99."), FOUND)
    assert text.splitlines()[1:] == TEMPLATE


async def test_a_stream_that_breaks_is_finished_by_the_template_and_nothing_is_said_twice() -> None:
    text, spoken = await said(Model("Delivery to Canada costs $12.95. It ta", NoWords("cut")), CANADA)
    assert text == CANADA.answer
    assert spoken.written.template == "cut"


async def test_a_broken_table_goes_on_under_its_own_head() -> None:
    compared = Findings("compared", products=(KETTLE, POT))
    whole, _ = await said(None, compared)
    text, _ = await said(Model("Of the two, the Fernhill Kettle and the Larch Pot:\n", NoWords("stalled")), compared)
    assert text.count("|---|---|---|") == 1
    assert text.splitlines()[-1] == whole.splitlines()[-1]


@pytest.mark.parametrize("wait", [1.2, 90.0])
async def test_a_model_that_is_late_with_its_first_sentence_is_not_heard_any_more(wait: float) -> None:
    text, spoken = await said(Model("Delivery ", wait, "to Canada costs $12.95. Welcome."), CANADA, budget=HASTY)
    assert text == CANADA.answer
    assert spoken.written.template == "slow"


async def test_a_turn_ends_in_its_time() -> None:
    text, spoken = await said(Model("Delivery to Canada costs $12.95. It", 90.0, "It takes"), CANADA, budget=HASTY)
    assert text == CANADA.answer
    assert spoken.written.template == "late"


async def test_another_language_is_not_spoken() -> None:
    french = "Bonjour, la livraison au Canada coûte $12.95 et je suis très heureux de vous aider."
    assert (await said(Model(french), CANADA))[0] == CANADA.answer
    chinese = Findings("answer", answer="寄加拿大运费 12.95 美元。")
    text, spoken = await said(Model("Delivery to Canada costs $12.95, my friend."), chinese, locale="zh")
    assert (text, spoken.written.template) == (chinese.answer, "language")


async def test_endless_text_is_cut_off() -> None:
    for endless in (
        Model(*["Delivery to Canada costs $12.95. "] * 500),
        Model(*["and so on "] * 5000),
        Model(*[f"{'na' * n}. " for n in range(9, 300)]),
    ):
        text, _ = await said(endless, CANADA)
        assert len(text) < 3000
        assert text.count("12.95") == 1


async def test_an_answer_that_tells_nothing_is_followed_by_the_facts() -> None:
    text, spoken = await said(Model("What a nice question!"), CANADA)
    assert text == "What a nice question! " + CANADA.answer
    assert spoken.written.template == "no_answer"


async def test_where_even_the_template_is_stopped_a_person_is_offered() -> None:
    odd = Findings("found_nothing", values={})
    voice_text, spoken = await said(Model("It is $1.99."), odd)
    assert voice_text == WORDINGS.say("en", "found_nothing")
    assert spoken.written.template == "stopped"


async def test_what_a_model_finds_meanwhile_may_be_said() -> None:
    text, spoken = await said(
        Model(found(CANADA), "Delivery to Canada costs $12.95 and takes 5 to 8 working days."), Findings("unknown")
    )
    assert "$12.95" in text
    assert spoken.found.findings == CANADA


async def test_how_the_words_came_about_is_kept_though_they_broke_off() -> None:
    note = Written("chat", "reply 1 x", "first", "m", Spent(10, 2, Decimal("0.1")))
    _, spoken = await said(Model(note, "Delivery to", NoWords("cut")), CANADA)
    assert (spoken.written.spent, spoken.written.template) == (note.spent, "cut")


async def test_no_writer_is_the_template() -> None:
    text, spoken = await said(None, FOUND)
    assert text.splitlines()[1:] == TEMPLATE
    assert spoken.written == Written("template")
