"""The digest: what the articles say of a topic, in up to eight of their sentences, one from each origin first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from qabot.answering.answer import Evidence
from qabot.answering.draft import Draft, Quote, Statement, overlap
from qabot.answering.query import Question, topic_of
from qabot.answering.references import IN_BRACKETS
from qabot.answering.retrieve import ABOUT_IT
from qabot.answering.wording import not_covered, quoted, step
from qabot.text.annotate import Sentence
from qabot.text.corrections import corrections_in, holds
from qabot.text.names import name_spans
from qabot.text.tokens import content_stems

_MOST = 8
_NAMED = 0.5
"""A passage with fewer of the topic's words is about something else, unless it is that near in meaning."""
_WORTH = 0.6
"""A sentence is worth its place from this share of the best one's relevance on."""
_SAME = 0.5
"""Share of its content words beside the topic's from which on a sentence says what another has said."""
_WORDS = range(6, 56)
"""A shorter one is a heading or a fragment, a longer one no sentence of a digest."""
_LEANS = re.compile(
    r"^[\W_]*(?:he|she|it|they|this|that|these|those|but|however|instead|also|so|such)\b", re.IGNORECASE
)
_ENDS = re.compile(r"[.!…][\"”’')\]]*$")


@dataclass(frozen=True)
class _Told:
    """A sentence that tells of the topic, and how relevant it is; ``news`` are the stems of its other words."""

    evidence: Evidence
    sentence: Sentence
    relevance: float
    news: frozenset[str]

    @property
    def quote(self) -> Quote:
        return Quote.of(self.evidence, self.sentence)


def digest(question: Question, evidence: Sequence[Evidence]) -> Draft:
    """Return the draft of a digest, in order of time; without statements where no article is about the topic.

    None either where the topic has no words of its own ("Summarise this"). Its confidence is the share of the topic's
    words that stand in what is quoted, or in the titles above it.
    """
    whole = topic_of(question.text) or question.text
    topic = IN_BRACKETS.sub("", whole)
    asked = frozenset(content_stems(topic))
    about = frozenset(content_stems(whole))
    if not asked:
        return Draft((), None, 0.0)
    chosen = _chosen([each for each in _told(asked, about, evidence) if asked == about or asked & each.sentence.stems])
    if not chosen:
        return Draft((), None, 0.0)
    order = {piece.article_id: number for number, piece in reversed(list(enumerate(evidence)))}
    chosen.sort(key=lambda each: (each.evidence.published or "9999", order[each.evidence.article_id], each.quote.start))
    statements, before = [], ""
    for each in chosen:
        day = each.evidence.published
        statements.append(Statement(f"{step(day, before)}{quoted(each.sentence.text)}", (each.quote,)))
        before = day or before
    known = frozenset().union(*(_known(each.evidence) | each.sentence.stems for each in chosen))
    names = [topic[start:end] for start, end in name_spans(topic)]
    missing = [name for name in names if not known.intersection(content_stems(name))]
    return Draft(tuple(statements), None, _share(asked, known), notice=not_covered(missing) if missing else None)


def _told(asked: frozenset[str], about: frozenset[str], evidence: Sequence[Evidence]) -> Iterator[_Told]:
    """Yield the sentences of the passages that are about the topic, but for what is no statement of its own.

    ``about`` are the stems of the topic with those of the question before, where it is a part of what that asked about.
    What was taken back is told only beside what is right. A sentence is as relevant as its passage is near the topic,
    with half of the share of the topic's words that it has, and a quarter of that which it has with its title; a third
    less where it leans on the one before.
    """
    for piece in evidence:
        title = _known(piece)
        if piece.similarity < ABOUT_IT and _share(about, title.union(content_stems(piece.text))) < _NAMED:
            continue
        for sentence, stands in piece.standing:
            if len(sentence.text.split()) not in _WORDS or not _ENDS.search(sentence.text):
                continue
            wrong = not stands[0] and holds(sentence.text, piece.withdrawn) and not corrections_in(sentence.text)
            if wrong or stands == (0, 0):
                continue
            known = _share(asked, sentence.stems) / 2 + _share(asked, title | sentence.stems) / 4
            leaning = 2 / 3 if _LEANS.match(sentence.text) else 1.0
            yield _Told(piece, sentence, (piece.similarity + known) * leaning, sentence.stems - asked)


def _chosen(told: Sequence[_Told]) -> list[_Told]:
    """Return the most relevant sentences: the best of each origin, then the second best; none that repeats another."""
    by_origin: dict[str, list[_Told]] = {}
    for each in sorted(told, key=lambda each: -each.relevance):
        if not by_origin or each.relevance >= _WORTH * next(iter(by_origin.values()))[0].relevance:
            by_origin.setdefault(each.evidence.origin, []).append(each)
    chosen: list[_Told] = []
    for each in filter(None, chain.from_iterable(zip_longest(*by_origin.values()))):
        if len(chosen) < _MOST and not any(overlap(each.news, earlier.news) >= _SAME for earlier in chosen):
            chosen.append(each)
    return chosen


def _known(piece: Evidence) -> frozenset[str]:
    return frozenset(content_stems(piece.title or ""))


def _share(asked: frozenset[str], present: frozenset[str]) -> float:
    return len(asked & present) / len(asked)
