"""Which of the products shown a message points at: by place, by a pronoun, by a property, by what stands out in the list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.dialogue import acts
from bot.dialogue.profiles import TITLED, Profiles
from bot.dialogue.standing import value_of
from bot.types import Conversation
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product
from retrieval import text as words_of

_UNITS = "个款条件双只把台盏本张支种顶套瓶盒块幅包样项"
_DIGIT = re.compile(r"(?:\b(?:number|no\.?|nr\.?|option|item) ?|#)(\d)\b|第(\d{1,2})|\b(\d) ?号")
_BARE = re.compile(r"^[(（]?(?:no\.? ?|#)?(\d{1,2})[)）.。!！号]?$")
_PHRASE = re.compile(
    rf"\b(?:the|that|this|those|these) ((?:[^\s,.;?!]+ ){{0,4}}?)(?:ones?\b|of (?:these|those|them)\b)|\bones? (?:with|for|in|that|which|without|made|from|on|where|whose|you can) ([^,.;?!]+)"
    rf"|([^,，。;；?？!！\s]*?)的?(?:那|这|哪)(?:一)?[{_UNITS}]([^,，。;；?？!！吗]*?的)?|([^,，。;；?？!！]+)\bof (?:these|those|them)\b"
)
"""`the … one`, `the one for …`, …的那个, 那个…的, `… of these`."""
_THE = re.compile(r"^(?:ok|okay|and|then|no|hm+|so)?[, ]*(?:the|that) (\S+(?: \S+)?)[?.! ]*$")
_STANDING = re.compile(
    r"^(?:ok(?:ay)?|and|or|then|so|no|hm+)?[, ]*(?:(?:the|that) (\w{3,}(?:er|est)|(?:most|least) \w+)|(\w{3,}(?:er|est)|(?:most|least) \w+)(?= ones?))(?: ones?)?(?=[,.?!]|$)"
)
"""`the smaller, …`, `dearest one, …`: nothing follows in the same breath."""
_OF = re.compile(
    r"^(?:那就|那|就要|就|我?要|来|还是)?(?![我你您他她它这那咱])([^,，。;；?？!！\s]{1,10}?)的(?:呢|嘞|吧|咧)?(?:$|(?=[?？。!！ ])|(?=(?:有|能|多[少大重长高久]|什么|啥|怎么|咋|几|送|带|是不|可以|可不|会|配|还有|贵|好|原价|价格|尺寸|库存)))"
)
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:\.\d+)?")
_STANDS_OUT = re.compile(rf"\bones?\b|\bof (?:these|those|them)\b|\b(?:which|what)\b|(?:那|这|哪)(?:一)?[{_UNITS}]")


@dataclass(frozen=True, slots=True)
class Pointed:
    """`ids` are what is meant; `near` are readings as near as each other, where it isn't clear. `lost` where a place has nothing."""

    ids: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    lost: bool = False
    by: str = ""
    plainly: bool = False
    """Whether a title has the words, not a description alone."""


class Pointing:
    """Reads pointing words against what a conversation has shown."""

    def __init__(self, catalogue: Catalogue, profiles: Profiles | None = None) -> None:
        self._catalogue, self._profiles = catalogue, profiles or Profiles(catalogue)

    def pointed(self, text: str, history: Conversation) -> Pointed:
        """By place, by `both` or by `the other`; `Pointed()` where nothing is pointed at so."""
        if places := places_in(text):
            return self._at(places, history)
        if acts.does("other_one", text) and (other := self._other(history)):
            return Pointed((other,), by="other")
        if acts.does("both", text) and (two := self.two(text, history)):
            return Pointed(two, by="both")
        return Pointed()

    def standing_out(self, text: str, ids: Sequence[str]) -> Pointed | None:
        """The cheapest, the big one, ...: the one product that has most or least of something."""
        products = self._products(ids)
        for patterns, by, most in _superlatives():
            if not any(pattern.search(text) for pattern in patterns):
                continue
            values = {product.id: value for product in products if (value := value_of(product, by)) is not None}
            if len(values) > 1 and len(set(values.values())) > 1:
                best = (max if most else min)(values, key=lambda i: values[i])
                return Pointed((best,), by=by)
        return None

    def standing(self, text: str, phrase: str, ids: Sequence[str]) -> Pointed | None:
        """What stands out, where the clause chooses one by it: `the big one`, 大的."""
        return self.standing_out(phrase, ids) if _STANDS_OUT.search(text) or len(described_words(phrase)) == 0 else None

    def by_property(self, text: str, ids: Sequence[str]) -> Pointed:
        """The products that have most of what is said, by title and attributes before descriptions."""
        products = self._products(ids)
        words = described_words(text)
        scores = self._scores(words, products)
        if not any(scores.values()) and (characters := _characters(text)):
            scores = {i: 0.3 * score for i, score in self._scores(characters, products).items()}
        best = max(scores.values(), default=0.0)
        if best <= 0 or (len(products) == 1 and best < TITLED):
            return Pointed()
        nearest = tuple(i for i in ids if scores.get(i) == best)
        if len(nearest) > 1:
            return Pointed(near=nearest, by="property", plainly=best >= TITLED)
        titled = any(self._profiles.weight(nearest[0], word) >= TITLED for word in words)
        return Pointed(nearest, by="property", plainly=titled)

    def by_number(self, text: str, ids: Sequence[str]) -> tuple[str, ...]:
        """`the 26 one`, 26的: the only one that has a number of the text in its title, else in a form of it."""
        numbers = {float(number) for number in _NUMBER.findall(text)}
        for written in (_titled, _formed):
            having = [
                i for i in ids if numbers & {float(n) for n in _NUMBER.findall(written(self._catalogue.forms(i)))}
            ]
            if len(having) == 1:
                return (having[0],)
        return ()

    def _scores(self, said: Sequence[str], products: Sequence[Product]) -> dict[str, float]:
        """Product id -> how much of what is said it has beyond what all of them have."""
        scores = {product.id: 0.0 for product in products}
        for word in said:
            having = {product.id: weight for product in products if (weight := self._profiles.weight(product.id, word))}
            common = min(having.values()) if len(having) == len(products) > 1 else 0.0
            for product_id, weight in having.items():
                scores[product_id] += weight - common
        return scores

    def two(self, text: str, history: Conversation) -> tuple[str, ...]:
        """`both`, 这两个: what the last list had where it had two, else the last two spoken of, else the first two shown."""
        if len(history.shown) == 2 and not (set(history.spoken[-2:]) - set(history.shown)):
            return history.shown
        if len(history.spoken) >= 2 and history.about:
            return history.spoken[-2:]
        return history.shown[:2] if len(history.shown) >= 2 else history.spoken[-2:] if len(history.spoken) > 1 else ()

    def _other(self, history: Conversation) -> str:
        """The one of two that isn't spoken of."""
        pool = history.shown if len(history.shown) == 2 else history.spoken[-2:]
        about = next((i for i in (history.about, *reversed(history.spoken)) if i in pool), "")
        left = [i for i in pool if i != about]
        return left[0] if about and len(left) == 1 else ""

    def _at(self, places: Sequence[int], history: Conversation) -> Pointed:
        shown = history.shown or ((history.about,) if history.about else ())
        there = [shown[place - 1 if place > 0 else place] for place in places if _is_there(place, len(shown))]
        return Pointed(tuple(dict.fromkeys(there)), lost=bool(shown) and not there, by="place")

    def _products(self, ids: Sequence[str]) -> list[Product]:
        return [product for i in ids if (product := self._catalogue.get(i))]


def _titled(forms: Sequence[Product]) -> str:
    return " ; ".join(form.title for form in forms)


def _formed(forms: Sequence[Product]) -> str:
    return " ; ".join(value for form in forms for variant in form.variants for value in variant.attributes.values())


def phrase_of(text: str) -> str:
    """The words by which something certain is meant (`the steel one`, 那个蓝的, `the yellow`); empty where nothing is."""
    for pattern in (_PHRASE, _THE, _STANDING, _OF):
        for match in pattern.finditer(text):
            if phrase := " ".join(group for group in match.groups() if group and group.strip()).strip():
                return phrase
    return ""


def strict_phrase(text: str) -> str:
    """The words before `one`, 那个: not those of a mere 蓝的, which may be a limit."""
    match = _PHRASE.search(text)
    return " ".join(group for group in match.groups() if group).strip() if match else ""


def places_in(text: str) -> list[int]:
    """Places in a list that a message names, from 1; negative ones count from the end."""
    found = [(match.start(), _table()["places"][match.group(1)]) for match in _place().finditer(text)]
    found += [(match.start(), int(next(group for group in match.groups() if group))) for match in _DIGIT.finditer(text)]
    return [place for _, place in sorted(dict(found).items()) if place]


def bare_number(text: str) -> int | None:
    """The number where a message is nothing but one."""
    match = _BARE.match(text.strip())
    return int(match.group(1)) if match else None


def described_words(text: str) -> list[str]:
    """The words by which something is described; without those that only point or ask."""
    plain = words_of.normalise(text)
    return [
        word for word in dict.fromkeys(words_of.topic_words(plain)) if word not in _fillers() and not word.isdigit()
    ] + [
        f"{number} {unit}"
        for number, unit in re.findall(
            r"(\d+(?:\.\d+)?)\s?(l|ml|g|kg|cm|mm|w|oz|升|毫升|克|千克|厘米|瓦|寸|件|片|张)(?![a-z])", plain
        )
    ]


def _characters(text: str) -> list[str]:
    """The telling characters of a short Chinese text: 挂墙上 shares 挂 with 挂钟."""
    return [
        letter for letter in dict.fromkeys(text) if "\u4e00" <= letter <= "\u9fff" and letter not in _table()["empty"]
    ]


def _is_there(place: int, count: int) -> bool:
    return -count <= place <= count and place != 0


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("pointing.toml").read_text(encoding="utf-8"))


@cache
def _place() -> re.Pattern[str]:
    latin = "|".join(word for word in _table()["places"] if word.isascii())
    han = "|".join(sorted((word for word in _table()["places"] if not word.isascii()), key=len, reverse=True))
    return re.compile(
        rf"(?:\b(?=(?:{latin})\b)|(?=(?:{han})))({latin}|{han})"
        r"(?! (?:two|three|2|3|time|name|week|month|day|year|night|minute|order|floor|class|aid)\b)(?!次|天|周|时间|批|年|月)"
    )


@cache
def _superlatives() -> list[tuple[list[re.Pattern[str]], str, bool]]:
    return [
        ([re.compile(word) for word in entry["words"]], entry["by"], entry["most"])
        for entry in _table()["superlatives"].values()
    ]


@cache
def _fillers() -> frozenset[str]:
    return frozenset(_table()["fillers"])
