"""Scoring one case: what was said against what was expected, measure by measure, and in words (pure)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.matching import bare_words, exact_match, holds, literal, met, normalise, token_f1
from qabot.text.tokens import content_stems

CUTOFFS = (1, 5, 10)
"""The k of hits@k and its like."""
DEPTH = 10
"""How many retrieved passages, or articles, the mean reciprocal rank looks at."""


@dataclass(frozen=True)
class Judgement:
    """The worth of a case's answer.

    Attributes:
        correct: the expected answer was given, or the bot abstained as it had to; None where the case does not know.
        cited: the citations are as they must be: verbatim, of the case's sources, holding its passages; none where the
            bot had to abstain; None where nothing was answered or declined.
        scores: by measure, each between 0 and 1; a measure that the case says nothing about is left out.
        why: in words, on one line.
    """

    correct: bool | None
    cited: bool | None
    scores: Mapping[str, float]
    why: str


def judge(case: Case, said: Mapping[str, Any], *, verbatim: bool) -> Judgement:
    """Score what was said to a case.

    Args:
        case: what was expected.
        said: the document of ``ask --json``; of one who only rewrites questions, its first two fields.
        verbatim: whether each citation's quote is the slice of the stored text that it says it is.
    """
    followed = _follow_up(case, said)
    if "abstained" not in said:
        return Judgement(None, None, followed, _why_rewritten(case, said))
    said = {**said, "answer": plain_answer(said)}
    correct = _correct(case, said)
    cited = _cited(case, said, verbatim)
    found = ranking(case, said["evidence"]) if "evidence" in said else None
    scores = {
        **_answering(case, said, correct),
        **_short_answer(case, said),
        **_citing(case, said, cited),
        **_retrieval(found),
        **followed,
    }
    parts = [_why_correct(case, said), _why_cited(case, said, verbatim), _why_retrieved(case, found)]
    return Judgement(correct, cited, scores, "; ".join(part for part in parts if part))


def plain_answer(said: Mapping[str, Any]) -> str:
    """Return an answer's text without the markers of its citations; what else stands in brackets stays, as ``[2003]``.

    Args:
        said: the document of ``ask --json``.
    """
    markers = "|".join(str(citation["marker"]) for citation in said["citations"])
    return re.sub(rf"\s*\[(?:{markers})\]", "", said["answer"]) if markers else str(said["answer"])


def _correct(case: Case, said: Mapping[str, Any]) -> bool | None:
    if case.abstain:
        return bool(said["abstained"])
    if said["abstained"]:
        return False if case.answers else None
    if any(_wrong(case, said)):
        return False
    return all(met(case.answers, said["answer"], said["short_answer"])) if case.answers else None


def _lead(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said with the first quote in place of the whole answer: what a person reads first."""
    return {**said, "answer": said["citations"][0]["quote"] if said["citations"] else said["answer"]}


def _wrong(case: Case, said: Mapping[str, Any]) -> list[str]:
    """Return the wrong answers that are given."""
    there = met([[wrong] for wrong in case.wrong], said["answer"], said["short_answer"])
    return [wrong for wrong, given in zip(case.wrong, there, strict=True) if given]


def _cited(case: Case, said: Mapping[str, Any], verbatim: bool) -> bool:
    citations = said["citations"]
    if case.abstain:
        return bool(said["abstained"]) and not citations
    named = any(from_named_source(case, citation["source"]) for citation in citations)
    held = all(any(matches(citation["quote"], group) for citation in citations) for group in case.passages)
    return bool(citations) and verbatim and named and held


def _answering(case: Case, said: Mapping[str, Any], correct: bool | None) -> dict[str, float]:
    abstained = bool(said["abstained"])
    scores = {"coverage": float(not abstained)}
    if correct is not None:
        scores["lead_accuracy"] = float(correct and bool(_correct(case, _lead(said))))
        scores["accuracy"] = float(correct)
        if not abstained:
            scores["answered_accuracy"] = float(correct)
            scores["brier"] = (said["confidence"] - correct) ** 2
    if case.abstain is not None and abstained:
        scores["abstention_precision"] = float(case.abstain)
    if case.abstain:
        scores["abstention_recall"] = float(abstained)
    return scores


def _short_answer(case: Case, said: Mapping[str, Any]) -> dict[str, float]:
    """Exact match and F1 of the short answer, as SQuAD has them, and how much of the answer the text contains."""
    abstained = bool(said["abstained"])
    if case.abstain:
        return {"exact_match": float(abstained), "f1": float(abstained)}
    gold = [literal(group) for group in case.answers]
    if not gold or not all(gold):
        return {}
    text = "" if abstained else said["answer"]
    scores = {"containment": sum(any(holds(text, each) for each in group) for group in gold) / len(gold)}
    if len(gold) == 1:
        short = "" if abstained else said["short_answer"] or ""
        scores |= {"exact_match": exact_match(short, gold[0]), "f1": token_f1(short, gold[0])}
    return scores


def _citing(case: Case, said: Mapping[str, Any], cited: bool) -> dict[str, float]:
    if case.abstain is not False:
        return {}
    citations, scores = said["citations"], {}
    if not said["abstained"]:
        scores["citation_correctness"] = float(cited)
    if not (case.sources or case.passages):
        return scores
    right = [_right(case, citation) for citation in citations]
    scores["first_citation"] = float(any(right[:1]))
    if not said["abstained"]:
        groups = case.passages or ((),)
        held = [any(_right(case, citation, group) for citation in citations) for group in groups]
        scores["citation_precision"] = sum(right) / len(right) if right else 0.0
        scores["citation_recall"] = sum(held) / len(held)
    return scores


def _right(case: Case, citation: Mapping[str, Any], *groups: tuple[str, ...]) -> bool:
    """True if a citation is of a named source and holds one of the passages (of that group, where one is given)."""
    groups = groups or case.passages
    quoted = not any(groups) or any(matches(citation["quote"], group) for group in groups)
    return quoted and from_named_source(case, citation["source"])


def _retrieval(found: Ranking | None) -> dict[str, float]:
    if not found:
        return {}
    scores = {f"hits@{k}": found.hit(k) for k in CUTOFFS}
    scores |= {f"recall@{k}": found.recall(k) for k in CUTOFFS}
    scores |= {f"ndcg@{k}": found.ndcg(k) for k in CUTOFFS}
    return {**scores, "mrr": found.reciprocal_rank(DEPTH)}


def _follow_up(case: Case, said: Mapping[str, Any]) -> dict[str, float]:
    if case.standalone is None:
        return {}
    if normalise(case.standalone) == normalise(case.turns[-1]):
        return {"left_alone": float(said["standalone_question"] == said["question"])}
    return {"rewrite_completeness": float(not _words_lost(case.standalone, said))}


def _words_lost(standalone: str, said: Mapping[str, Any]) -> list[str]:
    kept = set(content_stems(said["standalone_question"]))
    return [stem for stem in content_stems(standalone) if stem not in kept]


def _why_rewritten(case: Case, said: Mapping[str, Any]) -> str:
    lost = _words_lost(case.standalone or "", said)
    if lost:
        return f"the rewritten question lacks: {', '.join(lost)}"
    if said["standalone_question"] == said["question"]:
        return "left as it was"
    return "rewritten, with every content word"


def _why_correct(case: Case, said: Mapping[str, Any]) -> str:
    if case.abstain:
        return "declined, as it must be" if said["abstained"] else "answered, though the articles do not say"
    if said["abstained"]:
        return f"declined ({said['reason']})" + (", though there is an answer" if case.abstain is False else "")
    if not case.answers:
        return "not judged: the case names no answer"
    if wrong := _wrong(case, said):
        return f"gives a wrong answer: {_quoted(wrong)}"
    there = met(case.answers, said["answer"], said["short_answer"])
    lacking = [group[0] for group, given in zip(case.answers, there, strict=True) if not given]
    if lacking:
        return f"lacks: {_quoted(lacking)}"
    return f"holds: {_quoted([group[0] for group in case.answers])}"


def _why_cited(case: Case, said: Mapping[str, Any], verbatim: bool) -> str:
    if case.abstain or said["abstained"]:
        return ""
    citations = said["citations"]
    if not citations:
        return "nothing is cited"
    if not verbatim:
        return "a quote is not what the article says there"
    if not any(from_named_source(case, citation["source"]) for citation in citations):
        return f"no citation is of: {', '.join(case.sources)}"
    if not case.sources and not case.passages:
        return "quoted word for word; the case names no source"
    lacking = [group[0] for group in case.passages if not any(matches(each["quote"], group) for each in citations)]
    return f"no citation holds: {_quoted(lacking)}" if lacking else "cited as it must be"


def _why_retrieved(case: Case, found: Ranking | None) -> str:
    if not found:
        return ""
    what = "passages" if case.passages else "sources"
    if not found.first:
        return f"none of the named {what} was retrieved"
    return f"the first of the named {what} was retrieved at rank {found.first}"


def _quoted(texts: list[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


_WORDS_OF_A_PART = 4
"""A text of fewer words is too little to be taken for a part of a named passage."""


@dataclass(frozen=True)
class Ranking:
    """A ranking of what was retrieved, best first.

    Attributes:
        gains: at each rank, how many of the named things stand there for the first time.
        targets: how many things are named; at least one.
    """

    gains: tuple[int, ...]
    targets: int

    @property
    def first(self) -> int | None:
        """The rank, from 1 on, at which the first of the named things stands."""
        return next((rank for rank, gain in enumerate(self.gains, start=1) if gain), None)

    def hit(self, k: int) -> float:
        """1.0 where one of the named things stands among the first k, else 0.0."""
        return float(any(self.gains[:k]))

    def recall(self, k: int) -> float:
        """Return the share of the named things that stand among the first k."""
        return sum(self.gains[:k]) / self.targets

    def reciprocal_rank(self, k: int) -> float:
        """One over the rank of the first of the named things, 0.0 where none stands among the first k.

        Source: Voorhees 1999, "The TREC-8 Question Answering Track Report".
        """
        return 1 / self.first if self.first and self.first <= k else 0.0

    def ndcg(self, k: int) -> float:
        """Normalised discounted cumulative gain: what stands further up counts more.

        Source: Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with the logarithm of
        rank + 1. The ideal ranking has the gains in the best order, then, one a rank, what was not retrieved.
        """
        missing = self.targets - sum(self.gains)
        ideal = sorted((gain for gain in self.gains if gain), reverse=True) + [1] * missing
        return _discounted(self.gains[:k]) / _discounted(ideal[:k])


def ranking(case: Case, evidence: Sequence[Mapping[str, Any]]) -> Ranking | None:
    """Return where the evidence holds what the case names; None where it names nothing that could be found.

    A case that names passages is ranked by passage: each of its groups is one thing to be found, where the evidence is
    of a named source (if the case names some). One that names sources alone is ranked by article, the passages of an
    article counting once, where the first of them stands: each named source is one thing to be found.

    Args:
        case: the case.
        evidence: that of ``ask --json``, best first.
    """
    if case.abstain or not (case.passages or case.sources):
        return None
    if case.passages:
        items = [
            [matches(each["text"], group) and from_named_source(case, each["source"]) for group in case.passages]
            for each in evidence
        ]
    else:
        articles = dict.fromkeys(each["source"] for each in evidence)
        items = [[named in source for named in case.sources] for source in articles]
    return Ranking(_first_gains(items), len(case.passages or case.sources))


def matches(text: str, group: Sequence[str]) -> bool:
    """True if a text holds one of the passages of a group, or is a part of it (of four words at least)."""
    long_enough = len(bare_words(text)) >= _WORDS_OF_A_PART
    return any(holds(text, passage) or (long_enough and holds(passage, text)) for passage in group)


def from_named_source(case: Case, source: str) -> bool:
    """True if a source is one that the case names; any is where it names none."""
    return not case.sources or any(named in source for named in case.sources)


def _first_gains(items: Sequence[Sequence[bool]]) -> tuple[int, ...]:
    seen: set[int] = set()
    gains = []
    for item in items:
        new = {target for target, there in enumerate(item) if there} - seen
        gains.append(len(new))
        seen |= new
    return tuple(gains)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
