"""Find where the sentences that answer a question differ from article to article on what it asks.

Values are compared: differences of wording or precision are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qabot.answering.answer import DisagreementKind, Evidence
from qabot.answering.draft import Claim, Dispute
from qabot.answering.query import NAMES, Kind, Question
from qabot.answering.rank import published_on
from qabot.answering.read import Candidate
from qabot.answering.sayings import Point, Saying, at_one_time, dates_differ, tells_state
from qabot.answering.short_answer import count_asked
from qabot.text.dates.period import is_later
from qabot.text.names import same_name
from qabot.text.phrases import noun_phrases
from qabot.text.tokens import WORD, content_stems, stem

_READ = 16
"""So many of the best sentences are compared."""
_ANSWERS = 0.75
"""A sentence answers too where it is at least this likely to, as a share of the best one's: who tells otherwise of the
same thing is read nearly as surely, and a less likely number is mostly one of something else."""
_ABOUT = 0.45
"""Share of the question's words, weighted, that must stand in or before a sentence whose answer is compared."""
_WHOLLY_ABOUT = 0.8
"""The same where the answer is a day or a name, of which there can be many."""
_ALIKE = 0.3
"""Share of content words that two sentences have in common, at least, if they date the same thing."""
_POINTS: dict[Kind, Point] = {
    Kind.DATE: "date",
    **dict.fromkeys((Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.DURATION), "number"),
    **dict.fromkeys(NAMES, "name"),
}
"""On which point answers of a kind can differ."""
_MEASURED = frozenset({Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.DURATION})
"""The kinds of number that need no noun behind them to tell what they count."""
_OFFICE = re.compile(
    r"\b(?:president|prime minister|minister|speaker|director|chairman|chairwoman|chairs?|chief|leader|leads?|heads?"
    r"|runs?|mayor|governor|king|queen|pope|captain|coach|editor|ambassador|commander|secretary|principal|rector|bishop"
    r"|owner|owns?|manager|manages?|directs?|commands?|presides?|edits?|coaches)\b",
    re.IGNORECASE,
)
"""What one person holds at a time."""
_OF_NOW = re.compile(
    r"\b(?:is|are|has|have|does|do|leads?|heads?|holds?|runs?|owns?|lives?|now|currently|latest|will)\b"
    r"|^who \w+s\b",
    re.IGNORECASE,
)
_SURE = 0.8
"""How likely it is at least that a sentence says the yes or no that it is held to say, where that counts as told."""
_JUDGED = 0.5
"""And that it is about what is asked, as a share of the best one's: what denies it is read less surely."""
_BESIDE = 4
"""Words between a name and its office at most."""
_WEAKENED = re.compile(
    r"\b(?:could|may|might|would|will|former|ex|then|deputy|vice|minority|acting|interim|next|future|become|successive"
    r"|replace[ds]?|succeed(?:ed|s)?)\b",
    re.IGNORECASE,
)
"""What makes an office another one, or one of another time."""


def disputes(question: Question, ranked: Sequence[Candidate]) -> tuple[Dispute, ...]:
    """Return where the articles differ in the answers to what is asked: at most one dispute of each kind.

    The candidate sentences are ranked, the likeliest first.
    """
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
        if not (_differ(question, sayings[0], other) and _are_of_one(question, sayings[0], other)):
            continue
        same = [group for groups in found.values() for group in groups if _words(group[0]) == _words(other)]
        if same:
            same[0].append(other)
        else:
            kind = _kind_of(point, sayings[0], other, _is_of_now(question))
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


def _differ(question: Question, one: Saying, other: Saying) -> bool:
    """True if two short answers cannot both be so."""
    point = _POINTS[question.kind]
    if point == "date":
        mine, others = one.sentence.stems, other.sentence.stems
        alike = len(mine & others) >= _ALIKE * min(len(mine), len(others))
        return alike and _are_about(one, other) and dates_differ(one, other)
    one_time = (point == "name" and _is_of_now(question)) or at_one_time(one, other)
    if not one_time and not _are_reprints(one.evidence, other.evidence):
        return False
    return _numbers_differ(question, one, other) if point == "number" else _names_differ(question, one, other)


def _numbers_differ(question: Question, answer: Saying, rival: Saying) -> bool:
    """True if two numbers of the same thing cannot both be so."""
    one, other = answer.amount, rival.amount
    if not one or not other or one.agrees(other):
        return False
    if question.kind in _MEASURED:
        return True
    if "%" in (one.unit, other.unit):
        return False  # a share is no answer to "how many"
    if one.unit and other.unit and one.unit != other.unit:
        return False
    return all(not question.head or question.head in each.sentence.stems for each in (answer, rival))


def _names_differ(question: Question, one: Saying, other: Saying) -> bool:
    """True if two names cannot both be the answer: of an office at one time, or of what is told in the same words."""
    if same_name(one.text, other.text) or one.text in other.told or other.text in one.told:
        return False
    if office := _OFFICE.search(question.text):
        return all(_holds(saying, office[0]) for saying in (one, other))
    if not (_are_about(one, other) and question.stems & one.sentence.stems & other.sentence.stems):
        return False
    before = [saying.told[: saying.start].split()[-1:] for saying in (one, other)]
    return question.kind is not Kind.PLACE or before[0] == before[1]


def _holds(saying: Saying, office: str) -> bool:
    """True if a sentence says that who is named holds an office: it stands beside the name, and nothing weakens it."""
    text = saying.told
    word = stem(office.split()[-1])
    for match in WORD.finditer(text):
        if stem(match[0]) == word:
            behind = match.end() <= saying.start
            between = text[match.end() : saying.start] if behind else text[saying.end : match.start()]
            inside = saying.start <= match.start() < saying.end
            around = " ".join([*text[: match.start()].split()[-1:], between])
            if inside or (len(between.split()) <= _BESIDE and not _WEAKENED.search(around)):
                return True
    return False


def _are_about(one: Saying, other: Saying) -> bool:
    """True if both sentences are wholly about what is asked."""
    return all(saying.candidate.features.context >= _WHOLLY_ABOUT for saying in (one, other))


def _is_of_now(question: Question) -> bool:
    """True if how things stand is asked for."""
    return bool(_OF_NOW.search(question.text))


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
    return apart >= _SETTLED and (of_now or (tells_state(earlier) and tells_state(later)))


def _are_reprints(one: Evidence, other: Evidence) -> bool:
    """True if two passages are of reprints: of one origin, or the same but for a few words.

    Articles whose numbers differ are of different origins; where a reprint garbled a number, the words around tell.
    """
    if one.origin == other.origin:
        return True
    mine, others = _runs(one.text), _runs(other.text)
    shorter = min(len(mine), len(others))
    return shorter >= _LONG_ENOUGH and len(mine & others) >= _REPRINTED * shorter


def _runs(text: str) -> set[tuple[str, ...]]:
    stems = content_stems(text)
    return set(zip(stems, stems[1:], stems[2:], strict=False))
