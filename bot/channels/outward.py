"""Ways out that no message comes in by: the mail that alerts colleagues, and signed messages to the shop's own server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.seams import Door
from bot.settings import Settings
from bot.wiring import OpenShop

if TYPE_CHECKING:
    from bot.channels.mailing import Server


def outward(shop: OpenShop) -> Sequence[Door]:
    """Those that are set up, for the reception of a process."""
    return doors_of(shop.settings)


def doors_of(settings: Settings) -> Sequence[Door]:
    """Each is loaded where it is set up alone: a bot that has none starts without a web server's code."""
    doors: list[Door] = []
    if settings.smtp_host:
        from bot.channels.mailing import MailDoor

        doors.append(MailDoor(mail_server_of(settings), settings.smtp_from))
    if settings.webhook_url and settings.webhook_secrets:
        from bot.channels.notifying import WebhookDoor
        from bot.channels.signing import Keys

        doors.append(WebhookDoor(settings.webhook_url, Keys.of(settings.webhook_secrets.get_secret_value())))
    return doors


def mail_server_of(settings: Settings) -> Server:
    """As the settings of SMTP say."""
    from bot.channels.mailing import Server

    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    return Server(settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_user, password)
