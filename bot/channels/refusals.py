"""What is wrong with a request, told as problem details; at the paths of OpenAI's form in that form."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bot.channels.bodies import Problem
from bot.channels.completion_bodies import PATHS, wrong
from bot.errors import Forgotten, Gone, NotTaken, SetAside
from bot.logs import logger

RETRY_AFTER_S = 5
"""When a message that couldn't be taken in may be sent again."""


def problem(path: str, status: int, title: str, detail: str) -> JSONResponse:
    if path.startswith(PATHS):
        return JSONResponse(wrong(status, detail).model_dump(), status_code=status)
    told = Problem(title=title, status=status, detail=detail)
    return JSONResponse(told.model_dump(), status_code=status, media_type="application/problem+json")


def too_large(path: str, body_limit: int) -> JSONResponse:
    return problem(path, 413, "Content too large", f"The body may have {body_limit} bytes.")


def add_refusals(app: FastAPI, body_limit: int) -> None:
    """Every error that a route or what stands before it raises."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            why = f"The body isn't JSON: {first.get('ctx', {}).get('error', first['msg'])}."
            return problem(request.url.path, 400, "Bad request", why)
        place = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
        return problem(request.url.path, 422, "Unprocessable content", f"{place}: {first['msg']}.")

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 413:
            return too_large(request.url.path, body_limit)
        if error.status_code == 400:
            return problem(request.url.path, 400, "Bad request", "The body isn't JSON in UTF-8.")
        answer = problem(request.url.path, error.status_code, "Refused", str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(NotTaken)
    async def not_taken(request: Request, error: NotTaken) -> JSONResponse:
        answer = problem(request.url.path, 503, "Not ready", str(error))
        answer.headers["retry-after"] = str(RETRY_AFTER_S)
        return answer

    @app.exception_handler(SetAside)
    async def set_aside(request: Request, error: SetAside) -> JSONResponse:
        return problem(request.url.path, 500, "Not answered", str(error))

    @app.exception_handler(Gone)
    async def gone(request: Request, error: Gone) -> Response:
        return Response(status_code=499)  # nobody reads it; nginx's number for it, should one log it

    @app.exception_handler(Forgotten)
    async def forgotten(request: Request, error: Forgotten) -> JSONResponse:
        return problem(request.url.path, 410, "Forgotten", str(error))

    @app.exception_handler(500)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        logger().error("request_failed", path=request.url.path, kind=type(error).__name__)
        why = "Something went wrong on our side; the log knows more."
        return problem(request.url.path, 500, "Internal error", why)
