"""Reading: what the reader makes of the sentences of the evidence, and what else speaks for their answering."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain

from qabot.answering.answer import Evidence
from qabot.answering.calibration import Logistic, Trained
from qabot.answering.draft import Quote
from qabot.answering.entailment import around
from qabot.answering.lookup import Found, look_up
from qabot.answering.query import Kind, Question
from qabot.answering.short_answer import has_form, short_answer
from qabot.models.reader import Judgement, PassageReading, ReaderPassage, Reading, heading
from qabot.text.annotate import Sentence
from qabot.text.corrections import end_of, holds
from qabot.text.dates.expressions import TimeConstraint, stated_times, time_constraint, time_expressions, time_fit
from qabot.text.dates.period import Period, in_words, parse_period
from qabot.text.dates.resolution import TimeExpression
from qabot.text.lexicon import LOOSE_MONTH, SEASONS, WEEKDAYS
from qabot.text.names import as_written
from qabot.text.tokens import content_stems

READ = 12
"""So many passages are read at a time at most."""
JUDGED = 4
"""For a question of yes or no, so many of the most probable sentences are judged."""
_LEADS_TO_TIME = re.compile(r"(?:\b(?:in|on|by|at|during|of|from|since|until|for|the|as|back)\s+)+$", re.IGNORECASE)
_ANY_DAY = "2000-06-15"
_NAMED_TIME = re.compile(rf"\b(?:{'|'.join((LOOSE_MONTH, *WEEKDAYS, *SEASONS))})\b", re.IGNORECASE)
"""A month, a day of the week or a season, which the reader finds in a text."""
_BETWEEN = 2
"""Characters between two sentences that stand beside each other at most: a blank, or a line's end and an empty one."""
_BESIDE_A_TIME = 2
"""Words that a short answer has beside a time at most, if that is what it tells: "late on Wednesday"."""
FARTHEST = 10.0
"""The reader's log-odds are clipped there."""
_LEAST = 1e-9
"""Of the probability that nothing answers: no odds are without end."""


@dataclass(frozen=True)
class Features:
    """What speaks for a sentence's being the answer; all but the reader's between 0 and 1.

    Attributes:
        reader: the trained reader's log-odds of an answer in it, against that nothing in its passage answers, clipped
            to [-10, 10].
        similarity: cosine of the question's and its passage's embeddings.
        context: share of the question's content words that stand in the sentence, before it in its passage or in its
            article's title, weighted by their rarity.
        form: whether the reader's span has the form that is asked for (a day, a number, a name); 1 where that has none.
        time: how well the times that it states fit the time that the question asks about; 1 where it asks about none.
    """

    reader: float
    similarity: float
    context: float
    form: float
    time: float


@dataclass(frozen=True)
class Candidate:
    """A sentence of the evidence, read for a question; ``sentence`` has the offsets of its passage.

    ``probability`` is how likely it answers, and not that nothing does, as if there were no other. ``said`` is the
    sentence of which it names the speaker, where that is asked for. ``judgement`` says whether it is so by the
    sentence, where the question wants a yes or no and the sentence is one of the most probable.
    """

    question: Question
    evidence: Evidence
    sentence: Sentence
    reading: Reading
    features: Features
    probability: float
    said: Quote | None = None
    judgement: Judgement | None = None

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.text

    @property
    def quote(self) -> Quote:
        """The sentence, as it is quoted."""
        return Quote.of(self.evidence, self.sentence)

    @cached_property
    def judged_in(self) -> ReaderPassage:
        """The sentence with its neighbours in its passage, under its article's heading, as a claim is judged by it."""
        sentences = self.evidence.sentences
        at = next(number for number, each in enumerate(sentences) if each.start >= self.sentence.start)
        told = around([each.text for each in sentences], at)
        return ReaderPassage(told, heading(self.evidence.title, self.evidence.published))

    @cached_property
    def short(self) -> str | None:
        """The short answer that it gives; None where it gives none."""
        if self.judgement:
            return self.judgement.verdict
        return short_answer(self.question, self.text, self.reading)

    @property
    def odds(self) -> float:
        """The odds that it answers; where it is judged to say yes or no, as far as one is likelier than the other."""
        probability = self.probability * self.judgement.margin if self.judgement else self.probability
        return probability / max(1 - probability, _LEAST)

    @property
    def at(self) -> int:
        """Where its short answer, a slice of its text, begins there: of several places the one that was read."""
        places = [match.start() for match in re.finditer(re.escape(self.short or ""), self.text)]
        return min(places, key=lambda place: abs(place - self.reading.start))

    @cached_property
    def time(self) -> TimeExpression | None:
        """The time that its short answer tells, where what stands around it dates it: "Wednesday"; else None."""
        if self.question.kind is not Kind.DATE or self.question.precision == "time" or not self.short:
            return None
        start = self.sentence.start + self.at
        times = [time for time in self.sentence.times if time.start < start + len(self.short) and start < time.end]
        if len(times) != 1 or times[0].anchor == "calendar":
            return None
        beside = len(self.short.split()) - len(times[0].text.split())
        return times[0] if beside <= _BESIDE_A_TIME else None

    @property
    def day(self) -> str | None:
        """What its short answer means on the calendar, in words, where the words around it date it; else None."""
        return in_words(self.time.period.iso()) if self.time and self.time.period else None


def probability_of(features: Features, regression: Logistic) -> float:
    """Return how likely a sentence answers, and not that nothing does; by half at most less if of another time."""
    return regression.probability(vars(features)) * (1 + features.time) / 2


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

    @cached_property
    def _time(self) -> TimeConstraint | None:
        return time_constraint(self.question.text, self.as_of or date.today())

    def _candidate(
        self, read: _Read, piece: Evidence, weights: Mapping[str, float], asked: TimeConstraint | None
    ) -> Candidate:
        features = Features(
            reader=max(-FARTHEST, min(FARTHEST, read.reading.score)),
            similarity=piece.similarity,
            context=_share(weights, read.context),
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
        told = [each.judged_in for each in new]
        judged = self.trained.reader.judge(without_relative_times(self.question.text), told)
        yes = self.trained.calibration.yes
        for each, judgement in zip(new, judged, strict=True):
            told_so = with_denials(self.question, each.text, judgement.leaning_to_yes(yes))
            self._judgements[_printed(each)] = told_so
        return [replace(each, judgement=self._judgements.get(_printed(each))) for each in found]

    def _read_passages(self, pieces: Sequence[Evidence]) -> None:
        """Read passages for the question, each asked with its names as that passage writes them."""
        question = without_relative_times(self.question.text)
        asked = [as_written(question, piece.headed) for piece in pieces]
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


def without_relative_times(question: str) -> str:
    """Return a question without "last year" and the like: the reader doesn't know today.

    `Features.time` says whether a sentence tells of that time.
    """
    for e in reversed(time_expressions(question, _ANY_DAY)):
        if e.anchor == "published" and not _NAMED_TIME.search(e.text) and question[e.end :][:1] not in ("'", "’"):
            lead = _LEADS_TO_TIME.search(question[: e.start])
            before = question[: lead.start() if lead else e.start].rstrip()
            question = f"{before} {question[e.end :].lstrip()}".replace(" ?", "?").strip()
    return question


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
    first, *others = sentences
    if not others:
        return first
    start, end = first.start, sentences[-1].end
    times = tuple(time for each in sentences for time in each.times)
    return Sentence(
        start,
        end,
        text[start:end],
        frozenset().union(*(each.stems for each in sentences)),
        tuple(name for each in sentences for name in each.names),
        times,
        stated_times(text, times, start, end),
        tuple(quantity for each in sentences for quantity in each.quantities),
    )


def rarity(asked: Collection[str], sentences: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return the weight of each word that is asked for: the rarer among the sentences, the heavier (idf)."""
    counts = Counter(chain.from_iterable(sentences))
    return {s: math.log(1 + len(sentences) / (0.5 + counts[s])) for s in asked}


def _share(weights: Mapping[str, float], present: Collection[str]) -> float:
    total = sum(weights.values())
    return sum([weight for s, weight in weights.items() if s in present]) / total if total else 1.0


def _is_told(period: Period | None, evidence: Sequence[Evidence]) -> bool:
    """True if a passage was published in a period or states a time in it."""
    if period is None:
        return True
    for piece in evidence:
        published = parse_period(piece.published)
        if published and published.meets(period):
            return True
        if any(time.period and time.period.meets(period) for time in piece.times):
            return True
    return False
