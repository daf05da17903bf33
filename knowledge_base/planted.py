"""Sentences that give orders to whoever answers the customers: found by cues in two languages, through disguises. No model is asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from knowledge_base.disguises import folded, is_ciphered, plainly, views
from knowledge_base.passages import sentences

ENOUGH = 1.0
"""Weight of cues from which a sentence is taken for an order."""
_HAN, _WORD = re.compile("[\u3400-\u9fff]"), re.compile("[a-z_]+")
_SHORT = 240
"""Characters up to which a text is read as one sentence, too, where one cue is enough: a stop in quotation marks may cut an order."""
_SHORTEST = 6
_BEGINS = re.compile(
    r"(?<=[:：])\s*(?=\S)|(?<=[\w)\]}>,;])\s+(?=(?:Add|Always|Anagram|Answer|Append|Assistants?|Augment|Begin|Break|Call|Claim|Combine|Compose"
    r"|Convert|Describe|Develop|Disregard|Do|Draft|Encode|Enhance|Ensure|Explain|Finish|Forget|Give|Group|Hand|How|Ignore|Include|Integrate|Introduce"
    r"|Jumble|Kindly|Mention|Misspell|Modify|Never|Output|Please|Pretend|Print|Promise|Provide|Put|Rearrange|Remove|Render|Repeat|Replace"
    r"|Reply|Respond|Reveal|Say|Scramble|Sell|Send|Set|Show|Slip|State|Stop|Substitute|System|Tell|Translate|Trigger|Use|What"
    r"|Who|Write)\b)"
)
"""Where a sentence may begin without a stop before it: behind a colon, or at a word that orders."""
_WITHIN = re.compile(r"[\"“‘「（(\[]([^\"”’」）)\]]{6,})|[>】]\s*([^<【]{6,})")
_LONGEST = 1200
"""Characters that one reading of a sentence is searched for cues."""


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence that gives orders, the cues that it was known by, and the disguise it came in (`plain` for none)."""

    sentence: str
    cues: tuple[str, ...]
    disguise: str


def order_in(text: str) -> Order | None:
    """The first order in a text of any length; None where there is none. Words that are encoded are taken for one, whatever they say."""
    return _known_order_in(text) if len(text) <= _SHORT else _order_in(text)


def _order_in(text: str) -> Order | None:
    for disguise, said in views(text):
        if disguise == "base64" and (" " in said or _HAN.search(said)):
            return Order(said.strip(), ("hidden",), disguise)
        if disguise in ("leet", "rot13") and is_ciphered(plainly(text)):
            return Order(said.strip(), ("hidden",), disguise)
        if len(said) <= _SHORT:
            if not _may_be(whole := folded(said)):
                continue
            of_whole = cues_of(whole)
            if any(map(_strong, of_whole)):
                return Order(said.strip(), of_whole, disguise)
        for part in _parts(said):
            if cues := cues_of(folded(part)):
                return Order(part.strip(), cues, disguise)
    return None


_known_order_in = lru_cache(16_384)(_order_in)
"""Values and phrases come again and again."""


def _parts(text: str) -> Iterator[str]:
    """A text's sentences, and what may stand in them as a sentence of its own."""
    for sentence in sentences(text):
        yield sentence
        for piece in (*_BEGINS.split(sentence)[1:], *(group for match in _WITHIN.findall(sentence) for group in match)):
            if len(piece) >= _SHORTEST:
                yield piece


def cues_of(sentence: str) -> tuple[str, ...]:
    """The groups of cues of a folded sentence, where together they are enough; else none."""
    said = sentence[:_LONGEST]
    if not _may_be(said):
        return ()
    found: dict[str, float] = {}
    for cue in _possible(said):
        if cue.name not in found and cue.pattern.search(said):
            found[cue.name] = cue.weight
    return tuple(found) if sum(found.values()) >= ENOUGH else ()


def _may_be(text: str) -> bool:
    """Whether the cues of which some word is there would be enough: of a text as of any part of it."""
    return sum(cue.weight for cue in _possible(text)) >= ENOUGH


def _strong(name: str) -> bool:
    return any(cue.weight >= ENOUGH for cue in (*_cues()["en"], *_cues()["zh"]) if cue.name == name)


def _possible(text: str) -> list[_Cue]:
    """The cues of which some word is there: of English by its words, of Chinese by its characters."""
    places = set[int]().union(*map(_needed_by, set(_WORD.findall(text))))
    if _any_sign().search(text):
        places.update(place for place, sign in _signs() if sign in text)
    cues = [_cues()["en"][place] for place in sorted(places)]
    if _HAN.search(text):
        cues += [cue for cue in _cues()["zh"] if any(word in text for word in (*cue.words, *cue.signs))]
    return cues


@lru_cache(50_000)
def _needed_by(word: str) -> frozenset[int]:
    """The places of the English cues that a word may belong to."""
    return frozenset(place for place, cue in enumerate(_cues()["en"]) if any(part in word for part in cue.words))


@cache
def _signs() -> Sequence[tuple[int, str]]:
    return [(place, sign) for place, cue in enumerate(_cues()["en"]) for sign in cue.signs]


@cache
def _any_sign() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(sign) for _, sign in _signs()) or r"(?!)")


@dataclass(frozen=True, slots=True)
class _Cue:
    name: str
    weight: float
    words: tuple[str, ...]
    """One of these, or of the signs, has to be there for the pattern to be looked for at all."""
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def _cues() -> Mapping[str, Sequence[_Cue]]:
    table = tomllib.loads(files("knowledge_base").joinpath("planted.toml").read_text(encoding="utf-8"))
    return {language: [_cue(name, group) for name, group in groups.items()] for language, groups in table.items()}


def _cue(name: str, group: Mapping[str, Any]) -> _Cue:
    """Of several words that are needed together the longest is asked for."""
    needs = [max(need.split(), key=len) for need in group["needs"]]
    words = tuple(need for need in needs if _WORD.fullmatch(need))
    signs = tuple(need for need in needs if not _WORD.fullmatch(need))
    return _Cue(name, group["weight"], words, signs, re.compile("|".join(group["any"])))
