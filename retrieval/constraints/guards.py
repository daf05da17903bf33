"""When a message, or a part of it, limits nothing: it asks of one certain thing, or of the shop's service."""

from __future__ import annotations

import re
from functools import cache

from retrieval.constraints.numbers import MARK
from retrieval.constraints.tables import table

_CLAUSE = re.compile(r"[,.;!?，。；！？](?!\d)")
_CORRECTED = re.compile(
    r"\b(?:no|actually|sorry|i mean|make it|rather|wait|or say|say|instead)\b[^,.;!?]*$|(?:不对|算了|改成|还是|不，|应该是|说错了)[^，。；！？]*$"
)


_SEVERAL = re.compile(r"\b(?:need|want|looking for)\b.*\bones\b")
"""Who needs some ones asks of no certain thing."""
_ASIDE = re.compile(
    r"(?:^|(?<=[,.;!?，。；！？ ]))(?:这|那|它)[^,.;!?，。；！？]{1,14}[吗么嘛]\?*(?=[,.;!?，。；！？ ]+\S)"
)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in table("guards")[name]), re.ASCII)


def is_about_one_thing(said: str) -> bool:
    """`is the Night Ferry in stock?`, `这个防水吗`: a question about one certain thing."""
    return bool(_pattern("certain").search(said))


def without_asides(said: str) -> str:
    """The text, as long as it is, without what it asks of a certain thing before it goes on: `这款是纯棉的吗，有没有便宜的`."""
    return _ASIDE.sub(lambda match: " " * len(match.group()), said)


def asks_of_a_thing(said: str) -> bool:
    """Whether a message asks what is asked of a certain thing: `还有货吗`, `how much is`. A name in it is then no limit."""
    return bool(_pattern("asks_of_a_thing").search(said)) and not _SEVERAL.search(said)


def is_about_the_shop(said: str, start: int, end: int) -> bool:
    """Whether the message is about something bought, or the clause around a number about delivery, a code: `free shipping over 50`."""
    if _pattern("about_an_order").search(said):
        return True
    left = max((match.end() for match in _CLAUSE.finditer(said, 0, start)), default=0)
    right = next((match.start() for match in _CLAUSE.finditer(said, end)), len(said))
    clause = f"{said[left:start]}{chr(MARK)}{said[end:right]}"
    return bool(_pattern("about_the_shop").search(clause))


def corrects(said: str, start: int) -> bool:
    """Whether a limit takes back an earlier one: `under 50, no, make it 60`."""
    return bool(_CORRECTED.search(said[:start]))
