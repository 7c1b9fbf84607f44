"""Passages: an article's text cut at sentence and paragraph ends, sized for the embedding model's window."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qabot.articles.article import Article
from qabot.text.sentences import paragraph_spans, sentence_spans

if TYPE_CHECKING:
    from qabot.text.annotate import Sentence

TARGET = 600
"""Characters of a passage that is neither long nor short: about 140 word pieces of English, of a window of 256."""
LONGEST = 1000
"""No passage has more characters; with title and date it still fits the window, for English."""

_CUT_IN_PARAGRAPH = 0.25
"""Cost of a cut inside a paragraph; a passage half as long, or half as long again, as the target costs as much."""
_SENTENCE_END = re.compile(r"[.!?…:;。！？][\"”’'»)\]]*$")
_LONGEST_HEADING = 120


@dataclass(frozen=True)
class Passage:
    """A span of an article's text: ``text == article.text[start:end]``.

    ``passage_id`` is a positive integer of 63 bits made from the article's id and the offsets.
    """

    passage_id: int
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]


def split(article: Article, *, target: int = TARGET, longest: int = LONGEST) -> list[Passage]:
    """Split an article into passages, in order, without overlap, none longer than ``longest`` characters.

    They are whole sentences, cut by preference at paragraph ends; only a sentence longer than ``longest`` is cut, at
    white space where it has some. A heading goes with the paragraph that follows it. Among all ways to cut, the one
    is taken whose passages come nearest to ``target`` characters (dynamic programming).
    """
    from qabot.text.annotate import annotate  # which an index that is only looked at does without

    pieces = list(_pieces(article.text, longest))
    passages = []
    for start, end in _best_cuts(pieces, target, longest):
        text = article.text[start:end]
        sentences = annotate(text, article.published)
        passages.append(Passage(_passage_id(article.article_id, start, end), start, end, text, sentences))
    return passages


def embedded_text(article: Article, passage: Passage) -> str:
    """Return what is embedded of a passage: its text, with its article's title and date in front."""
    heading = ". ".join(part for part in (article.title, article.published) if part)
    return f"{heading}\n{passage.text}" if heading else passage.text


def packed(sentences: Sequence[Sentence]) -> bytes:
    """Return a passage's sentences as they are stored: compressed JSON, which takes half the room of plain JSON."""
    from qabot.text.annotate import to_record

    return zlib.compress(json.dumps(to_record(sentences), ensure_ascii=False, separators=(",", ":")).encode())


def unpacked(text: str, record: bytes) -> tuple[Sentence, ...]:
    """Return the sentences that `packed` made a record of; ``text`` is the passage's."""
    from qabot.text.annotate import from_record

    return from_record(text, json.loads(zlib.decompress(record)))


@dataclass(frozen=True)
class _Piece:
    """A sentence, or a part of one that is too long, and what it costs to cut after it."""

    start: int
    end: int
    cut_cost: float


def _pieces(text: str, longest: int) -> Iterator[_Piece]:
    paragraphs = paragraph_spans(text)
    ends = {end: _is_heading(text[start:end]) for start, end in paragraphs}
    for start, end in sentence_spans(text):
        *parts, last = _short_enough(text, start, end, longest)
        yield from (_Piece(*part, cut_cost=2 * _CUT_IN_PARAGRAPH) for part in parts)
        heading = ends.get(end)
        yield _Piece(*last, cut_cost=_CUT_IN_PARAGRAPH if heading is None else 4.0 if heading else 0.0)


def _is_heading(paragraph: str) -> bool:
    return len(paragraph) <= _LONGEST_HEADING and not _SENTENCE_END.search(paragraph)


def _short_enough(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    while end - start > longest:
        blanks = [match.start() for match in re.finditer(r"\s+", text[start : start + longest + 1])]
        cut = start + (blanks[-1] if blanks else longest)
        yield start, cut
        start = cut
        while text[start].isspace():
            start += 1
    yield start, end


def _best_cuts(pieces: list[_Piece], target: int, longest: int) -> list[tuple[int, int]]:
    costs = [0.0]  # costs[n]: of the best way to cut the first n pieces
    firsts = [0]  # firsts[n]: the first piece of the last passage in that way
    for last, piece in enumerate(pieces):
        best, best_first = float("inf"), last
        for first in range(last, -1, -1):
            length = piece.end - pieces[first].start
            if length > longest and first < last:
                break
            cost = costs[first] + (length / target - 1) ** 2 + piece.cut_cost
            if cost < best:
                best, best_first = cost, first
        costs.append(best)
        firsts.append(best_first)
    spans = []
    count = len(pieces)
    while count:
        first = firsts[count]
        spans.append((pieces[first].start, pieces[count - 1].end))
        count = first
    return spans[::-1]


def _passage_id(article_id: str, start: int, end: int) -> int:
    digest = hashlib.blake2b(f"{article_id}:{start}:{end}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1
