"""TREC CAsT (Dalton, Xiong and Callan 2020): what was asked in a conversation, and what was meant.

Read are JSON files of topics with their ``turn``s; what was meant stands in a turn's ``manual_rewritten_utterance``, or
in a file of lines ``topic_turn<TAB>question`` whose name has ``resolved`` in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qabot.evaluation.case import Case
from qabot.evaluation.caseset import CaseSet, Figure
from qabot.evaluation.sets.files import find_files, read_json, read_text
from qabot.evaluation.sets.passages import only_rewriting

HEADLINE = "rewrite_completeness"
FIGURES = (
    Figure("rewrites that hold every content word of the manual ones", "rewrite_completeness"),
    Figure("no needless rewrite", "left_alone"),
)


def load(folder: Path, _store: Path) -> CaseSet:
    """Only the rewriting is measured: there is nothing to answer from."""
    resolved = _resolved(folder)
    cases = [
        case
        for path in find_files(folder, "*.json", without="automatic")
        for topic in read_json(path)
        for case in _cases(topic, resolved)
    ]
    return CaseSet(cases, only_rewriting)


def _cases(topic: Mapping[str, Any], resolved: Mapping[str, str]) -> Iterator[Case]:
    said: list[str] = []
    for turn in topic["turn"]:
        case_id = f"{topic['number']}_{turn['number']}"
        said.append(turn["raw_utterance"].strip())
        meant = (turn.get("manual_rewritten_utterance") or resolved.get(case_id, "")).strip()
        if meant:
            tag = "first turn" if len(said) == 1 else "later turn"
            replies = ("",) * (len(said) - 1)
            yield Case(case_id, tuple(said), abstain=None, standalone=meant, replies=replies, tags=(tag,))


def _resolved(folder: Path) -> dict[str, str]:
    rows = (line.split("\t") for path in folder.glob("*resolved*.tsv") for line in read_text(path).splitlines())
    return {row[0]: row[1] for row in rows if len(row) > 1}
