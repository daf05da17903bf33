"""What the customer may ask for: a message in English or Chinese -> one typed Where, and the words left to search with."""

from __future__ import annotations

from knowledge_base.families import plain
from retrieval import text as _words
from retrieval.constraints import senses as _senses
from retrieval.constraints.amounts import currency_of
from retrieval.constraints.reader import Reader as Reader
from retrieval.constraints.reader import Wish as Wish


def asks_stock(text: str) -> bool:
    """Whether a message asks if something is there."""
    return _senses.asks_stock(plain(_words.normalise(text))) is not None


def currency_in(text: str) -> str:
    """The code of the currency that a text names, empty where it names none. 块 is what people call any."""
    return currency_of(plain(_words.normalise(text)))
