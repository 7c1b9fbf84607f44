"""Disagreements: points on which articles say different things, of which kind, and who says what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["superseded", "conflicting", "garbled"]


@dataclass(frozen=True)
class Value:
    """What some of the articles say on a point.

    Attributes:
        text: the words, a slice of the first citation's quote.
        citations: the markers of the quotes that say so.
        published: the ISO date of the first one's article; None where it is unknown.
        happened: the ISO date of what it tells, where its sentence states one; ``first/last`` for a span.
    """

    text: str
    citations: tuple[int, ...]
    published: str | None
    happened: str | None


@dataclass(frozen=True)
class Disagreement:
    """A point on which articles differ.

    Attributes:
        kind: ``superseded``: the later article tells a later state; ``conflicting``: different claims about the same
            time; ``garbled``: a reprint against its original.
        about: what it is about, in the articles' words or the question's.
        values: the one that counts first: the newest, or the original's.
    """

    kind: Kind
    about: str
    values: tuple[Value, ...]
