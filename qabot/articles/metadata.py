"""What a text says of itself: title, author, publisher, date. Taken where it is stated, never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qabot.articles import lines as line
from qabot.articles.dateline import dateline, is_dateline

_PARTICLES = "de|da|del|della|di|du|la|le|van|von|der|den|bin|ibn|al|el|y|e|ter|ten|dos|das"
_CAPITALISED = r"(?:[A-ZÀ-ÞĀ-Ž](?:[\w'’-]*\w)?\.?)"
_NAME = rf"{_CAPITALISED}(?: (?:{_CAPITALISED}|{_PARTICLES}))* {_CAPITALISED}"
_PERSON = re.compile(rf"(?:(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.? )?{_NAME}")
_BYLINE = re.compile(
    r"^\W*(?:(?:written|words|story|text|reporting|analysis|opinion|compiled) )?by:?\s+(?P<names>.+)$", re.I
)
_AND = re.compile(r"\s*(?:,|;|\band\b|&|\|)\s*")
# Two capitalised words that stand alone near the top may also name a section, a place or an institution.
_NO_NAMES = frozenset(
    "advertisement africa african agency america american analysis and angeles arts asia associated bank big breaking "
    "britain british bureau business centre center china climate column comment company contributor corp council "
    "countries country court culture daily day department desk east editor editorial editors education europe european "
    "exclusive explained explainer fact fashion feature features film finance football for foundation gazette global "
    "group guest guide health herald home house inc india institute intelligence interview island journal "
    "kingdom latest life "
    "lifestyle live london ltd magazine mail market markets media middle minister ministry monday money "
    "network new news "
    "newsletter newsroom north now of office opinion people photo podcast politics post press profile quick "
    "quiz read report "
    "reporter republic research review reviews russia saturday school science security service society south "
    "special sport "
    "sports staff star state states story street sunday team tech technology television the times to today top travel "
    "tribune tv uk ukraine union united university us usa video war washington watch weather week weekend welcome west "
    "what who why world writer year york your editorials opinions long short deep big first one two three".split()
)
_STAFF = re.compile(
    r"\b(?:staff|editors?|newsroom|special (?:to|for)|wire reports|associated press|reuters|agencies)\b", re.I
)
_INTRO = re.compile(
    rf"\bin (?:this|the|an?|his|her|their) (?:\w+ ){{0,2}}(?:article|piece|column|essay|"
    rf"commentary)\b[^,]{{0,80}},\s*(?P<name>{_NAME}),",
    re.I,
)
_OCCUPATION = (
    r"professor|lecturer|fellow|researcher|scholar|scientist|historian|economist|student|candidate|director|"
    r"founder|editor|"
    r"writer|author|journalist|reporter|correspondent|columnist|contributor|commentator|analyst|expert|consultant|"
    r"critic|novelist|ceo|lawyer|attorney|president"
)
_BIO = re.compile(
    rf"^\W*(?P<name>{_NAME})(?:,[^,]{{1,60}},)? (?:is|was) (?:an?|the|[A-Z]\w+['’]s|professor|"
    rf"[a-z]+)\b[^.]*\b(?:{_OCCUPATION})\b[^.]*"
    r"\b(?:at|for|with|of|in|on|based)\b"
)
_SUFFIX = re.compile(r"^(?P<title>.{8,}?)\s+[–—|-]\s+(?P<publisher>[^–—|]{2,40})$")
_SEPARATOR = re.compile(r"\s[|►▸»›>·•/]\s")
_SELF = re.compile(
    rf"(?:^|[.!?,]\s+)(?P<name>The(?: {_CAPITALISED}){{1,3}}|{_CAPITALISED}(?: {_CAPITALISED}){{0,3}}) "
    rf"(?:is|has|was|believes|relies|needs)\b"
)
_READERS = re.compile(
    rf"\b(?:other|fellow) (?P<name>{_CAPITALISED}(?: {_CAPITALISED}){{0,3}}) (?:readers|subscribers|members)\b"
)
_SIGNED = 3  # paragraphs at the end, where an author may be named
_TOP = 25  # lines: no head is longer, whatever menus stand in it


@dataclass(frozen=True)
class Head:
    """What the lines before the body state, and which lines only do that."""

    title: str | None
    author: str | None
    publisher: str | None
    published: str | None
    lines: frozenset[int]


def read_head(rows: Sequence[str], start: int) -> Head:
    """Read title, byline and dateline from the lines before the body.

    Args:
        rows: the paragraphs of a page.
        start: the first of the body.
    """
    used: set[int] = set()
    top = range(min(start, _TOP))
    body = " ".join(rows[start:-_SIGNED] or rows[start:])
    title_at = _title_line(rows[: len(top)], body)
    title: str | None = None
    publisher: str | None = None
    if title_at is not None:
        title, publisher, repeated = _without_publisher(rows[title_at], title_at, rows[: len(top)])
        used |= repeated
    author: str | None = None
    published: str | None = None
    for i in top:
        if i in used:
            continue
        if (stated := dateline(rows[i])) or is_dateline(rows[i]):
            published = published or stated
            used.add(i)
        elif names := byline(rows[i]):
            author = author or names
            published = published or _date_beside(rows[i])
            used.add(i)
        elif (
            author is None
            and (title_at is None or i > title_at)
            and not "".join(rows[i + 1 : i + 2]).endswith("—")  # a place before "AGENCY —"
            and (names := lone_names(rows[i], body))
        ):
            author = names
            used.add(i)
    return Head(title, author, publisher, published, frozenset(used))


def _title_line(top: Sequence[str], body: str) -> int | None:
    """The first heading above any byline: one below it heads a section."""
    for i, row in enumerate(top):
        if byline(row) or (_STAFF.search(row) and len(line.words(row)) <= 8):
            return None
        if is_dateline(row) or line.is_label(row) or line.is_teaser(row) or line.may_be_site_voice(row):
            continue
        if lone_names(row, body):
            return None
        words = len(line.words(row))
        if words < 4 and not (words == 3 and any(_is_about(other, body) for other in top[i + 1 : i + 2])):
            continue
        if words > 40 or len(row) > 250 or row.endswith((".", ",", ":", "—")) or _names(row) or line.is_credit(row):
            continue
        if len(_SEPARATOR.findall(row)) >= 2:  # a menu
            continue
        return i if not re.match(r"\W*(?:\d+\.|\()", row) and not line.is_form(row) else None
    return None


def _is_about(row: str, body: str) -> bool:
    return is_dateline(row) or bool(byline(row) or lone_names(row, body))


def _without_publisher(title: str, at: int, top: Sequence[str]) -> tuple[str, str | None, set[int]]:
    """The title, the publisher that a repetition of it has appended, and the lines of both."""
    match = _SUFFIX.match(title)
    bare = match["title"] if match else None
    used = {at}
    publisher = None
    for i, row in enumerate(top):
        if i == at:
            continue
        other = _SUFFIX.match(row)
        if match and other and (bare, match["publisher"]) == (other["title"], other["publisher"]):
            title, publisher = match["title"], match["publisher"]
        elif match and row == bare:
            title, publisher = row, match["publisher"]
        elif other and other["title"] == title:
            publisher = other["publisher"]
        elif row != title:
            continue
        used.add(i)
    if match and publisher is None and " | " in title:
        title, publisher = match["title"], match["publisher"]
    return title, publisher, used


def without_site(title: str | None, publisher: str | None) -> str | None:
    """A page's title without " - Publisher" after it."""
    match = _SUFFIX.match(title) if title and publisher else None
    return match["title"] if match and publisher and match["publisher"].lower() == publisher.lower() else title


def _names(text: str) -> str | None:
    found: list[str] = []
    text = re.sub(rf"(?<=\w) in {_CAPITALISED}(?: {_CAPITALISED})*$", "", text)  # where it was written
    if len(text) > 150:
        return None
    for part in _AND.split(text.strip(" .*")):
        tokens = [word.lower() for word in line.words(part)]
        if len(tokens) > 5 or not _PERSON.fullmatch(part.strip()) or _NO_NAMES.intersection(tokens):
            break
        found.append(part.strip())
    return ", ".join(dict.fromkeys(found)) or None


def byline(row: str) -> str | None:
    """The names in "By Ann Lee and Bo Li, Reuters", separated by ", "."""
    match = _BYLINE.match(row)
    return _names(match["names"]) if match and len(row) <= 150 and not line.is_sentence(row) else None


def lone_names(row: str, body: str) -> str | None:
    """The names in a line that holds nothing else, unless the body shows that they are no author's.

    An author is hardly named in the body, and the words of a name do not occur there in lower case.
    """
    if len(row) > 120 or (names := _names(row)) is None or not re.fullmatch(r"[^.!?:]*", re.sub(r"\b\w\.", "", row)):
        return None
    lower = _common_words(body)
    for name in names.split(", "):
        initials = re.search(r"\b[A-Z]{2,}\b", name)
        if initials or name in body or any(len(word) > 4 and word.lower() in lower for word in line.words(name)):
            return None
    return names


@lru_cache(2)
def _common_words(body: str) -> frozenset[str]:
    return frozenset(re.findall(r"\b[a-zß-ÿ]{3,}\b", body))


def _date_beside(row: str) -> str | None:
    return next((found for part in re.split(r"[|•·]", row)[1:] if (found := dateline(part))), None)


def is_intro(row: str) -> bool:
    """Whether a line introduces the article's author: "In this article written for ..., Ann Lee, lecturer, ..."."""
    return bool(_INTRO.search(row))


def author_in_text(paragraphs: Sequence[str]) -> str | None:
    """The author where a line introduces them before the article or says who they are after it."""
    for row in paragraphs[:3]:
        if len(row) <= 800 and (match := _INTRO.search(row)) and _PERSON.fullmatch(match["name"]):
            return match["name"]
    for number, row in reversed(list(enumerate(paragraphs))[-3:]):
        match = _BIO.match(row) if len(row) <= 800 else None
        if match and _names(match["name"]):
            before = " ".join(paragraphs[:number])
            if match["name"] not in before and match["name"].split()[-1] not in before:
                return match["name"]
    return None


def publisher_in_appeals(removed: Iterable[str]) -> str | None:
    """The name that a site gives itself where it says "we" to its reader, if it does so twice and gives no other."""
    names: Counter[str] = Counter()
    for row in removed:
        if len(row) > 1000:
            continue
        own = line.unquoted(row)
        if line.addresses_reader(own):
            names.update(match["name"] for match in _SELF.finditer(own))
        names.update(match["name"] for match in _READERS.finditer(own))
    merged: Counter[str] = Counter()
    for name, count in names.items():
        merged[f"The {name}" if f"The {name}" in names else name] += count
    (name, count), *others = [*merged.most_common(2), ("", 0)][:2]
    return name if count >= 2 and all(other < count for _, other in others) and len(name) > 3 else None
