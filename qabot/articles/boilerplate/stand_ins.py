"""Pages that stand in an article's place: a login, a paywall, a test for robots, an error, a wall of cookies.

Such a page is short and about itself: it speaks to its reader of matters of the web, bears nobody's name and no day,
and tells of nobody. An article may be about these matters, and a brief as short, but it tells of somebody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

# What the web is made of, one group a matter: an article may be about any of them, but is hardly about several of them
# and about nobody.
_MATTERS = re.compile(
    r"(?P<page>\b(?:web ?)?(?:page|site|address|url|link|server|gateway|nginx|cloudflare|apache|host)s?\b)|"
    r"(?P<article>\b(?:articles?|content|story|news|journalism)\b)|(?P<error>\b(?:error|oops|whoops|[45]\d\d)\b)|"
    r"(?P<gone>\b(?:unavailable|not (?:be )?found|can(?:no|['’])t find|nothing was found|no longer|(?:re)?moved|"
    r"something went wrong|maintenance|expired|looking for|too many requests)\b)|"
    r"(?P<search>\b(?:your search|search (?:results?|terms?))\b)|(?P<result>\bno results?\b)|"
    r"(?P<browser>\bbrowsers?\b)|"
    r"(?P<script>\b(?:java ?script|js|cookies?|ad[ -]?block(?:er|ing)?)\b)|"
    r"(?P<switch>\b(?:enabled?|disabled?|supported|install|versions?|reload|refresh|update|upgrade)\b)|"
    r"(?P<wait>\b(?:loading|wait|redirect(?:ed|ing)?|(?:one|just a) moment|shortly|seconds)\b)|"
    r"(?P<robot>\b(?:robots?|bots?|human|automat(?:ic|ed)|unusual traffic)\b)|(?P<test>\b(?:captcha|verify|ddos)\b)|"
    r"(?P<access>\b(?:access|denied|forbidden|permission|blocked|security)\b)|"
    r"(?P<request>\b(?:requests?|requested|reference|ray id|ip address|network|connection)\b)|"
    r"(?P<account>\b(?:accounts?|passwords?)\b)|(?P<login>\b(?:log(?:ged)? in|login|sign(?:ed)? in|register(?:ed)?)\b)|"
    r"(?P<subscription>\b(?:subscri\w+|sign(?:ed|ing)? up|newsletters?|free trial|paywall)\b)|"
    r"(?P<mail>\be-?mails?\b)|(?P<box>\b(?:inbox|spam|junk)\b)",
    re.I,
)
_CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|\byour (?:privacy|choices?|preferences|data|personal data|settings)\b|"
    r"\bprivacy (?:policy|notice|statement|settings|preferences)\b|"
    r"\bpersonali[sz]ed (?:ads|advertis\w+|content)\b|\bthird part(?:y|ies)\b|\blegitimate interests?\b|"
    r"\b(?:accept|reject|decline|manage)(?:ing)? (?:all|and|cookies|options|preferences)\b|"
    r"\bcontinu(?:e|ing) to (?:use|browse)\b|\byou agree\b|\bour (?:\d+ )?(?:partners|vendors)\b",
    re.I,
)
_COOKIES = re.compile(r"\bcookies?\b|\bconsent\b", re.I)
_ADDRESSING = re.compile(r"\b(?:we|us|our|you|your|please|sorry|oops)\b", re.I)
_TELLING = re.compile(r"(?<=[\w,;:] )[\"“‘']?[A-Z][a-z]+\b|\b(?:said|says|told)\b")  # a name or a day, or who says so
_ENDED = re.compile(r"[.!?…][”\"’')]*$")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W_]+")
_FEW = 3  # words that are no text at all
_LABEL = 12  # words of a page that is no more than a label, which need not speak to anybody
_LONGEST = 60  # words of a login, an error and the like
_LONGEST_WALL = 400  # words of a wall of cookies
_SHARE = 0.6  # of its words in sentences about consent


def is_stand_in(title: str | None, rows: Iterable[str], removed: Iterable[str] = (), *, signed: bool = False) -> bool:
    """True if what was read of a page is no article but stands in the place of one.

    Args:
        title: the page's title.
        rows: its rows, as they are left after cleaning.
        removed: those that are not left.
        signed: true where a byline or a dateline was read on it.
    """
    sentences: list[str] = []
    total = 0
    for row in rows:
        total += len(_WORD.findall(row))
        if total > _LONGEST_WALL:
            return False
        sentences += _SENTENCE.split(row)
    if not total:
        return False
    if total <= _LONGEST and not signed and not any(map(_tells, sentences)):
        matters = _matters([title or "", *sentences])
        speaks = total <= _LABEL or any(map(_speaks_to_reader, sentences))
        if matters and speaks and (total <= _FEW or len(matters | _matters(filter(_ENDED.search, removed))) > 1):
            return True
    if 2 * _words(sentences, _ADDRESSING.search) < total or not any(map(_COOKIES.search, (*sentences, *removed))):
        return False
    return _words(sentences, _CONSENT.search) >= _SHARE * total


def _matters(sentences: Iterable[str]) -> set[str | None]:
    return {match.lastgroup for each in sentences for match in _MATTERS.finditer(each)}


def _tells(sentence: str) -> bool:
    """True if a sentence is about somebody else than the site and its reader."""
    return not _ADDRESSING.search(sentence) and bool(_ENDED.search(sentence) and _TELLING.search(sentence))


def _speaks_to_reader(sentence: str) -> bool:
    """True if a sentence addresses the reader, or begins as a request does: "Register now"."""
    return bool(_ADDRESSING.search(sentence) or _MATTERS.match(sentence))


def _words(sentences: Sequence[str], is_counted: Callable[[str], object]) -> int:
    """Return the number of the words that stand in sentences of a kind."""
    return sum(len(_WORD.findall(sentence)) for sentence in sentences if is_counted(sentence))
