"""A fine-tuned folder of transformers that tells labels, summed with what the wording says. Needs the extra `train`.

Weights are safetensors and plain arrays, and no code of the folder is run. What is known of it stands in card.json beside the weights.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from bot.errors import BadLabeller
from bot.intent.chances import softmax
from bot.intent.classifier import fold_of
from bot.sentiment import wordings as by_wording
from bot.sentiment.heads import Head, head_in, logits_of
from bot.sentiment.labeller import macro_f1, shares_of
from bot.sentiment.panel import Panel
from bot.sentiment.rows import Labelled, digest
from bot.sentiment.states import States
from bot.sentiment.ways import USUAL, Lessons, Tuning, learn
from bot.sentiment.wordings import Wordings
from knowledge_base.errors import why
from retrieval.generations import Progress
from retrieval.seams import Vectors

FOLDS = 10
"""One of so many is kept aside: it isn't learned from, and gives the card's figures and what each view weighs."""
CARD, WEIGHTS = "card.json", "beside.npz"


@dataclass(frozen=True, slots=True)
class TransformerCard:
    labels: tuple[str, ...]
    encoder: str
    base: str
    digest: str
    rows: dict[str, int]
    tuning: Tuning
    accuracy: float
    macro_f1: float
    judged: int
    most: float
    shares: tuple[float, ...]
    """What the logits of the transformer weigh, and those of the wording's views; chosen to make the chances true on rows kept aside."""
    alone: float
    """What the transformer alone is right on, of the same rows."""
    made_at: str


class TransformerLabeller:
    """`fit` writes the folder that `load` reads; then ask for `chances`."""

    def __init__(
        self,
        folder: Path,
        card: TransformerCard,
        pipe: Any,
        head: Head,
        wordings: Sequence[Wordings],
        known: States | None = None,
    ) -> None:
        """`known` are states of texts that a panel needn't have read again."""
        self.folder, self.card, self.pipe, self.head = folder, card, pipe, head
        self._wordings, self._known = wordings, known

    @classmethod
    def fit(
        cls,
        rows: Sequence[Labelled],
        base: Path,
        out: Path,
        tuning: Tuning = USUAL,
        *,
        kept: Path | None = None,
        say: Progress = lambda step, done, of: None,
    ) -> TransformerLabeller:
        """Fine-tune a copy of `base`; under `kept` the states of its frozen layers stay, for the next time.

        Raises BadLabeller where it is no folder of transformers, or the extra is missing.
        """
        _needed(base)
        labels = tuple(sorted({row.label for row in rows}))
        gold = np.array([labels.index(row.label) for row in rows])
        aside = fold_of(gold, folds=FOLDS, seed=tuning.seed) == 0
        out.mkdir(parents=True, exist_ok=True)
        plain = [row.text for row in rows]
        head, known = learn(Lessons(plain, gold, ~aside, labels, base, out, tuning, kept, say))
        texts, targets = np.array(plain, object), np.eye(len(labels), dtype=np.float32)[gold]
        counts = Counter(row.label for row in rows)
        card = TransformerCard(
            labels, "transformer", base.name, digest(rows), {name: counts[name] for name in labels}, tuning, 0.0, 0.0,
            int(aside.sum()), round(max(counts.values()) / len(rows), 4), (1.0,), 0.0, datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        say("judging", 0, 1)
        beside = by_wording.fitted(texts[~aside].tolist(), targets[~aside])
        made = cls(out, card, _pipeline(out, card, head), head, beside, known)
        views, right = made.views(texts[aside].tolist()), gold[aside]
        shares = shares_of(views, right)
        found = np.tensordot(shares, views, 1).argmax(axis=1)
        made.card = replace(
            card, accuracy=round(float((found == right).mean()), 4), macro_f1=round(macro_f1(found, right), 4),
            shares=tuple(round(float(share), 4) for share in shares), alone=round(float((views[0].argmax(axis=1) == right).mean()), 4),
        )  # fmt: skip
        made._wordings = by_wording.fitted(texts.tolist(), targets)
        say("judging", 1, 1)
        made._save()
        return made

    @classmethod
    def load(cls, folder: Path) -> TransformerLabeller:
        """Raises BadLabeller."""
        card = card_in(folder)
        try:
            with np.load(folder / WEIGHTS, allow_pickle=False) as kept:
                numbers = sorted({name.split(".")[0] for name in kept if "." in name})
                wordings = [Wordings.of({name: kept[f"{n}.{name}"] for name in by_wording.ARRAYS}) for n in numbers]
                head = head_in(kept)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise BadLabeller(str(folder), f"its {WEIGHTS} can't be read ({why(error)})") from error
        return cls(folder, card, _pipeline(folder, card, head), head, wordings)

    def forget(self) -> None:
        """Read each text anew from now on, also those that were read while it was trained."""
        self._known = None

    def views(self, texts: Sequence[str]) -> Vectors:
        """[views, n, labels] of logits: the transformer's, then those of the wording."""
        return np.concatenate([self.logits(texts)[None], *(one.scores(texts) for one in self._wordings)])

    def logits(self, texts: Sequence[str]) -> Vectors:
        """[n, labels], the transformer's alone."""
        return logits_of(self.head, self.pipe, texts, self.card.labels, self._known)

    def chances(self, texts: Sequence[str]) -> Vectors:
        """[n, labels]; each row adds up to 1."""
        return softmax(np.tensordot(np.array(self.card.shares, np.float32), self.views(texts), 1))

    def _save(self) -> None:
        arrays = {f"{n}.{name}": array for n, one in enumerate(self._wordings) for name, array in one.arrays().items()}
        arrays |= self.head.arrays() if self.head else {}
        np.savez_compressed(self.folder / WEIGHTS, allow_pickle=False, **arrays)
        card = json.dumps(asdict(self.card), ensure_ascii=False, indent=2) + "\n"
        (self.folder / CARD).write_text(card, encoding="utf-8")
        mode = (self.folder / CARD).stat().st_mode & 0o777
        for weights in self.folder.glob("*.safetensors"):
            weights.chmod(mode)


def card_in(folder: Path) -> TransformerCard:
    """Raises BadLabeller."""
    try:
        raw: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
        plain = {"labels": tuple(raw["labels"]), "shares": tuple(raw["shares"]), "tuning": Tuning(**raw["tuning"])}
        return TransformerCard(**(raw | plain))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadLabeller(str(folder), f"its {CARD} can't be read ({why(error)})") from error


def _pipeline(folder: Path, card: TransformerCard, head: Head) -> Any:
    _needed(folder)
    from bot.sentiment import reading

    return reading.pipeline(
        folder, card.labels, card.tuning.longest, encoder_alone=head is not None, layered=isinstance(head, Panel)
    )


def _needed(folder: Path) -> None:
    for package in ("torch", "transformers", "accelerate", "scipy"):
        if find_spec(package) is None:
            raise BadLabeller(str(folder), f"{package} isn't installed; pip install 'shopclerk[train]'")
