"""A customer asks about a product that has no description of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest

from bot.tools.about import about
from bot.writing.template import TemplateWriter
from bot.writing.wordings import Wordings
from knowledge_base.types import Product
from retrieval.seams import Embedder

LID = Product("L", "Beech Lid", "", "Lids", Decimal("5"), "USD", attributes={"material": "beech", "weight": "80 g"})
DECKEL = Product("L", "榉木盖", "", "盖子", Decimal("5"), "USD", attributes={"材质": "榉木"}, locale="zh")


@pytest.mark.parametrize(
    ("product", "question", "said"),
    [(LID, "Tell me about the Beech Lid", "beech and weighs 80 g."), (DECKEL, "介绍一下榉木盖", "榉木。")],
)
def test_the_templates_words_are_said(product: Product, question: str, said: str) -> None:
    findings = about(product, question, cast(Embedder, None))
    assert said in "\n".join(TemplateWriter(Wordings.load()).lines(findings, product.locale, "turn"))
