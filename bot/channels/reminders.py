"""/v1/reminders: the link in a message that a customer asked for, which ends all of them. Who has the link may end them, and no more."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from bot.channels.bodies import PROBLEMS
from bot.stores import reminders
from bot.stores.transactions import writing
from bot.wiring import OpenShop

routes = APIRouter(prefix="/v1/reminders", tags=["reminders"])
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$")]
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><body style="font: 1.1rem/1.5 system-ui; max-width: 30rem; margin: 4rem auto; padding: 0 1rem">{body}</body></html>"""
_ASK = """<form method="post"><p>No more messages of this kind? · 不再接收这类消息？</p>
<button style="font: inherit; padding: .6rem 1.2rem">No more of these · 不再接收</button></form>"""
_DONE = "<p>You won't get any more of these messages. · 不会再给您发这类消息。</p>"


@routes.get(
    "/{token}", responses=PROBLEMS, response_class=HTMLResponse, summary="The page of a link that ends messages"
)
async def page(request: Request, token: Token) -> HTMLResponse:
    """Looking at it ends nothing: mail programs and chats open links by themselves."""
    if not await _shop(request).conversations.database.run(reminders.knows, token):
        raise HTTPException(404, "There is no such link.")
    return HTMLResponse(_PAGE.format(title="No more messages", body=_ASK))


@routes.post(
    "/{token}", responses=PROBLEMS, response_class=HTMLResponse, summary="End the messages that were asked for"
)
async def end(request: Request, token: Token) -> HTMLResponse:
    """However often; a mail program may post here by itself where the customer says so (RFC 8058)."""
    if not await _shop(request).conversations.database.run(_end, token):
        raise HTTPException(404, "There is no such link.")
    return HTMLResponse(_PAGE.format(title="Done", body=_DONE))


def _end(database: sqlite3.Connection, token: str) -> bool:
    with writing(database):
        return reminders.end_by(database, token)


def _shop(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop
