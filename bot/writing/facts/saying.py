"""Claims without a number: each telling word of a sentence must be licensed by the facts of its subject, and be said or denied as they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.writing.facts.known import Fact, Known
from bot.writing.facts.reading import Clause, surroundings, unsure
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.terms import Term, is_denied, plain_words, read, terms
from knowledge_base.catalogue import Catalogue
from retrieval.vocabulary import english, rare_english

_FREELY = frozenset(
    [
        "price",
        "before",
        "total",
        "each",
        "order",
        "store",
        "card",
        "address",
        "review",
        "payment",
        "colleague",
        "dearer",
        "save",
        "standard",
        "delivery",
        "assistant",
        "stock",
        "giftnote",
        "limitper",
        "minimum",
        "account",
        "original",
        "included",
        "separate",
        "open",
        "close",
        "ready",
        "return",
        "exchange",
        "packed",
        "express",
        "address",
        "weekend",
        "holiday",
        "defect",
        "member",
        "code",
        "cash",
        "paidstate",
        "pending",
        "delivered",
        "shipped",
        "original",
        "unused",
        "parcel",
        "pickup",
        "duty",
        "restriction",
        "invoice",
        "storehold",
        "sameday",
        "cutoff",
        "packaging",
        "tracking",
        "new",
        "replace",
        "refund",
        "cancel",
        "quiet",
        "warm",
        "cold",
        "student",
        "abroad",
        "app",
        "lost",
    ]
)
"""Concepts that need no licence; their polarity is looked at."""
_NO_POLARITY = frozenset(
    [
        "price",
        "before",
        "total",
        "each",
        "order",
        "store",
        "card",
        "address",
        "review",
        "payment",
        "colleague",
        "dearer",
        "save",
        "standard",
        "assistant",
        "giftnote",
        "original",
        "ready",
        "code",
        "weekend",
        "holiday",
        "member",
        "student",
        "express",
        "abroad",
        "tracking",
        "defect",
        "replace",
        "packaging",
    ]
)
_STATES = frozenset(["delivered", "cancel", "refund", "express", "paidstate"])
"""States of an order, that its own facts must tell."""
_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|absolutely|of course|certainly|indeed|it is|it does|it can|it sure|you can|correct|right you are|是的|对的?|可以的?|能的?|有的?|会的?|支持|没错|当然|行的?)(?=[,.!;:，。！；：～~、—–]|[呢哦啦哈呀]|\s*亲|\s*$)"
)
_NO = re.compile(
    r"^\W*(?:no(?=[,.!;:—–]|\s*$)|nope|sadly not|unfortunately not|i'm afraid not|not really|it isn't|it doesn't|it can't|不是的?|不行的?|不能的?|不可以的?|没有的?|不会的?|用不了的?|不支持)(?=[\W呢哦啦哈呀亲]|$)"
)
_NAME = re.compile(r"(?<![.!?:;\"'“(|·•*\-\n/&])(?<!^)(?<=[\s(/“\"'\u3400-\u9fff，、：])([A-Z][\w'&-]*[a-z][\w'&-]*)")
_COMMON_NAMES = frozenset(
    [
        "i",
        "i'm",
        "i'd",
        "i've",
        "i'll",
        "ok",
        "tv",
        "pm",
        "am",
        "id",
        "usb",
        "led",
        "faq",
        "usd",
        "gps",
        "diy",
        "cm",
        "kg",
        "ml",
        "oh",
        "dear",
        "ms",
        "mr",
        "mrs",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "christmas",
        "thanksgiving",
        "easter",
        "english",
        "chinese",
        "new",
        "year",
        "eve",
        "yes",
        "no",
        "the",
        "a",
        "it",
        "we",
        "you",
        "they",
    ]
)


def check(scene: Scene) -> Fault | None:
    return _names(scene) or _currency(scene) or _words(scene) or _mirrored(scene) or _answer(scene)


_CURRENCIES = re.compile(
    r"\b(euros?|pounds sterling|yen|francs|yuan|rmb|canadian dollars|australian dollars)\b|欧元|英镑|日元|人民币|港币|加元|澳元"
)


def _currency(scene: Scene) -> Fault | None:
    """A currency that nothing found is in."""
    match = _CURRENCIES.search(scene.lower)
    if match is None or match.group() in scene.known.all_text or scene.doubts or scene.asks or scene.read.spans:
        return None
    if scene.known.is_own_money(f"money:{_CODES.get(match.group(), '')}"):
        return None
    return match.group(), "price", f"prices are in {scene.known.shop.currency}"


_CODES = {
    "euro": "EUR", "euros": "EUR", "pounds sterling": "GBP", "yen": "JPY", "francs": "CHF", "yuan": "CNY", "rmb": "CNY", "canadian dollars": "CAD",
    "australian dollars": "AUD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "人民币": "CNY", "港币": "HKD", "加元": "CAD", "澳元": "AUD",
}  # fmt: skip


def _mirrored(scene: Scene) -> Fault | None:
    """A clause of the findings, said where they deny it or the reverse."""
    known = scene.known
    for clause in scene.read.clauses:
        ids = {one for one in clause.ids if one in known.weights and not one.startswith(("n:", "day:"))}
        if len(ids) < 3 or "stock" in clause.ids:
            continue
        subjects = scene.subjects.at(clause.start)
        alike = [
            fact
            for fact in {id(fact): fact for one in ids for fact in known.by_id.get(one, ())}.values()
            if _of(fact, subjects) and len(ids & fact.clause.ids) >= 0.75 * max(len(clause.ids), len(fact.clause.ids))
        ]
        if alike and all(bool(fact.clause.denied) != bool(clause.denied) for fact in alike):
            return scene.read.text.own[clause.start : clause.end].strip(), "attribute", alike[0].text
    return None


def _words(scene: Scene) -> Fault | None:
    known = scene.known
    for clause in scene.read.clauses:
        codes = [code for code in scene.read.codes if clause.start <= code.start < clause.end]
        for term in (*codes, *clause.terms):
            if not _tells(term, known):
                continue
            subjects = scene.subjects.at(term.start)
            denied = is_denied(term.start, scene.read.spans) != term.flips
            doubtful = unsure(term, clause.start, clause.end, scene.read.spans, scene.lower[term.end : term.end + 2])
            groups = [(one,) for one in subjects] if scene.subjects.every and subjects else [subjects]
            for group in groups:
                if fault := _judged(term, clause, group, None if doubtful else denied, scene):
                    return fault
    return None


def _judged(term: Term, clause: Clause, subjects: tuple[str, ...], denied: bool | None, scene: Scene) -> Fault | None:
    known, said = scene.known, scene.read.text.own[term.start : term.end]
    kind = {"colour": "colour", "code": "code", "size": "size"}.get(term.kind, "attribute")
    facts = _licences(term, subjects, known)
    if not facts:
        if _excused(term, denied is not False, scene):
            return None
        if any(_licences(term, (one,), known) for one in known.products):
            return said, "product", "true of another product than this one"
        return said, kind, _expected(term, subjects, known)
    if denied is None or term.kind in ("code", "size") or _FREELY_ONLY(term):
        return None
    return _polarity(term, clause, facts, denied, scene)


def _FREELY_ONLY(term: Term) -> bool:  # noqa: N802
    return bool(term.ids) and term.ids[0] in _NO_POLARITY


def _tells(term: Term, known: Known) -> bool:
    if term.kind in ("amount", "day"):
        return False
    if term.kind == "word":
        return any(one in known.risky for one in term.ids)
    return True


def _licences(term: Term, subjects: tuple[str, ...], known: Known) -> list[Fact]:
    """The clauses of the findings in which it stands, of these products or of none."""
    if term.kind in ("colour", "material"):
        return _family(term, subjects, known)
    found = [fact for one in term.ids for fact in known.by_id.get(one, ()) if _of(fact, subjects)]
    if found:
        return found
    text = next((one[2:] for one in term.ids if one.startswith("w:")), "") or next(
        (one[5:] for one in term.ids if one.startswith("code:")), ""
    )
    if text and any(text in known.vocabulary(subject) for subject in ("", *(subjects or known.products))):
        return [known.blank]
    return []


def _family(term: Term, subjects: tuple[str, ...], known: Known) -> list[Fact]:
    """A family's own word of any shade of it; a shade only of itself and of those that are called alike."""
    family = next(one for one in term.ids if ":" in one and not one.startswith("w:"))
    exact = [one for one in term.ids if "=" in one or one.startswith("w:")]
    found = [fact for one in exact for fact in known.by_id.get(one, ()) if _of(fact, subjects)]
    if found:
        return found
    shade = next((one.partition("=")[2] for one in term.ids if "=" in one), "")
    bare = shade.removesuffix("色")
    if bare != shade or f"{term.kind}={shade}色" in known.by_id:
        found = [
            fact
            for one in (bare, f"{bare}色")
            for fact in known.by_id.get(f"{term.kind}={one}", ())
            if _of(fact, subjects)
        ]
        if found:
            return found
    alike = known.alike(shade)
    for other in alike:
        found += [fact for fact in known.by_id.get(f"{term.kind}={other}", ()) if _of(fact, subjects)]
    if not found and (known.is_family_word(term.kind, shade)):
        found = [fact for fact in known.by_id.get(family, ()) if _of(fact, subjects)]
    if (
        not found
        and shade
        and any(shade in known.vocabulary(subject) for subject in ("", *(subjects or known.products)))
    ):
        return [known.blank]
    return found


def _of(fact: Fact, subjects: tuple[str, ...]) -> bool:
    return not fact.subject or not subjects or fact.subject in subjects


def _excused(term: Term, denied: bool, scene: Scene) -> bool:
    if term.kind == "concept" and term.ids[0] in _FREELY:
        return not (scene.known.of_order and term.ids[0] in _STATES and denied is False and not scene.asks)
    asked = bool(scene.asked.ids & set(term.ids))
    if asked and term.ids[0].startswith("city-"):
        return True
    if denied and (term.kind in ("colour", "material", "size") or (asked and term.kind == "place")):
        return True
    return (asked and (scene.repeats_at(term.start) or scene.doubts)) or scene.doubts or scene.asks


def _expected(term: Term, subjects: tuple[str, ...], known: Known) -> str:
    if term.kind in ("colour", "material"):
        values = sorted(
            {
                fact.text
                for one, facts in known.by_id.items()
                if one.startswith(f"{term.kind}:")
                for fact in facts
                if _of(fact, subjects)
            }
        )
        return "; ".join(values[:3]) or f"the findings tell no {term.kind}"
    return "nothing that was found says so"


def _polarity(term: Term, clause: Clause, facts: Sequence[Fact], denied: bool, scene: Scene) -> Fault | None:
    """The clause of the findings that is most like this one must say, or deny, the same."""
    near = dict.fromkeys(scene.label, 0.8) | surroundings(scene.read, term)
    if term.ids[0] == "stock":
        facts = _standing(near, facts)
    near = {one: weight for one, weight in near.items() if one not in term.ids}
    wide = scene.read.ids - near.keys()
    best: dict[bool, float] = {}
    told: dict[bool, str] = {}
    for fact in facts:
        if fact is scene.known.blank:
            return None
        says, denies = bool(set(term.ids) & fact.clause.said), bool(set(term.ids) & fact.clause.denied)
        score = _likeness(near, wide, fact, scene.known)
        for theirs in {True for _ in [0] if denies} | {False for _ in [0] if says or not denies}:
            if score > best.get(theirs, -1.0):
                best[theirs], told[theirs] = score, fact.text
    if "open" in term.ids and (
        any(day.on for day in scene.read.days) or any(one.startswith("day:") for one in scene.read.ids)
    ):
        return _open_that_day(term, clause, denied, scene)
    if "open" not in term.ids and any(one.startswith("day:") for one in clause.ids):
        return None
    same, other = best.get(denied), best.get(not denied)
    if other is None or (same is not None and (same >= other - 0.1 or term.kind in ("colour", "material", "place"))):
        return None
    if term.kind == "place" and denied:
        return None
    if scene.doubts or (scene.asks and same is None):
        return None
    return scene.read.text.own[term.start : term.end], "attribute", told[not denied]


def _standing(near: Mapping[str, float], facts: Sequence[Fact]) -> Sequence[Fact]:
    """Of stock, where no form is named, whether the product itself can be had."""
    forms = frozenset().union(*(fact.clause.ids for fact in facts if not fact.clause.terms)) - {"stock"}
    whole = [fact for fact in facts if fact.clause.ids == {"stock"}]
    return whole if whole and not forms & near.keys() else facts


def _open_that_day(term: Term, clause: Clause, denied: bool, scene: Scene) -> Fault | None:
    """Whether the shop is open, or closed, on the weekday beside it."""
    hours = scene.known.shop.opening_hours
    days = {one for one in clause.ids or scene.read.ids if one.startswith("day:")} or {
        one for one in scene.read.ids if one.startswith("day:")
    }
    if not hours or not days or any(day.on for day in scene.read.days):
        return None
    closed = [hours.get(_SHORT[int(one[4:])], "closed") == "closed" for one in days]
    wrong = all(closed) if not denied else not any(closed)
    if wrong and not scene.read.moments and len(days) <= 2:
        return (
            scene.read.text.own[term.start : term.end],
            "hours",
            "closed on that day" if not denied else "open on that day",
        )
    return None


_SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _likeness(near: Mapping[str, float], wide: frozenset[str], fact: Fact, known: Known) -> float:
    close = sum(
        known.weight(one) * weight * (1.0 if one in fact.clause.ids else 0.5)
        for one, weight in near.items()
        if one in fact.wide
    )
    return close + 0.08 * sum(known.weight(one) for one in wide & fact.wide)


def _answer(scene: Scene) -> Fault | None:
    """`Yes.` says what was asked, `No.` denies it."""
    yes, no = _YES.search(scene.lower), _NO.search(scene.lower)
    if not (yes or no) or not scene.asked.parts:
        return None
    part = scene.asked.parts[-1]
    title = (
        frozenset().union(*(scene.known.title_ids.get(one, frozenset()) for one in scene.known.products))
        if scene.known.products
        else frozenset()
    )
    for clause in part.clauses:
        for term in clause.terms:
            if term.kind not in ("concept", "material") or set(term.ids) & title or term.ids[0] in _FREELY:
                continue
            subjects = scene.subjects.at(0)
            denied = (is_denied(term.start, part.spans) != term.flips) != bool(no)
            facts = _licences(term, subjects, scene.known)
            if not facts:
                if yes and not denied:
                    return (
                        scene.read.text.own[: yes.end()].strip(),
                        "attribute",
                        f"nothing that was found speaks of {part.text.own[term.start : term.end]}",
                    )
                continue
            facts = [fact for fact in facts if fact.claim]
            if not facts:
                continue
            theirs = {bool(set(term.ids) & fact.clause.denied) for fact in facts}
            if theirs == {not denied}:
                said = yes or no
                return scene.read.text.own[: said.end()].strip() if said else "", "attribute", facts[0].text
    return None


def _names(scene: Scene) -> Fault | None:
    """A capitalised word within a sentence is a name: of the findings, or of what was asked."""
    own = scene.read.text.own
    known = scene.known
    for match in (*_NAME.finditer(own), *_first_name(own)):
        said = match[1]
        low = said.lower().removesuffix("'s")
        if (
            low in _COMMON_NAMES
            or low in known.all_text
            or low in ("aas", "xls", "ls", "states", "america", "us", "usa")
            or any(part in known.all_text for part in [low.rstrip("s")] if len(part) > 3)
        ):
            continue
        read = scene.read
        taken = [
            (one.start, one.end)
            for some in (read.addresses, read.days, read.codes, read.moments, read.amounts)
            for one in some
        ]
        if any(start <= match.start(1) < end for start, end in taken):
            continue
        if low in scene.asked.text.lower() and not re.search(r"\b(?:by|made in|from)\s$", own[: match.start(1)]):
            continue
        if any(
            term.start <= match.start(1) < term.end and term.kind != "word"
            for clause in scene.read.clauses
            for term in clause.terms
        ):
            continue
        if scene.doubts:
            continue
        return said, "name", "a name from the findings"
    for match in _QUOTED.finditer(own):
        if match[1].lower() not in known.all_text and match[1].lower() not in scene.asked.text.lower():
            return match[1], "name", "a name from the findings"
    return None


_QUOTED = re.compile(r"[“「『\"]([\u3400-\u9fffA-Za-z0-9]{2,8})[”」』\"](?:这个|的)?(?:牌|系列|款)")


_FIRST = re.compile(r"^[\s\"“(*-]*([A-Z][\w'&]*[a-z][\w'&]*)(?=(?:\s[A-Z]|[\s\u3400-\u9fff]*[\u3400-\u9fff])?)")
_TWO = re.compile(r"^[\s\"“(*-]*[A-Z][\w'&]+\s(?:[A-Z][a-z]|[\u3400-\u9fff])")


def _first_name(own: str) -> list[re.Match[str]]:
    """The first word where it is no English word, or where a further name follows."""
    match = _FIRST.match(own)
    if match is None:
        return []
    low = match[1].lower().removesuffix("'s")
    if "'" in low:
        return []
    if own[match.end(1) : match.end(1) + 1] in ("!", "！", ","):
        return []
    return (
        [match]
        if low not in english() and low.rstrip("s") not in english() and (_TWO.match(own) or low not in rare_english())
        else []
    )


@lru_cache(maxsize=4)
def risky_words(catalogue: Catalogue) -> frozenset[str]:
    """The words of all values of the shop's attributes: said of a product they claim something."""
    found: set[str] = set()
    for name, values in catalogue.attributes.values.items():
        for value in _telling(name, values):
            found |= {one for term in terms(read(value)) if term.kind == "word" for one in term.ids}
    ranks = english()
    return frozenset(one for one in found if one not in plain_words() and ranks.get(one[2:], 9999) > COMMON)


COMMON = 4500
"""Rank up to which an English word is so common that it claims nothing by standing in an attribute."""


def _telling(name: str, values: dict[str, str]) -> Iterator[str]:
    del name
    yield from (value for value in values if len(value) <= 40 and not any(c.isdigit() for c in value))
