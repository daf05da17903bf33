"""What the line before asked for: an answer to "your order number?" is a number, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from eval.replay.identifiers.cued import spelt
from eval.replay.identifiers.runs import run_at
from eval.replay.identifiers.spans import Span

_SENTENCE = re.compile(r"[^.!?？。！\n]+[.!?？。！\n]*")
_REQUEST = re.compile(
    r"[?？]|\b(?:please|provide|share|send|tell|give|confirm|need|let me know|could|can i|may i|what|which|who)\b|请|麻烦|提供|发[我一给]|报[我一给下]|哪|多少|吗|呢|什么|怎么称呼|贵姓|方便|告诉|留个|给我|给一下|需要|发来|报下",
    re.IGNORECASE,
)
_WANTED: Mapping[str, re.Pattern[str]] = {
    "order": re.compile(
        r"\b(?:order|booking|confirmation|reference|tracking|parcel|invoice|ticket|receipt|return|rma|member(?:ship)?|customer|account|case|transaction|purchase)(?:['’]s)? ?(?:number|no\b|id\b|code|ref|details)|\bwhich (?:order|parcel|purchase)\b|"
        r"\bnumber (?:on|in|of|from) the (?:confirmation|order|receipt|e-?mail|mail|invoice|parcel|label)|\bthe order\s*[?]|\border number\b|\b(?:order|booking) reference\b|单号|订单(?:号|编号|尾|后|是)|哪[个一]?(?:个)?(?:笔)?(?:订单|单|笔)|是哪一?单|取件码|会员号|会员卡号|运单|发票号",
        re.IGNORECASE,
    ),
    "phone": re.compile(
        r"\b(?:phone|mobile|telephone|cell)\b|\b(?:call|ring|text|reach) you\b|\bcontact number\b|\bnumber (?:for|to) (?:the )?(?:courier|driver|call|reach)|电话|手机|联系方式|号码", re.IGNORECASE
    ),
    "email": re.compile(r"\be-?mail\b|邮箱|邮件地址|电邮", re.IGNORECASE),
    "address": re.compile(
        r"(?<!mail )(?<!email )\baddress\b|\bwhere (?:should|shall|do|can|would|are) (?:we|i|you)[^?]*\b(?:send|ship|deliver|live|bring|post)|\bpost ?code\b|\bzip\b|\bpostal code\b|地址|寄到哪|送到哪|寄哪|送哪|门牌|邮编", re.IGNORECASE
    ),
    "name": re.compile(
        r"\b(?:your|full|first|last|family|the) name\b|\bname (?:please|is it|is the order|on the order)|\bwhat name\b|\bwho (?:am i|is (?:it|this|the order|the parcel)|should|placed)\b|姓名|名字|贵姓|怎么称呼|您是哪位|叫什么", re.IGNORECASE
    ),
    "identity": re.compile(r"\bpassport\b|\b(?:national )?id (?:number|card)\b|\bsocial security\b|\btax (?:id|number|code)\b|身份证|证件|护照|税号", re.IGNORECASE),
    "card": re.compile(r"\bcard number\b|\biban\b|\baccount number\b|\bbank (?:details|account)\b|卡号|账号|账户|银行卡", re.IGNORECASE),
}  # fmt: skip
_TOKEN = re.compile(r"(?<![0-9A-Za-z#.,])(?=#?[0-9A-Z])")
_LEAD = re.compile(
    r"(?i:(?:sure|yes|yeah|yep|ok(?:ay)?|of course|hi|hello|certainly|thanks?|well|hmm+|um+|er|it['’]?s|its|it is|is|that['’]?s|that would be|to|at|please|send|ship|deliver|bring|the address is|my address is|the|my|"
    r"address|name is|name|full name|under|for|this is|i['’]?m|i am|call me|you can|me|here you go|here it is|here)\b|[\s,.:;!—–-]|就?是|就?叫|我叫|我是|我姓|姓|叫我|免贵|发到?|寄到?|送到?|就|写|填|好的?|嗯+|哦|啊|我的?|名字|地址|，|：|。|、)*"
)
_NUMBERING = re.compile(r"^\W*\d{1,2}[.)]\s|\b[Ll]ine \d:")
_NO_ADDRESS = re.compile(
    r"[$€£¥%]\s?\d|\d\s?[$€£¥%]|\b\d+[- ](?:piece|day|inch|pack|ml|cm|business)\b|\b(?:order id|payment|price|total|refund|card|paypal|in stock|item id)\b|元|块钱|订单号",
    re.IGNORECASE,
)
"""What an answer with a number in it speaks of when it is about something else."""
_RELATION = re.compile(
    r"(?:(?:my|our|his|her) (?:boss|wife|husband|mother|father|mum|mom|dad|son|daughter|sister|brother|partner|friend|colleague|neighbou?r),? |我(?:妈妈?|爸爸?|老公|老婆|爱人|朋友|同事|先生|太太)(?:的|叫|是)?)?",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    "yes no none same nobody mine me you ok okay sure why what the a my your his her it i we they don't not just do can is that this there here where when how sorry wait hold one moment sec second please thanks thank order number mr mrs ms email phone address unknown nothing later".split()
)
_NO_NAME_ZH = re.compile(
    r"[的了吗呢吧么不没有你您他她它这那哪什谁怎为要想能会可在到说给把被让等稍后谢好先对啊哦嗯呀]|一样|随便|匿名|本人|自己|上面|刚才|同上|电话|订单|地址|老公|老婆"
)
_LONGEST_NAME = 4
_MAIL = re.compile(
    r"[A-Za-z0-9][\w.+-]*(?: (?:underscore|dash|hyphen|minus|dot|point|plus|[\w.+-]+)){0,5} (?:at|AT) [\w-]+(?: ?(?:dash|-) ?[\w-]+)?(?: dot [a-z]+)+",
    re.IGNORECASE,
)


def wanted(before: str) -> frozenset[str]:
    """The kinds that the last two sentences with a request in them ask for."""
    asking = [one for one in _SENTENCE.findall(before[-600:]) if _REQUEST.search(one)] or (
        [before] if len(before) < 40 else []
    )
    return frozenset(kind for kind, pattern in _WANTED.items() if any(pattern.search(one) for one in asking[-2:]))


def answers(text: str, before: str) -> Iterator[Span]:
    """What the text gives of what the line before asked for."""
    for kind in sorted(wanted(before)):
        yield from _READ[kind](text)


def _order(text: str) -> Iterator[Span]:
    for run in _runs(text, 2 if len(text.split()) <= 4 else 3):
        yield Span(*run, "order")
    yield from (Span(*run, "order") for run in spelt(text))


def _phone(text: str) -> Iterator[Span]:
    yield from (
        Span(*match.span(), "phone")
        for match in re.finditer(r"(?<![\w+#-])[+(]?\d(?:[ ().–-]{0,2}\d){4,14}(?![\w-])", text)
    )
    yield from (Span(*run, "phone") for run in spelt(text))


def _email(text: str) -> Iterator[Span]:
    yield from (Span(*match.span(), "email") for match in _MAIL.finditer(text))
    yield from (Span(*match.span(), "email") for match in re.finditer(r"[\w.+-]+ ?@ ?[\w-]+(?: ?\. ?[\w-]+)*", text))


def _address(text: str) -> Iterator[Span]:
    """Each sentence with a number in it that asks nothing, from its first word that isn't small talk."""
    for line in re.finditer(r"[^!?。！？\n]+", text):
        if text[line.end() : line.end() + 1] in ("?", "？"):
            continue
        lead = _LEAD.match(line.group())
        start = line.start() + (lead.end() if lead else 0)
        said = text[start : line.end()].rstrip(" .,;，")
        if (
            any(map(str.isdigit, said))
            and len(said) <= 120
            and not _NO_ADDRESS.search(said)
            and (len(said) > 4 or not said.isdigit())
        ):
            yield Span(start, start + len(said), "address")


def _name(text: str) -> Iterator[Span]:
    """A short answer is the name; of a longer one nothing is taken that its words alone don't tell."""
    first = re.split(r"[.!?。！？\n;；]|,(?! ?(?:jr|sr)\b)|，", text.strip())
    for part in first:
        if not part.strip():
            continue
        begin = text.index(part)
        lead = _LEAD.match(part)
        start = begin + (lead.end() if lead else 0)
        relation = _RELATION.match(text, start)
        start = relation.end() if relation else start
        said = text[start : begin + len(part)].rstrip()
        if _is_name(said):
            yield Span(start, start + len(said), "name")
            return


def _is_name(said: str) -> bool:
    if not said or any(map(str.isdigit, said)):
        return False
    if said[0] >= "\u4e00":
        return len(said) <= _LONGEST_NAME and not _NO_NAME_ZH.search(said)
    words = said.split()
    return len(words) <= _LONGEST_NAME and not any(word.strip("'\"(),").casefold() in _NO_NAME for word in words)


def _identity(text: str) -> Iterator[Span]:
    yield from (Span(*run, "identity") for run in _runs(text, 6))


def _card(text: str) -> Iterator[Span]:
    yield from (Span(*run, "card") for run in _runs(text, 6))


def _runs(text: str, least: int) -> Iterator[tuple[int, int]]:
    at = 0
    while match := _TOKEN.search(text, at):
        run = run_at(text, match.start(), least)
        if run:
            yield run
        at = run[1] if run else match.start() + 1


_READ: Mapping[str, Callable[[str], Iterator[Span]]] = {
    "order": _order, "phone": _phone, "email": _email, "address": _address, "name": _name, "identity": _identity, "card": _card,
}  # fmt: skip
