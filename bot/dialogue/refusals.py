"""Whether a customer refuses what was shown: `not my style`, 不喜欢这个. Which products are meant is told by who has the conversation."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_LONGEST = 400
"""Characters that are looked at: a longer text tells more than a refusal."""


def is_refusal(text: str) -> bool:
    """Not where it is asked what would be if: `can I return it if I don't like it?`."""
    words, but = _patterns()
    said = text[:_LONGEST].casefold().replace("’", "'")
    return bool(words.search(said)) and not but.search(said)


@lru_cache(1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return re.compile("|".join(told["words"])), re.compile("|".join(told["but"]))
