"""Who calls over HTTP, and whether a conversation is theirs. What a body says of who somebody is counts for nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from bot.channels.access import Access
from bot.channels.customers import SignedIn
from bot.errors import KeysAway, NotSignedIn, NotYours
from bot.serving.following import Following
from bot.stores.visitors import PREFIX, is_token
from bot.wiring import OpenShop
from bot.writing.wordings import LANGUAGES, Wordings

TOKEN_HEADER = "x-conversation-token"
NO_SUCH = "There is no such conversation, or it is somebody else's."
"""The same for both: who has no right to it doesn't learn whether it is there."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`customer_id` is verified; `token` is what was sent, whosever it is; `zone` is what the shop's record of the customer has."""

    customer_id: str | None = None
    token: str | None = None
    zone: str = ""


async def caller_of(request: Request) -> Caller:
    """By `Authorization: Bearer <JWT of the shop>` and `X-Conversation-Token`. A token that doesn't count is 401, never anonymous."""
    token = request.headers.get(TOKEN_HEADER)
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    bearer = bearer.strip() if kind.lower() == "bearer" else ""
    if bearer.startswith(PREFIX):
        token, bearer = token or bearer, ""
    if token is not None and not is_token(token):
        raise _not_in(f"{TOKEN_HEADER} isn't a token: {PREFIX} and 43 or more letters of base64url")
    if not bearer:
        return Caller(None, token)
    customer = await _customer(request, bearer)
    return Caller(customer.customer_id, token, customer.zone)


CallerIs = Annotated[Caller, Depends(caller_of)]


async def entered(request: Request, conversation_id: str, caller: Caller) -> str | None:
    """For writing: the new token where the conversation was nobody's and the caller brought none. 403 where it is somebody else's,
    429 where the customer writes too much."""
    token = await owned(request, conversation_id, caller)
    await limited(request, counted_as(conversation_id, caller))
    return token


async def owned(request: Request, conversation_id: str, caller: Caller) -> str | None:
    """As `entered`, without counting it as a message."""
    try:
        came = await _shop(request).visitors.enter(conversation_id, caller.token, caller.customer_id, datetime.now(UTC))
    except NotYours as error:
        raise HTTPException(403, str(error)) from None
    if came.is_taken_over:
        following: Following = request.app.state.following
        following.end(conversation_id)
    return came.token


async def limited(request: Request, who: str) -> None:
    """429 where it comes too often."""
    limits = access(request).limits
    if limits is not None and (wait_s := await limits.wait_s(customer=who)):
        raise too_fast(request, wait_s)


def counted_as(conversation_id: str, caller: Caller) -> str:
    """Apart, so that nobody uses up a customer's limit by a conversation of the customer's name."""
    return f"signed in:{caller.customer_id}" if caller.customer_id else f"web:{conversation_id}"


async def admitted(request: Request, conversation_id: str, caller: Caller) -> None:
    """For reading and forgetting: 404, the same bytes, where it isn't there and where it isn't theirs."""
    if not await _shop(request).visitors.owns(conversation_id, caller.token, caller.customer_id):
        raise HTTPException(404, NO_SUCH)


def too_fast(request: Request, wait_s: float) -> HTTPException:
    seconds = math.ceil(wait_s)
    return HTTPException(429, told_too_fast(request, seconds), {"retry-after": str(seconds)})


def told_too_fast(request: Request, seconds: int) -> str:
    """In the language that is asked for; in both where none is."""
    wordings: Wordings = request.app.state.wordings
    asked = request.headers.get("accept-language", "").strip().lower()[:2]
    spoken = (asked,) if asked in LANGUAGES else LANGUAGES
    return " ".join(wordings.say(locale, "too_fast", seconds=seconds) for locale in spoken)


def access(request: Request) -> Access:
    known: Access = request.app.state.access
    return known


async def _customer(request: Request, token: str) -> SignedIn:
    customers = access(request).customers
    if customers is None:
        raise _not_in("customers can't sign in here")
    try:
        return await customers.signed_in(token)
    except NotSignedIn as error:
        raise _not_in(str(error)) from None
    except KeysAway as error:
        raise HTTPException(503, str(error), {"retry-after": "30"}) from None


def _not_in(detail: str) -> HTTPException:
    return HTTPException(401, detail, {"www-authenticate": "Bearer"})


def _shop(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop
