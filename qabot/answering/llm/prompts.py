"""What a language model is told: prompts read from Markdown files and checked, and what is filled into them.

Passages that read like instructions to a language model are not given to it, and the reader is told; of times and
differences it is told what it need not work out.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qabot import resources
from qabot.answering.answer import Conversation, Evidence
from qabot.errors import SettingsError
from qabot.text.dates.constraint import time_constraint
from qabot.text.dates.expressions import time_expressions
from qabot.text.dates.resolution import TimeExpression

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate as ChatPromptTemplate  # for whoever holds a prompt

    from qabot.answering.disagreement.dispute import Dispute

Name = Literal["answer", "rewrite", "judge"]
Form = Literal["text", "JSON"]
"""In which an answer is asked for: marked text, or JSON by a schema where the model has it."""

_VARIABLES: dict[Name, frozenset[str]] = {
    "answer": frozenset({"question", "passages", "boundary"}),
    "rewrite": frozenset({"question", "conversation", "boundary"}),
    "judge": frozenset({"question", "expected", "answer", "boundary"}),
}
_COMMENT = re.compile(r"\A\s*<!--.*?-->", re.DOTALL)
_MESSAGE = re.compile(r"^# (System|User|Form: text|Form: JSON)[ \t]*$", re.MULTILINE)
_ROLES = {"System": "system", "User": "human"}
_MARKERS = re.compile(r"\s?\[\d+\]")
_TURNS = 4  # of a conversation, the last so many
_ANSWER_CHARS = 600  # of each answer in it


def load_prompt(name: Name, folder: Path | None, form: Form = "text") -> ChatPromptTemplate:
    """The prompt ``name.md`` of a person's own folder, where it is there, else the one that comes with qabot.

    Args:
        name: which prompt.
        folder: the setting ``prompts``.
        form: of the sections "# Form: ...", which go on with the message before them, the one that is told.

    Raises:
        SettingsError: there is no such folder, the file cannot be read, or its variables are not those it must have.
    """
    from langchain_core.prompts import ChatPromptTemplate

    path = _path(name, folder)
    try:
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The prompt {path} cannot be read: {error}. Mend or remove it.") from error
    try:
        template = ChatPromptTemplate.from_messages(_messages(text, form))
    except ValueError as error:  # a brace that is left open, a variable with a dot
        reason = str(error).splitlines()[0].rstrip(".")
        raise SettingsError(f"The prompt {path} is no template: {reason}. Write a brace of the text twice.") from error
    _check_variables(path, _VARIABLES[name], frozenset(template.input_variables))
    return template


def new_boundary() -> str:
    """A word that no article can know: 64 random bits in hexadecimal."""
    return secrets.token_hex(8)


def passages_text(evidence: Sequence[Evidence], boundary: str, facts: str = "") -> str:
    """The passages as the prompt shows them: numbered from 1, between delimiter lines that carry the boundary.

    Behind them stand the facts that are known of them, see `facts_text`, between such lines too.
    """
    told = [
        f"<passage {number} {boundary}>\n{_header(passage)}\n{passage.text}\n</passage {number} {boundary}>"
        for number, passage in enumerate(evidence, 1)
    ]
    return "\n\n".join([*told, *([f"<facts {boundary}>\n{facts}\n</facts {boundary}>"] if facts else [])])


def conversation_text(conversation: Conversation) -> str:
    """The last turns as the prompt shows them, without markers and each answer cut to its beginning."""
    return "\n".join(
        f"Question: {_one_line(turn.question)}\nAnswer: {_one_line(_MARKERS.sub('', turn.answer.text))[:_ANSWER_CHARS]}"
        for turn in conversation.turns[-_TURNS:]
    )


def _path(name: Name, folder: Path | None) -> Path:
    if folder is None:
        return resources.shipped_prompts() / f"{name}.md"
    if not any((folder / f"{prompt}.md").is_file() for prompt in _VARIABLES):
        names = ", ".join(f"{prompt}.md" for prompt in _VARIABLES)
        raise SettingsError(f"The prompts folder {folder} has none of {names}. Change the setting prompts.")
    own = folder / f"{name}.md"
    return own if own.is_file() else resources.shipped_prompts() / own.name


def _messages(text: str, form: Form) -> list[tuple[str, str]]:
    """The text cut at its headings into (role, template); without a heading, all of it is the user's message."""
    before, *rest = _MESSAGE.split(text)
    parts = [("human", before)]
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        if heading in _ROLES:
            parts.append((_ROLES[heading], body))
        elif heading == f"Form: {form}":
            role, told = parts.pop()
            parts.append((role, f"{told.rstrip()}\n\n{body.lstrip()}"))
    return [(role, body.strip()) for role, body in parts if body.strip()]


def _check_variables(path: Path, wanted: frozenset[str], found: frozenset[str]) -> None:
    if unknown := sorted(found - wanted):
        names = ", ".join(f"{{{variable}}}" for variable in sorted(wanted))
        raise SettingsError(f"The prompt {path} has no variable {{{unknown[0]}}} to fill. Its variables are {names}.")
    if missing := sorted(wanted - found):
        raise SettingsError(f"The prompt {path} lacks the variable {{{missing[0]}}}. Put it where it belongs.")


def _header(passage: Evidence) -> str:
    known = {
        "Title": passage.title,
        "Author": passage.author,
        "Publisher": passage.publisher,
        "Published": passage.published,
        "Dates": dates_told(passage),
    }
    return "\n".join([*(f"{label}: {_one_line(value)}" for label, value in known.items() if value), "Text:"])


def _one_line(text: str) -> str:
    return " ".join(text.split())


_MOST = 8
"""So many dates of a passage are told."""
_LONGEST = 80
"""Characters of a value: it is an article's word, and no place for more."""
_KINDS = {
    "superseded": "the first is the later state",
    "conflicting": "they contradict each other",
    "garbled": "the first is the original, the other a reprint that altered it",
}


def dates_told(passage: Evidence) -> str:
    """Which days the expressions of a passage mean that are no dates by themselves: ``“last May”: 2024-05``."""
    told = [f"“{' '.join(e.text.split())}”: {e.period.iso()}" for e in _relative(passage) if e.period]
    return "; ".join(list(dict.fromkeys(told))[:_MOST])


def dates_meant(passage: Evidence) -> str:
    """The same days in words, as a sentence about the passage may write them: ``22 April 2024``."""
    days = [day for e in _relative(passage) if e.period for day in (e.period.earliest, e.period.latest) if day]
    return "\n".join(f"{day.isoformat()} {day.day} {day:%B} {day.year}" for day in dict.fromkeys(days))


def facts_text(question: str, disputes: Sequence[Dispute], passages: Sequence[Evidence], as_of: date | None) -> str:
    """What is told behind the passages: today, what the question's words of time mean, where the passages differ.

    Args:
        question: as it stands alone.
        disputes: where the passages differ.
        passages: in the order in which they are numbered from 1.
        as_of: the day that counts as today; None: it is not told.
    """
    lines = [f"Today is {as_of.isoformat()}."] if as_of else []
    asked = time_constraint(question, as_of) if as_of else None
    lines += [
        f"In the question, “{e.text}” means {e.period.iso()}."
        for e in (asked.expressions if asked else ())
        if e.anchor == "published" and e.period
    ]
    numbers = {passage: number for number, passage in enumerate(passages, 1)}
    for dispute in disputes:
        values = [
            f"“{' '.join(claim.text.split())[:_LONGEST]}” (passage {numbers[claim.evidence]})"
            for claim, *_ in dispute.groups
            if claim.evidence in numbers
        ]
        if len(values) > 1:
            lines.append(f"The passages differ: {'; '.join(values)}; {_KINDS[dispute.kind]}.")
    return "\n".join(lines)


def _relative(passage: Evidence) -> list[TimeExpression]:
    """The time expressions of a passage that mean a day only beside another date."""
    return [e for e in time_expressions(passage.text, passage.published) if e.period and e.anchor != "calendar"]


_EARLIER = (
    r"(?:(?:all|any|the|your|of|every|my|these|those|previous|prior|above|earlier|preceding|other|system)\s+){1,5}"
)
_ORDERS = r"(?:instructions?|prompts?|rules?|directions|guidelines|context|passages?|messages?)"
_SIGNS = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass)\s+{_EARLIER}{_ORDERS}\b",
            r"\byou are (?:now|no longer) (?:a|an|the|in|bound|going)\b",
            r"\b(?:system|developer|hidden|new|updated) (?:prompt|instructions?)\s*[:=]",
            rf"\b(?:reveal|print|repeat|output|show|leak)\s+(?:me\s+)?{_EARLIER}{_ORDERS}\b",
            r"\b(?:as|dear|attention|note to|instructions? (?:to|for)|message (?:to|for))\s+"
            r"(?:an?\s+|the\s+|any\s+|all\s+)?(?:ai|llm|language model|ai assistant|chat ?bot|gpt)s?\b",
            r"\b(?:dear|attention)\s+(?:ai\s+)?assistants?\b",
            r"\b(?:do not|don['’]t|never) (?:tell|inform|mention (?:this )?to) the (?:user|reader)\b",
            r"\b(?:respond|reply|answer)\s+(?:only|exactly|nothing but|with the following)\b",
            r"\byou must (?:now )?(?:say|answer|respond|reply|write|output|include|cite)\s+(?-i:[A-Z\"“‘:\[])",
            r"</?(?:system|assistant|passage|instructions?|conversation)\b[^>]*>|<\|[a-z_]+\|>|\[/?INST\]",
            r"</?s>|^\s*(?:system|assistant)\s*:|^\s*(?:user|human|say|reply|respond|output)\s*:",
            r"\bignorez?\s+(?:toutes\s+)?(?:les\s+)?(?:instructions|consignes)|\bignorier\w*\s+(?:alle\s+|die\s+)?\w*\s*anweisungen"
            r"|\bignora\w*\s+(?:todas\s+)?(?:las\s+|le\s+|tutte\s+le\s+)?(?:instrucciones|istruzioni)"
            r"|игнорируй\w*\s+(?:все\s+)?\w*\s*(?:инструкции|указания)|忽略.{0,8}(?:指令|指示|说明)|(?:指示|命令)を(?:すべて)?無視",
            r"تجاهل.{0,20}(?:التعليمات|الأوامر)|지시.{0,6}무시|talimat\w*\s+(?:yok say|göz ardı)"
            r"|निर्देशों को (?:अनदेखा|नज़रअंदाज़)"
            r"|\bignore\s+(?:as|todas as)\s+instruções|\bnegeer\b.{0,20}instructies|\bzignoruj\b.{0,20}instrukcje",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)


def is_instruction_like(text: str) -> bool:
    """Whether a text speaks to a language model rather than to a reader."""
    return bool(_SIGNS.search(text))


def without_instructions(evidence: Sequence[Evidence]) -> tuple[list[Evidence], str | None]:
    """The passages that a language model may read, and one line on the sources of the others."""
    kept = [passage for passage in evidence if not is_instruction_like(passage.text)]
    sources = dict.fromkeys(passage.source for passage in evidence if is_instruction_like(passage.text))
    if not sources:
        return kept, None
    return kept, f"Left out what reads like instructions to a language model: {', '.join(sources)}."
