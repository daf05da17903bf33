"""An encoder of a hundred languages with the pieces of words of two, so that it is small enough to ship; the layers stay as they are."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval import text as words_of
from retrieval.encoders import bundle_of, tokenizer_of, write_folder
from retrieval.gloss import BUNDLED as GLOSSES
from retrieval.packed import Packed

_WORDS = "embeddings.word_embeddings.weight"
_SPACE = "▁"
"""What stands for the space before a word in a piece."""
_LIKELY = -12.5
"""Log odds from which a piece of Chinese characters is kept, whether a dictionary has it or not."""
_SEEN = 2
"""Entries of the dictionary in which a piece occurs, for it to be kept."""
_HAN = re.compile(f"[{words_of.HAN}]+")
_MARKS = re.compile(r"[^\w\s]+")


def narrowed(name: str, out: Path, own: Iterable[str]) -> Path:
    """Write the encoder of that name to `out`, a transformers folder, with the pieces that CC-CEDICT's entries and our `own` texts need.

    Of 250,037 pieces some 33,000 stay. Of what a thousand Chinese and a thousand English reviews are cut into, .95 and .99 stay; the rest falls
    into smaller pieces. Raises ModelMissing.
    """
    bundle, packed = bundle_of(name)
    write_folder(with_pieces(packed, wanted(packed, own)), bundle, out)
    return out


def wanted(packed: Packed, own: Iterable[str]) -> list[int]:
    """Places of the pieces that are kept, in their order."""
    cut = tokenizer_of(packed)
    seen = Counter(place for one in cut.encode_batch(_entries()) for place in set(one.ids))
    ours = {place for one in cut.encode_batch(list(own)) for place in one.ids}
    needed = {packed.begin, packed.end, packed.pad, packed.unknown, *ours}
    return [
        place
        for place, (piece, likely) in enumerate(packed.pieces)
        if place in needed or seen[place] >= _SEEN or _everyday(piece.replace(_SPACE, ""), likely)
    ]


def with_pieces(packed: Packed, places: list[int]) -> Packed:
    """The same encoder, with these pieces alone."""
    moved = {old: new for new, old in enumerate(places)}
    return replace(
        packed,
        sizes=replace(packed.sizes, words=len(places)),
        pieces=tuple(packed.pieces[place] for place in places),
        begin=moved[packed.begin], end=moved[packed.end], pad=moved[packed.pad], unknown=moved[packed.unknown],
        tensors={**packed.tensors, _WORDS: np.ascontiguousarray(packed.tensors[_WORDS][places])},
    )  # fmt: skip


def _everyday(piece: str, likely: float) -> bool:
    """Single letters of ASCII, marks, and likely runs of Chinese characters."""
    if len(piece) <= 1 and piece.isascii():
        return True
    return bool(_MARKS.fullmatch(piece)) if not _HAN.fullmatch(piece) else likely > _LIKELY


def _entries() -> list[str]:
    """Chinese words and their English glosses."""
    glosses = zlib.decompress((GLOSSES / "glosses.txt.z").read_bytes()).decode("utf-8")
    return [*(GLOSSES / "words.txt").read_text(encoding="utf-8").split("\n"), *glosses.split("\n")]
