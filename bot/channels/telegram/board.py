"""The desk in Telegram: a supergroup of colleagues with one topic a customer. What is written in a topic the customer reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.telegram.api import Api, CallFailed
from bot.channels.telegram.door import CHANNEL, TelegramDoor
from bot.channels.telegram.texts import shortened
from bot.channels.telegram.updates import Heard, Me, command_of
from bot.errors import OutOfReach
from bot.logs import logger
from bot.mail import Delivered, Outcome, Outgoing, Refused
from bot.people.case import canned, names_of
from bot.people.desk import Desk
from bot.people.telling import Deed
from bot.serving.reception import Reception
from bot.stores.desk import LANE as OF_DESK
from bot.writing.wordings import LANGUAGES, Wordings
from knowledge_base.types import Locale

COMMANDS = ("take", "back", "close", "c", "note", "faq")
_NAME = 100
_GONE = ("thread not found", "topic_deleted", "topic_id_invalid")
_RIGHTS = {"can_manage_topics": "manage topics", "can_delete_messages": "delete messages"}
_NOT_THERE = "set SHOPCLERK_TELEGRAM_DESK to the id of a group that the bot is in, such as -1001234567890"
_NO_TOPICS = "switch Topics on in the group's settings"


class Board:
    def __init__(self, chat: int, api: Api, door: TelegramDoor, desk: Desk, wordings: Wordings, locale: Locale) -> None:
        """`chat` is the supergroup's id; `locale` what colleagues read."""
        self.chat, self._api, self._door, self._desk = chat, api, door, desk
        self._wordings, self._locale = wordings, locale

    # From the desk to colleagues.

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Into the customer's topic, which is made where there is none, made again where it was deleted, opened where it was closed."""
        conversation_id = outgoing.address.removeprefix(OF_DESK)
        if thread := outgoing.body.get("forget"):
            return await self._forget(str(thread))
        try:
            topic = await self._topic(conversation_id)
            outcome = await self._into(topic, outgoing.body)
            if isinstance(outcome, Refused) and any(sign in outcome.reason.casefold() for sign in _GONE):
                outcome = await self._into(await self._new_topic(conversation_id), outgoing.body)
            elif isinstance(outcome, Refused) and "topic_closed" in outcome.reason.casefold():
                await self._api.call("reopenForumTopic", chat_id=self.chat, message_thread_id=topic)
                outcome = await self._into(topic, outgoing.body)
            return outcome
        except CallFailed as error:
            if error.moved_to:
                logger().error(
                    "desk_moved", chat=self.chat, to=error.moved_to, todo="set SHOPCLERK_TELEGRAM_DESK to it"
                )
            return error.outcome

    async def check(self, me: Me) -> None:
        """What colleagues have to set up in the group, told to the log: else the first customer who waits there would find out."""
        try:
            chat = await self._api.call("getChat", chat_id=self.chat)
            bot = await self._api.call("getChatMember", chat_id=self.chat, user_id=me.id)
        except CallFailed as error:
            if isinstance(error.outcome, Refused):
                logger().error("desk_not_ready", chat=self.chat, reason=error.told, todo=_NOT_THERE)
            return
        missing = [told for right, told in _RIGHTS.items() if not bot.get(right)]
        if not chat.get("is_forum"):
            logger().error("desk_not_ready", chat=self.chat, reason="it has no topics", todo=_NO_TOPICS)
        if missing:
            todo = f"make @{me.username} an administrator who may {' and '.join(missing)}"
            logger().error("desk_not_ready", chat=self.chat, reason=f"the bot is {bot.get('status')} there", todo=todo)

    async def describe_commands(self) -> None:
        for locale in LANGUAGES:
            told = [
                {"command": name, "description": self._wordings.say(locale, f"desk_command_{name}")}
                for name in COMMANDS
            ]
            scope, language = {"type": "chat", "chat_id": self.chat}, None if locale == LANGUAGES[0] else locale
            try:
                await self._api.call("setMyCommands", commands=told, scope=scope, language_code=language)
            except CallFailed as error:
                logger().warning("desk_commands_not_set", reason=error.told)

    async def _topic(self, conversation_id: str) -> int:
        known = await self._desk.place(CHANNEL, conversation_id)
        return int(known) if known else await self._new_topic(conversation_id)

    async def _new_topic(self, conversation_id: str) -> int:
        name = shortened(await self._name(conversation_id), _NAME)
        made = await self._api.call("createForumTopic", chat_id=self.chat, name=name)
        await self._desk.put_place(CHANNEL, conversation_id, str(made["message_thread_id"]))
        return int(made["message_thread_id"])

    async def _name(self, conversation_id: str) -> str:
        """What the customer is called in Telegram, else the conversation's id. It is asked for when it is shown, and not kept."""
        channel, _, person = conversation_id.partition(":")
        person = person.rpartition(":")[2]
        if channel != CHANNEL or not person.lstrip("-").isdigit():
            return conversation_id
        try:
            chat = await self._api.call("getChat", chat_id=int(person))
        except CallFailed:
            return conversation_id
        known = chat if isinstance(chat, Mapping) else {}
        return " ".join(str(known[part]) for part in ("first_name", "last_name") if known.get(part)) or conversation_id

    async def _into(self, thread: int, body: Mapping[str, Any]) -> Outcome:
        if copied := body.get("copy"):
            chat, message = copied
            await self._copy(self.chat, thread, str(chat), str(message))
        return await self._door.send_to(
            self.chat, thread, {name: value for name, value in body.items() if name != "copy"}
        )

    async def _copy(self, to: int, thread: int | None, chat: str, message: str) -> None:
        """A voice message or a picture itself; where that can't be, its name in the text is all there is."""
        try:
            source = int(chat.partition("/")[0])
            await self._api.call(
                "copyMessage", chat_id=to, message_thread_id=thread, from_chat_id=source, message_id=int(message)
            )
        except (CallFailed, ValueError) as error:
            logger().warning("not_copied", reason=str(error))

    # From colleagues to the desk.

    async def hear(self, said: Heard, me: Me, reception: Reception) -> None:
        """What a colleague wrote; once it returns it is kept. What is written outside of the topics is between colleagues."""
        conversation_id = await self._desk.shown_at(CHANNEL, str(said.thread)) if said.thread else None
        if conversation_id is None or said.press:
            return
        deed = Deed(f"{CHANNEL}/{said.update_id}", said.name, CHANNEL)
        command = command_of(said, me)
        try:
            await self._heard(said, command, conversation_id, deed, reception)
        except OutOfReach as error:
            await self._reply(said, conversation_id, reception, "desk_unreached", channel=error.channel)

    async def _heard(self, said: Heard, command: tuple[str, str] | None, conversation_id: str, deed: Deed, reception: Reception) -> None:  # fmt: skip
        if said.is_edit or not said.text:
            await self._reply(said, conversation_id, reception, "desk_not_passed")
        elif said.text.startswith("//"):
            await self._desk.note(conversation_id, deed, said.text[2:].strip())
        elif command is not None:
            await self._commanded(*command, said, conversation_id, deed, reception)
        else:
            await self._desk.say(conversation_id, deed, said.text)

    async def _commanded(self, name: str, rest: str, said: Heard, conversation_id: str, deed: Deed, reception: Reception) -> None:  # fmt: skip
        match name:
            case "take":
                await self._desk.take(conversation_id, deed)
            case "back":
                await self._desk.back(conversation_id, deed)
            case "close":
                await self._desk.close(conversation_id, deed)
            case "note":
                await self._desk.note(conversation_id, deed, rest)
            case "faq":
                if await self._desk.keep(conversation_id, Deed(deed.key, deed.by), rest) is None:
                    await self._reply(said, conversation_id, reception, "desk_nothing_kept")
            case "c":
                await self._ready_answer(rest, said, conversation_id, deed, reception)
            case _:
                await self._reply(said, conversation_id, reception, "desk_help", names=self._names())

    async def _ready_answer(self, name: str, said: Heard, conversation_id: str, deed: Deed, reception: Reception) -> None:  # fmt: skip
        case = await self._desk.case(conversation_id)
        text = canned(name, self._desk.canned, case.locale if case else self._locale)
        if text is None:
            key = "desk_no_canned" if self._desk.canned else "desk_none_canned"
            await self._reply(said, conversation_id, reception, key, names=self._names())
        else:
            await self._desk.say(
                conversation_id, Deed(deed.key, deed.by), text
            )  # shown here, too: its words weren't typed

    async def _reply(self, said: Heard, conversation_id: str, reception: Reception, key: str, **values: str) -> None:
        body = {"text": self._wordings.say(self._locale, key, **values), "answers": str(said.message_id)}
        address = f"{OF_DESK}{conversation_id}"
        await reception.leave(
            Outgoing(f"desk/{CHANNEL}/{said.update_id}/reply", CHANNEL, conversation_id, address, body)
        )

    async def _forget(self, thread: str) -> Outcome:
        """The topic of a customer who wants to be forgotten goes with all that is in it."""
        try:
            await self._api.call("deleteForumTopic", chat_id=self.chat, message_thread_id=int(thread))
        except CallFailed as error:
            if any(sign in error.told.casefold() for sign in _GONE):
                return Delivered()
            if isinstance(error.outcome, Refused):
                logger().error("topic_not_deleted", thread=thread, reason=error.told, todo="delete it by hand")
            return error.outcome
        return Delivered()

    def _names(self) -> str:
        return ", ".join(names_of(self._desk.canned)) or "–"
