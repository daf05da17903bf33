"""The words of a wish that say what is wished, without those around it (`do you have`, 有没有)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from retrieval import text as words_of

_PARTICLES = re.compile(r"(?<![\u4e00-\u9fff])的|[的了吗呢啊吧呀嘛么](?![\u4e00-\u9fff])")

_SINGLE = re.compile(r"[\u4e00-\u9fff]")
"""One Chinese character can be a thing: 钟, 茶."""


def wished(text: str) -> str:
    """The words to search with; empty where none is left."""
    left = text
    for cue in _cues("around"):
        left = cue.sub(" ", left)
    left = re.sub(r"\s+", " ", _PARTICLES.sub(" ", left)).strip(" ,，.。?？!！")
    return left if words_of.content_words(left) or _SINGLE.fullmatch(left) else ""


def advised(text: str) -> str:
    """The words of a wish for advice: whom a present is for stays, it is what presents are found by."""
    for cue in _cues("advice"):
        text = cue.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip(" ,，.。?？!！")


@cache
def _cues(name: str) -> list[re.Pattern[str]]:
    raw = tomllib.loads(files(__package__).joinpath("wishes.toml").read_text(encoding="utf-8"))
    return [re.compile(cue, re.IGNORECASE) for cue in raw[name]]


@cache
def tail() -> frozenset[str]:
    """Stems of words that may stand behind a thing without being one: `kettle price`."""
    raw = tomllib.loads(files(__package__).joinpath("wishes.toml").read_text(encoding="utf-8"))
    return frozenset(map(words_of.stem, raw["tail"]))
