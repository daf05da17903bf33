"""What every tool may reach: one generation of the index, and the shop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.tools.lookup import Lookup
from bot.types import Conversation, Findings, Understood
from bot.writing.wordings import Wordings
from knowledge_base.catalogue import Catalogue
from knowledge_base.shop import Shop
from knowledge_base.types import Faq, Locale, Product
from retrieval.answerable import Answerable, shipped
from retrieval.recommend.likeness import Likeness
from retrieval.recommend.reasons import Reasons
from retrieval.seams import Embedder, Recommender, Retriever
from retrieval.types import Hit, Where

Reach = Literal["push", "page", "none"]


@dataclass(frozen=True, slots=True)
class Shelf:
    shop: Shop
    catalogue: Catalogue
    retriever: Retriever
    recommender: Recommender
    answers: Mapping[tuple[str, Locale], Faq]
    embedder: Embedder
    locale: Locale
    wordings: Wordings
    orders: Lookup | None = None
    """None where the shop's orders can't be looked up."""
    reasons: Reasons | None = None
    """None where nothing but a pick's own reason is known."""
    likeness: Likeness | None = None
    reaches: Mapping[str, Reach] = field(default_factory=dict)
    """Whether a channel can be written to later; of one that isn't named only the page can, when it is opened again."""
    answerable: Answerable = field(default_factory=shipped)
    refused: tuple[str, ...] = ()
    """What the customer has said of before, in whatever conversation, that they don't like it."""

    async def search(self, text: str, *, k: int, where: Where | None = None) -> list[Hit]:
        """In the customer's language; where that has nothing, in all that the shop is written in."""
        limits = where or Where()
        hits = await self.retriever.search(text, k=k, where=replace(limits, locale=self.locale))
        return hits or await self.retriever.search(text, k=k, where=limits)

    def product(self, product_id: str) -> Product | None:
        return self.catalogue.get(product_id, self.locale)


Tool = Callable[[Understood, Conversation, Shelf], Awaitable[Findings]]
