"""A product that the customer of a tau2 simulation wanted something done about, and nothing was."""

from __future__ import annotations

import re

from eval.replay.faults.story import OPEN, Story, head, heads_of, listed, named, sentences

_DEED = re.compile(
    r"\b(?:return|exchang|cancel|modif|chang|refund|swap|replac|switch|upgrad|get rid|send back)\w*\b", re.I
)
_WANT = re.compile(
    r"\b(?:i(?:'d| would)? (?:like|want|prefer|need)|for the|also|first|second|third|lastly|please|includes?)\b|^(?:\d+\.|-) ",
    re.I,
)
_QUESTION = re.compile(r"\b(?:how (?:many|much)|tracking number|(?:what|which) (?:is|are|was|were)|to know)\b", re.I)
_ALL_WITHDRAWN = re.compile(
    r"\b(?:keep (?:it|them|everything|the (?:whole |entire )?order) as|not (?:to )?cancel (?:it|the (?:whole |entire )?order)|leave (?:it|everything|the order) as)\b",
    re.I,
)
_WITHDRAWN = re.compile(
    r"\b(?:keep|keeping|skip|except|besides|apart from|other than|not|no|don't|won't|can't|without|leave|rather|myself|never ?mind|forget)\b",
    re.I,
)
_UNSURE = re.compile(
    r"\b(?:not (?:\w+ )?sure|(?:don't|do not|can't|cannot) (?:\w+ )?(?:remember|recall|have|know|find)|no problem)\b",
    re.I,
)
"""Denies something, and takes no wish back."""
_BESIDE = re.compile(
    r"\b(?:came|come|comes|goes|go|along|together|bought|ordered) with\b[^,.;]*|\bsame order as\b[^,.;]*", re.I
)
"""Names a product only to say which one is meant."""
_ONLY_THIS = re.compile(r"\b(?:proceed|go ahead|let's (?:do|go))\b[^?]*\b(?:just|only)\b[^?]*$", re.I)
_REFUSED = re.compile(r"\b(?:unable to|can(?:not|'t)|not (?:possible|able|allowed|eligible)|unfortunately)\b", re.I)
_ACCEPTED = re.compile(
    r"^(?:oh,? )?(?:i (?:understand|see)|alright|all right|okay|ok\b|no (?:problem|worries)|that's (?:fine|okay|alright)|got it|fair enough|in that case)",
    re.I,
)
"""How a customer begins who takes a refusal as it is; what is asked anew after it counts again."""


def product_forgotten(story: Story) -> bool:
    return bool(wished(story) - _touched(story))


def wished(story: Story) -> set[str]:
    """Words of products that the customer wanted something done about, by their last word on each."""
    heads = heads_of(order for order in story.orders.values() if order["status"] in OPEN)
    wanted: set[str] = set()
    asked: set[str] = set()
    of_deeds = refused = False
    for who, text in story.talk:
        if who == "assistant":
            refused = bool(_REFUSED.search(text))
        elif who == "user":
            of_deeds = of_deeds or bool(_DEED.search(text))
            if refused and _ACCEPTED.search(text):
                wanted -= asked
            wanted = _after(text, wanted, heads, of_deeds)
            asked = named(text, heads)
    return wanted


def _after(text: str, wanted: set[str], heads: frozenset[str], of_deeds: bool) -> set[str]:
    """What is wanted when a message has been said, sentence by sentence."""
    for sentence in (_UNSURE.sub("", _BESIDE.sub("", one)) for one in sentences(text)):
        there = named(sentence, heads)
        if _ONLY_THIS.search(sentence) and there:
            wanted = there
        elif _ALL_WITHDRAWN.search(sentence):
            wanted = set()
        elif _WITHDRAWN.search(sentence):
            wanted = wanted - there
        elif of_deeds and (_DEED.search(sentence) or (_WANT.search(sentence) and not _QUESTION.search(sentence))):
            wanted = wanted | there
    return wanted


def _touched(story: Story) -> set[str]:
    """Words of the products that a change was about; of what is done to an order as a whole, those of all that is in it."""
    return {
        head(str(item["name"]))
        for call in story.done
        for item in story.order_of(call).get("items", ())
        if "item_ids" not in call.arguments or str(item["item_id"]) in listed(call, "item_ids")
    }
