"""What a message wants, as calibrated chances over intents and over `none of these`: logistic regression over a sentence vector and grams.

It is fitted in seconds without anything but numpy, and takes a fraction of a millisecond beyond the sentence vector.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import BadModel
from bot.intent import logistic
from bot.intent.chances import Chances, calibrated
from bot.intent.grams import Grams, shape
from knowledge_base.errors import why
from retrieval.seams import Embedder, Vectors

NONE = "out_of_scope"
FILES = ("weights.npz", "card.json")
GRAMS = 0.8
"""Weight of the grams beside the sentence vector; .5 to 1 are alike on CLINC150's validation rows and on our own."""
RIDGE = 0.1
SPREAD = 0.5
"""Share of a row of no intent that is spread evenly over the intents (outlier exposure; Hendrycks, Mazeika and Dietterich, 2019);
the rest is a class of its own. Either alone finds outliers worse: the first of few kinds of them, the second of many."""
FOREIGN = 0.3
"""Share of known grams below which they are left out."""
SHAPE = 0.3
"""Weight of a text's length and the like."""
FEW, HEAVIEST = 30, 10
"""Rows an intent is brought up to by weighing its rows, by at most so much; no further than the intent in the middle has."""
SECOND = 0.4
"""Share of a row that its further intent gets, where it has one."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a message wants. `ranked` are all intents and `out_of_scope` with their chances, likeliest first; they add up to 1.

    `intent` is `out_of_scope` where the classifier abstains, else the likeliest other one; `confidence` is the chance of it.
    """

    intent: str
    confidence: float
    ranked: tuple[tuple[str, float], ...]
    abstains: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled message; `also` is a further intent of it, `intent` may be `out_of_scope`."""

    text: str
    intent: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a model: which intents, which embedder, learned from what, how right on rows kept aside in turn."""

    intents: tuple[str, ...]
    embedder: str
    digest: str
    rows: int
    seed: int
    accuracy: float
    """Cross-fitted, `out_of_scope` rows included: right is who is abstained from there, and nowhere else."""
    made_at: str
    chances: Chances
    foreign: Chances
    """Of texts that share few grams with what was learned: another language, or nonsense."""


class Classifier:
    """`fit` or `load` one; then `classify` messages one by one or `scores` of many."""

    def __init__(self, card: Card, grams: Grams, weights: Vectors, foreign: Vectors, embedder: Embedder) -> None:
        """`foreign` [dim of the vectors + 1, intents + 1] are weights of the sentence vector alone."""
        self.card, self._grams, self._weights, self._foreign = card, grams, weights, foreign
        self._embedder = embedder

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        embedder: Embedder,
        *,
        vectors: Vectors | None = None,
        seed: int = 0,
        folds: int = 3,
        caught: float | None = None,
        made_at: datetime | None = None,
    ) -> Classifier:
        """Fit on examples of at least two intents; `vectors` [n, dim] are theirs where the embedder was asked before.

        Chances and the abstaining threshold are fitted on rows that each fold's model hasn't seen: the threshold is where most of all
        rows are right, or with `caught` where the mean of right and caught is highest among those that catch this share of the
        `out_of_scope` rows.
        """
        texts = [example.text for example in examples]
        dense = embedder.embed(texts) if vectors is None else vectors
        intents = tuple(sorted({name for e in examples for name in (e.intent, e.also) if name not in ("", NONE)}))
        grams = Grams.fit(texts)
        rows, targets = _features(grams, texts, dense), _targets(examples, intents)
        chances, accuracy = _calibrated(rows, targets, folds, seed, caught)
        alone = _with_one(dense)
        foreign, _ = _calibrated(alone, targets, folds, seed, caught)
        card = Card(
            intents, embedder.name, digest(examples), len(texts), seed, round(accuracy, 4),
            (made_at or datetime.now(UTC)).isoformat(timespec="seconds"), chances, foreign,
        )  # fmt: skip
        return cls(card, grams, fitted(rows, targets), fitted(alone, targets), embedder)

    def chances(self, texts: Sequence[str], vectors: Vectors | None = None) -> Vectors:
        """[n, intents + 1]: calibrated, each row adds up to 1, the last is `out_of_scope`.

        A text of which few grams are known (another language than those learned from) is judged by its sentence vector alone.
        """
        dense = self._embedder.embed(texts) if vectors is None else vectors
        chances = self.card.chances.of(_features(self._grams, texts, dense) @ self._weights)
        strange = self._grams.known(texts) < FOREIGN
        if strange.any():
            chances[strange] = self.card.foreign.of(_with_one(dense[strange]) @ self._foreign)
        return chances

    def classify(self, text: str, vector: Vectors | None = None) -> Guess:
        """What a message wants; `vector` [dim] is its sentence vector, where the caller has it."""
        row = self.chances([text], None if vector is None else vector.reshape(1, -1))[0]
        names = (*self.card.intents, NONE)
        ranked = tuple((names[i], float(row[i])) for i in np.argsort(-row, kind="stable"))
        abstains = bool(row[-1] >= self.card.chances.threshold)
        best = NONE if abstains else next(name for name, _ in ranked if name != NONE)
        return Guess(best, dict(ranked)[best], ranked, abstains)

    def save(self, folder: Path) -> None:
        """Write the folder whole; a reader sees the old model or the new one."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            np.savez_compressed(
                Path(work) / "weights.npz",
                weights=self._weights.astype(np.float16),
                foreign=self._foreign.astype(np.float16),
                rarity=self._grams.rarity,
                common=np.array(sorted(self._grams.common), dtype=np.str_),
            )
            card = json.dumps(asdict(self.card), ensure_ascii=False, indent=2) + "\n"
            (Path(work) / "card.json").write_text(card, encoding="utf-8")
            folder.mkdir(exist_ok=True)
            for name in FILES:
                (Path(work) / name).replace(folder / name)

    @classmethod
    def load(cls, folder: Path, embedder: Embedder | None = None) -> Classifier:
        """Read a folder that `save` wrote; the bundled embedder where none is given. Raises BadModel."""
        from retrieval.embed import open_embedder

        embedder = embedder or open_embedder()
        try:
            card = card_in(folder)
            with np.load(folder / "weights.npz", allow_pickle=False) as kept:
                weights, foreign = kept["weights"].astype(np.float32), kept["foreign"].astype(np.float32)
                grams = Grams(kept["rarity"], kept["common"].tolist())
        except (OSError, ValueError, KeyError) as error:
            raise BadModel(str(folder), f"it can't be read ({why(error)})") from error
        if card.embedder != embedder.name:
            raise BadModel(str(folder), f"it was fitted with {card.embedder}, the embedder is {embedder.name}")
        return cls(card, grams, weights, foreign, embedder)


def card_in(folder: Path) -> Card:
    """The card of a saved model. Raises BadModel."""
    try:
        raw: Mapping[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        chances, foreign = Chances(**raw["chances"]), Chances(**raw["foreign"])
        return replace(Card(**raw), intents=tuple(raw["intents"]), chances=chances, foreign=foreign)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadModel(str(folder), f"its card.json can't be read ({why(error)})") from error


def digest(examples: Sequence[Example]) -> str:
    """Of what is learned from; the order counts."""
    return sha256(repr([(e.text, e.intent, e.also) for e in examples]).encode()).hexdigest()


def fitted(rows: Vectors, targets: Vectors) -> Vectors:
    """Weights [dim, intents + 1] for targets as `_targets` makes them."""
    none, intents = targets[:, -1:], targets.shape[1] - 1
    shared = np.hstack([targets[:, :-1] + none * np.float32(SPREAD / intents), none * np.float32(1 - SPREAD)])
    return logistic.fit(rows, shared * _weights(targets), ridge=RIDGE)


def _weights(targets: Vectors) -> Vectors:
    """[n, 1]: rows of an intent that has few beside the others count for more, else a shop's five lines are drowned by our hundreds."""
    labels = targets.argmax(axis=1)
    counts = np.bincount(labels, minlength=targets.shape[1])
    enough = min(FEW, float(np.median(counts[counts > 0])))
    weights: Vectors = np.clip(enough / np.maximum(counts, 1), 1, HEAVIEST).astype(np.float32)[labels, None]
    return weights


def cross_fitted(rows: Vectors, targets: Vectors, *, folds: int, seed: int) -> Vectors:
    """The scores [n, intents + 1] of every row by a model that hasn't seen it."""
    scores = np.zeros_like(targets)
    fold = fold_of(targets.argmax(axis=1), folds=folds, seed=seed)
    for number in range(folds):
        scores[fold == number] = rows[fold == number] @ fitted(rows[fold != number], targets[fold != number])
    return scores


def cross_checked(
    examples: Sequence[Example], vectors: Vectors, among: Set[Example], *, folds: int, seed: int = 0
) -> float:
    """The share of the examples in `among` whose intent is the likeliest by a model that hasn't seen their fold.

    An example falls into the same fold whatever else is learned from, so that two sets of examples can be compared.
    """
    intents = tuple(sorted({name for e in examples for name in (e.intent, e.also) if name not in ("", NONE)}))
    texts = [example.text for example in examples]
    rows, targets = _features(Grams.fit(texts), texts, vectors), _targets(examples, intents)
    asked = np.array([example in among for example in examples])
    fold = np.array([int(sha256(f"{seed} {text}".encode()).hexdigest()[:8], 16) % folds for text in texts])
    right = 0
    for number in range(folds):
        here = asked & (fold == number)
        found = rows[here] @ fitted(rows[fold != number], targets[fold != number])
        right += int((targets[here, found.argmax(axis=1)] >= 0.5).sum())
    return right / max(1, int(asked.sum()))


def fold_of(labels: NDArray[np.intp], *, folds: int, seed: int) -> NDArray[np.intp]:
    """A fold for each row, every label dealt out evenly."""
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    fold = np.empty(len(labels), dtype=np.intp)
    fold[order] = np.arange(len(labels)) % folds
    return fold


def _calibrated(rows: Vectors, targets: Vectors, folds: int, seed: int, caught: float | None) -> tuple[Chances, float]:
    crossed = cross_fitted(rows, targets, folds=folds, seed=seed)
    return calibrated(crossed, targets[:, :-1], targets[:, -1] > 0, caught=caught)


def _with_one(vectors: Vectors) -> Vectors:
    rows: Vectors = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    return rows


def _features(grams: Grams, texts: Sequence[str], vectors: Vectors) -> Vectors:
    return _with_one(np.hstack([vectors, np.float32(GRAMS) * grams.rows(texts), np.float32(SHAPE) * shape(texts)]))


def _targets(examples: Sequence[Example], intents: Sequence[str]) -> Vectors:
    """[n, intents + 1], each row adds up to 1; a row of none has its 1 in the last place."""
    place = {name: number for number, name in enumerate((*intents, NONE))}
    targets = np.zeros((len(examples), len(place)), dtype=np.float32)
    for row, example in zip(targets, examples, strict=True):
        also = SECOND if example.also and NONE not in (example.intent, example.also) else 0.0
        row[place[example.intent]] += 1 - also
        if also:
            row[place[example.also]] += also
    return targets
