"""Measure how time expressions of news are understood, against 250 that were labelled by reading.

    python -m eval times FOLDER [--errors]

FOLDER holds the public set RealTimeQA as ``articles.jsonl.gz`` (a JSON object a line: id, published, text ...).
``data/times.jsonl`` holds, for each expression, the id of its article, its offsets in the text, the SHA-256 of its
words, and the first and last day that it means; null where it is to be left alone, because it tells no time ("may",
"USA TODAY"), is vague ("decades ago"), recurs ("every year"), or nothing in the text dates it. The expressions were
drawn at random, at most one an article, from words that can tell time, and labelled before any rule was tried on them.
One half is for development: its errors may be looked at (``--errors``). The other is held out.

An expression is resolved rightly where what is found at its place means the same first and last day. It is left alone
where nothing is found at its place that means a day.

Conventions of the labels: weeks run from Monday to Sunday; "early", "mid" and "late" are thirds; seasons are those of
meteorology in the north; "earlier this year" ends and "later this year" begins with the day of publication; "last
year" is the calendar year before, "the past year" the twelve months before; "five weeks ago" is a week, "ten years ago"
a year.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from eval.figures import Figure, add_option, share, show
from eval.sets import json_lines
from qabot.text.dates.expressions import time_expressions
from qabot.text.dates.resolution import TimeExpression

LABELS = Path(__file__).parent / "data" / "times.jsonl"
HALVES = ("development", "held-out")


@dataclass(frozen=True)
class Label:
    """An expression as it was labelled."""

    article: str
    start: int
    end: int
    sha256: str
    earliest: str | None
    latest: str | None
    half: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", action="store_true", help="show those of the development half")
    add_option(parser)
    options = parser.parse_args()
    labels = [Label(**row) for row in json_lines(LABELS)]
    texts = dict(articles(options.folder, {label.article for label in labels}))
    right: dict[tuple[str, bool], list[bool]] = {}
    for label in labels:
        text, published = texts[label.article]
        words = text[label.start : label.end]
        if sha256(words.encode()).hexdigest() != label.sha256:
            raise SystemExit(f"{label.article} [{label.start}:{label.end}] has other words than were labelled")
        found = at(label, time_expressions(text, published))
        is_right = same(label, found)
        right.setdefault((label.half, label.earliest is not None), []).append(is_right)
        if options.errors and not is_right and label.half == "development":
            around = " ".join(text[max(0, label.start - 150) : label.end + 60].split())
            got = f"{found.text!r} {found.period and found.period.iso()} ({found.reasoning})" if found else "nothing"
            print(f"{published} {words!r} is {label.earliest} to {label.latest}; found {got}\n    {around}\n")
    show(shares(right), keep=options.figures)


def shares(right: Mapping[tuple[str, bool], Sequence[bool]]) -> Iterator[Figure]:
    """Yield, by half, the share of the expressions that are resolved rightly, and of the others that are left alone."""
    for half in (*HALVES, None):
        for resolved, name in ((True, "resolved rightly"), (False, "left alone")):
            outcomes = [r for (h, each), rs in right.items() if each is resolved and half in (h, None) for r in rs]
            yield share("times", name, outcomes, half or "all")


def articles(folder: Path, wanted: set[str]) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Yield the text and the publication date of each article wanted, by its id."""
    for row in json_lines(folder / "articles.jsonl.gz"):
        if row["id"] in wanted:
            yield row["id"], (row["text"], row["published"])


def at(label: Label, found: tuple[TimeExpression, ...]) -> TimeExpression | None:
    """Return the expression found at a label's place: the one with the most characters in common."""
    common = {e: min(e.end, label.end) - max(e.start, label.start) for e in found}
    best = max(found, key=lambda e: common[e], default=None)
    return best if best and common[best] > 0 else None


def same(label: Label, found: TimeExpression | None) -> bool:
    """True if an expression was understood as it is labelled."""
    period = found.period if found else None
    if label.earliest is None or label.latest is None:
        return period is None
    days = date.fromisoformat(label.earliest), date.fromisoformat(label.latest)
    return period is not None and (period.earliest, period.latest) == days
