"""What every tool may reach: one generation of the index, and the shop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.types import Conversation, Findings, Message, Route
from knowledge_base.catalogue import Catalogue
from knowledge_base.shop import Shop
from knowledge_base.types import Faq, Locale, Product
from retrieval.seams import Recommender, Retriever


@dataclass(frozen=True, slots=True)
class Shelf:
    shop: Shop
    catalogue: Catalogue
    retriever: Retriever
    recommender: Recommender
    answers: Mapping[tuple[str, Locale], Faq]
    locale: Locale

    def product(self, product_id: str) -> Product | None:
        return self.catalogue.get(product_id, self.locale)


Tool = Callable[[Message, Route, Conversation, Shelf], Awaitable[Findings]]
