"""The door to language models: LangChain over any OpenAI-compatible endpoint, and the writer that phrases findings with one."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import httpx2
import openai
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from bot.errors import EndpointFailed, NoWords
from bot.seams import Hands, Piece
from bot.types import Conversation, Deadline, Findings, Found, Message, Spent, Written
from bot.writing.breaker import Breaker
from bot.writing.ceiling import Ceiling
from bot.writing.context import shown
from bot.writing.lines import Line, Lines, Price
from bot.writing.prompts import Prompt
from bot.writing.template import TemplateWriter
from bot.writing.together import PHRASED
from knowledge_base.shop import Shop
from knowledge_base.types import Locale

LANGUAGES = {"en": "English", "zh": "Simplified Chinese (简体中文)"}
MOST_TOKENS = 700
_TOKEN_BYTES = 3
"""Bytes of UTF-8 a token, where an endpoint doesn't count: rather too many tokens than too few."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a streamed answer. `finish` and the counts come last, and not from every endpoint."""

    line: Line
    text: str = ""
    finish: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    raw: AIMessageChunk | None = None
    """As the library gave it, calls of tools included."""


def open_line(
    name: str, base_url: str, model: str, api_key: SecretStr | None, price: Price, breaker: Breaker, *, timeout_s: float
) -> Line:
    """Nothing is sent yet. The library retries nothing: `Lines` does, as it knows what was said already."""
    client = ChatOpenAI(
        model=model, base_url=base_url, api_key=api_key or SecretStr("none"), max_retries=0, timeout=timeout_s, stream_usage=True,
        max_completion_tokens=MOST_TOKENS, use_responses_api=False, stream_chunk_timeout=None,
        http_client=openai.DefaultHttpxClient(verify=_trusted(), timeout=timeout_s),
        http_async_client=openai.DefaultAsyncHttpxClient(verify=_trusted(), timeout=timeout_s),
    )  # fmt: skip
    return Line(name, model, price, breaker, client)


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that the client trusts by itself, read once for all: they take a tenth of a second."""
    return httpx2.create_ssl_context()


async def close_line(line: Line) -> None:
    line.client.http_client.close()
    await line.client.http_async_client.aclose()


def told(rules: str, question: str) -> list[BaseMessage]:
    """The messages of a single question, outside of any conversation."""
    return [SystemMessage(rules), HumanMessage(question)]


async def ask(
    line: Line, messages: Sequence[BaseMessage], tools: Sequence[BaseTool] = ()
) -> AsyncGenerator[Chunk, None]:
    """The model's answer as it comes; calls of tools only where it is given some. Raises EndpointFailed for whatever goes wrong on the way."""
    finish = ""
    try:
        client = line.client.bind_tools(tools) if tools else line.client
        async with aclosing(client.astream(list(messages))) as chunks:
            async for chunk in chunks:
                made = _chunk(line, chunk)
                finish = made.finish or finish
                if made.text or made.finish or made.tokens_out or (tools and chunk.tool_call_chunks):
                    yield made
    except Exception as error:  # openai, httpx and LangChain raise kinds of their own; `fault_of` knows what each means
        raise fault_of(error) from error
    if not finish:
        raise EndpointFailed("cut", "the stream ended before the answer did")


def _chunk(line: Line, chunk: AIMessageChunk) -> Chunk:
    usage: Mapping[str, Any] = chunk.usage_metadata or {}
    finish = str(chunk.response_metadata.get("finish_reason") or "")
    return Chunk(line, str(chunk.text), finish, usage.get("input_tokens", 0), usage.get("output_tokens", 0), chunk)


def tokens_of(messages: Sequence[BaseMessage]) -> int:
    return sum(len(str(one.content).encode()) for one in messages) // _TOKEN_BYTES


def spent_for(chunk: Chunk, tokens_in: int, bytes_out: int) -> Spent:
    """Counted by the endpoint where it does so, else by us."""
    if chunk.tokens_out:
        return chunk.line.price.of(chunk.tokens_in, chunk.tokens_out)
    return chunk.line.price.of(tokens_in, bytes_out // _TOKEN_BYTES, estimated=True)


def fault_of(error: Exception) -> EndpointFailed:
    """Anything that came of asking an endpoint, in our words. A key or a model that is refused isn't tried again at once."""
    if isinstance(error, EndpointFailed):
        return error
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        again = status in (408, 409, 425, 429) or status >= 500
        return EndpointFailed(f"status_{status}", again=again, retry_after_s=_retry_after(error))
    if isinstance(error, openai.APITimeoutError):
        return EndpointFailed("slow", again=False)
    if isinstance(error, openai.APIConnectionError):
        return EndpointFailed("unreachable", type(error.__cause__ or error).__name__)
    if type(error).__module__.startswith(("httpx", "httpcore")):
        return EndpointFailed("cut", type(error).__name__)
    return EndpointFailed("nonsense", type(error).__name__)


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds, as the header says it; a date, which hardly any endpoint sends, isn't read."""
    told = error.response.headers.get("retry-after", "")
    return float(told) if told.replace(".", "", 1).isdecimal() else None


class ChatWriter:
    """The Writer whose words are a model's: it is shown one turn's findings and a correct draft, and nothing else."""

    def __init__(self, shop: Shop, prompt: Prompt, template: TemplateWriter, lines: Lines, ceiling: Ceiling) -> None:
        self._shop, self._prompt, self._template, self._lines, self._ceiling = shop, prompt, template, lines, ceiling

    async def write(
        self, found: Found, history: Conversation, locale: Locale, by: Deadline, hands: Hands
    ) -> AsyncIterator[Piece]:
        message, findings = found.asked.message, found.findings
        if findings.say not in PHRASED:
            raise NoWords("plain")
        await self._ceiling.check(message.at)
        messages = self._messages(message, findings, history, locale)
        tokens = tokens_of(messages)
        said, finish = 0, ""
        note = Written("chat", self._prompt.label)
        try:
            async with aclosing(self._lines.stream(partial(ask, messages=messages), by)) as chunks:
                async for chunk in chunks:
                    said, finish = said + len(chunk.text.encode()), chunk.finish or finish
                    note = self._note(chunk, tokens, said)
                    yield note
                    yield chunk.text
        except EndpointFailed as failed:
            if failed.reason == "slow":  # it may have read all of it
                first = self._lines.all[0]
                yield self._note(Chunk(first), tokens, 0)
            raise
        if finish != "stop":
            raise NoWords(finish)
        if not said:
            raise NoWords("empty")

    def _messages(
        self, message: Message, findings: Findings, history: Conversation, locale: Locale
    ) -> list[BaseMessage]:
        rules = self._prompt.filled(
            shop=self._shop.name_in(locale), voice=self._shop.voice or "plain and friendly", language=LANGUAGES[locale]
        )
        return [SystemMessage(rules), HumanMessage(shown(message, findings, history, locale, self._template))]

    def _note(self, chunk: Chunk, tokens_in: int, bytes_out: int) -> Written:
        line = chunk.line
        return Written("chat", self._prompt.label, line.name, line.model, spent_for(chunk, tokens_in, bytes_out))
