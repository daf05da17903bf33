"""Visitors who never wrote are forgotten as old conversations are; who has turns stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.stores import visitors
from bot.stores.file import SqliteFile
from bot.stores.visitors import Visitors, new_token

NOW = datetime(2026, 11, 27, tzinfo=UTC)


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
