"""How an answer came about, for ``/why``."""

from __future__ import annotations

from rich.text import Text

from qabot.answering.answer import Answer, Reason
from qabot.render import article_label, cell, plain

_EXCERPT = 80  # characters of a passage in a list of them
_REASONS: dict[Reason, str] = {
    "nothing-found": "no article is about it",
    "not-stated": "articles are about it, none answers",
    "out-of-range": "only articles outside the asked dates or publishers answer",
}


def why_text(answer: Answer) -> Text:
    """How an answer came about: the question as understood, what was retrieved with scores, why it abstained."""
    facts = [
        ("asked", answer.question),
        ("understood as", answer.standalone_question),
        ("answered by", answer.model),
        ("confidence", f"{answer.confidence:.2f}"),
        ("short answer", answer.short_answer or "none"),
    ]
    if answer.reason:
        facts.append(("abstained", _REASONS[answer.reason]))
    spent = ", ".join(f"{step} {milliseconds:.0f}" for step, milliseconds in answer.timings_ms.items())
    facts.append(("milliseconds", spent or "not measured"))
    lines = [Text.assemble((f"{name:<13} ", "dim"), cell(value)) for name, value in facts]
    lines += [Text(), Text(f"Retrieved, best first (score, similarity; * is cited): {len(answer.evidence)}")]
    cited = {(each.article_id, each.start) for each in answer.citations}
    for passage in answer.evidence:
        used = any(passage.article_id == article and passage.start <= at < passage.end for article, at in cited)
        label = article_label(passage.publisher, passage.published, passage.title, passage.source)
        head = (f"{'*' if used else '-'} {passage.score:.3f} {passage.similarity:.3f} ", "bold" if used else "")
        excerpt = " ".join(plain(passage.text).split())[:_EXCERPT]
        lines.append(Text.assemble(head, label, (f": {excerpt}…", "dim")))
    return Text("\n").join(lines)
