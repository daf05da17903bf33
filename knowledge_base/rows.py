"""One raw line -> one type. Pydantic stands at this skin only; a wrong value raises `RowError` naming the field, the value and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from knowledge_base.money import money, number_text
from knowledge_base.readers.decode import clean
from knowledge_base.types import InteractionKind, Refusal

Raw = Mapping[str, object]

LONGEST = 200_000
"""Characters of the longest text that is taken for one; what is longer is a mistake or an attack."""

_THERE = frozenset(
    (
        "in stock",
        "instock",
        "available",
        "yes",
        "true",
        "y",
        "limited availability",
        "有货",
        "现货",
        "有",
        "是",
        "在售",
        "充足",
    )
)
_GONE = frozenset(
    [
        "out of stock",
        "outofstock",
        "sold out",
        "soldout",
        "unavailable",
        "not available",
        "discontinued",
        "inactive",
        "archived",
        "draft",
        "false",
        "no",
        "0",
        "已下架",
        "下架",
        "缺货",
        "无货",
        "售罄",
        "停售",
        "停产",
        "已售罄",
        "否",
    ]
)


class RowError(ValueError):
    """A value that can't be used."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field} {value!r}: {reason}")
        self.field, self.value, self.reason = field, value, reason

    def refusal(self, file: str, line: int) -> Refusal:
        return Refusal(file, line, self.field, clean(str(self.value)[:200]), self.reason)


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: object) -> object:
    """What a scalar or a list of scalars says in words, without what can't be shown; other things come back as they are."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and abs(value) >= 2**53:
        raise ValueError("was rounded to 15 digits by the sheet it comes from; store the column as text there")
    if isinstance(value, (int, float, Decimal)):
        return number_text(value)
    if isinstance(value, (list, tuple)) and not any(isinstance(item, (list, tuple, Mapping)) for item in value):
        return ", ".join(str(text) for item in value if (text := text_of(item)))
    return value


def _name(value: object) -> object:
    if isinstance(value, (bool, list, tuple)):
        raise ValueError("is not a text")
    return text_of(value)


def _stock(value: object) -> object:
    """A whole count; `in stock` and `10+` say nothing of how many exactly, so it stays unknown."""
    if is_blank(value):
        return None
    text = str(text_of(value)).casefold().replace(",", "")
    if text in _GONE:
        return 0
    if re.fullmatch(r"-?[0-9]{1,9}(\.0*)?", text):
        return max(0, int(text.split(".")[0]))
    if re.fullmatch(r"(>|over|more than)? ?[0-9]{1,9} ?\+?", text):
        return None
    if re.search(r"[a-z\u4e00-\u9fff]", text) and not re.search(r"\d", text):
        return None
    raise ValueError("is not a stock count; write a whole number, or leave it empty where it isn't known")


def _list(value: object, marks: str = r"[,;；、|\n]") -> object:
    if is_blank(value):
        return ()
    if isinstance(value, (list, tuple)):
        return tuple(text for item in value if (text := text_of(item)))
    text = text_of(value)
    return tuple(part.strip() for part in re.split(marks, text) if part.strip()) if isinstance(text, str) else value


def mapping_of(value: object) -> object:
    """`{"colour": "red"}`, `colour: red; size: M` or [{"name": .., "value": ..}] -> a mapping of texts."""
    if is_blank(value):
        return {}
    if isinstance(value, str):
        pairs: Iterable[list[str]] = [
            re.split(r"[:：=]", part, maxsplit=1) for part in re.split(r"[;；\n|]", value) if part.strip()
        ]
        if any(len(pair) != 2 or not pair[0].strip() for pair in pairs):
            raise ValueError("is not a list of attributes; write name: value; name: value")
        return {clean(name).strip(): clean(words).strip() for name, words in pairs}
    if isinstance(value, list) and all(isinstance(item, Mapping) and "name" in item for item in value):
        value = {str(item["name"]): item.get("value") for item in value}
    if isinstance(value, Mapping):
        return {clean(str(key)).strip(): text for key, item in value.items() if (text := text_of(item))}
    return value


def _amount(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise ValueError("is not a price; write a number such as 49.00")
    return value


def _rating(value: object) -> object:
    match = re.match(
        r"^([0-9](?:\.[0-9]+)?)(?:\s*(?:/|out of)\s*5)?(?:\s*(?:stars?|星|分))?$", str(text_of(value)).casefold()
    )
    if match is None:
        raise ValueError("is not a rating; write a number from 1 to 5")
    return round(float(match[1]))


def _kind(value: object) -> object:
    word = str(text_of(value)).casefold().replace(" ", "_").replace("-", "_")
    return _KINDS.get(word, word)


Text = Annotated[str, BeforeValidator(text_of), Field(max_length=LONGEST)]
Needed = Annotated[str, BeforeValidator(_name), Field(min_length=1, max_length=1000)]
NeededText = Annotated[str, BeforeValidator(text_of), Field(min_length=1, max_length=LONGEST)]
Identity = Annotated[str, BeforeValidator(_name), Field(max_length=200)]
NeededIdentity = Annotated[str, BeforeValidator(_name), Field(min_length=1, max_length=200)]
Stock = Annotated[int | None, BeforeValidator(_stock)]
Texts = Annotated[tuple[Annotated[str, Field(max_length=1000)], ...], BeforeValidator(_list)]
Attributes = Annotated[dict[str, Annotated[str, Field(max_length=10_000)]], BeforeValidator(mapping_of)]
Amount = Annotated[str | int | float | Decimal, BeforeValidator(_amount)]


class ProductRow(BaseModel):
    id: NeededIdentity
    title: Needed
    description: Text = ""
    category: Text = ""
    price: Amount = ""
    sale_price: Amount = ""
    sale_dates: Text = ""
    compare_at: Amount = ""
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
    details: tuple[tuple[str, Annotated[str, Field(max_length=LONGEST)]], ...] = ()
    locale: Text = ""
    added: Text = ""


class VariantRow(BaseModel):
    id: NeededIdentity
    options: Attributes = {}
    price: Amount = ""
    stock: Stock = None
    availability: Text = ""


class FaqRow(BaseModel):
    id: Identity = ""
    question: Needed
    answer: NeededText
    also: Annotated[tuple[str, ...], BeforeValidator(lambda value: _list(value, r"[|\n]"))] = ()
    tags: Texts = ()
    locale: Text = ""


class InteractionRow(BaseModel):
    customer_id: NeededIdentity
    product_id: NeededIdentity
    kind: Annotated[InteractionKind, BeforeValidator(_kind)]
    at: Needed
    amount: Amount = ""


class ReviewRow(BaseModel):
    id: Identity = ""
    product_id: NeededIdentity
    rating: Annotated[int, BeforeValidator(_rating), Field(ge=1, le=5)]
    text: NeededText
    locale: Text = ""
    customer_id: Identity = ""
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
        return model.model_validate({name: value for name, value in raw.items() if not is_blank(value)})
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "row"
        missing = first["type"] == "missing" or is_blank(first["input"])
        reason = "is required" if missing else first["msg"].removeprefix("Value error, ")
        raise RowError(field, "" if missing else first["input"], reason) from error


def price_of(field: str, value: Amount, shop_currency: str) -> tuple[Decimal, str | None]:
    """`money`, with the field named in the error."""
    try:
        return money(value, shop_currency)
    except ValueError as error:
        raise RowError(field, value, str(error)) from error


def is_gone(availability: str) -> bool:
    """Whether a word such as `out of stock` or `已下架` says that a product can't be bought."""
    return availability.strip().casefold().replace("_", " ").rpartition("/")[2] in _GONE


def is_there(availability: str) -> bool:
    """Whether a word such as `in stock`, `yes` or `有货` says that a product can be bought, without saying how many."""
    return availability.strip().casefold().replace("_", " ").rpartition("/")[2] in _THERE


def moment(field: str, value: str, timezone: ZoneInfo) -> datetime:
    """An ISO 8601 time, a date, or Unix seconds or milliseconds -> aware UTC. A time without a zone is the shop's."""
    text = re.sub(
        r"^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?", lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", value.strip()
    )
    try:
        if re.fullmatch(r"[0-9]{10}(\.[0-9]+)?", text):
            return datetime.fromtimestamp(float(text), UTC)
        if re.fullmatch(r"[0-9]{13}", text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        parsed = datetime.fromisoformat(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise RowError(field, value, "is not a time; write one such as 2026-11-24T10:00:00Z") from None
