"""What became of a turn, without a language model: one flat row that two runs can be compared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.types import Turn
from eval.replay import signs
from eval.replay.key_facts import KeyFact, Named, contradicted, covered, key_facts, plain_of
from eval.replay.transcripts import Exchange, Transcript, turn_id
from retrieval import text as words_of
from retrieval.seams import Retriever
from retrieval.types import Hit

_LOOKED = 5
"""Passages that are looked at for the one that a person's answer stands in."""
_ENOUGH = 0.5
"""Share of an answer's words, or of its figures, that a passage has where it is the one that solved it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A turn with what stood before it in the transcript, and what we said before in this replay."""

    transcript: Transcript
    exchange: Exchange
    asked_before: Sequence[str]
    said_before: Sequence[str]
    locale: str
    """What the customer writes."""


async def outcome(place: Place, turn: Turn, named: Named, solver: Retriever, at: datetime) -> dict[str, Any]:
    """The row of one turn. `solver` finds the passage that a person's answer stands in; it is never the engine's own search."""
    reply, exchange = turn.reply, place.exchange
    by_person, by_clerk = exchange.by("person"), exchange.by("clerk")
    answer = by_person or by_clerk
    asked = {fact.key for fact in key_facts(exchange.text, at.date(), named) if fact.kind != "product"}
    wanted = [fact for fact in key_facts(answer, at.date(), named) if fact.key not in asked]
    said = key_facts(_shown(turn), at.date(), named)
    hit, missed = covered(wanted, said)
    retrieved = _retrieved(turn.explained)
    solved = await _solved_by(answer, wanted, named, solver, at) if by_person else []
    must = signs.was_done_by_hand(by_person)
    offered = turn.explained.get("said") == "shall_hand_over"
    return {
        "turn": turn_id(place.transcript.id, exchange.number), "conversation": place.transcript.id, "number": exchange.number,
        "asked": exchange.text, "answered": answer, "answered_by": "person" if by_person else "clerk" if by_clerk else "",
        "reply": reply.text, "intent": reply.intent, "intents": [list(one) for one in reply.intents], "confidence": reply.confidence,
        "said": turn.explained.get("said", ""), "asks": reply.asks, "failed": bool(turn.explained.get("failed")),
        "language": place.locale, "replied_in": reply.locale, "language_right": _in_language(reply.text, reply.locale, place.locale),
        "cites": [f"{cite.source}:{cite.source_id}" for cite in reply.cites], "cards": [card.product_id for card in reply.cards],
        "retrieved": retrieved, "solved_by": solved, "found_solution": bool(set(solved) & set(retrieved)) if solved else None,
        "facts_said": len(said), "facts_stopped": [_stopped(one) for one in turn.verdict.stopped],
        "contradicts": [{"kind": a.kind, "person": a.shown, "reply": b.shown} for a, b in contradicted(wanted, said)] if by_person else [],
        "said_facts": plain_of(said), "key_facts": plain_of(wanted), "missed": plain_of(missed),
        "coverage": round(len(hit) / len(wanted), 4) if wanted else None,
        "handed_over": reply.handed_off, "offered_person": offered, "had_to_hand_over": must if by_person else None,
        "asked_for_person": signs.asks_for_person(exchange.text),
        "repeats_itself": reply.text in place.said_before, "asked_again": any(signs.is_alike(exchange.text, one) for one in place.asked_before),
        "upset": signs.is_upset(exchange.text),
        "tokens_in": turn.spent.tokens_in, "tokens_out": turn.spent.tokens_out, "cost": str(turn.spent.cost),
        "explained": {name: value for name, value in turn.explained.items() if name != "took_ms"},
    }  # fmt: skip


def _shown(turn: Turn) -> str:
    """All that the customer sees: the words, and the cards beside them."""
    cards = [f"{card.title} {card.price:f} {card.currency}" for card in turn.reply.cards]
    return "\n".join([turn.reply.text, *cards])


def _retrieved(explained: Mapping[str, Any]) -> list[str]:
    """Ids of the passages that were looked at, those of further wishes too."""
    parts = [explained, *explained.get("also", ())]
    return list(dict.fromkeys(one["id"] for part in parts for one in part.get("passages", ())))


async def _solved_by(
    answer: str, wanted: Sequence[KeyFact], named: Named, solver: Retriever, at: datetime
) -> list[str]:
    hits = await solver.search(answer, k=_LOOKED)
    return [hit.passage.id for hit in hits if _solves(hit, answer, wanted, named, at)]


def _solves(hit: Hit, answer: str, wanted: Sequence[KeyFact], named: Named, at: datetime) -> bool:
    shared = words_of.overlap(words_of.content_words(answer), words_of.content_words(hit.passage.text))
    figures = [fact for fact in wanted if fact.kind != "product"]
    if not figures:
        return shared >= _ENOUGH
    there, _ = covered(figures, key_facts(hit.passage.text, at.date(), lambda text: ()))
    return len(there) / len(figures) >= _ENOUGH and shared >= _ENOUGH / 2


def _in_language(text: str, replied_in: str, written: str) -> bool:
    """By the words, since a reply is easily called what it isn't."""
    return not text.strip() or words_of.guess_locale(text, replied_in) == written


def _stopped(one: Any) -> dict[str, str]:
    return {"sentence": one.sentence, "claim": one.claim, "kind": one.kind, "expected": one.expected}
