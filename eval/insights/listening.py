"""What the report needs for its topics and feelings: rows of chats and reviews, and the models that read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sentiment.aspects import AspectReader
from bot.sentiment.training import MESSAGES, load
from bot.wiring import classifier_of
from eval.insights import feelings, moods, topics
from eval.insights.feelings import Feelings
from eval.insights.kept import Kept, Said
from eval.insights.misses import complains, is_question
from eval.insights.opening import Known, product_of
from eval.insights.periods import Period
from eval.insights.readings import NAME as READINGS
from eval.insights.readings import Readings, keep_readings, known_readings, model_key
from eval.insights.remembering import remembering
from eval.insights.steps import QUIET, part
from eval.insights.topic_views import Views
from eval.insights.topics import Topics
from eval.insights.topics_kept import NAME, keep_topics, known_topics
from knowledge_base.reading import read_shop
from knowledge_base.types import Knowledge
from retrieval.seams import Embedder

if TYPE_CHECKING:
    from knowledge_base.types import Review


def listened(known: Known, period: Period, locale: str, embedder: Embedder, say: Said) -> tuple[Topics | None, Topics | None, Feelings | None]:  # fmt: skip
    """(topics of chats, topics of reviews, feelings in reviews); None where there is nothing of the kind. Names of topics are remembered."""
    knowledge, inner = read_shop(known.shop), embedder
    embedder = remembering(inner, part(say, 1, 5))
    views = Views(embedder, knowledge.faqs, classifier_of(known.settings, known.shop, embedder))
    public = _public(known, knowledge)
    chats, felt = _chats(Kept(known.database, period, part(say, 0, 5)), embedder)
    before, _ = _chats(Kept(known.database, period.before, now=period.end))
    of_chats = _topics("chats", chats, before, views, known, public) if chats else None
    of_chats = of_chats and replace(of_chats, moods=moods.moods(felt, period, known.shop.timezone))
    return of_chats, *_of_reviews(knowledge, known, period, locale, inner, views, public, part(say, 2, 5, 3))


def reviewed(known: Known, period: Period, locale: str, embedder: Embedder, say: Said = QUIET) -> tuple[Topics | None, Feelings | None]:  # fmt: skip
    """(topics of reviews, feelings in them), without the chats."""
    knowledge = read_shop(known.shop)
    views, public = Views(remembering(embedder, part(say, 0, 2)), knowledge.faqs), _public(known, knowledge)
    return _of_reviews(knowledge, known, period, locale, embedder, views, public, part(say, 1, 2))


def _of_reviews(
    knowledge: Knowledge, known: Known, period: Period, locale: str, embedder: Embedder, views: Views, public: Sequence[str], say: Said
) -> tuple[Topics | None, Feelings | None]:  # fmt: skip
    now, earlier = (_reviews(knowledge, part) for part in (period, period.before))
    found = _topics("reviews", now, earlier, views, known, public) if now else None
    return found, _feelings(knowledge, known, period, locale, embedder, public, say)


def _public(known: Known, knowledge: Knowledge) -> list[str]:
    """Names that everybody may read."""
    return [*known.shop.contacts.values(), known.shop.name, *(one.title for one in knowledge.products)]


def _topics(kind: str, rows: Sequence[topics.Row], before: Sequence[topics.Row], views: Views, known: Known, public: Sequence[str]) -> Topics:  # fmt: skip
    file: Path = known.settings.data_dir / known.shop.key / NAME.format(kind=kind)
    made = topics.section(rows, before, views, known_topics(file), public)
    keep_topics(file, made.known)
    return made


def _chats(kept: Kept, embedder: Embedder | None = None) -> tuple[list[topics.Row], list[tuple[str, datetime, bool]]]:
    """(questions, how each message feels); without an embedder nothing is felt."""
    visits = [[(topics.Row(one.text, one.person, one.at, one.conversation_id), is_question(one)) for one in visit.asked] for visit in kept]  # fmt: skip
    texts = list(dict.fromkeys(row.text for said in visits for row, _ in said)) if embedder else []
    model = load(MESSAGES, embedder) if embedder and texts else None
    felt = dict(zip(texts, moods.unhappy(texts, model, model.card.labels), strict=True)) if model else {}
    rows = []
    for said in visits:
        mood = any(felt[row.text] for row, _ in said) if felt else None
        rows += [replace(row, is_unhappy=mood) for row, asks in said if asks and not complains(row.text)]
    return rows, [(row.person, row.at, felt[row.text]) for said in visits for row, _ in said if felt]


def _reviews(knowledge: Knowledge, period: Period) -> list[topics.Row]:
    return [topics.Row(one.text, _who(one), one.at) for one in knowledge.reviews if one.at and period.start <= one.at < period.end]  # fmt: skip


def _feelings(knowledge: Knowledge, known: Known, period: Period, locale: str, embedder: Embedder, public: Sequence[str], say: Said) -> Feelings | None:  # fmt: skip
    """Of all reviews until the period's end: since when something is so is told by the earlier ones. What was read of them before is known."""
    rows = [feelings.Row(one.text, _who(one), one.product_id, one.at, stars=one.rating) for one in knowledge.reviews if one.at is None or one.at < period.end]  # fmt: skip
    if not rows:
        return None
    told = AspectReader.load(embedder)
    file, model = known.settings.data_dir / known.shop.key / READINGS, model_key(told)
    reader = Readings(told, known_readings(file, model), say)
    made = feelings.section(rows, reader, product_of(known.catalogue, locale), known.shop.timezone, public)
    keep_readings(file, model, reader.used)
    return made


def _who(review: Review) -> str:
    return review.customer_id or f"review:{review.id}"
