"""A Router by cues: phrases in both languages, the products that are named, and what was shown before."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from bot.intent.limits import asks_stock, currency_in, limits_of
from bot.intent.names import Names
from bot.types import INTENTS, Conversation, Message, Route, Slots
from knowledge_base.catalogue import Catalogue
from retrieval import text as words_of
from retrieval.types import Where

ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4, "sixth": 5,
    "seventh": 6, "eighth": 7, "ninth": 8, "tenth": 9, "last": -1, "第一": 0, "第二": 1, "第三": 2, "第四": 3, "第五": 4, "第六": 5,
    "第七": 6, "第八": 7, "第九": 8, "第十": 9, "最后": -1,
}  # fmt: skip
_ORDINAL = re.compile(
    r"\b(first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|seventh|eighth|ninth|tenth|last)(?! (?:two|three|2|3)\b) (?:one|item|option)?\b"
    r"|第[一二三四五六七八九十]|最后(?=一|个)"
)
_POINTING = re.compile(r"\b(?:it|that|this|that one|this one)\b|它|这个|那个|这款|那款|这件|那件")
_ORDER_ID = re.compile(r"\b([a-z]{1,4}-?\d{5,12})\b|(?:\border|订单号?|单号)\D{0,12}?\b(\d{4,12})\b")
_CHEAPER = re.compile(r"\b(?:cheaper|less expensive)\b|便宜")
_PARTICLES = re.compile(r"(?<![\u4e00-\u9fff])的|[的了吗呢啊吧呀嘛么](?![\u4e00-\u9fff])")
_ABOUT_THE_SHOP = re.compile(
    r"\b(?:ship|shipping|deliver|delivery|postage|return|send (?:it|them) back|refund|exchange)\b|运费|邮费|快递费|寄到|发到|退|换货"
)
"""`how much is it to ship`: this `it` is no product."""
_CENT = Decimal("0.01")
_MORE = re.compile(r"\b(?:cheaper|less expensive|others?|more)\b|便宜|还有(?:别的|其他|没有)|别的")
_ASKING = re.compile(
    r"[?？]|\b(?:what|when|where|who|why|how|which|is|are|do|does|can|could|will|would|may)\b|吗|呢|么|怎|几|多|啥|谁|哪|能|可以|会|要"
)
_SURE = 5.0


class CueRouter:
    """Cues decide where they are certain; else retrieval does, as `ask`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._names = Names(catalogue)

    async def route(self, message: Message, history: Conversation) -> Route:
        text = words_of.normalise(message.text)
        weights = {
            intent: sum(weight for cue, weight in _cues()[intent] if cue.search(text))
            for intent in _cues()
            if intent in INTENTS
        }
        where, cheapest, rest = limits_of(text, self._catalogue.categories())
        products = self._products(text, history)
        if products:
            weights["describe"] += 6.0 if _ORDINAL.search(text) else 3.0
            if len(products) > 1:
                weights["compare"] += 1.0
        if where != Where():
            weights["find"] += 1.0
        query = _wished(rest)
        if not products and history.about and asks_stock(text) and not words_of.topic_words(query):
            products = (history.about,)
            weights["describe"] += 6.0
        if not products and self._goes_on(text, query, where, history):
            weights["find"] += 4.0
            query = history.query or rest
            where = self._cheaper(where, history) if _CHEAPER.search(text) else where
        order_id = self._order_id(text)
        weights["order"] += 4.0 if order_id else 0.0
        lost_place = bool(_ORDINAL.search(text)) and not products and bool(history.shown)
        weights["describe"] += 6.0 if lost_place else 0.0
        slots = Slots(products, order_id, where, cheapest, query, self._foreign(text, where), lost_place)
        ranked = sorted(((weight, intent) for intent, weight in weights.items() if weight > 0), reverse=True)
        if not ranked:
            return Route("find" if _is_bare(text) else "ask", 0.5, slots)
        best, intent = ranked[0]
        others = tuple((name, min(1.0, weight / _SURE)) for weight, name in ranked[1:3] if weight >= 3)
        return Route(intent, min(1.0, best / _SURE), slots, others)

    def _goes_on(self, text: str, query: str, where: Where, history: Conversation) -> bool:
        """Whether a message goes on with the search before it: `cheaper`, `anything under 50?`"""
        if not history.shown or len(words_of.topic_words(query)) > 1:
            return False
        return bool(_MORE.search(text)) or (where != Where() and not words_of.topic_words(query))

    def _cheaper(self, where: Where, history: Conversation) -> Where:
        """Below everything that was shown."""
        prices = [product.price for i in history.shown if (product := self._catalogue.get(i))]
        return replace(where, price_to=min(prices) - _CENT) if prices and where.price_to is None else where

    def _foreign(self, text: str, where: Where) -> str:
        """The currency of an amount, where it isn't the one that the shop sells in."""
        if where.price_from is None and where.price_to is None:
            return ""
        own = next((product.currency for i in self._catalogue.order[:1] if (product := self._catalogue.get(i))), "")
        named = currency_in(text)
        return named if named and named != own else ""

    def _order_id(self, text: str) -> str | None:
        """A number behind the word order, or one behind a few letters (`JL-100423`) that is no product's id."""
        match = _ORDER_ID.search(text)
        found = (match.group(1) or match.group(2)).upper() if match else None
        return None if found is None or found in self._catalogue else found

    def _products(self, text: str, history: Conversation) -> tuple[str, ...]:
        """Products that the message names, by title or by their place in what was shown last."""
        named = self._names.named_in(text)
        places = [ORDINALS[match.group(1) or match.group()] for match in _ORDINAL.finditer(text)]
        shown = [history.shown[place] for place in places if -len(history.shown) <= place < len(history.shown)]
        if shown or named:
            return tuple(dict.fromkeys([*shown, *named]))
        if _POINTING.search(text) and history.shown and not _ABOUT_THE_SHOP.search(text):
            return (history.about,) if history.about else history.shown[:1]
        if re.search(r"\b(?:the |first |these )two\b|\bboth\b|前两|这两|两[个款]", text):
            return history.shown[:2]
        if re.search(r"\b(?:them|these|those)\b|它们|这几", text):
            return history.shown[:3]
        return ()


def _is_bare(text: str) -> bool:
    """A few words without a question: the name of a thing."""
    return len(words_of.topic_words(text)) <= 3 and not _ASKING.search(text)


def _wished(text: str) -> str:
    """The words to search with: what is wished, without the words around a wish; empty where none is left."""
    left = text
    for cue, _ in _cues()["around_a_wish"]:
        left = cue.sub(" ", left)
    left = _PARTICLES.sub(" ", left).strip()
    return left if words_of.content_words(left) else ""


@cache
def _cues() -> dict[str, list[tuple[re.Pattern[str], float]]]:
    raw = tomllib.loads(files("bot.intent").joinpath("cues.toml").read_text(encoding="utf-8"))
    return {
        intent: [(re.compile(cue, re.IGNORECASE), float(weight)) for cue, weight in cues.items()]
        for intent, cues in raw.items()
    }
