"""Claims without a number: each telling word of a sentence must be licensed by the facts of its subject, and be said or denied as they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.writing.facts import orders
from bot.writing.facts.answers import answer
from bot.writing.facts.currency import currency
from bot.writing.facts.denial import is_denied
from bot.writing.facts.known import Known
from bot.writing.facts.licences import excused, expected, licences, of
from bot.writing.facts.names import names
from bot.writing.facts.phrases import phrases, plain_words
from bot.writing.facts.polarity import only_names, polarity
from bot.writing.facts.reading import Clause, unsure
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.terms import Term, read, terms
from knowledge_base.catalogue import Catalogue
from retrieval.vocabulary import english


def check(scene: Scene) -> Fault | None:
    return (
        names(scene)
        or currency(scene)
        or _words(scene)
        or _shade(scene)
        or _denied_only(scene)
        or _mirrored(scene)
        or answer(scene)
    )


def _mirrored(scene: Scene) -> Fault | None:
    """A clause of the findings, said where they deny it or the reverse."""
    known = scene.known
    if known.of_order and orders.tells(scene.read):
        return None
    for clause in scene.read.clauses:
        ids = {one for one in clause.ids if one in known.weights and not one.startswith(("n:", "day:"))}
        if (
            len(ids) < 3
            or "stock" in clause.ids
            or _is_named_day(clause)
            or _is_aside(clause, scene)
            or _ELIDED.search(scene.lower, clause.start, clause.end)
        ):
            continue
        subjects = scene.subjects.at(clause.start)
        alike = [
            fact
            for fact in {id(fact): fact for one in ids for fact in known.by_id.get(one, ())}.values()
            if of(fact, subjects) and len(ids & fact.clause.ids) >= 0.75 * max(len(clause.ids), len(fact.clause.ids))
        ]
        alike = [
            fact for fact in alike if len(fact.clause.terms) > 1 and fact.text not in known.names.get(fact.subject, ())
        ]
        alike = [fact for fact in alike if not (fact.clause.said & fact.clause.denied & ids)]
        if alike and all(bool(fact.clause.denied & ids) != bool(clause.denied & ids) for fact in alike):
            return scene.read.text.own[clause.start : clause.end].strip(), "attribute", alike[0].text
    return None


def _is_named_day(clause: Clause) -> bool:
    """`Thursday is a federal holiday`: what a day is called, of whatever rule a holiday may be denied."""
    return "holiday" in clause.ids and any(term.kind == "day" for term in clause.terms)


def _is_aside(clause: Clause, scene: Scene) -> bool:
    """`Federal holidays aside`: what is left out of what is said, and so neither said nor denied."""
    return bool(_ASIDE.search(scene.lower[clause.start : clause.end]))


_ELIDED = re.compile(
    r"[a-z -]{0,24}\s(?:(?:is|are|does|do|ca|wo|has|have)n'?t|cannot|(?:is|are|does|do|can|will) not)(?=\s*(?:[.,;!:)]|$))"
)
"""`The straw lid isn't`: what it isn't was said before, or asked."""
_ASIDE = re.compile(r"\b(?:aside|apart|excepted|excluded|notwithstanding)\W*$")


def _words(scene: Scene) -> Fault | None:
    known = scene.known
    for clause in scene.read.clauses:
        codes = [code for code in scene.read.codes if clause.start <= code.start < clause.end]
        for term in (*codes, *clause.terms):
            if not _tells(term, known) or (term.kind == "word" and _TO_DO.search(scene.lower[: term.start])):
                continue
            subjects = scene.subjects.at(term.start)
            if scene.subjects.every and any(set(term.ids) & known.title_ids.get(one, frozenset()) for one in subjects):
                continue
            denied = is_denied(term.start, scene.read.spans) != term.flips
            doubtful = unsure(term, clause.start, clause.end, scene.read.spans, scene.lower[term.end : term.end + 2])
            doubtful = doubtful or _is_aside(clause, scene)
            doubtful = doubtful or (term.kind != "concept" and bool(_ELIDED.match(scene.lower, term.end)))
            groups = [(one,) for one in subjects] if scene.subjects.every and subjects else [subjects]
            for group in groups:
                if fault := _judged(term, clause, group, None if doubtful else denied, scene):
                    return fault
    return None


_TO_DO = re.compile(
    r"\b(?:to|don't|can|can't|cannot|you|please|just|we|they|never|won't|should|could|may|might|must|would|let it|let them|do|not)\s$"
    r"|(?:喜欢|偏爱|偏好|想要|想|爱|怕|嫌|图|追求|习惯)(?:穿|用|喝|买|的是)?$"
)
"""Before what is done with a thing (`don't fill it`), or what somebody likes (喜欢宽松), which claims nothing of it."""


def _denied_only(scene: Scene) -> Fault | None:
    """A word that the findings of its product only deny, said as if it were so: `it has a coin pocket` of `no coin pocket`."""
    if scene.doubts or scene.asks:
        return None
    known = scene.known
    for clause in scene.read.clauses:
        for term in clause.terms:
            if term.kind != "word" or set(term.ids) & plain_words() or is_denied(term.start, scene.read.spans):
                continue
            if unsure(term, clause.start, clause.end, scene.read.spans, scene.lower[term.end : term.end + 2]):
                continue
            subjects = scene.subjects.at(term.start)
            facts = [
                fact for one in term.ids for fact in known.by_id.get(one, ()) if of(fact, subjects) and fact.subject
            ]
            facts = [fact for fact in facts if len(fact.clause.terms) <= 2] if facts and len(facts) < 3 else []
            if facts and all(
                set(term.ids) & fact.clause.denied and not set(term.ids) & fact.clause.said for fact in facts
            ):
                return scene.read.text.own[term.start : term.end], "attribute", facts[0].text
    return None


_SHADE = re.compile(
    r"(?<=[、，,：:—是有为和与及])\s?(?P<shade>[\u3400-\u9fff]{1,2}(?:[蓝绿红黄粉灰紫棕白黑橙青]|(?<![颜各同单双两三四五六多哪什异本原纯彩特角出花底配变])色))"
    r"(?=色|款|[、，。；,!！]|和|与|及|可|也|都|两|三|四|的|哦|呢|啦|$)"
)


def _shade(scene: Scene) -> Fault | None:
    """A colour in a list of Chinese words, by its last character, that nothing found is in."""
    if scene.doubts or scene.asks or not scene.known.products:
        return None
    for match in _SHADE.finditer(scene.lower):
        shade = match["shade"].lstrip(_BEFORE_SHADE)
        if len(shade) < 2 or (len(shade) > 2 and _is_no_shade(shade[:-1], scene.known)):
            continue
        others = _called_alike(shade, scene.known)
        if is_denied(match.start("shade"), scene.read.spans) or shade in scene.asked.text:
            continue
        if not any(one in scene.known.all_text for one in others):
            return shade, "colour", "none of the findings has this colour"
    return None


_BEFORE_SHADE = "就都是有只和全为也还的或与及要选配带"


_ADVERBS = frozenset(
    ["眼下", "目前", "现在", "只有", "就是", "都是", "还有", "另外", "暂时", "剩下", "外面", "里面", "全是"]
)


def _is_no_shade(before: str, known: Known) -> bool:
    """Whether what stands before a colour is a word of its own: 小毛巾白, 眼下红."""
    return before in _ADVERBS or before in phrases() or before in known.all_text


def _called_alike(shade: str, known: Known) -> tuple[str, ...]:
    """A colour and those that are called alike."""
    bare = shade.removeprefix("是").removeprefix("有")
    return (bare, *known.alike(bare), *known.alike(f"{bare}色"))


def _judged(term: Term, clause: Clause, subjects: tuple[str, ...], denied: bool | None, scene: Scene) -> Fault | None:
    known, said = scene.known, scene.read.text.own[term.start : term.end]
    kind = {"colour": "colour", "code": "code", "size": "size"}.get(term.kind, "attribute")
    facts = licences(term, subjects, known)
    if not facts:
        if kind == "code" and said.lower() in scene.asked.text.lower() and not _WORKS.search(scene.lower):
            return None
        if excused(term, denied is not False, scene):
            return None
        if any(licences(term, (one,), known) for one in known.products):
            if denied and scene.lower.isascii():
                return None
            return said, "product", "true of another product than this one"
        return said, kind, expected(term, subjects, known)
    if denied is None or term.kind in ("code", "size") or only_names(term):
        return None
    return polarity(term, clause, facts, denied, scene)


_WORKS = re.compile(
    r"\bworks?\b|\bvalid\b|\baccepted?\b|\bappl(?:y|ies|ied)\b|\boff\b|[%％]|有效|可以?用|能用|生效|[减折]"
)
"""What makes a claim of a code that the customer named."""


def _tells(term: Term, known: Known) -> bool:
    if term.kind in ("amount", "day"):
        return False
    if term.kind == "word":
        return any(one in known.risky for one in term.ids)
    return True


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
