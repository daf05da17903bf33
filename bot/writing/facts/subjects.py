"""Which product each part of a sentence is said of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bot.writing.facts.denial import is_denied
from bot.writing.facts.known import Known
from bot.writing.facts.phrases import plain_words
from bot.writing.facts.reading import Sentence, sentence, stated
from bot.writing.facts.terms import Term

_ALL = re.compile(
    r"\b(?:both|all (?:of them|three|four|two)|each of them|either one|neither|any of them|all)\b|两款都|两个都|两只都|两者都|都(?!有意|可以选)|均|全都|三款都|两款|两只都"
)
_EVERY = re.compile(r"(?<=[^\s，。])都是|\bare both\b|\bboth (?:are|come|have|cost|weigh|measure)\b|均为|均是")
_OTHER = re.compile(
    r"\b(?:the other(?: one)?|the latter|the second(?: one)?)\b|另一款|另一个|另一只|后者|第二款|第二个"
)
_FIRST = re.compile(r"\b(?:the former|the first(?: one)?)\b|前者|第一款|第一个")
_ASIDE = re.compile(
    r"(?:\bunlike|\bcompared (?:to|with)|\bthan|\bversus|\bvs\.?|\bnot|\binstead of|\bagainst|\bnext to|\blike|比|不像|相比|相较|和|跟|与|对比|不是|而不是)\s?(?:the |a |our |an )?(?:[a-z]+ ){0,2}$"
)
_BEFORE = re.compile(r"(?:\bfor|\bon|\bof|\bto|\bwith|\bfrom|\bby)\s(?:the |a |our |an |one )?(?:[a-z]+ ){0,1}$")


_NOT = re.compile(
    r"\b(?:not|no|never|without|neither|nor|none|cannot|nothing|instead|rather|except|unlike)\b|n't\b|[^\x00-\x7f]"
)
"""What denies a name after it; behind a name (`the tumbler isn't`) it is still what is spoken of."""
_ONE = re.compile(r"\s(?:one|ones|pair|set|version)\b")
_VERB = re.compile(
    r"\b(?:is|are|was|has|have|comes?|costs?|weighs?|holds?|fits?|works?|runs?|keeps?|does|do|can|goes|needs?|takes?|makes?|uses?|stays?|lasts?|measures?|suits?|feeds?|would|will)\b|n't\b|'s\b"
)
"""Without one a last part is set against the product spoken of (`, the 18 L only up to 14`), which stays so."""
_PRICED = r"the (?:(?P<less>cheaper|less expensive|more affordable)|dearer|pricier|more expensive|costlier) (?:one|pair|of the two|[a-z-]+)\b"
_BY_PRICE = re.compile(rf"\W*(?:and |but |so |then )?{_PRICED}")
_BY_PRICE_LATER = re.compile(rf"^(?:for|against|with|in|on|at|as for)\b[^,.;:]{{1,24}}[ ,]{_PRICED} (?!too\b)[a-z]+")
_BY_SIZE = re.compile(
    r"\W*(?:and |but |so |then )?the (?:(?P<large>large|larger|big|bigger)|small|smaller|little) (?:one|bag|sling|bottle|flask|pot|kettle|speaker|case|lamp|of the two)\b"
)
_OPENS = re.compile(
    r"\W*(?:(?:and|but|while|whereas|so|then)\s)?(?:[a-z']+\s){0,2}(?:the|our|your|this|that)\s(?:[a-z-]+\s)?"
)
"""What may stand between the start of a clause and the product that all of it is said of: `; rinse the steamer`."""


@dataclass(frozen=True, slots=True)
class Said:
    """(place, products) where the subject changes; `last` is what the next sentence goes on with."""

    marks: tuple[tuple[int, tuple[str, ...]], ...]
    last: tuple[str, ...]
    every: bool = False

    def at(self, place: int) -> tuple[str, ...]:
        found: tuple[str, ...] = ()
        for start, subjects in self.marks:
            if start <= place:
                found = subjects
        return found


class Subjects:
    def __init__(self, known: Known) -> None:
        self._known = known
        self._only = tuple(known.products) if len(known.products) == 1 else ()
        self._words = _telling(known) if len(known.products) > 1 else {}
        self._own = _own_words(known) if len(known.products) > 1 else {}

    def named(self, text: str) -> tuple[str, ...]:
        read = sentence(text, self._known.today)
        return self._all_in(read)

    def _all_in(self, read: Sentence) -> tuple[str, ...]:
        if not self._words:
            return ()
        found = Counter[str]()
        for _, products in self._mentions(read):
            found.update(products)
        most = max(found.values(), default=0)
        return tuple(one for one, count in found.items() if count == most) if most else ()

    def of(self, read: Sentence, before: tuple[str, ...], *, fixed: bool = False) -> Said:
        if self._only:
            return Said(((0, self._only),), self._only)
        if not self._known.products:
            return Said(((0, ()),), ())
        if fixed:
            return Said(((0, before),), before)
        lower = read.text.lower
        if _ALL.search(lower) and not self._mentions(read):
            every = tuple(self._known.products)
            return Said(((0, every),), before, every=True)
        marks: list[tuple[int, tuple[str, ...]]] = [(0, before)]
        named = self._named(read)
        if (said := _EVERY.search(lower)) and all(place < said.start() for place, _ in named):
            together = tuple(dict.fromkeys(one for _, products in named for one in products))
            if len(together) > 1:
                return Said(((0, together),), together, every=True)
        first = True
        last = before
        for place, products in named:
            if _ASIDE.search(lower[:place]) and not first:
                continue
            if (
                first
                and place > 0
                and not _ASIDE.search(lower[:place])
                and not any(one.end <= place for one in read.amounts)
            ):
                marks[0] = (0, products)
            if not first and self._is_its_own(read, place, last):
                continue
            start, backed = place, _BEFORE.search(lower[:place])
            clause = read.clause_at(place)
            if not first and backed:
                start = self._since(read, place, backed.start())
            elif not first and clause and _OPENS.fullmatch(lower[clause.start : place]):
                start = clause.start
            marks.append((start, products))
            if first or not backed or read.clause_at(marks[-2][0]) is not clause:
                last = products
            first = False
        if len(marks) > 2 and marks[1][1] and not _VERB.search(lower[marks[-1][0] :]):
            last = marks[1][1]
        ids = list(self._known.products)
        if len(ids) == 2 and not named and (picked := self._picked(lower)):
            return Said(((0, picked),), picked)
        if len(ids) == 2 and (other := _OTHER.search(lower)) and not _ASIDE.search(lower[: other.start()]):
            current = next(
                (subjects for start, subjects in reversed(marks) if start <= other.start() and subjects), before
            )
            if len(current) == 1:
                that = tuple(one for one in ids if one not in current)
                marks.append((other.start(), that))
                marks.sort(key=lambda mark: mark[0])
                last = that
        if (len({one for _, products in marks for one in products}) > 1 and "respectively" in lower) or "分别" in lower:
            every = tuple(dict.fromkeys(one for _, products in marks for one in products))
            return Said(((0, every),), every)
        return Said(tuple(marks), last)

    def _that_are(self, ids: tuple[str, ...]) -> set[str]:
        """The only product whose facts say so: `the steel one`."""
        facts = [fact for one in ids for fact in self._known.by_id.get(one, ()) if fact.subject]
        holders = {fact.subject for fact in facts if not set(ids) & fact.clause.denied}
        return holders if len(holders) == 1 else set()

    def _is_its_own(self, read: Sentence, place: int, current: tuple[str, ...]) -> bool:
        """`The Guji is the darker roast`: a word of another's name that the texts of the one spoken of have, too."""
        if len(current) != 1 or read.text.lower[:place].endswith(("the ", "our ", "this ", "and ", "or ")):
            return False
        term = next((term for clause in read.clauses for term in clause.terms if term.start == place), None)
        return (
            term is not None
            and term.kind in ("word", "concept")
            and any(fact.subject in current for one in term.ids for fact in self._known.by_id.get(one, ()))
        )

    def _picked(self, lower: str) -> tuple[str, ...]:
        """`The cheaper one does better`: of two products the one that its price picks out."""
        if (size := _BY_SIZE.match(lower)) and (sizes := self._sizes()):
            return ((max if size["large"] else min)(sizes, key=lambda one: sizes[one]),)
        match = _BY_PRICE.match(lower) or _BY_PRICE_LATER.search(lower)
        prices = {one: product.price for one, product in self._known.products.items()}
        if match is None or len(set(prices.values())) != 2:
            return ()
        return ((min if match["less"] else max)(prices, key=lambda one: prices[one]),)

    def _sizes(self) -> dict[str, float]:
        """Of two products the measure that both their names have."""
        found = {
            product: {
                one.kind: one.low
                for title in titles
                for one in stated(title, self._known.today).amounts
                if one.family in ("volume", "length", "weight")
            }
            for product, titles in self._known.names.items()
        }
        shared = set.intersection(*(set(kinds) for kinds in found.values())) if len(found) == 2 else set()
        return {product: kinds[kind] for kind in sorted(shared)[:1] for product, kinds in found.items()}

    def _since(self, read: Sentence, place: int, backed: int) -> int:
        """`49 for the kettle`: what stands right before the name is said of it."""
        amounts = [one for one in read.amounts if backed - 12 <= one.end <= backed + 1]
        return amounts[-1].start if amounts else place

    def _mentions(self, read: Sentence) -> list[tuple[int, tuple[str, ...]]]:
        found = []
        for clause in read.clauses:
            for term in clause.terms:
                before = read.text.lower[clause.start : term.start]
                if (is_denied(term.start, read.spans) and _NOT.search(before)) or (
                    before.endswith(("its ", "their ")) and read.text.own[term.start].islower()
                ):
                    continue
                products = {product for one in term.ids for product in self._words.get(one, ())}
                products = products or self._by_a_part(term)
                if not products and read.text.lower[: term.start].endswith(("the ", "this ", "that ")):
                    products = {product for one in term.ids for product in self._own.get(one, ())}
                if (
                    not products
                    and read.text.lower[: term.start].endswith("the ")
                    and _ONE.match(read.text.lower, term.end)
                ):
                    products = self._that_are(term.ids)
                if products:
                    found.append((term.start, tuple(sorted(products))))
        for code in read.codes:
            products = {product for one in code.ids for product in self._words.get(one, ())}
            if products:
                found.append((code.start, tuple(sorted(products))))
        return sorted(found)

    def _by_a_part(self, term: Term) -> set[str]:
        """Of a Chinese word the products whose name has it, whatever that is cut into: 桌垫 of 羊毛毡桌垫."""
        word = term.ids[0].removeprefix("w:")
        if term.kind != "word" or word.isascii() or term.ids[0] in plain_words():
            return set()
        found = {one for one, titles in self._known.titles.items() if any(word in title for title in titles)}
        return found if len(found) < len(self._known.products) else set()

    def _named(self, read: Sentence) -> list[tuple[int, tuple[str, ...]]]:
        """Runs of mentions of one product, each where it starts; a word of several products takes its neighbour's."""
        runs: list[tuple[int, int, tuple[str, ...]]] = []
        for place, products in self._mentions(read):
            if runs and (shared := tuple(one for one in products if one in runs[-1][2])) and place - runs[-1][1] < 40:
                runs[-1] = (runs[-1][0], place, shared)
            else:
                runs.append((place, place, products))
        return [(start, products) for start, _, products in runs]


def _telling(known: Known) -> dict[str, tuple[str, ...]]:
    """Words of titles that not all products share -> the products that have them."""
    holders: dict[str, set[str]] = {}
    for fact in known.facts:
        if fact.subject and fact.text in known.names.get(fact.subject, ()):
            for one in fact.clause.ids:
                holders.setdefault(one, set()).add(fact.subject)
    for product in known.products.values():
        holders.setdefault(f"code:{product.id.lower()}", set()).add(product.id)
    count = len(known.products)
    return {
        one: tuple(sorted(subjects))
        for one, subjects in holders.items()
        if len(subjects) < count
        and not one.startswith(("day:", "n:bare"))
        and not _is_shared_measure(one, subjects, known)
    }


def _is_shared_measure(one: str, subjects: set[str], known: Known) -> bool:
    """250 g in one product's name, of which another has a bag, too."""
    if not one.startswith("n:"):
        return False
    others = [product for subject, some in known.written.items() if subject not in subjects for product in some]
    told = [product.attributes for product in others]
    told += [form.attributes for product in others for form in product.variants]
    values = (value for some in told for value in some.values())
    return any(one in stated(value, known.today).ids for value in values)


def _own_words(known: Known) -> dict[str, set[str]]:
    """What its texts call a product again and again, and those of no other ever do: `the pot`."""
    counts: dict[str, Counter[str]] = {}
    for fact in known.facts:
        for term in fact.clause.terms if fact.subject else ():
            if term.kind == "word" and not plain_words().issuperset(term.ids):
                counts.setdefault(term.ids[0], Counter())[fact.subject] += 1
    return {one: set(found) for one, found in counts.items() if len(found) == 1 and max(found.values()) >= 3}


def table_cells(line: str) -> list[str]:
    return [cell.strip(" *`") for cell in line.strip().strip("|").split("|")]
