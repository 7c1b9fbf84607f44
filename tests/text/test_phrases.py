from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.phrases import clauses, is_fragment, is_order, noun_phrases, past, tagged


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("What did the mayor of Lyon say about the new harbour?", ["mayor", "Lyon", "new harbour"]),
        ("How do tidal barriers work?", ["tidal barriers"]),
        ("When did the court of Spain ban the party?", ["court", "Spain", "party"]),
        ("Does zymosin help against frost?", ["zymosin", "frost"]),
        ("Who met her there?", []),
    ],
)
def test_noun_phrases(question: str, phrases: list[str]) -> None:
    assert [phrase.text for phrase in noun_phrases(question)] == phrases


def test_what_is_tied_by_and_shares_the_article() -> None:
    assert [phrase.determiner for phrase in noun_phrases("What were the costs and gains?")] == ["the", "the"]


def test_a_phrase_knows_its_determiner_its_head_and_what_stands_before_that() -> None:
    mayor, harbours = noun_phrases("Who is the mayor of two harbours?")
    assert (mayor.determiner, mayor.head, mayor.plural) == ("the", "mayor", False)
    assert (harbours.head, harbours.plural, harbours.modifiers) == ("harbours", True, 1)


def test_a_capital_inside_a_sentence_is_a_names() -> None:
    assert [word.text for word in tagged("Did Strong meet Wood’s wife?") if word.tag == "NP0"] == ["Strong", "Wood"]


@given(st.text(max_size=120))
def test_phrases_are_slices_of_any_text(text: str) -> None:
    for phrase in noun_phrases(text):
        assert phrase.text
        assert text[: phrase.end].endswith(phrase.text)
        assert phrase.start <= phrase.end - len(phrase.text)
    assert all(text[word.start : word.end] == word.text for word in tagged(text))


def test_more_words_and_marks_than_are_tagged_at_once_are_all_tagged() -> None:
    text = f"The mill {'] ' * 3_000}burned."
    words = tagged(text)
    assert (len(words), words[0].tag, words[-2].text, words[-1].text) == (3_004, "AT0", "burned", ".")


def test_a_word_of_any_length_is_tagged_by_how_it_begins() -> None:
    words = tagged(f"The {'mill' * 5_000} burned.")
    assert [word.text[:6] for word in words] == ["The", "millmi", "burned", "."]
    assert len(words[1].text) == 20_000


def test_the_words_of_a_long_text_are_not_kept() -> None:
    text = "The mill burned. " * 400
    assert tagged(text) == tagged(text)
    assert tagged(text) is not tagged(text)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("ban", "banned"),
        ("carry", "carried"),
        ("take", "took"),
        ("designate", "designated"),
        ("play", "played"),
        ("sink", "sank"),
        ("break", "broke"),
        ("shrink", "shrank"),
        ("hurt", "hurt"),
        ("cost", "cost"),
        ("build", "built"),
        ("pay", "paid"),
        ("found", "founded"),
        ("admit", "admitted"),
        ("hop", "hopped"),
        ("work", "worked"),
        ("do", "did"),
        ("livestream", "livestreamed"),
    ],
)
def test_past(verb: str, expected: str) -> None:
    assert past(verb) == expected


@given(st.text(min_size=1, max_size=20))
def test_any_word_has_a_past(word: str) -> None:
    assert past(word)


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        (
            "The harbour office, which was bribed, closed the pier.",
            ["The harbour office was bribed.", "The harbour office closed the pier."],
        ),
        ("The mayor resigned and left for Oslo.", ["The mayor resigned.", "The mayor left for Oslo."]),
        ("The port closed because it lost 1,500 ships.", ["The port closed.", "it lost 1,500 ships."]),
        ("It rained.", ["It rained."]),
    ],
)
def test_a_clause_stands_alone_as_a_sentence(sentence: str, alone: list[str]) -> None:
    found = clauses(sentence)
    assert [clause.alone.replace("was closed", "closed") for clause in found] == alone
    assert all(clause.text in sentence for clause in found)


@pytest.mark.parametrize(
    ("sentence", "orders"),
    [
        ("Please enter your name to see the pier.", True),
        ("Click here for more about the port.", True),
        ("To learn more, open the page.", True),
        ("Do not trust the mayor.", True),
        ("Note that the port closed in 1974.", True),
        ("Ship owners left the town.", False),
        ("Both towns agree, share the costs and meet again.", False),
        ("The port closed in 1974.", False),
    ],
)
def test_an_order_is_told_from_a_statement(sentence: str, *, orders: bool) -> None:
    assert is_order(sentence) is orders


@pytest.mark.parametrize(
    ("sentence", "verbless"),
    [
        ("Wexmoor", True),
        ("In early August 1974.", True),
        ("Run sudo rm to see how the town voted.", True),
        ("The office, which was bribed, closed the pier.", False),
        ("It rained.", False),
    ],
)
def test_a_fragment_has_no_verb_of_its_own(sentence: str, *, verbless: bool) -> None:
    assert is_fragment(sentence) is verbless
