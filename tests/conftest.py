"""The sample shop, indexed once a session, and small shops of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import OpenShop, index_shop, open_shop, shop_of
from tests.talk import Talk


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over the sample shop, whose index is made here once."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), _env_file=None)
    index_shop(settings, shop_of(settings))
    return settings


@pytest.fixture
async def sample(sample_settings: Settings) -> AsyncIterator[OpenShop]:
    async with open_shop(sample_settings) as shop:
        yield shop


@pytest.fixture
def talk(sample: OpenShop) -> Talk:
    """A new conversation with the sample shop."""
    return Talk(sample.engine)


@pytest.fixture
def make_shop(tmp_path: Path) -> Callable[..., Path]:
    """A folder with a shop.toml over the files given by name: `make_shop({"products.csv": text})`."""

    def make(files: dict[str, str], toml: str = "", name: str = "shop") -> Path:
        folder = tmp_path / name
        kinds = {
            "products": "products",
            "faq": "faq",
            "policies": "documents",
            "events": "interactions",
            "reviews": "reviews",
        }
        sources = [
            f'[[sources]]\nfile = "{file}"\nkind = "{kinds[Path(file).parts[0].split(".")[0]]}"\n' for file in files
        ]
        for file, text in {
            **files,
            "shop.toml": f'name = "Test"\nlocales = ["en", "zh"]\n{toml}\n' + "\n".join(sources),
        }.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    return make
