"""`shopclerk faq`: answers that colleagues have marked as worth keeping, looked at and put into the shop's FAQ file."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.commands.options import ShopIs
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.stores.database import Database
    from bot.stores.proposals import Proposal, State
    from knowledge_base.shop import Shop

T = TypeVar("T")
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Answers of colleagues for the shop's FAQ.",
    epilog="Example: shopclerk faq review --shop my-shop",
)
TRIALS = "shopclerk.faq_trials"
"""Entry-point group of what shows what an accepted draft would change: (settings, shop, proposal, questions of customers) -> text."""
NumberIs = Annotated[int, typer.Argument(help="of the proposal, as `faq review` shows it")]


@app.callback()
def faq() -> None:
    """Answers of colleagues for the shop's FAQ."""


@app.command()
def review(
    shop: ShopIs = None,
    ask: Annotated[
        bool | None, typer.Option("--ask/--list", help="decide one after the other, or list them; by the terminal")
    ] = None,
) -> None:
    """List the answers that colleagues think worth keeping, or decide on each: accept, edit, refuse.

    Examples: shopclerk faq review; shopclerk faq review --list
    """
    found = _in_shop(shop, lambda given, database: _open(database))
    if not found:
        print("Nothing is proposed. Colleagues propose with “Worth keeping” on the desk's page, or /faq in Telegram.")
    decides = sys.stdin.isatty() if ask is None else ask
    for proposal in found:
        _show(shop, proposal)
        if decides and not _decide(shop, proposal):
            return


@app.command()
def accept(
    number: NumberIs,
    shop: ShopIs = None,
    question: Annotated[str | None, typer.Option(help="another wording of the question")] = None,
    answer: Annotated[str | None, typer.Option(help="another wording of the answer")] = None,
    trial: Annotated[
        bool, typer.Option("--trial/--no-trial", help="for a draft of `insight misses`: first show what customers were answered, and would be")
    ] = True,
) -> None:  # fmt: skip
    """Put a proposed answer into the FAQ file of its language, behind what is there.

    Example: shopclerk faq accept 3 --question "Do you ship to Norway?"
    """
    if trial:
        _try(shop, number, question, answer)
    _accept(shop, number, question, answer)


@app.command()
def refuse(number: NumberIs, shop: ShopIs = None) -> None:
    """Put a proposal away.

    Example: shopclerk faq refuse 3
    """
    _in_shop(shop, lambda given, database: _decided(database, number, "refused"))
    print(f"{number} is refused.")


def _accept(shop: Path | None, number: int, question: str | None, answer: str | None) -> None:
    from bot.people.answers import accept as into_file

    async def work(given: Shop, database: Database) -> Path:
        proposal = await _one(database, number)
        proposal = replace(proposal, question=question or proposal.question, answer=answer or proposal.answer)
        file = into_file(given, proposal, await _orders(database, proposal))
        await _decided(database, number, "accepted")
        return file

    file = _in_shop(shop, work)
    print(f"{number} is in {file}. Run `shopclerk index{f' {shop}' if shop else ''}` to have it answered.")


def _try(shop: Path | None, number: int, question: str | None, answer: str | None) -> bool:
    """Whether there was anything to show: the questions that a draft is for, as they are answered without it and with it."""
    from bot.stores import proposals

    async def read(given: Shop, database: Database) -> tuple[Shop, Proposal, Sequence[str]]:
        proposal = await _one(database, number)
        made = replace(proposal, question=question or proposal.question, answer=answer or proposal.answer)
        return given, made, await database.run(proposals.questions, number)

    given, proposal, asked = _in_shop(shop, read)
    settings = load_settings(**({"shop": shop} if shop else {}))
    shown = [trial.load()(settings, given, proposal, asked) for trial in entry_points(group=TRIALS)] if asked else []
    print("\n".join(shown)) if shown else None
    return bool(shown)


def _show(shop: Path | None, proposal: Proposal) -> None:
    from bot.people.answers import personal_in
    from bot.stores import proposals

    async def read(given: Shop, database: Database) -> tuple[Shop, Sequence[str], int]:
        asked = await database.run(proposals.questions, proposal.number)
        return given, await _orders(database, proposal), len(asked)

    given, known, asked = _in_shop(shop, read)
    personal = personal_in(f"{proposal.question}\n{proposal.answer}", given.own, known)
    day = datetime.fromtimestamp(proposal.at, UTC).astimezone(given.timezone)
    print(f"{proposal.number}  {proposal.locale}  {proposal.by}, {day:%Y-%m-%d}")
    print(f"   Q: {_inset(proposal.question)}\n   A: {_inset(proposal.answer)}")
    if asked:
        print(f"   asked {asked} times by customers; what it would change is shown before it is accepted")
    if personal:
        print(f"   ! holds {', '.join(personal)}: edit it before it can be accepted")


def _decide(shop: Path | None, proposal: Proposal) -> bool:
    """Whether to go on."""
    from bot.errors import NotKept

    question, answer = proposal.question, proposal.answer
    while True:
        chosen: str = typer.prompt("   [a]ccept, [e]dit, [r]efuse, [s]kip, [q]uit", default="s").strip().casefold()[:1]
        if chosen == "e":
            question = typer.prompt("   Q", default=question)
            answer = typer.prompt("   A", default=answer)
            continue
        if chosen == "a":
            if _try(shop, proposal.number, question, answer) and not typer.confirm("   Put it in?", default=True):
                continue
            try:
                _accept(shop, proposal.number, question, answer)
            except NotKept as error:
                print(f"   {error}")
                continue
        if chosen == "r":
            refuse(proposal.number, shop)
        if chosen in ("a", "r", "s", "q"):
            return chosen != "q"


def _in_shop(folder: Path | None, work: Callable[[Shop, Database], Awaitable[T]]) -> T:
    from bot.stores.database import Database
    from bot.wiring import kept_in, shop_of

    settings = load_settings(**({"shop": folder} if folder else {}))
    shop = shop_of(settings)

    async def run() -> T:
        database = Database(kept_in(settings, shop))
        try:
            return await work(shop, database)
        finally:
            database.close()

    return asyncio.run(run())


async def _open(database: Database) -> Sequence[Proposal]:
    from bot.stores import proposals

    return await database.run(proposals.waiting)


async def _one(database: Database, number: int) -> Proposal:
    from bot.errors import NotKept
    from bot.stores import proposals

    found = await database.run(proposals.one, number)
    if found is None or found.state != "proposed":
        raise NotKept(number, "there is no such proposal" if found is None else f"it is {found.state} already")
    return found


async def _decided(database: Database, number: int, state: State) -> None:
    from bot.stores import proposals

    await _one(database, number)
    await database.run(proposals.decide, number, state)


async def _orders(database: Database, proposal: Proposal) -> Sequence[str]:
    """Numbers that were spoken of in the talk that the answer is from."""
    from bot.people.summary import orders_of
    from bot.stores.happenings import Happenings

    happened = await Happenings(database).last(proposal.conversation_id, 200)
    return orders_of([one.turn for one in happened])


def _inset(text: str) -> str:
    return text.replace("\n", "\n      ")
