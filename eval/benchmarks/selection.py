"""DSTC11 with an embedder tuned on half of its turns: which snippets answer a question that is asked in a conversation?

The product's own training, export, BM25 and ranker; only the choice of the house, and of how many snippets to take, is here.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from bot.settings import load_settings
from eval import metrics, setting
from eval.benchmarks import dialogues
from eval.benchmarks.dialogues import Halves, Turn
from eval.benchmarks.entities import HouseFinder
from eval.benchmarks.retrieval import PACKAGES
from eval.benchmarks.snippets import Bench, Reader, SnippetRanker, fit, table
from retrieval.embed import OnnxEmbedder, open_embedder
from retrieval.generations import Progress
from retrieval.lessons import Lessons, Pair, lessons
from retrieval.lexical import Lexical
from retrieval.rows import Rows
from retrieval.seams import Embedder
from retrieval.student import Plan
from retrieval.tune import tune
from retrieval.types import Where

SEED = 11
HELD_BACK = 0.15
"""Share of the training half that the embedder doesn't learn: it says when to stop, and there the ranker and the threshold are fitted."""
EPOCHS = 3
QUICK_HOUSES = 6
_HOUSES = 3
"""Houses that the conversation may mean whose snippets are looked at."""
_MOST = 12
"""Snippets that one answer takes at most."""

Figures = dict[str, Any]
Ranking = Callable[[Turn], list[str]]


def run(*, data: Path, quick: bool, say: Progress, base: str = "bundled") -> Figures:
    """Yardsticks and ours on the measured half, then what they depend on. Raises BadRow, or OSError where a file is missing."""
    started = time.perf_counter()
    halves = dialogues.load(data, seed=SEED, houses=QUICK_HOUSES if quick else None)
    kept = load_settings().data_dir / "eval"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        Lexical.build(folder, halves.passages.values())
        bench = Bench(halves, Lexical(folder, Rows.of(halves.passages.values())), kept / "vectors", say)
        report = _measure(bench, kept / "models", base, quick=quick)
    about = {"quick": quick, "versions": setting.versions((*PACKAGES, "torch", "sentence-transformers"))}
    about |= {"data": setting.digests(halves.files), "machine": setting.machine()}
    return {**report, **about, "seconds": round(time.perf_counter() - started, 1)}


def _measure(bench: Bench, models: Path, base: str, *, quick: bool) -> Figures:
    halves = bench.halves
    made = learned(halves)
    held = {lesson.question for lesson in made.held_back}
    aside = [turn for turn in halves.train if turn.question in held]
    houses = HouseFinder({passage.source_id for passage in halves.passages.values()})
    before = Reader(bench, open_embedder(base))
    finder = houses.fit([(turn.turns, halves.entities(turn), nearest(before, turn.question)) for turn in halves.train])
    yardsticks = _words(bench) | _untuned(bench, before, houses)
    if not quick:
        once, seconds = tuned(made, models, Plan(epochs=1), base, bench.say)
        yardsticks["MiniLM tuned one epoch"] = _by_cosine(bench, Reader(bench, once), houses) | {"training_s": seconds}
    embedder, seconds = tuned(made, models, Plan(epochs=1 if quick else EPOCHS), base, bench.say)
    ours = Reader(bench, embedder)
    ranker = fit(bench, ours, before, aside)
    system = System(bench, ours, before, ranker, finder)
    threshold = best_threshold(system, aside)
    return {
        "split": _split(halves, made),
        "yardsticks": yardsticks,
        "tuned": _by_cosine(bench, ours, houses) | {"training_s": seconds},
        "ours": {
            "within": ranked(halves.test, system.within),
            "over all": ranked(halves.test, system.over_all),
            "house": finder_share(halves, lambda turn: system.houses(turn)[:1]),
            "selection": selection(system, halves.test, threshold) | {"threshold": threshold},
        },
    }


def learned(halves: Halves) -> Lessons:
    """Each gold snippet with its question, within its house; every snippet of every house is there to be confused with."""
    pairs = [Pair("", passage.text, passage.source_id) for passage in halves.passages.values()]
    for turn in halves.train:
        golds = [halves.passages[doc_id] for doc_id in sorted(turn.gold)]
        pairs += [Pair(turn.question, gold.text, gold.source_id) for gold in golds]
    groups = {turn.question: str(turn.group) for turn in halves.train}
    return lessons(pairs, seed=SEED, held_back=HELD_BACK, groups=groups)


def tuned(made: Lessons, models: Path, plan: Plan, base: str, say: Progress) -> tuple[Embedder, float]:
    """The int8 export of a model after this training, and how long that took; kept under the digest of both."""
    folder = (
        models / sha256(f"{made.digest} {asdict(plan)}{'' if base == 'bundled' else base}".encode()).hexdigest()[:24]
    )
    clock = folder.with_suffix(".seconds")
    if not clock.is_file():
        started = time.perf_counter()
        tune(made, folder, base=base, plan=plan, resume=True, force=True, say=say)
        clock.write_text(f"{time.perf_counter() - started:.0f}", encoding="ascii")
    return OnnxEmbedder(folder, threads=1), float(clock.read_text(encoding="ascii"))


@dataclass(frozen=True, slots=True)
class System:
    """Ours: the tuned embedder, BM25 and the ranker within a house, and the houses that the conversation may mean."""

    bench: Bench
    ours: Reader
    before: Reader
    ranker: SnippetRanker
    finder: HouseFinder

    def within(self, turn: Turn) -> list[str]:
        """All snippets of the gold's houses, best first."""
        return self._best_first(turn, dict.fromkeys(self.bench.halves.entities(turn), 0.0))

    def over_all(self, turn: Turn) -> list[str]:
        """The snippets of the houses that the conversation may mean; a house's log chance is added to its snippets' scores."""
        return self._best_first(turn, self._likely(turn))

    def houses(self, turn: Turn) -> list[str]:
        """The likeliest first."""
        return list(self._likely(turn))

    def chosen(self, turn: Turn, threshold: float) -> frozenset[str]:
        """The snippets that the answer is written from: likely ones, the likeliest at least."""
        chances: dict[str, float] = {}
        for house, log_chance in self._likely(turn).items():
            ids, rows = table(self.bench, self.ours, self.before, turn.question, house)
            share = float(np.exp(log_chance))
            chances |= {i: float(chance) * share for i, chance in zip(ids, self.ranker.chances(rows), strict=True)}
        first = sorted(chances, key=lambda i: (-chances[i], i))[:_MOST]
        return frozenset(i for place, i in enumerate(first) if place == 0 or chances[i] >= threshold)

    def _likely(self, turn: Turn) -> dict[str, float]:
        return dict(self.finder.find(turn.turns, nearest(self.before, turn.question))[:_HOUSES])

    def _best_first(self, turn: Turn, houses: Mapping[str, float]) -> list[str]:
        scores: dict[str, float] = {}
        for house, log_chance in houses.items():
            ids, rows = table(self.bench, self.ours, self.before, turn.question, house)
            scores |= dict(zip(ids, self.ranker.scores(rows) + log_chance, strict=True))
        return sorted(scores, key=lambda i: (-scores[i], i))


def nearest(reader: Reader, question: str) -> Callable[[str], float]:
    """House -> the greatest cosine of one of its snippets: no restaurant says anything of a view from the room."""
    return lambda house: max(reader.cosines(question, [house]).values())


def best_threshold(system: System, turns: Sequence[Turn]) -> float:
    return max((0.05 * step for step in range(1, 16)), key=lambda t: selection(system, turns, t)["f1"])


def selection(system: System, turns: Sequence[Turn], threshold: float) -> dict[str, float]:
    """Precision, recall and F1 over all chosen snippets together, as DSTC11's own script counts them."""
    right = chosen = wanted = 0
    for turn in turns:
        found = system.chosen(turn, threshold)
        right, chosen, wanted = right + len(found & turn.gold), chosen + len(found), wanted + len(turn.gold)
    return {
        "precision": round(right / chosen, 4),
        "recall": round(right / wanted, 4),
        "f1": round(2 * right / (chosen + wanted), 4),
    }


def ranked(turns: Sequence[Turn], ranking: Ranking) -> dict[str, float]:
    return metrics.ranked(
        {turn.id: ranking(turn)[: metrics.DEPTH] for turn in turns}, {turn.id: turn.gold for turn in turns}
    )


def finder_share(halves: Halves, houses: Callable[[Turn], Sequence[str]]) -> float:
    """How often one of these is a house of the gold."""
    return round(float(np.mean([bool(halves.entities(turn) & set(houses(turn))) for turn in halves.test])), 4)


def _words(bench: Bench) -> Figures:
    """BM25 on the last turn alone."""

    def within(turn: Turn) -> list[str]:
        where = Where(source_ids=bench.halves.entities(turn))
        return [hit.passage.id for hit in bench.words.find(turn.question, k=metrics.DEPTH, where=where)]

    def anywhere(turn: Turn) -> list[str]:
        return [hit.passage.id for hit in bench.words.find(turn.question, k=metrics.DEPTH)]

    return {
        "BM25": {
            "within": ranked(bench.halves.test, within),
            "last turn, over all": ranked(bench.halves.test, anywhere),
        }
    }


def _untuned(bench: Bench, before: Reader, houses: HouseFinder) -> Figures:
    anywhere = ranked(bench.halves.test, lambda turn: _nearest_first(before.cosines(turn.question)))
    return {"MiniLM": _by_cosine(bench, before, houses) | {"last turn, over all": anywhere}}


def _by_cosine(bench: Bench, reader: Reader, houses: HouseFinder) -> Figures:
    """By cosine alone: within the gold's houses, and within the house named last, letter by letter."""
    halves = bench.halves
    return {
        "within": ranked(
            halves.test, lambda turn: _nearest_first(reader.cosines(turn.question, halves.entities(turn)))
        ),
        "over all, house by string match": ranked(
            halves.test, lambda turn: _nearest_first(reader.cosines(turn.question, houses.named_last(turn.turns)))
        ),
        "house": finder_share(halves, lambda turn: houses.named_last(turn.turns)),
    }


def _nearest_first(cosines: Mapping[str, float]) -> list[str]:
    return sorted(cosines, key=lambda i: (-cosines[i], i))[: metrics.DEPTH]


def _split(halves: Halves, made: Lessons) -> Figures:
    return {
        "seed": SEED,
        "train_turns": len(halves.train),
        "test_turns": len(halves.test),
        "held_back_of_train": len(made.held_back),
        "snippets": len(halves.passages),
        "houses": len({passage.source_id for passage in halves.passages.values()}),
    }
