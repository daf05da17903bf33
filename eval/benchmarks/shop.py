"""The sample shop's own questions: is a right passage found, and are the questions that it can't answer told so?"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

from bot.engine import Engine
from bot.settings import load_settings
from bot.types import Message, Reply
from bot.wiring import OpenShop, embedder_of, index_root, open_shop
from eval import metrics
from eval.benchmarks.corpora import rows
from eval.errors import BadRow, UnknownGold
from knowledge_base.passages import cut
from knowledge_base.types import Locale, Passage
from retrieval.dense import open_dense
from retrieval.generations import Progress, folder_of
from retrieval.hybrid import Hybrid
from retrieval.lexical import Lexical
from retrieval.rows import Rows
from retrieval.seams import Retriever
from retrieval.types import Where

DATA = Path(__file__).parent.parent / "data"
FILES = (DATA / "questions.en.jsonl", DATA / "questions.zh.jsonl")
NOT_ANSWERED = frozenset(
    [
        "unknown",
        "not_stated",
        "out_of_scope",
        "found_nothing",
        "empty",
        "handoff_open",
        "handoff_closed",
        "handoff_noted",
        "trouble",
    ]
)
"""What the engine says where it gives no answer."""
ASKED_AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the shop; `gold` are `source:source_id` of what answers it, empty where nothing does."""

    id: str
    text: str
    locale: Locale
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the engine made of a question."""

    question: Asked
    refused: bool
    cites_gold: bool
    likely: float


def questions(files: Sequence[Path], half: str | None) -> list[Asked]:
    """The questions of one half, or all; a case without a half is of `test`. Raises BadRow."""
    found = []
    for file in files:
        for number, row in rows(file):
            try:
                if half in (None, row.get("half", "test")):
                    found.append(_asked(row))
            except KeyError as error:
                raise BadRow(file, number, f"the field {error} is missing") from error
            except TypeError as error:
                raise BadRow(file, number, str(error)) from error
    return found


def _spread(asked: Sequence[Asked], most: int | None) -> Sequence[Asked]:
    return asked if most is None else asked[:: -(-len(asked) // most) or 1]


def _asked(row: Mapping[str, Any]) -> Asked:
    for name in ("id", "text", "locale"):
        if not isinstance(row[name], str):
            raise TypeError(f"{name} must be a text, not {row[name]!r}")
    if not isinstance(row["gold"], list):
        raise TypeError(f"gold must be a list of source:id, not {row['gold']!r}")
    return Asked(row["id"], row["text"], row["locale"], frozenset(row["gold"]))


async def measure(
    half: str | None, say: Progress, files: Sequence[Path] = FILES, shop: Path | None = None, most: int | None = None
) -> dict[str, Any]:
    """Figures for `shop` and for each language as `shop-<locale>`: systems, and what the engine refused and kept; then for each
    language asked of the passages in another as `shop-<asked>-<searched>`: systems alone.

    The shop (the sample where None) is indexed in a temporary folder and opened as it is for customers. Of each file at
    most so many questions are asked, spread over it. Raises BadRow, UnknownGold.
    """
    asked = [question for file in files for question in _spread(questions([file], half), most)]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder), shop=shop)
        async with open_shop(settings, on_progress=say) as opened:
            _check(asked, opened)
            found = {name: await _find(system, asked, name, say) for name, system in _systems(opened).items()}
            answers = await _answer(opened, asked, say)
            across = await _across(opened, asked, say)
            passages = len(cut(opened.index.current().knowledge()))
    groups = {"shop": asked} | {
        f"shop-{code}": [q for q in asked if q.locale == code] for code in sorted({q.locale for q in asked})
    }
    return {
        name: {"half": half or "all", "passages": passages, **_figures(group, found, answers)}
        for name, group in groups.items()
    } | {name: {"half": half or "all", "passages": passages, **figures} for name, figures in across.items()}


def _check(asked: Sequence[Asked], opened: OpenShop) -> None:
    """Raises UnknownGold."""
    there = {key(passage) for passage in cut(opened.index.current().knowledge())}
    for question in asked:
        for gold in sorted(question.gold - there):
            raise UnknownGold(question.id, gold)


def _systems(opened: OpenShop) -> dict[str, Retriever]:
    """The parts, opened beside the index's own retriever, which has the ranker around the fusion."""
    generation = opened.index.current()
    folder = folder_of(index_root(opened.settings, opened.shop), generation.number)
    rows, embedder = Rows.open(folder / "knowledge.sqlite"), embedder_of(opened.settings)
    words, meaning = Lexical(folder / "lexical", rows), open_dense(folder, embedder, rows)
    fusion = Hybrid(words, meaning, embedder, generation.catalogue)
    return {"bm25": words, "vectors": meaning, "fusion": fusion, "ranked": generation.retriever}


async def _across(opened: OpenShop, asked: Sequence[Asked], say: Progress) -> dict[str, dict[str, Any]]:
    """Each language's questions asked of the passages in each other one."""
    there = sorted({passage.locale for passage in cut(opened.index.current().knowledge())})
    figures: dict[str, dict[str, Any]] = {}
    for spoken, searched in permutations(there, 2):
        group = [question for question in asked if question.locale == spoken and question.gold]
        swapped = [replace(question, locale=searched) for question in group]
        gold = {question.id: question.gold for question in group}
        if group:
            runs = {name: await _find(system, swapped, name, say) for name, system in _systems(opened).items()}
            ranked = {name: metrics.ranked(found, gold) for name, found in runs.items()}
            figures[f"shop-{spoken}-{searched}"] = {"questions": len(group), **ranked}
    return figures


async def _find(system: Retriever, asked: Sequence[Asked], name: str, say: Progress) -> dict[str, list[str]]:
    """Question id -> `source:source_id` of each passage found, best first; searched in the question's locale."""
    found = {}
    for question in asked:
        hits = await system.search(question.text, k=metrics.DEPTH, where=Where(locale=question.locale))
        found[question.id] = [key(hit.passage) for hit in hits]
    say(f"shop: {name}", len(asked), len(asked))
    return found


def key(passage: Passage) -> str:
    return f"{passage.source}:{passage.source_id}"


async def _answer(opened: OpenShop, asked: Sequence[Asked], say: Progress) -> dict[str, Answered]:
    answers = {}
    for done, question in enumerate(asked):
        say("shop: engine", done, len(asked))
        answers[question.id] = await _answer_one(opened, question)
    say("shop: engine", len(asked), len(asked))
    return answers


async def _answer_one(opened: OpenShop, question: Asked) -> Answered:
    message = Message(question.id, f"eval-{question.id}", question.text, ASKED_AT)
    reply = await opened.engine.reply(message)
    now = opened.index.current()
    hits = await now.retriever.search(question.text, k=8, where=Where(locale=question.locale))
    cited = {f"{cite.source}:{cite.source_id}" for cite in reply.cites}
    refused = await _refused(opened.engine, message, reply)
    return Answered(question, refused, bool(cited & question.gold), now.answerable(question.text, hits))


async def _refused(engine: Engine, message: Message, reply: Reply) -> bool:
    explained = await engine.explain(message.conversation_id) or {}
    return reply.handed_off or bool(explained.get("failed")) or explained.get("said") in NOT_ANSWERED


def _figures(
    asked: Sequence[Asked], found: Mapping[str, Mapping[str, list[str]]], answers: Mapping[str, Answered]
) -> dict[str, Any]:
    gold = {question.id: question.gold for question in asked if question.gold}
    systems = {name: metrics.ranked(runs, gold) for name, runs in found.items()}
    return {"questions": len(gold), **systems, "refusals": refusals([answers[question.id] for question in asked])}


def refusals(answers: Sequence[Answered]) -> dict[str, float]:
    """Counts, shares 0 to 1, and the AUROC of `answerable` (0.5 is chance)."""
    sides: dict[bool, list[Answered]] = defaultdict(list)
    for answer in answers:
        sides[bool(answer.question.gold)].append(answer)
    can, cannot = sides[True], sides[False]
    return {
        "answerable": len(can),
        "answerable_kept": _share([not a.refused for a in can]),
        "answerable_cites_gold": _share([a.cites_gold for a in can]),
        "unanswerable": len(cannot),
        "unanswerable_refused": _share([a.refused for a in cannot]),
        "auroc": round(metrics.auroc([a.likely for a in can], [a.likely for a in cannot]), 4),
    }


def _share(claims: Sequence[bool]) -> float:
    return round(sum(claims) / len(claims), 4) if claims else 0.0
