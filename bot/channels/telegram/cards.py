"""How a turn looks in Telegram: its text with the titles marked, a product as a picture with buttons, a list as buttons. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.channels.telegram.presses import Press
from bot.channels.telegram.texts import CAPTION, Mark, Rich, shortened, split, units
from bot.dialogue.wishing import wishes_of
from bot.mail import Draft
from bot.types import Card, Reply, Turn
from bot.writing.forms import money
from bot.writing.wordings import Wordings
from knowledge_base.types import Locale, Product

Row = list[dict[str, str]]
ProductOf = Callable[[str, Locale], Product | None]

LABEL = 60
"""Units of a button's label; more is cut off on a phone."""
_FULL_PAGE = {"find": 5, "recommend": 3}
"""Products of a page behind which there may be another."""


def told(turn: Turn, address: str, wordings: Wordings, product_of: ProductOf) -> list[Draft]:
    """The sends that tell a turn. What is told of a press of ▶ takes the place of the list that it stood under."""
    reply, message = turn.reply, turn.message
    if not reply.text.strip():
        return []
    opening = wordings.say(reply.locale, "edited") + "\n" if message.sign == "edit" else ""
    rich = marked(opening + reply.text, reply.cards)
    rows = keyboard(turn, wordings, product_of)
    card = reply.cards[0] if len(reply.cards) == 1 else None
    if card and card.image and units(rich.text) <= CAPTION:
        bodies = [body(rich, photo=card.image)]
    elif card and card.image:
        because = f"\n{shortened(card.because, 300)}" if card.because else ""
        caption = f"{shortened(card.title, 200)}\n{money(card.price, card.currency, reply.locale)}{because}"
        bodies = [body(marked(caption, reply.cards), photo=card.image), *map(body, split(rich))]
    else:
        bodies = [body(piece) for piece in split(rich)]
    if rows:
        bodies[-1]["keyboard"] = rows
    if message.sign.startswith("more:") and len(bodies) == 1 and "photo" not in bodies[0]:
        bodies[0]["edit"] = message.on
    elif address.startswith("-") and message.on:
        bodies[0]["answers"] = message.on
    return [Draft(one) for one in bodies]


def body(rich: Rich, **more: object) -> dict[str, object]:
    entities = rich.entities()
    return {"text": rich.text, **({"entities": entities} if entities else {}), **more}


def marked(text: str, cards: Sequence[Card]) -> Rich:
    """The text with the titles of the cards as links to the shop, bold where there is none."""
    marks = []
    for card in cards:
        at = text.find(card.title) if card.title else -1
        if at >= 0:
            is_link = card.url.startswith(("http://", "https://"))
            end = at + len(card.title)
            marks.append(Mark("text_link", at, end, card.url) if is_link else Mark("bold", at, end))
    return Rich(text, tuple(marks))


def keyboard(turn: Turn, wordings: Wordings, product_of: ProductOf) -> list[Row]:
    """Rows of buttons: what can be wished of the products, then what the clerk suggests."""
    reply = turn.reply
    rows: list[Row] = []
    if len(reply.cards) == 1:
        rows += _of_one(reply, wordings, product_of)
    elif reply.intent in _FULL_PAGE:
        rows += [_of_many(card, number, reply.locale) for number, card in enumerate(reply.cards, 1)]
        rows += _pages(turn, wordings)
    rows += [
        [button(wordings.say(loc, key) if key else text, Press("do", loc, command))]
        for loc, key, text, command in _answers(reply)
    ]
    rows += [[suggestion(text, number, reply.locale)] for number, text in enumerate(reply.suggestions)]
    return rows


_ANSWERS = {
    "language_which": (("", "English", "/language en"), ("", "中文", "/language zh")),
    "privacy_tracked": (("button_untrack", "", "/privacy off"),),
    "privacy_untracked": (("button_track", "", "/privacy on"),),
    "forget_ask": (("button_forget", "", "/forget yes"), ("button_keep", "", "/forget no")),
}
"""What a command asks -> its answers: a wording or a label, and the command that it stands for."""


def _answers(reply: Reply) -> list[tuple[Locale, str, str, str]]:
    return [(reply.locale, key, label, command) for key, label, command in _ANSWERS.get(reply.intent, ())]


def suggestion(text: str, number: int, locale: Locale) -> dict[str, str]:
    """Pressed, it is as if the customer had written what it says."""
    return {"text": text, "callback_data": Press("say", locale, str(number)).data}


def button(label: str, press: Press) -> dict[str, str]:
    return {"text": shortened(label, LABEL), "callback_data": press.data}


def _of_one(reply: Reply, wordings: Wordings, product_of: ProductOf) -> Iterator[Row]:
    card = reply.cards[0]
    product = product_of(card.product_id, reply.locale)
    wishes = [
        wish
        for wish in (wishes_of(product) if product else [])
        if not (wish == "details" and reply.intent == "describe")
    ]
    made = [
        button(wordings.say(reply.locale, f"button_{wish}"), Press(wish, reply.locale, card.product_id))
        for wish in wishes
    ]
    yield from (made[at : at + 2] for at in range(0, len(made), 2))


def _of_many(card: Card, number: int, locale: Locale) -> Row:
    price = f" · {money(card.price, card.currency, locale)}"
    title = shortened(f"{number}. {card.title}", LABEL - units(price))
    return [button(title + price, Press("details", locale, card.product_id))]


def _pages(turn: Turn, wordings: Wordings) -> list[Row]:
    """◀ where this list was a page on from another, ▶ where there may be more."""
    reply, locale = turn.reply, turn.reply.locale
    row = []
    if turn.message.sign.startswith("more:"):
        row.append(button(wordings.say(locale, "button_before"), Press("before", locale, turn.message.id)))
    if len(reply.cards) >= _FULL_PAGE[reply.intent]:
        row.append(button(wordings.say(locale, "button_more"), Press("more", locale, turn.message.id)))
    return [row] if row else []
