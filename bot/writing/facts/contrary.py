"""What a Chinese sentence says can be, where the findings say of the same that it can't: `铝壶也能用` of `铝制品请勿使用`.

Clauses are likened by the pairs of signs that they share, for the words differ and what they are cut into does, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.writing.facts.denial import clauses
from bot.writing.facts.pairs import pairs
from bot.writing.facts.reading import Sentence, stated
from bot.writing.facts.scene import Fault, Scene

_CAN = re.compile(
    r"可以|能(?!量|源)|可(?=[^是惜能])|行|没问题|没关系|没事|不影响|不妨|通用|适用|支持|适合|合适|随便|尽管|照样|一样|通吃|也(?![不没别勿无非])|放心|得[下上进了出来到掉动]|就(?=[^不没别])|都(?=[^不没别])|会|给|有|收|送|退|换|保"
)
"""What says that something is so, or can be done."""
_SIGNS = re.compile(r"[\u3400-\u9fff]")
_MAYBE = re.compile(
    r"如果|要是|若|的话|除非|只有|之前|以前|前(?=[,，]|$)|时(?=[,，]|$)|除外|多半|一般|建议|尽量|最好|担心|怕|免得|以免|不然|否则|除了"
)
_NO_NEED = re.compile(r"不会|不怕|不用|不必|无需|不需|不担心|免")
"""What denies a need or a harm and no use."""
_PART, _BEST = 0.5, 0.75


@dataclass(frozen=True, slots=True)
class Said:
    """A clause: its telling pairs of signs, whether it denies, and whether it is only said on a condition."""

    pairs: frozenset[str]
    denies: bool
    plain: bool
    maybe: bool
    subject: str
    text: str


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or scene.lower.isascii():
        return None
    if not _CAN.search(scene.lower) or _MAYBE.search(scene.lower):
        return None
    facts, names = told_of_all(scene), _named(scene)
    for said, start, end in clauses_of(scene.read):
        if not said.plain or not said.pairs or not _CAN.search(scene.lower[start:end]):
            continue
        subjects = scene.subjects.at(max(start, end - 1))
        alike = [one for one in facts if _of(one, subjects) and one.pairs & said.pairs]
        known = said.pairs & frozenset().union(*(one.pairs for one in alike)) - names
        if not known:
            continue
        best = max(len(one.pairs & known) for one in alike) / len(known)
        near = [one for one in alike if len(one.pairs & known) >= _BEST * best * len(known)]
        if best >= _PART and all(
            one.denies and not one.maybe and (len(known) > 1 or not _NO_NEED.search(one.text)) for one in near
        ):
            return scene.read.text.own[start:end].strip(), "attribute", near[0].text
    return None


def _named(scene: Scene) -> frozenset[str]:
    """The pairs of the names of what was found, which are said of it in every sentence."""
    return frozenset().union(*(pairs(title) for some in scene.known.titles.values() for title in some))


def _of(one: Said, subjects: tuple[str, ...]) -> bool:
    return not one.subject or not subjects or one.subject in subjects


def told_of_all(scene: Scene) -> Sequence[Said]:
    """What the findings say, clause by clause, but for names."""
    known = scene.known
    texts = dict.fromkeys(
        (fact.subject, fact.text) for fact in known.facts if fact.text not in known.names.get(fact.subject, ())
    )
    return _all_told(tuple(texts), known.today)


@lru_cache(maxsize=64)
def _all_told(texts: tuple[tuple[str, str], ...], today: date) -> Sequence[Said]:
    return [
        replace(said, subject=subject, text=text)
        for subject, text in texts
        if not text.isascii()
        for said, _, _ in clauses_of(stated(text, today))
    ]


def clauses_of(sentence: Sentence) -> Iterator[tuple[Said, int, int]]:
    """(what it says, start, end) of each clause."""
    lower, spans = sentence.text.lower, sentence.spans
    for start, end in clauses(lower):
        part = lower[start:end]
        signs = [place for place in range(start, end) if _SIGNS.match(lower[place])]
        covered = sum(any(first <= place < last for first, last in spans) for place in signs)
        most = covered * 2 > len(signs) or bool(covered and _WHOLE.search(part))
        yield Said(pairs(part), most, not covered, bool(_MAYBE.search(lower)), "", part), start, end


_WHOLE = re.compile(r"(?:不|没|未|勿|别)[\u3400-\u9fff]{0,3}[。,，;；!！\s]*$")
