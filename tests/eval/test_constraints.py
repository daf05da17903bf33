"""`eval constraints` on small files whose right answer is obvious."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.benchmarks.constraints import Case, figures, load, run
from eval.cli import app
from eval.errors import BadRow, NothingToDo

LINES = (
    '{"id": "a", "locale": "en", "text": "kettle under 50", "where": {"price_to": 50}, "half": "dev"}',
    '{"id": "b", "locale": "zh", "text": "红色的", "where": {"having": {"colour": ["blue"]}}}',
)


def written(folder: Path, *lines: str) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def quiet(step: str, done: int, of: int) -> None:
    pass


def test_a_case_is_right_where_its_whole_where_is(tmp_path: Path) -> None:
    report = run(cases=written(tmp_path, *LINES), shop=None, half=None, quick=False, say=quiet)
    assert report["reader"]["exact"] == 0.5
    assert report["yardstick"]["by_locale"]["en"]["exact"] == 1.0
    assert report["reader"]["by_key"]["having.colour"] == {"stated": 1, "precision": 0.0, "recall": 0.0}
    assert [(case["id"], case["got"]) for case in report["wrong"]] == [("b", {"having": {"colour": ["red"]}})]
    assert set(report["data"]) == {"cases.jsonl"}


def test_a_key_that_is_said_without_need_lowers_precision() -> None:
    cases = [Case("a", "en", "", {"price_to": 5}, "dev"), Case("b", "en", "", {}, "dev")]
    counted = figures(cases, [{"price_to": 5}, {"price_to": 9}])
    assert counted["by_key"]["price_to"] == {"stated": 1, "precision": 0.5, "recall": 1.0}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "a", "locale": "en", "text": "x", "where": {"colour": ["red"]}}', "no limit colour"),
        ('{"id": "a", "locale": "en", "text": "x"}', "where"),
        ('{"id": "a", "locale": "en", "text": "x", "where": []}', "object of limits"),
        ("{", "JSON"),
    ],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(BadRow, match=f"cases.jsonl:1: .*{reason}"):
        load(written(tmp_path, line))


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(BadRow, match="stands twice"):
        load(written(tmp_path, LINES[0], LINES[0]))


def test_a_half_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NothingToDo, match="frozen"):
        run(cases=written(tmp_path, *LINES), shop=None, half="frozen", quick=False, say=quiet)


def test_our_development_cases_are_read_as_they_say(tmp_path: Path) -> None:
    report = run(cases=None, shop=None, half="dev", quick=True, say=quiet)
    assert report["cases"] == 60
    assert report["reader"]["exact"] >= 0.98


def test_the_command_prints_one_object_and_names_what_is_wrong(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["constraints", "--cases", str(written(tmp_path, *LINES)), "--json"])
    assert told.exit_code == 0
    assert json.loads(told.stdout)["cases"] == 2
    wrong = CliRunner().invoke(app, ["constraints", "--half", "best"])
    assert wrong.exit_code == 2
    missing = CliRunner().invoke(app, ["constraints", "--cases", str(tmp_path / "none.jsonl")])
    assert missing.exit_code == 2
