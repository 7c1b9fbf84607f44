"""Who speaks: the quotations of a text, which may run over paragraphs, each with what tells its speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qabot.text.lexicon import MONTHS, SAYING, WEEKDAYS
from qabot.text.names import name_spans
from qabot.text.sentences import paragraph_spans, sentence_spans

_SAYS = re.compile(rf"\b{SAYING}\b", re.IGNORECASE)
_PRONOUN_SAYS = re.compile(rf"\b(?:he|she|they) (?:\w+ )?{SAYING}\b|\b{SAYING} (?:he|she|they)\b", re.IGNORECASE)
_QUOTED = re.compile(r"“[^“”]*(?:”|\Z)|\"[^\"]*(?:\"|\Z)|«[^«»]*(?:»|\Z)|(?<!\w)‘.*?(?:’(?!\w)|\Z)", re.DOTALL)
_CLOSED = ("”", '"', "»", "’")

Span = tuple[int, int]


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
