"""Visitors who never wrote are forgotten as old conversations are; who has turns stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import NotYours
from bot.stores import visitors
from bot.stores.file import SqliteFile
from bot.stores.visitors import Visitors, new_token

NOW = datetime(2026, 11, 27, tzinfo=UTC)


async def _is_new(conversation_id: str) -> bool:
    return False


async def test_an_id_that_was_forgotten_is_its_owners_alone_and_names_nobody(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "access.sqlite", visitors.SCHEMA)
    owners, token, other = Visitors(file, _is_new), new_token(), new_token()
    for where, who in (("by-token", None), ("by-name", "C002-Ann")):
        await owners.enter(where, token, who, NOW)
        await owners.forget(where, NOW)
        for held, name in ((other, None), (None, None), (None, "C003"), (token if who else other, None)):
            with pytest.raises(NotYours):
                await owners.enter(where, held, name, NOW)
        assert not await owners.owns(where, token, who)
    assert "C002-Ann" not in str(await file.run(lambda rows: rows.execute("SELECT * FROM departed").fetchall()))
    for where, who in (("by-token", None), ("by-name", "C002-Ann")):
        await owners.enter(where, token, who, NOW)
        assert await owners.owns(where, token, who)
    await owners.forget("by-token", NOW)
    await owners.forget_before(NOW + timedelta(days=1))
    assert (await owners.enter("by-token", None, None, NOW)).token
    await file.close()


@pytest.mark.slow
async def test_who_never_wrote_is_forgotten_after_a_while(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "access.sqlite", visitors.SCHEMA)
    written: set[str] = set()

    async def has_turns(conversation_id: str) -> bool:
        return conversation_id in written

    owners, token = Visitors(file, has_turns), new_token()
    for number in range(1200):
        await owners.enter(f"old-{number}", token, None, NOW - timedelta(days=200))
    await owners.enter("young", token, None, NOW)
    written.add("old-7")
    assert await owners.forget_before(NOW - timedelta(days=180)) == 1199
    assert [await owners.owns(one, token, None) for one in ("old-7", "old-8", "young")] == [True, False, True]
    await file.close()
