"""What was done in a tau2 simulation against the shop's policy or beyond what the customer said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.endstates import Call
from eval.replay.faults.story import Story, heads_of, named

_REASONS = {
    "no longer needed": re.compile(r"\bno longer\b|\bany ?more\b|n't (?:really )?need\b|\b(?:no|without) (?:need|use)\b|\bnot need", re.I),
    "ordered by mistake": re.compile(r"\b(?:mistake\w*|accident\w*|wrong\w*|by error|didn't mean)\b", re.I),
}  # fmt: skip
_WHOLE = re.compile(r"\b(?:entire|whole|full|all|everything|both|complete)\b", re.I)
_THE_ORDER = re.compile(r"\bcancel\w* (?:the |my |that |this |these |those |it\b|them\b)?(?:\w+ )?orders?\b", re.I)
_AGREES = re.compile(
    r"\b(?:yes|yeah|yep|sure|confirm\w*|proceed|go (?:ahead|with)|correct|sounds good|works|please|perfect|ok(?:ay)?|fine|do (?:it|that|so)|let's|"
    r"absolutely|agree|exactly|alright|i'll (?:take|have)|good|great)\b|^(?:cancel|return|exchange|refund|change|modify|update)\b",
    re.I | re.M,
)
_ASKS = re.compile(
    r"\b(?:confirm|proceed|would you like|do you want|shall i|should i|correct|let me know|which)\b", re.I
)


def _cancelled(story: Story) -> Iterator[tuple[Call, str]]:
    """Each order that was cancelled, with what the customer had said by then."""
    for call in story.done:
        if call.name == "cancel_pending_order":
            yield call, " ".join(story.said_by("user", call.place))


def reason_not_given(story: Story) -> bool:
    """An order was cancelled for a reason that neither a customer's word gives nor the shop named alone before their answer: the policy
    wants it from them."""
    return any(
        not _REASONS[reason].search(words) and not _was_put(story, call, reason)
        for call, words in _cancelled(story)
        if (reason := str(call.arguments.get("reason"))) in _REASONS
    )


def _was_put(story: Story, call: Call, reason: str) -> bool:
    """Whether the shop said this reason, and not the choice of all, before the customer's last words before the call."""
    said = (text.casefold() for text in story.said_by("assistant", _last_words(story, call)))
    return any([one for one in _REASONS if one in text] == [reason] for text in said)


def more_than_named(story: Story) -> bool:
    """A whole order was cancelled of which the customer named a part, without a word on the rest."""
    for call, words in _cancelled(story):
        heads = heads_of([story.order_of(call)])
        part = named(words, heads)
        if part and part != heads and not _WHOLE.search(words) and not _THE_ORDER.search(words):
            return True
    return False


def not_agreed(story: Story) -> bool:
    """A change was made that the shop hadn't asked about, or that the customer's words before it neither agree to nor ask for."""
    return any(not _is_agreed(story, call) for call in story.done)


def _is_agreed(story: Story, call: Call) -> bool:
    place = _last_words(story, call)
    asked = story.said_by("assistant", place)
    return bool(asked and _ASKS.search(asked[-1]) and _AGREES.search(story.talk[place][1]))


def _last_words(story: Story, call: Call) -> int:
    """The step of the customer's last words before a call."""
    return max((at for at, (who, _) in enumerate(story.talk[: call.place]) if who == "user"), default=0)
