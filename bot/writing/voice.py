"""Words as they leave: whole sentences, each checked, in time. Where a model's words fail, the template says what is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from bot.errors import NoWords
from bot.logs import logger
from bot.seams import Hands, Piece, Writer
from bot.types import Conversation, Deadline, Findings, Found, Message, Stopped, Verdict, Written
from bot.writing.budget import Budget
from bot.writing.guard import Gate, Guard, Locked
from bot.writing.sentences import Splitter, is_line, split
from bot.writing.template import TemplateWriter
from bot.writing.together import at_the_desk, known, named_in, told
from bot.writing.untold import answers, instead, untold
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from knowledge_base.types import Locale
from retrieval.text import guess_locale, normalise

LONGEST_REPLY, LONGEST_SENTENCE, MOST_SENTENCES = 2400, 900, 30
"""Characters and sentences; a model that goes on is cut off."""
_AFTER_S = 0.02
"""The line's own time is up a little before ours: then it, not we, knows that it was slow."""
_LETTERS = 12
"""From how many letters on a sentence's language can be told."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of one wish, after its last piece."""

    found: Found
    verdict: Verdict
    written: Written


@dataclass(slots=True)
class _Draft:
    """One wish while it is spoken."""

    found: list[Found]
    """What the clerk found, and what a writer found beside it."""
    locale: Locale
    written: Written
    gate: Gate | None = None
    """Of a model's sentences; the template has one of its own."""
    said: list[str] = field(default_factory=list)
    stopped: list[Stopped] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "".join(self.said)

    @property
    def message(self) -> Message:
        return self.found[0].asked.message

    @property
    def told(self) -> Found:
        return told(self.found)

    @property
    def findings(self) -> Findings:
        return self.told.findings


class Voice:
    """Speaks one turn after the other. Without a `writer` the template says everything."""

    def __init__(
        self,
        shop: Shop,
        wordings: Wordings,
        writer: Writer | None = None,
        *,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        guard: Guard | None = None,
    ) -> None:
        """Without a `guard` there is one that knows no prompts."""
        self._wordings, self._writer, self._clock = wordings, writer, clock
        self._budget, self._template = budget or Budget(), TemplateWriter(wordings)
        self._guard = guard or Guard(shop, wordings)

    def deadline(self) -> Deadline:
        """Of a turn that begins now."""
        return self._budget.from_(self._clock())

    async def speak(
        self, found: Found, history: Conversation, locale: Locale, by: Deadline, hands: Hands
    ) -> AsyncGenerator[str | Spoken, None]:
        """Checked pieces in order, then how they came about. Joined they are the text of this wish."""
        draft = _Draft([found], locale, Written("template"))
        why = ""
        if self._writer is not None:
            draft.gate = self._gate([found], history, locale, hands)
            try:
                async for piece in self._written(self._writer, draft, history, by, hands):
                    yield piece
            except NoWords as none:
                why = none.reason
        async for piece in self._template_says(draft, history, hands, why):
            yield piece
        final = named_in(draft.text, draft.found)
        if not draft.text.strip():
            final = replace(final, findings=replace(final.findings, say="stopped", suggestions=("person",)))
            yield self._wordings.say(locale, "stopped") + "\n"
        if (waiting := at_the_desk(draft.found)) and final.findings.prepared is None:
            final = replace(final, findings=replace(final.findings, prepared=waiting, suggestions=("yes", "no")))
            asked = "\n" + self._wordings.say(locale, f"shall_{waiting.deed.kind}") + "\n"
            draft.said.append(asked)
            yield asked
        yield Spoken(final, Verdict(tuple(draft.said), tuple(draft.stopped)), draft.written)

    async def _written(
        self, writer: Writer, draft: _Draft, history: Conversation, by: Deadline, hands: Hands
    ) -> AsyncGenerator[str, None]:
        """The model's sentences, one by one as they are whole and pass. Raises NoWords where no more can be used."""
        splitter = Splitter()
        found, earlier = self._guard.for_model(draft.found[0], history)
        async with aclosing(_as_generator(writer, found, earlier, draft.locale, by, hands)) as pieces:
            async for piece in self._in_time(pieces, draft, by):
                if isinstance(piece, Written):
                    draft.written = piece
                elif isinstance(piece, Found):
                    for sentence in splitter.rest():  # what was said before rests on what was known then
                        if self._passes(sentence, draft):
                            yield sentence
                    draft.found.append(piece)
                    draft.gate = self._gate(draft.found, history, draft.locale, hands, draft.said)
                else:
                    for sentence in splitter.feed(piece):
                        if self._passes(sentence, draft):
                            yield sentence
                    if splitter.held > LONGEST_SENTENCE:
                        raise NoWords("endless")
        for sentence in splitter.rest():
            if self._passes(sentence, draft):
                yield sentence

    async def _in_time(
        self, pieces: AsyncGenerator[Piece, None], draft: _Draft, by: Deadline
    ) -> AsyncGenerator[Piece, None]:
        while True:
            limit = by.done_by if draft.said else by.first_by
            try:
                async with asyncio.timeout(max(0.0, limit - self._clock()) + _AFTER_S):
                    piece = await anext(pieces, None)
            except TimeoutError:
                raise NoWords("late" if draft.said else "slow") from None
            if piece is None:
                return
            yield piece

    def _passes(self, sentence: str, draft: _Draft) -> bool:
        """Whether a sentence of the model's is said. Raises NoWords where the rest had better not be heard."""
        if not sentence.strip():
            return bool(draft.said) and self._say(sentence, draft)
        if len(draft.text) + len(sentence) > LONGEST_REPLY or len(draft.seen) >= MOST_SENTENCES:
            raise NoWords("endless")
        plain = normalise(sentence).strip()
        if plain in draft.seen and not plain.startswith("|"):
            draft.stopped.append(Stopped(sentence.strip(), sentence.strip(), "repetition", "nothing is said twice"))
            if sum(stop.kind == "repetition" for stop in draft.stopped) > 2:
                raise NoWords("endless")
            return False
        draft.seen.add(plain)
        stopped = _wrong_language(sentence, draft) or (draft.gate.stops_model(sentence) if draft.gate else None)
        if stopped is None:
            return self._say(sentence, draft)
        draft.stopped.append(stopped)
        if stopped.kind == "language" and not draft.said:
            raise NoWords("language")
        return False

    async def _template_says(
        self, draft: _Draft, history: Conversation, hands: Hands, why: str
    ) -> AsyncGenerator[str, None]:
        """All of it where nothing was said; else what a broken reply left out, what stopped sentences were about, or the answer
        where the reply had none."""
        turn = f"{draft.message.conversation_id}/{len(history.turns)}"
        lines = self._template.lines(draft.findings, draft.locale, turn)
        pieces = split("\n".join(lines) + "\n")
        said, left = draft.text, pieces
        if said.strip():
            left = untold(said, draft.findings, pieces)
            if not why and answers(said, draft.findings, pieces):
                left = instead((stop.sentence for stop in draft.stopped), draft.findings, left)
            why = why or ("stopped" if draft.stopped else "no_answer")
        elif self._writer is not None:
            why = why or "stopped"
        if why and why != "plain" and left:
            draft.written = replace(draft.written, template=why)
            logger().info("template_speaks", reason=why)
        sure = [
            piece for line in self._template.sure(draft.findings, draft.locale, turn) for piece in split(line + "\n")
        ]
        gate = self._gate(draft.found, history, draft.locale, hands, sure=sure, lines=lines)
        gap = _gap(said, left, draft.locale)
        for piece in pieces:
            stopped = gate.stops(piece)  # of all, since what comes later may rest on what came before
            if piece in left and stopped is not None:
                draft.stopped.append(stopped)
            elif piece in left:
                self._say(gap + piece, draft)
                yield gap + piece
                gap = ""

    def _gate(
        self, found: Sequence[Found], history: Conversation, locale: Locale, hands: Hands, said: Sequence[str] = (),
        sure: Sequence[str] = (), lines: Sequence[str] = (),
    ) -> Gate:  # fmt: skip
        """What the turn's finds allow to be said, all of them together, after what was said already; `sure` needs no reading. `lines` are
        the template's, where they are known."""
        message = found[0].asked.message
        turn = f"{message.conversation_id}/{len(history.turns)}"
        draft = lines or [line for one in found for line in self._template.lines(one.findings, locale, turn)]
        own_words = tuple(w for one in found for w in self._wordings.for_findings(locale, one.findings.say))
        locked = Locked(hands.catalogue, own_words, frozenset(piece.strip() for piece in sure))
        gate = self._guard.gate(known(found), message, draft, locale, locked)
        for sentence in said:
            gate.stops_model(sentence)
        return gate

    @staticmethod
    def _say(sentence: str, draft: _Draft) -> bool:
        draft.said.append(sentence)
        return True


async def _as_generator(
    writer: Writer, found: Found, history: Conversation, locale: Locale, by: Deadline, hands: Hands
) -> AsyncGenerator[Piece, None]:
    async for piece in writer.write(found, history, locale, by, hands):
        yield piece


def _gap(said: str, left: Sequence[str], locale: Locale) -> str:
    """What stands between words that were said and those that are added: a line of its own begins a line."""
    if not said.strip() or said.endswith("\n") or not left:
        return ""
    if is_line(left[0]):
        return "\n"
    return "" if said[-1].isspace() or locale == "zh" else " "


def _wrong_language(sentence: str, draft: _Draft) -> Stopped | None:
    """Names of products don't count: they are what the shop calls them, in whatever language."""
    plain = sentence
    for product in known(draft.found).products:
        plain = plain.replace(product.title, " ")
    letters = sum(letter.isalpha() for letter in plain)
    spoken = guess_locale(plain, draft.locale) if letters >= _LETTERS or not plain.isascii() else draft.locale
    if spoken == draft.locale:
        return None
    return Stopped(sentence.strip(), sentence.strip(), "language", draft.locale)
