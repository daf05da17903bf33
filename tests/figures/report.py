"""The report of the made-up shop as the command puts it out: its JSON and its page, in a language; and what only the models know."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sentiment.aspects import AspectReader, Opinion
from bot.sentiment.training import MESSAGES, load
from bot.settings import load_settings
from bot.stores import behaviour
from bot.stores.database import Database
from bot.stores.transactions import writing
from bot.wiring import classifier_of, embedder_of, shop_of
from eval.insights import report_told, topic_groups
from eval.insights.grouping import groups
from eval.insights.opening import opened
from eval.insights.page import page
from eval.insights.periods import Period
from eval.insights.putting import as_text
from eval.insights.remembering import remembering
from eval.insights.report import whole
from eval.insights.topic_views import Views
from eval.insights.weekly import talks_of
from eval.insights.words import Words
from retrieval.seams import Embedder
from tests.figures import shop
from tests.insight_rows import keep

PERIOD = Period(shop.START, shop.NOW)


@dataclass(frozen=True, slots=True)
class Given:
    """What is taken from the models, and not worked out again: which texts stand in one group, how a sentence reads, how a message feels."""

    topics: Mapping[str, Sequence[int]]
    """Of `chats` and of `reviews`, the group of each text of `texts`."""
    texts: Mapping[str, Sequence[str]]
    opinions: Mapping[str, Sequence[Opinion]]
    """Of a sentence."""
    blame: Mapping[str, float]
    """Of a message."""
    searches: Sequence[tuple[Sequence[int], int]]
    """Places of the searches that are for one thing, and of the one that says it best."""


@dataclass(frozen=True, slots=True)
class Made:
    figures: Mapping[str, Any]
    html: str


def made(folder: Path) -> tuple[dict[str, Made], Given, list[dict[str, Any]]]:
    """By language, the report; what is given; the kept turns. SHOPCLERK_DATA_DIR is where it is kept."""
    settings = load_settings(shop=shop.made(folder))
    database = Database(settings.data_dir / shop_of(settings).key / "conversations.sqlite")
    connection = database.connection()
    keep(connection, *shop.turns())
    with writing(connection):
        behaviour.add(connection, shop.acts())
    database.close()
    reports, embedder = {}, remembering(embedder_of(settings))
    with opened(folder) as known:
        for locale in ("en", "zh"):
            words = Words(locale, known.shop.currency, known.shop.timezone, 10)
            found = whole(known, PERIOD, locale, embedder)
            told = report_told.told(found, known.shop.name_in(locale), words, talks_of(known, PERIOD, words))
            figures = json.loads(as_text({**found.as_json(), "summary": []}))
            reports[locale] = Made(figures, page(told, locale))
        turns = [json.loads(turn) for (turn,) in known.database.execute("SELECT turn FROM turns ORDER BY conversation_id, at")]  # fmt: skip
        views = {"chats": Views(embedder, (), classifier_of(known.settings, known.shop, embedder))}
        views["reviews"] = views["chats"]
    return reports, _given(embedder, views, turns), turns


def _given(embedder: Embedder, views: Mapping[str, Views], turns: Sequence[Mapping[str, Any]]) -> Given:
    said = sorted({turn["message"]["text"] for turn in turns})
    texts = {
        "chats": [text for text in said if text != shop.COMPLAINT],
        "reviews": sorted({" ".join(one["sentences"]) for one in shop.reviews() if one["at"] and shop.START - (shop.NOW - shop.START) <= one["at"] < shop.NOW}),
    }  # fmt: skip
    reader, model = AspectReader.load(embedder), load(MESSAGES, embedder)
    sentences = [part for parts in shop.SENTENCES.values() for part in parts]
    searches = [turn["message"]["text"] for turn in turns if turn["explained"]["said"] == "found_nothing" and turn["message"]["at"] >= shop.START.isoformat()]  # fmt: skip
    return Given(
        {kind: topic_groups.grouped(views[kind].of(those)).tolist() for kind, those in texts.items()}, texts,
        dict(zip(sentences, reader.opinions(sentences), strict=True)),
        dict(zip(said, model.chances(said)[:, model.card.labels.index("negative")].tolist(), strict=True)),
        [(group.members, group.middle) for group in groups(embedder.embed(searches), 0.55)],
    )  # fmt: skip
