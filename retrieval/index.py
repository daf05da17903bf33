"""A shop's index on disk: generations that are written beside each other and switched by one atomic replace.

`sync` writes, `Index` reads and follows the switch. The truth of a generation is its knowledge.sqlite; Chroma's and tantivy's
folders are projections of it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

import numpy as np

from knowledge_base import snapshot
from knowledge_base.catalogue import Catalogue
from knowledge_base.passages import cut
from knowledge_base.shop import Shop
from knowledge_base.types import Knowledge, Passage
from retrieval.errors import BrokenIndex, IndexBusy, NothingIndexed
from retrieval.hybrid import Hybrid
from retrieval.lexical import Lexical
from retrieval.recommend.neighbours import Neighbours
from retrieval.seams import Embedder, Recommender, Retriever, Vectors

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done, and of how much."""

FORMAT = 1
"""Raised when passages are cut or kept in another way: older generations are then built anew."""
_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, or (with `dry_run`) would do; counts are passages but for `read`, `kept` and `refused`."""

    generation: int
    read: int
    kept: int
    refused: int
    embedded: int
    removed: int
    unchanged: int
    seconds: float
    switched: bool


@dataclass(slots=True)
class Generation:
    """A finished generation, open for reading. It holds a shared lock, so that no writer deletes it in use."""

    number: int
    knowledge: Knowledge
    catalogue: Catalogue
    retriever: Retriever
    recommender: Recommender
    _lock: IO[str]


def sync(
    shop: Shop,
    knowledge: Knowledge,
    *,
    root: Path,
    embedder: Embedder,
    on_progress: Progress | None = None,
    dry_run: bool = False,
) -> SyncReport:
    """Bring the index to this knowledge; only passages whose digest is new are embedded.

    Raises IndexBusy at once where another process writes. Killed at any moment it leaves the old or the new generation.
    """
    started = time.perf_counter()
    say = on_progress or (lambda step, done, of: None)
    passages = cut(knowledge)
    with _only_writer(root):
        number = _current_number(root)
        old = _folder(root, number) if number else None
        vectors = _known_vectors(old, embedder) if old else {}
        unknown = {p.digest: p for p in passages if p.digest not in vectors}
        before = _digests(old) if old else {}
        now = {p.id: p.digest for p in passages}
        state = _state(shop, knowledge, passages, embedder)
        whole = (
            old is not None
            and (old / "chroma").is_dir()
            and (old / "lexical").is_dir()
            and _meta(old).get("state") == state
        )
        if not dry_run and not whole:
            _embed(unknown, vectors, embedder, say)
            number = _build(root, number + 1, shop, knowledge, passages, vectors, state, embedder, say)
        return SyncReport(
            generation=number, read=knowledge.read, refused=len(knowledge.refusals),
            kept=len(knowledge.products) + len(knowledge.faqs) + len(knowledge.documents) + len(knowledge.reviews) + len(knowledge.interactions),
            embedded=len(unknown), removed=len(before.keys() - now.keys()),
            unchanged=sum(before.get(i) == d for i, d in now.items()), seconds=time.perf_counter() - started, switched=not whole and not dry_run,
        )  # fmt: skip


class Index:
    """The reader's side: always the newest finished generation. Cheap to ask, once a turn."""

    def __init__(self, root: Path, shop: Shop, embedder: Embedder) -> None:
        self._root, self._shop, self._embedder = root, shop, embedder
        self._open: Generation | None = None
        self._looked = 0.0

    def exists(self) -> bool:
        return _current_number(self._root) > 0

    def is_whole(self) -> bool:
        """Whether the projections of the current generation are there."""
        folder = _folder(self._root, _current_number(self._root))
        return all((folder / name).is_dir() for name in ("chroma", "lexical"))

    def current(self) -> Generation:
        """Raises NothingIndexed, or BrokenIndex where what is there can't be opened and nothing was open before."""
        now = time.monotonic()
        if self._open is not None and now - self._looked < _LOOK_EVERY_S:
            return self._open
        self._looked = now
        number = _current_number(self._root)
        if number == 0 and self._open is None:
            raise NothingIndexed(self._root)
        if number and (self._open is None or number != self._open.number):
            self._open = self._opened(number)
        assert self._open is not None
        return self._open

    def _opened(self, number: int) -> Generation:
        from retrieval.dense import Dense

        folder = _folder(self._root, number)
        try:
            lock = (folder / "in-use.lock").open("a")
            fcntl.flock(lock, fcntl.LOCK_SH)
            knowledge = snapshot.read(folder / "knowledge.sqlite")
            passages = {p.id: p for p in cut(knowledge)}
            catalogue = Catalogue(knowledge.products, self._shop.locales)
            retriever = Hybrid(
                Lexical(folder / "lexical", passages),
                Dense(folder / "chroma", self._embedder, passages),
                self._embedder,
                catalogue,
            )
        except (OSError, ValueError, sqlite3.Error) as error:
            raise BrokenIndex(folder, str(error)) from error
        return Generation(number, knowledge, catalogue, retriever, Neighbours(knowledge.interactions, catalogue), lock)


@contextmanager
def _only_writer(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / "writer.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise IndexBusy(root, lock.read().strip()) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}")
        lock.flush()
        yield


def _current_number(root: Path) -> int:
    try:
        return int((root / "current").read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _folder(root: Path, number: int) -> Path:
    return root / "generations" / f"{number:06d}"


def _embed(unknown: dict[str, Passage], vectors: dict[str, bytes], embedder: Embedder, say: Progress) -> None:
    todo = sorted(unknown.values(), key=lambda p: len(p.text))
    say("embedding", 0, len(todo))
    for start in range(0, len(todo), 128):
        batch = todo[start : start + 128]
        for passage, row in zip(batch, embedder.embed([p.text for p in batch]), strict=True):
            vectors[passage.digest] = row.astype(np.float32).tobytes()
        say("embedding", min(start + 128, len(todo)), len(todo))


def _build(
    root: Path, number: int, shop: Shop, knowledge: Knowledge, passages: list[Passage], vectors: dict[str, bytes], state: str,
    embedder: Embedder, say: Progress,
) -> int:  # fmt: skip
    """A whole generation under a name that nobody reads, then two atomic steps: rename it, point `current` to it."""
    from retrieval import dense

    half = root / "generations" / "half-built"
    shutil.rmtree(half, ignore_errors=True)
    shutil.rmtree(_folder(root, number), ignore_errors=True)
    half.mkdir(parents=True)
    say("writing", 0, 3)
    snapshot.write(half / "knowledge.sqlite", knowledge)
    _write_vectors(half / "knowledge.sqlite", passages, vectors, {"state": state, "embedder": embedder.name})
    say("writing", 1, 3)
    Lexical.build(half / "lexical", passages)
    say("writing", 2, 3)
    dense.Dense.build(half / "chroma", passages, _matrix(passages, vectors))
    (half / "in-use.lock").touch()
    _flush(half)
    half.rename(_folder(root, number))
    pointer = root / "current.new"
    pointer.write_text(str(number))
    _flush(pointer)
    pointer.replace(root / "current")
    _flush(root)
    _sweep(root, number)
    say("writing", 3, 3)
    return number


def _sweep(root: Path, keep: int) -> None:
    """Delete the generations that nobody reads any more."""
    for folder in (root / "generations").iterdir():
        if not folder.name.isdigit() or int(folder.name) == keep:
            continue
        with (folder / "in-use.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)


def _flush(path: Path) -> None:
    """To the disk: a file, or a folder with all that lies in it."""
    for one in [*path.rglob("*"), path] if path.is_dir() else [path]:
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _matrix(passages: list[Passage], vectors: dict[str, bytes]) -> Vectors:
    return np.stack([np.frombuffer(vectors[p.digest], dtype=np.float32) for p in passages])


def _write_vectors(file: Path, passages: list[Passage], vectors: dict[str, bytes], meta: dict[str, str]) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "CREATE TABLE vectors (passage_id TEXT PRIMARY KEY, digest TEXT NOT NULL, vector BLOB NOT NULL)"
        )
        database.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        database.executemany(
            "INSERT INTO vectors VALUES (?, ?, ?)", ((p.id, p.digest, vectors[p.digest]) for p in passages)
        )
        database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())


def _meta(folder: Path) -> dict[str, str]:
    return dict(_query(folder, "SELECT name, value FROM meta"))


def _digests(folder: Path) -> dict[str, str]:
    return dict(_query(folder, "SELECT passage_id, digest FROM vectors"))


def _known_vectors(folder: Path, embedder: Embedder) -> dict[str, bytes]:
    """Vectors by passage digest, where they are this embedder's."""
    return (
        dict(_query(folder, "SELECT digest, vector FROM vectors"))
        if _meta(folder).get("embedder") == embedder.name
        else {}
    )


def _query(folder: Path, sql: str) -> list[tuple[str, bytes]] | list[tuple[str, str]]:
    try:
        with closing(sqlite3.connect(f"file:{folder / 'knowledge.sqlite'}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()
    except sqlite3.Error:
        return []


def _state(shop: Shop, knowledge: Knowledge, passages: list[Passage], embedder: Embedder) -> str:
    """Equal exactly where nothing that is kept has changed."""
    total = sha256(f"{FORMAT} {embedder.name} {shop.locales}".encode())
    for part in (
        knowledge.products,
        knowledge.faqs,
        knowledge.documents,
        knowledge.interactions,
        knowledge.reviews,
        passages,
    ):
        total.update(repr(part).encode())
    return total.hexdigest()
