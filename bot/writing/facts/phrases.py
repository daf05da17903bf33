"""The tables that tell which words are concepts (same.txt), colours, stuff and places, and which claim nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from knowledge_base.families import family_words, is_han, plain, tables
from retrieval.places import _names as place_codes
from retrieval.text import cutting, stop_words

Kind = str
"""`concept`, `colour`, `material`, `place`, `code` or `word`."""

TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)?(?:-[a-z]+)*|[\u3400-\u9fff]+")
_SKIPPED_COLOURS = frozenset(
    [
        "clear",
        "down",
        "tan",
        "sand",
        "amber",
        "mint",
        "lime green",
        "rust",
        "cherry red",
        "rose",
        "ruby",
        "cream",
        "nude",
        "china",
    ]
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    if "-" in word:
        return "-".join(stem(part) for part in word.split("-"))
    word = word.removesuffix("'s")
    return cutting.stem(f"{word[:-3]}y" if len(word) > 4 and word.endswith(("ied", "ies")) else word)


@cache
def function_words() -> frozenset[str]:
    return stop_words("en") | stop_words("zh") | frozenset(_FUNCTION.split())


_FUNCTION = """it's that's there's here's i'm you're we're they're he she they them his her their theirs us our ours been being not no nor than then too very
as but because while whereas although though also just only even still yet such both either neither each every all any some most more much many few which who whom whose what when where why how
if unless until up down out over under again once into onto about after before between during through above below off don't doesn't didn't isn't aren't can't won't couldn't wouldn't shouldn't i'd you'd we'd i'll you'll we'll i've you've we've
哦 呢 啦 呀 哈 吧 吗 嘛 噢 喔 哟 咯 呐 哩 啊 嗯 亲 这款 那款 这个 那个 这件 可以 就是 还是 没有 一个 不过 但是 而且 或者 如果"""


@cache
def plain_words() -> frozenset[str]:
    """Words that claim nothing of a product by themselves, as `w:` and their stem."""
    words = {*_lines("plain.txt"), *_lines("common.zh.txt")}
    return frozenset(f"w:{stem(word)}" for word in words)


def _lines(name: str) -> list[str]:
    text = files("bot.writing.facts").joinpath(name).read_text(encoding="utf-8")
    return [word for line in text.split("\n") if not line.startswith("#") for word in line.split()]


@cache
def phrases() -> Mapping[str, tuple[tuple[str, ...], Kind, bool]]:
    """Phrase in stems, or Chinese word -> what it says, of which kind, and whether as its opposite."""
    found: dict[str, tuple[tuple[str, ...], Kind, bool]] = {}
    for kind in ("colour", "material"):
        words = dict(family_words(kind))
        for family, more in tables().get(f"{kind}_in_lists", {}).items():
            words |= {plain(word): family for word in more if not word.isascii()}
        for word, family in words.items():
            if word in _SKIPPED_COLOURS or (False):
                continue
            own = (f"{kind}:{family}", f"{kind}={word}")
            found[_key(word)] = (own, kind, False)
    for country, code in place_codes().items():
        if not (country.isascii() and len(country) < 4) and country not in (
            "turkey",
            "china",
            "jersey",
            "jordan",
            "georgia",
            "chad",
            "guinea",
        ):
            found[_key(country)] = ((f"place:{code}",), "place", False)
    for key, names in tables()["countries"].items():
        for word in (key, *names):
            if word not in ("china", "turkey", "american", "america", "us-made"):
                found[_key(word)] = ((f"place:{place_codes().get(key, key)}",), "place", False)
    for name, word, flips in concepts():
        key = _key(word)
        if name.startswith("city-"):
            found.setdefault(key, ((name,), "place", False))
            continue
        ids, kind, flipped = found.get(key, ((), "concept", flips))
        if kind == "concept" and flipped == flips:
            found[key] = ((*ids, name), "concept", flips)
        elif not ids:
            found[key] = ((name,), "concept", flips)
    return found


@cache
def concepts() -> tuple[tuple[str, str, bool], ...]:
    """(concept, word, whether it says the opposite) of same.txt."""
    found = []
    for line in files("bot.writing.facts").joinpath("same.txt").read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        name, _, words = line.partition(": ")
        same, _, opposite = words.partition(" ! ")
        found += [(name, word.strip(), False) for word in same.split(",") if word.strip()]
        found += [(name, word.strip(), True) for word in opposite.split(",") if word.strip()]
    return tuple(found)


def _key(word: str) -> str:
    said = plain(word).strip()
    return said if is_han(said) else " ".join(stem(token) for token in TOKEN.findall(said))
