"""`eval recommend` never learns what it asks, ranks everything that wasn't had, and names a line that it can't use."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.errors import BadRow, NothingToDo
from eval.recommend.data import by_time, half_of, read, without
from eval.recommend.measuring import best_of, figures, paired, places
from eval.recommend.run import run, why_not
from retrieval.recommend.checkpoints import Checkpoints
from tests.fakes import WordEmbedder

Row = dict[str, Any]
ITEMS = [{"item_id": i, "title": f"Game {i}"} for i in range(30)]


def write(file: Path, rows: list[Row]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def user(name: str, history: list[int], target: int | None = None, **more: Any) -> Row:
    return {"user": name, "history": history, "target": target, **more}


@pytest.fixture
def items(tmp_path: Path) -> Path:
    return write(tmp_path / "items.jsonl", ITEMS)


def test_a_tested_target_is_in_no_history_that_is_learned(tmp_path: Path, items: Path) -> None:
    users = write(tmp_path / "u.jsonl", [user("a", [1, 2, 3], 4), user("b", [5, 6], 7)])
    more = write(tmp_path / "t.jsonl", [user("c", [8, 9], 10)])
    cases = read(items, users, more)
    learned = {
        name: [cases.shelf.ids[i] for i in cases.histories.of(row).tolist()]
        for row, name in enumerate(cases.histories.customers)
    }
    assert learned == {"tested:a": ["1", "2", "3"], "tested:b": ["5", "6"], "train:c": ["8", "9", "10"]}
    assert [cases.shelf.ids[one.target] for one in cases.tested] == ["4", "7"]


def test_a_tested_user_whose_target_stands_in_the_training_file_is_refused(tmp_path: Path, items: Path) -> None:
    users = write(tmp_path / "u.jsonl", [user("a", [1, 2, 3], 4)])
    more = write(tmp_path / "t.jsonl", [user("c", [8, 9], 10), user("a", [1, 2, 3, 4], 5)])
    with pytest.raises(BadRow, match=r"t\.jsonl:2: user 'a' is tested"):
        read(items, users, more)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (user("a", [1, 99], 2), "no item '99'"),
        (user("a", [1, 2], 2), "the target '2' is in the history"),
        (user("a", [1, 2], 3, times=[20, 10]), "`times`"),
        ({"user": "a"}, "a user is"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, items: Path, row: Row, told: str) -> None:
    with pytest.raises(BadRow, match=rf"u\.jsonl:2: .*{told}"):
        read(items, write(tmp_path / "u.jsonl", [user("z", [1], 2), row]))


def test_nobody_to_test_is_said(tmp_path: Path, items: Path) -> None:
    with pytest.raises(NothingToDo, match="no user with a target"):
        read(items, write(tmp_path / "u.jsonl", [user("a", [1, 2])]))


def test_halves_are_told_by_the_name_and_share_no_user() -> None:
    halves = [half_of(str(i)) for i in range(1000)]
    assert 400 < halves.count("tune") < 600
    assert halves == [half_of(str(i)) for i in range(1000)]


def test_by_time_nothing_after_the_moment_is_learned(tmp_path: Path, items: Path) -> None:
    rows = [user(str(n), [n, n + 1, n + 2], n + 3, times=[n, n + 10, n + 20]) for n in range(20)]
    cases = read(items, write(tmp_path / "u.jsonl", rows))
    cut = by_time(cases, share=0.5)
    assert cut.histories.at is not None
    assert cut.histories.at.max() < np.quantile(cases.histories.at, 0.5)  # type: ignore[arg-type]
    assert cut.tested


def test_hidden_items_are_in_no_history(tmp_path: Path, items: Path) -> None:
    rows = [user(str(n), [n % 20, n % 20 + 1], n % 20 + 2) for n in range(40)]
    cases = read(items, write(tmp_path / "u.jsonl", rows))
    hidden = np.arange(30) % 3 == 0
    less = without(cases, hidden)
    assert not hidden[less.histories.places].any()
    assert all(hidden[one.target] and not hidden[one.history].any() for one in less.tested)


def test_what_was_had_is_never_in_the_list() -> None:
    assert best_of(np.array([5, 4, 3, 2, 1], dtype=np.float32), [0, 2], 2).tolist() == [1, 3]


def test_figures_of_lists_whose_answer_is_obvious() -> None:
    lists = np.arange(20, dtype=np.int32).reshape(2, 10)
    at = places(lists, np.array([0, 5], dtype=np.int32))
    assert at.tolist() == [0, 10]
    told = figures(at, lists, np.ones(40, dtype=np.float32))
    assert (told["hr@10"], told["ndcg@10"], told["coverage"]) == (0.5, 0.5, 0.5)


def test_a_clear_difference_has_an_interval_above_nothing_and_none_one_around_it() -> None:
    chance = np.random.default_rng(0)
    worse = np.where(chance.random(2000) < 0.1, 3, 10)
    better = np.where(chance.random(2000) < 0.2, 3, 10)
    assert paired(better, worse)["hr@10"]["low"] > 0
    again = np.where(chance.random(2000) < 0.1, 3, 10)
    told = paired(worse, again)["hr@10"]
    assert told["low"] < 0 < told["high"]


def test_a_ring_is_learned_and_reported_whole(tmp_path: Path, items: Path) -> None:
    pytest.importorskip("torch", reason="the [train] extra isn't installed")
    rows = [user(str(n), [(n * 7 + step) % 30 for step in range(4)], (n * 7 + 4) % 30) for n in range(300)]
    users = write(tmp_path / "u.jsonl", rows)
    report = run(
        items, users, train=None, systems=("ours", "popularity", "transitions"), half="all", times=False, seed=7,
        embedder=WordEmbedder(), keep=Checkpoints(), hidden=10, speed=True, quick=True, say=lambda *_: None,
    )  # fmt: skip
    assert report["systems"]["ours"]["hr@10"] > 0.95 > report["systems"]["popularity"]["hr@10"]
    assert report["cold_users"]["events"] == 4
    assert set(report["against_best"]["hr@10"]) == {"difference", "low", "high"}
    assert report["cold_items"]["hidden"] == 10
    assert report["speed"]["asked"] == 900
    assert {"versions", "data", "machine", "seconds", "repetitions", "skipped"} <= report.keys()
    assert report["skipped"] == {}


def test_a_yardstick_without_figures_says_why() -> None:
    assert "shopclerk[yardstick]" in why_not("implicit", False) or find_spec("implicit")
    assert "--quick" in why_not("transitions+EASE", True)
    assert "too few" in why_not("ours:sequence", False)
