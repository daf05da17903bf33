"""Blame in so many words (`质量很差，不推荐`, `would not recommend`): what the model of aspects may read as praise, since the words of both are near."""

from __future__ import annotations

import re

ODDS = 4.0
"""Log odds that they add to a sentence's being unhappy. Of the reviews of two public sets that have such a sentence 216 of 221 are bad ones where they
are Chinese, and of the English ones 9 of 10 have three stars at most (docs/insight.md)."""
_BLAME = re.compile(
    r"(?<![不没未])(?:很|太|真|非常|特别|极其|质量|服务|做工|态度|体验)差(?!不多|一点|点|别|异|价|额)|差劲|(?<!不得)不推荐|不建议(?:购|买)|(?:别|不要|千万别)买|不理人|没人理|爱理不理"
    r"|(?:再也不|不会再|不想再)(?:买|来|回购)|一点[都也]不(?:好|值|耐|实用)|没有?(?:想象|想像|描述)[中得的]*好"
    r"|\b(?:would|do|can|could|will)(?:n['’]t| ?not) recommend(?: (?:this|it|them|these|buying))?(?=\W*$|[.,;!]| and\b| to any)|\bwould never recommend(?: (?:this|it|them|these|buying))?(?=\W*$|[.,;!]| and\b| to any)|\b(?:bad|poor|terrible|awful|horrible|worst|shoddy) (?:quality|service|support|customer service|experience)"
    r"|\bwaste of (?:money|time)|^(?:please )?(?:don['’]t|do not) buy|\b(?:never|won['’]t|will not) (?:buy|order|shop)(?:ing)? (?:\w+ ){0,3}again",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"但|不过|可是|只是|除了|\b(?:but|though|although|however|except|apart from|otherwise|than|without|enough|if|like another)\b",
    re.IGNORECASE,
)


def blame_odds(sentence: str) -> float:
    """`ODDS` or 0; a sentence that sets something against it is left to the model, which tells its parts apart."""
    return ODDS if _BLAME.search(sentence) and not _CONTRAST.search(sentence) else 0.0
