"""Short answers: the span that is asked for, or the list of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.query import analyse
from qabot.answering.short_answer import count_asked, has_form, listed, short_answer
from qabot.models.reader import Reading
from qabot.text.names import name_spans


def whole(sentence: str, words: str) -> str:
    """Return a slice of a sentence, of which the middle may be left out: "from … to"."""
    first, _, last = words.partition("…")
    start = sentence.index(first)
    return sentence[start : sentence.index(last, start + len(first)) + len(last)]


def read_at(sentence: str, words: str) -> Reading:
    """Return the reading of a slice."""
    start = sentence.index(whole(sentence, words))
    return Reading(1.0, start, start + len(whole(sentence, words)))


@pytest.mark.parametrize(
    ("question", "sentence", "read", "expected"),
    [
        ("When did it open?", "It opened on 3 May 1998 in Riga.", "1998", "3 May 1998"),
        ("When did it open?", "It opened in 1998, years after 1980.", "opened", None),
        ("When did it open?", "It opened in 1998, years after 1980.", "in 1998", "1998"),
        ("How much did it cost?", "It cost 38 million euros.", "38 million", "38 million euros"),
        ("Which resolution was passed?", "The UN Council passed Resolution 77.", "Resolution 77", "Resolution 77"),
        ("Who opened it?", "Ms Ingrid Dahl opened it.", "Dahl", "Ms Ingrid Dahl"),
        ("What post does Ingrid Dahl hold?", "Ingrid Dahl, mayor of Velm, left.", "mayor of Velm", "mayor of Velm"),
        ("In which year did it open?", "It opened on 3 May 1998 in Riga.", "May", "1998"),
        ("How many days did it last?", "It lasted for 45 days.", "45 days", "45"),
        ("How old is the pilot?", "A 17-year-old pilot flew home.", "17-year-old", "17"),
        ("Which two towns were flooded?", "Riga and Velm were flooded.", "Riga", "Riga and Velm"),
        ("Which low-lying towns were hit?", "Riga, Osk and – for once – Velm were hit.", "Velm", "Riga, Osk…Velm"),
        ("Which towns were hit?", "Riga (twice) and Velm were hit.", "Riga", "Riga…Velm"),
        ("Did it open?", "It opened in 1998.", "1998", None),
        ("How many seats does it hold?", "It holds 71 of the 120 seats.", "71", "71"),
        ("How many people died?", "More than 60 people died in Velm.", "60", "More than 60"),
        ("How much did it cost?", "It cost half a million euros.", "million", "half a million euros"),
        ("How many pilots are there?", "It has two dozen pilots.", "two", "two dozen"),
        ("How many tonnes does it lift?", "It lifts 60 000 tonnes a day.", "60", "60 000"),
        ("How many litres does it hold?", "It holds 3.2bn litres.", "3.2bn", "3.2bn"),
        ("When does the boat leave?", "Day: Monday | First boat: 6.10 | Last boat: 21.40", "6.10", "6.10"),
        ("How many boats leak?", "In Riga, one in eight boats leaks.", "eight", "one in eight"),
        ("How many boats leak?", "In Riga 3 out of every 10 boats leak.", "10", "3 out of every 10"),
        ("How many boats sank?", "The storm sank two in 1998.", "two", "two"),
        ("How many boats sank?", "The storm sank two in three days.", "two", "two"),
        ("How many people work there?", "One hundred and twenty people work.", "twenty", "One hundred and twenty"),
        ("How many cars came?", "Some 45 lakh cars came.", "45", "45 lakh"),
        ("Who is Ingrid Dahl?", "Ingrid Dahl, the mayor, left.", "Ingrid Dahl", None),
        ("Why was it closed?", "It was closed on Friday as it rained.", "as it rained", "it rained"),
        ("Who trains the rowers?", "The rowers are trained by their mother, Ann Arn.", "mother", "mother, Ann Arn"),
        ("Who led it?", "Although Ingrid Dahl led it, it failed.", "Ingrid Dahl", "Ingrid Dahl"),
        ("Whose boat won?", "The boat of Velm lost to Ann Arn's boat.", "Ann Arn's boat", "Ann Arn's boat"),
        ("What share of the guests came?", "Of 4,000 guests asked in Velm last week, 93% came.", "4,000…93%", "93%"),
        ("When was it shut?", "It was shut from 1 May 2020 to 3 June 2021.", "1 May…2021", "1 May 2020 to 3 June 2021"),
        ("How many boats sank?", "Of the 40 boats in the harbour of Riga, 12 sank.", "40…12", None),
        ("When was it lifted?", "It was lifted in April.", "April", "April"),
        ("When was it built?", "It was built in the 12th century.", "12th century", "12th century"),
        ("When did it open?", "It opened in the autumn.", "the autumn", "the autumn"),
        ("How long is it shut?", "It is shut until Sunday.", "until Sunday", "until Sunday"),
        ("What happened to the ferry?", "The ferry was sunk by a storm.", "was sunk by a storm", "was sunk by a storm"),
        ("Why did it close?", "It closed to save money.", "to save money", "to save money"),
        ("How did he get home?", "He got home on foot.", "on foot", "on foot"),
        ("What share of the guests came?", "Two thirds of them came.", "Two thirds", "Two thirds"),
        ("How many years was she jailed for?", "She got 18 months.", "18 months", "18 months"),
        ("How many months was she jailed for?", "She got 18 months.", "18 months", "18"),
        ("Which 2021 law banned it?", "The Boat Act banned it.", "The Boat Act", "The Boat Act"),
        ("Which two ports were closed?", "The port of Velm was closed.", "Velm", None),
        ("How many boats sank?", "Not more than 20 boats sank.", "20", "Not more than 20"),
        ("How many boats sank?", "In all no less than 20 boats sank.", "20", "no less than 20"),
        ("How old is the child?", "The child is 18 months old.", "18 months old", "18 months old"),
        ("How old is the child?", "It is a 3-week-old child.", "3-week-old", "3-week-old"),
        ("How old is the mill?", "The mill is more than 500 years old.", "more than 500 years", "more than 500"),
        ("How old is the rock?", "The rock is 66 million years old.", "66 million years", "66 million"),
        ("How old must pilots be?", "Pilots must be at least 18.", "at least 18", "at least 18"),
        ("How old is the pilot?", "The pilot, aged 47, flew home.", "aged 47", "47"),
        ("How cold was it?", "It was -12 degrees in Velm.", "12 degrees", "-12 degrees"),
        ("How much did sales grow?", "They grew by -0.3% in May.", "by -0.3%", "-0.3%"),
        ("How much did it cost?", "It cost A$20m.", "20m", "A$20m"),
        ("How much did it cost?", "It cost $5 (£4).", "$5 (£4)", "$5 (£4)"),
        ("Which book won?", "The prize went to To Kill a Mockingbird.", "To…bird", "To…bird"),
        ("Which film won?", "“In Cold Blood” won.", "In Cold Blood", "In Cold Blood"),
        ("Where did he go?", "In Velm he died.", "In Velm", "Velm"),
        ("When must it be done?", "It must be done by 2030.", "by 2030", "by 2030"),
        ("When does it apply?", "It applies from Monday.", "from Monday", "from Monday"),
        ("In which year must it be done?", "It must be done by 2030.", "by 2030", "2030"),
        ("Where did he go?", "He went to the U.S.", "the U.S.", "the U.S."),
        ("Where did he go?", "He went to Velm.", "Velm.", "Velm"),
        ("Which firm bought it?", "Apple Inc. bought it.", "Apple Inc.", "Apple Inc."),
        ("Which firm bought it?", "Yahoo! bought it.", "Yahoo!", "Yahoo!"),
        ("Who won, Arn or Dahl?", "Arn won the race.", "Arn", "Arn"),
        ("Is the bridge open or closed?", "The bridge is closed.", "closed", "closed"),
        ("Was the mayor a man or a woman?", "The mayor was a woman.", "a woman", "a woman"),
        ("Did Arn, who won, leave?", "Arn won the race.", "Arn", None),
        ("How many times did he win?", "He won once.", "once", "once"),
        ("What is 9/11?", "9/11 was an attack on a city.", "an attack on a city", "an attack on a city"),
        ("What is 10 Mill Street?", "10 Mill Street is a home.", "a home", "a home"),
        ("Which two songs were banned?", "Once “Weir Song” and “The Ford” were banned.", "“Weir…Ford", "“Weir…Ford”"),
    ],
)
def test_the_span_that_is_asked_for(question: str, sentence: str, read: str, expected: str | None) -> None:
    assert short_answer(analyse(question), sentence, read_at(sentence, read)) == (
        expected and whole(sentence, expected)
    )


ROW = "Ferry: Riga | Bicycle: 4 crowns | Van: 17 crowns"


@pytest.mark.parametrize(
    ("read", "expected"),
    [("17", "17 crowns"), ("4 crowns", "4 crowns"), ("4 crowns | Van: 17 crowns", None), ("Van: 17 crowns", None)],
)
def test_of_a_row_of_a_table_a_cell_answers(read: str, expected: str | None) -> None:
    assert short_answer(analyse("What does a van pay to Riga?"), ROW, read_at(ROW, read)) == expected


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Which four ports were closed?", 4),
        ("Name the five members of the council.", 5),
        ("Which ports were closed?", None),
        ("Who are the directors of the film?", None),
        ("Which port was closed?", 1),
        ("Which business was sold?", 1),
        ("Who is the director of the film?", 1),
        ("What does the port export?", 1),
    ],
)
def test_how_many_are_asked_for(question: str, count: int | None) -> None:
    assert count_asked(analyse(question)) == count


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "Which four countries met?",
            "The group of Norway, the United States, China and Peru met in Oslo.",
            "Norway, the United States, China and Peru",
        ),
        ("Which two countries abstained?", "China and Malaysia abstained, Peru did not.", "China and Malaysia"),
        (
            "Who are the directors of the film?",
            "It was directed by Jo Dahl, Ann Berg and Ed Wu.",
            "Jo Dahl, Ann Berg and Ed Wu",
        ),
        (
            "Which two songs were banned?",
            "In 1912 “Weir Song” and “The Ford” were banned.",
            "Weir Song” and “The Ford",
        ),
        ("Which two countries abstained?", "Norway, China and Peru abstained.", None),
        ("Which countries abstained?", "Norway abstained when China had left.", None),
    ],
)
def test_the_list_is_a_slice_with_as_many_members(question: str, sentence: str, expected: str | None) -> None:
    asked = analyse(question)
    spans = list(name_spans(sentence))
    found = listed(sentence, spans, spans[0], count_asked(asked))
    assert (sentence[slice(*found)] if found else None) == expected


@given(st.text(max_size=200), st.integers(0, 5))
def test_any_text_can_be_searched_for_a_list(text: str, count: int) -> None:
    spans = list(name_spans(text))
    for around in spans or [(0, 0)]:
        found = listed(text, spans, around, count or None)
        assert found is None or (found[0] <= around[0] and around[1] <= found[1])


@pytest.mark.parametrize(
    ("asked", "said", "fits"),
    [
        ("Who drove the cart?", "an unknown man", False),
        ("Who drove the cart?", "the miller Ann Arn", True),
        ("What is the mill called?", "the old mill", False),
        ("What is the mill called?", "the Weir Mill", True),
        ("What is the name of the ford?", "a ford", False),
        ("Which garment was found?", "a coat", True),
        ("When did it burn?", "in the night", False),
        ("When did it burn?", "in 1912", True),
        *(
            ("When will it open?", said, True)
            for said in (
                "tonight",
                "in two weeks",
                "in three years' time",
                "within 30 days",
                "on Christmas Eve",
                "at dawn",
            )
        ),
        *(
            ("When did it close?", said, True)
            for said in ("decades ago", "many years ago", "in the third quarter", "in 44 BC", "at the age of 65")
        ),
        *(("What time does it open?", said, True) for said in ("seven o'clock", "half past seven", "19h30")),
        *(("How many sank?", said, True) for said in ("several", "a few", "a handful", "scores", "none", "tenfold")),
        *(("What share sank?", said, True) for said in ("a third", "a quarter", "one fifth")),
        *(("How long is it shut?", said, True) for said in ("for months", "for life", "until further notice")),
        ("How old is the pilot?", "in his 40s", True),
        ("How much does it cost?", "free", True),
        ("How many sank?", "the boats", False),
        ("When did it close?", "in Velm", False),
        ("On which day did it burn?", "in 1912", False),
        ("On which day did it burn?", "on 3 May", True),
        ("In which month did it burn?", "in 1912", False),
        ("Who is the mayor?", "the mill was sold", False),
    ],
)
def test_an_answer_has_the_form_that_is_asked_for(asked: str, said: str, fits: bool) -> None:
    assert has_form(analyse(asked), said, Reading(1.0, 0, len(said))) is fits


def test_a_list_of_titles_keeps_all_its_quotation_marks() -> None:
    sentence = "In 1912 “Weir Song” and “The Ford” were banned."
    start = sentence.index("The Ford")
    said = short_answer(analyse("Which two songs were banned?"), sentence, Reading(3.0, start, start + len("The Ford")))
    assert said == "“Weir Song” and “The Ford”"
