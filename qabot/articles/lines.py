"""What a line of raw page text is, judged by its own words: label, site voice, teaser, credit, prose.

Where it stands is ``clean``'s business. Every rule is about a kind of line; none names a site or a sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PARAGRAPH = 1000  # characters: in longer ones no pattern is looked for, no label or appeal is that long
_CACHED = 1024  # lines: each is asked about several times in a row

# Words that buttons, menus and form fields are made of. A label has at least one and otherwise only ``_LINKING`` words.
_INTERFACE = frozenset(
    "ad ads advert advertisement advertising anchor audio autoplay bookmark breadcrumb browser button captcha "
    "checkbox click comment commenting comments contact contents cookie cookies copy disclaimer disqus donate download "
    "email events facebook faq favourite favorites feedback flipboard follow forum forums gallery homepage inbox "
    "instagram leave link linkedin links log login logout menu mailing messenger navigation newsletter newsletters "
    "notifications page password paywall permissions pinterest player playlist podcast pop-up popular popup powered "
    "preferences print privacy promoted quiz read recommended reddit refresh register related replies reply "
    "reprints rss save scroll search settings share shares sharing sidebar sign signup sitemap skip "
    "slideshow sponsored "
    "storify subscribe subscriber subscribers subscription submit tags telegram terms toggle topics top transcript "
    "trending tumblr tweet twitter unsubscribe upcoming username video videos viewed watch whatsapp widget youtube x"
    " advertorial articles bookmarks".split()
)
_LINKING = frozenset(
    "a about add all an and article at back be by caption close content daily do email expand features for free from "
    "full get go here hide home image images in into is join just latest list live load main me min minute "
    "minutes more "
    "most my new "
    "news next no now of off on one online open or our out part photo photos picture play please post posts previous "
    "problem report see section shared show site sites start stop stories story switch the this to today up us version "
    "view views via website weekly with you your".split()
)
# What a site asks for or offers when it speaks to its reader.
_SITE_MATTERS = re.compile(
    r"\b(?:ads?|advertis\w+|apps?|browsers?|commenting|comments?|cookies?|daily digest|details you|donat\w+|"
    r"email address|e-?mails?|facebook|flipboard|forums?|free trial|inbox|instagram|journalism|journalists|"
    r"log ?in|logged in|"
    r"newsletters?|newsrooms?|opt out|paywalls?|podcasts?|privacy|readers?|registering|registration|"
    r"reporters|reporting|subscri\w+|support|tick here|tiktok|twitter|whatsapp|your information)\b",
    re.I,
)
_ASKING = (
    r"(?:please )?(?:subscribe|sign up|sign in|log in|join|follow|donate|support|click|tap|download|register|refresh|"
    r"get|enter|check out|check|visit|contact|become|consider|hit play|tick|read|watch|listen|share|send|reach|try|buy|"
    r"prefer to)\b"
)
_REQUEST = re.compile(rf"(?:^|[.!?:)\]>*]\s+|^\W+){_ASKING}[^.!?]*", re.I)
# Requests that only a site can mean, wherever they stand.
_PLAIN_REQUEST = re.compile(
    r"(?:^|[.!?:]\W+|^\W+|\b(?:please|can) )(?:"
    r"(?:subscribe|sign up)\b[^.!?]*\b(?:newsletters?|here|inbox|alerts?|today|now|e-?mails?|digital|podcast)\b|"
    r"(?:get|sign up for|subscribe to)\b[^.!?]*\b(?:newsletters?|in your inbox|to your inbox|delivered)\b|"
    r"(?:follow|join|like) (?:us|[^.!?]{1,40})\b[^.!?]*\bon (?:twitter|facebook|instagram|tiktok|flipboard|"
    r"whatsapp|x\b)|"
    r"(?:sign up|subscribe) (?:to|for)\b[^.!?]{0,60}$|"
    r"(?:download|get)\b[^.!?]*\bour (?:free )?(?:mobile )?app\b|(?:click|tap|tick) (?:here|the link)\b|"
    r"(?:you can )?get [^.!?]*\bdelivered to your inbox|(?:log in|register|sign in) to\b[^.!?]*\b(?:comment|"
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
    r"\bthank you for (?:registering|subscribing|signing up|supporting our)\b|"
    r"\bwould you like to receive\b[^.!?]*\bnewsletters?\b",
    re.I,
)
_FORM = re.compile(
    r"\b(?:how relevant|rate) (?:is|was)? ?this ad\b|\brequired fields\b|\bemail address will not be published\b|"
    r"^(?:your )?(?:name|e-?mail|website|comment)\s*\*?:?$",
    re.I,
)
_READER_SUPPORT = re.compile(
    r"\byour (?:support|donations?|contributions?|subscriptions?|gifts?)\b[^.!?]*\b(?:us|our|helps?|allows?|"
    r"makes?|means|"
    r"keeps?|funds?)\b|\b(?:support|fund|sustain) (?:our|independent|quality|local) (?:journalism|reporting|"
    r"work|newsroom)\b",
    re.I,
)
_OWN_WORK = re.compile(r"\bour (?:\w+ )?(?:coverage|journalism|journalists|newsroom|reporters|reporting)\b", re.I)
_TEASER = re.compile(
    r"^\W*(?:related|read|watch|listen|see|more|video|photos|gallery|recommended|trending|also|opinion|up "
    r"next|don['’]t miss)"
    r"(?: (?:video|videos|more|also|next|article|articles|story|stories|photos|content|on this|about|from|"
    r"live|now)){0,3}"
    r"\s*[:|]\s*\S",
    re.I,
)
# A bold label and a link that lost the space between them: "Fact check:What the law says"; a time has digits.
_GLUED_TEASER = re.compile(r"^[^\d:.?!,;“\"]{2,45}:(?=[A-Z‘'“\"])(?=\S+(?:\s+\S+){3})")
_CREDIT_WORDS = (
    r"Getty Images|AFP|Reuters|REUTERS|EPA|EPA-EFE|Alamy|Shutterstock|iStock|Unsplash|AP Photo|Bloomberg|TASS|Xinhua|"
    r"PA Wire|PA Media|CC BY(?:[- ][A-Z]{2})*(?: \d\.\d)?|Wikimedia Commons|Handout|Courtesy"
)
_CREDIT = re.compile(
    rf"(?<=[.!?”\"])\s+(?P<credit>(?:\((?:AP|[^()]*(?:{_CREDIT_WORDS})[^()]*)\)|"
    rf"(?:Photo(?:graph)?s?(?: by)?:? )?[^.!?:;“”\"]{{0,60}}?(?:\s?/\s?[A-Z][^.!?:;“”\"]{{1,50}}|"
    rf"\b(?:{_CREDIT_WORDS})\b[^.!?:;“”\"]{{0,30}})))\s*$"
)
_CAPTION = re.compile(r"^(?:(?:image |photo |picture )?caption\s*[:,]|(?:image|photo|picture)\s*:)\s+", re.I)
_NOTE = re.compile(
    r"^\W*(?:this|the) (?:[\w-]+ )?(?:article|story|piece|column|essay|commentary|post|report|analysis|"
    r"interview)\b[^.]{0,40}?"
    r"\b(?:was|is|has been|first|originally)\b[^.]{0,40}?"
    r"\b(?:published|republished|appeared|reprinted|reproduced|syndicated|cross-posted)\b",
    re.I,
)
_AGE = re.compile(r"^\W*this (?:article|story) is (?:more than |over |about )?[\w ]{1,20} old\W*$", re.I)
_RIGHTS = re.compile(
    r"^\W*(?:©|\(c\)|copyright\b.{0,60}\b(?:19|20)\d\d|all rights reserved\b)|"
    r"^read the original article\b|\bthis material may not be published, broadcast\b",
    re.I,
)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|^[^“]*”")
_ADDRESSING = re.compile(r"\b(?:you|your|yours|we|us|our|ours)\b|\b(?:we|you)['’](?:re|ve|ll|d)\b", re.I)
_SENTENCE_END = re.compile(r"[.!?…][”\"’')\]*]*$")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ITEM = re.compile(r"^(?:[•·▪‣*–—♦■-]|\(?\d{1,3}[.)])\s*\S")


@lru_cache(_CACHED)
def words(line: str) -> tuple[str, ...]:
    """The words of a line."""
    return tuple(_WORD.findall(line))


def is_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does and is long enough for one."""
    return bool(_SENTENCE_END.search(line[-20:])) and len(words(line)) >= 3


def is_prose(line: str) -> bool:
    """Whether a line reads like a paragraph: a sentence of some length, or more than one."""
    return len(words(line)) >= 8 and (
        is_sentence(line) or line.endswith((":", ",", ";", "—")) or len(words(line)) >= 35
    )


def is_question(line: str) -> bool:
    """Whether a line is one short question or exclamation and nothing more, as titles may be."""
    return len(words(line)) <= 25 and bool(re.fullmatch(r"[^.!?]*[!?][’”'\"]?", line))


def is_item(line: str) -> bool:
    """Whether a line is an item of a list: with a bullet, a number, or a field and its value."""
    return bool(_ITEM.match(line)) or ": " in line


def is_label(line: str) -> bool:
    """Whether a line is made of interface words only: "Back to top", "Add a comment", "Share on Facebook"."""
    if len(line) > 60 or _SENTENCE_END.search(line.rstrip("….>")) or is_item(line):
        return False
    found = [word.lower() for word in words(line)]
    return (
        0 < len(found) <= 8
        and any(w in _INTERFACE for w in found)
        and all(w in _INTERFACE or w in _LINKING or w.isdigit() for w in found)
    )


def is_comment_label(line: str) -> bool:
    """Whether a label opens a comment section: after it the article does not go on."""
    return is_label(line) and bool(re.search(r"\b(?:comment|comments|commenting|disqus|reply|replies)\b", line, re.I))


def is_list_label(line: str) -> bool:
    """Whether a label opens a list of links to other articles."""
    return (
        is_label(line)
        and bool(
            re.search(
                r"\b(?:related|recommended|trending|popular|viewed|upcoming|sponsored|promoted|topics|tags)\b",
                line,
                re.I,
            )
        )
    ) or bool(
        re.fullmatch(
            r"\W*(?:more (?:from|on|in) .{2,40}|(?:most|latest) (?:read|news|stories)\b.{0,30}|read next)\W*",
            line,
            re.I,
        )
    )


def is_widget(line: str) -> bool:
    """Whether a line without a sentence's end is dense with interface words: a player's options, an ad survey."""
    if len(line) > _PARAGRAPH or is_sentence(line):
        return False
    found = [word.lower() for word in words(line)]
    hits = sum(word in _INTERFACE or word in ("loading", "loaded", "load") for word in found)
    return hits >= 4 and hits >= 0.2 * len(found)


def is_form(line: str) -> bool:
    """Whether a line asks for something to be filled in, or what one thinks of an advertisement."""
    return len(line) <= _PARAGRAPH and bool(_FORM.search(line) or is_widget(line))


@lru_cache(_CACHED)
def unquoted(line: str) -> str:
    """A line without what others say in it."""
    return _QUOTED.sub(" ", line)


@lru_cache(_CACHED)
def is_site_voice(line: str) -> bool:
    """Whether the site plainly speaks to its reader, asking, offering or stating terms; true wherever a line stands."""
    if len(line) > _PARAGRAPH:
        return False
    own = unquoted(line)
    return bool(_PLAIN_REQUEST.search(own) or asks_for_support(line))


def asks_for_support(line: str) -> bool:
    """Whether a line asks for money, or for consent: such texts run over several paragraphs."""
    own = unquoted(line)
    return len(line) <= _PARAGRAPH and bool(_CONSENT.search(own) or _READER_SUPPORT.search(own))


def may_be_site_voice(line: str) -> bool:
    """Whether a line addresses a reader on a site's own matters; an article may too, so its place has to decide."""
    if len(line) > _PARAGRAPH:
        return False
    own = unquoted(line)
    request = _REQUEST.search(own)
    return is_site_voice(line) or bool(
        (_ADDRESSING.search(own) and (_SITE_MATTERS.search(own) or own.rstrip(" .").endswith(" here")))
        or (request and (_SITE_MATTERS.search(request[0]) or re.search(r"\bhere\b", request[0])))
    )


def site_matters(line: str) -> int:
    """How many of a site's own matters a line names."""
    return len(_SITE_MATTERS.findall(line)) if len(line) <= _PARAGRAPH else 0


def speaks_of_its_work(line: str) -> bool:
    """Whether a line speaks of "our journalism", as an appeal for money does."""
    return len(line) <= _PARAGRAPH and bool(_OWN_WORK.search(unquoted(line)))


def addresses_reader(line: str) -> bool:
    """Whether a line says "you" or "we" outside of quotation marks."""
    return bool(_ADDRESSING.search(unquoted(line)))


def is_teaser(line: str) -> bool:
    """Whether a line is a link to another article or a video: "Related video: ...", without a sentence's full stop."""
    if len(words(line)) > 30 or len(line) > 300 or re.search(r"\.[”\"’)]*(?:$| [A-Z“\"–—-]| https?:)", line):
        return False
    return bool(_TEASER.match(line) or _GLUED_TEASER.match(line))


def is_credit(line: str) -> bool:
    """Whether a line names the maker of a picture and no more: "Ann Lee/Agency/Getty Images"."""
    if len(line) > 100 or _SENTENCE_END.search(line[-20:]):
        return False
    return bool(
        re.fullmatch(
            rf"(?:(?:Photo|Image|Credit|Courtesy|Source)s?(?: by|:|/)? "
            rf"?)?[^:;“”\"/]{{0,50}}(?:\b(?:{_CREDIT_WORDS})\b.{{0,30}})",
            line,
        )
        or (
            re.fullmatch(r"\(?(?:[\w.'’-]+ ){1,4}?[\w.'’-]+\s?/\s?[A-Z].*", line)
            and not line.isupper()
            and all(word[0].isupper() or word in ("via", "for", "by", "and") for word in words(line))
        )
    )


def is_note(line: str) -> bool:
    """Whether a line says where the article was published before."""
    return len(line) <= 400 and bool(_NOTE.match(line))


def is_rights(line: str) -> bool:
    """Whether a line states whose rights an article is, or how old."""
    return len(line) <= 400 and bool(_RIGHTS.search(line) or _AGE.match(line))


def without_caption_marks(line: str) -> str:
    """A caption's sentence without the label before it and the credit after it; other lines as they are."""
    label = _CAPTION.match(line)
    start = label.end() if label and len(words(line)) >= 8 else 0
    credit = _CREDIT.search(line, max(0, len(line) - 200))
    return line[start : credit.start()] if credit else line[start:]
