"""What can't be written is told before any work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app as measuring
from eval.insights.commands import app as insight


def _flat(output: str) -> str:
    """A box's edges and breaks may stand within a word."""
    return re.sub(r"[\s│]+", "", output)


@pytest.mark.parametrize(
    "command", [["report"], ["misses"], ["customers"], ["recommendations"]], ids=lambda command: command[0]
)
def test_a_page_that_is_a_folder_or_has_none_is_refused_at_once(command: list[str], tmp_path: Path) -> None:
    for page, told in ((tmp_path, "isafolder"), (tmp_path / "none" / "page.html", "nofolder")):
        made = CliRunner().invoke(insight, [*command, str(tmp_path / "no-shop"), "--html", str(page)])
        assert made.exit_code == 2
        assert told in _flat(made.output)


def test_a_run_over_a_file_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    made = CliRunner().invoke(measuring, ["replay", str(tmp_path / "chats.jsonl"), "--out", str(tmp_path / "run")])
    assert made.exit_code == 2
    assert "isafile" in _flat(made.output)


def test_one_persons_figures_need_a_second_yes() -> None:
    made = CliRunner().invoke(insight, ["customers", "--customer", "C010"])
    assert made.exit_code == 2
    assert "--one-person" in _flat(made.output)
