"""`Yes.` says what was asked, `No.` denies it."""

from __future__ import annotations

import re

from bot.writing.facts.denial import is_denied
from bot.writing.facts.licences import FREELY, licences
from bot.writing.facts.phrases import plain_words
from bot.writing.facts.scene import Fault, Scene

_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|absolutely|of course|certainly|indeed|it is|it does|it can|it sure|you can|correct|right you are|是的|对的?|可以的?|能的?|有的?|会的?|支持|没错|当然|行的?)(?=[,.!;:，。！；：～~、—–]|[呢哦啦哈呀]|\s*亲|\s*$)"
)


_NO = re.compile(
    r"^\W*(?:no(?=[,.!;:—–]|\s*$)|nope|sadly not|unfortunately not|i'm afraid not|not really|it isn't|it doesn't|it can't|不是的?|不行的?|不能的?|不可以的?|没有的?|不会的?|用不了的?|不支持)(?=[\W呢哦啦哈呀亲]|$)"
)


_TIMES = frozenset({"sameday"})
"""How soon: what follows the yes tells it."""
_GO_AHEAD = re.compile(
    r"^\W*(?:go ahead|go for it|no problem|by all means|that'?s fine|fine\b|works|perfectly|happily|please do|you may|they (?:do|are|can)|it'?s fine|safe\b|gladly|all good|no worries|with pleasure|why not|any time|definitely|naturally|feel free|that works|both (?:do|are|can))"
)
_KEEP_OUT = re.compile(
    r"^\W*(?:better not|rather not|never\b|please don'?t|don'?t\b|not at all|keep it (?:out|away)|i'd avoid|best avoided|hand.?wash only|they (?:don't|aren't|can't)|i wouldn't|not\b)"
)
"""How a reply answers the short question that it has asked itself: `Dishwasher? Go ahead.`"""


def answer(scene: Scene) -> Fault | None:
    """`Yes.` says what was asked, `No.` denies it."""
    own = scene.told.question
    yes = _YES.search(scene.lower) or (_GO_AHEAD.search(scene.lower) if own else None)
    no = _NO.search(scene.lower) or (_KEEP_OUT.search(scene.lower) if own else None)
    if not (yes or no) or not (own or scene.asked.parts):
        return None
    part = own or scene.asked.parts[-1]
    title = (
        frozenset().union(*(scene.known.title_ids.get(one, frozenset()) for one in scene.known.products))
        if scene.known.products
        else frozenset()
    )
    for clause in part.clauses:
        for term in clause.terms:
            kinds = ("concept", "material", "word") if own else ("concept", "material")
            if term.kind not in kinds or set(term.ids) & (title | plain_words()) or term.ids[0] in FREELY | _TIMES:
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
            facts = [fact for fact in facts if fact.claim or (own and fact is not scene.known.blank)]
            if not facts:
                continue
            theirs = {bool(set(term.ids) & fact.clause.denied) for fact in facts}
            if theirs == {not denied}:
                said = yes or no
                return scene.read.text.own[: said.end()].strip() if said else "", "attribute", facts[0].text
    return None
