"""What customers ask and write about: topics over both languages, under names that stay, how many people, and what has become more or less.

`section` makes it of rows of chats or of reviews; `topics_told` words it, `topics_kept` keeps the names for the next week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np

from eval.insights import topic_groups, topic_names
from eval.insights.intervals import Interval, share
from eval.insights.moods import Moods
from eval.insights.topic_names import LANGUAGES, Known, Text
from eval.insights.topic_views import Views
from eval.insights.withholding import LEAST, parts, shown
from eval.replay.identifiers.anonymise import Anonymiser
from retrieval.seams import Vectors

Turn = Literal["new", "rising", "falling", "steady", "unknown"]
QUOTED = 3
"""Quotes of a topic, of different people."""
LONGEST = 200
"""Characters of a quote."""
LEVEL = 0.95
"""Of all topics' trends together: each is told at 1 - (1 - LEVEL) / topics."""
FEW_NAMES = 60
"""Topics that are known again, this week's first."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one customer wrote in a chat or a review; `where` is what a link leads to. Greetings and thanks are left out by who asks."""

    text: str
    person: str
    at: datetime
    where: str = ""
    is_unhappy: bool | None = None
    """Whether its writer was, anywhere in that visit; None where it isn't known."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A customer's words, identifiers taken out."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Topic:
    """`names` and `words` by language. What is of too few people is None."""

    names: dict[str, str]
    words: dict[str, tuple[str, ...]]
    people: int
    share: Interval
    """Of all people who wrote in the period."""
    languages: dict[str, int | None]
    """People by language."""
    people_before: int | None
    ratio: Interval | None
    """The share now over the share before, less 1."""
    turn: Turn
    is_known: bool
    """Whether it has the name that it had in an earlier report."""
    quotes: tuple[Quote, ...]
    unhappy: Interval | None = None
    """Of its people, those who were unhappy in a visit in which they spoke of it; None where that isn't known."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Largest first. `few` are topics of too few people, `few_people` those who wrote of nothing else."""

    texts: int
    people: int | None
    people_before: int | None
    topics: tuple[Topic, ...]
    few: int
    known: tuple[Known, ...] = ()
    """For the next report."""
    moods: Moods | None = None
    """How all who wrote felt; None of reviews."""

    def as_json(self) -> dict[str, Any]:
        """Every figure; `known` isn't one."""
        made = asdict(self)
        del made["known"]
        return made


def section(
    rows: Sequence[Row], before: Sequence[Row], views: Views, known: Sequence[Known] = (), public: Sequence[str] = ()
) -> Topics:
    """Of `rows` of this period and of one `before`, of any length; both are grouped together. `public` are the shop's own texts, which a quote
    may have as they are."""
    whole, anonymous = [*rows, *before], Anonymiser(public)
    people, people_before = len({row.person for row in rows}), len({row.person for row in before})
    if not rows:
        return Topics(0, shown(people), shown(people_before), (), 0, tuple(known))
    texts = [Text(row.text, row.person) for row in whole]
    placed, groups = _grouped(whole, views)
    centres = topic_groups.middles(placed, groups)
    words = words_of(texts, groups, placed, views)
    same = topic_names.matched(known, [topic_names.flat(one) for one in words], centres)
    names = named(words, known, same)
    made, few = [], 0
    now = np.arange(len(whole)) < len(rows)
    count = int(groups.max()) + 1
    for number in range(count):
        mine = [whole[place] for place in np.flatnonzero((groups == number) & now)]
        earlier = {whole[place].person for place in np.flatnonzero((groups == number) & ~now)}
        theirs = {row.person for row in mine}
        if len(theirs) < LEAST:
            few += bool(theirs)
            continue
        ratio, turn = trend(len(theirs), people, len(earlier), people_before, count)
        at = np.flatnonzero((groups == number) & now)
        near = at[np.argsort(((placed[at] - centres[number]) ** 2).sum(axis=1), kind="stable")]
        made.append(
            Topic(
                names[number], {name: tuple(told)[: 2 * topic_names.NAMED] for name, told in words[number].items()}, len(theirs),
                share(len(theirs), people), _languages(mine), shown(len(earlier)) if before else None, ratio, turn, number in same,
                _quotes([whole[place] for place in near], anonymous), _unhappy(mine),
            )
        )  # fmt: skip
    fresh = [
        Known(names[number], topic_names.flat(words[number]), tuple(round(float(value), 4) for value in centres[number]))
        for number in range(count)
    ]  # fmt: skip
    older = [one for place, one in enumerate(known) if place not in same.values()]
    made.sort(key=lambda topic: -topic.people)
    return Topics(len(rows), shown(people), shown(people_before), tuple(made), few, (*fresh, *older)[:FEW_NAMES])


def _grouped(rows: Sequence[Row], views: Views) -> tuple[Vectors, topic_groups.Groups]:
    """A text that many wrote in the same words is put into a group once: it would be one by itself."""
    once = sorted({row.text for row in rows})
    place = {text: number for number, text in enumerate(once)}
    placed, places = views.of(once), np.array([place[row.text] for row in rows], dtype=np.intp)
    return placed[places], topic_groups.grouped(placed)[places]


def words_of(
    texts: Sequence[Text], groups: topic_groups.Groups, placed: Vectors, views: Views
) -> list[dict[str, topic_names.Told]]:
    """Of each group, by language."""
    tags = {
        language: [views.tags(placed[groups == number], language) for number in range(int(groups.max()) + 1)]
        for language in LANGUAGES
    }
    return topic_names.told_apart(texts, groups.tolist(), tags)


def named(
    words: Sequence[dict[str, topic_names.Told]], known: Sequence[Known], same: dict[int, int]
) -> list[dict[str, str]]:
    """Of each group the name it had, else a new one that none has or had."""
    taken = [dict(one.names) for one in known]
    names: list[dict[str, str]] = []
    for number, told in enumerate(words):
        name = dict(known[same[number]].names) if number in same else topic_names.named(told, taken)
        names.append(name)
        taken.append(name)
    return names


def trend(count: int, n: int, before: int, n_before: int, topics: int) -> tuple[Interval | None, Turn]:
    """The ratio of two shares less 1, and which way it went; of few people the way alone.

    Given how many there are in all, those of now are a share of them that says the ratio of the two rates (Przyborowski and Wilenski, 1940);
    its interval is Wilson's, at a level for all topics together.
    """
    if not n_before or not n or count + before < LEAST:
        return None, "unknown"
    now = share(count, count + before, 1 - (1 - LEVEL) / max(1, topics))
    low, value, high = ((part / (1 - part) if part < 1 else float("inf")) * n_before / n for part in (now.low, now.value, now.high))  # fmt: skip
    turn: Turn = "steady" if low <= 1 <= high else "falling" if high < 1 else "new" if before < LEAST and low > 2 else "rising"  # fmt: skip
    return (Interval(value - 1, low - 1, high - 1) if before >= LEAST else None), turn


def _unhappy(rows: Sequence[Row]) -> Interval | None:
    known = [row for row in rows if row.is_unhappy is not None]
    people = {row.person for row in known}
    return share(len({row.person for row in known if row.is_unhappy}), len(people)) if len(people) >= LEAST else None


def _languages(rows: Sequence[Row]) -> dict[str, int | None]:
    texts = [Text(row.text, row.person) for row in rows]
    return parts({name: len({text.person for text in texts if text.locale == name}) for name in LANGUAGES})


def _quotes(rows: Sequence[Row], anonymous: Anonymiser) -> tuple[Quote, ...]:
    """Of the rows in their order, one a person, and none in the words of another."""
    first, said = dict[str, Row](), set[str]()
    for row in rows:
        if len(row.text) <= LONGEST and row.person not in first and row.text not in said:
            first[row.person] = row
            said.add(row.text)
    return tuple(Quote(anonymous.afresh().text(row.text), row.where) for row in list(first.values())[:QUOTED])
