"""How likely it is that what was found answers the question: a logistic model over what retrieval says of its best hit.

Fitted by `python -m eval calibrate` on questions written for that alone; its weights, data digest, date and embedder are in its card. The
one that ships was fitted with the bundled embedder; a shop that is searched by another has its own by SHOPCLERK_ANSWERABLE.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from knowledge_base.errors import why
from retrieval import text as words_of
from retrieval.errors import BadCard
from retrieval.types import Hit

CARD = Path(__file__).parent / "models" / "answerable" / "card.json"
THRESHOLD = 0.4
"""From here on a question is answered; below it the clerk says that it doesn't know."""
MANY_WORDS = 8
"""Content words from which a longer question says nothing more."""

Script = Literal["latin", "han"]
Reading = Literal["latin", "han", "latin_across", "han_across"]
"""The question's script, and whether what was found is in the other language."""
READINGS: tuple[Reading, ...] = get_args(Reading)


@dataclass(frozen=True, slots=True)
class Model:
    """p = 1 / (1 + exp(-(bias + sum of weight * feature)))."""

    bias: float
    weights: Mapping[str, float]

    def chance(self, features: Mapping[str, float]) -> float:
        """0 to 1."""
        return 1 / (1 + math.exp(-(self.bias + sum(weight * features[name] for name, weight in self.weights.items()))))


@dataclass(frozen=True, slots=True)
class Answerable:
    """A card that was opened: called with a question and its hits, best first, it gives the chance, 0 to 1, that the first answers."""

    models: Mapping[Reading, Model]

    def __call__(self, question: str, hits: Sequence[Hit]) -> float:
        """0 where nothing was found."""
        return self.models[reading_of(question, hits[0])].chance(features_of(question, hits)) if hits else 0.0


def open_answerable(card: Path, embedder: str = "") -> Answerable:
    """`embedder` is what the setting says, where it is to be the one that the card was fitted with. Raises BadCard."""
    try:
        told = json.loads(card.read_text(encoding="utf-8"))
        models = {reading: Model(**told["models"][reading]) for reading in READINGS}
        for model in models.values():
            model.chance(dict.fromkeys(FEATURES, 0.0))
        fitted_with = str(told.get("embedder", "bundled"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCard(card, why(error)) from error
    if embedder and Path(fitted_with).name != Path(embedder).name:
        raise BadCard(card, f"it was fitted with the embedder {fitted_with}, and the shop is searched by {embedder}")
    return Answerable(models)


@cache
def shipped() -> Answerable:
    """As it was fitted with the bundled embedder."""
    return open_answerable(CARD)


FEATURES = ("cosine", "coverage", "score", "lead", "product", "words")


def features_of(question: str, hits: Sequence[Hit]) -> dict[str, float]:
    """Of the best hit: cosine, coverage, fused score, its lead over the next source, whether it is a product; and how many
    things the question speaks of."""
    best = hits[0]
    source = (best.passage.source, best.passage.source_id)
    other = next((hit.score for hit in hits if (hit.passage.source, hit.passage.source_id) != source), 0.0)
    return {
        "cosine": best.found_by.get("cosine", 0.0),
        "coverage": best.found_by.get("coverage", 0.0),
        "score": best.score,
        "lead": best.score - other,
        "product": float(best.passage.source == "product"),
        "words": float(min(MANY_WORDS, len(set(words_of.topic_words(question))))),
    }


def reading_of(question: str, best: Hit) -> Reading:
    """The model reads the two scripts differently well, and words across languages worse, so each has its own weights."""
    script, is_chinese = script_of(question), best.passage.locale.casefold().startswith("zh")
    if script == "han":
        return "han" if is_chinese else "han_across"
    return "latin_across" if is_chinese else "latin"


def script_of(question: str) -> Script:
    return "han" if words_of.han_words(question) else "latin"
