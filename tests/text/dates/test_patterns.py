"""What a time that answers "when" looks like."""

from __future__ import annotations

import pytest

from qabot.text.dates.patterns import DATE_FORMS


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("The dam burst earlier this week.", "earlier this week"),
        ("The dam burst over the weekend.", "over the weekend"),
        ("The dam burst at the start of the week.", "the start of the week"),
        ("It is to be mended by the end of next month.", "the end of next month"),
        ("The dam burst early last week.", "early last week"),
        ("The dam burst overnight.", "overnight"),
        ("The dam burst this morning.", "this morning"),
        ("It had leaked in the past year.", "the past year"),
    ],
)
def test_a_time_told_relatively_is_taken_whole(text: str, form: str) -> None:
    found = DATE_FORMS["relative"].search(text)
    assert found
    assert found.group() == form


@pytest.mark.parametrize("text", ["He left the weekend paper.", "The night was cold.", "At the end of the road."])
def test_what_is_no_time(text: str) -> None:
    assert not DATE_FORMS["relative"].search(text)
