"""The head of an article: title, byline and dateline, read from the lines above its body."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qabot.articles.boilerplate import lines as line
from qabot.articles.boilerplate import notices
from qabot.articles.dateline import date_label, is_dateline, read_dateline, split_dateline
from qabot.articles.names import (
    AGENCIES,
    CAPITALISED,
    PERSON,
    authors,
    is_agency,
    is_newspaper,
    is_organisation,
    is_section,
    without_post,
)
from qabot.text.lexicon import WEEKDAYS
from qabot.text.tokens import is_content

_STAFF = re.compile(
    r"\b(?:staff|editors?|newsroom|special (?:to|for)|wire reports|associated press|reuters|agencies)\b", re.I
)
_SUFFIX = re.compile(r"^(?P<title>.{7,}?\S)\s+[–—|-]\s+(?P<publisher>[^–—|]{2,40})$")
# An address, the credit of a picture or a newspaper, a byline, an item of a list, markup, a time of the day.
_NO_TITLE = re.compile(
    r"https?://|www\.|(?:[A-Z][\w.'’-]* ){1,4}?[A-Z][\w.'’-]*/[A-Z]|For (?:the )?[A-Z]|[Bb][Yy] |<|"
    rf"\W*(?:\d+\.(?!\d)|\()|(?:{'|'.join(WEEKDAYS)}),? (?:[A-Z][a-z]+ )?\d|"
    r".*\b\d{1,2}:\d\d ?(?:[AaPp]\.?[Mm]|[A-Z]{3})|.*\((?:[^()]*/)+[^()]*\)$"
)
_BY = re.compile(r"\W*(?:written )?by\W*", re.I)
_SEPARATOR = re.compile(r"\s[|►▸»›>·•/]\s")
_BARS = re.compile(r"(?:(?<!\s)\s+)?[|•·]\s*")
_SIGNED = 3  # paragraphs at the end, where an author may be named
_ABOVE = 2  # lines above a title that belong to it
_TOP = 25  # lines before the body among which its head is, whatever menus stand above
_OPENING = 1500  # characters of the body, where an author is hardly named
_LEAD = 6  # paragraphs in which the title's words recur
_TITLE = 4  # words of a title that needs nothing else to show that it is one
_SHORT = 8  # lines of a head without menus
_LONGEST = 400  # characters of a byline

_BYLINE = re.compile(
    r"^\W*(?:(?:written|words|story|text|reporting|reported|report|analysis|opinion|compiled|posted|published|"
    r"submitted) )?by:?\s+(?P<names>.+)$|^\W*(?:words|text|authors?|writer|reporter):\s+(?P<labelled>.+)$",
    re.I,
)
_SIGN_OFF = re.compile(r"^\W*Reporting by (?P<names>[^;.]+)(?:[;.]|$)")  # an agency's, below the text
_IN_A_PLACE = re.compile(rf"(?<=\w) in {CAPITALISED}(?: {CAPITALISED})*(?=$|,| and )")
_FOR_A_PAPER = re.compile(r"(?<=\w),? (?:for|special to) (?:the )?[A-Z].*$")
_AGENCY = re.compile(rf"(?:^|[\s,|])(?P<agency>{AGENCIES})$")
_JUNIOR = re.compile(r" [JS]r\.$")
_STOP = re.compile(r"(?<! [JS]r)[ .*]+$")
_AND = re.compile(r"\s*(?:[,;]\s*and\b|,|;|\band\b|&|\|)\s*")
# Two capitalised words that stand alone near the top may also name a section, a place or an institution, or a button.
_NO_NAMES = frozenset(
    "account add advertisement africa african all america american analysis and angeles arts asia bank big breaking "
    "britain british browse buy china click climate close column comment contact continue corp countries country "
    "court culture day deep desk discover download east editorial editorials editors education enlarge europe "
    "european exclusive explained explainer explore fact fashion feature features film finance find first follow "
    "football for get give global guest guide health hide home house how india intelligence interview island join "
    "kingdom latest learn life lifestyle listen live load log london long mail manage market markets middle "
    "minister monday money my new newsletter north now of office one open opinion opinions our people photo play "
    "podcast politics print profile quick quiz read report republic research review reviews russia saturday school "
    "science search security send share shop short show sign skip south sport sports star state states story street "
    "submit subscribe sunday tap team tech technology the three tip to today top travel two uk ukraine united us "
    "usa video view visit war washington watch weather week weekend welcome west what who why world year york "
    "your".split()
)
_GLUED = re.compile(r"[a-z]{4}[A-Z](?:[a-z]{3}|[A-Z])")  # two words that lost the space between them


@dataclass(frozen=True)
class Head:
    """The statements of the lines before the body, and the numbers of the lines that do nothing else."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    updated: str | None = None
    original: str | None = None
    lines: frozenset[int] = frozenset()

    @property
    def is_signed(self) -> bool:
        """True if an author or a date is stated."""
        return bool(self.author or self.published or self.updated)


def read_head(rows: Sequence[str], start: int) -> Head:
    """Read title, byline and dateline from the rows of a page before the first of its body."""
    top = range(max(0, start - _TOP), start)
    body = _body(rows, start)
    lead = _stems(" ".join(rows[start : start + _LEAD]))
    title_at = _first_heading(rows[:start], body, lead) if start <= _SHORT else _heading_above(rows, top, lead)
    if title_at is None:
        return read_signatures(rows, start, only_dated=start > _SHORT)
    title, publisher, used = _without_publisher(rows, top, title_at)
    head = read_signatures(rows, start, title_at=title_at, passing=used, only_dated=start > _SHORT)
    return replace(head, title=title, publisher=publisher or head.publisher, lines=head.lines | used)


def read_signatures(
    rows: Sequence[str],
    start: int,
    *,
    title_at: int | None = None,
    passing: Collection[int] = (),
    only_dated: bool = False,
) -> Head:
    """Read bylines and datelines from the lines before the body.

    Args:
        rows: the paragraphs of a page.
        start: the first of the body.
        title_at: the row of the title. A name above it is not the author's, and a date far above it is today's.
        passing: rows that are something else.
        only_dated: true to take a line with only a name for a byline only next to a date.
    """
    body = _body(rows, start)
    used: set[int] = set()
    found: dict[str, str] = {}
    dates: set[str | None] = set()
    places = range(max(0, start - _TOP if title_at is None else title_at - _ABOVE), start)
    signed = next((i for i in places if byline(rows[i])), -1)  # above it, a name that stands alone is a title
    for i in places:
        if i in passing:
            continue
        row = rows[i]
        dated = _is_dated(rows, i) or split_dateline(row) is not None
        below = title_at is None or i > title_at
        may_be_alone = (dated or not only_dated) and below and i > signed and not _is_place(rows, i)
        label = rows[i - 1] if i and (date_label(rows[i - 1]) or _BY.fullmatch(rows[i - 1])) else ""
        said = _said(f"{label} {row}", body, False, dated) if label else {}
        said = said or (_newspaper(row) if below else {}) or _said(row, body, may_be_alone, dated)
        if said:
            used |= {i - 1, i} if label else {i}
            dates.add(said.get("published"))
            found = {**said, **found}
    if title_at is None and len(dates - {None}) > 1:  # some belong to teasers
        found.pop("published")
    return Head(lines=frozenset(used), **found)


def _body(rows: Sequence[str], start: int) -> str:
    return " ".join(rows[start:-_SIGNED] or rows[start:])


def _said(row: str, body: str, may_be_alone: bool, dated: bool) -> dict[str, str]:
    """Return what a byline, a dateline, or a line of both states, also with buttons after it ("| Print")."""
    row = " | ".join(part for part in _BARS.split(row) if not line.is_label(part))
    if dates := read_dateline(row):
        return dates
    text, dates = split_dateline(row) or (row, None)
    names = byline(text)
    agency = agency_in_byline(text)
    if names:
        first, *others = names.split(", ")
        if not dated and first in body[:_OPENING]:
            return {}  # a "by" before somebody whom the article is about
        names = ", ".join([first, *(name for name in others if name not in body[:_OPENING])])  # a place
    if names is None and may_be_alone:
        if agency is None:
            names = lone_names(text, body)
        elif dated:  # elsewhere it follows a photographer's name
            text = text.removesuffix(agency).rstrip(" ,")
            names = lone_names(text, body) if text else agency
    if names is None and dates and _BYLINE.match(text) and not authors(text):
        return dates  # "Submitted by admin"
    if names is None:
        return {}
    return {"author": names, **({"original": agency} if agency else {}), **(dates or {})}


def _newspaper(row: str) -> dict[str, str]:
    """Return what a line of a newspaper's name and a date states: "The Sado Courier, 3 May 2021"."""
    name, comma, date = row.partition(", ")
    dates = read_dateline(date) if comma and is_newspaper(name) else None
    return {"publisher": name, **dates} if dates else {}


def _is_dated(top: Sequence[str], i: int) -> bool:
    """True if a date stands next to a line, with at most the author's post between them."""
    after = "".join(top[i + 1 : i + 2])
    near = [*top[max(0, i - 1) : i], after]
    if "@" in after or is_organisation(after):
        near += top[i + 2 : i + 3]
    return any(is_dateline(row) or line.is_age(row) for row in near)


def _is_place(top: Sequence[str], i: int) -> bool:
    """True if a line is where an agency wrote from: the line "AGENCY —" follows."""
    return "".join(top[i + 1 : i + 2]).endswith("—")


def _first_heading(top: Sequence[str], body: str, lead: Collection[str]) -> int | None:
    """Return the first heading above any byline, preferably one whose words the lead has."""
    if _opens_with_title(top, body, lead):
        return 0
    found = [0] if top and _is_labelled_title(top, body, lead) else []
    for i, row in enumerate(top):
        if byline(row) or (_STAFF.search(row) and len(line.words(row)) <= 8) or lone_names(row, body):
            break
        if not line.is_teaser(row) and _may_be_title(row, any(_is_about(other, body) for other in top[i + 1 : i + 2])):
            found.append(i)
    return next((i for i in found if _is_taken_up(top[i], lead)), next(iter(found), None))


def _is_labelled_title(top: Sequence[str], body: str, lead: Collection[str]) -> bool:
    """True if the first line is a title with the label of a link ("Opinion: ..."), as what follows shows."""
    first, *others = top
    if not line.is_teaser(first) or not _may_be_title(first, False):
        return False
    signed = bool(others) and (bool(byline(others[0])) or all(_is_about(row, body) for row in others))
    return signed or _is_taken_up(first, lead)


def _opens_with_title(top: Sequence[str], body: str, lead: Collection[str]) -> bool:
    """True if the first line is a title of so few words that only what follows shows it: a byline, a date, the text."""
    first, *others = top or [""]
    size = len(line.words(first))
    if not 0 < size < _TITLE or is_section(first) or _NO_TITLE.match(first) or first.endswith((".", ",", ":", "—")):
        return False
    if line.is_label(first) or line.is_form(first) or line.is_age(first) or _signs(first) or notices.is_credit(first):
        return False
    if any(map(byline, others[:2])):
        return True
    if size == 1 or lone_names(first, body):
        return False
    return is_dateline(others[0]) if others else _is_taken_up(first, lead)


def _heading_above(rows: Sequence[str], top: Sequence[int], lead: Collection[str]) -> int | None:
    """Return the heading below a menu: of those whose words the lead has, the first above a byline, else the last."""
    found = [
        i for i in top if not line.is_teaser(rows[i]) and _may_be_title(rows[i], False) and _is_taken_up(rows[i], lead)
    ]
    signed = [i for i in found if any(map(_signs, rows[i + 1 : min(i + 6, top[-1] + 1)]))]
    return signed[0] if signed else next(reversed(found), None)  # below the title may stand a standfirst


def _signs(row: str) -> bool:
    return is_dateline(row) or bool(byline(row) or split_dateline(row))


def _may_be_title(row: str, is_signed: bool) -> bool:
    """True if a line reads like a title; one of three words only where what follows says whose it is."""
    words = len(line.words(row))
    if words < 4 and not (words == 3 and is_signed):
        return False
    if words > 40 or len(row) > 250 or row.endswith((".", ",", ":", "—")) or names_in(row) or notices.is_credit(row):
        return False
    if (
        is_dateline(row)
        or line.is_age(row)
        or line.is_label(row)
        or line.is_form(row)
        or notices.may_be_site_voice(row)
    ):
        return False
    return len(_SEPARATOR.findall(row)) < 2 and not _NO_TITLE.match(row) and not split_dateline(row)


def _is_taken_up(title: str, lead: Collection[str]) -> bool:
    """True if the first paragraphs have most words of a title, endings aside."""
    stems = _stems(title)
    return len(stems) > 1 and 2 * len(stems.intersection(lead)) > len(stems)


def _stems(text: str) -> set[str]:
    return {word[:5] for each in line.words(text) if len(word := each.lower()) > 3 and is_content(word)}


def _is_about(row: str, body: str) -> bool:
    return is_dateline(row) or bool(byline(row) or lone_names(row, body))


def _without_publisher(rows: Sequence[str], top: Iterable[int], at: int) -> tuple[str, str | None, set[int]]:
    """Return the title, the publisher that a repetition of it has appended, and the lines of both."""
    title = rows[at]
    match = _SUFFIX.match(title)
    bare = match["title"] if match else None
    used = {at}
    publisher = None
    for i in top:
        row = rows[i]
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
    if match and publisher is None and " | " in title and len(line.words(match["title"])) > 2:
        title, publisher = match["title"], match["publisher"]
    return title, publisher, used


def names_in(text: str, *, signed: bool = False) -> str | None:
    """Return the persons' names that a text begins with, separated by ", ".

    It is ``signed`` behind a "by", where a family name may be a word of sections and places too ("West", "London").
    """
    found: list[str] = []
    if len(text) > _LONGEST:
        return None
    text = _FOR_A_PAPER.sub("", _IN_A_PLACE.sub("", text))
    for part in map(without_post, _AND.split(_STOP.sub("", text.lstrip(" .*")))):
        tokens = [word.lower() for word in line.words(part)]
        if (
            len(tokens) > 5
            or not PERSON.fullmatch(part.strip())
            or _NO_NAMES.intersection(tokens[:1] if signed else tokens)
            or _GLUED.search(part)
            or is_organisation(part)
        ):
            break
        found.append(part.strip())
    return ", ".join(dict.fromkeys(found)) or None


def byline(row: str) -> str | None:
    """Return the names in "By Ann Lee and Bo Li, Reuters", separated by ", "."""
    match = _BYLINE.match(row)
    if not match or len(row) > _LONGEST or (line.is_sentence(row) and not _JUNIOR.search(row)):
        return None
    names = (match["names"] or match["labelled"]).strip(" *")
    return names if is_agency(names) else names_in(names, signed=True)


def agency_in_byline(row: str) -> str | None:
    """Return the agency after the names in a byline, or instead of them: "By Ann Lee and Bo Li, Reuters"."""
    match = _AGENCY.search(row.strip(" .*"))
    return match["agency"] if match else None


def sign_off(row: str) -> str | None:
    """Return the names in "Reporting by Ann Lee in Lisbon and Bo Li; editing by Cy Young"."""
    match = _SIGN_OFF.match(row) if len(row) <= 400 else None
    return names_in(match["names"], signed=True) if match else None


def lone_names(row: str, body: str) -> str | None:
    """Return the names in a line that holds nothing else, unless the body shows that they are no author's.

    An author is hardly named in the body, and a name's words do not occur there in lower case.
    """
    if len(row) > 120 or (names := names_in(row)) is None or not re.fullmatch(r"[^.!?:]*", re.sub(r"\b\w\.", "", row)):
        return None
    if line.is_label(row):
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
