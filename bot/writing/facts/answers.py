"""`Yes.` says what was asked, `No.` denies it."""

from __future__ import annotations

import re

from bot.writing.facts.denial import is_denied
from bot.writing.facts.licences import FREELY, licences
from bot.writing.facts.scene import Fault, Scene

_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|absolutely|of course|certainly|indeed|it is|it does|it can|it sure|you can|correct|right you are|是的|对的?|可以的?|能的?|有的?|会的?|支持|没错|当然|行的?)(?=[,.!;:，。！；：～~、—–]|[呢哦啦哈呀]|\s*亲|\s*$)"
)


_NO = re.compile(
    r"^\W*(?:no(?=[,.!;:—–]|\s*$)|nope|sadly not|unfortunately not|i'm afraid not|not really|it isn't|it doesn't|it can't|不是的?|不行的?|不能的?|不可以的?|没有的?|不会的?|用不了的?|不支持)(?=[\W呢哦啦哈呀亲]|$)"
)


_TIMES = frozenset({"sameday"})
"""How soon: what follows the yes tells it."""


def answer(scene: Scene) -> Fault | None:
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
            if term.kind not in ("concept", "material") or set(term.ids) & title or term.ids[0] in FREELY | _TIMES:
                continue
            subjects = scene.subjects.at(0)
            denied = (is_denied(term.start, part.spans) != term.flips) != bool(no)
            facts = licences(term, subjects, scene.known)
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
