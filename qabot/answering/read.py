"""Reading: what the reader makes of the sentences of the evidence, and what else speaks for their answering.

The reader knows that a table or a speech answers, but neither in which row nor who speaks where that stands paragraphs
before: that is looked up.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import NamedTuple

from qabot.answering.answer import Evidence
from qabot.answering.draft import Quote
from qabot.answering.query import Kind, Question
from qabot.answering.rank import Candidate, Features, Trained, probability_of
from qabot.answering.short_answer import has_form
from qabot.articles.tables import cells_of
from qabot.models.reader import NOTHING_READ, Judgement, PassageReading, ReaderPassage, Reading, heading, log_odds
from qabot.text.annotate import Sentence
from qabot.text.corrections import end_of, holds
from qabot.text.dates.expressions import TimeConstraint, time_constraint, time_expressions, time_fit
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import TimeExpression
from qabot.text.lexicon import AUXILIARIES, LOOSE_MONTH, SAYING, SEASONS, WEEKDAYS
from qabot.text.names import as_written
from qabot.text.sentences import speeches
from qabot.text.terms import terms_of
from qabot.text.tokens import content_stems, fold, words

READ = 12
"""So many passages are read at a time at most."""
JUDGED = 4
"""For a question of yes or no, so many of the most probable sentences are judged."""
_LEADS_TO_TIME = re.compile(r"(?:\b(?:in|on|by|at|during|of|from|since|until|for|the|as|back)\s+)+$", re.IGNORECASE)
_BEHIND_A_TIME = re.compile(
    r"\s*(?:$|[?!.,;:)]|(?:about|after|against|and|at|before|but|by|during|for|from|in|on|or|over|than|to|with)\b)",
    re.IGNORECASE,
)
"""Behind a time that stands for itself, and is not a word of what follows: "in 2022 by whom", not "the 2022 race"."""
_LOOSE = re.compile(r"^[\s,]+|(?<=,)[\s,]+(?=,)|,(?=\s*,)")
_BOUND = re.compile(r"\b(?:before|after|since|until|till|by)\s+(?:the\s+)?$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d")
_ANY_DAY = "2000-06-15"
_NAMED_TIME = re.compile(rf"\b(?:{'|'.join((LOOSE_MONTH, *WEEKDAYS, *SEASONS))})\b", re.IGNORECASE)
"""A month, a day of the week or a season, which the reader finds in a text."""
_BETWEEN = 2
"""Characters between two sentences that stand beside each other at most: a blank, or a line's end and an empty one."""
FARTHEST = 10.0
"""The reader's log-odds are clipped there."""


class Readings:
    """A question, and what was read for it so far: no passage is read twice, unless more is known to be taken back.

    Retrieval reads many passages to rank them, and the answer is looked for in the best of them: what it needs beyond
    what was read then is read when it asks.

    Attributes:
        question: analysed, as it stands alone.
        as_of: the day that counts as today, where somebody said so.
        trained: the reader that reads, and how far what it says is to be trusted.
    """

    def __init__(self, question: Question, as_of: date | None, trained: Trained) -> None:
        self.question, self.as_of, self.trained = question, as_of, trained
        self._time = time_constraint(question.text, as_of or date.today())
        self._read: dict[_Known, list[_Read]] = {}
        self._judgements: dict[tuple[str, str], Judgement] = {}

    def candidates(self, evidence: Sequence[Evidence]) -> list[Candidate]:
        """Return the sentences of the first passages as candidates, the likeliest first.

        How rare a word is among the sentences of all passages tells how much it counts.
        """
        weights = rarity(self.question.stems, [each.stems for piece in evidence for each in piece.sentences])
        chosen = evidence[:READ]
        self._read_passages([piece for piece in chosen if _known(piece) not in self._read])
        asked = self.asked_time(evidence)
        found = [self._candidate(read, piece, weights, asked) for piece in chosen for read in self._read[_known(piece)]]
        found.sort(key=lambda each: -each.probability)  # the equally likely stay in the passages' order
        return self._judged(found) if self.question.kind is Kind.YES_NO else found

    def asked_time(self, evidence: Sequence[Evidence]) -> TimeConstraint | None:
        """Return the time that the question asks about; None where it speaks of none.

        "Last year" is counted from today. Where nobody said what counts as today, and no passage is of the time that
        this gives, whoever asks an older collection means the days of its articles: each is then read as of its own
        day, and the answer is to name that day (``as_told``).
        """
        time = self._time
        if time and time.relative and not self.as_of and not _is_told(time.period, evidence):
            dated = time_constraint(self.question.text)  # only what the calendar dates
            return replace(dated or TimeConstraint(), as_told=True)
        return time

    def _candidate(
        self, read: _Read, piece: Evidence, weights: Mapping[str, float], asked: TimeConstraint | None
    ) -> Candidate:
        features = Features(
            reader=max(-FARTHEST, min(FARTHEST, read.reading.score)),
            similarity=piece.similarity,
            context=share_of(weights, read.context),
            form=float(has_form(self.question, read.sentence.text, read.reading)),
            time=time_fit(asked, read.sentence.stated, parse_period(piece.published)),
        )
        said = Quote.of(piece, read.said) if read.said else None
        probability = probability_of(features, self.trained.calibration.sentence)
        return Candidate(self.question, piece, read.sentence, read.reading, features, probability, said)

    def _judged(self, found: Sequence[Candidate]) -> list[Candidate]:
        """Return candidates, the first of them with their judgements; a sentence and its reprints have one."""
        probable: list[Candidate] = []
        for each in found:
            known = any(_is_beside(each, other) or _printed(each) == _printed(other) for other in probable)
            if len(probable) < JUDGED and not known:
                probable.append(each)
        new = [each for each in probable if _printed(each) not in self._judgements]
        yes = self.trained.calibration.yes
        asked = [asked_of(self.question.text, each.evidence) for each in new]
        for wording in dict.fromkeys(asked):
            some = [each for each, other in zip(new, asked, strict=True) if other == wording]
            judged = self.trained.reader.judge(wording, [each.judged_in for each in some])
            for each, judgement in zip(some, judged, strict=True):
                told_so = with_denials(self.question, each.text, judgement.leaning_to_yes(yes))
                self._judgements[_printed(each)] = told_so
        return [replace(each, judgement=self._judgements.get(_printed(each))) for each in found]

    def _read_passages(self, pieces: Sequence[Evidence]) -> None:
        """Read passages for the question, each asked with its names as that passage writes them."""
        asked = [as_written(asked_of(self.question.text, piece), piece.headed) for piece in pieces]
        for wording in dict.fromkeys(asked):
            some = [piece for piece, each in zip(pieces, asked, strict=True) if each == wording]
            passages = [
                ReaderPassage(piece.text, heading(piece.title, piece.published), piece.before) for piece in some
            ]
            told = self.question.stems.difference(content_stems(wording))  # what the passage tells in other letters
            for piece, read in zip(some, self.trained.reader.read(wording, passages), strict=True):
                found = look_up(self.question, wording, piece, read)
                self._read[_known(piece)] = list(_sentences_of(piece, read, found, told))


_ANY = re.compile(r"\bany(?:one|body|thing)?\b", re.IGNORECASE)
_NONE = re.compile(
    r"\b(?:nobody|no[ -]one|nothing|none)\b(?:(?! (?:but|although|though|while)\b)[^,;:.])*", re.IGNORECASE
)
_DENIES = re.compile(r"\bden(?:y|ies|ied|ying)\b", re.IGNORECASE)


def with_denials(question: Question, sentence: str, judgement: Judgement) -> Judgement:
    """Return a judgement with what small readers overlook: a "nobody" where any is asked for, and a denial of it.

    What nobody did is a no; what somebody denies is left open, and so is what stands beside another "nothing".
    """
    likelier, other = max(judgement.supported, judgement.refuted), min(judgement.supported, judgement.refuted)
    left_open = Judgement(supported=0.0, refuted=0.0, neither=1.0)
    if _ANY.search(question.text) and (none := _NONE.search(sentence)):
        if question.stems.intersection(content_stems(none[0])):
            return Judgement(other, likelier, judgement.neither)
        beside = content_stems(f"{sentence[: none.start()]} {sentence[none.end() :]}")
        return judgement if question.stems.intersection(beside) else left_open
    denial = None if _DENIES.search(question.text) else _DENIES.search(sentence)
    return left_open if denial and question.stems.intersection(content_stems(sentence[denial.end() :])) else judgement


def asked_of(question: str, piece: Evidence) -> str:
    """Return a question as a passage is asked it: without the times that it cannot tell.

    The reader doesn't know today, so not what "last year" is; and an article without a day doesn't tell of which year
    it speaks, unless its text does. `Features.time` says how well a sentence fits them.
    """
    told = untold_times(question, piece)
    kept, end = "", 0
    for time in time_expressions(question, _ANY_DAY):
        relative = time.anchor == "published" and not _NAMED_TIME.search(time.text)
        if (relative or time in told) and (start := _start_with_lead(question, time)) is not None:
            kept += question[end:start]
            end = time.end
    if not end:
        return question
    left = " ".join(_LOOSE.sub(" ", kept + question[end:]).split())
    return left.replace(" ?", "?").replace(" ,", ",")


def untold_times(question: str, piece: Evidence) -> list[TimeExpression]:
    """Return the time that a question names by its year, where neither a passage nor its article's day tells of one.

    Of several ("between 1918 and 1922"), or of a bound ("before 1918"), none is returned.
    """
    dated = [e for e in time_expressions(question, _ANY_DAY) if e.anchor == "calendar" and _YEAR.search(e.text)]
    if piece.published or len(dated) != 1 or any(year in piece.headed for year in _YEAR.findall(dated[0].text)):
        return []
    before = question[: dated[0].start]
    return dated if before and not _BOUND.search(before) else []


def _start_with_lead(question: str, time: TimeExpression) -> int | None:
    """Return from where on a time, with what leads to it, is left out of a question; None where it is to stay.

    Of "the 2022 race" only the year goes; "the last year of the war" and "the Today programme" tell no such time.
    """
    before, behind = question[: time.start], question[time.end :]
    lead = _LEADS_TO_TIME.search(before)
    if behind[:1] in ("'", "’") or behind.startswith(" of "):
        return None
    alone = _BEHIND_A_TIME.match(behind) is not None
    if time.anchor == "published":
        named = before and time.text[0].isupper()
        leads = lead is not None and lead[0].strip().casefold() != "the"
        if named or (lead and not leads) or not (alone or leads):
            return None
        return lead.start() if lead else time.start
    return lead.start() if lead and (alone or not lead[0].rstrip().endswith("the")) else time.start


_Known = tuple[tuple[str, int, int], frozenset[str]]


def _known(piece: Evidence) -> _Known:
    """Return what a passage was read by: a correction may be found only when it has been read."""
    return piece.place, piece.withdrawn


def _printed(candidate: Candidate) -> tuple[str, str]:
    """Return what a sentence and its reprints have in common: their origin and the words."""
    return candidate.evidence.origin, " ".join(candidate.text.split())


def _is_beside(candidate: Candidate, other: Candidate) -> bool:
    """True if two sentences stand beside each other: what is judged of the one with its neighbours is of the other."""
    mine, others = candidate.quote, other.quote
    apart = max(mine.start - others.end, others.start - mine.end)
    return candidate.evidence.article_id == other.evidence.article_id and apart <= _BETWEEN


@dataclass(frozen=True)
class _Read:
    """A sentence of a passage that was read for a question: what is known of it whatever it is read beside.

    ``context`` are its stems with those of the words before it and of its article's title; ``said`` is the sentence of
    which it names the speaker, where that is asked for.
    """

    sentence: Sentence
    context: frozenset[str]
    reading: Reading
    said: Sentence | None


def _sentences_of(
    piece: Evidence, reading: PassageReading, found: Found | None, known: frozenset[str]
) -> Iterator[_Read]:
    """Yield the sentences of a passage but for those that only tell what was said before, and is wrong.

    Of one that also tells what is right, that part answers. One that ends with a colon is taken with what it
    introduces. ``known`` are stems that all of them are about. Where something was looked up in the passage, nothing
    else there answers.
    """
    known = known.union(content_stems(piece.title or ""))
    begun: list[Sentence] = []
    parts = piece.standing
    for at, (sentence, (first, last)) in enumerate(parts, 1):
        if first == last:
            continue
        begun.append(sentence)
        if not sentence.text.endswith(":") or at == len(parts) or parts[at][1] == (0, 0):
            whole = as_one(piece.text, begun)
            known |= whole.stems
            here = found if found and whole.start <= found.reading.start < whole.end else None
            stands = sentence.start + first if first else whole.start
            best = here.reading if here else reading.within(stands, whole.end)
            if stands > whole.start and not here:  # what it takes back shows as well that the sentence answers
                best = replace(best, score=reading.within(whole.start, whole.end).score)
            if wrong_end := end_of(piece.text[best.start : best.end], piece.withdrawn):
                other = reading.within(best.start + wrong_end, whole.end)  # "not on 4 May but on 18 May"
                best = other if any(t.start < other.end and other.start < t.end for t in whole.times) else best
            wrong = (found and not here) or holds(piece.text[best.start : best.end], piece.withdrawn)
            read = Reading(-math.inf if wrong else best.score, best.start - whole.start, best.end - whole.start)
            yield _Read(whole, known, read, here.said if here else None)
            begun = []


def as_one(text: str, sentences: Sequence[Sentence]) -> Sentence:
    """Return several sentences of a text, which follow each other, as one."""
    whole, *others = sentences
    for each in others:
        whole = Sentence(
            whole.start,
            each.end,
            text[whole.start : each.end],
            whole.stems | each.stems,
            whole.names + each.names,
            whole.times + each.times,
            whole.stated + each.stated,
            whole.quantities + each.quantities,
        )
    return whole


def rarity(asked: Collection[str], sentences: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return the weight of each word that is asked for: the rarer among the sentences, the heavier (idf)."""
    counts = Counter(chain.from_iterable(sentences))
    return {s: math.log(1 + len(sentences) / (0.5 + counts[s])) for s in asked}


def share_of(weights: Mapping[str, float], present: Collection[str]) -> float:
    """Return the share of words that are present, each with its weight; 1 where there are none."""
    total = sum(weights.values())
    return sum([weight for s, weight in weights.items() if s in present]) / total if total else 1.0


def _is_told(period: Period | None, evidence: Sequence[Evidence]) -> bool:
    """True if a passage was published in a period or states a time in it."""
    if period is None:
        return True
    told = ((parse_period(piece.published), *(time.period for time in piece.times)) for piece in evidence)
    return any(each and each.meets(period) for each in chain.from_iterable(told))


_HALF = 0.5
"""A head is named by this share of its words, and a sentence is spoken of by this share of a question's."""
_SURE = 0.9
"""How likely it is that a place answers of which all is named; where it is a part, that share of it."""
_NO_CELL = frozenset({Kind.YES_NO, Kind.REASON, Kind.DIGEST})
_CHOSEN = re.compile(rf"\b(?:which|what)((?: (?!{AUXILIARIES}\b|(?:of|in|for|by|to|per|each)\b)[\w’'-]+){{1,3}})", re.I)
_WHO_SAID = re.compile(rf"\bwho (?:(?:has|had|first) )?{SAYING}\b(?: us| reporters)?(?: that)?", re.IGNORECASE)


class Found(NamedTuple):
    """A place of a passage, in characters of it; the sentence said there, where who said it is asked for.

    ``named`` is the share of its content words by which something is named, and how many these are.
    """

    named: tuple[float, int]
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
    chosen = frozenset(content_stems(" ".join(_CHOSEN.findall(wording))))
    for sentence in piece.sentences:
        for cell in (cells := cells_of(sentence.text))[1:]:
            key, answer = cells[0], cell
            if by_cell := not chosen.isdisjoint(content_stems(key.head)):  # "which party": it stands first
                key, answer = answer, key
            (row, count), (column, more) = _named(sentence.text[key.start : key.end], asked), _named(cell.head, asked)
            if row >= _HALF and (by_cell or column >= _HALF):
                place = Reading(0.0, sentence.start + answer.start, sentence.start + answer.end)
                yield Found(((row + column) / 2, count + more), place)


def _named(text: str, asked: set[str]) -> tuple[float, int]:
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
