"""A fine-tuned folder of transformers that tells labels, summed with what the wording says. Needs the extra `train`.

Weights are safetensors and plain arrays, and no code of the folder is run. What is known of it stands in card.json beside the weights.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bot.errors import BadLabeller
from bot.intent.chances import softmax
from bot.intent.classifier import fold_of
from bot.sentiment import wordings as by_wording
from bot.sentiment.labeller import macro_f1, shares_of
from bot.sentiment.panel import Panel
from bot.sentiment.rows import Labelled, digest
from bot.sentiment.states import States
from bot.sentiment.wordings import Wordings
from knowledge_base.errors import why
from retrieval.generations import Progress
from retrieval.seams import Vectors

LONGEST = 112
"""Tokens of a text that are read: half from its beginning, half from its end."""
LAYERS = 0
FOLDS = 10
"""One of so many is kept aside: it isn't learned from, and gives the card's figures and what each view weighs."""
CARD, WEIGHTS = "card.json", "beside.npz"
Layers = int | Literal["all"]


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a text's label is learned from an encoder.

    With 0 `layers` none learns, and a panel of small networks reads several; a number of them, counted from the top, learn beneath a
    head over all tokens; with "all" every weight does, beneath an ordinary head. `epochs` 0 are as many as are usual for that.
    """

    layers: Layers = LAYERS
    epochs: int = 0
    seed: int = 0
    longest: int = LONGEST

    @property
    def times(self) -> int:
        return self.epochs or (6 if self.layers == 0 else 2)


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
        self, folder: Path, card: TransformerCard, pipe: Any, head: Vectors | Panel | None, wordings: Sequence[Wordings]
    ) -> None:
        """`head` over all tokens ([3 * width + 1, labels], or a panel), where the folder's model has none itself."""
        self.folder, self.card, self.pipe, self.head, self._wordings = folder, card, pipe, head, wordings
        self._known: States | None = None

    @classmethod
    def fit(
        cls,
        rows: Sequence[Labelled],
        base: Path,
        out: Path,
        tuning: Tuning = Tuning(),
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
        head, known = _tuned([row.text for row in rows], gold, ~aside, labels, base, out, tuning, kept, say)
        texts, targets = np.array([row.text for row in rows], object), np.eye(len(labels), dtype=np.float32)[gold]
        counts = Counter(row.label for row in rows)
        card = TransformerCard(
            labels, "transformer", base.name, digest(rows), {name: counts[name] for name in labels}, tuning, 0.0, 0.0,
            int(aside.sum()), round(max(counts.values()) / len(rows), 4), (1.0,), 0.0, datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        say("judging", 0, 1)
        beside = by_wording.fitted(texts[~aside].tolist(), targets[~aside])
        made = cls(out, card, _pipeline(out, card, head), head, beside)
        made._known = known if kept else None
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
                head = _head(kept)
        except (OSError, ValueError, KeyError) as error:
            raise BadLabeller(str(folder), f"its {WEIGHTS} can't be read ({why(error)})") from error
        return cls(folder, card, _pipeline(folder, card, head), head, wordings)

    def views(self, texts: Sequence[str]) -> Vectors:
        """[views, n, labels] of logits: the transformer's, then those of the wording."""
        return np.concatenate([self.logits(texts)[None], *(one.scores(texts) for one in self._wordings)])

    def logits(self, texts: Sequence[str]) -> Vectors:
        """[n, labels], the transformer's alone."""
        found = np.zeros((len(texts), len(self.card.labels)), np.float32)
        unread = range(len(texts))
        if isinstance(self.head, Panel) and self._known is not None:
            unread = [i for i in unread if texts[i] not in self._known]
            for i in set(range(len(texts))).difference(unread):
                found[i] = self.head.scores(self._known.of(texts[i]).astype(np.float32))[0]
        order = sorted(unread, key=lambda i: len(texts[i]))
        if self.head is None:
            place = {label: at for at, label in enumerate(self.card.labels)}
            answers = self.pipe([texts[i] for i in order], top_k=None, function_to_apply="none", batch_size=32)
            for i, answer in zip(order, answers, strict=True):
                for one in answer:
                    found[i, place[one["label"]]] = one["score"]
            return found
        for i, row in zip(order, self.pipe([texts[i] for i in order], batch_size=32) if order else (), strict=True):
            panel = isinstance(self.head, Panel)
            found[i] = self.head.scores(row[None])[0] if panel else row @ self.head[:-1] + self.head[-1]
        return found

    def chances(self, texts: Sequence[str]) -> Vectors:
        """[n, labels]; each row adds up to 1."""
        return softmax(np.tensordot(np.array(self.card.shares, np.float32), self.views(texts), 1))

    def _save(self) -> None:
        arrays = {f"{n}.{name}": array for n, one in enumerate(self._wordings) for name, array in one.arrays().items()}
        if isinstance(self.head, Panel):
            arrays |= self.head.arrays()
        elif self.head is not None:
            arrays["head"] = self.head
        np.savez_compressed(self.folder / WEIGHTS, allow_pickle=False, **arrays)
        card = json.dumps(asdict(self.card), ensure_ascii=False, indent=2) + "\n"
        (self.folder / CARD).write_text(card, encoding="utf-8")


def card_in(folder: Path) -> TransformerCard:
    """Raises BadLabeller."""
    try:
        raw: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
        plain = {"labels": tuple(raw["labels"]), "shares": tuple(raw["shares"]), "tuning": Tuning(**raw["tuning"])}
        return TransformerCard(**(raw | plain))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadLabeller(str(folder), f"its {CARD} can't be read ({why(error)})") from error


def _head(kept: Mapping[str, NDArray[Any]]) -> Vectors | Panel | None:
    if "head" in kept:
        return kept["head"].astype(np.float32)
    return Panel.of(kept) if "panel_mean" in kept else None


def _tuned(
    texts: Sequence[str], gold: Any, learned: Any, labels: Sequence[str], base: Path, out: Path, tuning: Tuning,
    kept: Path | None, say: Progress,
) -> tuple[Vectors | Panel | None, States | None]:  # fmt: skip
    """Write what was tuned to `out`; its head where that lies beside it, and what was read for it."""
    from bot.sentiment import panel_fit as panels
    from bot.sentiment import tuning as by
    from bot.sentiment.reading import digest_of, width_of

    lessons = [texts[i] for i in np.flatnonzero(learned).tolist()]
    right = gold[learned].tolist()
    if tuning.layers == "all":
        by.tune_all(base, out, lessons, right, labels, tuning.longest, tuning.times, tuning.seed, say)
        return None, None
    width, layers = width_of(base)
    frozen = max(0, layers - tuning.layers)
    with ExitStack() as stack:
        place = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(dir=out.parent, prefix=".states-")))
        if not tuning.layers:
            of_layers = States(
                place / f"{digest_of(base)[:16]}-layers-{tuning.longest}", panels.features_of(width, layers)
            )
            panels.read_layers(base, of_layers, texts, tuning.longest, say)
            panel = panels.fit_panel(base, out, of_layers, lessons, right, len(labels), tuning.times, tuning.seed, say)
            return panel, of_layers
        states = States(place / f"{digest_of(base)[:16]}-{frozen}-{tuning.longest}", width)
        by.read_states(base, states, texts, frozen, tuning.longest, say)
        head = by.tune_upper(base, out, states, lessons, right, len(labels), frozen, tuning.times, tuning.seed, say)
        return head, states


def _pipeline(folder: Path, card: TransformerCard, head: Vectors | Panel | None) -> Any:
    _needed(folder)
    from bot.sentiment import reading

    return reading.pipeline(
        folder, card.labels, card.tuning.longest, encoder_alone=head is not None, layered=isinstance(head, Panel)
    )


def _needed(folder: Path) -> None:
    for package in ("torch", "transformers", "accelerate", "scipy"):
        if find_spec(package) is None:
            raise BadLabeller(str(folder), f"{package} isn't installed; pip install 'shopclerk[train]'")
