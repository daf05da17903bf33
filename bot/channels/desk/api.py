"""What the desk's page asks for and does. The deeds are the desk's own, so every board shows them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.desk.signing_in import (
    OperatorIs,
    begin,
    end,
    of_our_page,
    shop_of,
    signed_in,
    with_cookie,
)
from bot.errors import NotTaken, OutOfReach
from bot.people.case import Case
from bot.people.reading import Reading, Shown, Talk
from bot.people.telling import Deed

BOARD = "page"
LOOK_EVERY_S = 0.3
"""How soon a colleague sees what is new, and how soon a revoked one sees nothing more."""
LONGEST_S = 300.0
"""Then the stream ends, and the page comes back."""
LONGEST_TEXT = 8000

routes = APIRouter(prefix="/desk", include_in_schema=False, dependencies=[Depends(of_our_page)])
Id = Annotated[str, Path(max_length=200)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{16,64}$")]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TokenBody(_Body):
    token: str = Field(min_length=1, max_length=200)


class DeedBody(_Body):
    """`key` is the page's own: what is sent again under it is done once."""

    key: Key


class WordsBody(DeedBody):
    text: Text


class KeepBody(DeedBody):
    said: str = Field(max_length=500)
    question: Text
    answer: Text


@routes.post("/session")
async def sign_in(body: TokenBody, request: Request) -> Response:
    return with_cookie(request, Response(status_code=204), (await begin(request, body.token)).secret)


@routes.delete("/session")
async def sign_out(request: Request) -> Response:
    await end(request)
    return with_cookie(request, Response(status_code=204), "")


@routes.get("/session")
async def session(request: Request, name: OperatorIs) -> Response:
    shop = shop_of(request)
    canned = {answer: dict(texts) for answer, texts in shop.desk.canned.items()}
    told = {"name": name, "shop": shop.shop.name, "names": dict(shop.shop.names), "canned": canned}
    return JSONResponse(told, headers={"cache-control": "no-store"})


@routes.get("/events", response_class=EventSourceResponse)
async def follow(request: Request, name: OperatorIs, of: Annotated[str, Query(max_length=200)] = "") -> AsyncIterator[ServerSentEvent]:  # fmt: skip
    """`cases`, and the `talk` of one, whenever anything of it is new; `over` where the session is."""
    reading, until, known = Reading(shop_of(request).desk), time.monotonic() + LONGEST_S, None
    while time.monotonic() < until and not request.app.state.is_ending:
        try:
            if await signed_in(request) is None:
                yield ServerSentEvent(event="over", data={})
                return
            stamp = await reading.stamp(of)
            if stamp != known:
                known = stamp
                yield ServerSentEvent(event="cases", data=[_shown(one) for one in await reading.all(time.time())])
                if of:
                    talk = await reading.talk(of)
                    yield ServerSentEvent(event="talk", data=_talk(talk) if talk else {"gone": of})
        except (sqlite3.Error, NotTaken):
            return  # the page comes back
        await asyncio.sleep(LOOK_EVERY_S)


@routes.post("/cases/{conversation_id}/keep")
async def keep(conversation_id: Id, body: KeepBody, request: Request, name: OperatorIs) -> Response:
    desk, deed = shop_of(request).desk, _deed(conversation_id, body, name)
    if await desk.keep(conversation_id, deed, body.question, body.answer, body.said) is None:
        raise HTTPException(404, "There is no such answer any more.")
    return Response(status_code=204)


@routes.post("/cases/{conversation_id}/{what}")
async def do(conversation_id: Id, what: Literal["take", "back", "close"], body: DeedBody, request: Request, name: OperatorIs) -> Response:  # fmt: skip
    desk, deed = shop_of(request).desk, _deed(conversation_id, body, name)
    deeds = {"take": desk.take, "back": desk.back, "close": desk.close}
    return await _done(deeds[what](conversation_id, deed))


@routes.post("/cases/{conversation_id}/words/{what}")
async def speak(conversation_id: Id, what: Literal["say", "note"], body: WordsBody, request: Request, name: OperatorIs) -> Response:  # fmt: skip
    desk, deed = shop_of(request).desk, _deed(conversation_id, body, name)
    return await _done({"say": desk.say, "note": desk.note}[what](conversation_id, deed, body.text.strip()))


async def _done(doing: Awaitable[Case | None]) -> Response:
    try:
        case = await doing
    except OutOfReach as error:
        raise HTTPException(409, str(error)) from None
    except sqlite3.Error as error:
        raise HTTPException(503, "It couldn't be kept just now.", {"retry-after": "2"}) from error
    if case is None:
        raise HTTPException(404, "There is no such customer at the desk any more.")
    return Response(status_code=204)


def _deed(conversation_id: str, body: DeedBody, name: str) -> Deed:
    return Deed(f"{BOARD}/{conversation_id}/{body.key}", name, BOARD)


def _case(case: Case) -> Mapping[str, object]:
    left_out = ("address", "told_late")
    return {
        **{name: value for name, value in asdict(case).items() if name not in left_out}, "reached": case.is_reached,
    }  # fmt: skip


def _shown(one: Shown) -> Mapping[str, object]:
    return {**_case(one.case), "asked": one.asked[:200]}


def _talk(talk: Talk) -> Mapping[str, object]:
    return {**asdict(talk), "case": _case(talk.case)}
