"""What the reader is trained on: questions and claims as token sequences, with what is right."""

from __future__ import annotations

import gzip
import json
import random
from functools import cache
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from eval.reader import examples
from eval.reader.examples import Examples, Layout, as_question, held_out
from qabot.models import reader as reader_module

TOKENIZER = Path(reader_module.__file__).parent / "reader_model" / "tokenizer.json"
CONTEXT = "The mill burned down in 1912. It was built again by Ann Arn, a joiner from Velm."


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(TOKENIZER))


@pytest.fixture
def layout() -> Layout:
    return Layout(tokenizer(), random.Random(1))


def decoded(ids: tuple[int, ...]) -> str:
    return str(tokenizer().decode(list(ids), skip_special_tokens=False))


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("The mill was built in 1912.", "Was the mill built in 1912?"),
        ("Ann Arn has left Velm.", "Has Ann Arn left Velm?"),
        ("Arn opened the mill.", "Did Arn open the mill?"),
        ("Nonsense.", None),
    ],
)
def test_a_claim_becomes_the_question_whether_it_is_so(claim: str, question: str | None) -> None:
    assert as_question(claim) == question


def test_the_answer_is_marked_at_its_tokens(layout: Layout) -> None:
    start = CONTEXT.index("Ann Arn")
    example = layout.question("Who built it?", "A mill", CONTEXT, [(start, start + len("Ann Arn"))])
    assert example
    assert decoded(example.ids).startswith("[CLS] who built it? [SEP] a mill [SEP] the mill burned down")
    assert decoded(example.ids[example.starts[0] : example.ends[0] + 1]) == "ann arn"
    assert example.passage[0] <= example.starts[0] <= example.ends[0] < example.passage[1]


def test_what_has_no_answer_is_marked_at_the_first_token(layout: Layout) -> None:
    example = layout.question("Who sold it?", "", CONTEXT, [])
    assert example
    assert (example.starts, example.ends) == ((0,), (0,))


def test_a_long_context_is_cut_to_a_window_that_holds_the_answer(layout: Layout) -> None:
    context = f"{'A long story was told. ' * 90}{CONTEXT}"
    start = context.index("1912")
    example = layout.question("When?", "", context, [(start, start + 4)])
    assert example
    assert example.passage[1] - example.passage[0] == examples.PASSAGE
    assert decoded(example.ids[example.starts[0] : example.ends[0] + 1]) == "1912"


def test_an_epoch_is_the_same_for_the_same_seed_and_leaves_out_what_is_held_out(tmp_path: Path) -> None:
    groups = [f"page {n}" for n in range(60)]
    asked = [
        {"question": f"When did mill {n} burn?", "context": CONTEXT, "title": "T", "group": group,
         "answers": [{"text": "1912", "start": CONTEXT.index("1912")}], "answer_sentence": [0, 29]}
        for n, group in enumerate(groups)
    ]  # fmt: skip
    claimed = [{"claim": "It burned.", "evidence": CONTEXT, "label": "supported", "group": group} for group in groups]
    for name in examples.QUESTIONS:
        _write(tmp_path / f"{name}.jsonl.gz", asked)
    for name in examples.CLAIMS:
        _write(tmp_path / f"claims_{name}.jsonl.gz", claimed)
    made = Examples(tmp_path, TOKENIZER)
    one, again, other = made.epoch(3), made.epoch(3), made.epoch(4)
    assert all(each == same for each, same in zip(one, again, strict=True))
    assert [each.ids for each in one] != [each.ids for each in other]
    kept = [f"mill {n} " for n, group in enumerate(groups) if held_out(group)]
    text = " ".join(decoded(each.ids) for each in one)
    assert kept
    assert not any(name in text for name in kept)


def _write(file: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
