"""Cheaper, or dearer, than what was shown: of the same category and to be had; where there is nothing, the nearest, said to be just that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.tools.relaxing import Search
from bot.tools.shelf import Shelf
from bot.types import Conversation, Understood
from bot.writing.forms import money
from knowledge_base.types import Product
from retrieval.types import Hit, Where

CENT = Decimal("0.01")
NEAREST = 3
"""Products that are shown where none is cheaper."""


@dataclass(frozen=True, slots=True)
class Move:
    """`beside` are the products whose price is to be beaten."""

    is_cheaper: bool
    beside: tuple[Product, ...]

    @classmethod
    def of(cls, asked: Understood, history: Conversation, shelf: Shelf) -> Move | None:
        """None where no other price is asked for, or of nothing that was shown."""
        ids = (history.about,) if history.about else history.shown
        beside = tuple(one for i in ids if (one := shelf.product(i)))
        moves = [act for act in asked.acts if act in ("cheaper", "dearer")]
        return cls(moves[0] == "cheaper", beside) if moves and beside else None

    def near(self, search: Search, shelf: Shelf) -> Search:
        """The search among what stands in the same categories and isn't sold out: a plant pot is no cheaper moka pot."""
        beside = [one for one in self.beside if one.in_stock is not False] or self.beside
        categories = {one.category for one in beside}

        async def found(where: Where) -> tuple[list[str], list[Hit]]:
            ids, hits = await search(where)
            there = [one for i in ids if (one := shelf.product(i)) and one.in_stock is not False]
            return [one.id for one in there if one.category in categories], hits

        return found

    def is_bare(self, wanted: Where) -> bool:
        """Whether the limit is the price of what was shown, and none that was named."""
        if self.is_cheaper:
            return wanted.price_to in {one.price - CENT for one in self.beside}
        return wanted.price_from in {one.price + CENT for one in self.beside}

    def nearest(self, ids: Sequence[str], shelf: Shelf) -> tuple[list[str], dict[str, str]]:
        """The cheapest (dearest) there are, and what is said of it."""
        products = [one for i in ids if (one := shelf.product(i))]
        ranked = sorted(products, key=lambda one: one.price if self.is_cheaper else -one.price)[:NEAREST]
        price = money(ranked[0].price, ranked[0].currency, shelf.locale)
        return [one.id for one in ranked], {"nearest": price, "way": "cheapest" if self.is_cheaper else "dearest"}
