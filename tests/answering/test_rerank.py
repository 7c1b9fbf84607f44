"""The second look: passages are ranked by their sentences, or by a cross-encoder that somebody has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qabot.answering.rerank import CrossEncoderReranker, ReaderReranker
from qabot.errors import QabotError
from tests.answering.conversations import evidence

VAGUE = evidence("The Kestrel Bridge is the pride of the valley. Who opened it, nobody asks any more.", article_id="a")
ANSWERING = evidence("The Kestrel Bridge was opened by Ingrid Dahl, the mayor, on 14 June 1987.", article_id="b")
OTHER = evidence("The old mine at Harrow closed after a fire.", article_id="c")


def test_the_passage_that_answers_is_ranked_first() -> None:
    found = [replace(VAGUE, score=0.9), replace(ANSWERING, score=0.8), replace(OTHER, score=0.5)]
    scores = ReaderReranker().scores("Who opened the Kestrel Bridge?", found)
    assert max(range(3), key=scores.__getitem__) == 1
    assert all(0 <= score <= 1 for score in scores)


def test_what_is_not_looked_at_goes_below() -> None:
    many = [replace(OTHER, article_id=str(n), score=0.9 - n / 100) for n in range(60)]
    scores = ReaderReranker().scores("Who opened the Kestrel Bridge?", many)
    assert scores[:40] >= scores[40:]
    assert max(scores[40:]) <= min(scores[:40])


def test_nothing_found_has_no_scores() -> None:
    assert ReaderReranker().scores("Who?", []) == []


def test_a_cross_encoder_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(QabotError, match="QABOT_CROSS_ENCODER"):
        CrossEncoderReranker(str(tmp_path)).scores("Who?", [OTHER])
    with pytest.raises(QabotError, match="There is no cross-encoder no-such-model"):
        CrossEncoderReranker("no-such-model").scores("Who?", [OTHER])


@pytest.mark.model
def test_a_cross_encoder_ranks(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bridge", "mine", "who"]
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        num_labels=1,
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(tmp_path)
    found = [replace(VAGUE, score=0.9), replace(OTHER, score=0.5)]
    scores = CrossEncoderReranker(str(tmp_path)).scores("Who built the bridge?", found)
    assert len(scores) == 2
    assert all(0 < score < 1 for score in scores)
