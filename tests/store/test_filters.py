from __future__ import annotations

import pytest

from qabot.errors import QabotError
from qabot.store.filters import publisher_named

PUBLISHERS = ["The Courier", "Evening Post", "Daily Mail", "Gazette", "Herald", "Tribune"]


def test_a_publisher_is_named_in_any_case() -> None:
    assert publisher_named(" the  courier ", PUBLISHERS) == "The Courier"


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
