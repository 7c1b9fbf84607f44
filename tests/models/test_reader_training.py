"""What the reader is trained on: questions and claims as token sequences, with what is right."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from eval.reader import examples
from eval.reader.claims import as_question, in_passing, negated, no_longer, untold, without_negation
from eval.reader.examples import Examples, a_day, with_time
from eval.reader.layout import LABELS, PASSAGE, Example, Layout, held_out
from eval.reader.network import ReaderNetwork, exported_weights
from eval.reader.rewording import Rewording
from eval.reader.train import go_on_from, mean_of, mixed
from eval.reader.whether import asked_whether, whether_any
from eval.wordnet import WordNet
from qabot.models import reader as reader_module
from qabot.models.reader import Reader, ReaderPassage, token_sequences

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


@pytest.mark.parametrize(
    ("question", "answer", "whether"),
    [
        ("When was the mill built?", "1912", "Was the mill built in 1912?"),
        ("When did it burn?", "4 May 1912", "Did it burn on 4 May 1912?"),
        ("Where did Arn live?", "near Velm", "Did Arn live near Velm?"),
        ("Who built the mill?", "Ann Arn", "Did Ann Arn build the mill?"),
        ("Who was the joiner?", "Ann Arn", "Was Ann Arn the joiner?"),
        ("What did Arn sell?", "the mill", "Did Arn sell the mill?"),
        ("Which town is nearest?", "Velm", "Is Velm nearest?"),
        ("How many barns were lost?", "nine", "Were nine barns lost?"),
        ("How many barns did it destroy?", "nine", "Did it destroy nine barns?"),
        ("Why was it sold?", "because it burned", "Was it sold because it burned?"),
        ("Why was it sold?", "fire", None),
        ("What did Arn sell in 1912?", "the mill", None),
        ("How old was Arn?", "40", None),
        ("Who?", "Ann Arn", None),
        ("Who built the mill?", "", None),
    ],
)
def test_a_question_with_an_answer_becomes_the_question_whether_that_is_so(
    question: str, answer: str, whether: str | None
) -> None:
    assert asked_whether(question, answer) == whether


@pytest.mark.parametrize(
    ("claim", "plain"),
    [
        ("The mill was not built in 1912.", "The mill was built in 1912."),
        ("Ann Arn didn't sell it.", "Ann Arn did sell it."),
        ("Ann Arn has never left Velm.", "Ann Arn has left Velm."),
        ("Nothing can't be sold.", "Nothing can be sold."),
        ("The mill is open, but she is not there.", None),
        ("It was not sold and not let.", None),
        ("Hot bread was sold.", None),
    ],
)
def test_a_claim_loses_the_negation_of_its_first_auxiliary(claim: str, plain: str | None) -> None:
    assert without_negation(claim) == plain


@pytest.mark.parametrize(
    ("claim", "forms"),
    [
        ("The mill was built in 1912.", {"was not", "was never", "wasn't"}),
        ("It will open.", {"will not"}),
        (
            "Arn opened the mill.",
            {"did not open", "didn't open", "never opened", "failed to open", "refused to open", "decided not to open"},
        ),
        ("It was not sold.", set()),
    ],
)
def test_a_claim_is_negated_in_the_usual_forms(claim: str, forms: set[str]) -> None:
    told = {negated(claim, random.Random(seed)) for seed in range(40)}
    found = {form for each in told if each for form in forms if form in each}
    assert found == forms


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Ann Arn has left Velm.", "Ann Arn, who has left Velm, "),
        ("The mill was never sold.", "The mill, which was never sold, "),
        ("Nonsense.", None),
        ("The mill " + "and the barn " * 12 + "burned down.", None),
    ],
)
def test_a_claim_is_told_in_passing_beside_another_statement(claim: str, told: str | None) -> None:
    passing = in_passing(claim, random.Random(2))
    assert passing is None if told is None else passing and passing.startswith(told) and passing.endswith(".")


@pytest.mark.parametrize(
    ("claim", "forms"),
    [
        ("The mill is open.", {"is no longer", "was open until last year", "used to be", "was once"}),
        ("They are joiners.", {"are no longer", "were joiners until last year", "used to be", "were once"}),
        ("The mill was open.", set()),
        ("The mill is not open.", set()),
    ],
)
def test_what_a_claim_says_to_be_is_so_no_longer(claim: str, forms: set[str]) -> None:
    told = {no_longer(claim, random.Random(seed)) for seed in range(40)}
    assert {form for each in told if each for form in forms if form in each} == forms
    assert forms or told == {None}
    assert (told == {None}) is not bool(forms)


@pytest.mark.parametrize(
    ("claim", "forms"),
    [
        (
            "The mill is open.",
            {"denied that the mill is open.", "reports that the mill is", "clear whether the mill is"},
        ),
        (
            "Arn opened the mill.",
            {"Officials denied that Arn opened", "Arn plans to open", "Arn may yet open the mill."},
        ),
        ("It was not sold.", set()),
    ],
)
def test_a_text_speaks_of_a_claim_without_saying_that_it_is_so(claim: str, forms: set[str]) -> None:
    told = {untold(claim, random.Random(seed)) for seed in range(60)}
    assert {form for each in told if each for form in forms if form in each} == forms
    assert (told == {None}) is not bool(forms)


@pytest.mark.parametrize(
    ("question", "text", "answer", "asked"),
    [
        (
            "How many people were hurt?",
            "Here 12 people were hurt.",
            "12",
            {"Was anyone hurt?", "Were any people hurt?"},
        ),
        ("How many barns did it destroy?", "It destroyed nine barns.", "nine", {"Did it destroy any barns?"}),
        ("How many barns did Velm lose?", "It lost its barns.", "its", set()),
        ("Who was hurt?", "Ann Arn was hurt.", "Ann Arn", set()),
    ],
)
def test_what_is_counted_is_asked_as_whether_there_was_any(
    question: str, text: str, answer: str, asked: set[str]
) -> None:
    row = {"question": question, "context": text, "answers": [{"text": answer, "start": text.index(answer)}]}
    told = [whether_any(row, random.Random(seed)) for seed in range(40)]
    made = [each for each in told if each]
    assert {each[0] for each in made} == asked
    assert all((each[1] == text) is (each[2] == "supported") for each in made)
    assert all(" no " in each[1] or "nobody " in each[1] or "no one " in each[1] for each in made if each[1] != text)
    assert not made or {each[2] for each in made} == {"supported", "refuted"}


@pytest.fixture
def rewording(wordnet: WordNet) -> Rewording:
    asked = ["Who built the mill?", "Who sold the mill?", "Who constructed the barn?", "Who bought the mill?"]
    return Rewording(asked, wordnet)


@pytest.fixture
def wordnet(tmp_path: Path) -> WordNet:
    """Three verbs: building is constructing, and both are making; selling is not."""
    synsets = {
        "verb": [("1", ["build", "construct"], "2"), ("2", ["make"], ""), ("3", ["sell"], ""), ("4", ["buy"], "")],
        "noun": [],
        "adj": [],
        "adv": [],
    }
    for name, told in synsets.items():
        data = [f"{at} 00 v {len(words):02x} {' '.join(f'{word} 0' for word in words)} "
                + (f"001 @ {above} v 0000" if above else "000") + " | said" for at, words, above in told]  # fmt: skip
        index = [f"{word} v 1 1 @ 1 1 {at}" for at, words, _ in told for word in words]
        (tmp_path / f"data.{name}").write_text("\n".join(data), encoding="utf-8")
        (tmp_path / f"index.{name}").write_text("\n".join(index), encoding="utf-8")
    return WordNet(tmp_path)


def test_words_are_alike_where_they_share_a_sense_or_one_is_a_kind_of_the_other(wordnet: WordNet) -> None:
    assert wordnet.alike("v", "build", "construct")
    assert wordnet.alike("v", "build", "make")
    assert wordnet.alike("v", "make", "build")
    assert not wordnet.alike("v", "build", "sell")


def test_a_question_is_put_in_synonyms_as_questions_have_them(rewording: Rewording) -> None:
    told = {rewording.reworded("Who built the barn?", random.Random(seed)) for seed in range(20)}
    assert told == {"Who built the barn?", "Who constructed the barn?"}


def test_a_question_asks_for_a_deed_that_its_text_does_not_tell(rewording: Rewording) -> None:
    told = {
        rewording.of_another_deed("Who built the mill?", "Arn built it to sell it.", random.Random(seed))
        for seed in range(20)
    }
    assert told == {"Who bought the mill?"}
    assert rewording.of_another_deed("Who was it?", CONTEXT, random.Random(1)) is None


def test_a_negated_claim_is_asked_without_its_negation_and_answered_the_other_way(
    tmp_path: Path, wordnet: WordNet
) -> None:
    claimed = [{"claim": "It was not sold.", "evidence": CONTEXT, "label": "supported", "group": "page 0"}]
    for name in examples.QUESTIONS:
        _write(tmp_path / f"{name}.jsonl.gz", [])
    for name in examples.CLAIMS:
        _write(tmp_path / f"claims_{name}.jsonl.gz", claimed)
    maker = Examples(tmp_path, TOKENIZER, wordnet)
    made = [each for seed in range(9) for each in maker.epoch(seed)]
    timeless = [each for each in made if not any(letter.isdigit() for letter in decoded(each.ids[: each.first]))]
    labels = {decoded(each.ids[: each.first]): LABELS[each.label] for each in timeless}
    assert labels == {"[CLS] it was not sold. [SEP]": "supported", "[CLS] was it sold? [SEP]": "refuted"}


def test_of_several_trainings_the_mean_of_their_weights_is_taken() -> None:
    one = {"w": torch.tensor([1.0, 3.0]), "places": torch.tensor([0, 1])}
    other = {"w": torch.tensor([2.0, 5.0]), "places": torch.tensor([0, 1])}
    mean = mean_of([one, other])
    assert mean["w"].tolist() == [1.5, 4.0]
    assert mean["places"].tolist() == [0, 1]
    assert mean_of([one])["w"].tolist() == [1.0, 3.0]


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
    assert example.passage[1] - example.passage[0] == PASSAGE
    assert decoded(example.ids[example.starts[0] : example.ends[0] + 1]) == "1912"


def test_an_epoch_is_the_same_for_the_same_seed_and_leaves_out_what_is_held_out(
    tmp_path: Path, wordnet: WordNet
) -> None:
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
    made = Examples(tmp_path, TOKENIZER, wordnet)
    one, again, other = made.epoch(3), made.epoch(3), made.epoch(4)
    assert all(each == same for each, same in zip(one, again, strict=True))
    assert [each.ids for each in one] != [each.ids for each in other]
    kept = [f"mill {n} " for n, group in enumerate(groups) if held_out(group)]
    text = " ".join(decoded(each.ids) for each in one)
    assert kept
    assert not any(name in text for name in kept)


@pytest.mark.parametrize("text", ["It opened in 1912 and closed in 2024.", "It opened in 2040."])
def test_a_passage_stands_under_a_day_not_before_the_years_that_it_tells_of(text: str) -> None:
    days = [a_day((text,), random.Random(seed)) for seed in range(30)]
    assert all(day.year >= (2024 if "2024" in text else 1998) for day in days)
    assert len(set(days)) > 20


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Who led it?", {"Who led it in 2018?", "Who led it in late June 2018?", "In June 2018, Who led it?"}),
        ("Arn led it.", {"Arn led it by June 2018.", "On 20 June 2018, Arn led it.", "Arn led it on 20 June 2018."}),
        ("When did it open?", {None}),
        ("In what year did Arn lead it?", {None}),
        ("Who led it in 1912?", {None}),
    ],
)
def test_a_question_is_given_the_time_of_a_day_unless_it_asks_when_or_has_a_year(
    text: str, times: set[str | None]
) -> None:
    found = {with_time(text, date(2018, 6, 20), random.Random(seed)) for seed in range(300)}
    assert times <= found if None not in times else times == found


def test_a_question_is_asked_as_whether_a_right_or_a_wrong_answer_is_so(tmp_path: Path, wordnet: WordNet) -> None:
    made = _examples_of_the_mill(tmp_path, wordnet)
    claimed = [each for each in made if each.label >= 0 and not re.search(r"\d", decoded(each.ids))]
    labels = {(decoded(each.ids[: each.first]), LABELS[each.label]) for each in claimed}
    assert ("[CLS] did ann arn build the mill? [SEP]", "supported") in labels
    assert any(label == "refuted" for _, label in labels)
    assert all(("ann arn" in whether) == (label == "supported") for whether, label in labels)


def test_whether_it_is_so_of_somebody_whom_the_passage_does_not_name_is_not_told_there(
    tmp_path: Path, wordnet: WordNet
) -> None:
    claim = {"claim": "Ann Arn has left Velm.", "evidence": "Ann Arn has left Velm.", "label": "supported"}
    made = _examples_of_the_mill(tmp_path, wordnet, [claim | {"group": "page 0"}])
    heads = ((each, decoded(each.ids[: each.first])) for each in made if each.label >= 0)
    asked = {
        (head, each.label) for each, head in heads if re.fullmatch(r"\[CLS\] has [a-z ]+ left velm\? \[SEP\]", head)
    }
    of_another = {(head, label) for head, label in asked if "ann arn" not in head}
    assert ("[CLS] has ann arn left velm? [SEP]", 0) in asked
    assert ("[CLS] has bo brun left velm? [SEP]", 2) in of_another
    assert {label for _, label in of_another} == {2}


def test_of_the_sets_a_share_is_drawn(tmp_path: Path, wordnet: WordNet) -> None:
    _examples_of_the_mill(tmp_path, wordnet)
    every, none = (Examples(tmp_path, TOKENIZER, wordnet, share=share).epoch(1) for share in (1.0, 0.0))
    assert every
    assert not none


def test_what_is_asked_of_another_time_than_its_article_is_of_has_no_answer(tmp_path: Path, wordnet: WordNet) -> None:
    made = _examples_of_the_mill(tmp_path, wordnet)
    whole = [each for each in made if each.label < 0 and "built it again" in decoded(each.ids)]
    years = [re.findall(r"\d{4}", decoded(each.ids[: each.passage[0]])) for each in whole]
    other = [len(set(year)) == 2 for year in years]
    assert 0 < sum(other) < sum(len(year) == 2 for year in years)
    assert [each.starts == (0,) for each in whole] == other


def test_a_training_goes_on_from_an_exported_reader() -> None:
    network = ReaderNetwork()
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    go_on_from(network, TOKENIZER.with_name("reader.onnx"), frozen=4)
    after = network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith(("words", "layers.3.")))
    network.load_state_dict(exported_weights(TOKENIZER.with_name("reader.onnx")))
    reader = Reader.load()
    for claim in (
        "The mill burned down.",
        "The mill burned down in 1950.",
        "Bo Brun built the mill.",
        "It rained in Velm.",
    ):
        (judged,) = reader.judge(claim, [ReaderPassage(CONTEXT)])
        (sequence,) = token_sequences(tokenizer(), claim, ReaderPassage(CONTEXT))
        ids, types = torch.tensor([sequence.ids]), torch.tensor([sequence.types])
        with torch.no_grad():
            (again,) = network.eval()(ids, types)[2].softmax(1).tolist()
        assert again == pytest.approx([judged.supported, judged.refuted, judged.neither], abs=0.05)


def _examples_of_the_mill(folder: Path, wordnet: WordNet, claimed: Sequence[dict[str, object]] = ()) -> list[Example]:
    context = "The mill burned down. Ann Arn built it again. Its owner was Bo Brun."
    answers = [{"text": "Ann Arn", "start": context.index("Ann")}]
    row = {"question": "Who built the mill?", "context": context, "title": "T", "group": "page 0", "answers": answers}
    asked = [row | {"answer_sentence": [22, 45]}]
    for name in examples.QUESTIONS:
        _write(folder / f"{name}.jsonl.gz", asked if name == "squad2dev" else [])
    for name in examples.CLAIMS:
        _write(folder / f"claims_{name}.jsonl.gz", claimed)
    maker = Examples(folder, TOKENIZER, wordnet)
    return [each for seed in range(80) for each in maker.epoch(seed)]


def _write(file: Path, rows: Sequence[dict[str, object]]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def test_of_a_training_a_part_is_mixed_with_what_it_began_with() -> None:
    before = {"w": torch.tensor([1.0, 3.0]), "positions": torch.arange(2)}
    after = {"w": torch.tensor([5.0, 3.0]), "positions": torch.arange(2)}
    assert mixed(before, after, 0.25)["w"].tolist() == [2.0, 3.0]
    assert mixed(before, after, 0.25)["positions"].tolist() == [0, 1]
