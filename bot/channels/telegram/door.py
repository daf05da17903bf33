"""The way out to Telegram: what a turn is told by, and one send after the other, in a plainer form where Telegram refuses the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from bot.channels.telegram.api import Api, CallFailed, File
from bot.channels.telegram.asking import Asking
from bot.channels.telegram.cards import ProductOf, button, told
from bot.channels.telegram.numbers import Numbers
from bot.channels.telegram.presses import Press
from bot.channels.telegram.texts import LIMIT, Rich, split, units
from bot.mail import Beside, Delivered, Draft, Later, Outcome, Outgoing, Refused
from bot.types import Turn
from bot.writing.wordings import Wordings

CHANNEL = "telegram"
_AS_IT_WAS = "message is not modified"

Body = Mapping[str, Any]


class ToBoard(Protocol):
    """The colleagues' topics."""

    async def send(self, outgoing: Outgoing) -> Outcome: ...


class TelegramDoor:
    channel = CHANNEL
    at_once = 2
    """At 50 ms each that is what Telegram takes of a bot, thirty a second; what a kill leaves under way is asked for."""

    def __init__(self, api: Api, wordings: Wordings, product_of: ProductOf, pictures: Path, *, is_polled: bool = False) -> None:  # fmt: skip
        """`pictures` is the shop's folder: an image of it is sent as a file, any other by its URL."""
        self._api, self._wordings, self.product_of, self._pictures = api, wordings, product_of, pictures
        self._known: dict[str, str] = {}
        self.numbers = Numbers(waits_for_updates=is_polled)
        self._asking = Asking(api, self.numbers, CHANNEL)
        self.board: ToBoard | None = None

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        return told(turn, address, self._wordings, self.product_of)

    async def recall(self, receipts: Sequence[tuple[str, str]], noted: Sequence[str]) -> None:
        await self._asking.recall(receipts, noted)

    def before(self, outgoing: Outgoing) -> str:
        return self._asking.before(outgoing)

    async def arrived(self, outgoing: Outgoing, noted: str, beside: Sequence[Beside]) -> Delivered | Later | None:
        return await self._asking.arrived(outgoing, noted, beside)

    async def send(self, outgoing: Outgoing) -> Outcome:
        if outgoing.address.startswith("desk/"):
            return (
                await self.board.send(outgoing) if self.board else Refused("no desk is set up: SHOPCLERK_TELEGRAM_DESK")
            )
        chat, _, thread = outgoing.address.partition("/")
        return await self.send_to(int(chat), int(thread) if thread else None, outgoing.body)

    async def send_to(self, chat: int, thread: int | None, body: Body) -> Outcome:
        """As it is, then plainer and plainer for as long as Telegram calls it malformed."""
        outcome: Outcome = Delivered()
        if units(body["text"]) > LIMIT:
            return await self._send_pieces(chat, thread, body)
        for plainer in _plainer(body):
            try:
                return Delivered(await self._send(chat, thread, plainer))
            except CallFailed as error:
                if error.moved_to:
                    return await self.send_to(error.moved_to, thread, body)
                if _AS_IT_WAS in error.told:
                    return Delivered()
                outcome = error.outcome
                if not error.is_malformed:
                    return outcome
        return outcome

    async def _send_pieces(self, chat: int, thread: int | None, body: Body) -> Outcome:
        """What others than the clerk wrote isn't cut yet. Tried again it begins at its first piece."""
        outcome: Outcome = Delivered()
        for piece in split(Rich(body["text"])):
            before, outcome = outcome, await self.send_to(chat, thread, {"text": piece.text})
            if isinstance(outcome, Later) and before != Delivered():
                return replace(outcome, is_unsure=True)  # a part of it arrived
            if not isinstance(outcome, Delivered):
                return outcome
        return outcome

    async def _send(self, chat: int, thread: int | None, body: Body) -> str:
        """Returns the number of the message that it made; none where it changed one."""
        sent = await self._call(chat, thread, body)
        if sent is None:
            return ""
        self.numbers.take(chat, int(sent["message_id"]))
        return str(sent["message_id"])

    async def _call(self, chat: int, thread: int | None, body: Body) -> Mapping[str, Any] | None:
        to: dict[str, Any] = {"chat_id": chat, "message_thread_id": thread}
        if rows := body.get("keyboard") or self._ends(body):
            to["reply_markup"] = {"inline_keyboard": rows}
        if answered := body.get("answers"):
            to["reply_parameters"] = {"message_id": int(answered), "allow_sending_without_reply": True}
        if file := body.get("file"):
            document = File(file["name"], file["content"].encode())
            return await self._sent("sendDocument", document=document, caption=body["text"], **to)
        if image := body.get("photo"):
            return await self._send_photo(image, caption=body["text"], caption_entities=body.get("entities"), **to)
        words = {"text": body["text"], "entities": body.get("entities"), "link_preview_options": {"is_disabled": True}}
        if edited := body.get("edit"):
            await self._api.call(
                "editMessageText", **{**to, "message_thread_id": None}, **words, message_id=int(edited)
            )
            return None
        return await self._sent("sendMessage", **to, **words)

    async def _sent(self, method: str, **fields: Any) -> Mapping[str, Any]:
        sent: Mapping[str, Any] = await self._api.call(method, **fields)
        return sent

    def _ends(self, body: Body) -> list[list[dict[str, str]]]:
        """The button that ends messages of this kind."""
        if not (locale := body.get("ends")):
            return []
        return [[button(self._wordings.say(locale, "button_end_notices"), Press("do", locale, "/notices off"))]]

    async def _send_photo(self, image: str, **more: Any) -> Mapping[str, Any]:
        """A file of the shop is uploaded once, then known by Telegram's id of it."""
        own = image if image.startswith(("http://", "https://")) else self._known.get(image) or self._file(image)
        sent = await self._sent("sendPhoto", photo=own, **more)
        if isinstance(own, Path) and sent.get("photo"):
            self._known[image] = sent["photo"][-1]["file_id"]
        return sent

    def _file(self, image: str) -> Path:
        """Raises CallFailed, by the call, where it isn't there; never a file outside of the shop's folder."""
        file = (self._pictures / image.lstrip("/")).resolve()
        return file if file.is_relative_to(self._pictures.resolve()) else self._pictures / "no such picture"


def _plainer(body: Body) -> Iterator[Body]:
    """The body, then without what may be wrong with it: marks, the message that it would change, the picture, the buttons, the file."""
    yield body
    for name in ("entities", "edit", "photo", "answers", "keyboard", "ends", "file"):
        if name in body:
            body = {key: value for key, value in body.items() if key != name}
            yield body
