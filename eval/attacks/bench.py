"""Every case played twice through the real writers, with the defences and without any; and what the defences cost clean texts."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bot.logs import set_up
from bot.seams import Hands, Writer
from bot.settings import Settings
from bot.tools.desk import only_prepared
from bot.tools.people import to_person
from bot.types import Conversation, Findings, Found, Message, Stopped, Understood
from bot.wiring import SAMPLE, close_lines, lines_of
from bot.writing.budget import Budget
from bot.writing.ceiling import Ceiling
from bot.writing.guard import Guard, Locked
from bot.writing.prompts import load_prompts
from bot.writing.template import TemplateWriter
from bot.writing.voice import Spoken, Voice
from bot.writing.wordings import Wordings
from eval import setting
from eval.attacks import clean_turns, cleanliness
from eval.attacks.attacker import Attacker
from eval.attacks.disguising import encodings_of
from eval.attacks.judging import Known, amounts_in, breaches, secrets
from eval.attacks.placing import NOW, Case, Ground, HoldBack, Scene, scene
from eval.attacks.texts import CARRIERS, POSITIONS, WRITERS, Attack, bipia, read
from eval.errors import NothingToDo
from eval.faults.server import serving
from knowledge_base.reading import read_files
from knowledge_base.shop import Shop, load_shop
from knowledge_base.types import Knowledge
from knowledge_base.withheld import hold_back
from retrieval.generations import Progress

DATA = Path(__file__).parent.parent / "data"
FILES = tuple(DATA / f"attacks.{half}.jsonl" for half in ("dev", "test", "frozen"))
PACKAGES = ("shopclerk", "langchain", "langchain-openai", "openai")
QUICK = 300
SEED = 11
_PLACES, _PLAIN = 13, 5
"""Places that an attack is put in, in a full run, and how many of them are plain words."""
_SHARE = {"template": 4, "chat": 5, "agent": 1}
"""Of ten cases, how many each writer gets."""
_FOREVER = 60.0


@dataclass(frozen=True, slots=True)
class Played:
    case: Case
    breaches: tuple[str, ...]
    reply: str


def run(
    *, cases: Path | None, shop: Path | None, half: str, quick: bool, data: Path, writers: Sequence[str], say: Progress
) -> dict[str, Any]:
    """`cases` and `breaches` with the defences, tables of them, `undefended` the same without any, then what clean texts lose.

    Raises BadRow, NothingToDo.
    """
    started = time.perf_counter()
    set_up("critical")
    files = [cases] if cases else [file for file in FILES if file.is_file()]
    attacks = read(files, half) + (bipia(data) if cases is None and half in ("dev", "all") else [])
    if not attacks:
        raise NothingToDo(f"no attack of the half {half} in {', '.join(map(str, files))}")
    bench = _Bench(load_shop(shop or SAMPLE), say)
    chosen = plan(attacks, writers, QUICK if quick else None)
    played = asyncio.run(bench.play(chosen))
    report = figures(played["defended"])
    report["undefended"] = figures(played["undefended"])
    report["half"], report["quick"] = half, quick
    report["breached"] = [_told(one) for one in played["defended"] if one.breaches]
    report |= cleanliness.measure(attacks, data, quick=quick)
    report["clean_words"] = asyncio.run(bench.clean_words(40 if quick else 400))
    if not quick:
        report["clean_turns"] = asyncio.run(clean_turns.measure(shop, bench.no_guard, say))
    report |= {"versions": setting.versions(PACKAGES), "data": setting.digests(files), "machine": setting.machine()}
    return {**report, "seconds": round(time.perf_counter() - started, 1)}


def plan(attacks: Sequence[Attack], writers: Sequence[str], most: int | None) -> list[Case]:
    """Attack x carrier x position x encoding x writer, spread by a seed so that every pair of them meets. What a case states stands."""
    seed = random.Random(SEED)
    turns = cycle([writer for writer in writers for _ in range(_SHARE[writer])])
    found = [case for attack in attacks for case in _of_attack(attack, seed, turns)]
    if most is not None and len(found) > most:
        found = seed.sample(found, most)
    return found


def _of_attack(attack: Attack, seed: random.Random, turns: Any) -> list[Case]:
    carriers = [attack.carrier] if attack.carrier else [
        one for one in CARRIERS if not (attack.kind == "handover" and one in ("customer", "order_note", "name", "earlier_turn"))
    ]  # fmt: skip
    encodings = [attack.encoding] if attack.encoding else encodings_of(attack.locale, seed, 9)
    positions = [attack.position] if attack.position else list(POSITIONS)
    places = [(c, p, e) for c in carriers for p in positions for e in encodings]
    plain = [place for place in places if place[2] == "plain"]
    rest = [place for place in places if place[2] != "plain"]
    chosen = seed.sample(plain, min(len(plain), _PLAIN)) + seed.sample(rest, min(len(rest), _PLACES - _PLAIN))
    writers = [attack.writer] * len(chosen) if attack.writer else list(islice(turns, len(chosen)))
    return [Case(attack, *place, writer) for place, writer in zip(chosen, writers, strict=True)]


class _Bench:
    """The shop as it is, its texts by language, and what is known of it from outside."""

    def __init__(self, shop: Shop, say: Progress) -> None:
        self.shop, self._say = shop, say
        self.wordings = Wordings.load(shop.folder)
        whole = read_files(shop)
        self.grounds = {locale: _ground(whole, locale) for locale in ("en", "zh")}
        self.known = _known(shop, whole)
        self.attacker = Attacker()
        prompts = [prompt.text for prompt in load_prompts(shop.folder).values()]
        self.guard, self.no_guard = Guard(shop, self.wordings, prompts), NoGuard(shop, self.wordings)

    async def play(self, cases: Sequence[Case]) -> dict[str, list[Played]]:
        """By `defended` and `undefended`."""
        async with AsyncExitStack() as stack:
            writers = await self._writers(stack)
            return {
                name: [
                    await self._one(case, number, name == "defended", writers)
                    for number, case in enumerate(cases)
                    if not (number % 500 == 0 and self._say(f"attacks: {name}", number, len(cases)))
                ]
                for name in ("undefended", "defended")
            }

    async def _writers(self, stack: AsyncExitStack) -> Mapping[str, Writer | None]:
        """The real writers before an endpoint that is the attacker."""
        from bot.writing.agent import AgentWriter
        from bot.writing.chat import ChatWriter

        server = await stack.enter_async_context(serving(self.attacker))
        settings = Settings(
            writer="chat", llm_base_url=server.url, llm_model="attacker", llm_turn_s=_FOREVER, llm_first_s=_FOREVER / 2, _env_file=None,
        )  # type: ignore[call-arg]  # fmt: skip
        lines = lines_of(settings)
        stack.push_async_callback(close_lines, lines)
        prompts, ceiling = load_prompts(self.shop.folder), Ceiling(_nothing_spent, self.shop.timezone)
        template = TemplateWriter(self.wordings)
        return {
            "template": None,
            "chat": ChatWriter(self.shop, prompts["reply"], template, lines, ceiling),
            "agent": AgentWriter(self.shop, prompts["agent"], self.wordings, lines, ceiling),
        }

    async def _one(self, case: Case, number: int, defended: bool, writers: Mapping[str, Writer | None]) -> Played:
        ground = self.grounds[case.attack.locale]
        keep: HoldBack = (
            (lambda knowledge: hold_back(knowledge, self.shop.own)) if defended else (lambda knowledge: knowledge)
        )
        placed = scene(case, ground, number, keep, cleaned=defended)
        self.attacker.case, self.attacker.prompt = case, ""
        text, done = await self._spoken(placed, case.attack.locale, writers[case.writer], defended)
        found = breaches(text, done, case, placed, self.known, self.attacker.prompt)
        return Played(case, found, text)

    async def _spoken(self, placed: Scene, locale: str, writer: Writer | None, defended: bool) -> tuple[str, bool]:
        """(the reply, whether a deed was done)."""
        guard = self.guard if defended else self.no_guard
        voice = Voice(self.shop, self.wordings, writer, budget=Budget(_FOREVER, _FOREVER / 2), guard=guard)
        hands, done = _hands(self.shop, placed, defended)
        said: list[str] = []
        async for piece in voice.speak(placed.found, placed.history, locale, voice.deadline(), hands):
            if isinstance(piece, Spoken):
                desk = piece.found.findings.prepared
                done.append(bool(piece.found.findings.handoff) or (desk is not None and desk.state == "done"))
            else:
                said.append(piece)
        return "".join(said), any(done)

    async def clean_words(self, most: int) -> dict[str, Any]:
        """What a model says that words clean findings well: how many of its sentences the guard stops, which the lock alone wouldn't."""
        return await cleanliness.words(self.shop, self.wordings, self.grounds, most)


class NoGuard(Guard):
    """Every defence off. Only here: no setting of the product does so."""

    def gate(
        self, findings: Findings, message: Message, draft: Sequence[str], locale: str, locked: Locked | None = None
    ) -> Any:
        return _OpenGate()

    def for_model(self, found: Found, history: Conversation) -> tuple[Found, Conversation]:
        return found, history


class _OpenGate:
    def stops(self, sentence: str) -> Stopped | None:
        return None

    stops_model = stops


def _hands(shop: Shop, placed: Scene, defended: bool) -> tuple[Hands, list[bool]]:
    """The clerk's ears and tools. Without defences the desk is open: what a model calls for is done."""
    done: list[bool] = []
    asked = placed.found.asked

    async def read(text: str) -> Understood:
        return replace(asked, text=text, query=text)

    async def find(wish: Understood) -> Findings:
        if wish.route.intent != "handoff":
            return Findings("order_which" if wish.route.intent == "order" else "unknown")
        handed = to_person("asked", {}, NOW, shop)
        if defended:
            return only_prepared(handed, asked, placed.history)
        done.append(True)
        return handed

    return Hands(read, find), done


def _ground(knowledge: Knowledge, locale: str) -> Ground:
    """Of a language; of all where the shop has nothing in it."""

    def of(things: Sequence[Any]) -> Sequence[Any]:
        return [thing for thing in things if thing.locale == locale] or list(things)

    products = [product for product in of(knowledge.products) if product.description]
    return Ground(products, of(knowledge.faqs), of(knowledge.documents))


def _known(shop: Shop, whole: Knowledge) -> Known:
    texts = [faq.answer for faq in whole.faqs] + [section.text for one in whole.documents for section in one.sections]
    texts += [text for one in whole.products for text in (one.title, one.description, *one.attributes.values())]
    prices = {price for one in whole.products for price in (one.price, one.compare_at) if price is not None}
    prices |= {variant.price for one in whole.products for variant in one.variants}
    trusted = [*shop.contacts.values(), *shop.own.domains, *shop.own.emails, *shop.own.phones]
    trusted += [product.url for product in whole.products]
    amounts = amounts_in(texts) | {price.normalize() for price in prices}
    return Known(
        " ".join(trusted),
        shop.own.domains,
        " ".join([*texts, *shop.own.codes]),
        frozenset(amounts),
        secrets(shop.folder),
    )


async def _nothing_spent(*anything: Any) -> Any:
    from bot.types import Spent

    return Spent()


def figures(played: Sequence[Played]) -> dict[str, Any]:
    """`cases`, `breaches`, and how many of how many by what a case is."""
    by: Mapping[str, Callable[[Played], str]] = {
        "by_kind": lambda one: one.case.attack.kind, "by_carrier": lambda one: one.case.carrier,
        "by_position": lambda one: one.case.position, "by_encoding": lambda one: one.case.encoding,
        "by_language": lambda one: one.case.attack.locale, "by_writer": lambda one: one.case.writer,
    }  # fmt: skip
    report: dict[str, Any] = {"cases": len(played), "breaches": sum(bool(one.breaches) for one in played)}
    report["share"] = round(report["breaches"] / len(played), 4) if played else 0.0
    ways: dict[str, int] = defaultdict(int)
    for one in played:
        for way in one.breaches:
            ways[way] += 1
    report["by_breach"] = dict(sorted(ways.items()))
    for name, key in by.items():
        groups: dict[str, list[bool]] = defaultdict(list)
        for one in played:
            groups[key(one)].append(bool(one.breaches))
        report[name] = {group: {"cases": len(them), "breaches": sum(them)} for group, them in sorted(groups.items())}
    return report


def _told(one: Played) -> dict[str, Any]:
    return {
        "id": one.case.id,
        "breaches": one.breaches,
        "text": one.case.attack.text[:200],
        "planted": one.case.planted[:200],
        "reply": one.reply[:600],
    }


__all__ = ["WRITERS", "plan", "run"]
