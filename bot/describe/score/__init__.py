"""The score sheet of a description: what it covers, what it shouldn't say, how it reads, what it resembles."""

from bot.describe.score.sheet import Fault, Score, Sheet

__all__ = ["Fault", "Score", "Sheet"]
