"""Make a tuned description writer of a shop's own (attributes, text) pairs; the result is a folder that loads without pickle.

OUT/card.json                                   what it learned from, when, how well
OUT/model.safetensors, config.json, tokenizer*  the sequence model, as transformers writes it
OUT/composer.json, evidence.*                   placeholders, the shop's own texts, the reader of the slot check
OUT.training/                                   a checkpoint, only while a training runs or was cut off
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.describe.composer import Composer
from bot.describe.consensus import corpus_bleu, words
from bot.describe.evidence import Evidence
from bot.describe.lessons import Lesson, manner, raw_lessons, true_lessons
from bot.describe.pairs import Pair, digest, split
from bot.describe.phraser import Phraser, check_model, device_of
from bot.describe.placeholders import Placeholders
from bot.describe.study import Plan, study
from bot.errors import NoDescriber, TakenFolder, TooFewPairs, WorseDescriber
from knowledge_base.errors import why
from retrieval.generations import Progress

FEWEST = 20
HELD_BACK = 0.1
MARKED = 40
"""Pairs held back that the score is taken on, at most."""
SPARE = 8
"""Tokens that a text may be longer than the longest that was learned."""
KIND = "tuned description writer"


def train_describer(
    pairs: Sequence[Pair],
    out: Path,
    *,
    model: Path | None = None,
    plan: Plan | None = None,
    device: str = "auto",
    force: bool = False,
    say: Progress = lambda step, done, of: None,
) -> dict[str, Any]:
    """Train, and put the writer into `out`; its card. A training that was cut off is gone on with.

    Raises TakenFolder, TooFewPairs, NoDescriber, and WorseDescriber where the one in `out` scores as high on the pairs held back.
    """
    plan = plan or Plan()
    check_free(out)
    if model:
        check_model(model)
    if len(pairs) < FEWEST:
        raise TooFewPairs(len(pairs), FEWEST)
    work, place = out.with_name(out.name + ".training"), device_of(device)
    learned, held = split(pairs, HELD_BACK, plan.seed)
    made, losses = fit(learned, held, plan, work=work, model=model, device=place, say=say)
    score = mark(made, held[:MARKED], say)
    if not force and is_tuned(out):
        there = mark(load(out, device=place), held[:MARKED], say)
        if there["bleu"] >= score["bleu"]:
            raise WorseDescriber(str(out), score["bleu"], there["bleu"])
    card: dict[str, Any] = {
        "kind": KIND, "model": str(model) if model else "from scratch", "seed": plan.seed, "plan": asdict(plan),
        "data_digest": digest(pairs), "pairs": len(learned), "held_back": len(held), "score": score, "held_back_loss": losses,
        "copied": sorted(made.places.copied), "written": sorted(made.places.known), "manners": sorted(made.manners),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    _put(made, card, work / "new", out)
    shutil.rmtree(work, ignore_errors=True)
    return card


def fit(
    learned: Sequence[Pair],
    held: Sequence[Pair],
    plan: Plan,
    *,
    work: Path,
    model: Path | None = None,
    device: str = "cpu",
    say: Progress = lambda step, done, of: None,
) -> tuple[Composer, list[float]]:
    """The writer that `learned` makes, and its loss on `held` after each epoch."""
    say("reading", 0, 1)
    places = Placeholders.fit(learned)
    raw = raw_lessons(learned, places)
    evidence = Evidence.fit(places.known, [(lesson.slots, lesson.text) for lesson in raw])
    lessons = true_lessons(raw, places, evidence)
    if not lessons:
        raise TooFewPairs(0, FEWEST)
    say("reading", 1, 1)
    if model:
        phraser = Phraser.from_model(model, places.keys, places.marks, device=device)
    else:
        phraser = Phraser.small(_words(lessons), places.keys, places.marks, seed=plan.seed, device=device)
    phraser.longest = min(phraser.longest, max(phraser.length(lesson.text) for lesson in lessons) + SPARE)
    seen = true_lessons(raw_lessons(held, places), places, evidence)
    about = f"{digest(learned)} {digest(held)} {model}"
    losses = study(phraser, lessons, seen, plan, mark=about, work=work, say=say)
    manners = frozenset(manner(pair.locale, pair.style) for pair in learned)
    return Composer.of(places, evidence, lessons, phraser, manners), losses


def mark(made: Composer, held: Sequence[Pair], say: Progress = lambda step, done, of: None) -> dict[str, float]:
    """`written`: the share that gets a text without a fault; `bleu`: of all, one that gets none being empty."""
    texts = []
    for done, pair in enumerate(held):
        say("scoring", done, len(held))
        texts.append(made.compose(pair.slots, locale=pair.locale, style=pair.style) or "")
    say("scoring", len(held), len(held))
    bleu = corpus_bleu([words(text) for text in texts], [[words(t) for t in pair.texts] for pair in held])
    return {"written": round(sum(map(bool, texts)) / max(1, len(held)), 4), "bleu": round(bleu, 4)}


def load(folder: Path, *, device: str = "cpu") -> Composer:
    """Raises NoDescriber where the folder holds none, or not a whole one."""
    if not is_tuned(folder):
        raise NoDescriber(str(folder), "there is no tuned writer; make one with `shopclerk train describer --out ...`")
    try:
        return Composer.load(folder, device=device)
    except (OSError, KeyError, ValueError) as error:
        raise NoDescriber(str(folder), f"{why(error)}; train it anew with `shopclerk train describer`") from error


def check_free(out: Path) -> None:
    """Raises TakenFolder where `out` holds anything but a description writer that was trained before."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not is_tuned(out):
        raise TakenFolder(str(out))


def is_tuned(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / "card.json").read_text("utf-8")).get("kind") == KIND)
    except (OSError, ValueError, AttributeError):
        return False


def _words(lessons: Sequence[Lesson]) -> list[str]:
    return [part for one in lessons for part in (one.manner, one.text, *(value for _, value in one.slots))]


def _put(made: Composer, card: dict[str, Any], new: Path, out: Path) -> None:
    """Written beside it, then put where the old one was in one step."""
    shutil.rmtree(new, ignore_errors=True)
    made.save(new)
    (new / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    out.parent.mkdir(parents=True, exist_ok=True)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
