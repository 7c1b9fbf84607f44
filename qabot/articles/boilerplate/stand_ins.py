"""Pages that stand in an article's place: a wall of cookies, a test for robots, an error, a page still loading.

All of such a page is about itself. An article may be about any of these matters, but has sentences about others, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

_ERROR = re.compile(
    r"\b(?:page|article|story|url|file|document|address|site|server|resource|content|link)\b.{0,60}?\b"
    r"(?:not (?:be )?found|does(?: not|n['’]t) exist|no longer (?:exists?|available|here)|"
    r"(?:has|have|may have|might have) (?:been )?(?:re)?moved|cannot be (?:found|displayed|reached)|"
    r"(?:could(?: not|n['’]t)|can['’]t) be found|unavailable|deleted)\b|\bnothing (?:was|could be) found\b|"
    r"\b(?:we|you) can(?:not|['’]t) find\b|\bwe could(?: not|n['’]t) find\b|"
    r"\byou(?: are|['’]re| were) looking for\b|\byou(?: have|['’]ve)? (?:requested|followed)\b|"
    r"^\W*(?:error\W*)?[45]\d\d\b.{0,60}$|\b(?:bad gateway|gateway time-?out|service (?:temporarily )?unavailable|"
    r"internal server error|too many requests)\b|"
    r"\b(?:try|return to|go (?:back )?to|visit)\b.{0,30}\bhome ?page\b|"
    r"\b(?:sorry|oops|whoops)\b.{0,80}\b(?:page|wrong|error)\b|\bsomething went wrong\b",
    re.I,
)
_ROBOT = re.compile(
    r"\b(?:are you|you are|you['’]re|that you are|that you['’]re) (?:not )?an? (?:human|robot|bot)\b|\bcaptcha\b|"
    r"\b(?:verify|confirm|prove)\b.{0,20}\bhuman\b|"
    r"\baccess (?:to this (?:page|site|website|resource) )?(?:has been |is |was )?(?:denied|blocked|restricted)\b|"
    r"\byou (?:have been|were|are being) blocked\b|\bunusual (?:traffic|activity) from your\b|"
    r"\b(?:checking|verify(?:ing)?) (?:that )?(?:your browser|you(?: are|['’]re))\b|"
    r"\bautomat(?:ed|ion) (?:tools?|requests?|queries|access)\b|"
    r"\b(?:reference|ray|request|incident|event) ?(?:id|#|number)\b|\b(?:press|click) (?:and|&) hold\b|"
    r"\bsecurity (?:check|service to protect|verification)\b|\bddos protection\b|\byour ip(?: address)?\b|"
    r"^\W*just a moment\b|\battention required\b",
    re.I,
)
_SCRIPT = re.compile(
    r"\b(?:enable|activate|turn on|requires?|needs?|without|disabled|allow|support)\b.{0,40}"
    r"\b(?:java ?script|js|cookies)\b|"
    r"\b(?:java ?script|js|cookies)\b.{0,40}\b(?:enabled|disabled|turned off|required|not supported|switched off)\b|"
    r"\b(?:your|an) ad[ -]?block(?:er|ing)?\b|\b(?:reload|refresh) (?:the|this|your) (?:page|browser)\b|"
    r"\b(?:your|this) browser\b.{0,60}\b(?:supported|outdated|out of date|update|upgrade)\b",
    re.I,
)
_LOADING = re.compile(r"^\W*(?:(?:still |now )?loading|please wait|one moment|redirecting)\b.{0,60}$", re.I)
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
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W_]+")
_LABEL = 12  # words of a page that is no more than a label
_LONGEST = 60  # words of an error, a test and the like
_LONGEST_WALL = 400  # words of a wall of cookies
_SHARE = 0.6  # of its words in sentences about itself; where its title is about the page too, half of that


def is_stand_in(title: str | None, rows: Iterable[str], removed: Iterable[str] = ()) -> bool:
    """True if what was read of a page is no article but stands in the place of one.

    Args:
        title: the page's title.
        rows: its rows, as they are left after cleaning.
        removed: those that are not left.
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
    addressed = _words(sentences, _ADDRESSING.search)
    told = _is_about_itself(title or "")
    if told and total <= _LABEL:
        return True
    if total <= _LONGEST and (told or addressed or total <= _LABEL):
        share = _SHARE / 2 if told else _SHARE
        if _words(sentences, _is_about_itself) >= share * total:
            return True
    if 2 * addressed < total or not any(map(_COOKIES.search, (*sentences, *removed))):
        return False
    return _words(sentences, _CONSENT.search) >= _SHARE * total


def _is_about_itself(sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in (_ERROR, _ROBOT, _SCRIPT, _LOADING))


def _words(sentences: Sequence[str], is_counted: Callable[[str], object]) -> int:
    """Return the number of the words that stand in sentences of a kind."""
    return sum(len(_WORD.findall(sentence)) for sentence in sentences if is_counted(sentence))
