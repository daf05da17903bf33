"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ShopIs = Annotated[
    Path | None,
    typer.Option("--shop", help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out"),
]
