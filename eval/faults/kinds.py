"""The ways in which an endpoint breaks, as models of the breaking server."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from eval.faults.server import STALL_S, Answer, Body, Model, stream_of

ANOTHER = {
    "en": "Bien sûr, c'est une très bonne question et je vous réponds avec plaisir dans la langue de la boutique.",
    "zh": "Of course, I am happy to answer that for you in the language that I like best.",
}


def honest(body: Body) -> Answer:
    """Says the draft that it was shown."""
    return Answer(_shown(body).get("draft", "Hello."))


def _shown(body: Body) -> dict[str, str]:
    data: dict[str, str] = json.loads(body["messages"][-1]["content"])
    return data


def _foreign(body: Body) -> Answer:
    is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in _shown(body)["draft"])
    return Answer(ANOTHER["zh" if is_chinese else "en"])


class CutEverywhere:
    """The n-th request is cut after n bytes, and behind the whole stream from the beginning again. `bytes` is its length once asked."""

    def __init__(self) -> None:
        self._numbers, self.bytes = itertools.count(), 0

    def __call__(self, body: Body) -> Answer:
        answer = replace(honest(body), piece=16)
        self.bytes = len(stream_of(body, answer))
        return replace(answer, cut_after=next(self._numbers) % self.bytes)


def _in_turn(*answers: Callable[[Body], Answer]) -> Model:
    numbers = itertools.count()
    return lambda body: answers[next(numbers) % len(answers)](body)


def _raw(raw: bytes) -> Model:
    return lambda body: Answer(raw=raw)


_CALLS = (
    (("no_such_tool", '{"x": 1}'),),
    (("search", '{"query": 5, "k": "many"'),),
    (("search", '{"query": "a"}'), ("search", '{"query": "a"}')),
    (("search", json.dumps({"query": "x" * 1_000_000})),),
)


def _calls(place: int) -> Model:
    return lambda body: replace(honest(body), text="", tool_calls=_CALLS[place], finish="tool_calls")


@dataclass(frozen=True, slots=True)
class Fault:
    """`model` None: nobody listens; `name_unknown`: no such host. `opens`: it is the endpoint's, so that the breaker counts it."""

    model: Model | None = None
    opens: bool = True
    name_unknown: bool = False
    question: int | None = None
    """Which question is always asked; all in turn where None."""


NONSENSE = (b'data: {"choices": [{"delta\n\n', b"<html>busy</html>", b"data: 5\n\n", b'data: {"choices": "none"}\n\n')


def faults() -> Mapping[str, Fault]:
    """By name; models that count are new each time."""
    return {
        "refused": Fault(),
        "reset": Fault(lambda body: Answer(reset=True)),
        "no such host": Fault(name_unknown=True),
        "401": Fault(_status(401)),
        "429, Retry-After": Fault(_status(429, {"retry-after": "1"})),
        "429": Fault(_status(429)),
        "500": Fault(_status(500)),
        "503": Fault(_status(503)),
        "first token stalls": Fault(lambda body: replace(honest(body), first_after_s=STALL_S)),
        "stalls midway": Fault(lambda body: replace(honest(body), stall_after=9)),
        "cut after n bytes": Fault(CutEverywhere(), question=1),
        "invalid JSON": Fault(_in_turn(*map(_raw, NONSENSE))),
        "empty choices": Fault(lambda body: Answer(no_choices=True)),
        "tool calls": Fault(_in_turn(*map(_calls, range(4))), opens=False),
        "length stop": Fault(lambda body: replace(_half(body), finish="length"), opens=False),
        "wrong language": Fault(_foreign, opens=False),
        "endless text": Fault(lambda body: replace(honest(body), endless=True), opens=False),
    }


def _status(status: int, headers: Mapping[str, str] | None = None) -> Model:
    return lambda body: Answer(status=status, headers=headers or {})


def _half(body: Body) -> Answer:
    answer = honest(body)
    return replace(answer, text=answer.text[: len(answer.text) // 2])
