"""Recommend: in stock, within the limits, steered by the words of the wish, each with a true reason; or one of what is at hand."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.intent.interests import hobbies, interests, is_gift
from bot.intent.kinds import title_noun
from bot.tools.ask import ask
from bot.tools.because import reasoned
from bot.tools.finding import find, foreign, products_of
from bot.tools.matching import PRODUCTS, is_near, matching
from bot.tools.relaxing import nearest, told
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Understood
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.seams import Relation
from retrieval.types import Hit, Recommendation, Where

PICKS = 3
"""Recommendations in one reply."""
_POOL = 12
"""Candidates of which those that are like a refused one fall back."""
_UNSURE = 0.3
"""Confidence below which advice is given only where no text answers."""
_FURTHER, _NEAR, _LEAST = 0.3, 0.5, 0.5
"""What a word that goes with a liking counts beside one that was said, what nearness in meaning counts, and what is enough."""
_SPOKEN = 3
"""Products spoken of last that count as what the customer has looked at."""
_REMEMBERED = 2_000
"""Texts of products whose words are kept."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is wished, read once: `words` steer, a gift isn't for the customer."""

    asked: Understood
    history: Conversation
    words: tuple[str, ...]
    is_gift: bool
    refused_before: tuple[str, ...] = ()
    """In other conversations, or long ago in this one."""

    @property
    def customer_id(self) -> str | None:
        return None if self.is_gift else self.asked.message.customer_id

    @property
    def refused(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.refused_before, *self.history.refused, *self.asked.refused)))

    @property
    def left_out(self) -> frozenset[str]:
        return frozenset((*self.asked.leave_out, *self.refused)) - frozenset(self.asked.products)

    @property
    def near(self) -> tuple[str, ...]:
        """What the customer looks at in this conversation."""
        return tuple(i for i in self.history.spoken[-_SPOKEN:] if i not in self.refused)


@dataclass(frozen=True, slots=True)
class _Picked:
    picks: Sequence[Recommendation] = ()
    looked_at: Sequence[Hit] = ()
    words: dict[str, str] = field(default_factory=dict)
    """Product -> the word of the wish that it is called by."""
    head: str = ""
    """What is said before them, where it isn't the usual."""


async def recommend(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """In stock, within the limits, for what was shown or asked; each with the reason that the data gives."""
    if "choose" in asked.acts:
        return _chosen(asked, history, shelf)
    if asked.route.confidence < _UNSURE and (answer := await ask(asked, history, shelf)).say in ("answer", "described"):
        return answer
    gift = is_gift(asked.text)
    wish = _Wish(
        asked, history, interests(asked.text), gift, () if gift else shelf.refused
    )  # another's taste is another's
    picked = await _picks(wish, shelf, asked.where)
    if picked.picks:
        return _recommended(wish, picked, asked.where, shelf)
    made: dict[str, _Picked] = {}

    async def search(where: Where) -> tuple[list[str], list[Hit]]:
        found = await _picks(wish, shelf, where)
        made.update({pick.product_id: found for pick in found.picks})
        return [pick.product_id for pick in found.picks], list(found.looked_at)

    relaxed = await nearest(asked.where, search, shelf)
    if relaxed is None:
        is_named = asked.kin and not asked.refused  # who asks for headphones is helped by no coffee
        return await find(asked, history, shelf) if is_named else _otherwise(wish, shelf)
    best, _ = relaxed
    findings = _recommended(wish, made[best.ids[0]], best.loosened.where, shelf)
    values = {**findings.values, **told(best, asked.where, shelf)}
    return replace(findings, relaxed=best.loosened.limit, values=values)


def _otherwise(wish: _Wish, shelf: Shelf) -> Findings:
    """Nothing meets what is asked for, even without one of the limits: what the shop has all the same, and that it is so."""
    if picks := _of(wish, shelf, Where()):
        return _recommended(wish, _Picked(picks, head="otherwise"), Where(), shelf)
    if picks := shelf.recommender.recommend(wish.customer_id, k=PICKS):  # all of them were shown or refused
        return _recommended(wish, _Picked(picks, head="all_known"), Where(), shelf)
    return Findings("found_nothing", suggestions=("person",))


def _chosen(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """The one of the products at hand that has most of what is said of its use, in stock before sold out, then the better rated."""
    said = [word for word in words_of.topic_words(asked.query) if not word.isdigit()]
    products = products_of(asked.products, shelf)
    rated = {i: place for place, i in enumerate(shelf.catalogue.ranked(asked.products, "rating"))}

    def fitness(product: Product) -> tuple[float, bool, int]:
        named = set(words_of.words(f"{product.title} {product.keywords} {' '.join(product.attributes.values())}"))
        told = set(words_of.words(product.description))
        fits = sum(2.0 if word in named else 1.0 if word in told else 0.0 for word in said)
        return fits, product.in_stock is not False, -rated.get(product.id, len(rated))

    best = max(products, key=fitness)
    pick = Recommendation(best.id, fitness(best)[0], ("in_range",))
    wish = _Wish(asked, history, (), False)
    return _recommended(wish, _Picked([pick]), Where(), shelf)


def _recommended(wish: _Wish, picked: _Picked, where: Where, shelf: Shelf) -> Findings:
    asked = wish.asked
    picks, because = reasoned(
        picked.picks, asked, wish.history, where, picked.words, wish.words, wish.customer_id, shelf
    )
    head = picked.head or ("refused" if asked.refused else "")
    what = {"what": _quoted(wish.words, shelf)} if head == "unmatched" else {}
    return Findings(
        "recommended",
        values={**because, **foreign(asked), **({"head": head} if head else {}), **what},
        products=products_of([pick.product_id for pick in picks], shelf),
        recommendations=tuple(picks),
        looked_at=tuple(picked.looked_at),
        suggestions=("details", "cheaper"),
    )


def _quoted(words: Sequence[str], shelf: Shelf) -> str:
    return ("、" if shelf.locale == "zh" else " ").join(words)


async def _picks(wish: _Wish, shelf: Shelf, where: Where) -> _Picked:
    """Beside the products at hand; of the kind that is named; of what the words are about; else for this customer."""
    asked = wish.asked
    kin = () if _is_for(asked) else asked.kin
    apart = asked.relation == "for_you" and kin and not set(asked.products) & set(kin)
    products = () if apart else asked.products  # `a kettle for green tea` is a kettle
    near = products or (() if wish.words or asked.acts or kin else wish.history.shown[:1])
    if near and not wish.is_gift and (found := _beside(wish, near, shelf, where)) is not None:
        return found
    if asked.relation != "for_you" and not (near or kin or wish.history.shown):
        return _Picked(_of(wish, shelf, where), head="unnamed")
    if asked.relation == "goes_with" and near:
        return _Picked(_of(wish, shelf, where, near), head="unpaired")
    if asked.refused:
        return await _instead(wish, shelf, where)
    only_kind = all(asked.kind in (word, words_of.stem(word)) for word in wish.words)
    if kin and only_kind and not near and not wish.is_gift:  # a kind is named: nothing else is advised
        return _Picked(_of(wish, shelf, replace(where, source_ids=frozenset(kin))))
    if kin and not near and not wish.is_gift:
        of_kind = replace(where, source_ids=frozenset(kin))
        about = await _about(wish, shelf, of_kind)
        return about if about.picks and not about.head else _Picked(_of(wish, shelf, of_kind))
    if not wish.words:
        return _Picked(_of(wish, shelf, where, wish.near))
    return await _about(wish, shelf, where)


async def _about(wish: _Wish, shelf: Shelf, where: Where) -> _Picked:
    """What the words of the wish are about: first what has most of them, in its name before its description."""
    further = hobbies(wish.words)
    hits = await shelf.search(" ".join((*wish.words, *further)), k=30, where=replace(where, sources=PRODUCTS))
    ids = shelf.catalogue.among(dict.fromkeys([*(hit.passage.source_id for hit in hits), *wish.asked.kin]), where)
    near = {hit.passage.source_id for hit in hits if is_near(hit, " ".join(wish.words))}
    weighed = {
        i: _weight(i, wish.words, shelf) + _FURTHER * _weight(i, further, shelf) + _NEAR * (i in near) for i in ids
    }
    picks: list[Recommendation] = []
    for weight in sorted({round(one, 1) for one in weighed.values() if one >= _LEAST}, reverse=True):
        if len(picks) < PICKS:
            alike = frozenset(i for i, one in weighed.items() if round(one, 1) == weight)
            picks += _of(wish, shelf, replace(where, source_ids=alike), wish.near)
    if picks:
        in_locale = [word for word in further if word.isascii() == (shelf.locale != "zh")]
        chosen = picks[:PICKS]
        return _Picked(chosen, hits, _called_by([pick.product_id for pick in chosen], [*wish.words, *in_locale], shelf))
    others = [] if where == Where() else _of(wish, shelf, where, wish.near)
    if where == Where() or others:
        return _Picked(others or _of(wish, shelf, where, wish.near), hits, head="unmatched")
    return _Picked((), hits)


async def _instead(wish: _Wish, shelf: Shelf, where: Where) -> _Picked:
    """Where something isn't liked: what else was looked for, then what is like all that was shown, the refused ones least."""
    ids, hits = await matching(wish.asked.query, where, shelf)
    ids = [i for i in ids if i in wish.asked.akin] or ids
    picks = _of(wish, shelf, replace(where, source_ids=frozenset(ids)), count=_POOL) if ids else []
    picks = sorted(picks, key=lambda pick: pick.product_id in wish.history.seen)
    shown = (*(i for i in wish.history.shown if i not in wish.asked.refused), *wish.asked.refused)
    known = {pick.product_id for pick in picks}
    more = _asked_of(wish, shelf, where, shown, "similar", _POOL, like=True) if len(picks) < PICKS else []
    found = [*picks, *(pick for pick in more if pick.product_id not in known)][:PICKS]
    return _Picked(found or _of(wish, shelf, where), hits)


def _beside(wish: _Wish, near: Sequence[str], shelf: Shelf, where: Where) -> _Picked | None:
    """What is like the products at hand, goes with them, or stands for one that is sold out; None where nothing is known to.

    Within limits what is like it is of its kind, or nothing is: then one of the limits is given up before the kind is.
    """
    relation: Relation = wish.asked.relation
    if relation == "for_you":
        relation = "goes_with" if {"with", "搭配", "配"} & set(words_of.words(wish.asked.text)) else "similar"
    picks = _asked_of(wish, shelf, where, near, relation, _POOL)
    if relation == "goes_with":
        paired = {i for one in near if (product := shelf.catalogue.get(one)) for i in product.goes_with}
        picks = sorted(picks, key=lambda pick: pick.product_id not in paired)
        return _Picked(picks[:PICKS]) if picks else None
    kind = [pick for pick in picks if _is_kin(pick.product_id, near[0], shelf)]
    if wish.asked.where != Where():
        if any(
            _is_kin(one.product_id, near[0], shelf) for one in _asked_of(wish, shelf, Where(), near, relation, _POOL)
        ):
            return _Picked(kind[:PICKS])
        return _Picked(picks[:PICKS], head="unlike") if picks else None
    others = [pick for pick in picks if pick not in kind]
    return _Picked([*kind, *others][:PICKS]) if picks else None


def _is_for(asked: Understood) -> bool:
    """Whether the kind that is named is what the thing is for, not the thing: `for reading in bed`."""
    kind = re.escape(asked.kind)
    if not kind or not asked.kind.isascii():
        return False
    behind = re.search(rf"\b(?:for|in|at)\b[^,;]*\b{kind}", asked.text)
    return bool(behind) and not re.search(rf"\b{kind}\w*\b[^,;]*\b(?:for|in|at)\b", asked.text)


def _is_kin(product_id: str, other: str, shelf: Shelf) -> bool:
    return _noun(product_id, shelf) == _noun(other, shelf)


def _noun(product_id: str, shelf: Shelf) -> str:
    """The last word of what a product is called, in the shop's first language; a Chinese one by its last character."""
    product = shelf.catalogue.get(product_id)
    noun = title_noun(product) if product else ""
    words = words_of.topic_words(noun)
    return words[-1] if words and noun.isascii() else noun[-1:]


def _of(wish: _Wish, shelf: Shelf, where: Where, near: Sequence[str] = (), count: int = PICKS) -> list[Recommendation]:
    """For this customer, or for anybody where it is a gift."""
    return _asked_of(wish, shelf, where, near, "for_you", count)[:count]


def _asked_of(
    wish: _Wish, shelf: Shelf, where: Where, near: Sequence[str], relation: Relation, count: int, *, like: bool = False
) -> list[Recommendation]:
    """`like`: what is like a refused one doesn't fall back."""
    wide = max(count, _POOL) + len(wish.left_out)
    picks = shelf.recommender.recommend(wish.customer_id, k=wide, near=near, where=where, relation=relation)
    picks = [pick for pick in picks if pick.product_id not in wish.left_out]
    return picks if like else _unlike(picks, wish.refused, shelf)


def _unlike(picks: list[Recommendation], refused: Collection[str], shelf: Shelf) -> list[Recommendation]:
    """Those that are like something that isn't liked fall back."""
    others = [shelf.catalogue.place(i) for i in refused if i in shelf.catalogue]
    if not others or shelf.likeness is None:
        return picks
    weighed = []
    for n, pick in enumerate(picks):
        like = max(shelf.likeness.to(shelf.catalogue.place(pick.product_id), others))
        weighed.append(((1 - like) / (10 + n), pick))
    return [pick for _, pick in sorted(weighed, key=lambda one: -one[0])]


def _called_by(ids: Collection[str], words: Sequence[str], shelf: Shelf) -> dict[str, str]:
    """Product -> the first of the words that it is called by, in any language: in its title, category or keywords."""
    found = {}
    for product_id in ids:
        forms = shelf.catalogue.forms(product_id)
        names = "\n".join(f"{one.title}\n{one.category}\n{one.keywords}" for one in forms)
        if said := _said_in(names, words):
            found[product_id] = said[0]
    return found


def _weight(product_id: str, words: Sequence[str], shelf: Shelf) -> float:
    """How much of the words a product has: each counts most in its title or category, least in its description."""
    forms = shelf.catalogue.forms(product_id)
    texts = (
        (3.0, "\n".join(f"{one.title}\n{one.category}" for one in forms)),
        (2.0, "\n".join(one.keywords for one in forms)),
        (1.0, "\n".join(" ".join((one.description, *one.attributes.values())) for one in forms)),
    )
    weights: dict[str, float] = {}
    for weight, text in texts:
        for word in _said_in(text, words):
            weights.setdefault(word, weight)
    return sum(weights.values())


def _said_in(text: str, words: Sequence[str]) -> list[str]:
    """Those of the words that a text has."""
    text, said = _read(text)
    return [word for word in words if (words_of.stem(word) in said if word.isascii() else word in text)]


@lru_cache(_REMEMBERED)
def _read(text: str) -> tuple[str, frozenset[str]]:
    """A product's text as it is compared, and its words: the same products are weighed turn after turn."""
    plain = words_of.normalise(text)
    return plain, frozenset(words_of.words(plain))
