"""Naughty strings in everything that Telegram brings of a person: each message is answered, and Telegram takes each answer as it is."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram.api import Api
from bot.channels.telegram.opening import polled
from bot.serving.reception import Reception
from bot.wiring import OpenShop
from eval.doors.bot_api import TOKEN, BotApi, Broken, Call, bot_api, wrong

DESK = -1_001_234_567_890
_TOPIC = 128
"""Letters of a topic's name."""
_AT_ONCE = 200
"""Updates that wait at most, so that none waits for long."""
_LONGEST_S, _STILL_S = 600.0, 60.0
"""How long updates may wait to be read, and how long nothing may move before the trial ends."""
_Push = Callable[[BotApi, int, str], object]


@dataclass(frozen=True, slots=True)
class Put:
    """One update with a naughty string in one field; `is_answered` where a person waits for words."""

    field: str
    chat: int
    text: str
    push: _Push
    is_answered: bool


async def run(shop: OpenShop, naughty: Sequence[str], say: Callable[[int, int], None] = lambda done, of: None) -> dict[str, Any]:  # fmt: skip
    """Counts over all fields; `unanswered`, `refused` and `aside` have to be 0. `shop` has its desk in Telegram."""
    refused: Counter[str] = Counter()
    async with bot_api() as api:

        def watch(call: Call) -> Broken | None:
            if (broken := wrong(call) or _wrong_topic(call)) is not None:
                refused[f"{call.method}: {broken.told}"] += 1
            return None

        api.breaks = watch
        async with polled(shop, Api(TOKEN, api.url)) as reception:
            puts = list(_puts(naughty))
            for number, put in enumerate(puts):
                put.push(api, put.chat, put.text)
                if len(api.waiting) >= _AT_ONCE:
                    await _until(lambda: len(api.waiting) < _AT_ONCE // 2)
                if number % 50 == 0:
                    say(number, len(puts))
            await _over(api, reception)
            state = await reception.state()
        pressed = {str(call.fields.get("callback_query_id")) for call in api.told("answerCallbackQuery")}
        unanswered = [put for put in puts if put.is_answered and not api.texts.get(put.chat)]
        longest = max(
            (len(t.encode("utf-16-le", "surrogatepass")) // 2 for one in api.texts.values() for t in one), default=0
        )
        return {
            "strings": len(naughty), "updates": len(puts), "waiting_for_words": sum(put.is_answered for put in puts),
            "sends": sum(map(len, api.texts.values())), "unanswered": len(unanswered), "refused": refused.total(),
            "aside": state.aside, "left": state.waiting + state.to_send + len(api.waiting), "presses_answered": len(pressed), "longest_send_units": longest,
            "what": [f"{put.field}: {put.text[:60]!r}" for put in unanswered[:5]], "refusals": dict(refused.most_common(5)),
        }  # fmt: skip


def _puts(naughty: Sequence[str]) -> Iterator[Put]:
    """Everyone writes in a chat of their own, so that nobody's words are taken together."""
    chat = 10_000
    for text in naughty:
        for name, push, answered in _FIELDS:
            chat += 1
            if text.strip() or name not in ("text", "entities", "edit"):  # Telegram sends no message without words
                yield Put(name, chat, text, push, answered)


def _named(api: BotApi, chat: int, text: str) -> None:
    """Who asks for a person: the name is told to colleagues."""
    sender = {"id": chat, "is_bot": False, "first_name": text, "last_name": text, "language_code": text}
    more: dict[str, Any] = {"from": sender}
    api.write("I want to speak to a person", chat, **more)


def _marked(api: BotApi, chat: int, text: str) -> None:
    """With marks that fit nowhere, and one that claims to call us."""
    wild = [{"type": kind, "offset": at, "length": 10_000 - at} for at, kind in ((0, "mention"), (5, "bold"), (-3, "url"), (9_999, "text_mention"))]  # fmt: skip
    api.write(text, chat, entities=wild)


def _edited(api: BotApi, chat: int, text: str) -> None:
    api.edit(api.write("hello", chat), text, chat)


def _in_group(api: BotApi, chat: int, text: str) -> None:
    """Said to us in a group of that name."""
    api.write(f"@junipers_bot {text}", -chat, kind="supergroup", user=chat, entities=[{"type": "mention", "offset": 0, "length": 13}])  # fmt: skip


_SAY = {"callback_data": "q|en|0"}
_FIELDS: tuple[tuple[str, _Push, bool], ...] = (
    ("text", lambda api, chat, text: api.write(text, chat), True),
    ("entities", _marked, True),
    ("edit", _edited, True),
    ("caption", lambda api, chat, text: api.write("", chat, caption=text, photo=[{"file_id": text, "width": 1, "height": 1}]), True),
    ("name and language", _named, True),
    ("sticker", lambda api, chat, text: api.write("", chat, sticker={"emoji": text, "set_name": text}), True),
    ("command", lambda api, chat, text: api.write(f"/{text}", chat), True),
    ("answered message", lambda api, chat, text: api.write("hello", chat, reply_to_message={"message_id": 1, "text": text, "from": {"id": 42, "first_name": text}}), True),
    ("callback data", lambda api, chat, text: api.press_button({"callback_data": text}, chat), False),
    ("button of a product", lambda api, chat, text: api.press_button({"callback_data": f"d|en|{text}"}, chat), False),
    ("button of a page", lambda api, chat, text: api.press_button({"callback_data": f"m|{text}|{text}"}, chat), False),
    ("button of a command", lambda api, chat, text: api.press_button({"callback_data": f"x|en|{text}"}, chat), False),
    ("button's label", lambda api, chat, text: api.press_button(_SAY, chat, markup={"inline_keyboard": [[{**_SAY, "text": text}]]}), True),
    ("group", _in_group, False),
)  # fmt: skip


def _wrong_topic(call: Call) -> Broken | None:
    if call.method != "createForumTopic":
        return None
    name = str(call.fields.get("name") or "")
    return None if len(name.strip()) > 0 and len(name) <= _TOPIC else Broken(400, "Bad Request: TOPIC_TITLE_INVALID")


async def _over(api: BotApi, reception: Reception) -> None:
    """Until everything is read, answered and sent, or nothing moves any more."""
    quiet, done, moved_at = 0, -1, time.monotonic()
    while quiet < 3 and time.monotonic() - moved_at < _STILL_S:
        await asyncio.sleep(0.3)
        state = await reception.state()
        quiet = quiet + 1 if not (api.waiting or state.waiting or state.to_send) else 0
        if len(api.calls) != done:
            done, moved_at = len(api.calls), time.monotonic()


async def _until(is_so: Callable[[], bool]) -> None:
    late = time.monotonic() + _LONGEST_S
    while not is_so() and time.monotonic() < late:  # noqa: ASYNC110 (the trial looks on from outside)
        await asyncio.sleep(0.02)
