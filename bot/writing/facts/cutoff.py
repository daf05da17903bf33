"""Whether an order leaves today: by the hour until which the findings say that it does, the shop's day and clock, and the customer's own."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.writing.facts.clock import Moment
from bot.writing.facts.scene import Fault, Scene

_LEAVES = re.compile(
    r"(?:今天|今日|今晚|当天|当日)[^，。,.;；]{0,8}(?<!不)(?:发|寄|走|出库|出得去)|(?:发|寄|赶)[^，。,.;；]{0,4}(?:今天|当天)|"
    r"\b(?:ships?|leaves?|goes out|go out|dispatched?|sent|sends?)\b[^,.;]{0,16}\b(?:today|tonight|the same day|same day)\b|\b(?:today|tonight|same day)\b[^,.;]{0,12}\b(?:ships?|leaves?|goes out|dispatch)"
)
_DENIES = re.compile(
    r"发不了|走不了|不发|不能|没法|不会|赶不上|来不及|\bnot\b|n't\b|\bno longer\b|\btoo late\b|明天|下周|下一个|tomorrow|next"
)
_RULE = re.compile(r"前|之前|以前|\bbefore\b|\bby\b|如果|要是|只要|\bif\b|工作日|weekdays?|working days?")
_WEEKEND = re.compile(r"周[六日天末]|星期[六日天]|礼拜[六日天]|\b(?:saturday|sunday|weekend)s?\b")


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or scene.known.of_order or not _LEAVES.search(scene.lower):
        return None
    last = _last_hour(scene)
    if last is None:
        return None
    leaves = _leaves(scene, last)
    denies = bool(_DENIES.search(scene.lower))
    if leaves is None or leaves != denies:
        return None
    claim = _LEAVES.search(scene.lower)
    assert claim is not None
    said = scene.read.text.own[claim.start() : claim.end()]
    return said, "hours", "it leaves today" if leaves else "it is too late for today, or no working day"


def _last_hour(scene: Scene) -> int | None:
    """Minutes after midnight until which an order leaves the same day."""
    for one in scene.known.moments:
        if isinstance(one.what, Moment) and ({"sameday", "cutoff"} & one.wide or re.search(r"当天", one.text)):
            return max(one.what.minutes) if max(one.what.minutes) <= 1080 else min(one.what.minutes)
    return None


def _leaves(scene: Scene, last: int) -> bool | None:
    """Whether it does; None where the sentence only tells the rule."""
    if _WEEKEND.search(scene.lower):
        return False if not _RULE.search(_WEEKEND.sub("", scene.lower)) or "前" in scene.lower else None
    if _RULE.search(scene.lower):
        return None
    if not _is_working(_ordered_on(scene), scene.known.shop.closed_on):
        return False
    hours = [minutes for read in (scene.read, *scene.asked.parts) for one in read.moments for minutes in one.minutes]
    near = [minutes for minutes in hours if 480 <= minutes <= 1320 and minutes != last]
    return (near[0] if near else scene.known.now.hour * 60 + scene.known.now.minute) < last


def _ordered_on(scene: Scene) -> date:
    """The day that was asked about, or today."""
    for part in scene.asked.parts:
        for day in part.days:
            if day.on is not None:
                return day.on
            if day.weekday is not None:
                return scene.known.today + timedelta(days=(day.weekday - scene.known.today.weekday()) % 7)
    if any(_WEEKEND.search(part.text.lower) for part in scene.asked.parts):
        return scene.known.today + timedelta(days=(5 - scene.known.today.weekday()) % 7)
    return scene.known.today


def _is_working(day: date, closed: frozenset[str]) -> bool:
    return day.weekday() < 5 and f"{day:%m-%d}" not in closed and f"{day:%Y-%m-%d}" not in closed
