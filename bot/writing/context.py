"""What a language model is shown of a turn: one JSON object of data. Nothing else of what was found or said reaches it."""

from __future__ import annotations

import json
import unicodedata

from bot.types import Conversation, Findings, Message, Turn
from bot.writing.template import TemplateWriter
from knowledge_base.types import Locale, Product

_LONGEST = {"customer": 1000, "draft": 4000, "text": 600, "earlier": 300}
_PRODUCTS, _EARLIER = 6, 3
_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Cn")


def shown(message: Message, findings: Findings, history: Conversation, locale: Locale, template: TemplateWriter) -> str:
    """The turn as JSON. Texts of shop and customer are cleaned, cut, and can't close a tag that a model might read."""
    draft = "\n".join(template.lines(findings, locale, f"{message.conversation_id}/{len(history.turns)}"))
    data = {
        "customer": _cut(message.text, "customer"),
        "draft": _cut(draft, "draft"),
        "products": [_product(product, locale, template) for product in findings.products[:_PRODUCTS]],
        "texts": [_cut(hit.passage.text, "text") for hit in findings.hits],
        "earlier": [_turn(turn) for turn in history.turns[-_EARLIER:]],
    }
    written = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False, indent=1)
    return written.replace("<", "\\u003c").replace(">", "\\u003e")


def _product(product: Product, locale: Locale, template: TemplateWriter) -> dict[str, object]:
    return {
        "name": _cut(product.title, "text"),
        "price": template.price(product, locale),
        "stock": template.stock(product, locale),
        "attributes": {_cut(name, "text"): _cut(value, "text") for name, value in product.attributes.items()},
        "description": _cut(product.description, "text"),
    }


def _turn(turn: Turn) -> dict[str, str]:
    return {"customer": _cut(turn.message.text, "earlier"), "clerk": _cut(turn.reply.text, "earlier")}


def _cut(text: str, kind: str) -> str:
    """Without marks that nobody sees (control, zero width, direction): what a person reads is what the model reads."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNSEEN)[: _LONGEST[kind]]
