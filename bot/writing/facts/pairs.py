"""The telling pairs of signs of a Chinese text: what two wordings of one thing share, whatever they are cut into."""

from __future__ import annotations

from functools import lru_cache

_EMPTY = frozenset(
    "的了是也都能可以就还在和与及或把被给让请您你我们这那个只件条款种些么吗呢哦啦吧呀啊哈亲不没别勿无非未会要用有很太最更再又才得着过地之其此即若如果因为所但而且则使上下里中前后时到去来说对从向"
)
_UNTOLD = frozenset("美元 毫升 厘米 公斤 千克 低于 超过 以上 以下 工作 作日".split())


@lru_cache(maxsize=20_000)
def pairs(text: str) -> frozenset[str]:
    return frozenset(
        pair
        for place in range(len(text) - 1)
        if (pair := text[place : place + 2]) not in _UNTOLD and _is_han(pair[0]) and _is_han(pair[1])
        if not (pair[0] in _EMPTY or pair[1] in _EMPTY)
    )


def _is_han(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"
