"""Judged questions: what a ranker learns from. A file's, and those that a shop's own texts hold.

JSONL: `text`, `locale`, `gold`, a list of what answers it as `faq:<id>`, `document:<id>`, `product:<id>`; lines whose gold is empty
teach nothing and are passed over.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.types import Knowledge, Locale, Product, Source
from retrieval import text as words_of
from retrieval.answerable import Script, script_of
from retrieval.errors import BadLesson
from retrieval.generations import Progress
from retrieval.rerank import POOL, Candidates, Facts, Matrix, Ranker, features
from retrieval.seams import Retriever
from retrieval.types import Hit, Where

_SOURCES = ("faq", "document", "product")
_FAQ: frozenset[Source] = frozenset({"faq"})
_PRODUCT: frozenset[Source] = frozenset({"product"})
SCRIPTS: tuple[Script, ...] = ("latin", "han")
PULLS = (0.3, 1.0, 3.0, 10.0)
GAIN = 0.005
"""MRR that a ranker has to bring out of fold; less is chance."""
MANY = 50
MADE = 0.3
"""Weight of a question that was made beside one that a person judged."""
_FOLDS = 5
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and the `source:id` of all that answers it."""

    text: str
    locale: Locale
    gold: frozenset[str]
    among: frozenset[Source] = frozenset()
    """What was judged: other sources may answer as well, nobody said. Empty where all were."""
    weight: float = 1.0


def read_judged(file: Path) -> Iterator[Judged]:
    """Raises BadLesson."""
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip() and (judged := _judged(file, number, line)).gold:
                yield judged


def made_of(knowledge: Knowledge, *, seed: int) -> tuple[Knowledge, list[Judged]]:
    """The knowledge without half of the FAQ's further wordings, and these as questions, beside what products are called.

    A wording that stood in the passage it asks for would teach that questions stand in their answers.
    """
    chance = random.Random(seed)
    kept, asked = [], []
    for faq in knowledge.faqs:
        out = set(chance.sample(range(len(faq.also)), len(faq.also) // 2))
        kept.append(replace(faq, also=tuple(w for place, w in enumerate(faq.also) if place not in out)))
        asked += [
            Judged(faq.also[place], faq.locale, frozenset({f"faq:{faq.id}"}), _FAQ, MADE) for place in sorted(out)
        ]
    return replace(knowledge, faqs=tuple(kept)), [*asked, *_of_products(knowledge.products)]


async def candidates(retriever: Retriever, facts: Facts, asked: Sequence[Judged], say: Progress) -> list[Candidates]:
    """Of each question the judged ones of the first POOL, where both right and wrong ones are among them."""
    found = []
    for done, question in enumerate(asked):
        if done % 50 == 0:
            say("asking", done, len(asked))
        hits = await retriever.search(question.text, k=POOL, where=Where(locale=question.locale))
        judged = np.array([not question.among or hit.passage.source in question.among for hit in hits], dtype=bool)
        right = np.array([key(hit) in question.gold for hit in hits], dtype=bool)[judged]
        if 0 < right.sum() < len(right):
            rows = features(question.text, hits, facts)[judged]
            found.append(Candidates(script_of(question.text), rows, right, question.weight))
    say("asking", len(asked), len(asked))
    return found


def chosen(facts: Facts, found: Sequence[Candidates], *, seed: int) -> tuple[Ranker, dict[Script, dict[str, float]]]:
    """A ranker whose pull is chosen for each script by five-fold cross-validation, and MRR@10 before and after, out of fold.

    The folds are measured on a file's questions where it has MANY of that script, else on all. Where no pull is better than the
    order that was by GAIN, that order stays.
    """
    told: dict[Script, dict[str, float]] = {}
    strengths: dict[Script, float] = {}
    for script in SCRIPTS:
        own = [one for one in found if one.script == script]
        reached = {strength: _out_of_fold(facts, own, script, strength, seed) for strength in (math.inf, *PULLS)}
        best = max(PULLS, key=lambda strength: reached[strength])
        strengths[script] = best if reached[best] > reached[math.inf] + GAIN else math.inf
        told[script] = {"before": reached[math.inf], "after": reached[strengths[script]], "questions": float(len(own))}
    return Ranker.fit(facts, found, strengths), told


def mrr(found: Sequence[Candidates], ranker: Ranker) -> float:
    """MRR@10 of the ranker's order; a right passage that wasn't found counts nowhere here."""
    places = [_first(one, ranker.weights[one.script]) for one in found]
    return round(float(np.mean([1 / place if place <= _DEPTH else 0.0 for place in places])), 4) if places else 0.0


def _out_of_fold(facts: Facts, own: Sequence[Candidates], script: Script, strength: float, seed: int) -> float:
    fold = np.random.default_rng(seed).integers(0, _FOLDS, len(own))
    firm = sum(one.weight == 1 for one in own) >= MANY
    reached, count = 0.0, 0
    for held in range(_FOLDS):
        ranker = Ranker.fit(facts, [one for one, its in zip(own, fold, strict=True) if its != held], {script: strength})
        asked = [one for one, its in zip(own, fold, strict=True) if its == held and (one.weight == 1 or not firm)]
        reached, count = reached + mrr(asked, ranker) * len(asked), count + len(asked)
    return round(reached / count, 4) if count else 0.0


def _first(one: Candidates, weights: Matrix) -> int:
    order = np.argsort(-(one.features @ weights), kind="stable")
    return int(np.argmax(one.right[order])) + 1


def key(hit: Hit) -> str:
    return f"{hit.passage.source}:{hit.passage.source_id}"


def _judged(file: Path, number: int, line: str) -> Judged:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLesson(file, number, "line", line, f"this is not JSON ({error.msg})") from error
    if not isinstance(row, dict):
        raise BadLesson(file, number, "line", line, "this is not an object")
    for name in ("text", "locale"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise BadLesson(file, number, name, str(row.get(name)), "a text is needed")
    gold = row.get("gold")
    if not isinstance(gold, list) or not all(isinstance(one, str) and one.split(":")[0] in _SOURCES for one in gold):
        raise BadLesson(file, number, "gold", str(gold), "a list of faq:<id>, document:<id> or product:<id> is needed")
    return Judged(row["text"], row["locale"], frozenset(gold))


def _of_products(products: Iterable[Product]) -> Iterator[Judged]:
    """A product's title without its brand asks for it, a keyword for all that have it."""
    having: dict[tuple[str, Locale], set[str]] = {}
    for product in products:
        title = product.title.removeprefix(product.brand).strip()
        for phrase in {title, *_phrases(product.keywords)}:
            having.setdefault((words_of.normalise(phrase), product.locale), set()).add(f"product:{product.id}")
    for (phrase, locale), ids in having.items():
        if phrase:
            yield Judged(phrase, locale, frozenset(ids), _PRODUCT, MADE)


def _phrases(keywords: str) -> list[str]:
    return [
        phrase.strip()
        for phrase in re.split(r"[,，;；、\n]|(?<=[\u4e00-\u9fff])\s|\s(?=[\u4e00-\u9fff])", keywords)
        if phrase.strip()
    ]
