"""Paragraphs of a plain text, of which lines that were wrapped are joined again, and words that were parted there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qabot.articles.boilerplate.lines import ends_sentence, has_bullet
from qabot.articles.tables import CELLS, with_tables

HYPHENATED = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-‐]$")
"""The end of a line with a hyphen at it."""
_TAIL = 1_000  # characters at the end of a text that tell how the next line is joined to it, where there is no blank
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DASH = re.compile(r"\S[—/-]$")
_PARTED = 0.02  # the least share of lines that end in a hyphen, where words are hyphenated
_EMPTY_LINE = re.compile(r"\n\s*\n")
_CREDIT = re.compile(r"B[Yy] [A-Z]")
_NARROWEST, _WIDEST = 28, 120  # characters of wrapped lines


class Hyphens:
    """Tell hyphens at the ends of lines that belong to the words from others, by the document's other words."""

    def __init__(self, lines: Sequence[str], *, typeset: bool) -> None:
        """Learn a document's words.

        Args:
            lines: its lines.
            typeset: true where many hyphens at the ends of lines mean that words are parted there; what wraps plain
                text breaks lines after the hyphens that words have.
        """
        inner = (line.partition(" ")[2].rpartition(" ")[0] for line in lines)
        self._words = {word.casefold() for text in inner for word in _WORD.findall(text)}
        broken = [(above, line) for above, line in pairwise(lines) if HYPHENATED.search(above)]
        # A text that hyphenates words has many such lines; compounds seldom stand at a line's end.
        plain = all(text.endswith("-") for text, _ in broken)
        told = any(self._told(*each) is False for each in broken)
        self._parts_words = plain and (told or (typeset and len(broken) > _PARTED * len(lines)))

    def joined(self, text: str, following: str) -> str:
        """Return a text with the line that follows it."""
        if HYPHENATED.search(text):
            return text[: None if self._stays(text, following) else -1] + following
        return text + following if _DASH.search(text) else f"{text} {following}"

    def extend(self, pieces: list[str], following: str) -> None:
        """Add the line that follows to a text in pieces: one that grew with every line would be copied with each."""
        text = self.joined(pieces.pop(), following)
        cut = max(text.rfind(" ") + 1, len(text) - _TAIL)
        pieces += [text[:cut], text[cut:]]

    def _stays(self, text: str, following: str) -> bool:
        """True if a hyphen at the end of ``text`` belongs to the word, before ``following``."""
        if not following[0].islower():
            return True
        if not text.endswith("-"):  # typesetters use other characters for the hyphens that they insert
            return False
        told = self._told(text, following)
        return not self._parts_words if told is None else told

    def _told(self, text: str, following: str) -> bool | None:
        head, tail = HYPHENATED.search(text), _WORD.match(following)
        if not head or not tail:
            return None
        first, second = head[1].casefold(), tail[0].casefold()
        if first + second in self._words:
            return False
        return f"{first}-{second}" in self._words or {first, second} <= self._words or None


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text: its lines, or where the lines are wrapped at some width, what they make up."""
    told = "\n".join(with_tables([row.rstrip() for row in text.split("\n")]))
    blocks = [[row for row in block.split("\n") if row] for block in _EMPTY_LINE.split(told)]
    width = _width([pair for block in blocks for pair in pairwise(block) if not any(CELLS in row for row in pair)])
    if not width:
        return [row.strip() for block in blocks for row in block]
    hyphens = Hyphens([row for block in blocks for row in block], typeset=False)
    found: list[list[str]] = []
    for block in blocks:
        margin = min(map(_indent, block), default=0)
        for number, row in enumerate(block):
            if number and _goes_on(block[number - 1], row, width, margin):
                hyphens.extend(found[-1], row.strip())
            else:
                found.append([row.strip()])
    return ["".join(pieces) for pieces in found]


def _width(pairs: Sequence[tuple[str, str]]) -> int:
    """Return the width at which lines are wrapped, by the pairs of neighbours; 0 where they are not.

    They are where the next word would not have fitted into most of them, and many of the next begin in the midst of a
    sentence: a list of headlines has lines of any length, which begin with a capital.
    """
    sizes = sorted(len(row) for row, _ in pairs if " " in row.strip())
    width = sizes[int(0.9 * len(sizes))] if sizes else 0
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    full = sum(_is_full(row, following, width) for row, following in pairs)
    amid = sum(not (ends_sentence(row) or following.lstrip()[0].isupper()) for row, following in pairs)
    return width if full >= 0.6 * len(pairs) and amid >= 0.4 * len(pairs) else 0


def _goes_on(above: str, row: str, width: int, margin: int) -> bool:
    """True if a line of a wrapped text continues the paragraph of the line above it."""
    ended, full = ends_sentence(above), _is_full(above, row, width)
    start = row.lstrip()
    if ended and _indent(row) > max(margin, _indent(above)):
        return False
    if has_bullet(start) and (ended or not full or above.endswith(":") or has_bullet(above.lstrip())):
        return False
    if CELLS in above or CELLS in start or (not ended and _CREDIT.match(start)):
        return False
    return full or (not ended and start[0].islower() and 2 * len(above) > width)


def _is_full(row: str, following: str, width: int) -> bool:
    """True if a line ended because the next word did not fit into it."""
    return len(row) + 1 + len(following.split(maxsplit=1)[0]) > width


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())
