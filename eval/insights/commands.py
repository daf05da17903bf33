"""`shopclerk insight`: what customers are like, and what recommendations bring."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.behaviour import Act
    from eval.insights.blocks import Report
    from eval.insights.portraits import ProductOf
    from eval.insights.words import Words
    from knowledge_base.catalogue import Catalogue
    from knowledge_base.shop import Shop
    from knowledge_base.types import Interaction

app = typer.Typer(no_args_is_help=True, add_completion=False, help="What the shop's own data says: figures with their uncertainty, as text, page or JSON.")  # fmt: skip

ShopIs = Annotated[Path | None, typer.Argument(help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out")]  # fmt: skip
Html = Annotated[Path | None, typer.Option(help="a file to write the page to")]
AsJson = Annotated[bool, typer.Option("--json", help="every figure of the page, as one object")]
Lang = Annotated[str | None, typer.Option(help="en or zh; the shop's first language where left out")]


@app.command()
def customers(
    shop: ShopIs = None,
    customer: Annotated[str | None, typer.Option(help="one customer's own view, for the shop's staff")] = None,
    html: Html = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What a model sees of the customers: recency, frequency, spending, categories, price bands, repeat intervals, what is due next.

    Figures of fewer than 10 people are withheld. Who opted out or was forgotten is in none of them.

    Examples: shopclerk insight customers --html customers.html; shopclerk insight customers --customer C010
    """
    from eval.insights import customers as figures
    from eval.insights import customers_told

    known = _opened(shop)
    now, words = datetime.now(UTC), _words(known, lang)
    product_of = _product_of(known.catalogue, words.locale)
    if not known.interactions:
        sys.exit(NO_EVENTS.format(shop=known.shop.name))
    if customer is None:
        report = figures.report(known.interactions, product_of, now, known.shop.currency)
        _put_out(report, customers_told.told(report, words), words, html, as_json)
        return
    portrait = figures.portrait_of(customer, known.interactions, product_of, now)
    if portrait is None:
        sys.exit(words.say("one_unknown", person=customer))
    _put_out(portrait, customers_told.one_told(portrait, words.day(now), words), words, html, as_json)


@app.command()
def recommendations(
    shop: ShopIs = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="leave out who was advised first before this day of the shop"),
    ] = None,
    window: Annotated[
        int, typer.Option(min=1, max=365, help="days after the first advice in which a purchase counts")
    ] = 14,
    trial: Annotated[str | None, typer.Option(help="an earlier trial, by its name")] = None,
    html: Html = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What recommendations bring: shown, clicked, carted, bought by arm; lifts against the hold-out with 95 % intervals.

    Arms are as they were kept with the events. Warns where the sizes aren't as dealt or the numbers are too small.

    Example: shopclerk insight recommendations --since 2026-10-01 --html recommendations.html
    """
    from eval.insights import recommendations as figures
    from eval.insights import recommendations_told

    known = _opened(shop)
    now, words = datetime.now(UTC), _words(known, lang)
    day = datetime.combine(since.date(), time(), known.shop.timezone).astimezone(UTC) if since else None
    product_of = _product_of(known.catalogue, words.locale)

    def price_of(product_id: str) -> Decimal | None:
        product = product_of(product_id)
        return product.price if product else None

    report = figures.report(
        known.acts, known.interactions, price_of, now, window=timedelta(days=window), since=day, trial=_trial(trial, known.acts),
        currency=known.shop.currency,
    )  # fmt: skip
    _put_out(report, recommendations_told.told(report, words), words, html, as_json)


NO_EVENTS = (
    '{shop} has no events yet, so that there is nothing to show. Name a file of them in shop.toml ([[sources]] with kind = "events") and run '
    "`shopclerk index`, or let pages tell them by POST /v1/events (docs/behaviour.md)."
)


@dataclass(frozen=True, slots=True)
class _Known:
    shop: Shop
    catalogue: Catalogue
    interactions: list[Interaction]
    acts: list[Act]


def _opened(folder: Path | None) -> _Known:
    """Read alone; the shop is indexed first where it never was."""
    from bot.commands.indexing import progress
    from bot.stores import behaviour
    from bot.stores.database import Database
    from bot.wiring import catalogue_of, index_root, index_shop, shop_of
    from retrieval.generations import current_number

    settings: Settings = load_settings(**({"shop": folder} if folder else {}))
    shop = shop_of(settings)
    if not current_number(index_root(settings, shop)):
        with progress() as say:
            index_shop(settings, shop, on_progress=say)
    catalogue, interactions = catalogue_of(settings, shop)
    database = Database(settings.data_dir / shop.key / "conversations.sqlite")
    try:
        connection = database.connection()
        acts = list(behaviour.acts(connection))
        return _Known(shop, catalogue, behaviour.learnable(connection, interactions, datetime.now(UTC)), acts)
    finally:
        database.close()


def _words(known: _Known, lang: str | None) -> Words:
    from eval.insights.withholding import LEAST
    from eval.insights.words import Words

    if lang not in (None, "en", "zh"):
        sys.exit(f"--lang is {lang!r}; it should be en or zh.")
    spoken = lang or ("zh" if known.shop.default_locale.startswith("zh") else "en")
    return Words(spoken, known.shop.currency, known.shop.timezone, LEAST)


def _product_of(catalogue: Catalogue, locale: str) -> ProductOf:
    return lambda product_id: catalogue.get(product_id, locale)


def _trial(name: str | None, acts: list[Act]) -> str | None:
    """The latest key of this name."""
    from eval.insights.recommendations import trials

    if name is None:
        return None
    met = trials(acts)
    found = [key for key in met if key == name or key.split("|")[0] == name]
    if not found:
        sys.exit(f"--trial is {name!r}; kept are {', '.join(met) or 'none'}.")
    return found[-1]


def _put_out(figures: dict[str, Any], report: Report, words: Words, html: Path | None, as_json: bool) -> None:
    from eval.insights.blocks import printed
    from eval.insights.page import page

    if html is not None:
        html.write_text(page(report, words.locale), encoding="utf-8")
        print(f"{html} is written.", file=sys.stderr)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, indent=2, default=_plain))
    elif html is None:
        printed(report)


def _plain(value: object) -> object:
    return (
        value.isoformat()
        if isinstance(value, (datetime, date))
        else float(value)
        if isinstance(value, Decimal)
        else str(value)
    )
