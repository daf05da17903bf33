"""When people are at the desk, and when they are next, by the shop's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_datetime

from bot.tools.people import is_open
from knowledge_base.shop import Shop
from knowledge_base.types import Locale

_STEP = timedelta(minutes=15)
_AHEAD = timedelta(days=14)
_FORMS = {"en": ("EEEE, d MMMM, HH:mm", "en_US"), "zh": ("M月d日EEEE HH:mm", "zh_CN")}


def is_staffed(shop: Shop, now: datetime) -> bool:
    """A shop that names no hours is taken to be there always."""
    return not shop.opening_hours or is_open(shop, now)


def next_opening(shop: Shop, now: datetime) -> datetime | None:
    """The next quarter of an hour at which people are there; None where that isn't within two weeks."""
    local = now.astimezone(shop.timezone)
    at = local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
    while at - local < _AHEAD:
        at += _STEP
        if is_staffed(shop, at):
            return at
    return None


def told_time(at: datetime, locale: Locale) -> str:
    """`Monday, 30 November, 09:00`, `11月30日星期一 09:00`."""
    form, custom = _FORMS.get(locale, _FORMS["en"])
    return str(format_datetime(at, form, locale=custom))
