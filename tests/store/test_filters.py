from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from qabot.errors import QabotError
from qabot.store.filters import publisher_named, undated_left_out
from qabot.store.records import Scope

PUBLISHERS = ["The Courier", "Evening Post", "Daily Mail", "Gazette", "Herald", "Tribune"]


def test_a_publisher_is_named_in_any_case() -> None:
    assert publisher_named(" the  courier ", PUBLISHERS) == "The Courier"


def test_only_undated_articles_of_the_publishers_that_are_asked_are_left_out() -> None:
    articles: Any = [
        SimpleNamespace(published=day, publisher=name) for name, day in (("Herald", "2024"), ("Gazette", None))
    ]
    day = date(2024, 1, 1)
    assert undated_left_out(articles, Scope(since=day, publishers=("Herald",))) is None
    assert "1 article" in (undated_left_out(articles, Scope(since=day)) or "")
    assert "1 article" in (undated_left_out(articles, Scope(since=day, publishers=("gazette",))) or "")


@pytest.mark.parametrize(
    ("name", "publishers", "cure"),
    [
        ("Courier", PUBLISHERS, "Near: The Courier."),
        ("Zzz", PUBLISHERS, "There are: Daily Mail, Evening Post, Gazette, Herald, The Courier and 1 more."),
        ("Zzz", PUBLISHERS[:2], "There are: Evening Post, The Courier."),
        ("Zzz", [], "None is named."),
    ],
)
def test_an_unknown_publisher_is_told_which_there_are(name: str, publishers: list[str], cure: str) -> None:
    with pytest.raises(QabotError) as raised:
        publisher_named(name, publishers)
    assert str(raised.value).endswith(cure)
