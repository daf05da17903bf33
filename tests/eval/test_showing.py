"""The lies of the README's picture."""

from __future__ import annotations

from bot.settings import Settings
from eval.showing import LIES, tell


async def test_the_lies_of_the_picture_are_kept_back_and_the_truth_beside_them_is_said(
    sample_settings: Settings,
) -> None:
    english, chinese = await tell(LIES, sample_settings)
    assert english.heard.strip() == "The Fernhill Pour-Over Kettle is $49.00, in matte black or white."
    assert [stop["kind"] for stop in english.stopped] == ["discount", "attribute"]
    assert "30 天" in chinese.heard
    assert "90" not in chinese.heard
