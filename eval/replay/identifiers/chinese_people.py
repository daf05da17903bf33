"""Chinese names of people: by a surname and characters that names are made of, by a title, and by what the words around give away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.chinese_cues import (
    ACCOUNT,
    ALONE,
    CALLED,
    CORRECTED,
    DOUBLE,
    EVERYWHERE,
    FAMILIAR,
    FUNCTION,
    LAST,
    LETTERED,
    LIKE_A_NAME,
    NAME_CUES,
    NAME_TAGS,
    NAMED_SURELY,
    OF_PARCEL,
    OF_PEOPLES,
    QUOTED,
    SAID_BY,
    STRONG,
    SURNAME_SAID,
    TITLE,
    TITLED,
    TOLD_TO,
    WHOLE,
    WIFE,
)
from eval.replay.identifiers.chinese_deeds import CUED, DEEDS, SURE_DEEDS
from eval.replay.identifiers.chinese_letters import GIVEN, SURNAMES
from eval.replay.identifiers.chinese_words import (
    BRANDS,
    DESCRIBING,
    DOUBLE_SURNAMES,
    MANY,
    NEVER_FIRST,
    NO_LETTERS,
    NO_NAMES,
)
from eval.replay.identifiers.spans import Span, has_chinese
from retrieval.text.cutting import cutter

_SURE = (FAMILIAR, TITLED, DOUBLE, SURNAME_SAID, ACCOUNT, STRONG, OF_PEOPLES, *SURE_DEEDS)
_CALLED_SO = (WIFE, NAME_CUES, CALLED, SAID_BY, TOLD_TO)
"""What words around it say to be a name, whatever it is made of."""
_TITLED_ANYWHERE = re.compile(rf"(?=(?P<it>{TITLED.pattern}))")
_PATTERNS = (
    WIFE, STRONG, QUOTED, OF_PEOPLES, SAID_BY, OF_PARCEL, LAST, SURNAME_SAID, ACCOUNT, NAME_CUES, CALLED, LETTERED, TOLD_TO, TITLED, FAMILIAR, ALONE, WHOLE, CORRECTED, DOUBLE,
    *DEEDS, *CUED, *SURE_DEEDS,
)  # fmt: skip


def is_titled(name: str) -> bool:
    """Whether it is a surname with a form of address."""
    return bool(TITLED.fullmatch(name))


def names(text: str) -> Iterator[Span]:
    if not has_chinese(text):
        return
    yield from _everywhere(text)
    yield from _as_cut(text)
    for pattern in _PATTERNS:
        for start, end in _places(pattern, text):
            said = text[start:end]
            if _is_possible(pattern, said, text[:start]) and _is_none_else(pattern, said):
                yield Span(start, end, "name")


def _places(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where the pattern has its name; of titles those that overlap, too: in 门卫李叔 it isn't 门卫李 who is an uncle."""
    if pattern is TITLED:
        yield from (match.span("it") for match in _TITLED_ANYWHERE.finditer(text))
        return
    for match in pattern.finditer(text):
        groups = [group for group in ("it", "at") if group in pattern.groupindex and match[group]]
        yield match.span(groups[0] if groups else 0)


def _is_possible(pattern: re.Pattern[str], said: str, before: str) -> bool:
    """Whether its letters may be a name's where it stands."""
    if pattern in (NAME_CUES, TOLD_TO) and any(letter in FUNCTION for letter in said) and not re.match(SURNAMES, said):
        return False
    if pattern is NAME_CUES and not re.match(rf"(?:{SURNAMES}|[小阿老A-Z])", said) and not NAMED_SURELY.search(before):
        return False
    if pattern not in (TITLED, ACCOUNT) and said[0] in NEVER_FIRST:
        return False
    if pattern is CALLED and any(letter in NO_LETTERS for letter in said):
        return False
    if pattern in CUED and any(letter in FUNCTION for letter in said[1:]):
        return False
    if said in NO_NAMES or said in BRANDS or said.startswith("谢谢") or (len(said) > 2 and said[-1] in MANY):
        return False
    return pattern is not TITLED or not _is_no_person(said)


def _is_none_else(pattern: re.Pattern[str], said: str) -> bool:
    """Whether it is no word, or one that can only be a name there."""
    if pattern in _SURE or said.isascii():
        return True
    return not (_is_word(said) or (pattern not in _CALLED_SO and _is_made_of_words(said)))


def _everywhere(text: str) -> Iterator[Span]:
    """Three characters of which a cutter of words makes a name, or that are no words to it."""
    candidates = [match.span("it" if match["it"] else "in") for match in EVERYWHERE.finditer(text)]
    if not candidates:
        return
    edges, words, at = {0}, dict[int, tuple[str, str]](), 0
    for word, tag in cutter().tag(text, False):
        words[at] = (word, tag)
        at += len(word)
        edges.add(at)
    for start, end in candidates:
        inside = [words[place] for place in range(start, end) if place in words]
        if (
            start in edges
            and end in edges
            and text[start:end] not in NO_NAMES
            and text[start:end] not in BRANDS
            and all(len(word) == 1 or tag in NAME_TAGS for word, tag in inside)
        ):
            yield Span(start, end, "name")


def _as_cut(text: str) -> Iterator[Span]:
    """What a cutter of words takes for a name and looks like one."""
    at = 0
    for word, tag in cutter().tag(text, True):
        end = at + len(word)
        if tag.startswith("nr") and LIKE_A_NAME.fullmatch(word) and word not in NO_NAMES and word not in BRANDS:
            yield Span(at, end, "name")
        at = end


def _is_made_of_words(said: str) -> bool:
    """Whether it begins with a word of two letters that no name begins with, or ends as a description does: 包装好, 信号差."""
    first, tag = cutter().tag(said, False)[0]
    return said[-1] in DESCRIBING or (
        1 < len(first) < len(said) and not tag.startswith("nr") and first not in DOUBLE_SURNAMES
    )


def _is_no_person(said: str) -> bool:
    """A trade or a place before a form of address: 门童大叔, 向大堂经理."""
    before = re.sub(rf"(?:{TITLE})$", "", said)
    return (
        len(before) > 1
        and before[:2] not in DOUBLE_SURNAMES
        and ((len(before) > 2 and not all(letter in GIVEN for letter in before[1:])) or _is_word(before))
    )


def _is_word(said: str) -> bool:
    """Whether a dictionary has it, and not as a name."""
    tagged = cutter().tag(said, False)
    return len(tagged) == 1 and not tagged[0][1].startswith("nr")
