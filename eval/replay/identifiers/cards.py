"""Cards and bank accounts: whole, masked, by their last digits, and what is printed beside the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.digits import EN_DIGIT, EN_END, ZH_DIGIT, ZH_END
from eval.replay.identifiers.spans import Span, matches

_L, _R = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_EN = r"(?<![A-Za-z])(?:(?<!gift )cards?|visa|master ?card|amex|american express|maestro|discover|diners|jcb|union ?pay|revolut|monzo|plastic|credit|debit|bank account|current account|savings|checking)(?![A-Za-z])"
_ZH = r"(?:卡|信用卡|工行|建行|农行|中行|招行|交行|邮储|浦发|中信|民生|光大|兴业|广发|银行|visa|万事达|银联|账户|账号|花呗)"
_NEAR = r"[^\d.!?\n]"
_LAST = r"(?P<it>\d{3,5})(?![\d%]|[.,:/-]\d)"
_LASTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_EN}{_NEAR}{{0,30}}?\b{EN_END}{_NEAR}{{0,16}}?{_LAST}",
        rf"\b{EN_END}{_NEAR}{{0,12}}?\b(?:of|on|for|from){_NEAR}{{0,20}}?{_EN}{_NEAR}{{0,12}}?{_LAST}",
        rf"\b{EN_END}{_NEAR}{{0,16}}?{_LAST}(?=[^.!?\n]{{0,40}}{_EN})",
        rf"(?<![\d.,:/$€£-])(?P<it>\d{{4}})(?= {_NEAR}{{0,20}}?\b(?:end|last|final)\b{_NEAR}{{0,24}}?{_EN})",
        r"(?<![\d.,:/$€£-])(?P<it>\d{4})(?= (?:card|visa|mastercard|amex)\b(?! ?(?:game|deck|stock)))",
        rf"{_EN}(?: (?:number|no\.?|no|is|was|with))*[ :(#*-]{{1,3}}(?P<it>\d{{4}})(?![\w%]|[.,:/-]\d| ?(?:points?|usd|eur|dollars?|euros?|pounds?|gsm)\b)",
        rf"{_EN}{_NEAR}{{0,20}}?\b(?:starts?|starting|begins?|beginning)(?: with| in)? (?P<it>\d{{4}}(?: ?\d{{2}}(?!\d))?)",
        rf"{_EN}{_NEAR}{{0,30}}?\b{EN_END}{_NEAR}{{0,16}}?(?P<it>(?:{EN_DIGIT}\b[ ,-]{{0,2}}){{3,5}}(?<=\w))",
        rf"\b{EN_END}{_NEAR}{{0,16}}?(?P<it>(?:{EN_DIGIT}\b[ ,-]{{0,2}}){{3,5}}(?<=\w))(?=[^.!?\n]{{0,40}}{_EN})",
        rf"{_ZH}[^\d。！？\n]{{0,10}}?{ZH_END}[^\d。！？\n]{{0,8}}?(?P<it>\d{{3,5}}|{ZH_DIGIT}{{3,5}})(?!\d)",
        rf"{ZH_END}[^\d。！？\n]{{0,8}}?(?P<it>\d{{3,5}}|{ZH_DIGIT}{{3,5}})(?!\d)(?=[^\d。！？\n]{{0,10}}?{_ZH})",
        r"(?:(?:信用|银行|储蓄|借记|工资)卡|[工建农中招交]行的?|招商|浦发|(?<!会员)(?<!礼品)(?<!储值)(?<!购物)(?<!积分)卡号?)(?P<it>\d{4})(?![\d.元块%分张面以起-])",
        r"(?<![\d.,-])(?P<it>\d{4})(?=[这那]张)",
        rf"{_ZH}(?:号|里|的)?[ ：:（(*#-]{{1,3}}(?P<it>\d{{4}})(?![\d.元块%-])",
        r"(?<![\d.,-])(?P<it>\d{4})(?=(?:结尾)?的?(?:那|这)?(?:一)?张?(?:信用|银行|储蓄|借记)?卡(?!片|通|槽|套))",
    )
)  # fmt: skip
"""`the Visa ending 4417`, `last four of my card: 4417`, `my 4417 card`."""
_MASKED = (
    re.compile(r"(?<![\w*])(?!1[3-9]\d[*x]{4}\d{4}(?!\d))(?:\d{2,6}[ -]?){0,2}(?:[*•●∙#]{3,}|[xX]{2,}|[*•●∙#xX]{2}[ -](?=[*•●∙#xX]))(?:[ -]?[*•●∙#xX]{2,})*[ -]?\d{2,4}(?!\w)"),
    re.compile(rf"(?:{_EN}|{_ZH})[^\d.!?\n]{{0,12}}?(?P<it>(?:[*x•●…]|\.{{2,3}})\s?\d{{3,4}})(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\d.])\d{4,8}(?:\.{3,}|…+)\d{3,4}(?!\d)"),
)  # fmt: skip
_BESIDE = (
    re.compile(r"\b(?:cvv2?|cvc2?|cvn|cid|security code|(?:(?:card|my|the|atm) )?pin(?: code)?(?= is| was|:))(?: (?:number|code|is|was|on the back))*[ :=]*(?P<it>\d{3,4})(?!\d)", re.IGNORECASE),
    re.compile(r"(?:安全码|校验码|[Cc][Vv][VvCc]2?|卡的?密码|支付密码|取款密码|后面三位)[是为：: ]{0,2}(?P<it>\d{3,6})(?!\d)"),
    re.compile(r"(?:\b(?:exp(?:iry|ires|iration)?(?: date)?|valid (?:thru|until|till|to))|有效期)[ :：.至到是]{0,3}(?P<it>(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?\d\d)(?!\d)", re.IGNORECASE),
)  # fmt: skip

_CARD = re.compile(rf"{_L}\d(?:[ ._-]?\d){{11,18}}{_R}")
_CARD_GROUPS = re.compile(
    r"\d{4}([ ._-])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{6}[ -]\d{10,13}"
)
_CARD_WORD = re.compile(r"card|visa|amex|master|debit|credit|卡|银联|招行|建行|农行|工行|中行|邮储", re.IGNORECASE)
_NO_CARD = re.compile(
    r"(?:sn|s/n|serial|isbn|ean|barcode|batch|lot|tracking|imei|序列号|条码|条形码|批号|物流|运单|快递单号|(?<!订单)(?<!售后)编号)[^\d]{0,8}$",
    re.IGNORECASE,
)
_ACCOUNTS = (
    re.compile(rf"{_L}(?:A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUVY]|M[CDEKRTU]|N[LO]|P[KLST]|QA|R[OS]|S[ACEIKMV]|T[LNR]|UA|VG|XK)\d\d(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,4}})?{_R}"),
    re.compile(r"\biban\b[^\d\n]{0,12}?(?P<it>[a-z]{2}\d\d(?:[ -]?[a-z0-9]{2,4}){3,8})(?![a-z0-9])", re.IGNORECASE),
    re.compile(r"\b(?i:(?:swift|bic)(?:/(?:swift|bic))?(?: code)?(?: is|:)*\s)(?P<it>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b"),
    re.compile(r"\b(?:sort ?code|sort|bsb|s/c)\b[^\d\n]{0,8}(?P<it>\d\d[ -]?\d\d[ -]?\d\d|\d{3}[ -]?\d{3})(?!\d)", re.IGNORECASE),
    re.compile(rf"{_L}\d\d-\d\d-\d\d[ ,/]{{1,3}}(?:account |acc |acct )?\d{{8}}{_R}"),
    re.compile(r"(?:\b(?:account|acct|acc|a/c|routing|aba|bank)(?: (?:number|no\.?|details))?|对公账[号户]|银行账[号户]|账[号户])[^\w\n]{0,3}(?:is |是|为)?[^\w\n]{0,2}(?P<it>\d(?:[ -]?\d){7,20})(?!\d)", re.IGNORECASE),
)  # fmt: skip
"""An IBAN, a bank's code, a British or Australian sort code, and what is called an account."""


def cards(text: str) -> Iterator[Span]:
    """12 to 19 digits that are grouped as on a card, pass Luhn's sum, begin as UnionPay's do, or are called a card; and parts of one."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if digits.startswith(("978", "979")) or _NO_CARD.search(text[: match.start()]):
            continue
        begins = digits[0] in "3456" or (digits[0] == "2" and 2221 <= int(digits[:4]) <= 2720)
        near = _CARD_WORD.search(text[max(0, match.start() - 40) : match.end() + 20])
        known = _CARD_GROUPS.fullmatch(match.group()) or (len(digits) >= 15 and digits.startswith("62"))
        if (begins and len(digits) >= 14 and (known or near or luhn(digits))) or (near and len(digits) >= 15):
            yield Span(*match.span(), "card")
    for pattern in (*_ACCOUNTS, *_LASTS, *_MASKED, *_BESIDE):
        yield from matches(pattern, text, "card")


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    return sum(sum(divmod(int(d) * (1 + place % 2), 10)) for place, d in enumerate(reversed(digits))) % 10 == 0
