"""A model's descriptions: nothing that the facts don't say leaves, and the template stands behind it. One contract for the writers."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from bot.describe.chat import ChatDescriber, drafted, facts
from bot.describe.open import Bench
from bot.describe.seams import DescriptionWriter
from bot.describe.types import STYLES, Brief
from bot.errors import NoWords
from bot.settings import load_settings
from bot.wiring import SAMPLE
from bot.writing.lines import Price
from bot.writing.prompts import load_prompts
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop

BENCH = Bench(load_settings(), load_shop(SAMPLE), read_shop(load_shop(SAMPLE)))
BRIEF = next(iter(BENCH.briefs(["JL-COF-01"], locale="en")))
GOOD = {
    "title": "Fernhill Pour-Over Kettle 0.9 L",
    "selling_points": ["Stainless steel, in matte black or white", "0.9 L, 1.1 kg", "1000 W"],
    "text": "The Fernhill Pour-Over Kettle 0.9 L is a kettle of stainless steel. It is not dishwasher safe.",
}


def chat(answer: Callable[[str, str], str]) -> ChatDescriber:
    return ChatDescriber(answer, load_prompts()["describe"], BENCH.shop, BENCH.sheet, BENCH.template())


def saying(**changed: object) -> ChatDescriber:
    return chat(lambda rules, question: "```json\n" + json.dumps({**GOOD, **changed}) + "\n```")


def test_a_true_answer_is_used() -> None:
    assert saying().write(BRIEF)[0].text == GOOD["text"]


def test_a_sentence_that_claims_too_much_is_cut_out() -> None:
    draft = saying(text=f"{GOOD['text']} It won a Red Dot award. Free shipping!").write(BRIEF)[0]
    assert draft.text == GOOD["text"]


@pytest.mark.parametrize(
    "changed",
    [{"selling_points": []}, {"text": "It is made of titanium."}, {"text": "The Fernhil Pour-Over Kettle 0.9 L."}, {"text": ""}, {"selling_points": "x"}],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_is_replaced_by_the_template(changed: dict[str, object]) -> None:
    assert saying(**changed).write(BRIEF)[0] == BENCH.template().write(BRIEF)[0]


def test_an_endpoint_without_words_is_an_error_that_names_itself() -> None:
    def fails(rules: str, question: str) -> str:
        raise NoWords("slow")

    with pytest.raises(NoWords, match="slow"):
        chat(fails).write(BRIEF)


def test_the_model_sees_facts_and_neither_price_nor_the_old_description() -> None:
    shown = facts(BRIEF)
    assert "stainless steel" in shown
    assert "49" not in shown
    assert BRIEF.product.description[:20] not in shown


def test_what_it_will_cost_is_told_first() -> None:
    told = saying().cost([BRIEF] * 100, Price(Decimal(1), Decimal(2)), "USD")
    assert "tokens" in told
    assert "USD" in told


def test_an_answer_without_an_object_is_refused() -> None:
    with pytest.raises(ValueError, match="no JSON object"):
        drafted("I'd rather not.")


@pytest.mark.parametrize("writer", [BENCH.template(), saying()], ids=["template", "chat"])
@pytest.mark.parametrize("style", STYLES)
def test_every_writer_gives_a_description_without_unsupported_claims(writer: DescriptionWriter, style: str) -> None:
    brief = Brief(BRIEF.product, "en", style)  # type: ignore[arg-type]
    drafts = writer.write(brief)
    assert drafts
    assert BENCH.sheet.unsayable(BRIEF.product, drafts[0].whole) == []
