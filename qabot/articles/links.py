"""Lines that lead elsewhere: teasers of other articles, and the titles and counters of players and galleries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from qabot.articles.lines import PARAGRAPH, ends_sentence, words

_BULLET = r"^[\W_]*"
_TEASER = re.compile(
    rf"{_BULLET}(?:related|read|watch|listen|see|more|video|photos|gallery|graphics?|slideshow|recommended|"
    r"trending|also|opinion|up next|don['’]t miss|live updates?|just for subscribers)"
    r"(?: (?:video|videos|more|also|next|article|articles|story|stories|photos|content|on this|about|from|"
    r"live|now|coverage|reading)){0,3}\s*[:|]\s*\S|"
    rf"{_BULLET}more [^:.!?]{{2,40}}: https?:",
    re.I,
)
# A label and a link that lost the space between them: "Fact check:What the law says"; a time has digits.
_GLUED = re.compile(
    rf"{_BULLET}(?P<label>[^\W_](?:(?![.!]\s)[^:;]){{1,79}}?)(?<!said)(?<!says)(?<!asked)(?<!added)(?<!wrote)"
    r"(?::+(?!(?<=\d:)\d)(?=[A-Z0-9‘'“\"$])|\?:*(?=[A-Z]))(?P<rest>\S+(?:\s+\S+){3})"
)
_SINGLE = frozenset(
    "analysis column database editorial exclusive explainer gallery graphic graphics interactive listen live map more "
    "opinion photos podcast podcasts poll quiz read related review see story timeline tracker update updates video "
    "videos watch".split()
)
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\d[/.-]\d|\b(?:{_MONTH})[a-z]*\.? \d|\d (?:[ap]\.?m\b|{_MONTH})|"
    r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|^\d{4}$",
    re.I,
)
_PHONE = re.compile(r"\b\d{3}[-.] ?\d{4}\b")
_KNOWN = re.compile(rf"{_BULLET}(?:more|related|read more|opinion|photos|video|gallery|live updates?):", re.I)
_LOUD = re.compile(rf"{_BULLET}(?P<label>[A-Z][A-Z0-9 ,’'&-]{{4,59}}): (?P<rest>\S.*)$")
_INVITES = re.compile(
    r"^(?:what|how|why|who|where|when|which|here['’]s|these|this|follow|get|see|check|sign|read|watch|listen|take|"
    r"find|meet|is|are|will|can|should|do|does|did|\d+ )\b",
    re.I,
)
_DURATION = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?:\s*[-–—|]?\s*Source: .{1,40})?$")
_PLAYER = frozenset("ad audio feedback listen loop more must muted now play playing podcast replay source video videos "
                    "watch watched".split())  # fmt: skip
_GALLERY = re.compile(
    r"\b(?:hide|show|toggle|view) captions?\b.*\b\d{1,3} (?:of|/) \d{1,3}\b|"
    rf"{_BULLET}(?:photos?|gallery|image|slide|picture)\b.*\b\d{{1,3}} (?:of|/) \d{{1,3}}\W*$|"
    r"^\W*\d{1,3} (?:of|/|-) \d{1,3}(?: of \d{1,3})?(?: photos| images| slides)?\W*$",
    re.I,
)
_LONGEST = 35  # words of a link
_CLAUSE = 7  # words of a link that tell it from a field and its value


def is_teaser(line: str, speakers: Collection[str] | None = None) -> bool:
    """Whether a line is a link to another article or a video: "Related video: ...", "Fact check:What the law says".

    Args:
        line: as it stands.
        speakers: labels before what is said in the same text (`speakers`); where they are not known, whole sentences
            after a glued label are taken for speech.
    """
    if len(words(line)) > _LONGEST or len(line) > 300:
        return False
    if _TEASER.match(line) and not _is_told(line):
        return True
    if glued := _GLUED.match(line):
        label = glued["label"]
        if _KNOWN.match(line):
            return True
        if (
            _DATE.search(label)
            or _PHONE.search(line)
            or (line.endswith((".", ".”", '."')) and (speakers is None or label in speakers))
        ):
            return False
        return len(words(label)) > 1 or label.isupper() or label.lower() in _SINGLE or len(words(line)) >= _CLAUSE
    loud = _LOUD.match(line)
    if speakers is None or not loud or loud["label"] in speakers or len(words(loud["label"])) < 2:
        return False
    return bool(_INVITES.match(loud["rest"])) and not _is_told(line)


def _is_told(line: str) -> bool:
    """Whether a line has a full stop, as what is told has and a headline has not."""
    return bool(re.search(r"\.[”\"’)]*(?:$| [A-Z“\"–—-]| https?:)", line))


def is_player(line: str) -> bool:
    """Whether a line is the title of a video or a sound with its length, or a gallery's with its counter."""
    if len(line) > 3 * PARAGRAPH:
        return False
    if _GALLERY.search(line):
        return True
    return bool(_DURATION.search(line[-70:])) and sum(word.lower() in _PLAYER for word in words(line)) >= 2


def speakers(rows: Sequence[str]) -> frozenset[str]:
    """The labels that stand before whole sentences again and again: who speaks in an interview, not links."""
    labels = Counter(
        match["label"]
        for row in rows
        if len(row) <= PARAGRAPH
        and ends_sentence(row)
        and (match := _GLUED.match(row) or _LOUD.match(row))
        and not _KNOWN.match(row)
    )
    return frozenset(label for label, count in labels.items() if count > 1)
