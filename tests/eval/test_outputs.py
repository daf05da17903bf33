"""What can't be written is told before any work."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app as measuring
from eval.insights.commands import app as insight


@pytest.mark.parametrize(
    "command", [["report"], ["misses"], ["customers"], ["recommendations"]], ids=lambda command: command[0]
)
def test_a_page_that_is_a_folder_or_has_none_is_refused_at_once(command: list[str], tmp_path: Path) -> None:
    for page, told in ((tmp_path, "is a folder"), (tmp_path / "none" / "page.html", "no folder")):
        made = CliRunner().invoke(insight, [*command, str(tmp_path / "no-shop"), "--html", str(page)])
        assert made.exit_code == 2
        assert told in " ".join(made.output.split())


def test_a_run_over_a_file_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    made = CliRunner().invoke(measuring, ["replay", str(tmp_path / "chats.jsonl"), "--out", str(tmp_path / "run")])
    assert made.exit_code == 2
    assert "is a file" in " ".join(made.output.split())


def test_one_persons_figures_need_a_second_yes() -> None:
    made = CliRunner().invoke(insight, ["customers", "--customer", "C010"])
    assert made.exit_code == 2
    assert "--one-person" in " ".join(made.output.split())
