"""Lines that lead elsewhere: teasers of other articles, and the titles and counters of players and galleries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from qabot.articles.lines import PARAGRAPH, ends_sentence, has_only_dates, words

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
_LONGEST = 35  # words of a link
_INVITING = 5  # words of an invitation that is no heading
_FIELDS = 12  # loud labels: of more a list is made
_CLAUSE = 7  # words of a link that tell it from a field and its value


def is_teaser(line: str, speakers: Collection[str] | None = None) -> bool:
    """Whether a line is a link to another article or a video: "Related video: ...", "Fact check:What the law says".

    Args:
        line: as it stands.
        speakers: labels before what is said in the same text (`speakers`); where they are not known, whole sentences
            after a glued label are taken for speech.
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
            has_only_dates(label)
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
    """Whether what follows a loud label is written as a headline is; a field has a name or a figure after it."""
    small = sum(word[0].islower() for word in words(rest))
    return bool(small and _INVITES.match(rest)) or (
        small > 1 and len(words(rest)) > _INVITING and not _FIGURE.search(rest)
    )


def _is_told(line: str) -> bool:
    """Whether a line has a full stop, as what is told has and a headline has not."""
    return bool(re.search(r"\.[”\"’)]*(?:$| [A-Z“\"–—-]| https?:)", line))


def is_player(line: str) -> bool:
    """Whether a line is the title of a video or a sound with its length, or a gallery's with its counter."""
    if len(line) > 3 * PARAGRAPH or not any(map(str.isdigit, line)):
        return False
    if _GALLERY.search(line):
        return True
    return bool(_DURATION.search(line)) and sum(word.lower() in _PLAYER for word in words(line)) >= 2


def speakers(rows: Sequence[str]) -> frozenset[str]:
    """The labels that are no links': who speaks in an interview, before whole sentences again and again, and fields."""
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
