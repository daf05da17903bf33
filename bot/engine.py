"""One turn: open the conversation, understand, let one tool find, put into words, check, keep."""

from __future__ import annotations

import time
import traceback
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

from bot.dialogue.reading import LimitReader
from bot.dialogue.state import after
from bot.dialogue.understanding import Dialogue
from bot.logs import logger
from bot.seams import Conversations, Router
from bot.tools import ACTS, Shelf, tool_for, which
from bot.types import Card, Cite, Conversation, Findings, Message, Option, Reply, Turn, Understood, Verdict
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


@dataclass(frozen=True, slots=True)
class _Served:
    """One wish of a message, what was found for it and how that was put."""

    understood: Understood
    findings: Findings
    text: str
    verdict: Verdict

    @property
    def intent(self) -> str:
        return UNDERSTOOD.get(self.findings.say, self.understood.route.intent)


class Engine:
    def __init__(
        self,
        shop: Shop,
        index: Index,
        router_for: Callable[[Generation], Router],
        reader_for: Callable[[Generation], LimitReader],
        wordings: Wordings,
        conversations: Conversations,
    ) -> None:
        self._shop, self._index, self._conversations = shop, index, conversations
        self._router_for, self._reader_for, self._wordings = router_for, reader_for, wordings
        self._writer = TemplateWriter(wordings)
        self._routers: dict[int, Dialogue] = {}

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

    async def understand(self, message: Message) -> tuple[Understood, ...]:
        """What a message would be taken to mean in its conversation; nothing is answered or kept."""
        async with self._conversations.open(message.conversation_id) as opened:
            history = opened.conversation
        generation = self._index.current()
        message = replace(message, text=_read(generation, message.text))
        _, locale = self._languages(message, history)
        return await self._dialogue(generation).understand(message, history, locale)

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
        generation = self._index.current()
        message = replace(message, text=_read(generation, message.text))
        spoken, locale = self._languages(message, history)
        shelf = _shelf(self._shop, generation, locale)
        clock.lap("open")
        wishes = await self._dialogue(generation).understand(message, history, locale)
        clock.lap("route")
        if "repeat" in wishes[0].acts and history.turns:
            return self._repeated(history, wishes[0], clock)
        served = [await self._serve(wish, history, shelf, clock) for wish in wishes]
        labels = self._labels(served, locale)
        reply = self._reply(served, labels, spoken, locale, clock)
        known = after(message, history, [(one.understood, one.findings, one.intent) for one in served], locale, labels)
        return _Said(reply, _verdict(served), known, _explained(served, clock.laps))

    async def _serve(self, wish: Understood, history: Conversation, shelf: Shelf, clock: _Clock) -> _Served:
        findings = await _find(wish, history, shelf)
        clock.lap("tool")
        pieces = [piece async for piece in self._writer.write(wish.message, findings, history, shelf.locale)]
        clock.lap("write")
        verdict = check(
            pieces, findings, wish.message, self._shop, locale=shelf.locale, catalogue=shelf.catalogue,
            own_words=self._wordings.for_findings(shelf.locale, findings.say),
        )  # fmt: skip
        if verdict.stopped:
            kinds = sorted({stop.kind for stop in verdict.stopped})
            logger().warning("sentence_stopped", count=len(verdict.stopped), kinds=kinds, said=findings.say)
        text = "".join(verdict.said).strip() or self._wordings.say(shelf.locale, "stopped")
        clock.lap("check")
        return _Served(wish, findings, text, verdict)

    def _reply(
        self, served: Sequence[_Served], labels: Sequence[Option], spoken: str, locale: str, clock: _Clock
    ) -> Reply:
        text = "\n".join(dict.fromkeys(one.text for one in served))
        if spoken != locale and spoken not in self._shop.locales:
            text = self._wordings.say(locale, "default_language") + "\n" + text
        intents = [(one.intent, round(one.understood.route.confidence, 3)) for one in served]
        offered = dict.fromkeys(key for one in served for key in one.findings.suggestions)
        said = tuple(self._wordings.say(locale, f"suggest_{key}") for key in offered)
        return Reply(
            text=text, locale=locale, intent=intents[0][0], confidence=intents[0][1],
            intents=tuple(dict(reversed(intents)).items())[::-1],
            cites=tuple(dict.fromkeys(cite for one in served for cite in _cites(one.findings))),
            cards=tuple({p.id: _card(p) for one in served for p in one.findings.products}.values()),
            suggestions=tuple(option.label for option in labels) or said,
            handed_off=any(one.findings.handoff for one in served), asks=bool(labels), took_ms=clock.laps,
        )  # fmt: skip

    def _repeated(self, history: Conversation, wish: Understood, clock: _Clock) -> _Said:
        """The reply before, once more; nothing is looked up and the conversation stays where it is."""
        last = history.turns[-1].reply
        served = _Served(wish, Findings("repeated"), last.text, Verdict((last.text,)))
        return _Said(replace(last, took_ms=clock.laps), served.verdict, history, _explained([served], clock.laps))

    def _labels(self, served: Sequence[_Served], locale: str) -> tuple[Option, ...]:
        """The choices of a clarifying question in the customer's words; only where it is all that is said."""
        options = served[0].findings.options if len(served) == 1 else ()
        return tuple(
            replace(option, label=option.label or self._wordings.say(locale, f"suggest_intent_{option.intent}"))
            for option in options
        )

    def _languages(self, message: Message, history: Conversation) -> tuple[str, str]:
        """(what the customer writes, what we answer in)."""
        fallback = history.locale or self._shop.default_locale
        told = (message.locale or "").replace("_", "-").split("-")[0].casefold()
        spoken = told if told in self._shop.locales else guess_locale(message.text, fallback)
        return spoken, spoken if spoken in self._shop.locales else self._shop.default_locale

    def _dialogue(self, generation: Generation) -> Dialogue:
        known = self._routers.get(generation.number)
        if known is None:
            router = self._router_for(generation)
            known = self._routers[generation.number] = Dialogue(
                generation.catalogue, router, self._reader_for(generation)
            )
            for old in [number for number in self._routers if number < generation.number]:
                del self._routers[old]
        return known


def _read(generation: Generation, text: str) -> str:
    """What is understood of a message: cleaned, its misspellings and pinyin mended. Kept is what was typed."""
    return generation.speller.mend(clean(text)[:READ].strip()).text


async def _find(wish: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """What the wish's tool finds; where two readings are near, the question which is meant."""
    if not any(letter.isalnum() for letter in wish.message.text):
        return Findings("empty", suggestions=("browse", "delivery"))
    if wish.options:
        return which(wish, history, shelf)
    act = next((act for act in wish.acts if act in ACTS), None)
    return await (ACTS[act] if act else tool_for(wish.route.intent))(wish, history, shelf)


def _shelf(shop: Shop, generation: Generation, locale: str) -> Shelf:
    return Shelf(
        shop, generation.catalogue, generation.retriever, generation.recommender, generation.answers, generation.embedder, locale
    )  # fmt: skip


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step] = round((now - self._since) * 1000, 2)
        self._since = now


def _cites(findings: Findings) -> tuple[Cite, ...]:
    passages = [Cite(hit.passage.source, hit.passage.source_id, hit.passage.title) for hit in findings.hits]
    return tuple(dict.fromkeys([*passages, *(Cite("product", p.id, p.title) for p in findings.products)]))


def _card(product: Product) -> Card:
    return Card(
        product.id, product.title, product.price, product.currency, product.in_stock, product.url, product.image
    )


def _verdict(served: Sequence[_Served]) -> Verdict:
    return Verdict(
        tuple(piece for one in served for piece in one.verdict.said),
        tuple(stop for one in served for stop in one.verdict.stopped),
    )


def _explained(served: Sequence[_Served], laps: Mapping[str, float]) -> Mapping[str, object]:
    """What /why shows; of several wishes the first, the others under `also`."""
    first, *others = [_explained_one(one) for one in served]
    return {**first, **({"also": others} if others else {}), "took_ms": dict(laps)}


def _explained_one(served: _Served) -> Mapping[str, object]:
    understood, findings, route = served.understood, served.findings, served.understood.route
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
        "rewritten": understood.text, "filters": _filters(understood), "said": findings.say, "relaxed": findings.relaxed,
        "passages": passages, "stopped": [asdict(stop) for stop in served.verdict.stopped],
    }  # fmt: skip


def _filters(understood: Understood) -> dict[str, object]:
    """The understood limits and products, without the message itself."""
    left_out = ("message", "route", "text")
    made = {f.name: getattr(understood, f.name) for f in fields(understood) if f.name not in left_out}
    return made | {"where": asdict(understood.where), "options": [asdict(option) for option in understood.options]}
