"""The website's door: JSON and server-sent events over HTTP."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware

from bot.channels import behaviour, completions, conversations, events, reminders, site, webhook
from bot.channels.access import Access
from bot.channels.bodies import PROBLEMS, ChatRequest, ChatResponse, Problem, ReadyBody, body_of
from bot.channels.callers import TOKEN_HEADER, Caller, CallerIs, access, entered
from bot.channels.desk import api as desk_api
from bot.channels.desk import page as desk_page
from bot.channels.gate import BodyGate, LimitGate
from bot.channels.histories import Histories, owner_of
from bot.channels.latest import Latest
from bot.channels.outward import outward
from bot.channels.refusals import add_refusals
from bot.channels.straight import Straight
from bot.errors import Forgotten, NotTaken, SetAside
from bot.mail import Incoming
from bot.seams import Door
from bot.serving.reception import Reception
from bot.types import Message, Reply
from bot.wiring import OpenShop, reception_of
from bot.writing.wordings import Wordings
from retrieval.errors import RetrievalError

_STREAMED = {"content": {"text/event-stream": {"example": 'event: piece\ndata: {"text": "Hello"}\n\n'}}}


_routes = APIRouter()


CHANNEL = "web"
Doors = Callable[[OpenShop], Sequence[Door]]


def create_app(
    opening: AbstractAsyncContextManager[OpenShop],
    *,
    body_limit: int = 64 * 1024,
    doors: Doors = lambda shop: (),
    access: Access = Access(),  # noqa: B008 (frozen)
    stream_s: float = events.LONGEST_S,
) -> FastAPI:
    """The app over one shop, which is opened when serving starts. `body_limit` is in bytes; `doors` are the other ways out of this process;
    `stream_s` is how long a stream of events goes on."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            opening as shop,
            reception_of(
                shop, [*doors(shop), *outward(shop)], [CHANNEL, webhook.CHANNEL, completions.CHANNEL]
            ) as reception,
            events.followed(shop) as following,
        ):
            app.state.shop, app.state.reception, app.state.following = shop, reception, following
            app.state.turns, app.state.is_ending = events.made(), False
            app.state.histories = Histories(shop.conversations)
            app.state.wordings = Wordings.load(shop.shop.folder)
            if (shop.shop.folder / "pictures").is_dir():
                app.mount("/pictures", StaticFiles(directory=shop.shop.folder / "pictures"))
            try:
                yield
            finally:
                if access.limits is not None:
                    await access.limits.buckets.close()

    app = FastAPI(
        title="shopclerk",
        version=version("shopclerk"),
        description="A shop's clerk over HTTP. A conversation is its owner's: by its token, or by a token of the shop's for a customer.",
        lifespan=lifespan,
    )
    app.state.access, app.state.latest, app.state.stream_s = access, Latest(), stream_s
    app.add_middleware(Straight, posts={"/v1/webhook": webhook.take}, refusals=app.exception_handlers)
    app.add_middleware(BodyGate, limit=body_limit, slow_s=access.slow_s)
    if access.limits is not None:
        app.add_middleware(LimitGate, limits=access.limits)
    if access.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=access.origins, allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["authorization", "content-type", "last-event-id", TOKEN_HEADER], expose_headers=["retry-after"],
        )  # fmt: skip
    add_refusals(app, body_limit)
    for routes in (
        _routes, events.routes, completions.routes, conversations.routes, behaviour.routes, reminders.routes, webhook.routes, site.routes,
        desk_page.routes, desk_api.routes,
    ):  # fmt: skip
        app.include_router(routes)
    return app


def send_off(app: FastAPI) -> None:
    """Nobody waits or follows any longer: they come again, to the process that serves then. Nothing is lost by it."""
    app.state.is_ending = True
    app.state.reception.send_off()
    app.state.following.end_all()


@dataclass(frozen=True, slots=True)
class Came:
    """A message whose sender may write in its conversation; `token` where the conversation begins with it."""

    message: Message
    token: str | None


async def _came(body: ChatRequest, request: Request, caller: CallerIs) -> Came:
    message = _message(body, body.conversation_id or await _place_of(request, body, caller), caller)
    return Came(message, await entered(request, message.conversation_id, caller))


CameIn = Annotated[Came, Depends(_came)]


@_routes.post("/v1/chat", response_model=ChatResponse, responses=PROBLEMS, summary="Answer one message")
async def chat(came: CameIn, request: Request) -> ChatResponse:
    return _response(came, await _reception(request).answer(_incoming(came.message), has_gone=request.is_disconnected))


@_routes.post(
    "/v1/chat/stream",
    response_class=EventSourceResponse,
    responses={**PROBLEMS, 200: _STREAMED},
    summary="Answer one message in pieces",
)
async def stream(came: CameIn, request: Request) -> AsyncIterator[ServerSentEvent]:
    """`piece` events with `text`, then one `reply` with the whole body; `error` with problem details where it ends early."""
    try:
        async for piece in _reception(request).stream(_incoming(came.message)):
            if isinstance(piece, Reply):
                yield ServerSentEvent(event="reply", data=_response(came, piece))
            else:
                yield ServerSentEvent(event="piece", data={"text": piece})
    except (RetrievalError, NotTaken) as error:
        yield ServerSentEvent(event="error", data=Problem(title="Not ready", status=503, detail=str(error)))
    except Forgotten as error:
        yield ServerSentEvent(event="error", data=Problem(title="Forgotten", status=410, detail=str(error)))
    except SetAside as error:
        yield ServerSentEvent(event="error", data=Problem(title="Not answered", status=500, detail=str(error)))


@_routes.get("/healthz", summary="Whether the process lives")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@_routes.get("/readyz", summary="Whether it can answer, and what to look at", responses={503: {"model": ReadyBody}})
async def readyz(request: Request, response: Response) -> ReadyBody:
    shop = _shop(request)
    try:
        generation = shop.index.current()
    except RetrievalError as error:
        response.status_code = 503
        return ReadyBody(status="not ready", warnings=[str(error)])
    state = await _reception(request).state()
    if state.trouble:
        response.status_code = 503
    warning = shop.shop.warning_of_prices(generation.prices_as_of, datetime.now(UTC))
    limits = access(request).limits
    alone = limits.buckets.trouble if limits is not None else ""
    return ReadyBody(
        status="not ready" if state.trouble else "ready" if shop.index.is_whole() and not alone else "degraded",
        generation=generation.number,
        products=len(generation.catalogue),
        prices_as_of=generation.prices_as_of,
        warnings=[told for told in (state.trouble, warning, *_lost(shop), shop.index.fault_of_rules, alone) if told],
        waiting=state.waiting,
        to_send=state.to_send,
        aside=state.aside,
    )


def _shop(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop


def _lost(shop: OpenShop) -> list[str]:
    whole = shop.index.is_whole()
    return [] if whole else ["files of the index are gone: it is being built anew, answers come from what is open"]


def _reception(request: Request) -> Reception:
    reception: Reception = request.app.state.reception
    return reception


def _incoming(message: Message) -> Incoming:
    """Ids are the client's: the same id in another conversation is another message."""
    return Incoming(message, f"{len(message.conversation_id)}:{message.conversation_id}:{message.id}")


async def _place_of(request: Request, body: ChatRequest, caller: Caller) -> str:
    """Without a conversation the message's own id names one, so that the same message sent again finds its reply: for who can be known
    again, and for nobody else."""
    if body.message_id is None or (caller.customer_id is None and caller.token is None):
        return secrets.token_urlsafe(16)
    owner = owner_of(caller.customer_id, caller.token or "", "")
    return "of-" + (await _shop(request).visitors.made_of(*owner, body.message_id))[:32]


def _message(body: ChatRequest, conversation_id: str, caller: Caller) -> Message:
    return Message(
        id=body.message_id or secrets.token_urlsafe(16),
        conversation_id=conversation_id,
        customer_id=caller.customer_id,
        text=body.text,
        at=datetime.now(UTC),
        channel=CHANNEL,
        locale=body.locale,
        consent=body.consent,
        zone=caller.zone or body.timezone or "",
    )


def _response(came: Came, reply: Reply) -> ChatResponse:
    told = body_of(reply).model_dump()
    return ChatResponse(
        **told, message_id=came.message.id, conversation_id=came.message.conversation_id, token=came.token
    )
