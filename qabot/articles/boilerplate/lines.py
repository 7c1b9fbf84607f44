"""Kinds of lines of a page, told by their shape and words: prose, heading, item, label, form, date, link, player.

Where it stands is the business of `qabot.articles.boilerplate.position`. Every rule is about a kind of line; none names
a site or a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from qabot.text.lexicon import MONTHS, WEEKDAYS

PARAGRAPH = 1000
"""Characters: in longer lines no pattern is looked for, no label or appeal is that long."""
CACHED = 1024
"""Lines whose words are kept: each is asked about several times in a row."""
_KEPT = 10_000
"""Characters of such a line: of longer ones only the last is kept, as their words may take a gigabyte together."""
# Words that buttons, menus and form fields are made of. A label has at least one and otherwise only ``_LINKING`` words.
_INTERFACE = frozenset(
    "ad ads advert advertisement advertisements advertising advertorial anchor articles audio autoplay bookmark "
    "bookmarks breadcrumb browser button captcha checkbox click comment commenting comments contact contents cookie "
    "cookies copy disclaimer disqus donate download e-mail email events facebook faq favourite favorites feedback "
    "flipboard follow forum forums gallery homepage inbox instagram leave link linkedin links log login logout menu "
    "mailing messenger navigation newsletter newsletters notifications page password paywall pdf permalink "
    "permissions pinterest player playlist podcast pop-up popular popup powered preferences print privacy promoted "
    "quiz read recommended reddit refresh register related replies reply reprints rss save scroll search settings "
    "share shares sharing sidebar sign signup sitemap skip slideshow snapchat sponsored storify stumbleupon subscribe "
    "subscriber subscribers subscription submit tags telegram terms tiktok toggle topics top transcript trending "
    "tumblr tweet twitter unsubscribe upcoming username video videos viewed watch whatsapp widget youtube x".split()
)
_LINKING = frozenset(
    "a about add ago all an and are article at back be buffer by cancel caption clipboard close closed content daily "
    "do edit editor editors email expand features filed flag for free from full get go google hide hours how i image "
    "images in into is it join just larger latest list live load loading main me min minute minutes mix more most my "
    "new news next no now of off on one online open opens or our out part photo photos picture picks pin play please "
    "post posts previous print problem report see section send shared show site sites smaller start stop stories "
    "story switch tag text the this to today under up us use version view views via web website weekly wire window "
    "with you your".split()
)
_LIST_LABEL = re.compile(
    r"\b(?:related|recommended|trending|popular|viewed|upcoming|sponsored|promoted|topics|tags)\b|"
    r"\bmost (?:read|commented|shared|watched)\b",
    re.I,
)
_MORE_FROM = re.compile(
    r"\W*(?:more (?:from|on|in) .{2,40}|(?:most|latest) (?:read|news|stories|videos)\b.{0,30}|read next|"
    r"tags?:? .{2,60}|(?:related|recommended|trending) .{2,40}|(?:editors?['’]?s?|staff|our) picks)\W*",
    re.I,
)
_COMMENTS = re.compile(r"\b(?:comment|comments|commenting|disqus|reply|replies)\b", re.I)
_COMMENTS_ON = re.compile(
    r"^\W*(?:\d[\d,]* (?:comments?|responses?|repl(?:y|ies)|thoughts)\b.{0,20}(?:\b(?:on|to)\b.*)?|"
    r"(?:leave|post|write|add) (?:a|your) (?:comment|reply|response)\b.{0,30}|comments are (?:now )?closed\W*|"
    r"join the (?:conversation|discussion)\W*)$",
    re.I,
)
_SAYS = re.compile(r"^.{2,40}(?: on .{8,40})? (?:says|said|wrote)\s*:$")
_FORM = re.compile(
    r"\b(?:how relevant|rate) (?:is|was)? ?this ad\b|\brequired fields\b|\be-?mail address will not be published\b|"
    r"^(?:your )?(?:name|e-?mail(?: address)?|website|comment)\s*\*?:?$|"
    r"^\W*(?:story|article|text|post) continues\b[^.!?]{0,60}\W*$",
    re.I,
)
# Chinese, Japanese and Korean are written without spaces: each character counts as a word there.
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_IDEOGRAPH}]|(?:(?![{_IDEOGRAPH}])[^\W_])+(?:['’-](?:(?![{_IDEOGRAPH}])[^\W_])+)*")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][”\"’')\]*]*$")
_ITEM = re.compile(r"^(?:[•·▪‣*–—♦■-]|\(?\d{1,3}[.)](?!\d))\s*\S")
_CALENDAR = {part.lower() for name in (*MONTHS, *WEEKDAYS) for part in (name, name[:3])} | {"sept", "tues", "thurs"}
_DATING = frozenset(
    "am pm a m p at on of and the gmt utc bst est edt et pst pdt pt cst cdt cet posted published updated last first "
    "modified date st nd rd th".split()
)
_DATE_PART = re.compile(r"[^\W\d_]+|\d+")
_AGO = re.compile(
    r"^\W*(?:\d+ ?(?:[smhdwy]|min|mins|minutes?|hrs?|hours?|days?|weeks?|months?) ago|just now)\W*$", re.I
)

_BULLET = r"^[\W_]*"
_TEASER = re.compile(
    rf"{_BULLET}(?:related|read|watch|listen|see|more|video|photos|gallery|graphics?|slideshow|recommended|"
    r"trending|also|opinion|up next|don['’]t miss|live updates?|just for subscribers)"
    r"(?: (?:video|videos|more|also|next|article|articles|story|stories|photos|content|on this|about|from|"
    r"live|now|coverage|reading)){0,3}\s*[:|]\s*\S|"
    rf"{_BULLET}(?:more [^:.!?]{{2,40}}: https?:|also (?:read|watch|see|listen)\s*:\s*\S)",
    re.I,
)
# A label and a link that lost the space between them: "Fact check:What the law says"; a time has digits.
_GLUED = re.compile(
    rf"{_BULLET}(?P<label>[^\W_](?:(?!(?<![A-Z][a-z])(?<![A-Z][a-z][a-z])[.!]\s)[^:;]){{1,79}}?)"
    r"(?<!said)(?<!says)(?<!asked)(?<!added)(?<!wrote)"
    r"(?::+(?!(?<=\d:)\d)(?=[A-Z0-9‘'“\"$])|\?:*(?=[A-Z]))(?P<rest>\S+(?:\s+\S+){3})"
)
_SINGLE = frozenset(
    "analysis column database editorial exclusive explainer gallery graphic graphics interactive listen live map more "
    "opinion photos podcast podcasts poll quiz read related review see story timeline tracker update updates video "
    "videos watch".split()
)
_FIELD = re.compile(r"\b\d{3}[-.] ?\d{4}\b|\b\d{1,2} ?[ap]\.?m\b", re.I)  # a telephone number, opening hours
_KNOWN = re.compile(rf"{_BULLET}(?:more|related|read more|opinion|photos|video|gallery|live updates?):", re.I)
_LOUD = re.compile(rf"{_BULLET}(?P<label>[A-Z][A-Z0-9 ,’'&-]{{3,59}}): (?P<rest>\S.*)$")
_INVITES = re.compile(
    r"^(?:what|how|why|who|where|when|which|here['’]s|these|this|follow|get|see|check|sign|read|watch|listen|take|"
    r"find|meet|is|are|will|can|should|do|does|did|\d+ )\b",
    re.I,
)
_FIGURE = re.compile(r"[$£€]\d|\d,(?!\d)|@")
_DURATION = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?:\s*[-–—|]?\s*Source: .{1,40}|$)")
_PLAYER = frozenset("ad audio feedback listen loop more must muted now play playing podcast replay source video videos "
                    "watch watched".split())  # fmt: skip
# "Read the full list", "READ MORE ON HARBOURS:": what to do, without a sentence's full stop.
_INVITATION = re.compile(
    rf"{_BULLET}(?:(?:see|read|watch|listen to) (?:how|what|why|who|where|when|which|more|photos|our|here|"
    r"the (?:full|video|photos?|moment|list|rest))\b|photos of [^.!?]*:$|"
    r"(?-i:(?:SEE|READ|WATCH|LISTEN|PHOTOS)\b[A-Z0-9 ,'’&-]*:$|LISTEN TO OUR\b.*))",
    re.I,
)
_ARROW = re.compile(r"^\W*[►▶▸→»]\W*(?P<rest>[^\W_].*)$")
_GALLERY = re.compile(
    r"\b(?:hide|show|toggle|view) captions?\b.*\b\d{1,3} (?:of|/) \d{1,3}\b|"
    rf"{_BULLET}(?:photos?|gallery|image|slide|picture)\b.*\b\d{{1,3}} (?:of|/) \d{{1,3}}\W*$|"
    r"^\W*\d{1,3} (?:of|/|-) \d{1,3}(?: of \d{1,3})?(?: photos| images| slides)?\W*$",
    re.I,
)
_LONGEST = 35  # words of a link to another article
_INVITING = 5  # words of an invitation; a shorter line is a heading
_FIELDS = 12  # labels in capitals; where there are more, they are the fields of a list
_CLAUSE = 7  # words: a line of so many is a link, not a field and its value


def words(line: str) -> tuple[str, ...]:
    """Return the words of a line."""
    return _words(line) if len(line) <= _KEPT else _many_words(line)


@lru_cache(CACHED)
def _words(line: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(line))


_many_words = lru_cache(1)(_words.__wrapped__)


def is_sentence(line: str) -> bool:
    """True if a line ends as a sentence does and is long enough for one."""
    return ends_sentence(line) and len(words(line)) >= 3


def ends_sentence(line: str) -> bool:
    """True if a line's last mark is a full stop, a question or an exclamation mark."""
    return bool(_SENTENCE_END.search(line[-20:]))


def is_prose(line: str) -> bool:
    """True if a line reads like a paragraph: a sentence of some length, or more than one."""
    return len(words(line)) >= 8 and (
        is_sentence(line) or line.endswith((":", ",", ";", "—")) or len(words(line)) >= 35
    )


def is_question(line: str) -> bool:
    """True if a line is one short question or exclamation and nothing more, as titles may be."""
    return len(words(line)) <= 25 and bool(re.fullmatch(r"[^.!?]*[!?][’”'\"]?", line))


def is_item(line: str) -> bool:
    """True if a line is an item of a list: with a bullet, a number, or a field and its value."""
    return has_bullet(line) or ": " in line


def has_bullet(line: str) -> bool:
    """True if a line begins with a bullet or a number."""
    return bool(_ITEM.match(line))


def is_label(line: str) -> bool:
    """True if a line is made of interface words only: "Back to top", "Add a comment", "Share on Facebook"."""
    if len(line) > 60 or ends_sentence(line.rstrip("….>")) or is_item(line):
        return False
    found = [word.lower() for word in words(line)]
    return (
        0 < len(found) <= 10
        and any(w in _INTERFACE for w in found)
        and all(w in _INTERFACE or w in _LINKING or w.isdigit() for w in found)
    )


def is_comment_label(line: str) -> bool:
    """True if a line opens a comment section: after it the article does not go on."""
    return len(line) <= 200 and (
        (is_label(line) and bool(_COMMENTS.search(line))) or (bool(_COMMENTS_ON.match(line)) or is_commenter(line))
    )


def is_commenter(line: str) -> bool:
    """True if a line names who wrote the comment under it."""
    return len(line) <= 100 and bool(_SAYS.match(line))


def is_list_label(line: str) -> bool:
    """True if a label opens a list of links to other articles."""
    if len(line) > 80 or is_sentence(line):
        return False
    return (is_label(line) and bool(_LIST_LABEL.search(line))) or bool(_MORE_FROM.fullmatch(line))


def is_age(line: str) -> bool:
    """True if a line says how old a story is: "5 hours ago"."""
    return len(line) <= 30 and bool(_AGO.match(line))


def _has_only_dates(line: str) -> bool:
    """True if a line consists of figures and of words that stand in dates: "March 17", "2004-2007"."""
    if len(line) > 80 or not any(map(str.isdigit, line)):
        return False
    parts = (part.lower() for part in _DATE_PART.findall(line))
    return all(part.isdigit() or part in _DATING or part in _CALENDAR for part in parts)


def _is_widget(line: str) -> bool:
    """True if a line without a sentence's end is dense with interface words: a player's options, an ad survey."""
    if len(line) > PARAGRAPH or is_sentence(line):
        return False
    found = [word.lower() for word in words(line)]
    hits = sum(word in _INTERFACE or word in ("loading", "loaded", "load") for word in found)
    return hits >= 4 and hits >= 0.2 * len(found)


def is_form(line: str) -> bool:
    """True if a line is part of a form, or asks for an opinion of an advertisement."""
    return len(line) <= PARAGRAPH and bool(_FORM.search(line) or _is_widget(line))


def is_teaser(line: str, speakers: Collection[str] | None = None) -> bool:
    """True if a line is a link to another article or a video: "Related video: ...", "Fact check:What the law says".

    Where the labels of the page that belong to no link (`speakers`) are not known, a sentence after a label without a
    space is taken for speech.
    """
    if not 1 < len(words(line)) <= _LONGEST or len(line) > 300:
        return False
    if _TEASER.match(line) and not _is_told(line):
        return True
    if _ARROW.match(line) and not ends_sentence(line):
        return len(words(line)) >= _INVITING
    if glued := _GLUED.match(line):
        label = glued["label"]
        if _KNOWN.match(line):
            return True
        if (
            _has_only_dates(label)
            or _FIELD.search(line)
            or (line.endswith((".", ".”", '."')) and (speakers is None or label in speakers))
        ):
            return False
        return len(words(label)) > 1 or label.isupper() or label.lower() in _SINGLE or len(words(line)) >= _CLAUSE
    if ends_sentence(line.rstrip(":>")):
        return False
    if _INVITATION.match(line):
        return len(words(line)) >= _INVITING or line.isupper()
    loud = _LOUD.match(line)
    return bool(loud and speakers is not None and loud["label"] not in speakers and _is_headline(loud["rest"]))


def _is_headline(rest: str) -> bool:
    """True if what follows a label in capitals reads like a headline, not like the value of a field."""
    small = sum(word[0].islower() for word in words(rest))
    return bool(small and _INVITES.match(rest)) or (
        small > 1 and len(words(rest)) > _INVITING and not _FIGURE.search(rest)
    )


def _is_told(line: str) -> bool:
    """True if a line has a full stop, which sentences have and headlines have not."""
    return bool(re.search(r"\.[”\"’)]*(?:$| [A-Z“\"–—-]| https?:)", line))


def is_player(line: str) -> bool:
    """True if a line is the title of a video or a recording with its length, or of a gallery with its counter."""
    if len(line) > 3 * PARAGRAPH or not any(map(str.isdigit, line)):
        return False
    if _GALLERY.search(line):
        return True
    return bool(_DURATION.search(line)) and sum(word.lower() in _PLAYER for word in words(line)) >= 2


def speakers(rows: Sequence[str]) -> frozenset[str]:
    """Return the labels that belong to no link: an interview's speakers, repeated before sentences, and fields."""
    told: Counter[str] = Counter()
    loud: list[str] = []
    for row in rows:
        if len(row) > PARAGRAPH or _KNOWN.match(row):
            continue
        if match := _LOUD.match(row):
            loud.append(match["label"])
        match = match or _GLUED.match(row)
        if match and ends_sentence(row):
            told[match["label"]] += 1
    found = {label for label, count in told.items() if count > 1}
    return frozenset(found.union(loud) if len(loud) > _FIELDS else found)
