"""Telegram's webhook: without the secret nothing is read, with it an update is acknowledged once it is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.channels.telegram.api import Api
from bot.channels.telegram.webhook import HEADER, PATH, Webhook, register, secret_of
from bot.channels.web import create_app
from bot.errors import BadSetting, NotTaken
from bot.settings import Settings
from bot.wiring import open_shop
from eval.doors.bot_api import TOKEN, BotApi, bot_api
from tests.bot.telegram.customer import until
from tests.shops import settings_in

SECRET = "a-secret-of-twenty-four-or-more"
Post = Callable[..., Any]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as served:
        yield served


async def test_updates_come_in_by_webhook(
    api: BotApi, sample_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Webhook(Api(TOKEN, api.url), SECRET)
    app = create_app(
        hook.over(open_shop(settings_in(tmp_path, sample_settings, telegram_desk=-1001))), doors=hook.doors
    )
    hook.add_to(app)
    api.write("How much is delivery to Canada?")
    update = api.waiting[0]
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as web,
    ):

        async def post(secret: str, **more: Any) -> int:
            answer = await web.post(PATH, headers={HEADER: secret}, **more)
            return int(answer.status_code)

        assert await post("", json=update) == 401
        assert await post(SECRET + "x", json=update) == 401
        assert await post(SECRET, content=b"{") == 400
        assert await post(SECRET, json=[]) == 400
        assert not api.texts
        assert await post(SECRET, json=update) == 200
        await until(lambda: api.texts[7])
        assert await post(SECRET, json=update) == 200  # Telegram sends again what it isn't sure of
        assert await post(SECRET, json={"update_id": 1, "message": "nonsense"}) == 200
        assert await post(SECRET, json={"update_id": 2, "message": "x" * 200_000}) == 200
        assert await post(SECRET, json={"update_id": 3, "message": "x" * 1_100_000}) == 413

        async def full(*incoming: Any) -> None:
            raise NotTaken("full", "no room")

        monkeypatch.setattr(app.state.reception, "take", full)
        assert await post(SECRET, json={**update, "update_id": 9}) == 503
    assert len(api.texts[7]) == 1


@pytest.mark.parametrize("secret", [None, "short", "with spaces in it, and long enough"])
def test_a_weak_secret_isnt_started_with(secret: str | None) -> None:
    with pytest.raises(BadSetting, match="24 to 256"):
        secret_of(Settings(telegram_webhook_secret=secret, _env_file=None))


async def test_telegram_is_told_where_to_send(api: BotApi) -> None:
    await register(Api(TOKEN, api.url), "https://chat.example.com/telegram", SECRET)
    (call,) = api.told("setWebhook")
    assert call.fields["max_connections"] == 1  # in order
    assert (call.fields["url"], call.fields["secret_token"]) == ("https://chat.example.com/telegram", SECRET)


def test_a_wrong_token_is_told_without_showing_it() -> None:
    with pytest.raises(BadSetting) as raised:
        Api("not-a-token")
    assert "not-a-token" not in str(raised.value)


def test_the_settings_are_read_by_the_names_that_everybody_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SHOPCLERK_TELEGRAM_API_BASE", "http://localhost:1")
    settings = Settings(_env_file=None)
    assert settings.telegram_bot_token
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.telegram_api_base == "http://localhost:1"
    assert TOKEN not in str(settings.model_dump(mode="json"))
