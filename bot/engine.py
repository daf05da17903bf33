"""One turn: open the conversation, have the clerk answer, keep what was said together with what leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

from bot import asides
from bot.asides import Aside
from bot.clerk import Clerk, Thought
from bot.heard import Heard, Hearing
from bot.languages import languages, spoken_here
from bot.people.desk import Desk
from bot.seams import NOTHING, Conversations, Errand, Router
from bot.split import Split
from bot.stores import points
from bot.tools.lookup import Lookup
from bot.types import Conversation, Deadline, Message, Reply, Turn, Understood, Verdict
from bot.writing.voice import Voice
from retrieval.index import Index


class Engine:
    def __init__(
        self,
        clerk: Clerk,
        conversations: Conversations,
        desk: Desk | None = None,
        split: tuple[Split, Clerk] | None = None,
    ) -> None:
        """Without a `desk` nobody is passed anything, and the clerk is never silent. The clerk of a `split` answers the conversations that it
        deals them."""
        self.clerk = clerk
        self._conversations, self._desk, self._split = conversations, desk, split
        self._running: set[asyncio.Task[Reply]] = set()

    def with_voice(self, voice: Voice) -> Engine:
        """The same shop and conversations with another voice; what was made ready for turns is shared."""
        return Engine(self.clerk.with_voice(voice), self._conversations, self._desk)

    def over(self, conversations: Conversations, orders: Callable[[Lookup], Lookup] = lambda lookup: lookup) -> Engine:
        """The same shop over other conversations, where nobody is passed anything and the clerk is never silent: for trying out."""
        return Engine(self.clerk.apart(orders), conversations)

    def with_parts(self, index: Index, ears: Callable[[Router], Router] = lambda router: router) -> Engine:
        """The same shop by other knowledge, its router within what `ears` puts around it: for trying out."""
        return Engine(self.clerk.with_parts(index, ears), self._conversations, self._desk)

    async def reply(self, message: Message, hear: Heard = lambda piece: None, errand: Errand | None = None) -> Reply:
        """The answer to a message; one that was answered before gets the kept reply. `hear` gets its pieces as they are said.

        `errand` brings what came while the clerk was thinking, and takes what leaves with the turn.
        """
        clerk, dealt = self._dealt(message.conversation_id)
        by = clerk.voice.deadline()
        async with self._conversations.open(message.conversation_id) as opened:
            kept = opened.kept(message.id)
            if kept is not None:
                for line in kept.reply.text.splitlines(keepends=True):
                    hear(line)
                return kept.reply
            address = errand.address if errand else ""
            thought = await self._thought(clerk, message, opened.conversation, Hearing(hear), by, address)
            spent = thought.spent
            while errand and not _did(thought, opened.conversation) and (newer := await errand.newer(message)):
                message, by = newer, clerk.voice.deadline()
                thought = await self._thought(clerk, message, opened.conversation, Hearing(hear), by, address)
                spent += thought.spent
            points.reach("turn.thought")
            turn = Turn(message, thought.reply, thought.verdict, thought.explained, spent, *thought.trial, *dealt)
            leaving = errand.leaving(turn) if errand else NOTHING
            await opened.keep(turn, replace(thought.conversation, turns=(*opened.conversation.turns, turn)), leaving)
            if self._desk:
                self._desk.was_kept(message.conversation_id)
            return thought.reply

    async def own_up(self, message: Message, errand: Errand) -> Reply:
        """An honest word in the place of an answer that never came about, and colleagues hear of it. It thinks about nothing: whatever broke
        the answer must not break this, too."""
        shop = self.clerk.shop
        async with self._conversations.open(message.conversation_id) as opened:
            history = opened.conversation
            locale = (
                history.locale
                or spoken_here(message.locale, shop)
                or spoken_here(message.hint, shop)
                or shop.default_locale
            )
            handed_off = bool(self._desk and self._desk.is_told)
            text = self.clerk.wordings.say(locale, "not_answered_desk" if handed_off else "not_answered")
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
        return await self.clerk.understand(message, history)

    def _dealt(self, conversation_id: str) -> tuple[Clerk, tuple[str, str]]:
        """(who answers, what is kept of it with the turn)."""
        if self._split is None:
            return self.clerk, ("", "")
        split, other = self._split
        way = split.way(conversation_id)
        return other if way == "B" else self.clerk, (split.key, way)

    async def _thought(
        self, clerk: Clerk, message: Message, history: Conversation, heard: Hearing, by: Deadline, address: str
    ) -> Thought:
        """The answer, unless it is one that needs no understanding or a colleague has the customer, who would be told at `address`."""
        if message.consent is not None:
            history = replace(history, tracked=message.consent)
        aside = await self._aside(clerk, message, history)
        if aside is None:
            thought = await clerk.answer(message, history, heard, by)
            promise = await self._desk.promise(thought.reply, message, address) if self._desk else ""
            if promise:
                heard.end_line()
                heard.say(promise)
                thought = replace(thought, reply=replace(thought.reply, text=heard.text))
            return thought
        heard.say(aside.reply.text)
        return Thought(aside.reply, Verdict((aside.reply.text,)), aside.conversation, {"aside": aside.reply.intent})

    async def _aside(self, clerk: Clerk, message: Message, history: Conversation) -> Aside | None:
        _, locale = languages(message, history, clerk.shop)
        given = message, history, locale, clerk.shop, clerk.wordings
        return (
            (asides.command(*given) if message.sign else None)
            or (await self._desk.silence(message, history, locale) if self._desk else None)
            or (asides.without_words(*given) if message.sign else None)
        )


def _did(thought: Thought, history: Conversation) -> bool:
    """Whether a deed was done in this turn: then it can't be thought over."""
    return thought.conversation.done != history.done or thought.reply.handed_off
