"""The prompts: what a language model is told, read from Markdown files and checked before any request."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qabot import resources
from qabot.answering.answer import Evidence
from qabot.answering.conversation import Conversation
from qabot.answering.facts import dates_told
from qabot.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate as ChatPromptTemplate  # for whoever holds a prompt

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

    Behind them stand the facts that are known of them, see `qabot.answering.facts`, between such lines too.
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
