"""A message and its conversation to what is wished: one `Understood` a clause, which every later step reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from bot.dialogue import acts, consent, limits, near
from bot.dialogue.answers import Answers
from bot.dialogue.clauses import clauses, is_social, without_opening
from bot.dialogue.follow_ups import FollowUps
from bot.dialogue.pointing import Pointing
from bot.dialogue.reading import LimitReader, Said, has_contact, order_id
from bot.dialogue.wanting import CERTAIN, SURE, settled
from bot.dialogue.wishing import pressed
from bot.intent.attributes import FORMER, PRICE, STOCK, asked_attribute, is_property, without_asking
from bot.intent.interests import is_gift, says_liking
from bot.intent.kinds import BUNDLES, Kinds
from bot.intent.names import Names
from bot.intent.wishes import advised, wished
from bot.orders import desk
from bot.seams import Router
from bot.types import Act, Conversation, Message, Option, Remind, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.types import Where

META: Sequence[Act] = ("repeat", "why", "cancel")
"""What is said of the conversation itself."""
_THANKS = re.compile(r"thank|谢")
SOCIAL = ("greet", "thank", "bye")
_TALK = {"repeat": "out_of_scope", "why": "out_of_scope", "cancel": "bye"}
_BELOW = re.compile(r"(?:under|below|to|less than|than|到|于|至)\s?[$€£¥]?\s?(\d{1,7}(?:\.\d{1,2})?)(?!\d)")
"""The price from which on down the customer wants to be told."""
Event = Literal["back", "cheaper", "refill"]
CHOICES = 5
"""Readings that one question offers."""
_PERSON = re.compile(
    r"\b(?:person|people|human|someone|somebody|agent|staff|operator|representative|colleague|manager|call me|talk|speak)\b|人工|客服|真人|同事|经理|转接|联系我"
)
"""Who names an order and none of these wants the order, not a person."""
_OR_NOT = re.compile(r"([\u4e00-\u9fff])不\1")
"""防不防水 asks whether, and refuses nothing."""
_ADVERBS = ("back", "free", "over", "through", "well")
_IS_IT = re.compile("(?:能|可以|会|是)[^的]{1,8}[吗么嘛不没][?？ ]*$")
"""能水洗吗 asks whether, and names no 可水洗颜料."""
_JOINS = re.compile(r"\b(?:and|or|with|versus|vs)\b|、|和|跟|与|还是|或")


class Dialogue:
    """The understanding of one generation of a shop's index."""

    def __init__(self, catalogue: Catalogue, router: Router, reader: LimitReader) -> None:
        self._catalogue, self._router, self._reader = catalogue, router, reader
        self._names, self._kinds = Names(catalogue), Kinds(catalogue)
        self._follow_ups = FollowUps(catalogue, self._kinds, self._names, self.say)
        self._answers, self._pointing = Answers(catalogue), Pointing(catalogue)
        colours = [one for one in catalogue.attributes.values.get("colour", ()) if len(one) > 2 and not one.isascii()]
        # 薄荷绿 is a colour, and names no 薄荷茶
        self._colours = re.compile("|".join(map(re.escape, sorted(colours, key=len, reverse=True))) or "$.")

    async def understand(self, message: Message, history: Conversation, locale: Locale) -> tuple[Understood, ...]:
        """At least one; several where the message has several wishes. `message.text` is cleaned."""
        if message.sign and (wish := pressed(message, self._catalogue, locale)):
            return (wish,)
        text = words_of.normalise(message.text)
        if not words_of.words(text):
            return (Understood(message, message.text, Route("out_of_scope", 1.0)),)
        if acts.does("end", text) and _is_written_to(history):
            return (Understood(message, message.text, Route("notices_ended", 1.0), acts=("end",)),)
        if (meta := self._meta(message, text, history)) is not None:
            return (meta,)
        if event := _event(text):
            return (await self._reminder(message, text, event, history, locale),)
        if _agrees_to_nothing(text, history):
            return (Understood(message, message.text, Route("bye", 1.0), acts=("cancel",)),)
        if history.prepared is not None and (told := await self._at_the_desk(message, history, locale)):
            return told
        if history.question is not None and (answer := await self._answered(message, history, locale)) is not None:
            return answer
        return await self._clauses(message, history, locale)

    async def _reminder(
        self, message: Message, text: str, event: Event, history: Conversation, locale: Locale
    ) -> Understood:
        """`tell me when it's back`: of the product that is named, else of the one spoken of or shown last."""
        said = self.say(text)
        named = said.named or [i for i in said.called if i in (*history.shown, history.about)]
        if not named and said.called:
            named = said.called
        if event == "back":
            named = [i for i in named if (one := self._catalogue.get(i)) and one.in_stock is False] or named
        if event == "refill" and len(named) > 1:
            named = list(self._follow_ups.ambiguous(said, tuple(named))) or named
        ids = named or [i for i in (history.about, *history.shown) if i]
        route = Route("remind", 1.0)
        named_price = _BELOW.search(text)
        below = said.where.price_to or (Decimal(named_price[1]) if named_price else None)
        where = Where(price_to=below)
        return Understood(message, message.text, route, where, products=tuple(ids[:1]), acts=("remind",), remind=event)

    async def alone(self, message: Message, locale: Locale) -> Understood:
        """What a message would mean that nothing was said before."""
        return await self._clause(message, Conversation(message.conversation_id), locale)

    def say(self, text: str) -> Said:
        """A clause taken apart."""
        wish = self._reader.read(_OR_NOT.sub(r"\1", text))
        where = replace(wish.where, discount_from=None) if FORMER.search(text) else wish.where
        query = wished(wish.query)
        thing = STOCK.sub(" ", PRICE.sub(" ", query))
        thing = thing if self._kinds.kind(thing) or where != Where() else text
        naming = without_asking(text) if _IS_IT.search(text) else text
        named, kind = self._names.named_in(self._colours.sub(" ", naming)), self._thing(thing)
        called = self._kinds.of(kind) if kind else ()
        is_kind = bool(called) and set(words_of.topic_words(query)) <= {kind, *words_of.words(kind)}
        if is_kind and where == Where() and len(called) > 1 and not any(i.casefold() in text for i in named):
            named = ()  # `teapots`: one of them may have the word for a name
        return Said(text, where, query, wish.query, wish.currency, named, called, kind, is_kind)

    def _thing(self, text: str) -> str:
        """The kind of thing that a text names, beside what it asks of it."""
        for said in dict.fromkeys((text, without_asking(text))):
            kind = self._kinds.kind(said)
            if kind and (self._kinds.is_titled(kind) or not _is_no_thing(kind, text)):
                return kind
        return self._kinds.spoken_of(text)

    def _meta(self, message: Message, text: str, history: Conversation) -> Understood | None:
        for act in META:
            if acts.does(act, text):
                intent = history.intent if act in ("repeat", "why") and history.intent else _TALK[act]
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
        whole = is_gift(message.text) and says_liking(
            message.text
        )  # `she's into gardening` belongs to the wish before it
        for clause in [message.text] if whole else clauses(message.text):
            part = replace(message, text=clause)
            understood = await self._clause(part, history, locale, route)
            if made and understood.route.intent in SOCIAL:
                continue
            made.append(understood)
            if len(understood.products) == 1:
                history = replace(history, about=understood.products[0])
        if len(made) > 1:
            made = [one for one in made if one.route.intent not in SOCIAL] or made[:1]
            made = _without_sold_out(made)
        return _joined(self._one_order(made, message), message)

    def _one_order(self, made: list[Understood], message: Message) -> list[Understood]:
        """An order with its number in one clause and the e-mail or phone in another is one wish."""
        wishes = [one for one in made if one.route.intent == "order"]
        given = [one for one in made if one in wishes or has_contact(one.text) or one.order_id]
        if not wishes or len(given) < 2 or not any(has_contact(one.text) for one in given):
            return made
        text = " ".join(one.text for one in given)
        whole = replace(wishes[0], message=message, text=text, order_id=self._order_id(text))
        return [whole if one is wishes[0] else one for one in made if one is wishes[0] or one not in given]

    async def _clause(
        self, message: Message, history: Conversation, locale: Locale, route: Route | None = None
    ) -> Understood:
        text = words_of.normalise(message.text)
        if not is_social(text):
            text = without_opening(text)
        said = self.say(text)
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
        made = followed or self._new(plain, said, history, locale)
        return self._follow_ups.advice.beside(made, said, history)

    def _new(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood:
        """A wish that stands alone: products by name, readings where several are named equally."""
        route = plain.route
        named = tuple(said.named)
        if (
            len(named) > 1
            and (
                route.intent == "describe" or (route.intent == "find" and all(self._asks_fact(i, said) for i in named))
            )
            and not _JOINS.search(said.text)
        ):
            return self._of_kind(plain, replace(said, called=named), history, locale)
        if len(named) > 1 and not _JOINS.search(said.text):
            named = self._follow_ups.ambiguous(said, named)
        if named:
            return self._one_of(plain, said, named, locale) or self._of(plain, said, named)
        if route.intent in ("ask", "out_of_scope") and route.confidence < SURE and said.is_kind:
            return replace(plain, route=Route("find", SURE, ((route.intent, route.confidence),)))
        if route.intent == "describe" and said.called:
            return self._of_kind(plain, said, history, locale)
        return plain

    def _one_of(self, plain: Understood, said: Said, named: tuple[str, ...], locale: Locale) -> Understood | None:
        """`how tall is the floor lamp?` where two are called so and nothing said tells them apart: which one is asked."""
        if plain.route.intent != "describe" or len(named) > 1 or len(said.called) < 2 or named[0] not in said.called:
            return None
        if named[0].casefold() in said.text or _is_plural(said):
            return None
        near = self._follow_ups.ambiguous(said, said.called)
        return (
            replace(plain, options=self.options(near[:CHOICES], locale)) if named[0] in near and len(near) > 1 else None
        )

    def _of(self, plain: Understood, said: Said, ids: tuple[str, ...]) -> Understood:
        route, by_id = plain.route, any(i.casefold() in said.text for i in ids)
        if route.intent == "find" and len(ids) == 1 and not by_id and self._asks_fact(ids[0], said):
            route = Route("describe", 0.6, ((route.intent, route.confidence),))
        is_open = route.intent == "ask" and route.confidence < CERTAIN and not acts.does("shop", said.text)
        if is_open or route.intent == "out_of_scope" or (by_id and route.confidence < SURE):
            route = Route("describe", 0.6, ((route.intent, route.confidence),))
        return replace(plain, products=ids, route=route)

    def _asks_fact(self, product_id: str, said: Said) -> bool:
        """Whether an attribute of the product is asked, not only named as a limit."""
        asked = any(asked_attribute(said.text, form) for form in self._catalogue.forms(product_id))
        stated = replace(said.where, having=tuple(one for one in said.where.having if one.name != "brand"))
        return asked and stated == Where() and acts.does("asking", said.text)

    def _of_kind(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood:
        """`the kettle`: the one that is spoken of or shown, the only one there is, else the customer is asked which."""
        called = [i for i in said.called if i in history.shown] or list(said.called)
        if history.about in called:
            called = [history.about]
        if len(called) > 1:
            called = list(self._follow_ups.ambiguous(said, called)) or called
        if len(called) == 1:
            return replace(plain, products=tuple(called), acts=("point",) if called[0] in history.shown else ())
        if _is_plural(said):
            return plain
        return replace(plain, options=self.options(called[:CHOICES], locale))

    def options(self, ids: Sequence[str], locale: Locale) -> tuple[Option, ...]:
        return tuple(Option(product.title, product_id=i) for i in ids if (product := self._catalogue.get(i, locale)))

    def _order_id(self, text: str) -> str | None:
        found = order_id(text)
        return None if found is None or found in self._catalogue else found

    def _foreign(self, said: Said) -> str:
        """The currency of an amount, where it isn't the one that the shop sells in."""
        if said.where.price_from is None and said.where.price_to is None:
            return ""
        own = next((product.currency for i in self._catalogue.ids() if (product := self._catalogue.get(i))), "")
        return said.currency if said.currency and said.currency != own else ""


def _is_written_to(history: Conversation) -> bool:
    """Whether a message was asked for here, and no other deed waits for a yes or a stop."""
    asks = history.prepared is not None and history.prepared.state == "waiting"
    return not asks and any(isinstance(one.deed, Remind) for one in history.done)


def _agrees_to_nothing(text: str, history: Conversation) -> bool:
    """`ok`, 好的, where nothing was asked: it is heard, and no question about what was shown last."""
    if not history.turns or history.prepared is not None or history.question is not None:
        return False
    return acts.does("yes", text) and not _THANKS.search(text)


def _event(text: str) -> Event | None:
    """What the customer wants to be told of later."""
    events: Sequence[Event] = ("back", "cheaper", "refill")
    return next((event for event in events if acts.does(f"remind_{event}", text)), None)


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


def _is_no_thing(kind: str, text: str) -> bool:
    """Whether a word that is but a keyword of something asks for a property (`waterproof`, 机洗) or describes: `the hand one`, `send it back`."""
    return (
        is_property(kind) or kind in (*_ADVERBS, *BUNDLES) or bool(re.search(rf"\b{re.escape(kind)}\w* ones?\b", text))
    )


def _without_sold_out(made: list[Understood]) -> list[Understood]:
    """`it's sold out, what instead?` asks but one thing."""
    if not any(one.relation == "replacement" for one in made):
        return made
    return [one for one in made if not acts.does("sold_out", one.message.text.strip().casefold())] or made


def _is_settled(route: Route) -> bool:
    """Whether what is wanted has nothing to do with what was shown: small talk, an order, a person, an intent of the shop's own."""
    alone = route.intent in (*SOCIAL, "order", "handoff") or route.intent.startswith("shop:")
    return alone and route.confidence >= SURE


def _is_plural(said: Said) -> bool:
    """`how much are your kettles`, 水壶都多少钱: all are meant."""
    plural = [
        word
        for word in said.text.split()
        if word.strip("?.!,").endswith("s") and words_of.stem(word.strip("?.!,")) == said.kind
    ]
    return bool(plural) or bool(re.search(r"都|哪些|几款|各|\ball\b", said.text))


def _joined(made: list[Understood], message: Message) -> tuple[Understood, ...]:
    """Clauses that come to one wish are one: limits that were given in two clauses, or the same question of the same thing."""
    kept: list[Understood] = []
    for one in made:
        last = kept[-1] if kept else None
        if last and one.route.intent == last.route.intent and one.route.intent in ("find", "recommend", "compare"):
            where = limits.add(last.where, one.where)
            kept[-1] = replace(last, text=f"{last.text}, {one.text}", where=where, query=last.query or one.query)
        else:
            kept.append(one)
    return tuple(kept)
