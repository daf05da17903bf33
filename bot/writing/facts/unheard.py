"""Chinese nouns that something is said to have, to be or to be able to, of which neither the findings nor the tables know: 带磁铁, 是枫木的, 能美白.

Words that are only told of (早上, 沙发边) are let through: true replies are full of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from bot.writing.facts.denial import is_denied
from bot.writing.facts.licences import stands_in
from bot.writing.facts.phrases import phrases, plain_words
from bot.writing.facts.reading import Clause
from bot.writing.facts.scene import Fault, Scene
from retrieval.text import cutting

_SAYS = frozenset(
    """
    有 带 自带 配 配有 配了 配备 附 附带 附送 附赠 赠 送 含 含有 内含 内置 加 加了 添加 采用 支持 具备 做 镶 描 夹 垫 装有 是 为 属于 走 用 由 收 能 可 可以 会 还有 写 放 做成
    出自 来自 可选
    """.split()
)
"""What is said with these of a thing: that it has it, is it or can do it."""
_FREE_OF = frozenset(["不含", "无", "零"])
_NOUNS = frozenset(
    [
        "n",
        "nz",
        "nr",
        "nrt",
        "nrfg",
        "ns",
        "nt",
        "l",
    ]
)
_REACH = 5
"""Words that may stand between."""
_STOPS = frozenset("，。；：、！？,;:!?（）()")


def check(scene: Scene) -> Fault | None:
    """Such a noun, where it isn't denied."""
    if scene.doubts or scene.asks or scene.lower.isascii() or not (scene.known.products or scene.known.facts):
        return None
    for clause in scene.read.clauses:
        for word, place, free in _claimed(clause, scene):
            if is_denied(place, scene.read.spans) and not free:
                continue
            if not _heard(word, place, scene) and not (word[0] in "有是带含" and _heard(word[1:], place, scene)):
                return word, "attribute", "nothing that was found speaks of it"
    return None


def _claimed(clause: Clause, scene: Scene) -> Iterator[tuple[str, int, bool]]:
    """(noun, place, whether it is said to be free of it) of what a clause says that there is."""
    tagged = _tagged(_unread(clause, scene))
    for here, (word, tag, place) in enumerate(tagged):
        if tag not in _NOUNS or len(word) < 2 or not _HAN.fullmatch(word):
            continue
        before = tagged[max(0, here - _REACH) : here]
        cut = max((i for i, (sign, _, _) in enumerate(before) if sign in _STOPS), default=-1)
        said = _up_to_its_verb(before[cut + 1 :])
        after = tagged[here + 1][0] if here + 1 < len(tagged) else ""
        stuff = after == "的" and tag in ("n", "nz", "ns", "l") and not said
        if _SAYS & set(said) or _FREE_OF & set(said) or stuff:
            yield word, clause.start + place, bool(_FREE_OF & set(said))


def _up_to_its_verb(before: Sequence[tuple[str, str, int]]) -> list[str]:
    """The words between a noun and the verb that it is said with: of 是看天色 that is no word of having."""
    made: list[str] = []
    for sign, tag, _ in reversed(before):
        made.append(sign)
        if sign in _SAYS | _FREE_OF or tag.startswith("v"):
            break
    return made


_HAN = re.compile("[\u3400-\u9fff]+")


def _unread(clause: Clause, scene: Scene) -> str:
    """The clause with what the other checks read (numbers, days, concepts) blanked."""
    chars = list(scene.lower[clause.start : clause.end])
    read = scene.read
    spans = [(one.start, one.end) for one in read.amounts]
    spans += [(one.start, one.end) for one in read.codes]
    spans += [(one.start, one.end) for one in read.days]
    spans += [(one.start, one.end) for one in read.moments]
    spans += [(one.start, one.end) for one in read.addresses]
    for start, end in spans:
        for place in range(max(0, start - clause.start), min(len(chars), end - clause.start)):
            chars[place] = " "
    return "".join(chars)


@lru_cache(maxsize=10_000)
def _tagged(text: str) -> tuple[tuple[str, str, int], ...]:
    """(word, part of speech, place) of a text."""
    made, place = [], 0
    for word, tag in cutting.cutter().tag(text):
        made.append((word, tag, place))
        place += len(word)
    return tuple(made)


def _heard(word: str, place: int, scene: Scene) -> bool:
    """Whether a noun is plain, known to the other checks, or stands in what was found of its product."""
    if f"w:{word}" in plain_words() or word in phrases() or word in _talk() or _made_up(word):
        return True
    if word in scene.asked.text and (scene.repeats_at(place) or is_denied(place, scene.read.spans)):
        return True
    texts = [scene.known.vocabulary(one) for one in ("", *scene.known.products)]
    if any(stands_in(word, text) for text in texts):
        return True
    parts = [word[:2], word[2:]] if len(word) == 4 else []
    return bool(parts) and all(
        f"w:{part}" in plain_words() or part in _talk() or any(stands_in(part, text) for text in texts)
        for part in parts
    )


def _made_up(word: str) -> bool:
    """Whether it is cut from plain words (盒里, 家里用): of each character nothing new is said."""
    return len(word) == 2 and (word[1] in _PLACE or word[0] in _LITTLE)


_PLACE = "里上下内外边旁前后时款号码套份次些点面处种家件个只条天回"
_LITTLE = "偏略稍微太这那每各某本此几两半多第最更很太就都也还再先只要能可想得没不别"


@cache
def _talk() -> frozenset[str]:
    """Nouns of a clerk's talk that claim nothing."""
    lines = files("bot.writing.facts").joinpath("talk.zh.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
