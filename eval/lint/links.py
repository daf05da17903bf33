"""Addresses that lead nowhere: pages, products and mailboxes that the shop doesn't have."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from eval.lint.types import Entry, Problem, Texts
from knowledge_base.contacts import Contact, contacts_in

_PRODUCT = re.compile(r"^/(?:p|products?|item)/([\w-]+)/?$")
_CHINESE = re.compile(r"[，。；！？、（）“”]")
_NEAR = 0.8
"""How much alike two paths are spelled from which on the rarer is taken for a mistake."""


def check(texts: Texts) -> Iterator[Problem]:
    known = {product.id for product in texts.knowledge.products}
    own = _host(texts.shop.contacts.get("url", "")) or texts.shop.contacts.get("email", "@").rpartition("@")[2]
    paths: list[tuple[Entry, str, str]] = []
    for entry in texts.entries:
        for contact in named(entry):
            if contact.kind == "link" and _host(contact.text) == own and own:
                path = urlsplit(_whole(contact.text)).path
                match = _PRODUCT.match(path)
                if match and match[1] not in known:
                    yield entry.problem("dead-link", contact.text, f"{match[1]} is not in the catalogue")
                elif not match and path.strip("/"):
                    paths.append((entry, contact.text, path.rstrip("/")))
            elif contact.kind == "email" and own and contact.text.rpartition("@")[2].lower() != own:
                yield entry.problem("dead-link", contact.text, f"the address is not one of {own}")
    yield from _misspelt(paths)


def named(entry: Entry) -> list[Contact]:
    """The ways out that an entry names; a link ends at Chinese punctuation, too."""
    return [contact for part in _CHINESE.split(entry.text) for contact in contacts_in(part)]


def _misspelt(paths: list[tuple[Entry, str, str]]) -> Iterator[Problem]:
    counts = Counter(path for _, _, path in paths)
    often = [path for path, times in counts.items() if times > 1]
    for entry, text, path in paths:
        for near in difflib.get_close_matches(path, often, 1, _NEAR) if counts[path] == 1 else ():
            yield entry.problem("dead-link", text, f"every other text has {near}")


def _whole(link: str) -> str:
    return link if "//" in link else f"https://{link}"


def _host(link: str) -> str:
    return (urlsplit(_whole(link)).hostname or "").removeprefix("www.") if link else ""
