"""The website's door: JSON and server-sent events over HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException

from bot.channels.bodies import ChatRequest, ChatResponse, Problem, body_of
from bot.settings import Settings
from bot.types import Message, Reply
from bot.wiring import OpenShop, open_shop
from retrieval.errors import RetrievalError

_log = structlog.get_logger()
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "content": {"application/problem+json": {}}} for code in (400, 413, 422)
}


def create_app(settings: Settings) -> FastAPI:
    """The app over one shop; the shop is opened when serving starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_shop(settings) as shop:
            app.state.shop = shop
            yield

    app = FastAPI(title="shopclerk", version="1", description="A shop's clerk over HTTP.", lifespan=lifespan)
    _add_errors(app)
    _add_limit(app, settings.body_limit_kb * 1024)

    @app.post("/v1/chat", response_model=ChatResponse, responses=_PROBLEMS, summary="Answer one message")
    async def chat(body: ChatRequest, request: Request) -> ChatResponse:
        shop: OpenShop = request.app.state.shop
        message = _message(body)
        return _response(message, await shop.engine.reply(message))

    @app.post(
        "/v1/chat/stream",
        responses={**_PROBLEMS, 200: {"content": {"text/event-stream": {}}}},
        summary="Answer one message in pieces",
    )
    async def stream(body: ChatRequest, request: Request) -> StreamingResponse:
        shop: OpenShop = request.app.state.shop
        return StreamingResponse(
            _events(shop, _message(body)), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    @app.get("/healthz", summary="Whether the process lives")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Whether it can answer, and what to look at")
    async def readyz(request: Request, response: Response) -> dict[str, Any]:
        shop: OpenShop = request.app.state.shop
        try:
            generation = await asyncio.to_thread(shop.index.current)
        except RetrievalError as error:
            response.status_code = 503
            return {"status": "not ready", "warnings": [str(error)]}
        warnings = []
        as_of, allowed = generation.knowledge.prices_as_of, shop.shop.prices_max_age
        if as_of and allowed and datetime.now(UTC) - as_of > allowed:
            warnings.append(
                f"prices are from {as_of:%Y-%m-%d}, older than the {allowed.days} days that shop.toml allows"
            )
        return {
            "status": "ready",
            "generation": generation.number,
            "products": len(generation.catalogue),
            "warnings": warnings,
        }

    return app


def _message(body: ChatRequest) -> Message:
    return Message(
        id=body.message_id or secrets.token_urlsafe(16), conversation_id=body.conversation_id or secrets.token_urlsafe(16),
        text=body.text, at=datetime.now(UTC), channel="web", locale=body.locale,
    )  # fmt: skip


def _response(message: Message, reply: Reply) -> ChatResponse:
    return ChatResponse(**body_of(reply).model_dump(), message_id=message.id, conversation_id=message.conversation_id)


async def _events(shop: OpenShop, message: Message) -> AsyncIterator[str]:
    """`piece` events with text, then one `reply` with the whole body; `error` with problem details where it ends early."""
    try:
        async for piece in shop.engine.stream(message):
            if isinstance(piece, Reply):
                yield _event("reply", _response(message, piece).model_dump())
            else:
                yield _event("piece", {"text": piece})
    except RetrievalError as error:
        yield _event("error", Problem(title="Not ready", status=503, detail=str(error)).model_dump())


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _problem(status: int, title: str, detail: str) -> JSONResponse:
    problem = Problem(title=title, status=status, detail=detail)
    return JSONResponse(problem.model_dump(), status_code=status, media_type="application/problem+json")


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return _problem(
                400, "Bad request", f"The body isn't JSON: {first.get('ctx', {}).get('error', first['msg'])}."
            )
        place = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
        return _problem(422, "Unprocessable content", f"{place}: {first['msg']}.")

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        answer = _problem(error.status_code, "Refused", str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(UnicodeDecodeError)
    async def garbled(request: Request, error: UnicodeDecodeError) -> JSONResponse:
        return _problem(400, "Bad request", "The body isn't UTF-8.")

    @app.exception_handler(500)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        _log.error("request_failed", path=request.url.path, kind=type(error).__name__)
        return _problem(500, "Internal error", "Something went wrong on our side; the log knows more.")


def _add_limit(app: FastAPI, limit: int) -> None:
    """Refuse a body over the limit before it is read whole."""

    @app.middleware("http")
    async def limited(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        told = request.headers.get("content-length", "")
        if told.isdigit() and int(told) > limit:
            return _problem(413, "Content too large", f"The body has {told} bytes; {limit} are allowed.")
        if not told and request.method == "POST":
            body = b""
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    return _problem(413, "Content too large", f"The body has more than {limit} bytes.")
            request._body = body
        return await call_next(request)
