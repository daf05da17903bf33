"""Telegram has no key for sends: a reply whose sending was cut off is asked for, and sent again only where it didn't arrive."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.api import Api
from bot.channels.telegram.asking import MOST, Asking
from bot.channels.telegram.door import TelegramDoor
from bot.mail import Draft, Incoming
from bot.serving import deliverer
from bot.serving.reception import Reception
from bot.stores import points
from bot.types import Turn
from bot.wiring import SAMPLE
from bot.writing.wordings import Wordings
from eval.doors.bot_api import TOKEN, BotApi, Broken, Call, bot_api
from tests.bot.serving.test_kills import in_a_process
from tests.bot.telegram.customer import until
from tests.doors import incoming, open_doors

ANN, BEN = 7, 8
TORN = Broken(502, "Bad Gateway", after=True)
LOST = Broken(502, "Bad Gateway")


class Door(TelegramDoor):
    """Without products."""

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        return [Draft({"text": turn.reply.text})]


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliverer, "pause_s", lambda tries: 0.01)


@asynccontextmanager
async def serving(api: BotApi, folder: Path) -> AsyncIterator[Reception]:
    """A process over the folder: a clerk who says what he hears."""
    line = Api(TOKEN, api.url)
    door = Door(line, Wordings.load(SAMPLE), lambda product_id, locale: None, SAMPLE)
    door.numbers.hear(list(api.waiting))
    async with open_doors(folder, door) as (reception, _):  # type: ignore[arg-type]
        yield reception
    await line.close()


def hears(api: BotApi, text: str, chat: int = ANN) -> Incoming:
    api.write(text, chat)
    return incoming(f"{chat}/{text}", f"telegram:{chat}", text, channel="telegram", address=str(chat))


async def quiet(reception: Reception) -> None:
    """Until nothing is left to do."""
    state = await reception.state()
    while state.waiting or state.to_send:
        await asyncio.sleep(0.01)
        state = await reception.state()


def sends(api: BotApi) -> list[Call]:
    return [call for call in api.calls if call.method == "sendMessage"]


def fate(*answers: Broken | None) -> Callable[[Call], Broken | None]:
    """What becomes of the sends, one after the other; the rest arrive."""
    left = list(answers)
    return lambda call: left.pop(0) if call.method == "sendMessage" and left else None


@pytest.mark.parametrize("cut", [TORN, LOST])
async def test_a_reply_whose_sending_was_cut_off_comes_once(tmp_path: Path, cut: Broken) -> None:
    async with bot_api() as api, serving(api, tmp_path) as reception:
        await reception.take(hears(api, "one"))
        await quiet(reception)
        api.breaks = fate(cut)
        await reception.take(hears(api, "two"), hears(api, "ho", BEN))
        await quiet(reception)
    assert api.texts == {ANN: ["You said one", "You said two"], BEN: ["You said ho"]}


async def test_a_reply_that_was_deleted_meanwhile_is_sent_again(tmp_path: Path) -> None:
    """What isn't there can't be found: so the one above would fail where nobody asks."""
    async with bot_api(_Deleting()) as api, serving(api, tmp_path) as reception:
        await reception.take(hears(api, "one"))
        await quiet(reception)
        api.breaks = fate(TORN)
        await reception.take(hears(api, "two"))
        await quiet(reception)
    assert api.texts[ANN] == ["You said one", "You said two", "You said two"]


class _Deleting(BotApi):
    """What it said is gone at once."""

    def _do(self, call: Call) -> Any:
        done = super()._do(call)
        if call.method == "sendMessage":
            self.messages.delete(call.fields["chat_id"], call.fields["_message_id"])
        return done


async def test_without_asking_it_would_come_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> None:
        return None

    monkeypatch.setattr(Asking, "arrived", nothing)
    async with bot_api() as api, serving(api, tmp_path) as reception:
        await reception.take(hears(api, "one"))
        await quiet(reception)
        api.breaks = fate(TORN)
        await reception.take(hears(api, "two"))
        await quiet(reception)
    assert api.texts[ANN] == ["You said one", "You said two", "You said two"]


async def test_while_telegram_is_away_nothing_is_sent_again(tmp_path: Path) -> None:
    left: list[Broken | None] = [None, TORN]
    asked = [LOST, LOST]

    def breaks(call: Call) -> Broken | None:
        if call.method == "stopMessageLiveLocation":
            return asked.pop() if asked else None
        return left.pop(0) if call.method == "sendMessage" and left else None

    async with bot_api() as api, serving(api, tmp_path) as reception:
        api.breaks = breaks
        for text in ("one", "two"):
            await reception.take(hears(api, text))
            await quiet(reception)
    assert api.texts[ANN] == ["You said one", "You said two"]
    assert not asked


async def test_where_telegram_says_something_else_it_is_sent_again(tmp_path: Path) -> None:
    left: list[Broken | None] = [None, TORN]

    def breaks(call: Call) -> Broken | None:
        if call.method == "stopMessageLiveLocation":
            return Broken(400, "Bad Request: something new")
        return left.pop(0) if call.method == "sendMessage" and left else None

    async with bot_api() as api, serving(api, tmp_path) as reception:
        api.breaks = breaks
        for text in ("one", "two"):
            await reception.take(hears(api, text))
            await quiet(reception)
    assert api.texts[ANN] == ["You said one", "You said two", "You said two"]


async def test_a_reply_further_away_than_is_asked_for_is_sent_again(tmp_path: Path) -> None:
    async with bot_api() as api, serving(api, tmp_path) as reception:
        await reception.take(hears(api, "one"))
        await quiet(reception)
        for _ in range(MOST):
            api.messages.come(BEN)  # nobody has told us of these yet
        api.breaks = fate(TORN)
        await reception.take(hears(api, "two"))
        await quiet(reception)
    assert api.texts[ANN] == ["You said one", "You said two", "You said two"]


async def test_what_was_forgotten_while_it_was_under_way_isnt_taken_for_the_next(tmp_path: Path) -> None:
    """The first arrives unknown and is forgotten, the next is lost on the way: it must be sent again."""
    async with bot_api() as api:
        async with serving(api, tmp_path) as reception:
            await reception.take(hears(api, "one"))
            await quiet(reception)
            api.breaks = lambda call: TORN if call.method == "sendMessage" else _down(call)
            await reception.take(hears(api, "two"))
            await until(lambda: len(sends(api)) >= 2)
            await reception._conversations.forget_one(f"telegram:{ANN}")
        async with serving(api, tmp_path) as reception:
            api.breaks = fate(LOST)
            await reception.take(hears(api, "three"))
            await quiet(reception)
    assert api.texts[ANN][-1] == "You said three"


def _down(call: Call) -> Broken | None:
    return Broken(502, "Bad Gateway") if call.method == "stopMessageLiveLocation" else None


@pytest.fixture
def outside() -> Iterator[BotApi]:
    """A Bot API in a thread: it outlives what is killed."""
    api, loop = BotApi(), asyncio.new_event_loop()
    opened, ended = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with bot_api(api):
            opened.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    opened.wait()
    yield api
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()


async def _answered(api: BotApi, folder: Path, rows: Sequence[Incoming]) -> None:
    async with serving(api, folder) as reception:
        await reception.take(*rows)
        await quiet(reception)


@pytest.mark.parametrize("point", ["send.chosen", "send.noted", "send.made", "send.written", "send.marked"])
def test_a_kill_doubles_no_reply(point: str, outside: BotApi, tmp_path: Path) -> None:
    rows = [hears(outside, text, chat) for text in ("one", "two", "three") for chat in (ANN, BEN)]
    passed = 0

    def die(name: str) -> None:
        nonlocal passed
        passed += name == point
        if passed == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    def first() -> None:
        points.when_reached(die)
        asyncio.run(_answered(outside, tmp_path, rows))

    assert in_a_process(first) == -signal.SIGKILL, f"{point} was never reached"
    assert in_a_process(lambda: asyncio.run(_answered(outside, tmp_path, rows))) == 0
    assert outside.texts == {chat: ["You said one", "You said two", "You said three"] for chat in (ANN, BEN)}


FATES = st.sampled_from([None, None, TORN, LOST])
STEPS = st.lists(
    st.tuples(st.sampled_from([ANN, BEN]), FATES, st.integers(0, 4), st.booleans()), min_size=1, max_size=8
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_comes_between_a_reply_is_found_or_sent_again(steps: list[tuple[int, Broken | None, int, bool]], tmp_path_factory: pytest.TempPathFactory) -> None:  # fmt: skip
    """Each step: who writes, what becomes of the first send of the reply, how many strangers write meanwhile, whether the process begins anew."""
    api = asyncio.run(_through(steps, tmp_path_factory.mktemp("steps")))
    for chat in (ANN, BEN):
        said = [f"You said {number}" for number, step in enumerate(steps) if step[0] == chat]
        assert list(dict.fromkeys(api.texts[chat])) == said
        kept = [sent["text"] for (where, _), sent in sorted(api.messages.kept.items()) if where == chat and sent]
        assert kept == api.texts[chat], "a message was changed"
    assert sum(map(len, api.texts.values())) - len(steps) <= 0, "a reply came twice"


async def _through(steps: Sequence[tuple[int, Broken | None, int, bool]], folder: Path) -> BotApi:
    async with bot_api() as api:
        api.write("hello", 9)
        number = 0
        while number < len(steps):
            async with serving(api, folder) as reception:
                while number < len(steps):
                    chat, end, strangers, anew = steps[number]
                    left = [end]

                    def breaks(
                        call: Call, left: list[Broken | None] = left, strangers: int = strangers
                    ) -> Broken | None:
                        if call.method != "sendMessage" or not left:
                            return None
                        for _ in range(strangers):
                            api.messages.come(9)
                        return left.pop()

                    api.breaks = breaks
                    await reception.take(hears(api, str(number), chat))
                    await quiet(reception)
                    number += 1
                    if anew:
                        break
    return api
