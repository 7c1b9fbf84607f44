"""Passages and answers made up for the tests of what is done with them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from qabot.answering.answer import Answer, Citation, Evidence
from qabot.answering.draft import Quote

ARTICLE = "The fair opened on Monday. It was raining. The mayor, Ada Quill, cut the ribbon at noon. People cheered."
QUOTE = "The mayor, Ada Quill, cut the ribbon at noon."
START = ARTICLE.index(QUOTE)
END = START + len(QUOTE)


def evidence(text: str, article_id: str = "a", *, start: int = 0, **known: object) -> Evidence:
    """A passage of an article of which nothing is known but what is given."""
    passage = Evidence(
        article_id, title=None, author=None, publisher=None, published=None, source=f"/articles/{article_id}.md",
        origin=article_id, text=text, start=start, end=start + len(text), score=1.0,
    )  # fmt: skip
    return replace(passage, **known)  # type: ignore[arg-type]


FAIR = evidence(
    ARTICLE, "0123456789abcdef", title="Fair opens", publisher="The Courier", published="2024-05-06",
    source="/articles/fair.md", score=0.71,
)  # fmt: skip


def answered(question: str = "Who cut the ribbon?", **changes: object) -> Answer:
    citation = Citation(
        marker=1,
        article_id="0123456789abcdef",
        title="Fair opens",
        author="B. Reporter",
        publisher="The Courier",
        published="2024-05-06",
        source="/articles/fair.md",
        quote=QUOTE,
        start=START,
        end=END,
        origin="0123456789abcdef",
    )
    answer = Answer(
        question=question,
        standalone_question=question,
        text="Ada Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]",
        short_answer="Ada Quill",
        abstained=False,
        reason=None,
        confidence=0.93214,
        citations=(citation,),
        evidence=(FAIR,),
        model="extractive",
        timings_ms={"retrieve": 9.123, "answer": 1.0, "total": 10.123},
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def abstained(question: str = "What did the fair cost?", **changes: object) -> Answer:
    return answered(
        question,
        **{
            "text": "The articles do not say.",
            "short_answer": None,
            "abstained": True,
            "reason": "not-stated",
            "citations": (),
            "nearest": (Quote(FAIR, START, END).excerpt(),),
            **changes,
        },
    )


def copy_store(store: Path, to: Path) -> None:
    """Copy an index that other tests may have open: what SQLite keeps beside a file meanwhile comes and goes."""
    shutil.copytree(store, to, ignore=shutil.ignore_patterns("*-shm", "*-wal"))
