"""The public sets in a folder of yours, and other files of JSON lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def json_lines(path: Path) -> Iterator[Row]:
    """Yield the rows of a file of JSON lines, which may be gzipped."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def news_texts(articles: Path) -> dict[str, str]:
    """Return the texts of RealTimeQA's articles by their ids."""
    return {row["id"]: row["text"] for row in json_lines(articles)}


def xquad(bench: Path) -> Iterator[Row]:
    """Yield XQuAD's English questions, laid out as those of the training sets."""
    for article in json.loads((bench / "xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                answers = [{"text": a["text"], "start": a["answer_start"]} for a in asked["answers"]]
                yield {"question": asked["question"], "context": paragraph["context"], "answers": answers}


def qed(bench: Path) -> Iterator[Row]:
    """Yield QED's questions, which people typed into a search engine, laid out likewise."""
    for row in json_lines(bench / "qed/qed.jsonl.gz"):
        marked = [a["paragraph_reference"] for a in row["annotation"].get("answer", ())]
        marked = marked or row["original_nq_answers"][0]  # no one sentence explains it
        text = row["paragraph_text"]
        answers = [{"text": text[m["start"] : m["end"]], "start": m["start"]} for m in marked]
        yield {"question": row["question_text"], "context": text, "answers": answers, "title": row["title_text"]}
