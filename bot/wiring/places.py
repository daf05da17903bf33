"""Where the things of a shop lie: its folder, its index, its models, its stores."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from knowledge_base.shop import Shop, load_shop

SAMPLE = Path(__file__).resolve().parent.parent.parent / "knowledge_base" / "sample"


def shop_of(settings: Settings) -> Shop:
    return load_shop(settings.shop or SAMPLE)


def index_root(settings: Settings, shop: Shop) -> Path:
    return settings.data_dir / shop.key / "index"


def router_root(settings: Settings, shop: Shop) -> Path:
    return settings.data_dir / shop.key / "router"


def recommender_root(settings: Settings, shop: Shop) -> Path:
    return settings.recommender or settings.data_dir / shop.key / "recommender"


def kept_in(settings: Settings, shop: Shop) -> Path:
    """The file of conversations, of what customers did and of what waits to be sent."""
    return settings.data_dir / shop.key / "conversations.sqlite"
