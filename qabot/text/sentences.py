"""Sentences as spans of a text, with exact offsets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from qabot.text.lexicon import NEVER_LAST, SAYING

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


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Return the paragraphs of a text (separated by an empty line), trimmed of white space, as (start, end)."""
    cuts = [0, *(match.end() for match in _PARAGRAPH_BREAK.finditer(text)), len(text)]
    spans = (_trimmed(text, start, end) for start, end in itertools.pairwise(cuts))
    return [span for span in spans if span[0] < span[1]]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text, as (start, end) in characters.

    The spans are in order, do not overlap, are trimmed of white space, lie within one paragraph each, and hold every
    character that is no white space. A closing quotation mark or bracket belongs to the sentence before it; sentences
    inside a quotation are sentences too, so that a long quotation can be cited in part.
    """
    return [span for start, end in paragraph_spans(text) for span in _in_paragraph(text, start, end)]


def _in_paragraph(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [start, *_cuts(text, start, end), end]
    for first, last in itertools.pairwise(cuts):
        span = _trimmed(text, first, last)
        if span[0] < span[1]:
            yield span


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


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
