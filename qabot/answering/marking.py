"""Which words of a quote answer, for those who show it."""

from __future__ import annotations

import re

from qabot.text.tokens import is_content

_YEAR = re.compile(r"\d{4}")


def answering_words(quote: str, short_answer: str | None) -> list[tuple[int, int]]:
    """Where in a quote the short answer stands, from and to; else where most of it does.

    Quotes that bear an answer out need not have all its words: "2003" of "14 February 2003", "Supreme Court" of
    "Russia's Supreme Court". Words that could be of anything else are not marked.
    """
    words = (short_answer or "").split()
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length, -1, -1):
            run = words[start : start + length]
            if length == len(words) or _telling(run, words):
                pattern = r"\s+".join(map(re.escape, run))
                if places := [match.span() for match in re.finditer(rf"(?i)(?<!\w){pattern}(?!\w)", quote)]:
                    return places
    return []


def _telling(run: list[str], words: list[str]) -> bool:
    """Whether some words of a short answer tell it from others: a year, a name, or how a name ends."""
    if any(_YEAR.search(word) for word in run):
        return True
    names = [word for word in run if word[0].isupper() and is_content(word)]
    return bool(names) and (len(run) > 1 or (run == words[-1:] and all(word[0].isupper() for word in words)))
