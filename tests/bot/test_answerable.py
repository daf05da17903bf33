"""How sure an answer must be comes from a card that a shop may have of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import open_shop
from retrieval.answerable import CARD
from retrieval.errors import BadCard
from tests.talk import Talk

SHIPPED = json.loads(CARD.read_text("utf-8"))


def _card(folder: Path, **changed: object) -> Path:
    file = folder / "card.json"
    file.write_text(json.dumps({**SHIPPED, **changed}), encoding="utf-8")
    return file


async def test_a_shop_answers_by_its_own_card(sample_settings: Settings, tmp_path: Path) -> None:
    never = {reading: {**model, "bias": -99.0} for reading, model in SHIPPED["models"].items()}
    for changed, answers in (({}, True), ({"models": never}, False)):
        card = _card(tmp_path, **changed)
        async with open_shop(sample_settings.model_copy(update={"answerable": card})) as shop:
            reply = await Talk(shop.engine)("How much is delivery to Canada?")
        assert ("$12.95" in reply.text) is answers, reply.text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"embedder": "multilingual-e5-small"}, "fitted with the embedder multilingual-e5-small"),
        ({"models": {}}, "latin"),
        ({"models": {name: {"bias": 0, "weights": {"unheard": 1}} for name in SHIPPED["models"]}}, "unheard"),
    ],
)
def test_a_card_that_cannot_be_used_is_told_at_the_start(
    sample_settings: Settings, tmp_path: Path, changed: dict[str, object], reason: str
) -> None:
    with pytest.raises(BadCard, match=rf"SHOPCLERK_ANSWERABLE.*{reason}.*eval calibrate --out"):
        open_shop(sample_settings.model_copy(update={"answerable": _card(tmp_path, **changed)}))


def test_a_card_that_is_not_there_is_told(sample_settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadCard, match="no such file"):
        open_shop(sample_settings.model_copy(update={"answerable": tmp_path / "none.json"}))
