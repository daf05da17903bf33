"""Whether a word stands for a limit where it stands: a category only where it is the thing asked for, one character only where it is a word."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

from knowledge_base.families import is_han, plain, tables
from retrieval import text as words_of
from retrieval.constraints.amounts import GONE
from retrieval.constraints.tables import alternation, table
from retrieval.constraints.vocabulary import Found, Term

_ALONE_BEFORE = re.compile(r"(?:^|[^\u3400-\u9fff]|[的要有是选买看找来想或和、跟与款种件条个只双纯全真深浅亮暗米])$")
_ALONE_AFTER = re.compile(r"^(?:色|的|款|系|质|制|做|之|$|[^\u3400-\u9fff]|[或和跟与、都吗呢也啊吧哦])")
_MADE = re.compile(r"\b(?:made|grown|produced|roasted|harvested|woven) in (?:the )?$|产[于自]$|来自$", re.ASCII)
_LETTER_BEFORE = re.compile(
    r"(?:['’&.]|[a-z]\(|\b(?:model|vitamin|type|class|plan|grade|option|v|h &|h and)\s)$", re.ASCII
)
_NOT_A_SIZE = re.compile(
    r"^\s?(?:roast|roasted|selection|gifts?|things?|budget|amount|something|business|talk|change|kitchen|apartment|space|(?:living |bed|bath)?room|house|home|flat|office|garden|balcony|hallway|child|kid|boy|girl|hands?|feet|head|breed|bit|dog|family|group|order|heat|party|enough|number|range|print|scale|screen|talk|of|and|but mighty)\b|^['’&]"
)
_TOO = re.compile(r"\b(?:something|too|very|quite|how|so|anything|is it|bit|by and|a bit)\s$", re.ASCII)


def stands_for_itself(one: Found, term: Term, said: str) -> bool:
    """Whether a colour, material, size or value is one here, and no part of another word."""
    word = said[one.start : one.end]
    if term.kind == "size":
        return _is_size(one, word, said)
    if word in _countries() and _no_origin().search(said[: one.start]):
        return bool(_MADE.search(said[: one.start]))
    return len(word) > 1 or not is_han(word) or _is_word_of_one(one, said)


@cache
def _countries() -> frozenset[str]:
    return frozenset(plain(word) for key, words in tables()["countries"].items() for word in (key, *words))


@cache
def _no_origin() -> re.Pattern[str]:
    return re.compile("|".join(table("senses")["no_origin"]), re.ASCII)


def _is_size(one: Found, word: str, said: str) -> bool:
    before, after = said[: one.start], said[one.end :]
    if word in ("s", "m", "l"):
        return (
            not _LETTER_BEFORE.search(before) and not re.match(r"['’&.][a-z]", after) and not re.match(r"\s?&", after)
        )
    if word in ("small", "medium", "large"):
        return not _NOT_A_SIZE.match(after) and not _TOO.search(before)
    if word in ("king", "queen"):
        return not re.search(r"\b(?:the|a|my|burger|drama|like a)\s$", before)
    return True


def _is_word_of_one(one: Found, said: str) -> bool:
    """红 in 红的, 红裙子 and 黑白灰; not in 分红."""
    start, end = _run_of_ones(one, said)
    before, after = said[:start], said[end:]
    if _ALONE_AFTER.match(after) and (
        _ALONE_BEFORE.search(before) or after[:1] == "色" or end - start > 1 or _cut_off(said, start, end)
    ):
        return True
    return after[:1] in _ends() or after[1:2] in _ends() or _cut_off(said, start, end)


def _run_of_ones(one: Found, said: str) -> tuple[int, int]:
    start, end = one.start, one.end
    ones = _ones()
    while start > 0 and said[start - 1] in ones:
        start -= 1
    while end < len(said) and said[end] in ones:
        end += 1
    return start, end


def _cut_off(said: str, start: int, end: int) -> bool:
    """Whether a Chinese reader would take the character for a word of its own."""
    left = max(0, start - 4)
    place = left
    for word in words_of.han_words(said[left : end + 4]):
        place = said.find(word, place)
        if place == start and len(word) == end - start:
            return True
        place += len(word)
    return False


@cache
def _ones() -> frozenset[str]:
    return frozenset("黑白灰银金红粉橙黄绿蓝紫棕")


@cache
def _ends() -> frozenset[str]:
    return frozenset(table("things")["ends"])


def is_the_thing(one: Found, said: str, left: str, claimed: Set[int]) -> bool:
    """Whether a category's name is the thing asked for: `toys under 20`, not `stacking toys` and not `tea towel`."""
    if is_han(said[one.start : one.end]):
        return _ends_han(one, left) and _starts_han(one, left, claimed)
    return _ends_latin(one, left) and _starts_latin(one, left, claimed)


def _ends_han(one: Found, left: str) -> bool:
    return bool(_category_after_zh().match(left[one.end :]))


def _starts_han(one: Found, left: str, claimed: Set[int]) -> bool:
    before = left[: one.start]
    return (one.start - 1) in claimed or bool(_category_before_zh().search(before))


def _ends_latin(one: Found, left: str) -> bool:
    return bool(_category_after_en().match(left[one.end :]))


def _starts_latin(one: Found, left: str, claimed: Set[int]) -> bool:
    before = left[: one.start].rstrip()
    if before.endswith(GONE) or (len(before) - 1) in claimed:
        return True
    if _category_for().search(left[: one.start]):
        return True
    return bool(_category_before_en().search(left[: one.start]))


@cache
def _category_after_zh() -> re.Pattern[str]:
    return re.compile(alternation("category_after_zh"))


@cache
def _category_before_zh() -> re.Pattern[str]:
    return re.compile(f"(?:{alternation('category_before_zh')})$")


@cache
def _category_after_en() -> re.Pattern[str]:
    return re.compile(alternation("category_after_en"))


@cache
def _category_before_en() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[^a-z\s]\s?|\b(?:{alternation('category_before_en')})\s)$", re.ASCII)


@cache
def _category_for() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:anything|something|stuff|things?|sth|gifts?|everything|items|products) (?:for|from) (?:the|my|your|our)? ?$"
    )
