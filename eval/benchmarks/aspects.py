"""Sentences of reviews: are the pairs of aspect and sentiment those that people labelled?"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.errors import BadLabeller
from bot.sentiment.aspects import AspectReader
from bot.sentiment.labelled_sentences import Opinion, Sentence, read_sentences, taught
from bot.sentiment.listener import kept_aside, shipped
from bot.sentiment.training import sentences
from bot.sentiment.word_reader import WordReader
from bot.wiring import SAMPLE
from eval import setting
from eval.errors import NothingToDo
from eval.insights.feelings import unhappy_chance
from eval.insights.plain_words import blame_odds
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval import text as words_of
from retrieval.seams import Embedder

DATA = Path(__file__).resolve().parent.parent / "data"
OURS = (DATA / "aspects.en.jsonl", DATA / "aspects.zh.jsonl")
AGAIN = DATA / "aspects.again.jsonl"
"""Sixty sentences of ours, drawn from dev and labelled a second time without the first labels in sight."""
ASIDE = "aside"
"""The half of those that ship which no listener was taught; the words are learned anew without them."""
PACKAGES = ("numpy", "onnxruntime", "rjieba")
Report = dict[str, Any]


def run(files: Sequence[Path], half: str, embedder: Embedder) -> Report:
    """Micro precision, recall and F1 over pairs, over aspects alone, and by language. Raises BadLine, NothingToDo."""
    started = time.perf_counter()
    lessons, polar = taught(), sentences()
    if half == ASIDE:
        cases, lessons = (
            [one for one in lessons if kept_aside(one.text)],
            [one for one in lessons if not kept_aside(one.text)],
        )
        reader = AspectReader(WordReader.fit(lessons, polar, embedder), shipped())
    else:
        cases = [case for file in files for case in read_sentences(file) if half in ("all", case.half)]
        reader = _reader(embedder)
    if not cases:
        raise NothingToDo(f"no sentence is of the half {half!r}.")
    known = {one.text for one in lessons} | {row.text for row in polar}
    if read := [case.id for case in cases if case.text in known]:
        raise NothingToDo(
            f"{', '.join(read[:5])} {'is' if len(read) == 1 else 'are'} among the sentences that are learned from."
        )
    found = reader.opinions([case.text for case in cases])
    pairs, stars = list(zip(cases, found, strict=True)), _stars(files)
    starred = [
        (case, [_by_stars(opinion, stars.get(case.id), case.text) for opinion in those]) for case, those in pairs
    ]
    return {
        "half": half, "sentences": len(cases), "pairs": {**scored(pairs, _pair), "macro_f1": macro(pairs)},
        "pairs_with_stars": {**scored(starred, _pair), "macro_f1": macro(starred)} if stars else None, "aspects": scored(pairs, _aspect),
        "by_locale": {
            name: scored([pair for pair in pairs if _locale(pair[0].text) == name], _pair) for name in ("en", "zh")
        },
        "labelled_again": again(pairs, read_sentences(AGAIN)),
        "yardstick": {"quality, positive": scored([(case, (Opinion("quality", "positive"),)) for case in cases], _pair)},
        "wrong": [
            {"id": case.id, "text": case.text, "expected": sorted(map(_pair, case.opinions)), "found": sorted(map(_pair, those))}
            for case, those in pairs if set(map(_pair, case.opinions)) != set(map(_pair, those))
        ],
        "embedder": embedder.name, "listener": asdict(shipped().card), "versions": setting.versions(PACKAGES), "data": setting.digests(files),
        "machine": setting.machine(), "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip


def _reader(embedder: Embedder) -> AspectReader:
    """The one that ships, where its words were learned from today's sentences with this embedder; else those are learned anew."""
    try:
        return AspectReader.load(embedder)
    except BadLabeller:
        return AspectReader(WordReader.fit(taught(), sentences(), embedder), shipped())


def scored(pairs: Sequence[tuple[Sentence, Sequence[Opinion]]], key: Callable[[Opinion], str]) -> dict[str, float]:
    """Of all sentences together; an opinion whose key is empty doesn't count."""
    said = [({key(o) for o in case.opinions} - {""}, {key(o) for o in found} - {""}) for case, found in pairs]
    hits = sum(len(gold & found) for gold, found in said)
    found, gold = sum(len(found) for _, found in said), sum(len(gold) for gold, _ in said)
    return {
        "precision": round(hits / max(1, found), 4),
        "recall": round(hits / max(1, gold), 4),
        "f1": round(2 * hits / max(1, found + gold), 4),
    }


def again(pairs: Sequence[tuple[Sentence, Sequence[Opinion]]], second: Sequence[Sentence]) -> dict[str, Any] | None:
    """How far two labellings of the same sentences agree, which bounds what can be asked of a model, and the model against each; None where
    none of the sentences was labelled twice."""
    labelled = {case.text: case for case in second}
    both = [(case, labelled[case.text], found) for case, found in pairs if case.text in labelled]
    if not both:
        return None
    people = [(first, other.opinions) for first, other, _ in both]
    return {
        "sentences": len(both), "pairs": scored(people, _pair), "aspects": scored(people, _aspect),
        "ours_against_first": scored([(first, found) for first, _, found in both], _pair),
        "ours_against_second": scored([(other, found) for _, other, found in both], _pair),
    }  # fmt: skip


def _stars(files: Sequence[Path]) -> dict[str, int]:
    """Of the cases that name a review of the sample shop: how many stars it gave, which the report has and the sentence alone hasn't."""
    rating = {review.id: review.rating for review in read_shop(load_shop(SAMPLE)).reviews}
    rows = [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return {str(row["id"]): rating[row["review"]] for row in rows if row.get("review") in rating and "id" in row}


def _by_stars(opinion: Opinion, stars: int | None, text: str) -> Opinion:
    """As `shopclerk insight` reads it."""
    return replace(
        opinion, sentiment="negative" if unhappy_chance(opinion, stars, blame_odds(text)) > 0.5 else "positive"
    )


def macro(pairs: Sequence[tuple[Sentence, Sequence[Opinion]]]) -> float:
    """The mean over pairs of aspect and sentiment that any sentence is labelled with: rare ones count as much as frequent ones."""
    named = sorted({_pair(opinion) for case, _ in pairs for opinion in case.opinions})
    single = [scored(pairs, partial(_only, name))["f1"] for name in named]
    return round(sum(single) / max(1, len(single)), 4)


def _locale(text: str) -> str:
    return "zh" if words_of.han_words(words_of.normalise(text)) else "en"


def _pair(opinion: Opinion) -> str:
    return f"{opinion.aspect} {opinion.sentiment}"


def _only(name: str, opinion: Opinion) -> str:
    return name if _pair(opinion) == name else ""


def _aspect(opinion: Opinion) -> str:
    return opinion.aspect
