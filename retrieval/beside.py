"""What an index needs of all texts besides their vectors: worked out in a process of its own while those are made, where there are many."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

from knowledge_base import snapshot
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Knowledge, Locale, Passage
from retrieval import vocabulary
from retrieval.lexical import Lexical
from retrieval.rows import Rows
from retrieval.said import MADE_BY, Said

MANY = 5000
"""Passages from which starting a process is worth the second that it takes."""

Prepare = Callable[[Catalogue], object]


@contextmanager
def beside(
    folder: Path, knowledge: Knowledge, passages: Sequence[Passage], locales: Sequence[Locale], prepare: Prepare
) -> Iterator[Callable[[], None]]:
    """Begun where it is entered, and there once what it gives has been called. The folder holds the knowledge.

    Where the process fails the work is done here, so that its error is met here.
    """

    def here() -> None:
        work_out(folder, knowledge, passages, locales, prepare)

    if len(passages) < MANY:
        yield here
        return
    process = get_context("spawn").Process(
        target=_alone, args=(os.getpid(), folder, tuple(locales), prepare), daemon=True
    )
    process.start()

    def finish() -> None:
        process.join()
        if process.exitcode:
            here()

    try:
        yield finish
    finally:
        process.terminate()
        process.join()


def work_out(
    folder: Path, knowledge: Knowledge, passages: Sequence[Passage], locales: Sequence[Locale], prepare: Prepare
) -> None:
    """Words for search and spelling, the terms of every passage, and what `prepare` makes of the catalogue, into the folder."""
    Lexical.build(folder / "lexical", passages)
    vocabulary.save(vocabulary.vocabulary_of(knowledge), folder / "vocabulary.json")
    catalogue = Catalogue(knowledge.products, locales, knowledge.reviews, knowledge.interactions, folder)
    said(catalogue, passages)
    prepare(catalogue)


def said(catalogue: Catalogue, passages: Iterable[Passage]) -> Said:
    return catalogue.kept(Said, "said", lambda: Said.of(passages, catalogue), MADE_BY)


def _alone(parent: int, folder: Path, locales: Sequence[Locale], prepare: Prepare) -> None:
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    file = folder / "knowledge.sqlite"
    rows = Rows.open(file)
    work_out(folder, snapshot.read(file), rows.passages(range(len(rows))), locales, prepare)


def _end_with(parent: int) -> None:
    """Nobody waits for a process whose parent was killed."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
