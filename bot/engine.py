"""One turn: open the conversation, understand, let one tool find, put into words, check, keep."""

from __future__ import annotations

import time
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass, replace

from bot.logs import logger
from bot.seams import Conversations, Router
from bot.tools import TOOLS, Shelf
from bot.types import Card, Cite, Conversation, Findings, Message, Reply, Route, Turn, Verdict
from bot.writing.facts import check
from bot.writing.template import TemplateWriter
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from knowledge_base.types import Product
from retrieval.index import Generation, Index
from retrieval.text import clean, guess_locale

READ = 2000
"""Characters of a message that are read; the rest says nothing new."""


UNDERSTOOD = {"answer": "ask", "described": "describe", "not_stated": "describe", "found": "find"}
"""What a message turned out to want, by what was found for it: `how much is delivery` is no question about a product."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a turn came to, before it is kept."""

    reply: Reply
    verdict: Verdict
    conversation: Conversation
    explained: Mapping[str, object]


class Engine:
    def __init__(
        self,
        shop: Shop,
        index: Index,
        router_for: Callable[[Generation], Router],
        wordings: Wordings,
        conversations: Conversations,
    ) -> None:
        self._shop, self._index, self._conversations = shop, index, conversations
        self._router_for, self._wordings = router_for, wordings
        self._writer = TemplateWriter(wordings)
        self._routers: dict[int, Router] = {}

    async def reply(self, message: Message) -> Reply:
        """The answer to a message; a message that was answered before gets the kept reply."""
        async with self._conversations.open(message.conversation_id) as opened:
            kept = opened.kept(message.id)
            if kept is not None:
                return kept.reply
            said = await self._answer(message, opened.conversation)
            turn = Turn(message, said.reply, said.verdict, said.explained)
            await opened.keep(turn, replace(said.conversation, turns=(*opened.conversation.turns, turn)))
            return said.reply

    async def stream(self, message: Message) -> AsyncIterator[str | Reply]:
        """The checked lines of the reply in order, then the Reply."""
        reply = await self.reply(message)
        for line in reply.text.splitlines(keepends=True):
            yield line
        yield reply

    async def explain(self, conversation_id: str) -> Mapping[str, object] | None:
        """How the last turn came about; None where there is none. For operators, never for customers."""
        async with self._conversations.open(conversation_id) as opened:
            turns = opened.conversation.turns
            return dict(turns[-1].explained) if turns else None

    async def _answer(self, message: Message, history: Conversation) -> _Said:
        try:
            return await self._think(message, history)
        except Exception:  # noqa: BLE001 - the last line: a customer gets an answer, the log gets the reason
            told = {"conversation_id": message.conversation_id, "message_id": message.id}
            logger().error("turn_failed", **told, trace=traceback.format_exc())  # not `exception`: it may print values
            locale = history.locale or self._shop.default_locale
            text = self._wordings.say(locale, "trouble")
            return _Said(
                Reply(text, locale, "out_of_scope", 0.0, handed_off=False), Verdict(), history, {"failed": True}
            )

    async def _think(self, message: Message, history: Conversation) -> _Said:
        clock = _Clock()
        message = replace(message, text=clean(message.text)[:READ].strip())
        spoken, locale = self._languages(message, history)
        generation = self._index.current()
        shelf = Shelf(
            self._shop,
            generation.catalogue,
            generation.retriever,
            generation.recommender,
            generation.answers,
            generation.embedder,
            locale,
        )
        clock.lap("open")
        route = await self._route(message, history, generation)
        clock.lap("route")
        findings = await self._find(message, route, history, shelf)
        clock.lap("tool")
        pieces = [piece async for piece in self._writer.write(message, findings, history, locale)]
        clock.lap("write")
        verdict = check(pieces, findings, message, self._shop)
        text = "".join(verdict.said).strip() or self._wordings.say(locale, "stopped")
        if spoken != locale and spoken not in self._shop.locales:
            text = self._wordings.say(locale, "default_language") + "\n" + text
        clock.lap("check")
        intent = UNDERSTOOD.get(findings.say, route.intent)
        reply = Reply(
            text=text, locale=locale, intent=intent, confidence=round(route.confidence, 3),
            intents=((intent, round(route.confidence, 3)), *route.others),
            cites=_cites(findings), cards=tuple(_card(p) for p in findings.products),
            suggestions=tuple(self._wordings.say(locale, f"suggest_{key}") for key in findings.suggestions),
            handed_off=bool(findings.handoff), took_ms=clock.laps,
        )  # fmt: skip
        return _Said(
            reply,
            verdict,
            _after(message, route, findings, history, locale),
            _explained(route, findings, verdict, clock.laps),
        )

    def _languages(self, message: Message, history: Conversation) -> tuple[str, str]:
        """(what the customer writes, what we answer in)."""
        fallback = history.locale or self._shop.default_locale
        told = (message.locale or "").replace("_", "-").split("-")[0].casefold()
        spoken = told if told in self._shop.locales else guess_locale(message.text, fallback)
        return spoken, spoken if spoken in self._shop.locales else self._shop.default_locale

    async def _route(self, message: Message, history: Conversation, generation: Generation) -> Route:
        if not any(letter.isalnum() for letter in message.text):
            return Route("out_of_scope", 1.0)
        router = self._routers.get(generation.number)
        if router is None:
            router = self._routers[generation.number] = self._router_for(generation)
            for old in [number for number in self._routers if number < generation.number]:
                del self._routers[old]
        return await router.route(message, history)

    async def _find(self, message: Message, route: Route, history: Conversation, shelf: Shelf) -> Findings:
        if not any(letter.isalnum() for letter in message.text):
            return Findings("empty", suggestions=("browse", "delivery"))
        return await TOOLS[route.intent](message, route, history, shelf)


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step] = round((now - self._since) * 1000, 2)
        self._since = now


def _after(message: Message, route: Route, findings: Findings, history: Conversation, locale: str) -> Conversation:
    searched = route.intent in ("find", "recommend") and bool(findings.products)
    ids = tuple(product.id for product in findings.products)
    return replace(
        history,
        customer_id=message.customer_id or history.customer_id,
        locale=locale,
        shown=history.shown if not ids or set(ids) < set(history.shown) else ids,
        about=ids[0] if len(ids) == 1 else "" if ids else history.about,
        where=route.slots.where if searched else history.where,
        query=route.slots.query if searched else history.query,
        answering="person" if findings.handoff else history.answering,
    )


def _cites(findings: Findings) -> tuple[Cite, ...]:
    passages = [Cite(hit.passage.source, hit.passage.source_id, hit.passage.title) for hit in findings.hits]
    return tuple(dict.fromkeys([*passages, *(Cite("product", p.id, p.title) for p in findings.products)]))


def _card(product: Product) -> Card:
    return Card(
        product.id, product.title, product.price, product.currency, product.in_stock, product.url, product.image
    )


def _explained(route: Route, findings: Findings, verdict: Verdict, laps: Mapping[str, float]) -> Mapping[str, object]:
    passages = [
        {
            "id": hit.passage.id,
            "score": round(hit.score, 3),
            "found_by": {name: round(score, 3) for name, score in hit.found_by.items()},
        }
        for hit in (findings.looked_at or findings.hits)[:8]
    ]
    return {
        "route": {"intent": route.intent, "confidence": route.confidence, "others": [list(other) for other in route.others]},
        "filters": asdict(route.slots), "said": findings.say, "relaxed": findings.relaxed, "passages": passages,
        "stopped": [asdict(stop) for stop in verdict.stopped], "took_ms": dict(laps),
    }  # fmt: skip
