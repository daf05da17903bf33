"""A language model asked one thing after the other, outside of any conversation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

from bot.errors import NoWords
from bot.settings import Settings
from bot.types import Deadline

FIRST_S, WHOLE_S, GAP_S = 30.0, 120.0, 20.0
"""Nobody waits in a chat: seconds to the first word, to the last, and between two pieces."""


def asking(settings: Settings) -> Callable[[str, str], str]:
    """(rules, question) -> the whole answer. It raises NoWords where there is none, or one that was cut off."""
    from bot.wiring import lines_of
    from bot.writing.chat import ask, told

    lines = lines_of(settings.model_copy(update={"llm_turn_s": WHOLE_S}))
    runner = asyncio.Runner()

    async def answer(rules: str, question: str) -> str:
        now = time.monotonic()
        by = Deadline(now + FIRST_S, now + WHOLE_S, GAP_S)
        said, finish = "", ""
        async with aclosing(lines.stream(partial(ask, messages=told(rules, question)), by)) as chunks:
            async for chunk in chunks:
                said, finish = said + chunk.text, chunk.finish or finish
        if finish != "stop" or not said.strip():
            raise NoWords(finish or "empty", "the answer is empty or was cut off")
        return said

    return lambda rules, question: runner.run(answer(rules, question))
