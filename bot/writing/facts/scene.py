"""A sentence with all that it is judged by: the turn's facts, what was asked, what was said before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from bot.writing.facts.known import Known
from bot.writing.facts.reading import Clause, Sentence
from bot.writing.facts.subjects import Said

_REPEATS = re.compile(
    r"\byou(?:'ve| have)? (?:asked|said|mentioned|wrote|wanted|were (?:asking|after|looking)|are (?:after|looking|asking)|told|named|requested)|\byou're (?:after|looking|asking)|\byour (?:budget|limit|request|question|wish|\d|basket|order of|cart)|\bas requested|\bwith \S+ in hand\b"
    r"|\byou want(?:ed)?\b|\bfor your\b|\bsince you\b|\bif you\b|\bat \S+ (?:m|cm|kg|years)\b"
    r"|您(?:刚才|刚刚|之前)?(?:说|问|提|要|想|的预算|需要|讲|给的|打算|写)|亲(?:说|问|提|要|想)|你(?:说|问|提到|要|想)|预算|按您|照您|如果|要是"
)
_DOUBTS = re.compile(
    r"\b(?:don'?t|do not|can'?t|cannot|couldn'?t) (?:know|say|tell|see|find|have (?:any )?(?:information|details|figures?|word|sure))|\bnot (?:stated|sure|certain|listed|mentioned|specified|say)\b|\bisn'?t (?:stated|listed|mentioned|given)|\bno (?:information|details|word|mention|sure answer)|\bi'd rather not guess|\bdoesn'?t (?:say|mention|state|tell)|\bsays nothing|\bno idea\b|\bhave to (?:check|ask)\b|\bi'd (?:need|have) to\b|\bunknown\b"
    r"|不(?:太)?(?:清楚|确定|知道|晓得|好说|敢说|了解)|没有?(?:写|注明|标|说明|提到|提|列|查到|相关)|未(?:注明|标明|说明|写)|不敢(?:乱|保)|说不准|没把握|查不到|看不到|没看到"
)


@dataclass(slots=True)
class Told:
    """What of the reply was read before this sentence."""

    subjects: tuple[str, ...] = ()
    ids: frozenset[str] = frozenset()
    columns: tuple[tuple[str, ...], ...] = ()
    heads: tuple[str, ...] = ()
    counts: list[float] = field(default_factory=list)
    sums: list[tuple[str, float]] = field(default_factory=list)
    items: int = 0
    families: set[str] = field(default_factory=set)
    """What the amounts of the sentence before measure."""
    hours: bool = False
    """Whether the sentence before named hours of the day."""
    question: Sentence | None = None
    """The sentence before, where it was a short question that the reply itself asks: `Dishwasher?`."""
    last: Sentence | None = None
    dates: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    parts: tuple[Sentence, ...]
    text: str
    ids: frozenset[str]

    @property
    def written(self) -> frozenset[float]:
        """The numbers that were asked without a unit."""
        return frozenset(
            value for part in self.parts for one in part.amounts if one.family == "bare" for value in one.raw
        )

    @property
    def numbers(self) -> tuple[float, ...]:
        return tuple(value for part in self.parts for one in part.amounts for value in {one.low, one.high})


@dataclass(frozen=True, slots=True)
class Scene:
    known: Known
    read: Sentence
    subjects: Said
    asked: Asked
    told: Told
    label: frozenset[str]

    @property
    def lower(self) -> str:
        return self.read.text.lower

    @property
    def repeats(self) -> bool:
        """Whether it says again what the customer said."""
        return bool(_REPEATS.search(self.lower))

    def repeats_at(self, place: int) -> bool:
        """Whether the clause there says again what the customer said; `as you say` makes the rest no repetition."""
        return bool(_REPEATS.search(self.part(place)))

    @property
    def doubts(self) -> bool:
        """Whether it says that something isn't known."""
        return bool(_DOUBTS.search(self.lower))

    @property
    def asks(self) -> bool:
        return self.lower.rstrip(" )）\"'”").endswith(("?", "？"))

    def part(self, place: int) -> str:
        clause = self.read.clause_at(place)
        return self.lower[clause.start : clause.end] if clause else self.lower

    def near(self, clause: Clause | None) -> frozenset[str]:
        return (clause.ids if clause else frozenset()) | self.label


Fault = tuple[str, str, str]
"""The claim, its kind, what was expected."""
Check = Callable[[Scene], Fault | None]
