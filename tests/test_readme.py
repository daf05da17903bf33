"""The README's commands are run in its order in an empty folder; what it shows of their output is what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(sh|text)\n(.*?)```", re.DOTALL)


def steps() -> list[tuple[str, list[str]]]:
    """(commands, lines that their output must have), in order."""
    found: list[tuple[str, list[str]]] = []
    for language, text in BLOCK.findall(README):
        if language == "sh":
            found.append((text, []))
        else:
            found[-1][1].extend(text.splitlines())
    return found


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `shopclerk` in it, whatever environment the tests run in."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "shopclerk"
    script.write_text(f"#!{sys.executable}\nfrom bot.cli import main\nmain()\n")
    script.chmod(0o755)
    return folder


@pytest.mark.slow
def test_every_command_of_the_readme_does_what_it_says(program: Path, tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SHOPCLERK_")}
    own |= {"PATH": f"{program}:{own['PATH']}", "PYTHONPATH": str(ROOT), "COLUMNS": "160"}
    assert len(steps()) >= 4
    for commands, told in steps():
        ended = subprocess.run(
            ["bash", "-ec", commands], cwd=tmp_path, env=own, capture_output=True, text=True, check=False
        )
        printed = ended.stdout + ended.stderr
        assert ended.returncode == 0, f"{commands}\n{printed}"
        for line in told:
            assert line in printed, f"{commands}\nnever printed {line!r}, but:\n{printed}"


def test_every_figure_has_its_command_and_every_link_its_file() -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target
    figures = README.split("## Figures", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in figures.splitlines() if line.startswith("|")][2:]
    assert rows
    assert all("`" in row for row in rows), "a figure without its command"


def test_settings_and_keys_are_all_told() -> None:
    from bot.settings import PREFIX, Settings
    from knowledge_base.shop import _ShopFile, _Source

    for name in Settings.model_fields:
        assert PREFIX + name.upper() in README, name
    for name in (*_ShopFile.model_fields, *_Source.model_fields):
        assert f"`{name}" in README or f" {name}" in README, name
