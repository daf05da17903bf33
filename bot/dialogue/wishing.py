"""A wish that was pressed, not typed: it says exactly what is wanted, so nothing has to be read."""

from __future__ import annotations

from decimal import Decimal

from bot.types import Message, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.families import attribute_name
from knowledge_base.types import Locale, Product
from retrieval.types import Where

WISHES = {"details": "describe", "colours": "describe", "similar": "recommend", "cheaper": "recommend"}
"""What can be wished of one product -> the intent that serves it. A message's sign is `<wish>:<product>`."""
_LEAST = Decimal("0.01")


def pressed(message: Message, catalogue: Catalogue, locale: Locale) -> Understood | None:
    """None where the message is no such wish, or of a product that isn't sold any more: then its words count."""
    wish, _, product_id = message.sign.partition(":")
    product = catalogue.get(product_id, locale) if wish in WISHES else None
    if product is None:
        return None
    where = Where(price_to=product.price - _LEAST) if wish == "cheaper" else Where()
    return Understood(
        message, message.text, Route(WISHES[wish], 1.0), where, products=(product.id,), leave_out=(product.id,) if wish in ("similar", "cheaper") else (),
    )  # fmt: skip


def wishes_of(product: Product) -> list[str]:
    """What can be wished of it; another colour only where it comes in several."""
    options = [(attribute_name(name), value) for one in product.variants for name, value in one.attributes.items()]
    colours = {value for name, value in options if name == "colour"}
    return ["details", "similar", "cheaper", *(["colours"] if len(colours) > 1 else [])]
