"""The place of lines in a page: where the body begins and ends, and which lines their neighbours give away.

A raw page has menus above and teasers, comments and a footer below, all of short lines with a paragraph here and
there. The body is the stretch whose paragraphs outweigh the gaps in it by most (maximum subsequence segmentation:
Pasternack and Roth, "Extracting article text from the web", WWW 2009). What is cut has to hold lines that are plainly
the page's own: an article may open with short lines, and end in a list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import accumulate

from qabot.articles.boilerplate import lines as line
from qabot.articles.boilerplate import notices

_LONG = 20  # words: a paragraph of so many stands in no menu
_WORTH = 0.05  # what each word of a paragraph gains
_MOST = 60  # words of a paragraph that count at most
_OWN, _SHORT, _ITEM = 1.0, 0.4, 0.1  # costs of a line: the page's own, a short one, an item of a list
_GAP, _GAP_OF_SHORT = 6.0, 1.5  # the highest cost of all such lines between two paragraphs
_PLENTY = 3  # so many of the page's own lines near each other are no accident
_RAW = 8  # so many of the page's own lines show that its menus are there
_NEAR = 16  # lines that count as near
_SHARE = 0.15  # the least share of the page's own lines in a tail

_BETWEEN = 2  # the most lines between two of an appeal that belong to it for addressing the reader
_TITLES = 8  # lines under a label at most
_END = 8  # rows at the end among which the reporter's address may stand
_HEADLINE = 8  # words of a headline; a shorter line may head a section
_WORDY = 10  # words: of a headline so long, half may stand elsewhere in the article
_FEW = 4  # headlines of other articles; where there are more, they are headings
_TELLING = 2  # words that a headline needs beside those found all over the article
_SOME, _MANY = 4, 8  # paragraphs: the more there are, the surer an article's words recur
_TWO_PARTS = re.compile(r"^[^:]{3,60}[\w)?!'’”\"]: [A-Z0-9‘'“\"]|[?]['’”\"]? [A-Z0-9‘'“\"]")
_NO_START = re.compile(r"[\"“‘']|[a-z]")
_QUOTED_LABEL = re.compile(r"^[\"“‘'][^:]{3,70}[\"”’']: \S")
_NEVER_START = re.compile(r"[(\[]|\d{1,2}/\d")


def extent(rows: Sequence[str], own: Collection[int], dated: Collection[int]) -> tuple[int, int]:
    """Return the first row of the body and the one after its last.

    Args:
        rows: the paragraphs of a page.
        own: the numbers of those that are plainly the page's own.
        dated: the numbers of those that are only a date, which belong to other articles and comments.
    """
    if not rows:
        return 0, 0
    sizes = [_size(row) if i not in own and i not in dated else 0 for i, row in enumerate(rows)]
    top = next((i for i in range(len(rows)) if i not in own and i not in dated), 0)
    if line.is_question(rows[top]):  # a question on top is the title
        sizes[top] = 0
    comments = _comments(rows, sizes, dated)
    sizes[comments:] = [0] * (len(rows) - comments)
    if not any(sizes):
        return len(rows), len(rows)
    furniture = {i for i in (*own, *dated) if i in dated or _is_furniture(rows[i])}
    first, last = _densest(rows, sizes, {*own, *dated})
    earliest = next(i for i, size in enumerate(sizes) if size)
    start = first if len(furniture) >= _RAW else min(first, earliest)
    start = next((i for i in range(start, len(rows)) if sizes[i] and line.is_prose(rows[i])), start)
    return start, min(comments, _end(rows, start, last, sizes, furniture))


def _size(row: str) -> int:
    """Return the number of words of a paragraph or a long item of a list; 0 for anything else, also a headline."""
    size = len(line.words(row))
    return size if (line.is_prose(row) and not line.is_question(row)) or (size >= _LONG and ", " in row) else 0


def _comments(rows: Sequence[str], sizes: Sequence[int], dated: Collection[int]) -> int:
    """Return the row where a comment section begins: a label with paragraphs above and names or dates below."""
    above = 0
    for i, row in enumerate(rows):
        above += sizes[i] >= _LONG
        if above and line.is_comment_label(row):
            under = range(i + 1, min(i + _NEAR, len(rows)))
            names = sum(line.is_commenter(rows[j]) for j in under)
            if names > 1 or (above >= _PLENTY and names + sum(j in dated for j in under) >= _PLENTY):
                return i
    return len(rows)


def _densest(rows: Sequence[str], sizes: Sequence[int], own: Collection[int]) -> tuple[int, int]:
    """Return the first and the last row of the stretch that is densest in paragraphs."""
    best = worth = 0.0
    found = (len(rows), len(rows))
    first = 0
    furniture = short = 0.0
    for i, row in enumerate(rows):
        if not sizes[i]:
            furniture += _OWN * (i in own)
            short += 0 if i in own else _ITEM if line.is_item(row) or line.is_sentence(row) else _SHORT
            continue
        worth -= min(furniture, _GAP) + min(short, _GAP_OF_SHORT)
        furniture = short = 0.0
        if worth <= 0:
            worth, first = 0.0, i
        worth += _WORTH * min(sizes[i], _MOST)
        if worth > best:
            best, found = worth, (first, i)
    return found


def _end(rows: Sequence[str], start: int, last: int, sizes: Sequence[int], furniture: Collection[int]) -> int:
    """Return the row where the tail begins: the first of the page's own lines after the stretch, with others near.

    Where few such lines are near, it is the tail only if no paragraph follows and the article is not written in lists.
    """
    before = [0, *accumulate(min(size, _MOST) for size in sizes)]
    rest = [*accumulate(len(line.words(row)) for row in reversed(rows))][::-1]
    pairs = [i for i in range(1, len(rows)) if sizes[i - 1] >= _LONG and sizes[i] >= _LONG]
    last_pair = pairs[-1] if pairs else 0
    last_prose = max((i for i in range(start, len(rows)) if sizes[i]), default=len(rows))
    in_lists = sum(not line.is_sentence(row) for row in rows[start:last_prose]) > 0.3 * (last_prose - start)
    is_raw = len(furniture) >= _RAW
    for i in range(start, len(rows)):
        told = any(size >= _LONG for size in sizes[i + 1 : i + 2])  # where comments follow, a name stands between
        if line.is_comment_label(rows[i]) and not told and last_pair <= i + 1 and 2 * before[i] >= before[-1]:
            return i
        if i <= last:
            continue
        own = i in furniture or notices.is_appeal(rows[i])
        if own and i > last_prose and not in_lists and rest[i] <= before[i]:
            return i
        if i in furniture and is_raw and 2 * before[i] >= before[-1] and _is_menu(rows, i, sizes, furniture):
            return i
    return len(rows)


def _is_menu(rows: Sequence[str], start: int, sizes: Sequence[int], furniture: Collection[int]) -> bool:
    """True if the lines from here on are a menu's, or a list of teasers."""
    near = range(start, min(start + _NEAR, len(rows)))
    if not any(sizes[i] or line.has_bullet(rows[i]) for i in near):
        return True
    return sum(i in furniture or notices.is_appeal(rows[i]) for i in near) >= max(_PLENTY, _SHARE * len(near))


def _is_furniture(row: str) -> bool:
    """True if a tail may begin with a line; a credit, a video or a link stands between paragraphs as well."""
    return (
        line.is_label(row)
        or line.is_form(row)
        or line.is_list_label(row)
        or notices.is_rights(row)
        or notices.is_contributor(row)
    )


def appealing(rows: Sequence[str]) -> set[int]:
    """Return the rows in which the site speaks to its reader, with those that only their neighbours give away.

    Neighbours count only before the first and after the last paragraph of the article.
    """
    found = {i for i, row in enumerate(rows) if notices.is_appeal(row)}
    clear = [
        i for i, row in enumerate(rows) if i not in found and line.is_prose(row) and not notices.addresses_reader(row)
    ]
    first, last = (clear[0], clear[-1]) if clear else (len(rows), -1)
    lasting = {i for i in found if notices.asks_for_support(rows[i])}
    for i in sorted(lasting):
        between = next(
            (range(i + 1, i + gap + 1) for gap in range(1, _BETWEEN + 1) if i + gap + 1 in lasting), range(0)
        )
        if i < first and all(notices.addresses_reader(rows[j]) for j in between):
            found.update(between)
    for order in (range(len(rows)), range(len(rows) - 1, -1, -1)):
        for i in order:
            neighbour = i - order.step
            if first <= i <= last or neighbour not in found or not notices.may_be_site_voice(rows[i]):
                continue
            if len(line.words(rows[i])) <= _LONG:
                found.add(i)
            elif neighbour in lasting and notices.speaks_of_its_work(rows[i]):
                found.add(i)
                lasting.add(i)
    for i in range(1, len(rows) - 1):  # what a newsletter promises stands between its name and its terms
        promised = len(line.words(rows[i])) <= _LONG and not line.is_sentence(rows[i])
        if promised and i + 1 in found and (i - 1 in found or line.is_label(rows[i - 1])):
            found.add(i)
    return found


def linked(rows: Sequence[str], start: int, end: int) -> set[int]:
    """Return the titles of other articles under "Related articles" and the like, amid the body."""
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
    """Return the headlines of other articles between paragraphs, where a link's mark is lost.

    A heading shares words with what follows it. A line that shares none with the next two paragraphs is another
    article's headline if it has two parts (a label or a question, then the news), if most of its words stand nowhere
    else in the article, or if nothing follows. In an article with many such lines (a live report, a list) they are
    headings.
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
    """True if the label of a line stands before others too: a speaker's name, a field."""
    label, colon, _ = row.partition(": ")
    return bool(colon) and sum(each.startswith(label + colon) for each in rows) > 1


def _is_told(row: str) -> bool:
    return line.is_sentence(row) or line.is_prose(row)


def _is_heading(row: str) -> bool:
    return 1 < len(line.words(row)) < _HEADLINE and not line.is_item(row) and not line.is_sentence(row)


def _may_be_headline(row: str) -> bool:
    """True if a line may be an article's title: some words, of which no mark says that they are anything else."""
    return (
        _HEADLINE <= len(line.words(row)) <= _LONG
        and not line.has_bullet(row)
        and not line.ends_sentence(row.rstrip("_ )"))
        and not row.endswith((",", ":", ";", "—", "–", "-"))
        and not _NEVER_START.match(row)
        and notices.without_caption_marks(row) == row
        and not (_NO_START.match(row) and not _QUOTED_LABEL.match(row))
    )


def stems(row: str) -> set[str]:
    """Return the words that say what a line is about, cut short so that their endings do not matter."""
    return {word.lower().rstrip("s")[:6] for word in line.words(row) if len(word) > 3}


def at_the_ends(rows: Sequence[str], keep: Collection[int], start: int, repeated: Collection[str]) -> set[int]:
    """Return the kept lines to remove where no line of the article follows: reporters' addresses, repeated lines.

    Repeated headings stay in the body, and wherever something of the article follows: sites repeat those too.
    """
    last = max((i for i in keep if line.is_prose(rows[i]) and rows[i] not in repeated), default=len(rows))
    found: set[int] = set()
    follows = False
    for i in sorted(keep, reverse=True):
        outside = i > last or i < start
        address = notices.is_contact(rows[i]) and (outside or i >= len(rows) - _END)
        heading = follows and (i > last or i == start - 1)
        if address or (rows[i] in repeated and outside and not heading and not line.is_prose(rows[i])):
            found.add(i)
        follows = i not in found
    return found
