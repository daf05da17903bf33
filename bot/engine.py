"""One turn: open the conversation, understand, let one tool find, put into words, check, keep."""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import asides
from bot.advice import Advice
from bot.asides import Aside
from bot.behaviour import REFUSED_FOR
from bot.dialogue.reading import LimitReader, is_bare
from bot.dialogue.state import after
from bot.dialogue.understanding import Dialogue
from bot.heard import Heard, Hearing
from bot.logs import logger
from bot.orders.contacts import without_contacts
from bot.people.desk import Desk
from bot.seams import NOTHING, Conversations, Errand, Hands, Router
from bot.served import Clock, Served, card, cites, explained, verdict
from bot.split import Split
from bot.stores import points
from bot.tools import ACTS, Shelf, only_prepared, tool_for, which
from bot.tools.lookup import Lookup
from bot.tools.shelf import Reach
from bot.types import (
    Conversation,
    Deadline,
    Findings,
    Found,
    Message,
    Option,
    Reply,
    Spent,
    Turn,
    Understood,
    Verdict,
    Written,
)
from bot.writing.voice import Spoken, Voice
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from knowledge_base.types import Locale
from retrieval.index import Generation, Index
from retrieval.seams import Recommender
from retrieval.text import clean, guess_locale, has_words

_CODE = re.compile(r"(?<!\w)[A-Za-z]{0,4}-?\d[\w-]*", re.ASCII)
Refusals = Callable[[str, str | None, datetime], Awaitable[tuple[str, ...]]]
"""(conversation, customer where signed in, now) -> products that they have said they don't like."""
READ = 2000
"""Characters of a message that are read; the rest says nothing new."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a turn came to, before it is kept."""

    reply: Reply
    verdict: Verdict
    conversation: Conversation
    explained: Mapping[str, object]
    spent: Spent = field(default_factory=Spent)
    trial: tuple[str, str] = ("", "")
    """The trial of recommendations and the customer's arm in it, where advice was asked for."""


class Engine:
    def __init__(
        self,
        shop: Shop,
        index: Index,
        router_for: Callable[[Generation], Router],
        reader_for: Callable[[Generation], LimitReader],
        wordings: Wordings,
        conversations: Conversations,
        voice: Voice,
        orders: Lookup | None = None,
        desk: Desk | None = None,
        advice: Advice | None = None,
        reaches: Mapping[str, Reach] | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        """Without a `desk` nobody is passed anything, and the clerk is never silent. `reaches`: which channels can be written to later.
        Without `refusals` what isn't liked is known of this conversation alone."""
        self._refusals = refusals
        self._orders, self._desk, self._advice, self._reaches = orders, desk, advice or Advice(), reaches or {}
        self._shop, self._index, self._conversations, self._voice = shop, index, conversations, voice
        self._router_for, self._reader_for, self._wordings = router_for, reader_for, wordings
        self._split: tuple[Split, Engine] | None = None
        self._routers: dict[int, Dialogue] = {}
        self._running: set[asyncio.Task[Reply]] = set()

    def with_voice(self, voice: Voice, wordings: Wordings | None = None) -> Engine:
        """The same shop and conversations with another voice, in other words where there are some; what was made ready for turns is shared."""
        other = copy(self)
        other._voice, other._running, other._split = voice, set(), None
        other._wordings = wordings or self._wordings
        return other

    def split_with(self, other: Engine, split: Split) -> Engine:
        """The same shop, some of whose conversations `other` answers, as `split` deals them."""
        both = copy(self)
        both._running, both._split = set(), (split, other)
        return both

    def over(self, conversations: Conversations, orders: Callable[[Lookup], Lookup] = lambda lookup: lookup) -> Engine:
        """The same shop over other conversations, where nobody is passed anything and the clerk is never silent: for trying out."""
        other = copy(self)
        other._conversations, other._desk, other._running, other._split = conversations, None, set(), None
        other._refusals = None
        other._orders = orders(self._orders) if self._orders else None
        return other

    def with_parts(self, index: Index, ears: Callable[[Router], Router] = lambda router: router) -> Engine:
        """The same shop by other knowledge, its router within what `ears` puts around it: for trying out."""
        other, router_for = copy(self), self._router_for
        other._index, other._router_for, other._routers = index, lambda generation: ears(router_for(generation)), {}
        other._split = None
        return other

    async def reply(self, message: Message, hear: Heard = lambda piece: None, errand: Errand | None = None) -> Reply:
        """The answer to a message; one that was answered before gets the kept reply. `hear` gets its pieces as they are said.

        `errand` brings what came while the clerk was thinking, and takes what leaves with the turn.
        """
        mind, dealt = self._dealt(message.conversation_id)
        by = mind._voice.deadline()
        async with self._conversations.open(message.conversation_id) as opened:
            kept = opened.kept(message.id)
            if kept is not None:
                for line in kept.reply.text.splitlines(keepends=True):
                    hear(line)
                return kept.reply
            address = errand.address if errand else ""
            said = await mind._said(message, opened.conversation, Hearing(hear), by, address)
            spent = said.spent
            while errand and not _did(said, opened.conversation) and (newer := await errand.newer(message)):
                message, by = newer, mind._voice.deadline()
                said = await mind._said(message, opened.conversation, Hearing(hear), by, address)
                spent += said.spent
            points.reach("turn.thought")
            turn = Turn(message, said.reply, said.verdict, said.explained, spent, *said.trial, *dealt)
            leaving = errand.leaving(turn) if errand else NOTHING
            await opened.keep(turn, replace(said.conversation, turns=(*opened.conversation.turns, turn)), leaving)
            if self._desk:
                self._desk.was_kept(message.conversation_id)
            return said.reply

    def _dealt(self, conversation_id: str) -> tuple[Engine, tuple[str, str]]:
        """(who answers, what is kept of it with the turn)."""
        if self._split is None:
            return self, ("", "")
        split, other = self._split
        way = split.way(conversation_id)
        return other if way == "B" else self, (split.key, way)

    async def own_up(self, message: Message, errand: Errand) -> Reply:
        """An honest word in the place of an answer that never came about, and colleagues hear of it. It thinks about nothing: whatever broke
        the answer must not break this, too."""
        async with self._conversations.open(message.conversation_id) as opened:
            history = opened.conversation
            locale = (
                history.locale
                or self._spoken_here(message.locale)
                or self._spoken_here(message.hint)
                or self._shop.default_locale
            )
            handed_off = bool(self._desk and self._desk.is_told)
            text = self._wordings.say(locale, "not_answered_desk" if handed_off else "not_answered")
            reply = Reply(text, locale, "out_of_scope", 0.0, handed_off=handed_off)
            _, (split, way) = self._dealt(message.conversation_id)
            explained = {"failed": True, "desk": {"deed": {"why": "failed"}}}
            turn = Turn(message, reply, Verdict((text,)), explained, split=split, way=way)
            await opened.keep(turn, replace(history, turns=(*history.turns, turn)), errand.leaving(turn))
            if self._desk:
                self._desk.was_kept(message.conversation_id)
            return reply

    async def stream(self, message: Message) -> AsyncIterator[str | Reply]:
        """The checked sentences of the reply as they are made, then the Reply.

        The turn goes on and is kept when nobody listens any more: what was done must not be done again.
        """
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        turn = asyncio.create_task(self.reply(message, pieces.put_nowait))
        self._running.add(turn)
        turn.add_done_callback(self._running.discard)
        turn.add_done_callback(
            lambda done: done.cancelled() or done.exception()
        )  # whoever listens gets it from `result`
        turn.add_done_callback(lambda _: pieces.put_nowait(None))
        while (piece := await pieces.get()) is not None:
            yield piece
        yield turn.result()

    async def finish(self) -> None:
        """Wait for the turns that nobody listens to."""
        await asyncio.gather(*self._running, return_exceptions=True)

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

    async def hands(self, message: Message) -> tuple[Understood, Hands, Locale]:
        """What a question that stands alone means, and the clerk's ears and tools for it, for another program that asks: nothing is
        answered or kept, and orders are nowhere to be found."""
        generation, history = self._index.current(), Conversation(message.conversation_id)
        message = replace(message, text=_read(generation, message.text))
        _, locale = self._languages(message, history)
        dialogue = self._dialogue(generation)
        wish = await dialogue.alone(message, locale)
        shelf = _shelf(self._shop, generation, locale, self._wordings, None, generation.recommender, {})
        return wish, _hands(wish, history, generation, dialogue, shelf), locale

    async def _said(self, message: Message, history: Conversation, heard: Hearing, by: Deadline, address: str) -> _Said:
        """The answer, unless it is one that needs no understanding or a colleague has the customer, who would be told at `address`."""
        if message.consent is not None:
            history = replace(history, tracked=message.consent)
        aside = await self._aside(message, history)
        if aside is None:
            said = await self._answer(message, history, heard, by)
            promise = await self._desk.promise(said.reply, message, address) if self._desk else ""
            if promise:
                heard.end_line()
                heard.say(promise)
                said = replace(said, reply=replace(said.reply, text=heard.text))
            return said
        heard.say(aside.reply.text)
        return _Said(aside.reply, Verdict((aside.reply.text,)), aside.conversation, {"aside": aside.reply.intent})

    async def _aside(self, message: Message, history: Conversation) -> Aside | None:
        _, locale = self._languages(message, history)
        given = message, history, locale, self._shop, self._wordings
        return (
            (asides.command(*given) if message.sign else None)
            or (await self._desk.silence(message, history, locale) if self._desk else None)
            or (asides.without_words(*given) if message.sign else None)
        )

    async def _answer(self, message: Message, history: Conversation, heard: Hearing, by: Deadline) -> _Said:
        try:
            return await self._think(message, history, heard, by)
        except Exception:  # noqa: BLE001 - the last line: a customer gets an answer, the log gets the reason
            told = {"conversation_id": message.conversation_id, "message_id": message.id}
            logger().error("turn_failed", **told, trace=traceback.format_exc())  # not `exception`: it may print values
            locale = history.locale or self._shop.default_locale
            heard.end_line()
            heard.say(self._wordings.say(locale, "trouble"))
            reply = Reply(heard.text, locale, "out_of_scope", 0.0, handed_off=False)
            return _Said(reply, Verdict(), history, {"failed": True})

    async def _think(self, message: Message, history: Conversation, heard: Hearing, by: Deadline) -> _Said:
        clock = Clock()
        history = _forgiven(history, message.at)
        generation = self._index.current()
        message = replace(message, text=_read(generation, message.text))
        spoken, locale = self._languages(message, history)
        arm = self._advice.arm(message.customer_id or history.customer_id, history.id)
        recommender = self._advice.recommender(arm, generation)
        shelf = _shelf(self._shop, generation, locale, self._wordings, self._orders, recommender, self._reaches)
        dialogue = self._dialogue(generation)
        clock.lap("open")
        wishes = await dialogue.understand(message, history, locale)
        clock.lap("route")
        if "repeat" in wishes[0].acts and history.turns:
            return self._repeated(history, wishes[0], heard, clock)
        if spoken != locale and spoken not in self._shop.locales:
            heard.say(self._wordings.say(locale, "default_language") + "\n")
        is_advice = any(wish.route.intent == "recommend" for wish in wishes)
        if is_advice and self._refusals:
            who = history.id, message.customer_id or history.customer_id
            shelf = replace(shelf, refused=await self._refusals(*who, message.at))
        served: list[Served] = []
        for wish in wishes:
            wish = wish if self._advice.is_given(arm) else _unadvised(wish)
            hands = _hands(wish, history, generation, dialogue, shelf)
            before = [one.text for one in served]
            served.append(await self._serve(wish, history, shelf, heard, by, clock, before, hands))
            heard.end_line()
        labels = self._labels(served, locale)
        reply = self._reply(served, labels, locale, heard.text, clock)
        known = after(message, history, [(one.understood, one.findings, one.intent) for one in served], locale, labels)
        spent = sum((one.written.spent for one in served), Spent())
        trial = (self._advice.trial.key, arm) if is_advice else ("", "")
        return _Said(reply, verdict(served), known, explained(served, clock.laps), spent, trial)

    async def _serve(
        self, wish: Understood, history: Conversation, shelf: Shelf, heard: Hearing, by: Deadline, clock: Clock,
        before: Sequence[str], hands: Hands,
    ) -> Served:  # fmt: skip
        """Find, and say. The first wish is heard as it is made; a later one when it is whole, unless it was said already."""
        found = Found(wish, await _find(wish, history, shelf))
        clock.lap("tool")
        said: list[str] = []
        spoken = Spoken(found, Verdict(), Written("template"))
        async for piece in self._voice.speak(found, history, shelf.locale, by, hands):
            if isinstance(piece, Spoken):
                spoken = piece
                continue
            said.append(piece)
            if not before:
                heard.say(piece)
        clock.lap("write")
        text = "".join(said).strip()
        if spoken.verdict.stopped:
            kinds = sorted({stop.kind for stop in spoken.verdict.stopped})
            said_as = spoken.found.findings.say
            logger().warning("sentence_stopped", count=len(spoken.verdict.stopped), kinds=kinds, said=said_as)
        if before and text not in before:
            heard.say(text)
        return Served(spoken.found.asked, spoken.found.findings, text, spoken.verdict, spoken.written)

    def _reply(self, served: Sequence[Served], labels: Sequence[Option], locale: str, text: str, clock: Clock) -> Reply:
        intents = [(one.intent, round(one.understood.route.confidence, 3)) for one in served]
        offered = dict.fromkeys(key for one in served for key in one.findings.suggestions)
        said = tuple(self._wordings.say(locale, f"suggest_{key}") for key in offered)
        return Reply(
            text=text, locale=locale, intent=intents[0][0], confidence=intents[0][1],
            intents=tuple(dict(reversed(intents)).items())[::-1],
            cites=tuple(dict.fromkeys(cite for one in served for cite in cites(one.findings))),
            cards=tuple({p.id: card(p, one) for one in served for p in one.findings.products}.values()),
            suggestions=tuple(option.label for option in labels) or said,
            handed_off=any(one.findings.handoff for one in served), asks=bool(labels), took_ms=clock.laps,
        )  # fmt: skip

    def _repeated(self, history: Conversation, wish: Understood, heard: Hearing, clock: Clock) -> _Said:
        """The reply before, once more; nothing is looked up and the conversation stays where it is."""
        last = history.turns[-1].reply
        heard.say(last.text)
        served = Served(wish, Findings("repeated"), last.text, Verdict((last.text,)), Written("template"))
        return _Said(replace(last, took_ms=clock.laps), served.verdict, history, explained([served], clock.laps))

    def _labels(self, served: Sequence[Served], locale: str) -> tuple[Option, ...]:
        """The choices of a clarifying question in the customer's words; only where it is all that is said."""
        options = served[0].findings.options if len(served) == 1 else ()
        return tuple(
            replace(option, label=option.label or self._wordings.say(locale, f"suggest_intent_{option.intent}"))
            for option in options
        )

    def _languages(self, message: Message, history: Conversation) -> tuple[str, str]:
        """(what the customer writes, what we answer in)."""
        fallback = history.locale or self._spoken_here(message.hint) or self._shop.default_locale
        told = (message.locale or "").replace("_", "-").split("-")[0].casefold()
        said = "" if history.question and is_bare(message.text) else without_contacts(message.text, " ", " ")
        said = _CODE.sub(" ", said)  # `JL-20418` is of no language
        spoken = told if told in self._shop.locales else guess_locale(said, fallback)
        return spoken, spoken if spoken in self._shop.locales else self._shop.default_locale

    def _spoken_here(self, hint: str | None) -> str | None:
        told = (hint or "").replace("_", "-").split("-")[0].casefold()
        return told if told in self._shop.locales else None

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


def _did(said: _Said, history: Conversation) -> bool:
    """Whether a deed was done in this turn: then it can't be thought over."""
    return said.conversation.done != history.done or said.reply.handed_off


def _forgiven(history: Conversation, now: datetime) -> Conversation:
    """Without what wasn't liked so long ago that it may be by now: a chat in a messenger never ends."""
    last = history.turns[-1].message.at if history.refused and history.turns else now
    return replace(history, refused=()) if now - last > REFUSED_FOR else history


def _read(generation: Generation, text: str) -> str:
    """What is understood of a message: cleaned, its misspellings and pinyin mended. Kept is what was typed."""
    return generation.speller.mend(clean(text)[:READ].strip()).text


def _unadvised(wish: Understood) -> Understood:
    """Who is to get no recommendation gets what a search has."""
    return replace(wish, route=replace(wish.route, intent="find")) if wish.route.intent == "recommend" else wish


async def _find(wish: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """What the wish's tool finds; where two readings are near, the question which is meant."""
    if not has_words(wish.message.text):
        return Findings("empty", suggestions=("browse", "delivery"))
    if wish.options:
        return await which(wish, history, shelf)
    act = next((act for act in wish.acts if act in ACTS), None)
    return await (ACTS[act] if act else tool_for(wish.route.intent))(wish, history, shelf)


def _hands(wish: Understood, history: Conversation, generation: Generation, dialogue: Dialogue, shelf: Shelf) -> Hands:
    """The clerk's ears and tools for a writer that looks further: it may read any text, and find; a deed is only prepared."""

    async def read(text: str) -> Understood:
        return await dialogue.alone(replace(wish.message, text=_read(generation, text)), shelf.locale)

    async def find(asked: Understood) -> Findings:
        return only_prepared(await tool_for(asked.route.intent)(asked, history, shelf), wish, history)

    return Hands(read, find, generation.catalogue)


def _shelf(
    shop: Shop,
    generation: Generation,
    locale: str,
    wordings: Wordings,
    orders: Lookup | None,
    recommender: Recommender,
    reaches: Mapping[str, Reach],
) -> Shelf:
    return Shelf(
        shop, generation.catalogue, generation.retriever, recommender, generation.answers, generation.embedder, locale,
        wordings, orders, generation.reasons, generation.likeness, reaches,
    )  # fmt: skip
