"""The whole report of a small shop: its JSON is what the rows say, and every figure of the page stands in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.commands.indexing import progress
from bot.settings import load_settings
from bot.stores.database import Database
from bot.wiring import embedder_of, shop_of
from eval.insights import report_told
from eval.insights.commands import app
from eval.insights.kept import Kept
from eval.insights.listening import listened
from eval.insights.opening import Known, opened
from eval.insights.page import page
from eval.insights.periods import Period
from eval.insights.report import QUIET, whole
from eval.insights.weekly import talks_of
from eval.insights.words import Words
from tests.insight_rows import Meanings, keep, turn_row
from tests.shops import shop_in

EMBEDDER = Meanings((("dog",), ("engrav",), ("yoga",)))
PRODUCTS = "id,title,price,currency,stock,category\nKETTLE,Kettle,60,USD,0,kitchen\nMUG,Mug,15,USD,3,kitchen\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Thirty people of the last week: dogs (12, of whom 4 were handed over), kettles (10, sold out), yoga mats (8)."""
    at_hand = tmp_path_factory.mktemp("report")
    patched = pytest.MonkeyPatch()
    patched.setenv("SHOPCLERK_DATA_DIR", str(at_hand / "data"))
    folder = shop_in(at_hand / "shop", {"products.csv": PRODUCTS}, 'competitors = ["Homeleaf"]')
    settings = load_settings(shop=folder)
    database = Database(settings.data_dir / shop_of(settings).key / "conversations.sqlite")
    at = datetime.now(UTC) - timedelta(days=3)
    for n in range(12):
        keep(database.connection(), turn_row("m1", "are dogs allowed? I'm Anna Miller, anna@example.org", at, conversation=f"d{n}", said="unknown", handed=n < 4))  # fmt: skip
    for n in range(10):
        keep(database.connection(), turn_row("m1", "the kettle? it's cheaper at Homeleaf", at, conversation=f"k{n}", intent="describe", products=["KETTLE"]))  # fmt: skip
    for n in range(8):
        keep(database.connection(), turn_row("m1", "yoga mats", at, conversation=f"y{n}", intent="find", said="found_nothing"))  # fmt: skip
    database.close()
    yield folder
    patched.undo()


def made(known: Known, locale: str = "en", days_ago: int = 0) -> tuple[dict[str, Any], str]:
    now = datetime.now(UTC) - timedelta(days=days_ago)
    period, words = Period(now - timedelta(days=7), now), Words(locale, "USD", UTC, 10)
    found = whole(known, period, locale, EMBEDDER, listen=lambda *given: (None, None, None))
    return found.as_json(), page(report_told.told(found, "Test", words, talks_of(known, period, words)), locale)


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids, self.links, self.text, self.met, self._skips = set[str](), set[str](), "", set[str](), False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._skips = tag == "style"
        self.met |= {tag, *named}
        self.ids.add(named.get("id") or "")
        self.links.add(named.get("href") or "")

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skips else f" {data} "


def test_the_json_is_what_the_rows_say(shop: Path) -> None:
    with opened(shop) as known:
        figures, _ = made(known)
        rows = list(Kept(known.database, Period(figures["since"], figures["until"])))
    assert figures["service"]["visits"] == len(rows) == 30
    assert figures["service"]["alone"]["value"] == sum(not one.by_person for one in rows) / len(rows) == 26 / 30
    intents = Counter(one.asked[0].intent for one in rows)
    told = {row["name"]: row["visits"] for row in figures["service"]["by"]["intent"]}
    assert {name: count for name, count in told.items() if count} == {"ask": 12, "describe": 10} or told["find"] is None
    assert intents == {"ask": 12, "describe": 10, "find": 8}
    (miss,) = figures["misses"]["groups"]
    assert (miss["people"], miss["handed"], figures["misses"]["missed"]) == (12, 4, 20)
    (gone,), (wanted,), (rival,) = (figures["market"][name] for name in ("shortages", "not_found", "rivals"))
    assert (gone["product_id"], gone["people"], wanted["people"], rival["name"], rival["people"]) == ("KETTLE", 10, None, "Homeleaf", 10)  # fmt: skip
    assert figures["missing"] == ["report_no_events", "report_no_trial", "report_no_reviews"]
    assert json.dumps(figures, default=str)


def test_the_reports_progress_is_one_step_that_only_rises_and_two_lines_where_nobody_looks(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[tuple[str, int, int]] = []
    with opened(shop) as known:
        now = datetime.now(UTC)
        period = Period(now - timedelta(days=7), now)
        with progress() as say:

            def told(*step: Any) -> None:
                heard.append(step)
                say(*step)

            whole(known, period, "en", EMBEDDER, told, listen=lambda *given: (None, None, None))
    assert len({step for step, _, _ in heard}) == 1
    done = [one for _, one, _ in heard]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 100)
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("report")]
    assert lines == ["report, per cent: 0 of 100", "report, per cent: 100 of 100"]


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_figure_of_the_page_stands_in_the_json_and_nobodys_name_on_it(shop: Path, locale: str) -> None:
    with opened(shop) as known:
        figures, html = made(known, locale)
    read = _Page(html)
    assert not read.met & {"script", "src", "img", "link"}
    assert {link for link in read.links if link} <= {f"#{one}" for one in read.ids}, "all links stay on the page"
    assert "talk-1" in read.ids
    for secret in ("Anna", "Miller", "anna@example.org"):
        assert secret not in html
    assert "[email-1]" in read.text
    known_figures = _figures(figures)
    points = re.search(r'<section class="points">.*?</section>', html, re.DOTALL)
    assert points
    told = re.findall(r"\d+", unescape(" ".join(re.findall(r"<p>(.*?)</p>", points[0]))))
    assert told
    assert {int(one) for one in told} <= known_figures


def _figures(value: Any) -> set[int]:
    """Every number of the JSON as a page writes it."""
    if isinstance(value, dict):
        return {one for part in value.values() for one in _figures(part)}
    if isinstance(value, (list, tuple)):
        return {one for part in value for one in _figures(part)}
    if isinstance(value, str):
        return {int(one) for one in re.findall(r"\d+", value)}
    return {int(value), round(100 * value)} if isinstance(value, (int, float)) else set()


def test_topics_are_of_what_was_asked(shop: Path) -> None:
    now = datetime.now(UTC)
    with opened(shop) as known:
        of_chats, of_reviews, felt = listened(known, Period(now - timedelta(days=7), now), "en", embedder_of(known.settings), QUIET)  # fmt: skip
    assert of_chats
    assert (of_chats.texts, of_chats.people) == (30, 30)
    assert (of_reviews, felt) == (None, None)


def test_without_conversations_the_report_says_so_and_ends(shop: Path) -> None:
    with opened(shop) as known:
        figures, html = made(known, days_ago=60)
    assert figures["service"] is None
    assert figures["missing"] == ["report_no_turns", "report_no_events", "report_no_trial", "report_no_reviews"]
    assert "Nobody has written in this time" in html


def test_the_commands_put_out_json_and_a_wrong_time_is_told(shop: Path, tmp_path: Path) -> None:
    run = CliRunner()
    made_ = run.invoke(app, ["service", str(shop), "--since", "7d", "--json"])
    assert json.loads(made_.stdout[made_.stdout.index("{") :])["visits"] == 30
    assert "write a day such as" in run.invoke(app, ["service", str(shop), "--since", "soon"]).output
    told = run.invoke(app, ["market", str(shop), "--since", "7d", "--html", str(tmp_path / "m.html"), "--lang", "zh"])
    assert told.exit_code == 0
    assert "搜过却没有的" in (tmp_path / "m.html").read_text(encoding="utf-8")
    assert "There is nobody to send to" in run.invoke(app, ["send", str(shop)]).output


@pytest.mark.parametrize(
    "wrong", [["--since", "nonsense"], ["--since", "2999-01-01"], ["--since", "0900-01-01"], ["--lang", "fr"]]
)
def test_a_wrong_time_or_language_is_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: list[str]) -> None:  # fmt: skip
    monkeypatch.setenv("SHOPCLERK_DATA_DIR", str(tmp_path / "data"))
    folder = shop_in(tmp_path / "new", {"products.csv": PRODUCTS})
    for command in ("report", "reviews"):
        told = CliRunner().invoke(app, [command, str(folder), *wrong])
        assert told.exit_code
        assert wrong[1] in told.output
        assert not isinstance(told.exception, ValueError | OverflowError)
        assert not (tmp_path / "data").exists(), "no index was made, and no database"


def test_reviews_are_told_alone_and_a_shop_without_any_says_so(shop: Path, tmp_path: Path) -> None:
    run = CliRunner()
    assert "The shop has no reviews" in run.invoke(app, ["reviews", str(shop)]).output
    today = datetime.now(UTC).date().isoformat()
    rows = [{"id": f"R{n}", "product_id": "MUG", "rating": 1, "text": "The mug broke after a week, so bad.", "at": today, "customer_id": f"C{n}"} for n in range(12)]  # fmt: skip
    files = {"products.csv": PRODUCTS, "reviews.jsonl": "\n".join(json.dumps(row) for row in rows)}
    told = run.invoke(app, ["reviews", str(shop_in(tmp_path / "reviewed", files)), "--json"])
    figures = json.loads(told.stdout[told.stdout.index("{") :])
    assert figures["topics"]["texts"] == figures["feelings"]["texts"] == 12
    assert {one["unhappy"] for one in figures["feelings"]["felt"]} == {12}, "all of them, of product, category and shop"
