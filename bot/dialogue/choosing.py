"""Several products at once: set beside each other, or one of them chosen for the customer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogue import acts
from bot.dialogue.pointing import Pointed, phrase_of, places_in
from bot.dialogue.profiles import TITLED
from bot.dialogue.reading import Said
from bot.dialogue.referring import Referring
from bot.dialogue.wanting import SURE
from bot.types import Conversation, Route, Understood
from knowledge_base.types import Locale
from retrieval.types import Where

_PARTS = re.compile(
    r"\b(?:and|or|with|to|against|versus|vs\.?|than|from)\b|[,，、]|和|跟|与|同|还是|或者?|比(?![较对如方])"
)
_WHICH = re.compile(r"\b(?:which|what)\b|哪")
_WHICH_HAS = re.compile(
    r"^(?:and |so |ok(?:ay)?,? )?(?:which|what|who)(?: one| of (?:them|these|those|the two))?(?: is|'s| are| has| costs?| weighs?)\b|哪(?:一)?(?:个|款|件|条|双|只|把|台|盏|种)(?:更|最|比较)?[\u4e00-\u9fff]{1,3}(?:点|些|一点|一些)?[?？呢啊呀]*$"
)
_OF_FORMS = re.compile(r"[码号]|\bsizes?\b|颜色|\bcolou?rs?\b|[尺码]寸")
MOST = 4


class Choosing:
    """Reads comparisons and requests to choose against what a conversation has shown; None where it is neither."""

    def __init__(self, referring: Referring, say: Callable[[str], Said]) -> None:
        self._referring, self._say = referring, say

    def compared(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`compare it with the mint one`, `set it against the jacket`, `and the clay pot as well`: what is named beside what is spoken of."""
        goes_on = history.frame == "compare" and acts.does("as_well", said.text)
        if not (acts.does("compare", said.text) or goes_on) or not (history.about or history.shown or history.spoken):
            return None
        ids = self._named(said, history)
        if goes_on and ids:
            ids = list(dict.fromkeys([*self._compared_last(history), *ids]))
        elif len(ids) == 1:
            other = self._other(ids[0], history)
            ids = [*([other] if other else []), *ids]
        if len(ids) < 2:
            pool = self.pool(said, history)
            ids = list(pool) if len(pool) > 1 else ids
        if len(ids) < 2:
            return None
        return replace(
            plain,
            route=Route("compare", max(0.8, plain.route.confidence)),
            where=history.where,
            query=history.query,
            products=tuple(ids[:MOST]),
            acts=("point",),
        )

    def outstanding(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`which is the smallest?` of what was compared: the one that is."""
        pool = self.pool(said, history)
        if history.frame != "compare" or len(pool) < 2 or self._is_outside(said, pool) or _states(said.where):
            return None
        found = self._referring.pointing.standing_out(said.text, pool)
        if (
            found is None
            or not (acts.does("which", said.text) or phrase_of(said.text))
            or (len(pool) == 2 and _WHICH.search(said.text))
        ):
            return None
        intent = "ask" if acts.does("shop", said.text) else "describe"
        route = Route(intent, max(SURE, plain.route.confidence))
        return replace(
            plain, route=route, where=history.where, query=history.query, products=found.ids, acts=("point",)
        )

    def which_has(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`which one is cheaper?`, 哪个便宜: of what was shown, else of the last two spoken of, side by side."""
        if not _WHICH_HAS.search(said.text) or history.frame == "compare" or acts.does("choose", said.text):
            return None
        pool = history.shown if len(history.shown) > 1 and not history.about else history.spoken[-2:]
        found = self._referring.pointing.standing_out(said.text, pool)
        if len(pool) < 2 or found is None or self._is_outside(said, pool) or _states(said.where):
            return None
        ids = pool if len(pool) == 2 else found.ids
        route = Route("compare" if len(ids) > 1 else "describe", max(0.8, plain.route.confidence))
        return replace(plain, route=route, where=history.where, query=history.query, products=ids, acts=("point",))

    def advised(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`which would you take?`, 都行，你随便说一件: one of what was shown, compared or offered as a choice."""
        chooses = acts.does("choose", said.text)
        if not chooses and (
            plain.route.intent != "recommend" or plain.route.confidence < SURE or not acts.does("which", said.text)
        ):
            return None
        pool = self.pool(said, history)
        if len(pool) < 2 or self._is_outside(said, pool) or (history.about and _OF_FORMS.search(said.text)):
            return None
        if _states(said.where) and not (pool := self._referring.passing(pool, said.where) if chooses else ()):
            return None
        if not chooses and any(self._referring.asks(i, said.text) for i in pool):
            return None
        return replace(
            plain,
            route=Route("recommend", max(0.8, plain.route.confidence)),
            where=history.where,
            query=said.text,
            products=pool,
            acts=("choose",),
        )

    def pool(self, said: Said, history: Conversation) -> tuple[str, ...]:
        """What there is to choose from: choices that were offered, the two of a comparison, else the list."""
        offered = tuple(
            one.product_id for one in (history.question.options if history.question else ()) if one.product_id
        )
        if len(offered) > 1:
            return offered
        if acts.does("both", said.text) and (two := self._referring.pointing.two(said.text, history)):
            return two
        if history.frame == "compare":
            return self._compared_last(history)
        if len(history.shown) > 1:
            return history.shown
        return history.spoken[-2:]

    def _compared_last(self, history: Conversation) -> tuple[str, ...]:
        return history.shown if len(history.shown) > 1 and history.frame == "compare" else history.spoken[-2:]

    def _is_outside(self, said: Said, pool: Sequence[str]) -> bool:
        """Whether a kind of thing is named that none of the pool is."""
        if not said.called or set(said.called) & set(pool):
            return False
        weight = self._referring.profiles.weight
        is_title = any(weight(i, said.kind) >= TITLED for i in said.called[:MOST])
        return is_title and not any(weight(i, said.kind) for i in pool)

    def _named(self, said: Said, history: Conversation) -> list[str]:
        """The products that the parts of a clause name, each of what was shown or beside it."""
        found: list[str] = []
        if places := places_in(said.text):
            found += self._referring.pointing.pointed(said.text, history).ids if places else ()
        for part in _PARTS.split(acts.without("compare", said.text)):
            if part.strip():
                found += self._meant(self._say(part.strip()), history).ids[:1]
        return list(dict.fromkeys([*found, *(i for i in said.named if len(said.named) <= MOST and not found)]))

    def _meant(self, part: Said, history: Conversation) -> Pointed:
        """One product that a part names, whatever is spoken of."""
        found = self._referring.described(part, history)
        return found if found.ids else self._referring.called(part, history)

    def _other(self, product_id: str, history: Conversation) -> str:
        """What is compared with it: the product spoken of, else the last spoken of before it."""
        pool = [history.about, *reversed(history.spoken), *history.shown]
        return next((i for i in pool if i and i != product_id), "")


def _states(where: Where) -> bool:
    """Whether the clause limits a search: an order of it limits none."""
    return replace(where, sort=None, quantity=None) != Where()
