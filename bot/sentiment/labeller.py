"""Which label a text has, as calibrated chances over the labels that it learned; see docs/sentiment.md. It abstains from nothing."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bot.errors import BadLabeller
from bot.intent import logistic
from bot.intent.chances import softmax
from bot.intent.classifier import fold_of
from bot.sentiment import wordings as by_wording
from bot.sentiment.denied import marked
from bot.sentiment.rows import Labelled, digest
from bot.sentiment.wordings import Wordings
from knowledge_base.errors import why
from retrieval.generations import Progress
from retrieval.seams import Embedder, Vectors

Encoder = Literal["lexical", "embedding", "listener"]
FILES = ("weights.npz", "card.json")
FOLDS = 5
JUDGED = 2000
"""Rows that are kept aside in turn; where there are more, the further folds aren't trained for it."""
RIDGE = 0.3
"""Of the view by sentence vectors."""
_SHARES = np.geomspace(0.02, 20, 61)


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a model: which labels, learned from what, how right on rows that were kept aside in turn."""

    labels: tuple[str, ...]
    encoder: Encoder
    embedder: str
    """Empty where none was asked."""
    digest: str
    rows: Mapping[str, int]
    """Label -> how many."""
    seed: int
    accuracy: float
    macro_f1: float
    judged: int
    """Rows that the two figures are of; each by a model that hadn't seen its fold."""
    most: float
    """What always saying the most frequent label would be right on."""
    shares: tuple[float, ...]
    """What each view's logits weigh; chosen, like a temperature, to make the chances true on the judged rows."""
    made_at: str


class Labeller:
    """`fit` or `load` one; then ask for the `chances` of many texts."""

    def __init__(
        self, card: Card, wordings: Sequence[Wordings], dense: Vectors | None = None, embedder: Embedder | None = None
    ) -> None:
        """`dense` [dim + 1, labels] are weights of the sentence vectors."""
        self.card, self._wordings, self._dense, self._embedder = card, wordings, dense, embedder

    @classmethod
    def fit(
        cls,
        rows: Sequence[Labelled],
        *,
        more: Sequence[Labelled] = (),
        embedder: Embedder | None = None,
        vectors: Vectors | None = None,
        seed: int = 0,
        quick: bool = False,
        made_at: datetime | None = None,
        say: Progress = lambda step, done, of: None,
    ) -> Labeller:
        """By the wording, and with an embedder by sentence vectors, too; `vectors` [n, dim] are theirs, where they were asked for before.
        `more` is learned from, too, but not judged: words that praise or blame.

        `rows` as `to_learn` gives them. `quick` keeps a single fold aside.
        """
        labels = tuple(sorted({row.label for row in rows}))
        texts, gold = (
            [row.text for row in (*rows, *more)],
            np.array([labels.index(row.label) for row in (*rows, *more)]),
        )
        targets = np.eye(len(labels), dtype=np.float32)[gold]
        if embedder is not None and vectors is None:
            vectors = _embedded(texts, embedder, say)
        fold = np.concatenate([fold_of(gold[: len(rows)], folds=FOLDS, seed=seed), np.full(len(more), FOLDS)])
        turns = 1 if quick else min(FOLDS, -(-JUDGED // max(1, len(rows) // FOLDS)))
        aside, scores = [], []
        for number in range(turns):
            say("keeping aside", number, turns)
            seen, unseen = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            model = _fitted(texts, targets, vectors, seen)
            aside.append(unseen)
            scores.append(_scores(*model, [texts[i] for i in unseen], None if vectors is None else vectors[unseen]))
        say("keeping aside", turns, turns)
        at, crossed = np.concatenate(aside), np.concatenate(scores, axis=1)
        shares = shares_of(crossed, gold[at])
        found = np.tensordot(shares, crossed, 1).argmax(axis=1)
        say("fitting", 0, 1)
        wordings, dense = _fitted(texts, targets, vectors, np.arange(len(texts)))
        say("fitting", 1, 1)
        counts = Counter(row.label for row in rows)
        card = Card(
            labels, "lexical" if embedder is None else "embedding", embedder.name if embedder else "", digest(rows),
            {label: counts[label] for label in labels}, seed, round(float((found == gold[at]).mean()), 4),
            round(macro_f1(found, gold[at]), 4), len(at), round(max(counts.values()) / len(rows), 4),
            tuple(round(float(share), 4) for share in shares),
            (made_at or datetime.now(UTC)).isoformat(timespec="seconds"),
        )  # fmt: skip
        return cls(card, wordings, dense, embedder)

    def chances(self, texts: Sequence[str], vectors: Vectors | None = None) -> Vectors:
        """[n, labels]; each row adds up to 1. `vectors` [n, dim] are the texts', where the caller has them."""
        if self._dense is not None and vectors is None and self._embedder is not None:
            vectors = self._embedder.embed(texts)
        scores = _scores(self._wordings, self._dense, texts, vectors)
        return softmax(np.tensordot(np.array(self.card.shares, dtype=np.float32), scores, 1))

    def save(self, folder: Path) -> None:
        """Write the folder whole; a reader sees the old model or the new one."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        arrays = {
            f"{number}.{name}": array
            for number, one in enumerate(self._wordings)
            for name, array in one.arrays().items()
        }
        if self._dense is not None:
            arrays["dense"] = self._dense.astype(np.float16)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            np.savez_compressed(Path(work) / FILES[0], allow_pickle=False, **arrays)
            card = json.dumps(asdict(self.card), ensure_ascii=False, indent=2) + "\n"
            (Path(work) / FILES[1]).write_text(card, encoding="utf-8")
            folder.mkdir(exist_ok=True)
            for name in FILES:
                (Path(work) / name).replace(folder / name)

    @classmethod
    def load(cls, folder: Path, embedder: Embedder | None = None) -> Labeller:
        """Read a folder that `save` wrote; the bundled embedder where it needs one and none is given. Raises BadLabeller."""
        card = card_in(folder)
        try:
            with np.load(folder / FILES[0], allow_pickle=False) as kept:
                numbers = sorted({name.split(".")[0] for name in kept if "." in name})
                wordings = [Wordings.of({name: kept[f"{n}.{name}"] for name in by_wording.ARRAYS}) for n in numbers]
                dense = kept["dense"].astype(np.float32) if "dense" in kept else None
        except (OSError, ValueError, KeyError) as error:
            raise BadLabeller(str(folder), f"it can't be read ({why(error)})") from error
        if dense is None:
            return cls(card, wordings)
        if embedder is None:
            from retrieval.embed import open_embedder

            embedder = open_embedder()
        if embedder.name != card.embedder:
            raise BadLabeller(str(folder), f"it was fitted with {card.embedder}, the embedder is {embedder.name}")
        return cls(card, wordings, dense, embedder)


def card_in(folder: Path) -> Card:
    """The card of a saved model. Raises BadLabeller."""
    return card_of(folder, raw_card(folder))


def raw_card(folder: Path) -> dict[str, Any]:
    """What card.json says. Raises BadLabeller."""
    try:
        return dict(json.loads((folder / FILES[1]).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadLabeller(str(folder), f"its card.json can't be read ({why(error)})") from error


def card_of(folder: Path, raw: Mapping[str, Any]) -> Card:
    """Raises BadLabeller where something is missing."""
    try:
        return replace(Card(**raw), labels=tuple(raw["labels"]), shares=tuple(raw["shares"]))
    except (KeyError, TypeError) as error:
        raise BadLabeller(str(folder), f"its card.json can't be read ({why(error)})") from error


def shares_of(scores: Vectors, gold: NDArray[np.intp]) -> Vectors:
    """What each view [views, n, labels] weighs in the sum with the least cross-entropy, one view after the other, three times round."""
    shares = np.full(len(scores), 1 / len(scores), np.float32)
    for _ in range(3):
        for view in range(len(scores)):
            rest = np.tensordot(shares, scores, 1) - shares[view] * scores[view]
            losses = [_entropy(rest + share * scores[view], gold) for share in (0.0, *_SHARES)]
            shares[view] = (0.0, *_SHARES)[int(np.argmin(losses))]
    return shares


def _entropy(scores: Vectors, gold: NDArray[np.intp]) -> float:
    return -float(np.log(softmax(scores)[np.arange(len(gold)), gold] + 1e-12).mean())


def _fitted(
    texts: Sequence[str], targets: Vectors, vectors: Vectors | None, seen: NDArray[np.intp]
) -> tuple[tuple[Wordings, ...], Vectors | None]:
    wordings = by_wording.fitted(_worded([texts[i] for i in seen], vectors), targets[seen])
    dense = None if vectors is None else logistic.fit(_with_one(vectors[seen]), targets[seen], ridge=RIDGE)
    return wordings, dense


def _scores(
    wordings: Sequence[Wordings], dense: Vectors | None, texts: Sequence[str], vectors: Vectors | None
) -> Vectors:
    texts = _worded(texts, None if dense is None else vectors)
    scores = np.concatenate([one.scores(texts) for one in wordings])
    if dense is None or vectors is None:
        return scores
    return np.concatenate([scores, (_with_one(vectors) @ dense)[None]])


def _worded(texts: Sequence[str], vectors: Vectors | None) -> Sequence[str]:
    """With what is denied told apart, where sentence vectors are asked for, too: beside them it costs nothing, the lexical encoder it halves."""
    return texts if vectors is None else list(map(marked, texts))


def _with_one(vectors: Vectors) -> Vectors:
    rows: Vectors = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    return rows


def _embedded(texts: Sequence[str], embedder: Embedder, say: Progress) -> Vectors:
    parts = [embedder.embed([])]
    for start in range(0, len(texts), 200):
        say("embedding", start, len(texts))
        parts.append(embedder.embed(texts[start : start + 200]))
    say("embedding", len(texts), len(texts))
    return np.concatenate(parts)


def macro_f1(found: NDArray[np.intp], gold: NDArray[np.intp]) -> float:
    labels = np.unique(gold)
    return float(
        np.mean([2 * ((found == k) & (gold == k)).sum() / ((found == k).sum() + (gold == k).sum()) for k in labels])
    )
