"""Prompts are files that a shop may replace; what is wrong in one is told at the start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import BadPrompt
from bot.writing.prompts import load_prompts

GOOD = "---\nversion: 7\n---\nYou are {shop}. {voice} Speak {language}. Leave { this } and {} alone.\n"


def own(folder: Path, text: str, name: str = "reply") -> Path:
    (folder / "prompts").mkdir(exist_ok=True)
    (folder / "prompts" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_a_shops_own_prompt_is_taken_with_its_version_and_digest(tmp_path: Path) -> None:
    prompt = load_prompts(own(tmp_path, GOOD))["reply"]
    assert (
        prompt.filled(shop="S", voice="{shop}", language="L")
        == "You are S. {shop} Speak L. Leave { this } and {} alone."
    )
    assert re.fullmatch(r"reply 7 [0-9a-f]{12}", prompt.label)
    assert prompt.digest != load_prompts()["reply"].digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("{voice}", "{vioce}"), "reply.md:4: nothing fills {vioce}"),
        (GOOD.replace("{voice}", ""), "reply.md:4: {voice} is missing"),
        (GOOD.replace("version: 7", ""), "reply.md:2: front matter has no version"),
        (GOOD.replace("version: 7", "versoin: 7"), "reply.md:2: front matter knows only"),
        ("You are {shop}.", "reply.md:1: it must begin with front matter"),
    ],
)
def test_a_wrong_prompt_is_told_with_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadPrompt, match=re.escape(told)):
        load_prompts(own(tmp_path, text))


def test_a_prompt_that_nobody_reads_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadPrompt, match="there is no prompt 'replay'; known are"):
        load_prompts(own(tmp_path, GOOD, "replay"))
