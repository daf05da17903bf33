"""The report on customers in words: of all together, and of one for the shop's staff. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.insights.blocks import Block, Cell, Report
from eval.insights.words import Words

Row = Mapping[str, Any]


def told(report: Row, words: Words) -> Report:
    """Of `eval.insights.customers.report`."""
    say = words.say
    notes = [] if report["gap_is_seen"] else [say("no_gap")]
    if report["unknown_products"]:
        notes.append(say("unknown_products", count=report["unknown_products"]))
    if report["people"] is None:
        notes.append(say("small_shop", least=words.least))
    spending = report["spending"]
    figures = [(say("people"), words.people(report["people"])), (say("buyers"), words.people(report["buyers"]))]
    if spending:
        figures.append((say("median_spent"), words.money(spending["median"])))
    figures.append((say("gap"), words.days(report["gap_days"])))
    under = say("from_events", events=f"{report['events']:,}", since=words.day(report["since"]), now=words.day(report["now"]))  # fmt: skip
    blocks = _blocks(report, words) if report["people"] is not None else []
    return Report(say("customers"), under, figures, notes, blocks, say("foot", least=words.least))


def _blocks(report: Row, words: Words) -> list[Block]:
    say = words.say
    made = [
        _segments(report, words),
        _bands("recency", "ago", report["recency"], words),
        _bands("frequency", "on_days", report["frequency"], words),
        _bands("intervals", "between", report["intervals"], words),
        _spending(report, words),
        _prices(report, words),
        _categories(report, words),
        _due(report, words),
    ]
    terms = [(say(f"seg_{row['key']}"), say(f"def_{row['key']}")) for row in report["segments"]]
    made[0] = Block(made[0].heading, made[0].told, made[0].head, made[0].rows, terms=terms)
    return [block for block in made if block.rows or block.told == say("no_due")]


def _segments(report: Row, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (say(f"seg_{row['key']}"), words.people(row["people"]), (words.percent(row["share"]), row["share"] or 0.0), words.money(row["spent"]))
        for row in report["segments"]
    ]  # fmt: skip
    head = (say("segment"), say("people"), say("share"), say("spent"))
    return Block(say("segments"), say("segments_told", gap=f"{report['gap_days']:.0f}"), head, rows)


def _bands(key: str, unit: str, bands: Sequence[Row], words: Words) -> Block:
    most = max((band["people"] or 0 for band in bands), default=0) or 1
    rows = [
        (_band(band, words), (words.people(band["people"]), (band["people"] or 0) / most))
        for band in bands
    ]  # fmt: skip
    rows = rows if any(band["people"] for band in bands) else []
    return Block(words.say(key), words.say(f"{key}_told"), (words.say(unit), words.say("people")), rows, half=True)


def _band(band: Row, words: Words) -> str:
    """Whole days from `from`, below `to`."""
    if band["to"] is not None and band["to"] - band["from"] == 1:
        return str(band["from"])
    return words.span(band["from"], None if band["to"] is None else band["to"] - 1)


def _spending(report: Row, words: Words) -> Block:
    say, spending = words.say, report["spending"]
    rows = [(say(f"fifth_{place}"), (words.percent(part), part)) for place, part in enumerate(spending["fifths"], 1)] if spending else []  # fmt: skip
    return Block(say("spending"), say("spending_told"), ("", say("of_all")), rows, half=True)


def _prices(report: Row, words: Words) -> Block:
    say = words.say
    most = max((band["people"] or 0 for band in report["prices"]), default=0) or 1
    rows = [
        (words.span(words.money(band["from"]), words.money(band["to"])), (words.people(band["people"]), (band["people"] or 0) / most))
        for band in report["prices"]
    ]  # fmt: skip
    return Block(say("prices"), say("prices_told"), (say("price_band"), say("people")), rows, half=True)


def _categories(report: Row, words: Words) -> Block:
    say = words.say
    most = max((row["buyers"] for row in report["categories"]), default=0) or 1
    rows = [(row["name"], (words.people(row["buyers"]), row["buyers"] / most), words.people(row["first"])) for row in report["categories"]]  # fmt: skip
    return Block(say("categories"), say("categories_told"), (say("category"), say("have"), say("first")), rows)


def _due(report: Row, words: Words) -> Block:
    say = words.say
    rows = [
        (row["title"], words.days(row["days"]), words.people(row["customers"]), *(words.people(row[key]) for key in ("overdue", "within_7", "within_30")))
        for row in report["due"]
    ]  # fmt: skip
    head = (say("product"), say("again_after"), say("people"), say("overdue"), say("within_7"), say("within_30"))
    return Block(say("due"), say("due_told", repeaters=report["repeaters"]) if rows else say("no_due"), head, rows)


def one_told(portrait: Row, now: str, words: Words) -> Report:
    """Of `eval.insights.customers.portrait_of`."""
    say, scores = words.say, portrait["scores"]
    ago = say("never") if portrait["days"] is None else say("days_ago", days=f"{portrait['days']:.0f}")
    figures = [
        (say("segment"), say(f"seg_{portrait['segment']}")), (say("last_purchase"), ago), (say("frequency"), str(portrait["times"])),
        (say("spent"), words.money(portrait["spent"])), (say("gap"), words.days(portrait["gap_days"])),
    ]  # fmt: skip
    if scores["recency"] is not None:
        figures.append((say("score"), f"{scores['recency']} · {scores['frequency']} · {scores['spending']}"))
    if portrait["prices"]:
        low, _, high = portrait["prices"]
        figures.append((say("middle_half"), words.span(words.money(low), words.money(high))))
    refused = [(one["title"],) for one in portrait["refused"]]
    acts = [(say(f"act_{kind}"), str(count)) for kind, count in sorted(portrait["acts"].items(), key=lambda one: -one[1])]  # fmt: skip
    likes = [(row["name"], (words.percent(row["share"]), row["share"])) for row in portrait["categories"]]
    needs = [(row["title"], words.day(row["due"]), words.days(row["days"]), say(f"by_{row['by']}")) for row in portrait["needs"]]  # fmt: skip
    blocks = [
        Block(say("likes"), "", (say("category"), say("share")), likes, half=True),
        Block(say("did"), "", (say("act"), say("count")), acts, half=True),
        Block(say("next_needs"), "", (say("product"), say("when"), say("again_after"), ""), needs),
        Block(say("refused"), "", (say("product"),), refused),
    ]
    under = say("one_told", now=now)
    return Report(say("customer", person=portrait["person"]), under, figures, (), [block for block in blocks if block.rows])  # fmt: skip
