"""Which of the words that were found are meant, and which are refused: negation reaches over a list, not over a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from knowledge_base.families import is_han
from retrieval.constraints.amounts import GONE
from retrieval.constraints.heads import is_the_thing, stands_for_itself
from retrieval.constraints.tables import table
from retrieval.constraints.vocabulary import Found, Term, Vocabulary

_FAR_LATIN = 5
"""Words between a refusal and what is refused."""
_FAR_HAN = 6
_NEAR = re.compile(r"[a-z0-9'-]+|[\u3400-\u9fff]")

_LISTED = re.compile(r"\s?(?:,?\s?(?:or|and|&|/)|[,、/]|或者?|和|跟)\s?")

_BESIDE = re.compile(r"色?的?\s?(?:和|或者?|跟|与|、|/|&|and|or)?\s?")
_WANTED = re.compile(r"(?<!不)要\s?$|\bwant\s$")

_INDIFFERENT = re.compile(r"色?的?(?:也行|也可以|也成|也没关系|没关系|无所谓)")


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that became a limit; `is_shade` where it says more than its family (`navy`) and helps to rank."""

    term: Term
    start: int
    end: int
    is_refused: bool
    is_shade: bool


@dataclass(frozen=True, slots=True)
class _Event:
    """A place that starts, ends or breaks a refusal."""

    start: int
    end: int
    what: str


def meanings(words: Vocabulary, left: str, said: str) -> list[Meant]:
    """`left` is the text with what was read already struck out; of the same length as `said`."""
    kept = [one for one in words.find(said) if GONE not in left[one.start : one.end]]
    claimed = {place for one in kept for place in range(one.start, one.end)}
    chosen = [(one, _chosen(words, one, said, left, claimed)) for one in kept]
    _share_cues(chosen, left)
    return list(_judged([(one, term) for one, term in chosen if term is not None], left, said))


def _share_cues(chosen: list[tuple[Found, Term | None]], left: str) -> None:
    """`dark or medium roast`: what stands in a list with a value of an attribute is one of its values, too."""
    for place in range(len(chosen) - 2, -1, -1):
        (one, term), (following, meant) = chosen[place], chosen[place + 1]
        if meant is None or meant.kind != "value" or not _LISTED.fullmatch(left[one.end : following.start]):
            continue
        if term is None or term.name != meant.name:
            alike = next((other for other in one.terms if other.name == meant.name), None)
            chosen[place] = (one, alike or term)


def _chosen(words: Vocabulary, one: Found, said: str, left: str, claimed: set[int]) -> Term | None:
    """The likeliest of what a word may stand for here; None where it stands for none of it."""
    with_cue = [term for term in one.terms if term.cues and _has_cue(term, one, said)]
    if with_cue:
        return words.likeliest(with_cue, said)
    is_idiom = any(term.kind == "idiom" for term in one.terms)
    for term in one.terms:
        if term.needs_cue or term.kind == "idiom" or (is_idiom and term.kind in ("colour", "material", "size")):
            continue
        if term.kind == "category":
            if is_the_thing(one, said, left, claimed):
                return term
        elif stands_for_itself(one, term, said):
            alike = [other for other in one.terms if other.kind == term.kind == "value" and not other.needs_cue]
            return words.likeliest(alike, said) if alike else term
    return None


def _has_cue(term: Term, one: Found, said: str) -> bool:
    """Whether one of the words that a weak value needs stands within two words of it."""
    before = _NEAR.findall(said[: one.start])[-3:]
    after = _NEAR.findall(said[one.end :])[:2]
    tail = said[one.end : one.end + 3]
    head = said[max(0, one.start - 4) : one.start]
    for cue in term.cues:
        if is_han(cue):
            if tail.startswith(cue) or head.endswith(cue) or (len(cue) > 1 and (cue in tail or cue in head)):
                return True
        elif cue in after or cue in before or (" " in cue and cue in said):
            return True
    return False


def _judged(chosen: Sequence[tuple[Found, Term]], left: str, said: str) -> Iterator[Meant]:
    inside = [(one.start, one.end) for one, _ in chosen]
    events = [event for event in _events(left) if not any(a <= event.start < b for a, b in inside)]
    for place, (one, term) in enumerate(chosen):
        if _dropped().match(said, one.end):
            continue
        is_refused = (
            _refused_behind(place, chosen, left)
            or _is_not(one, term, left)
            or _refused_before(place, chosen, events, left)
        )
        if is_refused and _INDIFFERENT.match(left, one.end):
            continue
        word = said[one.start : one.end].replace("-", " ")
        is_shade = term.kind == "colour" and word.removesuffix("色") not in _plain_colours()
        yield Meant(term, one.start, one.end, is_refused, is_shade)


def _is_not(one: Found, term: Term, left: str) -> bool:
    """不防水 refuses what 防水 says."""
    return term.kind == "value" and left[one.start - 1 : one.start] == "不"


def _refused_behind(place: int, chosen: Sequence[tuple[Found, Term]], left: str) -> bool:
    """红的蓝的都不要 refuses both; 要红的蓝的不要 only the last."""
    one, term = chosen[place]
    if any(pattern.match(left[one.end : one.end + 24]) for pattern in _after()):
        return True
    if place + 1 == len(chosen) or _WANTED.search(left[: one.start]):
        return False
    following, alike = chosen[place + 1]
    is_list = alike.name == term.name and _BESIDE.fullmatch(left[one.end : following.start])
    return bool(is_list) and _refused_behind(place + 1, chosen, left)


def _refused_before(place: int, chosen: Sequence[tuple[Found, Term]], events: Sequence[_Event], left: str) -> bool:
    """Walk back to the last refusal: nothing may end it, and only a list of like things may stand between."""
    one, term = chosen[place]
    negations = [event for event in events if event.what == "negation" and event.end <= one.start]
    if not negations:
        return False
    last = negations[-1]
    if any(event.what == "reset" and last.end <= event.start < one.start for event in events):
        return False
    between = [i for i in range(place) if chosen[i][0].start >= last.end]
    if not between:
        gap = left[last.end : one.start]
        return not _breaks().search(gap) and _is_near(gap)
    previous, kind = chosen[between[-1]][0], chosen[between[-1]][1]
    gap = left[previous.end : one.start]
    if not _joins().match(_bare(gap)):
        return False
    if not _refused_before(between[-1], chosen, events, left):
        return False
    if re.search(r"[,，]", gap) and not re.search(r"\b(?:or|nor|and)\b|[或和]", gap):
        return kind.name == term.name and _goes_on(place, chosen, left)
    return kind.name == term.name or kind.kind == term.kind or bool(re.search(r"\b(?:or|nor)\b|或", gap))


def _goes_on(place: int, chosen: Sequence[tuple[Found, Term]], left: str) -> bool:
    """Whether a list after a comma ends with `or`: `no red, blue or green`."""
    if place + 1 >= len(chosen):
        return False
    gap = left[chosen[place][0].end : chosen[place + 1][0].start]
    return bool(re.search(r"\b(?:or|nor)\b|或", gap)) and bool(_joins().match(_bare(gap)))


def _bare(gap: str) -> str:
    return re.sub(r"^(?:色?的|色|ones?\b|\s)*", "", gap).replace("的", "")


def _is_near(gap: str) -> bool:
    words = _NEAR.findall(gap)
    han = sum(is_han(word) for word in words)
    return han <= _FAR_HAN and len(words) - han <= _FAR_LATIN


def _events(left: str) -> list[_Event]:
    found = [_Event(m.start(), m.end(), "negation") for m in _before().finditer(left)]
    found += [_Event(m.start(), m.end(), "reset") for m in _resets().finditer(left)]
    covered = [(event.start, event.end) for event in found if event.what == "negation"]
    kept = [e for e in found if e.what == "negation" or not any(a <= e.start < b for a, b in covered)]
    return sorted(kept, key=lambda event: event.start)


@cache
def _before() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in table("negation")["before"]), re.ASCII)


@cache
def _after() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one) for one in table("negation")["after"])


@cache
def _dropped() -> re.Pattern[str]:
    return re.compile("|".join(one.removeprefix("^") for one in table("negation")["dropped"]))


@cache
def _resets() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in table("negation")["resets"]), re.ASCII)


@cache
def _breaks() -> re.Pattern[str]:
    return re.compile("|".join(table("negation")["breaks"]), re.ASCII)


@cache
def _joins() -> re.Pattern[str]:
    return re.compile(table("negation")["joins"])


@cache
def _plain_colours() -> frozenset[str]:
    return frozenset(
        ["black", "white", "grey", "gray", "silver", "gold", "red", "pink", "orange", "yellow", "green", "blue", "purple", "brown", "beige", "transparent", *"黑白灰银金红粉橙黄绿蓝紫棕"]
    )  # fmt: skip
