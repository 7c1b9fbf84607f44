"""The trained reader: how it lays sentences out, and what the shipped one makes of made-up articles."""

from __future__ import annotations

import importlib.util
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qabot.errors import QabotError
from qabot.models import reader as reader_module
from qabot.models.reader import Limits, Reader, ReaderSentence, best_span, token_sequences
from qabot.text.sentences import sentence_spans

FOLDER = Path(reader_module.__file__).parent / "reader_model"
TRAINING = Path(__file__).parents[2] / "eval" / "reader"
PARAGRAPH = (
    "The bridge over the Varna was opened on 3 May 2011.",
    "It cost 48 million euros.",
    "Elena Novak, who designed it, had built two others.",
    "The mayor, Karl Berg, praised her work.",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


def passage(texts: Sequence[str], title: str = "") -> list[ReaderSentence]:
    return [ReaderSentence(text, "".join(f"{t} " for t in texts[:i]), title) for i, text in enumerate(texts)]


def test_a_sentence_is_laid_out_with_its_title_and_what_stands_before_it(tokenizer: Tokenizer) -> None:
    sentence = ReaderSentence("It was costly.", "A bridge opened.", "Bridges")
    (laid,) = token_sequences(tokenizer, "What cost?", [sentence], Limits(before=9))
    text = tokenizer.decode(laid.ids, skip_special_tokens=False)
    assert text == "[CLS] what cost? [SEP] bridges [SEP] a bridge opened. [SEP] it was costly. [SEP]"
    assert laid.types.index(1) == len(tokenizer.encode("What cost?").ids)
    assert laid.inputs()["sentence"].sum() == len(laid.offsets) == 4


def test_empty_parts_are_left_out(tokenizer: Tokenizer) -> None:
    (laid,) = token_sequences(tokenizer, "Who?", [ReaderSentence("She.")])
    assert tokenizer.decode(laid.ids, skip_special_tokens=False) == "[CLS] who? [SEP] she. [SEP]"


def test_the_end_of_what_stands_before_is_read(tokenizer: Tokenizer) -> None:
    sentence = ReaderSentence("She.", "A first bridge. A second bridge.")
    (laid,) = token_sequences(tokenizer, "Who?", [sentence], Limits(before=3))
    assert tokenizer.decode(laid.ids) == "who? second bridge. she."


def test_offsets_are_characters_of_the_sentence(tokenizer: Tokenizer) -> None:
    for sentence, laid in zip(
        PARAGRAPH, token_sequences(tokenizer, "Who?", passage(PARAGRAPH, "A bridge")), strict=True
    ):
        assert sentence[laid.offsets[0][0] : laid.offsets[-1][1]] == sentence
        tokens = laid.ids[laid.first : laid.first + len(laid.offsets)]
        assert tokens == tokenizer.encode(sentence, add_special_tokens=False).ids


@given(
    question=st.text(max_size=300),
    texts=st.lists(st.text(max_size=400), max_size=6),
    title=st.text(max_size=200),
    longest=st.integers(1, 50),
)
@settings(deadline=None, max_examples=50)
def test_any_text_is_laid_out_within_the_limits(question: str, texts: list[str], title: str, longest: int) -> None:
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    limits = Limits(question=longest, title=longest, before=longest, sentence=longest)
    laid = token_sequences(tokenizer, question, passage(texts, title), limits)
    assert len(laid) == len(texts)
    assert all(len(s.ids) == len(s.types) <= 4 * longest + 5 for s in laid)
    assert all(len(s.offsets) <= longest and s.first + len(s.offsets) == len(s.ids) - 1 for s in laid)


@given(
    st.lists(st.tuples(st.floats(-9, 9, width=32), st.floats(-9, 9, width=32)), min_size=1, max_size=12),
    st.integers(1, 6),
)
def test_the_best_span_is_the_best_of_all_that_are_allowed(logits: list[tuple[float, float]], longest: int) -> None:
    starts, ends = np.array(logits, dtype=np.float32).T
    first, last, score = best_span(starts, ends, longest)
    spans = [(a, b) for a in range(len(logits)) for b in range(a, min(a + longest, len(logits)))]
    assert (first, last) in spans
    assert score == pytest.approx(max(starts[a] + ends[b] for a, b in spans), abs=1e-5)


@given(question=st.text(max_size=60), texts=st.lists(st.text(max_size=80), max_size=4))
@settings(deadline=None, max_examples=25)
def test_any_text_can_be_read(reader: Reader, question: str, texts: list[str]) -> None:
    readings = reader.read(question, passage(texts))
    assert len(readings) == len(texts)
    assert all(0 <= r.start <= r.end <= len(text) for r, text in zip(readings, texts, strict=True))


@pytest.mark.parametrize(
    ("question", "sentence", "span"),
    [
        ("When was the bridge over the Varna opened?", 0, "3 May 2011"),
        ("How much did the bridge cost?", 1, "48 million( euros)?"),
        ("Who designed the bridge?", 2, "Elena Novak"),
        ("Who is the mayor?", 3, "Karl Berg"),
    ],
)
def test_the_answering_sentence_comes_first_with_its_span(
    reader: Reader, question: str, sentence: int, span: str
) -> None:
    readings = reader.read(question, passage(PARAGRAPH))
    best = max(readings, key=lambda r: r.score)
    assert readings.index(best) == sentence
    assert re.fullmatch(span, PARAGRAPH[sentence][best.start : best.end])


@pytest.mark.parametrize("question", ["How old is Elena Novak?", "Where was Karl Berg born?", "Who bought the bridge?"])
def test_what_the_passage_does_not_say_scores_lower(reader: Reader, question: str) -> None:
    answered = max(r.score for r in reader.read("How much did the bridge cost?", passage(PARAGRAPH)))
    assert max(r.score for r in reader.read(question, passage(PARAGRAPH))) < answered


def test_the_same_readings_alone_and_in_a_batch(reader: Reader) -> None:
    other = passage(["Nothing here is of any use.", "Nor here, whatever the question may be, or the reason for it."])
    alone = reader.read("Who designed the bridge?", passage(PARAGRAPH))
    together = reader.read("Who designed the bridge?", [*other, *passage(PARAGRAPH)])[2:]
    assert [r.score for r in together] == pytest.approx([r.score for r in alone])


def test_nothing_to_read(reader: Reader) -> None:
    assert reader.read("Who?", []) == []


def test_a_folder_without_a_reader_is_named(tmp_path: Path) -> None:
    with pytest.raises(QabotError, match=tmp_path.name):
        Reader.load(tmp_path)


def test_it_is_small_and_needs_no_torch() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 32_000_000
    code = (
        "import sys; from qabot.models.reader import Reader, ReaderSentence;"
        "Reader.load().read('Who?', [ReaderSentence('She.')]); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=50)
def test_a_question_made_from_a_statement_asks_for_something_that_its_sentence_says(seed: int) -> None:
    statements = _training("statements")
    text, sentences = " ".join(PARAGRAPH), sentence_spans(" ".join(PARAGRAPH))
    made = statements.make_statement(text, tuple(sentences), "Varna", lambda word, _: word, random.Random(seed))
    if made:
        (start, end), (begin, after) = sentences[made.sentence], made.answer
        assert start <= made.phrase[0] <= begin < after == made.phrase[1] <= end
        assert re.search(r"\b(?:who|what|which|when|where|how)\b", made.question, re.IGNORECASE)
        assert text[begin:after].lower() not in made.question.lower()


def test_some_question_can_be_made_from_a_statement() -> None:
    statements = _training("statements")
    text, sentences = " ".join(PARAGRAPH), tuple(sentence_spans(" ".join(PARAGRAPH)))
    made = [
        statements.make_statement(text, sentences, "", lambda word, _: word, random.Random(seed)) for seed in range(50)
    ]
    assert {text[slice(*m.answer)] for m in made if m} >= {"3 May 2011", "Karl Berg", "two"}


def _training(name: str) -> ModuleType:
    """A module of the reader's training, which is no part of the package."""
    spec = importlib.util.spec_from_file_location(name, TRAINING / f"{name}.py")
    assert spec
    assert spec.loader
    module = sys.modules.get(name) or importlib.util.module_from_spec(spec)
    if name not in sys.modules:
        sys.modules[name] = module  # dataclasses look their module up there
        spec.loader.exec_module(module)
    return module
