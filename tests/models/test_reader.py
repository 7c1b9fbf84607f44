"""The trained reader: how it lays passages out, and what the shipped one makes of made-up articles."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qabot.errors import QabotError
from qabot.models import reader as reader_module
from qabot.models.reader import Judgement, Limits, Reader, ReaderPassage, best_span, token_sequences

FOLDER = Path(reader_module.__file__).parent / "reader_model"
SENTENCES = (
    "The bridge over the Varna was opened on 3 May 2011.",
    "It cost 48 million euros.",
    "Elena Novak, who designed it, had built two others.",
    "The mayor, Karl Berg, praised her work.",
)
BRIDGE = ReaderPassage(" ".join(SENTENCES), "A bridge for Varna")
GARDEN = ReaderPassage("Nothing here is of any use. Nor here, whatever the question may be, or the reason for it.")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


def test_a_passage_is_laid_out_with_its_title(tokenizer: Tokenizer) -> None:
    (laid,) = token_sequences(tokenizer, "What cost?", ReaderPassage("It was costly.", "Bridges"))
    text = tokenizer.decode(laid.ids, skip_special_tokens=False)
    assert text == "[CLS] what cost? [SEP] bridges [SEP] it was costly. [SEP]"
    assert laid.types.index(1) == len(tokenizer.encode("What cost?").ids)
    assert len(laid.offsets) == 4


def test_an_empty_title_is_left_out(tokenizer: Tokenizer) -> None:
    (laid,) = token_sequences(tokenizer, "Who?", ReaderPassage("She."))
    assert tokenizer.decode(laid.ids, skip_special_tokens=False) == "[CLS] who? [SEP] she. [SEP]"


def test_a_long_passage_is_read_in_windows_that_hold_all_of_it(tokenizer: Tokenizer) -> None:
    passage = ReaderPassage("The seventh bridge fell. " * 90)
    laid = list(token_sequences(tokenizer, "Who?", passage, Limits(window=100)))
    assert len(laid) > 1
    assert [pair for each in laid for pair in each.offsets] == tokenizer.encode(
        passage.text, add_special_tokens=False
    ).offsets


def test_offsets_are_characters_of_the_passage(tokenizer: Tokenizer) -> None:
    (laid,) = token_sequences(tokenizer, "Who?", BRIDGE)
    assert BRIDGE.text[laid.offsets[0][0] : laid.offsets[-1][1]] == BRIDGE.text
    tokens = laid.ids[laid.first : laid.first + len(laid.offsets)]
    assert tokens == tokenizer.encode(BRIDGE.text, add_special_tokens=False).ids


def test_what_stands_before_a_passage_is_read_with_it_but_answers_nothing_in_it(reader: Reader) -> None:
    asked = "Who cut the ribbon of the new bridge?"
    told, other = (
        "Ada Quill, the mayor, cut the ribbon of the new bridge. ",
        "It rained all day on the stands of the fair.",
    )
    (alone,) = reader.read(asked, [ReaderPassage(told + other)])
    (behind,) = reader.read(asked, [ReaderPassage(other, before=told)])
    sentence = alone.within(0, len(told))
    assert sentence.score > 0 > behind.within(0, len(other)).score
    (after,) = reader.read(asked, [ReaderPassage(told, before=other + " ")])
    found = after.within(0, len(told))
    assert found.score > 0
    assert told[found.start : found.end] == told[sentence.start : sentence.end]


@settings(max_examples=30, deadline=None)
@given(before=st.text(max_size=60), text=st.text(min_size=1, max_size=60))
def test_whatever_stands_before_a_passage_its_places_are_its_own(reader: Reader, before: str, text: str) -> None:
    (read,) = reader.read("Who came?", [ReaderPassage(text, before=before)])
    found = read.within(0, len(text))
    assert 0 <= found.start <= found.end <= len(text)


@given(question=st.text(max_size=300), text=st.text(max_size=400), title=st.text(max_size=200), most=st.integers(1, 50))
@settings(deadline=None, max_examples=50)
def test_any_text_is_laid_out_within_the_limits(question: str, text: str, title: str, most: int) -> None:
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    limits = Limits(question=most, title=most, window=most)
    for laid in token_sequences(tokenizer, question, ReaderPassage(text, title), limits):
        assert len(laid.ids) == len(laid.types) <= 3 * most + 4
        assert 0 < len(laid.offsets) <= most
        assert laid.first + len(laid.offsets) == len(laid.ids) - 1


@given(
    st.lists(st.tuples(st.floats(-9, 9, width=32), st.floats(-9, 9, width=32)), min_size=1, max_size=12),
    st.integers(1, 6),
)
def test_the_best_span_is_the_best_of_all_that_are_allowed(logits: list[tuple[float, float]], longest: int) -> None:
    starts, ends = np.array(logits, dtype=np.float32).T
    first, last = best_span(starts, ends, longest)
    spans = [(a, b) for a in range(len(logits)) for b in range(a, min(a + longest, len(logits)))]
    assert (first, last) in spans
    assert starts[first] + ends[last] == pytest.approx(max(starts[a] + ends[b] for a, b in spans), abs=1e-5)


@given(
    question=st.text(max_size=60), text=st.text(max_size=200), ends=st.tuples(st.integers(0, 99), st.integers(0, 99))
)
@settings(deadline=None, max_examples=25)
def test_any_text_can_be_read_in_any_part(reader: Reader, question: str, text: str, ends: tuple[int, int]) -> None:
    (read,) = reader.read(question, [ReaderPassage(text)])
    start, end = sorted(ends)
    best = read.within(start, end)
    assert best.score == -np.inf or start <= best.start < best.end <= end


@pytest.mark.parametrize(
    ("question", "sentence", "span"),
    [
        ("When was the bridge over the Varna opened?", 0, "3 May 2011"),
        ("How much did the bridge cost?", 1, "48 million( euros)?"),
        ("Who designed the bridge?", 2, "Elena Novak"),
        ("Who is the mayor of Varna?", 3, "Karl Berg"),
    ],
)
def test_the_answer_is_found_in_its_passage(reader: Reader, question: str, sentence: int, span: str) -> None:
    (read,) = reader.read(question, [BRIDGE])
    best = read.within(0, len(BRIDGE.text))
    assert best.score > 0
    assert re.fullmatch(span, BRIDGE.text[best.start : best.end])
    at = BRIDGE.text.index(SENTENCES[sentence])
    inside = read.within(at, at + len(SENTENCES[sentence]))
    assert (inside.start, inside.end) == (best.start, best.end)
    assert 0 < inside.score <= best.score


@pytest.mark.parametrize("question", ["How old is Elena Novak?", "Where was Karl Berg born?", "Who bought the bridge?"])
def test_what_the_passage_does_not_say_scores_lower(reader: Reader, question: str) -> None:
    (answered,) = reader.read("How much did the bridge cost?", [BRIDGE])
    (unanswered,) = reader.read(question, [BRIDGE])
    whole = 0, len(BRIDGE.text)
    assert unanswered.within(*whole).score < answered.within(*whole).score


def test_the_same_readings_alone_and_beside_others(reader: Reader) -> None:
    (alone,) = reader.read("Who designed the bridge?", [BRIDGE])
    *_, beside = reader.read("Who designed the bridge?", [GARDEN, GARDEN, BRIDGE])
    assert beside.within(0, len(BRIDGE.text)) == alone.within(0, len(BRIDGE.text))


def test_a_claim_is_told_from_its_contrary_and_from_what_the_passage_does_not_say(reader: Reader) -> None:
    claims = ["The bridge was opened in 2011.", "The bridge was opened in 1999.", "The bridge is made of steel."]
    said, contrary, unsaid = [reader.judge(claim, [BRIDGE])[0] for claim in claims]
    assert said.supported > max(contrary.supported, unsaid.supported)
    assert contrary.refuted > said.refuted
    assert unsaid.neither > said.neither
    assert sum([said.supported, said.refuted, said.neither]) == pytest.approx(1)


def test_nothing_to_read(reader: Reader) -> None:
    assert reader.read("Who?", []) == []
    assert reader.judge("She is.", [ReaderPassage(" ")])[0].neither == 1


def test_a_folder_without_a_reader_is_named(tmp_path: Path) -> None:
    with pytest.raises(QabotError, match=tmp_path.name):
        Reader.load(tmp_path)


def test_it_is_small_and_needs_no_torch() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 40_000_000
    code = (
        "import sys; from qabot.models.reader import Reader, ReaderPassage;"
        "Reader.load().read('Who?', [ReaderPassage('She.')]); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_judgement_says_yes_or_no_and_how_sure_it_is() -> None:
    judged = Judgement(0.2, 0.7, 0.1)
    assert (judged.verdict, judged.sure) == ("No", 0.7)
    assert Judgement(0.5, 0.5, 0.0).verdict == "Yes"
    assert judged.margin == pytest.approx(0.5)


def test_a_yes_may_be_made_likelier_against_a_no() -> None:
    judged = Judgement(0.3, 0.5, 0.2)
    assert judged.leaning_to_yes(0) == judged
    shifted = judged.leaning_to_yes(math.log(2))
    assert shifted.verdict == "Yes"
    assert shifted.supported + shifted.refuted + shifted.neither == pytest.approx(1)
    assert shifted.supported / shifted.refuted == pytest.approx(2 * 0.3 / 0.5)
    assert shifted.neither / shifted.refuted == pytest.approx(0.2 / 0.5)
