"""What the customer may ask for: a message in English or Chinese -> one typed Where, and the words left to search with."""

from __future__ import annotations

from retrieval.constraints import senses as _senses
from retrieval.constraints.amounts import currency_of
from retrieval.constraints.reader import Reader as Reader
from retrieval.constraints.reader import Wish as Wish
from retrieval.constraints.reader import prepared as _prepared


def asks_stock(text: str) -> bool:
    """Whether a message asks if something is there."""
    return _senses.asks_stock(_prepared(text)) is not None


def currency_in(text: str) -> str:
    """The code of the currency that a text names, empty where it names none. 块 is what people call any."""
    return currency_of(_prepared(text))
