"""Topics in words: one block of a report. Pure."""

from __future__ import annotations

from datetime import datetime, time
from typing import Literal

from eval.insights.blocks import Block, Cell
from eval.insights.intervals import Interval
from eval.insights.topics import Topic, Topics
from eval.insights.words import Words


def told(section: Topics, words: Words, kind: Literal["chats", "reviews"] = "chats") -> Block:
    """Of `eval.insights.topics.section`."""
    say = words.say
    if not section.texts:
        return Block(say(f"topics_{kind}"), say("topics_none"))
    felt = any(topic.unhappy for topic in section.topics)
    rows = [
        (
            name_of(topic, words), (f"{words.percent(topic.share.value)} ({words.percent(topic.share.low)}–{words.percent(topic.share.high)})", topic.share.value),
            words.people(topic.people), *([_unhappy(topic, words)] if felt else []), " / ".join(words.people(topic.languages[name]) for name in ("en", "zh")), _turn(topic, words),
        )
        for topic in section.topics
    ]  # fmt: skip
    head = (say("topic"), say("topic_share"), say("topic_people"), *([say("mood_unhappy")] if felt else []), say("topic_languages"), say("topic_ratio"))  # fmt: skip
    note = say("topics_told", texts=f"{section.texts:,}", people=words.people(section.people))
    few = (" " + say("topics_few", count=section.few)) if section.few else ""
    terms = [(name_of(topic, words), say("quotes_between").join(say("quote", text=quote.text) for quote in topic.quotes)) for topic in section.topics if topic.quotes]  # fmt: skip
    return Block(say(f"topics_{kind}"), note + few, head, rows, terms=terms)


def moods(section: Topics, words: Words) -> Block | None:
    """How who wrote felt, as time went by; None where that isn't known or of too few people."""
    say, felt = words.say, section.moods
    if felt is None or felt.unhappy is None:
        return None
    rows = [(words.day(datetime.combine(day, time(12), words.timezone)), _bar(part, words)) for day, part in felt.bins]
    told_ = say("moods_told", people=words.people(felt.people), unhappy=words.share(felt.unhappy), least=words.least)
    return Block(say("moods"), told_, (say("mood_from"), say("mood_unhappy")), rows, half=True)


def _unhappy(topic: Topic, words: Words) -> Cell:
    return _bar(topic.unhappy, words)


def _bar(part: Interval | None, words: Words) -> Cell:
    return words.say("withheld") if part is None else (words.share(part), part.value)


def name_of(topic: Topic, words: Words) -> str:
    return topic.names.get(words.locale) or next(filter(None, topic.names.values()), words.say("topic_nameless"))


def _turn(topic: Topic, words: Words) -> str:
    turn = words.say(f"turn_{topic.turn}")
    if topic.ratio is None:
        return turn
    ratio = words.say("interval", value=words.percent(topic.ratio.value, signed=True), low=words.percent(topic.ratio.low, signed=True), high=words.percent(topic.ratio.high, signed=True))  # fmt: skip
    return words.say("topic_turn", turn=turn, ratio=ratio)
