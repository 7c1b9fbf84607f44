"""What the bot itself says in an answer."""

from __future__ import annotations

import pytest

from qabot.text.dates.period import in_words


@pytest.mark.parametrize(
    ("published", "words"),
    [("2024-11-27", "27 November 2024"), ("2024-11", "November 2024"), ("2024", "2024"), (None, None), ("soon", None)],
)
def test_a_date_in_words(published: str | None, words: str | None) -> None:
    assert in_words(published) == words
