"""What a customer of a tau2 simulation asked for or agreed to, and didn't get."""

from __future__ import annotations

import re

from eval.replay.faults.story import Story, sentences

_ADDRESS = re.compile(
    r"\b(?:chang|updat|modif|correct|fix|set|ship|send|deliver)\w*\b.{0,80}\baddress|\baddress\b.{0,80}\b(?:chang|updat|modif|correct|wrong|instead)",
    re.I,
)
_ALL = re.compile(
    r"(?<!that's )(?<!that is )(?<!at )(?<!not )(?<!for )\b(?:all (?!set|good|right|i )|every|everything|any other)",
    re.I,
)
_ORDER_ID = re.compile(r"#W\d+")
_GO_AHEAD = re.compile(
    r"\b(?:please|let's|let us|yes,?|fine,? (?:just )?) ?(?:go|do|proceed|process|cancel|return|refund|exchange|change|modify|update)\b"
    r"|\b(?:go ahead|proceed|do it)\b|\bi'll go with\b",
    re.I,
)
_HEDGED = re.compile(r"\?|\b(?:if|once|when|thank(?:s| you) for)\b", re.I)
_TRACKING = re.compile(r"\btracking (?:number|id)s?\b", re.I)


def address_left(story: Story) -> bool:
    """The customer wanted an address changed, and none was."""
    asked = any(_ADDRESS.search(sentence) for text in story.said_by("user") for sentence in sentences(text))
    return asked and not any(call.name.endswith("_address") for call in story.done)


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


def agreed_not_done(story: Story) -> bool:
    """The customer's last words ask to go ahead, and no change was tried after them."""
    last = max((place for place, (who, _) in enumerate(story.talk) if who == "user"), default=-1)
    said = sentences(story.talk[last][1]) if last >= 0 else []
    asks = any(_GO_AHEAD.search(sentence) and not _HEDGED.search(sentence) for sentence in said)
    return asks and all(call.place < last for call in story.changes)


def orders_not_looked_at(story: Story) -> bool:
    """The customer spoke of all, without a number, and not each of their orders was looked at."""
    words = " ".join(story.said_by("user"))
    seen = {str(call.arguments.get("order_id")) for call in story.made if call.name == "get_order_details"}
    return bool(_ALL.search(words)) and not _ORDER_ID.search(words) and bool(set(story.orders) - seen)


def tracking_not_told(story: Story) -> bool:
    """The customer asked for a tracking number, and none of those in their orders was said."""
    asked = any(_TRACKING.search(text) for text in story.said_by("user"))
    sent = [one for order in story.orders.values() for one in order.get("fulfillments", ())]
    known = [str(id_) for one in sent for id_ in one.get("tracking_id", ())]
    said = " ".join(story.said_by("assistant"))
    return asked and bool(known) and not any(id_ in said for id_ in known)
