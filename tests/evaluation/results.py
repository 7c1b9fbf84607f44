"""Made results, for the tests of what is computed from them."""

from qabot.answering.answer import Answer, Citation, Evidence
from qabot.evaluation.case import Case
from qabot.evaluation.result import Result, score
from qabot.evaluation.run import is_verbatim
from qabot.render.answer import answer_json
from tests import samples

TEXT = "The ruling came late. The court ruled in 2003. The ban stayed."
QUOTE = "The court ruled in 2003."


def evidence(source: str = "/a/002.md", text: str = TEXT) -> Evidence:
    return samples.evidence(text, "article", source=source, origin="origin", score=0.5)


def answer(
    text: str = f"{QUOTE} [1]",
    *,
    short: str | None = None,
    abstained: bool = False,
    start: int = 22,
    source: str = "/a/002.md",
    confidence: float | None = None,
    found: tuple[Evidence, ...] = (),
) -> Answer:
    citation = Citation("article", None, None, None, None, source, QUOTE, start, start + len(QUOTE), "origin", marker=1)
    return Answer(
        question="When?",
        standalone_question="When?",
        text="The articles do not say." if abstained else text,
        short_answer=None if abstained else short,
        abstained=abstained,
        reason="not-stated" if abstained else None,
        confidence=confidence if confidence is not None else 0.1 if abstained else 0.9,
        citations=() if abstained else (citation,),
        evidence=found,
        model="extractive",
        timings_ms={"total": 20.0},
    )


def case(case_id: str = "year", *tags: str, abstain: bool = False, **fields: object) -> Case:
    answers = () if abstain else (("2003",),)
    known = {"turns": ("When?",), "answers": answers, "abstain": abstain, "tags": tags}
    return Case(case_id, **known | fields)


def scored(case: Case, answer: Answer) -> Result:
    return score(case, answer_json(answer), verbatim=is_verbatim(answer, {"article": TEXT}))


def right(case_id: str, *tags: str, **said: object) -> Result:
    return scored(case(case_id, *tags), answer(**said))


def wrong(case_id: str, *tags: str, **said: object) -> Result:
    return scored(case(case_id, *tags), answer("Nobody knows. [1]", **said))


def declined(case_id: str, *tags: str, **said: object) -> Result:
    return scored(case(case_id, *tags, abstain=True), answer(abstained=True, **said))


def failed(case_id: str, *tags: str) -> Result:
    return Result(case(case_id, *tags), error="The server did not answer.")
