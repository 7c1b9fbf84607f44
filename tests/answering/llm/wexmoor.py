"""Two passages about a harbour and a bridge, and a conversation about them."""

from __future__ import annotations

from qabot.answering.answer import Answer, Conversation, Evidence, Turn
from tests.samples import evidence

KEY = "sk-test-0123456789abcdef"
HARBOUR = (
    "The harbour of Wexmoor was opened in 1911 by Queen Maud. “It was closed\nto ships in 1974,” said Ann Lee, the"
    " mayor. Today {three} fishermen live there."
)
BRIDGE = "The bridge at Wexmoor is 402 metres long and cost $1.5bn. It was built by Dutch engineers for the county."


def make_evidence(text: str, *, article_id: str, start: int = 0) -> Evidence:
    return evidence(
        text, article_id, start=start, title=f"Wexmoor and its {article_id}",
        publisher="The Wexmoor Courier", published="2024-04-22",
    )  # fmt: skip


EVIDENCE = (make_evidence(HARBOUR, article_id="harbour", start=40), make_evidence(BRIDGE, article_id="bridge"))


def conversation_about(text: str) -> Conversation:
    said = Answer(
        question="Who closed the harbour of Wexmoor?",
        standalone_question="Who closed the harbour of Wexmoor?",
        text=text,
        short_answer=None,
        abstained=False,
        reason=None,
        confidence=1.0,
        citations=(),
        evidence=(),
        model="extractive",
    )
    return Conversation((Turn(said.question, said),))
