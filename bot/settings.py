"""The only module that reads the environment (and `.env`). Every name starts with SHOPCLERK_."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
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
    reranker: str = Field(
        default="bundled", min_length=1, description="bundled, none, a ranker's or a cross-encoder's folder"
    )
    allow_download: bool = Field(default=False, description="whether a hub id may be fetched from its hub")
    writer: Literal["template"] = Field(default="template", description="who words the replies")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    body_limit_kb: int = Field(default=64, ge=1, le=10_000)
    log_level: Literal["debug", "info", "warning", "error"] = "warning"


def load_settings(**given: Any) -> Settings:
    """From the environment and `.env`; `given` wins. Raises BadSetting for an unknown name or a wrong value."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    set_to = {**dotenv_values(".env"), **os.environ}
    for name, value in set_to.items():
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1, cutoff=0.8)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}."
            raise BadSetting(name, value or "", f"there is no such setting; {hint}")
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSetting(name, str(first["input"]), first["msg"].replace("Input should", "it should") + ".") from error
