"""Why each recommendation is made, in the customer's words: from the shop's data, from what was wished, from the limits kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.tools.shelf import Shelf
from bot.types import Conversation, Understood
from bot.writing.forms import money
from knowledge_base.types import Product
from retrieval.recommend.reasons import For
from retrieval.types import Recommendation, Where

MOST = 2
"""Reasons of one product that are told."""
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "popular_in": ("category",), "from_range": ("category",), "rated": ("stars", "count"), "wished": ("word",), "told": ("word",), "within": ("limit",),
    "for_age": ("age",),
}  # fmt: skip
"""What stands behind the key of a reason; of the others a product's id and a number."""


def reasoned(
    picks: Sequence[Recommendation], asked: Understood, history: Conversation, where: Where, words: Mapping[str, str],
    said: Sequence[str], customer_id: str | None, shelf: Shelf,
) -> tuple[list[Recommendation], dict[str, str]]:  # fmt: skip
    """The picks with their reasons, and `because:<id>` in words. `where` are the limits that were kept; `words` tell by product which
    word it is called by: one that was `said`, or one that goes with it."""
    near = asked.products if "choose" not in asked.acts else ()
    given = For(asked.message.at.timestamp(), customer_id, near, history.spoken, asked.relation)
    made, told = [], dict[str, str]()
    for pick in picks:
        product = shelf.product(pick.product_id)
        if product is None:
            continue
        data = shelf.reasons.why(pick.product_id, given) if shelf.reasons else [pick.because]
        reasons = _chosen(data, product, where, words.get(pick.product_id, ""), said, shelf)
        made.append(replace(pick, because=reasons[0], also=tuple(reasons[1:])))
        joint = "，" if shelf.locale == "zh" else ", "
        told[f"because:{pick.product_id}"] = joint.join(_words(reason, shelf) for reason in reasons)
    return made, told


def _chosen(
    data: Sequence[tuple[str, ...]], product: Product, where: Where, word: str, words_said: Sequence[str], shelf: Shelf
) -> list[tuple[str, ...]]:
    """What was wished, what the data says, what was limited: the first two that there are; never none."""
    limits: list[tuple[str, ...]] = []
    if where.price_to is not None and where.price_from is None and product.price <= where.price_to:
        limits.append(("within", money(where.price_to, product.currency, shelf.locale)))
    if where.age is not None:
        limits.append(("for_age", f"{where.age.normalize():f}"))
    found = [*([("wished" if word in words_said else "told", word)] if word else []), *data[:1], *limits]
    if found:
        return found[:MOST]
    return [("in_range",)] if where != Where() or not product.category else [("from_range", product.category)]


def _words(reason: tuple[str, ...], shelf: Shelf) -> str:
    key, *values = reason
    if key in _FIELDS:
        filled = dict(zip(_FIELDS[key], values, strict=True))
    else:
        other = shelf.product(values[0]) if values else None
        filled = {"other": other.title if other else "", "count": values[1] if len(values) > 1 else ""}
    return shelf.wordings.say(shelf.locale, f"because_{key}", **filled)
