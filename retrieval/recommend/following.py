"""A shop's rules as its file has them now: taken up when it changes, and kept as they were while the file can't be used."""

from __future__ import annotations

from knowledge_base.catalogue import Catalogue
from knowledge_base.errors import KnowledgeError
from knowledge_base.recommending import FILE, Rules, check_rules, load_rules
from knowledge_base.shop import Shop

_Seen = tuple[int, int, int] | None


class Followed:
    """`rules` hold; `fault` says why the file as it is now isn't taken up, empty where it is."""

    def __init__(self, shop: Shop) -> None:
        self.rules: Rules = shop.rules
        self.fault = ""
        self._shop = shop
        self._seen = self._look()

    def look(self, catalogue: Catalogue | None, *, anew: bool = False) -> bool:
        """Read the file where it has changed, or `anew`; whether other rules hold now. None of what it names may be unknown to `catalogue`."""
        seen = self._look()
        if seen == self._seen and not anew:
            return False
        self._seen = seen
        try:
            rules = load_rules(self._shop.folder)
            if catalogue is not None:
                check_rules(rules, self._shop.folder, catalogue.ids(), catalogue.categories(), self._shop.categories)
        except KnowledgeError as error:
            self.fault = f"{error} The rules stay as they were before."
            return False
        self.fault = ""
        changed, self.rules = rules != self.rules, rules
        return changed

    def _look(self) -> _Seen:
        """Changes with the file; None where there is none."""
        try:
            found = (self._shop.folder / FILE).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
