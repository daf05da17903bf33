"""The errors of the bot itself.

BotError
├── BadSetting     an environment variable has an unknown name or a wrong value
├── RefusedLines   `--strict` was asked for, and lines were refused
└── BadWording     a wording is missing, or has a placeholder that nothing fills
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


class BadModel(BotError):
    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"The model in {folder} can't be used: {reason}.")
