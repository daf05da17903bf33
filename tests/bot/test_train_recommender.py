"""`shopclerk train recommender`: what cron gets, what is taken up, and when the old model goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.training import app
from bot.settings import Settings
from bot.wiring import embedder_of, index_of, index_shop, shop_of
from retrieval.errors import NoRecommender
from retrieval.recommend.folder import card_of

pytest.importorskip("torch", reason="the [train] extra isn't installed")

MakeShop = Callable[..., Path]
START = datetime(2026, 1, 1, tzinfo=UTC)
THINGS = 12


def products() -> str:
    rows = [f"p{n},Thing {n} of the set,Sets,9.{n:02d},USD,5" for n in range(THINGS)]
    return "\n".join(["id,title,category,price,currency,stock", *rows])


def events(customers: int, less: int = 0) -> str:
    """Customer n takes four things in a row from place n on."""
    rows = [
        f"c{n},p{(n + step) % THINGS},bought,{(START + timedelta(days=n + step)).isoformat()}"
        for n in range(less, customers)
        for step in range(4)
    ]
    return "\n".join(["customer_id,product_id,kind,at", *rows])


@pytest.fixture
def shop(make_shop: MakeShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOPCLERK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return make_shop({"products.csv": products(), "events.csv": events(60)})


def train(shop: Path, *more: str, exit_code: int = 0) -> str:
    arguments = ["recommender", "--shop", str(shop), "--model", "linear", "--model", "steps", *more]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == exit_code, (result.output, result.exception)
    return result.stdout


def test_a_trained_model_is_found_served_and_left_alone_while_nothing_changes(shop: Path) -> None:
    settings = Settings(shop=shop, _env_file=None)
    described = shop_of(settings)
    index_shop(settings, described)
    index = index_of(settings, described, embedder_of(settings))
    assert "60 customers, 240 events" in train(shop)
    picks = index.refresh().recommender.recommend("c5", k=1)
    assert [pick.product_id for pick in picks] == ["p9"]
    folder = settings.data_dir / described.key / "recommender"
    card = card_of(folder)
    assert {"digest", "made_at", "score"} <= card.keys()
    assert not [file for file in folder.iterdir() if file.suffix in (".pkl", ".pt")]
    assert "nothing has changed" in train(shop)
    assert card_of(folder) == card


def test_a_quiet_training_says_nothing(shop: Path) -> None:
    assert train(shop, "--quiet") == ""


def test_a_better_model_stays_unless_it_learned_from_somebody_who_is_gone(shop: Path) -> None:
    folder = shop.parent / "model"
    train(shop, "--out", str(folder))
    card = json.loads((folder / "card.json").read_text())
    better = {**card, "score": {"hr@10": 1.0, "ndcg@10": 2.0, "rows": 50}}
    (folder / "card.json").write_text(json.dumps(better))
    (shop / "events.csv").write_text(events(61))
    train(shop, "--out", str(folder), exit_code=3)
    assert json.loads((folder / "card.json").read_text()) == better
    (shop / "events.csv").write_text(events(61, less=1))
    train(shop, "--out", str(folder))
    assert card_of(folder)["customers"] == 60


def test_too_few_events_are_said_and_a_strange_folder_is_not_touched(shop: Path) -> None:
    (shop / "events.csv").write_text(events(3))
    result = CliRunner().invoke(app, ["recommender", "--shop", str(shop), "--model", "steps"])
    assert "There are 3 customers" in str(result.exception)
    taken = shop.parent / "taken"
    taken.mkdir()
    (taken / "letter.txt").write_text("dear")
    result = CliRunner().invoke(app, ["recommender", "--shop", str(shop), "--model", "steps", "--out", str(taken)])
    assert "holds no trained recommender" in str(result.exception)


def test_a_model_that_was_named_and_is_broken_is_told_and_one_that_was_found_is_not_needed(shop: Path) -> None:
    settings = Settings(shop=shop, _env_file=None)
    described = shop_of(settings)
    index_shop(settings, described)
    folder = settings.data_dir / described.key / "recommender"
    folder.mkdir()
    (folder / "model.npz").write_bytes(b"nothing")
    (folder / "card.json").write_text("{}")
    found = index_of(settings, described, embedder_of(settings)).current()
    assert found.recommender.recommend(None, k=3)
    named = settings.model_copy(update={"recommender": folder})
    with pytest.raises(NoRecommender, match="SHOPCLERK_RECOMMENDER"):
        index_of(named, described, embedder_of(named)).current()
