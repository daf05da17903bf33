"""What the reports read of a shop, opened once: its files, its catalogue, what customers did, and its kept conversations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.behaviour import Act
    from eval.insights.portraits import ProductOf
    from eval.insights.words import Words
    from eval.replay.identifiers.anonymise import Anonymiser
    from knowledge_base.catalogue import Catalogue
    from knowledge_base.shop import Shop
    from knowledge_base.types import Interaction

_TITLES = 5000
"""Products whose names are never taken for a customer's."""


@dataclass(frozen=True, slots=True)
class Known:
    """A shop's own data; `database` is its conversations', for as long as it is open."""

    settings: Settings
    shop: Shop
    catalogue: Catalogue
    interactions: list[Interaction]
    acts: list[Act]
    database: sqlite3.Connection


def zone_of(folder: Path | None) -> tzinfo:
    """Where its days begin, as its shop.toml says; nothing else is read."""
    from bot.wiring import shop_of

    return shop_of(_settings(folder)).timezone


def _settings(folder: Path | None) -> Settings:
    return load_settings(**({"shop": folder} if folder else {}))


@contextmanager
def opened(folder: Path | None) -> Iterator[Known]:
    """The shop is indexed first where it never was."""
    from bot.commands.indexing import progress
    from bot.stores import behaviour
    from bot.stores.database import Database
    from bot.wiring import catalogue_of, index_root, index_shop, shop_of
    from retrieval.generations import current_number

    settings = _settings(folder)
    shop = shop_of(settings)
    if not current_number(index_root(settings, shop)):
        with progress() as say:
            index_shop(settings, shop, on_progress=say)
    catalogue, interactions = catalogue_of(settings, shop)
    database = Database(settings.data_dir / shop.key / "conversations.sqlite")
    try:
        connection = database.connection()
        acts = list(behaviour.acts(connection))
        counted = behaviour.learnable(connection, interactions, datetime.now(UTC))
        yield Known(settings, shop, catalogue, counted, acts, connection)
    finally:
        database.close()


def words_of(known: Known, lang: str | None) -> Words:
    from eval.insights.withholding import LEAST
    from eval.insights.words import Words

    spoken = lang or ("zh" if known.shop.default_locale.startswith("zh") else "en")
    return Words(spoken, known.shop.currency, known.shop.timezone, LEAST)


def product_of(catalogue: Catalogue, locale: str) -> ProductOf:
    return lambda product_id: catalogue.get(product_id, locale)


def anonymiser_of(known: Known) -> Anonymiser:
    """Knows what the shop itself says of itself; `afresh` for each conversation."""
    from eval.replay.identifiers.anonymise import Anonymiser

    ids = known.catalogue.order[:_TITLES]
    titles = [form.title for id_ in ids for form in known.catalogue.forms(id_)]
    return Anonymiser([*known.shop.contacts.values(), *ids, known.shop.name, *known.shop.names.values(), *titles])
