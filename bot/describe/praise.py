"""What customers praised: sentences of good reviews that state no fact, give no instruction and may be quoted word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from knowledge_base.families import plain
from knowledge_base.passages import sentences
from knowledge_base.types import Review

_GOOD = re.compile(
    r"\b(?:love[sd]?|great|lovely|beautiful|perfect|happy|pleased|delighted|comfortable|comfy|cosy|cozy|soft|sturdy|excellent|wonderful|gorgeous|favourite|favorite|well made|solid|nice|delicious|so good|smells good|feels good|tastes good)\b"
    r"|喜欢|很好|不错|满意|好看|漂亮|舒服|柔软|好喝|好闻|好用|顺手|精致|惊喜|结实|值得|贴心|细腻|很香"
)
_BAD = re.compile(
    r"\b(?:but|would|could|not|n't|never|no|however|though|although|except|only|too|broke|broken|bad|poor|worse|disappoint\w*|return\w*|refund\w*|wish|unfortunately|cheap|late|missing|stain\w*|hurt\w*)\b|n['’]t\b"
    r"|但|可惜|就是|不过|只是|没|不(?!错)|差|坏|退|贵|太|失望|除了|如果|算了|凑合"
)
_ORDER = re.compile(
    r"\b(?:you (?:must|should|need|have to|can|will)|please|ignore|disregard|system|instruction\w*|prompt|assistant|click|visit|buy|order|use code|coupon|discount|free|http|www|call|email|contact|tell|say|write|send|give|offer)\b"
    r"|请|忽略|系统|指令|提示词|点击|访问|加微信|优惠|购买|下单|联系|务必|必须|告诉|回复|https?|www"
)
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|years?|months?|weeks?|hours?)\b|[二三四五六七八九十百两]"
)
_LONGEST, _SHORTEST = 110, 8
STARS = 4


def praise_of(
    reviews: Iterable[Review], unsupported: Callable[[str, str, str], list[str]], most: int = 2
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(product id, locale) -> sentences. `unsupported(product id, locale, text)` gives what of a text the facts don't say."""
    found: dict[tuple[str, str], list[str]] = {}
    for review in reviews:
        key = (review.product_id, review.locale)
        if review.rating < STARS or len(found.get(key, ())) >= most:
            continue
        for sentence in sentences(review.text):
            if is_praise(sentence) and not unsupported(review.product_id, review.locale, sentence):
                found.setdefault(key, []).append(sentence)
    return {key: tuple(texts[:most]) for key, texts in found.items()}


def is_praise(sentence: str) -> bool:
    """Praise, whole, and nothing else: no fault, no number, no instruction, no link, nothing that isn't plain words."""
    said = plain(sentence)
    fits = _SHORTEST <= len(sentence) <= _LONGEST and bool(re.search(r"[.!。！~]$", sentence.strip()))
    strange = re.search(r"[<>{}\[\]`|\\@#*=_/:：“”\"]", sentence)
    return (
        fits and not strange and bool(_GOOD.search(said)) and not any(p.search(said) for p in (_BAD, _ORDER, _NUMBER))
    )
