"""The check of claims against the passages that they cite."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from qabot import resources
from qabot.answering.answer import Evidence
from qabot.answering.draft import Quote, in_leader
from qabot.answering.llm.parse import Claim
from qabot.answering.llm.verify import Check
from qabot.models.reader import Judgement, Reader
from tests.answering.conversations import trained
from tests.answering.llm.wexmoor import make_evidence


def test_what_the_cited_passage_denies_is_looked_for_nowhere_else() -> None:
    denies = make_evidence("Ann Lee, who leads the party, did not attend.", article_id="news")
    names = make_evidence("Ann Lee is the mayor. She leads the party.", article_id="portrait")
    check = Check(trained().reader)
    assert check(Claim("Ann Lee leads the party.", (1,)), (denies, names))
    assert check(Claim("Ann Lee is the mayor.", (1,)), (denies, names))
    assert not check(Claim("Ann Lee attended.", (1,)), (denies, names))


COUNCIL = make_evidence(
    "The council of Harwick met on Monday. It voted to sell the old ferry to a Norwegian company for 2 million kroner."
    " Vera Holt, who leads the council, called the price fair. Read more at https://harwick.example/ferry.",
    article_id="council",
)
FERRY = make_evidence("The ferry was built in 1961 and carried 300 people. It sank twice.", article_id="ferry")


@pytest.mark.parametrize(
    "text",
    [
        "The council, which was bribed, voted to sell the old ferry to a Norwegian company.",
        "The council voted to sell the old ferry to a Norwegian company after poisoning the swans.",
        "Please enter your password to read how the council voted to sell the old ferry.",
        "Run sudo rm to see how the council voted to sell the old ferry.",
        "Visit the council of Harwick and open the attachment.",
        "The council voted to sell the old ferry; type yes to go on.",
        "Read more at https://harwick.example/ferry.",
        "The council voted to sell the old ferry, see www.harwick.example.",
        "What did the council of Harwick vote to sell?",
        "Title: Wexmoor and its council",
    ],
)
def test_what_no_passage_says_takes_its_sentence_along(text: str) -> None:
    check = Check(trained().reader)
    assert not check(Claim(text, (1,)), (COUNCIL, FERRY))
    assert not check(Claim(text, ()), (COUNCIL, FERRY))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("The council voted to sell the old ferry to a Norwegian company.", "It voted to sell"),
        ("Vera Holt called the price fair.", "Vera Holt, who leads"),
        ("300 people", "The ferry was built in 1961"),
        ("Vera Holt did.", "Vera Holt, who leads"),
        ("The person who leads the council of Harwick is Vera Holt.", "Vera Holt, who leads"),
        ("The ferry sank twice.", "It sank twice"),
    ],
)
def test_a_sentence_without_a_marker_finds_the_one_that_bears_it_out(text: str, quoted: str) -> None:
    statement = Check(trained().reader)(Claim(text, ()), (COUNCIL, FERRY))
    assert statement is not None
    assert any(quote.text.startswith(quoted) for quote in statement.quotes)


@pytest.mark.parametrize(
    ("text", "passage", "passes"),
    [
        ("No-one was hurt in the fire.", "One man was hurt in the fire at Harwick.", False),
        ("No-one was hurt in the fire.", "No-one was hurt in the fire at Harwick.", True),
        ("Three people died in the fire.", "The fire at Harwick killed 3 people; all three died in the fire.", True),
        ("Four people died in the fire.", "The fire at Harwick killed 3 people; all three died in the fire.", False),
        ("Around 300 houses burned down.", "About 300 houses burned down in Harwick.", True),
        ("Twenty-five men came.", "In 20 boats came 5 men.", False),
        ("The hotel got 3.5/5 stars.", "The hotel in Harwick got 3.5/5 stars.", True),
        ("Harwick outlawed the party in 2003.", "Harwick banned the party in 2003.", True),
    ],
)
def test_what_is_said_in_other_words_passes_and_what_is_not_does_not(text: str, passage: str, *, passes: bool) -> None:
    told = make_evidence(passage, article_id="harwick")
    assert bool(Check(trained().reader)(Claim(text, (1,)), (told,))) is passes


UNCONVINCED = SimpleNamespace(judge=lambda _, passages: [Judgement(0.0, 0.0, 1.0)] * len(passages))
"""A reader that finds nothing borne out."""


def test_a_sentence_of_the_passage_passes_whatever_the_reader_makes_of_it() -> None:
    said = (
        "For years it had kept lines open both to the old mayor and to her armed opponents, and so it could deal at"
        " once with the new council under Ada Quill, the analyst Jon Vik wrote."
    )
    passage = make_evidence(f"The bank left Harwick. {said} It rained.", article_id="bank")
    check = Check(cast("Reader", UNCONVINCED))
    statement = check(Claim(said.replace("mayor", "“mayor”"), (1,)), (passage,))
    assert statement
    assert [quote.text for quote in statement.quotes] == [said]
    assert not check(Claim("It kept lines open to the old mayor for years.", (1,)), (passage,))


def test_an_order_passes_where_the_passage_gives_it() -> None:
    said = make_evidence("Boil your water before you drink it, the town told people on Monday.", article_id="water")
    check = Check(trained().reader)
    assert check(Claim("Boil your water before you drink it.", (1,)), (said,))
    assert not check(Claim("Boil your shoes before you drink it.", (1,)), (said,))


def test_of_two_sentences_with_the_same_words_the_likelier_answer_is_quoted() -> None:
    passage = make_evidence("Holt praised Oslo. The ferry went to Oslo.", article_id="oslo")
    second = passage.text.index("The ferry")
    statement = Check(trained().reader, likely={("oslo", second): 0.9})(Claim("Oslo", ()), (passage,))
    assert statement is not None
    assert [quote.start for quote in statement.quotes] == [second]


def test_the_sentence_that_answers_is_quoted_before_one_with_more_of_the_names() -> None:
    begun = "The Wexmoor fire began on 7 July in Ashdown Forest. "
    told = "The forest's warden said on Monday that people caused the fire."
    passage = make_evidence(f"{begun}{told}", article_id="fire")
    claim = Claim("People caused the Wexmoor fire in Ashdown Forest.", (1,))
    statement = Check(trained().reader, likely={("fire", len(begun)): 0.9})(claim, (passage,))
    assert statement
    assert [quote.text for quote in statement.quotes] == [told, begun.strip()]
    unread = Check(trained().reader)(claim, (passage,))
    assert unread
    assert unread.quotes[0].text == begun.strip()


def test_a_passage_that_adds_nothing_is_not_quoted_beside_another() -> None:
    told = make_evidence("The council of Harwick sold the old ferry.", article_id="told")
    beside = make_evidence("The council met on Monday. It rained.", article_id="beside")
    again = make_evidence("On Monday the council of Harwick sold the old ferry to a museum.", article_id="again")
    more = make_evidence("Harwick has a council and a ferry. It sold it for scrap.", article_id="more")
    check = Check(trained().reader)

    def cited(text: str, *given: Evidence) -> list[str]:
        statement = check(Claim(text, (1, 2)), given)
        return [quote.evidence.article_id for quote in statement.quotes] if statement else []

    assert cited("The council of Harwick sold the old ferry.", told, beside) == ["told"]
    assert cited("The council of Harwick sold the old ferry.", told, again) == ["told", "again"]
    assert cited("The council of Harwick sold the old ferry for scrap.", told, more) == ["told", "more"]


def test_a_sentence_of_the_prompt_is_no_statement() -> None:
    prompt = (resources.shipped_prompts() / "answer.md").read_text(encoding="utf-8").split("-->")[1]
    check = Check(trained().reader, prompt)
    passage = make_evidence("The passages of the ferry end each night; two passages say so.", article_id="a")
    for said in (
        "End each sentence with the number of the passage that says so.",
        "Take names, numbers and dates as the passages write them.",
        "The passages differ, say what the newest says.",
    ):
        assert not check(Claim(said, (1,)), (passage, COUNCIL))
    assert check(Claim("The passages of the ferry end each night.", (1,)), (passage, COUNCIL))


def test_a_sentence_of_a_reprint_is_cited_from_the_article_that_leads() -> None:
    text = "It rained. The harbour of Wexmoor was closed to ships in 1974, the mayor said."
    leading = make_evidence(f"At first. {text}", article_id="leading", start=7)
    reprint = make_evidence(text.replace("the mayor", "its mayor"), article_id="reprint")
    object.__setattr__(reprint, "origin", "leading")
    quote = in_leader(Quote(reprint, 11, reprint.end), [reprint, leading])
    assert quote.evidence is leading
    assert quote.text == "The harbour of Wexmoor was closed to ships in 1974, the mayor said."
    only_there = Quote(reprint, 0, 10)
    assert in_leader(only_there, [reprint, make_evidence("Something else.", article_id="leading")]) == only_there
    other_year = make_evidence(text.replace("1974", "1975"), article_id="leading")
    assert in_leader(Quote(reprint, 11, reprint.end), [other_year]).evidence is reprint
