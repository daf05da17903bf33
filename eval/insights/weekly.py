"""`shopclerk insight report|service|misses|reviews|market|send`: what a time's conversations and reviews say."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import ShopAt
from eval.insights.opening import Known, anonymiser_of, opened, words_of, zone_of
from eval.insights.options import AsJson, Every, Html, Lang, Since
from eval.insights.putting import put_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eval.insights.blocks import Report, Talk
    from eval.insights.periods import Period
    from eval.insights.words import Words
    from retrieval.seams import Embedder


def report(shop: ShopAt = None, since: Since = "7d", html: Html = None, lang: Lang = None, as_json: AsJson = False) -> None:  # fmt: skip
    """What to do this week, and why: service, questions without an answer, customers, recommendations, market.

    Kinds of data that the shop hasn't got shorten it. Figures of fewer than 10 people are withheld; nothing of who opted out is in it.

    Examples: shopclerk insight report --since 30d --html report.html; shopclerk insight report --since 2026-11-01 --lang zh
    """
    from bot.commands.indexing import progress
    from eval.insights import report_told
    from eval.insights.report import whole

    with _asked(shop, since, lang) as (known, period, words):
        with progress() as say:
            found = whole(known, period, words.locale, _embedder(known), say)
        told = _summed_up(report_told.told(found, known.shop.name_in(words.locale), words, talks_of(known, period, words)), known, words)  # fmt: skip
        put_out({**found.as_json(), "summary": list(told.summary)}, told, words, html, as_json)


def service(shop: ShopAt = None, since: Since = "30d", html: Html = None, lang: Lang = None, as_json: AsJson = False) -> None:  # fmt: skip
    """How many came, how it ended, who was handed over and why, how long it took, what it cost: by channel, language, hour, intent.

    Example: shopclerk insight service --since 30d
    """
    from bot.commands.indexing import progress
    from eval.insights import report_told, service_told
    from eval.insights.report import service_of

    with _asked(shop, since, lang) as (known, period, words):
        with progress() as say:
            found = service_of(known, period, say)
        blocks, figures = service_told.blocks(found, words), service_told.figures(found, words)
        told = report_told.alone(blocks, figures, words.say("service_part"), _under(period, words), words, talks_of(known, period, words))  # fmt: skip
        put_out(_dated(period, found.as_json()), told, words, html, as_json)


def misses(
    shop: ShopAt = None,
    since: Since = "30d",
    html: Html = None,
    lang: Lang = None,
    as_json: AsJson = False,
    propose: Annotated[bool, typer.Option("--propose", help="put the drafts where `shopclerk faq review` finds them; the same one once")] = False,
) -> None:  # fmt: skip
    """Questions that found no answer, those that mean the same in one row, by the trouble they made, with what colleagues answered.

    Examples: shopclerk insight misses --since 30d; shopclerk insight misses --propose && shopclerk faq review
    """
    from bot.commands.indexing import progress
    from eval.insights import misses_told, report_told
    from eval.insights.drafts import propose as put
    from eval.insights.report import misses_of

    with _asked(shop, since, lang) as (known, period, words):
        with progress() as say:
            found = misses_of(known, period, _embedder(known), say)
        told = report_told.alone(misses_told.blocks(found, words), (), words.say("miss_part"), _under(period, words), words, talks_of(known, period, words))  # fmt: skip
        put_out(_dated(period, found.as_json()), told, words, html, as_json)
        if propose:
            numbers = put(known.database, found, _embedder(known), period.end)
            print(f"{len(numbers)} drafts are new. Look at them with `shopclerk faq review`.", file=sys.stderr)


def reviews(shop: ShopAt = None, since: Since = "90d", html: Html = None, lang: Lang = None, as_json: AsJson = False) -> None:  # fmt: skip
    """What reviews are about, and what customers are unhappy with: by product and aspect, since when, with quotes.

    Topics are those of the time; feelings are of all reviews until now, since a product is rarely reviewed twice a week.

    Example: shopclerk insight reviews --since 2026-06-01 --html reviews.html
    """
    from eval.insights import report_told
    from eval.insights.listening import reviewed

    with _asked(shop, since, lang) as (known, period, words):
        topics, felt = reviewed(known, period, words.locale, _embedder(known))
        if felt is None:
            sys.exit(words.say("report_no_reviews"))
        told = report_told.alone(report_told.of_reviews(topics, felt, words), (), words.say("reviews_part"), _under(period, words), words, talks_of(known, period, words))  # fmt: skip
        put_out(
            _dated(period, {"topics": topics and topics.as_json(), "feelings": felt.as_json()}),
            told,
            words,
            html,
            as_json,
        )


def market(shop: ShopAt = None, since: Since = "30d", html: Html = None, lang: Lang = None, as_json: AsJson = False) -> None:  # fmt: skip
    """What was searched and not found, asked for and sold out, at which prices, rising, compared, and which other shops were named.

    Example: shopclerk insight market --since 90d --json
    """
    from bot.commands.indexing import progress
    from eval.insights import market_told, report_told
    from eval.insights.report import market_of

    with _asked(shop, since, lang) as (known, period, words):
        with progress() as say:
            found = market_of(known, period, words.locale, _embedder(known), say)
        told = report_told.alone(market_told.blocks(found, words), (), words.say("market_part"), _under(period, words), words, talks_of(known, period, words))  # fmt: skip
        put_out(_dated(period, found.as_json()), told, words, html, as_json)


def send(
    shop: ShopAt = None,
    every: Annotated[
        Every, typer.Option(help="of the last whole day, week from Monday, or month of the shop")
    ] = "week",
    lang: Lang = None,
) -> None:
    """Send the report to the desk's people: a short text with the page attached, to SHOPCLERK_SMTP_TO and the group SHOPCLERK_TELEGRAM_DESK.

    Fit for cron: the same time's report goes to each once, however often it is called. It is left in the outbox, and the running
    `shopclerk serve` or `shopclerk telegram` sends it. The page that is sent has no conversations in it.

    Example: shopclerk insight send my-shop --every week
    """
    from bot.commands.indexing import progress
    from eval.insights import report_told, sending
    from eval.insights.report import whole

    with opened(shop) as known:
        given, words, now = known.settings, words_of(known, lang), datetime.now(UTC)
        to = sending.addresses(given.smtp_host, given.smtp_to, given.telegram_desk)
        if not to:
            sys.exit("There is nobody to send to: set SHOPCLERK_SMTP_HOST, _FROM and _TO, or SHOPCLERK_TELEGRAM_DESK (docs/desk.md).")  # fmt: skip
        period = sending.last(every, now, known.shop.timezone)
        with progress() as say:
            found = whole(known, period, words.locale, _embedder(known), say)
        told = _summed_up(
            report_told.told(found, known.shop.name_in(words.locale), words, lambda ids: ()), known, words
        )
        new = sending.leave(known.database, every, period, told, words, to, now)
    print(f"{len(new)} left in the outbox, {len(to) - len(new)} had it already: {_under(period, words)}.")


@contextmanager
def _asked(shop: Path | None, since: str, lang: str | None) -> Iterator[tuple[Known, Period, Words]]:
    """The shop, the time and the language; a time that can't be is said in one line, before the shop is read."""
    from eval.insights.periods import BadSince, period_since

    try:
        period = period_since(since, datetime.now(UTC), zone_of(shop))
    except BadSince as error:
        sys.exit(str(error))
    with opened(shop) as known:
        yield known, period, words_of(known, lang)


def talks_of(known: Known, period: Period, words: Words) -> Callable[[Sequence[str]], Sequence[Talk]]:
    """Conversations by their ids, as they are shown."""
    from eval.insights.kept import Kept
    from eval.insights.report_told import talk_of

    anonymous, kept = anonymiser_of(known), Kept(known.database, period)

    def read(ids: Sequence[str]) -> list[Talk]:
        found = (talk_of(list(kept.of(one)), anonymous.afresh(), words) for one in ids)
        return [one for one in found if one is not None]

    return read


def _summed_up(told: Report, known: Known, words: Words) -> Report:
    """With a language model's sentences on top, where an endpoint is set and the figures back them."""
    from dataclasses import replace

    from bot.commands.endpoint import asking
    from bot.writing.prompts import load_prompts
    from eval.insights.summary import summary

    if not (known.settings.llm_base_url and known.settings.llm_model):
        return told
    prompt = load_prompts(known.shop.folder)["insight"]
    made = summary(told, asking(known.settings), prompt, known.shop.name_in(words.locale), words.locale)
    return replace(told, summary=made.kept, summary_heading=words.say("report_summary"))


def _embedder(known: Known) -> Embedder:
    from bot.wiring import embedder_of

    return embedder_of(known.settings)


def _under(period: Period, words: Words) -> str:
    return words.span(words.day(period.start), words.day(period.last))


def _dated(period: Period, figures: dict[str, Any]) -> dict[str, Any]:
    from eval.insights.misses import NAMED
    from eval.insights.withholding import LEAST

    return {"since": period.start, "until": period.end, "least": LEAST, "named": NAMED, **figures}
