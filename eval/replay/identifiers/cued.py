"""Numbers that a word before them says to be somebody's: an order's, a parcel's, a member's. Such a word may be followed by a number of any shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.runs import run_at
from eval.replay.identifiers.spans import Span, matches

_NOUN = (
    r"(?:pre-?)?orders?|ord|ordr|oder|purchase|po|p\.o\.|confirmation|booking|reservation|reference|ref|tracking|receipt|invoice|consignment|waybill|awb|parcel|shipment|package|delivery note|"
    r"tickets?|case|claim|rma|ra|returns?|refund|transaction|payment|collection|pick-?up|quote|estimate|voucher|gift ?card|store credit|membership|member|loyalty|customer|client|user|account|"
    r"subscription|policy|complaint|contract|repair|warranty|registration|enquiry|inquiry|request|incident|cart|basket|locker|docket|"
    r"(?:return|returns|refund|merchandise) (?:authori[sz]ation|label|slip)|royal mail|dhl|ups|fedex|usps|evri|hermes|dpd|gls|tnt|yodel|parcelforce|bestell|auftrags|kunden|rechnungs|sendungs"
)
_MARK = r"(?:numbers?|nummer|nos?\.?|nr\.?|num\.?|nbr\.?|ids?|ref(?:erence)?|codes?|#|№)"
_FILL = (
    r"(?:[\s:=#(\"“”'‘’–—-]|\.(?= )|\b(?:is|was|it|its|it's|it’s|says?|said|reads?|shows?|i|we|think|should|would|might|may|must|be|starts?|starting|with|ending|ends|in|called|of|which|that|the|a|"
    r"my|our|your|this|on|for|from|got|have|had|here|yes|sure|order|mail|e-?mail|receipt|label|confirmation|account|being|two|three|four|five|six|digits?|number|so|just|and)\b|(?<=[a-z])'s\b)*"
)
_NUMBERED = re.compile(
    rf"(?<![A-Za-z])(?:(?:{_NOUN})(?:['’]?s)?[ -]?{_MARK}(?![A-Za-z])|o/n\b|(?:{_NOUN}) ?[:#]){_FILL}", re.IGNORECASE
)
"""`order no. is`: three digits are enough."""
_NAMED = re.compile(
    rf"(?<![A-Za-z])(?:{_NOUN})\b(?: (?:is|was|are|were|called|id|of mine)|'s)?[ ]?[:=#(\"“'‘,-]?[ ]?(?=[#0-9A-Z])",
    re.IGNORECASE,
)
"""`my order is`: a number in groups, or one of letters and digits."""
_SOME_NUMBER = re.compile(
    r"(?<![A-Za-z])(?<!model )(?<!part )(?<!item )(?<!article )(?<!serial )(?<!style )(?<!batch )(?<!lot )(?<!colour )(?<!color )(?:number|no\.|code|reference)(?: (?:in|on|from) (?:the|my|your) [a-z-]+)? (?:is|says|reads|was) ",
    re.IGNORECASE,
)
"""`the number in the mail is`: letters and digits mixed."""
_PREFIXED = re.compile(r"(?<![0-9A-Za-z])(?=(?:ORD|ORDER|SO|PO|INV|RMA|REF|TX|WEB)[ #.:-]{1,2}\d)")
_ZH = re.compile(
    r"单[，,的 ]*编号|(?:(?:订|运|快递|物流|退货|退款|退换|换货|售后|采购|支付|商户|理赔|工|包裹|出库|发货)单(?:编号|号码|号|ID|id|#|尾号|尾数)?|单号|订单尾[号数]|尾[号数]|后[三四五六几]位|下单编号|(?<!产品)(?<!商品)(?<!货物)(?<!机身)(?<!型)编号(?=[是为：: ])|"
    r"(?:取件|取货|提货|自提|核销|验货|兑换|券|卡密|提取|签收|确认|预约|预订|寄件)码|(?:预约|预订|确认|参考|登记|合同|流水|交易|凭证|收据|发票|会员卡?|客户|用户|顾客|卡券|礼品卡|储值卡|包裹|投诉|工单|退款|退货|售后|采购|支付|理赔|报修|维修|电子券)(?:编号|号码|代码|单号|单|号|ID|id)?)"
    r"(?:[是为：:=#（(“\"‘，, 的]|尾号|尾数|后[三四五六几]位|写的|显示|叫|就|应该|大概|好像|我的|号码|编号|有|码|ID|id)*",
)
_CARRIER = re.compile(
    r"(?:顺丰|圆通|中通|申通|韵达|邮政|德邦|京东|极兔|百世|天天|菜鸟|EMS|ems)(?:快递|速运|物流|的)*(?:[，,：: 是])*"
    r"|\b(?:royal mail|dhl|ups|fedex|usps|evri|hermes|dpd|gls|tnt|yodel|parcelforce)\b(?: (?:says|parcel|package|tracking|is|number))*[,: ]+(?:number |no\.? )?",
    re.IGNORECASE,
)
_SHELF = re.compile(r"(?:取件|取货|提货|自提)码[^\dA-Za-z\n]{0,4}(?P<it>[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+)(?![0-9A-Za-z])")
"""`取件码5-3-2011`: no day."""
_ZH_DIGITS = re.compile(
    r"[零〇○一二三四五六七八九幺](?:[零〇○一二三四五六七八九幺 ，、-]?[零〇○一二三四五六七八九幺]){3,}"
)
_SPELT = re.compile(
    r"(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[ ,.-]{0,2}){3,}(?<=\w)", re.IGNORECASE
)
_USER = re.compile(r"(?<![0-9A-Za-z_@.])[a-z]{2,}(?:_[a-z]{2,}){1,2}_\d{3,}(?![0-9A-Za-z_@])")
"""`noah_brown_6181`: what a shop calls a customer by."""
_TOKEN = re.compile(r"(?<![0-9A-Za-z_])[a-z]{2,4}_(?:test_|live_)?(?=[A-Za-z]*\d)[0-9A-Za-z]{10,}(?![0-9A-Za-z_])")
"""What a payment service calls a checkout."""
_THREE = re.compile(
    r"(?<!to )(?<!i )(?<!can )\b(?:order|parcel|invoice|ticket) (?P<it>\d{3})(?=[.,;!?]?$|[.,;!?] | (?:is|was|has|hasn't|isn't|wasn't|arrived|came|never|still|please|pls|yet)\b)",
    re.IGNORECASE,
)
_LISTED_ZH = re.compile(r"(?<![0-9A-Za-z.])\d{4,}(?:[、，,和 ]+\d{4,})+(?=[这那]?[两三四五六几]?单)")
_DOER = re.compile(r"(?:\b(?:to|can i|could i|may i|i|we|you|i'll|i'd|we'll|did|just|please|or|and)) $", re.IGNORECASE)
_MORE = re.compile(
    r"\s*(?:,|，|、|and|or|&|/|not|plus|和|与|还有|跟|或者?|\+|then)+\s*(?:order |number |订单|单号)?(?=#?[A-Z0-9])"
)


def numbers(text: str) -> Iterator[Span]:
    """After a word for what has a number, and those listed after it."""
    for pattern, least in ((_NUMBERED, 3), (_ZH, 3), (_CARRIER, 8)):
        for cue in pattern.finditer(text):
            yield from _listed(text, run_at(text, cue.end(), least) or _spoken(text, cue.end()))
    for cue in _NAMED.finditer(text):
        if not is_verb(text, cue.start()) and (run := run_at(text, cue.end(), 5)) and _is_coded(text[slice(*run)]):
            yield from _listed(text, run)
    for cue in _SOME_NUMBER.finditer(text):
        if (run := run_at(text, cue.end(), 3)) and re.search("[A-Z].*[0-9]|[0-9].*[A-Z]", text[slice(*run)]):
            yield from _listed(text, run)
    for cue in _PREFIXED.finditer(text):
        if run := run_at(text, cue.end(), 3):
            yield Span(*run, "order")
    for pattern in (_LISTED_ZH, _USER, _SHELF, _TOKEN, _THREE):
        yield from matches(pattern, text, "order")


def is_verb(text: str, at: int) -> bool:
    """Whether the word there is what somebody does: `to order KX-200` names a product."""
    return bool(_DOER.search(text[max(0, at - 12) : at]))


def _listed(text: str, run: tuple[int, int] | None) -> Iterator[Span]:
    while run:
        yield Span(*run, "order")
        more = _MORE.match(text, run[1])
        run = run_at(text, more.end(), 4) if more else None


def spelt(text: str) -> Iterator[tuple[int, int]]:
    """Where digits stand in words, three in a row in English and four in Chinese."""
    for pattern in (_SPELT, _ZH_DIGITS):
        yield from (match.span() for match in pattern.finditer(text))


def _spoken(text: str, at: int) -> tuple[int, int] | None:
    match = _SPELT.match(text, at) or _ZH_DIGITS.match(text, at)
    return match.span() if match else None


def _is_coded(said: str) -> bool:
    """In groups of digits, or of capitals and digits with four digits among them or a dash."""
    groups = said.split(" ")
    digits = sum(map(str.isdigit, said))
    if len(groups) > 1:
        return digits >= 5 and not all(re.fullmatch(r"(?:19|20)\d\d|\d", one) for one in groups)
    return any(map(str.isupper, said)) and (digits >= 4 or (digits >= 2 and "-" in said and len(said) >= 5))
