"""The writer that may look further: LangChain's agent over the clerk's tools. It reads, and prepares; it does nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolCall, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool

from bot.errors import EndpointFailed, NoWords, WrongCall
from bot.logs import logger
from bot.seams import Hands, Piece
from bot.types import Conversation, Deadline, Found, Spent, Written
from bot.writing.asking import TURNS, call
from bot.writing.ceiling import Ceiling
from bot.writing.chat import LANGUAGES, Chunk, ask, spent_for, tokens_of
from bot.writing.lines import Lines
from bot.writing.prompts import Prompt
from bot.writing.results import opening, result
from bot.writing.template import TemplateWriter
from bot.writing.together import PHRASED, told
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from knowledge_base.types import Locale

LOOKS = (
    *PHRASED,
    "unknown",
    "found_nothing",
    "nothing_fits",
    "no_more",
    "out_of_scope",
    "compare_what",
    "price_of_what",
)
"""Findings of the clerk's own with which a model is asked. Deeds, questions of ours and small talk are the template's."""
MOST_STEPS, MOST_CALLS, MOST_BYTES = 4, 5, 8192
"""Answers of the model and calls of tools in one wish, and bytes of the calls of one answer."""
_ERROR = 300


@dataclass(slots=True)
class _Visit:
    """One wish, while the agent is at it."""

    found: list[Found]
    history: Conversation
    locale: Locale
    by: Deadline
    hands: Hands
    written: Written
    out: asyncio.Queue[Piece | None] = field(default_factory=asyncio.Queue)
    asked: set[str] = field(default_factory=set)
    steps: int = 0
    spoke: bool = False

    def say(self, words: str) -> None:
        self.spoke = self.spoke or bool(words.strip())
        self.out.put_nowait(words)

    def finds(self, found: Found) -> None:
        self.found.append(found)
        self.out.put_nowait(found)

    def pays(self, spent: Spent, before: Spent, chunk: Chunk) -> None:
        line = chunk.line
        self.written = replace(self.written, endpoint=line.name, model=line.model, spent=before + spent)
        self.out.put_nowait(self.written)

    @property
    def seen(self) -> set[str]:
        """Ids that a call may name."""
        before = self.history
        ids = {*before.shown, *before.spoken, *before.seen, before.about}
        return ids.union(product.id for one in self.found for product in one.findings.products)


class AgentWriter:
    """The Writer whose model may call the clerk's tools. What it says is checked against what they found, as ever."""

    def __init__(self, shop: Shop, prompt: Prompt, wordings: Wordings, lines: Lines, ceiling: Ceiling) -> None:
        self._shop, self._prompt, self._wordings, self._lines, self._ceiling = shop, prompt, wordings, lines, ceiling
        self._template = TemplateWriter(wordings)

    async def write(
        self, found: Found, history: Conversation, locale: Locale, by: Deadline, hands: Hands
    ) -> AsyncIterator[Piece]:
        if found.findings.say not in LOOKS or found.findings.prepared:
            raise NoWords("plain")
        if self._lines.resting:  # before anything is built
            raise NoWords("resting")
        await self._ceiling.check(found.asked.message.at)
        visit = _Visit([found], history, locale, by, hands, Written("agent", self._prompt.label))
        running = asyncio.create_task(self._run(visit))
        try:
            while (piece := await visit.out.get()) is not None:
                yield piece
            await running
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError, NoWords):
                await running
        if told(visit.found).findings.say not in PHRASED:
            raise NoWords("no_facts")
        if not visit.spoke:
            raise NoWords("empty")

    async def _run(self, visit: _Visit) -> None:
        """Raises NoWords, whatever goes wrong: library, endpoint or a model's strange calls."""
        rules = self._prompt.filled(
            shop=self._shop.name_in(visit.locale),
            voice=self._shop.voice or "plain and friendly",
            language=LANGUAGES[visit.locale],
        )
        steps = _Steps(visit, self._lines, self._wordings.say(visit.locale, "looking"))
        try:
            agent = create_agent(self._lines.all[0].client, self._tools(visit), system_prompt=rules, middleware=[steps])
            given: Any = {"messages": self._opening(visit)}
            await agent.ainvoke(given, {"recursion_limit": 4 * MOST_STEPS})
        except NoWords:
            raise
        except (
            Exception
        ) as error:  # of LangChain, an endpoint or a tool: whatever it is, the facts are told by the template
            logger().warning("agent_failed", error=type(error).__name__)
            raise NoWords("agent_failed", type(error).__name__) from error
        finally:
            visit.out.put_nowait(None)

    def _opening(self, visit: _Visit) -> list[BaseMessage]:
        """The customer's words, and the clerk's own reading of them as a call that was made, with what it found."""
        found = visit.found[0]
        name, argument = ("find", "words") if found.asked.route.intent == "find" else ("ask", "question")
        made = ToolCall(name=name, args={argument: _without_tags(found.asked.text)[:_ERROR]}, id="clerk")
        return [
            HumanMessage(opening(found.asked.message, visit.history)),
            AIMessage("", tool_calls=[made]),
            ToolMessage(self._result(found, visit), tool_call_id="clerk", name=name),
        ]

    def _tools(self, visit: _Visit) -> list[BaseTool]:
        def tool(name: str) -> BaseTool:
            async def run(**given: Any) -> str:
                try:
                    found = await call(name, TURNS[name][0](**given), visit.found[0].asked, visit.hands, visit.seen)
                except WrongCall as wrong:
                    return f"Error: {wrong}"
                visit.finds(found)
                return self._result(found, visit)

            args, _ = TURNS[name]
            return StructuredTool(name=name, description=args.__doc__ or "", args_schema=args, coroutine=run)

        return [tool(name) for name in TURNS]

    def _result(self, found: Found, visit: _Visit) -> str:
        turn = f"{found.asked.message.conversation_id}/{len(visit.history.turns)}"
        return result(found, visit.locale, self._template, turn)


class _Steps(AgentMiddleware[Any, Any, Any]):
    """What stands between LangChain's loop and the world: our lines and deadlines, our limits, words only where there are facts."""

    def __init__(self, visit: _Visit, lines: Lines, looking: str) -> None:
        super().__init__()
        self._visit, self._lines, self._looking = visit, lines, looking

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> ModelResponse[Any]:
        """One answer of the model, streamed. The last one gets no tools: then it has to speak."""
        visit = self._visit
        visit.steps += 1
        if visit.steps > MOST_STEPS:
            raise NoWords("too_many_steps")
        may_call = visit.steps < MOST_STEPS and len(visit.asked) < MOST_CALLS
        tools = [tool for tool in request.tools if isinstance(tool, BaseTool)] if may_call else []
        answer = await self._streamed([*filter(None, [request.system_message]), *request.messages], tools)
        made = AIMessage(str(answer.text), tool_calls=_calls(answer, visit.steps) if may_call else [])
        if made.tool_calls:
            visit.say("\n" if visit.spoke else self._looking + "\n")
        return ModelResponse([made])

    async def _streamed(self, messages: Sequence[BaseMessage], tools: Sequence[BaseTool]) -> AIMessageChunk:
        visit, before = self._visit, self._visit.written.spent
        by = replace(visit.by, first_by=visit.by.done_by) if visit.spoke else visit.by
        tokens, said, size = tokens_of(messages), 0, 0
        answer, finish = AIMessageChunk(content=""), ""
        has_facts = told(visit.found).findings.say in PHRASED
        try:
            asking = partial(ask, messages=messages, tools=tools)
            async with aclosing(self._lines.stream(asking, by)) as chunks:
                async for chunk in chunks:
                    raw = chunk.raw or AIMessageChunk(content="")
                    size += sum(len((part["args"] or "").encode()) for part in raw.tool_call_chunks)
                    if size > MOST_BYTES:
                        raise NoWords("calls_too_long")
                    answer, finish = answer + raw, chunk.finish or finish
                    said += len(chunk.text.encode())
                    visit.pays(spent_for(chunk, tokens, said + size), before, chunk)
                    if has_facts:
                        visit.say(chunk.text)
        except EndpointFailed as failed:
            if failed.reason == "slow":  # it may have read all of it
                first = Chunk(self._lines.all[0])
                visit.pays(spent_for(first, tokens, 0), before, first)
            raise
        if finish not in ("stop", "tool_calls"):
            raise NoWords(finish)
        return answer

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[Any]]
    ) -> Any:
        """The same call once, and only so many; what LangChain refuses (unknown, mistyped) is told to the model, shortened."""
        asked, made = self._visit.asked, request.tool_call
        key = f"{made['name']} {json.dumps(made['args'], sort_keys=True, default=str)}"
        if key in asked or len(asked) >= MOST_CALLS:
            why = "you have the result of this call already" if key in asked else "no more calls in this turn"
            return ToolMessage(f"Error: {why}; answer with what you have", tool_call_id=made["id"], status="error")
        asked.add(key)
        told_ = await handler(request)
        if isinstance(told_, ToolMessage) and told_.status == "error":
            return told_.model_copy(update={"content": str(told_.content)[:_ERROR]})
        return told_


def _calls(answer: AIMessageChunk, step: int) -> list[ToolCall]:
    """The calls of an answer under ids of our own. Arguments that aren't JSON are left for the check of arguments to refuse:
    the library would mend what was cut off."""
    made = [(one["name"] or "unknown", _arguments(one["args"] or "")) for one in answer.tool_call_chunks]
    return [
        ToolCall(name=name, args=args, id=f"{step}-{number}") for number, (name, args) in enumerate(made[:MOST_CALLS])
    ]


def _arguments(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text or "{}")
    except (ValueError, RecursionError):
        read = None
    return read if isinstance(read, dict) else {"not_json": text[:80]}


def _without_tags(text: str) -> str:
    return text.replace("<", " ").replace(">", " ")
