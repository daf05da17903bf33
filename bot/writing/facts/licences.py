"""Which clauses of the findings a word stands on, and what needs none."""

from __future__ import annotations

import re

from bot.writing.facts.known import Known
from bot.writing.facts.mentions import Fact
from bot.writing.facts.scene import Scene
from bot.writing.facts.terms import Term

FREELY = frozenset(
    """
    price before total each order store card address review payment colleague dearer save standard delivery
    assistant stock giftnote limitper minimum account original included separate open close ready return
    exchange packed express address weekend holiday defect member code cash paidstate pending delivered shipped
    original unused parcel pickup duty restriction invoice storehold cutoff packaging tracking new replace
    refund cancel quiet warm cold student abroad app lost reply
    """.split()
)
"""Concepts that need no licence; their polarity is looked at."""


_FREE_FROM = frozenset(
    """
    caffeine glutenfree lactose nut soy sugar bpa paraben nickel alcohol perfume fragrancefree duty price free
    certified
    """.split()
)
"""To deny these is a claim of its own, though nothing found speaks of them."""
_STATES = frozenset(["delivered", "cancel", "refund", "express", "paidstate"])
"""States of an order, that its own facts must tell."""


def licences(term: Term, subjects: tuple[str, ...], known: Known) -> list[Fact]:
    """The clauses of the findings in which it stands, of these products or of none."""
    if term.kind in ("colour", "material"):
        return _family(term, subjects, known)
    found = [fact for one in term.ids for fact in known.by_id.get(one, ()) if of(fact, subjects)]
    if found:
        return found
    if any(one in known.headed for one in term.ids) and not _HAN.search("".join(term.ids)):
        return [known.blank]
    text = next((one[2:] for one in term.ids if one.startswith("w:")), "") or next(
        (one[5:] for one in term.ids if one.startswith("code:")), ""
    )
    if (
        len(text) > 8
        and any(c.isdigit() for c in text)
        and text.replace("-", "") in re.sub(r"[ -]", "", known.all_text)
    ):
        return [known.blank]
    if text and any(stands_in(text, known.vocabulary(subject)) for subject in ("", *(subjects or known.products))):
        return [known.blank]
    return []


def stands_in(word: str, vocabulary: str) -> bool:
    """Whether a word stands in a text; of a Chinese one also its stem (刷子 of 杯刷), or its two halves close by (泡水 of 泡在水里)."""
    if word in vocabulary:
        return True
    if word.isascii() or not vocabulary or len(word) != 2:
        return False
    if word[1] in "子头儿":
        return word[0] in vocabulary
    return re.search(f"{word[0]}[\u3400-\u9fff]{{1,2}}{word[1]}", vocabulary) is not None


def _family(term: Term, subjects: tuple[str, ...], known: Known) -> list[Fact]:
    """A family's own word of any shade of it; a shade only of itself and of those that are called alike."""
    if len([one for one in term.ids if one.startswith("colour:")]) == 2 and not any("=" in one for one in term.ids):
        return [fact for one in term.ids for fact in known.by_id.get(one, ()) if of(fact, subjects)]
    family = next(one for one in term.ids if ":" in one and not one.startswith("w:"))
    exact = [one for one in term.ids if "=" in one or one.startswith("w:")]
    found = [fact for one in exact for fact in known.by_id.get(one, ()) if of(fact, subjects)]
    if found:
        return found
    shade = next((one.partition("=")[2] for one in term.ids if "=" in one), "")
    bare = _SAID_OF.sub("", shade)
    if bare != shade or f"{term.kind}={shade}色" in known.by_id:
        found = [
            fact
            for one in (bare, f"{bare}色", f"{bare}的")
            for fact in known.by_id.get(f"{term.kind}={one}", ())
            if of(fact, subjects)
        ]
        if found:
            return found
    alike = known.alike(shade)
    for other in alike:
        found += [fact for fact in known.by_id.get(f"{term.kind}={other}", ()) if of(fact, subjects)]
    if not found and (known.is_family_word(term.kind, shade)):
        found = [fact for fact in known.by_id.get(family, ()) if of(fact, subjects)]
    if (
        not found
        and shade
        and any(shade in known.vocabulary(subject) for subject in ("", *(subjects or known.products)))
    ):
        return [known.blank]
    return found


_HAN = re.compile("[\u3400-\u9fff]")
_HERE = re.compile("国[内外]|境[内外]|海外|本地")
"""Where somebody is, which names no country."""
_SAID_OF = re.compile(r"(?:色|的|质|制|材质|质地|材料|面料)$")
"""What is added where a colour or stuff is said of something: 不锈钢的."""


def of(fact: Fact, subjects: tuple[str, ...]) -> bool:
    return not fact.subject or not subjects or fact.subject in subjects


def excused(term: Term, denied: bool, scene: Scene) -> bool:
    if term.kind == "concept" and term.ids[0] in FREELY:
        return not (scene.known.of_order and term.ids[0] in _STATES and denied is False and not scene.asks)
    if term.ids[0] == "sameday" and (scene.read.days or scene.known.of_order):
        return True
    asked = bool(scene.asked.ids & set(term.ids))
    if asked and term.kind == "word" and not scene.known.products and _POINTS.search(scene.lower[: term.start]):
        return True
    if asked and term.kind == "place" and "abroad" in scene.known.by_id and not scene.known.products:
        return True
    if asked and (term.ids[0].startswith("city-") or _HERE.match(scene.lower, term.start)):
        return True
    if term.kind == "size" and not scene.known.products:
        return True
    if denied and asked and (term.kind == "word" or (term.kind == "concept" and term.ids[0] not in _FREE_FROM)):
        return True
    if denied and (term.kind in ("colour", "material", "size") or (asked and term.kind == "place")):
        return True
    return (asked and (scene.repeats_at(term.start) or scene.doubts)) or scene.doubts or scene.asks


_POINTS = re.compile(r"\b(?:the|your|that|those|these|this|its)\s(?:[a-z-]+\s)?$")
"""Before a thing that the customer spoke of, where no product was found."""


def expected(term: Term, subjects: tuple[str, ...], known: Known) -> str:
    if term.kind in ("colour", "material"):
        values = sorted(
            {
                fact.text
                for one, facts in known.by_id.items()
                if one.startswith(f"{term.kind}:")
                for fact in facts
                if of(fact, subjects)
            }
        )
        return "; ".join(values[:3]) or f"the findings tell no {term.kind}"
    return "nothing that was found says so"
