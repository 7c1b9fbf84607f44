"""The five original articles, their lines labelled by hand: what belongs to the article, and what does not.

Lines are named by their numbers, names by their digests. A line that is in neither set is empty, or states only the
title, the author or the date.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from qabot.articles.article import Article
from tests.articles.reading import parse_article

ORIGINALS = Path(__file__).parents[2].parent / "shared" / "articles"
pytestmark = pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the original articles are not beside the repository")


@dataclass(frozen=True)
class Labels:
    kept: frozenset[int]
    left_out: frozenset[int]
    author: str | None = None  # a digest, as of the publisher
    publisher: str | None = None
    published: str | None = None
    title_line: int = 1
    title_end: int | None = None  # where the title ends in its line
    parts: frozenset[int] = frozenset()  # captions, of which the label and the credit go


def digest(text: str | None) -> str | None:
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else None


def numbers(*parts: int | range) -> frozenset[int]:
    return frozenset(n for part in parts for n in ([part] if isinstance(part, int) else part))


LABELS = {
    "000_63d": Labels(
        numbers(3, range(20, 45, 2)),
        numbers(7, 8, range(10, 19, 2), range(46, 55, 2)),
        author="babef18c1ef1f240",
        publisher="91e3555df76a70b0",
        published="2024-11-27",
    ),
    "001_e39": Labels(numbers(range(5, 44, 2)), numbers(45, 47), author="770c0a206a0105e0"),
    "002_a71": Labels(
        numbers(range(7, 30, 2), range(33, 54, 2)),
        numbers(1, range(55, 87, 2), range(87, 95), 96, 98, 99, 101),
        author="4df7c26995fd92c6",
        published="2024-04-22",
        title_line=3,
        parts=numbers(31),
    ),
    "003_428": Labels(numbers(3, 5, 8, range(36, 61, 2)), numbers(6, 62, 64)),
    "004_79c": Labels(
        numbers(range(5, 50, 2)), numbers(51), author="4df7c26995fd92c6", publisher="42fb46dcd420d86c", title_end=-13
    ),
}


@pytest.fixture(params=sorted(LABELS))
def original(request: pytest.FixtureRequest) -> tuple[Labels, list[str], Article]:
    path = next(ORIGINALS.glob(f"{request.param}*"))
    data = path.read_bytes()
    lines = ["", *(line.replace("\xa0", " ").strip() for line in data.decode().split("\n"))]
    return LABELS[request.param], lines, parse_article(data, str(path), path.suffix)


def test_every_line_of_the_article_is_kept_verbatim(original: tuple[Labels, list[str], Article]) -> None:
    labels, lines, article = original
    paragraphs = article.text.split("\n\n")
    assert [n for n in sorted(labels.kept) if lines[n] not in paragraphs] == []


def test_nothing_else_is_left_in(original: tuple[Labels, list[str], Article]) -> None:
    labels, lines, article = original
    wanted = {lines[n] for n in labels.kept}
    others = [paragraph for paragraph in article.text.split("\n\n") if paragraph not in wanted]
    assert len(others) == len(labels.parts)
    assert all(any(other in lines[n] for n in labels.parts) for other in others)


def test_what_is_left_out_is_kept_in_order(original: tuple[Labels, list[str], Article]) -> None:
    labels, lines, article = original
    removed = [line for line in article.removed if line in {lines[n] for n in labels.left_out}]
    assert removed == [lines[n] for n in sorted(labels.left_out) if lines[n]]


def test_metadata_is_what_the_text_states(original: tuple[Labels, list[str], Article]) -> None:
    labels, lines, article = original
    assert article.title == lines[labels.title_line][: labels.title_end]
    assert (digest(article.author), digest(article.publisher)) == (labels.author, labels.publisher)
    assert article.published == labels.published
    assert (article.url, article.about) == (None, None)
