"""Whether two names can be the same one's, and outcomes that exclude each other."""

from __future__ import annotations

import difflib

from qabot.text.countries import countries_in
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
_NEGATIONS = frozenset("not no never cannot".split())


_ROLES = frozenset("president minister king queen pope court government senate parliament congress house".split())
"""What stands for whoever holds the office: a name beside it differs in wording only."""
_TITLES = frozenset(
    "mr mrs ms miss dr doctor prof professor sir dame lord lady captain general colonel judge senator governor mayor"
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
    """Whether two words exclude each other ("approved" and "rejected")."""
    return frozenset((stem(one), stem(other))) in _PAIRS


def is_negation(word: str) -> bool:
    """Whether a word denies what it stands with."""
    return fold(word) in _NEGATIONS or fold(word).endswith("n't")


def same_name(one: str, other: str) -> bool:
    """Whether two names can be the same one's: one is part of the other, its initials, or of the same country."""
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
    """What a name says but for a country and its form of state."""
    return [word for word in name if word not in _STATES and not countries_in(word)]


def _are_initials(short: list[str], full: list[str]) -> bool:
    """Whether a name of one word is made of the first letters of another's, perhaps without the last one."""
    initials = "".join(word[0] for word in full)
    return len(short) == 1 and len(short[0]) >= 2 and initials.startswith(short[0])


def _name_words(name: str) -> list[str]:
    found = [fold(word) for word in words(name) if is_content(word)]
    return [word for word in found if word not in _TITLES] or found
