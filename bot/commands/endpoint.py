"""A language model asked one thing after the other, outside of any conversation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

from bot.errors import NoWords
from bot.settings import Settings
from bot.types import Deadline, Spent

FIRST_S, WHOLE_S, GAP_S = 30.0, 120.0, 20.0
"""Nobody waits in a chat: seconds to the first word, to the last, and between two pieces."""


def asking(settings: Settings) -> Callable[[str, str], str]:
    """(rules, question) -> the whole answer. It raises NoWords where there is none, or one that was cut off."""
    answer = paying(settings)
    return lambda rules, question: answer(rules, question)[0]


def paying(settings: Settings) -> Callable[[str, str], tuple[str, Spent]]:
    """As `asking`, with what the answer cost."""
    from bot.wiring import lines_of
    from bot.writing.chat import ask, spent_for, tokens_of, told

    lines = lines_of(settings.model_copy(update={"llm_turn_s": WHOLE_S}))
    runner = asyncio.Runner()

    async def answer(rules: str, question: str) -> tuple[str, Spent]:
        now = time.monotonic()
        by = Deadline(now + FIRST_S, now + WHOLE_S, GAP_S)
        messages = told(rules, question)
        said, finish, spent = "", "", Spent()
        async with aclosing(lines.stream(partial(ask, messages=messages), by)) as chunks:
            async for chunk in chunks:
                said, finish = said + chunk.text, chunk.finish or finish
                spent = spent_for(chunk, tokens_of(messages), len(said.encode()))
        if finish != "stop" or not said.strip():
            raise NoWords(finish or "empty", "the answer is empty or was cut off")
        return said, spent

    return lambda rules, question: runner.run(answer(rules, question))
