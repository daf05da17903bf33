"""Shades that are called alike, and the words of colour and stuff that are as wide as their whole family."""

from __future__ import annotations

from functools import cache

from knowledge_base.families import plain, tables

_SHADES = (
    ("navy", "navy blue", "dark blue", "藏青", "深蓝", "藏蓝", "海军蓝"),
    ("charcoal", "graphite", "dark grey", "dark gray", "slate grey", "炭灰", "石墨", "石墨灰", "深灰", "石墨色"),
    (
        "cream",
        "ivory",
        "off white",
        "off-white",
        "warm white",
        "米白",
        "奶白",
        "奶油白",
        "象牙白",
        "乳白",
        "奶油色",
        "象牙色",
        "暖白",
    ),
    ("sage", "sage green", "鼠尾草绿", "灰豆绿", "豆绿"),
    ("moss", "moss green", "苔绿", "苔绿色"),
    ("olive", "olive green", "橄榄绿", "橄榄色"),
    ("rust", "rust red", "铁锈红", "锈红"),
    ("mustard", "mustard yellow", "芥末黄", "芥黄", "芥末色"),
    ("oat", "oatmeal", "燕麦色"),
    ("beige", "米色"),
    ("ink blue", "墨蓝"),
    ("sky blue", "天蓝", "light blue", "浅蓝"),
    ("dark green", "forest green", "bottle green", "墨绿", "深绿", "森林绿"),
    ("matte black", "哑光黑"),
    ("celadon", "青瓷"),
    ("teal", "孔雀蓝"),
    ("burgundy", "wine red", "酒红"),
    ("terracotta", "陶土红", "赤陶色"),
)


@cache
def _alike() -> dict[str, tuple[str, ...]]:
    return {word: group for group in _SHADES for word in group}


@cache
def _family_words() -> dict[str, frozenset[str]]:
    """The first words of each family in each language, and those that are as wide."""
    found = {}
    for kind in ("colour", "material"):
        words = set()
        for family, listed in tables()[kind].items():
            words |= {
                plain(family),
                *(
                    plain(w)
                    for w in listed
                    if w in (family, f"{family}en", f"{family}ish") or (not w.isascii() and len(w) <= 2)
                ),
            }
            words |= {
                plain(w)
                for w in listed
                if w.removesuffix("色")
                .removesuffix("的")
                .removesuffix("质")
                .removesuffix("制")
                .removesuffix("头")
                .removesuffix("子")
                in listed
                and not w.isascii()
                and len(w.removesuffix("色")) <= 2
            }
        found[kind] = frozenset(
            words
            | {
                "gray",
                "wooden",
                "golden",
                "woollen",
                "reddish",
                "greenish",
                "bluish",
                "greyish",
                "ceramics",
                "stainless",
                "皮革",
                "皮质",
                "陶瓷",
                "不锈钢",
                "塑料",
                "羊毛",
                "玻璃",
            }
        )
    return found


def is_family_word(kind: str, word: str) -> bool:
    return word in _family_words()[kind]


def alike(shade: str) -> tuple[str, ...]:
    """Shades that are called alike."""
    return _alike().get(shade, ())
