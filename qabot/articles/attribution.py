"""Lines that name people and rights beside the article: makers of pictures, contributors, reporters' addresses."""

from __future__ import annotations

import re

from qabot.articles.lines import ends_sentence, is_sentence, words

_AGENCIES = (
    r"Getty Images|AFP|Reuters|REUTERS|EPA|EPA-EFE|Alamy|Shutterstock|iStock|Unsplash|AP Photo|Bloomberg|TASS|Xinhua|"
    r"PA Wire|PA Media|CC BY(?:[- ][A-Z]{2})*(?: \d\.\d)?|Wikimedia Commons|Handout|Courtesy"
)
_CREDIT = re.compile(
    rf"(?<=[.!?”\"])\s+(?P<credit>(?:\((?:AP|[^()]*(?:{_AGENCIES})[^()]*)\)|"
    rf"(?:Photo(?:graph)?s?(?: by)?:? )?[^.!?:;“”\"]{{0,60}}?(?:\s?/\s?[A-Z][^.!?:;“”\"]{{1,50}}|"
    rf"\b(?:{_AGENCIES})\b[^.!?:;“”\"]{{0,30}})))\s*$"
)
_CAPTION = re.compile(r"^(?:(?:image |photo |picture )?caption\s*[:,]|(?:image|photo|picture)\s*:)\s+", re.I)
_WORK = r"(?:article|story|piece|column|essay|commentary|post|report|analysis|interview|review|list|fact.?check)"
_NOTE = re.compile(
    rf"^\W*(?:editor['’]s note:? )?(?:(?:an? |the )?(?:[\w-]+ )?version of )?(?:this|the) (?:[\w-]+ )?{_WORK}\b"
    r"[^.]{0,40}?\b(?:was|is|has been|first|originally|also|appeared|appears)\b[^.]{0,40}?"
    r"\b(?:published|republished|appeared|appears|reprinted|reproduced|syndicated|cross-posted|newsletter)\b",
    re.I,
)
_AGE = re.compile(r"^\W*this (?:article|story) is (?:more than |over |about )?[\w ]{1,20} old\W*$", re.I)
_RIGHTS = re.compile(
    r"^\W*(?:©|\(c\)|copyright\b.{0,60}\b(?:19|20)\d\d|all rights reserved\b)|"
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
_HANDLE = r"(?:[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w{2,})"
_ADDRESS = rf"(?:{_HANDLE}|\bon (?i:twitter|facebook|instagram|linkedin|x|threads|tiktok|bluesky)\b)"
_BARE_ADDRESS = re.compile(
    rf"^\W*(?:(?:e-?mail|twitter|contact|instagram|facebook|x|tel|phone)\s*:?\s*)?{_HANDLE}"
    rf"(?:\W+(?:(?:and|or|on|twitter|e-?mail)\W+)*{_HANDLE})*\W*$",
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
_SENTENCE_GAP = re.compile(r"(?<=[.!?])[”\"’')]*\s+(?=[A-Z(])")


def is_credit(line: str) -> bool:
    """Whether a line names the maker of a picture and no more: "Ann Lee/Agency/Getty Images"."""
    if len(line) > 100 or ends_sentence(line):
        return False
    return bool(
        re.fullmatch(
            rf"(?:(?:Photo|Image|Credit|Courtesy|Source)s?(?: by|:|/)? "
            rf"?)?[^:;“”\"/]{{0,50}}(?:\b(?:{_AGENCIES})\b.{{0,30}})",
            line,
        )
        or (
            re.fullmatch(r"\(?(?:[\w.'’-]+ ){1,4}?[\w.'’-]+\s?/\s?[A-Z].*", line)
            and not line.isupper()
            and all(word[0].isupper() or word in ("via", "for", "by", "and") for word in words(line))
        )
    )


def is_contributor(line: str) -> bool:
    """Whether a line says who helped to write the article: "Contributing: Ann Lee", "Bo Li contributed reporting."."""
    if len(line) > 600:
        return False
    if (
        _CONTRIBUTING.match(line)
        and len(words(line)) <= 60
        and (not is_sentence(line.rstrip(".)")) or is_contact(line))
    ):
        return _names_people(_SENTENCE_GAP.split(line)[0])
    told = _CONTRIBUTED.search(line)
    return bool(told) and len(_SENTENCE_GAP.split(line)) == 1 and _names_people(line[: told.start()] if told else "")


def _names_people(text: str) -> bool:
    """Whether most of a text's words begin with a capital."""
    found = [word for word in words(text)[-60:] if word not in _SMALL]
    return 2 * sum(word[0].isupper() for word in found) > len(found) if found else False


def is_contact(line: str) -> bool:
    """Whether a line says how to reach the reporter, and little else."""
    if len(line) > 400:
        return False
    if _BARE_ADDRESS.match(line):
        return True
    line = _INITIAL.sub(r"\1", line)
    if not (_CONTACT.search(line) or _REACHED.search(line)):
        return False
    total = there = 0
    for sentence in _SENTENCE_GAP.split(line):
        size = len(words(sentence))
        total += size
        if _CONTACT.match(sentence) or _REACHED.search(sentence):
            there += size
    return 2 * there > total


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
