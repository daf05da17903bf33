"""The part on the market in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eval.insights.blocks import Block, Cell, Links, Point
from eval.insights.market import Band, Market
from eval.insights.misses import NAMED
from eval.insights.words import Words

_FEW_FIT = 0.25
"""Share of a category's products within the middle limit, at or below which its prices are told as a point."""


def points(market: Market, words: Words) -> list[Point]:
    say, count = words.say, words.count
    made = [Point(say("report_todo_wanted", wanted=one.wanted, count=count(one.people)), one.conversations, one.people or NAMED, "market-wanted") for one in market.not_found]  # fmt: skip
    made += [Point(say("report_todo_gone", title=one.title, count=count(one.people)), one.conversations, one.people or NAMED, "market-gone") for one in market.shortages]  # fmt: skip
    made += [
        Point(say("report_todo_rise", category=one.category, **_ratio(one.ratio.value, one.ratio.low, one.ratio.high)), (), one.more, "market-rises")
        for one in market.rises
    ]  # fmt: skip
    made += [
        Point(
            say("report_todo_price", category=one.category, count=count(one.people), middle=words.money(one.middle), below=words.percent(one.offered_below), cheapest=words.money(one.cheapest)),
            (), one.people or 0, "market-asking",
        )
        for one in market.asking if one.offered_below <= _FEW_FIT
    ]  # fmt: skip
    made += [Point(say("report_todo_rival", name=one.name, count=count(one.people)), one.conversations, one.people or NAMED, "market-rivals") for one in market.rivals]  # fmt: skip
    return made


def _ratio(value: float, low: float, high: float) -> dict[str, str]:
    return {"ratio": f"{value:.1f}", "low": f"{low:.1f}", "high": f"{high:.1f}"}


def blocks(market: Market, words: Words) -> list[Block]:
    made = [_wanted(market, words), _gone(market, words), _bands(market, words), _asking(market, words), _pairs(market, words), _rises(market, words), _rivals(market, words)]  # fmt: skip
    kept = [block for block in made if block.rows]
    if not kept:
        kept = [Block(words.say("market_part"), words.say("market_nothing"))]
    return [replace(kept[0], part=words.say("market_part"), id=kept[0].id or "market"), *kept[1:]]


def _wanted(market: Market, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [(one.wanted, " · ".join(one.others), words.count(one.people), Links(one.conversations)) for one in market.not_found]  # fmt: skip
    head = (say("market_searched"), say("market_others"), say("market_people"), say("market_talks"))
    return Block(say("market_wanted"), say("market_wanted_told", named=NAMED, count=words.count(market.alone)), head, rows, id="market-wanted")  # fmt: skip


def _gone(market: Market, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [(one.title, words.count(one.people), words.people(one.sold_out), Links(one.conversations)) for one in market.shortages]  # fmt: skip
    head = (say("market_product"), say("market_people"), say("market_was_gone"), say("market_talks"))
    return Block(say("market_gone"), say("market_gone_told"), head, rows, id="market-gone")


def _bands(market: Market, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (_band(band, words), words.say("withheld") if band.asked_share is None else (words.percent(band.asked_share), band.asked_share), (words.percent(band.offered_share), band.offered_share))
        for band in market.bands
    ]  # fmt: skip
    return Block(say("market_bands"), say("market_bands_told"), (say("market_band"), say("market_asked"), say("market_offered")), rows, id="market-bands")  # fmt: skip


def _band(band: Band, words: Words) -> str:
    if band.low is None:
        return words.say("market_below", high=words.money(band.high))
    return words.span(words.money(band.low), None if band.high is None else words.money(band.high))


def _asking(market: Market, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (one.category, words.count(one.people), words.money(one.middle), words.money(one.cheapest), (words.percent(one.offered_below), one.offered_below))
        for one in market.asking
    ]  # fmt: skip
    head = (say("market_category"), say("market_people"), say("market_middle"), say("market_cheapest"), say("market_fits"))  # fmt: skip
    return Block(say("market_asking"), say("market_asking_told"), head, rows, id="market-asking")


def _rises(market: Market, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (one.category, words.count(one.people), words.say("interval", value=f"{one.ratio.value:.1f}", low=f"{one.ratio.low:.1f}", high=f"{one.ratio.high:.1f}"))
        for one in market.rises
    ]  # fmt: skip
    told = say("market_rises_told" if rows else "market_rises_none", count=market.rises_looked_at)
    return Block(say("market_rises"), told, (say("market_category"), say("market_people"), say("market_times")), rows, id="market-rises")  # fmt: skip


def _pairs(market: Market, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [(" / ".join(one.titles), words.count(one.people), Links(one.conversations)) for one in market.pairs]  # fmt: skip
    return Block(say("market_pairs"), say("market_pairs_told"), (say("market_product"), say("market_people"), say("market_talks")), rows, id="market-pairs")  # fmt: skip


def _rivals(market: Market, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (one.name, say("market_listed" if one.is_listed else "market_learnt"), words.count(one.people), Links(one.conversations)) for one in market.rivals
    ]  # fmt: skip
    return Block(say("market_rivals"), say("market_rivals_told", named=NAMED), (say("market_rival"), "", say("market_people"), say("market_talks")), rows, id="market-rivals")  # fmt: skip
