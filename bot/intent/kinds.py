"""What the products of a catalogue are called: the noun of a title (`Daypack 18 L` is a daypack), else of a keyword."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.intent.wishes import tail
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.postings import Postings

_TITLE_END = re.compile(r"[,，（(·–—“\"/]|\bwith\b|\bfor\b|\d")
_AFTER = re.compile(
    r"\b(?:for|with|in|of|that|which|to|from|on|under|over|below|above|less|without|and|but|if|who|when|because|is|are|was|does|do|has|have|can|will|hold|holds|weigh|weighs|fits?|costs?|comes?|works?|lasts?|takes?|leaks?)\b|[,，。?？!！;；]"
)
_PHRASE = re.compile(r"[,，;；、\n]|(?<=[\u4e00-\u9fff])\s|\s(?=[\u4e00-\u9fff])")
_POINTING = re.compile("[那这](?:个|款|种|件|条|双|只|把|台|盏|瓶|套)|刚才|刚刚|之前")
PURPOSE = re.compile(
    r"[\u4e00-\u9fff]{2}用(?=$|[,，。?？])|\b(?:gift|present)s?\b(?! (?:card|box|set|wrap))|礼物|礼品(?!卡|盒|袋)"
)
"""What a thing is for, not what it is: 行李箱出差用, `a gift for …`."""
_DEFINITE = re.compile(
    r"\b(?:is|are|was|were|does|do|did|can|will|would|could|has|have) (?:the|your|that|this|those|these) (.+)"
)
_MADE_BY = (Path(__file__), Path(words_of.__file__).parent)
_BUNDLE = re.compile(r"\s(?:set|pack|kit|box|pair|bundle)$|(?:套装|件套|礼盒|组合)$")
GENERAL = "叶张本朵辆匹只"
"""Characters that make a thing the general word for it."""
BUNDLES = ("set", "pack", "kit", "box", "pair", "bundle", "套装", "套", "件套", "装", "礼盒", "组合")
"""What says how something is sold, and not what it is."""
_KEPT = 2048
"""Texts of which the kind is remembered: nouns of titles come again and again."""
_MANY = 400
"""Products beyond which a word is no kind that one would choose from."""


class Kinds:
    """Heads of titles and of keywords -> ids, made once a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._order = catalogue, catalogue.order
        heads = catalogue.kept(_AllHeads, "kinds", lambda: _AllHeads.of(catalogue), _MADE_BY)
        self._titles, self._keywords = heads.titles, heads.keywords
        self.kind = lru_cache(_KEPT)(self._kind)
        """The last word of a text (before a preposition) that something is called; empty where nothing is."""

    def called(self, text: str, *, widely: bool = False) -> tuple[str, ...]:
        """Ids of the products that are what the text names; those by keyword alone where few are by title, or `widely`."""
        return self.of(self.kind(text), widely=widely)

    def of(self, kind: str, *, widely: bool = False) -> tuple[str, ...]:
        """The same of a kind that was read from a text."""
        rows = [self._titles.rows(kind)]
        if len(rows[0]) < 2 or widely:
            rows.append(self._keywords.rows(kind))
        if any(len(one) > _MANY for one in rows):
            return ()
        found = dict.fromkeys(i for one in rows for i in sorted(self._order[place] for place in one.tolist()))
        return tuple(found) if len(found) <= _MANY else ()

    def akin(self, kind: str) -> tuple[str, ...]:
        """All that a search for a kind may show: titled or tagged so; and where a Chinese word calls but one product, what that
        one and others are in the other language (烧水壶 and 细口壶 are kettles, 雨伞 and 长伞 umbrellas)."""
        ids = self.of(kind, widely=True) if kind else ()
        if len(ids) != 1 or kind.isascii():
            return ids
        nouns = [title_noun(form) for form in self._catalogue.forms(ids[0])]
        heads = {(words_of.topic_words(noun) or [""])[-1] for noun in nouns if noun.isascii()} - {"", *BUNDLES}
        return tuple(dict.fromkeys([*ids, *(i for head in sorted(heads) for i in self.of(head))]))

    def shared(self, noun: str) -> str:
        """What a thing and others are: of 白蜡木静音挂钟 the longest end that two titles have (钟), of `hand cream` the last word."""
        last = (words_of.topic_words(noun) or [noun])[-1]
        if last.isascii():
            return last
        run = re.sub(r"\s", "", noun)
        ends = [run[-size:] for size in range(min(len(run), 5), 0, -1)]
        return next((end for end in ends if end not in BUNDLES and len(self._titles.rows(end)) > 1), noun)

    def spoken_of(self, text: str) -> str:
        """What a question speaks of behind `the` or `your`, whatever it says of it: `are the boots warm`; empty where there is none."""
        match = _DEFINITE.search(words_of.normalise(text))
        part = _AFTER.split(match.group(1), maxsplit=1)[0] if match else ""
        return next((word for word in reversed(_things(part)) if word.isascii() and self.is_titled(word)), "")

    def is_titled(self, kind: str) -> bool:
        """Whether a title calls something so, not keywords alone: a speaker is tagged `waterproof`, and none is one."""
        return self._titles.place(kind) >= 0

    def _kind(self, text: str) -> str:
        for part in _AFTER.split(PURPOSE.sub(" ", words_of.normalise(text))):
            for word in _last_first(part):
                for form in _forms(word):
                    if self._titles.place(form) >= 0 or self._keywords.place(form) >= 0:
                        return form
        return next((run for run in _runs(text) if self._titles.place(run) >= 0), "")


@dataclass(frozen=True, slots=True)
class _AllHeads:
    """Head -> the places of products in the catalogue's order."""

    titles: Postings
    keywords: Postings

    @classmethod
    def of(cls, catalogue: Catalogue) -> _AllHeads:
        titles: list[tuple[str, int]] = []
        keywords: list[tuple[str, int]] = []
        for place, product_id in enumerate(catalogue.order):
            forms = catalogue.forms(product_id)
            titles += [(head, place) for head in {head for one in forms for head in _heads(title_noun(one))}]
            keywords += [(head, place) for head in {head for one in forms for head in _keyword_heads(one.keywords)}]
        return cls(Postings.of_pairs(titles), Postings.of_pairs(keywords))

    @classmethod
    def load(cls, folder: Path) -> _AllHeads:
        return cls(Postings.load(folder / "titles"), Postings.load(folder / "keywords"))

    def save(self, folder: Path) -> None:
        self.titles.save(folder / "titles")
        self.keywords.save(folder / "keywords")


def _runs(text: str) -> list[str]:
    """Pieces of Chinese runs that cutting into words may have missed, longer ones first: 奶泡器."""
    runs = re.findall(r"[\u4e00-\u9fff]{2,}", words_of.normalise(text))[:4]
    return [run[at : at + size] for size in (5, 4, 3, 2) for run in runs for at in range(len(run[:24]) - size + 1)]


def _last_first(part: str) -> list[str]:
    """What may be the thing in a part, the likeliest first: in English the last word alone (`car tyres` are no cars)."""
    things = [word for word in _things(part) if word not in tail()]
    latin = [word for word in things if word.isascii()]
    return [word for word in reversed(things) if not word.isascii() or word == latin[-1]]


def _forms(word: str) -> tuple[str, ...]:
    """A word, and what it may be the plural of: scarves are of scarf, knives of knife, and 茶叶 is 茶."""
    if len(word) == 2 and word[-1] in GENERAL:
        return word, word[:-1]
    return (word, f"{word[:-1]}f", f"{word[:-1]}fe") if word.isascii() and word.endswith("v") else (word,)


def title_noun(product: Product) -> str:
    """The part of a title that says what it is: up to a comma, a bracket, a measure or `with`; without the brand."""
    title = words_of.normalise(product.title).removeprefix(product.brand.casefold()).strip()
    return (_TITLE_END.split(title, maxsplit=1)[0] or title).strip()


def without_bundle(noun: str) -> str:
    """床品 of 床品套装: all that comes in a set is no one kind."""
    return _BUNDLE.sub("", noun) or noun


def _heads(noun: str) -> Iterable[str]:
    """The last word of a noun; in Chinese its ends, too: 马克杯 is a 杯."""
    last = (words_of.topic_words(noun) or [""])[-1]
    if not last:
        return ()
    if last.isascii():
        return (last,)
    run = re.sub(r"\s", "", noun)
    return {*([last] if run.endswith(last) else []), *(run[-size:] for size in range(1, 6) if len(run) >= size)}


def _keyword_heads(keywords: str) -> set[str]:
    return {
        head
        for phrase in _PHRASE.split(words_of.normalise(keywords))
        if phrase.strip()
        for head in _keyword_head(phrase)
    }


def _keyword_head(phrase: str) -> Iterable[str]:
    last = (words_of.topic_words(phrase) or [""])[-1]
    if not last or last.isascii():
        return (last,) if last else ()
    run = re.sub(r"\s", "", phrase)
    return {*([last] if run.endswith(last) else []), run, *(run[-size:] for size in range(2, 5) if len(run) >= size)}


@lru_cache(maxsize=4096)
def _things(part: str) -> tuple[str, ...]:
    """Words and, in Chinese, runs of words that may be a thing, longer ones last."""
    part = _POINTING.sub(" ", part)
    han = words_of.han_words(part)
    joined = ["".join(han[start : start + size]) for size in (2, 3) for start in range(len(han) - size + 1)]
    single = [word for word in words_of.topic_words(part) if not word.isdigit()]
    if not single:
        single = [word for word in han if len(word) == 1 and word not in "的了吗呢吧有要想那这个一我你他是在和"][-1:]
    extra = [word.removesuffix("子") for word in single if word.endswith("子") and len(word) > 1]
    return tuple(dict.fromkeys([*extra, *single, *joined]))
