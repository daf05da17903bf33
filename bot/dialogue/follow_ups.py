"""A clause that goes on with what was said before: the ways in which one can, tried in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogue import acts, limits, rewriting
from bot.dialogue.advice import Advice
from bot.dialogue.choosing import Choosing
from bot.dialogue.meant import Meant
from bot.dialogue.pointing import described_words
from bot.dialogue.reading import Said
from bot.dialogue.referring import Referring
from bot.dialogue.searching import Searching
from bot.dialogue.spoken import is_sure
from bot.dialogue.state import restored
from bot.dialogue.unsaid import Unsaid
from bot.dialogue.wanting import SURE
from bot.intent.attributes import FORMER
from bot.intent.kinds import PURPOSE, Kinds
from bot.intent.names import Names
from bot.types import Act, Conversation, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.types import Where

_NEEDNT = re.compile(
    r"\b(?:need ?n['o]?t|need not|does ?n['o]?t (?:have|need) to|do ?n['o]?t (?:have|need) to|not necessarily|no need (?:for|to be)|don't insist on)(?: be| have)?(?: an?| the)? ([\w -]{2,20}?)(?=$|[.,;!?]| either)"
    r"|不(?:一定|必|用非?得?|是非得?)(?:要|是|得)?([\u4e00-\u9fff]{1,6}?)(?:的)?(?:也行|也可以|也成|都行)?(?=$|[,，。;；!！?？])|([\u4e00-\u9fff]{1,5}?)(?:不用|不要|没有)也(?:行|可以|成|好)|不(?:是)?([\u4e00-\u9fff]{1,5}?)(?:的)?也(?:行|可以|成|好)"
)
_EITHER = re.compile(r"(?:也(?:行|可以|成|好)(?:吧|啊|的|呀)?|\btoo)[.!。！]*(?=$|[,，])")
"""What was refused, or was not asked for, will do as well."""
_Way = Callable[[Understood, Said, Conversation, Locale], Understood | None]


class FollowUps:
    def __init__(self, catalogue: Catalogue, kinds: Kinds, names: Names, say: Callable[[str], Said]) -> None:
        referring = self._referring = Referring(catalogue, kinds, names, say)
        choosing = Choosing(referring, say)
        self._say, self._pointing = say, referring.pointing
        self._meant, self._unsaid = Meant(catalogue, referring), Unsaid(catalogue, referring)
        self._searching = Searching(catalogue, kinds)
        self.advice = Advice(catalogue, referring, self._searching)
        self._ways: Sequence[_Way] = (
            self.advice.refused, self._dropped, self._back, self._corrected, choosing.outstanding, choosing.compared, choosing.which_has, choosing.advised, self._meant.pointed, self._meant.described, self._meant.similar,
            self._relative, self._more, self._swapped, self._meant.mentioned, self._unsaid.form, self._limited, self._unsaid.elliptic, self._unsaid.spoken_of,
        )  # fmt: skip

    def read(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """What the clause means after what was said; None where it stands alone."""
        if not (history.shown or history.about or history.asked or history.past):
            return None
        return next((found for way in self._ways if (found := way(plain, said, history, locale))), None)

    def ambiguous(self, said: Said, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of the products that the words tell apart from no other."""
        return self._referring.ambiguous(said, ids)

    def _dropped(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`forget the colour`: the same search without it, with what else is said now."""
        if (lifted := self._lifted(said, history)) is not None:
            where, query, rest = lifted
            again = replace(history, where=where, query=query)
            made = self._relative(plain, rest, again, locale) or self._searching.on(
                plain, again, locale, limits.add(where, rest.where), ("drop",), said=said.text
            )
            return replace(made, query=query)
        names = acts.dropped(said.text)
        if not names or not (history.query or history.where != Where() or history.shown):
            return None
        rest = self._say(acts.without_drops(said.text))
        where = limits.add(limits.drop(history.where, names), rest.where)
        return self._searching.on(plain, history, locale, where, ("drop",), said=said.text)

    def _lifted(self, said: Said, history: Conversation) -> tuple[Where, str, Said] | None:
        """`needn't be linen`, 不一定要亚麻: the limits and the query without it, and what else is said."""
        match = _NEEDNT.search(said.text)
        if match is None or not (history.query or history.where != Where()):
            return None
        value = next(group for group in match.groups() if group)
        names = limits.stated_in(self._say(value).where)
        where = limits.drop(history.where, names) if names else history.where
        query = rewriting.without_words(history.query, set(words_of.words(value))) or history.query
        return where, query, self._say(_NEEDNT.sub(" ", said.text))

    def _back(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`back to the kettles`: an earlier subject is the present one again."""
        if not acts.does("back", said.text):
            return None
        rest = self._say(acts.without("back", said.text))
        asks = plain.route.intent == "describe" or acts.does("asking", rest.text)
        if asks and (before := self._meant.spoken_before(rest, history)) and before != history.about:
            of_it = replace(plain, route=Route("describe", SURE)) if plain.route.intent != "ask" else plain
            return replace(self._meant.of(of_it, rest, history, locale, (before,)), acts=("back", "point"))
        earlier = self._searching.earlier(rest, history)
        if asks and len(rest.named) == 1 and (earlier is None or rest.named[0] not in (*earlier.shown, earlier.about)):
            return replace(self._meant.same(plain, rest, history, locale, tuple(rest.named)), acts=("back",))
        if earlier is None:
            return self._meant.pointed(plain, rest, history, locale) or self._meant.described(
                plain, rest, history, locale
            )
        history = restored(history, earlier)
        pointed = self._asked_of(plain, rest, history, locale, earlier.about)
        if pointed is not None:
            return replace(pointed, acts=("back", *pointed.acts))
        where = limits.add(earlier.where, rest.where)
        return self._searching.on(plain, history, locale, where, ("back",), said=rest.text)

    def _asked_of(
        self, plain: Understood, rest: Said, history: Conversation, locale: Locale, about: str
    ) -> Understood | None:
        """A question within `back to …`: of the product that was spoken of then (刚才那个茶壶有货吗), or pointed at now."""
        pointed = self._pointing.pointed(rest.text, history)
        if not pointed.ids:
            pointed = self._meant.among_shown(rest, history)
        if pointed.ids and (pointed.by != "property" or (pointed.plainly and about not in pointed.ids)):
            return self._meant.of(plain, rest, history, locale, pointed.ids)
        if about and (acts.does("pronoun", rest.text) or plain.route.intent == "describe"):
            return self._meant.of(plain, rest, history, locale, (about,))
        if pointed.ids:
            return self._meant.of(plain, rest, history, locale, pointed.ids)
        return None

    def _corrected(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`no, I meant the kettle`: the question before, of something else; or another way to go on."""
        if not acts.does("correct", said.text):
            return None
        rest = self._say(acts.without("correct", said.text))
        if not words_of.content_words(rest.text) and not rest.named:
            return None
        for way in (self._meant.pointed, self._meant.described):
            if (pointed := way(plain, rest, history, locale)) is not None:
                return replace(pointed, acts=("correct", *pointed.acts))
        if rest.named and history.frame in ("describe", "compare"):
            return replace(self._meant.same(plain, rest, history, locale, tuple(rest.named)), acts=("correct",))
        ways = (
            self._more,
            self._swapped,
            self._meant.mentioned,
            self._unsaid.form,
            self._limited,
            self._unsaid.elliptic,
        )
        found = next((found for way in ways if (found := way(plain, rest, history, locale))), None)
        if found is not None:
            return replace(found, acts=("correct", *found.acts))
        return self._anew(plain, rest, history, locale)

    def _anew(self, plain: Understood, rest: Said, history: Conversation, locale: Locale) -> Understood:
        """A correction that names something new: looked for, or described where it is one product."""
        ids = tuple(rest.named) or (tuple(rest.called) if len(rest.called) == 1 else ())
        intent = "describe" if ids else "find"
        route = plain.route if plain.route.intent not in ("out_of_scope", "ask") else Route(intent, SURE)
        return replace(plain, text=rest.text, where=rest.where, query=rest.query, products=ids, route=route, acts=())

    def _relative(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`cheaper`, 再便宜点的: below what is spoken of, else below all that was shown."""
        act: Act | None = next((act for act in ("cheaper", "dearer") if acts.does(act, said.text)), None)
        if (
            act is None
            or not (history.shown or history.about)
            or self._wishes_new(said, history, act)
            or is_sure(plain, "ask")
            or FORMER.search(said.text)
        ):
            return None
        return self._searching.relative(plain, said, history, locale, act)

    def _more(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`show more`, `something else`: the same search without what was shown."""
        act: Act | None = next((act for act in ("other", "more") if acts.does(act, said.text)), None)
        if act is None or not history.seen or self._wishes_new(said, history, act) or is_sure(plain, "ask"):
            return None
        if history.intent not in ("find", "recommend", "describe", "compare"):
            return None
        rest = self._say(acts.without(act, said.text))
        if act == "other" and words_of.content_words(rest.text) and rest.where == Where():
            pointed = self._pointing.by_property(rest.text, history.shown)
            if pointed.ids:
                return self._meant.of(plain, rest, history, locale, pointed.ids)
        where = limits.add(history.where, replace(rest.where, sort=rest.where.sort))
        left_out = history.seen if act == "more" or not history.about else (*history.seen, history.about)
        made = self._searching.on(plain, history, locale, where, (act,), said=said.text)
        return replace(made, leave_out=tuple(dict.fromkeys(left_out)))

    def _swapped(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`and light?` where a dark roast was looked for: another value of an attribute that is limited already."""
        goes_on = acts.does("same", said.text) or acts.does("instead", said.text)
        new = acts.without("instead", rewriting.bare(said.text))
        if not goes_on or said.where.having or not history.where.having or len(described_words(new)) > 2:
            return None
        for choice in history.where.having:
            read = self._say(f"{new} {choice.name}").where
            if any(other.name == choice.name and other != choice for other in read.having):
                where = limits.add(history.where, Where(having=read.having))
                return self._searching.on(plain, history, locale, where, ("limit",), said=said.text)
        return None

    def _limited(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """A limit alone (`in black`, 要现货, `not linen`) goes on with the search before it."""
        if said.where == Where() or self._wishes_new(said, history, None) or PURPOSE.search(said.text):
            return None
        if is_sure(plain, "ask") and acts.does("haggle", said.text):
            return None
        if history.frame == "describe" and acts.does("same", said.text) and self._unsaid.other_shown(said, history):
            return None
        if acts.does("same", said.text) and (other := self._only_other(said, history)):
            return self._meant.same(plain, said, history, locale, other, beside=True)
        of_it = history.frame == "describe" or acts.does("pronoun", said.text) or is_sure(plain, "describe")
        of_it = of_it or self._unsaid.asked_of_it(said, history)
        of_it = of_it and not acts.does("instead", said.text)
        if of_it and history.about and self._asks_of_it(said, history):
            return self._meant.of(plain, said, history, locale, (history.about,))
        if not (history.query or history.shown or history.where != Where()):
            return None
        either = said.text.startswith(("or ", "或", "或者")) or bool(_EITHER.search(said.text))
        where = (limits.either if either else limits.add)(history.where, said.where)
        return self._searching.on(plain, history, locale, where, ("limit",), said=said.text)

    def _only_other(self, said: Said, history: Conversation) -> tuple[str, ...]:
        """`and the wool?`: the only one of the list that is so, where the one spoken of isn't."""
        if history.frame != "describe" or history.about not in history.shown or said.text.startswith("or "):
            return ()
        passing = self._referring.passing(history.shown, replace(said.where, sort=None))
        return passing if len(passing) == 1 and history.about not in passing else ()

    def _asks_of_it(self, said: Said, history: Conversation) -> bool:
        """Whether a limit is a question of the product spoken of: `do you have it in XL?`, `and in black?`"""
        where = replace(said.where, having=(), in_stock=None, measures=(), quantity=None)
        return where == Where() and not said.where.without and acts.does("asking", said.text)

    def _wishes_new(self, said: Said, history: Conversation, act: Act | None) -> bool:
        """Whether the clause names something else to look for, beside its limits and what it does."""
        if said.is_kind and self._meant.outside(said, history):
            return True
        if act in ("cheaper", "dearer"):
            return self._meant.outside(said, history)
        rest = acts.without(act, said.text) if act else said.query
        query = self._say(rest).query if act else rest
        old = set(words_of.words(history.query)) | {
            word for i in (*history.shown, history.about) for word in self._meant.words(i)
        }
        new = [word for word in described_words(query) if word not in old]
        if not new:
            return False
        return self._meant.outside(said, history) or len(new) > 1
