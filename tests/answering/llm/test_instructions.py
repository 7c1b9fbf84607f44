from __future__ import annotations

import frontmatter
import pytest

from qabot import resources
from qabot.answering.llm.prompts import is_instruction_like
from tests.answering.llm.attacks import ATTACKS, ORDER, Attack


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.kind in ("override", "multilingual")], ids=lambda a: a.kind)
def test_orders_to_a_model_are_seen(attack: Attack) -> None:
    assert is_instruction_like(attack.article)
    assert is_instruction_like(f"He sold the house.\n{ORDER} It rained.")


@pytest.mark.parametrize(
    "text",
    [
        "The court told the ministry to ignore the ruling.",
        "Passengers must follow all instructions of the crew.",
        "“You are now free,” the judge said.",
        "Question: What will you do next? Answer: I do not know.",
        "The system was shown to the press; the assistant coach said nothing.",
        "You must answer for it, he wrote to the user of the account.",
    ],
)
def test_what_people_say_to_each_other_is_none(text: str) -> None:
    assert not is_instruction_like(text)


def test_no_starter_article_speaks_to_a_model() -> None:
    for path in resources.starter_articles().glob("*.md"):
        assert not is_instruction_like(frontmatter.load(str(path)).content)
