"""`shopclerk operator`: colleagues who may use the desk's page, each by a token of their own."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.commands.options import ShopIs
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.stores.operators import Operators
    from knowledge_base.shop import Shop

T = TypeVar("T")
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Colleagues at the desk's page: add, list, revoke.",
    epilog="Example: shopclerk operator add Mia --shop my-shop",
)
NameIs = Annotated[str, typer.Argument(help="as colleagues (and, by SHOPCLERK_DESK_NAMES, customers) read it")]


@app.callback()
def operator() -> None:
    """Colleagues at the desk's page: add, list, revoke."""


@app.command()
def add(name: NameIs, shop: ShopIs = None) -> None:
    """Make a colleague's token. It is shown this once and kept as a digest; a running `serve` takes it at once.

    Example: shopclerk operator add Mia
    """
    token = _of_shop(shop, lambda given, operators: operators.add(name, time.time()))
    print(f"{name.strip()}'s token, shown this once; they sign in with it at /desk:", file=sys.stderr)
    print(token)


@app.command("list")
def list_(shop: ShopIs = None) -> None:
    """Show who may use the desk, and when they last signed in.

    Example: shopclerk operator list
    """

    async def read(given: Shop, operators: Operators) -> list[str]:
        def day(at: float) -> str:
            return f"{datetime.fromtimestamp(at, UTC).astimezone(given.timezone):%Y-%m-%d %H:%M}"

        return [
            f"{one.name}: since {day(one.since)}, {f'signed in {day(one.seen)}' if one.seen else 'never signed in'}"
            for one in await operators.all()
        ]

    found = _of_shop(shop, read)
    print("\n".join(found) or "Nobody yet: shopclerk operator add NAME")


@app.command()
def revoke(name: NameIs, shop: ShopIs = None) -> None:
    """Take a colleague's token back; what they have open ends at once.

    Example: shopclerk operator revoke Mia
    """
    from bot.errors import BadOperator

    if not _of_shop(shop, lambda given, operators: operators.revoke(name)):
        raise BadOperator(name, "there is none of that name; `shopclerk operator list` names them")
    print(f"{name.strip()} is revoked.")


def _of_shop(folder: Path | None, work: Callable[[Shop, Operators], Awaitable[T]]) -> T:
    from bot.stores.operators import Operators
    from bot.wiring import access_file, shop_of

    settings = load_settings(**({"shop": folder} if folder else {}))
    shop = shop_of(settings)

    async def run() -> T:
        access = access_file(settings, shop)
        try:
            return await work(shop, Operators(access))
        finally:
            await access.close()

    return asyncio.run(run())
