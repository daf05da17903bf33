"""What is said to come with a product, or to be sold apart from it, against what its facts say of the same thing."""

from __future__ import annotations

import re

from bot.writing.facts.denial import is_denied
from bot.writing.facts.licences import of
from bot.writing.facts.mentions import Fact
from bot.writing.facts.phrases import plain_words
from bot.writing.facts.reading import Clause, unsure
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.terms import Term

_WITH = re.compile(
    r"\b(?:comes? with|came with|includes?|including|included|in the box|supplied|is part of|are part of|you get an?|you'll get an?|(?:has|have) (?:an?|its)|with (?:an?|the|its)|throw in)\b"
)
_APART = re.compile(
    r"\b(?:separately|sold apart|to buy an?|buy your own|bring your own|of your own|not in the box|is extra|are extra|cost extra)\b"
)
_BUILT_IN = re.compile(r"\b(?:built[- ]in|comes? with|with an?|included|in the box|contents)\b")


def check(scene: Scene) -> Fault | None:
    """A thing that is said to come with it where the facts only deny it; or to be bought apart where they say that it is there."""
    if scene.asks or scene.doubts or not scene.known.products or not scene.lower.isascii():
        return None
    for clause in scene.read.clauses:
        part = scene.lower[clause.start : clause.end]
        apart = bool(_APART.search(part))
        listed = _LISTED.match(part) and _WITH.search(scene.lower[: clause.start])
        if not apart and not listed and not _WITH.search(part):
            continue
        for term in clause.terms:
            if fault := _told_otherwise(term, clause, apart, scene):
                return fault
    return None


_LISTED = re.compile(r"\s?(?:(?:and |an? |two |three |four |the )+[a-z -]+|[a-z-]+(?: [a-z-]+)?,)")
"""A further thing of a list: `two pillowcases and a fitted sheet`."""


def _told_otherwise(term: Term, clause: Clause, apart: bool, scene: Scene) -> Fault | None:
    after = scene.lower[term.end : term.end + 2]
    if not _is_thing(term) or (is_denied(term.start, scene.read.spans) and not apart):
        return None
    if unsure(term, clause.start, clause.end, scene.read.spans, after) and not apart:
        return None
    subjects = scene.subjects.at(term.start)
    if len(subjects) != 1 or set(term.ids) & scene.known.title_ids.get(subjects[0], frozenset()):
        return None
    facts = [fact for one in term.ids for fact in scene.known.by_id.get(one, ()) if of(fact, subjects) and fact.subject]
    without = [fact for fact in facts if _says_without(fact, term)]
    there = [fact for fact in facts if fact not in without and _BUILT_IN.search(_part(fact))]
    said = scene.read.text.own[term.start : term.end]
    if not apart and without and not there:
        return said, "attribute", without[0].text
    if apart and there and not without and not is_denied(_place(scene, clause), scene.read.spans):
        return said, "attribute", there[0].text
    return None


def _place(scene: Scene, clause: Clause) -> int:
    match = _APART.search(scene.lower, clause.start, clause.end)
    return match.start() if match else clause.start


def _is_thing(term: Term) -> bool:
    return term.kind in ("word", "concept") and not set(term.ids) & ((plain_words() - _THINGS) | _NO_THINGS)


_THINGS = frozenset(f"w:{one}" for one in ("case", "bag", "box", "cover", "stand", "cup", "jar", "bottle", "bar"))
"""Common words that are things where they come with a product."""
_NO_THINGS = frozenset(["included", "separate", "stock", "price", "before", "save", "each", "free", "total", "w:set"])


def _part(fact: Fact) -> str:
    return fact.text[fact.clause.start : fact.clause.end].lower() if fact.clause.end > 1 else fact.text.lower()


_NOT_IN_IT = re.compile(r"[,;(]\s*(?:not included|sold separately|not in the box|not supplied)")
"""After a clause: `one AA battery, not included`."""


def _says_without(fact: Fact, term: Term) -> bool:
    """`the bulb is not included`, `no case in the box`: a short clause that denies it as its own."""
    ids = set(term.ids)
    if "separate" in fact.clause.said and ids & fact.clause.said:
        return True
    if _NOT_IN_IT.match(fact.text.lower(), fact.clause.end - 1):
        return True
    if not ids & fact.clause.denied or ids & fact.clause.said:
        return False
    others = [one for one in fact.clause.terms if not ids & set(one.ids) and not _NO_THINGS & set(one.ids)]
    return len(others) <= 1 and (
        "included" in fact.clause.denied or "no " in fact.text.lower() or "without" in fact.text.lower()
    )
