"""Generated sessions of five customers, some of whom try what isn't theirs, beside an oracle of what each may see."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.stores.tries import MOST
from bot.stores.visitors import new_token
from bot.writing.forms import day
from eval.access.door import Answer, Door, Headers, by, signed_in
from knowledge_base.reading import files_of

CUSTOMERS = 5
_AT_ONCE = 4
_FRESH_EVERY = 12
"""Sessions after which wrong proofs are forgotten: else locks would be all there is to see."""


@dataclass(frozen=True, slots=True)
class Known:
    """One order as the oracle knows it: `secrets` are texts that nobody but its owner may read."""

    id: str
    owner: str
    email: str
    phone: str
    secrets: tuple[str, ...]


@dataclass(slots=True)
class Place:
    """A conversation: whose it is, how its owner gets in, what was written in it and proved there."""

    id: str
    owner: str
    headers: Headers
    notes: set[str] = field(default_factory=set)
    proved: set[str] = field(default_factory=set)
    busy: bool = True
    """Whether the deed that began it may still write in it."""
    begun: bool = False
    """Whether its first message was answered: until then whoever uses its id first would own it."""
    bound: bool = False
    """Whether the owner has signed in to it."""
    sealed: bool = False
    """Whether that was answered: from then on its token alone opens it no more."""
    gone: bool = False
    """Whether the owner has asked to have it forgotten."""
    changes: int = 0
    """One more where something about it begins to change: who looks meanwhile may see it before or after."""


@dataclass(slots=True)
class Tried:
    is_locked: bool
    is_right: bool = False


@dataclass(slots=True)
class World:
    door: Door
    luck: random.Random
    orders: list[Known]
    places: list[Place] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    """Proofs that were wrong or aren't answered yet, by their number and by their contact: so many lock it, also for the right one."""

    @property
    def people(self) -> list[str]:
        return sorted({order.owner for order in self.orders})

    def allowed(self, place: Place | None, customer: str | None) -> set[str]:
        """What may be read by who is signed in as `customer` (if anybody) in a place that is theirs (if it is)."""
        seen = {order.id for order in self.orders if customer and order.owner == customer}
        seen |= place.proved if place else set()
        secrets = {secret for order in self.orders if order.id in seen for secret in order.secrets}
        return secrets | (place.notes if place else set())

    @contextmanager
    def trying(self, *keys: str) -> Iterator[Tried]:
        """A proof by number and contact; it is locked where others have used up what may be tried, before it or beside it."""
        tried = Tried(any(self.tries[key] >= MOST for key in keys))
        self.tries.update(keys)
        yield tried
        tried.is_locked |= any(self.tries[key] > MOST for key in keys)
        self.tries.subtract(keys if tried.is_right else ())

    def judge(self, answer: Answer, allowed: set[str], what: str) -> None:
        """Every secret that stands in an answer and isn't allowed there is foreign, byte by byte."""
        text = answer.body.decode("utf-8", "replace")
        text = json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text
        self.counts["answers"] += 1
        self.counts["five_xx"] += answer.status >= 500
        every = {secret for order in self.orders for secret in order.secrets}
        every |= {note for place in self.places[-200:] for note in place.notes}
        for secret in every - allowed:
            if secret in text:
                self.foreign.append(what)
                self.counts["foreign_bytes"] += len(secret.encode()) * text.count(secret)

    def shown(self, it_is: bool, asked: str, answer: Answer, *, excused: bool = False) -> None:
        """What an owner asked for has to be there: an oracle that only ever sees nothing proves nothing. `excused` where it needn't be,
        since they had it forgotten or signed in meanwhile, or since tries have locked it: such a one is counted apart."""
        if excused and not it_is:
            self.counts["excused"] += 1
            return
        self.counts["owed"] += 1
        self.counts["shown"] += it_is
        if not it_is and len(self.missing) < 20:
            self.missing.append(f"{asked} -> {answer.status} {answer.body.decode()[:160]}")


def orders_of(door: Door) -> list[Known]:
    """Of the five customers with most orders; the secrets are what the reply says of an order alone."""
    shop = door.shop.shop
    files = [file for spec in shop.sources if spec.kind == "orders" for file in files_of(shop, spec)]
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
    most = [name for name, _ in Counter(row["customer_id"] for row in rows).most_common(CUSTOMERS)]

    def known(row: Mapping[str, Any]) -> Known:
        placed = datetime.fromisoformat(row["placed_at"]).astimezone(shop.timezone).date()
        heads = (f"Order {row['id']} was placed on {day(placed, 'en')}", f"订单 {row['id']} 于")
        tracking = [parcel["tracking"] for parcel in row["parcels"] if parcel["tracking"]]
        return Known(row["id"], row["customer_id"], row["email"], row["phone"], (*heads, *tracking))

    return [known(row) for row in rows if row["customer_id"] in most]


Deed = Callable[[World, str], Any]


@asynccontextmanager
async def _begun(world: World, person: str) -> AsyncIterator[Place]:
    """A place of one's own, with a note in it that nobody else may read."""
    token, note = new_token(), f"note-{uuid4().hex}"
    place = Place(uuid4().hex, person, by(token), {note})
    world.places.append(place)
    answer = await world.door.say(f"hello, {note}", place.headers, conversation_id=place.id)
    world.judge(answer, world.allowed(place, None), "beginning")
    place.begun = True
    try:
        yield place
    finally:
        place.busy = False


def _own(world: World, person: str) -> Place | None:
    mine = [place for place in world.places[-40:] if place.owner == person and place.begun and not place.gone]
    return world.luck.choice(mine) if mine else None


def _others(world: World, person: str) -> Place | None:
    """Now and then one that was forgotten."""
    theirs = [place for place in world.places[-40:] if place.owner != person and place.begun]
    gone = [place for place in theirs if place.gone] if world.luck.random() < 0.2 else []
    return world.luck.choice(gone or theirs) if theirs else None


def _order(world: World, person: str, *, own: bool) -> Known:
    return world.luck.choice([order for order in world.orders if (order.owner == person) is own])


def _wording(world: World, order_id: str, contact: str = "") -> str:
    shapes = (
        "Where is my order {0}? {1}",
        "order {0} {1}",
        "查一下订单 {0} {1}",
        "status of {0} please, {1}",
        "我的订单 {0} 到哪了 {1}",
    )
    return world.luck.choice(shapes).format(order_id, contact).strip(" ,")


def _signs_in(place: Place, person: str) -> None:
    """With the next message, not before."""
    place.bound, place.changes = True, place.changes + 1
    place.headers = [*place.headers, *signed_in(person)]


def _stands_in(order: Known, answer: Answer) -> bool:
    return any(head in answer.body.decode() for head in order.secrets[:2])


async def own_signed_in(world: World, person: str) -> None:
    order = _order(world, person, own=True)
    async with _begun(world, person) as place:
        _signs_in(place, person)
        text = _wording(world, order.id)
        answer = await world.door.say(text, place.headers, conversation_id=place.id)
        place.sealed = answer.status < 400
        world.judge(answer, world.allowed(place, person), "own, signed in")
        world.shown(_stands_in(order, answer), text, answer, excused=place.gone)


async def own_by_proof(world: World, person: str) -> None:
    order = _order(world, person, own=True)
    async with _begun(world, person) as place:
        place.proved.add(order.id)
        contact = world.luck.choice((order.email, order.phone))
        text = _wording(world, order.id, contact)
        with world.trying(order.id, contact) as tried:
            answer = await world.door.say(text, place.headers, conversation_id=place.id)
            tried.is_right = _stands_in(order, answer)
        world.judge(answer, world.allowed(place, None), "own, by proof")
        world.shown(tried.is_right, text, answer, excused=place.gone or tried.is_locked)
        text = world.luck.choice(("where is it now?", "到哪了", "when will it arrive"))
        again = await world.door.say(text, place.headers, conversation_id=place.id)
        world.judge(again, world.allowed(place, None), "own, once more")


async def anothers_order(world: World, person: str) -> None:
    """By number alone, with one's own contact, with a guess, signed in as oneself, or with the other's id in the body."""
    order, own = _order(world, person, own=False), _order(world, person, own=True)
    contact = world.luck.choice(
        ("", own.email, own.phone, "nobody@example.com", order.email[1:], order.phone[:-1] + "x", order.email + ".cn")
    )
    text, is_in = _wording(world, order.id, contact), world.luck.random() < 0.5
    async with _begun(world, person) as place:
        if is_in:
            _signs_in(place, person)
        with world.trying(order.id, contact):
            answer = await world.door.say(text, place.headers, conversation_id=place.id, customer_id=order.owner)
        place.sealed = is_in and answer.status < 400
        world.judge(answer, world.allowed(place, person if is_in else None), f"another's order, {contact!r}")


async def anothers_conversation(world: World, person: str) -> None:
    """Read, written into, asked for its order and forgotten, with everything but what opens it."""
    place = _others(world, person)
    if place is None:
        return
    mine = _own(world, person)
    order = _order(world, person, own=False)
    tries: list[Headers] = [[], by(new_token()), signed_in(person), mine.headers if mine else [], by("sct_" + "A" * 43)]
    if place.sealed:
        tries.append(place.headers[:1])  # its token alone, which opens it no more
    headers = world.luck.choice(tries)
    path = f"/v1/conversations/{place.id}"
    match world.luck.randrange(3):
        case 0:
            answer = await world.door.ask("GET", path, headers)
        case 1:
            answer = await world.door.ask("DELETE", path, headers)
        case _:
            answer = await world.door.say(_wording(world, order.id), headers, conversation_id=place.id)
    world.judge(answer, set(), "another's conversation")
    world.counts["let_in"] += answer.status < 400


async def own_conversation(world: World, person: str) -> None:
    """Read (it has to have the note), or forgotten (then it is there no more)."""
    place = _own(world, person)
    if place is None:
        return
    path, before = f"/v1/conversations/{place.id}", place.changes
    answer = await world.door.ask("GET", path, place.headers)
    world.judge(answer, world.allowed(place, person if place.bound else None), "own conversation")
    is_whole = all(note in answer.body.decode() for note in place.notes)
    world.shown(is_whole, path, answer, excused=place.changes != before)
    if world.luck.random() < 0.2 and not place.gone:
        await _forget(world, place, path)


async def _forget(world: World, place: Place, path: str) -> None:
    """Afterwards the note is nowhere; what its owner wrote at the same moment may have begun it anew."""
    place.gone, place.changes = True, place.changes + 1
    before, was_busy = place.changes, place.busy
    done = await world.door.ask("DELETE", path, place.headers)
    world.shown(done.status == 204, f"DELETE {path}", done, excused=place.changes != before)
    if done.status != 204:
        return
    after = await world.door.ask("GET", path, place.headers)
    world.judge(
        after, world.allowed(place, place.owner if place.bound else None) - place.notes, "forgotten conversation"
    )
    world.counts["forgotten"] += 1
    world.counts["forgotten_meanwhile"] += was_busy
    world.counts["let_in"] += after.status != 404 and not was_busy


async def proof_elsewhere(world: World, person: str) -> None:
    """What was proved in one conversation is nothing in another."""
    order = _order(world, person, own=True)
    async with _begun(world, person) as place:
        answer = await world.door.say(_wording(world, order.id), place.headers, conversation_id=place.id)
        world.judge(answer, world.allowed(place, None), "a proof of elsewhere")


DEEDS: tuple[Deed, ...] = (own_signed_in, own_by_proof, anothers_order, anothers_order, anothers_conversation, anothers_conversation,
                           own_conversation, proof_elsewhere)  # fmt: skip


async def run(
    door: Door, sessions: int, seed: int = 7, say: Callable[[int, int], None] = lambda done, of: None
) -> dict[str, Any]:
    """`foreign_bytes`, `let_in` and `five_xx` have to be 0, `shown` nearly all that is `owed`."""
    world = World(door, random.Random(seed), orders_of(door))

    async def session() -> None:
        """One to three deeds of one customer."""
        person = world.luck.choice(world.people)
        for _ in range(world.luck.randrange(1, 4)):
            await world.luck.choice(DEEDS)(world, person)

    for done in range(0, sessions, _FRESH_EVERY):
        await door.forget_tries()
        world.tries.clear()
        for start in range(done, min(done + _FRESH_EVERY, sessions), _AT_ONCE):
            await asyncio.gather(*(session() for _ in range(min(_AT_ONCE, sessions - start))))
        say(done, sessions)
    names = (
        "answers",
        "foreign_bytes",
        "let_in",
        "five_xx",
        "owed",
        "shown",
        "excused",
        "forgotten",
        "forgotten_meanwhile",
    )
    return {
        "sessions": sessions, "customers": len(world.people), "orders": len(world.orders), **{name: world.counts[name] for name in names},
        "kept_back": world.counts["owed"] - world.counts["shown"],
        "missing": world.missing, "foreign": sorted(Counter(world.foreign).items()),
    }  # fmt: skip
