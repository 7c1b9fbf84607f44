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
_WORDY = 10  # words of a headline of which half may be known
_FEW = 4  # headlines: where there are more, they are headings
_TELLING = 2  # words of a headline that are not all over the article
_SOME, _MANY = 4, 8  # paragraphs: in many, the words of an article come again
_TWO_PARTS = re.compile(r"^[^:]{3,60}[\w)?!'’”\"]: [A-Z0-9‘'“\"]|[?]['’”\"]? [A-Z0-9‘'“\"]")
_NO_START = re.compile(r"[\"“‘']|[a-z]")
_QUOTED_LABEL = re.compile(r"^[\"“‘'][^:]{3,70}[\"”’']: \S")
_NEVER_START = re.compile(r"[(\[]|\d{1,2}/\d")


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
    """The headlines of other articles between paragraphs, where a link's mark is lost.

    A heading has words of what it heads, so what shares none with the next two paragraphs may be another article's
    headline. It is taken for one where it is written like one, a label or a question before the news, where most of
    its words stand nowhere else in the article, or where nothing follows. An article with many such lines is a live
    report or a list; there they are headings.
    """
    order = sorted(keep)
    paragraphs = [i for i in order if line.is_prose(rows[i])]
    places = [n for n, i in enumerate(order) if n and _may_be_headline(rows[i])]
    if not 0 < len(places) <= _FEW or len(paragraphs) < _SOME:
        return set()
    holders = Counter(stem for i in paragraphs for stem in stems(rows[i]))
    common = {stem for stem, count in holders.items() if count > max(2, len(paragraphs) / 4)}
    found: set[int] = set()
    for n in reversed(places):
        row, before = rows[order[n]], rows[order[n - 1]]
        after = [rows[j] for j in order[n + 1 :] if j not in found][:2]
        if len(after) > 1 and _TWO_PARTS.search(row) and _is_heading(after[0]):
            del after[0]
        stands_between = (_is_told(before) or n - 1 in places) and all(map(_is_told, after)) and before[-1] != ":"
        own = stems(row)
        telling = own - common
        near = {stem for each in after for stem in stems(each)}
        if not stands_between or _is_field(row, rows) or len(telling) < _TELLING or telling & near:
            continue
        new = sum(stem not in holders for stem in own)
        is_news = 2 * new > len(own) or (2 * new == len(own) and len(line.words(row)) >= _WORDY)
        if not after or _TWO_PARTS.search(row) or (is_news and len(places) < _FEW and len(paragraphs) >= _MANY):
            found.add(order[n])
    return found


def _is_field(row: str, rows: Sequence[str]) -> bool:
    """Whether the label of a line stands before others too: a speaker's name, a field."""
    label, colon, _ = row.partition(": ")
    return bool(colon) and sum(each.startswith(label + colon) for each in rows) > 1


def _is_told(row: str) -> bool:
    return line.is_sentence(row) or line.is_prose(row)


def _is_heading(row: str) -> bool:
    return 1 < len(line.words(row)) < _HEADLINE and not line.is_item(row) and not line.is_sentence(row)


def _may_be_headline(row: str) -> bool:
    """Whether a line may be an article's title: some words, of which no mark says that they are anything else."""
    return (
        _HEADLINE <= len(line.words(row)) <= _LONG
        and not line.has_bullet(row)
        and not line.ends_sentence(row.rstrip("_ )"))
        and not row.endswith((",", ":", ";", "—", "–", "-"))
        and not _NEVER_START.match(row)
        and attribution.without_caption_marks(row) == row
        and not (_NO_START.match(row) and not _QUOTED_LABEL.match(row))
    )


def stems(row: str) -> set[str]:
    """The words that say what a line is about, cut short so that their endings do not matter."""
    return {word.lower().rstrip("s")[:6] for word in line.words(row) if len(word) > 3}


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
