from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.answering.query import Kind, analyse, asks_how_it_changed
from qabot.text.tokens import content_stems


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("When did the ship sail?", Kind.DATE),
        ("In which year did the ship sail?", Kind.DATE),
        ("I wonder when the ship sailed", Kind.DATE),
        ("Find out when the ship sailed.", Kind.DATE),
        ("The ship sailed when exactly?", Kind.DATE),
        ("“When did the ship sail?”", Kind.DATE),
        ("What is the fine imposed on the bank?", Kind.MONEY),
        ("What is the cost each year?", Kind.MONEY),
        ("Since when has the museum been open?", Kind.DATE),
        ("How long did the strike last?", Kind.DURATION),
        ("For how many years did she govern?", Kind.DURATION),
        ("How many people live in Lyon?", Kind.NUMBER),
        ("What is the population of Lyon?", Kind.NUMBER),
        ("How much did the bridge cost?", Kind.MONEY),
        ("How much are the paintings worth?", Kind.MONEY),
        ("How much is a ticket?", Kind.MONEY),
        ("How much did the film make?", Kind.MONEY),
        ("How much will the change of the law cost?", Kind.MONEY),
        ("How much does the bell weigh?", Kind.NUMBER),
        ("How much did inflation rise?", Kind.NUMBER),
        ("By how much have rents in Velm gone up?", Kind.NUMBER),
        ("What is the date of the election?", Kind.DATE),
        ("What was the release date of the film?", Kind.DATE),
        ("What percentage of voters stayed at home?", Kind.PERCENT),
        ("What was the turnout in the second round?", Kind.PERCENT),
        ("How high is inflation in Spain?", Kind.PERCENT),
        ("What are the causes of inflation?", Kind.REASON),
        ("What is driving unemployment in Spain?", Kind.STATEMENT),
        ("What was the reaction to the budget?", Kind.STATEMENT),
        ("What was the fine for?", Kind.STATEMENT),
        ("What's the price of a ticket?", Kind.MONEY),
        ("Who's Ada Quill?", Kind.STATEMENT),
        ("For which reason did the ship sail?", Kind.REASON),
        ("What did the president say?", Kind.STATEMENT),
        ("What president said so?", Kind.PERSON),
        ("What did countries agree on?", Kind.STATEMENT),
        ("How often does the ferry run?", Kind.STATEMENT),
        ("When the bridge fell, how many people died?", Kind.NUMBER),
        ("When the stores reopened, did shoppers need masks?", Kind.YES_NO),
        ("Was anyone killed or injured?", Kind.YES_NO),
        ("Didn't Norway ban it?", Kind.YES_NO),
        ("Can you tell me who won?", Kind.PERSON),
        ("Do you know when it opened?", Kind.DATE),
        ("What did the report say about safety?", Kind.STATEMENT),
        ("What were the sales of the firm in 2016?", Kind.MONEY),
        ("What fee did the club pay?", Kind.MONEY),
        ("What was the magnitude of the earthquake?", Kind.NUMBER),
        ("How old is the mayor?", Kind.AGE),
        ("Who opened the bridge?", Kind.PERSON),
        ("To whom was the prize given?", Kind.PERSON),
        ("Which minister resigned?", Kind.PERSON),
        ("What was the name of the ship that sank?", Kind.NAME),
        ("Who is Marie Dupont?", Kind.STATEMENT),
        ("Who is leading the party?", Kind.PERSON),
        ("Where was the treaty signed?", Kind.PLACE),
        ("Which country hosted the games?", Kind.PLACE),
        ("Why did the talks fail?", Kind.REASON),
        ("How did the thieves get in?", Kind.STATEMENT),
        ("What is the painting worth?", Kind.MONEY),
        ("What was the name of the judge who resigned?", Kind.PERSON),
        ("What led to the strike?", Kind.REASON),
        ("Which treaty was signed?", Kind.NAME),
        ("What did the mayor say?", Kind.STATEMENT),
        ("Did the mayor resign?", Kind.YES_NO),
        ("Under the new rules, may shops open on Sunday?", Kind.YES_NO),
        ("In which town, was it?", Kind.PLACE),
        ("Tell me about the bridge", Kind.DIGEST),
        ("Is he dead or not?", Kind.YES_NO),
        ("Did the law pass, yes or no?", Kind.YES_NO),
        ("Did more or less all agree?", Kind.YES_NO),
        ("Is the bridge open or closed?", Kind.STATEMENT),
        ("Won't he resign?", Kind.YES_NO),
        ("Can’t they pay?", Kind.YES_NO),
        ("May the president dissolve parliament?", Kind.YES_NO),
        ("Am I right that he won?", Kind.YES_NO),
        ("Does it say why he left?", Kind.REASON),
        ("Do the articles say when the bridge opened?", Kind.DATE),
        ("Does anyone know who won?", Kind.PERSON),
        ("Is it known who killed him?", Kind.PERSON),
        ("Did the mayor say why he left?", Kind.YES_NO),
        ("What was the price tag when they bought it?", Kind.MONEY),
        ("What is the debt crisis?", Kind.STATEMENT),
        ("What was the wage dispute about?", Kind.STATEMENT),
        ("What is Fine Gael's position?", Kind.STATEMENT),
        ("What was the ransom that they paid?", Kind.MONEY),
        ("How many second doses were given?", Kind.NUMBER),
        ("How much is known about the virus?", Kind.STATEMENT),
        ("How great is the danger?", Kind.STATEMENT),
        ("Price of Moss Dollar when Velm Tree bought it?", Kind.STATEMENT),
        ("Who was mayor and when did she resign?", Kind.PERSON),
        ("They met when?", Kind.DATE),
        ("Who are the Houthis?", Kind.STATEMENT),
        ("Who is J.K. Rowling?", Kind.STATEMENT),
        ("Who is Charles de Gaulle?", Kind.STATEMENT),
        ("Who is the Pope?", Kind.PERSON),
        ("The WHO said what?", Kind.STATEMENT),
        ("WHO WON THE CUP?", Kind.PERSON),
        ("Which month-long festival was held?", Kind.NAME),
    ],
)
def test_kind(text: str, kind: Kind) -> None:
    assert analyse(text).kind is kind


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("When was it?", ""),
        ("In which month was it?", "month"),
        ("On what date?", "day"),
        ("What year?", "year"),
        ("What is the date?", "day"),
        ("Give the year in which the bridge fell.", "year"),
    ],
)
def test_precision_of_dates(text: str, precision: str) -> None:
    assert analyse(text).precision == precision


@pytest.mark.parametrize(
    ("question", "asks"),
    [("What is the history of the mill?", True), ("Who is the youngest winner in the history of the race?", False)],
)
def test_a_record_of_all_time_asks_for_no_history(question: str, asks: bool) -> None:
    assert asks_how_it_changed(question) is asks


@settings(deadline=None)  # the first text loads the sentence splitter
@given(st.text(max_size=300))
def test_any_text_can_be_analysed(text: str) -> None:
    question = analyse(text)
    assert question.text == text
    assert question.stems == frozenset(content_stems(text))
