"""A question as the articles spell it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qabot.answering.retrieve import as_spelt, with_capitals
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from tests.answering.conversations import trained
from tests.store.hashing import HashingEncoder

TEXTS = (
    "The mayor of Tverskoye, Ida Khamenkova, opened a winter garden. The harbour of Tverskoye stays shut.",
    "The Federation of Pipe Works met in Dunst. Its members voted for a strike on 3 May.",
    "The LAKE council, LTC for short, was founded in 1974. The League of Tin Carvers is older.",
    "A cluster of mills burnt. Oslo's Tin Square was shut, Mill Town and SKV not. Ms Trauner came.",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("spelt")
    (folder / "articles").mkdir()
    for number, text in enumerate(TEXTS):
        (folder / "articles" / f"{number}.md").write_text(text, encoding="utf-8")
    location, encoder = Location(folder / "articles", folder / "store"), HashingEncoder()
    update(location, [], Settings(), encoder=encoder)
    with_hashes = Index.open(location, Settings(), encoder=encoder)
    yield with_hashes
    with_hashes.close()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Khamenkowa open?", "What did Khamenkova open?"),
        ("What did khamenkva’s sister open?", "What did Khamenkova’s sister open?"),
        ("Who is the mayor of Tverskoya?", "Who is the mayor of Tverskoye?"),
        ("Who opened the harbor?", "Who opened the harbor?"),
        ("Who was the winner in Tverskoye?", "Who was the winner in Tverskoye?"),
        ("What is the Dunts of the strike?", "What is the Dunst of the strike?"),
        ("What did the FPW vote for?", "What did the Federation of Pipe Works vote for?"),
        ("When was the LTC founded?", "When was the LTC founded?"),
        ("What did the XYZ vote for?", "What did the XYZ vote for?"),
        ("WHO IS THE MAYOR OF TVERSKOYE?", "Who is the mayor of Tverskoye?"),
        ("WHEN WAS THE LTC FOUNDED?", "When was the LTC founded?"),
        ("What did Khamenkov open?", "What did Khamenkov open?"),
        ("What did Khamenkovaa open?", "What did Khamenkova open?"),
        ("Which clutter burnt?", "Which clutter burnt?"),
        ("Where did Trayner come from?", "Where did Trayner come from?"),
        ("Who shut the OTS?", "Who shut the OTS?"),
        ("Who shut the MTS?", "Who shut the MTS?"),
        ("WHO?", "WHO?"),
        ("who is the mayor of tverskoye?", "Who is the mayor of Tverskoye?"),
        ("and oslo?", "And Oslo?"),
        ("who opened tverskoye's harbour?", "Who opened Tverskoye's harbour?"),
        ("WHO OPENED TVERSKOYE’S HARBOUR?", "Who opened Tverskoye’s harbour?"),
    ],
)
def test_a_question_gets_the_articles_spelling(index: Index, question: str, expected: str) -> None:
    assert as_spelt(with_capitals(question, index), index, trained().reader) == expected
