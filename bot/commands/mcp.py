"""`shopclerk mcp`: a shop for assistants, over standard input and output or over HTTP."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.commands.options import Host, Port, ShopAt
from bot.settings import Settings, load_settings


def mcp(
    shop: ShopAt = None,
    http: Annotated[bool, typer.Option("--http", help="serve over HTTP at /mcp instead of standard input")] = False,
    host: Host = None,
    port: Port = None,
) -> None:
    """Let assistants search a shop (Model Context Protocol): find, describe, compare, recommend, ask. Needs the extra `mcp`.

    Examples: shopclerk mcp my-shop; shopclerk mcp my-shop --http --port 8090
    """
    given = {name: value for name, value in (("shop", shop), ("host", host), ("port", port)) if value is not None}
    asyncio.run(_serve(load_settings(**given), http))


async def _serve(settings: Settings, http: bool) -> None:
    from bot.channels.mcp_server import PATH, http_app, server_of
    from bot.commands.talking import opening

    if not http:
        async with opening(settings) as shop:
            return await server_of(shop).run_stdio_async()
    import uvicorn

    from bot.channels.access import access_of
    from bot.channels.guests import guests_of
    from bot.channels.server import config_of

    access, guests = access_of(settings), guests_of(settings)
    async with opening(settings) as shop:
        app = http_app(shop, guests, access, settings.body_limit_kb * 1024)
        who = "whoever has a key" if guests.keys else "everybody who can reach it"
        print(f"Serving {who} at http://{settings.host}:{settings.port}{PATH}; end with Ctrl-C.", file=sys.stderr)
        await uvicorn.Server(config_of(app, settings)).serve()
        if access.limits is not None:
            await access.limits.buckets.close()
    return None
