"""The terms of every passage, line by line, and of its product's fields, as arrays: what a ranker compares with a question."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.kept import mapped, save_arrays
from knowledge_base.types import Passage
from retrieval import text as words_of
from retrieval.postings import digests

MADE_BY = (Path(__file__), Path(words_of.__file__).parent)
FIELDS = ("title", "category", "keywords", "attributes")
"""The sets of terms that each passage has before those of its lines."""
Terms = frozenset[str]
Matrix = NDArray[np.float64]


@lru_cache(maxsize=20_000)
def terms(text: str) -> Terms:
    """Distinct terms without English function words."""
    return frozenset(words_of.asked(text))


def sets_of(passage: Passage, catalogue: Catalogue) -> list[Terms]:
    """Those of FIELDS, then of each line that has any."""
    lines = (found for line in passage.text.split("\n") if (found := terms(line)))
    return [terms(passage.title), terms(passage.category), *_of_product(passage, catalogue), *lines]


def _of_product(passage: Passage, catalogue: Catalogue) -> tuple[Terms, Terms]:
    """Of its keywords, and of its attributes and variants."""
    product = catalogue.get(passage.source_id, passage.locale) if passage.source == "product" else None
    if product is None:
        return frozenset(), frozenset()
    variants = (value for variant in product.variants for value in variant.attributes.values())
    return terms(product.keywords), terms("\n".join([*product.attributes.values(), *variants]))


@dataclass(frozen=True, slots=True)
class Said:
    """Sets of terms by passage, in an order of passages of its own."""

    ids: NDArray[np.uint64]
    """Digests of passage ids, rising."""
    firsts: NDArray[np.int32]
    """[passages + 1] Where its sets start."""
    starts: NDArray[np.int32]
    """[sets + 1] Where its terms start."""
    terms: NDArray[np.int32]
    """Places in `words`."""
    words: NDArray[np.uint64]
    """Digests of terms, rising."""

    @classmethod
    def of(cls, passages: Iterable[Passage], catalogue: Catalogue) -> Said:
        numbers: dict[str, int] = {}
        names: list[str] = []
        firsts, starts, said = array("i", [0]), array("i", [0]), array("i")
        for passage in passages:
            names.append(passage.id)
            for one in sets_of(passage, catalogue):
                said.extend(numbers.setdefault(term, len(numbers)) for term in one)
                starts.append(len(said))
            firsts.append(len(starts) - 1)
        return cls._in_order(names, firsts, starts, said, digests(numbers))

    @classmethod
    def _in_order(
        cls, names: Sequence[str], firsts: array[int], starts: array[int], said: array[int], words: NDArray[np.uint64]
    ) -> Said:
        """Passages by the digests of their ids, terms by theirs."""
        ids = digests(names)
        order, by_digest = np.argsort(ids), np.argsort(words)
        places = np.empty(len(words), dtype=np.int32)
        places[by_digest] = np.arange(len(words))
        first, start = np.array(firsts), np.array(starts)
        sets = _spans(first[order], first[order + 1])
        flat = _spans(start[sets], start[sets + 1])
        return cls(
            ids[order],
            _ends(np.diff(first)[order]),
            _ends(np.diff(start)[sets]),
            places[np.array(said, dtype=np.int32)[flat]],
            words[by_digest],
        )

    @classmethod
    def load(cls, folder: Path) -> Said:
        return cls(*(mapped(folder / f"{name}.npy") for name in cls.__slots__))

    def save(self, folder: Path) -> None:
        save_arrays(folder, {name: getattr(self, name) for name in self.__slots__})

    def compared(self, asked: Terms, passage_ids: Sequence[str]) -> Matrix | None:
        """What `compared` gives for these passages; None where one of them isn't known."""
        rows = _places(self.ids, digests(passage_ids))
        if (rows < 0).any():
            return None
        known = _places(self.words, digests(asked))
        is_asked = np.zeros(len(self.words), dtype=np.bool_)
        is_asked[known[known >= 0]] = True
        first, end = self.firsts[rows], self.firsts[rows + 1]
        sets = _spans(first, end)
        sizes = self.starts[sets + 1] - self.starts[sets]
        spans = zip(self.starts[first].tolist(), self.starts[end].tolist(), strict=True)
        flat = np.concatenate([self.terms[start:stop] for start, stop in spans])
        so_far = np.concatenate([[0], np.cumsum(is_asked[flat])])
        bounds = np.concatenate([[0], np.cumsum(sizes)])
        return _compared(so_far[bounds[1:]] - so_far[bounds[:-1]], sizes, end - first, len(asked))


def compared(asked: Terms, sets: Sequence[Sequence[Terms]]) -> Matrix:
    """[passages, 2 + FIELDS] Dice of what was asked and the line most like it; the greatest share of a line that was asked; the shares
    of what was asked that each of FIELDS has. `sets` are by passage, as `sets_of` gives them."""
    flat = [one for its in sets for one in its]
    shared, sizes = (np.array(counts) for counts in ([len(asked & one) for one in flat], list(map(len, flat))))
    return _compared(shared, sizes, np.array([len(its) for its in sets]), len(asked))


def _compared(
    shared: NDArray[np.integer], sizes: NDArray[np.integer], counts: NDArray[np.integer], asked: int
) -> Matrix:
    """`shared` and `sizes` are by set, `counts` are the sets of each passage."""
    ends = np.cumsum(counts)
    owner, field = np.repeat(np.arange(len(counts)), counts), np.arange(len(shared)) - np.repeat(ends - counts, counts)
    line, found = field >= len(FIELDS), np.zeros((len(counts), 2 + len(FIELDS)))
    has = line & (shared > 0)
    np.maximum.at(found[:, 0], owner[has], 2 * shared[has] / (asked + sizes[has]))
    np.maximum.at(found[:, 1], owner[has], shared[has] / (sizes[has] + 1))
    found[owner[~line], 2 + field[~line]] = shared[~line] / max(1, asked)
    return found


def _places(known: NDArray[np.uint64], asked: NDArray[np.uint64]) -> NDArray[np.intp]:
    """[asked] Where each stands in `known`, -1 where it doesn't."""
    if not len(known):
        return np.full(len(asked), -1)
    places = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[places] == asked, places, -1)


def _spans(starts: NDArray[np.integer], ends: NDArray[np.integer]) -> NDArray[np.intp]:
    """All numbers of each span from its start to before its end, one span's after the other's."""
    sizes = ends - starts
    before = np.cumsum(sizes) - sizes
    spans: NDArray[np.intp] = np.arange(sizes.sum()) + np.repeat(starts - before, sizes)
    return spans


def _ends(sizes: NDArray[np.integer]) -> NDArray[np.int32]:
    """Where parts of these sizes start, and the last one's end."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
