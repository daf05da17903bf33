"""What a clause wants, where its own words settle it against an unsure route: a price asked, `do you have`, a question to the shop."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.dialogue import acts
from bot.dialogue.pointing import phrase_of, places_in
from bot.dialogue.reading import Said
from bot.dialogue.relations import asks_instead
from bot.intent.attributes import PRICE, STOCK
from bot.intent.interests import is_gift, says_liking
from bot.types import Act, Route
from retrieval import text as words_of
from retrieval.types import Where

SURE = 0.6
"""Confidence from which a route is what a clause wants, whatever it points at."""
FIXED = 0.95
"""Confidence of a person wished or of nonsense that a question to the shop doesn't overrule."""
CERTAIN = 0.9
"""Confidence that no other word overrules."""
_RARE = ("greet", "thank", "bye", "order", "handoff", "compare")
"""What is only wanted where it is plainly said."""
_SMALL_TALK = ("greet", "thank", "bye")
_MOVES: Sequence[Act] = ("cheaper", "dearer", "more", "other", "back")
_PLAINLY = 0.5
OFFERED = 0.7
"""Confidence of a person wished with which one is offered, not called: who isn't understood may want one."""
_OWN = re.compile(
    r"\b(?:my|the) (?:order|parcel|package|delivery)\b|\b(?:i|we)(?:'ve| have)? (?:just )?(?:ordered|bought|paid|placed)\b|#?\d{4,}|我的|订单|单号|快递(?:到|在)|我(?:买|下|订)的|刚(?:买|下|订)"
)
"""An order that was placed is spoken of, not what would happen to one."""
_ASKS_ADVICE = re.compile(r"\b(?:recommend|suggest)\b|推荐")
_NAME = 3
"""Topic words of a bare name."""
_USUAL = ("describe", "ask", "find", "recommend")


def settled(route: Route, said: Said) -> Route:
    """The route, or a better founded one: what the first rule says that has anything to say."""
    return next((better for rule in _RULES if (better := rule(route, said)) is not None), route)


def _lost(route: Route, said: Said) -> Route | None:
    """Who isn't understood may want a person."""
    is_offered = route.intent != "handoff" or route.confidence < OFFERED
    if acts.does("lost", said.text) and not _wishes(said) and is_offered:
        return Route("handoff", OFFERED, ((route.intent, route.confidence), *route.others))
    return None


def _advice(route: Route, said: Said) -> Route | None:
    if acts.does("advise", said.text) and route.intent not in ("handoff", "recommend") and not said.named:
        return _as("recommend", route, CERTAIN)
    if asks_instead(said.text) and route.intent in ("order", "out_of_scope", "ask", "find"):
        return _as("recommend", route, CERTAIN)
    if _ASKS_ADVICE.search(said.text) and route.intent == "find" and len(said.named) != 1:
        return _as("recommend", route)
    is_for_someone = is_gift(said.text) and route.intent in ("find", "ask", "out_of_scope")
    if is_for_someone and (_is_open(route, said) or says_liking(said.text)):
        return _as("recommend", route)
    return None


def _haggling(route: Route, said: Said) -> Route | None:
    if acts.does("haggle", said.text) and route.intent not in ("handoff", "order"):
        return _as("ask", route, CERTAIN)
    return None


def _small_talk(route: Route, said: Said) -> Route | None:
    """`cheaper please` is no greeting, and neither is one that names or limits something."""
    if route.intent not in _SMALL_TALK:
        return None
    if any(acts.does(act, said.text) for act in _MOVES):
        return _as("find", route)
    return _usual(route) if route.confidence < CERTAIN and _wishes(said) else None


def _comparing(route: Route, said: Said) -> Route | None:
    """A comparison is one where the words say so."""
    if route.confidence >= CERTAIN:
        return None
    if acts.does("compare", said.text) and route.intent in _USUAL:
        return _as("compare", route)
    if route.intent == "compare" and not any(acts.does(act, said.text) for act in ("compare", "which", "both")):
        return _usual(route)
    return None


def _to_the_shop(route: Route, said: Said) -> Route | None:
    """A question to the shop is neither nonsense nor a call for a person."""
    if route.intent in ("handoff", "out_of_scope") and route.confidence < FIXED and acts.does("shop", said.text):
        return _as("ask", route, CERTAIN)
    return None


def _surely_asked(route: Route, said: Said) -> Route | None:
    return route if route.intent == "ask" and route.confidence >= SURE and acts.does("shop", said.text) else None


def _of_a_thing(route: Route, said: Said) -> Route | None:
    """The price or stock of something, or whether there is such a thing."""
    priced = said.where.sort is None and PRICE.search(said.text)  # `the most expensive` asks for no price
    asks = priced or (STOCK.search(said.text) and said.where.in_stock is None)
    if asks and (said.called or said.named):
        return _as("describe", route)
    if said.is_kind and acts.does("offer", said.text):
        return _as("find", route)
    if len(said.named) == 1 and acts.does("offer", said.text) and route.intent in ("ask", "out_of_scope"):
        return _as("find", route)
    return None


def _certain(route: Route, said: Said) -> Route | None:
    return route if route.confidence >= CERTAIN and route.intent not in ("find", "describe", "recommend") else None


def _offered(route: Route, said: Said) -> Route | None:
    """`do you have kettles`, and the name of a thing alone; but advice that is surely wished is given."""
    if route.intent == "recommend" and route.confidence >= SURE:
        return None
    is_asked_for = said.called and len(said.named) != 1 and acts.does("offer", said.text)
    return _as("find", route) if is_asked_for or _is_name(said) else None


def _order(route: Route, said: Said) -> Route | None:
    """What would happen to any order is asked of the shop."""
    if route.intent != "order":
        return None
    if route.confidence < CERTAIN and acts.does("shop", said.text) and not _OWN.search(said.text):
        return _as("ask", route, CERTAIN)
    return route if route.confidence >= SURE else None


def _unsure(route: Route, said: Said) -> Route | None:
    least = SURE if route.intent == "find" and _wishes(said) else CERTAIN
    if acts.does("shop", said.text) and route.confidence < least:
        return _as("ask", route, CERTAIN)
    is_rare = route.intent in _RARE or route.intent.startswith("shop:")
    return _usual(route) if is_rare and route.confidence < _PLAINLY else None


_RULES: Sequence[Callable[[Route, Said], Route | None]] = (
    _lost, _advice, _haggling, _small_talk, _to_the_shop, _comparing, _surely_asked, _of_a_thing, _certain, _offered, _order,
    _unsure,
)  # fmt: skip
"""In this order: a rule that has nothing to say leaves the clause to the next."""


def _is_open(route: Route, said: Said) -> bool:
    """Whether nothing certain is asked: no thing by its name, no rule of the shop."""
    return route.confidence < CERTAIN and not (said.called or said.named or acts.does("shop", said.text))


def _wishes(said: Said) -> bool:
    """Whether something is limited, named or pointed at: more than a greeting does."""
    return said.where != Where() or bool(said.called or said.named or places_in(said.text) or phrase_of(said.text))


def _is_name(said: Said) -> bool:
    """The name of a thing and nothing else: `desk lamp`. An id is a product of its own."""
    if not (said.called or said.named) or any(i.casefold() in said.text for i in said.named):
        return False
    return (
        len(words_of.topic_words(said.text)) <= _NAME
        and not acts.does("asking", said.text)
        and not acts.does("refuse", said.text)
    )


def _as(intent: str, route: Route, least: float = 0.8) -> Route:
    others = tuple(other for other in ((route.intent, route.confidence), *route.others) if other[0] != intent)
    return Route(intent, max(least, route.confidence if route.intent == intent else 0.0), others)


def _usual(route: Route) -> Route:
    """The likeliest of what is commonly wanted, in the place of what is rarely meant by so little."""
    others = [other for other in route.others if other[0] in _USUAL]
    if not others:
        return Route("ask", 0.3, ((route.intent, route.confidence), *route.others))
    best = max(others, key=lambda other: other[1])
    rest = tuple(other for other in ((route.intent, route.confidence), *route.others) if other != best)
    return Route(best[0], min(best[1], SURE - 0.01), rest)
