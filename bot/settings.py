"""The only module that reads the environment (and `.env`). Every name starts with SHOPCLERK_."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BadSetting

PREFIX = "SHOPCLERK_"


class Settings(BaseSettings):
    """All settings with their defaults; `shopclerk doctor` shows them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(default=Path(".shopclerk"), description="where indexes and conversations are kept")
    shop: Path | None = Field(default=None, description="a folder with shop.toml; the sample shop where unset")
    embedder: str = Field(default="bundled", min_length=1, description="bundled, a model folder, or a hub id")
    allow_download: bool = Field(default=False, description="whether a hub id may be fetched from its hub")
    writer: Literal["template"] = Field(default="template", description="who words the replies")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    body_limit_kb: int = Field(default=64, ge=1, le=10_000)
    log_level: Literal["debug", "info", "warning", "error"] = "warning"


def load_settings(**given: Any) -> Settings:
    """From the environment and `.env`; `given` wins. Raises BadSetting for an unknown name or a wrong value."""
    names = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in (*os.environ, *_names_in(Path(".env"))):
        if name.startswith(PREFIX) and name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(names))}."
            raise BadSetting(name, os.environ.get(name, ""), f"there is no such setting; {hint}")
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSetting(name, str(first["input"]), first["msg"].replace("Input should", "it should") + ".") from error


def _names_in(file: Path) -> list[str]:
    if not file.is_file():
        return []
    return [
        line.split("=", 1)[0].strip().removeprefix("export ")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "=" in line
    ]
