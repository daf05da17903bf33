"""What was read of a text is there the next time; what was cut off isn't believed."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from bot.errors import BadLabeller
from bot.sentiment.states import LEFT_FREE, States


def _rows(value: float, tokens: int) -> np.ndarray:
    return np.full((tokens, 4), value, np.float16)


def test_states_are_found_again_and_others_go_behind_them(tmp_path: Path) -> None:
    States(tmp_path, 4).keep()
    first = States(tmp_path, 4)
    first.add(["a", "b"], [_rows(1, 2), _rows(2, 3)])
    first.keep()
    again = States(tmp_path, 4)
    assert again.missing(["b", "c", "c", "a"]) == ["c"]
    again.add(["c"], [_rows(3, 1)])
    again.keep()
    found = States(tmp_path, 4)
    assert [found.of(text).tolist() for text in "abc"] == [[[1.0] * 4] * 2, [[2.0] * 4] * 3, [[3.0] * 4]]
    assert found.tokens("b") == 3


def test_rows_that_no_place_names_are_written_over(tmp_path: Path) -> None:
    first = States(tmp_path, 4)
    first.add(["a"], [_rows(1, 2)])
    first.keep()
    first.add(["lost"], [_rows(9, 5)])
    again = States(tmp_path, 4)
    assert "lost" not in again
    again.add(["b"], [_rows(2, 1)])
    again.keep()
    assert States(tmp_path, 4).of("b").tolist() == [[2.0] * 4]


def test_a_torn_list_of_places_has_all_read_anew(tmp_path: Path) -> None:
    first = States(tmp_path, 4)
    first.add(["a"], [_rows(1, 2)])
    first.keep()
    file = tmp_path / "places.npz"
    file.write_bytes(file.read_bytes()[:40])
    again = States(tmp_path, 4)
    assert again.missing(["a"]) == ["a"]


def test_a_full_disk_is_told_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(0, 0, LEFT_FREE + 80))
    States(tmp_path, 4).check_room(10)
    with pytest.raises(BadLabeller, match=r"11 tokens take .* make room"):
        States(tmp_path, 4).check_room(11)
