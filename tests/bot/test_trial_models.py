"""Two trained models set against each other, or one against counting: dealt by the customer's hash, the hold-out kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.advice import Advice
from bot.commands.serving import checks, recommenders
from bot.errors import BadSetting
from bot.settings import Settings
from bot.trial import HELD_OUT, Trial, models_named
from bot.wiring import advice_of, embedder_of, index_of, index_shop, shop_of
from retrieval.index import Generation
from retrieval.recommend.folder import FORMAT, KIND
from tests.bot.test_train_recommender import events, products

MakeShop = Callable[..., Path]


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ("default", {"default": None}),
        (" default , spring = models/spring ", {"default": None, "spring": Path("models/spring")}),
        ("counted,popular", {"counted": None, "popular": None}),
    ],
)
def test_models_are_named_with_their_folders(told: str, named: dict[str, Path | None]) -> None:
    assert models_named(told) == named


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("", "names no model"),
        ("spring", "spring=FOLDER"),
        ("default,default", "twice"),
        ("default=models/a", "names no trained model"),
        ("spring=", "names no trained model"),
        ("held_out=models/a", "no name"),
        ("a|b=models/a", "no name"),
    ],
)
def test_what_names_no_model_is_said_with_what_to_write(told: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        models_named(told)
    with pytest.raises(BadSetting, match="SHOPCLERK_TRIAL_MODELS"):
        advice_of(Settings(trial_models=told, _env_file=None))


def settings_of(shop: Path, folder: Path, models: str) -> Settings:
    return Settings(shop=shop, data_dir=folder / "data", trial_models=models, trial_held_out=0.2, _env_file=None)


def test_a_folder_without_a_model_is_named_before_anybody_is_served(make_shop: MakeShop, tmp_path: Path) -> None:
    settings = settings_of(make_shop({"products.csv": products()}), tmp_path, f"default,spring={tmp_path / 'none'}")
    with pytest.raises(BadSetting, match=r"spring: .*train recommender --out"):
        index_of(settings, shop_of(settings), embedder_of(settings))


def test_each_arm_is_advised_by_its_own_model_and_follows_its_folder(make_shop: MakeShop, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the [train] extra isn't installed")
    shop = make_shop({"products.csv": products(), "events.csv": events(60)})
    up, down = _trained(shop, tmp_path / "up"), _trained(shop, tmp_path / "down", reverse=True)
    settings = settings_of(shop, tmp_path, f"up={up},down={down},counted")
    described = shop_of(settings)
    index_shop(settings, described)
    index, advice = index_of(settings, described, embedder_of(settings)), advice_of(settings)
    generation = index.current()
    assert [_next(advice, arm, generation) for arm in ("up", "down")] == ["p9", "p4"]
    assert {HELD_OUT, "up", "down", "counted"} == {advice.arm(f"c{n}", "") for n in range(200)}
    shutil.copytree(up, down, dirs_exist_ok=True)
    (down / "card.json").touch()
    assert _next(advice, "down", index.refresh()) == "p9"


def _next(advice: Advice, arm: str, generation: Generation) -> str:
    return advice.recommender(arm, generation).recommend("c5", k=1)[0].product_id


def test_who_is_held_out_of_one_trial_stays_so_whichever_models_are_compared() -> None:
    people = [f"c{n}" for n in range(500)]
    one, two = (Trial("1", 0.2, models=models) for models in (("default",), ("up", "down")))
    held = [{who for who in people if trial.arm(who) == HELD_OUT} for trial in (one, two)]
    assert held[0] == held[1]


def _trained(shop: Path, out: Path, *, reverse: bool = False) -> Path:
    """One learned from the shop's events, the other from the same customers going the other way round."""
    from typer.testing import CliRunner

    from bot.commands.training import app

    told = events(60).splitlines()
    file = out.parent / f"{out.name}.csv"
    file.write_text("\n".join([told[0], *(_turned(line) for line in told[1:])]) if reverse else "\n".join(told))
    arguments = ["recommender", "--shop", str(shop), "--events", str(file), "--model", "linear", "--model", "steps"]
    result = CliRunner().invoke(app, [*arguments, "--out", str(out)])
    assert result.exit_code == 0, (result.output, result.exception)
    return out


def _turned(line: str) -> str:
    """The same event of the thing at the other side of the ring."""
    customer, product, kind, at = line.split(",")
    return f"{customer},p{-int(product[1:]) % 12},{kind},{at}"


def test_doctor_tells_which_models_are_served_and_what_is_wrong_with_one(make_shop: MakeShop, tmp_path: Path) -> None:
    folder = tmp_path / "spring"
    folder.mkdir()
    card = {
        "kind": KIND,
        "format": FORMAT,
        "made_at": "2026-11-27T03:17:00",
        "customers": 60,
        "score": {"ndcg@10": 0.25},
    }
    (folder / "card.json").write_text(json.dumps(card))
    settings = settings_of(make_shop({"products.csv": products()}), tmp_path, f"default,spring={folder}")
    told = [(well, what) for well, what, _ in recommenders(settings, shop_of(settings))]
    assert told == [(True, f"recommender spring in {folder}, made 2026-11-27 of 60 customers, NDCG@10 0.250")]
    (folder / "card.json").write_text("{}")
    ((well, _, todo),) = recommenders(settings, shop_of(settings))
    assert not well
    assert "train recommender --out" in todo


def test_doctor_says_that_a_running_clerk_keeps_its_rules(make_shop: MakeShop, tmp_path: Path) -> None:
    shop = make_shop({"products.csv": products()})
    (shop / "recommend.toml").write_text("[[pin")
    found = [todo for well, _, todo in checks(settings_of(shop, tmp_path, "default")) if not well]
    assert len(found) == 1
    assert "recommend.toml" in found[0]
    assert "keeps the rules that it has" in found[0]
