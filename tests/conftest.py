"""The sample shop, indexed once a session, and small shops of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import settings as examples

from bot.settings import Settings
from bot.wiring import OpenShop, index_shop, open_shop, shop_of
from tests.shops import shop_in
from tests.talk import Talk

examples.register_profile("ours", deadline=None)  # a busy machine is no fault of what is tested
examples.load_profile("ours")


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
        return shop_in(tmp_path / name, files, toml)

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The README's commands take longest: begun first, neither worker waits for them at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/test_readme.py"))
