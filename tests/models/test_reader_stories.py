"""The invented stories that the reader is trained on: each can be read, and says what it should."""

from __future__ import annotations

import random

import pytest

from eval.reader.layout import LABELS, Layout
from eval.reader.stories import FOLDER, Family, families
from tests.models.test_reader_training import decoded, tokenizer

FAMILY = """
@ 2020-05-04 | Mill burns
The mill of Velm burned down on Sunday. Ann Arn, its owner, was hurt.
@ 2020-06-01 | Mill to be built again
Bo Brun will build the mill again.

He was hurt when it burned.
@ 2021-06-01 | Mill open
The mill is open. Ann Arn sold it to Bo Brun. Ann Arn is 60.
Q Who bought the mill?
A3 Bo Brun
F and who sold it
A3 Ann Arn | Ann Arn sold
F what for
A -
Q Who was hurt in the fire?
A1 Ann Arn
A2 Bo Brun
Q Who told how old she is?
A3 Ann Arn | Ann Arn is 60
Q Who set the mill on fire?
A -
Y+1-3 Has the mill been destroyed?
C0 The mill was insured.
"""


def test_a_family_is_read() -> None:
    family = Family.parse(FAMILY)
    assert [story.day for story in family.stories] == ["2020-05-04", "2020-06-01", "2021-06-01"]
    assert family.stories[1].text == "Bo Brun will build the mill again.\nHe was hurt when it burned."
    found = [
        {number: [family.stories[number].text[a:b] for a, b in spans] for number, spans in asked.spans.items()}
        for asked in family.asked
    ]
    assert found == [{2: ["Bo Brun"]}, {2: ["Ann Arn"]}, {}, {0: ["Ann Arn"], 1: ["Bo Brun"]}, {2: ["Ann Arn"]}, {}]
    assert [each.before for each in family.asked[:4]] == [
        None, ("Who bought the mill?", "Bo Brun"), ("Who bought the mill?", "Ann Arn"), None,
    ]  # fmt: skip
    assert family.asked[4].spans[2][0][0] == family.stories[2].text.index("Ann Arn is")
    assert [each.labels for each in family.judged] == [{0: "supported", 2: "refuted"}, {}]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A3 Ann Arn", "stands 2 times"),
        ("A3 Cy Cole", "stands 0 times"),
        ("A3 60 | Ann Arn sold it", "stands 1 times"),
        ("C+3 She sold it.\nE3 Ann Arn", "stands 2 times"),
        ("nonsense", "not a line"),
    ],
)
def test_what_cannot_be_read_is_told(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Family.parse(f"{FAMILY}Q Who?\n{line}\n")


def test_each_question_is_asked_of_what_answers_it_and_of_what_does_not() -> None:
    layout = Layout(tokenizer(), random.Random(1))
    family = Family.parse(FAMILY)
    made = [each for seed in range(150) for each in family.examples(layout, random.Random(seed)) if each]
    asked = [each for each in made if each.label < 0]
    bought = [each for each in asked if decoded(each.ids[1 : each.first]).startswith("who bought")]
    answers = {decoded(each.ids[each.starts[0] : each.ends[0] + 1]) for each in bought}
    assert answers == {"bo brun", "[CLS]"}
    put = {decoded(each.ids[1 : each.first]) for each in asked if "sold it" in decoded(each.ids[: each.first])}
    assert put == {
        "and who sold it ( who bought the mill )? [SEP]",
        "and who sold it ( who bought the mill : bo brun )? [SEP]",
    }
    assert {each.starts for each in asked if "set the mill on fire" in decoded(each.ids[: each.first])} == {(0,)}
    judged = {(decoded(each.ids[1 : each.first]), LABELS[each.label]) for each in made if each.label >= 0}
    assert {label for _, label in judged} == set(LABELS)
    verified = {(text, label) for text, label in judged if "?" in text.rstrip(" ?[SEP]")}
    assert ("who bought the mill? bo brun [SEP]", "supported") in verified
    assert ("who bought the mill? ann arn [SEP]", "refuted") in verified
    assert ("who set the mill on fire? ann arn [SEP]", "not-enough") in verified
    assert not {text for text, label in verified if label == "supported" and "fire" in text and "hurt" not in text}
    headings = {decoded(each.ids[each.first : each.passage[0]]) for each in bought}
    assert {"1 june 2021 : mill open [SEP]", "mill open [SEP]", "1 june 2021 [SEP]", ""} <= headings


def test_a_long_article_is_read_in_passages_and_each_answers_what_it_tells() -> None:
    paragraphs = [
        f"In year {n} the fair of Velm had {n}00 guests. {'It rained on the stands. ' * 7}" for n in range(1, 9)
    ]
    text = "\n".join(paragraphs)
    lines = ["@ 2020-05-04 | Fair", text, "Q How many came in year 5?", "A1 500", "Q Who paid?", "A -"]
    lines += ["C+1 There were 700 guests.", "E1 the fair of Velm had 700 guests", "C-1 Nobody came."]
    family = Family.parse("\n".join(lines))
    layout = Layout(tokenizer(), random.Random(1))
    made = [each for seed in range(60) for each in family.examples(layout, random.Random(seed)) if each]
    read = {each: decoded(each.ids[each.passage[0] : each.passage[1]]) for each in made}
    assert not any("year 1 " in passage and "year 8 " in passage for passage in read.values())
    asked = [each for each in made if "how many" in decoded(each.ids[: each.first]) and each.label < 0]
    assert {each.starts == (0,) for each in asked} == {True, False}
    for each in asked:
        answer = decoded(each.ids[each.starts[0] : each.ends[0] + 1])
        assert answer == ("500" if "500 guests" in read[each] else "[CLS]")
    judged = [
        each for each in made if each.label == LABELS.index("supported") and "700" in decoded(each.ids[: each.first])
    ]
    assert judged
    assert all("700 guests" in read[each] for each in judged)
    nobody = {each.label for each in made if "nobody" in decoded(each.ids[: each.first])}
    assert not nobody, "where in the article it is told isn't known"


def test_what_tells_yes_or_no_is_looked_for_and_judged_with_its_neighbours() -> None:
    text = "The fair was opened by Ann Arn. It rained. Nobody paid. The stands were full. Bo Brun sang. Then it closed."
    lines = [
        "@ 2020-05-04 | Fair",
        text,
        "@ 2021-05-04 | Market",
        "The market of Velm is cancelled. It will rain.",
        "Q Who?",
    ]
    family = Family.parse("\n".join([*lines, "A -", "Y-1 Were tickets needed?", "E1 Nobody paid", "Y0 Was it loud?"]))
    layout = Layout(tokenizer(), random.Random(1))
    made = [each for seed in range(60) for each in family.examples(layout, random.Random(seed)) if each]
    needed = [each for each in made if "tickets" in decoded(each.ids[: each.first])]
    looked_for = {
        (decoded(each.ids[min(each.starts) : max(each.ends) + 1]), "fair" in decoded(each.ids[each.passage[0] :]))
        for each in needed
        if each.label < 0
    }
    assert looked_for == {("nobody paid", True), ("[CLS]", False)}
    judged = {
        (decoded(each.ids[each.passage[0] : each.passage[1]]), LABELS[each.label]) for each in needed if each.label >= 0
    }
    assert ("it rained. nobody paid. the stands were full.", "refuted") in judged
    assert ("the market of velm is cancelled. it will rain.", "not-enough") in judged
    assert all(("nobody paid" in passage) is (label == "refuted") for passage, label in judged)
    loud = [each for each in made if "loud" in decoded(each.ids[: each.first])]
    assert {LABELS[each.label] for each in loud if each.label >= 0} == {"not-enough"}
    assert {each.starts for each in loud if each.label < 0} == {(0,)}


def test_every_family_that_is_trained_on_has_several_stories_and_questions_of_every_kind() -> None:
    trained, held = families(), families(held=True)
    assert len(trained) > 10 * len(held) > 0
    for family in trained + held:
        assert len(family.stories) in (2, 3), family.stories[0].title
        assert any(asked.spans for asked in family.asked), family.stories[0].title
        assert not all(asked.spans for asked in family.asked), family.stories[0].title
        for judged in family.judged:
            assert not judged.is_question or judged.labels.keys() == judged.places.keys(), judged.text
    assert {label for family in held for judged in family.judged for label in judged.labels.values()} == {
        "supported", "refuted",
    }  # fmt: skip


def test_no_file_of_stories_is_without_one() -> None:
    assert all(file.read_text(encoding="utf-8").startswith("===\n") for file in FOLDER.glob("*.txt"))
