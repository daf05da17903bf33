"""`shopclerk mcp`: a shop for assistants, over standard input and output or over HTTP."""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Settings, load_settings


def mcp(
    shop: Annotated[
        Path | None, typer.Argument(help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out")
    ] = None,
    http: Annotated[bool, typer.Option("--http", help="serve over HTTP at /mcp instead of standard input")] = False,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
) -> None:
    """Let assistants search a shop (Model Context Protocol): find, describe, compare, recommend, ask. Needs the extra `mcp`.

    Examples: shopclerk mcp my-shop; shopclerk mcp my-shop --http --port 8090
    """
    given = {name: value for name, value in (("shop", shop), ("host", host), ("port", port)) if value is not None}
    if find_spec("mcp") is None:
        sys.exit("shopclerk mcp: it needs an extra: pip install 'shopclerk[mcp]'.")
    asyncio.run(_serve(load_settings(**given), http))


async def _serve(settings: Settings, http: bool) -> None:
    from bot.channels.mcp_server import PATH, http_app, server_of
    from bot.commands.talking import opening

    async with opening(settings) as shop:
        server = server_of(shop)
        if not http:
            return await server.run_stdio_async()
        import uvicorn

        print(f"Serving at http://{settings.host}:{settings.port}{PATH}; end with Ctrl-C.", file=sys.stderr)
        config = uvicorn.Config(
            http_app(server, settings.host), host=settings.host, port=settings.port, log_level=settings.log_level
        )
        await uvicorn.Server(config).serve()
        return None
