"""Find where the sentences that answer a question differ from article to article on what it asks.

Values are compared exactly: differences of wording or precision are none. Whether two sentences with different values
speak against each other, or tell of different things or times, the reader judges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qabot.answering.answer import DisagreementKind, Evidence
from qabot.answering.draft import Claim, Dispute, overlap
from qabot.answering.query import NAMES, Kind, Question
from qabot.answering.rank import Candidate, published_on
from qabot.answering.read import Readings
from qabot.answering.short_answer import count_asked
from qabot.models.reader import Reader
from qabot.text.annotate import Sentence
from qabot.text.dates.expressions import StatedTime
from qabot.text.dates.period import Period, is_later, parse_period
from qabot.text.dates.resolution import TimeExpression
from qabot.text.names import same_name
from qabot.text.phrases import noun_phrases
from qabot.text.quantities import Quantity
from qabot.text.tokens import content_stems, stem

Point = Literal["number", "date", "name"]
"""On what articles differ."""
_READ = 16
"""So many of the best sentences are compared."""
_ANSWERS = 0.75
"""A sentence answers too where it is at least this likely to, as a share of the best one's: who tells otherwise of the
same thing is read nearly as surely, and a less likely number is mostly one of something else."""
_ABOUT = 0.45
"""Share of the question's words, weighted, that must stand in or before a sentence whose answer is compared."""
_WHOLLY_ABOUT = 0.8
"""The same, where two names in sentences that are wholly about what is asked are taken for two answers: both may be so,
and the reader, who judges whether they can, finds no contradiction."""
_REFUTES = 0.3
"""Two sentences with different values speak against each other where the reader judges so from this probability on.
Low, since what else it may judge is mostly that neither tells of the other."""
_SAME_SPAN = 0.5
"""Days in common, as a share of all of both, of two spans of time in which the same is counted."""
_SAID = re.compile(
    r"\b(?:said|says|told (?:\w+ )?\w+|announced|reported|confirmed|estimated)(?: (?:on|late|early|in|this))*\s*$",
    re.IGNORECASE,
)
"""What stands before the time at which somebody said so."""
_POINTS: dict[Kind, Point] = {
    Kind.DATE: "date",
    **dict.fromkeys((Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.DURATION), "number"),
    **dict.fromkeys(NAMES, "name"),
}
"""On which point answers of a kind can differ."""
_WEAKENED = re.compile(
    r"\b(?:could|may|might|would|will|become|(?i:former|ex|then|deputy|vice|minority|acting|interim|next|future|successive"
    r"|replace[ds]?|succeed(?:ed|s)?))\b"
)
"""What tells of another office, or of another time."""
_OF_NOW = re.compile(
    r"\b(?:is|are|has|have|does|do|leads?|heads?|holds?|runs?|owns?|lives?|now|currently|latest|will)\b"
    r"|^who \w+s\b",
    re.IGNORECASE,
)
"""What asks how things stand."""
_SURE = 0.8
"""How likely it is at least that a sentence says the yes or no that it is held to say, where that counts as told."""
_JUDGED = 0.5
"""And that it is about what is asked, as a share of the best one's: what denies it is read less surely."""


def disputes(readings: Readings, ranked: Sequence[Candidate]) -> tuple[Dispute, ...]:
    """Return where the articles differ in the answers to what is asked: at most one dispute of each kind.

    The candidate sentences are ranked, the likeliest first.
    """
    question, reader = readings.question, readings.trained.reader
    if question.kind is Kind.YES_NO:
        return _changed(question, ranked)
    point = _POINTS.get(question.kind)
    if not point or (point == "name" and count_asked(question) != 1):  # several names need not exclude each other
        return ()
    answers: dict[str, Saying] = {}
    for each in ranked[:_READ]:
        likely = each.probability >= _ANSWERS * ranked[0].probability
        if likely and each.features.context >= _ABOUT and (saying := Saying.of(each, point)):
            answers.setdefault(each.evidence.article_id, saying)
    sayings = list(answers.values())
    found: dict[DisagreementKind, list[list[Saying]]] = {}
    for other in sayings[1:]:
        same = [group for groups in found.values() for group in groups if _words(group[0]) == _words(other)]
        if same:
            same[0].append(other)
        elif _are_of_one(question, sayings[0], other) and _differ(point, sayings[0], other, reader):
            kind = _kind_of(point, sayings[0], other, bool(_OF_NOW.search(question.text)))
            found.setdefault(kind, [[sayings[0]]]).append([other])
    return tuple(_dispute(question, kind, groups) for kind, groups in found.items())


def _changed(question: Question, ranked: Sequence[Candidate]) -> tuple[Dispute, ...]:
    """Return that the newest article says yes and an earlier one no, or the other way round; else nothing.

    What the newest ones say stands first, and behind it, whatever it says, all that was published before.
    """
    least = _JUDGED * ranked[0].probability if ranked else 0.0
    sure = [each for each in ranked if each.judgement and each.judgement.sure >= _SURE and each.probability >= least]
    dated = sorted((each for each in sure if published_on(each)), key=published_on, reverse=True)
    other = next((each for each in dated if each.short != dated[0].short), None)
    if not other or not is_later(published_on(dated[0]), published_on(other)):
        return ()
    claims = [(each, Claim(each.quote, 0, len(each.text), None)) for each in dated]
    newest = tuple(claim for each, claim in claims if is_later(published_on(each), published_on(other)))
    before = tuple(claim for _, claim in claims if claim not in newest)
    return (Dispute("superseded", " ".join(question.text.split()), (newest, before)),)


def _dispute(question: Question, kind: DisagreementKind, groups: list[list[Saying]]) -> Dispute:
    """Return a dispute with that group first which counts: the original's, or the newest."""
    if kind == "garbled":
        groups.sort(key=lambda group: (not group[0].evidence.leads, group[0].evidence.published or "9999"))
    else:
        groups.sort(key=lambda group: group[0].evidence.published or "", reverse=True)
    claims = tuple(tuple(saying.claim for saying in group) for group in groups)
    return Dispute(kind, " ".join(question.text.split()), claims)


def _differ(point: Point, one: Saying, other: Saying, reader: Reader) -> bool:
    """True if what two sentences say on a point is not the same in other words, and cannot both be so."""
    differ = {"date": _dates_differ, "number": _numbers_differ, "name": _names_differ}[point]
    if not differ(one, other):
        return False
    about = point == "name" and all(each.candidate.features.context >= _WHOLLY_ABOUT for each in (one, other))
    return about or _refute_each_other(one, other, reader)


def _numbers_differ(one: Saying, other: Saying) -> bool:
    """True if two numbers of one time are not the same."""
    mine, others = one.amount, other.amount
    return bool(mine and others and not mine.agrees(others) and _of_one_time(one, other))


def _of_one_time(one: Saying, other: Saying) -> bool:
    """True if what two sentences count may be of one time: a day of a month, but not a month and its whole year."""
    mine, others = one.moments, other.moments
    return not (mine and others) or any(
        a.meets(b) and (a.overlap(b) >= _SAME_SPAN or any(each.earliest == each.latest for each in (a, b)))
        for a in mine
        for b in others
    )


def _names_differ(one: Saying, other: Saying) -> bool:
    """True if two names are not the same one's, and both sentences tell of who is so and not of who was or may be."""
    if any(_WEAKENED.search(each.told) for each in (one, other)):
        return False
    return not (same_name(one.text, other.text) or one.text in other.told or other.text in one.told)


def _dates_differ(one: Saying, other: Saying) -> bool:
    """True if two sayings tell different dates, in other words too, and not each its own day.

    Dates of which one is less precise do not differ.
    """
    mine, others = one.time, other.time
    if not mine or not others or _words(one) == _words(other):
        return False
    if not mine.period or not others.period or mine.period.meets(others.period):
        return False
    published, other_published = one.published, other.published
    if not published or not other_published:
        return True
    own_days = mine.period.gap(published) <= 1 and others.period.gap(other_published) <= 1
    return not own_days or published.gap(other_published) <= 2


def _refute_each_other(one: Saying, other: Saying, reader: Reader) -> bool:
    """True if the reader judges that two sentences cannot both be so, each held against the other where it stands."""
    judged = [
        *reader.judge(one.told, [other.candidate.judged_in]),
        *reader.judge(other.told, [one.candidate.judged_in]),
    ]
    return sum(judgement.refuted for judgement in judged) / len(judged) >= _REFUTES


def _are_of_one(question: Question, one: Saying, other: Saying) -> bool:
    """True if both passages name the same of what tells the thing asked about from others: "the *ferry* company"."""
    apart: set[str] = set()
    for phrase in noun_phrases(question.text):
        stems = content_stems(phrase.text)
        apart.update(stems if phrase.proper else stems[:-1])
    named = [apart.intersection(content_stems(each.evidence.headed)) for each in (one, other)]
    return named[0] == named[1]


def _words(saying: Saying) -> list[str]:
    return saying.text.casefold().split()


_PART = re.compile(
    r"\b(?:including|among (?:them|those|the \w+)(?: (?:is|are|was|were))?|of (?:them|whom|these|those)|another"
    r"|an? (?:further|additional|extra)|\bof(?: (?:the|its|their|all|[\w’']+['’]s)){1,2}|(?:other|more) than"
    r"|except|only)\s*$",
    re.IGNORECASE,
)
"""What stands before a number that counts a part, or the whole that a part is of."""
_PART_BEHIND = re.compile(
    r"\s*(?:\w+ )?(?:others?|more|further|additional)\b"
    r"|(?:\s*[\w’'-]+){0,4}?\s(?:behind|ahead of|short of|shy of|away from|apart|more than|fewer than)\b",
    re.IGNORECASE,
)
"""What stands behind a number that counts what is beside others, or how far something is from them."""


@dataclass(frozen=True)
class Saying:
    """What a sentence says on a point: the slice ``[start:end]`` of it.

    ``candidate`` is the sentence as it was read, ``sentence`` the same with offsets of its own.
    """

    candidate: Candidate
    sentence: Sentence
    start: int
    end: int

    @classmethod
    def of(cls, candidate: Candidate, point: Point) -> Saying | None:
        """Return the short answer of a candidate, without what was read beside a name or a day; None without one."""
        if not candidate.short:
            return None
        start, end = candidate.at, candidate.at + len(candidate.short)
        whole = cls(candidate, candidate.sentence.alone(), start, end)
        places = {
            "name": [place for place in whole._names if start <= place[0] and place[1] <= whole.end],
            "date": [(time.start, time.end) for time in whole.sentence.times if whole._meets(time)],
        }.get(point)
        return cls(candidate, whole.sentence, *places[0]) if places else whole

    @property
    def text(self) -> str:
        """The words."""
        return self.told[self.start : self.end]

    @property
    def told(self) -> str:
        """The sentence that it is a slice of."""
        return self.sentence.text

    @property
    def evidence(self) -> Evidence:
        """The passage that it stands in."""
        return self.candidate.evidence

    @property
    def published(self) -> Period | None:
        """The day of its article; None where it is unknown."""
        return parse_period(self.evidence.published)

    @property
    def claim(self) -> Claim:
        """It as an answer tells it: with when what the sentence tells happened, where it states one time, or is one."""
        times = [time for time in self.sentence.stated if self._meets(time)] or list(self.sentence.stated)
        happened = times[0].period.iso() if len(times) == 1 else None
        return Claim(self.candidate.quote, self.start, self.end, happened)

    @property
    def time(self) -> TimeExpression | None:
        """The time expression that it is, or begins with."""
        return next((e for e in self.sentence.times if self._meets(e)), None)

    @cached_property
    def amount(self) -> Quantity | None:
        """The number that it is, one that can be held against others: of no date, part or order of magnitude."""
        for amount in filter(self._meets, self.sentence.quantities):
            is_of_date = any(e.start < amount.end and amount.start < e.end for e in self.sentence.times)
            is_part = _PART.search(self.told[: amount.start]) or _PART_BEHIND.match(self.told[amount.end :])
            if not (is_of_date or amount.is_vague or is_part):
                return amount
        return None

    @property
    def moments(self) -> list[Period]:
        """The times that its sentence states: no open ones, and none at which somebody said so."""
        return [
            time.period
            for time in self.sentence.stated
            if time.bound == "in" and not _SAID.search(self.told[: time.start])
        ]

    @property
    def _names(self) -> list[tuple[int, int]]:
        """Where the names of its sentence stand, without those of months and weekdays."""
        found = []
        for start, end in self.sentence.names:
            end = min([end, *(e.start for e in self.sentence.times if start <= e.start < end)])
            inside_date = any(e.start <= start < e.end for e in self.sentence.times)
            if start < end and not inside_date and (start > 0 or " " in self.told[start:end]):
                found.append((start, end))
        return found

    def _meets(self, other: TimeExpression | StatedTime | Quantity) -> bool:
        return other.start < self.end and self.start < other.end


_SETTLED = 7
"""Days between two articles from which on a state may have changed; a plan or a toll may from one day to the next."""
_COUNTS_UP = re.compile(
    r"\b(?:toll|deaths?|died|dead|killed|injured|wounded|hurt|missing|homeless|displaced|evacuated|arrested|detained"
    r"|infected|infections|cases|raised|collected|rescued|counted|fled|crossed|burn(?:ed|t)|earned|grossed|sold"
    r"|so far|at least)\b",
    re.IGNORECASE,
)
_MEASURES = frozenset(
    map(stem, "metre meter kilometre kilometer km mile foot feet yard inch hectare acre tonne ton kilo litre".split())
)
_REPRINTED = 0.75
"""Runs of three content words that two passages share, as a share of the shorter one's, where one is a reprint."""
_LONG_ENOUGH = 25
"""So many such runs a passage has at least, or else it is too short to tell."""


def _kind_of(point: Point, one: Saying, other: Saying, of_now: bool) -> DisagreementKind:
    """Return of which kind a disagreement is: things changed, articles contradict each other, or a reprint is wrong."""
    if _are_reprints(one.evidence, other.evidence):
        return "garbled"
    mine, others = one.published, other.published
    if not mine or not others or mine.meets(others):
        return "conflicting"
    earlier, later = (one, other) if mine.ordinals() < others.ordinals() else (other, one)
    changed = _may_have_changed(point, earlier, later, mine.gap(others), of_now)
    return "superseded" if changed else "conflicting"


def _may_have_changed(point: Point, earlier: Saying, later: Saying, apart: int, of_now: bool) -> bool:
    """True if both claims can hold, each of its own day, as toll and plan and office change."""
    if point == "date":  # a day that was still to come may have been moved; one that is past cannot
        time, day = earlier.time, earlier.published
        return bool(time and time.period and day and time.period.ordinals()[1] > day.ordinals()[0])
    grew = earlier.amount and later.amount and later.amount.value > earlier.amount.value
    if grew and all(_COUNTS_UP.search(each.told) for each in (earlier, later)):
        return True
    if earlier.amount and earlier.amount.unit in _MEASURES:
        return False  # what is 300 metres high stays so
    return of_now and apart >= _SETTLED


def _are_reprints(one: Evidence, other: Evidence) -> bool:
    """True if two passages are of reprints: of one origin, or the same but for a few words.

    Articles whose numbers differ are of different origins; where a reprint garbled a number, the words around tell.
    """
    if one.origin == other.origin:
        return True
    mine, others = _runs(one.text), _runs(other.text)
    return min(len(mine), len(others)) >= _LONG_ENOUGH and overlap(mine, others) >= _REPRINTED


def _runs(text: str) -> set[tuple[str, ...]]:
    stems = content_stems(text)
    return set(zip(stems, stems[1:], stems[2:], strict=False))
