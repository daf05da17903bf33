"""What an embedder learns from: questions, the passages that answer them, and near passages that don't."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from knowledge_base.types import Faq, Passage
from retrieval import text as words_of
from retrieval.errors import BadLesson, TooFewLessons
from retrieval.lexical import Lexical
from retrieval.rows import Rows
from retrieval.types import Where

FEWEST = 10
"""Questions below which nothing is learned and nothing can be measured."""
HELD_BACK = 0.1
"""Share of the questions that the training never sees: they say when to stop, and which of two models is better."""
NEAR = 8
"""Hard negatives a question: the passages that share most words with it and don't answer."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question; `right` and `wrong` are places in the passages, `within` names what it is asked within (empty: everything)."""

    question: str
    right: tuple[int, ...]
    within: str = ""
    wrong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Lessons:
    """Training questions and those held back, over one row of passages; `places` are the passages of each `within`."""

    passages: tuple[str, ...]
    train: tuple[Lesson, ...]
    held_back: tuple[Lesson, ...]
    places: Mapping[str, tuple[int, ...]]

    @property
    def digest(self) -> str:
        """Equal exactly where every lesson is."""
        return sha256(repr((self.passages, self.train, self.held_back)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a file: a question and a passage that answers it, or (without a question) a passage that is only there."""

    question: str
    passage: str
    within: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    """Pairs on their way to lessons."""

    places: dict[tuple[str, str], int] = field(default_factory=dict)
    right: dict[tuple[str, str], dict[int, None]] = field(default_factory=dict)
    wrong: dict[tuple[str, str], dict[int, None]] = field(default_factory=dict)

    def place(self, within: str, passage: str) -> int:
        return self.places.setdefault((within, passage), len(self.places))


def read_pairs(file: Path) -> Iterator[Pair]:
    """JSONL: `question`, `passage`, and where wanted `within` and `wrong` (a list of passages). Raises BadLesson."""
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _pair(file, number, line)


def pairs_of_faqs(faqs: Iterable[Faq]) -> Iterator[Pair]:
    """Each further wording with the entry's question and answer; an entry without one with its answer alone."""
    for faq in faqs:
        for wording in faq.also:
            yield Pair(wording, f"{faq.question}\n{faq.answer}")
        if not faq.also:
            yield Pair(faq.question, faq.answer)


def lessons(
    pairs: Iterable[Pair], *, seed: int, held_back: float = HELD_BACK, groups: Mapping[str, str] | None = None
) -> Lessons:
    """Pairs of one question become one lesson, a share of the questions is held back, and BM25 names near wrong passages.

    Equal questions are held back together, and so are those that `groups` (question -> group) puts together. Raises TooFewLessons.
    """
    gathered = _gather(pairs)
    asked = tuple(
        Lesson(question, tuple(right), within, tuple(gathered.wrong.get((question, within), ())))
        for (question, within), right in gathered.right.items()
    )
    if len(asked) < FEWEST:
        raise TooFewLessons(len(asked), FEWEST)
    places: dict[str, list[int]] = {}
    for (within, _), place in gathered.places.items():
        places.setdefault(within, []).append(place)
    passages = tuple(passage for _, passage in gathered.places)
    asked = tuple(_with_near(asked, passages, {place: within for within, all_ in places.items() for place in all_}))
    kept = _held_back(asked, groups or {}, seed, held_back)
    train = tuple(lesson for lesson in asked if lesson not in kept)
    return Lessons(passages, train, tuple(kept), {within: tuple(all_) for within, all_ in places.items()})


def _pair(file: Path, number: int, line: str) -> Pair:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLesson(file, number, "line", line, f"this is not JSON ({error.msg})") from error
    if not isinstance(row, dict):
        raise BadLesson(file, number, "line", line, "this is not an object")
    for name in ("question", "passage", "within"):
        value = row.get(name, "")
        if not isinstance(value, str) or (name == "passage" and not value.strip()):
            raise BadLesson(file, number, name, str(row.get(name)), "a text is needed")
    wrong = row.get("wrong", [])
    if not isinstance(wrong, list) or not all(isinstance(one, str) for one in wrong):
        raise BadLesson(file, number, "wrong", str(wrong), "a list of texts is needed")
    return Pair(row.get("question", "").strip(), row["passage"].strip(), row.get("within", ""), tuple(wrong))


def _gather(pairs: Iterable[Pair]) -> _Gathered:
    gathered = _Gathered()
    for pair in pairs:
        place = gathered.place(pair.within, pair.passage)
        if not pair.question:
            continue
        key = (pair.question, pair.within)
        gathered.right.setdefault(key, {})[place] = None
        for passage in pair.wrong:
            gathered.wrong.setdefault(key, {})[gathered.place(pair.within, passage)] = None
    return gathered


def _held_back(asked: Sequence[Lesson], groups: Mapping[str, str], seed: int, share: float) -> dict[Lesson, None]:
    """About that share of the questions, whole groups at a time, at least one; a dict keeps their order."""

    def group(lesson: Lesson) -> str:
        return groups.get(lesson.question) or words_of.normalise(lesson.question)

    names = sorted({group(lesson) for lesson in asked})
    random.Random(seed).shuffle(names)
    chosen = set(names[: max(1, round(share * len(names)))])
    return dict.fromkeys(lesson for lesson in asked if group(lesson) in chosen)


def _with_near(asked: Sequence[Lesson], passages: Sequence[str], within: Mapping[int, str]) -> Iterator[Lesson]:
    indexed = [Passage(str(i), text, "document", within[i], "", str(i)) for i, text in enumerate(passages)]
    with tempfile.TemporaryDirectory() as folder:
        Lexical.build(Path(folder), indexed)
        words = Lexical(Path(folder), Rows.of(indexed))
        for lesson in asked:
            where = Where(source_ids=frozenset({lesson.within}))
            hits = words.find(lesson.question, k=NEAR + len(lesson.right), where=where)
            near = [int(hit.passage.id) for hit in hits]
            wrong = dict.fromkeys(place for place in (*lesson.wrong, *near) if place not in lesson.right)
            yield replace(lesson, wrong=tuple(wrong)[: max(NEAR, len(lesson.wrong))])
