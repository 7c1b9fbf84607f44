"""Measure the milliseconds of processor time that time and disagreement add to an answer.

    python eval/time/added.py

Passages are drawn from the starter articles until they hold 60 sentences, all of which are taken to answer, so that
more is compared than for most questions. Counted is what is done beside finding and reading: the times of all sentences
against the question's, where the articles differ, and the dates of three quotes. The first draw, in which patterns are
compiled, is left out.
"""

from __future__ import annotations

import random
import time
from dataclasses import fields

import numpy as np

from qabot.answering.answer import Evidence, told_dates
from qabot.answering.disagreement.find import disputes
from qabot.answering.draft import Draft, Quote, Statement, compose
from qabot.answering.query import analyse
from qabot.answering.rank import Ranked
from qabot.answering.read import Candidate, Features
from qabot.answering.spans import spans_for
from qabot.articles.article import Article
from qabot.models.reader import Reading
from qabot.resources import starter_articles
from qabot.store.passages import split
from qabot.text.dates import expressions
from qabot.text.dates.constraint import time_constraint, time_fit
from qabot.text.dates.expressions import stated_times
from qabot.text.sentences import sentence_spans

DRAWS, SENTENCES = 40, 60
QUESTION = "How many organisations did the court in Moscow designate before August 2021?"


def main() -> None:
    rng, spent = random.Random(1), []  # noqa: S311 - no secret
    passages = [
        Evidence(path.stem, path.stem, None, None, "2024-04-22", path.name, path.stem, p.text, p.start, p.end, 1.0)
        for path in sorted(starter_articles().glob("*.md"))
        for p in split(Article(source=path.name, text=path.read_text("utf-8")))
    ]
    question = analyse(QUESTION)
    features = Features(**{field.name: 1.0 for field in fields(Features)})
    for _ in range(DRAWS + 1):
        rng.shuffle(passages)
        ranked = [
            Ranked(
                Candidate(
                    p,
                    p.start + a,
                    p.start + b,
                    Reading(1.0, 0, 1, 1.0),
                    tuple(spans_for(question, p.text[a:b])),
                    features,
                ),
                0.9,
            )
            for p in passages[:25]
            for a, b in sentence_spans(p.text)
        ][:SENTENCES]
        expressions._expressions.cache_clear()
        began = time.thread_time()
        constraint = time_constraint(QUESTION)
        for each in ranked:
            c, piece = each.candidate, each.candidate.evidence
            told = expressions.time_expressions(piece.text, piece.published)
            time_fit(constraint, stated_times(piece.text, told, c.start - piece.start, c.end - piece.start))
        quotes = [Quote(r.candidate.evidence, r.candidate.start, r.candidate.end) for r in ranked[:3]]
        statements = [Statement(quote.text, (quote,)) for quote in quotes]
        statements += [dispute.statement() for dispute in disputes(question, ranked)]
        told_dates(compose(Draft(tuple(statements), None, 1.0))[1], [r.candidate.evidence for r in ranked])
        spent.append((time.thread_time() - began) * 1000)
    print(f"milliseconds added: median {np.median(spent[1:]):.1f}, 95th percentile {np.percentile(spent[1:], 95):.1f}")


if __name__ == "__main__":
    main()
