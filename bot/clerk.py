"""The clerk: what one message is answered with. Each wish is understood, one tool finds, a writer words it, the check hears it; nothing is
kept here."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.advice import Advice
from bot.behaviour import REFUSED_FOR
from bot.dialogue.reading import LimitReader
from bot.dialogue.state import after
from bot.dialogue.understanding import Dialogue
from bot.heard import Hearing
from bot.languages import languages
from bot.logs import logger
from bot.seams import Hands, Router
from bot.served import Clock, Served, card, cites, explained, verdict
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
from retrieval.text import clean, has_words

Refusals = Callable[[str, str | None, datetime], Awaitable[tuple[str, ...]]]
"""(conversation, customer where signed in, now) -> products that they have said they don't like."""
READ = 2000
"""Characters of a message that are read; the rest says nothing new."""


@dataclass(frozen=True, slots=True)
class Thought:
    """What a message came to, before it is kept."""

    reply: Reply
    verdict: Verdict
    conversation: Conversation
    explained: Mapping[str, object]
    spent: Spent = field(default_factory=Spent)
    trial: tuple[str, str] = ("", "")
    """The trial of recommendations and the customer's arm in it, where advice was asked for."""


class Clerk:
    def __init__(
        self,
        shop: Shop,
        index: Index,
        router_for: Callable[[Generation], Router],
        reader_for: Callable[[Generation], LimitReader],
        wordings: Wordings,
        voice: Voice,
        orders: Lookup | None = None,
        advice: Advice | None = None,
        reaches: Mapping[str, Reach] | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        """`reaches`: which channels can be written to later. Without `refusals` what isn't liked is known of this conversation alone."""
        self._refusals = refusals
        self.shop, self.wordings, self.voice = shop, wordings, voice
        self._index, self._router_for, self._reader_for = index, router_for, reader_for
        self._orders, self._advice, self._reaches = orders, advice or Advice(), reaches or {}
        self._dialogues: dict[int, Dialogue] = {}

    def with_voice(self, voice: Voice, wordings: Wordings | None = None) -> Clerk:
        """Another voice, in other words where there are some; what was made ready for turns is shared."""
        other = copy(self)
        other.voice, other.wordings = voice, wordings or self.wordings
        return other

    def apart(self, orders: Callable[[Lookup], Lookup]) -> Clerk:
        """The clerk of other conversations: orders are looked up as `orders` has it, and refusals known of the one conversation alone."""
        other = copy(self)
        other._refusals = None
        other._orders = orders(self._orders) if self._orders else None
        return other

    def with_parts(self, index: Index, ears: Callable[[Router], Router]) -> Clerk:
        """The same shop by other knowledge, its router within what `ears` puts around it."""
        other, router_for = copy(self), self._router_for
        other._index, other._router_for, other._dialogues = index, lambda generation: ears(router_for(generation)), {}
        return other

    async def answer(self, message: Message, history: Conversation, heard: Hearing, by: Deadline) -> Thought:
        """Whatever goes wrong, the customer is told something."""
        try:
            return await self._think(message, history, heard, by)
        except Exception:  # noqa: BLE001 - the last line: a customer gets an answer, the log gets the reason
            told = {"conversation_id": message.conversation_id, "message_id": message.id}
            logger().error("turn_failed", **told, trace=traceback.format_exc())  # not `exception`: it may print values
            locale = history.locale or self.shop.default_locale
            heard.end_line()
            heard.say(self.wordings.say(locale, "trouble"))
            reply = Reply(heard.text, locale, "out_of_scope", 0.0, handed_off=False)
            return Thought(reply, Verdict(), history, {"failed": True})

    async def understand(self, message: Message, history: Conversation) -> tuple[Understood, ...]:
        """What a message would be taken to mean in its conversation; nothing is answered."""
        generation = self._index.current()
        message = replace(message, text=_read(generation, message.text))
        _, locale = languages(message, history, self.shop)
        return await self._dialogue(generation).understand(message, history, locale)

    async def hands(self, message: Message) -> tuple[Understood, Hands, Locale]:
        """What a question that stands alone means, and the clerk's ears and tools for it, for another program that asks: nothing is
        answered, and orders are nowhere to be found."""
        generation, history = self._index.current(), Conversation(message.conversation_id)
        message = replace(message, text=_read(generation, message.text))
        _, locale = languages(message, history, self.shop)
        dialogue = self._dialogue(generation)
        wish = await dialogue.alone(message, locale)
        shelf = _shelf(self.shop, generation, locale, self.wordings, None, generation.recommender, {})
        return wish, _hands(wish, history, generation, dialogue, shelf), locale

    async def _think(self, message: Message, history: Conversation, heard: Hearing, by: Deadline) -> Thought:
        clock = Clock()
        history = _forgiven(history, message.at)
        generation = self._index.current()
        message = replace(message, text=_read(generation, message.text))
        spoken, locale = languages(message, history, self.shop)
        arm = self._advice.arm(message.customer_id or history.customer_id, history.id)
        recommender = self._advice.recommender(arm, generation)
        shelf = _shelf(self.shop, generation, locale, self.wordings, self._orders, recommender, self._reaches)
        dialogue = self._dialogue(generation)
        clock.lap("open")
        wishes = await dialogue.understand(message, history, locale)
        clock.lap("route")
        if "repeat" in wishes[0].acts and history.turns:
            return _repeated(history, wishes[0], heard, clock)
        if spoken != locale and spoken not in self.shop.locales:
            heard.say(self.wordings.say(locale, "default_language") + "\n")
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
        return Thought(reply, verdict(served), known, explained(served, clock.laps), spent, trial)

    async def _serve(
        self, wish: Understood, history: Conversation, shelf: Shelf, heard: Hearing, by: Deadline, clock: Clock,
        before: Sequence[str], hands: Hands,
    ) -> Served:  # fmt: skip
        """Find, and say. The first wish is heard as it is made; a later one when it is whole, unless it was said already."""
        found = Found(wish, await _find(wish, history, shelf))
        clock.lap("tool")
        said: list[str] = []
        spoken = Spoken(found, Verdict(), Written("template"))
        async for piece in self.voice.speak(found, history, shelf.locale, by, hands):
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
        said = tuple(self.wordings.say(locale, f"suggest_{key}") for key in offered)
        return Reply(
            text=text, locale=locale, intent=intents[0][0], confidence=intents[0][1],
            intents=tuple(dict(reversed(intents)).items())[::-1],
            cites=tuple(dict.fromkeys(cite for one in served for cite in cites(one.findings))),
            cards=tuple({p.id: card(p, one) for one in served for p in one.findings.products}.values()),
            suggestions=tuple(option.label for option in labels) or said,
            handed_off=any(one.findings.handoff for one in served), asks=bool(labels), took_ms=clock.laps,
        )  # fmt: skip

    def _labels(self, served: Sequence[Served], locale: str) -> tuple[Option, ...]:
        """The choices of a clarifying question in the customer's words; only where it is all that is said."""
        options = served[0].findings.options if len(served) == 1 else ()
        return tuple(
            replace(option, label=option.label or self.wordings.say(locale, f"suggest_intent_{option.intent}"))
            for option in options
        )

    def _dialogue(self, generation: Generation) -> Dialogue:
        known = self._dialogues.get(generation.number)
        if known is None:
            router = self._router_for(generation)
            known = self._dialogues[generation.number] = Dialogue(
                generation.catalogue, router, self._reader_for(generation)
            )
            for old in [number for number in self._dialogues if number < generation.number]:
                del self._dialogues[old]
        return known


def _forgiven(history: Conversation, now: datetime) -> Conversation:
    """Without what wasn't liked so long ago that it may be by now: a chat in a messenger never ends."""
    last = history.turns[-1].message.at if history.refused and history.turns else now
    return replace(history, refused=()) if now - last > REFUSED_FOR else history


def _read(generation: Generation, text: str) -> str:
    """What is understood of a message: cleaned, its misspellings and pinyin mended. Kept is what was typed."""
    return generation.speller.mend(clean(text)[:READ].strip()).text


def _repeated(history: Conversation, wish: Understood, heard: Hearing, clock: Clock) -> Thought:
    """The reply before, once more; nothing is looked up and the conversation stays where it is."""
    last = history.turns[-1].reply
    heard.say(last.text)
    served = Served(wish, Findings("repeated"), last.text, Verdict((last.text,)), Written("template"))
    return Thought(replace(last, took_ms=clock.laps), served.verdict, history, explained([served], clock.laps))


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
    shop: Shop, generation: Generation, locale: str, wordings: Wordings, orders: Lookup | None, recommender: Recommender,
    reaches: Mapping[str, Reach],
) -> Shelf:  # fmt: skip
    return Shelf(
        shop, generation.catalogue, generation.retriever, recommender, generation.answers, generation.embedder, locale,
        wordings, orders, generation.reasons, generation.likeness, reaches, answerable=generation.answerable,
    )  # fmt: skip
