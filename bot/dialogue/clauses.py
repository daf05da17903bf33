"""A message of several wishes, cut into clauses that can each stand alone; small talk around a wish is left out."""

from __future__ import annotations

import re

from retrieval import text as words_of

_CUT = re.compile(
    r"(?<=[?？!！。;；])(?![?？!！。;；])\s*|(?<!\d)\.\s+|\s*\n\s*|[,，]\s*(?:and |also |then |but )?|\s+[-–—]+\s+|\s+(?:and(?: also)?|also|plus|but)\s+|(?=(?:还有|另外|以及|顺便|然后|同时)[^吗么呢]{2,})",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"[?？]\s*$|^(?:and |also |then |so |but |plus )?(?:what|when|where|who|why|how|which|is|are|do|does|did|can|could|will|would|may|should|have|has|"
    r"any|show|tell|give|find|compare|recommend|suggest|i(?:'d| would)? (?:want|need|like|look)|i'?m (?:looking|after)|looking for|let me|please)\b"
    r"|[吗么呢]\s*$|[不没]\s*[?？]?\s*$|(?:^|, )(?:the |its )?(?:price|cost|colou?rs?|sizes?|weight|dimensions)$|多少|几(?:天|个|点|块|号)|怎么|咋|什么|啥|哪|能不能|可不可以|有没有|是不是|包不包|会不会|推荐|比较|对比|介绍|想买|想要|我要|给我|帮我|包邮|在哪|到哪|多[久大重长高]|^(?:那|就|再|我)?(?:要|来|买|找)[^是不的]",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"^(?:under|over|below|above|around|less than|more than|up to|at (?:most|least)|max|within|between|in|for|with|without) (?:\S+\s*){1,4}$"
    r"|^\S{1,8}(?:以内|以下|以上|左右|之内)[?？]?$",
    re.IGNORECASE,
)
"""A limit of the wish before it: `…, under $40?`"""
_SOCIAL = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|yo|good (?:morning|afternoon|evening)|hi there|hey there|hello there|thanks|thank you|thx|cheers|great|ok|okay|cool|nice|perfect|got it|"
    r"alright|right|sorry|excuse me|hm+|um+|well|oh|ah|so|thanks a lot|thanks so much|(?:ok |great |lovely )?(?:thanks|thx|cheers|thank you)(?: so much| very much| a lot| a bunch| again)?|many thanks|good|lovely|awesome|thank you very much|thank you so much|i see|yes|yeah|sure|fine)"
    r"|你好|您好|哈喽|嗨|在吗|在么|亲|亲亲|早上好|下午好|晚上好|谢谢|谢谢你|谢谢啦|谢啦|多谢|好|好的|好吧|好呀|嗯|嗯嗯|哦|噢|行|可以|明白了|知道了|了解|不好意思|请问|麻烦问一下|问一下|打扰一下|那个|对了|话说|就它了|就这个(?:了|吧)?|就它吧|那就这个(?:吧)?|不错)[\s,，.。!！~～?？]*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|hi there|hey there|hello there|thanks|thank you|thx|ok|okay|cool|great|got it|alright|sorry|hm+|um+|well|oh|ah|actually|btw|by the way|so(?! (?:long|much|far)))\b[\s,，.。!！~]*)+(?=\S)"
    r"|^(?:你好|您好|哈喽|嗨|亲|谢谢|好的|好吧|嗯+|哦|噢|请问(?:一下)?|麻烦问(?:一)?下|想?问(?:一)?下|打扰一下|对了|话说|不好意思)[\s,，.。!！~啊呀]*(?=\S)",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The wishes of a message in their order; the whole message where it has but one, or none that can stand alone."""
    parts = [part.strip(" ,，.。;；") for part in _CUT.split(text) if part and words_of.has_words(part)]
    told = [part for part in parts if not _SOCIAL.match(part)]
    if len(told) < 2:
        return [_joined(text, told)]
    if all(stands_alone(part) for part in told) and len(told) <= 3:
        return told
    return _gathered(told, text)


def without_opening(text: str) -> str:
    """The message without the greeting or thanks that it begins with, unless it is nothing else."""
    left = _OPENING.sub("", text, count=1).strip()
    return left if words_of.content_words(left) else text


def is_social(text: str) -> bool:
    return bool(_SOCIAL.match(text))


def stands_alone(part: str) -> bool:
    """Whether a clause asks or wishes by itself."""
    return bool(_WISH.search(part)) and not _LIMIT.match(part)


def _joined(text: str, told: list[str]) -> str:
    return told[0] if len(told) == 1 and len(told[0]) < len(text) and stands_alone(told[0]) else text


def _gathered(parts: list[str], text: str) -> list[str]:
    """Clauses that can't stand alone go with the one before them; where only one can, the message is one wish."""
    if sum(stands_alone(part) for part in parts) < 2:
        return [text]
    made: list[str] = []
    for part in parts:
        if made and not (stands_alone(part) and stands_alone(made[-1])):
            made[-1] = f"{made[-1]}, {part}"
        else:
            made.append(part)
    return made
