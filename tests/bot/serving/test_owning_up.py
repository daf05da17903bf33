"""A message that breaks every turn: the customer is told in their language, and colleagues hear of it where there are any."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine import Engine
from bot.settings import Settings
from bot.wiring import index_root, open_shop, reception_of, router_root, shop_of
from tests.doors import NotingDoor, incoming, until


@pytest.mark.parametrize(("desk", "told"), [(-1001, "A colleague will look at it"), (None, "Please write it again")])
async def test_the_customer_is_told_and_colleagues_hear_of_it(
    sample_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: int | None, told: str
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    own = sample_settings.model_copy(update={"data_dir": tmp_path, "telegram_desk": desk})
    for root in (index_root, router_root):
        root(own, shop_of(own)).parent.mkdir(parents=True, exist_ok=True)
        root(own, shop_of(own)).symlink_to(root(sample_settings, shop_of(own)))
    monkeypatch.setattr("bot.serving.worker.TRIES", 2)
    monkeypatch.setattr("bot.serving.worker._PAUSES_S", (0.01,))
    monkeypatch.setattr(Engine, "reply", broken)
    door = NotingDoor(channel="chat")
    async with open_shop(own) as shop, reception_of(shop, [door]) as reception:
        await reception.take(incoming("poison"))
        await until(lambda: len(door.sent) == 1)
        assert told in door.sent[0][1]
        cases = await shop.desk.open_cases()
        assert [(case.conversation_id, case.why) for case in cases] == ([("c", "failed")] if desk else [])
        assert (await reception.state()).aside == 1
