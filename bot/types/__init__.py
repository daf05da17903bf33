"""The nouns of a conversation: what was said, what was understood, what was found, what was answered."""

from bot.types.asked import INTENTS, Act, Message, Option, Question, Route, Understood
from bot.types.deeds import Deed, HandOver, Prepared, Remind
from bot.types.found import Findings, Found
from bot.types.kept import Conversation, Subject, Turn
from bot.types.said import Card, Cite, Deadline, Reply, Spent, Stopped, Verdict, Written

__all__ = [
    "INTENTS",
    "Act",
    "Card",
    "Cite",
    "Conversation",
    "Deadline",
    "Deed",
    "Findings",
    "Found",
    "HandOver",
    "Message",
    "Option",
    "Prepared",
    "Question",
    "Remind",
    "Reply",
    "Route",
    "Spent",
    "Stopped",
    "Subject",
    "Turn",
    "Understood",
    "Verdict",
    "Written",
]
