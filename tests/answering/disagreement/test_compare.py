"""Sentences that tell of the same, and where they differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.disagreement.compare import differences, opposed, same_name
from qabot.answering.disagreement.told import Told, told
from qabot.answering.read import as_one
from qabot.text.annotate import annotate


def sentence(text: str, published: str | None = "2024-05-08") -> Told:
    return told(text, as_one(text, annotate(text, published)), published)


def differing(
    one: str, other: str, published: tuple[str | None, str | None] = ("2024-05-08", "2024-05-09")
) -> list[tuple[str, str, str]]:
    mine, others = sentence(one, published[0]), sentence(other, published[1])
    return [(d.point, one[slice(*d.one)], other[slice(*d.other)]) for d in differences(mine, others)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            "The storm tore the roofs off 17 barns near Aldham.",
            "The storm tore the roofs off 71 barns near Aldham.",
            ("number", "17", "71"),
        ),
        (
            "The storm reached Aldham on 3 May 2024 before noon.",
            "The storm reached Aldham on 5 May 2024 before noon.",
            ("date", "3 May 2024", "5 May 2024"),
        ),
        (
            "Forester Ann Arn warned the villages of the storm.",
            "Forester Bob Born warned the villages of the storm.",
            ("name", "Ann Arn", "Bob Born"),
        ),
        (
            "The council approved the new dam above Aldham.",
            "The council rejected the new dam above Aldham.",
            ("outcome", "approved", "rejected"),
        ),
        (
            "The council approved the new dam above Aldham.",
            "The new dam above Aldham was rejected by the council.",
            ("outcome", "approved", "rejected"),
        ),
    ],
)
def test_a_changed_point_is_found(one: str, other: str, expected: tuple[str, str, str]) -> None:
    assert differing(one, other) == [expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The storm tore the roofs off 1,987 barns near Aldham.",
            "The storm tore the roofs off about 2,000 barns near Aldham.",
        ),
        ("The storm reached Aldham on 3 May 2024 before noon.", "The storm reached Aldham in May 2024 before noon."),
        ("Forester Ann Arn warned the villages of the storm.", "Arn, a forester, warned the villages of the storm."),
        ("The council approved the new dam above Aldham.", "The council has now approved the new dam at Aldham."),
        ("The storm tore the roofs off 17 barns near Aldham.", "The flood swept away 71 cows at Dunmore."),
        ("In 2021 the storm tore the roofs off 17 barns.", "In 2023 the storm tore the roofs off 71 barns."),
        ("Fire burnt 28 barns in the valley of Aldham.", "Fire burnt 500 barns in the valley of Dunmore."),
        ("He was fined 500 euros for the broken dam.", "The mayor was fined 900 euros for the broken dam."),
    ],
)
def test_wording_precision_and_other_events_make_no_difference(one: str, other: str) -> None:
    assert differing(one, other) == []


def test_each_article_may_tell_its_own_day() -> None:
    one, other = "The fair in Aldham opens on Thursday with music.", "The fair in Aldham opens on Saturday with music."
    assert differing(one, other, ("2023-05-08", "2024-05-08")) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Captain Ann Arn", "Arn"),
        ("Zelensky", "Zelenskyy"),
        ("Russia", "Moscow"),
        ("European Court of Justice", "ECJ"),
        ("the President", "Ann Arn"),
    ],
)
def test_names_in_other_words(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


def test_other_names_and_opposites() -> None:
    assert not same_name("Captain Ann Arn", "Captain Bob Born")
    assert opposed("approved", "rejects")
    assert not opposed("approved", "endorsed")


TEXTS = st.text(max_size=60).filter(str.strip)


@given(TEXTS, TEXTS, st.sampled_from([None, "2024", "2024-05-08"]))
def test_any_two_texts_can_be_compared(one: str, other: str, published: str | None) -> None:
    assert differing(one, one, (published, published)) == []
    for _, mine, others in differing(one, other, (published, published)):
        assert mine in one
        assert others in other
