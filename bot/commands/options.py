"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_SHOP = "a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out"
ShopIs = Annotated[Path | None, typer.Option("--shop", help=_SHOP)]
ShopAt = Annotated[Path | None, typer.Argument(help=_SHOP)]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda")]
Host = Annotated[str | None, typer.Option("--host", help="address to listen on")]
Port = Annotated[int | None, typer.Option("--port", help="port to listen on")]
