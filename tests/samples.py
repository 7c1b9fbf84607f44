"""Answers made up for the tests of what is done with answers."""

from __future__ import annotations

from dataclasses import replace

from qabot.answering.answer import Answer, Citation, Evidence
from qabot.answering.draft import Quote

ARTICLE = "The fair opened on Monday. It was raining. The mayor, Ada Quill, cut the ribbon at noon. People cheered."
QUOTE = "The mayor, Ada Quill, cut the ribbon at noon."
START = ARTICLE.index(QUOTE)
END = START + len(QUOTE)


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
        evidence=(evidence(),),
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
            "nearest": (Quote(evidence(), START, END).excerpt(),),
            **changes,
        },
    )


def evidence() -> Evidence:
    return Evidence(
        article_id="0123456789abcdef",
        title="Fair opens",
        author=None,
        publisher="The Courier",
        published="2024-05-06",
        source="/articles/fair.md",
        origin="0123456789abcdef",
        text=ARTICLE,
        start=0,
        end=len(ARTICLE),
        score=0.71,
    )
