"""A Router by cues: phrases in both languages, the products that are named, and what was shown before."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from bot.intent.limits import limits_of
from bot.types import Conversation, Message, Route, Slots
from knowledge_base.catalogue import Catalogue
from retrieval import text as words_of
from retrieval.types import Where

ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "last": -1,
    "第一": 0, "第二": 1, "第三": 2, "第四": 3, "第五": 4, "最后": -1,
}  # fmt: skip
_ORDINAL = re.compile(
    r"\b(first|1st|second|2nd|third|3rd|fourth|4th|fifth|last) (?:one|item|option)?\b|第[一二三四五]|最后(?=一|个)"
)
_POINTING = re.compile(r"\b(?:it|that|this|that one|this one)\b|它|这个|那个|这款|那款|这件|那件")
_ORDER_ID = re.compile(r"\bjl-?\d{5,}\b")
_MORE = re.compile(r"\b(?:cheaper|less expensive|others?|more)\b|便宜|还有(?:别的|其他|没有)|别的")
_SURE = 5.0


class CueRouter:
    """Cues decide where they are certain; else retrieval does, as `ask`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._titles = _Titles(catalogue)

    async def route(self, message: Message, history: Conversation) -> Route:
        text = words_of.normalise(message.text)
        weights = {intent: sum(weight for cue, weight in cues if cue.search(text)) for intent, cues in _cues().items()}
        where, cheapest, rest = limits_of(text, self._catalogue.categories())
        products = self._products(text, history)
        if products:
            weights["describe"] += 2.0
            if len(products) > 1:
                weights["compare"] += 1.0
        if where != Where():
            weights["find"] += 1.0
        query = rest
        if history.shown and _MORE.search(text) and not products and len(words_of.content_words(rest)) < 2:
            weights["find"] += 4.0
            query = history.query or rest
        order = _ORDER_ID.search(text)
        slots = Slots(products, order.group().upper() if order else None, where, cheapest, query)
        ranked = sorted(((weight, intent) for intent, weight in weights.items() if weight > 0), reverse=True)
        if not ranked:
            return Route("ask", 0.5, slots)
        best, intent = ranked[0]
        others = tuple((name, min(1.0, weight / _SURE)) for weight, name in ranked[1:3] if weight >= 3)
        return Route(intent, min(1.0, best / _SURE), slots, others)

    def _products(self, text: str, history: Conversation) -> tuple[str, ...]:
        """Products that the message names, by title or by their place in what was shown last."""
        named = self._titles.named_in(text)
        places = [ORDINALS[match.group(1) or match.group()] for match in _ORDINAL.finditer(text)]
        shown = [history.shown[place] for place in places if -len(history.shown) <= place < len(history.shown)]
        if shown or named:
            return tuple(dict.fromkeys([*shown, *named]))
        if _POINTING.search(text) and history.shown:
            return history.shown[:1]
        if re.search(r"\b(?:them|these|those|the two|both)\b|它们|这两|这几|两个", text):
            return history.shown[:3]
        return ()


class _Titles:
    """Which products a text names: by id, or by enough of the rare words of a title."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._words: dict[str, list[frozenset[str]]] = {}
        self._having: dict[str, set[str]] = {}
        for product_id in catalogue.ids():
            titles = {product.title for locale in ("en", "zh") if (product := catalogue.get(product_id, locale))}
            self._words[product_id] = [frozenset(words_of.content_words(title)) for title in titles]
            for word in frozenset().union(*self._words[product_id]):
                self._having.setdefault(word, set()).add(product_id)
        self._ids = {product_id.casefold(): product_id for product_id in catalogue.ids()}

    def named_in(self, text: str, *, most: int = 3) -> tuple[str, ...]:
        said = frozenset(words_of.content_words(text))
        exact = [self._ids[token] for token in re.findall(r"[\w-]+", text) if token in self._ids]
        candidates = (
            set().union(*(self._having.get(word, set()) for word in said if len(self._having.get(word, ())) < 60))
            if said
            else set()
        )
        scored = sorted((-self._share(said, i), i) for i in candidates)
        named = [i for share, i in scored if -share >= 0.6]
        return tuple(dict.fromkeys([*exact, *(named if len(named) <= most else [])]))

    def _share(self, said: frozenset[str], product_id: str) -> float:
        """Share of a title that was said, rare words counting more."""
        return max(
            (self._weight(said & title) / self._weight(title) for title in self._words[product_id] if title),
            default=0.0,
        )

    def _weight(self, words: frozenset[str]) -> float:
        return sum(1 / len(self._having[word]) ** 0.5 for word in words)


@cache
def _cues() -> dict[str, list[tuple[re.Pattern[str], float]]]:
    raw = tomllib.loads(files("bot.intent").joinpath("cues.toml").read_text(encoding="utf-8"))
    return {
        intent: [(re.compile(cue, re.IGNORECASE), float(weight)) for cue, weight in cues.items()]
        for intent, cues in raw.items()
    }
