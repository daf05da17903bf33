"""The whole report in words: what to do on top, then its parts, and the conversations that it points to. Pure but for reading those."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from eval.insights import (
    customers_told,
    feelings_told,
    market_told,
    misses_told,
    recommendations_told,
    service_told,
    topics_told,
)
from eval.insights.blocks import Block, Links, Point, Report, Talk
from eval.insights.feelings import Feelings
from eval.insights.kept import Visit
from eval.insights.report import Whole
from eval.insights.topics import Topics
from eval.insights.words import Words
from eval.replay.identifiers.anonymise import Anonymiser

POINTS = 8
_LINES, _LONGEST = 16, 400
"""Of a conversation that is shown: lines, and letters of each."""
_TALKS = 120
_FELT = "feelings"


def told(whole: Whole, shop: str, words: Words, talks: Callable[[Sequence[str]], Sequence[Talk]]) -> Report:
    """`talks` gives conversations by their ids, with nobody's name in them."""
    say, points, blocks = words.say, _points(whole, words), _blocks(whole, words)
    visits = words.count(whole.service.visits) if whole.service else "0"
    under = say("report_under", since=words.day(whole.period.start), until=words.day(whole.period.last), visits=visits)
    linked = list(dict.fromkeys([*(one for point in points for one in point.conversations), *_linked(blocks)]))
    return Report(
        say("report_title", shop=shop), under, service_told.figures(whole.service, words) if whole.service else (),
        [say(key, least=words.least) for key in whole.missing], blocks, say("report_foot", least=words.least), say("report_week"),
        say("report_week_told") if points else say("report_nothing"), points, say("report_talks"), talks(linked[:_TALKS]),
    )  # fmt: skip


def alone(part: Sequence[Block], figures: Sequence[tuple[str, str]], title: str, under: str, words: Words, talks: Callable[[Sequence[str]], Sequence[Talk]]) -> Report:  # fmt: skip
    """One part as a report of its own."""
    blocks = [replace(block, part="") for block in part]
    linked = list(dict.fromkeys(_linked(blocks)))[:_TALKS]
    foot = words.say("report_foot", least=words.least)
    return Report(title, under, figures, (), blocks, foot, talks_heading=words.say("report_talks"), talks=talks(linked))


def _points(whole: Whole, words: Words) -> list[Point]:
    """Those about most people first; no part has more than half of them."""
    parts = [
        service_told.points(whole.service, words) if whole.service else [],
        misses_told.points(whole.misses, words) if whole.misses else [],
        market_told.points(whole.market, words) if whole.market else [],
        _felt(whole, words),
    ]
    kept = [point for part in parts for point in sorted(part, key=lambda one: -one.weight)[: POINTS // 2]]
    return sorted(kept, key=lambda one: -one.weight)[:POINTS]


def _blocks(whole: Whole, words: Words) -> list[Block]:
    made: list[Block] = []
    if whole.service:
        made += service_told.blocks(whole.service, words)
    if whole.misses:
        made += misses_told.blocks(whole.misses, words)
    made += _listened(whole, words)
    if whole.customers:
        made += _as_part(customers_told.told(whole.customers, words), "customers", words)
    if whole.recommendations:
        made += _as_part(recommendations_told.told(whole.recommendations, words), "recommendations", words)
    if whole.market:
        made += market_told.blocks(whole.market, words)
    return made


def _listened(whole: Whole, words: Words) -> list[Block]:
    """What is asked and felt: one part, for as much of it as there is."""
    made = [topics_told.told(whole.topics, words)] if whole.topics else []
    made += [felt] if whole.topics and (felt := topics_told.moods(whole.topics, words)) else []
    made += of_reviews(whole.reviews, whole.feelings, words)
    named = [replace(block, id=_FELT if whole.feelings and block is made[-1] else f"topics-{place}") for place, block in enumerate(made)]  # fmt: skip
    return [replace(named[0], part=words.say("report_listened")), *named[1:]] if named else []


def of_reviews(topics: Topics | None, feelings: Feelings | None, words: Words) -> list[Block]:
    made = [topics_told.told(topics, words, "reviews")] if topics else []
    return [*made, feelings_told.told(feelings, words)] if feelings else made


def _felt(whole: Whole, words: Words) -> list[Point]:
    """Where most who speak of a product's aspect are surely unhappy."""
    felt = [one for one in whole.feelings.felt if one.level == "product" and one.share.low > 0.5] if whole.feelings else []  # fmt: skip
    return [Point(feelings_told.sentence(one, words), weight=one.unhappy, block=_FELT) for one in felt]


def _as_part(report: Report, key: str, words: Words) -> list[Block]:
    """A report of its own within this one: its title becomes the part's heading, its warnings stand in the first block."""
    first, *others = report.blocks
    note = " ".join([*report.warnings, first.told])
    return [replace(first, part=words.say(key), id=key, told=note), *others]


def _linked(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        for row in block.rows:
            for cell in row:
                if isinstance(cell, Links):
                    yield from cell.conversations


def talk_of(visits: Sequence[Visit], anonymous: Anonymiser, words: Words) -> Talk | None:
    """A conversation as it is shown: its first lines of this time, names, addresses and numbers taken out."""
    if not visits:
        return None
    first, say = visits[0], words.say
    language = say(f"service_lang_{first.locale}") if first.locale in ("en", "zh") else first.locale
    heading = say("report_talks_told", day=words.day(first.began), channel=first.channel, language=language)
    lines = [(who, _short(anonymous.text(text))) for visit in visits for who, text in _lines(visit, words)]
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], ("…", "")]
    return Talk(first.conversation_id, heading, lines)


def _lines(visit: Visit, words: Words) -> Iterator[tuple[str, str]]:
    said = [(one.at, 0, "report_customer", one.text) for one in visit.asked]
    said += [(one.at, 1, "report_clerk", one.reply) for one in visit.asked if one.reply]
    said += [(one.at, 2, "report_person", one.text) for one in visit.told]
    for _, _, who, text in sorted(said):
        yield words.say(who), text


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
