"""From an update to the inbox: who writes, in what language, whether it is for us, and what a button or command stands for."""

from __future__ import annotations

import asyncio
import math
import sqlite3
import traceback
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.channels.limits import Limits
from bot.channels.pace import Pace
from bot.channels.telegram.api import Api, CallFailed
from bot.channels.telegram.board import Board
from bot.channels.telegram.cards import body, told
from bot.channels.telegram.door import CHANNEL, TelegramDoor
from bot.channels.telegram.presses import Press, press_of, product_of
from bot.channels.telegram.texts import Rich
from bot.channels.telegram.updates import Heard, Me, Raw, command_of, for_us, heard, update_id_of
from bot.dialogue.wishing import WISHES
from bot.errors import NotTaken
from bot.logs import logger
from bot.mail import Incoming, Outgoing
from bot.serving.reception import Reception
from bot.stores.database import reason_of
from bot.types import Message, Turn
from bot.wiring import OpenShop
from bot.writing.wordings import Wordings
from knowledge_base.types import Locale
from retrieval.text import guess_locale

_REMEMBERED = 5_000
"""Messages whose words are remembered, to tell a changed one from one that Telegram only touched."""
_LATEST = 20
"""Turns of a conversation in which a list's next page is looked for."""
_TYPING_AT_ONCE = 20
COMMANDS = ("start", "help", "human", "new", "language", "privacy", "forget")
_AS_WORDS = {"human": "suggest_person"}
"""Commands that stand for words."""
_GREETING = {"en": "Hello", "zh": "你好"}


class Front:
    def __init__(self, api: Api, me: Me, shop: OpenShop, reception: Reception, wordings: Wordings, door: TelegramDoor, board: Board | None = None, limits: Limits | None = None) -> None:  # fmt: skip
        self._api, self._me, self._shop, self._reception = api, me, shop, reception
        self._wordings, self._product_of, self._numbers, self._board = wordings, door.product_of, door.numbers, board
        self._pace = Pace(limits)
        self._written: OrderedDict[tuple[int, int], str] = OrderedDict()
        self._beside: set[asyncio.Task[Any]] = set()

    async def take(self, raws: Sequence[Raw]) -> None:
        """Updates in their order; once it returns they may be acknowledged. Raises NotTaken: then none of them may be."""
        self._numbers.hear(raws)
        taken: list[tuple[Heard, Incoming]] = []
        for raw in raws:
            if (said := _read(raw)) is None:
                continue
            if said.press or said.is_edit or self._is_colleagues(said) or command_of(said, self._me):
                await self._put_in(
                    taken
                )  # a press, done at once, would overtake what came before it; edits and commands are told by it
                taken = []
            if (one := await self._heard(said)) is not None:
                taken.append((said, one))
            elif said.press_id:
                self.beside(self._answer_press(said.press_id))
        await self._put_in(taken)

    async def _put_in(self, taken: Sequence[tuple[Heard, Incoming]]) -> None:
        if taken:
            await self._reception.take(*(one for _, one in taken))
        for said, _ in taken:
            self._remember(said)
            self.beside(self._answer_press(said.press_id) if said.press_id else self._type(said))

    async def _heard(self, said: Heard) -> Incoming | None:
        """The message for the clerk, where it is one; a colleague's is done at once. Raises NotTaken."""
        try:
            if self._board and self._is_colleagues(said):
                await self._board.hear(said, self._me, self._reception)
                return None
            return await self._incoming(said)
        except NotTaken:
            raise
        except Exception as error:  # a fault of ours in one update must not hold up everybody for ever
            if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
                raise NotTaken(reason_of(error), str(error)) from error
            logger().error("update_failed", update_id=said.update_id, trace=traceback.format_exc())
            return None

    def _is_colleagues(self, said: Heard) -> bool:
        return self._board is not None and said.chat_id == self._board.chat

    async def close(self) -> None:
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)

    async def _incoming(self, said: Heard) -> Incoming | None:
        """The message for the clerk; None where there is nothing for it to answer."""
        text = for_us(said, self._me)
        if text is None or said.moved_to or said.is_nameless:
            return None  # whoever writes in a group's name isn't one customer
        if said.is_edit and not self._is_changed(said):
            return None
        if wait_s := await self._pace.wait_s(conversation_of(said), said.update_id):
            await self._too_fast(said, wait_s)
            return None
        if said.press:
            return await self._pressed(said)
        command = command_of(said, self._me)
        if command is not None and not said.is_edit:
            return await self._commanded(said, *command)
        return self._message(said, text, sign="edit" if said.is_edit and text else said.sign)

    async def _too_fast(self, said: Heard, wait_s: float) -> None:
        if self._pace.is_to_be_told(conversation_of(said)):
            words = self._wordings.say(await self._spoken(said), "too_fast", seconds=str(math.ceil(wait_s)))
            await self._put(said, body(Rich(words)))

    def _message(self, said: Heard, text: str, *, sign: str = "", locale: Locale | None = None) -> Incoming:
        message = Message(
            str(said.update_id), conversation_of(said), text, said.at, CHANNEL, locale=locale, hint=said.language or None,
            sign=sign, on=str(said.message_id),
        )  # fmt: skip
        merges = not (sign or said.press) and said.is_private
        return Incoming(message, str(said.update_id), address_of(said), said.update_id, merges)

    async def _commanded(self, said: Heard, name: str, rest: str) -> Incoming:
        if name == "start":
            return self._message(said, _GREETING.get(self._language(said), "Hello"))
        if name in _AS_WORDS:
            spoken = await self._spoken(said)
            words = self._wordings.say(spoken, _AS_WORDS[name])
            return self._message(said, f"{words}\n{rest}".strip(), locale=spoken)
        locale = None if rest else await self._spoken(said)
        return self._message(said, said.text, sign=f"/{name} {rest}".strip(), locale=locale)

    async def _pressed(self, said: Heard) -> Incoming | None:
        press = press_of(said.press)
        if press is None:
            return None
        if press.wish in WISHES:
            return self._wished(said, press)
        if press.wish == "say":
            if not said.label:
                await self._leave(said, "too_old_button", press.locale)
                return None
            return self._message(said, said.label, locale=press.locale)
        if press.wish == "do":
            if press.about == "/forget yes":
                await self._forget(conversation_of(said))
                await self._leave(said, "forgotten", press.locale)
                return None
            return self._message(said, said.label or press.about, sign=press.about, locale=press.locale)
        return await self._paged(said, press)

    async def _forget(self, conversation_id: str) -> None:
        """The colleagues' topic goes with it."""
        await self._shop.conversations.forget_one(conversation_id)

    def _wished(self, said: Heard, press: Press) -> Incoming:
        product = product_of(press, self._shop.index.current().catalogue)
        title = product.title if product else said.label or press.about
        words = self._wordings.say(press.locale, f"press_{press.wish}", title=title)
        return self._message(said, words, sign=f"{press.wish}:{product.id}" if product else "", locale=press.locale)

    async def _paged(self, said: Heard, press: Press) -> Incoming | None:
        """▶: the page that was made of this list, else a new one; ◀: the page before. A page that is there takes the list's place at once."""
        turns = await self._shop.conversations.turns(conversation_of(said), _LATEST)
        here = next((turn for turn in turns if turn.message.id == press.about), None)
        if press.wish == "before":
            before = here.message.sign.removeprefix("more:") if here else ""
            there = next((turn for turn in turns if turn.message.id == before), None)
        else:
            there = next((turn for turn in turns if turn.message.sign == f"more:{press.about}"), None)
        if there is not None:
            await self._show(said, there)
            return None
        if press.wish == "before" or here is None or _newest_list(turns) is not here:
            await self._leave(said, "too_old", press.locale)
            return None
        words = self._wordings.say(press.locale, "press_more")
        return self._message(said, words, sign=f"more:{press.about}", locale=press.locale)

    async def _show(self, said: Heard, turn: Turn) -> None:
        first, *_ = told(turn, address_of(said), self._wordings, self._product_of)
        await self._put(said, {**first.body, "edit": str(said.message_id)})

    async def _leave(self, said: Heard, key: str, locale: Locale) -> None:
        await self._put(said, body(Rich(self._wordings.say(locale, key))))

    async def _put(self, said: Heard, what: Mapping[str, object]) -> None:
        """Without a turn: it is kept before the press is acknowledged, and sent once."""
        key = f"{CHANNEL}/{said.update_id}"
        await self._reception.leave(Outgoing(key, CHANNEL, conversation_of(said), address_of(said), what))

    async def _spoken(self, said: Heard) -> Locale:
        """What was spoken last, answered or not, else the language of the customer's device."""
        for waiting in reversed(await self._reception.waiting(conversation_of(said))):
            if (locale := waiting.locale or guess_locale(waiting.text, "")) in self._shop.shop.locales:
                return locale
        turns = await self._shop.conversations.turns(conversation_of(said), 1)
        return turns[-1].reply.locale if turns else self._language(said)

    def _language(self, said: Heard) -> Locale:
        told = said.language.replace("_", "-").split("-")[0].casefold()
        return told if told in self._shop.shop.locales else guess_locale("", self._shop.shop.default_locale)

    def _remember(self, said: Heard) -> None:
        """Once it is in the inbox: an edit that isn't taken comes again, and has to be new then."""
        if said.press:
            return
        self._written[said.chat_id, said.message_id] = said.text
        while len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)

    def _is_changed(self, said: Heard) -> bool:
        return bool(said.text) and self._written.get((said.chat_id, said.message_id)) != said.text

    def beside(self, work: Any) -> None:
        """What is nice to have: done if it can be, never waited for."""
        if len(self._beside) >= _TYPING_AT_ONCE:
            work.close()
            return
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _type(self, said: Heard) -> None:
        with suppress(CallFailed):
            await self._api.call("sendChatAction", chat_id=said.chat_id, message_thread_id=said.thread, action="typing")

    async def _answer_press(self, press_id: str) -> None:
        with suppress(CallFailed):
            await self._api.call("answerCallbackQuery", callback_query_id=press_id)


def _read(raw: Raw) -> Heard | None:
    """What it says; a malformed one is told to the log, and holds up nobody."""
    try:
        return heard(raw)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        logger().error("update_unreadable", update_id=update_id_of(raw), kind=type(error).__name__)
        return None


def _newest_list(turns: Sequence[Turn]) -> Turn | None:
    return next((turn for turn in reversed(turns) if len(turn.reply.cards) > 1), None)


def conversation_of(said: Heard) -> str:
    """In a group each person has a conversation of their own: nobody sees another's."""
    return f"{CHANNEL}:{said.chat_id}" if said.is_private else f"{CHANNEL}:{said.chat_id}:{said.user_id}"


def address_of(said: Heard) -> str:
    return f"{said.chat_id}/{said.thread}" if said.thread else str(said.chat_id)
