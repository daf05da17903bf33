"""Why something is recommended: that others bought it, that it sells well, that the customer has bought or seen something, only where the findings say so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.types import Findings
from bot.writing.facts.denial import is_denied
from bot.writing.facts.scene import Fault, Scene

_CLAIMS: Mapping[str, tuple[re.Pattern[str], frozenset[str]]] = {
    "bought by you": (
        re.compile(
            r"\byou(?:'ve| have)? (?:already |last |recently |previously |once )?(?:bought|purchased|ordered before|own)\b|\byour (?:last|past|previous|earlier) (?:purchases?|orders?)\b"
            r"|[您你](?:上次|之前|以前|曾经?|已经?|刚刚?)?(?:买过|购买过?|买了|买的|入手)|[您你]的(?:购买记录|历史订单)"
        ),
        frozenset(("bought_together_yours", "share_yours", "goes_with_yours", "due_again")),
    ),
    "bought together": (
        re.compile(
            r"\b(?:customers?|people|others|buyers|shoppers|everyone|everybody|many|most)\b(?: \w+){0,3}? (?:who|that) (?:\w+ )?(?:bought|took|got|chose|purchased|own)\b|\b(?:customers?|people|others|buyers|shoppers) (?:also |often |usually |mostly |tend to |like to )+(?:buy|bought|take|took|choose|chose|get|got|pair|order)\b|\b(?:often|usually|frequently|commonly) bought (?:together|with|alongside)\b|\d ?% of (?:\w+ ){0,3}(?:customers|buyers|people|those|shoppers)\b"
            r"|买(?:过|了)?.{1,40}的(?:顾客|客人|人|买家|用户)|(?:顾客|客人|买家|大家|很多人|不少人|用户).{0,8}(?:也|都|常|还|一起)(?:会)?(?:买|选|下单|入手)|经常一起(?:买|购买)"
        ),
        frozenset(("bought_together", "bought_together_yours", "share", "share_yours")),
    ),
    "popular this month": (
        re.compile(
            r"\b(?:popular|best[- ]?sell\w*|trending|in demand|selling)\b.{0,40}\bthis (?:month|week|season|year)\b|(?:本月|这个月|本周|这周|今年|最近).{0,12}(?:热销|畅销|受欢迎|热门|卖得|爆款)"
        ),
        frozenset(("popular_in",)),
    ),
    "popular": (
        re.compile(
            r"\bpopular\b|\bbest[- ]?sell\w*|\b(?:customers?'?|crowd|fan|shop|house|firm|people's) favou?rites?\b|\bmost (?:bought|loved|chosen|ordered|wanted)\b|\boften (?:chosen|bought|ordered)\b|\bin (?:high|great) demand\b|\btrending\b|\bflies off\b|\bsells? (?:well|fast|out)\b"
            r"|热销|畅销|爆款|热门|人气|受欢迎|常有人选|卖得(?:很|最|特别)?(?:好|快)|销量|抢手|大家都(?:在)?(?:买|选)"
        ),
        frozenset(("popular", "popular_in", "share", "share_yours", "bought_together", "bought_together_yours")),
    ),
    "looked at by you": (
        re.compile(r"\byou(?:'ve| have)? (?:looked at|viewed|browsed|clicked)\b|[您你](?:刚刚?|之前|曾经?)?(?:看过|浏览过?|点过|收藏)"),
        frozenset(("like_looked",)),
    ),
}  # fmt: skip
"""What is claimed -> how it is said, and the reasons of a recommendation that it follows from."""


def because_of(findings: Findings) -> Sequence[tuple[str, str]]:
    """(product, why it is recommended), in the words of the findings."""
    told = [
        (name.removeprefix("because:"), text) for name, text in findings.values.items() if name.startswith("because:")
    ]
    return [one for one in told if one[1]]


def check(scene: Scene) -> Fault | None:
    """A claim that neither a reason of its product nor a text of the shop makes."""
    if scene.asks or scene.doubts or scene.known.of_order or scene.known.findings.orders:
        return None
    for name, (pattern, follows_from) in _CLAIMS.items():
        for match in pattern.finditer(scene.lower):
            if is_denied(match.start(), scene.read.spans) or pattern.search(_texts(scene)):
                continue
            reasons = _reasons(scene, scene.subjects.at(match.start()))
            if not reasons & follows_from:
                return match.group(), "reason", f"no reason that is {name}: {', '.join(sorted(reasons)) or 'none'}"
    return None


def _reasons(scene: Scene, subjects: Sequence[str]) -> frozenset[str]:
    """The keys of the reasons of these products, of all where none is named."""
    picks = scene.known.findings.recommendations
    of_them = [pick for pick in picks if pick.product_id in subjects] or picks
    return frozenset(one[0] for pick in of_them for one in (pick.because, *pick.also) if one)


def _texts(scene: Scene) -> str:
    """All that the findings say in words, but the reasons."""
    text = scene.known.all_text
    for _, because in because_of(scene.known.findings):
        text = text.replace(because.lower(), " ")
    return text
