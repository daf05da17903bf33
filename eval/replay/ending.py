"""Signs of how a conversation with tools ended, read without knowing what was expected: what was asked, what was done, what was refused.

The rules are those of tau2's retail policy, as code: a change needs a yes, calls shouldn't fail, only what can't be done is passed on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from eval.replay.endstates import CHANGES, Call, Things, calls
from eval.replay.readers.shapes import steps
from eval.replay.wishes import WISHES, wishes

SIGNS = (
    "changes", "failed_calls", "transferred", "asked_not_done", "done_not_asked", "unconfirmed", "options_not_said", "customer_turns", "looked_up",
    "refusals", "thanked", "figure_not_told", "orders_untouched", "second_thoughts", "conditions", "nothing_done", "agreed_not_done", "modifications", "kinds_of_change", *WISHES,
)  # fmt: skip
"""What each number says, in order."""

_ASKED: Mapping[str, re.Pattern[str]] = {
    "cancel_pending_order": re.compile(r"\bcancel\w*", re.I),
    "return_delivered_order_items": re.compile(r"\b(?:return\w*|send(?:ing)? (?:it|them) back)\b", re.I),
    "exchange_delivered_order_items": re.compile(r"\b(?:exchang\w+|swap\w*|replac\w+)\b", re.I),
    "modify_pending_order_items": re.compile(r"\b(?:modif\w+|chang\w+|switch\w*|upgrad\w*|instead)\b", re.I),
    "modify_pending_order_address": re.compile(r"\b(?:address|ship\w* to|deliver\w* to)\b", re.I),
    "modify_pending_order_payment": re.compile(r"\b(?:payment method|pay with|paypal|gift card|credit card)\b.*\b(?:chang|switch|use|instead)", re.I),
}  # fmt: skip
_ALSO = {"modify_user_address": "modify_pending_order_address"}
_YES = re.compile(
    r"\b(?:yes|yeah|yep|sure|confirm\w*|proceed|go ahead|correct|sounds good|that works|please do|perfect|ok(?:ay)?)\b",
    re.I,
)
_GO_AHEAD = re.compile(
    r"\b(?:(?:please|let(?:'|’)s|let us) (?:do|proceed|go|process|cancel|return|refund|exchange|change|modify|update)|go ahead|proceed|do it|i(?:'|’)ll go with|refund to|refund it)\b",
    re.I,
)
"""In a customer's last words: something was agreed to, and is still to be done."""
_REFUSED = re.compile(
    r"\b(?:unable to|can(?:not|'t|’t)|not (?:possible|able|allowed|available)|unfortunately|no longer)\b", re.I
)
_THANKED = re.compile(r"\b(?:thank|great|perfect|appreciate|that(?:'s| is) all)\b", re.I)
_FIGURE = re.compile(
    r"\b(?:how (?:much|many)|total|price|refund amount|tracking number|balance|cost|difference)\b", re.I
)
_TOLD = re.compile(r"\$ ?\d|\b\d{2,}\b")
_THOUGHTS = re.compile(
    r"\b(?:actually|wait|on second thought|chang\w+ my mind|never ?mind|forget|oh,? and|also|one more|another thing)\b",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|otherwise|cheapest|most expensive|only if|in case|as long as|prefer\w*|lowest|highest)\b", re.I
)


def signs(transcript: str, before: Things) -> list[float]:
    """One number a sign, in the order of SIGNS; `before` is the shop's data as it was."""
    talk = [(who, text.split("###")[0]) for who, text in steps(transcript)]
    customer = [text for who, text in talk if who == "user"]
    asked_in = " ".join(customer)
    shop = [text for who, text in talk if who == "assistant"]
    made = list(calls(transcript))
    done = [call for call in made if call.name in CHANGES and not call.failed]
    asked, did = _kinds_asked(customer), {_ALSO.get(call.name, call.name) for call in done}
    changes = [call for call in made if call.name in CHANGES]
    return [float(one) for one in (
        len(done), sum(call.failed for call in made), any(call.name.startswith("transfer") for call in made),
        len(asked - did), len(did - asked), sum(not _is_confirmed(call, talk) for call in done), _options_not_said(done, asked_in, before),
        len(customer), len(made) - len(done), sum(bool(_REFUSED.search(text)) for text in shop), bool(customer and _THANKED.search(customer[-1])),
        bool(_FIGURE.search(asked_in)) and not any(_TOLD.search(text) for text in shop), _orders_untouched(made, done),
        len(_THOUGHTS.findall(asked_in)), len(_CONDITION.findall(asked_in)), not done, _is_left_undone(talk, changes),
        sum(call.name.startswith("modify") for call in changes), len({call.name for call in changes}), *wishes(talk, made, before),
    )]  # fmt: skip


def _kinds_asked(customer: Sequence[str]) -> set[str]:
    """Kinds of change that a customer speaks of in at least one message."""
    return {kind for kind, words in _ASKED.items() if any(words.search(text) for text in customer)}


def _is_confirmed(call: Call, talk: Sequence[tuple[str, str]]) -> bool:
    """Whether the customer's last words before a change say yes."""
    said = next((text for who, text in reversed(talk[: call.place]) if who == "user"), "")
    return bool(_YES.search(said))


def _is_left_undone(talk: Sequence[tuple[str, str]], changes: Sequence[Call]) -> bool:
    """Whether the customer's last words ask to go ahead, and no change was tried after them."""
    last = max((place for place, (who, _) in enumerate(talk) if who == "user"), default=-1)
    return last >= 0 and bool(_GO_AHEAD.search(talk[last][1])) and all(call.place < last for call in changes)


def _options_not_said(done: Sequence[Call], asked: str, before: Things) -> float:
    """The share of options of new items, where they differ from the old ones', that no customer's word names."""
    variants = {id_: variant for product in before["products"].values() for id_, variant in product["variants"].items()}
    plain, unsaid, of = asked.casefold(), 0, 0
    for call in done:
        for old, new in zip(
            _list(call.arguments.get("item_ids")), _list(call.arguments.get("new_item_ids")), strict=False
        ):
            was, now = (variants.get(str(one), {}).get("options", {}) for one in (old, new))
            for option, value in now.items():
                if was.get(option) != value:
                    of += 1
                    unsaid += str(value).casefold() not in plain
    return unsaid / of if of else 0.0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _orders_untouched(made: Sequence[Call], done: Sequence[Call]) -> int:
    """Orders that were looked at, and nothing was done to them."""
    seen = {str(call.arguments.get("order_id")) for call in made if call.name == "get_order_details"}
    return len(seen - {str(call.arguments.get("order_id")) for call in done})
