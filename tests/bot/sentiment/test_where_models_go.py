"""Where a model is to go is looked at before anything is learned."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.training import app


@pytest.mark.parametrize("part", ["sentiment", "aspects", "listener"])
def test_a_file_in_the_place_of_the_folder_is_refused_at_once(tmp_path: Path, part: str) -> None:
    taken = tmp_path / "notes.md"
    taken.write_text("mine", encoding="utf-8")
    ended = CliRunner().invoke(app, [part, "--out", str(taken)], env={"COLUMNS": "300"})
    assert ended.exit_code == 2
    assert "is a file; name a folder" in ended.output
    assert taken.read_text(encoding="utf-8") == "mine"
