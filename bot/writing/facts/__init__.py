"""The fact lock: every claim of an outgoing sentence must follow from the turn's Findings, or the sentence is stopped."""

from bot.writing.facts.lock import Lock, check

__all__ = ["Lock", "check"]
