"""One raw line -> one type. Pydantic stands at this skin only; a wrong value raises `RowError` naming the field, the value and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from knowledge_base.types import InteractionKind

Raw = Mapping[str, object]

_CURRENCIES = {
    "$": "USD",
    "us$": "USD",
    "¥": "CNY",
    "￥": "CNY",
    "元": "CNY",
    "rmb": "CNY",
    "€": "EUR",
    "£": "GBP",
    "hk$": "HKD",
    "円": "JPY",
}
_MONEY = re.compile(r"^(?P<before>[^\d\-+]*)(?P<number>[\-+]?[\d.,'\s]*\d)(?P<after>[^\d]*)$")
_GONE = (
    "out of stock",
    "outofstock",
    "sold out",
    "soldout",
    "unavailable",
    "discontinued",
    "已下架",
    "下架",
    "缺货",
    "无货",
    "售罄",
    "false",
    "no",
    "0",
    "否",
)


class RowError(ValueError):
    """A value that can't be used."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field} {value!r}: {reason}")
        self.field, self.value, self.reason = field, value, reason


def money(value: object) -> tuple[Decimal, str | None]:
    """`"1,299.00"`, `"¥1999"`, `"49,90 EUR"`, `12.5` -> (amount, currency code or None). ValueError says what is wrong."""
    text = str(value).strip()
    match = _MONEY.match(text)
    if not match:
        raise ValueError("is not a price; write a number such as 49.00")
    number = _plain_number(match["number"])
    try:
        amount = Decimal(number)
    except InvalidOperation:
        raise ValueError("is not a price; write a number such as 49.00") from None
    if amount < 0:
        raise ValueError("a price can't be negative")
    if amount.adjusted() > 9:
        raise ValueError("a price of ten digits or more is taken for a mistake")
    marks = (match["before"] + " " + match["after"]).strip().casefold()
    return amount, _currency(marks)


def _plain_number(text: str) -> str:
    """One decimal point, no thousands marks. A single comma with two digits behind it is a decimal comma."""
    text = re.sub(r"[\s']", "", text)
    if re.search(r",\d{1,2}$", text) and text.count(",") == 1:
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def _currency(marks: str) -> str | None:
    if not marks:
        return None
    if marks in _CURRENCIES:
        return _CURRENCIES[marks]
    if re.fullmatch(r"[a-z]{3}", marks):
        return marks.upper()
    raise ValueError(f"{marks!r} is not a currency; write a code such as USD")


def _blank(value: object) -> object:
    return None if value is None or (isinstance(value, str) and not value.strip()) else value


def _text(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float, Decimal, bool)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_text(item)) for item in value)
    return value.strip() if isinstance(value, str) else value


def _stock(value: object) -> object:
    """A whole count; `in stock` alone says nothing of how many, so it stays unknown."""
    value = _blank(value)
    if value is None or isinstance(value, bool):
        return None if value is not False else 0
    text = str(value).strip().casefold().replace(",", "")
    if text in _GONE:
        return 0
    if re.fullmatch(r"-?\d+(\.0+)?", text):
        return max(0, int(float(text)))
    if re.search(r"[a-z\u4e00-\u9fff]", text) and not re.search(r"\d", text):
        return None
    raise ValueError("is not a stock count; write a whole number, or leave it empty where it isn't known")


def _list(value: object) -> object:
    if _blank(value) is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in re.split(r"[,;；、|\n]", value) if part.strip())
    return value


def _mapping(value: object) -> object:
    """`{"colour": "red"}`, `colour: red; size: M` or [{"name": .., "value": ..}] -> a mapping of texts."""
    if _blank(value) is None:
        return {}
    if isinstance(value, str):
        pairs = [re.split(r"[:：=]", part, maxsplit=1) for part in re.split(r"[;；\n|]", value) if part.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError("is not a list of attributes; write name: value; name: value")
        return {pair[0].strip(): pair[1].strip() for pair in pairs}
    if isinstance(value, list):
        return {
            str(item["name"]): str(_text(item.get("value", "")))
            for item in value
            if isinstance(item, dict) and "name" in item
        }
    if isinstance(value, dict):
        return {str(key): str(_text(item)) for key, item in value.items() if _blank(item) is not None}
    return value


Text = Annotated[str, BeforeValidator(_text)]
Needed = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Stock = Annotated[int | None, BeforeValidator(_stock)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_list)]
Attributes = Annotated[dict[str, str], BeforeValidator(_mapping)]


class ProductRow(BaseModel):
    id: Needed
    title: Needed
    description: Text = ""
    category: Text = ""
    price: Needed
    sale_price: Text = ""
    compare_at: Text = ""
    currency: Text = ""
    stock: Stock = None
    availability: Text = ""
    url: Text = ""
    image: Text = ""
    brand: Text = ""
    keywords: Text = ""
    goes_with: Texts = ()
    attributes: Attributes = {}
    options: Attributes = {}
    group: Text = ""


class VariantRow(BaseModel):
    id: Needed
    options: Attributes = {}
    price: Text = ""
    stock: Stock = None


class FaqRow(BaseModel):
    id: Text = ""
    question: Needed
    answer: Needed
    also: Annotated[
        tuple[str, ...], BeforeValidator(lambda v: tuple(v.split("\n")) if isinstance(v, str) and v else v or ())
    ] = ()
    tags: Texts = ()
    locale: Text = ""


class InteractionRow(BaseModel):
    customer_id: Needed
    product_id: Needed
    kind: Annotated[InteractionKind, BeforeValidator(lambda v: _KINDS.get(str(v).strip().casefold(), v))]
    at: Needed


class ReviewRow(BaseModel):
    id: Text = ""
    product_id: Needed
    rating: Annotated[int, BeforeValidator(lambda v: round(float(str(v)))), Field(ge=1, le=5)]
    text: Needed
    locale: Text = ""
    customer_id: Text = ""
    at: Text = ""


_KINDS = {
    "impression": "shown", "click": "clicked", "view": "viewed", "page_view": "viewed", "add_to_cart": "carted", "cart": "carted",
    "purchase": "bought", "order": "bought", "buy": "bought", "return": "returned", "refund": "returned",
    "浏览": "viewed", "点击": "clicked", "加购": "carted", "购买": "bought", "下单": "bought", "退货": "returned",
}  # fmt: skip


R = TypeVar("R", bound=BaseModel)


def validated(model: type[R], raw: Raw) -> R:
    """The row, or RowError for its first wrong field."""
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "row"
        missing = first["type"] == "missing" or _blank(first["input"]) is None
        reason = "is required" if missing else first["msg"].removeprefix("Value error, ")
        raise RowError(field, "" if missing else first["input"], reason) from error


def price_of(field: str, value: object) -> tuple[Decimal, str | None]:
    """`money`, with the field named in the error."""
    try:
        return money(value)
    except ValueError as error:
        raise RowError(field, value, str(error)) from error


def is_gone(availability: str) -> bool:
    """Whether a word such as `out of stock` or `已下架` says that a product can't be bought."""
    return availability.strip().casefold().replace("_", " ") in _GONE


def moment(field: str, value: str, timezone: ZoneInfo) -> datetime:
    """An ISO 8601 time, a date, or Unix seconds or milliseconds -> aware UTC. A time without a zone is the shop's."""
    text = value.strip()
    try:
        if re.fullmatch(r"\d{10}(\.\d+)?", text):
            return datetime.fromtimestamp(float(text), UTC)
        if re.fullmatch(r"\d{13}", text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        parsed = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise RowError(field, value, "is not a time; write one such as 2026-11-24T10:00:00Z") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone)).astimezone(UTC)
