"""The file of `SHOPCLERK_AB`: a name, a share, and how the second way of answering differs from the shop's own."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.errors import BadSetting
from bot.settings import PREFIX, Settings, load_settings
from bot.split import Split
from bot.writing.prompts import load_prompts
from knowledge_base.errors import why

_ENDPOINT = ("llm_base_url", "llm_model", "llm_price_in", "llm_price_out")
_FALLBACK = ("llm_fallback_base_url", "llm_fallback_model", "llm_fallback_price_in", "llm_fallback_price_out")
MAY_DIFFER = ("writer", *_ENDPOINT, *_FALLBACK, "llm_turn_s", "llm_first_s")
"""Settings that B may have otherwise; knowledge, orders, desk and doors are the same for everybody."""
WORDS = "words"
"""Beside them: a folder laid out as a shop's, whose `prompts/` and `wordings/` B speaks by."""
_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")


@dataclass(frozen=True, slots=True)
class Other:
    """The second way: its settings, and the folder of its prompts and wordings, None for the shop's own."""

    split: Split
    settings: Settings
    words: Path | None


def read_ab(settings: Settings, shop_folder: Path) -> Other | None:
    """None where nothing is compared. Raises BadSetting, and BadPrompt for a prompt of B's."""
    if settings.ab is None:
        return None
    told = _parsed(settings.ab)
    if unknown := sorted(told.keys() - {"name", "share", "b"}):
        raise _bad(settings.ab, f"it has {unknown[0]!r}; there are name, share and [b]")
    name, share, differs = told.get("name"), told.get("share", 0.5), told.get("b")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _bad(
            settings.ab, f"its name is {name!r}; write up to 60 letters, digits, dots and dashes, such as november-1"
        )
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share < 1:
        raise _bad(
            settings.ab, f"its share is {share!r}; write the share of conversations that B answers, between 0 and 1"
        )
    if not isinstance(differs, dict) or not differs:
        raise _bad(settings.ab, f"[b] is empty; say how B differs: {', '.join((*MAY_DIFFER, WORDS))}")
    other = _settings_of(settings, differs)
    words = _folder(settings.ab, differs.get(WORDS))
    ways = [_way(settings, shop_folder), _way(other, words or shop_folder)]
    if ways[0] == ways[1]:
        raise _bad(settings.ab, "[b] says what holds anyway; say how B differs")
    return Other(Split(name, float(share), sha256(json.dumps(ways).encode()).hexdigest()[:12]), other, words)


def _parsed(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _bad(file, f"it can't be read ({why(error)})") from error
    except ValueError as error:  # no UTF-8 and no TOML
        raise _bad(file, f"it is no TOML ({error})") from error


def _settings_of(settings: Settings, differs: Mapping[str, Any]) -> Settings:
    """Checked as settings are. The key of one endpoint never goes to another."""
    assert settings.ab is not None
    for name in differs.keys() - {*MAY_DIFFER, WORDS}:
        raise _bad(settings.ab, f"B can't have {name!r} otherwise; there are {', '.join((*MAY_DIFFER, WORDS))}")
    same = {name: getattr(settings, name) for name in Settings.model_fields}
    own = {name: value for name, value in differs.items() if name != WORDS}
    keys = {
        key: settings.ab_api_key
        for url, key in (("llm_base_url", "llm_api_key"), ("llm_fallback_base_url", "llm_fallback_api_key"))
        if own.get(url, same[url]) != same[url]
    }
    return load_settings(**{**same, **own, **keys, "ab": None})


def _folder(file: Path, told: object) -> Path | None:
    if told is None:
        return None
    folder = file.parent / str(told)
    if not isinstance(told, str) or not ((folder / "prompts").is_dir() or (folder / "wordings").is_dir()):
        raise _bad(
            file, f"{WORDS} is {told!r}; it should be a folder beside the file, with prompts/ or wordings/ in it"
        )
    return folder


def _way(settings: Settings, words: Path) -> list[str]:
    """What tells one way from another, without any key: its settings, its prompts, its wordings."""
    prompts = [one.digest for one in load_prompts(words).values()] if settings.writer != "template" else []
    own = sorted((words / "wordings").glob("*.toml"))
    wordings = [sha256(file.read_bytes()).hexdigest() for file in own]
    return [*(f"{name}={getattr(settings, name)}" for name in MAY_DIFFER), *prompts, *wordings]


def _bad(file: Path, said: str) -> BadSetting:
    return BadSetting(f"{PREFIX}AB", str(file), f"{said}.")
