"""Disagreements between articles as they stand, no question asked: sentence by sentence where these are alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from qabot.answering.answer import Evidence
from qabot.answering.disagreement.compare import Difference, Told, differences, told
from qabot.answering.disagreement.find import Claim, Dispute, dispute_of
from qabot.answering.draft import Quote
from qabot.store.sentences import sentence_spans

_COMMON = 60
"""A word that stands in more sentences than this says nothing about which of them tell of the same."""
_RARE_SHARED = 2
"""Uncommon words that two sentences share at least before they are compared."""


def between(articles: Sequence[Evidence]) -> list[Dispute]:
    """The disagreements between passages of different articles, in their order."""
    read = [
        (Quote(piece, piece.start + start, piece.start + end), told(piece.text, start, end, piece.published))
        for piece in articles
        for start, end in sentence_spans(piece.text)
    ]
    pairs = [
        (one, other, differing)
        for one, other in _worth_comparing(read)
        if (differing := differences(read[one][1], read[other][1]))
    ]
    return [
        dispute_of(d, Claim(*read[one], *d.one), Claim(*read[other], *d.other))
        for one, other, differing in _without_forms(pairs, read)
        for d in differing
        if d.point != "name"  # without a question, "Mayor A spoke" and "Mayor B spoke" may both be so
    ]


def _without_forms(
    pairs: Sequence[tuple[int, int, list[Difference]]], read: Sequence[tuple[Quote, Told]]
) -> Iterator[tuple[int, int, list[Difference]]]:
    """The pairs without sentences that are forms filled in: those that differ from several of one article."""
    rivals: dict[tuple[int, str], set[int]] = defaultdict(set)
    for one, other, _ in pairs:
        rivals[one, read[other][0].evidence.article_id].add(other)
        rivals[other, read[one][0].evidence.article_id].add(one)
    for one, other, differing in pairs:
        alone = len(rivals[one, read[other][0].evidence.article_id]) == 1
        if alone and len(rivals[other, read[one][0].evidence.article_id]) == 1:
            yield one, other, differing


def _worth_comparing(read: Sequence[tuple[Quote, Told]]) -> Iterator[tuple[int, int]]:
    """Pairs of sentences of different articles that share uncommon words, found by an inverted index."""
    standing: dict[str, list[int]] = defaultdict(list)
    for i, (quote, told_) in enumerate(read):
        shared: dict[int, int] = defaultdict(int)
        for key in told_.content:
            for j in standing[key] if len(standing[key]) <= _COMMON else ():
                shared[j] += 1
            standing[key].append(i)
        for j, count in shared.items():
            if count >= _RARE_SHARED and read[j][0].evidence.article_id != quote.evidence.article_id:
                yield j, i
