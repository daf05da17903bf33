"""E-mails, typed, mistyped and spelt out, and what people are called by elsewhere: a user name, a messenger's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.spans import Span, matches

_HOUSES = r"gmail|googlemail|yahoo|hotmail|outlook|icloud|live|gmx|aol|proton(?:mail)?|qq|163|126|sina|foxmail|msn|mail|web|yandex"
_ENDS = r"com|net|org|co|edu|uk|cn|de|fr|io|me|info|example|ca|au|nl|it|es|eu|jp|in|br|se|no|pl|ch|at|test|shop|dev|app|ie|nz"
_AT = r"(?:[\[({<]\s?(?:at|a|@)\s?[\])}>]|＠|@|#@#|艾特|爱特|圈[aA]|小老鼠)"
_ABOUT = r"is|it|its|email|mail|address|me|to|my|the|at|on|use|with|via|and|or|please|send|reach|write|under|for|from"

EMAIL = re.compile(r"(?:[A-Za-z0-9À-ž_.+%'’-]+|\"[^\"\n@]{1,40}\")@[A-Za-z0-9À-ž-]+(?:\.[A-Za-z0-9À-ž-]+)+")
_MAILS = (
    EMAIL,
    re.compile(r"[A-Za-z0-9_.+%'-]+@[A-Za-z][A-Za-z0-9-]{2,}(?:[,;，。·](?:com|net|org|cn|de|fr|co\.uk|uk)(?![A-Za-z0-9]))?", re.IGNORECASE),
    re.compile(rf"[A-Za-z0-9_.+%'-]+@(?:{_HOUSES})(?![A-Za-z0-9.])|(?<![\w.])[A-Za-z0-9_.+-]*[._\d][A-Za-z0-9_.+-]*,? at (?:{_HOUSES})\b(?:\.\w+)*", re.IGNORECASE),
    re.compile(
        rf"[A-Za-z0-9_.+%-]+(?:(?: dot |\[dot\]|\(dot\)|点|下划线)[A-Za-z0-9_-]+)*(?:[\s_]*{_AT}[\s_]*|,?\s+(?:at|AT)\s+)"
        rf"[A-Za-z0-9-]+(?:[\s_]*(?:[\[({{]\s?(?:dot|punkt|\.)\s?[\])}}]|点)[\s_]*|\s+(?:dot|DOT)\s+|\s?\.\s?)(?:[A-Za-z0-9-]+(?:\s+dot\s+|\[dot\]|\(dot\)|\.|点))*(?:{_ENDS})(?![A-Za-z0-9])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w@.'’])(?P<it>(?:(?!(?:{_ABOUT})\b)[\w.+-]+ ){{0,4}}?[\w.+-]+ (?:at|AT) (?:[\w-]+(?: (?:dash|hyphen|minus) [\w-]+)?)(?: (?:dot|DOT|point) \w{{2,}})+)(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:e-?mail|mail|address)\b[^.!?\n]{{0,16}}?\b(?:is|it's|at|use|to|:)\s(?P<it>(?:(?!(?:{_ABOUT})\b)[\w.+-]+ ){{1,3}}at (?:{_HOUSES})\b)", re.IGNORECASE),
    re.compile(
        r"[A-Za-z0-9_.+%-]+[ ]?(?:<at>|\{at\}|#|圈a|圈A|＠|艾特|爱特|小老鼠|@)[ ]?(?:[A-Za-z0-9\u4e00-\u9fff-]+[ ]?(?:<dot>|\{dot\}|\.|点|。)[ ]?)+(?:com|net|org|cn|example|co|de|fr|uk|io|me|info|公司|网络|中国)(?![A-Za-z0-9])",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:[A-Za-z0-9._-] ){{3,}}{_AT} ?[\w-]+(?: ?[.点] ?[\w-]+)*", re.IGNORECASE),
    re.compile(rf"[A-Za-z][\w.+-]+在(?:{_HOUSES})[点.]\w+", re.IGNORECASE),
    re.compile(rf"(?<![\w@.])(?P<it>(?=[\w.+-]*[\d._])[A-Za-z][\w.+-]{{3,}})(?=,? (?:on|via) (?:my )?(?:{_HOUSES})\b)", re.IGNORECASE),
    re.compile(rf"(?<![\w@.])(?:{_HOUSES})(?:邮箱|的| (?:address|account|id))?(?: is|'s|:|：|=|是|,)*[ ：:]?(?P<it>(?=[\w.+-]*[\d._])[A-Za-z][\w.+-]{{3,}}\w)(?![\w@])", re.IGNORECASE),
)  # fmt: skip
"""Also a house that everybody knows without its end, letters one by one, and a name before or after such a house."""

_HANDLES = (
    re.compile(
        r"(?:(?<![A-Za-z])(?:user ?names?|log-?in|screen ?name|handle|nick(?:name)?|instagram|insta|ig|twitter|skype|telegram|discord|snapchat|snap|tiktok|facebook|venmo|cash ?app|wechat|weibo|vx|wx|profile|account)|微信号?|[vV]信号?|旺旺号?|支付宝(?:账号|账户)?|账号|账户|用户名|抖音号?|小红书号?)"
        r"(?: ?(?:name|id|account|handle|号|名))?(?:\s?(?:is|was|called|:|=|'s|-|是|叫|为|：))*\s?(?P<it>@[A-Za-z_][\w.-]{2,}|(?=[\w.:-]*\d|[\w.:-]*_|\w+[.:-]\w)(?=[\w.:-]*[A-Za-z])[A-Za-z][\w.:-]{3,}\w)(?![\w@])",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:paypal\.me|cash\.app|venmo\.com|instagram\.com|t\.me|wa\.me|facebook\.com|linkedin\.com/in)/[\w$.-]+", re.IGNORECASE),
    re.compile(r"(?<![\w-])wxid_\w{4,}"),
)  # fmt: skip


def emails(text: str) -> Iterator[Span]:
    for pattern in _MAILS:
        yield from matches(pattern, text, "email")


def handles(text: str) -> Iterator[Span]:
    """A user's or a messenger's name that has a digit, a dot or a dash in it, or an @ before it."""
    for pattern in _HANDLES:
        yield from matches(pattern, text, "name")
