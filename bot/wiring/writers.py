"""Who words the replies: the template alone, or a language model at the endpoints that are set up."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from bot.errors import BadSetting
from bot.logs import logger
from bot.seams import Writer
from bot.settings import Settings
from bot.stores.conversations import SqlConversations
from bot.writing.breaker import Breaker
from bot.writing.budget import Budget
from bot.writing.ceiling import Ceiling
from bot.writing.guard import Guard
from bot.writing.lines import Line, Lines, Price
from bot.writing.prompts import load_prompts
from bot.writing.template import TemplateWriter
from bot.writing.voice import Voice
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop


def check_writer(settings: Settings) -> None:
    """Raises BadSetting where the writer's library isn't there."""
    if settings.writer != "template" and find_spec("langchain_openai") is None:
        raise BadSetting("SHOPCLERK_WRITER", settings.writer, "it needs an extra: pip install 'shopclerk[llm]'.")


def voice_of(
    settings: Settings, shop: Shop, wordings: Wordings, lines: Lines, conversations: SqlConversations, words: Path | None = None
) -> Voice:  # fmt: skip
    """`words` is the folder of prompts where it isn't the shop's."""
    writer = writer_of(settings, shop, wordings, lines, conversations, words)
    prompts = load_prompts(words or shop.folder).values() if settings.writer != "template" else ()
    guard = Guard(shop, wordings, [prompt.text for prompt in prompts])
    return Voice(shop, wordings, writer, budget=Budget(settings.llm_turn_s, settings.llm_first_s), guard=guard)


def writer_of(
    settings: Settings, shop: Shop, wordings: Wordings, lines: Lines, conversations: SqlConversations, words: Path | None = None
) -> Writer | None:  # fmt: skip
    """Who words the replies; None is the template, which the voice has anyway."""
    match settings.writer:
        case "template":
            return None
        case "chat" | "agent":
            from bot.writing.chat import ChatWriter

            ceiling = Ceiling(
                conversations.spent_on, shop.timezone, cost=settings.llm_daily_cost, tokens=settings.llm_daily_tokens
            )
            prompts = load_prompts(words or shop.folder)
            if settings.writer == "chat":
                return ChatWriter(shop, prompts["reply"], TemplateWriter(wordings), lines, ceiling)
            from bot.writing.agent import AgentWriter

            return AgentWriter(shop, prompts["agent"], wordings, lines, ceiling)


def lines_of(settings: Settings, breaker: Callable[[], Breaker] = lambda: Breaker(time.monotonic)) -> Lines:
    """The endpoints that are set up; each with a breaker of its own, which all turns of this process share."""
    if settings.writer == "template":
        return Lines(())
    from bot.writing.chat import open_line

    logger()  # loaded now, not while a customer waits for an endpoint that has just failed

    def line(name: str, url: str, model: str, key: SecretStr | None, price: Price) -> Line:
        return open_line(name, url, model, key, price, breaker(), timeout_s=settings.llm_turn_s)

    given = settings
    first = line(
        "first", given.llm_base_url, given.llm_model, given.llm_api_key, Price(given.llm_price_in, given.llm_price_out)
    )
    if not given.llm_fallback_base_url:
        return Lines((first,))
    price = Price(given.llm_fallback_price_in, given.llm_fallback_price_out)
    second = line("fallback", given.llm_fallback_base_url, given.llm_fallback_model, given.llm_fallback_api_key, price)
    return Lines((first, second))


async def close_lines(lines: Lines) -> None:
    if lines.all:
        from bot.writing.chat import close_line

        for line in lines.all:
            await close_line(line)
