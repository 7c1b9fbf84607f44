"""Two sentences that tell of the same: where they differ in a number, a date, a name or an outcome."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qabot.answering.disagreement.told import (
    WORD,
    Told,
    beside,
    expressions_differ,
    names_only_in,
    of_one_event,
    place_of,
)
from qabot.text.countries import countries_in
from qabot.text.dates.resolution import TimeExpression
from qabot.text.lexicon import CURRENCY_SIGNS, HONORIFICS, NEGATORS, TIME_UNITS
from qabot.text.quantities import Quantity
from qabot.text.tokens import fold, is_content, stem, words

_OPPOSITES = """
    approve:reject,refuse,block,veto,deny endorse:reject,oppose accept:reject,refuse,decline
    pass:fail,defeat,reject win:lose won:lost victory:defeat rise:fall,drop,decline rose:fell,dropped
    risen:fallen increase:decrease,reduce,fall grow:shrink grew:shrank gain:lose,loss guilty:innocent
    convict:acquit,clear upheld:overturn,quash,struck uphold:overturn,quash survive:die,perish alive:dead
    survived:killed open:close,shut reopen:close allow:ban,forbid,prohibit,bar permit:ban,forbid,prohibit
    agree:disagree,refuse confirm:deny,dismiss sign:veto succeed:fail success:failure impose:lift begin:end,stop
    start:stop,end,finish arrive:leave,depart join:leave,quit support:oppose back:oppose extend:shorten,cut
    suspend:resume,reinstate resume:halt,suspend legal:illegal reinstate:dismiss,sack hire:fire,dismiss
    release:detain,arrest,jail free:detain,jail appoint:dismiss,remove add:remove up:down above:below
    more:fewer,less higher:lower largest:smallest biggest:smallest first:last best:worst early:late
    majority:minority male:female son:daughter brother:sister husband:wife father:mother man:woman north:south
    east:west northern:southern eastern:western before:after recognise:reject,refuse stay:leave,resign
    keep:scrap,drop scrap:keep safe:unsafe complete:cancel,abandon launch:cancel,scrap postpone:cancel
    bring:take positive:negative likely:unlikely true:false major:minor public:private found:missing
    advance:retreat strengthen:weaken expand:shrink,cut arrested:released cancelled:held damaged:unharmed
    injured:unhurt,unharmed,killed destroyed:saved,spared enact:reject,repeal elect:defeat honour:break
    meet:miss back:block,oppose praise:criticise welcome:criticise,reject grant:deny,refuse renew:cancel,end
    ratify:reject adopt:reject,drop repeal:retain,keep withdraw:stay,remain acquitted:convicted,jailed
    """


_ROLES = frozenset("president minister king queen pope court government senate parliament congress house".split())
"""What stands for whoever holds the office: a name beside it differs in wording only."""
_TITLES = frozenset(map(str.lower, HONORIFICS)).union(
    "miss doctor prof professor sir dame lord lady captain general colonel judge senator governor mayor"
    " chancellor secretary ambassador bishop archbishop sheikh mullah maulvi striker".split()
)
"""What stands before names and tells nobody apart."""
_STATES = frozenset("federation republic kingdom emirate union states".split())
_SPELLED_ALIKE = 0.8
"""Likeness of letters (difflib's ratio) from which on two names are spellings of one."""


def _opposite_stems() -> frozenset[frozenset[str]]:
    pairs = set()
    for entry in _OPPOSITES.split():
        word, others = entry.split(":")
        pairs |= {frozenset((stem(word), stem(other))) for other in others.split(",")}
    return frozenset(pairs)


_PAIRS = _opposite_stems()


def opposed(one: str, other: str) -> bool:
    """True if two words exclude each other ("approved" and "rejected")."""
    return frozenset((stem(one), stem(other))) in _PAIRS


def is_negation(word: str) -> bool:
    """True if a word denies what it stands with."""
    return fold(word) in NEGATORS or fold(word).endswith("n't")


def same_name(one: str, other: str) -> bool:
    """True if two names can be the same one's: one is part of the other, its initials, or of the same country."""
    mine, others = _name_words(one), _name_words(other)
    if not mine or not others:
        return True
    if shared := set(mine) & set(others):
        # Beside a title or a given name in common, the rest tells them apart: "Captain Arn", "Captain Born".
        rest, other_rest = [w for w in mine if w not in shared], [w for w in others if w not in shared]
        return not rest or not other_rest or same_name(" ".join(rest), " ".join(other_rest))
    if countries_in(one) & countries_in(other) and not (_beside_country(mine) and _beside_country(others)):
        return True  # "Russia's", "of the Russian Federation"
    if _are_initials(mine, others) or _are_initials(others, mine) or _ROLES & {*mine, *others}:
        return True
    return difflib.SequenceMatcher(None, " ".join(mine), " ".join(others)).ratio() >= _SPELLED_ALIKE


def _beside_country(name: list[str]) -> list[str]:
    """Return what a name says but for a country and its form of state."""
    return [word for word in name if word not in _STATES and not countries_in(word)]


def _are_initials(short: list[str], full: list[str]) -> bool:
    """True if a name of one word is made of the first letters of another's, perhaps without the last one."""
    initials = "".join(word[0] for word in full)
    return len(short) == 1 and len(short[0]) >= 2 and initials.startswith(short[0])


def _name_words(name: str) -> list[str]:
    found = [fold(word) for word in words(name) if is_content(word)]
    return [word for word in found if word not in _TITLES] or found


Point = Literal["number", "date", "name", "outcome"]

_ALIKE = 0.6
"""Share of the words of both, in order (difflib's ratio), from which on two sentences are taken to tell of the same."""
_SHARED = 4
"""Content words that two such sentences share at least."""
_SHORT_ALIKE = 0.75
"""The same share for short sentences, which share a content word less."""
_REORDERED, _SHORT_REORDERED = 0.75, 0.9
"""Share of the shorter one's content words that two sentences of another order share, of four words and of three."""
_CLOSE = 0.75
"""Share of the longer one's content words that sentences of different numbers or dates share at least."""
_DATED_ALIKE = 0.75
"""Share of all their words, numbers and dates aside, that sentences of different dates or names share."""
_COUNTED_ALIKE = 0.65
"""The same share for sentences of different numbers."""
_PRONOUNS = frozenset(("he", "she", "they", "it", "i", "we"))
_MOST = 2
"""Sentences that differ in more points than this tell of different things."""
_FEW = 3
"""Words that such sentences may have to themselves, where they are told to differ in a name or an outcome."""
_TIME_UNITS = frozenset(map(stem, TIME_UNITS))


@dataclass(frozen=True)
class Difference:
    """A point on which two sentences differ: what each says, as offsets into it."""

    point: Point
    one: tuple[int, int]
    other: tuple[int, int]


def differences(one: Told, other: Told) -> list[Difference]:
    """Return the points on which two sentences that tell of the same differ; none where only wording or precision does.

    They tell of the same where they are alike in their words and the order of these, and are then compared place by
    place; or where the words that they share, in whatever order, are nearly all of the shorter one's.
    """
    shared = len(one.content & other.content)
    if shared < _SHARED - 1 or not (_is_sentence(one) and _is_sentence(other)) or _of_other_subjects(one, other):
        return []
    found: list[Difference] = []
    if shared >= 0.7 * _ALIKE * min(len(one.content), len(other.content)):
        matcher = difflib.SequenceMatcher(None, one.keys, other.keys, autojunk=False)
        if matcher.ratio() >= (_ALIKE if shared >= _SHARED else _SHORT_ALIKE):
            found = _by_place(one, other, matcher.get_opcodes())
            if one.words_shared(other) < _COUNTED_ALIKE:
                found = [d for d in found if d.point == "outcome"]
            elif matcher.ratio() < _SHORT_ALIKE and one.words_shared(other) < _DATED_ALIKE:
                found = [d for d in found if d.point not in ("date", "name")]
    found = found or _by_words(one, other)
    return found if len(found) <= _MOST and of_one_event(one, other, [d.point for d in found]) else []


def _is_sentence(told_: Told) -> bool:
    """True if it ends as a sentence does; headings and lines of lists compare badly."""
    return told_.text.rstrip("”\"’')]» ")[-1:] in (".", "!", "?", "…", ",")


def _of_other_subjects(one: Told, other: Told) -> bool:
    """True if one sentence speaks of "he" or "she" where the other begins with someone or something else."""
    first, second = (fold(t.words[0][0]) if t.words else "" for t in (one, other))
    return first != second and bool({first, second} & _PRONOUNS)


def _by_place(one: Told, other: Told, changes: Sequence[tuple[str, int, int, int, int]]) -> list[Difference]:
    """Return the differences of two sentences whose words stand in the same order."""
    found: list[Difference] = []
    for tag, i1, i2, j1, j2 in changes:
        if tag != "equal":
            difference = _differing(one, _slice(one, i1, i2), other, _slice(other, j1, j2))
            if difference and difference not in found:
                found.append(difference)
    return found


def _by_words(one: Told, other: Told) -> list[Difference]:
    """Return the one difference of two sentences that say nearly the same words in another order."""
    shared, shorter = one.plain & other.plain, min(len(one.plain), len(other.plain))
    if (
        len(shared) < _SHARED - 1
        or len(shared) < (_REORDERED if len(shared) >= _SHARED else _SHORT_REORDERED) * shorter
    ):
        return []
    mine, others = _words_only_in(one, other), _words_only_in(other, one)
    opposites = [(a, b) for a in mine for b in others if opposed(a[0], b[0])]
    if len(opposites) == 1 and len(mine) <= _FEW and len(others) <= _FEW:
        return [Difference("outcome", opposites[0][0].span(), opposites[0][1].span())]
    if len(mine) <= 1 and len(others) <= 1:
        if denied := _denied(one, other):
            return [Difference("outcome", denied, _word_at(other, one, denied))]
        if denied := _denied(other, one):
            return [Difference("outcome", _word_at(one, other, denied), denied)]
    dates, other_dates = ([e for e in t.expressions if e.period] for t in (one, other))
    close = len(shared) >= _CLOSE * max(len(one.plain), len(other.plain))
    if not close or one.words_shared(other) < _DATED_ALIKE or len(shared) < _SHARED:
        dates = other_dates = []
    if len(dates) == len(other_dates) == 1 and (date := _date(one, dates[0], other, other_dates[0])):
        return [date]
    if close and len(one.amounts) == len(other.amounts) == 1:
        (amount,), (other_amount,) = one.amounts, other.amounts
        same_unit = amount.unit and amount.unit == other_amount.unit and amount.unit not in _TIME_UNITS
        if same_unit and not amounts_agree(amount, other_amount):
            return [Difference("number", place_of(amount), place_of(other_amount))]
    names, other_names = names_only_in(one, other), names_only_in(other, one)
    if len(names) != 1 or len(other_names) != 1 or len(mine) > _FEW or len(others) > _FEW:
        return []
    same = same_name(one.text[slice(*names[0])], other.text[slice(*other_names[0])])
    return [] if same else [Difference("name", names[0], other_names[0])]


def _denied(one: Told, other: Told) -> tuple[int, int] | None:
    """Return the one negation of a sentence with the word that it denies, which the other tells without any."""
    denials = [m for m in one.words if is_negation(m[0])]
    if len(denials) != 1 or _negations(other):
        return None
    place = _around(one, denials[0].span())
    return place if place != denials[0].span() and _word_at(other, one, place) != (0, 0) else None


def _word_at(told_: Told, other: Told, place: tuple[int, int]) -> tuple[int, int]:
    """Return where a sentence has the last word of a place of another one; (0, 0) where it has not."""
    key = stem(WORD.findall(other.text[slice(*place)])[-1])
    return next((m.span() for m, each in zip(told_.words, told_.keys, strict=True) if each == key), (0, 0))


def _words_only_in(one: Told, other: Told) -> list[re.Match[str]]:
    """Return the content words of a sentence that the other has not, those of numbers and dates aside."""
    return [m for m, key in zip(one.words, one.keys, strict=True) if key in one.plain and key not in other.content]


def _differing(one: Told, mine: tuple[int, int], other: Told, others: tuple[int, int]) -> Difference | None:
    """Return how the words at one place differ, if it matters."""
    dates, other_dates = _dates_at(one, mine), _dates_at(other, others)
    amounts, other_amounts = _amounts_at(one, mine), _amounts_at(other, others)
    if dates or other_dates:
        if len(dates) != 1 or len(other_dates) != 1:
            return None
        same = len(one.plain & other.plain) >= _SHARED - (one.words_shared(other) >= _SHORT_REORDERED)
        return _date(one, dates[0], other, other_dates[0]) if same else None
    if amounts or other_amounts:
        if len(amounts) != 1 or len(other_amounts) != 1 or amounts_agree(amounts[0], other_amounts[0]):
            return None
        if {amounts[0].unit, other_amounts[0].unit} & _TIME_UNITS and one.words_shared(other) < _DATED_ALIKE:
            return None
        if names_only_in(one, other) and names_only_in(other, one):
            return None  # 28 cases in one place, 5,000 in another
        if not _counts_the_same(one, amounts[0], other, other_amounts[0]):
            return None
        return Difference("number", place_of(amounts[0]), place_of(other_amounts[0]))
    return _outcome(one, mine, other, others) or _name(one, mine, other, others)


def _counts_the_same(one: Told, mine: Quantity, other: Told, others: Quantity) -> bool:
    """True if the words beside two numbers are the same: the two content words behind, or the one before."""
    behind, other_behind = beside(one, mine, 1)[:2], beside(other, others, 1)[:2]
    if not behind or not other_behind or behind == other_behind:
        return True
    return behind[0] != other_behind[0] and beside(one, mine, -1)[:1] == beside(other, others, -1)[:1]


def _date(one: Told, mine: TimeExpression, other: Told, others: TimeExpression) -> Difference | None:
    if not expressions_differ(one, mine, other, others):
        return None
    return Difference("date", place_of(mine), place_of(others))


def amounts_agree(one: Quantity, other: Quantity) -> bool:
    """True if two numbers can be the same, or count different things, a share and a sum."""
    signs = {one.unit, other.unit} & {"%", *CURRENCY_SIGNS}
    return one.agrees(other) or (bool(signs) and one.unit != other.unit)


def _outcome(one: Told, mine: tuple[int, int], other: Told, others: tuple[int, int]) -> Difference | None:
    words, other_words = (WORD.findall(t.text[slice(*s)]) for t, s in ((one, mine), (other, others)))
    denied = _negations(one) != _negations(other) and any(map(is_negation, (*words, *other_words)))
    behind = one.text[mine[1] :] + other.text[others[1] :]
    few = len([w for w in (*words, *other_words) if is_content(w)]) <= 1 and len(words) + len(other_words) <= _FEW
    if denied and few and not re.search(r"\b(?:until|only|just)\b", behind):
        return Difference("outcome", _around(one, mine), _around(other, others))
    if any(opposed(a, b) for a in words for b in other_words) and max(len(words), len(other_words)) <= 4:
        return Difference("outcome", mine, others)
    return None


def _negations(told_: Told) -> int:
    return sum(is_negation(match[0]) for match in told_.words) + len(re.findall(r"(?i)\bneither\b", told_.text))


def _name(one: Told, mine: tuple[int, int], other: Told, others: tuple[int, int]) -> Difference | None:
    a, b = _name_at(one, mine), _name_at(other, others)
    if not a or not b:
        return None
    name, other_name = one.text[slice(*a)], other.text[slice(*b)]
    if same_name(name, other_name) or _stands_in(name, other) or _stands_in(other_name, one):
        return None
    return Difference("name", a, b)


def _name_at(told_: Told, place: tuple[int, int]) -> tuple[int, int] | None:
    """Return the words at a place as far as they are of a name; None where other content words stand there too."""
    inside = [span for span in told_.names if span[0] < place[1] and place[0] < span[1]]
    if len(inside) != 1:
        return None
    rest = told_.text[place[0] : max(place[0], inside[0][0])] + " " + told_.text[min(place[1], inside[0][1]) : place[1]]
    if any(map(is_content, WORD.findall(rest))):
        return None
    return max(place[0], inside[0][0]), min(place[1], inside[0][1])


def _stands_in(name: str, told_: Told) -> bool:
    present = {fold(match[0]) for match in told_.words}
    return any(fold(word) in present for word in name.split() if is_content(word))


def _around(told_: Told, place: tuple[int, int]) -> tuple[int, int]:
    """Return a place with the word that follows it ("not signed")."""
    start, end = place
    following = next((m for m in told_.words if m.start() >= max(start, end) and is_content(m[0])), None)
    return (start, following.end()) if following else place


def _dates_at(told_: Told, place: tuple[int, int]) -> list[TimeExpression]:
    return [e for e in told_.expressions if e.period and e.start < place[1] and place[0] < e.end]


def _amounts_at(told_: Told, place: tuple[int, int]) -> list[Quantity]:
    return [a for a in told_.amounts if a.start < place[1] and place[0] < a.end]


def _slice(told_: Told, first: int, last: int) -> tuple[int, int]:
    """Return the characters of the words from ``first`` to before ``last``; an empty place where there are none."""
    if first == last:
        at = told_.words[first].start() if first < len(told_.words) else len(told_.text)
        return at, at
    return told_.words[first].start(), told_.words[last - 1].end()
