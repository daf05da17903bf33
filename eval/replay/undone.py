"""What a customer of a tau2 simulation asked for and didn't get: a product forgotten, an address left, a call that failed and wasn't mended."""

from __future__ import annotations

import re

from eval.replay.story import OPEN, Story, heads_of, named, sentences, touched

_DEED = re.compile(
    r"\b(?:return|exchang|cancel|modif|chang|refund|swap|replac|switch|upgrad|get rid|send back)\w*\b", re.I
)
_WANT = re.compile(
    r"\b(?:i(?:'d| would)? (?:like|want|prefer|need)|for the|also|first|second|third|lastly|please|includes?)\b|^(?:\d+\.|-) ",
    re.I,
)
_QUESTION = re.compile(r"\b(?:how (?:many|much)|tracking number|(?:what|which) (?:is|are|was|were)|to know)\b", re.I)
_ALL_WITHDRAWN = re.compile(
    r"\b(?:keep (?:it|them|everything|the (?:whole |entire )?order) as|not (?:to )?cancel (?:it|the (?:whole |entire )?order)|leave (?:it|everything|the order) as)\b", re.I
)
_UNSURE = re.compile(
    r"\b(?:not (?:\w+ )?sure|(?:don't|do not|can't|cannot) (?:\w+ )?(?:remember|recall|have|know|find)|no problem)\b", re.I
)
_BESIDE = re.compile(r"\b(?:came|come|comes|goes|go|along|together|bought|ordered) with\b[^,.;]*|\bsame order as\b[^,.;]*", re.I)
"""Names a product only to say which one is meant."""
_WITHDRAWN = re.compile(
    r"\b(?:keep|keeping|skip|except|besides|apart from|other than|not|no|don't|won't|can't|without|leave|rather|myself|never ?mind|forget)\b",
    re.I,
)
_ONLY_THIS = re.compile(r"\b(?:proceed|go ahead|let's (?:do|go))\b[^?]*\b(?:just|only)\b[^?]*$", re.I)
_ADDRESS = re.compile(
    r"\b(?:chang|updat|modif|correct|fix|set|ship|send|deliver)\w*\b.{0,80}\baddress|\baddress\b.{0,80}\b(?:chang|updat|modif|correct|wrong|instead)",
    re.I,
)
_ALL = re.compile(r"(?<!that's )(?<!that is )(?<!at )(?<!not )(?<!for )\b(?:all (?!set|good|right|i )|every|everything|any other)", re.I)
_ORDER_ID = re.compile(r"#W\d+")
_DEFAULT = re.compile(
    r"\b(?:chang|updat|modif|correct|fix|set)\w* (?:[\w']+ ){0,4}(?:default|profile|account|user) (?:\w+ )?address|\bdefault address\b.{0,40}\b(?:as well|too|also)\b", re.I
)
_GO_AHEAD = re.compile(
    r"\b(?:please|let's|let us|yes,?|fine,? (?:just )?) ?(?:go|do|proceed|process|cancel|return|refund|exchange|change|modify|update)\b|\b(?:go ahead|proceed|do it)\b|\bi'll go with\b", re.I
)
_HEDGED = re.compile(r"\?|\b(?:if|once|when|thank(?:s| you) for)\b", re.I)
_PERSON = re.compile(r"\b(?:human|person|representative|agent|supervisor|manager|transfer)\b", re.I)
_TRACKING = re.compile(r"\btracking (?:number|id)s?\b", re.I)
_REFUSED = re.compile(r"\b(?:unable to|can(?:not|'t)|not (?:possible|able|allowed|eligible)|unfortunately)\b", re.I)
_ACCEPTED = re.compile(
    r"^(?:oh,? )?(?:i (?:understand|see)|alright|all right|okay|ok\b|no (?:problem|worries)|that's (?:fine|okay|alright)|got it|fair enough|in that case)", re.I
)
"""How a customer begins who takes a refusal as it is; what is asked anew after it counts again."""


def wished(story: Story) -> set[str]:
    """Words of products that the customer wanted something done about, by their last word on each."""
    heads = heads_of([order for order in story.orders.values() if order["status"] in OPEN])
    wanted: set[str] = set()
    asked: set[str] = set()
    of_deeds = refused = False
    for who, text in story.talk:
        if who == "assistant":
            refused = bool(_REFUSED.search(text))
        if who != "user":
            continue
        of_deeds = of_deeds or bool(_DEED.search(text))
        if refused and _ACCEPTED.search(text):
            wanted -= asked
        asked = named(text, heads)
        for sentence in (_UNSURE.sub("", _BESIDE.sub("", one)) for one in sentences(text)):
            there = named(sentence, heads)
            if _ONLY_THIS.search(sentence) and there:
                wanted = there
            elif _ALL_WITHDRAWN.search(sentence):
                wanted = set()
            elif _WITHDRAWN.search(sentence):
                wanted -= there
            elif of_deeds and (_DEED.search(sentence) or _WANT.search(sentence) and not _QUESTION.search(sentence)):
                wanted |= there
    return wanted


def product_forgotten(story: Story) -> bool:
    return bool(wished(story) - touched(story))


def address_left(story: Story) -> bool:
    """The customer wanted an address changed, and none was."""
    asked = any(_ADDRESS.search(sentence) for text in story.said_by("user") for sentence in sentences(text))
    return asked and not any(call.name.endswith("_address") for call in story.done)


def default_address_left(story: Story) -> bool:
    """The customer wanted the address of their profile changed, and it wasn't."""
    asked = any(_DEFAULT.search(sentence) for text in story.said_by("user") for sentence in sentences(text))
    return asked and not any(call.name == "modify_user_address" for call in story.done)


def agreed_not_done(story: Story) -> bool:
    """The customer's last words ask to go ahead, and no change was tried after them."""
    last = max((place for place, (who, _) in enumerate(story.talk) if who == "user"), default=-1)
    said = sentences(story.talk[last][1]) if last >= 0 else []
    asks = any(_GO_AHEAD.search(sentence) and not _HEDGED.search(sentence) for sentence in said)
    return asks and all(call.place < last for call in story.changes)


def given_up(story: Story) -> bool:
    """Handed to a person, and the customer hadn't asked for one."""
    return any(
        call.name.startswith("transfer") and not _PERSON.search(" ".join(story.said_by("user", call.place)))
        for call in story.made
    )


def tracking_not_told(story: Story) -> bool:
    """The customer asked for a tracking number, and none of those in their orders was said."""
    asked = any(_TRACKING.search(text) for text in story.said_by("user"))
    known = [
        str(id_) for order in story.orders.values() for one in order.get("fulfillments", ()) for id_ in one.get("tracking_id", ())
    ]
    said = " ".join(story.said_by("assistant"))
    return asked and bool(known) and not any(id_ in said for id_ in known)


def failure_left(story: Story) -> bool:
    """A change failed, and none of the same order went well after it."""
    return any(
        call.failed
        and not any(
            later.place > call.place and later.arguments.get("order_id") == call.arguments.get("order_id")
            for later in story.done
        )
        for call in story.changes
    )


def orders_not_looked_at(story: Story) -> bool:
    """The customer spoke of all, without a number, and not each of their orders was looked at."""
    words = " ".join(story.said_by("user"))
    seen = {str(call.arguments.get("order_id")) for call in story.made if call.name == "get_order_details"}
    return bool(_ALL.search(words)) and not _ORDER_ID.search(words) and bool(set(story.orders) - seen)
