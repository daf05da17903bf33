"""Whether a send arrived of which nobody knows: Telegram has no key for sends, but it tells of a number whether that message is ours.

`stopMessageLiveLocation` changes no message but a live location, and we send none. It refuses, in this order, a message that isn't in the
chat ("message to edit not found"), one that isn't the bot's ("message can't be edited"), and one of the bot's that is no live location
("there is no live location in the message to edit"): tdlib/telegram-bot-api Client.cpp, tdlib/td `edit_message_live_location`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.channels.telegram.api import Api, CallFailed
from bot.channels.telegram.numbers import Numbers
from bot.mail import Beside, Delivered, Later, Outgoing

MOST = 30
"""Numbers that are asked for after one send; a message that is further away is sent again."""
HEARD_S = 3.0
"""How long the first send waits for what came while nobody listened, else a low number would be noted."""
TRIES = 8
"""After so many of a message it is sent though Telegram hasn't answered, for it may answer sends."""
_LANES_AT_ONCE = 8
_UNASKABLE = "-"
"""Noted where the send can't be asked for, though what it leaves may be taken for the one behind it."""
_OURS = "no live location in the message to edit"
_NOT_OURS = ("message to edit not found", "message can't be edited")


class Asking:
    """Private chats alone: there all that we send to a chat goes through one lane, so that what we don't know there is what we look for."""

    def __init__(self, api: Api, numbers: Numbers, channel: str) -> None:
        self._api, self._numbers, self._channel = api, numbers, channel
        self._lanes = asyncio.Semaphore(_LANES_AT_ONCE)

    async def recall(self, receipts: Sequence[tuple[str, str]], noted: Sequence[str]) -> None:
        for address, receipt in receipts:
            if address.isdecimal() and receipt.isdecimal():
                self._numbers.take(int(address), int(receipt))
        for number in noted:
            if number.isdecimal():
                self._numbers.reach(int(number))
        await self._numbers.until_heard(HEARD_S)

    def before(self, outgoing: Outgoing) -> str:
        """The highest number that is known: what we send now gets a higher one."""
        if not self._chat(outgoing):
            return ""
        is_edit, known = "edit" in outgoing.body, self._numbers.highest
        return str(known) if known and not is_edit else _UNASKABLE

    async def arrived(self, outgoing: Outgoing, noted: str, beside: Sequence[Beside]) -> Delivered | Later | None:
        above = self._above(outgoing, noted, beside)
        if above is None:
            return None
        try:
            async with self._lanes:
                number = await self._ours(self._chat(outgoing), above)
        except CallFailed as error:
            if isinstance(error.outcome, Later) and outgoing.tries < TRIES:
                return replace(error.outcome, is_unsure=True)
            return None
        return Delivered(str(number)) if number else None

    async def _ours(self, chat: int, above: int) -> int:
        """The first message of ours that we didn't know of; 0 where there is none. Raises CallFailed where Telegram doesn't tell."""
        for number in self._numbers.unknown(above, MOST):
            if await self._is_ours(chat, number):
                self._numbers.take(chat, number)
                return number
        return 0

    def _chat(self, outgoing: Outgoing) -> int:
        """0 for groups, threads and colleagues."""
        address = outgoing.address
        is_private = address.isdecimal() and outgoing.conversation_id == f"{self._channel}:{address}"
        return int(address) if is_private else 0

    def _above(self, outgoing: Outgoing, noted: str, beside: Sequence[Beside]) -> int | None:
        """Above which number it would be, and nothing else of ours in this chat; None where that can't be told."""
        chat = outgoing.address
        here = [one for one in beside if one.address == chat or one.address.startswith(f"{chat}/")]
        if not noted.isdecimal() or any(one.address != chat for one in here):
            return None
        latest = max((one for one in here if one.place < outgoing.place), key=lambda one: one.place, default=None)
        if latest is None:
            return int(noted)
        return max(int(noted), int(latest.receipt)) if latest.receipt.isdecimal() else None

    async def _is_ours(self, chat: int, number: int) -> bool:
        """Whether a message of the chat is the bot's."""
        try:
            await self._api.call("stopMessageLiveLocation", chat_id=chat, message_id=number)
        except CallFailed as error:
            told = error.told.casefold()
            if _OURS not in told and not any(sign in told for sign in _NOT_OURS):
                raise
            return _OURS in told
        return False  # a live location, which is none of ours
