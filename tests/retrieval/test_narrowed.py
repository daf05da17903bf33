"""An encoder is narrowed to the pieces of two languages: those that stay keep their vectors, and the rest is cut into them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from retrieval.encoders import tokenizer_of
from retrieval.narrowed import wanted, with_pieces
from retrieval.packed import Packed, Sizes

PIECES = (
    ("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0), ("▁tea", -8.0), ("кот", -8.0), ("▁zwanzig", -9.0),
    ("水", -9.0), ("壶", -14.0), ("水壶", -13.0), ("不", -7.0), ("也不", -9.0), ("。", -5.0), ("k", -9.0), ("▁blorp", -12.0),
)  # fmt: skip
WORDS = "embeddings.word_embeddings.weight"


def _packed() -> Packed:
    sizes = Sizes(width=2, layers=1, heads=1, inner=2, words=len(PIECES), positions=8, kinds=1, epsilon=1e-6)
    rows = np.arange(2 * len(PIECES), dtype=np.float32).reshape(-1, 2)
    return Packed(sizes, PIECES, begin=0, end=2, pad=1, unknown=3, tensors={WORDS: rows, "other": rows[:1]})


def test_pieces_of_other_languages_go_and_those_of_ours_stay() -> None:
    kept = {PIECES[place][0] for place in wanted(_packed(), ["a blorp"])}
    assert {"<s>", "<pad>", "</s>", "<unk>", "▁tea", "水", "也不", "。", "k", "▁blorp"} <= kept
    assert not kept & {"кот", "▁zwanzig"}


def test_what_stays_keeps_its_vector_and_what_went_is_cut_into_smaller_pieces() -> None:
    packed = _packed()
    places = [place for place, (piece, _) in enumerate(PIECES) if piece not in ("水壶", "кот")]
    small = with_pieces(packed, places)
    assert small.sizes == replace(packed.sizes, words=len(places))
    assert (small.begin, small.end, small.pad, small.unknown) == (0, 2, 1, 3)
    for new, old in enumerate(places):
        np.testing.assert_array_equal(small.tensors[WORDS][new], packed.tensors[WORDS][old])
    assert small.tensors["other"] is packed.tensors["other"]
    assert tokenizer_of(packed).encode("水壶").tokens[1:-1] == ["▁", "水壶"]
    assert tokenizer_of(small).encode("水壶").tokens[1:-1] == ["▁", "水", "壶"]
