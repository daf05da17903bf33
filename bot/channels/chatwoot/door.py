"""The way out to Chatwoot: a turn as messages, choices and product cards; a hand-over as a note for colleagues and an open conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx

from bot.channels.chatwoot.events import CHANNEL
from bot.mail import Delivered, Draft, Later, Outcome, Outgoing, Refused
from bot.people.case import Case
from bot.people.summary import TURNS, card, why_of
from bot.people.telling import PERSON
from bot.types import Card, Turn
from bot.writing.forms import money
from bot.writing.wordings import Wordings
from knowledge_base.types import Locale

REQUEST_S = 20.0
_SET_UP_S = 60.0
"""Until it is tried again where the token isn't taken."""
Body = Mapping[str, Any]
LastTurns = Callable[[str, int], Awaitable[Sequence[Turn]]]


class ChatwootDoor:
    channel = CHANNEL
    at_once = 4
    """Chatwoot has no key for sends: a kill doubles at most what is under way."""

    def __init__(self, base: str, token: str, wordings: Wordings, locale: Locale, turns: LastTurns) -> None:
        """`locale` is what colleagues read; `turns` gives the last ones of a conversation."""
        self._base, self._token, self._wordings, self._locale, self._turns = base.rstrip("/"), token, wordings, locale, turns  # fmt: skip
        self._client: httpx.AsyncClient | None = None

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        reply = turn.reply
        drafts = [Draft(body) for body in (_words(turn), self._cards(turn)) if body]
        if reply.handed_off and reply.intent != PERSON:
            drafts += [Draft({"note": why_of(turn), "locale": reply.locale}), Draft({"status": "open"})]
        return drafts

    async def send(self, outgoing: Outgoing) -> Outcome:
        body = outgoing.body
        if "status" in body:
            return await self._post(outgoing, "toggle_status", {"status": body["status"]})
        if "note" in body:
            return await self._post(outgoing, "messages", _message(await self._note(outgoing), is_private=True))
        if "text" in body:  # a colleague's at another desk, or ours without a turn
            return await self._post(outgoing, "messages", _message(str(body["text"])))
        outcome = await self._post(outgoing, "messages", {**_message(""), **body})
        if isinstance(outcome, Refused) and "content_type" in body and body.get("content_type") != "cards":
            return await self._post(
                outgoing, "messages", _message(str(body["content"]))
            )  # its choices are in the words
        return outcome

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _note(self, outgoing: Outgoing) -> str:
        """Composed now: who reads it sees what was said until now."""
        told, turns = outgoing.body, await self._turns(outgoing.conversation_id, TURNS)
        case = Case(outgoing.conversation_id, CHANNEL, outgoing.address, str(told["locale"]), "waiting", str(told["note"]))  # fmt: skip
        return card(case, turns, self._wordings, self._locale)

    def _cards(self, turn: Turn) -> Body | None:
        """Products that have a page: Chatwoot shows no card without something to press."""
        items = [self._item(one, turn.reply.locale) for one in turn.reply.cards if _is_link(one.url)]
        return {"content": turn.reply.cards[0].title, "content_type": "cards", "content_attributes": {"items": items}} if items else None  # fmt: skip

    def _item(self, one: Card, locale: Locale) -> Body:
        stock = {True: "in_stock", False: "sold_out", None: "stock_unknown"}[one.in_stock]
        between = "，" if locale == "zh" else ", "
        told = f"{money(one.price, one.currency, locale)}{between}{self._wordings.say(locale, stock)}"
        action = {"type": "link", "text": self._wordings.say(locale, "button_details"), "uri": one.url}
        picture = {"media_url": one.image} if _is_link(one.image) else {}
        return {"title": one.title, "description": told, **picture, "actions": [action]}

    async def _post(self, outgoing: Outgoing, what: str, body: Body) -> Outcome:
        account, _, conversation = outgoing.address.partition("/")
        url = f"{self._base}/api/v1/accounts/{int(account)}/conversations/{int(conversation)}/{what}"
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=REQUEST_S, trust_env=False)
        try:
            answer = await self._client.post(url, json=body, headers={"api_access_token": self._token})
        except httpx.HTTPError as error:
            return Later(f"Chatwoot isn't there: {type(error).__name__}")
        return _outcome(answer)


def _words(turn: Turn) -> Body | None:
    """The reply; a question with choices as such, so that one is a press."""
    reply = turn.reply
    if not reply.text.strip():
        return None
    if not (reply.asks and reply.suggestions):
        return {"content": reply.text}
    items = [{"title": text, "value": text} for text in reply.suggestions]
    return {"content": reply.text, "content_type": "input_select", "content_attributes": {"items": items}}


def _message(content: str, *, is_private: bool = False) -> dict[str, object]:
    return {"content": content, "message_type": "outgoing", "private": is_private}


def _outcome(answer: httpx.Response) -> Outcome:
    status, told = answer.status_code, f"Chatwoot: {answer.status_code}"
    if status < 300:
        return Delivered(_id_in(answer))
    if status == 429:
        return Later(told, _seconds(answer.headers.get("retry-after", "")), whole_door=True)
    if status in (401, 403):
        return Later(f"{told}, SHOPCLERK_CHATWOOT_TOKEN isn't taken", _SET_UP_S, whole_door=True)
    if status >= 500 or status in (408, 409, 425):
        return Later(told, _seconds(answer.headers.get("retry-after", "")))
    return Refused(f"{told} {answer.text[:200]}")


def _seconds(told: str) -> float | None:
    return float(told) if told.isascii() and told.isdigit() and len(told) < 6 else None


def _id_in(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get("id", "")) if isinstance(told, dict) else ""


def _is_link(url: str) -> bool:
    return url.startswith(("http://", "https://"))
