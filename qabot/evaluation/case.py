"""A Case: questions, and what the answer to the last of them must be; and its loading from JSON lines."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from qabot.errors import CaseError, did_you_mean
from qabot.evaluation.matching import REGEX, bare_words, normalise
from qabot.store.records import Scope
from qabot.text.dates.period import day_span

_KEYS = (
    "id", "turns", "replies", "answers", "wrong", "abstain", "sources", "passages", "standalone", "tags",
    "as_of", "since", "until", "publisher",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One conversation whose last turn is scored.

    Attributes:
        case_id: unique among the cases of a run.
        turns: the questions, in order; at least one.
        answers: groups of alternatives; each group must be met by one of its alternatives. Empty where ``abstain``, or
            where the right answer is not known to the case, which is then not judged.
        abstain: whether the bot must abstain; None where the case does not know.
        wrong: alternatives none of which may stand in the answer.
        sources: one citation's source must contain one of these strings; empty: any source will do.
        passages: groups of texts; for each group a citation must hold one of them. Empty: any quote will do.
        standalone: the last question as it would be asked without the conversation.
        replies: what was said to the turns before the last; empty: the bot is asked.
        tags: what the case is reported under.
        scope: the articles that may be used.
    """

    case_id: str
    turns: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...] = ()
    abstain: bool | None = False
    wrong: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    passages: tuple[tuple[str, ...], ...] = ()
    standalone: str | None = None
    replies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)

    @property
    def expected(self) -> str:
        """What is expected, in words: what a person reads in a report, and what a judge is told."""
        if self.abstain:
            return "that the articles do not say"
        said = " and ".join(" or ".join(group) for group in self.answers) or self.standalone or ""
        return f"{said} (never: {', '.join(self.wrong)})" if self.wrong else said

    def document(self) -> dict[str, Any]:
        """Return the case as JSON that `parse_case` reads; what is empty is left out, but for ``abstain``."""
        groups = {"answers": self.answers, "passages": self.passages}
        fields = {
            "id": self.case_id,
            "turns": list(self.turns),
            "replies": list(self.replies),
            **{key: [list(group) for group in value] for key, value in groups.items()},
            "wrong": list(self.wrong),
            "sources": list(self.sources),
            "standalone": self.standalone,
            "tags": list(self.tags),
            "as_of": self.scope.as_of and self.scope.as_of.isoformat(),
            "since": self.scope.since and self.scope.since.isoformat(),
            "until": self.scope.until and self.scope.until.isoformat(),
            "publisher": list(self.scope.publishers),
        }
        known = {key: value for key, value in fields.items() if value}
        return known if self.answers else {**known, "abstain": self.abstain}


def load_cases(paths: Sequence[str | Path]) -> list[Case]:
    """Return the cases of files of JSON lines; a folder stands for its ``*.jsonl`` files, sorted.

    Raises:
        CaseError: a file is missing, unreadable or holds no case; a line is wrong; two cases have the same id.
    """
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for file in _files(paths):
        for number, line in _lines(file):
            where = f"{file}:{number}"
            case = parse_case(line, where)
            if case.case_id in seen:
                _refuse(
                    where, f"the id {case.case_id!r} is taken by {seen[case.case_id]}", "Give each case its own id."
                )
            seen[case.case_id] = where
            cases.append(case)
    return cases


def parse_case(line: str, where: str = "case") -> Case:
    """Return the case in one line of JSON.

    Args:
        line: a JSON object as the contract has it.
        where: file and line number, for the error.

    Raises:
        CaseError: the line is no such object.
    """
    fields = _object(line, where)
    for key in fields:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, repr) or f"There are: {', '.join(_KEYS)}."
            _refuse(where, f"there is no key {key!r}", hint)
    case_id = fields.get("id")
    if not isinstance(case_id, str) or not case_id.strip():
        _refuse(where, "the case has no id", 'Add one, such as "id": "designated".')
    turns = _strings(fields, "turns", where)
    if not turns:
        _refuse(where, "the case has no turns", 'Add the questions, such as "turns": ["When did it happen?"].')
    answers = _groups(fields, "answers", where)
    return Case(
        case_id=case_id,
        turns=turns,
        answers=answers,
        abstain=_abstain(fields, answers, where),
        wrong=_alternatives(fields, "wrong", where),
        sources=_strings(fields, "sources", where),
        passages=_passages(fields, where),
        standalone=_standalone(fields, where),
        replies=_replies(fields, turns, where),
        tags=_strings(fields, "tags", where),
        scope=_scope(fields, where),
    )


def _files(paths: Sequence[str | Path]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        found = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not found:
            raise CaseError(f"{path} holds no cases. Name a file of JSON lines, or a folder with *.jsonl files.")
        files += found
    return files


def _lines(file: Path) -> list[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CaseError(f"There is no file {file}. Name a file of cases in JSON lines.") from None
    except UnicodeDecodeError as error:
        raise CaseError(
            f"{file} is not UTF-8 text ({error.reason} at byte {error.start}). Save it as UTF-8."
        ) from error
    except OSError as error:
        raise CaseError(f"{file} cannot be read: {error.strerror}. Name a readable file of cases.") from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise CaseError(f"{file} is empty. Write one case a line, as JSON.")
    return lines


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        _refuse(where, f"not JSON ({error.msg} at column {error.colno})", "Write one JSON object a line.")
    except (ValueError, RecursionError):  # a number of 5,000 digits; brackets nested by the thousand
        _refuse(where, "not JSON that a case could be", "Write one JSON object a line.")
    if not isinstance(fields, dict):
        _refuse(where, "not a JSON object", 'Write one object a line: {"id": ..., "turns": [...], "answers": [[...]]}.')
    return fields


def _strings(fields: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = fields.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        _refuse(where, f"{key!r} is not a list of strings", f'Write "{key}": ["...", "..."], none of them empty.')
    return tuple(value)


def _abstain(fields: dict[str, Any], answers: tuple[tuple[str, ...], ...], where: str) -> bool | None:
    abstain = fields.get("abstain", False)
    if abstain is not None and not isinstance(abstain, bool):
        _refuse(where, f"'abstain' cannot be {abstain!r}", "Write true or false, or null where it is not known.")
    if answers and abstain:
        _refuse(where, "the case has both 'answers' and 'abstain'", "Say what the answer is, or that there is none.")
    if not answers and "abstain" not in fields:
        problem = "the case has neither 'answers' nor 'abstain': true"
        _refuse(where, problem, "Say what the answer is, or that the bot must abstain.")
    return False if answers else abstain


def _groups(fields: dict[str, Any], key: str, where: str) -> tuple[tuple[str, ...], ...]:
    groups = fields.get(key, [])
    if not isinstance(groups, list) or not all(isinstance(group, list) and group for group in groups):
        _refuse(where, f"{key!r} is not a list of groups", f'Write "{key}": [["2003"], ["Moscow", "the capital"]].')
    return tuple(_alternatives({key: group}, key, where) for group in groups)


def _alternatives(fields: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    alternatives = fields.get(key, [])
    if not isinstance(alternatives, list):
        _refuse(where, f"{key!r} is not a list of strings", f'Write "{key}": ["...", "..."].')
    for alternative in alternatives:
        _check_alternative(alternative, where)
    return tuple(alternatives)


def _passages(fields: dict[str, Any], where: str) -> tuple[tuple[str, ...], ...]:
    """Groups of texts; a text that stands alone is a group of its own."""
    groups = fields.get("passages", [])
    groups = [[each] if isinstance(each, str) else each for each in groups] if isinstance(groups, list) else groups
    found = _groups({"passages": groups}, "passages", where)
    for text in (text for group in found for text in group):
        if text.startswith(REGEX) or not bare_words(text):
            _refuse(where, f"the passage {text!r} is no text", "Write words as they stand in the article.")
    return found


def _standalone(fields: dict[str, Any], where: str) -> str | None:
    text = fields.get("standalone")
    if text is not None and not (isinstance(text, str) and text.strip()):
        _refuse(where, f"'standalone' cannot be {text!r}", "Write the question as it would be asked by itself.")
    return text


def _replies(fields: dict[str, Any], turns: tuple[str, ...], where: str) -> tuple[str, ...]:
    replies = fields.get("replies", [])
    if not isinstance(replies, list) or not all(isinstance(reply, str) for reply in replies):
        _refuse(where, "'replies' is not a list of strings", "Write one reply to each turn before the last.")
    if replies and len(replies) != len(turns) - 1:
        _refuse(where, f"there are {len(replies)} replies to {len(turns) - 1} turns before the last", "Write one each.")
    return tuple(replies)


def _check_alternative(alternative: object, where: str) -> None:
    if not isinstance(alternative, str):
        _refuse(where, f"the answer {alternative!r} is not a string", 'Put it in quotes, as in [["2003"]].')
    if alternative.startswith(REGEX):
        try:
            pattern = re.compile(alternative.removeprefix(REGEX), re.IGNORECASE)
        except (re.error, OverflowError, RecursionError) as error:
            _refuse(where, f"{alternative!r} is not a regular expression ({error})", "Mend it, or leave out 're:'.")
        if pattern.search(""):
            _refuse(where, f"{alternative!r} matches everything", "Write an expression that only the answer matches.")
    elif not normalise(alternative):
        _refuse(where, f"the answer {alternative!r} holds no word to compare", "Write it as 're:' and an expression.")


def _scope(fields: dict[str, Any], where: str) -> Scope:
    since = _day(fields, "since", where, last=False)
    as_of, until = (_day(fields, key, where, last=True) for key in ("as_of", "until"))
    until = min((day for day in (as_of, until) if day), default=None)
    if since and until and since > until:
        _refuse(where, f"'since' ({since}) is after the end ({until})", "Exchange the dates.")
    publisher = fields.get("publisher", [])
    publishers = _strings({"publisher": [publisher] if isinstance(publisher, str) else publisher}, "publisher", where)
    return Scope(since=since, until=until, publishers=publishers, as_of=as_of)


def _day(fields: dict[str, Any], key: str, where: str, *, last: bool) -> date | None:
    value = fields.get(key)
    if value is None:
        return None
    try:
        return day_span(value)[last]
    except (ValueError, TypeError):
        _refuse(where, f"{key!r} cannot be {value!r}", "Write a date as 2024-04-22, 2024-04 or 2024.")


def _refuse(where: str, problem: str, cure: str) -> NoReturn:
    raise CaseError(f"{where}: {problem}. {cure}")
