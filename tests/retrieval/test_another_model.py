"""A multilingual model is one setting away: a tiny one of random weights, made here, serves a shop from index to answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.intent.lines import shipped
from bot.settings import Settings, load_settings
from bot.wiring import embedder_of, index_root, index_shop, open_shop, shop_of
from retrieval.embed import open_embedder
from retrieval.errors import BrokenIndex
from retrieval.generations import current_number, folder_of, meta_of
from retrieval.index import Index
from retrieval.types import Where

pytest.importorskip("sentence_transformers", reason="a model is made, which needs the extra `train`")

FAQ = "- id: ship\n  question: 运费多少？\n  answer: 满五十美元包邮。\n- id: back\n  question: 可以退货吗？\n  answer: 三十天内可以退货。\n"
CHARACTERS = sorted(set(FAQ) & {chr(code) for code in range(0x4E00, 0x9FFF)})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder: a BERT of one layer whose tokenizer knows the characters of FAQ."""
    from sentence_transformers import SentenceTransformer, models
    from torch import manual_seed
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("multilingual")
    manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz", *CHARACTERS]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    layers = models.Transformer(str(folder / "bert"))
    SentenceTransformer(modules=[layers, models.Pooling(32)], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture
def settings(model: Path, tmp_path: Path, make_shop: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SHOPCLERK_EMBEDDER", str(model))
    monkeypatch.setattr("bot.intent.training.shipped", lambda: shipped()[::20])  # fitted in a second
    return load_settings(data_dir=tmp_path / "data", shop=make_shop({"faq.zh.yaml": FAQ}, name="zh"))


async def test_a_folder_set_as_the_embedder_serves_from_index_to_question(settings: Settings, model: Path) -> None:
    async with open_shop(settings) as opened:
        generation = opened.index.current()
        folder = folder_of(index_root(settings, opened.shop), generation.number)
        assert meta_of(folder)["embedder"] == f"sentence-transformers:{model}"
        assert generation.embedder.embed(["运费多少"]).shape == (1, 32)
        hits = await generation.retriever.search("运费多少？", where=Where(locale="zh"))
        assert hits[0].passage.source_id == "ship"
        assert hits[0].found_by["cosine"] > 0


def test_what_it_reads_draws_no_bar_of_its_own(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """sentence-transformers draws one for whoever logs at INFO, and transformers draws one of the weights that it loads."""
    from transformers.utils import logging as of_transformers

    told, before = logging.getLogger("sentence_transformers"), logging.getLogger("sentence_transformers").level
    told.setLevel(logging.INFO)
    of_transformers.enable_progress_bar()
    try:
        open_embedder(str(model)).embed(["运费", "退货"] * 40)
    finally:
        told.setLevel(before)
    assert not [line for line in capfd.readouterr().err.splitlines() if "it/s" in line or "%|" in line]


def test_such_a_model_reads_chinese_as_the_bundled_one_alone_does_not(settings: Settings) -> None:
    embedder = embedder_of(settings)
    assert embedder.reads("可以退货吗") == 1.0
    assert embedder.reads("麒麟") == 0.0


def test_an_index_made_with_another_model_is_not_read_with_this_one(settings: Settings) -> None:
    shop = shop_of(settings)
    index_shop(settings, shop)
    bundled = settings.model_copy(update={"embedder": "bundled"})
    with pytest.raises(BrokenIndex, match="it was made with the model"):
        Index(index_root(settings, shop), shop, embedder_of(bundled)).current()
    assert current_number(index_root(settings, shop)) == 1


def test_the_same_folder_exported_for_serving_gives_nearly_the_same_vectors(
    settings: Settings, model: Path, tmp_path: Path
) -> None:
    from retrieval.export import export

    export(model, tmp_path / "int8")
    assert json.loads((tmp_path / "int8" / "card.json").read_text(encoding="utf-8"))["dim"] == 32
    served = embedder_of(settings.model_copy(update={"embedder": str(tmp_path / "int8")}))
    whole = embedder_of(settings)
    texts = ["运费多少", "可以退货吗", "free"]
    assert np.sum(served.embed(texts) * whole.embed(texts), axis=1).min() > 0.9
