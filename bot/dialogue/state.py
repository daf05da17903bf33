"""The conversation's state after a turn: what it is about now, what was left, what we wait for. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.orders import desk
from bot.types import Conversation, Findings, Message, Option, Prepared, Question, Subject, Understood
from knowledge_base.types import Locale
from retrieval.types import Where

PAST = 6
"""Subjects and products that are remembered."""
OFFERS = ("unknown", "found_nothing", "stopped", "remind_no_way")
"""What ends in `shall I pass you to a person?`."""
REFUSED = 30
"""Products that aren't liked that are remembered."""
SEARCHES = ("find", "recommend")
ON_PRODUCTS = ("find", "recommend", "describe", "compare")


def subject_of(history: Conversation) -> Subject:
    return Subject(history.frame, history.query, history.where, history.shown, history.about)


def restored(history: Conversation, subject: Subject) -> Conversation:
    """The conversation about an earlier subject again; what it was about is put beside."""
    if subject == subject_of(history):
        return history
    past = tuple(one for one in (*history.past, subject_of(history)) if one != subject and one != Subject())
    return replace(
        history, frame=subject.intent, query=subject.query, where=subject.where, shown=subject.shown, about=subject.about,
        seen=subject.shown, past=past[-PAST:],
    )  # fmt: skip


def after(
    message: Message,
    history: Conversation,
    served: Sequence[tuple[Understood, Findings, str]],
    locale: Locale,
    labels: Sequence[Option],
) -> Conversation:
    """The conversation after each wish was served as `intent`; `labels` are the choices of a question that was asked."""
    known = replace(history, customer_id=message.customer_id or history.customer_id, locale=locale, question=None)
    for understood, findings, intent in served:
        known = _refused(_proved(known, findings), understood)
        known = _after_one(known, understood, findings, intent, labels)
    declined = any("cancel" in understood.acts for understood, _, _ in served)
    return desk.left(known, _prepared(message, history, [findings for _, findings, _ in served]), declined=declined)


def _prepared(message: Message, history: Conversation, served: Sequence[Findings]) -> Prepared | None:
    """What a tool left at the desk, else the hand-over that a reply without an answer has offered."""
    found = next((findings.prepared for findings in reversed(served) if findings.prepared), None)
    offered = next((findings.say for findings in served if findings.say in OFFERS), "")
    if found or not offered:
        return found
    return desk.prepare(desk.hand_over(offered, history, message), message, "clerk")


def _after_one(
    history: Conversation, understood: Understood, findings: Findings, intent: str, labels: Sequence[Option]
) -> Conversation:
    if any(act in ("repeat", "why", "cancel", "again") for act in understood.acts):
        return history
    history = replace(
        history,
        intent=intent,
        asked=understood.text,
        answering="person" if findings.handoff else history.answering,
        question=_question(understood, findings, intent, labels),
    )
    offered = tuple(option.product_id for option in findings.options if option.product_id)
    if len(offered) > 1:
        history = replace(history, shown=offered)
    ids = tuple(product.id for product in findings.products)
    if "choose" in understood.acts and ids:
        shown = understood.products if len(understood.products) > 1 else history.shown
        return replace(history, shown=shown, about=ids[0], spoken=_newest(history.spoken, ids))
    if not ids:
        return _without_products(history, understood, intent)
    if "back" in understood.acts:
        history = _back(history, understood)
    return _with_products(history, understood, intent, ids)


def _without_products(history: Conversation, understood: Understood, intent: str) -> Conversation:
    """A search that found nothing keeps its limits, so that one can be dropped."""
    if intent in ("find", "recommend") and understood.acts:
        return replace(history, where=understood.where)
    if len(understood.products) == 1:
        return replace(history, about=understood.products[0])
    return history


def _with_products(history: Conversation, understood: Understood, intent: str, ids: tuple[str, ...]) -> Conversation:
    goes_on = bool(understood.acts) or (len(ids) == 1 and ids[0] in history.shown and understood.where == Where())
    if not goes_on and intent in ON_PRODUCTS:
        left = subject_of(history)
        past = (
            history.past if left == Subject() else tuple(one for one in (*history.past, left) if one.shown or one.about)
        )
        query = understood.query if intent in SEARCHES else ""
        history = replace(history, past=past[-PAST:], seen=(), query=query, where=understood.where)
    if intent in SEARCHES or "limit" in understood.acts:
        history = replace(history, query=understood.query or history.query, where=understood.where)
    single = ids[0] if len(ids) == 1 else ""
    spoken = _newest(history.spoken, ids if intent == "compare" or single else ())
    return replace(
        history,
        shown=ids if (len(ids) > 1 and not _is_part(ids, history, intent)) or not history.shown else history.shown,
        about=single,
        frame=intent if intent in ON_PRODUCTS else history.frame or "describe",
        seen=tuple(dict.fromkeys([*history.seen, *ids])),
        spoken=spoken,
    )


def _proved(history: Conversation, findings: Findings) -> Conversation:
    """With what the turn proved; a number counts once, at its newest time."""
    if (proof := findings.proved) is None:
        return history
    others = tuple(one for one in history.proofs if one.order_id != proof.order_id)
    return replace(history, proofs=(*others, proof)[-PAST:])


def _refused(history: Conversation, understood: Understood) -> Conversation:
    """With what isn't liked; what is asked for by name again is liked after all."""
    left = [i for i in history.refused if i not in (*understood.refused, *understood.products)]
    return replace(history, refused=(*left, *understood.refused)[-REFUSED:])


def _newest(spoken: tuple[str, ...], ids: tuple[str, ...]) -> tuple[str, ...]:
    """Products spoken of, these last."""
    return (*(i for i in spoken if i not in ids), *ids)[-PAST:]


def _is_part(ids: tuple[str, ...], history: Conversation, intent: str) -> bool:
    """Whether products of a list are only set beside each other; the list stays what places refer to."""
    return intent == "none" and set(ids) < set(history.shown)


def _back(history: Conversation, understood: Understood) -> Conversation:
    for subject in (*reversed(history.past),):
        if subject.query == understood.query and (
            understood.query or set(understood.products) & {*subject.shown, subject.about}
        ):
            return restored(history, subject)
    return history


def _question(understood: Understood, findings: Findings, intent: str, labels: Sequence[Option]) -> Question | None:
    if findings.options and labels:
        return Question(understood.text, intent, tuple(labels), clarifies=True)
    if findings.form:
        return Question(findings.form, "order")
    return None
