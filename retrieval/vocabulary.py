"""The words that a shop says, for the speller: counted once when the index is written, read when it is opened."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from knowledge_base.types import Knowledge, Product
from retrieval import text as words_of
from retrieval.text.speller import Speller, Vocabulary

NAMES = 3
"""How much more a word in a name, a keyword or a question counts than one in running text."""
LONGEST = 6
"""Characters of the longest Chinese name that is taken whole (手冲细口壶)."""
_ENGLISH = Path(__file__).parent / "models" / "all-MiniLM-L6-v2-int8" / "tokenizer.json"
_RARE_ENGLISH = Path(__file__).parent / "models" / "cedict-characters" / "english.txt"
_LATIN = re.compile(r"[^\W\d_]+")


def vocabulary_of(knowledge: Knowledge) -> Vocabulary:
    """Of everything that is written for customers; Chinese words of names and questions alone, for only those are looked for."""
    latin: Counter[str] = Counter()
    chinese: Counter[str] = Counter()
    for (text, weight), times in Counter(_texts(knowledge)).items():
        plain = words_of.normalise(text)
        for word in _LATIN.findall(words_of.HAN_RUN.sub(" ", plain)):
            latin[word] += weight * times
        for word in _chinese_words(plain) if weight > 1 else ():
            chinese[word] += times
    return Vocabulary(latin, chinese)


def _chinese_words(plain: str) -> Iterator[str]:
    """Words, neighbours of which one has one character (手冲 + 壶), and short phrases that stand alone."""
    for run in words_of.HAN_RUN.findall(plain):
        cut = words_of.han_words(run)
        yield from (word for word in cut if len(word) > 1)
        pairs = ((one, other) for one, other in pairwise(cut) if len(one) > 1 and len(other) == 1)
        yield from (one + other for one, other in pairs if other not in words_of.stop_words("zh"))
        if 1 < len(run) <= LONGEST and len(cut) > 1:
            yield run


def _texts(knowledge: Knowledge) -> Iterator[tuple[str, int]]:
    for product in knowledge.products:
        yield from _of_product(product)
    for faq in knowledge.faqs:
        yield from ((text, NAMES) for text in (faq.question, *faq.also))
        yield faq.answer, 1
    for document in knowledge.documents:
        yield document.title, NAMES
        for section in document.sections:
            yield from ((heading, NAMES) for heading in section.headings)
            yield section.text, 1


def _of_product(product: Product) -> Iterator[tuple[str, int]]:
    for name in (product.title, product.category, product.keywords, product.brand):
        yield name, NAMES
    for name, value in product.attributes.items():
        yield f"{name}\n{value}", NAMES
    for variant in product.variants:
        yield "\n".join(variant.attributes.values()), NAMES
    yield product.description, 1


def save(words: Vocabulary, file: Path) -> None:
    file.write_text(json.dumps({"latin": words.latin, "chinese": words.chinese}, ensure_ascii=False), encoding="utf-8")


def load(file: Path) -> Vocabulary:
    """Raises OSError, ValueError or KeyError where the file isn't one of ours."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Vocabulary(kept["latin"], kept["chinese"])


def speller_of(words: Vocabulary) -> Speller:
    return Speller(words, english(), rare_english)


@cache
def english() -> dict[str, int]:
    """Ordinary English words -> rank, the commonest first: the whole words that the bundled model reads."""
    pieces: dict[str, int] = json.loads(_ENGLISH.read_text(encoding="utf-8"))["model"]["vocab"]
    return {piece: rank for piece, rank in pieces.items() if piece.isascii() and piece.isalpha() and len(piece) > 1}


@cache
def rare_english() -> frozenset[str]:
    """Further English words: all that the Chinese-English dictionary is written with."""
    return frozenset(_RARE_ENGLISH.read_text(encoding="utf-8").split())
