from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qabot.answering.llm.parse import Claim, ClaimReader, printable


def read(text: str, size: int | None = None) -> list[Claim]:
    reader = ClaimReader()
    claims: list[Claim] = []
    for start in range(0, len(text), size or len(text) or 1):
        claims += reader.feed(text[start : start + (size or len(text))])
    return [*claims, *reader.close()]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("It rained. [2]", [Claim("It rained.", (2,))]),
        ("It rained [2].", [Claim("It rained.", (2,))]),
        ("It rained. [2, 3][5]", [Claim("It rained.", (2, 3, 5))]),
        ("It rained. [Passage 2]", [Claim("It rained.", (2,))]),
        (
            "It rained. [2] <<all day>> [3] «and night»",
            [Claim("It rained.", (2, 3))],
        ),
        ("It rained. [2] “all day”", [Claim("It rained.", (2,))]),
        ("- **It** [1] rained _here_. [2]", [Claim("It rained here.", (1, 2))]),
        ("1. It rained.【2†L1-L9】", [Claim("It rained.", (2,))]),
        ("It rained. (passage 2)", [Claim("It rained.", (2,))]),
        ("It rained (passages 1 and 2, that is).", [Claim("It rained (passages 1 and 2, that is).", ())]),
        ("He said [2] “it rains” and left.", [Claim("He said “it rains” and left.", (2,))]),
        (
            "It rained. [1] It snowed. [2] <<snow>> It froze.",
            [Claim("It rained.", (1,)), Claim("It snowed.", (2,)), Claim("It froze.", ())],
        ),
        (
            "It rained on us. It snowed on us. [1] <<snow>>",
            [Claim("It rained on us.", (1,)), Claim("It snowed on us.", (1,))],
        ),
        ("It rained <<all day>> there. [1]", [Claim("It rained there.", (1,))]),
        ("[1]\n\n---\n[2] <<words>>\n", []),
    ],
)
def test_marks_are_read_however_a_model_writes_them(text: str, claims: list[Claim]) -> None:
    assert read(text) == claims


@pytest.mark.parametrize(
    "preface",
    [
        "Answer: ",
        "According to passage 2, ",
        "As stated in the passages, ",
        "Passage 3 says that ",
        "The articles say that ",
        "Based on the provided passages, ",
        "Based on the passages provided, ",
        "According to the text, ",
        "According to the passages [1] and [2], ",
        "Based on the information in passage 1, ",
        "As per passage 1, ",
        "However, ",
        "In addition, according to the context, ",
    ],
)
def test_what_a_model_puts_before_its_sentence_is_no_part_of_it(preface: str) -> None:
    (claim,) = read(f"{preface}it rained. [1]")
    assert claim.text == "It rained."


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("The passage does not mention a date.", True),
        ("The text does not specify when.", True),
        ("This article doesn't say.", True),
        ("There is not enough information to answer.", True),
        ("Police said they had no information and could not answer questions.", False),
        ("There was no evidence that the mayor gave an answer.", False),
        ("The passage of time does not heal.", False),
        ("The report found no evidence that the articles were stolen.", False),
        ("There is no information that answers this question in the passages provided.", True),
    ],
)
def test_a_sentence_that_declines_is_told_from_one_that_tells_of_it(text: str, *, refuses: bool) -> None:
    assert Claim(text, ()).refuses is refuses


def test_a_sentence_is_complete_as_soon_as_the_next_one_begins() -> None:
    reader = ClaimReader()
    assert list(reader.feed("It rained. [1] <<rain>>")) == []
    assert list(reader.feed(" I")) == [Claim("It rained.", (1,))]
    assert list(reader.feed("t snowed. [2]\n")) == [Claim("It snowed.", (2,))]


def test_the_short_answer_is_no_claim() -> None:
    reader = ClaimReader()
    assert list(reader.feed("**Short answer:** 2003 [1].\n")) == []
    assert reader.short_answer == "2003"


PIECES = [
    "It rained. ",
    "He left",
    ". ",
    "[1]",
    "[2, 3]",
    " <<said so>>",
    "\n",
    "“Yes”",
    " «",
    "»",
    "[",
    "<",
    "SHORT: 3",
    "!",
]


@example("It rained. [1]SHORT: 3\n", 1)
@example("It rained. [1]SHORT: 3. [1] Yes\n", 1)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.integers(1, 7))
def test_the_claims_do_not_depend_on_how_the_text_is_cut_into_pieces(text: str, size: int) -> None:
    assert read(text, size) == read(text)


@given(st.text())
def test_no_control_or_format_character_is_left(text: str) -> None:
    assert all(char in "\n\t\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf"} for char in printable(text))


@pytest.mark.parametrize("unit", ["[1] <<", "[", "[1", "<a", "\x1b]", "!", "[1] «x» ", "a.", "( ", "[1]!", '"[1] "'])
def test_hostile_output_is_read_in_reasonable_time(unit: str) -> None:
    started = time.process_time()
    read(unit * (20_000 // len(unit)), 100)
    assert time.process_time() - started < 5
