"""Trains a recommender into its folder, or leaves the one that is there.

FOLDER/                       what `opening.py` opens
FOLDER.training/<digest>/     finished parts, only while a training runs or was cut off; it goes on from there
FOLDER.lock                   one training at a time
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from retrieval.errors import FolderTaken, NoRecommender, NotBetter, TrainingBusy
from retrieval.generations import Progress
from retrieval.recommend.blend import Blend
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.fitting import Fitted, Given, Lesson, Plan, fit, scored
from retrieval.recommend.folder import KIND, card_of, hashes, is_recommender, load, save
from retrieval.recommend.histories import Histories
from retrieval.recommend.links import Floats
from retrieval.recommend.opening import over
from retrieval.recommend.texts import Shelf
from retrieval.seams import Embedder

MEASURE = "ndcg@10"
_FEWEST = 50
"""Events since the training before that make a fair test of both models."""
_TOGETHER = 256


@dataclass(frozen=True, slots=True)
class Trained:
    """`card` is None where nothing had changed since the training before."""

    folder: Path
    card: dict[str, Any] | None
    why: str


def train(
    folder: Path,
    shelf: Shelf,
    histories: Histories,
    embedder: Embedder,
    plan: Plan,
    *,
    force: bool = False,
    say: Progress = lambda step, done, of: None,
) -> Trained:
    """Raises FolderTaken, TrainingBusy, TooFewEvents, and NotBetter where the model that is there is the better one.

    A model that learned from somebody whose events are gone is replaced, better or not.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not is_recommender(folder):
        raise FolderTaken(folder, KIND)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder.with_name(folder.name + ".lock"), timeout=0):
            return _train(folder, shelf, histories, embedder, plan, force=force, say=say)
    except Timeout as error:
        raise TrainingBusy(folder) from error


def _train(
    folder: Path,
    shelf: Shelf,
    histories: Histories,
    embedder: Embedder,
    plan: Plan,
    *,
    force: bool,
    say: Progress,
) -> Trained:
    digest = _digest(histories, shelf, embedder, plan)
    before = _before(folder)
    if before is not None and before["digest"] == digest and not force:
        return Trained(folder, None, "nothing has changed since it was trained")
    work = folder.with_name(folder.name + ".training")
    _sweep(work, digest)
    checkpoints = Checkpoints(work / digest[:16])
    texts = vectors_of(shelf.texts, embedder, checkpoints, say) if "content" in plan.models else None
    fitted = fit(Given(histories, shelf.categories, texts), plan, checkpoints=checkpoints, say=say)
    gone = before is not None and _has_gone(folder, histories)
    if before is not None and not force and not gone:
        _check_better(fitted, before, folder, shelf, embedder)
    card = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "digest": digest, "score": fitted.score,
        "embedder": embedder.name, "models": list(fitted.blend.parts), "items": len(shelf.ids),
        "customers": len(histories), "events": len(histories.places), "seed": plan.seed,
        "until": None if histories.at is None or not len(histories.at) else int(histories.at.max()),
        "epochs": list(fitted.epochs),
    }  # fmt: skip
    say("saving", 0, 1)
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    save(fitted.blend, new, card, hashes(histories.customers))
    _swap(new, folder)
    say("saving", 1, 1)
    shutil.rmtree(work, ignore_errors=True)
    return Trained(folder, card, "customers of the model before are gone" if gone else "")


def vectors_of(texts: Sequence[str], embedder: Embedder, checkpoints: Checkpoints, say: Progress) -> Floats:
    """[texts, dim], kept: to embed 17,000 titles takes a minute."""

    def make() -> Floats:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: list[Any] = [None] * len(texts)
        for start in range(0, len(order), _TOGETHER):
            say("texts", start, len(order))
            part = order[start : start + _TOGETHER]
            for place, row in zip(part, embedder.embed([texts[i] for i in part]), strict=True):
                rows[place] = row
        return np.stack(rows).astype(np.float32)

    return checkpoints.array("texts", make)


def _digest(histories: Histories, shelf: Shelf, embedder: Embedder, plan: Plan) -> str:
    told = repr((histories.digest, shelf.texts, shelf.categories.tolist(), embedder.name, asdict(plan)))
    return sha256(told.encode()).hexdigest()


def _before(folder: Path) -> dict[str, Any] | None:
    """The card of the model that is there; None where there is none that could serve."""
    try:
        return card_of(folder) if is_recommender(folder) else None
    except NoRecommender:
        return None


def _has_gone(folder: Path, histories: Histories) -> bool:
    """Whether the model that is there learned from a customer who isn't among these."""
    learned = np.load(folder / "seen.npy", allow_pickle=False)
    return bool(np.setdiff1d(learned, hashes(histories.customers)).size)


def _check_better(fitted: Fitted, before: dict[str, Any], folder: Path, shelf: Shelf, embedder: Embedder) -> None:
    """On events since the training before, which neither has learned; by both cards where there are too few of them."""
    try:
        there = over(load(folder), shelf, embedder if before["embedder"] == embedder.name else None)
    except NoRecommender:
        return
    until = before["until"]
    new = [one for one in fitted.judged if one.at is not None and until is not None and one.at > until]
    if len(new) >= _FEWEST:
        ours, theirs = scored(fitted.apart, new), scored(there, _in_places_of(there, fitted.blend, new))
    else:
        ours, theirs = fitted.score, before["score"]
    noise = 1 / max(1, int(ours["rows"])) ** 0.5 * 0.25
    if ours[MEASURE] < theirs[MEASURE] - noise:
        raise NotBetter("recommender", folder, theirs[MEASURE], ours[MEASURE])


def _in_places_of(there: Blend, here: Blend, lessons: Sequence[Lesson]) -> list[Lesson]:
    """The same lessons for a model with its items in another order."""
    place = {item: at for at, item in enumerate(there.items)}
    moved = np.array([place[item] for item in here.items], dtype=np.int32)
    return [Lesson(moved[one.history], int(moved[one.next]), one.at) for one in lessons]


def _swap(new: Path, folder: Path) -> None:
    """Put the new folder where the old one was; a process that has the old one open keeps it until it ends."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _sweep(work: Path, digest: str) -> None:
    """What is left of trainings on other events."""
    for folder in work.glob("*"):
        if folder.name != digest[:16]:
            shutil.rmtree(folder, ignore_errors=True)
