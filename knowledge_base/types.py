"""The nouns of a shop's knowledge: what is sold, what is asked, what is promised, what customers did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Locale = str
"""A BCP 47 language tag as the shop writes it: `en`, `zh`."""

Source = Literal["product", "faq", "document"]
"""Where a passage was cut from; `source_id` names which one."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One sellable form of a product (a colour, a size). `stock` is None where the shop doesn't know it."""

    id: str
    attributes: Mapping[str, str]
    price: Decimal
    stock: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product in one language. The same id in another locale is the same product in other words."""

    id: str
    title: str
    description: str
    category: str
    price: Decimal
    currency: str
    stock: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    url: str = ""
    image: str = ""
    locale: Locale = "en"
    brand: str = ""
    compare_at: Decimal | None = None
    keywords: str = ""
    goes_with: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """Long texts by heading (installation, troubleshooting, ...), each cut into passages of its own."""
    available: bool | None = None
    """What the shop says where it doesn't say how many: `in stock` in a feed."""
    added: datetime | None = None
    """When the shop took it up, aware UTC; None where it doesn't say."""

    @property
    def in_stock(self) -> bool | None:
        """True or False where it is known (by a count of the product or of any variant, else by word), None where it isn't."""
        known = [v.stock for v in self.variants if v.stock is not None]
        if known:
            return any(stock > 0 for stock in known)
        return self.available if self.stock is None else self.stock > 0


@dataclass(frozen=True, slots=True)
class Faq:
    """A question that the shop has answered; `also` are other wordings of the same question."""

    id: str
    question: str
    answer: str
    tags: tuple[str, ...] = ()
    locale: Locale = "en"
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A policy or page: sections in order, each with the headings it stands under."""

    id: str
    title: str
    sections: tuple[Section, ...]
    locale: Locale = "en"


@dataclass(frozen=True, slots=True)
class Section:
    """Plain text under a heading path, outermost heading first."""

    headings: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that can be found and cited. `digest` changes exactly when what is indexed changes."""

    id: str
    text: str
    source: Source
    source_id: str
    locale: Locale
    digest: str
    title: str = ""
    category: str = ""
    """A product's category, empty elsewhere."""


class InteractionKind(StrEnum):
    """What a customer did with a product."""

    SHOWN = "shown"
    CLICKED = "clicked"
    VIEWED = "viewed"
    ASKED = "asked"
    REFUSED = "refused"
    CARTED = "carted"
    BOUGHT = "bought"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Interaction:
    """One act of one customer, `at` aware UTC; `amount` is what was paid, None where nothing tells it."""

    customer_id: str
    product_id: str
    kind: InteractionKind
    at: datetime
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a customer wrote of a product; `rating` from 1 to 5, `at` aware UTC or None where the shop doesn't know."""

    id: str
    product_id: str
    rating: int
    text: str
    locale: Locale = "en"
    customer_id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken: where it stands, what it said and why it was refused.

    `line` is the place of the record, from 1, in formats that have no lines of their own (JSON, XML, the sections of Markdown).
    """

    file: str
    line: int
    field: str
    value: str
    reason: str

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        return f"{self.file}:{self.line}: {self.field} {shown!r}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing was read: its file, as seen from the shop's folder, and its line as in Refusal."""

    file: str
    line: int

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A text that is kept from customers and models: whose it is, where it stands, its words (or their beginning) and why."""

    kind: str
    """product, faq, document or review."""
    id: str
    locale: Locale
    place: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.locale}), {self.place}: {self.text!r}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that was read of a shop, and what was refused on the way."""

    products: tuple[Product, ...] = ()
    faqs: tuple[Faq, ...] = ()
    documents: tuple[Document, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    reviews: tuple[Review, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    read: int = 0
    """Lines and files looked at, kept or refused."""
    prices_as_of: datetime | None = None
    """The oldest change time of the files that prices came from, aware UTC."""
    places: Mapping[tuple[Source, str, Locale], Place] = field(default_factory=dict, compare=False)
    """Where each product, FAQ entry and document was read, by (source, id, locale)."""
    raised: Mapping[tuple[str, Locale], Decimal] = field(default_factory=dict, compare=False)
    """Prices before, by product and language, that are below the price: told to nobody, and for the shop to look at."""
    dated: bool = False
    """Whether a price holds only from or until some day: then the same files say something else on another."""
