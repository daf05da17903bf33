"""Whether a message is the yes that a prepared deed waits for. Decided here, never by a model; what is doubtful is no yes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.dialogue import acts
from retrieval import text as words_of

_CUT = re.compile(r"[,，.。!！;；~～…:：]+\s*|\s+-+\s+|\s+(?=(?:but|and|if|only|actually|wait|though|unless)\b)")
_FULL_STOP = re.compile(r"[.。!！;；]")


@dataclass(frozen=True, slots=True)
class Consent:
    """`but`: a yes with more to it, which is served before the customer is asked again. `rest` is what stands behind the yes."""

    said: Literal["yes", "but", "no", ""]
    rest: str = ""


def read(message: str) -> Consent:
    """A yes is one that stands alone, or is a sentence of its own and isn't taken back in the same message."""
    text = words_of.normalise(message).strip()
    if acts.does("no", text):
        return Consent("no")
    if acts.does("yes", text):
        return Consent("yes")
    for cut in reversed(list(_CUT.finditer(text))):
        rest = text[cut.end() :].strip()
        if rest and acts.does("yes", text[: cut.start()]):
            return _with(rest, stands_alone=bool(_FULL_STOP.search(cut.group())))
    return Consent("")


def after_all(message: str) -> bool:
    """Whether a no is taken back: `actually, yes`, 还是转吧."""
    return acts.does("after_all", words_of.normalise(message).strip())


def _with(rest: str, *, stands_alone: bool) -> Consent:
    if acts.does("take_back", rest) or acts.does("no", rest) or acts.does("cancel", rest):
        return Consent("no")
    plain = acts.without("condition", rest)
    return Consent("yes" if stands_alone and plain == rest else "but", plain)
