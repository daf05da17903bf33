"""What says that an address follows, and addresses that are known by it: typed without capitals, of houses with names, a door's number."""

from __future__ import annotations

import re

POSTCODE = re.compile(
    r"\b(?:zip(?: ?code)?|post ?code|postal(?: code)?|eircode|plz|cap|code postal)\b(?:\s|is|was|it's|:|=|[*\"“'])*(?P<it>(?=[A-Za-z -]{0,6}\d)[0-9A-Za-z]{2,8}(?:[ -][0-9A-Z][0-9A-Za-z]{2,3})?)(?![0-9A-Za-z])",
    re.IGNORECASE,
)


TOLD = re.compile(
    r"(?:address(?:'s| is|:| to| was| should be)?|live (?:at|in|on)|living at|deliver(?:ed)? (?:it |this |that |them )?(?:to|at)|ship(?:ped)? (?:it |this |that |them )?to|sen[dt] (?:it |this |that |them )?to|"
    r"dropped? (?:it |this )?(?:off )?at|moved to|moving to|going to|goes to|leave it at|pick (?:it )?up (?:at|from)|we're at|I'm at|come to|staying at|post(?:ed)? (?:it |this |that |them )?to|forward(?:ed)? (?:it |this |that |them )?to|redirect(?:ed)? (?:it |this |that |them )?to|destination(?: is|:)?|deliver to:?|collect (?:it |them )?from)[ :]+(?=[A-Z0-9#])"
)
"""What says that an address follows: it needs a number or a comma to be one."""


_BUILT = (
    "Cottage|House|Farm|Farmhouse|Lodge|Barn|Mill|Hall|Manor|Villas?|Rectory|Vicarage|Cabin|Ranch|Hotel|Hostel|Inn|School|College|University|Hospital|Clinic|Marina|Towers?|Mansions?|Apartments|"
    "Estate|Barracks|Bungalow|Cottages|Priory|Grange|Croft|Stables|Wharf|Chambers|Residences?|Condominium|Campus|Dormitory"
)
NAMED = re.compile(
    rf"(?:[A-ZÀ-Þ][\w'’-]* ){{1,3}}(?:{_BUILT})(?:,? (?:Room|Rm|Ward|Flat|Unit|No\.?) ?\w+)?(?:, (?:[A-ZÀ-Þ0-9][\w'’.-]*(?:[ -](?:on|of|the|in|by|upon|under)(?=[ -][A-ZÀ-Þa-z]))?[ -]?){{1,4}}){{1,4}}"
)
"""A house that has a name and no number, and the places it lies in."""
LOWER = re.compile(
    r"(?:address(?:'s| is|:| to| was| should be)|live (?:at|in)|deliver(?:ed)? (?:it |this |that |them )?(?:to|at)|ship(?:ped)? (?:it |this |that |them )?to|sen[dt] (?:it |this |that |them )?to|leave it at|moved to|post it to)[ :]+"
    r"(?P<it>(?:flat |apt |unit |apartment |suite )?\d{1,5}[a-z]?,? [a-z'’-]{3,}(?: [a-z'’-]{2,}){0,3}, [a-z'’-]{3,}(?: [a-z'’-]{2,}){0,2}(?:,? [a-z]{2,}\b){0,2}(?:,? (?:[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}|\d{5}(?:-\d{4})?))?)",
)
"""The same typed without capitals: a number, a comma and what says that an address follows."""
TO_POSTCODE = re.compile(
    r"(?:\baddr(?:ess)?(?:'s| is|:| to| was| should be)?|\blive (?:at|in|on)|deliver(?:ed)? (?:it |this |that |them )?(?:to|at)|ship(?:ped)? (?:it |this |that |them )?to|sen[dt] (?:it |this |that |them )?to|"
    r"leave it at|moved to|post(?:ed)? (?:it |this )?to|goes to|forward(?:ed)? (?:it |this )?to)[ :]+"
    r"(?P<it>(?:(?:flat|apt|unit|apartment|suite|no|room|rm)\.? )?#?\d{1,5}[a-z]?\b[^.!?\n]{3,70}?\b(?:\d{5}(?:-\d{4})?|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}))(?![\w-])",
    re.IGNORECASE,
)
"""After what says that an address follows: from its first number to its postcode, however it is typed."""


DOOR = re.compile(
    r"\b(?:(?:leave|left|drop|dropped|put|deliver(?:ed)?|went|gone|go|goes|live|neighbou?r|lives|left it|leave it|sent|handed|not|instead of|is|it's)(?: (?:it|them|this|that))?(?: (?:with|at|to|by|in))?(?: the)? (?:number|no\.?|house|door|house number|neighbou?rs? at)|hotel room|room number|house number|door number|flat number|apartment number|buzzer|doorbell|intercom)(?: is| was|:)? #?(?P<it>\d{1,5}[A-Za-z]?)(?![\w.%]|,\d)(?! (?:of|out|times|people|pieces))"
    r"|\b(?:gate|door|entry|entrance|alarm|access|building|key ?safe|lock ?box|key ?pad|lobby)(?: key)? (?:code|pin|number)(?: is| was|:)? #?(?P<code>[\dA-Z#*]{3,8})(?![\w])",
    re.IGNORECASE,
)
"""A door by its number, and what opens it."""
LOWER_TAIL = re.compile(
    r"(?:,? (?:unit|apt|suite|ste|flat|no|#)\.? ?\w+)?(?:,(?: (?!please|thanks|thank|pls|ta\b|not\b|and\b|but\b|it\b|i\b|is\b|can\b|the\b|my\b|that\b|when\b|or\b|so\b)[a-z'’.-]+){1,3}){0,3}(?:,? [a-z]{2})?(?:,? (?:\d{5}(?:-\d{4})?|[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}))?(?=$|[.!?,;)\s])"
)
"""What follows a street that is typed without capitals: a flat, a town, a postcode."""
