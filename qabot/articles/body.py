"""Where the body of a page begins and ends: the stretch that is densest in paragraphs, up to the page's own lines.

A raw page has menus above and teasers, comments and a footer below, all of short lines with a paragraph here and
there. The body is the stretch whose paragraphs outweigh the gaps in it by most (maximum subsequence segmentation:
Pasternack and Roth, "Extracting article text from the web", WWW 2009). What is cut has to hold lines that are plainly
the page's own: an article may open with short lines, and end in a list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate

from qabot.articles import appeals, attribution
from qabot.articles import lines as line

_LONG = 20  # words of a paragraph that no menu has
_WORTH = 0.05  # of a word of a paragraph
_MOST = 60  # words of a paragraph that count
_OWN, _SHORT, _ITEM = 1.0, 0.4, 0.1  # what a line costs: the page's own, a short one, one of a list
_GAP, _GAP_OF_SHORT = 6.0, 1.5  # the most that all lines between two paragraphs cost, the page's own and short ones
_PLENTY = 3  # so many of the page's own lines are no accident
_RAW = 8  # so many of them are a page with its menus
_NEAR = 16  # lines
_SHARE = 0.15  # of the lines of a tail: the page's own


def extent(rows: Sequence[str], own: Collection[int], dated: Collection[int]) -> tuple[int, int]:
    """The first row of the body and the one after its last.

    Args:
        rows: the paragraphs of a page.
        own: the numbers of those that are plainly the page's own.
        dated: the numbers of those that are nothing but a date: other articles' and comments'.
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
    """The words of a paragraph, or of a long item of a list; of what is shorter, or may be a headline, none."""
    size = len(line.words(row))
    return size if (line.is_prose(row) and not line.is_question(row)) or (size >= _LONG and ", " in row) else 0


def _comments(rows: Sequence[str], sizes: Sequence[int], dated: Collection[int]) -> int:
    """Where a comment section begins: at a label that paragraphs stand above, and names or dates under."""
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
    """The first and the last paragraph of the stretch."""
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
    """Where the tail begins: at the first of the page's own lines after the stretch, with others of them near.

    Where there are only few of them, no paragraph may follow, and the article may not be written in lists.
    """
    before = [0, *accumulate(min(size, _MOST) for size in sizes)]
    rest = [*accumulate(len(line.words(row)) for row in reversed(rows))][::-1]
    pairs = [i for i in range(1, len(rows)) if sizes[i - 1] >= _LONG and sizes[i] >= _LONG]
    last_pair = pairs[-1] if pairs else 0
    last_prose = max((i for i in range(start, len(rows)) if sizes[i]), default=len(rows))
    in_lists = sum(not line.is_sentence(row) for row in rows[start:last_prose]) > 0.3 * (last_prose - start)
    is_raw = len(furniture) >= _RAW
    for i in range(start, len(rows)):
        told = any(size >= _LONG for size in sizes[i + 1 : i + 2])  # comments begin with a name
        if line.is_comment_label(rows[i]) and not told and last_pair <= i + 1 and 2 * before[i] >= before[-1]:
            return i
        if i <= last:
            continue
        own = i in furniture or appeals.is_appeal(rows[i])
        if own and i > last_prose and not in_lists and rest[i] <= before[i]:
            return i
        if i in furniture and is_raw and 2 * before[i] >= before[-1] and _is_menu(rows, i, sizes, furniture):
            return i
    return len(rows)


def _is_menu(rows: Sequence[str], start: int, sizes: Sequence[int], furniture: Collection[int]) -> bool:
    """Whether the lines from here on are a menu's, or a list of teasers."""
    near = range(start, min(start + _NEAR, len(rows)))
    if not any(sizes[i] or line.has_bullet(rows[i]) for i in near):
        return True
    return sum(i in furniture or appeals.is_appeal(rows[i]) for i in near) >= max(_PLENTY, _SHARE * len(near))


def _is_furniture(row: str) -> bool:
    """Whether a tail may begin with a line; a credit, a video or a link stands between paragraphs as well."""
    return (
        line.is_label(row)
        or line.is_form(row)
        or line.is_list_label(row)
        or attribution.is_rights(row)
        or attribution.is_contributor(row)
    )
