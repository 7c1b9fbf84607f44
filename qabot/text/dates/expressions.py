"""Time expressions of a text, and the days that they mean.

The expressions are found by patterns of ours: a library's own search takes "may" for a month and misses ranges. What is
relative is counted from the day of publication, or from the time told a few sentences before.
"""

from __future__ import annotations

from functools import lru_cache

from qabot.text.dates import day_rules, relative_rules, year_rules
from qabot.text.dates.period import Period, parse_period
from qabot.text.dates.resolution import Match, Rule, Setting, TimeExpression

RULES = (*day_rules.RULES, *year_rules.RULES, *relative_rules.RULES)
_REACH = 500
"""Characters back within which a told time dates what follows it ("six years later")."""
_ANCHORS = frozenset({"day", "week", "month", "quarter", "season", "year", "decade"})


def time_expressions(text: str, published: str | None = None) -> tuple[TimeExpression, ...]:
    """The time expressions of a text, in order, without overlaps.

    Args:
        text: a sentence, a passage or a whole article.
        published: the ISO date of publication, of the precision that is known; None where it is not.
    """
    return _expressions(text, parse_period(published))


@lru_cache(maxsize=512)
def _expressions(text: str, published: Period | None) -> tuple[TimeExpression, ...]:
    found: list[TimeExpression] = []
    told: list[TimeExpression] = []
    for match, rule in _matches(text):
        if found and match.start() < found[-1].end:
            continue
        before = told[-1] if told and match.start() - told[-1].end <= _REACH else None
        resolution = rule.resolve(match, Setting(text, published, before))
        if resolution is None:
            continue
        expression = TimeExpression(
            match.start(),
            match.end(),
            match[0],
            resolution.period,
            resolution.precision,
            resolution.reasoning,
            resolution.anchor,
        )
        found.append(expression)
        if expression.period and expression.precision in _ANCHORS:
            told.append(expression)
    return tuple(found)


def _matches(text: str) -> list[tuple[Match, Rule]]:
    """What the rules find, in order; of those that begin together the longest first."""
    matches = [(match, rule) for rule in RULES for match in rule.pattern.finditer(text)]
    return sorted(matches, key=lambda each: (each[0].start(), -each[0].end()))
