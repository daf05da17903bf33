"""Generations of an index on disk: written whole beside each other, switched by one atomic replace of `current`.

The truth of a generation is its knowledge.sqlite; its folders (Chroma, words, matrix) are projections of it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from knowledge_base import snapshot
from knowledge_base.types import Knowledge, Passage
from retrieval import rows
from retrieval.errors import IndexBusy, NothingIndexed
from retrieval.seams import Vectors

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done, and of how much."""

PROJECTIONS = ("chroma", "lexical")
"""What an index isn't whole without; a lost matrix is filled again from Chroma by whoever opens it."""


def current_number(root: Path) -> int:
    """The generation in use, 0 where none was ever finished. Where `current` is unreadable, the newest that is there."""
    try:
        named = (root / "current").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        named = ""
    if re.fullmatch(r"[1-9][0-9]{0,8}", named) and folder_of(root, int(named)).is_dir():
        return int(named)
    return max(_finished(root), default=0)


def _finished(root: Path) -> list[int]:
    """The generations on disk: each was renamed to its number when it was whole."""
    return [int(folder.name) for folder in root.glob("generations/[0-9]*") if folder.name.isdigit()]


def folder_of(root: Path, number: int) -> Path:
    return root / "generations" / f"{number:06d}"


def is_whole(root: Path) -> bool:
    """Whether the generation in use has its projections and its lock; whether they can be opened is told by opening them."""
    folder = folder_of(root, current_number(root))
    return (folder / "in-use.lock").is_file() and all(any((folder / name).glob("*")) for name in PROJECTIONS)


@contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Held while a generation is written. Raises IndexBusy at once where another process holds it."""
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


def check_free(root: Path) -> None:
    """Raises IndexBusy where another process writes; for those who would first read for a while."""
    if (root / "writer.lock").exists():
        with only_writer(root):
            pass


def hold(root: Path) -> tuple[int, IO[str]]:
    """The current generation, with a shared lock that keeps writers from deleting it while the file is open.

    Raises NothingIndexed where no generation was ever finished.
    """
    while number := current_number(root):
        try:
            lock = (folder_of(root, number) / "in-use.lock").open()
        except FileNotFoundError:
            if current_number(root) == number:
                raise
            continue  # it was replaced and swept between the two looks
        fcntl.flock(lock, fcntl.LOCK_SH)
        if current_number(root) == number:
            return number, lock
        lock.close()
    raise NothingIndexed(root)


def write(
    root: Path,
    knowledge: Knowledge,
    passages: Sequence[Passage],
    embedded: Callable[[], Mapping[str, bytes]],
    meta: Mapping[str, str],
    say: Progress,
    beside: Callable[[Path], AbstractContextManager[Callable[[], None]]],
) -> int:
    """Finish the next generation and switch to it; its number. `embedded` gives float32 rows by passage digest; `beside` is given the
    folder with the knowledge, and lays everything else into it by when what it gives has been called.

    Everything is written under a name that nobody reads; then two atomic steps follow: rename it, point `current` to it.
    """
    from retrieval.dense import Dense
    from retrieval.exact import Exact

    number = max(_finished(root), default=0) + 1
    for left in root.glob("generations/half-built*"):
        shutil.rmtree(left, ignore_errors=True)
    half = root / "generations" / f"half-built.{os.getpid()}"
    half.mkdir(parents=True)
    snapshot.write(half / "knowledge.sqlite", knowledge)
    rows.write(half / "knowledge.sqlite", passages)
    with beside(half) as finish, ThreadPoolExecutor(1) as another:  # Chroma thinks outside of Python
        vectors = embedded()
        say("writing", 0, 3)
        _write_vectors(half, passages, vectors, meta)
        matrix = _matrix(passages, vectors)
        say("writing", 1, 3)
        chroma = another.submit(Dense.build, half / "chroma", passages, matrix)
        Exact.build(half / "matrix", matrix)
        finish()
        say("writing", 2, 3)
        chroma.result()
    (half / "in-use.lock").touch()
    _flush(half)
    half.rename(folder_of(root, number))
    pointer = root / "current.new"
    pointer.write_text(str(number))
    _flush(pointer)
    pointer.replace(root / "current")
    _flush_entry(root)
    say("writing", 3, 3)
    sweep(root)
    return number


def sweep(root: Path) -> None:
    """Delete the generations that nobody reads any more."""
    keep = current_number(root)
    for folder in (root / "generations").iterdir():
        if not folder.name.isdigit() or int(folder.name) == keep:
            continue
        with (folder / "in-use.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)


def meta_of(folder: Path) -> dict[str, str]:
    """What was said of a generation when it was written: `state` and `embedder`."""
    return dict(_rows(folder, "SELECT name, value FROM meta"))


def digests_of(folder: Path) -> dict[str, str]:
    """Passage id -> digest."""
    return dict(_rows(folder, "SELECT passage_id, digest FROM vectors"))


def vectors_of(folder: Path) -> dict[str, bytes]:
    """Passage digest -> its vector, float32."""
    return dict(_rows(folder, "SELECT digest, vector FROM vectors"))


def _rows(folder: Path, sql: str) -> list[Any]:
    """Empty where there is no such file or table: then everything counts as new."""
    try:
        with closing(sqlite3.connect(f"file:{folder / 'knowledge.sqlite'}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()
    except sqlite3.Error:
        return []


def _write_vectors(
    folder: Path, passages: Sequence[Passage], vectors: Mapping[str, bytes], meta: Mapping[str, str]
) -> None:
    with closing(sqlite3.connect(folder / "knowledge.sqlite")) as database, database:
        database.execute(
            "CREATE TABLE vectors (passage_id TEXT PRIMARY KEY, digest TEXT NOT NULL, vector BLOB NOT NULL)"
        )
        database.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        database.executemany(
            "INSERT INTO vectors VALUES (?, ?, ?)", ((p.id, p.digest, vectors[p.digest]) for p in passages)
        )
        database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())


def _matrix(passages: Sequence[Passage], vectors: Mapping[str, bytes]) -> Vectors:
    return np.stack([np.frombuffer(vectors[p.digest], dtype=np.float32) for p in passages])


def _flush(path: Path) -> None:
    """To the disk: a file, or a folder with all that lies in it."""
    for one in [*path.rglob("*"), path] if path.is_dir() else [path]:
        _flush_entry(one)


def _flush_entry(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
