from __future__ import annotations

from dataclasses import fields

import pytest

from qabot.answering.query import analyse
from qabot.answering.read import Candidate, Features
from qabot.answering.short_answer import short_answer
from qabot.answering.spans import spans_for
from qabot.models.reader import Reading
from tests.answering.conversations import evidence


def candidate(question: str, sentence: str, read: str) -> Candidate:
    """The sentence as a candidate whose span the reader took to be ``read``."""
    start = sentence.index(read)
    reading = Reading(1.0, start, start + len(read), 1.0)
    spans = tuple(spans_for(analyse(question), sentence, (start, start + len(read))))
    return Candidate(evidence(sentence), 0, len(sentence), reading, spans, Features(*[0.0] * len(fields(Features))))


@pytest.mark.parametrize(
    ("question", "sentence", "read", "expected"),
    [
        ("When did it open?", "It opened on 3 May 1998 in Riga.", "1998", "3 May 1998"),
        ("When did it open?", "It opened in 1998, years after 1980.", "opened", "1998"),
        ("How much did it cost?", "It cost 38 million euros.", "38 million", "38 million euros"),
        ("Which resolution was passed?", "The UN Council passed Resolution 77 in May.", "UN Council", "Resolution 77"),
        ("Who opened it?", "Ms Ingrid Dahl opened it.", "Dahl", "Ms Ingrid Dahl"),
        ("What post does Ingrid Dahl hold?", "Ingrid Dahl, mayor of Velm, left.", "left", "mayor of Velm"),
        ("Did it open?", "It opened in 1998.", "1998", None),
        ("In which year did it open?", "It opened on 3 May 1998 in Riga.", "May", "1998"),
        ("How many days did it last?", "It lasted for 45 days.", "45 days", "45"),
        ("How old is the pilot?", "A 17-year-old pilot flew home.", "17-year-old", "17"),
        ("Which two towns were flooded?", "Riga and Velm were flooded.", "Riga", "Riga and Velm"),
        (
            "Which planet did the Orlo Sky Telescope show?",
            "It shows Jupiter, the Orlo Sky Telescope.",
            "Sky",
            "Jupiter",
        ),
        ("How many people died?", "The toll has risen to 112, he said.", "risen to 112", "112"),
        ("How many seats does it hold?", "It holds 71 of the 120 seats.", "71 of the 120", "71"),
        ("How many seats are there?", "It holds 71 of the 120 seats.", "120", "120"),
        ("How many people died?", "Another 24 people died in Velm.", "24", None),
        ("How many more people died?", "Another 24 people died in Velm.", "24", None),
        ("What did the minister say about it?", "Minister Ingrid Dahl said it would rain.", "Ingrid Dahl", None),
        ("What did the minister say about it?", "Ingrid Dahl said it would rain.", "it would rain", "it would rain"),
        ("Who is Ingrid Dahl?", "Velm’s chief executive, Ingrid Dahl, is to go.", "is to go", "Velm’s chief executive"),
        ("Who is Ole Dahl?", "Ole Dahl, owner of 7.5 acres of land, left.", "left", "owner of 7.5 acres of land"),
        ("Which site banned it?", "Velmtok’s ban on adverts begins today.", "Velmtok’s ban on adverts", "Velmtok"),
    ],
)
def test_the_span_that_is_asked_for(question: str, sentence: str, read: str, expected: str | None) -> None:
    assert short_answer(analyse(question), candidate(question, sentence, read)) == expected
