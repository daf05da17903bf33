"""What a colleague reads when a customer comes to the desk: who it is, what was asked and answered, and why they are here. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.asides import brings_more
from bot.people.case import Case
from bot.types import Turn
from bot.writing.wordings import Wordings
from knowledge_base.types import Locale

TURNS = 6
"""Of the conversation that are told."""
_LONGEST = 300
_WHY = {
    "asked": "why_asked",
    "order": "why_order",
    "unknown": "why_unknown",
    "stopped": "why_unknown",
    "found_nothing": "why_unknown",
    "failed": "why_failed",
    "remind_no_way": "why_remind",
}


def why_of(turn: Turn) -> str:
    """Why it came to the desk, as the tool that handed over called it."""
    desk = turn.explained.get("desk")
    deed = desk.get("deed") if isinstance(desk, Mapping) else None
    why = deed.get("why") if isinstance(deed, Mapping) else None
    return str(why or ("order" if turn.reply.intent == "order" else "asked"))


def card(case: Case, turns: Sequence[Turn], wordings: Wordings, locale: Locale) -> str:
    """In the shop's own language; what was said stays as it was said. `turns` are the last ones, the newest last."""
    who = f"{case.conversation_id} · {case.locale}"
    rows = [wordings.say(locale, "desk_card", who=who, why=why_in(case.why, wordings, locale))]
    if not case.is_reached:
        rows.append(wordings.say(locale, "desk_unreached", channel=case.channel))
    for turn in turns[-TURNS:]:
        rows += [f"› {asked(turn)}", *([f"  {_short(turn.reply.text)}"] if turn.reply.text else [])]
    orders = orders_of(turns)
    if orders:
        rows.append(wordings.say(locale, "desk_orders", orders=", ".join(orders)))
    if products := products_of(turns):
        rows.append(wordings.say(locale, "desk_products", products=", ".join(products)))
    return "\n".join(rows)


def asked(turn: Turn) -> str:
    """What the customer wrote, or what they sent instead or with it."""
    message = turn.message
    if brings_more(message) and message.text.strip():
        return f"[{message.sign}] {_short(message.text)}"
    return _short(message.text) if message.text.strip() else f"[{message.sign or '…'}]"


def _short(text: str) -> str:
    flat = " / ".join(line.strip() for line in text.splitlines() if line.strip())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


def why_in(why: str, wordings: Wordings, locale: Locale) -> str:
    return wordings.say(locale, f"desk_{_WHY.get(why, 'why_other')}")


def products_of(turns: Sequence[Turn]) -> list[str]:
    """The last few that were looked at."""
    return [*dict.fromkeys(card.title for turn in turns for card in turn.reply.cards)][-5:]


def orders_of(turns: Sequence[Turn]) -> list[str]:
    """The numbers that were spoken of."""
    filters = [turn.explained.get("filters") for turn in turns]
    found = [str(one.get("order_id")) for one in filters if isinstance(one, Mapping) and one.get("order_id")]
    return [*dict.fromkeys(found)]
