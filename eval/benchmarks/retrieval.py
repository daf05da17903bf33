"""Words alone, meaning alone and both together, side by side: the product's own retrievers on test collections."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from bot.settings import load_settings
from bot.wiring import embedder_of
from eval import metrics, setting
from eval.benchmarks import corpora, shop
from eval.benchmarks.corpora import Collection, Question
from eval.errors import NothingToDo
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Passage
from retrieval.exact import Exact
from retrieval.generations import Progress
from retrieval.hybrid import Hybrid
from retrieval.lexical import Lexical
from retrieval.rerank import Facts, open_reranker
from retrieval.rows import Rows
from retrieval.seams import Embedder, Retriever, Vectors

SETS = ("shop", *corpora.FILES)
PACKAGES = (
    "shopclerk", "rjieba", "onnxruntime", "tokenizers", "numpy", "ir-measures", "pytrec-eval-terrier",
)  # fmt: skip
_EXTRA = 2
"""Places looked at beyond the deepest that counts, so that a copy of the question can be left out."""
_BATCH = 256
FEW = 40
"""Questions of a file that a quick run asks."""

Systems = Mapping[str, Retriever]
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cases:
    """A shop's questions: in files of one's own (then all are asked), or ours of one half; of the sample shop where `shop` is None."""

    half: str | None = "dev"
    files: tuple[Path, ...] = shop.FILES
    shop: Path | None = None


def run(
    *,
    own: tuple[Path, Path] | None,
    names: Sequence[str] | None,
    data: Path,
    cases: Cases,
    say: Progress,
    quick: bool = False,
) -> dict[str, Any]:
    """Figures by set and system, then `skipped`, `versions`, `data` (sha256 by file), `machine` and `seconds`.

    `quick` asks the first few questions of each set. Raises NothingToDo where no set is there, BadRow for a line that can't be
    read, UnknownGold for a case whose answer the shop lacks.
    """
    started = time.perf_counter()
    settings = load_settings()
    embedder, vectors = embedder_of(settings), settings.data_dir / "eval" / "vectors"
    chosen, skipped = ((), {}) if own else _there(names or SETS, data, cases)
    report: dict[str, Any] = {}
    files: list[Path] = []
    if "shop" in chosen:
        report |= asyncio.run(shop.measure(cases.half, say, cases.files, cases.shop, FEW if quick else None))
        files += cases.files
    for whole in [corpora.own(*own)] if own else [corpora.load(name, data) for name in chosen if name != "shop"]:
        collection = corpora.smaller(whole, FEW) if quick else whole
        report[collection.name] = measure(collection, embedder, vectors, say)
        files += collection.files
    if not report:
        raise NothingToDo("; ".join(f"{name}: {reason}" for name, reason in skipped.items()))
    about: dict[str, Any] = {"skipped": skipped, "embedder": embedder.name, "versions": setting.versions(PACKAGES)}
    about |= {"quick": quick, "data": setting.digests(dict.fromkeys(files)), "machine": setting.machine()}
    return {**report, **about, "seconds": round(time.perf_counter() - started, 1)}


def _there(names: Sequence[str], data: Path, cases: Cases) -> tuple[list[str], dict[str, str]]:
    """The sets whose files exist, and the others with what is missing."""
    skipped: dict[str, str] = {}
    for name in names:
        needed = cases.files if name == "shop" else [data / file for file in corpora.FILES[name]]
        missing = [str(file) for file in needed if not file.is_file()]
        if missing:
            skipped[name] = f"{', '.join(missing)} is missing"
    return [name for name in dict.fromkeys(names) if name not in skipped], skipped


def measure(collection: Collection, embedder: Embedder, vectors: Path, say: Progress) -> Figures:
    """Index a collection in a folder of its own, ask every question of every system.

    `seconds` is the asking without the embedding, which is done before, once for all systems.
    """
    asked = [question.text for question in collection.questions]
    rows = remembered([passage.text for passage in collection.passages], embedder, vectors, say)
    known = Known(embedder, asked, remembered(asked, embedder, vectors, say))
    with _indexed(collection.passages, rows, known) as systems:
        figures: Figures = {"questions": len(collection.questions), "passages": len(collection.passages)}
        for name, system in systems.items():
            started = time.perf_counter()
            runs = asyncio.run(ask(system, collection.questions, f"{collection.name}: {name}", say))
            figures[name] = {**_figures(runs, collection.questions), "seconds": round(time.perf_counter() - started, 1)}
    return figures


class Known:
    """An Embedder whose answers to the questions are known beforehand."""

    def __init__(self, embedder: Embedder, texts: Sequence[str], rows: Vectors) -> None:
        self._embedder, self._rows = embedder, dict(zip(texts, rows, strict=True))

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._rows[text] for text in texts])

    def reads(self, text: str) -> float:
        return self._embedder.reads(text)

    def trust(self, text: str) -> float:
        return self._embedder.trust(text)


@contextmanager
def _indexed(passages: Sequence[Passage], rows: Vectors, embedder: Embedder) -> Iterator[Systems]:
    with tempfile.TemporaryDirectory() as folder:
        known = Rows.of(passages)
        Lexical.build(Path(folder) / "lexical", passages)
        Exact.build(Path(folder) / "matrix", rows)
        words, meaning = Lexical(Path(folder) / "lexical", known), Exact(Path(folder) / "matrix", embedder, known)
        catalogue = Catalogue((), ("en",))
        systems: dict[str, Retriever] = {"bm25": words, "vectors": meaning}
        systems["fusion"] = Hybrid(words, meaning, embedder, catalogue)
        if (wrap := open_reranker(load_settings().reranker)) is not None:
            systems["ranked"] = wrap(systems["fusion"], lambda: Facts(catalogue))
        yield systems


async def ask(system: Retriever, questions: Sequence[Question], step: str, say: Progress) -> dict[str, list[str]]:
    """Question id -> ids of the passages found, best first."""
    runs = {}
    for done, question in enumerate(questions):
        if done % 100 == 0:
            say(step, done, len(questions))
        hits = await system.search(question.text, k=metrics.DEPTH + _EXTRA, where=question.where)
        runs[question.id] = [hit.passage.id for hit in hits]
    say(step, len(questions), len(questions))
    return runs


def _figures(runs: Mapping[str, Sequence[str]], questions: Sequence[Question]) -> dict[str, float]:
    """A passage that is the question itself, letter by letter, counts as found right; the other two readings stand beside it."""
    labelled = {q.id: q.gold for q in questions}
    if not any(q.copies for q in questions):
        return metrics.ranked(runs, labelled)
    without = {q.id: [i for i in runs[q.id] if i not in q.copies] for q in questions}
    return {
        **metrics.ranked(runs, {q.id: q.gold | q.copies for q in questions}),
        "hit@1, copies left out": metrics.ranked(without, labelled)["hit@1"],
        "hit@1, copies counted wrong": metrics.ranked(runs, labelled)["hit@1"],
    }


def remembered(texts: Sequence[str], embedder: Embedder, folder: Path, say: Progress) -> Vectors:
    """Unit rows [len(texts), dim], embedded on two threads and kept in `folder` under the digest of model and texts."""
    file = folder / f"{sha256(repr((embedder.name, list(texts))).encode()).hexdigest()[:24]}.npy"
    if file.is_file():
        kept: Vectors = np.load(file, allow_pickle=False)
        return kept
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    parts = [embedder.embed([])]
    with ThreadPoolExecutor(2) as pool:
        for done, rows in enumerate(pool.map(embedder.embed, batches), 1):
            parts.append(rows)
            say("embedding", min(done * _BATCH, len(texts)), len(texts))
    whole: Vectors = np.concatenate(parts)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(file, whole)
    return whole
