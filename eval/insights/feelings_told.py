"""Feelings in words: one block of a report, and the sentences of the worst. Pure."""

from __future__ import annotations

from datetime import date, datetime, time

from eval.insights.blocks import Block
from eval.insights.feelings import Feelings, Felt
from eval.insights.words import Words

MOST = 12
"""Rows of the table."""


def told(section: Feelings, words: Words) -> Block:
    """Of `eval.insights.feelings.section`; quotes stand under the table, by row."""
    say, shown = words.say, section.felt[:MOST]
    if not shown:
        return Block(say("feelings"), say("feelings_none", least=words.least))
    rows = [
        (
            _about(one, words), (f"{words.percent(one.share.value)} ({words.percent(one.share.low)}–{words.percent(one.share.high)})", one.share.value),
            say("felt_of", unhappy=one.unhappy, people=one.people), _day(one.since, words),
            say("felt_of", unhappy=one.before[0], people=one.before[1]) if one.before else say("nothing"),
        )
        for one in shown
    ]  # fmt: skip
    head = (say("felt_about"), say("felt_share"), say("felt_unhappy"), say("felt_since"), say("felt_before"))
    note = say("feelings_told", texts=f"{section.texts:,}", least=words.least, few=section.few)
    terms = [(_about(one, words), " ".join(_quotes(one, words))) for one in shown if one.quotes]
    return Block(say("feelings"), note, head, rows, terms=terms)


def sentence(felt: Felt, words: Words) -> str:
    """`battery: 31 of 40 unhappy since 3 May`, for what to do this week."""
    key = "felt_said" if felt.since else "felt_said_undated"
    return words.say(
        key, title=_title(felt, words), aspect=words.say(f"aspect_{felt.aspect}"), unhappy=felt.unhappy, people=felt.people,
        since=_day(felt.since, words),
    )  # fmt: skip


def _about(felt: Felt, words: Words) -> str:
    return words.say("felt_row", title=_title(felt, words), aspect=words.say(f"aspect_{felt.aspect}"))


def _title(felt: Felt, words: Words) -> str:
    return felt.title or words.say("felt_shop")


def _quotes(felt: Felt, words: Words) -> list[str]:
    return [
        words.say("felt_quote", text=quote.text, day=_day(quote.day, words)) if quote.day else words.say("felt_quote_undated", text=quote.text)
        for quote in felt.quotes
    ]  # fmt: skip


def _day(day: date | None, words: Words) -> str:
    """A day of the shop already."""
    return words.day(datetime.combine(day, time(12), words.timezone)) if day else words.say("nothing")
