from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.answer import Conversation, Turn
from qabot.answering.rewrite import interpretations, rewrite, take_apart
from tests.answering.conversations import conversation

BAN = (
    "When did France ban the party?",
    "1998",
    "In 1998 France banned the party. Mr Petit, the minister, said so in Lyon.",
)
VISIT = (
    "Who visited Oslo in May?",
    "Marie Dupont",
    "Marie Dupont, the mayor of Lyon, visited Oslo in May. Ms Dupont said that she would return to Oslo.",
)
COURT = ("Which court banned the party?", "the High Court", "In 1998 the High Court banned the party in Lyon.")
TRIP = ("Who visited Oslo?", "Marie Dupont", "Marie Dupont, the mayor of Lyon, visited Oslo in May.")
TIDE = ("How do tidal barriers work?", None, "Tidal barriers close a river mouth when the sea is high.")
ROUND = ("What was the turnout in the first round?", "62 percent", "In the first round turnout was 62 percent.")
STORM = ("When did the Storm Ines reach Cork?", "Sunday", "Storm Ines reached Cork on Sunday.")

DIGEST = ("Summarise the talks in Oslo.", None, "The talks in Oslo began on Monday.")
COACH = (
    "Who coaches Velm United?",
    "Mikkel Holm",
    "Velm United, who last won in 1969, are coached by the Dane Mikkel Holm. Ms Anna Berg owns the club.",
)
THEFT = ("Who was arrested for the theft of the boat?", "Bo Brun", "Bo Brun was arrested for the theft, police said.")
HEIST = (
    "Why was the boat stolen from Velm?",
    "the alarm was off",
    "The boat was stolen in Velm because the alarm was off. There is a reward of 9 euros.",
)
BANK = ("How many jobs will Orsa Bank cut?", "600", "Orsa Bank will cut 600 jobs. In 2023 the bank lost millions.")
CHARGE = ("Who was accused of murder?", "Bo Brun", "Bo Brun was accused of murder.")
CRASH = ("How many people were killed in the crash?", "12", "12 people were killed in the crash.")
RULING = ("Which court ruled that the law was void?", "the High Court", "The High Court ruled that the law was void.")
WRECK = ("Why did the ferry sink?", "a leak", "The ferry sank because of a leak.")
DAM = ("When was the valley dam opened?", "April 2024", "The valley dam was opened in April 2024.")
QUIET = ("What happened in April 2024 in Port Lenn?", None, "Nothing happens.")
SHIPS = ("How many ships does the tin museum of Velm have?", "3", "The tin museum of Velm has three ships.")
TWO = ("Who met in Doha?", "Ada Quill and Bo Lund", "Ada Quill and Bo Lund met in Doha on Monday.")
RAID = ("Who was arrested?", "two students", "Police arrested two students after the raid.")
FAILURE = ("Which bank failed?", "Credit Velm", "Credit Velm failed on Sunday.")
CUP = ("Which team won the cup?", "Moss United", "Moss United won the cup in May.")
NOVEL = ("Which novel won the prize?", "Cold Harbour", "Cold Harbour won the prize.")
TRUMPET = ("When did Arn visit Lyon?", "Sunday", "Arn visited Lyon on Sunday and met Marie Dupont.")
SPEECH = ("Where did Scholz speak?", "Velm", "Scholz spoke in Velm.")
WHO = ("Did the WHO approve the vaccine?", "Yes", "The WHO approved the vaccine in May.")
NOTE = ("Who wrote the Moss letter?", "Ada Quill", "Ada Quill wrote it.")
RIDER = ("Which rider fell?", "Adam Yates", "Adam Yates fell on the last hill.")


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (TWO, "What did they say?", "What did Ada Quill and Bo Lund say?"),
        (TWO, "Which of them left first?", "Which of Ada Quill and Bo Lund left first?"),
        (RAID, "Why were they arrested?", "Why were two students arrested?"),
        (TRIP, "What did they say?", "What did Marie Dupont say?"),
        (FAILURE, "Who bought it?", "Who bought Credit Velm?"),
        (CUP, "When was it founded?", "When was Moss United founded?"),
        (NOVEL, "Who wrote it?", "Who wrote Cold Harbour?"),
        (RIDER, "How old is he?", "How old is Adam Yates?"),
        (NOTE, "How old was she when she died?", "How old was Ada Quill when Ada Quill died?"),
        (TRUMPET, "What did he say?", "What did Arn say?"),
        (SPEECH, "What did he say?", "What did Scholz say?"),
        (TIDE, "How tall is she?", "How tall is she?"),
        (BAN, "How old is he?", "How old is Mr Petit?"),
    ],
)
def test_pronouns_stand_for_people_and_for_bodies(turn: tuple[str, str, str], question: str, expected: str) -> None:
    assert rewrite(question, conversation(turn)) == expected


PRICES = ("What was inflation in Norway in 2023?", "5.5 percent", "In Norway inflation was 5.5 percent in 2023.")
CAPITAL = ("What is the capital of Norway?", "Oslo", "Oslo is the capital of Norway.")
BRIDGE = ("When did the bridge at Halmo open?", "1974", "The bridge at Halmo was opened in 1974.")
IN_MAY = "Who visited Oslo in May: Marie Dupont"


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (VISIT, "Bergen?", "Who visited Bergen in May?"),
        (BAN, "Spain?", "When did Spain ban the party?"),
        (VISIT, "In 2022?", "Who visited Oslo in 2022?"),
        (VISIT, "Why Oslo?", f"Why Oslo ({IN_MAY})?"),
        (VISIT, "Did Bo Lund?", f"Did Bo Lund ({IN_MAY})?"),
        (VISIT, "Casualties?", f"Casualties ({IN_MAY})?"),
        (VISIT, "Really?", f"Really ({IN_MAY})?"),
        (VISIT, "By train?", f"By train ({IN_MAY})?"),
        (VISIT, "And him?", f"him ({IN_MAY})?"),
        (PRICES, "What about 2022?", "What was inflation in Norway in 2022?"),
        (PRICES, "And in 2022?", "What was inflation in Norway in 2022?"),
        (PRICES, "What about last year?", "What was inflation in Norway last year?"),
        (PRICES, "How about unemployment?", "unemployment (What was inflation in Norway in 2023: 5.5 percent)?"),
        (VISIT, "What about June?", "Who visited Oslo in June?"),
        (VISIT, "And last year?", "Who visited Oslo last year?"),
        (TRIP, "And last year?", "Who visited Oslo last year?"),
        (CAPITAL, "And of Spain?", "What is the capital of Spain?"),
        (BRIDGE, "What about the one at Velm?", "When did the bridge at Velm open?"),
        (ROUND, "And in the second?", "What was the turnout in the second round?"),
        (BAN, "What happened after that?", "What happened after that (When did France ban the party: 1998)?"),
        (SHIPS, "No, I meant captains.", "captains (How many ships does the tin museum of Velm have: 3)?"),
        (SHIPS, "And what about tugs?", "tugs (How many ships does the tin museum of Velm have: 3)?"),
        (SHIPS, "And the glass museum?", "the glass museum (How many ships does the tin museum of Velm have: 3)?"),
        (HEIST, "And the mast?", "the mast (Why was the boat stolen from Velm: the alarm was off)?"),
        (BAN, "And after?", "after (When did France ban the party: 1998)?"),
        (BAN, "And before that?", "before that (When did France ban the party: 1998)?"),
        (BAN, "Who wrote that?", "Who wrote that (When did France ban the party: 1998)?"),
    ],
)
def test_an_ellipsis_asks_the_same_of_something_else_or_leans(
    turn: tuple[str, str, str], question: str, expected: str
) -> None:
    assert interpretations(question, conversation(turn))[0].lower() == expected.lower()


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (BAN, "Is it still legal?", ["Is France still legal?", "Is the party still legal?"]),
        (NOVEL, "Who made it?", ["Who made Cold Harbour?", "Who made the prize?"]),
        (TRIP, "How old is she?", ["How old is Marie Dupont?"]),
        (FAILURE, "Who led it?", ["Who led Credit Velm?", "Who led it (Which bank failed: Credit Velm)?"]),
    ],
)
def test_it_may_be_either_of_two_things(turn: tuple[str, str, str], question: str, expected: list[str]) -> None:
    assert interpretations(question, conversation(turn))[: len(expected)] == expected


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (WHO, "When?", "When did the WHO approve the vaccine?"),
        (BAN, "Which court did that?", "Which court banned the party?"),
        (BAN, "And in which month?", "In which month did France ban the party?"),
        (BAN, "Why?", "Why did France ban the party?"),
        (BAN, "Why did they do that?", "Why did France ban the party?"),
        (BAN, "When did that happen?", "When did France ban the party?"),
        (THEFT, "Why did he do it?", "Why did Bo Brun do the theft?"),
        (TIDE, "How many men lost their boats?", "How many men lost their boats?"),
        (BAN, "What about Spain?", "When did Spain ban the party?"),
        (VISIT, "Who is she?", "Who is Marie Dupont?"),
        (VISIT, "What did she say?", "What did Marie Dupont say?"),
        (VISIT, "Whom did she meet there?", "Whom did Marie Dupont meet in Oslo?"),
        (VISIT, "How many people fled from there?", "How many people fled from Oslo?"),
        (DAM, "What has happened since then?", "What has happened since April 2024?"),
        (COURT, "Did anyone else do that?", "Did anyone else do that?"),
        (VISIT, "What is her job?", "What is Marie Dupont’s job?"),
        (VISIT, "When did she do that?", "When was it that Marie Dupont visited Oslo in May?"),
        (COURT, "When was that?", "When was it that the High Court banned the party?"),
        (TIDE, "What are the main advantages?", "What are the main advantages (How do tidal barriers work)?"),
        (TIDE, "How long have they been in use?", "How long have tidal barriers been in use?"),
        (STORM, "What did the storm damage?", "What did the Storm Ines damage?"),
        (STORM, "And who saw it?", "Who saw Storm Ines?"),
        (VISIT, "And in June?", "Who visited Oslo in June?"),
        (TRIP, "And before May?", "Who visited Oslo before May?"),
        (TRIP, "Who else?", "Who else visited Oslo?"),
        (TRIP, "No, I mean when did she leave", "When did Marie Dupont leave?"),
        (DAM, "How much did it cost?", "How much did the valley dam cost?"),
        (DAM, "Tell me more", "Tell me more about the valley dam"),
        (QUIET, "How old is he?", "How old is he?"),
        (QUIET, "How old?", "How old is Port Lenn?"),
        (QUIET, "Was it wise to close Oak Road?", "Was it wise to close Oak Road?"),
        (QUIET, "What are the main causes?", "What are the main causes (What happened in April 2024 in Port Lenn)?"),
        (COACH, "Where did he play before?", "Where did Mikkel Holm play before?"),
        (COACH, "how old", "How old is Mikkel Holm?"),
        (COACH, "And where from?", "Where does Mikkel Holm come from?"),
        (COACH, "his wife?", "Who is Mikkel Holm’s wife?"),
        (COACH, "his salary", "What is Mikkel Holm’s salary?"),
        (SHIPS, "Where is its office?", "Where is the tin museum of Velm’s office?"),
        (STORM, "What caused it?", "What caused Storm Ines?"),
        (HEIST, "What about the reward?", "Tell me about the reward (Why was the boat stolen from Velm)?"),
        (HEIST, "And the alarm?", "Tell me about the alarm (Why was the boat stolen from Velm)?"),
        (COACH, "What about the team of Harrow?", "Who coaches the team of Harrow?"),
        (BANK, "Tell me more about that", "Tell me more about Orsa Bank"),
        (BANK, "Tell me about this", "Tell me more about Orsa Bank"),
        (BANK, "Summarise that.", "Tell me more about Orsa Bank"),
        (BANK, "Can you summarise that for me?", "Tell me more about Orsa Bank"),
        (BANK, "Give me details", "Tell me more about Orsa Bank"),
        (BANK, "More details please", "Tell me more about Orsa Bank"),
        (BANK, "Continue", "Tell me more about Orsa Bank"),
        (BANK, "Who leads it?", "Who leads Orsa Bank?"),
        (BANK, "more about that please", "Tell me more about Orsa Bank"),
        (VISIT, "Tell me more", "Tell me more about Oslo"),
        (DIGEST, "Go on.", "Tell me more about the talks in Oslo"),
        (STORM, "What about the Storm Otto?", "When did the Storm Otto reach Cork?"),
        (CHARGE, "When?", "When was it that Bo Brun was accused of murder?"),
        (CRASH, "When?", "When was it that 12 were killed in the crash?"),
        (RULING, "When?", "When was it that the High Court ruled that the law was void?"),
        (DAM, "How long is it?", "How long is the valley dam?"),
    ],
)
def test_what_leans_on_the_conversation_is_rewritten(turn: tuple[str, str, str], question: str, expected: str) -> None:
    assert rewrite(question, conversation(turn)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How many people live in Kabul?",
        "What is the capital of Spain?",
        "Who is Vladimir Putin?",
        "Did Marie Dupont say that she would return?",
        "What does Spain want from its neighbours?",
        "Is it true that Spain left the union?",
        "What is a bond and how is it sold?",
        "Who was Carla Bern and why was she famous?",
    ],
)
def test_a_question_on_another_matter_is_left_alone(question: str) -> None:
    assert rewrite(question, conversation(BAN, VISIT)) == question


def test_a_name_grows_by_names_only() -> None:
    talk = conversation(("What can one do in old Dupontville?", None, "Little."), VISIT)
    assert rewrite("What is Dupontville known for?", talk) == "What is Dupontville known for?"


def test_a_topic_typed_in_small_letters_is_one() -> None:
    (turn,) = conversation(BANK).turns
    typed = replace(turn.answer, question="how many jobs will orsa bank cut?")
    talk = Conversation((Turn(typed.question, typed),))
    assert rewrite("Who leads it?", talk) == "Who leads Orsa Bank?"


def test_without_a_conversation_nothing_changes() -> None:
    assert rewrite("Why did they do that?", Conversation()) == "Why did they do that?"


def test_what_is_asked_behind_a_question_in_brackets_is_of_its_own_words() -> None:
    (fair,) = conversation(("When was the fair?", "in May", "The fair was in May.")).turns
    cut = replace(
        fair.answer,
        question="Who cut it?",
        standalone_question="Who cut it (When was the fair: in May)?",
        short_answer="Marie Dupont",
    )
    assert rewrite("Why?", Conversation((fair, Turn(cut.question, cut)))) == "Why was it that Marie Dupont cut it?"


def test_a_word_of_praise_is_no_name() -> None:
    assert "Good, who leads it?" not in interpretations("Good, who leads it?", conversation(TIDE))
    assert interpretations("What about Nice?", conversation(TIDE))[0].startswith("Nice (")


def test_thanks_are_nothing_to_lean_on() -> None:
    talk = conversation(BAN, ("Thanks!", None, "Little."), ("Great, thx", None, "Little."))
    assert rewrite("Why?", talk) == "Why did France ban the party?"
    assert rewrite("Great Britain?", talk) == "When did Great Britain ban the party?"


def test_a_follow_up_leans_on_the_first_question_with_the_last_answer() -> None:
    asked = "Who was there (Who visited Oslo in May: Marie Dupont)?"
    talk = conversation(VISIT).with_turn(replace(conversation(VISIT).turns[0].answer, question="Who was there?"))
    last = replace(talk.turns[-1].answer, standalone_question=asked, short_answer="Bo Lund")
    talk = Conversation((talk.turns[0], Turn(last.question, last)))
    assert interpretations("Really?", talk)[0] == "Really (Who visited Oslo in May: Bo Lund)?"


@pytest.mark.parametrize("question", ["How old is he?", "Who wrote that?"])
def test_what_refers_to_nothing_that_is_named_is_not_asked_by_itself(question: str) -> None:
    assert question not in interpretations(question, conversation(QUIET))


def test_follow_ups_of_follow_ups() -> None:
    talk = conversation(BAN, ("Which court did that?", "the High Court", "The High Court banned the party."))
    assert rewrite("And in which month?", talk) == "In which month was it that the High Court banned the party?"


@pytest.mark.parametrize(
    ("question", "subject", "predicate"),
    [
        ("When did the High Court of Spain ban the party?", "the High Court of Spain", "ban the party"),
        ("Why did the harbour bridge in Velm collapse?", "the harbour bridge in Velm", "collapse"),
        ("When was the pact between Spain and Chile signed?", "the pact between Spain and Chile", "signed"),
        ("Why did they leave?", "they", "leave"),
    ],
)
def test_a_subject_of_several_words(question: str, subject: str, predicate: str) -> None:
    clause = take_apart(question)
    assert (clause.subject, clause.predicate) == (subject, predicate)


@given(st.text(max_size=200))
def test_any_text_can_be_a_follow_up(question: str) -> None:
    assert rewrite(question, conversation(BAN, VISIT)).strip() or not question.strip()


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (TRIP, "Who met her?", ["Who met Marie Dupont?", "Who met her (Who visited Oslo: Marie Dupont)?"]),
        (TRIP, "Why did Spain leave the league?", ["Why did Spain leave the league?"]),
        (TIDE, "Is the fee paid in Bergen?", ["Is the fee paid in Bergen?"]),
        (
            TIDE,
            "How many were there in Bergen?",
            ["How many were there in Bergen?", f"How many were there in Bergen ({TIDE[0][:-1]})?"],
        ),
        (BAN, "Who won the cup?", ["Who won the cup (When did France ban the party: 1998)?"]),
        (TRIP, "What caused fires?", ["What caused fires?", "What caused fires (Who visited Oslo: Marie Dupont)?"]),
        (VISIT, "Tell me more", ["Tell me more about Oslo"]),
        (VISIT, "Thanks", ["Thanks"]),
        (TIDE, "summarise the strike", ["summarise the strike"]),
    ],
)
def test_what_a_question_may_mean(turn: tuple[str, str | None, str], question: str, expected: list[str]) -> None:
    assert interpretations(question, conversation(turn)) == expected


def test_a_question_in_brackets_is_not_put_into_brackets_again() -> None:
    (turn,) = conversation(("Who met her?", "Jan Vik", "Jan Vik met her in Oslo.")).turns
    leaning = replace(turn.answer, standalone_question="Who met her (Who visited Oslo: Marie Dupont)?")
    talk = Conversation((Turn("Who met her?", leaning),))
    assert interpretations("When?", talk)[-1] == "When (Who visited Oslo: Marie Dupont: Jan Vik)?"


@pytest.mark.parametrize("named", ["the World Health Organization (WHO)", "the WHO (World Health Organization)"])
def test_what_somebody_puts_into_brackets_stays_in_the_question(named: str) -> None:
    talk = conversation((f"Who leads {named}?", "Ann Arn", "Ann Arn leads the World Health Organization, or WHO."))
    *_, leaning = interpretations("Since when?", talk)
    assert leaning == f"Since when (Who leads {named}: Ann Arn)?"
    since = replace(talk.turns[0].answer, standalone_question=leaning, short_answer="2019")
    talk = Conversation((Turn("Since when?", since),))
    assert interpretations("Why?", talk)[-1] == f"Why (Who leads {named}: Ann Arn: 2019)?"


def test_without_a_conversation_a_question_means_what_it_says() -> None:
    assert interpretations("When did she leave?", Conversation()) == ["When did she leave?"]


@pytest.mark.parametrize(
    ("asked", "question", "expected"),
    [
        ("What about the reward?", "Who will get it?", "Who will get the reward?"),
        (
            "What about the reward?",
            "No, I meant the alarm",
            "Tell me about the alarm (Why was the boat stolen from Velm)?",
        ),
        ("How much is a ticket?", "No, not the ticket. And where?", "Where was the boat stolen from Velm?"),
    ],
)
def test_what_is_said_behind_a_follow_up(asked: str, question: str, expected: str) -> None:
    assert rewrite(question, conversation(HEIST, (asked, None, HEIST[2]))) == expected
