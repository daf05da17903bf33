"""Every figure of service, misses and market in `--json`, worked out again from the kept turns by other means; one that nothing works out fails."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.settings import load_settings
from bot.stores.database import Database
from bot.wiring import shop_of
from eval.insights.opening import opened
from eval.insights.periods import Period
from eval.insights.report import whole
from tests.insight_rows import Meanings, keep, turn_row
from tests.shops import shop_in

NOW = datetime.now(UTC).replace(hour=21, minute=0, second=0, microsecond=0)
PERIOD = Period(NOW - timedelta(days=20), NOW)
PRODUCTS = "id,title,price,currency,stock,category\nKETTLE,Kettle,60,USD,0,kitchen\nMUG,Mug,15,USD,3,kitchen\n"
Z = 1.959963984540054


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    """(the JSON, the turns): dogs in the first week (14, of whom 10 were handed over), kettles in the second (12), yoga mats in the last (22)."""
    at_hand = tmp_path_factory.mktemp("figures")
    patched = pytest.MonkeyPatch()
    patched.setenv("SHOPCLERK_DATA_DIR", str(at_hand / "data"))
    folder = shop_in(at_hand / "shop", {"products.csv": PRODUCTS}, 'competitors = ["Homeleaf"]')
    settings = load_settings(shop=folder)
    database = Database(settings.data_dir / shop_of(settings).key / "conversations.sqlite")
    keep(database.connection(), *_turns())
    database.close()
    with opened(folder) as known:
        embedder = Meanings((("dog",), ("yoga",)))
        found = whole(known, PERIOD, "en", embedder, listen=lambda *given: (None, None, None)).as_json()
        turns = [json.loads(turn) for (turn,) in known.database.execute("SELECT turn FROM turns")]
    yield json.loads(json.dumps(found, default=str)), turns
    patched.undo()


def _turns() -> list[dict[str, Any]]:
    def row(text: str, who: str, days: float, channel: str = "web", **more: Any) -> dict[str, Any]:
        made = dict(turn_row("m1", text, NOW - timedelta(days=days, hours=1), conversation=who, **more))
        return {**made, "message": {**made["message"], "channel": channel}}

    return [
        *(row("are dogs allowed?", f"d{n}", 18, said="unknown", handed=n < 10) for n in range(14)),
        *(row("the kettle? it's cheaper at Homeleaf", f"k{n}", 10, "telegram", intent="describe", products=["KETTLE"]) for n in range(12)),
        *(row("yoga mats", f"y{n}", 3, intent="find", said="found_nothing") for n in range(22)),
    ]  # fmt: skip


def _wilson(count: int, n: int) -> dict[str, float]:
    """As the two roots of (p - count / n)² = z² p (1 - p) / n, which is where it comes from."""
    share, spread = count / n, Z * Z / n
    a, b, c = 1 + spread, -(2 * share + spread), share * share
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return {"value": share, "low": (-b - root) / (2 * a), "high": (-b + root) / (2 * a)}


def _row(name: str, ours: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"name": name, "visits": len(ours), "alone": _wilson(sum(not _is_handed(one) for one in ours), len(ours)), "resolved": _wilson(sum(_said(one) == "answer" for one in ours), len(ours))}  # fmt: skip


def _is_handed(turn: Mapping[str, Any]) -> bool:
    return bool(turn["reply"]["handed_off"])


def _said(turn: Mapping[str, Any]) -> str:
    return str(turn["explained"]["said"])


def _service(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each of these turns is a visit of its own, by somebody else, and older than a day."""
    days = [datetime.fromisoformat(turn["message"]["at"]).date() for turn in turns]
    weeks = [PERIOD.start.date() + timedelta(days=7 * n) for n in range(3)]
    n, handed, answered = len(turns), sum(map(_is_handed, turns)), sum(_said(turn) == "answer" for turn in turns)
    parts = {
        "channel": Counter(turn["message"]["channel"] for turn in turns), "language": Counter(turn["reply"]["locale"] for turn in turns),
        "hour": Counter(f"{datetime.fromisoformat(turn['message']['at']).hour // 3 * 3:02}" for turn in turns),
        "intent": Counter(turn["explained"]["route"]["intent"] for turn in turns),
    }  # fmt: skip
    whose = {
        "channel": lambda turn: turn["message"]["channel"], "language": lambda turn: turn["reply"]["locale"],
        "hour": lambda turn: f"{datetime.fromisoformat(turn['message']['at']).hour // 3 * 3:02}", "intent": lambda turn: turn["explained"]["route"]["intent"],
    }  # fmt: skip
    return {
        "visits": n, "messages": n, "people": len({turn["message"]["conversation_id"] for turn in turns}), "before": None,
        "bins": [{"from": week.isoformat(), "visits": sum(week <= day < week + timedelta(days=7) for day in days)} for week in weeks],
        "alone": _wilson(n - handed, n), "resolved": _wilson(answered, n), "handed": {"asked": handed},
        "endings": {"confirmed": 0, "assumed": answered, "reopened": 0, "by_person": 0, "not_met": handed, "unanswered": n - answered - handed, "open": 0},
        "clerk": {"n": n, "p50": 0.15, "p95": 0.15}, "person": None, "tokens": sum(sum(turn["spent"][name] for name in ("tokens_in", "tokens_out")) for turn in turns),
        "cost": "0", "per_resolved": None,
        "by": {name: [_row(value, [turn for turn in turns if whose[name](turn) == value]) for value, _ in counts.most_common()] for name, counts in parts.items()},
    }  # fmt: skip


def _misses(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    missed = [turn for turn in turns if _said(turn) in ("unknown", "found_nothing")]
    dogs = [turn for turn in missed if "dogs" in turn["message"]["text"]]
    n, handed = len(dogs), sum(map(_is_handed, dogs))
    counts = {"handed": handed, "again": 0, "upset": 0, "left": n}
    return {
        "asked": len(turns), "missed": len(missed), "share": _wilson(len(missed), len(turns)), "more": 0, "alone": 0,
        "groups": [{"people": n, "questions": n, **counts, "shares": {name: _wilson(count, n) for name, count in counts.items()}}],
    }  # fmt: skip


def _market(turns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    def people(word: str) -> int:
        return len({turn["message"]["conversation_id"] for turn in turns if word in turn["message"]["text"]})

    return {
        "people": len(turns), "not_found": [{"people": people("yoga")}], "alone": 0, "shortages": [{"people": people("kettle"), "sold_out": 0}],
        "bands": [], "asking": [], "rises": [], "rises_looked_at": 0, "pairs": [], "rivals": [{"is_listed": True, "people": people("Homeleaf")}],
    }  # fmt: skip


def _flat(value: Any, at: str = "") -> dict[str, Any]:
    """Every figure by where it stands; words are no figures, but for days, names of rows and money."""
    if isinstance(value, Mapping):
        return {key: one for name, part in value.items() for key, one in _flat(part, f"{at}.{name}").items()}
    if isinstance(value, list):
        return {key: one for place, part in enumerate(value) for key, one in _flat(part, f"{at}[{place}]").items()}
    is_word = isinstance(value, str) and not at.endswith((".from", ".name", ".cost"))
    return {} if is_word else {at: value}


@pytest.mark.parametrize(("part", "again"), [("service", _service), ("misses", _misses), ("market", _market)])
def test_every_figure_is_what_the_turns_say(told: tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]], part: str, again: Any) -> None:  # fmt: skip
    figures, turns = told
    found, expected = _flat(figures[part]), _flat(again(turns))
    found = {at: value for at, value in found.items() if not (part == "market" and at.endswith(".name"))}
    assert found.keys() == expected.keys(), "every figure of the JSON is worked out again here"
    for at, value in expected.items():
        assert found[at] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), at
