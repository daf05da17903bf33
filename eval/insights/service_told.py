"""The part on service in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from bot.types import INTENTS
from eval.insights.blocks import Block, Cell, Point
from eval.insights.intervals import Interval
from eval.insights.service import Service, Times
from eval.insights.words import Words

_REASONS = ("asked", "order", "unknown", "stopped", "found_nothing", "failed", "complaint")
_SLOW_S = 600.0
"""What a customer who was handed over shouldn't have to wait for a first word."""


def figures(service: Service, words: Words) -> list[tuple[str, str]]:
    """The large numbers on top."""
    say = words.say
    told = [(say("service_visits"), words.count(service.visits)), (say("service_people"), words.count(service.people))]
    told += [
        (say("service_alone"), words.share(service.alone)),
        (say("service_resolved"), words.share(service.resolved)),
    ]
    if service.person:
        told.append((say("service_person"), words.seconds(service.person.p50)))
    if service.per_resolved is not None:
        told.append((say("service_cost"), f"{service.per_resolved:f}"))
    return told


def points(service: Service, words: Words) -> list[Point]:
    say, endings, made = words.say, dict(service.endings), list[Point]()
    if endings["not_met"]:
        made.append(Point(say("report_todo_met", count=endings["not_met"]), weight=endings["not_met"], block="service-endings"))  # fmt: skip
    if endings["reopened"]:
        made.append(Point(say("report_todo_reopened", count=endings["reopened"]), weight=endings["reopened"], block="service-endings"))  # fmt: skip
    if service.person and service.person.p95 > _SLOW_S:
        waited = {"n": service.person.n, "p50": words.seconds(service.person.p50), "p95": words.seconds(service.person.p95)}  # fmt: skip
        made.append(Point(say("report_todo_slow", **waited), weight=service.person.n / 20, block="service-times"))
    return made


def blocks(service: Service, words: Words) -> list[Block]:
    made = [_volume(service, words), _endings(service, words), _handed(service, words), _times(service, words)]
    made += [_by(name, service, words) for name, _ in service.by]
    return [block for block in made if block.rows]


def _volume(service: Service, words: Words) -> Block:
    say = words.say
    most = max((count or 0 for _, count in service.bins), default=0) or 1
    is_weekly = len(service.bins) > 1 and (service.bins[1][0] - service.bins[0][0]).days > 1
    rows: list[Sequence[Cell]] = [
        (words.day(datetime.combine(day, time(), words.timezone)), (words.count(count), (count or 0) / most))
        for day, count in service.bins
    ]
    told = say("service_volume_week" if is_weekly else "service_volume_day")
    return Block(say("service_volume"), told, (say("service_from"), say("service_visits")), rows, half=True, id="service", part=say("service_part"))  # fmt: skip


def _endings(service: Service, words: Words) -> Block:
    say = words.say
    total = service.visits or 1
    rows: list[Sequence[Cell]] = [
        (say(f"service_end_{name}"), (words.count(count), (count or 0) / total)) for name, count in service.endings if service.visits and count != 0
    ]  # fmt: skip
    terms = [(say(f"service_end_{name}"), say(f"service_def_{name}")) for name in ("confirmed", "assumed", "reopened", "unanswered")]  # fmt: skip
    told = say("service_endings_told", resolved=words.share(service.resolved))
    return Block(say("service_endings"), told, (say("service_ending"), say("service_visits")), rows, terms=terms, half=True, id="service-endings")  # fmt: skip


def _handed(service: Service, words: Words) -> Block:
    say = words.say
    most = max((count or 0 for _, count in service.handed), default=0) or 1
    rows: list[Sequence[Cell]] = [
        (say(f"service_why_{why if why in _REASONS else 'other'}"), (words.count(count), (count or 0) / most)) for why, count in service.handed
    ]  # fmt: skip
    told = say("service_handed_told")
    return Block(say("service_handed"), told, (say("service_reason"), say("service_visits")), rows, half=True, id="service-handed")  # fmt: skip


def _times(service: Service, words: Words) -> Block:
    say = words.say
    rows = [
        (say(key), f"{times.n:,}", words.seconds(times.p50), words.seconds(times.p95))
        for key, times in (("service_clerk_row", service.clerk), ("service_person_row", service.person))
        if isinstance(times, Times)
    ]
    told = say("service_no_cost") if not service.cost else f"{say('service_tokens')}: {service.tokens:,}. {say('service_cost')}: {_cost(service, words)}."  # fmt: skip
    return Block(say("service_reply"), told, (say("service_what"), say("service_n"), say("service_p50"), say("service_p95")), rows, half=True, id="service-times")  # fmt: skip


def _cost(service: Service, words: Words) -> str:
    return words.say("withheld") if service.per_resolved is None else f"{service.per_resolved:f}"


def _by(name: str, service: Service, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (_named(name, row.name, words), words.count(row.visits), _bar(row.alone, words), _bar(row.resolved, words))
        for row in dict(service.by)[name]
    ]
    head = ("", say("service_visits"), say("service_alone"), say("service_resolved"))
    return Block(say(f"service_by_{name}"), say("service_by_told", least=words.least), head, rows, id=f"service-{name}")


def _bar(share: Interval | None, words: Words) -> Cell:
    return words.share(share) if share is None else (words.share(share), share.value)


def _named(dimension: str, value: str, words: Words) -> str:
    if dimension == "hour":
        return words.say("service_hours", low=int(value), high=int(value) + 3)
    if dimension == "language" and value in ("en", "zh"):
        return words.say(f"service_lang_{value}")
    if dimension == "intent":
        return words.say(f"intent_{value}") if value in (*INTENTS, "remind", "none") else value.removeprefix("shop:")
    return value
