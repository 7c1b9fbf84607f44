"""Every sentence that the bot itself says in an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from qabot.answering.answer import DisagreementKind, Evidence, Reason
from qabot.text.dates.period import in_words

ABSTAINING: dict[Reason, str] = {
    "nothing-found": "The articles say nothing about this.",
    "not-stated": "The articles do not say.",
    "unsure": "I am not sure that the articles say.",
    "out-of-range": "The articles of the dates or publishers asked for do not say; others do.",
}
"""What is said, by the reason for abstaining."""

NOT_BORNE_OUT = "The articles do not bear out what the model wrote; this is quoted from them."
FOUND_NONE = "The model found no answer; this, quoted from the articles, most likely answers."
MAY_NOT_ANSWER = "I am not sure that this answers the question."
FOUND_IN_PART = "To a part of the question the model found no answer."
BROKE_OFF = "The model's answer broke off and may be incomplete."


def quoted(text: str) -> str:
    """Return a sentence of an article in quotation marks, on one line."""
    return f"“{' '.join(text.split())}”"


def of_part(question: str, said: str) -> str:
    """Return what is said of a part of a question that is not answered."""
    return f"{quoted(question)}: {said}"


def by_headline(title: str) -> str:
    """Return what is said of an answer that a headline alone gives."""
    return f"Headline: {quoted(title)}"


def in_front(short_answer: str) -> str:
    """Return a short answer as a sentence of its own, to stand before the quote that gives it."""
    return f"{short_answer[0].upper()}{short_answer[1:]}{'' if short_answer.endswith(('.', '!')) else '.'} "


def on_day(day: str, told: str, published: str | None) -> str:
    """Return ``20 November 2024 (“Wednesday” in an article of 21 November 2024). ``, to stand before the quote."""
    article = f" in an article of {in_words(published)}" if published else ""
    return f"{day} ({quoted(told)}{article}). "


def as_of_day(published: str | None) -> str:
    """Return ``As of 27 November 2024: ``; nothing where the article is undated."""
    day = in_words(published)
    return f"As of {day}: " if day else ""


def untold_time(time: str) -> str:
    """Return a sentence that says that an answer may be of another time than the one asked about."""
    return f"The article has no date and does not name {time}: this may be of another time."


def step(published: str | None, first: str | None) -> str:
    """Return ``22 April 2024: ``, where an article tells a step of another day than the first one; else nothing."""
    day = in_words(published)
    return f"{day}: " if day and day != in_words(first) else ""


def not_covered(names: Sequence[str]) -> str:
    """Return a sentence that tells what the articles of a digest do not name."""
    *others, last = names
    together = f"{', '.join(others)} or {last}" if others else last
    return f"What was found does not name {together}."


def articles_differ(kind: DisagreementKind, values: Sequence[tuple[str, Evidence]]) -> str:
    """Return a sentence that tells the values on which articles differ, each with a passage that gives it."""
    first, *others = [f"{quoted(text)} ({_who(evidence)})" for text, evidence in values]
    if kind == "superseded":
        return f"The articles differ: {first}; earlier {'; '.join(others)}."
    if kind == "garbled":
        return f"The articles differ: {first} in the original; {'; '.join(others)} in a reprint."
    return f"The articles differ: {'; '.join([first, *others])}."


def left_out(count: int) -> str:
    """Return a sentence that tells how many of a language model's were left out; nothing where none was."""
    sentences = "one sentence" if count == 1 else f"{count} sentences"
    return f"Left out {sentences} of the model's that the passages cited do not bear out." if count else ""


def room(given: int, offered: int) -> str:
    """Return a sentence that tells how many passages a language model had room for; nothing where it had for all."""
    return f"The model had room for {given} of {offered} passages." if given < offered else ""


def withheld(sources: Iterable[str]) -> str:
    """Return a sentence that names the sources of which a language model was not told everything."""
    return f"Left out what reads like instructions to a language model: {', '.join(sources)}."


def without_model(why: str, written_by: str) -> str:
    """Return what is said where another answerer has to stand in for a language model, and why."""
    return f"{why} Answered without it: {written_by}."


def _who(evidence: Evidence) -> str:
    known = [part for part in (evidence.publisher, evidence.published) if part]
    return ", ".join(known) or evidence.title or PurePath(evidence.source).name
