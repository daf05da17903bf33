"""Vectors on their way into a generation: made by several threads, kept as they come, so that an index that was killed goes on from them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge_base.types import Passage
from retrieval.generations import Progress
from retrieval.seams import Embedder, Vectors

_BATCH = 64
"""Texts that a thread embeds before it takes the next."""
_MOST = 8
"""Threads, however many cores there are."""

Made = list[tuple[str, bytes]]
"""Digests of passages and their vectors, float32."""


def embed(
    root: Path, passages: Sequence[Passage], vectors: dict[str, bytes], embedder: Embedder, say: Progress
) -> None:
    """Add the vectors that are missing, by passage digest; equal texts are embedded once. Ctrl-C and kills lose a batch a thread."""
    wanted = {passage.digest for passage in passages} - vectors.keys()
    if not wanted:
        say("embedding", 0, 0)
        return
    root.mkdir(parents=True, exist_ok=True)
    with closing(_opened(root)) as kept:
        before = kept.execute("SELECT digest, vector FROM vectors WHERE embedder = ?", (embedder.name,))
        vectors |= {digest: vector for digest, vector in before if digest in wanted}
        todo = list({p.digest: p for p in passages if p.digest not in vectors}.values())
        done, of = len(wanted) - len(todo), len(wanted)
        say("embedding", done, of)
        for made in _made(sorted(todo, key=lambda passage: len(passage.text)), embedder):
            vectors.update(made)
            with kept:
                kept.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", ((embedder.name, *one) for one in made)
                )
            done += len(made)
            say("embedding", done, of)


def clear(root: Path) -> None:
    """Once they stand in a generation."""
    _file(root).unlink(missing_ok=True)


def _made(todo: Sequence[Passage], embedder: Embedder) -> Iterator[Made]:
    """A batch after the other in their order. The model lets other threads run while it thinks, so that each keeps a core busy."""
    batches = [todo[start : start + _BATCH] for start in range(0, len(todo), _BATCH)]
    threads = min(_MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        running: list[Future[Vectors]] = []
        try:
            running = [pool.submit(embedder.embed, [passage.text for passage in batch]) for batch in batches]
            for batch, future in zip(batches, running, strict=True):
                rows = future.result().astype(np.float32)
                yield [(passage.digest, row.tobytes()) for passage, row in zip(batch, rows, strict=True)]
        finally:
            for future in running:
                future.cancel()


def _file(root: Path) -> Path:
    return root / "embedded.sqlite"


def _opened(root: Path) -> sqlite3.Connection:
    """A file that can't be read is begun anew: it only saves time."""
    try:
        return _prepared(_file(root))
    except sqlite3.DatabaseError:
        clear(root)
        return _prepared(_file(root))


def _prepared(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file)
    database.execute("PRAGMA synchronous = OFF")
    database.execute(
        "CREATE TABLE IF NOT EXISTS vectors (embedder TEXT, digest TEXT, vector BLOB, PRIMARY KEY (embedder, digest))"
    )
    return database
