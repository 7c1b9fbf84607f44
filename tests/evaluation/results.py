"""Made results, for the tests of what is computed from them."""

from qabot.answering.answer import Answer, Citation
from qabot.evaluation.case import Case
from qabot.evaluation.result import Result, score

TEXT = "The ruling came late. The court ruled in 2003. The ban stayed."
QUOTE = "The court ruled in 2003."


def answer(
    text: str = f"{QUOTE} [1]", *, abstained: bool = False, start: int = 22, source: str = "/a/002.md"
) -> Answer:
    citation = Citation(1, "article", None, None, None, None, source, QUOTE, start, start + len(QUOTE), "origin")
    return Answer(
        question="When?",
        standalone_question="When?",
        text="The articles do not say." if abstained else text,
        short_answer=None,
        abstained=abstained,
        reason="not-stated" if abstained else None,
        confidence=0.1 if abstained else 0.9,
        citations=() if abstained else (citation,),
        evidence=(),
        model="extractive",
        timings_ms={"total": 20.0},
    )


def case(case_id: str = "year", *tags: str, abstain: bool = False, sources: tuple[str, ...] = ()) -> Case:
    return Case(case_id, ("When?",), () if abstain else (("2003",),), abstain, sources, tags)


def scored(case: Case, answer: Answer) -> Result:
    return score(case, answer, {"article": TEXT}.__getitem__)


def right(case_id: str, *tags: str) -> Result:
    return scored(case(case_id, *tags), answer())


def wrong(case_id: str, *tags: str) -> Result:
    return scored(case(case_id, *tags), answer("Nobody knows. [1]"))


def failed(case_id: str, *tags: str) -> Result:
    return Result(case(case_id, *tags), error="The server did not answer.")
