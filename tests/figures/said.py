"""What is asked and felt, worked out again: topics and moods of the kept turns, opinions of the reviews' sentences.

Which texts stand in one group and how a sentence or a message reads is taken from the models (`report.Given`); nothing else is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any

from tests.figures import shop
from tests.figures.customers import category_of
from tests.figures.market import at, now, person
from tests.figures.shares import LEAST, shown, told_parts, wilson

if TYPE_CHECKING:
    from tests.figures.report import Given

Told = tuple[str, str, datetime, bool | None]
"""(text, who, when, whether unhappy)"""
BY_STARS = {1: 2.0, 2: 1.5, 3: 0.9, 4: -0.5, 5: -2.5}
SO_MANY_WORDS = 4.0


def chats(turns: Sequence[Mapping[str, Any]], given: Given) -> dict[str, Any]:
    before = [turn for turn in turns if shop.START - (shop.NOW - shop.START) <= at(turn) < shop.START]
    ours = now(turns)
    unhappy = {id(turn): _is_unhappy(turn, given) for turn in ours}
    rows = [(_text(turn), person(turn), at(turn), any(unhappy[id(one)] for one in ours if _same_visit(turn, one))) for turn in ours]  # fmt: skip
    asks = [row for row in rows if row[0] != shop.COMPLAINT]
    earlier = [(_text(turn), person(turn), at(turn), None) for turn in before if _text(turn) != shop.COMPLAINT]
    return {**topics(asks, earlier, given, "chats"), "moods": _moods([(person(turn), at(turn), unhappy[id(turn)]) for turn in ours])}  # fmt: skip


def reviews(given: Given) -> dict[str, Any]:
    rows = [(" ".join(one["sentences"]), one["person"], one["at"], None) for one in shop.reviews() if one["at"]]
    ours = [row for row in rows if shop.START <= row[2] < shop.NOW]
    earlier = [row for row in rows if shop.START - (shop.NOW - shop.START) <= row[2] < shop.START]
    return {**topics(ours, earlier, given, "reviews"), "moods": None}


def _text(turn: Mapping[str, Any]) -> str:
    return str(turn["message"]["text"])


def _is_unhappy(turn: Mapping[str, Any], given: Given) -> bool:
    return _text(turn) == shop.COMPLAINT or given.blame[_text(turn)] >= 0.8


def _same_visit(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """No conversation of the made-up shop has more than two messages."""
    same = one["message"]["conversation_id"] == other["message"]["conversation_id"]
    return same and abs(at(one) - at(other)) <= timedelta(hours=24)


def topics(rows: Sequence[Told], before: Sequence[Told], given: Given, kind: str) -> dict[str, Any]:
    group = dict(zip(given.texts[kind], given.topics[kind], strict=True))
    n, n_before = len({row[1] for row in rows}), len({row[1] for row in before})
    count = len({group[row[0]] for row in (*rows, *before)})
    made, few = [], 0
    for number in sorted(set(group.values())):
        mine = [row for row in rows if group[row[0]] == number]
        people = {row[1] for row in mine}
        earlier = len({row[1] for row in before if group[row[0]] == number})
        if len(people) < LEAST:
            few += bool(people)
            continue
        by = {name: len({row[1] for row in mine if row[0].isascii() is (name == "en")}) for name in ("en", "zh")}
        ratio, turn = _trend(len(people), n, earlier, n_before, count)
        felt = {row[1] for row in mine if row[3] is not None}
        sad = {row[1] for row in mine if row[3]}
        made.append({
            "people": len(people), "share": wilson(len(people), n), "languages": told_parts(by), "people_before": shown(earlier), "ratio": ratio, "turn": turn,
            "unhappy": wilson(len(sad), len(felt)) if len(felt) >= LEAST else None,
        })  # fmt: skip
    made.sort(key=lambda topic: -int(str(topic["people"])))
    return {"texts": len(rows), "people": shown(n), "people_before": shown(n_before), "topics": made, "few": few}


def _trend(count: int, n: int, before: int, n_before: int, all_: int) -> tuple[dict[str, float] | None, str]:
    """Of all who wrote of it, now and before, the share of now tells the ratio of the rates."""
    if count + before < LEAST:
        return None, "unknown"
    share = wilson(count, count + before, 1 - 0.05 / all_)
    low, value, high = (math.inf if share[end] >= 1 else share[end] / (1 - share[end]) * n_before / n for end in ("low", "value", "high"))  # fmt: skip
    turn = "falling" if high < 1 else "steady" if low <= 1 else "new" if before < LEAST and low > 2 else "rising"
    return ({"value": value - 1, "low": low - 1, "high": high - 1} if before >= LEAST else None), turn


def _moods(felt: Sequence[tuple[str, datetime, bool]]) -> dict[str, Any]:
    first = shop.START.astimezone(shop.ZONE).date()

    def share(some: Iterable[tuple[str, datetime, bool]]) -> dict[str, float] | None:
        rows = list(some)
        people = {who for who, _, _ in rows}
        return wilson(len({who for who, _, sad in rows if sad}), len(people)) if len(people) >= LEAST else None

    weeks = [first + timedelta(days=7 * n) for n in range(5)]
    bins = [[week.isoformat(), share(row for row in felt if week <= row[1].astimezone(shop.ZONE).date() < week + timedelta(days=7))] for week in weeks]  # fmt: skip
    return {"people": shown(len({who for who, _, _ in felt})), "unhappy": share(felt), "bins": bins}


def feelings(given: Given, locale: str) -> dict[str, Any]:
    """By aspect of a product, a category and the shop; who says two things of one counts as unhappy where either is, by the latest of those."""
    rows = [one for one in shop.reviews() if one["at"] is None or one["at"] < shop.NOW]
    said: dict[tuple[str, str, str], dict[tuple[str, str], tuple[bool, float, date | None]]] = {}
    opinions = 0
    for one in rows:
        when = one["at"].timestamp() if one["at"] else 0.0
        for sentence in one["sentences"]:
            opinions += len(given.opinions[sentence])
            for opinion in given.opinions[sentence]:
                found = (_sad(opinion, one["stars"], sentence), when, one["at"] and one["at"].astimezone(shop.ZONE).date())  # fmt: skip
                for level, key in (("shop", ""), ("product", one["product"]), ("category", category_of(one["product"], locale))):  # fmt: skip
                    of = said.setdefault((level, key, opinion.aspect), {})
                    who = (one["person"], one["product"])
                    of[who] = max(of.get(who, found), found, key=lambda row: row[:2])
    enough = {key: list(of.values()) for key, of in said.items() if len({who for who, _ in of}) >= LEAST}
    felt = [_felt(key, rows_, 1 - 0.05 / len(enough), locale) for key, rows_ in enough.items()]
    felt.sort(key=lambda one: (-round(one["share"]["low"], 9), -one["people"], one["level"], one["key"], one["aspect"]))
    few = sum(key[0] != "shop" for key in said) - sum(key[0] != "shop" for key in enough)
    return {"texts": len(rows), "opinions": opinions, "felt": felt, "few": few}


def _sad(opinion: Any, stars: int, sentence: str) -> bool:
    """Odds are multiplied: what the sentence says, half of what so many stars say, what is said in so many words."""
    says = opinion.feels if opinion.sentiment == "negative" else 1 - opinion.feels
    says = min(max(says, 1e-6), 1 - 1e-6)
    words = SO_MANY_WORDS if sentence in shop.SENTENCES["so many words"] else 0.0
    return math.log(says / (1 - says)) + BY_STARS[stars] / 2 + words > 0


def _felt(key: tuple[str, str, str], rows: Sequence[tuple[bool, float, date | None]], level: float, locale: str) -> dict[str, Any]:  # fmt: skip
    place = _change(sorted(rows, key=lambda row: row[1]), level) if all(row[2] for row in rows) else 0
    dated = sorted((row for row in rows if row[2]), key=lambda row: row[1])
    now_, earlier = (dated[place:], dated[:place]) if place else (list(rows), [])
    sad = sum(row[0] for row in now_)
    months: dict[str, list[bool]] = {}
    for is_sad, _, day in dated:
        months.setdefault(f"{day:%Y-%m}", []).append(is_sad)
    return {
        "level": key[0], "key": key[1], "title": shop.PRODUCTS[key[1]].titles[locale] if key[0] == "product" else key[1], "aspect": key[2],
        "people": len(now_), "unhappy": sad, "share": wilson(sad, len(now_)), "since": str(min(row[2] for row in now_ if row[2])),
        "before": [sum(row[0] for row in earlier), len(earlier)] if len(earlier) >= LEAST else None,
        "months": [[name, sum(those), len(those)] if len(those) >= LEAST else [name, None, None] for name, those in sorted(months.items())],
    }  # fmt: skip


def _change(rows: Sequence[tuple[bool, float, date | None]], level: float) -> int:
    """Where two shares are likeliest, if rows in an order by chance seldom make such a place; 0 where there is none."""
    times = [row[1] for row in rows]
    places = tuple(place for place in range(LEAST, len(rows) - LEAST + 1) if times[place] > times[place - 1])
    place, chance = _likeliest(tuple(row[0] for row in rows), places) if places else (0, 1.0)
    return place if chance <= 1 - level else 0


@cache
def _likeliest(sad: tuple[bool, ...], places: tuple[int, ...]) -> tuple[int, float]:
    """The place, and how often an order by chance has one as good."""
    n, whole = len(sad), sum(sad)

    def best(order: Sequence[bool]) -> tuple[float, int]:
        left = list(accumulate(order))
        return max(
            (_fit(left[place - 1], place) + _fit(whole - left[place - 1], n - place), -place) for place in places
        )

    top, place = best(sad)
    draw, order, times = Random(0), list(sad), 1000
    as_high = 0
    for _ in range(times):
        draw.shuffle(order)
        as_high += best(order)[0] >= top - 1e-9
    return -place, (1 + as_high) / (1 + times)


@cache
def _fit(yes: int, n: int) -> float:
    return sum(count * math.log(count / n) for count in (yes, n - yes) if count)
