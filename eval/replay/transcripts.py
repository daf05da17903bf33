"""What a transcript is, whatever it was read from: lines of a customer, of people of the shop, and of a bot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Who = Literal["customer", "person", "clerk"]
SPEAKERS: dict[str, Who] = {
    **dict.fromkeys(
        ("customer", "user", "visitor", "client", "contact", "buyer", "guest", "human customer", "顾客", "客户", "买家", "用户", "访客"),
        "customer",
    ),
    **dict.fromkeys(("person", "human", "agent", "operator", "seller", "staff", "support", "客服", "人工", "卖家", "店员"), "person"),
    **dict.fromkeys(("clerk", "bot", "assistant", "chatbot", "ai", "机器人", "智能客服"), "clerk"),
}  # fmt: skip
"""What files call who speaks. OpenAI's `assistant` is a bot."""
MOST_LINES = 2000
"""Lines of one transcript; what is longer is a log of something else, or several conversations under one id."""
MOST_LETTERS = 20_000
"""Of one line, as the website's door takes them in; what is longer is no message."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody said. `at` is aware UTC, None where the file has no times."""

    who: Who
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation; `place` is the line of the file where it begins."""

    id: str
    lines: tuple[Line, ...]
    place: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A customer's turn (lines in a row are one) and what was answered until the next one. `number` counts from 1."""

    number: int
    text: str
    at: datetime | None
    answers: tuple[Line, ...]

    def by(self, who: Who) -> str:
        """The answer of a person or of a bot; empty where none answered."""
        return "\n".join(line.text for line in self.answers if line.who == who)


def exchanges(transcript: Transcript) -> Iterator[Exchange]:
    """Its turns in order; what was said before the customer's first words answers nothing and is left out."""
    asked: list[Line] = []
    answers: list[Line] = []
    number = 0
    for line in transcript.lines:
        if line.who == "customer":
            if answers:
                number += 1
                yield _exchange(number, asked, answers)
                asked, answers = [], []
            asked.append(line)
        elif asked:
            answers.append(line)
    if asked:
        yield _exchange(number + 1, asked, answers)


def _exchange(number: int, asked: Sequence[Line], answers: Sequence[Line]) -> Exchange:
    return Exchange(number, "\n".join(line.text for line in asked), asked[-1].at, tuple(answers))


def turn_id(transcript: str, number: int) -> str:
    return f"{transcript}:{number}"
