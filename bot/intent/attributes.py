"""What of a product a question asks for: its price, its stock, an attribute by its name or by words that ask for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from knowledge_base.types import Product
from retrieval import text as words_of

PRICE = re.compile(
    r"\bhow much\b[?. ]*$|\bbefore (?:the|this) (?:sale|discount)\b|原价|\b(?:how much (?:is|are|for|does|do)|price|cost|costs|expensive)\b|多少钱|价格|什么价|几块|几钱|几多钱|贵不贵|咋卖|怎么卖|啥价"
)
FORMER = re.compile(
    r"\b(?:before (?:the |this )?(?:sale|discount|reduction|markdown)|(?:old|original|former|previous|full|regular|usual|list) price|used to (?:cost|be)|price before)\b|\b(?:dearer|pricier|cheaper|reduced|more expensive|(?:cost|was|were) (?:it |they )?more)\b[^.?!]{0,12}\bbefore\b|\bwhat (?:was|were) (?:it|they|the price) before\b|原价|原来(?:卖|是|要)?多少|(?:之前|以前)(?:卖|是)?(?:多少钱|什么价|更?贵)|打折前|降价前|划线价"
)
"""The price before a reduction is asked: no reduced products are looked for."""
STOCK = re.compile(
    r"\b(?:in stock|available|sold out|have (?:it|any|them) left|how many (?:are )?left)\b|有货|现货|库存|还有吗|卖完|缺货|断货"
)


_BETWEEN = re.compile("(?<=[里面])[都还也](?=有)")
"""Words that stand between those that ask: 里面都有什么."""


def asked_attribute(text: str, product: Product) -> str:
    """The attribute that a normalised question asks for: by its name, by words that ask for it, or by a word of its value."""
    text = _BETWEEN.sub("", text.replace("啥", "什么"))
    said, titled = set(words_of.words(text)), set(words_of.words(product.title))
    for name in sorted(product.attributes, key=len, reverse=True):
        parts = set(words_of.content_words(name))
        if parts and parts <= said and not parts <= titled:
            return name
    asking = {
        name: max((len(cue) for cue in _cues().get(name.casefold(), ()) if _says(text, cue)), default=0)
        for name in product.attributes
    }
    return max(asking, key=lambda name: asking[name], default="") if any(asking.values()) else ""


def is_cue(word: str, name: str) -> bool:
    """Whether a word belongs to a wording that asks for that attribute."""
    return word in words_of.words(" ".join([name, *_cues().get(name.casefold(), ())]))


def without_asking(text: str) -> str:
    """A normalised question without the words that ask for an attribute: of `is the kettle dishwasher safe` the kettle."""
    return re.sub(r"\s+", " ", _asking().sub(" ", text)).strip()


def asks_property(text: str) -> bool:
    """Whether a normalised question asks for a price or an attribute, whichever product has it."""
    return bool(PRICE.search(text) or FORMER.search(text) or _asking().search(text))


def is_property(word: str) -> bool:
    """Whether a word is an attribute's name or asks for one: `waterproof`, 机洗."""
    return word in _asking_words()


def _says(text: str, cue: str) -> bool:
    return cue in text and (not cue.isascii() or bool(re.search(rf"\b{re.escape(cue)}\b", text)))


@cache
def _asking() -> re.Pattern[str]:
    """Names and cues, the longest first."""
    said = sorted({one for name, cues in _cues().items() for one in (name, *cues)}, key=len, reverse=True)
    latin = "|".join(re.escape(one) for one in said if one.isascii())
    return re.compile(rf"\b(?:{latin})\b|{'|'.join(re.escape(one) for one in said if not one.isascii())}")


@cache
def _asking_words() -> frozenset[str]:
    """Names and cues of one word, as their stems."""
    said = [one for name, cues in _cues().items() for one in (name, *cues)]
    return frozenset(words_of.stem(one) if one.isascii() else one for one in said if " " not in one)


@cache
def _cues() -> Mapping[str, list[str]]:
    cues: Mapping[str, list[str]] = tomllib.loads(
        files("bot.intent").joinpath("attributes.toml").read_text(encoding="utf-8")
    )
    return cues
