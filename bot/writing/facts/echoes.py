"""`So is the tag`, `the blocks are too`, `the lid isn't`: what was said of one product, said of another in few words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BE = r"(?:is|are|was|were|does|do|did|has|have|can|will|would|may|should|must|comes?|goes)"
_WHO = r"(?P<who{0}>(?:the|our|its|an?) [a-z0-9][a-z0-9' -]{{1,44}}?|[a-z0-9][a-z0-9'-]{{2,20}}(?: [a-z0-9-]+)?)"
_END = r"(?=\s*(?:[,.;:!)?]|$|\band\b|\bbut\b|\bthough\b))"
_ECHO = re.compile(
    rf"\b(?:so|as) {_BE} {_WHO.format(1)}{_END}"
    rf"|(?:^|[,;.:–—(]|\band\b|\bbut\b)\s*{_WHO.format(2)} {_BE},? (?:too|as well|also|likewise){_END}"
    rf"|\b(?:the )?same (?:goes|is true|holds|applies|with|for|counts)(?: for| of| to)? {_WHO.format(3)}{_END}"
    rf"|\b(?P<neither>neither|nor) {_BE} {_WHO.format(4)}{_END}"
    rf"|(?:^|[,;.:–—(]|\band\b|\bbut\b)\s*{_WHO.format(5)} (?P<not>(?:is|are|was|were|does|do|did|has|have|can|wo|would)n['’]t|cannot|can['’]t|won['’]t){_END}"
)
_HINT = re.compile(r"\b(?:so|as|too|well|also|likewise|same|neither|nor)\b|n['’]t\b|cannot")
_VERB = re.compile(
    r"(?:\b(?:is|are|was|were|has|have|had|comes?|costs?|weighs?|holds?|fits?|works?|runs?|keeps?|does|do|can|may|should|must|cannot|goes|go|needs?|takes?|makes?|uses?|stays?|lasts?|measures?|suits?|stands?|contains?|includes?|(?:is|are|was|were|do|does|has|have|ca|wo|would)n['’]t)\b|(?<=[a-z])'(?:s|re)\b)"
)
_NOTS = re.compile(r"\b(?:not|no|never|cannot|neither)\b|n['’]t\b")


@dataclass(frozen=True, slots=True)
class Echo:
    """Which words name the other product, where they stand, and what is said of it in full."""

    who: str
    start: int
    end: int
    said: str


def echo(lower: str, before: str) -> Echo | None:
    """What a sentence says again of another product; `before` is the sentence before, which a short one goes back to."""
    if not _HINT.search(lower):
        return None
    match = _ECHO.search(lower)
    if match is None:
        return None
    who = next((match[f"who{place}"] for place in range(1, 6) if match[f"who{place}"]), "")
    whole = lower[: match.start()].rstrip(" ,;:–—") or before
    said = _predicate(whole)
    if not said:
        return None
    denied = bool(_NOTS.search(said))
    if match["not"]:
        if denied or re.search(r"\d", said):
            return None
        said = f"not {said}"
    elif match["neither"] and not denied:
        return None
    return Echo(who, match.start(), match.end(), said)


def _predicate(whole: str) -> str:
    """What the last statement of a text says, without what it is said of."""
    statement = re.split(r"[;.!?](?=\s|$)", whole.rstrip(" .!;"))[-1]
    verb = _VERB.search(statement)
    if verb is None or statement[verb.end() : verb.end() + 1] != " ":
        return ""
    return re.split(r",(?!\d)", statement[verb.start() :])[0].strip()
