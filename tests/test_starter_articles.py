"""The starter articles: what a fresh clone answers from."""

from __future__ import annotations

from pathlib import Path

import frontmatter
import pytest

from qabot.text.dates.period import day_span

ARTICLES = sorted((Path(__file__).parents[1] / "index" / "articles").glob("*.md"))
KEYS = {"title", "publisher", "published", "about"}


def test_there_are_at_least_five_briefs_with_different_titles() -> None:
    posts = [frontmatter.load(str(path)) for path in ARTICLES]
    assert sum("about" in post.metadata for post in posts) == 5
    assert len({post["title"] for post in posts}) == len(ARTICLES)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_the_front_matter_says_what_is_known_and_no_more(path: Path) -> None:
    metadata = frontmatter.load(str(path)).metadata
    assert set(metadata) <= KEYS
    assert metadata["title"]
    assert all(isinstance(metadata[key], str) and metadata[key].strip() for key in set(metadata) - {"published"})
    if "published" in metadata:
        first, last = day_span(str(metadata["published"]))
        assert first <= last


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_its_words_are_attributed_to_qabot_which_wrote_them(path: Path) -> None:
    metadata = frontmatter.load(str(path)).metadata
    publisher = str(metadata["publisher"])
    assert publisher.startswith("qabot brief of ") if "about" in metadata else publisher == "qabot"
    assert "author" not in metadata


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_a_brief_is_prose_of_some_paragraphs(path: Path) -> None:
    content = frontmatter.load(str(path)).content
    paragraphs = [part for part in content.split("\n\n") if not part.startswith("#")]
    assert len(paragraphs) >= 4
    assert 350 <= len(content.split()) <= 600
    assert all(part.rstrip().endswith((".", "?", "!", '"')) for part in paragraphs)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_its_name_says_what_it_is_about(path: Path) -> None:
    assert path.stem == path.stem.lower()
    assert len(path.stem.split("-")) >= 3
