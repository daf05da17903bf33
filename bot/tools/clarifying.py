"""One question back where two readings are near, never two in a row: then what could be meant is shown."""

from __future__ import annotations

from bot.tools.ask import ask
from bot.tools.shelf import Shelf
from bot.types import Conversation, Findings, Option, Understood
from bot.writing.forms import touching

MOST = 5
"""Choices of a question."""


async def which(asked: Understood, history: Conversation, shelf: Shelf) -> Findings:
    """The question with the readings as choices; where the last turn asked already, all of them as a list.

    Two wishes that are near are settled by a text of the shop that answers.
    """
    if not any(option.product_id for option in asked.options):
        answer = await ask(asked, history, shelf)
        return answer if answer.say == "answer" else Findings("which_wish", options=asked.options)
    products = tuple(product for option in asked.options if (product := shelf.product(option.product_id)))
    if history.question is not None and history.question.clarifies:
        return Findings("found", products=products, suggestions=("details", "compare"))
    return Findings("which_of", values={"choices": _listed(asked.options, shelf.locale)}, options=asked.options)


def lost(history: Conversation, shelf: Shelf) -> Findings:
    """A place in the list is named where nothing stands: the products that do are the choices."""
    shown = [product for i in history.shown[:MOST] if (product := shelf.product(i))]
    options = tuple(Option(product.title, product_id=product.id) for product in shown)
    if history.question is not None and history.question.clarifies:
        return Findings("found", products=tuple(shown), suggestions=("details",))
    return Findings("which_one", values={"count": str(len(history.shown))}, options=options)


def _listed(options: tuple[Option, ...], locale: str) -> str:
    labels = [option.label for option in options]
    if locale == "zh":
        return touching("、".join(labels[:-1]) + "，还是", labels[-1])
    return ", ".join(labels[:-1]) + " or " + labels[-1]
