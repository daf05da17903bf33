"""Who a colleague is: a token once, then a session's cookie that no script can read and no other site can send.

A cookie and not the browser's session store: a script that got in couldn't carry it away, a second tab and the link of an alert
need no new signing in, and the server ends it. What the browser sends by itself could be sent for somebody else: hence
SameSite=Strict, and for all but the page's files a header of our own, which no form and no foreign script can set.
"""

from __future__ import annotations

import math
import secrets
import time
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from bot.channels.callers import told_too_fast
from bot.channels.limits import group_of
from bot.stores.operators import SESSION_S, Session
from bot.stores.tries import Tries
from bot.wiring import OpenShop

HEADER = "x-shopclerk-desk"
_COOKIE = "shopclerk-desk"


async def of_our_page(request: Request) -> None:
    """403 where it isn't our own page that asks."""
    if HEADER not in request.headers or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403, f"Only the desk's own page may ask for this, with the header {HEADER}.")


async def operator_of(request: Request) -> str:
    """The colleague's name; 401 where nobody is signed in."""
    name = await signed_in(request)
    if name is None:
        raise HTTPException(401, "Nobody is signed in, or the session is over.")
    return name


OperatorIs = Annotated[str, Depends(operator_of)]


async def signed_in(request: Request) -> str | None:
    """As it stands now: a revoked operator is nobody at once."""
    secret = request.cookies.get(_name(request))
    return await shop_of(request).operators.name_of(secret, time.time()) if secret else None


async def begin(request: Request, token: str) -> Session:
    """A session by a token. 401 for a wrong one; 429 from an address that has sent five in a quarter of an hour, also for the right one."""
    shop, tag, now = shop_of(request), secrets.token_hex(8), datetime.now(UTC)
    tries = Tries(shop.access)
    address = group_of(request.client.host if request.client else "")
    if (left := await tries.take([f"desk {address}"], tag, now)).total_seconds() > 0:
        seconds = math.ceil(left.total_seconds())
        raise HTTPException(429, told_too_fast(request, seconds), {"retry-after": str(seconds)})
    session = await shop.operators.begin(token, now.timestamp())
    if session is None:
        raise HTTPException(401, "That token isn't known, or it was revoked.")
    await tries.was_right(tag)
    return session


async def end(request: Request) -> None:
    if secret := request.cookies.get(_name(request)):
        await shop_of(request).operators.end(secret)


def with_cookie(request: Request, answer: Response, secret: str) -> Response:
    """An empty secret takes the cookie away."""
    answer.set_cookie(
        _name(request), secret, max_age=int(SESSION_S) if secret else 0, path="/", secure=_is_secret(request), httponly=True,
        samesite="strict",
    )  # fmt: skip
    return answer


def shop_of(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop


def _name(request: Request) -> str:
    """With `__Host-` no other host of the domain can set it."""
    return f"__Host-{_COOKIE}" if _is_secret(request) else _COOKIE


def _is_secret(request: Request) -> bool:
    return request.url.scheme == "https"
