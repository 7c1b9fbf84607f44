"""Lines in which a site speaks for itself: appeals, offers, consent and terms; credits, rights and contacts."""

from __future__ import annotations

import re
from functools import lru_cache

from qabot.articles.boilerplate.lines import CACHED, PARAGRAPH, ends_sentence, is_sentence, words

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
    r"(?:^|[.!?:,][^\w.!?:,]*+|^\W+|\b(?:please|you can) )(?:"
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
    r"(?:^|[.!?])(?>[^.!?]*?\b(?:purchas\w+|buy\w*|bought|click\w*)\b)"  # the first in a sentence will do
    r"(?>[^.!?]*?\b(?:links?|posts?|articles?|site|pages?)\b)[^.!?]*\b(?:commission|"
    r"earn|share of|compensat\w+)\b|\b(?:we|may)(?: \w+){0,2} (?:earn|receive|get) an? (?:\w+ )?commission\b|"
    r"\bprices? (?:was|were|is|are) (?:accurate|correct)\b[^.!?]*\b(?:published|publication|article)\b|"
    r"(?:^|[.!?])(?>[^.!?]*?\b(?:coverage|reporting|journalism|newsroom|fact.?check(?:s|ing)?)\b)"
    r"(?>[^.!?]*?\b(?:supported|made possible|funded)\b)[^.!?]*\bgrants?\b",
    re.I,
)
_OWN_WORK = re.compile(r"\bour (?:\w+ )?(?:coverage|journalism|journalists|newsroom|reporters|reporting)\b", re.I)
# Words for a site's articles and their making, which an article hardly uses.
_PUBLISHING = re.compile(
    r"\b(?:articles?|automatically generated|content partner|correspondents?|corrections?|coverage|editors?|"
    r"headlines?|independently|live blog|newsrooms?|podcasts?|published|stories|story|subscriber-only|transcript|"
    r"updated|version|wire reports)\b",
    re.I,
)
_TO_SEE = re.compile(r"^\W*(?:to|you can) (?:view|see|read|watch|listen|find|follow|learn)\b", re.I)
_HERE = re.compile(r"\bhere\b[\W_]*$", re.I)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|^[^“]*”")
_ADDRESSING = re.compile(r"\b(?:you|your|yours|we|(?-i:[Uu]s)|our|ours)\b|\b(?:we|you)['’](?:re|ve|ll|d)\b", re.I)
_SENTENCE_GAP = re.compile(r"(?<=[.!?])[”\"’')]*\s+")
_LEAST = 3  # words of an appeal; a shorter line is a label
_LONGEST = 60  # words of an appeal that asks neither for money nor for consent
_BRIEF = 45  # words of a line that is one offer

_AGENCIES = (
    r"Getty Images|AFP|Reuters|REUTERS|EPA|EPA-EFE|Alamy|Shutterstock|iStock|Unsplash|AP Photo|Bloomberg|TASS|Xinhua|"
    r"PA Wire|PA Media|CC BY(?:[- ][A-Z]{2})*(?: \d\.\d)?|Wikimedia Commons|Handout|Courtesy"
)
_CREDIT = re.compile(
    rf"(?<=[.!?”\"])\s+(?P<credit>(?:\((?:AP|[^()]*(?:{_AGENCIES})[^()]*)\)|"
    rf"(?:Photo(?:graph)?s?(?: by)?:? )?[^.!?:;“”\"]{{0,60}}?(?:\s?/\s?[A-Z][^.!?:;“”\"]{{1,50}}|"
    rf"\b(?:{_AGENCIES})\b[^.!?:;“”\"]{{0,30}})))\s*$"
)
# What follows an agency's name in a credit; a headline about it goes on with a word.
_OF_AGENCY = re.compile(
    rf"(?:(?:Photo|Image|Credit|Courtesy|Source)s?(?: by|:|/)? ?)?(?P<maker>[^:;“”\"/]{{0,50}})\b(?:(?:{_AGENCIES})\b"
    r"(?:(?:\s?[/,|()—–]|-[A-Z]| (?:via|for|and|[Ff]ile|[Pp]hoto|[Ii]mage|[Pp]ool|[Hh]andout)\b).{0,30})?|"
    r"Courtesy(?: of\b| [A-Z]).{0,30})\W*"
)
_IN_CREDITS = frozenset("and by courtesy file for from handout image of photo photos picture pool via".split())
_CAPTION = re.compile(r"^(?:(?:image |photo |picture )?caption\s*[:,]|(?:image|photo|picture)\s*:)\s+", re.I)
_WORK = r"(?:article|story|piece|column|essay|commentary|post|report|analysis|interview|review|list|fact.?check)"
_BEFORE = r"(?:first|originally|previously|republished|reprinted|reproduced|syndicated|cross-posted|newsletter)"
_NOTE = re.compile(
    r"^\W*(?:editor['’]s note:? )?(?:(?:(?:an? |the )?(?:[\w-]+ )?version of )(?:this|the)|this|"
    rf"the(?=[^.]*\b{_BEFORE}\b)) (?:[\w-]+ )?{_WORK}\b"  # "the report was published on Monday" is news
    r"[^.]{0,40}?\b(?:was|is|has been|first|originally|also|appeared|appears)\b[^.]{0,40}?"
    r"\b(?:published|republished|appeared|appears|reprinted|reproduced|syndicated|cross-posted|newsletter)\b|"
    r"^\W*the post\b.{1,300}\bappeared first on (?-i:[A-Z])",
    re.I,
)
_AGE = re.compile(r"^\W*this (?:article|story) is (?:more than |over |about )?[\w ]{1,20} old\W*$", re.I)
_RIGHTS = re.compile(
    r"^\W*(?:©|\(c\)|copyright(?-i:(?:\W+(?:[A-Z]\w*(?:['’]s)?|of|by|the|and|c)\b)*\W+(?:19|20)\d\d\b"
    r"(?! (?!by\b|the\b|all\b)[a-z]))|all rights reserved\b)|"  # not "Copyright cases rose in 2019", a sentence
    r"^read the original article\b|\bthis material may not be published, broadcast\b",
    re.I,
)
_CONTRIBUTED = re.compile(
    r"\b(?:contributed|contributing)(?: \w+){0,2}?"
    rf"(?: (?:to|for) (?:this|the) (?:[\w-]+ ){{0,2}}{_WORK})?(?: (?:from|in) [^.!?]{{2,80}})?\W*$",
    re.I,
)
_CONTRIBUTING = re.compile(
    r"^\W*(?:contributing|contributors?|(?:additional |with )?(?:reporting|writing|editing|research|photography|"
    r"compiled|graphics?)(?: (?:and|&) (?:reporting|writing|editing|photography))?(?: by)?|with files from)\s*:?\s+"
    r"(?=[A-Z])",
    re.I,
)
_INITIAL = re.compile(r"\b([A-Z])\.(?= )")
_HANDLE = r"(?>[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w{2,})"
_ADDRESS = rf"(?:{_HANDLE}|\bon (?i:twitter|facebook|instagram|linkedin|x|threads|tiktok|bluesky)\b)"
_BARE_ADDRESS = re.compile(
    rf"^\W*(?:(?:e-?mail|twitter|contact|instagram|facebook|x|tel|phone)\s*:?\s*)?{_HANDLE}"
    rf"(?:[^\w@]++(?:(?:and|or|on|twitter|e-?mail)[^\w@]++)*+{_HANDLE})*+\W*$",
    re.I,
)
_ROLE = r"(?:reporters?|writers?|editors?|columnists?|correspondents?|critics?|journalists?|photographers?|producers?)"
_PHONE = r"\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b"
_CONTACT = re.compile(
    rf"(?:^|[.!?]\s+)\W*(?:you can )?(?i:follow|contact|reach(?: out to)?|e-?mail|call|tweet|find|message|text|"
    rf"write(?: to)?|send [^.@]{{0,60}}\bto)\b"
    rf"(?=[^.!?]{{0,120}}?(?:{_ADDRESS}|\b{_ROLE}\b[^.!?]*{_PHONE}))"
    rf"(?=[^.!?]{{0,80}}?(?:\b{_ROLE}\b|\b(?:him|her|them|me|us)\b| [A-Z][\w'’.-]+ [A-Z]))",
)
_REACHED = re.compile(
    rf"\b(?:can|may) (?:also )?be (?:reached|contacted|emailed|e-mailed|followed|found)\b[^!?]{{0,80}}{_ADDRESS}|"
    rf"\bis on (?:Twitter|X|Instagram)\b[^!?]{{0,40}}{_ADDRESS}"
)
_SMALL = frozenset("and of the for in at by to from with or via on".split())
_NEXT_SENTENCE = re.compile(r"(?<=[.!?])[”\"’')]*\s+(?=[A-Z(])")


@lru_cache(CACHED)
def is_appeal(line: str) -> bool:
    """True if most of a line's words are the site's to its reader, not only one request in a paragraph."""
    if (
        len(words(line)) < _LEAST
        or not _is_site_voice(line)
        or (len(words(line)) > _LONGEST and not asks_for_support(line))
    ):
        return False
    sentences = _SENTENCE_GAP.split(line)
    if len(words(line)) <= _BRIEF and "newsletter" in line.lower() and _is_site_voice(sentences[0]):
        return True  # the sentences after the request describe the newsletter
    total = site = 0
    for sentence in sentences:
        size = len(words(sentence))
        total += size
        if may_be_site_voice(sentence) or addresses_reader(sentence) or len(_SITE_MATTERS.findall(sentence)) >= 2:
            site += size
    return 2 * site >= total


def asks_for_support(line: str) -> bool:
    """True if a line asks for money, or for consent: such texts run over several paragraphs."""
    own = unquoted(line)
    return len(line) <= PARAGRAPH and bool(_CONSENT.search(own) or _READER_SUPPORT.search(own))


@lru_cache(CACHED)
def _is_site_voice(line: str) -> bool:
    """True if the site plainly speaks to its reader in a line, or in a sentence of it."""
    if len(line) > PARAGRAPH:
        return False
    own = unquoted(line)
    return bool(_PLAIN_REQUEST.search(own) or _TRADE.search(own) or asks_for_support(line))


def may_be_site_voice(line: str) -> bool:
    """True if a line may be the site's to its reader; an article may address one too, so its place has to decide."""
    if len(line) > PARAGRAPH:
        return False
    own = unquoted(line)
    request = _REQUEST.search(own)
    return _is_site_voice(line) or bool(
        (_ADDRESSING.search(own) and (_SITE_MATTERS.search(own) or own.rstrip(" .").endswith(" here")))
        or (request and (_SITE_MATTERS.search(request[0]) or re.search(r"\bhere\b", request[0])))
    )


def asks(line: str) -> bool:
    """True if a line asks its reader to do what sites ask for: "Follow every game", "Check the forecast"."""
    return len(line) <= PARAGRAPH and bool(_REQUEST.search(unquoted(line)))


def speaks_of_its_work(line: str) -> bool:
    """True if a line speaks of "our journalism", as an appeal for money does."""
    return len(line) <= PARAGRAPH and bool(_OWN_WORK.search(unquoted(line)))


def speaks_of_publishing(line: str) -> bool:
    """True if a line speaks of articles, editors and updates, as what a site repeats under its articles does."""
    return len(words(line)) <= _BRIEF and len(set(map(str.lower, _PUBLISHING.findall(line)))) > 1


def addresses_reader(line: str) -> bool:
    """True if a line says "you" or "we" outside of quotation marks."""
    return bool(_ADDRESSING.search(unquoted(line)))


def points_elsewhere(line: str) -> bool:
    """True if a line is nothing but a request to go somewhere else: "Check your local forecast here"."""
    if len(line) > 200 or not _HERE.search(line) or len(words(line)) > 25 or unquoted(line) != line:
        return False
    *before, last = _SENTENCE_GAP.split(line)
    return bool(_REQUEST.match(last) or _TO_SEE.match(last)) and all("?" in each for each in before)


@lru_cache(CACHED)
def unquoted(line: str) -> str:
    """Return a line without the words in quotation marks."""
    return _QUOTED.sub(" ", line)


def is_credit(line: str) -> bool:
    """True if a line names the maker of a picture and no more: "Ann Lee/Agency/Getty Images"."""
    if len(line) > 100 or ends_sentence(line):
        return False
    if match := _OF_AGENCY.fullmatch(line):
        return not any(word[0].islower() and word not in _IN_CREDITS for word in words(match["maker"]))
    return bool(
        re.fullmatch(r"\(?(?:[\w.'’-]+ ){1,4}?[\w.'’-]+\s?/\s?[A-Z].*", line)
        and not line.isupper()
        and all(word[0].isupper() or word in ("via", "for", "by", "and") for word in words(line))
    )


def is_contributor(line: str) -> bool:
    """True if a line says who helped to write the article: "Contributing: Ann Lee", "Bo Li contributed reporting."."""
    if len(line) > 600:
        return False
    if (
        _CONTRIBUTING.match(line)
        and len(words(line)) <= 60
        and (not is_sentence(line.rstrip(".)")) or is_contact(line))
    ):
        return _names_people(_NEXT_SENTENCE.split(line)[0])
    told = _CONTRIBUTED.search(line)
    return bool(told) and len(_NEXT_SENTENCE.split(line)) == 1 and _names_people(line[: told.start()] if told else "")


def _names_people(text: str) -> bool:
    """True if most of a text's words begin with a capital."""
    found = [word for word in words(text)[-60:] if word not in _SMALL]
    return 2 * sum(word[0].isupper() for word in found) > len(found) if found else False


def is_contact(line: str) -> bool:
    """True if a line says how to reach the reporter, and little else."""
    if len(line) > 400:
        return False
    if _BARE_ADDRESS.match(line):
        return True
    line = _INITIAL.sub(r"\1", line)
    if not (_CONTACT.search(line) or _REACHED.search(line)):
        return False
    total = there = 0
    for sentence in _NEXT_SENTENCE.split(line):
        size = len(words(sentence))
        total += size
        if _CONTACT.match(sentence) or _REACHED.search(sentence):
            there += size
    return 2 * there > total


def is_note(line: str) -> bool:
    """True if a line says where the article was published before."""
    return len(line) <= 400 and bool(_NOTE.match(line))


def is_rights(line: str) -> bool:
    """True if a line states who holds the rights to an article, or how old the article is."""
    return len(line) <= 400 and bool(_RIGHTS.search(line) or _AGE.match(line))


def without_caption_marks(line: str) -> str:
    """Return a caption without the label before it and the credit after it; another line as it is."""
    label = _CAPTION.match(line)
    start = label.end() if label and len(words(line)) >= 8 else 0
    credit = _CREDIT.search(line, max(0, len(line) - 200))
    return line[start : credit.start()] if credit else line[start:]
