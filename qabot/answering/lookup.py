"""Looking up what the structure of a passage tells: which cell of a table is asked for, and who said what is quoted.

The reader knows that a table or a speech answers, but neither in which row nor who speaks where that stands paragraphs
before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from qabot.answering.answer import Evidence
from qabot.answering.query import Kind, Question
from qabot.articles.tables import cells_of
from qabot.models.reader import NOTHING_READ, PassageReading, Reading, log_odds
from qabot.text.annotate import Sentence
from qabot.text.lexicon import SAYING
from qabot.text.names import as_written
from qabot.text.sentences import speeches
from qabot.text.terms import terms_of
from qabot.text.tokens import content_stems, fold, words

_HALF = 0.5
"""A head is named by this share of its words, and a sentence is spoken of by this share of a question's."""
_SURE = 0.9
"""How likely it is that a place answers of which all is named; where it is a part, that share of it."""
_NO_CELL = frozenset({Kind.YES_NO, Kind.REASON, Kind.DIGEST})
_WHO_SAID = re.compile(rf"\bwho (?:(?:has|had|first) )?{SAYING}\b(?: us| reporters)?(?: that)?", re.IGNORECASE)

Named = tuple[float, int]
"""The share of its content words by which something is named, and how many these are."""


class Found(NamedTuple):
    """A place of a passage, in characters of it; the sentence said there, where who said it is asked for."""

    named: Named
    reading: Reading
    said: Sentence | None = None


def look_up(question: Question, wording: str, piece: Evidence, read: PassageReading) -> Found | None:
    """Return where a passage answers by its structure, as surely as the reader finds any answer in it, or surer.

    None where that is told by no structure, or not by one place only, or where the passage and its article's title lack
    a name or a number of the question. ``wording`` is the question with its names as the passage writes them.
    """
    said = _WHO_SAID.search(wording) if question.kind is Kind.PERSON else None
    found = list(_speakers(wording[said.end() :], piece, read) if said else _cells(question, piece))
    best = [each for each in found if each.named == max(each.named for each in found)]
    if len(best) != 1 or best[0].reading is NOTHING_READ:
        return None
    if terms_of(wording).missing_in(terms_of(piece.headed)):
        return None
    ((share, _), place, _) = best[0]
    score = max(read.within(0, len(piece.text)).score, log_odds(_SURE * share))
    return best[0]._replace(reading=Reading(score, place.start, place.end))


def _cells(question: Question, piece: Evidence) -> Iterator[Found]:
    """Yield the cells whose row and column a question names, or of rows of which it names a cell the head asked for."""
    if question.kind in _NO_CELL:
        return
    wording = as_written(question.text, piece.headed)  # a day may be the head of a row
    asked = {fold(word) for word in words(wording)}.union(content_stems(wording))
    for sentence in piece.sentences:
        for cell in (cells := cells_of(sentence.text))[1:]:
            key, answer = cells[0], cell
            if by_cell := bool(question.focus.intersection(content_stems(key.head))):  # "which party": it stands first
                key, answer = answer, key
            (row, count), (column, more) = _named(sentence.text[key.start : key.end], asked), _named(cell.head, asked)
            if row >= _HALF and (by_cell or column >= _HALF):
                place = Reading(0.0, sentence.start + answer.start, sentence.start + answer.end)
                yield Found(((row + column) / 2, count + more), place)


def _named(text: str, asked: set[str]) -> Named:
    """Return how a question names a head; by half, where it has no content words and all of its others are there."""
    stems = content_stems(text)
    if not stems:
        return _HALF * bool(text and asked.issuperset(map(fold, words(text)))), 0
    count = sum(stem in asked for stem in stems)
    return count / len(stems), count


def _speakers(told: str, piece: Evidence, read: PassageReading) -> Iterator[Found]:
    """Yield what names the speakers of the sentences that a question may tell; nothing, of one that is not quoted."""
    asked = frozenset(content_stems(told))
    spoken = speeches(piece.text)
    for said in piece.sentences:
        count = len(asked & said.stems)
        if count and count >= _HALF * len(asked):
            speaker = next((speech.speaker for speech in spoken if speech.meets(said.start, said.end)), ())
            readings = [read.within(*span) for span in speaker]
            best = max(readings, key=lambda reading: reading.score, default=NOTHING_READ)
            yield Found((count / len(asked), count), best, None if said.start <= best.start < said.end else said)
