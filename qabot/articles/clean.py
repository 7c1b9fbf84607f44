"""Raw page text to the article's own words: what goes is decided by what a line is and by where it stands.

A page is a head (title, byline, appeals, menus), a body and a tail (comment form, teasers, footer). In the body a line
goes only where its kind is beyond doubt; before and after it, doubt counts against it. A sentence of the article is
never given up for a cleaner page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from qabot.articles import lines as line
from qabot.articles.dateline import is_dateline
from qabot.articles.metadata import Head, is_intro, read_head

_SENTENCE_GAP = re.compile(r"(?<=[.!?])[”\"’')]*\s+")
_GAP = 2  # so many lines that only address the reader may stand between two that plainly are an appeal's
_LONG = 20  # words of a paragraph that no menu has


@dataclass(frozen=True)
class Cleaned:
    """An article's paragraphs, what its head says, and the lines left out."""

    paragraphs: tuple[str, ...]
    removed: tuple[str, ...]
    head: Head


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: its lines, or where the lines are wrapped at some width, its blocks."""
    blocks = [[row.strip() for row in block.split("\n")] for block in re.split(r"\n\s*\n", text)]
    blocks = [[row for row in block if row] for block in blocks]
    inner = [row for block in blocks for row in block[:-1]]
    wrapped = [row for row in inner if 45 <= len(row) <= 120 and not line.is_sentence(row)]
    if not inner or len(wrapped) < 0.6 * len(inner):
        return [row for block in blocks for row in block]
    found: list[str] = []
    for block in blocks:
        for number, row in enumerate(block):
            if number and len(block[number - 1]) >= 45 and not line.is_item(row):
                found[-1] += f" {row}"
            else:
                found.append(row)
    return found


def clean(rows: Sequence[str]) -> Cleaned:
    """Part the paragraphs of a page into the article's and the rest."""
    start = _body_start(rows)
    head = read_head(rows, start)
    appeals = _appeals(rows)
    start = next((i for i in range(start, len(rows)) if i not in appeals), len(rows))
    end = _body_end(rows, start, appeals)
    keep = {i for i in range(start, end) if i not in appeals and i not in head.lines and not is_left_out(rows[i])}
    keep |= {i for i in range(start) if i not in appeals and i not in head.lines and _belongs_to_head(rows, i, start)}
    keep -= _links(rows, start, end)

    kept: list[str] = []
    removed: list[str] = []
    seen: set[str] = set()
    for i, row in enumerate(rows):
        words = line.without_caption_marks(row)
        if i not in keep or (words in seen and line.is_prose(words) and not line.is_item(words)):
            if i not in head.lines:
                removed.append(row)
            continue
        seen.add(words)
        kept.append(words)
        if words != row:
            removed.append(row.replace(words, " ", 1).strip())
    return Cleaned(tuple(kept), tuple(removed), head)


def _body_start(rows: Sequence[str]) -> int:
    """The first paragraph that is prose and plainly no appeal."""
    first = True
    for i, row in enumerate(rows):
        if is_left_out(row) or is_dateline(row):
            continue
        if line.is_prose(row) and not (first and line.is_question(row)):  # a question on top is the title
            return i
        first = False
    return len(rows)


@lru_cache(1024)
def is_left_out(row: str) -> bool:
    """Whether a line is of a kind that goes wherever it stands."""
    if not line.words(row):
        return True
    if line.is_label(row) or line.is_form(row) or line.is_teaser(row) or line.is_rights(row) or line.is_credit(row):
        return True
    return (line.is_note(row) and not is_intro(row)) or _speaks_for_the_site(row)


def _speaks_for_the_site(row: str) -> bool:
    """Whether most of a line's words are the site's to its reader; one request does not take a paragraph with it."""
    if not line.is_site_voice(row):
        return False
    total = site = 0
    for sentence in _SENTENCE_GAP.split(row):
        size = len(line.words(sentence))
        total += size
        voice = line.may_be_site_voice(sentence) or line.addresses_reader(sentence)
        if voice or line.site_matters(sentence) >= 2:
            site += size
    return 2 * site >= total


def _appeals(rows: Sequence[str]) -> set[int]:
    """The lines in which the site speaks to its reader, with those that only their neighbours give away.

    Neighbours count before the first and after the last paragraph of the article; inside it, a line stands for itself.
    """
    found = {i for i, row in enumerate(rows) if _speaks_for_the_site(row)}
    clear = [
        i for i, row in enumerate(rows) if i not in found and line.is_prose(row) and not line.addresses_reader(row)
    ]
    first, last = (clear[0], clear[-1]) if clear else (len(rows), -1)
    lasting = {i for i in found if line.asks_for_support(rows[i])}
    for i in sorted(lasting):
        between = next((range(i + 1, i + gap + 1) for gap in range(1, _GAP + 1) if i + gap + 1 in lasting), range(0))
        if i < first and all(line.addresses_reader(rows[j]) for j in between):
            found.update(between)
    for order in (range(len(rows)), range(len(rows) - 1, -1, -1)):
        for i in order:
            neighbour = i - order.step
            if first <= i <= last or neighbour not in found or not line.may_be_site_voice(rows[i]):
                continue
            if len(line.words(rows[i])) <= _LONG:
                found.add(i)
            elif neighbour in lasting and line.speaks_of_its_work(rows[i]):
                found.add(i)
                lasting.add(i)
    for i in range(1, len(rows) - 1):  # boxed in: what a newsletter promises stands between its name and its terms
        if i + 1 in found and (i - 1 in found or line.is_label(rows[i - 1])) and _is_short(rows[i]):
            found.add(i)
    return found


def _is_short(row: str) -> bool:
    return len(line.words(row)) <= _LONG and not line.is_sentence(row)


def _belongs_to_head(rows: Sequence[str], i: int, start: int) -> bool:
    """Whether a line before the body is the standfirst or the heading of the first section."""
    row = rows[i]
    if is_left_out(row) or is_dateline(row) or row.endswith("—"):
        return False
    return line.is_sentence(row) or len(line.words(row)) >= 8 or i == start - 1


def _body_end(rows: Sequence[str], start: int, appeals: set[int]) -> int:
    """Where the tail begins: at a comment section, or at the first line of the page's own that no prose follows.

    An article that is written in lists may go on in lists: there only a comment section ends it.
    """
    prose = [i not in appeals and line.is_prose(row) and not is_left_out(row) for i, row in enumerate(rows)]
    sizes = [len(line.words(row)) if is_prose else 0 for row, is_prose in zip(rows, prose, strict=True)]
    before = [0, *accumulate(sizes)]
    rest = [*accumulate(len(line.words(row)) for row in reversed(rows))][::-1]
    # Two long paragraphs on end are an article going on: a footer sets a heading over each of its own.
    pairs = [i for i in range(1, len(rows)) if sizes[i - 1] >= _LONG and sizes[i] >= _LONG]
    last_pair = pairs[-1] if pairs else 0
    last_prose = max((i for i in range(start, len(rows)) if prose[i]), default=len(rows))
    in_lists = sum(not line.is_sentence(row) for row in rows[start:last_prose]) > 0.3 * (last_prose - start)
    for i in range(start, len(rows)):
        if line.is_comment_label(rows[i]) and last_pair <= i + 1 and 2 * before[i] >= before[-1]:
            return i
        own = i in appeals or line.is_label(rows[i]) or line.is_form(rows[i]) or line.is_rights(rows[i])
        if i > last_prose and own and not in_lists and rest[i] <= before[i]:
            return i
    return len(rows)


def _links(rows: Sequence[str], start: int, end: int) -> set[int]:
    """The titles of other articles under "Related articles" and the like, amid the body."""
    found: set[int] = set()
    for i in range(start, end):
        if not line.is_list_label(rows[i]):
            continue
        titles = []
        for j in range(i, min(i + 9, end)):
            if line.is_sentence(rows[j]) or (j > i and line.is_item(rows[j])) or len(line.words(rows[j])) > 25:
                break
            titles.append(j)
        following = rows[titles[-1] + 1 : titles[-1] + 2] if titles else []
        if len(titles) > 2 and any(map(line.is_prose, following)) and len(line.words(rows[titles[-1]])) <= 5:
            titles.pop()  # the heading of what follows
        found.update(titles)
    return found
