"""What customers and people of the shop give away by their words: that something was done by hand, that patience runs out."""

from __future__ import annotations

import re

from retrieval import text as words_of

_DONE = re.compile(
    r"\b(?:i(?:'ve| have)(?: just| now| already| gone ahead and)?|we(?:'ve| have)(?: just| now| already)?|i just|i(?:'ll| will| am going to)(?: just| now)?|let me)\s+"
    r"(?:cancel|refund|chang|updat|sent|send|resen|ship|arrang|credit|issu|remov|add|book|reset|forward|pass|escalat|order|replac|extend|"
    r"correct|merg|combin|ask|check|look|talk|call|contact|fix|sort|put|open|block|held|hold|redirect|re-?rout|mark|note|file|raise|waive)\w*\b"
    r"|(?:已经?|刚刚?|我?(?:帮|给|替|为)(?:您|你)|我(?:来|去|先)?)(?:把.{1,12})?(?:取消|退款|退了|改好|改了|修改|更改|补发|登记|申请|安排|备注|处理|联系|转给|查一下|查了|核实|延长|合并|拦截|加急|减免|报备|催|换货|重发|寄出|问一下|问问|反馈|上报)",
    re.IGNORECASE,
)
_UPSET = re.compile(
    r"\b(?:useless|ridiculous|unacceptable|terrible|worst|awful|joke|scam|fed up|frustrat\w*|angry|annoy\w*|disappoint\w*|waste of|third time|3rd time|how many times|again and again|"
    r"not what i (?:asked|said|meant)|you(?:'re| are) not (?:listening|helping|answering)|did you (?:even )?read|already (?:told|said|asked)|still (?:no|not|nothing|waiting)|wtf|omg|complain\w*|never again|come on)\b"
    r"|垃圾|什么玩意|答非所问|说了几遍|说过了|到底|无语|气死|投诉|差评|骗子|太差|失望|没用|烦死|搞什么|第[三四五]次|都[两三四五几]遍|听不懂|看不懂|不是问|没回答|多久了|还不|怎么还|急死|差劲|受够|恶心|敷衍",
    re.IGNORECASE,
)
_SHOUTS = re.compile(r"[!！]{2,}|[?？]{3,}|(?:\b[A-Z]{3,}\b[ ,!?]*){3,}")
_ASKS_FOR_PERSON = re.compile(
    r"\b(?:human|real person|agent|representative|manager|supervisor|speak (?:to|with)|talk to (?:a|some))\b|人工|真人|经理|主管|找人|转接",
    re.IGNORECASE,
)
_SAME = 0.8
"""Share of words that two messages have in common where the second asks the first again."""


def was_done_by_hand(answer: str) -> bool:
    """Whether a person did, or went to find out, what no bot of this shop can."""
    return bool(_DONE.search(answer))


def is_upset(text: str) -> bool:
    return bool(_UPSET.search(text) or _SHOUTS.search(text))


def asks_for_person(text: str) -> bool:
    return bool(_ASKS_FOR_PERSON.search(text))


def is_alike(one: str, other: str) -> bool:
    """Whether two texts share most of their words, either way."""
    mine, theirs = words_of.content_words(one), words_of.content_words(other)
    return min(words_of.overlap(mine, theirs), words_of.overlap(theirs, mine)) >= _SAME if mine and theirs else False
