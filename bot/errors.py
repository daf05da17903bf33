"""The errors of the bot itself.

BotError
├── BadSetting     an environment variable has an unknown name or a wrong value
├── RefusedLines   `--strict` was asked for, and lines were refused
├── BadLine        a labelled line that can't be learned from
├── BadModel       a model folder that can't be used
├── WorseModel     what was trained is worse than what is there
├── OneLabel       labelled texts have one label only, or too few of one
├── BadLabeller    a folder with a model of labels that can't be used
├── WorseLabeller  what was trained is no better than guessing, or worse than what is there
├── TooFewPairs    there is too little to learn descriptions from
├── WorseDescriber the description writer that was trained is no better than the one that is there
├── NoDescriber    the tuned description writer can't be used
├── TakenFolder    the folder for a model holds something else
├── BadWording     a wording is missing, or has a placeholder that nothing fills
├── BadPrompt      a prompt's file has no version, or a placeholder that is missing or misspelt
├── WeakSecret     a secret that anyone could guess, or that isn't one
├── Unsigned       a request that no live key has signed
├── NotSignedIn    a customer's token that the shop hasn't given, or not for us
├── KeysAway       the keys by which customers are signed in can't be read
├── BadOperator    a colleague's name that can't be given, or that there is none of
├── OutOfReach     a customer whom a colleague's words can't reach
├── NotKept        an answer that can't go into the shop's FAQ file
├── NotYours       a conversation of somebody else
├── OrdersAway     the shop's orders can't be asked just now
├── WrongCall      a model called a tool in a way that isn't allowed; it is told so
├── CameBefore     the very request that a message came by has come before
├── NotTaken       a message couldn't be written to the inbox; it must not be acknowledged
├── LostClaim      somebody else answers the message that a turn was made for
├── SetAside       a message that couldn't be answered, after several tries
├── Forgotten      a message whose conversation was forgotten before its reply was had
└── NoWords        a language model's words can't be had, or no more of them; the template goes on
    └── EndpointFailed  because its endpoint failed
"""

from __future__ import annotations


class BotError(Exception):
    """The message says what to do."""


class BadSetting(BotError):
    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name} is {repr(value) if value else 'missing'}; {allowed}")
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


class WeakSecret(BotError):
    """`reason` never holds the secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The secret can't be used: {reason}. Make one with `openssl rand -base64 32`.")
        self.reason = reason


class Unsigned(BotError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The signature doesn't count: {reason}.")
        self.reason = reason


class NotSignedIn(BotError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The customer's token doesn't count: {reason}.")
        self.reason = reason


class KeysAway(BotError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The keys that sign customers in can't be read: {reason}. Look at SHOPCLERK_CUSTOMER_JWKS.")
        self.reason = reason


class NotYours(BotError):
    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"The conversation {conversation_id!r} is somebody else's; send its token, or begin another.")
        self.conversation_id = conversation_id


class BadOperator(BotError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name!r} can't be an operator: {reason}.")
        self.name, self.reason = name, reason


class OutOfReach(BotError):
    def __init__(self, conversation_id: str, channel: str) -> None:
        super().__init__(
            f"Words can't reach {conversation_id!r}: {channel!r} takes nothing but replies. For signed messages set SHOPCLERK_WEBHOOK_URL."
        )
        self.conversation_id, self.channel = conversation_id, channel


class NotKept(BotError):
    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"Answer {number} isn't in the FAQ: {reason}.")
        self.number, self.reason = number, reason


class OrdersAway(BotError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The shop's orders can't be asked: {reason}.")
        self.reason = reason


class EndpointFailed(NoWords):
    """`retry_after_s` as the endpoint asked for; `again` is whether the same endpoint may be asked at once."""

    def __init__(
        self, reason: str, detail: str = "", *, retry_after_s: float | None = None, again: bool = True
    ) -> None:
        super().__init__(reason, detail)
        self.retry_after_s, self.again = retry_after_s, again


class BadLine(BotError):
    def __init__(self, file: str, line: int, value: object, reason: str) -> None:
        told = (
            "" if value is None else f"{value!r}: "
        )  # None: there is nothing to show, the reason says what is missing
        super().__init__(f"{file}:{line}: {told}{reason}")
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


class OneLabel(BotError):
    def __init__(self, counts: dict[str, int], fewest: int) -> None:
        shown = ", ".join(f"{label} {count}" for label, count in sorted(counts.items())) or "none"
        super().__init__(f"Two labels are needed, each with {fewest} texts or more; there are: {shown}.")
        self.counts = counts


class BadLabeller(BotError):
    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            f"The model in {folder} can't be used: {reason}. Make it anew with `shopclerk train sentiment`."
        )
        self.folder, self.reason = folder, reason


class WorseLabeller(BotError):
    def __init__(self, folder: str, new: float, old: float, what: str) -> None:
        super().__init__(
            f"Nothing written to {folder}: on rows kept aside what was trained has the macro-F1 {new:.3f}, {what} {old:.3f}. "
            "Look through the labels, or use --force."
        )
        self.folder, self.new, self.old = folder, new, old


class TooFewPairs(BotError):
    def __init__(self, found: int, needed: int) -> None:
        super().__init__(
            f"There are {found} pairs of attributes and text, and at least {needed} are needed. Give more."
        )
        self.found, self.needed = found, needed


class WorseDescriber(BotError):
    def __init__(self, folder: str, new: float, old: float) -> None:
        super().__init__(
            f"Not replaced: on the pairs held back {folder} scores {old:.4f}, what was trained {new:.4f}. "
            "Give more pairs, or use --force."
        )
        self.folder, self.new, self.old = folder, new, old


class NoDescriber(BotError):
    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"The description writer {folder} can't be used: {reason}")
        self.folder, self.reason = folder, reason


class TakenFolder(BotError):
    def __init__(self, folder: str) -> None:
        super().__init__(
            f"{folder} is not empty and holds no description writer; nothing was written. Name a new folder with --out."
        )
        self.folder = folder


class CameBefore(BotError):
    def __init__(self, once: str) -> None:
        super().__init__("This very request came before; sign it anew to send it again.")
        self.once = once


class NotTaken(BotError):
    """`reason` is one word for /readyz and the log: full, locked, unwritable, closing."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"The message isn't in the inbox ({reason}: {detail}); it may be sent again.")
        self.reason, self.detail = reason, detail


class LostClaim(BotError):
    def __init__(self, claim: str, places: tuple[int, ...]) -> None:
        super().__init__(
            f"The inbox rows {', '.join(map(str, places))} aren't held by {claim} any more; nothing was kept."
        )
        self.claim, self.places = claim, places


class SetAside(BotError):
    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"The message {key} was set aside: {reason}")
        self.key, self.reason = key, reason


class Gone(BotError):
    """Whoever waited for the reply has gone; the message is answered all the same."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Nobody waits for the reply to {key} any more.")
        self.key = key


class Forgotten(BotError):
    def __init__(self, key: str) -> None:
        super().__init__(
            f"The conversation of the message {key} was forgotten; send it under a new id to have it answered."
        )
        self.key = key
