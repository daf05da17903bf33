"""Fine-tune the embedder on questions and the passages that answer them; the result is a folder that serves without torch.

OUT/model.onnx, tokenizer.json, card.json     what `retrieval/embed.py` opens
OUT/weights/                                   the same model for sentence-transformers: what a further training starts from
OUT.training/                                  a checkpoint, only while a training runs or was cut off
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retrieval.embed import OnnxEmbedder
from retrieval.errors import FolderTaken, NotBetter, TooFewLessons
from retrieval.export import export
from retrieval.generations import Progress
from retrieval.lessons import FEWEST, Lesson, Lessons
from retrieval.student import MEASURE, Plan, Score, Student, device_of, score, weights_of

READABLE = 0.7
"""Share of known tokens below which a text teaches the model nothing but noise; Chinese is left to the word vectors."""
KIND = "tuned embedder"


def tune(
    lessons: Lessons,
    out: Path,
    *,
    base: str = "bundled",
    plan: Plan | None = None,
    device: str = "auto",
    resume: bool = False,
    force: bool = False,
    allow_download: bool = False,
    say: Progress = lambda step, done, of: None,
) -> dict[str, Any]:
    """Train, and put the export into `out`; its card, with the scores on the held-back questions before and after.

    Raises FolderTaken, ModelMissing, TooFewLessons, NotResumable, and NotBetter where neither the base nor what `out` held is beaten.
    """
    plan = plan or Plan()
    check_free(out)
    student = Student(weights_of(base), device=device_of(device), allow_download=allow_download)
    lessons = readable(lessons, student.reads)
    work = out.with_name(out.name + ".training")
    before, after = student.learn(lessons, plan, work=work, resume=resume, say=say)
    if not force:
        _check_better(after, before, base, out, lessons)
    new = work / "new"
    shutil.rmtree(new, ignore_errors=True)
    student.save(new / "weights")
    card = export(new / "weights", new, lambda line: say(line, 0, 0))
    about: dict[str, Any] = {
        "kind": KIND, "model": out.name, "base": base, "glosses": base == "bundled", "seed": plan.seed, "plan": asdict(plan),
        "data_digest": lessons.digest, "questions": len(lessons.train), "held_back": len(lessons.held_back),
        "before": before, "after": after, "after_int8": score(OnnxEmbedder(new).embed, lessons),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    card |= about
    (new / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    _swap(new, out)
    shutil.rmtree(work, ignore_errors=True)
    return card


def check_free(out: Path) -> None:
    """Raises FolderTaken where `out` holds anything but an embedder that was tuned before."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not is_tuned(out):
        raise FolderTaken(out, KIND)


def is_tuned(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / "card.json").read_text(encoding="utf-8")).get("kind") == KIND)
    except (OSError, ValueError, AttributeError):
        return False


def readable(lessons: Lessons, reads: Callable[[str], float]) -> Lessons:
    """Only the lessons whose question and passages the model can read. Raises TooFewLessons."""

    def keeps(lesson: Lesson) -> bool:
        texts = (lesson.question, *(lessons.passages[place] for place in lesson.right))
        return all(reads(text) >= READABLE for text in texts)

    kept = replace(
        lessons, train=tuple(filter(keeps, lessons.train)), held_back=tuple(filter(keeps, lessons.held_back))
    )
    if not kept.held_back or len(kept.train) + len(kept.held_back) < FEWEST:
        raise TooFewLessons(len(kept.train) + len(kept.held_back), FEWEST)
    return kept


def _check_better(after: Score, before: Score, base: str, out: Path, lessons: Lessons) -> None:
    """What came out has to beat what went in, and what it would replace, on the same held-back questions."""
    if after[MEASURE] <= before[MEASURE]:
        raise NotBetter("embedder", base, before[MEASURE], after[MEASURE])
    if is_tuned(out):
        there = score(Student(str(out / "weights")).embed, lessons)
        if there[MEASURE] >= after[MEASURE]:
            raise NotBetter("embedder", out, there[MEASURE], after[MEASURE])


def _swap(new: Path, out: Path) -> None:
    """Put the new folder where the old one was; a process that has the old one open keeps it until it ends."""
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
