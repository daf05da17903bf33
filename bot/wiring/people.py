"""The people around a conversation: colleagues at the desk, visitors who own one, customers who asked to be written to."""

from __future__ import annotations

import sqlite3

from bot.mail import Leaving
from bot.people.alert import Alerts
from bot.people.canned import load_canned
from bot.people.desk import Desk
from bot.serving.notices import Notices, in_turn
from bot.settings import Settings
from bot.stores import held, operators, seen, tries, visitors
from bot.stores.conversations import Beside
from bot.stores.database import Database
from bot.stores.file import SqliteFile
from bot.tools.shelf import Reach
from bot.types import Conversation, Turn
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop
from retrieval.index import Index


def access_file(settings: Settings, shop: Shop) -> SqliteFile:
    """Who may come in, and what was tried."""
    tables = f"{visitors.SCHEMA}{operators.SCHEMA}{seen.SCHEMA}{tries.SCHEMA}{held.SCHEMA}"
    return SqliteFile(settings.data_dir / shop.key / "access.sqlite", tables)


def desk_of(
    settings: Settings, shop: Shop, wordings: Wordings, database: Database, colleagues: operators.Operators
) -> Desk:
    """Colleagues read on the boards that are set up, and on the page as soon as one of them may."""
    boards = ["telegram"] if settings.telegram_desk is not None else []
    given = settings
    to = tuple(one.strip() for one in given.smtp_to.split(",")) if given.smtp_host else ()
    alerts = Alerts(to, given.desk_url or f"http://{given.host}:{given.port}/desk")
    return Desk(
        database, shop, wordings, boards, given.desk_quiet_min * 60, load_canned(shop.folder), colleagues.any, alerts,
        by_name=given.desk_names,
    )  # fmt: skip


def reaches_of(settings: Settings) -> dict[str, Reach]:
    """Which channels can be written to later; the website's page can only be found again."""
    told: dict[str, Reach] = {"telegram": "push", "terminal": "none"}
    return told | {"webhook": "push" if settings.webhook_url else "page"}


def notices_of(
    settings: Settings, shop: Shop, wordings: Wordings, database: Database, index: Index | None = None
) -> Notices:
    """By the rules that hold in `index`, where there is one that is followed."""
    rules = (lambda: index.rules) if index is not None else None
    return Notices(database, shop, wordings, reaches_of(settings), settings.public_url, rules)


def in_every_turn(desk: Desk) -> Beside:
    """What is written with every turn, in its transaction."""

    def both(database: sqlite3.Connection, turn: Turn, conversation: Conversation, leaving: Leaving) -> None:
        desk.in_turn(database, turn, leaving)
        in_turn(database, turn, conversation, leaving)

    return both
