"""Names of people in Latin letters: by what stands before them, by a form of address, or by a given name that is common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from eval.replay.identifiers.spans import Span, has_latin

_LISTS = tuple(Path(__file__).with_name(name) for name in ("given_names.txt", "family_names.txt"))
_N = r"(?:[A-ZÀ-ÖØ-ÞŁŚŽČĐŞİŌŻ][\wÀ-ž]*(?:['’-][A-ZÀ-Þa-z][\wÀ-ž]*)*)"
_FULL = rf"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? |[A-Z]\. ?){{0,3}}{_N}(?: (?:(?:van|von|de|del|der|den|la|bin|al|el|ap|da|dos|ní|Ní|O'|ó|Ó|St\.?) ?){{0,2}}{_N}){{0,3}}"
_CUES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:[Mm]y name(?:'s| is)|[Nn]ame's|[Nn]ame is|I'm|I am|[Ii]t's|[Tt]his is|[Hh]ere is|named|called|[Ss]he's called|[Aa]sk for|[Aa]sk|[Cc]all(?:s|ed)? me|[Cc]all|[Tt]ell|[Mm]eet|soy|[Ss]igned(?: by)?,?|[Rr]egards,?|[Cc]heers,?|[Tt]hanks,?|[Bb]est,?|[Ll]ove,?|[Ss]incerely,?|on behalf of|[Bb]ehalf of|[Aa]ttn:?|[Aa]ttention:?|[Rr]ecipient:?|[Nn]ame:|[Ss]hipping name|[Pp]arcel for|[Pp]resent for|[Gg]ift for|[Tt]icket for|[Rr]efund for|[Oo]rder for|c/o|so:|is that|[Tt]his is the|spoke (?:to|with)|chatted with|talked to|chat with|Account holder:?|maiden name,?|my (?:mum|mom|dad|son|daughter|sister|brother|husband|wife|partner|colleague|friend|teacher|boss|neighbou?r|aunt|uncle|roommate|assistant|gran|grandma|fianc[ée]e?),?|now it's|used to be) (?:the |\()?(?P<it>{_FULL})",
        rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam|Herr|Frau|Señora?|Sra?|Monsieur|Madame|Mme|Nurse|Captain|Father|Sister|Abuela|Nana|Aunt|Auntie|Uncle|Officer|Rev|Judge)\.? (?P<it>{_FULL})",
        rf"(?:^|[.!?,;] )(?:Hi|Hello|Hey|Dear|Hola|Morning|Good (?:morning|evening|afternoon)|Thanks|Thank you|Sorry|Yes|Ok|OK|Sure),? (?P<it>{_FULL})(?=[,.!?;:]| here| again|$)",
        rf"(?P<it>{_FULL}) (?:here|again|speaking)\b",
        rf"(?P<it>{_FULL}) (?:in the shop|at the desk|from (?:your|the) (?:team|shop|chat)|told me|said|promised|asked|signed|wrote)\b",
        r"\b(?:this is|it's|I'm|name's|name is|im|i'm|my name is) (?P<it>[a-z]{2,12}(?:-[a-z]+)?)(?=(?:,| from| again| here|\.? ?$))",
        r"^(?P<it>[a-z]+-[a-z]+|[a-z]{2,10}) (?:here|again)\b",
        rf"[.!?,;)] ?(?:[-–—~] ?|[Xx]{{1,3}} ?)(?P<it>{_FULL})[.!]?$",
        rf"(?:\n|(?:[Bb]est wishes|[Kk]ind regards|[Mm]any thanks|[Tt]hanks in advance|[Ww]arm regards|[Yy]ours(?: \w+)?|[Tt]ake care|[Tt]hx|[Tt]y|[Mm]ahalo|[Mm]erci|[Gg]racias|[Dd]anke)[,!.]? [-–—]?)(?P<it>{_FULL})[.!]?\s*$",
        rf"\b(?:under (?:the )?name (?:of )?|in the name of |name on (?:it|the (?:order|account|parcel|card|box|label)) (?:is|was) |name(?:'s| is) on [\w ]{{3,20}} as |name is spelt |(?:ordered|bought|paid|sent|booked|placed|signed for|collected|picked up) by )[\"“']?(?P<it>{_FULL})",
        rf"\b(?i:surname|last name|first name|given name|family name|full name|maiden name|nickname|cardholder|account name|contact(?: person)?|customer|client|recipient|addressee|ordered by|booked by)(?:'s| is|:| =)? ?[\"“']?(?P<it>{_FULL})",
        rf"\b(?:[Mm]ake it out|[Mm]ade out|[Aa]ddress(?:ed)? (?:it|them)?|[Aa]ddressed|[Hh]and(?:ed)? (?:it|them)?(?: over)?|[Gg]ive (?:it|them|this)|[Gg]ave (?:it|them)|[Bb]elongs?|[Ss]ay (?:hi|hello|thanks)|[Ss]poken?|[Tt]alk(?:ed|ing)?|[Ww]rote|[Ww]ritten|[Rr]efer(?:red)? me) to (?P<it>{_FULL})",
        rf"\b(?:[Ii]s (?:this|that|it)|[Aa]m I (?:talking|speaking|chatting) (?:to|with)|[Tt]hanks again,?|[Mm]essage from|[Nn]ote from|[Ll]ove from|[Ff]rom your|[Bb]ye,?|[Gg]reetings,?|[Yy]ours,?|[Hh]ugs,?) (?P<it>{_FULL})(?=[\"”'?.!,]|$)",
        rf"\b(?:from|to|for) (?P<it>{_FULL}) with love\b",
        rf"\b(?:[Tt]o|[Ff]rom|[Bb]ill to|[Ss]hip to|[Dd]eliver to|[Ff]or): (?P<it>{_FULL})",
        rf"\b(?:your|our|his|her|their) (?:colleague|assistant|boss|manager|mum|mom|dad|son|daughter|sister|brother|husband|wife|partner|friend|teacher|neighbou?r|aunt|uncle|flatmate|roommate|housemate|landlord|landlady|secretary|cousin|nephew|niece|intern|cat|dog),? \(?(?P<it>{_FULL})",
        rf"\bmy (?:flatmate|housemate|landlord|landlady|secretary|cousin|nephew|niece|intern|kid|boy|girl|baby|granddad|grandpa|grandson|granddaughter|girlfriend|boyfriend|ex|carer|nurse|doctor|dentist|co-?worker|client|stepson|stepdaughter|mother|father|godson|goddaughter|godmother|mother-in-law|father-in-law|sister-in-law|brother-in-law)(?:'s name is| is called| called| named)?,? \(?(?P<it>{_FULL})",
        rf"\b(?:my|his|her|the) (?:\w+'s |\w+’s )name(?:'s| is) (?P<it>{_FULL})",
        rf"\b(?i:engrav\w*|embroider\w*|monogram\w*|inscription|stitch\w*|personali[sz]\w*|stamp\w*)\b[^.!?\n]{{0,24}}?[\"“'](?P<it>{_FULL})[\"”']",
        rf"(?P<it>{_FULL})(?:'s|’s| has| is)? (?:on|for) (?:the|my|its) (?:label|parcel|package|doorbell|letterbox|buzzer)\b",
        rf"^[-–—~]+ ?(?P<it>{_FULL})[.!]?$",
        rf"(?P<it>{_FULL}),? (?:is|was) (?:the|my|his|her|our) (?:\w+ )?name\b",
        r"(?i:\b(?:thx|thanks|thank you|cheers|ta|ty|regards|best|love|bye|xx?x?|yours))(?:,|\.|!| -| –| —)+ ?(?P<it>[a-z]{3,12})[.! ]*$",
        r"\b(?:[Nn]ame|[Ff]ull name|[Ss]urname|[Rr]ecipient|[Cc]ontact): ?(?P<it>[a-z]{2,14}(?: [a-z]{2,14}){0,2})(?=[,.;]|$)",
        r"\b(?:my |the )?name(?:'s| is) (?P<it>(?!on\b|not\b|in\b|the\b|a\b|still\b|wrong\b|correct\b|missing\b|spel)[a-z]{3,12}(?: [a-z]{3,12})?)(?=,|\.| and| btw| by the way|$)",
        rf"\b(?:got|have|has|spelt|spelled|wrote|misspelt|misspelled) my name (?:as|like) [\"“']?(?P<it>{_FULL})",
        rf"\b[Nn]ame (?:on|for|of|in|at) (?:it|(?:the|my|your|our|this) \w+(?: \w+)?)\s?(?:is|was|:|=|-|should be|reads)+:? ?[\"“']?(?P<it>{_FULL})",
        rf"(?:^|[.!?;,] |\b(?:that|because|and|but|so|when|if|as) )(?P<it>{_FULL}) (?:placed|ordered|bought|collected|signed|told|promised|wrote|emailed|e-mailed|texted|phoned|paid for|picked (?:it|them) up)\b",
        rf"\b(?:[Tt]he|[Aa]|[Yy]our|[Oo]ur|[Mm]y|[Oo]ne of your) (?:\w+ )?(?:driver|courier|postman|postwoman|lady|guy|man|woman|girl|colleague|colleagues|agent|rep|assistant|manager|operator|clerk|person|tenant|concierge|porter|receptionist)[^.,!?()\n]{{0,24}}?(?:, | \()(?P<it>{_FULL})(?=[,)])",
        rf"^(?P<it>{_FULL})[.,;:]? [-–—]?(?=\+?\(?\d[\d ()-]{{7,}}|[\w.+-]+@)",
        rf"\b[Ii]s (?P<it>{_FULL}) (?:working|around|online|on shift|on duty|in today|back)\b",
        rf"\b[Ii]t was (?P<it>{_FULL}) (?:who|that)\b",
        rf"(?P<it>{_FULL})['’]s (?:order|account|parcel|package|card|address|phone|e-?mail|birthday|name|number|delivery|flat|house)\b",
        rf"\b(?:I'm called|[Pp]eople call me|[Mm]y friends call me|[Rr]eply to|[Ww]rite to|cc|CC) (?P<it>{_FULL})(?![\w@.])",
        rf"\b(?:[Ii]t's|[Ii]t is|[Tt]hat's|[Tt]his is|is|gift|one|present|parcel|mug|card) for (?P<it>{_FULL})(?=[.,!?]|$)",
        rf"\b(?:[Oo]rder(?:ed)?|[Bb]ook(?:ed|ing)|[Ii]t's|it is|placed|is|registered|listed|filed) (?:it )?under (?P<it>{_FULL})",
        rf"(?P<it>{_FULL}) \((?:she|he|they|her|him)\b",
        rf"(?P<it>{_FULL}) is (?:my|the|our|his|her) (?:sur|last |first |family |full |given |middle |maiden )?name\b",
        rf"\b(?:[Mm]i nombre es|[Mm]e llamo|[Jj]e m['’]appelle|[Jj]e suis|[Ii]ch hei(?:ß|ss)e|[Ii]ch bin|[Mm]ein Name ist|[Mm]i chiamo|[Mm]eu nome [ée]|[Mm]e chamo|[Mm]ijn naam is|[Ii]k ben|[Jj]ag heter|[Nn]azywam się|[Nn]ame ist) (?P<it>{_FULL})",
        rf"\b(?:[Mm]ug|[Cc]up|[Cc]ard|[Tt]ag|[Pp]rint|[Pp]ut|[Ww]rite|[Ee]ngrave|[Ii]t (?:should )?sa(?:y|ys)|spell(?:ed|t)?|not|name)(?: with)?(?: the)?(?: name)? (?P<it>{_FULL}) (?:on it|not |instead of |with (?:a|an|one|two) )",
        rf"^(?P<it>{_FULL}) x+$",
    )
)  # fmt: skip
_NO_NAMES = frozenset(
    ["I", "You", "We", "They", "It", "He", "She", "The", "A", "An", "My", "Your", "Our", "This", "That", "There", "Here", "What", "When", "Where", "Who", "Why", "How", "Is", "Are", "Do", "Does", "Did", "Can", "Could", "Would", "Will", "Order", "Orders", "Please", "Thanks", "Thank", "Hi", "Hello", "Hey", "Dear", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December", "Juniper", "Lane", "Visa", "Mastercard", "Amex", "PayPal", "UPS", "USPS", "DHL", "FedEx", "OK", "Ok", "Yes", "No", "Not", "Sorry", "Sure", "Mail", "Email", "Phone", "Call", "Tel", "And", "Or", "But", "So", "If", "In", "On", "At", "To", "For", "From", "With", "By", "Of", "As", "English", "Chinese", "German", "French", "American", "British", "Canada", "Japan", "China", "Seattle", "London", "US", "UK", "USA", "EU", "Christmas", "Easter", "Alipay", "WeChat", "UnionPay", "Apple", "Google", "Pay", "Fernhill", "Sabi", "Moro", "Osk", "Tarnby", "Skerrow", "Pennymoor", "Plain", "Heron", "Quillback", "Tannrow", "Larkhum", "Aldermoor", "Glimmet", "Softacre", "Acornby", "Little", "Quay", "Mossbrook", "Linnet", "Happy", "Sad", "Vegan", "Vegetarian", "Ridiculous", "Glad", "Pleased", "Disappointed", "New", "Free", "Great", "Good", "Best", "Nice", "Lovely", "Beautiful", "Broken", "Late", "Wrong", "Right", "Fine", "Urgent", "Important", "Everything", "Nothing", "Something", "Someone", "Customer", "Service", "Support", "Team", "Shop", "Store", "Sir", "Madam", "Gift", "Black", "Friday", "Blue", "Red", "Green", "White", "Large", "Small", "Medium", "Size", "Coffee", "Tea", "Kettle", "Mug", "Lamp", "Amazon", "eBay", "Klarna", "Instagram", "Facebook", "WhatsApp", "iPhone", "Android", "Windows", "Mac", "Bluetooth", "USB", "Europe", "Germany", "France", "Spain", "Italy", "Mum", "Mom", "Dad", "Grandma", "Grandpa", "Mother", "Father", "Happy Birthday", "Merry", "Birthday", "Valentine", "Easter", "Just", "Still", "Never", "Very", "Really", "Also", "Then", "Now", "Why", "Was", "Were", "Has", "Have", "Any", "All", "Some", "Every", "One", "Two", "Three", "Nobody", "Somebody", "Anyone", "Anybody", "Customs", "Courier", "Driver", "Website", "System", "Chat", "Bot", "Hermes", "Evri", "Royal", "Post", "Bank", "Thanksgiving", "Today", "Yesterday", "Tomorrow", "Packed", "Delivered", "Women", "Men", "Kids", "Children", "Father", "Valentine", "Manufacturer", "Brand", "Lot", "Pregnant", "Allergic", "Refund", "Return", "Invoice", "Delivery", "Shipping", "Cancel", "Help", "Perfect", "Awesome", "Cool", "Agreed", "Correct", "Exactly", "Maybe", "Bye", "Understood", "Ciao", "Swiss", "French", "Dutch", "Greek", "Welsh", "Czech", "Unbelievable", "Unfortunately", "Additionally", "Original", "Modification", "Items", "Ugh", "Wow", "Hmm"]
)  # fmt: skip
_NO_LOWER = frozenset(
    ["not", "just", "for", "the", "a", "an", "me", "my", "too", "so", "very", "still", "fine", "ok", "okay", "good", "great", "bad", "broken", "late", "wrong", "right", "here", "there", "now", "only", "all", "on", "in", "at", "sorry", "new", "old", "back", "home", "lost", "him", "her", "them", "us", "you", "it", "what", "who", "that", "this", "sure", "gone", "empty", "done", "stuck", "small", "big", "large", "red", "blue", "green", "black", "white", "missing", "damaged", "cold", "hot", "free", "closed", "open", "possible", "urgent", "again", "yes", "no", "hi", "hello", "looking", "waiting", "asking", "about", "really", "also", "and", "but", "cute", "nice", "lovely", "lol", "pls", "please", "perfect", "again", "bye", "everyone", "everybody", "guys", "team", "all", "mate", "alot", "much", "anyway", "tho", "though", "then", "today", "tomorrow", "soon", "bot", "shop", "regards", "thanks", "cheers", "correct", "is", "are", "was", "be", "to", "of", "at", "by", "with", "without", "from", "as", "if", "or", "more", "less", "most", "same", "twelve", "ten", "one", "two", "three", "afraid", "warm", "navy", "wednesday", "monday", "tuesday", "thursday", "friday", "saturday", "sunday", "fleece", "return", "vegan", "vegetarian", "amazing", "perfect", "worth", "pretty", "short", "long", "tall", "deaf", "blind", "ill", "sick", "pregnant", "away", "abroad", "out", "up", "off", "down", "over", "under", "over", "online", "offline", "below", "above", "needed", "listed", "spelt"]
)  # fmt: skip


_ORDINARY = re.compile(
    r"(?:ed|ing|ful|ish|able|ible|less|ive|ous|ic|al|ly|ty|est|tic|sty|sy|chy|my|ue|ish|ment|ness|tion|ght|nch|waisted|sized)$"
)
"""How words end that say what somebody or something is like."""
_OF_NATIONS = re.compile(r"(?:ian|ish|ese|ican)$")
"""Italian, Polish, Chinese."""
_LOCAL = re.compile(r"(?<![\w.+-])(?P<it>[A-Za-zÀ-ž][\w.+-]*)\s?(?:@|\(at\)|\[at\]| at (?=\w+(?: dot |\.)))")
_NOBODYS = frozenset(
    "info order orders contact hello support sales shop store accounts account mail email gmail test newsletter help service services admin office billing invoice invoices finance post team web website www home customer customers care news reply noreply private work old new the and for you your my mine user name via pay tea reach send write address from".split()
)
_LOWER_WORD = re.compile(r"(?<![\w@.'’+-])[a-zà-ž]{4,}(?![\w@+-])(?!\.\w)")
_WORDS_TOO = frozenset(
    "else mark jean penny heather robin poppy grace basil rosa mason kelly jack norman madison austin victoria milan ebony flora margarita virginia francisco diego frank nick roger rose lily daisy jade amber ruby pearl coral olive violet iris hazel dawn autumn summer april june august will bill drew dean chase hunter cooper parker carter taylor miles reed skye sandy crystal charity hope faith bella sienna savannah bailey brooklyn paris london chelsea florence sage rowan willow clay cliff dale glen heath forest lance pierce rich stone woods banks brooks bush cook baker page price rice young long short brown black white green gray king knight wood hill ward cross west carrie siri alba luna aurora nova vera cora dolly holly ginger cherry candy rusty buddy angel melody harmony destiny trinity genesis phoenix dallas jordan georgia carolina india asia kenya cuba casey jersey lane blake bond blaze blair case ever even kind main more ness sari saga tara tilda tina toni trey vale van vance winter wren".split()
)
"""Names that are words where no capital says otherwise."""
_LOWER_OWN = re.compile(
    r"(?:^|\b(?:im|i'm|i am|this is|it's|its|name is|name's|name|thanks|regards|best|cheers|recipient|for|to|from|sister|brother|wife|husband|friend),? ?:? ?)$",
    re.IGNORECASE,
)
_LOWER_FAMILY = re.compile(r" (?P<it>[a-zà-ž'-]{3,})(?=$|[.,!?;:]| (?:here|again|speaking)\b)")
_ARTICLE = re.compile(r"\b(?:the|an?|this|that|these|those|another|each|both)\s+$", re.IGNORECASE)
"""Before what is a thing and bears a name: `the Emma mug`."""


@cache
def _common_names() -> frozenset[str]:
    """Given and family names that are no other words, places or brands."""
    return frozenset(name for file in _LISTS for name in file.read_text(encoding="utf-8").split())


def names(text: str) -> Iterator[Span]:
    if not has_latin(text):
        return
    yield from _of_their_mail(text)
    yield from _lower(text)
    for pattern in _CUES:
        for match in pattern.finditer(text):
            yield from _trimmed(text, *match.span("it"))
    for match in re.finditer(_FULL, text):
        words = [re.sub(r"['’]s$", "", word) for word in re.split(r"[ .]+", match.group())]
        if words[0] in ("The", "A", "An", "This", "That") or _ARTICLE.search(text[: match.start()]):
            continue
        if any(word in _common_names() or word.split("-")[0] in _common_names() for word in words):
            yield from _trimmed(text, *match.span())


def _lower(text: str) -> Iterator[Span]:
    """A common name typed without a capital, and what follows it where it is somebody's own."""
    for match in _LOWER_WORD.finditer(text):
        word = match.group()
        if word in _WORDS_TOO or word.title() not in _common_names() or _ARTICLE.search(text[: match.start()]):
            continue
        family = _LOWER_FAMILY.match(text, match.end()) if _LOWER_OWN.search(text[: match.start()]) else None
        told = family is not None and family["it"] not in _NO_LOWER
        yield Span(match.start(), family.end("it") if family and told else match.end(), "name")


def _of_their_mail(text: str) -> Iterator[Span]:
    """Words that stand in an e-mail's own part as well: `anneliese vogt, a.vogt@web.example`."""
    for mail in _LOCAL.finditer(text):
        for part in re.split(r"[\d._+-]+", mail["it"]):
            if len(part) < 3 or part.casefold() in _NOBODYS or part.casefold() in _NO_LOWER:
                continue
            for match in re.finditer(rf"(?<![\w@.+-]){re.escape(part)}(?![\w@.+-]*@)(?!\w)", text, re.IGNORECASE):
                yield Span(*match.span(), "name")


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Words that are no names are cut off at both ends; nothing is left where they were all."""
    said = text[start:end]
    if said.islower():
        if said not in _NO_LOWER and (said.title() in _common_names() or not _ORDINARY.search(said)):
            yield Span(start, end, "name")
        return
    words = [(m.start() + start, m.end() + start, m.group()) for m in re.finditer(r"\S+", said)]
    while words and re.sub(r"['’]\w{1,2}$", "", words[0][2].rstrip(".")) in _NO_NAMES:
        words.pop(0)
    kept = []
    for word in words:
        if re.sub(r"['’]\w{1,2}$", "", word[2].rstrip(".")) in _NO_NAMES or any(c.isdigit() for c in word[2]):
            break
        kept.append(word)
    while kept and kept[-1][2].islower():
        kept.pop()
    if not kept or (len(kept) == 1 and kept[0][2].isupper() and len(kept[0][2]) < 5):
        return
    if len(kept) == 1 and _OF_NATIONS.search(kept[0][2]) and kept[0][2] not in _common_names():
        return
    last = kept[-1]
    stop = last[1] - len(last[2]) + len(re.sub(r"(?:['’]s|\.)$", "", last[2]))
    yield Span(kept[0][0], stop, "name")
