"""What goes over the wire at /v1/chat/completions: OpenAI's form, as much of it as a clerk has."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.channels.bodies import CardBody, CiteBody

PATHS = ("/v1/chat/completions", "/v1/models")
"""Where what is wrong is told in OpenAI's form."""
MODEL = "shopclerk"
LONGEST = 20_000
"""Characters of one message of a customer's."""


class Part(BaseModel):
    type: str
    text: str | None = None


class Said(BaseModel):
    """`system`, `developer` and `tool` messages are not read; `assistant` ones only to find the conversation again."""

    role: str = Field(max_length=20, examples=["user"])
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class CompletionRequest(BaseModel):
    """Fields that aren't named here are ignored: a clerk has no temperature."""

    model: str = Field(max_length=200, examples=[MODEL], json_schema_extra={"enum": [MODEL]})
    messages: list[Said] = Field(min_length=1, max_length=1000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    user: str | None = Field(default=None, max_length=200, description="tells the customers of one key apart")
    metadata: dict[str, str] | None = Field(
        default=None, description="`conversation_id` names the conversation; without it the history tells which it is"
    )
    n: int | None = None
    logprobs: bool | None = None
    modalities: list[str] | None = None
    response_format: dict[str, Any] | None = None
    tool_choice: str | dict[str, Any] | None = None


def request_schema() -> Any:
    """As it stands in the API's description, where a `$ref` can't point into the schema itself."""
    schema = CompletionRequest.model_json_schema()
    parts = schema.pop("$defs")

    def inlined(told: Any) -> Any:
        if isinstance(told, dict):
            name = str(told.get("$ref", "")).removeprefix("#/$defs/")
            return inlined(parts[name]) if name in parts else {key: inlined(value) for key, value in told.items()}
        return [inlined(one) for one in told] if isinstance(told, list) else told

    return inlined(schema)


class Usage(BaseModel):
    """Tokens that a language model was paid for in this turn: none where the template spoke."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Answer(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str


class Choice(BaseModel):
    index: int = 0
    message: Answer
    finish_reason: str = "stop"
    logprobs: None = None


class Beside(BaseModel):
    """What OpenAI's form has no place for; a client may show it."""

    conversation_id: str
    intent: str
    handed_off: bool
    suggestions: list[str]
    cards: list[CardBody]
    cites: list[CiteBody]
    usage_estimated: bool


class Completion(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    shopclerk: Beside


class Model(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str


class Models(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


class Wrong(BaseModel):
    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorBody(BaseModel):
    error: Wrong


ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorBody} for code in (400, 401, 403, 404, 408, 410, 413, 429, 500, 503)
}
"""What may be wrong with a request."""
_KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_CODES = {401: "invalid_api_key", 413: "request_too_large", 429: "rate_limit_exceeded"}


def error_of(status: int, message: str, param: str | None = None, code: str | None = None) -> ErrorBody:
    kind = _KINDS.get(status, "invalid_request_error" if status < 500 else "server_error")
    return ErrorBody(error=Wrong(message=message, type=kind, param=param, code=code or _CODES.get(status)))


NO_KEY = (
    "Send an API key: `sct_` and 43 or more random letters of base64url, which you make yourself and keep, one a customer "
    "(docs/openai.md); or your shop's token for a customer."
)


def wrong(status: int, detail: str) -> ErrorBody:
    """What any part of the web's door finds wrong."""
    return error_of(status, f"{detail.rstrip('.')}. {NO_KEY}" if status == 401 else detail)
