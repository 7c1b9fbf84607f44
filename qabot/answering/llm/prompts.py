"""What a language model is told: prompts read from Markdown files and checked, and the texts filled into them.

It is given the passages that the reader finds likeliest to answer, but none that reads like instructions to it, and as
facts what it need not work out: which days are meant, and where the passages differ.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Literal

from qabot import resources
from qabot.answering.answer import Conversation, Evidence
from qabot.answering.query import Kind, Question
from qabot.answering.wording import withheld
from qabot.errors import SettingsError
from qabot.text.dates.expressions import time_constraint
from qabot.text.dates.period import in_words
from qabot.text.dates.resolution import TimeExpression

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate as ChatPromptTemplate  # for whoever holds a prompt

    from qabot.answering.draft import Draft
    from qabot.answering.rank import Candidate
    from qabot.answering.read import Readings

Name = Literal["answer", "rewrite", "judge"]
Case = Literal["Plain", "Unsure", "Digest"]
"""What the model is told besides: nothing; how to decline, as of a yes or no, which small models say to nearly
anything; or how to sum up."""

_VARIABLES: dict[Name, frozenset[str]] = {
    "answer": frozenset({"question", "passages", "boundary"}),
    "rewrite": frozenset({"question", "conversation", "boundary"}),
    "judge": frozenset({"question", "expected", "answer", "boundary"}),
}
_COMMENT = re.compile(r"\A\s*<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^# (System|User|Case: (?:Plain|Unsure|Digest))[ \t]*$", re.MULTILINE)
_CASE_OR_FORM = re.compile(r"^# (?:Form|Case):.*$", re.MULTILINE)  # of a form too, which there were
_KNOWN_HEADINGS = "There are: # System, # User, # Case: Plain, # Case: Unsure, # Case: Digest."
_ROLES = {"System": "system", "User": "human"}
_MARKERS = re.compile(r"\s?\[\d+\]")
_TURNS = 4  # of a conversation: the last so many are told
_ANSWER_CHARS = 600  # of each answer in them
_MOST_DATES = 8  # of a passage: so many are told
_VALUE_CHARS = 80  # of a value on which the passages differ: it is quoted from an article, which may say anything
_KINDS = {
    "superseded": "the first is the later state",
    "conflicting": "they contradict each other",
    "garbled": "the first is the original, the other a reprint that altered it",
}

MOST_TOKENS = 600
"""Of all passages together, where nobody asked for another number of them: two or three passages. To read them, and
what is told beside them, takes a model of 1.5 billion parameters about a minute of a core's time."""
MOST_TOKENS_OF_A_DIGEST = 1_200
"""The same where a summary is asked for, which no single passage gives."""
NOTHING = 0.02
"""Where the likeliest sentence answers no likelier than this, the reader is sure that nothing does: so it was for 85 of
182 questions about news that have no answer, and for 3 of the 364 that have one."""
ANSWERS = 0.12
"""Where the reader is not sure, what the model says answers only if it rests on a sentence that is this likely to."""
_CHARS_A_TOKEN = 4
_KNOWN_CHARS = 160  # of what is told of a passage beside its text


def load_prompt(name: Name, folder: Path | None, case: Case = "Plain") -> ChatPromptTemplate:
    """Return the prompt ``name.md`` of a person's own folder, or else the one that comes with qabot.

    What stands there under the heading "# Case: ..." of another case is not told.

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
        _check_headings(path, text, _VARIABLES[name])
        template = ChatPromptTemplate.from_messages(_messages(text, f"Case: {case}"))
    except ValueError as error:  # a brace that is left open, a variable with a dot
        reason = str(error).splitlines()[0].rstrip(".")
        raise SettingsError(f"The prompt {path} is no template: {reason}. Write a brace of the text twice.") from error
    _check_variables(path, _VARIABLES[name], frozenset(template.input_variables))
    return template


def new_boundary() -> str:
    """Return a word that no article can know: 64 random bits in hexadecimal."""
    return secrets.token_hex(8)


def passages_text(evidence: Sequence[Evidence], boundary: str, facts: str = "") -> str:
    """Return the passages, numbered from 1, between delimiter lines that carry the boundary.

    The facts (see `facts_text`) stand behind them, between such lines too.
    """
    told = [
        f"<passage {number} {boundary}>\n"
        + "".join(f"{label}: {value}\n" for label, value in _known(passage).items())
        + f"Text:\n{passage.text}\n</passage {number} {boundary}>"
        for number, passage in enumerate(evidence, 1)
    ]
    return "\n\n".join([*told, *([f"<facts {boundary}>\n{facts}\n</facts {boundary}>"] if facts else [])])


def conversation_text(conversation: Conversation) -> str:
    """Return the last turns, without markers and each answer cut to its beginning."""
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


def _messages(text: str, part: str) -> list[tuple[str, str]]:
    """Return the text as (role, template), cut at its headings; all of it is the user's message without a heading.

    What is told only to some requests goes on with the message before it.
    """
    before, *rest = _HEADING.split(text)
    messages = [("human", before)]
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        if heading in _ROLES:
            messages.append((_ROLES[heading], body))
        elif heading == part:
            role, told = messages.pop()
            messages.append((role, f"{told.rstrip()}\n\n{body.lstrip()}"))
    return [(role, body.strip()) for role, body in messages if body.strip()]


def _check_headings(path: Path, text: str, wanted: frozenset[str]) -> None:
    """Refuse an unknown heading, and a variable with a form of its own: ``{question:>1000000000}`` fills the memory."""
    for heading in _CASE_OR_FORM.findall(text):
        if not _HEADING.fullmatch(heading):
            raise SettingsError(f"The prompt {path} has a heading {heading!r}. {_KNOWN_HEADINGS}")
    for _, variable, form, _ in Formatter().parse(text):
        if form and variable in wanted:
            raise SettingsError(f"The prompt {path} gives {variable} a form of its own. Write {{{variable}}}, no more.")


def _check_variables(path: Path, wanted: frozenset[str], found: frozenset[str]) -> None:
    if unknown := sorted(found - wanted):
        names = ", ".join(f"{{{variable}}}" for variable in sorted(wanted))
        raise SettingsError(f"The prompt {path} has no variable {{{unknown[0]}}} to fill. Its variables are {names}.")
    if missing := sorted(wanted - found):
        raise SettingsError(f"The prompt {path} lacks the variable {{{missing[0]}}}. Put it where it belongs.")


def _known(passage: Evidence) -> dict[str, str]:
    """Return what is told of a passage beside its text, each on one line, by its label."""
    known = {
        "Title": passage.title,
        "Author": passage.author,
        "Publisher": passage.publisher,
        "Published": passage.published,
        "Dates": dates_told(passage),
    }
    return {label: _one_line(value) for label, value in known.items() if value}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def dates_told(passage: Evidence) -> str:
    """Return which dates the relative expressions of a passage mean: ``“last May”: 2024-05``."""
    told = [f"“{' '.join(e.text.split())}”: {e.period.iso()}" for e in _relative(passage) if e.period]
    return "; ".join(list(dict.fromkeys(told))[:_MOST_DATES])


def dates_meant(passage: Evidence) -> str:
    """Return the same dates, a line each, in the ways in which a sentence may write them: ``22 April 2024``."""
    days = [day for e in _relative(passage) if e.period for day in (e.period.earliest, e.period.latest) if day]
    return "\n".join(f"{day.isoformat()} {in_words(day.isoformat())}" for day in dict.fromkeys(days))


def with_days(passage: Evidence) -> str:
    """Return a passage's text with what its relative expressions mean behind them: ``last May (May 2024)``."""
    text = passage.text
    for e in sorted(_relative(passage), key=lambda e: -e.end):
        if e.period and (meant := in_words(e.period.iso())):
            text = f"{text[: e.end]} ({meant}){text[e.end :]}"
    return text


def facts_text(readings: Readings, by_quoting: Draft, passages: Sequence[Evidence]) -> str:
    """Return the facts, a line each: today, what the question's words of time mean, and what the reader has found.

    What most likely answers, and where the passages differ, is what they are quoted for; they are numbered from 1.
    """
    question, as_of = readings.question.text, readings.as_of
    lines = [f"Today is {as_of.isoformat()}."] if as_of else []
    asked = time_constraint(question, as_of) if as_of else None
    lines += [
        f"In the question, “{e.text}” means {e.period.iso()}."
        for e in (asked.expressions if asked else ())
        if e.anchor == "published" and e.period
    ]
    numbers = {passage: number for number, passage in enumerate(passages, 1)}
    if by_quoting.statements and readings.question.kind is not Kind.DIGEST:
        best = by_quoting.statements[0].quotes[0]
        if best.evidence in numbers:
            lines.append(f"What most likely answers: “{_one_line(best.text)}” [{numbers[best.evidence]}].")
    for dispute in by_quoting.disputes:
        values = [
            f"“{' '.join(claim.text.split())[:_VALUE_CHARS]}” (passage {numbers[claim.evidence]})"
            for claim, *_ in dispute.groups
            if claim.evidence in numbers
        ]
        if len(values) > 1:
            lines.append(f"The passages differ: {'; '.join(values)}; {_KINDS[dispute.kind]}.")
    return "\n".join(lines)


def _relative(passage: Evidence) -> list[TimeExpression]:
    """Return the time expressions of a passage that are resolved against another date."""
    return [e for e in passage.times if e.period and e.anchor != "calendar"]


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
            # "As an AI, you ...", "As AI assistant reveal ..."; "as AI booms", "as an AI researcher, she" is news.
            r"(?:^|[.!?:;\"“])\s*as\s+(?:an?\s+|the\s+|any\s+|all\s+)?"
            r"(?:ai|llm|language model|ai assistant|chat ?bot|gpt)s?\b"
            r"(?! (?:compan(?:y|ies)|(?:firm|lab|maker|researcher|engineer|scientist|expert)s?"
            r"|(?:advance|become|boom|change|enter|grow|improve|replace|spread|take|transform)s)\b(?!,? you\b))",
            r"(?<!\bsuch )(?<!\bserves )(?<!\bserved )(?<!\bworks )"
            r"\bas\s+(?:an?|the)\s+(?:ai|llm|gpt|chat ?bot|(?:ai |large )?language model|ai assistant)"
            r"(?:\s+language model)?\s*(?=[,:;.]|you\b)",
            r"\b(?:dear|attention|note to|instructions? (?:to|for)|message (?:to|for))\s+"
            r"(?:an?\s+|the\s+|any\s+|all\s+)?(?:ai|llm|language model|ai assistant|chat ?bot|gpt)s?\b",
            r"\b(?:dear|attention)\s+(?:ai\s+)?assistants?\b",
            r"\b(?:do not|don['’]t|never) (?:tell|inform|mention (?:this )?to) the (?:user|reader)\b",
            # "He was asked to reply only in writing", "they would respond only if ..." is news.
            r"(?<!\bwould )(?<!\bcould )(?<!\bmight )(?<!\bwas asked to )(?<!\bwere asked to )"
            r"\b(?:respond|reply|answer)\s+(?:only|exactly|nothing but|with the following)\b",
            r"\byou must (?:now )?(?:say|answer|respond|reply|write|output|include|cite)\s+(?-i:[A-Z\"“‘:\[])",
            r"</?(?:system|assistant|passage|instructions?|conversation)\b[^>]*>|<\|[a-z_]+\|>|\[/?INST\]",
            r"</?s>|^\s*(?:system|assistant)\s*:|^\s*(?:user|say|reply|respond|output)\s*:",
            # A turn of a dialogue; "Human: a history of the species" is a heading.
            r"^\s*human\s*:(?=[ \t]*$|[\s\S]*^\s*(?:human|ai)\s*:|.*\b(?:you|your|me|please|say|tell|answer|reply"
            r"|respond|ignore|forget|write|print|repeat|output)\b)",
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


_MODEL = r"\b(?:you|your|yourself|ai|assistants?|(?:chat ?)?bots?|gpt|llms?|models?|readers?|systems?|users?|whoever)\b"
# What others will do or were told to do ("He told the court to reply only in writing", "will answer exactly a week
# later"), where no words follow that are to be said.
_NEWS = re.compile(
    rf"((?:^|[.!?\n])(?:(?!{_MODEL})[^.!?\n])*"
    rf"\b(?:will|(?:advised|allowed|asked|instructed|ordered|told|urged) (?:(?!{_MODEL})[\w’'-]+ ){{1,4}}to) )"
    r"(?:respond|reply|answer) (?:only|exactly) (?!as |the |this |with )(?=(?-i:[a-z]))",
    re.IGNORECASE,
)


def is_instruction_like(text: str) -> bool:
    """True if a text speaks to a language model rather than to a reader."""
    return bool(_SIGNS.search(_NEWS.sub(r"\1", text)))


def without_instructions(evidence: Sequence[Evidence]) -> tuple[list[Evidence], str | None]:
    """Return the passages that a language model may read, and one line that names the sources of the others."""
    ordering = [p for p in evidence if any(map(is_instruction_like, (p.text, *_known(p).values())))]
    kept = [passage for passage in evidence if passage not in ordering]
    return kept, withheld(dict.fromkeys(passage.source for passage in ordering)) if ordering else None


def case_of(question: Question, ranked: Sequence[Candidate], by_quoting: Draft) -> Case | None:
    """Return what is known of the question before the model is asked; None where it could only decline.

    The sentences of the passages are ranked, the likeliest to answer first.
    """
    if by_quoting.statements:
        return "Digest" if question.kind is Kind.DIGEST else "Plain"
    if not ranked or question.kind is Kind.DIGEST:
        return None
    if question.kind is Kind.YES_NO or not question.stems:  # it is not read for a sentence that answers
        return "Unsure"
    return "Plain" if ranked[0].probability >= NOTHING else None


def best_first(evidence: Sequence[Evidence], ranked: Sequence[Candidate], by_quoting: Draft) -> list[Evidence]:
    """Return the passages: those that would be quoted, then those in which the reader finds the likeliest answer."""
    quoted = [quote.evidence for statement in by_quoting.statements for quote in statement.quotes]
    first = dict.fromkeys([*quoted, *(each.evidence for each in ranked)])
    place = {passage: number for number, passage in enumerate(first)}
    return sorted(evidence, key=lambda passage: place.get(passage, len(place)))


def within(evidence: Sequence[Evidence], tokens: int, beside: str = "") -> list[Evidence]:
    """Return the first passages, at least one, that take about so many tokens at most with what is told beside them."""
    room = tokens * _CHARS_A_TOKEN - len(beside)
    given: list[Evidence] = []
    for passage in evidence:
        room -= len(passage.text) + _KNOWN_CHARS
        if given and room < 0:
            break
        given.append(passage)
    return given
