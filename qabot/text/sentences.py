"""The paragraphs, sentences and speeches of a text, as spans with exact offsets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qabot.text.lexicon import MONTHS, NEVER_LAST, SAYING, WEEKDAYS
from qabot.text.names import name_spans

Span = tuple[int, int]

_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")
# Quotation marks and brackets; an apostrophe inside a word is none.
_MARKS = re.compile(r"[\"“”„«»‹›()\[\]]|(?<!\w)['‘’‚]|['‘’](?!\w)")
_CLOSING = "”’»›)]"
_ATTRIBUTION = re.compile(rf"(?:(?:the\s)?[^\W\d_][\w.'’-]*\s+){{1,3}}{SAYING}\b", re.I)
_QUOTED_QUESTION = re.compile(r"[?!…]\s*[\"”’'»]\s*$")
_ABBREVIATED = re.compile(rf"(?<![\w’'-])(?:{'|'.join(NEVER_LAST)})\.\s*$")  # sentencex knows others, and not these
# Without "no.", which ends sentences too: sentencex knows "No. 7".
_COUNTED = re.compile(r"(?<![\w’'-])(?:vols?|pp?|chs?|figs?|nos|arts?|sec|sect|par|para|bldg|apt|rm|op)\.\s*$", re.I)
"""What stands before its number: "vol. 3"."""
_LOOK_BACK, _LOOK_AHEAD = 16, 120  # characters before and after a cut that tell whether it is one


def paragraph_spans(text: str) -> list[Span]:
    """Return the paragraphs of a text (separated by an empty line), trimmed of white space, as (start, end)."""
    return _between(text, [0, *(match.end() for match in _PARAGRAPH_BREAK.finditer(text)), len(text)])


def sentence_spans(text: str) -> list[Span]:
    """Return the sentences of a text, as (start, end) in characters.

    The spans are in order, do not overlap, are trimmed of white space, lie within one paragraph each, and hold every
    character that is no white space. A closing quotation mark or bracket belongs to the sentence before it; sentences
    inside a quotation are sentences too, so that a long quotation can be cited in part.
    """
    return [
        span for start, end in paragraph_spans(text) for span in _between(text, [start, *_cuts(text, start, end), end])
    ]


def _between(text: str, cuts: Sequence[int]) -> list[Span]:
    """Return the spans from each cut to the next, trimmed of white space; none that is nothing else."""
    found = []
    for start, end in itertools.pairwise(cuts):
        piece = text[start:end]
        if piece.strip():
            found.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return found


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where a new sentence begins inside the paragraph ``text[start:end]``."""
    from sentencex import get_sentence_boundaries

    # sentencex never cuts inside quotation marks or brackets, and an unclosed one misleads it: it is shown blanks.
    masked = _MARKS.sub(" ", text[start:end])
    previous = start
    worded = False  # whether there is a letter since the last cut: bare numbers and bullets are no sentence
    for boundary in get_sentence_boundaries("en", masked):
        cut = _after_closing_marks(text, masked, start, start + boundary["start_index"])
        if cut <= previous:
            continue
        worded = worded or any(map(str.isalpha, text[previous:cut]))
        if worded and _ends(text[max(start, cut - _LOOK_BACK) : cut], text[cut : min(end, cut + _LOOK_AHEAD)]):
            yield cut
            worded = False
        previous = cut


def _after_closing_marks(text: str, masked: str, start: int, cut: int) -> int:
    """Return ``cut`` moved back, so that opening marks go with the next sentence and closing ones with the last."""
    ended = cut
    while ended > start and masked[ended - start - 1].isspace():
        ended -= 1
    run = text[ended:cut]
    touching = len(run.split(maxsplit=1)[0]) if run[:1].strip() else 0
    return ended + max(touching, *(run.rfind(mark) + 1 for mark in _CLOSING))


def _ends(before: str, rest: str) -> bool:
    """True if a sentence ends between the two: after no short form, before no lower-case word, in no attribution."""
    first = next((char for char in rest if char.isalnum()), "")
    if _ABBREVIATED.search(before) or (first.isdigit() and _COUNTED.search(before)):
        return False
    if not first or first.islower():
        return False
    return not (_QUOTED_QUESTION.search(before) and _ATTRIBUTION.match(rest.lstrip()))


_SAYS = re.compile(rf"\b{SAYING}\b", re.IGNORECASE)
_PRONOUN_SAYS = re.compile(rf"\b(?:he|she|they) (?:\w+ )?{SAYING}\b|\b{SAYING} (?:he|she|they)\b", re.IGNORECASE)
_QUOTED = re.compile(r"“[^“”]*(?:”|\Z)|\"[^\"]*(?:\"|\Z)|«[^«»]*(?:»|\Z)|(?<!\w)‘.*?(?:’(?!\w)|\Z)", re.DOTALL)
_CLOSED = ("”", '"', "»", "’")


@dataclass(frozen=True)
class Speech:
    """What somebody says at a stretch, as spans of the text.

    Attributes:
        quoted: its parts, with their quotation marks.
        speaker: what tells whose words they are, outside quotation marks; empty where nothing before them does.
    """

    quoted: tuple[Span, ...]
    speaker: tuple[Span, ...]

    def meets(self, start: int, end: int) -> bool:
        """True if a part of it stands between two characters of the text."""
        return any(first < end and start < last for first, last in self.quoted)


def speeches(text: str) -> list[Speech]:
    """Return the speeches of a text, in order.

    A paragraph goes on with the speech before it where that was not closed, or where it is quoted whole. The speaker is
    told beside the words; where only "he said" stands there, it is whoever the paragraph or the last one before names.
    """
    found: list[Speech] = []
    named: tuple[Span, ...] = ()  # what named somebody last
    begun = closed = False  # whether the paragraph before has a speech, and its end
    for start, end in paragraph_spans(text):
        quoted = tuple((start + part.start(), start + part.end()) for part in _QUOTED.finditer(text[start:end]))
        outside = list(_outside(text, (start, end), quoted))
        told = tuple(span for span in outside if _SAYS.search(text[slice(*span)])) if quoted else ()
        named = told or tuple(span for span in outside if _names_somebody(text[slice(*span)])) or named
        if begun and (not outside or (not closed and quoted[:1] and quoted[0][0] == start)):
            found[-1] = Speech(found[-1].quoted + quoted, told or found[-1].speaker)
        elif quoted:
            found.append(Speech(quoted, named))
        begun = bool(quoted)
        closed = begun and len(text[slice(*quoted[-1])]) > 1 and text[quoted[-1][1] - 1] in _CLOSED
    return found


def _outside(text: str, paragraph: Span, quoted: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences of a paragraph, or their parts, outside quotation marks, but for "he said" and the like."""
    at = paragraph[0]
    for start, end in (*quoted, (paragraph[1], paragraph[1])):
        for first, last in sentence_spans(text[at:start]):
            part = text[at + first : at + last]
            if any(map(str.isalpha, part)) and not _PRONOUN_SAYS.search(part):
                yield at + first, at + last
        at = end


def _names_somebody(sentence: str) -> bool:
    return any(sentence[start:end] not in (*MONTHS, *WEEKDAYS) for start, end in name_spans(sentence))
