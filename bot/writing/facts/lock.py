"""The lock of one turn: reads sentences in their order and stops the first claim of each that doesn't follow from the findings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache

from bot.types import Findings, Message, Stopped, Verdict
from bot.writing.facts import (
    comparing,
    contrary,
    cutoff,
    echoes,
    enough,
    events,
    figures,
    forms,
    hours,
    included,
    levels,
    limits,
    mirrors,
    openings,
    orders,
    promises,
    reasons,
    saying,
    sizing,
    stocked,
    theirs,
    thresholds,
    totals,
    unheard,
    when,
    which,
    with_it,
)
from bot.writing.facts.known import Known
from bot.writing.facts.reading import Sentence, sentence
from bot.writing.facts.reasons import because_of
from bot.writing.facts.scene import Asked, Check, Fault, Scene, Told
from bot.writing.facts.subjects import Said, Subjects, table_cells
from bot.writing.facts.verbatim import bare, verbatim
from knowledge_base.attributes import claim_of
from knowledge_base.catalogue import Catalogue
from knowledge_base.passages import sentences
from knowledge_base.shop import Shop
from knowledge_base.types import Product

_LIST = re.compile(r"^\s*(?:[-*•]\s+|\(?\d{1,2}[.)、](?!\d)\s*)")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}.*$")


class Lock:
    """What one turn's Findings allow to be said. Sentences are read in their order, as soon as a writer has made them."""

    def __init__(
        self,
        findings: Findings,
        message: Message,
        shop: Shop,
        *,
        now: datetime | None = None,
        locale: str = "",
        catalogue: Catalogue | None = None,
        own_words: Sequence[str] = (),
        sure: Collection[str] = (),
    ) -> None:
        """`now` is the shop's clock (the message's time where left out); `catalogue` lets names and values of the other language be
        known and tells which words are the shop's own; `own_words` are wordings with `{placeholders}` that the shop itself wrote for
        what was found: of a sentence that follows one only what fills its placeholders is looked at. `sure` are pieces that are true by
        what they are made of: they are read only where a later one rests on them."""
        self._findings, self._message, self._shop = findings, message, shop
        self._now, self._locale, self._catalogue = now or message.at, locale, catalogue
        self._told = Told()
        self._own_words = tuple(_patterns(tuple(own_words)))
        self._sure, self._unread = sure, list[str]()

    def prepare(self) -> None:
        """Read the findings now; else the first sentence does."""
        self._subjects, self._asked  # noqa: B018

    def stops(self, sentence: str) -> Stopped | None:
        """The first claim of a piece (a sentence, a line, a row of a table) that doesn't follow; None where it may be said."""
        plain = self._without_reasons(sentence.strip())
        if plain in self._sure:
            self._unread.append(plain)
            return None
        for line in sentence.split("\n"):
            if (fault := self._line(line)) is not None:
                return Stopped(sentence.strip(), *fault)
        return None

    def _line(self, line: str) -> Fault | None:
        if not line.strip() or _RULE.match(line):
            return None
        if line.count("|") >= 2:
            return self._row(line)
        self._told.columns = ()
        bare = _LIST.sub("", line)
        if bare != line:
            self._told.items += 1
        parts = [bare] if self._filled(bare) is not None else sentences(bare)
        return next((fault for part in parts if (fault := self._sentence(part)) is not None), None)

    def _read_what_was_sure(self) -> None:
        unread, self._unread = self._unread, []
        for line in "\n".join(unread).split("\n"):
            self._line(line)

    def _row(self, line: str) -> Fault | None:
        """A row of a table: each cell is said of the product of its column or of its row, under the heading of the other."""
        self._read_what_was_sure()
        cells = table_cells(line)
        named = tuple(self._subjects.named(cell) for cell in cells)
        if not self._told.heads:
            self._told.heads, self._told.columns = tuple(cells), named
            return next((f for cell in cells if (f := self._cell(cell, "", ()))), None)
        row = named[0] if named and not any(self._told.columns) else ()
        for place, cell in enumerate(cells):
            if not place and not row:
                continue
            column = self._told.columns[place] if place < len(self._told.columns) else ()
            head = self._told.heads[place] if place < len(self._told.heads) else ""
            label = cells[0] if not row and place else head
            if fault := self._cell(cell, label if place else "", row or column):
                return fault
        return None

    def _cell(self, cell: str, label: str, subjects: tuple[str, ...], checks: tuple[Check, ...] = ()) -> Fault | None:
        if not cell.strip(" –-"):
            return None
        if subjects and self._known.holds(label, cell, subjects):
            return None
        yes_or_no = bool(label) and claim_of(cell) is not None
        read = sentence(f"{label}: {cell}" if yes_or_no else cell, self._today)
        beside = sentence(label, self._today) if label else None
        days = (
            {one for clause in beside.clauses for term in clause.terms if term.kind == "day" for one in term.ids}
            if beside
            else set()
        )
        return self._judged(read, subjects, beside.ids | days if beside else frozenset(), checks or _CHECKS)

    def _sentence(self, part: str) -> Fault | None:
        self._told.heads = ()
        if bare(part) in self._verbatim:
            return None
        part = self._without_reasons(part)
        if (filled := self._filled(part)) is not None:
            return next((fault for value in filled if (fault := self._cell(value, "", (), _FILLED))), None)
        read = sentence(part, self._today)
        if not self._told.ids and not self._told.subjects:
            self._told.ids = frozenset()
        before = self._told.last
        return self._judged(read, (), frozenset()) or self._echoed(read, before)

    def _echoed(self, read: Sentence, before: Sentence | None) -> Fault | None:
        """What `so is the tag` says of the tag."""
        if not self._known.products:
            return None
        echo = echoes.echo(read.text.lower, before.text.lower if before else "")
        who = self._subjects.named(echo.who) if echo else ()
        who = who or (tuple(self._known.products) if len(self._known.products) == 1 else ())
        if echo is None or len(who) != 1:
            return None
        whole = sentence(f"{echo.who} {echo.said}", self._today)
        scene = Scene(self._known, whole, Said(((0, who),), who), self._asked, Told(), frozenset())
        fault = next((fault for check in _SAID_AGAIN if (fault := check(scene)) is not None), None)
        return (read.text.own[echo.start : echo.end].strip(" ,;"), *fault[1:]) if fault else None

    def _without_reasons(self, part: str) -> str:
        """The sentence without the reasons that the findings give, word for word, for the product that it names."""
        for title, because in self._because:
            if because in part and title in part:
                part = part.replace(f" ({because})", "").replace(f"（{because}）", "").replace(because, "", 1)
        return part

    @cached_property
    def _because(self) -> Sequence[tuple[str, str]]:
        """(title of a product, why it is recommended), as the findings have it."""
        titles = {product.id: product.title for product in self._findings.products}
        return [(titles[product], because) for product, because in because_of(self._findings) if product in titles]

    def _filled(self, part: str) -> tuple[str, ...] | None:
        """What fills the placeholders of the shop's own wording; None where it is none."""
        match = next((match for pattern in self._own_words if (match := pattern.fullmatch(part.strip()))), None)
        return (
            None
            if match is None
            else tuple(value for value in match.groups() if value and value not in self._findings.values.values())
        )

    def _judged(
        self, read: Sentence, subjects: tuple[str, ...], label: frozenset[str], checks: tuple[Check, ...] = ()
    ) -> Fault | None:
        self._read_what_was_sure()
        said = self._subjects.of(read, subjects or self._told.subjects, fixed=bool(subjects))
        scene = Scene(self._known, read, said, self._asked, self._told, label)
        fault = next((fault for check in checks or _CHECKS if (fault := check(scene)) is not None), None)
        self._told.ids = read.ids
        if said.last:
            self._told.subjects = said.last
        self._told.families = {one.family for one in read.amounts}
        self._told.hours = bool(read.moments)
        self._told.question = read if scene.asks and len(read.text.lower.split()) <= SHORT_QUESTION else None
        self._told.last = read
        self._told.dates += [one.on for one in read.days if one.on and not one.day_only]
        self._told.sums += [
            (one.family, one.low) for one in read.amounts if one.family == "money" and one.low == one.high
        ]
        self._told.counts += [
            one.low for one in read.amounts if one.family in ("bare", "count") and one.low == one.high
        ]
        return fault

    @cached_property
    def _today(self) -> date:
        """The shop's day."""
        return self._now.astimezone(self._shop.timezone).date()

    @cached_property
    def _others(self) -> Sequence[Product]:
        """What was found, in the shop's other languages."""
        if self._catalogue is None:
            return ()
        forms = ((product, form) for product in self._findings.products for form in self._catalogue.forms(product.id))
        return [form for product, form in forms if form.locale != product.locale]

    @cached_property
    def _verbatim(self) -> frozenset[str]:
        return verbatim(self._findings, self._shop, self._others)

    @cached_property
    def _known(self) -> Known:
        """All that the findings state, read when the first sentence has to be."""
        known = Known(self._findings, self._shop, self._now, self._others)
        known.risky = saying.risky_words(self._catalogue) if self._catalogue is not None else frozenset()
        return known

    @cached_property
    def _subjects(self) -> Subjects:
        return Subjects(self._known)

    @cached_property
    def _asked(self) -> Asked:
        text = self._message.text[:2000]
        parts = tuple(sentence(part, self._today) for part in sentences(text))
        text += "\n" + self._findings.values.get("asked", "")
        return Asked(parts, text, frozenset().union(*(part.ids for part in parts)) if parts else frozenset())


_CHECKS: tuple[Check, ...] = (
    promises.addresses,
    promises.check,
    hours.check,
    cutoff.check,
    openings.check,
    when.check,
    figures.check,
    forms.check,
    stocked.check,
    sizing.check,
    events.check,
    orders.check,
    comparing.check,
    theirs.check,
    thresholds.check,
    totals.check,
    limits.check,
    included.check,
    levels.check,
    saying.check,
    enough.check,
    contrary.check,
    which.check,
    mirrors.check,
    with_it.check,
    unheard.check,
    reasons.check,
)
_SAID_AGAIN: tuple[Check, ...] = (figures.check, forms.check, saying.check)
_FILLED: tuple[Check, ...] = (promises.addresses, promises.check, hours.check, when.check, figures.check)
"""What is looked at in the placeholders of the shop's own wording: which words fill them the shop has chosen."""


SHORT_QUESTION = 8
"""Words up to which a question within a reply is one that its next sentence answers."""
SHORTEST = 8
"""Characters of its own that a wording must have: `sold out` is a claim whoever wrote it."""


@lru_cache(maxsize=64)
def _patterns(own_words: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """A pattern for each of the shop's wordings and each of its sentences, what is in braces as a group."""
    parts = dict.fromkeys(part for wording in own_words for part in (wording, *sentences(wording)))
    own = [(part, re.split(r"{\w*}", part)) for part in parts]
    return tuple(
        re.compile("(.*?)".join(map(re.escape, pieces)))
        for part, pieces in own
        if len("".join(pieces).strip()) >= SHORTEST
    )


def check(
    pieces: Iterable[str],
    findings: Findings,
    message: Message,
    shop: Shop,
    *,
    now: datetime | None = None,
    locale: str = "",
    catalogue: Catalogue | None = None,
    own_words: Sequence[str] = (),
) -> Verdict:
    """Each piece said, or stopped with its first claim that doesn't follow."""
    lock = Lock(findings, message, shop, now=now, locale=locale, catalogue=catalogue, own_words=own_words)
    read = [(piece, lock.stops(piece)) for piece in pieces]
    return Verdict(
        tuple(piece for piece, stopped in read if stopped is None), tuple(stopped for _, stopped in read if stopped)
    )
