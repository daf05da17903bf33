"""`shopclerk insight`: the report of a time, its parts, what customers are like, and what recommendations bring."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import ShopAt
from eval.insights import weekly
from eval.insights.opening import opened, product_of, words_of
from eval.insights.options import AsJson, Html, Lang
from eval.insights.putting import put_out

if TYPE_CHECKING:
    from bot.behaviour import Act

app = typer.Typer(no_args_is_help=True, add_completion=False, help="What the shop's own data says: figures with their uncertainty, as text, page or JSON.")  # fmt: skip
for command in (weekly.report, weekly.service, weekly.misses, weekly.reviews, weekly.market, weekly.send):
    app.command()(command)


@app.command()
def customers(
    shop: ShopAt = None,
    customer: Annotated[
        str | None, typer.Option(metavar="ID", help="one customer's own figures; needs --one-person")
    ] = None,
    one_person: Annotated[
        bool, typer.Option("--one-person", help="you may see what this one customer bought, looked at and refused")
    ] = False,
    html: Html = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What a model sees of the customers: recency, frequency, spending, categories, price bands, repeat intervals, what is due next.

    Figures of fewer than 10 people are withheld. Who opted out or was forgotten is in none of them. One person's own figures stand in no
    report: to look one up, as where they ask what you know of them, name them and say that you may.

    Examples: shopclerk insight customers --html customers.html; shopclerk insight customers --customer C010 --one-person
    """
    if customer is not None and not one_person:
        raise typer.BadParameter(ONE_PERSON.format(customer=customer))
    from eval.insights import customers as figures
    from eval.insights import customers_told

    with opened(shop) as known:
        now, words = datetime.now(UTC), words_of(known, lang)
    titled = product_of(known.catalogue, words.locale)
    if not known.interactions:
        sys.exit(NO_EVENTS.format(shop=known.shop.name))
    if customer is None:
        found = figures.report(known.interactions, titled, now, known.shop.currency)
        put_out(found, customers_told.told(found, words), words, html, as_json)
        return
    portrait = figures.portrait_of(customer, known.interactions, titled, now)
    if portrait is None:
        sys.exit(words.say("one_unknown", person=customer))
    put_out(portrait, customers_told.one_told(portrait, words.day(now), words), words, html, as_json)


@app.command()
def recommendations(
    shop: ShopAt = None,
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

    with opened(shop) as known:
        now, words = datetime.now(UTC), words_of(known, lang)
    day = datetime.combine(since.date(), time(), known.shop.timezone).astimezone(UTC) if since else None
    titled = product_of(known.catalogue, words.locale)

    def price_of(product_id: str) -> Decimal | None:
        product = titled(product_id)
        return product.price if product else None

    found = figures.report(
        known.acts, known.interactions, price_of, now, window=timedelta(days=window), since=day, trial=_trial(trial, known.acts),
        currency=known.shop.currency,
    )  # fmt: skip
    put_out(found, recommendations_told.told(found, words), words, html, as_json)


ONE_PERSON = (
    "--customer {customer} shows what one person bought, looked at and refused, which no report does (docs/insight.md, What is withheld). "
    "Where you may see it, add --one-person."
)
NO_EVENTS = (
    '{shop} has no events yet, so that there is nothing to show. Name a file of them in shop.toml ([[sources]] with kind = "events") and run '
    "`shopclerk index`, or let pages tell them by POST /v1/events (docs/behaviour.md)."
)


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
