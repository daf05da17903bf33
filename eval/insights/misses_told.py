"""The part on questions without an answer in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from eval.insights.blocks import Block, Cell, Links, Point
from eval.insights.misses import NAMED, Miss, Misses
from eval.insights.words import Words


def points(misses: Misses, words: Words) -> list[Point]:
    return [_point(one, words) for one in misses.found]


def _point(miss: Miss, words: Words) -> Point:
    say, key = words.say, "report_todo_answer_few" if miss.people is None else "report_todo_answer"
    told = say(key, question=miss.question, count=words.count(miss.people), handed=miss.handed, left=miss.left)
    return Point(
        told + (say("report_todo_draft") if miss.drafts else ""), miss.conversations, miss.people or NAMED, "misses"
    )


def blocks(misses: Misses, words: Words) -> list[Block]:
    say = words.say
    if misses.asked is None or misses.share is None:
        told = say("miss_told_few", named=NAMED)
    else:
        told = say("miss_told", missed=words.count(misses.missed), asked=words.count(misses.asked), share=words.share(misses.share), named=NAMED)  # fmt: skip
    rest = [say("miss_alone", named=NAMED, count=words.count(misses.alone))] if misses.alone != 0 else []
    rest += [say("miss_more", count=misses.more)] if misses.more else []
    rest += [] if misses.found else [say("miss_none", named=NAMED)]
    head = ("question", "people", "asked", "handed", "left", "upset", "again", "talks")
    rows: list[Sequence[Cell]] = [
        (one.question, words.count(one.people), words.people(one.questions), *(_part(one, name, words) for name in ("handed", "left", "upset", "again")), Links(one.conversations))
        for one in misses.found
    ]  # fmt: skip
    first = Block(say("miss_groups"), " ".join([told, *rest]), [say(f"miss_{key}") for key in head], rows, id="misses", part=say("miss_part"))  # fmt: skip
    return [first, *_drafts(misses, words)]


def _part(miss: Miss, name: str, words: Words) -> str:
    """How many, and how large a part of the questions with its interval."""
    count, share = getattr(miss, name), miss.shares.get(name)
    return words.say("withheld") if count is None or share is None else words.say("miss_part_of", count=count, share=words.share(share))  # fmt: skip


def _drafts(misses: Misses, words: Words) -> list[Block]:
    """What a colleague answered, and how else it was asked."""
    say = words.say
    terms = [(draft.question, draft.answer) for one in misses.found for draft in one.drafts]
    others = [(one.question, " · ".join(one.examples)) for one in misses.found if one.examples]
    made = [Block(say("miss_drafts"), say("miss_drafts_told"), terms=terms, id="miss-drafts")] if terms else []
    return [Block(say("miss_likewise"), terms=others, id="miss-words"), *made] if others else made
