"""What is said back to what is no question."""

from __future__ import annotations

import pytest

from qabot.chat.loop import is_goodbye, reply_to


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("Hello!", "Hello."),
        ("hi there", "Hello."),
        ("Good  morning, qabot.", "Hello."),
        ("thanks", "You are welcome."),
        ("Great, thank you very much!", "You are welcome."),
        ("ok", "Ask on"),
        ("I see.", "Ask on"),
        ("Hi, how are you?", "I answer from the articles"),
        ("What can you do?", "I answer from the articles"),
    ],
)
def test_thanks_and_greetings_are_answered(line: str, reply: str) -> None:
    assert (reply_to(line) or "").startswith(reply)
    assert not is_goodbye(line)


@pytest.mark.parametrize(
    "line",
    [
        "Thanks. And when?",
        "hello world programs?",
        "Who said thank you?",
        "good?",
        "Ok, why?",
        "What can you do about floods?",
        "/help",
        "",
    ],
)
def test_a_question_is_none(line: str) -> None:
    assert reply_to(line) is None
    assert not is_goodbye(line)


@pytest.mark.parametrize("line", ["bye", "Goodbye!", "OK, thanks, bye.", "good night", "That's all"])
def test_who_takes_leave_leaves(line: str) -> None:
    assert is_goodbye(line)
