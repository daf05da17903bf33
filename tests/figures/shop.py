"""The made-up shop: what was written, bought and reviewed, as plain rows; and its folder and database made of them.

Nothing here is by chance but by small generators with a seed, so that no two figures are alike by design.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.behaviour import Act
from tests.insight_rows import turn_row
from tests.shops import shop_in

NOW = datetime.now(UTC).replace(hour=21, minute=0, second=0, microsecond=0)
"""Of the last whole day but one: nothing that the shop kept is of the future, whenever this runs."""
NOW -= timedelta(days=1)
DAYS = 31
START = NOW - timedelta(days=DAYS)
ZONE = ZoneInfo("America/New_York")
TRIAL = "7|0.25|popular|default,spring"
CATEGORIES = {"kitchen": "厨房", "lighting": "灯具", "clothing": "服饰", "coffee": "咖啡"}


@dataclass(frozen=True, slots=True)
class Sold:
    titles: dict[str, str]
    category: str
    price: Decimal
    stock: int


PRODUCTS = {
    id_: Sold({"en": en, "zh": zh}, category, Decimal(price), stock)
    for id_, en, zh, category, price, stock in [
        ("KETTLE", "Kettle", "水壶", "kitchen", "61.00", 0), ("POT", "Pot", "炖锅", "kitchen", "47.50", 4), ("PAN", "Pan", "煎锅", "kitchen", "33.00", 9),
        ("LAMP", "Desk lamp", "台灯", "lighting", "38.00", 6), ("LANTERN", "Lantern", "提灯", "lighting", "24.00", 0), ("BULB", "Bulb", "灯泡", "lighting", "7.00", 80),
        ("JUMPER", "Jumper", "毛衣", "clothing", "72.00", 5), ("SCARF", "Scarf", "围巾", "clothing", "29.00", 11), ("SOCKS", "Socks", "袜子", "clothing", "11.00", 40),
        ("BEANS", "Beans", "咖啡豆", "coffee", "14.00", 60), ("FILTERS", "Filters", "滤纸", "coffee", "6.50", 90), ("GRINDER", "Grinder", "磨豆机", "coffee", "118.00", 3),
    ]
}  # fmt: skip
SUBJECTS: dict[str, tuple[str, ...]] = {
    "parcel": ("where is my parcel", "my parcel hasn't arrived", "when does the parcel come", "the parcel is late", "track my parcel please", "包裹到哪了", "我的包裹还没到", "包裹什么时候到", "快递包裹怎么查"),
    "refund": ("when is my refund paid", "my refund is still missing", "how long does a refund take", "refund to which card", "who pays the refund", "退款什么时候到账", "退款还没到", "退款要几天", "怎么查退款"),
    "kettle": ("does the kettle switch itself off", "Homeleaf has that kettle for less", "my kettle from Homeleaf leaks", "the kettle? it's cheaper at Homeleaf", "I saw the kettle at Brightbarn, it was cheaper at Brightbarn", "水壶会自动断电吗", "水壶声音大吗", "水壶是钢的吗", "水壶容量多大"),
    "lamp": ("a lamp for my desk", "a warm lamp for reading", "some lamp that dims", "a small lamp", "a lamp for the evening", "想要一盏台灯", "阅读用的台灯", "能调光的台灯", "小一点的台灯"),
    "jumper": ("jumper or scarf, which is warmer", "compare the jumper and the scarf", "is the jumper softer than the scarf", "jumper or scarf for winter", "which washes better, jumper or scarf", "毛衣和围巾哪个暖和", "比较一下毛衣和围巾", "毛衣围巾哪个软", "冬天毛衣还是围巾"),
    "engraving": ("do you engrave names", "engraving on a plate", "can a name be engraved", "engrave a date for us", "engraved letters please", "可以刻字吗", "想刻名字", "刻字要多久", "能刻日期吗"),
}  # fmt: skip
PEOPLE = {
    "parcel": (61, 11),
    "refund": (27, 29),
    "kettle": (33, 15),
    "lamp": (37, 19),
    "jumper": (23, 17),
    "engraving": (31, 0),
}
"""Who write of it now, and in the time before."""
COMPLAINT = "you didn't answer my question"
"""A message that complains and asks nothing; it belongs to no topic."""
VAIN = (
    "harmonica",
    "telescope",
    "aquarium",
    "surfboard",
    "trombone",
    "hammock",
    "snorkel",
    "easel",
    "kayak",
    "saddle",
    "unicycle",
    "banjo",
)
"""Searched once each."""
SENTENCES = {
    "praise": ("The sound is lovely and the battery lasts for days.", "It looks beautiful on the table.", "Delivery was quick.", "质量很好，做工精细。", "颜色很漂亮。"),
    "blame": ("The battery died after a week.", "It broke on the second day.", "It arrived late and the box was crushed.", "质量太次，用了两天就坏了。", "噪音太大，晚上睡不着。"),
    "either": ("The size is what it is.", "It makes a sound.", "价格就那样。"),
    "so many words": ("Bad quality, would not recommend.", "质量很差，不推荐。"),
}  # fmt: skip
"""What reviews are put together of; the last are blame in so many words."""


def products() -> dict[str, str]:
    def of(locale: str) -> str:
        rows = [f"{id_},{one.titles[locale]},{one.price},USD,{one.stock},{one.category}" for id_, one in PRODUCTS.items()]  # fmt: skip
        return "\n".join(["id,title,price,currency,stock,category", *rows]) + "\n"

    return {f"products.{locale}.csv": of(locale) for locale in ("en", "zh")}


def made(folder: Path) -> Path:
    names = "\n".join(f'{name} = {{ en = "{name.title()}", zh = "{zh}" }}' for name, zh in CATEGORIES.items())
    lines = ["customer_id,product_id,kind,at,amount"]
    lines += [f"{one['person']},{one['product']},{one['kind']},{one['at'].isoformat()},{one['amount'] or ''}" for one in bought()]  # fmt: skip
    reviews_ = [
        {"id": one["id"], "product_id": one["product"], "rating": one["stars"], "text": " ".join(one["sentences"]), "at": one["at"] and one["at"].isoformat(), "customer_id": one["person"]}
        for one in reviews()
    ]  # fmt: skip
    files = {**products(), "events.csv": "\n".join(lines) + "\n", "reviews.jsonl": "\n".join(map(json.dumps, reviews_))}
    toml = f'currency = "USD"\ntimezone = "{ZONE.key}"\ncompetitors = ["Homeleaf"]\n[categories]\n{names}\n'
    return shop_in(folder, files, toml)


def bought() -> list[dict[str, Any]]:
    """What the shop's own file tells of customers: some come again and again, some once, some look, some are gone."""
    draw, found = Random(7), list[dict[str, Any]]()

    def did(person: str, product: str, days: float, kind: str = "bought", amount: str | None = None) -> None:
        found.append({"person": person, "product": product, "kind": kind, "at": NOW - timedelta(days=days), "amount": amount})  # fmt: skip

    for n in range(38):  # coffee every four weeks or so, each by habits of their own; some stopped
        gap, last = draw.choice((26, 28, 31)), draw.choice((3, 9, 20, 28, 70, 100, 160))
        for again in range(draw.choice((1, 2, 3, 5, 6))):
            did(f"A{n:02}", "BEANS", last + gap * again)
            if draw.random() < 0.6:
                did(f"A{n:02}", "FILTERS", last + gap * again, amount=draw.choice(("6.50", "5.90", "6.10")))
    for n in range(46):  # once, lately or long ago
        product = draw.choice(("KETTLE", "LAMP", "JUMPER", "SOCKS", "GRINDER", "SCARF", "PAN"))
        did(f"B{n:02}", product, draw.choice((1, 5, 12, 40, 75, 140, 210, 400)))
        if n % 9 == 0:
            did(f"B{n:02}", product, 0.5, "returned")
    for n in range(17):
        did(f"L{n:02}", draw.choice(("LAMP", "POT")), draw.uniform(1, 60), draw.choice(("viewed", "carted", "refused")))
    did("B01", "GONE", 4)
    did("B02", "SOCKS", -0.05)  # after the report's end: it isn't in it
    return found


def acts() -> list[Act]:
    """A trial of three arms; some were advised before its time, some not long enough ago, some crossed over, one is of an older trial."""
    draw, found = Random(11), list[Act]()

    def did(n: int, kind: str, days: float, product: str = "", amount: str | None = None, arm: str = "", key: str = TRIAL) -> None:  # fmt: skip
        if days < 0 and n != 901:
            return
        trial = key if kind in ("advised", "shown") else ""
        found.append(Act(f"T{n}-{kind}-{product}-{days}", kind, product, NOW - timedelta(days=days), f"t{n}", f"T{n:03}", Decimal(amount) if amount else None, trial, arm if trial else ""))  # fmt: skip

    for n in range(231):
        arm = draw.choices(("held_out", "default", "spring"), (2, 3, 3))[0]
        day = 60.0 if n < 4 else draw.uniform(2, 13) if n < 23 else draw.uniform(15, 44)
        did(n, "advised", day, arm=arm)
        if n % 31 == 0:
            did(n, "advised", day - 0.5, arm="spring" if arm == "default" else "default")
        shown = draw.sample(list(PRODUCTS), 2) if arm != "held_out" or draw.random() < 0.9 else []
        for product in shown:
            did(n, "shown", day, product, arm=arm)
        for kind, chance in (("clicked", 0.5), ("carted", 0.3), ("bought", 0.35)):
            if shown and draw.random() < chance:
                paid = draw.choice((None, "19.90", "31.00", "55.25")) if kind == "bought" else None
                did(n, kind, day - draw.uniform(0.1, 1.9), shown[0], paid)
        if draw.random() < (0.5 if arm == "spring" else 0.3):
            did(
                n,
                "bought",
                day - draw.uniform(2, 16),
                draw.choice(list(PRODUCTS)),
                draw.choice((None, "12.00", "84.00")),
            )
        if n in (40, 60):
            did(n, "bought", day - 1, "NOWHERE")
            did(n, "bought", day - 1.1, "POT")
            did(n, "returned", day - 1.2, "POT")
    did(901, "advised", -0.04, arm="spring")  # after the report's end, as the next one
    did(901, "shown", -0.04, "POT", arm="spring")
    did(900, "advised", 50, arm="default", key="6|0|popular|default")
    return found


def reviews() -> list[dict[str, Any]]:
    """The lamp went bad in the middle of its time; two have no day, and one is of the future of the report. Drawn so that no change is in doubt."""
    draw, found = Random(8), list[dict[str, Any]]()

    def wrote(product: str, days: float | None, blame: float, person: str | None = None) -> None:
        kinds = ["blame" if draw.random() < blame else "praise" for _ in range(draw.choice((1, 2)))]
        kinds += ["either"] * (draw.random() < 0.3) + ["so many words"] * (draw.random() < blame / 5)
        said = [draw.choice(SENTENCES[kind]) for kind in kinds]
        stars = draw.choice((1, 2, 2, 3)) if "blame" in kinds else draw.choice((3, 4, 5, 5))
        at = None if days is None else NOW - timedelta(days=days)
        found.append({"id": f"R{len(found)}", "product": product, "person": person or f"V{len(found):03}", "at": at, "stars": stars, "sentences": said})  # fmt: skip

    for n in range(90):
        wrote("LAMP", 92 - n, 0.02 if n < 52 else 0.98, f"V{n % 84:03}")
    for n in range(40):
        wrote("POT", 70 - 1.7 * n, 0.4)
    for n in range(30):
        wrote("PAN", 29 - 0.9 * n, 0.1)
    for _ in range(2):
        wrote("SCARF", None, 0.5)
    wrote("POT", -0.2, 1.0)
    return found


def turns() -> list[dict[str, Any]]:
    """Chats of this time and of the one before: each of somebody else, but for some customers who come twice."""
    return [*_chats()]


def _chats() -> Iterator[dict[str, Any]]:
    draw = Random(3)
    for subject, (now, before) in PEOPLE.items():
        for n in range(now + before):
            days = draw.uniform(0.1, DAYS - 0.1) if n < now else DAYS + draw.uniform(0.1, DAYS - 0.1)
            if subject == "kettle" and n < now:  # a rise beyond chance, and one of jumpers that may be chance
                days = draw.uniform(0.1, 8) if n % 6 else draw.uniform(12, 30)
            if subject == "jumper" and n < now and n % 2:
                days = draw.uniform(0.1, 8)
            yield _turn(
                draw, subject, SUBJECTS[subject][n % 9], f"{subject}{n}", days, f"K{n % 21}" if n % 7 == 0 else None
            )
            if subject == "parcel" and n < 17:
                again = days - 0.01 if n % 2 or days < 3 else days - 2.5
                yield _turn(draw, "complaint", COMPLAINT, f"parcel{n}", again, f"K{n % 21}" if n % 7 == 0 else None)
    for n in range(12):
        yield _turn(draw, "vain", "yoga mats", f"yoga{n}", 3 + n, None)
    for n, text in enumerate(VAIN):
        yield _turn(draw, "vain", text, f"vain{n}", 5 + n, None)


def _turn(draw: Random, subject: str, text: str, who: str, days: float, customer: str | None) -> dict[str, Any]:
    intent, said, more = _AS[subject]
    about = dict(more)
    if subject == "lamp":
        about["price_to"] = draw.choice(("15", "28", "28", "38", "38", "38", "45", "90"))
    row = dict(turn_row(f"{who}-{days:.4f}", text, NOW - timedelta(days=days), conversation=who, customer=customer, intent=intent, said=said, handed=subject == "refund" and draw.random() < 0.5, cost="0.004", **about))  # fmt: skip
    cards = {"kettle": ["KETTLE"], "lamp": ["LAMP", "LANTERN"]}.get(subject, [])
    is_told = draw.random() < 0.5
    shown = [{"product_id": id_, "in_stock": not (id_ == "KETTLE" and is_told)} for id_ in cards]
    locale = "en" if text.isascii() else "zh"
    row["message"] = {**row["message"], "channel": draw.choice(("web", "telegram"))}
    row["reply"] = {**row["reply"], "locale": locale, "cards": shown, "took_ms": {"route": draw.uniform(50, 900)}}
    return row


_AS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "parcel": ("order", "answer", {}), "refund": ("ask", "answer", {}), "kettle": ("describe", "answer", {"products": ["KETTLE"]}),
    "lamp": ("recommend", "answer", {}), "jumper": ("compare", "answer", {"products": ["JUMPER", "SCARF"]}),
    "engraving": ("find", "found_nothing", {}), "complaint": ("none", "answer", {}), "vain": ("find", "found_nothing", {}),
}  # fmt: skip
