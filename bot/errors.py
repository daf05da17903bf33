"""The errors of the bot itself.

BotError
├── BadSetting     an environment variable has an unknown name or a wrong value
├── RefusedLines   `--strict` was asked for, and lines were refused
├── BadLine        a labelled line that can't be learned from
├── BadModel       a model folder that can't be used
├── WorseModel     what was trained is worse than what is there
├── BadWording     a wording is missing, or has a placeholder that nothing fills
├── BadPrompt      a prompt's file has no version, or a placeholder that is missing or misspelt
├── WrongCall      a model called a tool in a way that isn't allowed; it is told so
└── NoWords        a language model's words can't be had, or no more of them; the template goes on
    └── EndpointFailed  because its endpoint failed
"""

from __future__ import annotations


class BotError(Exception):
    """The message says what to do."""


class BadSetting(BotError):
    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name} is {value!r}; {allowed}")
        self.name, self.value, self.allowed = name, value, allowed


class RefusedLines(BotError):
    def __init__(self, count: int) -> None:
        super().__init__(f"{count} lines were refused and --strict is set; the index is as it was.")
        self.count = count


class BadWording(BotError):
    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class BadPrompt(BotError):
    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class NoWords(BotError):
    """`reason` is one word for the log and for /why: slow, length, endless, ceiling, resting, ..."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"The language model gives no (more) words: {reason}" + (f", {detail}." if detail else "."))
        self.reason, self.detail = reason, detail


class WrongCall(BotError):
    """The message is told to the model."""


class EndpointFailed(NoWords):
    """`retry_after_s` as the endpoint asked for; `again` is whether the same endpoint may be asked at once."""

    def __init__(
        self, reason: str, detail: str = "", *, retry_after_s: float | None = None, again: bool = True
    ) -> None:
        super().__init__(reason, detail)
        self.retry_after_s, self.again = retry_after_s, again


class BadLine(BotError):
    def __init__(self, file: str, line: int, value: object, reason: str) -> None:
        super().__init__(f"{file}:{line}: {value!r}: {reason}")
        self.file, self.line, self.value, self.reason = file, line, value, reason


class BadModel(BotError):
    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"The model in {folder} can't be used: {reason}. Make it anew with `shopclerk train router`.")
        self.folder, self.reason = folder, reason


class WorseModel(BotError):
    def __init__(self, folder: str, new: float, old: float) -> None:
        super().__init__(
            f"Not replaced: {folder} answers {old:.1%} of the rows that both know, the new model {new:.1%}. "
            "Look through the new lines, or use --force."
        )
        self.folder, self.new, self.old = folder, new, old
