"""Train what tells labels: on one's own labelled texts, or on what ships (hand-labelled sentences and the sample shop's reviews)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from bot.errors import BadLabeller, BadSetting, WorseLabeller
from bot.sentiment import transformer
from bot.sentiment.denied import denials
from bot.sentiment.labelled_sentences import entries, taught
from bot.sentiment.labeller import Labeller, card_in
from bot.sentiment.listener import SHIPPED, Listener, shipped
from bot.sentiment.rows import Fields, Labelled, read_labelled, to_learn
from bot.sentiment.transformer import TransformerLabeller
from bot.sentiment.ways import Layers, Tuning
from knowledge_base.types import Review
from retrieval.generations import Progress
from retrieval.seams import Embedder

ENCODERS = ("lexical", "embedding", "transformer")
MESSAGES = Path(__file__).parent / "models" / "messages"
"""What messages in chats feel: it takes fewer questions for blame than the listener, which was taught reviews alone (docs/sentiment.md)."""
NOISE = 0.01
"""How much lower the macro-F1 of a new model may be than that of the one it replaces."""
_STARS = {1: "negative", 2: "negative", 3: "neutral", 4: "positive", 5: "positive"}
AnyLabeller = Labeller | TransformerLabeller | Listener


@dataclass(frozen=True, slots=True)
class Plan:
    """`base` is the folder of transformers that is fine-tuned."""

    encoder: Literal["lexical", "embedding", "transformer"] = "lexical"
    base: Path | None = None
    tuning: Tuning = field(default_factory=Tuning)
    seed: int = 0
    quick: bool = False


def layers_of(said: str) -> Layers:
    """How many layers learn, as a person says it: a number, or all. Raises BadSetting."""
    if said == "all":
        return "all"
    if not said.isdecimal():
        raise BadSetting("--layers", said, "say how many of the upper layers learn, from 0 on, or all.")
    return int(said)


def sentences(locale: str = "") -> list[Labelled]:
    """The hand-labelled sentences that ship, of one language or both; positive, negative and neutral."""
    found: list[Labelled] = []
    for name in (locale,) if locale else ("en", "zh"):
        with as_file(files("bot.sentiment").joinpath(f"sentences/sentiment.{name}.jsonl")) as file:
            found += read_labelled(file, Fields(group="locale"))
    return found


def hints(labels: Iterable[str], *, denied: bool = False) -> list[Labelled]:
    """The words that praise or blame, as texts, where those are the labels. `denied`, for what tells denials apart: the same denied, too, and the
    sentences about aspects of which all feel the same."""
    known, told = set(labels), entries("polarity")
    if denied:
        feels = [(one.text, {str(said.sentiment) for said in one.opinions} or {"neutral"}) for one in taught()]
        told = [*told, *denials(told), *((text, next(iter(felt))) for text, felt in feels if len(felt) == 1)]
    return [Labelled(text, label) for text, label in told if label in known]


def of_reviews(reviews: Iterable[Review]) -> Iterator[Labelled]:
    """Stars as labels: one and two are negative, three neutral, four and five positive."""
    return (Labelled(review.text.strip(), _STARS[review.rating]) for review in reviews if review.text.strip())


def fitted(
    rows: list[Labelled], out: Path, plan: Plan, embedder: Embedder | None, *, say: Progress, force: bool = False
) -> Labeller | TransformerLabeller:
    """Fit on `rows` and write `out`.

    Raises OneLabel, BadSetting, BadLabeller, and WorseLabeller where what was trained is no better than always saying one label, or worse
    than the model that is there, each by macro-F1 on rows kept aside.
    """
    rows = to_learn(rows)
    before = _before(out)
    if plan.encoder == "transformer":
        if plan.base is None:
            raise BadSetting("--model", "", "name the folder of transformers that --encoder transformer fine-tunes.")
        target = out.with_name(f".{out.name}.new")
        tuning = replace(plan.tuning, seed=plan.seed)
        made: Labeller | TransformerLabeller = TransformerLabeller.fit(rows, plan.base, target, tuning, say=say)
    else:
        chosen = embedder if plan.encoder == "embedding" else None
        made = Labeller.fit(
            rows,
            more=hints((row.label for row in rows), denied=chosen is not None),
            embedder=chosen,
            seed=plan.seed,
            quick=plan.quick,
            say=say,
        )
    try:
        if not force:
            _check(made, out, before)
    except WorseLabeller:
        if isinstance(made, TransformerLabeller):
            _remove(made.folder)
        raise
    if isinstance(made, TransformerLabeller):
        _replace(made.folder, out)
        return TransformerLabeller.load(out)
    made.save(out)
    return made


def load(folder: Path, embedder: Embedder | None = None) -> AnyLabeller:
    """Whatever kind of model lies there. Raises BadLabeller."""
    if folder == SHIPPED:
        return shipped()
    try:
        return Labeller.load(folder, embedder)
    except BadLabeller:
        if (folder / "config.json").is_file():
            return TransformerLabeller.load(folder)
        raise


def _before(out: Path) -> float | None:
    """The macro-F1 of the model that is there. Raises BadSetting where the folder holds something else."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    try:
        return card_in(out).macro_f1
    except BadLabeller:
        pass
    try:
        return transformer.card_in(out).macro_f1
    except BadLabeller as error:
        raise BadSetting(
            "--out", str(out), f"it holds no model of labels ({error.reason}); name a new folder."
        ) from error


def _check(made: Labeller | TransformerLabeller, out: Path, before: float | None) -> None:
    """Labels drawn by their frequency have the macro-F1 1 / labels, whatever the frequencies are; two standard errors above is more."""
    card = made.card
    guessing = 1 / len(card.labels) + 1 / math.sqrt(max(1, card.judged))
    if card.macro_f1 <= guessing:
        raise WorseLabeller(str(out), card.macro_f1, guessing, "guessing, with what chance adds,")
    if before is not None and card.macro_f1 < before - NOISE:
        raise WorseLabeller(str(out), card.macro_f1, before, "what is there")


def _replace(made: Path, out: Path) -> None:
    if out.exists():
        _remove(out)
    made.rename(out)


def _remove(folder: Path) -> None:
    """A model's folder: files alone."""
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
