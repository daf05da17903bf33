"""One sentence or fact read whole: addresses, codes, days, hours, amounts and terms, each with its place and whether it is denied."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.writing.facts import denial
from bot.writing.facts import terms as words
from bot.writing.facts.amounts import Amount, amounts
from bot.writing.facts.clock import Moment, moments
from bot.writing.facts.numbers import roman
from bot.writing.facts.terms import Term, Text
from bot.writing.facts.times import Day, days

_ADDRESS = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<link>https?://[^\s)\]>,;，。；！!（）(]+|(?<![\w@.-])(?:[\w-]+\.)+(?:com|net|org|example|cn|io|shop|store|co|uk|de|eu|us|me|info|biz|app|dev|cc|tv|link|page|site|online|xyz|ly)\b(?:/[^\s)\],;，。；！（）]*)?)"
)
_PHONE = re.compile(
    r"(?<![\w.-])(?:00|\+)\d{9,14}(?!\w)|(?<![\w.-])\+?\(?\d{1,4}\)?(?:[ .-]\(?\d{2,4}\)?){2,4}(?![\w-])|(?<![\w.-])\+\d{8,14}(?!\w)|(?<![\w.-])1\d{10}(?!\w)|(?<![\w.-])\d{3}[ .-]\d{4}(?![\w-])"
)
_CODE = re.compile(r"(?<![\w-])(?=[A-Za-z])(?=[\w-]*\d)[A-Za-z]+(?:[A-Za-z0-9]|-(?=[A-Za-z0-9]))*(?![A-Za-z0-9])")
_LONG = re.compile(r"(?<![\w-])\d{9,}(?: \d{2,6})*(?![\w-])")
_COUPON = re.compile(r"(?<![\w-])[A-Z]{4,}(?:[-_]?[A-Z0-9]+)*\b")
_SIZE = re.compile(r"(?<![A-Za-z'’&.])(?:XXXL|XXL|XL|XXS|XS|S|M|L)(?![A-Za-z'’&]|-[A-Za-z])")
_SPOKEN = re.compile(
    r"(?:\b(?:plus |zero|oh|one|two|three|four|five|six|seven|eight|nine)\b[ ,–-]*){7,}|[〇零一二三四五六七八九]{2,}(?:[－, -]*[〇零一二三四五六七八九]{2,})+"
)
_SPOKEN_DIGITS = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    **dict(zip("〇零一二三四五六七八九", "00123456789", strict=True)),
}
_CODE_CUE = re.compile(r"\bcode\b|coupon|voucher|优惠码|折扣码|优惠券|券码|口令")


@dataclass(frozen=True, slots=True)
class Clause:
    """Part of a sentence: the terms in it, and which ids are said and which denied."""

    start: int
    end: int
    terms: tuple[Term, ...]
    said: frozenset[str]
    denied: frozenset[str]
    ids: frozenset[str]
    """Both together."""


@dataclass(frozen=True, slots=True)
class Address:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    text: Text
    addresses: tuple[Address, ...]
    codes: tuple[Term, ...]
    days: tuple[Day, ...]
    moments: tuple[Moment, ...]
    amounts: tuple[Amount, ...]
    clauses: tuple[Clause, ...]
    spans: tuple[tuple[int, int], ...]
    """Where something is denied."""
    ids: frozenset[str]
    """All that its clauses say or deny."""

    def clause_at(self, place: int) -> Clause | None:
        return next((clause for clause in self.clauses if clause.start <= place < clause.end), None)


@lru_cache(maxsize=20_000)
def stated(said: str, today: date) -> Sentence:
    """`sentence` of a fact, kept: the same facts are found turn after turn."""
    return sentence(said, today)


def sentence(said: str, today: date) -> Sentence:
    """Everything that a sentence says, told from the shop's day."""
    text = words.read(said)
    own, lower = text.own, text.lower
    addresses = _addresses(own)
    blank = _Blank(lower)
    blank.out(addresses)
    codes = tuple(
        Term((f"code:{m.group().lower()}",), m.start(), m.end(), "code") for m in _CODE.finditer(blank.of(own))
    )
    codes += tuple(
        Term((f"code:{m.group().replace(' ', '')}",), m.start(), m.end(), "code") for m in _LONG.finditer(blank.of(own))
    )
    if _CODE_CUE.search(lower):
        codes += tuple(
            Term((f"code:{m.group().lower()}",), m.start(), m.end(), "code")
            for m in _COUPON.finditer(blank.of(own))
            if not any(c.start <= m.start() < c.end for c in codes)
        )
    blank.out(codes)
    found_days = days(blank.text, today)
    blank.out(
        [
            day
            for day in found_days
            if not lower[day.start : day.end].strip(" .").isalpha() or not lower[day.start : day.end].isascii()
        ]
    )
    found_moments = moments(blank.text)
    blank.out(found_moments)
    blank.out(found_days)
    found_amounts = amounts(blank.text)
    if own != lower and any(c in own for c in "IVX"):
        found_amounts += [
            Amount("bare", float(value), float(value), start, end, spelled=True)
            for start, end, value in roman(own)
            if not any(one.start <= start < one.end for one in found_amounts)
        ]
    blank.out(found_amounts)
    found = words.terms(Text(blank.of(own), blank.text))
    found += [Term((f"size:{m.group().lower()}",), m.start(), m.end(), "size") for m in _SIZE.finditer(blank.of(own))]
    found += [Term((f"n:{one.family}:{one.low:g}",), one.start, one.end, "amount") for one in found_amounts]
    found += _day_terms(found_days, lower)
    found.sort(key=lambda term: term.start)
    spans = tuple(denial.denied(lower, found))
    made = _clauses(lower, found, spans, found_days)
    ids = frozenset().union(*(clause.ids for clause in made)) if made else frozenset()
    return Sentence(
        text, addresses, codes, tuple(found_days), tuple(found_moments), tuple(found_amounts), made, spans, ids
    )


def _clauses(
    lower: str, found: Sequence[Term], spans: Sequence[tuple[int, int]], named: Sequence[Day]
) -> tuple[Clause, ...]:
    made = []
    for start, end in denial.clauses(lower):
        inside = tuple(term for term in found if start <= term.start < end)
        said: set[str] = set()
        denied: set[str] = set()
        for term in inside:
            (denied if denial.is_denied(term.start, spans) != term.flips else said).update(term.ids)
            if unsure(term, start, end, spans, lower[term.end : term.end + 2]):
                (said if denial.is_denied(term.start, spans) != term.flips else denied).update(term.ids)
        for day in named:
            if start <= day.start < end:
                said.update(day_ids(day))
        made.append(Clause(start, end, inside, frozenset(said), frozenset(denied), frozenset(said | denied)))
    return tuple(made)


_THROUGH = re.compile(r"\s?(?:to|through|until|till|-|–|—|~|至|到)\s?")


def _day_terms(named: Sequence[Day], lower: str) -> list[Term]:
    """The weekdays as terms; of `Monday to Friday` all between stand at both ends."""
    terms = [(day, day_ids(day)) for day in named if day_ids(day)]
    made = {day.start: ids for day, ids in terms}
    for (first, one), (last, other) in itertools.pairwise(terms):
        if len(one) == len(other) == 1 and _THROUGH.fullmatch(lower[first.end : last.start]):
            low, high = int(one[0][4:]), int(other[0][4:])
            made[first.start] = made[last.start] = [f"day:{number}" for number in range(low, high + 1)]
    found = [Term(tuple(made[day.start]), day.start, day.end, "day") for day, _ in terms]
    found += [
        Term(("day:0", "day:1", "day:2", "day:3", "day:4"), m.start(), m.end(), "day") for m in _WORKING.finditer(lower)
    ]
    return found


_WORKING = re.compile(r"\bweekdays\b|(?<!个)工作日(?!内)")


def unsure(term: Term, start: int, end: int, spans: Sequence[tuple[int, int]], after: str = "") -> bool:
    """Whether a denial follows in its clause: `the dishwasher isn't for it` denies the dishwasher, `the kettle isn't new` no kettle. What is said to come before something (发货前) is neither."""
    if after.startswith(("前", "之前", "以前")):
        return True
    return not denial.is_denied(term.start, spans) and any(
        term.start < first < end for first, _ in spans if start <= first
    )


def day_ids(day: Day) -> list[str]:
    """Ids of the weekdays that a day is."""
    if day.weekday is not None:
        return [f"day:{day.weekday}"]
    if day.weekend:
        return ["day:5", "day:6"]
    return [f"day:{day.on.weekday()}"] if day.on and day.relative else []


def _addresses(own: str) -> tuple[Address, ...]:
    found = [
        Address("email" if m["email"] else "link", m.group().rstrip(".,;:!?'\""), m.start(), m.end())
        for m in _ADDRESS.finditer(own)
    ]
    for match in _PHONE.finditer(own):
        if (
            not any(one.start <= match.start() < one.end for one in found)
            and len(re.sub(r"\D", "", match.group())) >= 7
            and not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", match.group())
        ):
            found.append(Address("phone", match.group(), match.start(), match.end()))
    for match in _SPOKEN.finditer(own.lower()):
        digits = "".join(_SPOKEN_DIGITS[part] for part in re.findall("|".join(_SPOKEN_DIGITS), match.group()))
        if len(digits) >= 7:
            found.append(Address("phone", digits, match.start(), match.end()))
    return tuple(found)


class _Blank:
    """A text in which what was read is blanked, so that nothing is read twice."""

    def __init__(self, text: str) -> None:
        self._chars = list(text)
        self.text = text
        self._gone: list[tuple[int, int]] = []

    def out(self, found: Sequence[Address | Term | Day | Moment | Amount]) -> None:
        if not found:
            return
        for one in found:
            self._chars[one.start : one.end] = " " * (one.end - one.start)
            self._gone.append((one.start, one.end))
        self.text = "".join(self._chars)

    def of(self, own: str) -> str:
        if not self._gone:
            return own
        chars = list(own)
        for start, end in self._gone:
            chars[start:end] = " " * (end - start)
        return "".join(chars)


def _counts_the_next(amount: Amount, clause: Clause) -> bool:
    """20 个字母: the noun follows the measure word."""
    noun = amount.end + len(amount.counter) + 1
    return bool(amount.counter) and any(amount.end < term.start <= noun for term in clause.terms)


_OF_WHAT = re.compile(r"\s(?:of|in|for) (?:the|our|them in|those|each)\b")
"""`eleven of the light`: a number counts what follows, not what stands before."""


def surroundings(read: Sentence, amount: Amount | Term | Moment | Day) -> dict[str, float]:
    """The ids of an amount's or a term's clause, each with how near it stands (1 beside it), less where another amount lies between."""
    clause = read.clause_at(amount.start)
    if clause is None:
        return {}
    found: dict[str, float] = {}
    others = [(one.start, one.end) for one in read.amounts if one is not amount]
    lower = read.text.lower
    before = lower[clause.start : amount.start]
    counts_what_follows = (
        isinstance(amount, Amount)
        and amount.family == "bare"
        and (_OF_WHAT.match(read.text.lower, amount.end) or _counts_the_next(amount, clause))
    )
    in_brackets = max(before.rfind("("), before.rfind("（")) > max(before.rfind(")"), before.rfind("）"))
    for term in clause.terms:
        if term is amount:
            continue
        apart = term.start - amount.end if term.start >= amount.end else amount.start - term.end
        between = (amount.end, term.start) if term.start >= amount.end else (term.end, amount.start)
        weight = 1 / (1 + max(0, apart) / 16)
        if (
            term.kind == "day"
            and term.start >= amount.end
            and any(one.kind == "day" and one.end <= amount.start for one in clause.terms)
        ):
            weight *= 0.2
        if counts_what_follows and term.end <= amount.start:
            weight *= 0.4
        if "、" in lower[between[0] : between[1]]:
            weight *= 0.4
        if term.start >= amount.end and in_brackets:
            weight *= 0.2
        if isinstance(amount, Amount) and any(between[0] <= start and end <= between[1] for start, end in others):
            weight *= 0.4
        for one in term.ids:
            found[one] = max(found.get(one, 0.0), weight)
    for one in clause.ids - found.keys():
        found[one] = 0.5
    return found
