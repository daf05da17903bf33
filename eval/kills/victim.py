"""`python -m eval.kills.victim`: `shopclerk serve` with a made-up channel and Telegram beside the website, which may die at a named point."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from bot.channels.server import FINISH_S
from bot.channels.telegram import opening
from bot.channels.telegram.opening import Telegram
from bot.channels.web import create_app
from bot.errors import NotTaken
from bot.logs import set_up
from bot.mail import Delivered, Draft, Incoming, Later, Outcome, Outgoing
from bot.seams import Door
from bot.settings import load_settings
from bot.stores import points
from bot.types import Message, Turn
from bot.wiring import OpenShop, open_shop
from eval.kills.wire import Client

CHANNEL = "made-up"


class ChannelDoor:
    channel, at_once = CHANNEL, 1

    def __init__(self, port: int) -> None:
        self._port, self._client = port, Client(port)

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        """The words, and a second send where there are cards."""
        parts = [turn.reply.text, *(["cards"] if turn.reply.cards else [])]
        return [
            Draft({"chat": address, "turn": turn.message.id, "number": n, "text": text}) for n, text in enumerate(parts)
        ]

    async def send(self, outgoing: Outgoing) -> Outcome:
        try:
            status, body = await self._client.post("/sendMessage", outgoing.body)
        except (OSError, EOFError) as error:
            return Later(str(error))
        return Later("429", body["retry_after"]) if status == 429 else Delivered(str(body["message_id"]))

    async def poll(self, app: FastAPI) -> None:
        """Take in what the channel has; the offset moves once that is committed."""
        client, offset = Client(self._port), 0
        while True:
            try:
                _, body = await client.post("/getUpdates", {"offset": offset})
                updates = [
                    Incoming(
                        Message(str(one["update_id"]), f"chat-{one['chat']}", one["text"], datetime.now(UTC), channel=CHANNEL),
                        str(one["update_id"]), address=one["chat"], sequence=one["update_id"], merges=True,
                    )
                    for one in body["result"]
                ]  # fmt: skip
                if updates and hasattr(app.state, "reception"):
                    await app.state.reception.take(*updates)
                    offset = body["result"][-1]["update_id"] + 1
            except (OSError, EOFError, NotTaken, TimeoutError):
                await asyncio.sleep(0.2)
            if not hasattr(app.state, "reception"):
                await asyncio.sleep(0.02)


def _die_at(point: str, times: int, by: int) -> None:
    passed = 0

    def passing(name: str) -> None:
        nonlocal passed
        passed += name == point
        if name == point and passed == times:
            os.kill(os.getpid(), by)

    points.when_reached(passing)


async def _serve(data: Path, port: int, channel: int) -> None:
    """Telegram is served where TELEGRAM_BOT_TOKEN is set, by the same door, polling and front as `shopclerk telegram`."""
    door, settings = ChannelDoor(channel), load_settings(data_dir=data, port=port)
    bots: list[Telegram] = []

    def doors(shop: OpenShop) -> Sequence[Door]:
        if settings.telegram_bot_token:
            bots.append(opening.telegram_of(shop, opening.api_of(settings), is_polled=True))
        return [door, *(bot.door for bot in bots)]

    app = create_app(open_shop(settings), doors=doors)
    config = uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=FINISH_S)
    polling = [asyncio.create_task(door.poll(app)), asyncio.create_task(_telegram(app, bots))]
    await uvicorn.Server(config).serve()
    for task in polling:
        task.cancel()
    await asyncio.gather(*polling, return_exceptions=True)


async def _telegram(app: FastAPI, bots: Sequence[Telegram]) -> None:
    while not hasattr(app.state, "reception"):  # noqa: ASYNC110 - the app has no event for it
        await asyncio.sleep(0.02)
    for bot in bots:
        await opening.serve(bot, app.state.reception)


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--data", type=Path, required=True)
    given.add_argument("--port", type=int, required=True)
    given.add_argument("--channel", type=int, required=True)
    given.add_argument("--die", default="", help="POINT:TIMES:SIGNAL")
    told = given.parse_args()
    set_up("error")
    if told.die:
        point, times, by = told.die.split(":")
        _die_at(point, int(times), signal.Signals[by])
    asyncio.run(_serve(told.data, told.port, told.channel))


if __name__ == "__main__":
    main()
