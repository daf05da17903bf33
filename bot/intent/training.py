"""Which classifier a shop is answered with: the one that ships, or one fitted on the shop's own lines beside ours, in seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.errors import BadModel, WorseModel
from bot.intent.classifier import Classifier, Example, card_in, cross_checked, digest
from bot.intent.lines import known, own_examples, read_lines, shipped
from knowledge_base.shop import Shop
from retrieval.generations import Progress
from retrieval.seams import Embedder, Vectors

SHIPPED = Path(__file__).parent / "models" / "router"
FOLDS = 4
NOISE = 0.01
"""How much worse a new model may be on the rows that both know: an intent more costs the others a little."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training came to. `right` of all rows, cross-fitted; `shared` and `before` on the rows that the model before knew, too."""

    folder: Path
    rows: int
    intents: int
    right: float
    shared: float | None = None
    before: float | None = None


def router_model(shop: Shop, embedder: Embedder, folder: Path) -> Classifier:
    """The shop's classifier: from `folder` where it was fitted on what is to be learned now, the shipped one where that is all,
    else fitted here and kept in `folder`."""
    examples = list(dict.fromkeys([*shipped(), *_kept(folder), *own_examples(shop)]))
    for place in (folder, SHIPPED):
        if _fits(place, examples, embedder):
            return Classifier.load(place, embedder)
    fitted = Classifier.fit(examples, embedder, folds=FOLDS)
    fitted.save(folder)
    return fitted


def train_router(
    folder: Path,
    embedder: Embedder,
    *,
    shop: Shop | None = None,
    files: Sequence[Path] = (),
    force: bool = False,
    say: Progress = lambda step, done, of: None,
) -> Trained:
    """Fit on the shipped utterances, the lines of `files` and the shop's own intents, and write `folder`.

    Raises BadLine for a line that can't be learned from, WorseModel where the model in `folder` is right on more of the rows that
    both know, by cross-fitting on those rows; `force` replaces it.
    """
    own = own_examples(shop) if shop else []
    lines = [example for file in files for example in _checked(file, shop)]
    examples = list(dict.fromkeys([*shipped(), *lines, *own]))
    vectors = _embedded(examples, embedder, say)
    shared = before = None
    if not force and (folder / "card.json").is_file():
        old = list(dict.fromkeys([*shipped(), *_kept(folder), *own]))
        shared, before = _compared(examples, vectors, old, embedder, say)
        if shared < before - NOISE:
            raise WorseModel(str(folder), shared, before)
    say("fitting", 0, 1)
    model = Classifier.fit(examples, embedder, vectors=vectors, folds=FOLDS)
    model.save(folder)
    if lines or (folder / "lines.jsonl").exists():
        _keep(folder, lines)
    say("fitting", 1, 1)
    return Trained(folder, len(examples), len(model.card.intents), model.card.accuracy, shared, before)


def _fits(folder: Path, examples: Sequence[Example], embedder: Embedder) -> bool:
    """Whether the model there was fitted on exactly these examples with this embedder."""
    try:
        card = card_in(folder)
    except BadModel:
        return False
    return card.embedder == embedder.name and card.digest == digest(examples)


def _checked(file: Path, shop: Shop | None) -> list[Example]:
    examples = read_lines(file)
    known(examples, {intent.name for intent in shop.intents} if shop else set(), str(file))
    return [example for _, example in examples]


def _compared(
    new: Sequence[Example], vectors: Vectors, old: Sequence[Example], embedder: Embedder, say: Progress
) -> tuple[float, float]:
    """How right either set of examples makes a model on the rows that both have, each fold left out of both."""
    say("comparing", 0, 2)
    row_of: dict[Example, Vectors] = dict(zip(new, vectors, strict=True))
    missing = [example for example in old if example not in row_of]
    row_of |= dict(zip(missing, embedder.embed([example.text for example in missing]), strict=True))
    shared = set(new) & set(old)
    marks = []
    for done, examples in enumerate((new, old), 1):
        rows = np.stack([row_of[example] for example in examples])
        marks.append(cross_checked(examples, rows, shared, folds=FOLDS))
        say("comparing", done, 2)
    return marks[0], marks[1]


def _embedded(examples: Sequence[Example], embedder: Embedder, say: Progress) -> Vectors:
    parts = [embedder.embed([])]
    for start in range(0, len(examples), 200):
        say("embedding", start, len(examples))
        parts.append(embedder.embed([example.text for example in examples[start : start + 200]]))
    say("embedding", len(examples), len(examples))
    return np.concatenate(parts)


def _kept(folder: Path) -> list[Example]:
    """The labelled lines that the model there was trained with."""
    file = folder / "lines.jsonl"
    return [Example(**json.loads(line)) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


def _keep(folder: Path, lines: Sequence[Example]) -> None:
    text = "".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines)
    (folder / "lines.jsonl").write_text(text, encoding="utf-8")
