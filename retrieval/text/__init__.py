"""Everything that is done to texts: one form for many, cutting into words, guessing the language; the only such code in the house."""

from retrieval.text.cutting import (
    HAN_RUN,
    TOKEN,
    asked,
    content_words,
    han_words,
    has_words,
    is_character,
    is_part,
    overlap,
    stem,
    topic_words,
    words,
)
from retrieval.text.forms import HAN, clean, normalise, simplify, with_measures
from retrieval.text.language import guess_locale
from retrieval.text.tables import stop_words

__all__ = [
    "HAN",
    "HAN_RUN",
    "TOKEN",
    "asked",
    "clean",
    "content_words",
    "guess_locale",
    "han_words",
    "has_words",
    "is_character",
    "is_part",
    "normalise",
    "overlap",
    "simplify",
    "stem",
    "stop_words",
    "topic_words",
    "with_measures",
    "words",
]
