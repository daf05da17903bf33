"""A clause taken apart: its limits, the products and the kind of thing that it names."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.reading import LimitReader, Said
from bot.intent.attributes import FORMER, PRICE, STOCK, is_property, without_asking
from bot.intent.kinds import BUNDLES, Kinds
from bot.intent.names import Names
from bot.intent.wishes import wished
from knowledge_base.catalogue import Catalogue
from retrieval import text as words_of
from retrieval.types import Where

_OR_NOT = re.compile(r"([\u4e00-\u9fff])不\1")
"""防不防水 asks whether, and refuses nothing."""
_ADVERBS = ("back", "free", "over", "through", "well")
_IS_IT = re.compile("(?:能|可以|会|是)[^的]{1,8}[吗么嘛不没][?？ ]*$")
"""能水洗吗 asks whether, and names no 可水洗颜料."""


class Listener:
    """By the words of one generation of a shop's index."""

    def __init__(self, catalogue: Catalogue, reader: LimitReader, names: Names, kinds: Kinds) -> None:
        self._reader, self._names, self._kinds = reader, names, kinds
        colours = [one for one in catalogue.attributes.values.get("colour", ()) if len(one) > 2 and not one.isascii()]
        # 薄荷绿 is a colour, and names no 薄荷茶
        self._colours = re.compile("|".join(map(re.escape, sorted(colours, key=len, reverse=True))) or "$.")

    def hear(self, text: str) -> Said:
        wish = self._reader.read(_OR_NOT.sub(r"\1", text))
        where = replace(wish.where, discount_from=None) if FORMER.search(text) else wish.where
        query = wished(wish.query)
        thing = STOCK.sub(" ", PRICE.sub(" ", query))
        thing = thing if self._kinds.kind(thing) or where != Where() else text
        naming = without_asking(text) if _IS_IT.search(text) else text
        named, kind = self._names.named_in(self._colours.sub(" ", naming)), self._thing(thing)
        called = self._kinds.of(kind) if kind else ()
        is_kind = bool(called) and set(words_of.topic_words(query)) <= {kind, *words_of.words(kind)}
        if is_kind and where == Where() and len(called) > 1 and not any(i.casefold() in text for i in named):
            named = ()  # `teapots`: one of them may have the word for a name
        return Said(text, where, query, wish.query, wish.currency, named, called, kind, is_kind)

    def _thing(self, text: str) -> str:
        """The kind of thing that a text names, beside what it asks of it."""
        for said in dict.fromkeys((text, without_asking(text))):
            kind = self._kinds.kind(said)
            if kind and (self._kinds.is_titled(kind) or not _is_no_thing(kind, text)):
                return kind
        return self._kinds.spoken_of(text)


def _is_no_thing(kind: str, text: str) -> bool:
    """Whether a word that is but a keyword of something asks for a property (`waterproof`, 机洗) or describes: `the hand one`, `send it back`."""
    return (
        is_property(kind) or kind in (*_ADVERBS, *BUNDLES) or bool(re.search(rf"\b{re.escape(kind)}\w* ones?\b", text))
    )
