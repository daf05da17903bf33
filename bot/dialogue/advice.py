"""Advice within a conversation: what isn't liked of the products shown, and which of three questions is asked beside one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue import acts
from bot.dialogue.pointing import phrase_of, places_in
from bot.dialogue.reading import Said
from bot.dialogue.referring import Referring
from bot.dialogue.relations import relation_of
from bot.dialogue.searching import Searching
from bot.dialogue.spoken import is_sure
from bot.intent.interests import interests
from bot.types import Conversation, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.seams import Relation
from retrieval.types import Where

FEW = 3
"""Products of a kind that advice is given beside, where no single one is meant: `what goes with a teapot?`"""
MOST = 24
"""Products of a kind whose titles are looked at."""
_OPEN = ("find", "recommend", "ask", "describe", "out_of_scope")
_ACTS: Mapping[Relation, str] = {"similar": "similar", "goes_with": "goes_with", "replacement": "instead"}
_SINGLE = re.compile(r"\b(?:it|this|that|one)\b|[这那](?:个|款|件|条|双|只|把|台|盏|张|支|种|顶)|它")


class Advice:
    def __init__(self, catalogue: Catalogue, referring: Referring, searching: Searching) -> None:
        self._catalogue, self._referring, self._searching = catalogue, referring, searching

    def refused(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`not my style`, `I don't like the grey one`, 不喜欢这款: the search goes on without these. None for a mere limit: `not linen`."""
        if not acts.does("refused", said.text) or is_sure(plain, "ask") or is_sure(plain, "handoff"):
            return None
        ids = self._disliked(said, history)
        if not ids:
            return None
        kept = replace(history, about="") if history.frame in ("describe", "compare") and history.shown else history
        made = self._searching.on(plain, kept, locale, self._where(ids, history), ("other",), said=said.text)
        route = Route("recommend", max(0.9, made.route.confidence))
        return replace(made, route=route, leave_out=ids, refused=ids)

    def _where(self, ids: Sequence[str], history: Conversation) -> Where:
        """The limits of the search; where there was none, what stands in the same category."""
        if history.query or history.where != Where():
            return history.where
        product = self._catalogue.get(ids[0])
        return Where(categories=frozenset([product.category])) if product and product.category else Where()

    def _disliked(self, said: Said, history: Conversation) -> tuple[str, ...]:
        if places_in(said.text):
            return self._referring.pointing.pointed(said.text, history).ids
        if phrase_of(said.text):
            having = (*said.where.having, *said.where.without)
            colours = replace(said.where, having=having, without=(), sort=None)
            passing = self._referring.passing(history.shown, colours) if colours != Where() else ()
            if passing and len(passing) < len(history.shown):
                return tuple(passing)
            if (found := self._referring.described(said, history)).ids:
                return found.ids
        named = [i for i in said.named if i in (*history.shown, *history.spoken)]
        if named:
            return tuple(named)
        if said.where.having or said.where.without or (said.called and not _SINGLE.search(said.text)):
            return ()
        if history.about and (_SINGLE.search(said.text) or history.frame == "describe"):
            return (history.about,)
        return history.shown or ((history.about,) if history.about else ())

    def beside(self, made: Understood, said: Said, history: Conversation) -> Understood:
        """The wish with what is asked beside products: `similar`, `goes_with` or `replacement`."""
        relation = relation_of(said.text)
        if relation == "goes_with" or (
            relation and said.named
        ):  # `what else goes with it?` asks for no more of the same
            made = replace(made, acts=tuple(act for act in made.acts if act not in ("more", "other")), leave_out=())
        if (
            relation is None
            or set(made.acts) & {"choose", "other", "more", "drop", "limit"}
            or is_sure(made, "compare")
        ):
            return made
        if (relation != "goes_with" and is_sure(made, "ask")) or made.route.intent in ("order", "handoff"):
            return made
        ids = made.products or self._anchors(said, history, relation)
        if not ids and made.route.intent in _OPEN and not interests(acts.without(_ACTS[relation], said.text)):
            route = Route("recommend", max(0.9, made.route.confidence))  # `anything like it?` of nothing that was said
            return replace(made, route=route, relation=relation, query="", kin=(), acts=())
        named = said.named or made.products or self._titled(said)
        advises = made.route.intent == "recommend" or relation == "goes_with" or bool(named)
        if not ids or not advises:
            return made
        route = Route("recommend", max(0.9, made.route.confidence if made.route.intent == "recommend" else 0.0))
        where = made.where if made.route.intent == "recommend" else said.where
        return replace(made, route=route, products=tuple(ids), relation=relation, where=_without_sort(where), kin=())

    def _titled(self, said: Said) -> tuple[str, ...]:
        """The one of the kind that is named whose title has most of the words: `like the Hush headphones`."""
        wanted = _words(said.text)
        shared = {
            i: max((len(wanted & _words(form.title)) for form in self._catalogue.forms(i)), default=0)
            for i in said.called[:MOST]
        }
        most = max(shared.values(), default=0)
        best = [i for i, count in shared.items() if count == most]
        return (best[0],) if most > 1 and len(best) == 1 else ()

    def _anchors(self, said: Said, history: Conversation, relation: Relation) -> tuple[str, ...]:
        if said.named:
            return tuple(said.named[:FEW])
        if said.called and relation == "goes_with":
            shown = [i for i in said.called if i in history.shown or i == history.about]
            return tuple((shown or self._catalogue.among(said.called, Where(in_stock=True)))[:FEW])
        if (titled := self._titled(said)) and not _SINGLE.search(said.text):
            return titled
        return tuple(i for i in (history.about or next(iter(history.shown), ""),) if i)


def _words(text: str) -> set[str]:
    return set(words_of.topic_words(text))


def _without_sort(where: Where) -> Where:
    return replace(where, sort=None, in_stock=None)
