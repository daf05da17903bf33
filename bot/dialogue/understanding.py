"""A message and its conversation to what is wished: one `Understood` a clause, which every later step reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue import acts, consent, near
from bot.dialogue.alone import Alone
from bot.dialogue.answers import Answers
from bot.dialogue.clauses import clauses, is_social, without_opening
from bot.dialogue.follow_ups import FollowUps
from bot.dialogue.joining import SOCIAL, joined
from bot.dialogue.later import event_in, is_written_to, reminder
from bot.dialogue.listening import Listener
from bot.dialogue.reading import LimitReader, Said, has_contact, order_id
from bot.dialogue.wanting import SURE, settled
from bot.dialogue.wishing import pressed
from bot.intent.interests import is_gift, says_liking
from bot.intent.kinds import Kinds
from bot.intent.names import Names
from bot.intent.wishes import advised
from bot.orders import desk
from bot.seams import Router
from bot.types import Act, Conversation, Message, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.types import Where

_OF_THE_TALK: Mapping[Act, str] = {"repeat": "out_of_scope", "why": "out_of_scope", "cancel": "bye"}
"""What is said of the conversation itself, and the intent that it has where nothing was served before."""
_THANKS = re.compile(r"thank|谢")
_PERSON = re.compile(
    r"\b(?:person|people|human|someone|somebody|agent|staff|operator|representative|colleague|manager|call me|talk|speak)\b|人工|客服|真人|同事|经理|转接|联系我"
)
"""Who names an order and none of these wants the order, not a person."""


class Dialogue:
    """The understanding of one generation of a shop's index."""

    def __init__(self, catalogue: Catalogue, router: Router, reader: LimitReader) -> None:
        self._catalogue, self._router = catalogue, router
        names, self._kinds = Names(catalogue), Kinds(catalogue)
        self._listener = Listener(catalogue, reader, names, self._kinds)
        self._follow_ups = FollowUps(catalogue, self._kinds, names, self._listener.hear)
        self._answers, self._alone = Answers(catalogue), Alone(catalogue, self._follow_ups.ambiguous)

    async def understand(self, message: Message, history: Conversation, locale: Locale) -> tuple[Understood, ...]:
        """At least one; several where the message has several wishes. `message.text` is cleaned."""
        if message.sign and (wish := pressed(message, self._catalogue, locale)):
            return (wish,)
        text = words_of.normalise(message.text)
        if not words_of.words(text):
            return (Understood(message, message.text, Route("out_of_scope", 1.0)),)
        if acts.does("end", text) and is_written_to(history):
            return (Understood(message, message.text, Route("notices_ended", 1.0), acts=("end",)),)
        if (meta := self._meta(message, text, history)) is not None:
            return (meta,)
        if event := event_in(text):
            said, ambiguous = self._listener.hear(text), self._follow_ups.ambiguous
            return (reminder(message, said, event, history, self._catalogue, ambiguous),)
        if _agrees_to_nothing(text, history):
            return (Understood(message, message.text, Route("bye", 1.0), acts=("cancel",)),)
        if history.prepared is not None and (told := await self._at_the_desk(message, history, locale)):
            return told
        if history.question is not None and (answer := await self._answered(message, history, locale)) is not None:
            return answer
        return await self._clauses(message, history, locale)

    async def alone(self, message: Message, locale: Locale) -> Understood:
        """What a message would mean that nothing was said before."""
        return await self._clause(message, Conversation(message.conversation_id), locale)

    def _meta(self, message: Message, text: str, history: Conversation) -> Understood | None:
        for act, usual in _OF_THE_TALK.items():
            if acts.does(act, text):
                intent = history.intent if act in ("repeat", "why") and history.intent else usual
                return Understood(message, message.text, Route(intent, 1.0), history.where, acts=(act,))
        return None

    async def _at_the_desk(
        self, message: Message, history: Conversation, locale: Locale
    ) -> tuple[Understood, ...] | None:
        """What a message says to the deed that was prepared; None where it speaks of something else."""
        prepared, heard = history.prepared, consent.read(message.text)
        if prepared is None or (prepared.state == "declined" and not consent.after_all(message.text)):
            return None
        route = Route(desk.INTENTS[prepared.deed.kind], 1.0)
        confirmed = Understood(message, message.text, route, acts=("confirm",))
        if heard.said == "no":
            return (Understood(message, message.text, Route("bye", 1.0), acts=("cancel",)),)
        if prepared.state == "declined" or (heard.said == "yes" and not heard.rest):
            return (confirmed,)
        if not heard.said:
            return None
        plain = replace(history, question=None, prepared=None)
        rest = await self._clauses(replace(message, text=heard.rest), plain, locale)
        if any(one.route.intent == route.intent and one.route.confidence >= SURE for one in rest):
            return (confirmed,)
        if heard.said == "yes":
            return (confirmed, *(one for one in rest if one.route.intent not in SOCIAL))
        return (*rest, replace(confirmed, acts=("again",)))

    async def _answered(self, message: Message, history: Conversation, locale: Locale) -> tuple[Understood, ...] | None:
        """What the message says to the question that we asked; None where it is no answer to it."""
        answer = self._answers.read(message, history, locale)
        if answer is None:
            return None
        if answer.asked_again:
            again = replace(message, text=answer.asked_again)
            if answer.route is not None and answer.route.intent == "order":
                return (await self._clause(again, replace(history, question=None), locale, answer.route),)
            return await self._clauses(again, replace(history, question=None), locale, route=answer.route)
        return (answer.understood,) if answer.understood else None

    async def _clauses(
        self, message: Message, history: Conversation, locale: Locale, *, route: Route | None = None
    ) -> tuple[Understood, ...]:
        made: list[Understood] = []
        whole = is_gift(message.text) and says_liking(message.text)  # `she's into gardening` belongs to what is wished
        for clause in [message.text] if whole else clauses(message.text):
            part = replace(message, text=clause)
            understood = await self._clause(part, history, locale, route)
            if made and understood.route.intent in SOCIAL:
                continue
            made.append(understood)
            if len(understood.products) == 1:
                history = replace(history, about=understood.products[0])
        return joined(made, message, self._order_id)

    async def _clause(
        self, message: Message, history: Conversation, locale: Locale, route: Route | None = None
    ) -> Understood:
        text = words_of.normalise(message.text)
        if not is_social(text):
            text = without_opening(text)
        said = self._listener.hear(text)
        routed = route or await self._router.route(replace(message, text=text), history)
        route = route or settled(routed, said)
        number = self._order_id(text)
        to_look_up = (route.intent == "order" and has_contact(text)) or not _PERSON.search(text)
        if number and (route.intent not in ("order", "handoff") or to_look_up) and "return" not in text:
            route = Route("order", 0.9)
        query = advised(said.left) if route.intent == "recommend" else said.query
        plain = Understood(
            message,
            text,
            route,
            said.where,
            query,
            kin=tuple(said.called),
            kind=said.kind,
            akin=self._kinds.akin(said.kind),
            order_id=number,
            currency=self._foreign(said),
        )
        if _is_settled(route):
            return plain
        followed = self._follow_ups.read(plain, said, history, locale)
        if followed is None and (route is routed or route.confidence < SURE):
            followed = _unclear(plain, routed, said, history)
        made = followed or self._alone.read(plain, said, history, locale)
        return self._follow_ups.advice.beside(made, said, history)

    def _order_id(self, text: str) -> str | None:
        found = order_id(text)
        return None if found is None or found in self._catalogue else found

    def _foreign(self, said: Said) -> str:
        """The currency of an amount, where it isn't the one that the shop sells in."""
        if said.where.price_from is None and said.where.price_to is None:
            return ""
        own = next((product.currency for i in self._catalogue.ids() if (product := self._catalogue.get(i))), "")
        return said.currency if said.currency and said.currency != own else ""


def _agrees_to_nothing(text: str, history: Conversation) -> bool:
    """`ok`, 好的, where nothing was asked: it is heard, and no question about what was shown last."""
    if not history.turns or history.prepared is not None or history.question is not None:
        return False
    return acts.does("yes", text) and not _THANKS.search(text)


def _unclear(plain: Understood, routed: Route, said: Said, history: Conversation) -> Understood | None:
    """Two wishes that a message is likely to be, where it names nothing and the last turn asked no such question."""
    if (
        said.called
        or said.named
        or said.where != Where()
        or (history.question is not None and history.question.clarifies)
    ):
        return None
    options = near.readings(routed)
    return replace(plain, options=options) if options else None


def _is_settled(route: Route) -> bool:
    """Whether what is wanted has nothing to do with what was shown: small talk, an order, a person, an intent of the shop's own."""
    alone = route.intent in (*SOCIAL, "order", "handoff") or route.intent.startswith("shop:")
    return alone and route.confidence >= SURE
