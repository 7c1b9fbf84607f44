"""Lines of a page that their neighbours give away: parts of an appeal, titles under a label, headlines in between."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from qabot.articles import appeals, attribution
from qabot.articles import lines as line

_GAP = 2  # so many lines that only address the reader may stand between two that plainly are an appeal's
_LONG = 20  # words of a paragraph that no menu has
_TITLES = 8  # lines under a label at most
_END = 8  # rows at the end among which the reporter's address may stand
_HEADLINE = 8  # words: what is shorter may head a section
_FEW = 3  # headlines: where there are more, they are headings
_MANY = 8  # paragraphs, in which the words of an article come again
_BREAK = re.compile(r"[.?!]['’”\"]? ")
_NO_START = re.compile(r"[\"“‘'(\[]|[a-z]")


def appealing(rows: Sequence[str]) -> set[int]:
    """The lines in which the site speaks to its reader, with those that only their neighbours give away.

    Neighbours count before the first and after the last paragraph of the article; inside it, a line stands for itself.
    """
    found = {i for i, row in enumerate(rows) if appeals.is_appeal(row)}
    clear = [
        i for i, row in enumerate(rows) if i not in found and line.is_prose(row) and not appeals.addresses_reader(row)
    ]
    first, last = (clear[0], clear[-1]) if clear else (len(rows), -1)
    lasting = {i for i in found if appeals.asks_for_support(rows[i])}
    for i in sorted(lasting):
        between = next((range(i + 1, i + gap + 1) for gap in range(1, _GAP + 1) if i + gap + 1 in lasting), range(0))
        if i < first and all(appeals.addresses_reader(rows[j]) for j in between):
            found.update(between)
    for order in (range(len(rows)), range(len(rows) - 1, -1, -1)):
        for i in order:
            neighbour = i - order.step
            if first <= i <= last or neighbour not in found or not appeals.may_be_site_voice(rows[i]):
                continue
            if len(line.words(rows[i])) <= _LONG:
                found.add(i)
            elif neighbour in lasting and appeals.speaks_of_its_work(rows[i]):
                found.add(i)
                lasting.add(i)
    for i in range(1, len(rows) - 1):  # boxed in: what a newsletter promises stands between its name and its terms
        if i + 1 in found and (i - 1 in found or line.is_label(rows[i - 1])) and _is_short(rows[i]):
            found.add(i)
    return found


def _is_short(row: str) -> bool:
    return len(line.words(row)) <= _LONG and not line.is_sentence(row)


def heads_a_section(rows: Sequence[str], i: int, gone: Collection[int]) -> bool:
    """Whether a network's name stands alone between paragraphs, as a heading does; buttons come in rows."""
    around = range(max(0, i - 1), min(len(rows), i + 2))
    return line.is_brand(rows[i]) and all(j == i or (j not in gone and line.is_prose(rows[j])) for j in around)


def linked(rows: Sequence[str], start: int, end: int) -> set[int]:
    """The titles of other articles under "Related articles" and the like, amid the body."""
    found: set[int] = set()
    for i in range(start, end):
        if not line.is_list_label(rows[i]):
            continue
        titles = []
        for j in range(i, min(i + _TITLES + 1, end)):
            if line.is_sentence(rows[j]) or (j > i and line.is_item(rows[j])) or len(line.words(rows[j])) > 25:
                break
            titles.append(j)
        following = rows[titles[-1] + 1 : titles[-1] + 2] if titles else []
        if len(titles) > 2 and any(map(line.is_prose, following)) and len(line.words(rows[titles[-1]])) <= 5:
            titles.pop()  # the heading of what follows
        found.update(titles)
    return found


def strangers(rows: Sequence[str], keep: Collection[int]) -> set[int]:
    """The headlines of other articles between two paragraphs, where a link's mark is lost.

    They share no words with what follows, and few with the rest. A heading has words of what it heads, a live report
    has many headings, and a line of few words is never taken for a headline.
    """
    order = sorted(keep)
    places = [n for n in range(1, len(order) - 2) if _may_be_headline(rows[order[n]])]
    if not 0 < len(places) <= _FEW or sum(line.is_prose(rows[i]) for i in order) < _MANY:
        return set()
    body = Counter(stem for i in keep for stem in stems(rows[i]))
    found: set[int] = set()
    for n in places:
        row = rows[order[n]]
        beside = [rows[order[n + step]] for step in (-1, 1, 2)]
        if not all(map(line.is_prose, beside)):
            continue
        own = stems(row)
        near = own & (stems(beside[1]) | stems(beside[2]))
        known = sum(body[stem] > 1 for stem in own)
        if 4 * len(near) <= len(own) and (2 if _BREAK.search(row) else 3) * known <= len(own):
            found.add(order[n])
    return found


def _may_be_headline(row: str) -> bool:
    """Whether a line may be an article's title: some words, of which no mark says that they are anything else."""
    return (
        _HEADLINE <= len(line.words(row)) <= _LONG
        and not line.is_item(row)
        and not line.ends_sentence(row)
        and not line.is_question(row)
        and not row.endswith((",", ":", ";", "—", "–", "-"))
        and not _NO_START.match(row)
    )


def stems(row: str) -> set[str]:
    """The words that say what a line is about, cut short so that their endings do not matter."""
    return {word.lower()[:6] for word in line.words(row) if len(word) > 3}


def at_the_ends(rows: Sequence[str], keep: Collection[int], start: int, repeated: Collection[str]) -> set[int]:
    """Those of the lines kept that go where no article's line follows: addresses of reporters, and what sites repeat.

    A site repeats its headings too: they stay in the body, and wherever something of the article's follows.
    """
    last = max((i for i in keep if line.is_prose(rows[i]) and rows[i] not in repeated), default=len(rows))
    found: set[int] = set()
    follows = False
    for i in sorted(keep, reverse=True):
        outside = i > last or i < start
        address = attribution.is_contact(rows[i]) and (outside or i >= len(rows) - _END)
        heading = follows and (i > last or i == start - 1)
        if address or (rows[i] in repeated and outside and not heading and not line.is_prose(rows[i])):
            found.add(i)
        follows = i not in found
    return found
