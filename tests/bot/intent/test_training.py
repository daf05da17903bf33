"""Which model a shop gets, and when a new one is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import BadLine, WorseModel
from bot.intent import training
from bot.intent.classifier import NONE, Example, card_in
from bot.intent.training import router_model, train_router
from knowledge_base.shop import load_shop
from tests.bot.intent.test_classifier import EXAMPLES
from tests.fakes import WordEmbedder

WHOLESALE = """
[intents.wholesale]
lines = ["do you sell wholesale", "wholesale prices for a cafe", "bulk wholesale order", "trade wholesale account"]
say = { en = "Write to trade@example.com." }
"""
PRODUCTS = {"products.csv": "id,title,price\nA,Kettle,20\n"}


@pytest.fixture(autouse=True)
def few_utterances(monkeypatch: pytest.MonkeyPatch) -> None:
    """The utterances that ship take seconds; these take none."""
    monkeypatch.setattr(training, "shipped", lambda: list(EXAMPLES))


def _lines(folder: Path, examples: list[Example]) -> Path:
    file = folder / "lines.csv"
    file.write_text("text,intent\n" + "".join(f"{e.text},{e.intent}\n" for e in examples), encoding="utf-8")
    return file


def test_an_own_intent_is_learned_at_first_use_and_kept(make_shop: Callable[..., Path], tmp_path: Path) -> None:
    shop, embedder = load_shop(make_shop(PRODUCTS, WHOLESALE)), WordEmbedder()
    model = router_model(shop, embedder, tmp_path / "router")
    assert model.classify("wholesale for my cafe").intent == "shop:wholesale"
    embedder.embedded.clear()
    assert router_model(shop, embedder, tmp_path / "router").card == model.card
    assert embedder.embedded == []


def test_a_changed_line_in_shop_toml_is_learned_anew(make_shop: Callable[..., Path], tmp_path: Path) -> None:
    before = router_model(load_shop(make_shop(PRODUCTS, WHOLESALE)), WordEmbedder(), tmp_path / "router")
    changed = make_shop(PRODUCTS, WHOLESALE.replace("do you sell wholesale", "selling to resellers"))
    after = router_model(load_shop(changed), WordEmbedder(), tmp_path / "router")
    assert after.card.digest != before.card.digest


def test_a_shops_own_lines_are_learned_beside_ours(make_shop: Callable[..., Path], tmp_path: Path) -> None:
    shop = load_shop(make_shop(PRODUCTS))
    lines = _lines(tmp_path, [Example(f"zzap {word} zzap", "handoff") for word in ("me", "him", "us", "now")])
    made = train_router(tmp_path / "router", WordEmbedder(), shop=shop, files=[lines])
    assert made.rows == len(EXAMPLES) + 4
    model = router_model(shop, WordEmbedder(), tmp_path / "router")
    assert model.classify("zzap them zzap").intent == "handoff"


def test_lines_that_make_it_worse_are_refused_and_the_old_model_stays(
    make_shop: Callable[..., Path], tmp_path: Path
) -> None:
    shop, folder = load_shop(make_shop(PRODUCTS)), tmp_path / "router"
    train_router(folder, WordEmbedder(), shop=shop)
    before = (folder / "card.json").read_bytes()
    swapped = {"order": "recommend", "recommend": "order", NONE: "order"}
    wrong = _lines(
        tmp_path,
        [Example(f"{e.text} {word}", swapped[e.intent]) for e in EXAMPLES for word in ("please", "now", "thanks")],
    )
    with pytest.raises(WorseModel, match=r"router answers .*% of the rows that both know, the new model .*--force"):
        train_router(folder, WordEmbedder(), shop=shop, files=[wrong])
    assert (folder / "card.json").read_bytes() == before
    forced = train_router(folder, WordEmbedder(), shop=shop, files=[wrong], force=True)
    assert card_in(folder).rows == forced.rows


def test_an_undeclared_own_intent_is_refused_before_anything_is_fitted(
    make_shop: Callable[..., Path], tmp_path: Path
) -> None:
    embedder = WordEmbedder()
    lines = _lines(tmp_path, [Example("trade prices", "shop:trade")])
    with pytest.raises(BadLine, match=r"lines\.csv:2: 'shop:trade'"):
        train_router(tmp_path / "router", embedder, shop=load_shop(make_shop(PRODUCTS)), files=[lines])
    assert embedder.embedded == []
