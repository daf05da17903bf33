"""A shop's index: `sync` writes the next generation, `Index` reads the newest and follows the switch."""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from knowledge_base import snapshot
from knowledge_base.catalogue import Catalogue
from knowledge_base.errors import why
from knowledge_base.passages import cut
from knowledge_base.recommending import Rules
from knowledge_base.shop import Shop
from knowledge_base.snapshot import StoredProducts
from knowledge_base.types import Faq, Knowledge, Locale, Passage
from retrieval import generations, vocabulary, workbench
from retrieval.across import Across
from retrieval.answerable import Answerable, shipped
from retrieval.beside import Prepare, beside, said
from retrieval.errors import BrokenIndex
from retrieval.generations import Progress, current_number, folder_of
from retrieval.gloss import BUNDLED as GLOSSES
from retrieval.hybrid import Hybrid
from retrieval.lexical import Lexical
from retrieval.lexicon import Lexicon
from retrieval.recommend.following import Followed
from retrieval.recommend.likeness import Likeness
from retrieval.recommend.neighbours import Neighbours
from retrieval.recommend.opening import Standing
from retrieval.recommend.past import Past
from retrieval.recommend.reasons import Reasons
from retrieval.recommend.ruled import Ruled
from retrieval.rerank import Facts, Wrap
from retrieval.rows import Rows
from retrieval.seams import Embedder, Recommender, Retriever
from retrieval.text.speller import Speller

__all__ = ["Generation", "Index", "Progress", "SyncReport", "compare", "repair", "sync"]

COUNTED = "counted"
"""What counting alone recommends, whatever was trained."""
FORMAT = 4
"""Raised when passages are cut or kept in another way: older generations are then built anew."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, or would do. `embedded`, `removed` and `unchanged` count passages; `up_to_date` is before it ran."""

    generation: int
    read: int
    kept: int
    refused: int
    embedded: int
    removed: int
    unchanged: int
    seconds: float
    up_to_date: bool


@dataclass(slots=True, weakref_slot=True)
class Generation:
    """A finished generation, open for reading. Once nobody holds it any more, its files are let go."""

    number: int
    folder: Path
    prices_as_of: datetime | None
    catalogue: Catalogue
    retriever: Retriever
    recommender: Recommender
    answers: Mapping[tuple[str, Locale], Faq]
    embedder: Embedder
    speller: Speller
    """What a customer typed goes through it first."""
    reasons: Reasons
    likeness: Likeness
    rivals: Mapping[str, Recommender]
    """Further recommenders by name, within the same rules: COUNTED, and those that were named to the index."""
    answerable: Answerable

    def knowledge(self) -> Knowledge:
        """All that it was made from, read anew; a large shop's is large, so it isn't kept."""
        return _knowledge(self.folder)


def _nothing_more(catalogue: Catalogue) -> None:
    """Whoever opens the generation first works it out."""


def sync(
    shop: Shop,
    knowledge: Knowledge,
    *,
    root: Path,
    embedder: Embedder,
    on_progress: Progress | None = None,
    anew: bool = False,
    prepare: Prepare = _nothing_more,
) -> SyncReport:
    """Bring the index to this knowledge; only passages whose digest is new are embedded. `anew` writes even where nothing changed.
    What `prepare` works out of the catalogue lies in the generation before anyone opens it.

    Raises IndexBusy at once where another process writes. Killed at any moment it leaves the old or the new generation.
    """
    started = time.perf_counter()
    say = on_progress or (lambda step, done, of: None)
    with generations.only_writer(root):
        passages = cut(knowledge)
        state = _state(shop, knowledge, passages, embedder)
        vectors = _known_vectors(root, embedder)
        report = _compared(knowledge, passages, state, root, vectors.keys(), started)
        if report.up_to_date and not anew:
            return report
        meta = {"state": state, "embedder": embedder.name, "format": str(FORMAT)}

        def embedded() -> dict[str, bytes]:
            workbench.embed(root, passages, vectors, embedder, say)
            return vectors

        def working(folder: Path) -> AbstractContextManager[Callable[[], None]]:
            return beside(folder, knowledge, passages, shop.locales, prepare)

        number = generations.write(root, knowledge, passages, embedded, meta, say, working)
        workbench.clear(root)
    return replace(report, generation=number, seconds=time.perf_counter() - started)


def compare(shop: Shop, knowledge: Knowledge, *, root: Path, embedder: Embedder) -> SyncReport:
    """What `sync` would do; writes nothing and waits for nobody."""
    started = time.perf_counter()
    passages = cut(knowledge)
    state = _state(shop, knowledge, passages, embedder)
    return _compared(knowledge, passages, state, root, _known_vectors(root, embedder).keys(), started)


def _compared(
    knowledge: Knowledge, passages: Sequence[Passage], state: str, root: Path, known: Collection[str], started: float
) -> SyncReport:
    """`known` are the digests of which there are vectors."""
    number = current_number(root)
    old = folder_of(root, number)
    before = generations.digests_of(old)
    now = {p.id: p.digest for p in passages}
    return SyncReport(
        generation=number,
        read=knowledge.read,
        kept=sum(
            map(
                len,
                (knowledge.products, knowledge.faqs, knowledge.documents, knowledge.reviews, knowledge.interactions),
            )
        ),
        refused=len(knowledge.refusals),
        embedded=len({p.digest for p in passages}.difference(known)),
        removed=len(before.keys() - now.keys()),
        unchanged=sum(before.get(i) == digest for i, digest in now.items()),
        seconds=time.perf_counter() - started,
        up_to_date=generations.is_whole(root) and generations.meta_of(old).get("state") == state,
    )


def repair(
    shop: Shop,
    *,
    root: Path,
    embedder: Embedder,
    on_progress: Progress | None = None,
    prepare: Prepare = _nothing_more,
) -> SyncReport:
    """Build the projections anew from the current generation's own knowledge, whatever the shop's files say now."""
    knowledge = _knowledge(folder_of(root, current_number(root)))
    return sync(shop, knowledge, root=root, embedder=embedder, on_progress=on_progress, anew=True, prepare=prepare)


class Index:
    """The reader's side. `current` is cheap, once a turn; `refresh` is called now and then by whoever keeps it open."""

    def __init__(
        self,
        root: Path,
        shop: Shop,
        embedder: Embedder,
        wrap: Wrap | None = None,
        trained: Standing | None = None,
        rivals: Mapping[str, Standing] | None = None,
        answerable: Answerable | None = None,
    ) -> None:
        """`answerable` says how likely what was found answers, the shipped one where left out. `wrap` puts a ranker around each generation's retriever; `trained` is where a recommender is looked for, `rivals` where others
        are, by name."""
        self._root, self._shop, self._embedder, self._wrap, self._trained = root, shop, embedder, wrap, trained
        self._rivals, self._answerable = rivals or {}, answerable or shipped()
        self._stamps: tuple[int, ...] = ()
        self._followed = Followed(shop)
        self._open: Generation | None = None

    @property
    def rules(self) -> Rules:
        """Those of recommend.toml that hold now."""
        return self._followed.rules

    @property
    def fault_of_rules(self) -> str:
        """Why recommend.toml isn't taken up as it is now; empty where it is."""
        return self._followed.fault

    def exists(self) -> bool:
        return current_number(self._root) > 0

    def is_whole(self) -> bool:
        return generations.is_whole(self._root)

    def current(self) -> Generation:
        """The open generation. Raises NothingIndexed, or BrokenIndex where none is open and what is there can't be."""
        return self._open or self.refresh()

    def refresh(self) -> Generation:
        """Take up a newer generation, recommender or recommend.toml where there is one; the old one stays open where it can't be opened
        (BrokenIndex), the old rules where the file can't be used."""
        stamps = tuple(one.stamp() for one in (self._trained, *self._rivals.values()) if one)
        if self._open is None or current_number(self._root) not in (0, self._open.number) or stamps != self._stamps:
            self._stamps = stamps
            self._open = self._opened()
            if self._followed.look(self._open.catalogue, anew=bool(self._followed.fault)):  # it may name what has come
                self._open = self._opened()
        elif self._followed.look(self._open.catalogue):
            self._open = self._opened()
        return self._open

    def _opened(self) -> Generation:
        folder = folder_of(self._root, current_number(self._root))
        try:
            number, lock = generations.hold(self._root)
            folder = folder_of(self._root, number)
            self._check_made_for_us(folder)
            return self._read(number, folder, lock)
        except (OSError, ValueError, TypeError, KeyError, sqlite3.Error) as error:
            raise BrokenIndex(folder, why(error)) from error

    def _read(self, number: int, folder: Path, lock: IO[str]) -> Generation:
        from retrieval.dense import open_dense

        file = folder / "knowledge.sqlite"
        rows = Rows.open(file)
        reviews, interactions = snapshot.things(file, "reviews"), snapshot.things(file, "interactions")
        catalogue = Catalogue(StoredProducts(file), self._shop.locales, reviews, interactions)
        lexical, dense = Lexical(folder / "lexical", rows), open_dense(folder, self._embedder, rows)
        same = Hybrid(lexical, dense, self._embedder, catalogue)
        retriever: Retriever = Across(same, Lexicon(GLOSSES, lexical.has), rows.locales())
        if self._wrap is not None:
            retriever = self._wrap(retriever, lambda: _facts(catalogue, file, rows))
        past = Past(lambda: snapshot.things(file, "interactions"), catalogue)
        counted = Neighbours(snapshot.things(file, "interactions"), catalogue)
        rules, keys = self._followed.rules, self._shop.categories
        ruled = Ruled(self._recommender(catalogue, counted, file), rules, catalogue, past, keys)
        others = {name: self._over(one, catalogue, counted, file) for name, one in self._rivals.items()}
        rivals = {name: Ruled(one, rules, catalogue, past, keys) for name, one in {COUNTED: counted, **others}.items()}
        opened = Generation(
            number,
            folder,
            snapshot.prices_as_of(file),
            catalogue,
            retriever,
            ruled,
            {(faq.id, faq.locale): faq for faq in snapshot.things(file, "faqs")},
            self._embedder,
            vocabulary.speller_of(vocabulary.load(folder / "vocabulary.json")),
            Reasons(past, catalogue, ruled.days_of),
            Likeness.of(catalogue),
            rivals,
            self._answerable,
        )
        weakref.finalize(opened, lock.close)
        weakref.finalize(opened, dense.close)
        return opened

    def _recommender(self, catalogue: Catalogue, counted: Neighbours, file: Path) -> Recommender:
        return counted if self._trained is None else self._over(self._trained, catalogue, counted, file)

    def _over(self, standing: Standing, catalogue: Catalogue, counted: Neighbours, file: Path) -> Recommender:
        return standing.over(catalogue, counted, lambda: snapshot.things(file, "interactions"))

    def _check_made_for_us(self, folder: Path) -> None:
        """Another version's passages, or another model's vectors, would be searched with the wrong questions."""
        meta = generations.meta_of(folder)
        if meta.get("format") != str(FORMAT):
            raise BrokenIndex(folder, "it was made by another version of shopclerk")
        if meta.get("embedder") != self._embedder.name:
            raise BrokenIndex(
                folder, f"it was made with the model {meta.get('embedder')}, and {self._embedder.name} is set"
            )


def _knowledge(folder: Path) -> Knowledge:
    try:
        return snapshot.read(folder / "knowledge.sqlite")
    except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
        raise BrokenIndex(folder, why(error)) from error


def _facts(catalogue: Catalogue, file: Path, rows: Rows) -> Facts:
    """What a ranker asks for."""
    terms = said(catalogue, map(rows.passage, range(len(rows))))
    return Facts.of(catalogue, snapshot.things(file, "interactions"), terms)


def _known_vectors(root: Path, embedder: Embedder) -> dict[str, bytes]:
    """Vectors by passage digest, where they are this embedder's."""
    folder = folder_of(root, current_number(root))
    return generations.vectors_of(folder) if generations.meta_of(folder).get("embedder") == embedder.name else {}


def _state(shop: Shop, knowledge: Knowledge, passages: list[Passage], embedder: Embedder) -> str:
    """Equal exactly where nothing that is kept has changed."""
    total = sha256(f"{FORMAT} {embedder.name} {shop.locales}".encode())
    parts: Mapping[str, object] = {
        "products": knowledge.products,
        "faqs": knowledge.faqs,
        "documents": knowledge.documents,
        "interactions": knowledge.interactions,
        "reviews": knowledge.reviews,
        "passages": passages,
    }
    for name, part in parts.items():
        total.update(f"{name}{part!r}".encode())
    return total.hexdigest()
