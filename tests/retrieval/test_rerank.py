"""A ranker puts what was found in a better order; what its scores are calibrated for stays."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Interaction, InteractionKind, Passage, Product
from retrieval.errors import ModelMissing
from retrieval.rerank import (
    FEATURES,
    POOL,
    Candidates,
    Facts,
    Ranker,
    Reranked,
    features,
    logistic,
    open_reranker,
    reordered,
)
from retrieval.types import Hit, Where

NO_FACTS = Facts(Catalogue(()))


def hit(name: str, score: float, text: str = "", source: str = "document") -> Hit:
    return Hit(Passage(name, text or name, source, name, "en", name), score, {"bm25": score, "cosine": score})  # type: ignore[arg-type]


class Found:
    """A Retriever that finds what it is given."""

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return self.hits[:k]


def wanting(feature: str) -> Candidates:
    """Two candidates of which the second is right, and has nothing but that feature."""
    rows = np.zeros((2, len(FEATURES)))
    rows[0, FEATURES.index("fused")] = 1.0
    rows[1, FEATURES.index("fused")] = 0.9
    rows[1, FEATURES.index(feature)] = 1.0
    return Candidates("latin", rows, np.array([False, True]))


def test_hits_take_the_scores_of_the_places_they_move_to() -> None:
    moved = reordered([hit("a", 0.9), hit("b", 0.5), hit("c", 0.1)], [1.0, 3.0, 2.0])
    assert [one.passage.id for one in moved] == ["b", "c", "a"]
    assert [one.score for one in moved] == [0.9, 0.5, 0.1]
    assert moved[0].found_by["ranker"] == 3.0
    assert moved[0].found_by["bm25"] == 0.5


async def test_a_right_hit_below_k_comes_up_and_what_is_behind_the_pool_stays_behind() -> None:
    hits = [hit(str(place), 1 - place / 100) for place in range(POOL + 5)]
    last_of_pool = Reranked(Found(hits), lambda q, found: [float(one.passage.id == str(POOL - 1)) for one in found])
    assert [one.passage.id for one in await last_of_pool.search("q", k=2)] == [str(POOL - 1), "0"]
    deep = await last_of_pool.search("q", k=POOL + 3)
    assert [one.passage.id for one in deep[POOL:]] == [str(POOL), str(POOL + 1), str(POOL + 2)]
    assert len({one.passage.id for one in deep}) == POOL + 3


async def test_a_search_asked_twice_is_scored_once_and_another_generation_s_is_its_own() -> None:
    """A new generation brings a new retriever; what a caller does to a list of hits stays with that caller."""
    scored: list[str] = []

    def scorer(question: str, hits: Sequence[Hit]) -> list[float]:
        scored.append(question)
        return [hit.score for hit in hits]

    before, after = Reranked(Found([hit("old", 0.9)]), scorer), Reranked(Found([hit("new", 0.9)]), scorer)
    (await before.search("q")).clear()
    assert [one.passage.id for one in await before.search("q")] == ["old"]
    assert scored == ["q"]
    await before.search("q", where=Where(in_stock=True))
    assert scored == ["q", "q"]
    assert [one.passage.id for one in await after.search("q")] == ["new"]


async def test_nothing_found_stays_nothing() -> None:
    ranker = Ranker.fit(NO_FACTS, [wanting("title")], {"latin": 0.1, "han": 0.1})
    assert await Reranked(Found([]), ranker).search("anything") == []


def test_a_ranker_learns_which_feature_tells_right_from_wrong() -> None:
    ranker = Ranker.fit(NO_FACTS, [wanting("title")] * 20, {"latin": 0.1, "han": math.inf})
    assert ranker.weights["latin"][FEATURES.index("title")] > 1
    kettle, mention = hit("kettle", 0.5, "Boils water."), hit("other", 0.52, "Not for use with this.")
    titled = Hit(Passage("kettle", "Boils water.", "document", "k", "en", "k", "Blue kettle"), 0.5, kettle.found_by)
    assert np.argmax(ranker("kettle", [mention, titled])) == 1


def test_a_script_without_a_better_order_keeps_the_one_that_was() -> None:
    ranker = Ranker.fit(NO_FACTS, [wanting("title")] * 20, {"latin": 0.1, "han": math.inf})
    assert list(ranker("水壶", [hit("a", 0.3), hit("b", 0.8)])) == [0.3, 0.8]


def test_logistic_weights_agree_with_scikit_learn() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    chance = np.random.default_rng(1)
    x = chance.normal(size=(200, 3))
    y = np.where(x @ [1.0, -2.0, 0.5] + chance.normal(size=200) > 0, 1.0, -1.0)
    ours = logistic(x * y[:, None], np.ones(200), np.zeros(3), 1.0)
    theirs = linear_model.LogisticRegression(C=1.0, fit_intercept=False, tol=1e-10).fit(x, y).coef_[0]
    assert np.allclose(ours, theirs, atol=1e-4)


def test_a_saved_ranker_scores_as_it_did_and_holds_no_code(tmp_path: Path) -> None:
    ranker = Ranker.fit(NO_FACTS, [wanting("line")] * 5, {"latin": 0.5, "han": 1.0})
    ranker.save(tmp_path, {"seed": 3})
    assert [file.name for file in tmp_path.iterdir()] == ["card.json"]
    hits = [hit("a", 0.5, "green tea"), hit("b", 0.4, "black tea")]
    assert np.allclose(Ranker.load(tmp_path, NO_FACTS)("black tea", hits), ranker("black tea", hits), atol=1e-3)
    assert json.loads((tmp_path / "card.json").read_text())["seed"] == 3


def test_a_card_of_other_features_is_refused_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text('{"kind": "ranker", "weights": {"latin": {"fused": 1}, "han": {}}}')
    with pytest.raises(ModelMissing, match="holds no ranker"):
        open_reranker(str(tmp_path))
    with pytest.raises(ModelMissing, match="SHOPCLERK_RERANKER"):
        open_reranker(str(tmp_path / "nowhere"))
    assert open_reranker("none") is None


def test_fields_of_a_product_are_told_apart() -> None:
    product = Product(
        "K1",
        "Blue kettle",
        "Boils.",
        "Kitchen",
        Decimal(5),
        "USD",
        attributes={"colour": "navy"},
        keywords="teapot, samovar",
    )
    passage = Passage("product:K1:en", "Blue kettle\nBoils.", "product", "K1", "en", "d", "Blue kettle", "Kitchen")
    facts = Facts(Catalogue([product]), {"K1": 0.7}, {"K1": 0.2})
    hits = [Hit(passage, 0.5, {"bm25": 2.0, "cosine": 0.5, "coverage": 0.4})]

    def told(question: str) -> dict[str, float]:
        return dict(zip(FEATURES, features(question, hits, facts)[0], strict=True))

    assert told("samovar")["keywords"] == 1.0
    assert told("navy")["attributes"] == 1.0
    assert told("kettle kitchen") == told("kitchen kettle")
    assert told("kettle kitchen")["title"] == told("kettle kitchen")["category"] == 0.5
    assert (told("x")["popularity"], told("x")["freshness"]) == (0.7, 0.2)
    assert told("blue kettle")["line"] == 1.0


def test_popularity_counts_all_interest_and_freshness_that_of_the_last_month() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    acts = [Interaction("c", "old", InteractionKind.BOUGHT, now - timedelta(days=200))] * 5
    acts += [Interaction("c", "new", InteractionKind.BOUGHT, now), Interaction("c", "seen", InteractionKind.SHOWN, now)]
    facts = Facts.of(Catalogue(()), acts)
    assert facts.popularity["old"] == 1.0 > facts.popularity["new"] > facts.popularity["seen"] == 0.0
    assert facts.freshness["new"] == 1.0
    assert "old" not in facts.freshness


def test_fifty_candidates_cost_less_than_a_millisecond() -> None:
    ranker = Ranker.fit(NO_FACTS, [wanting("title")], {"latin": 0.1, "han": 0.1})
    text = "\n".join(f"How long does delivery number {n} take to a far country" for n in range(8))
    hits = [hit(f"p{place}", 1 - place / 100, f"{text} {place}") for place in range(50)]
    ranker("how long is delivery", hits)
    took = []
    for _ in range(20):
        started = time.process_time()
        ranker("how long is delivery", hits)
        took.append(time.process_time() - started)
    assert min(took) < 0.001


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_a_cross_encoders_folder_takes_the_rankers_place(kind: str, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the [train] extra isn't installed")
    from tests.tiny_models import tiny_bert

    folder = tiny_bert(
        tmp_path / "cross", ["how long does delivery take", "three days", "gift cards never expire"], seed=2, labels=1
    )
    hits = [hit("a", 0.9, "gift cards never expire"), hit("b", 0.8, "three days"), hit("c", 0.7, "delivery")]
    if kind == "onnx":
        folder = as_onnx(folder, tmp_path / "export")
    wrap = open_reranker(str(folder))
    assert wrap is not None
    scorer = wrap(Found(hits), lambda: NO_FACTS)._scorer  # type: ignore[attr-defined]
    expected = logits(tmp_path / "cross", "how long does delivery take", [one.passage.text for one in hits])
    assert np.argsort(scorer("how long does delivery take", hits)).tolist() == np.argsort(expected).tolist()
    assert len(set(np.round(expected, 5))) == 3
    if kind == "onnx":
        assert np.allclose(scorer("how long does delivery take", hits), expected, atol=1e-4)


def as_onnx(folder: Path, out: Path) -> Path:
    import shutil

    import torch
    from transformers import BertForSequenceClassification

    model = BertForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
    out.mkdir()
    ids = torch.ones((1, 8), dtype=torch.int64)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    torch.onnx.export(
        model, (ids, ids, ids), str(out / "model.onnx"), input_names=names, output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names}, opset_version=17, dynamo=False,
    )  # fmt: skip
    shutil.copy(folder / "tokenizer.json", out)
    return out


def logits(folder: Path, question: str, passages: list[str]) -> list[float]:
    """By transformers itself."""
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        return [float(model(**tokenizer(question, p, return_tensors="pt")).logits[0, 0]) for p in passages]


def test_a_folder_that_is_no_model_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"neither a ranker's card.json, nor model.onnx"):
        open_reranker(str(tmp_path))
