"""`shopclerk lint`."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Annotated

import typer

from bot.commands.options import ShopAt


def lint(
    shop: ShopAt = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULE", help="leave a rule out; repeatable")] = None,
    today: Annotated[
        str, typer.Option(metavar="DAY", help="the day that offers are measured by, 2026-11-24; today where left out")
    ] = "",
    as_sarif: Annotated[
        bool, typer.Option("--sarif", help="SARIF 2.1.0 instead of text, for GitHub and editors")
    ] = False,
) -> None:
    """What contradicts, has expired, stands twice, leads nowhere or is missing in the shop's own files. Exit status 1 where something is.

    Each text is read against the others: both languages of an entry, FAQ against policies, companions and links against the catalogue.

    Examples: shopclerk lint my-shop; shopclerk lint my-shop --ignore unanswered --sarif > lint.sarif
    """
    from bot.settings import load_settings
    from bot.wiring import shop_of
    from eval.lint.checking import check
    from eval.lint.sarif import sarif
    from eval.lint.types import RULES

    if strangers := set(ignore or ()) - set(RULES):
        raise typer.BadParameter(f"there is no rule {', '.join(sorted(strangers))}; there are {', '.join(RULES)}")
    try:
        day = date.fromisoformat(today) if today else date.today()
    except ValueError as error:
        raise typer.BadParameter(f"--today {today!r} is no day such as 2026-11-24") from error
    folder = shop_of(load_settings(**({"shop": shop} if shop else {}))).folder
    found = [one for one in check(folder, day) if one.rule not in (ignore or ())]
    if as_sarif:
        print(json.dumps(sarif(found), ensure_ascii=False, indent=2))
    else:
        for one in found:
            print(f"{one.place.file}:{one.place.line}: {one.rule}: {one.subject}: {one.says}\n    {one.text}")
        print(f"{len(found)} problems." if found else "Nothing found.", file=sys.stderr)
    if found:
        raise typer.Exit(1)
