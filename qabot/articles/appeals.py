"""Lines in which a site speaks to its reader: appeals, offers, newsletters, consent, terms."""

from __future__ import annotations

import re
from functools import lru_cache

from qabot.articles.lines import CACHED, PARAGRAPH, words

# What a site asks for or offers when it speaks to its reader.
_SITE_MATTERS = re.compile(
    r"\b(?:ads?|advertis\w+|apps?|browsers?|commenting|comments?|cookies?|daily digest|details you|donat\w+|"
    r"email address|e-?mails?|facebook|flipboard|forums?|free trial|inbox|instagram|journalism|journalists|"
    r"log ?in|logged in|news roundup|newsletters?|newsrooms?|opt out|paywalls?|podcasts?|privacy|readers?|registering|"
    r"registration|reporters|reporting|subscri\w+|support|text messages|tick here|tiktok|twitter|whatsapp|"
    r"your information)\b",
    re.I,
)
_ASKING = (
    r"(?:please )?(?:subscribe|sign up|sign in|log in|join|follow|donate|support|click|tap|download|register|refresh|"
    r"get|enter|check out|check|visit|contact|become|consider|hit play|tick|read|watch|listen|share|send|reach|try|buy|"
    r"prefer to|view|track|see|find|bookmark)\b"
)
_REQUEST = re.compile(rf"(?:^|[.!?:)\]>*]\s+|^\W+){_ASKING}[^.!?]*", re.I)
# Requests that only a site can mean, wherever they stand.
_PLAIN_REQUEST = re.compile(
    r"(?:^|[.!?:,]\W*|^\W+|\b(?:please|can) )(?:"
    r"(?:subscribe|sign up)\b[^.!?]*\b(?:newsletters?|here|inbox|alerts?|today|now|e-?mails?|digital|podcasts?)\b|"
    r"(?:get|sign up for|subscribe to)\b[^.!?]*\b(?:newsletters?|in your inbox|to your inbox|delivered)\b|"
    r"(?:follow|join|like) (?:us|[^.!?]{1,40})\b[^.!?]*\bon (?:twitter|facebook|instagram|tiktok|flipboard|"
    r"whatsapp|x\b)|"
    r"(?:sign up|subscribe) (?:to|for)\b[^.!?]{0,60}$|"
    r"(?:sign up|subscribe) (?:to|for) (?:our|(?-i:[A-Z])[\w.]*['’]s)\b|"
    r"please (?:subscribe|sign up|consider (?:subscribing|donating|supporting|becoming))\b|hit play\b|"
    r"don['’]t miss\b[^.!?]*\bnewsletters?\b|(?:check out|listen to)\b[^.!?]*\bpodcasts?\b[^.!?]{0,30}$|"
    r"for (?:the latest|more [^.!?,]{0,30}\b(?:coverage|news|updates|stories))\b[^.!?,]{0,30},? "
    r"(?:visit|go to|see|follow)\b[^!?]{0,60}$|(?:click|tap) (?:below|above)\b|"
    r"(?:download|get)\b[^.!?]*\b(?:our|the) (?:[\w-]+ ){0,4}(?:mobile )?app\b|(?:click|tap|tick) (?:here|the link)\b|"
    r"(?:you can )?get [^.!?]*\bdelivered (?:right )?to your inbox|(?:log in|register|sign in) to\b[^.!?]*\b(?:comment|"
    r"read|continue)"
    r")",
    re.I,
)
_CONSENT = re.compile(
    r"\b(?:we|this (?:web)?site)\b[^.!?]*\b(?:cookies|details you have shared|your (?:personal )?(?:data|information)|"
    r"information you (?:have shared|provide))|\byour (?:email address|e-mail address|privacy|registration|"
    r"subscription)\b|"
    r"\b(?:our (?:\w+ ){0,2}|you agree\b[^.!?]*)\b(?:privacy policy|terms (?:of|and) (?:use|service|conditions))\b|"
    r"\bto be (?:automatically )?logged in\b|"
    r"\bthank(?:s| you) for (?:registering|subscribing|signing up|supporting our)\b|"
    r"\bwould you like to receive\b[^.!?]*\bnewsletters?\b",
    re.I,
)
_READER_SUPPORT = re.compile(
    r"\byour (?:support|donations?|contributions?|subscriptions?|gifts?)\b[^.!?]*\b(?:us|our|helps?|allows?|"
    r"makes?|means|keeps?|funds?)\b|\bjournalism like (?:this|ours)\b|"
    r"\b(?:support(?:ing)?|fund|sustain) (?:strong )?(?:our|independent|quality|local) (?:local )?(?:journalism|"
    r"reporting|work|newsroom)\b",
    re.I,
)
_TRADE = re.compile(
    r"\b(?:purchas\w+|buy\w*|bought|click\w*)\b[^.!?]*\b(?:links?|posts?|articles?|site|pages?)\b[^.!?]*\b(?:commission|"
    r"earn|share of|compensat\w+)\b|\b(?:earn|receive|get) an? (?:\w+ )?commission\b|"
    r"\bprices? (?:was|were|is|are) (?:accurate|correct)\b[^.!?]*\b(?:published|publication|article)\b|"
    r"\b(?:coverage|reporting|journalism|newsroom|fact.?check(?:s|ing)?)\b[^.!?]*\b(?:supported|made possible|funded)\b"
    r"[^.!?]*\bgrants?\b",
    re.I,
)
_OWN_WORK = re.compile(r"\bour (?:\w+ )?(?:coverage|journalism|journalists|newsroom|reporters|reporting)\b", re.I)
# What a site names when it speaks of its articles, and an article hardly does.
_PUBLISHING = re.compile(
    r"\b(?:articles?|automatically generated|content partner|correspondents?|corrections?|coverage|editors?|"
    r"headlines?|independently|live blog|newsrooms?|podcasts?|published|stories|story|subscriber-only|transcript|"
    r"updated|version|wire reports)\b",
    re.I,
)
_TO_SEE = re.compile(r"^\W*(?:to|you can) (?:view|see|read|watch|listen|find|follow|learn)\b", re.I)
_HERE = re.compile(r"\bhere\b[\W_]*$", re.I)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|^[^“]*”")
_ADDRESSING = re.compile(r"\b(?:you|your|yours|we|us|our|ours)\b|\b(?:we|you)['’](?:re|ve|ll|d)\b", re.I)
_SENTENCE_GAP = re.compile(r"(?<=[.!?])[”\"’')]*\s+")
_LEAST = 3  # words: what is shorter is a label
_LONGEST = 60  # words of an appeal that asks neither for money nor for consent
_BRIEF = 45  # words of a line that is one offer


@lru_cache(CACHED)
def unquoted(line: str) -> str:
    """A line without what others say in it."""
    return _QUOTED.sub(" ", line)


@lru_cache(CACHED)
def is_site_voice(line: str) -> bool:
    """Whether the site plainly speaks to its reader in a line, or in a sentence of it."""
    if len(line) > PARAGRAPH:
        return False
    own = unquoted(line)
    return bool(_PLAIN_REQUEST.search(own) or _TRADE.search(own) or asks_for_support(line))


def asks_for_support(line: str) -> bool:
    """Whether a line asks for money, or for consent: such texts run over several paragraphs."""
    own = unquoted(line)
    return len(line) <= PARAGRAPH and bool(_CONSENT.search(own) or _READER_SUPPORT.search(own))


def may_be_site_voice(line: str) -> bool:
    """Whether a line addresses a reader on a site's own matters; an article may too, so its place has to decide."""
    if len(line) > PARAGRAPH:
        return False
    own = unquoted(line)
    request = _REQUEST.search(own)
    return is_site_voice(line) or bool(
        (_ADDRESSING.search(own) and (_SITE_MATTERS.search(own) or own.rstrip(" .").endswith(" here")))
        or (request and (_SITE_MATTERS.search(request[0]) or re.search(r"\bhere\b", request[0])))
    )


def asks(line: str) -> bool:
    """Whether a line asks its reader to do what sites ask for: "Follow every game", "Check the forecast"."""
    return len(line) <= PARAGRAPH and bool(_REQUEST.search(unquoted(line)))


def site_matters(line: str) -> int:
    """How many of a site's own matters a line names."""
    return len(_SITE_MATTERS.findall(line)) if len(line) <= PARAGRAPH else 0


def speaks_of_its_work(line: str) -> bool:
    """Whether a line speaks of "our journalism", as an appeal for money does."""
    return len(line) <= PARAGRAPH and bool(_OWN_WORK.search(unquoted(line)))


def speaks_of_publishing(line: str) -> bool:
    """Whether a line speaks of articles, editors and updates, as what a site repeats under its articles does."""
    return len(words(line)) <= _BRIEF and len(set(map(str.lower, _PUBLISHING.findall(line)))) > 1


def addresses_reader(line: str) -> bool:
    """Whether a line says "you" or "we" outside of quotation marks."""
    return bool(_ADDRESSING.search(unquoted(line)))


@lru_cache(CACHED)
def is_appeal(line: str) -> bool:
    """Whether most of a line's words are the site's to its reader; one request does not take a paragraph with it."""
    if (
        len(words(line)) < _LEAST
        or not is_site_voice(line)
        or (len(words(line)) > _LONGEST and not asks_for_support(line))
    ):
        return False
    sentences = _SENTENCE_GAP.split(line)
    if len(words(line)) <= _BRIEF and "newsletter" in line.lower() and is_site_voice(sentences[0]):
        return True  # after the request stands what the newsletter promises
    total = site = 0
    for sentence in sentences:
        size = len(words(sentence))
        total += size
        if may_be_site_voice(sentence) or addresses_reader(sentence) or site_matters(sentence) >= 2:
            site += size
    return 2 * site >= total


def points_elsewhere(line: str) -> bool:
    """Whether a line is nothing but a request to go somewhere else: "Check your local forecast here"."""
    if len(line) > 200 or not _HERE.search(line) or len(words(line)) > 25 or unquoted(line) != line:
        return False
    *before, last = _SENTENCE_GAP.split(line)
    return bool(_REQUEST.match(last) or _TO_SEE.match(last)) and all("?" in each for each in before)
