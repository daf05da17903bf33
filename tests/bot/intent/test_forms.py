"""Which forms of a product a question names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.intent.forms import asked_forms
from knowledge_base.types import Product, Variant

TEE = [{"colour": colour, "size": size} for colour in ("white", "navy") for size in ("S", "M", "XL")]
BEANS = [{"net weight": "250 g"}, {"net weight": "1 kg"}]
SOCKS = [{"size": "EU 39–41"}, {"size": "EU 42–45"}]
CANDLE = [{"scent": "fig leaf"}, {"scent": "clean linen"}]


def product(*forms: dict[str, str]) -> Product:
    variants = tuple(Variant(f"P-{place}", form, Decimal(9)) for place, form in enumerate(forms))
    return Product("P", "Thing", "", "", Decimal(9), "USD", variants=variants)


@pytest.mark.parametrize(
    ("text", "forms", "named"),
    [
        ("navy in M?", TEE, [{"colour": "navy", "size": "M"}]),
        ("is it blue", TEE, [form for form in TEE if form["colour"] == "navy"]),
        ("what if it's too wide", TEE, []),
        ("how many in 2 colours", TEE, []),
        ("1公斤装多少钱", BEANS, [{"net weight": "1 kg"}]),
        ("price of the kilo bag", BEANS, [{"net weight": "1 kg"}]),
        ("do you have them for EU 43", SOCKS, [{"size": "EU 42–45"}]),
        ("fig in stock", CANDLE, [{"scent": "fig leaf"}]),
        ("how long does it burn", CANDLE, []),
    ],
)
def test_a_question_names_a_form(text: str, forms: list[dict[str, str]], named: list[dict[str, str]]) -> None:
    assert [dict(variant.attributes) for variant in asked_forms(text, product(*forms))] == named
