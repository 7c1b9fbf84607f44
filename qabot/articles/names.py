"""Names of authors and publishers, and titles, as fields and bylines write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from qabot.articles.urls import host_of

_PARTICLES = "de|da|del|della|di|do|du|la|le|van|von|der|den|bin|ibn|al|el|y|e|ter|ten|dos|das"
CAPITALISED = (
    r"(?:(?!(?:U\.[KNS]|E\.U)\.)(?:[A-Z]\.){2,3}|(?:(?:al|el|an|ar|as|ash|d|l)['’-])?[A-ZÀ-ÞĀ-Ž](?:[\w'’-]*\w)?\.?)"
)
NAME = rf"{CAPITALISED}(?: (?:{CAPITALISED}|{_PARTICLES}))* {CAPITALISED}"
PERSON = re.compile(rf"(?:(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.? )?{NAME}")
_LEAD = re.compile(
    r"^\W*(?:(?:view|see|read|more|all|about|articles?|posts?|stories)\b.{0,40}?\b(?:by|from|of)\s+|\w+\s?:\s+)?"
    r"(?:(?:written|words|story|text|reporting|report|analysis|opinion|commentary|review|perspective|interview|"
    r"compiled|posted|published|submitted)\s+)?(?:by\b:?\s*)?",
    re.I,
)
_KIND = re.compile(rf"^(?:Analysis|Opinion|Commentary|Perspective|Review|Exclusive|Interview):? (?={NAME})")
# Begun at no other place than a word's first character: a run of "@" would be tried from each of them to its end.
_MAIL = re.compile(r"(?<!\S)\S[^\s@]*@\S+\.\S+")
_NAMED_MAIL = re.compile(r"^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*\((?P<name>[^()]+)\)\s*$")  # as RSS has it
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,12}")
_LOGIN = re.compile(r"[a-z0-9]+(?:[_.-]?[a-z0-9]+)*")
_BETWEEN = re.compile(
    r"\s*[,;|•·、，；]+\s*|(?<=[a-zß-ÿ]{2})(?<!Prof|Capt)(?<!Mrs|Sen|Rep|Gov|Gen|Col)(?<!Dr|Mr|Ms|St|Jr|Sr|Lt)\.\s+"
)
_DASH = re.compile(r"\s+[–—/-]+\s+")
_AND = re.compile(r"\s+(?:and|&)\s+")
_WORD = re.compile(r"[^\W_]+")
# Accounts, posts and desks: a field that consists of these words names nobody.
_NOBODY = frozenset(
    "account admin administrator agencies agency and anonymous associate author authors blog blogger board by chief "
    "contributing contributor contributors correspondent correspondents default desk digital editor editorial editors "
    "for freelance guest in journalist local managing moderator na news newsdesk newsroom nobody none null of online "
    "our owner political post press producer report reported reporter reporters reporting reports root senior service "
    "site special staff superuser system team test the unknown user web webdesk webmaster wire wordpress writer "
    "writers".split()
)
# A part with one of these words after a person's name is their post or employer.
_POSTS = frozenset(
    "afp agence agency analyst ap associated association assistant associate authority bbc broadcaster broadcasting "
    "bureau business cbs center centre chief chronicle cnn college columnist commission committee company contributor "
    "corporation correspondent council courier critic daily department director doctor editor executive express "
    "federation fellow foundation freelance gazette globe government group guardian herald inc insider institute "
    "international journal journalist lecturer limited llc ltd magazine manager media ministry nbc network news "
    "newspaper newspapers newsroom observer online post president press producer professor radio reporter researcher "
    "reuters scientist senior service society special staff student teacher telegraph television times tribune tv "
    "union university wire writer".split()
)
_SECTIONS = frozenset(
    "analysis arts blog business comment culture economy entertainment environment europe features finance health home "
    "homepage international latest life lifestyle local markets money national news opinion politics science sport "
    "sports stories tech technology s top travel u uk us video videos "
    "world".split()
)
AGENCIES = (
    "Thomson Reuters|Reuters|AP|The Associated Press|Associated Press|AFP|Agence France-Presse|UPI|Bloomberg News|"
    "Bloomberg|dpa|DPA|PA Media|PA|Press Association|Xinhua|TASS|Interfax|RIA Novosti|ANSA|EFE|Kyodo|Yonhap|PTI|ANI|"
    "IANS|AAP|Anadolu Agency|Anadolu|The Canadian Press|Canadian Press|CNN|Tribune News Service|PRNewswire|PR Newswire|"
    "BUSINESS WIRE|Business Wire|GLOBE NEWSWIRE|GlobeNewswire"
)
"""News agencies, whose articles others publish, as a pattern."""
_POST = re.compile(
    r"(?<=\w),? (?:(?:staff|senior|chief|lead|political|business|sports?|national|foreign|world|special|contributing|"
    r"freelance|health|science|technology|environment|education|culture|arts|deputy|associate|executive|managing) )*"
    r"(?:writer|reporter|editor|correspondent|columnist|contributor|producer)$|\s*\(?@\w+\)?",
    re.I,
)
# Words that end a newspaper's name, or stand before "of" in it.
_PAPERS = (
    "Advertiser|Argus|Bulletin|Chronicle|Courier|Dispatch|Echo|Examiner|Express|Gazette|Globe|Guardian|Herald|Independent|"
    "Inquirer|Journal|Ledger|Mail|Mercury|Mirror|News|Newspaper|Observer|Post|Press|Sentinel|Standard|Star|Sun|Telegraph|"
    "Times|Tribune|Weekly|Wire"
)
_LONGEST = 80  # characters of a name
_MOST = 20  # authors

_SEPARATOR = re.compile(r"\s+(?:[|–—•·»›:~-]|::|\|\||>>)\s+|\s*\|\s*|(?<=\w): ")
_PLACEHOLDER = re.compile(r"(?:untitled|no title|home|index)(?: ?(?:document|page))?(?: ?\d*)|https?:\S+", re.I)
_SITE = re.compile(
    rf"(?:the |of |and |& |for |\d+ )*{CAPITALISED}(?: (?:the|of|and|&|for|de|\d+|{CAPITALISED})){{0,5}}"
)
_NEWSPAPER = re.compile(rf"The {CAPITALISED}|{_SITE.pattern} (?:{_PAPERS})|(?:The )?(?:{_PAPERS}) of {_SITE.pattern}")
_SECTIONS_IN_NAMES = frozenset("business health money opinion politics science sport sports style tech travel".split())
_SEPARATORS = 6  # separators in one title
_LONGEST_TITLE = 400  # characters of a title


def authors(value: object) -> tuple[str, ...]:
    """Return the names in a field for authors, each once.

    It is a text, something with a ``name``, or a list of such. Accounts, addresses, posts ("Staff writer") and what
    follows a person's name ("Ann Lee, Sado Times") are left out; an organisation that stands alone is an author.
    """
    found: dict[str, str] = {}
    for text in texts(value):
        for name in _authors_in(text):
            found.setdefault(name_key(name), name)
    return tuple(found.values())[:_MOST]


def texts(value: object) -> list[str]:
    """Return the texts in a field: itself, the ``name`` of a mapping, or those of a list's members."""
    members = value if isinstance(value, list | tuple) else (value,)
    found: list[str] = []
    for each in members[: 5 * _MOST]:
        name = each.get("name") if isinstance(each, dict) else each
        names = name if isinstance(name, list) and isinstance(each, dict) else [name]
        found += [" ".join(one.split()) for one in names[:_MOST] if isinstance(one, str) and one.strip()]
    return found


def _authors_in(text: str) -> list[str]:
    if len(text) > _LONGEST * _MOST:
        return []
    text = match["name"] if (match := _NAMED_MAIL.match(text)) else text
    text = _MAIL.sub(" ", _LINK.sub(" ", re.sub(r"<[^<>]*>", " ", text)))
    text = _KIND.sub("", _LEAD.sub("", text)).strip()
    parts = [part for part in map(_trimmed, _BETWEEN.split(text)) if part]
    parts = [name for part in parts for name in _parted(part)]
    if parts and is_person(parts[0]):
        parts = list(filter(is_person, parts))
    return [part for part in parts if _names_somebody(part)]


def without_post(name: str) -> str:
    """Return a name without the post or the account after it: "Ann Lee Staff Writer", "Ann Lee @annlee"."""
    return _POST.sub("", name)


def _trimmed(part: str) -> str:
    name = without_post(part)
    part = name if PERSON.fullmatch(name) else part
    return re.sub(r"^[\s\"“”'(\[*]+|[\s\"“”'*:)\]]+$", "", part)


def _parted(part: str) -> list[str]:
    """Return both sides of an "and" or a dash after a person's name; institutions have them in their names too."""
    for between in (_DASH, _AND):
        sides = between.split(part)
        if len(sides) > 1 and is_person(sides[0]):
            return [name for side in sides for name in _parted(side)]
    return [part]


def is_organisation(name: str) -> bool:
    """True if a name has a word of a post or an institution, which no person's name has."""
    return name.startswith("The ") or not _POSTS.isdisjoint(_lower(name))


def is_person(part: str) -> bool:
    """True if a text is a person's name and nothing else."""
    return bool(PERSON.fullmatch(part)) and not is_organisation(part)


def _names_somebody(part: str) -> bool:
    words = [word.lower() for word in _WORD.findall(part)]
    if not words or len(part) > _LONGEST or len(words) > 10 or "@" in part:
        return False
    if _NOBODY.issuperset(words) or all(word.isdigit() for word in words):
        return False
    return not _is_account(part)


def _is_account(text: str) -> bool:
    return bool(_LOGIN.fullmatch(text)) or "admin" in text.lower().split()[0]


def publisher(text: str | None) -> str | None:
    """Return the publisher's name in a field, without what follows a bar; None for an address, a host or an account."""
    if not text:
        return None
    name = next((part.strip() for part in text.split(" | ") if not is_section(part)), "")
    if len(name) > _LONGEST or not _WORD.search(name) or name.startswith("@") or _NOBODY.issuperset(_lower(name)):
        return None
    if re.fullmatch(r"\w*admin\w*", name, re.I):
        return None
    return None if _LINK.match(name) or _MAIL.search(name) or _HOST.fullmatch(name) else name


def is_section(text: str) -> bool:
    """True if a text names a part of a newspaper ("World news") and no newspaper."""
    return _SECTIONS.issuperset(_lower(text))


def is_newspaper(text: str) -> bool:
    """True if a text is a newspaper's name by its words alone: "The Sado Courier", "Times of Malta"."""
    return len(text) <= _LONGEST and bool(_NEWSPAPER.fullmatch(text)) and not is_section(text)


def _lower(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def is_agency(name: str) -> bool:
    """True if a name is that of a news agency."""
    return bool(re.fullmatch(AGENCIES, name))


def name_key(name: str) -> str:
    """Return a name by its letters and digits alone: case, accents, punctuation and an article before it aside."""
    if not name.isascii():
        # One by one: to put a long run of accents in order takes time that grows with its square.
        apart = (part for each in name for part in unicodedata.normalize("NFKD", each))
        name = "".join(part for part in apart if not unicodedata.combining(part))
    words = _WORD.findall(name.casefold())
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def same_name(one: str, other: str) -> bool:
    """True if two names are the same but for how they are written, or the one has the other's initials."""
    key, other_key = name_key(one), name_key(other)
    if key in (other_key, f"the{other_key}") or f"the{key}" == other_key:
        return bool(key)
    return _initials(one) == other_key or key == _initials(other)


def _initials(name: str) -> str | None:
    words = [word for word in _WORD.findall(name) if word.lower() not in ("the", "of", "and")]
    return "".join(word[0] for word in words).casefold() if len(words) > 1 and min(map(len, words)) > 1 else None


def host_names(host: str, name: str) -> bool:
    """True if an address's host is made of a name: "nytimes.com" of "The New York Times", "wsj.com" of its initials."""
    words = [each for word in _WORD.findall(name[:_LONGEST]) if (each := name_key(word))]
    labels = [re.sub(r"[^a-z0-9]", "", label) for label in host.lower().removeprefix("www.").split(".")[:-1]]
    return any(
        label in words or (2 < len(label) <= _LONGEST and _made_of(label, tuple(words))) for label in labels if label
    )


@cache
def _made_of(label: str, words: tuple[str, ...]) -> bool:
    """True if beginnings of the words, in their order, make up the label."""
    if not label:
        return True
    if not words:
        return False
    sizes = range(len(label), -1, -1)
    return any(_made_of(label[size:], words[1:]) for size in sizes if words[0].startswith(label[:size]))


def title(text: str | None) -> str | None:
    """Return the title in a field; None for a placeholder."""
    return text if text and not _PLACEHOLDER.fullmatch(text) else None


def bare_title(text: str, titles: Iterable[str], is_site: Callable[[str], bool]) -> str:
    """Return a title without its site's name, and without whatever else another place leaves away.

    ``titles`` are those that other places of the document give, ``is_site`` tells the names of the site.
    """
    keys = {name_key(each) for each in titles if not is_site(each)} - {name_key(text)}
    for kept in _runs(text):
        if name_key(kept) in keys:
            return kept
    for kept, added in _cuts(text, colons=False):
        if is_site(added) and name_key(kept):
            return bare_title(kept, titles, is_site)
    return text


def same_title(one: str, other: str) -> bool:
    """True if two texts are one title, the one cut off, in other words in part, or with more after it."""
    keys = sorted((name_key(one), name_key(other)), key=len)
    words = [set(_WORD.findall(text.casefold())) for text in (one, other)]
    shared = len(words[0] & words[1])
    return keys[1].startswith(keys[0]) or 2 * shared > min(map(len, words)) > 0


def site_in_titles(titles: Iterable[str], url: str | None) -> str | None:
    """Return the name that a title ends or begins with, where it is the site's.

    It is the site's name where the address's host is made of it, or where another place gives the title without it and
    it reads like a newspaper's name.
    """
    given = list(titles)
    host = host_of(url)
    keys = {name_key(each) for each in given}
    for text in given:
        for kept, added in _cuts(text):
            if _SEPARATOR.search(added) or len(added) > 40 or is_section(added) or not _SITE.fullmatch(added):
                continue
            if len(kept) > len(added) and name_key(kept) in keys:
                return added
            if host and host_names(host, added) and f"{added}: " not in text:
                return _without_section(added, host)
    return None


def _without_section(name: str, host: str) -> str:
    """Return a site's name without the section that a title may name with it: "CNN" of "CNN Business"."""
    shorter, _, last = name.rpartition(" ")
    return shorter if last.lower() in _SECTIONS_IN_NAMES and host_names(host, shorter) else name


def is_site_of(publishers: Iterable[str], url: str | None) -> Callable[[str], bool]:
    """Return a test: True if a text names the site of those publishers, or of that address."""
    names, host = list(publishers), host_of(url)

    def is_site(text: str) -> bool:
        return any(same_name(text, name) for name in names) or bool(
            host and _SITE.fullmatch(text) and host_names(host, text)
        )

    return is_site


def _cuts(text: str, *, colons: bool = True) -> Iterator[tuple[str, str]]:
    """Yield the two sides of each place where a site may have added something: what would stay, and what would go.

    Before a colon may stand a site, or the subject of the title ("Sado poll: ...").
    """
    between = _separators(text)
    for cut in between:
        if cut[0] != ": ":
            yield text[: cut.start()], text[cut.end() :]
    for cut in reversed(between):
        if colons or cut[0] != ": ":
            yield text[cut.end() :], text[: cut.start()]


def _runs(text: str) -> Iterator[str]:
    """Yield what can be left of a text when shorter parts before and after it go."""
    between = _separators(text)
    starts = [0, *(cut.end() for cut in between)]
    ends = [*(cut.start() for cut in between), len(text)]
    sizes = [end - start for start, end in zip(starts, ends, strict=True)]
    for i, start in enumerate(starts):
        for j in range(i, len(ends)):
            gone = sizes[:i] + sizes[j + 1 :]
            if gone and ends[j] - start > max(gone):
                yield text[start : ends[j]]


def _separators(text: str) -> list[re.Match[str]]:
    return list(_SEPARATOR.finditer(text))[-_SEPARATORS:] if len(text) <= _LONGEST_TITLE else []
