"""What an event of Chatwoot's says, read from its JSON as it came. Pure; what is malformed or of no matter is None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

CHANNEL = "chatwoot"
Raw = Mapping[str, Any]
Kind = Literal["said", "colleague", "status"]

_SIGNS = {"image": "photo", "audio": "voice", "video": "video", "file": "document", "location": "location", "contact": "contact"}  # fmt: skip
"""What Chatwoot calls an attachment -> what was sent instead of words, or with them."""
_TYPES = {0: "incoming", 1: "outgoing", "incoming": "incoming", "outgoing": "outgoing"}
_GIVEN_BACK = ("pending", "resolved")
"""States in which no colleague has the customer: the next message is the clerk's."""


@dataclass(frozen=True, slots=True)
class Event:
    """`said`: a customer's words or choice. `colleague`: a person's words to the customer. `status`: the conversation is in another state."""

    kind: Kind
    conversation_id: str
    address: str
    """`<account>/<conversation>`."""
    status: str
    is_assigned: bool
    at: datetime
    key: str = ""
    number: int = 0
    """Of the message: ever growing, so it is the order."""
    text: str = ""
    sign: str = ""
    language: str = ""


def event_of(raw: Raw) -> Event | None:
    try:
        name = raw.get("event")
        if name in ("message_created", "message_updated"):
            return _of_message(raw, is_new=name == "message_created")
        if isinstance(name, str) and name.startswith("conversation_"):
            return _event("status", raw, raw)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return None


def is_a_colleagues(event: Event, held_in: str | None) -> bool:
    """Whether a person has the customer, so that the clerk says nothing: it is open and somebody's, or a person has spoken in it since
    it was last given back. `held_in` is the state in which a person spoke last."""
    if event.status in _GIVEN_BACK:
        return held_in == event.status == "pending"
    return event.is_assigned or held_in is not None


def is_given_back(event: Event, held_in: str) -> bool:
    return event.status in _GIVEN_BACK and (event.kind == "status" or held_in != event.status)


def _of_message(raw: Raw, *, is_new: bool) -> Event | None:
    kind = _TYPES.get(raw["message_type"])
    if raw.get("private") or kind is None:
        return None
    number = int(raw["id"])
    if kind == "outgoing":
        if chosen := _chosen(raw):
            return _event("said", raw, raw["conversation"], key=f"{number}/chosen", number=number, text=chosen)
        by_person = is_new and (raw.get("sender") or {}).get("type") == "user"
        return _event("colleague", raw, raw["conversation"], number=number) if by_person else None
    if not is_new:
        return None
    text, sign = str(raw.get("content") or ""), _sign(raw.get("attachments") or ())
    if not text and not sign:
        return None
    return _event("said", raw, raw["conversation"], key=str(number), number=number, text=text, sign=sign)


def _chosen(raw: Raw) -> str:
    """What was chosen of the choices that the clerk offered."""
    submitted = (raw.get("content_attributes") or {}).get("submitted_values")
    if raw.get("content_type") != "input_select" or not isinstance(submitted, Sequence) or not submitted:
        return ""
    return str(submitted[0].get("title") or submitted[0].get("value") or "")


def _sign(attachments: Sequence[Raw]) -> str:
    return next((_SIGNS.get(str(one.get("file_type")), "document") for one in attachments), "")


def _event(kind: Kind, raw: Raw, conversation: Raw, **more: Any) -> Event:
    """Raises KeyError, TypeError or ValueError where it can't be told whose it is."""
    account, number = int(_account(raw, conversation)), int(conversation["id"])
    told = conversation.get("additional_attributes") or {}
    assignee = (conversation.get("meta") or {}).get("assignee")
    return Event(
        kind, f"{CHANNEL}:{account}:{number}", f"{account}/{number}", str(conversation.get("status", "")),
        bool(assignee) and (assignee or {}).get("type", "user") == "user", datetime.now(UTC),
        language=str(told.get("browser_language") or ""), **more,
    )  # fmt: skip


def _account(raw: Raw, conversation: Raw) -> Any:
    messages: Sequence[Raw] = conversation.get("messages") or ({},)
    return (raw.get("account") or {}).get("id") or conversation.get("account_id") or messages[0]["account_id"]
