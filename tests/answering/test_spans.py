from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.query import analyse
from qabot.answering.spans import spans_for


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "When did it open?",
            "It opened on 3 May 1998, two years later than planned.",
            ["3 May 1998", "two years later"],
        ),
        ("When did it open?", "In March 2011 it may open, they said.", ["March 2011"]),
        ("In which year did it open?", "It opened in 1998 with 2,000 guests.", ["1998"]),
        ("In which month did it open?", "It opened in 1998.", []),
        ("During which years was it shut?", "It was shut in 1939-45.", ["1939-45"]),
        ("How many guests came?", "Some 2,000 invited guests and 12 dogs came.", ["2,000"]),
        ("How many people live there?", "It is a city of six million people.", ["six million"]),
        (
            "How much did it cost?",
            "It cost $4.5 million, or 12 million euros with tax.",
            ["$4.5 million", "12 million euros"],
        ),
        ("How many goals did they get?", "They led in goals with 24, in 30 games.", ["24"]),
        ("How many goals did she get?", "She had 118 passes, four goals and 12 shots.", ["four"]),
        ("Who runs it?", "For example, E.M. de Witt and James P. Holm run it.", ["E.M. de Witt", "James P. Holm"]),
        ("Where does he live?", "NASHVILLE, Tenn. – Holm lives in Riga.", ["Holm", "Riga"]),
        ("How long is it?", "It is 1,240 metres long.", ["1,240 metres"]),
        ("How long did it last?", "It was over in a few hours.", ["a few hours"]),
        ("What percentage agreed?", "Some 51.2 per cent agreed, 40% did not.", ["51.2 per cent", "40%"]),
        ("How old is she?", "Marie Dupont, 47, is the mayor.", ["47"]),
        ("Who opened it?", "The mayor, Marie Dupont, opened it.", ["Marie Dupont"]),
        ("Which decree banned it?", "In 1998 decree 1401 banned it.", ["decree 1401"]),
        ("What is the number of the decree?", "In 1998 decree 1401 banned it.", ["1401"]),
        ("What is the population of Lyon?", "It excludes half of the population, no one knows why.", []),
        ("What happened in 1998 and when?", "In 1998 it opened.", []),
        ("Who closed it?", "On Monday the High Court closed it.", ["High Court"]),
        ("Which judge closed it?", "In March the High Court in Paris closed it, said Anna Holm.", ["Anna Holm"]),
        ("What was the name of the judge who closed it?", "The French High Court closed it.", []),
        ("Where did they meet?", "On Monday the Spanish minister met Holm in Riga.", ["Holm", "Riga"]),
    ],
)
def test_spans(question: str, sentence: str, expected: list[str]) -> None:
    found = [sentence[span.start : span.end] for span in spans_for(analyse(question), sentence)]
    assert found == expected


@given(
    st.sampled_from(["When?", "How many men?", "Who?", "How much did it cost?", "Which law?"]), st.text(max_size=300)
)
def test_spans_are_slices_in_order(question: str, sentence: str) -> None:
    spans = spans_for(analyse(question), sentence)
    assert all(0 <= span.start < span.end <= len(sentence) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
