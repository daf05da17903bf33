"""A draft for the FAQ is tried before it is accepted: the customers' own questions, without it and with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.stores.proposals import Proposal
from bot.wiring import shop_of
from eval.insights.trying import shown
from tests.shops import settings_in

DRAFT = Proposal(1, "c", "Do you buy back used grinders?", "We don't buy back used things, but an old grinder may be left in the shop and is recycled for free.", "en", "insight", 0.0)  # fmt: skip


@pytest.mark.slow
def test_the_questions_are_answered_by_the_draft_and_the_shop_stays_as_it_is(tmp_path: Path, sample_settings: Settings) -> None:  # fmt: skip
    settings = settings_in(tmp_path, sample_settings)
    shop = shop_of(settings)
    before = {file: file.stat().st_mtime_ns for file in shop.folder.rglob("faq.*")}
    told = shown(settings, shop, DRAFT, ["Do you buy back used grinders?", "Do you buy back  used grinders?", "How much is delivery to Canada?"])  # fmt: skip
    assert "Of 2 questions that customers asked, 1 find an answer now; with the draft 2 would, 1 are answered otherwise" in told  # fmt: skip
    assert "+ Do you buy back used grinders?" in told
    assert before == {file: file.stat().st_mtime_ns for file in shop.folder.rglob("faq.*")}
