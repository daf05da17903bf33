"""Names of time zones, such as Asia/Shanghai: which of them there are. Any text may come from a page or in a token."""

from __future__ import annotations

from zoneinfo import ZoneInfo

LONGEST = 60


def zone_of(name: str) -> ZoneInfo | None:
    """None for what is no time zone."""
    try:
        return ZoneInfo(name) if 0 < len(name) <= LONGEST else None
    except (ValueError, KeyError, OSError):  # ill formed, not found, a folder of zones
        return None


def known_zone(name: str | None) -> str | None:
    """The name as it came. Raises ValueError, with the name, where there is no such zone."""
    if name and zone_of(name) is None:
        raise ValueError(f"there is no time zone {name!r}; write one such as Asia/Shanghai, or leave it out")
    return name
