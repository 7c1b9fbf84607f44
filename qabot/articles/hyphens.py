"""Words that were parted at the ends of lines, and how lines are joined again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

HYPHENATED = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-‐]$")
"""The end of a line with a hyphen at it."""
TAIL = 1_000
"""Characters at the end of a text that tell how the next line is joined to it, where there is no blank."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DASH = re.compile(r"\S[—/-]$")
_PARTED = 0.02  # the least share of lines that end in a hyphen, where words are hyphenated


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
