"""Numbers that a word beside them says to be somebody's: an order's, a parcel's, a member's. Such a word may be followed by a number of any shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.cued_words import FILL, MARK, NOUN, ZH_FILL, ZH_MARK, ZH_NOUN
from eval.replay.identifiers.digits import EN_DIGIT, EN_END, ZH_DIGIT, ZH_END
from eval.replay.identifiers.runs import (
    follows_amount,
    is_amount,
    is_day,
    is_total,
    is_year,
    listed,
    names_a_thing,
    run_at,
)
from eval.replay.identifiers.spans import Span, matches

_NUMBERED = re.compile(
    rf"(?<![A-Za-z])(?:(?:{NOUN})(?:['’]?s)?[ -]?{MARK}(?![A-Za-z])|o/n\b|(?:{NOUN}) ?[:#=]|(?:{NOUN})[^.!?\n\d]{{0,20}}\b{EN_END}\b){FILL}",
    re.IGNORECASE,
)
"""`order no. is`, `the order ending in`: three digits are enough."""
_NAMED = re.compile(rf"(?<![A-Za-z])(?:{NOUN})\b{FILL}(?=[#0-9A-Za-z])", re.IGNORECASE)
"""`my order is`: a number in groups, one of letters and digits, or one of four digits that is no amount."""
_ABOUT = re.compile(
    r"(?:^|[.!?,] |\bplease |\bpls |\byou |\bto )(?:re|regarding|concerning|status of|any news on|update on|(?:look|check)(?:ing)? (?:up|on|into)|check|cancel|track|trace|find|chasing)[: ]+(?:my )?(?=[A-Z0-9#])",
    re.IGNORECASE,
)
"""What is asked about: a number of four digits or a code of capitals and digits in groups."""
_SOME_NUMBER = re.compile(
    r"(?<![A-Za-z])(?<!model )(?<!part )(?<!item )(?<!article )(?<!serial )(?<!style )(?<!batch )(?<!lot )(?<!colour )(?<!color )(?:number|no\.|code|reference)(?: (?:in|on|from) (?:the|my|your) [a-z-]+)? (?:is|says|reads|was) ",
    re.IGNORECASE,
)
"""`the number in the mail is`: letters and digits mixed."""
_PREFIXED = re.compile(r"(?<![0-9A-Za-z])(?=(?:ORD|ORDER|SO|PO|INV|RMA|REF|TX|WEB|SUB|RT|RL|RA)[ #.:-]{1,2}\d)")
_ZH_NUMBERED = re.compile(
    rf"(?:(?:{ZH_NOUN}){ZH_MARK}|单[，,的 ]*编号|{ZH_END}|下单编号|卡密码?|编号为|前[几三四五六八\d]位(?:数字?)?[是为]|开头(?:是|为)?|(?:我的|号码|分别)[是为]|(?<!产品)(?<!商品)(?<!货物)(?<!机身)(?<!型)编号(?=[是为：: ])|"
    rf"(?:取件|取货|提货|自提|核销|验货|兑换|券|卡密|提取|签收|确认|预约|预订|寄件|验证|开门|柜门)码|订单|工单|运单){ZH_FILL}"
)
_ZH_NAMED = re.compile(rf"(?:{ZH_NOUN}){ZH_FILL}")
_ZH_AFTER = re.compile(
    r"(?<![0-9A-Za-z.\-])(?P<it>[A-Za-z]{0,4}-?\d{4,}(?:-[0-9A-Za-z]+)*)(?=号?(?:的|那|这)?(?:一)?(?:个|笔|张)?(?:订?单子?|快递|包裹|工单|[Oo]rder)(?!价|位|独|身|人|元|层|杯|个|品))"
)
_AFTER = re.compile(
    r"(?<![0-9A-Za-z.,$€£¥-])(?P<it>[A-Z]{0,4}-?\d{4,}[A-Z]?(?:-[0-9A-Z]+)*)(?=,? (?:(?:is|was|being) (?:my|the|our) (?:\w+ )?)?(?:order|parcel|purchase|invoice|return|booking|ticket|refund|reference|tracking|confirmation|case|one i (?:ordered|paid))\b(?! (?:of|over|above|value|total|minimum)))"
    r"|(?<![0-9A-Za-z.,$€£¥-])(?P<at>\d{4,})(?=(?:,| -) (?:that's |thats |it's )?(?:the|my|our) (?:order|parcel|booking|invoice|ticket))",
    re.IGNORECASE,
)
_CARRIER = re.compile(
    r"(?:顺丰|圆通|中通|申通|韵达|邮政|德邦|京东|极兔|百世|天天|菜鸟|EMS|ems)(?:快递|速运|物流|单号|的)*(?:[，,：: 是])*"
    r"|\b(?:royal mail|dhl|ups|fedex|usps|evri|hermes|dpd|gls|tnt|yodel|parcelforce|ontrac|purolator|canada post|auspost|an post)\b(?: (?:says|parcel|package|tracking|is|number))*[,: ]+(?:number |no\.? )?",
    re.IGNORECASE,
)
_SHELF = re.compile(r"(?:取件|取货|提货|自提)码[^\dA-Za-z\n]{0,4}(?P<it>[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+)(?![0-9A-Za-z])")
"""`取件码5-3-2011`: no day."""
_SPELT = (
    re.compile(rf"(?:{EN_DIGIT}\b[ ,.-]{{0,2}}){{3,}}(?<=\w)", re.IGNORECASE),
    re.compile(rf"{ZH_DIGIT}(?:[ ，、-]?{ZH_DIGIT}){{3,}}"),
)
_LETTERED = re.compile(
    rf"(?:[A-Z]+[ -]){{1,2}}(?:{EN_DIGIT}\b[ ,.-]{{0,2}}){{3,}}(?<=\w)|(?:\d [ ]?){{3,}}\d", re.IGNORECASE
)
_BY_ITSELF = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:order|booking|reference|tracking|parcel|number|ticket)\b[^.!?\n]{0,30}?\b(?:starts?|begins?|starting|beginning)(?: with| in)? (?P<it>(?=[A-Z0-9-]*\d)[A-Z0-9-]{2,})(?![\w%])",
        r"单号?[^，。！？\d]{0,6}(?:开头|前面)(?:是|为)?(?P<it>\d{2,})(?![\d元块年月])",
        r"^\W*(?:it['’]?s |that['’]?s )?(?P<it>[A-Z]{1,4}[- ]?\d{4,}[A-Z]?)\W*$",
        r"\borders (?P<it>\d{3}(?:(?:,| and| &)+ \d{3})+)(?![\d%])",
        r"(?<![0-9A-Za-z.,])(?<!款)(?<!付)(?<!元)(?<!价)(?P<it>[A-Z]{0,3}-?\d{4,})(?=(?:现在|今天)?(?:到哪|怎么还没|还没[到发]|没到|没发货|发货了|什么时候[发到]|几时发|物流))",
        r"(?:查一?下?|催一?下?|取消|退掉?|看看|看下|找下|改下)(?P<it>[A-Z]{0,3}-?\d{4,})(?![0-9A-Za-z.元块]|单位|年)",
        r"(?<![0-9A-Za-z.])\d{4,}(?:[、，,和跟与/ ]+\d{4,})+(?=都|没到|还没|哪个)",
        r"\b(?:is|has|hasn't|isn't|where's|where is|when will|when does|did|why is|why hasn't) (?P<it>[A-Z]{0,3}[- ]?\d{4,5})(?= (?:late|shipped|left|arrived?|coming|here|on its way|out|been|delayed|delivered|mine|go|ship|leave))",
        r"(?<![0-9A-Za-z_@.])[a-z]{2,}(?:_[a-z]{2,}){1,2}_\d{3,}(?![0-9A-Za-z_@])",
        r"(?<![0-9A-Za-z_])[a-z]{2,4}_(?:test_|live_)?(?=[A-Za-z]*\d)[0-9A-Za-z]{5,}(?![0-9A-Za-z_])",
        r"(?<!to )(?<!i )(?<!can )\b(?:order|parcel|invoice|ticket) (?P<it>\d{3}|\d{1,2}[A-Z])(?=[.,;!?]?$|[.,;!?] | (?:is|was|has|hasn't|isn't|wasn't|arrived|came|never|still|please|pls|yet)\b)",
        r"(?<![0-9A-Za-z.])\d{4,}(?:[、，,和 ]+\d{4,})+(?=[这那]?[两三四五六几]?单)",
        rf"(?:我|那|这)个?(?P<it>{ZH_DIGIT}{{3,}})的?(?:订?单)",
    )
)
"""What a shop calls a customer by (`noah_brown_6181`), what a payment service calls a checkout, and a short number that is an order's."""
_STATE = re.compile(
    r"\b(?:hasn't|hasnt|isn't|late|delayed|where|status|track|refund|shipped|dispatched|arriv\w+|deliver\w+|cancel|replace\w*|chas\w+|missing|mine|money back)\b|没发|没到|到哪|发货|物流|退款|取消|催",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?<![0-9A-Za-z/-])(?<!the )(?<!a )(?<!your )(?<!new )(?<!款)(?P<it>[A-Z]{1,4}[- ]?\d{4,}[A-Z]?|[A-Z]{2,3}(?: \d{2,4}){2,})(?![0-9A-Za-z]|[.,]\d)"
)
"""Capitals with four digits, in a text that asks what became of something."""
_SAYS = re.compile(
    r"\b(?:mine(?:'s| is)|(?:slip|label|e-?mail|receipt|screenshot|page|app|confirmation|website|it|paper|note) (?:says|reads|shows|said)|written as|i have|i've got|i got) (?=[A-Z0-9#])",
    re.IGNORECASE,
)
"""What stands before a number in groups or one of letters and digits."""
_AS_TOLD = re.compile(
    r"(?:19|20)\d\d(?![0-9A-Za-z年]|[-/.]\d)|\d{1,2}-\d{1,2}-\d{2,4}(?![0-9A-Za-z-])|[A-Z]{5,10}(?![0-9A-Za-z])|[B-Z]\d{2,3}(?![0-9A-Za-z])|[一二三四五六七八九两][千百十零一二三四五六七八九]{3,}|(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z][a-z0-9]*[a-z])[a-z][a-z0-9]{4,11}(?![0-9A-Za-z])|\d{1,3}(?:,\d{3})+(?![\d.])"
)
"""Behind `order number` even what looks like a year, a day or a word is one."""
_ENDING = re.compile(rf"\b{EN_END}\b|{ZH_END}", re.IGNORECASE)
_MARKED = re.compile(rf"{MARK}(?![A-Za-z])|{ZH_MARK}|码|单号", re.IGNORECASE)
_NEAR = re.compile(
    r"\b(?:orders?|ordered|parcels?|tickets?|invoices?|bookings?|receipts?|refund)\b|订单|单号|下单", re.IGNORECASE
)
_FOUR = re.compile(
    r"(?<![0-9A-Za-z.,:/$€£¥#+-])(?P<it>\d{4})(?=[.,;!?)，。；！？]?(?:\s|$)|[，。；！？、])(?!\.\d|,\d)"
)
"""Four digits and no measure, in a text that speaks of an order."""
_WIDE = re.compile(
    rf"\b(?i:{NOUN})\b[^.!?\n]{{0,30}}?(?<![0-9A-Za-z-])(?P<it>[A-Z]{{1,4}}-?\d[0-9A-Z]*-[0-9A-Z-]+|(?=[0-9-]*[A-Z])[A-Z0-9]{{2,6}}(?:-[A-Z0-9]{{2,6}}){{2,}})(?![0-9A-Za-z])"
)
"""Capitals and digits with a dash between them, further behind such a word."""
_FAR = 60
"""Letters that digits in words take at most."""
_DOER = re.compile(
    r"(?:\b(?:to|can i|could i|may i|i|we|you|i'll|i'd|we'll|did|just|please|or|and|would|will)) $", re.IGNORECASE
)


def numbers(text: str) -> Iterator[Span]:
    """Beside a word for what has a number, and those listed after it."""
    for pattern, least in ((_NUMBERED, 3), (_ZH_NUMBERED, 3), (_CARRIER, 8)):
        for cue in pattern.finditer(text):
            if (pattern is _CARRIER and not cue.group()) or is_total(text, cue.end()):
                continue
            run = run_at(text, cue.end(), 2 if _ENDING.search(cue.group()) else least) or _spoken(text, cue)
            told = _AS_TOLD.match(text, cue.end()) if _MARKED.search(cue.group()) else None
            yield from listed(text, run or (told.span() if told else None))
    for pattern in (_NAMED, _ABOUT, _ZH_NAMED):
        for cue in pattern.finditer(text):
            if pattern is _NAMED and is_verb(text, cue.start()):
                continue
            run = run_at(text, cue.end(), 2)
            yield from listed(text, run if run and _is_coded(text, run) else _spoken(text, cue))
    for cue in _SOME_NUMBER.finditer(text):
        if (run := run_at(text, cue.end(), 3)) and re.search("[A-Z].*[0-9]|[0-9].*[A-Z]", text[slice(*run)]):
            yield from listed(text, run)
    for cue in _SAYS.finditer(text):
        if (run := run_at(text, cue.end(), 4)) and re.search("[A-Z ]", text[slice(*run)]) and _is_coded(text, run):
            yield Span(*run, "order")
    for cue in _PREFIXED.finditer(text):
        if run := run_at(text, cue.end(), 3):
            yield Span(*run, "order")
    for pattern in (*_BY_ITSELF, _SHELF, _WIDE):
        yield from matches(pattern, text, "order")
    if _STATE.search(text):
        yield from (span for span in matches(_STATED, text, "order") if not names_a_thing(text, span.start))
    yield from _beside(text)


def _beside(text: str) -> Iterator[Span]:
    """Before such a word; or of four digits, in a text that has one."""
    for pattern in (_AFTER, _ZH_AFTER, *((_FOUR,) if _NEAR.search(text) else ())):
        for match in pattern.finditer(text):
            start, end = match.span("it") if match["it"] else match.span("at")
            if is_year(text[start:end]) or is_total(text, start) or follows_amount(text, end) or (pattern is not _ZH_AFTER and names_a_thing(text, start)):  # fmt: skip
                continue
            yield from listed(text, (start, end))


def is_verb(text: str, at: int) -> bool:
    """Whether the word there is what somebody does: `to order KX-200` names a product."""
    return bool(_DOER.search(text[max(0, at - 12) : at]))


def spelt(text: str) -> Iterator[tuple[int, int]]:
    """Where digits stand in words, three in a row in English and four in Chinese."""
    for pattern in _SPELT:
        yield from (match.span() for match in pattern.finditer(text))


def _spoken(text: str, cue: re.Match[str]) -> tuple[int, int] | None:
    """Digits in words behind such a word, the first of which may have been read as a word beside it: `order no. is one four two`."""
    for pattern in (*_SPELT, _LETTERED):
        for match in pattern.finditer(text, cue.start(), min(len(text), cue.end() + _FAR)):
            if match.start() <= cue.end() < match.end():
                return match.span()
    return None


def _is_coded(text: str, run: tuple[int, int]) -> bool:
    """In groups of digits, four digits that are no amount, or letters and digits mixed as in no measure."""
    said = text[slice(*run)]
    groups = said.split(" ")
    digits = sum(map(str.isdigit, said))
    letters = [one for one in said if one.isalpha()]
    if is_total(text, run[0]) or is_day(said) or is_amount(said) or names_a_thing(text, run[0]):
        return False
    if len(groups) > 1:
        return digits >= (4 if letters else 5) and not all(re.fullmatch(r"(?:19|20)\d\d|\d", one) for one in groups)
    if not letters:
        return digits >= 4
    if any(map(str.islower, letters)):
        mixed = said[0].isalpha() and len(re.findall(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", said)) > 1
        return (digits >= 3 and len(said) >= 6) or (digits >= 2 and mixed)
    return digits >= 4 or (digits >= 2 and (len(said) >= 5 or "-" in said))
