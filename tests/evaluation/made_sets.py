"""Public sets in miniature: folders laid out as theirs are, with sentences of our own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

BRIDGE = "The harbour bridge at Marsund was opened in 1932 by Queen Astrid. It is painted green every ten years."
FERRY = "The old ferry of Marsund was built in 1958. Its captain, Lars Holm, retired in July."
TOWER = "The lighthouse of Grenholm was built in 1871. Its keeper was Olga Brandt until 1903."


def lines(path: Path, rows: Iterable[object]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")


def realtimeqa(folder: Path) -> None:
    def article(number: int, text: str) -> dict[str, object]:
        url = f"https://news.example/{number}"
        return {"id": f"a{number}", "url": url, "title": f"News {number}", "authors": ["Ada"], "published": "2022-06-12", "text": text}  # fmt: skip  # noqa: E501

    lines(folder / "articles.jsonl.gz", [article(1, BRIDGE), article(2, FERRY), article(3, TOWER)])
    lines(
        folder / "questions.jsonl",
        [
            {
                "id": "q1",
                "date": "2022-06-16",
                "question": "When was the harbour bridge at Marsund opened?",
                "choices": ["1932", "1958"],
                "answers": ["1932"],
                "searched": ["a1", "a2"],
            },
            {
                "id": "q2",
                "date": "2022-06-16",
                "question": "Who is the mayor of Marsund?",
                "choices": ["Berg", "Lie"],
                "answers": ["Berg"],
                "searched": ["a2"],
            },
        ],
    )


def realtimeqa_weekly(folder: Path) -> None:
    """As in the set's own repository: a file of questions a week, and one of what was found for them."""
    question = {
        "question_id": "w1",
        "question_date": "2022/06/16",
        "question_sentence": "When was the old ferry of Marsund built?",
        "choices": ["1932", "1958"],
        "answer": ["1"],
    }
    found = {
        "url": "https://news.example/2",
        "title": "News 2",
        "text": FERRY,
        "authors": [],
        "publish_date": "2022/06/12",
    }
    lines(folder / "20220617_qa.jsonl", [question])
    lines(folder / "20220617_gcs.jsonl", [{"question_id": "w1", "search_result": [found, found | {"text": ""}]}])


def mtrag_un(folder: Path) -> None:
    def task(number: int, kind: str, contexts: list[str], *said: str) -> dict[str, object]:
        turns = [{"speaker": ("user", "agent")[place % 2], "text": text} for place, text in enumerate(said)]
        contexts_ = [{"document_id": str(place), "text": text} for place, text in enumerate(contexts)]
        return {"task_id": f"t{number}", "contexts": contexts_, "input": turns, "answerability": [kind]}

    lines(
        folder / "tasks.jsonl.gz",
        [
            task(1, "ANSWERABLE", [BRIDGE], "When was the harbour bridge at Marsund opened?"),
            task(2, "ANSWERABLE", [FERRY], "Is there a ferry in Marsund?", "There was one.", "When was it built?"),
            task(3, "UNANSWERABLE", [], "Who invented the telephone?"),
            task(4, "PARTIAL", [TOWER], "Who kept the lighthouse of Grenholm, and for what pay?"),
            task(5, "UNDERSPECIFIED", [], "Which one?"),
        ],
    )


def ramdocs(folder: Path) -> None:
    lines(
        folder / "ramdocs.jsonl.gz",
        [
            {
                "question": "When was the harbour bridge at Marsund opened?",
                "documents": [{"text": BRIDGE, "type": "correct"}, {"text": FERRY, "type": "noise"}],
                "gold_answers": ["1932"],
                "wrong_answers": ["1958"],
            },
            {
                "question": "Who was the keeper of the lighthouse of Grenholm?",
                "documents": [{"text": TOWER, "type": "correct"}],
                "gold_answers": ["Olga Brandt", "Olaf Brandt"],
                "wrong_answers": [],
            },
        ],
    )


def squad(folder: Path, count: int = 1) -> None:
    """SQuAD 2.0: ``count`` questions with an answer, and one without."""
    question = {
        "question": "When was the harbour bridge at Marsund opened?",
        "answers": [{"text": "1932", "answer_start": BRIDGE.index("1932")}],
        "is_impossible": False,
    }
    asked = [question | {"id": f"s{number}"} for number in range(count)]
    asked.append({"question": "Who painted the sea?", "answers": [], "is_impossible": True, "id": "none"})
    data = [{"title": "Marsund", "paragraphs": [{"context": BRIDGE, "qas": asked}]}]
    (folder / "dev-v2.0.json").write_text(json.dumps({"version": "v2.0", "data": data}), encoding="utf-8")


def qed(folder: Path) -> None:
    sentence = BRIDGE[: BRIDGE.index(" It is")]
    row = {
        "example_id": -7,
        "title_text": "Marsund",
        "question_text": "when was the harbour bridge at marsund opened",
        "paragraph_text": BRIDGE,
        "original_nq_answers": [[{"start": 44, "end": 48, "string": "1932"}]],
        "annotation": {"selected_sentence": {"start": 0, "end": len(sentence), "string": sentence}},
    }
    lines(folder / "qed.jsonl.gz", [row, row | {"example_id": 8, "annotation": {}}])


def timeqa(folder: Path) -> None:
    def row(number: int, question: str, targets: list[str]) -> dict[str, object]:
        return {"idx": f"/wiki/{number}", "question": question, "context": TOWER, "targets": targets}

    lines(folder / "easy.jsonl.gz", [row(1, "Who was the keeper of the lighthouse until 1903?", ["Olga Brandt"])])
    lines(folder / "hard.jsonl.gz", [row(1, "Who painted the lighthouse in 1990?", [""])])


def treccast(folder: Path) -> None:
    topics = [
        {
            "number": 1,
            "turn": [
                {"number": 1, "raw_utterance": "When did Ada Dahl open the bridge?"},
                {"number": 2, "raw_utterance": "Where was she born? "},
            ],
        }
    ]
    (folder / "2019-topics.json").write_text(json.dumps(topics))
    (folder / "2019-resolved.tsv").write_text(
        "1_1\tWhen did Ada Dahl open the bridge?\n1_2\tWhere was Ada Dahl born?\n"
    )
    manual = "Is the ferry of Marsund old?"
    turn = {"number": 1, "raw_utterance": manual, "manual_rewritten_utterance": manual}
    (folder / "2020-manual.json").write_text(json.dumps([{"number": 81, "turn": [turn]}]))
    (folder / "2020-automatic.json").write_text("[]")


MADE = {
    "realtimeqa": realtimeqa,
    "mtrag-un": mtrag_un,
    "ramdocs": ramdocs,
    "squad": squad,
    "qed": qed,
    "timeqa": timeqa,
    "treccast": treccast,
}
