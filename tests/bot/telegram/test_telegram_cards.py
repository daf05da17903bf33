"""How turns look: whatever is said, Telegram takes it, and nothing of it is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.cards import told
from bot.channels.telegram.texts import units
from bot.types import Card, Message, Reply, Turn, Verdict
from bot.writing.wordings import Wordings
from eval.doors.bot_api import Call, wrong
from tests.bot.telegram.test_telegram_texts import texts, visible

WORDINGS = Wordings.load()
titles = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["茶壶", "Kettle 👩‍👩‍👧‍👦", "*_[x](y)<b>"]
)
ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)
cards = st.builds(
    lambda id_, title, url, image: Card(id_, title, Decimal("49.00"), "USD", True, url, image),
    ids, titles, st.sampled_from(["", "https://x.example/p", "javascript:x"]), st.sampled_from(["", "/pictures/a.png"]),
)  # fmt: skip


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    shown = tuple(draw(st.lists(cards, max_size=5)))
    named = "\n".join(card.title for card in shown)
    text = draw(texts) + named + draw(texts) * draw(st.sampled_from([1, 1, 30]))
    reply = Reply(
        text, draw(st.sampled_from(["en", "zh"])), draw(st.sampled_from(["find", "describe", "recommend", "ask"])), 1.0,
        cards=shown, suggestions=tuple(draw(st.lists(titles.filter(str.strip), max_size=3))),
    )  # fmt: skip
    sign = draw(st.sampled_from(["", "more:7", "edit"]))
    return Turn(Message("8", "telegram:1", "x", datetime.now(UTC), "telegram", sign=sign, on="3"), reply, Verdict())


@settings(max_examples=40, deadline=None)
@given(turns(), st.sampled_from(["1", "-5", "-5/2"]))
def test_telegram_takes_every_turn_and_no_character_is_lost(turn: Turn, address: str) -> None:
    drafts = [draft.body for draft in told(turn, address, WORDINGS, lambda product_id, locale: None)]
    for body in drafts:
        method = "sendPhoto" if "photo" in body else "sendMessage"
        words = "caption" if "photo" in body else "text"
        fields = {
            words: body["text"],
            "entities": body.get("entities"),
            "reply_markup": {"inline_keyboard": body.get("keyboard") or []},
        }
        assert wrong(Call(method, fields)) is None
        assert units(str(body["text"])) <= 4096
    if not turn.reply.text.strip():
        assert drafts == []
        return
    whole = visible("".join(str(body["text"]) for body in drafts))
    assert whole.endswith(visible(turn.reply.text))


def test_a_long_answer_about_one_product_is_a_picture_and_a_text_with_the_buttons() -> None:
    card = Card("K", "Kettle", Decimal("49.00"), "USD", True, "", "/pictures/k.png")
    reply = Reply("Kettle. " * 300, "en", "describe", 1.0, cards=(card,), suggestions=("Something similar?",))
    turn = Turn(Message("8", "telegram:1", "x", datetime.now(UTC)), reply, Verdict())
    picture, text = (draft.body for draft in told(turn, "1", WORDINGS, lambda product_id, locale: None))
    assert (picture["text"], picture["photo"]) == ("Kettle\n$49.00", "/pictures/k.png")
    assert "keyboard" not in picture
    assert text["keyboard"]
