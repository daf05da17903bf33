"""Links, e-mail addresses, phone numbers and coupon codes in a text, and which of them are the shop's own. Only shop.toml says so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from knowledge_base.disguises import visible

_TLD = "com|net|org|edu|gov|info|biz|xyz|top|site|online|store|shop|club|app|dev|page|link|live|example|test|invalid|io|co|me|tv|cc|ly|gg|ai|cn|ru|uk|de|fr|jp|kr|us|eu|ca|au|in|hk|tw|sg"
_LINK = re.compile(
    rf"\b[a-z][a-z0-9+.-]{{1,12}}://[^\s<>\"'，。；！？、“”（）]+|(?<![\w:/])//[\w-]+(?:\.[\w-]+)+[^\s<>\"']*|\bwww\.[\w-]+[^\s<>\"'，。；！？]*"
    rf"|\b(?:javascript|data|vbscript):[^\s]+|(?<![\w@.-])(?:[a-z0-9](?:[\w-]{{0,62}})\.)+(?:{_TLD})(?![a-z\w-])(?:[/?#:][^\s<>\"'，。；！？、“”（）]*)?"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?:[/:][^\s<>\"']*)?",
    re.IGNORECASE | re.ASCII,
)
_MAIL = re.compile(r"[\w.+-]+\s?(?:@|＠|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE | re.ASCII)
_PHONE = re.compile(
    r"\+\d[\d ().-]{6,18}\d|(?<![A-Za-z0-9_.,$¥€£/-])\(?0\d{1,4}\)?[ .-]?\d{3,4}[ .-]?\d{3,4}(?![\d%])"
    r"|(?<![A-Za-z0-9_.,$¥€£/-])(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)|(?<!\d)400[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)|(?<![A-Za-z0-9.-])1[3-9]\d{9}(?!\d)"
)
_ACCOUNT = re.compile(
    r"(?:\b(?:whatsapp|wechat|weixin|telegram|qq)\b|微信号?|扣扣|(?<![a-z])qq号?|电话|热线|拨打|致电|手机)\W{0,4}(?:号码?|is|是|为|:|：)?\W{0,3}([a-z0-9@+_-]*\d[a-z0-9_-]{2,})",
    re.IGNORECASE,
)
_SAID_CODE = re.compile(
    r"(?:\b(?:code|coupon|voucher|promo)s?\b|优惠码|优惠券|折扣码|折扣券|兑换码|口令|券码|码)[\s:：\"'“”‘’「《(（]{0,3}(?:is |called |named |是|为|：)?[\"'“”‘’「《]?([A-Z][A-Z0-9_-]{3,})(?![a-z])"
)
_SHAPED_CODE = re.compile(r"(?<![A-Za-z0-9/._-])(?=[A-Z0-9]*\d)[A-Z]{4,}[0-9]{1,4}(?:OFF)?(?![A-Za-z0-9-])")
_FREE_MAIL = frozenset(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com proton.me protonmail.com
    aol.com gmx.com gmx.de qq.com 163.com 126.com sina.com foxmail.com yandex.ru mail.ru
    """.split()
)


_MAY_BE = re.compile(
    r"@|\(at\)|\[at\]|＠|//|:[a-z]|\.[a-z]{2}|\d.{0,3}\d.{0,3}\d|[Cc]ode|[Cc]oupon|[Vv]oucher|[Pp]romo|码|券|口令"
)
"""Without any of these no pattern finds anything."""


@dataclass(frozen=True, slots=True)
class Contact:
    kind: str
    """link, email, phone or code."""
    text: str


def contacts_in(text: str) -> list[Contact]:
    """Every way out of the shop that a text names, as it stands there."""
    plain = _narrow(text)
    if not _MAY_BE.search(plain):
        return []
    found = [Contact("email", match.group()) for match in _MAIL.finditer(plain)]
    rest = _MAIL.sub(" ", plain)
    found += [Contact("link", match.group().rstrip(".,;:!?)*_]")) for match in _LINK.finditer(rest)]
    rest = _LINK.sub(" ", rest)
    found += [Contact("phone", match.group()) for match in _PHONE.finditer(rest)]
    found += [Contact("phone", match[1]) for match in _ACCOUNT.finditer(rest)]
    return found + [Contact("code", match[1]) for match in _SAID_CODE.finditer(rest)]


def _narrow(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", visible(text))


def shaped_codes(text: str) -> list[str]:
    """What looks like a coupon code by itself, `SAVE20`; many names of models do, too."""
    return [match.group() for match in _SHAPED_CODE.finditer(_LINK.sub(" ", _narrow(text)))]


@dataclass(frozen=True, slots=True)
class OwnContacts:
    """What shop.toml gives as the shop's: under [contacts], and under [trust] what is others' and may be said all the same."""

    domains: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    """Digits, and what isn't a number in lower case."""
    codes: frozenset[str] = frozenset()

    def owns(self, contact: Contact) -> bool:
        said = contact.text.casefold().strip()
        match contact.kind:
            case "link":
                return self._owns_domain(_host(said))
            case "email":
                return said in self.emails or self._owns_domain(said.rpartition("@")[2])
            case "phone":
                return any(_same_number(said, own) for own in self.phones)
            case _:
                return said in self.codes

    def stranger(self, text: str) -> Contact | None:
        """The first contact of a text that isn't the shop's."""
        return next((contact for contact in contacts_in(text) if not self.owns(contact)), None)

    def _owns_domain(self, host: str) -> bool:
        return any(host == own or host.endswith(f".{own}") for own in self.domains)


def own_contacts(contacts: Mapping[str, str], trusted: Mapping[str, Iterable[str]]) -> OwnContacts:
    """`trusted` has links, emails, phones and codes, each maybe left out."""
    told = [contact for value in contacts.values() for contact in contacts_in(value)]
    emails = {c.text.casefold() for c in told if c.kind == "email"} | {e.casefold() for e in trusted.get("emails", ())}
    domains = {_host(contact.text.casefold()) for contact in told if contact.kind == "link"}
    domains |= {email.rpartition("@")[2] for email in emails} - _FREE_MAIL
    domains |= {_host(link.casefold()) for link in trusted.get("links", ())}
    phones = {value for name, value in contacts.items() if name not in ("email", "url", "address")}
    phones |= {contact.text for contact in told if contact.kind == "phone"} | set(trusted.get("phones", ()))
    return OwnContacts(
        frozenset(domain.removeprefix("www.") for domain in domains if domain),
        frozenset(emails),
        frozenset(phone.casefold().strip() for phone in phones if phone.strip()),
        frozenset(code.casefold() for code in trusted.get("codes", ())),
    )


def _host(link: str) -> str:
    """`juniperlane.example` of `https://juniperlane.example/p/1`; what stands before an @ is no host."""
    whole = link if "://" in link else f"//{link.lstrip('/')}"
    try:
        return (urlsplit(whole).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _same_number(said: str, own: str) -> bool:
    """By their digits; the country may be left out."""
    one, other = re.sub(r"\D", "", said), re.sub(r"\D", "", own)
    return said == own or (min(len(one), len(other)) >= 7 and (one.endswith(other) or other.endswith(one)))
