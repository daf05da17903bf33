"""The errors of replaying.

EvalError
├── BadRow               a line can't be read (eval.errors)
│   ├── TornLine         it ends before it is whole
│   ├── UnknownSpeaker   nothing tells whether a customer or the shop speaks
│   ├── MixedClocks      times that can't be put in order: some with a zone and some without, or running backwards
│   ├── TooLong          more than one transcript may have
│   └── TwiceTheSame     an id that another transcript has, or a conversation taken up again further down
├── UnknownFormat        no reader knows such a file
├── NotARun              a folder that holds no finished replay
├── NoSuchTurn           a turn that the run doesn't have
├── OtherTranscripts     two runs that have no turn in common
├── NoSuchFile           transcripts that aren't there, or can't be opened
├── BadGate              a gate with an unknown rule or a wrong bound
├── BadPromptFile        a judge's prompt that can't be read, or asks for no verdict
└── JudgeStopped         a judge that gives nothing, or has cost enough
"""

from __future__ import annotations

from pathlib import Path

from eval.errors import BadRow, EvalError


class TornLine(BadRow):
    def __init__(self, file: Path, line: int, said: str) -> None:
        super().__init__(file, line, f"this is not whole JSON ({said}): was the file cut off while it was written?")


class UnknownSpeaker(BadRow):
    def __init__(self, file: Path, line: int, speaker: str) -> None:
        super().__init__(
            file, line,
            f"who is {speaker!r}? Write customer, person or clerk, or name the customers with --customer {speaker or 'NAME'!r}",
        )  # fmt: skip
        self.speaker = speaker


class MixedClocks(BadRow):
    pass


class TooLong(BadRow):
    pass


class TwiceTheSame(BadRow):
    pass


class UnknownFormat(EvalError):
    def __init__(self, file: Path, seen: str) -> None:
        super().__init__(
            f"{file}: no reader knows {seen}. Read are JSONL and CSV of conversation, who and text, OpenAI messages, Chatwoot exports, "
            "tau2 simulations, and a data folder or conversations.sqlite of ours; docs/replay.md shows each"
        )
        self.file = file


class NotARun(EvalError):
    def __init__(self, folder: Path, lacks: str) -> None:
        super().__init__(
            f"{folder} is no finished replay: {lacks}. Give the folder that `python -m eval replay F --out FOLDER` filled"
        )
        self.folder = folder


class NoSuchTurn(EvalError):
    def __init__(self, folder: Path, turn: str, near: str) -> None:
        super().__init__(
            f"{folder} has no turn {turn!r}; a turn is CONVERSATION:NUMBER{f', such as {near}' if near else ''}"
        )


class OtherTranscripts(EvalError):
    def __init__(self, run: Path, base: Path) -> None:
        super().__init__(f"{run} and {base} have no turn in common: were they made from the same transcripts?")


class BadGate(EvalError):
    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")


class NoSuchFile(EvalError):
    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"{file}: {why}. Name a file of transcripts or a data folder; docs/replay.md shows what is read"
        )
        self.file = file


class BadPromptFile(EvalError):
    def __init__(self, file: Path | None, reason: str) -> None:
        super().__init__(f"{file or 'the prompt'}: {reason}")


class JudgeStopped(EvalError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The judge stopped: {reason}. What is judged so far is kept; the same command goes on")
