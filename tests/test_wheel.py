"""The wheel installs `shopclerk` with the sample shop, templates, wordings and the model inside."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, isn't installed")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_everything_that_serving_needs_is_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = (
        "knowledge_base/sample/shop.toml", "knowledge_base/sample/products.jsonl", "knowledge_base/sample/policies/zh/returns.md",
        "knowledge_base/sample/pictures/JL-COF-01.png", "knowledge_base/templates/shop.toml", "bot/writing/wordings/zh.toml",
        "bot/intent/cues.toml", "bot/commands/demo.txt", "retrieval/models/all-MiniLM-L6-v2-int8/model.onnx", "eval/cli.py",
    )  # fmt: skip
    assert not [name for name in wanted if name not in names]
    assert not [name for name in names if name.startswith("tests/") or name.endswith(".pyc")]
    entry_points = next(name for name in names if name.endswith("entry_points.txt"))
    assert "shopclerk = bot.cli:main" in zipfile.ZipFile(wheel).read(entry_points).decode()


def test_the_installed_program_finds_its_sample_shop(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "from bot.wiring import SAMPLE, shop_of; from bot.settings import Settings; import bot; print(shop_of(Settings()).name, bot.__file__)"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.startswith("Juniper Lane")
    assert str(tmp_path / "site") in ended.stdout
