"""The report on recommendations in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.trial import HELD_OUT
from eval.insights.blocks import Block, Cell, Report, Whisker
from eval.insights.words import Words

Row = Mapping[str, Any]


def told(report: Row, words: Words) -> Report:
    """Of `eval.insights.recommendations.report`."""
    say = words.say
    under = say(
        "rec_told", name=report["trial"]["name"], since=words.day(report["since"]), now=words.day(report["until"]), days=report["window_days"],
    )  # fmt: skip
    warned = [_warning(one, words) for one in report["warnings"]]
    if not report["people"]:
        return Report(say("recommendations"), "", (), warned)
    figures = [_figure(row, words) for row in report["lifts"][:1]]
    figures += [(arm_name(arm["arm"], words), f"{arm['people']:,}") for arm in report["arms"]]
    return Report(
        say("recommendations"), under, figures, warned, _blocks(report, words), say("foot", least=words.least)
    )


def arm_name(arm: str, words: Words) -> str:
    return words.say("arm_held_out") if arm == HELD_OUT else words.say("arm_model", name=arm)


def _figure(lift: Row, words: Words) -> tuple[str, str]:
    ratio = lift["spent_ratio"]
    return words.say("lift_spent"), words.percent(ratio["value"], signed=True) if ratio else words.say("nothing")


def _warning(one: Row, words: Words) -> str:
    values = {
        **{name: value for name, value in one.items() if name != "key"},
        "arm": arm_name(one["arm"], words) if "arm" in one else "",
        "chance": f"{one.get('chance', 1):.1g}",
    }
    return words.say(f"warn_{one['key']}", **values)


def _blocks(report: Row, words: Words) -> list[Block]:
    return [
        *(_lift(row, report, words) for row in report["lifts"]),
        _arms(report, words),
        _path(report, words),
        _dealt(report, words),
    ]


def _lift(lift: Row, report: Row, words: Words) -> Block:
    """Shares of what the other arm has, so that all stand on one scale; money and points are told beside."""
    say = words.say
    ratio, spent, bought = lift["spent_ratio"], lift["spent"], lift["bought"]
    drawn = [Whisker(say("lift_spent"), ratio["value"], ratio["low"], ratio["high"], _interval(ratio, lambda v: words.percent(v, signed=True), words))] if ratio else []  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (say("lift_money"), _interval(spent, words.money, words)),
        (say("lift_bought"), _interval(bought, lambda v: f"{100 * v:+.1f}", words, "points")),
    ]
    names = {"arm": arm_name(lift["arm"], words), "against": arm_name(lift["against"], words)}
    return Block(
        say("lift_row", **names), say("lifts_told"), (say("what"), say("lifts")), rows, drawn, say("no_change")
    )


def _interval(found: Row | None, write: Any, words: Words, key: str = "interval") -> str:
    if found is None:
        return words.say("no_interval")
    return words.say(key, value=write(found["value"]), low=write(found["low"]), high=write(found["high"]))


def _arms(report: Row, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (
            arm_name(arm["arm"], words), f"{arm['people']:,}", _interval(_or_none(arm["bought"]), words.percent, words),
            _interval(_or_none(arm["spent"]), words.money, words), words.money(arm["total"]),
        )
        for arm in report["arms"]
    ]  # fmt: skip
    head = (say("arm"), say("customers_n"), say("bought_n"), say("spent_n"), say("total_n"))
    return Block(say("arms"), say("arms_told", held=say(f"held_{report['trial']['shows']}")), head, rows)


def _path(report: Row, words: Words) -> Block:
    say = words.say
    rows: list[Sequence[Cell]] = [
        (arm_name(arm["arm"], words), f"{arm['shown_to']:,}", *((words.percent(arm[key]["value"]), arm[key]["value"] or 0.0) for key in ("clicked", "carted", "bought_shown")))
        for arm in report["arms"]
    ]  # fmt: skip
    head = (say("arm"), say("shown_to"), say("clicked"), say("carted"), say("bought_shown"))
    return Block(say("path"), say("path_told"), head, rows)


def _dealt(report: Row, words: Words) -> Block:
    say, ratio = words.say, report["sample_ratio"]
    rows = [
        (
            arm_name(arm, words),
            words.percent(ratio["shares"].get(arm, 0.0)),
            words.percent(ratio["came"][arm]),
            f"{count:,}",
        )
        for arm, count in ratio["counts"].items()
    ]
    return Block(say("dealt"), say("dealt_told", chance=f"{ratio['chance']:.2g}"), (say("arm"), say("meant"), say("came"), say("customers_n")), rows)  # fmt: skip


def _or_none(row: Row) -> Row | None:
    return None if row["low"] is None else row
