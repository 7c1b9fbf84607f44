"""Public sets in their own formats, read where they lie: none comes with qabot.

Each module has ``load(folder, store)``, which makes a `CaseSet` of the files in a folder, the ``FIGURES`` that the set
is known by, and the ``HEADLINE`` metric, where that is not the accuracy.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from qabot.errors import CaseError, UsageError
from qabot.evaluation.caseset import CaseSet, Figure
from qabot.evaluation.compare import ACCURACY

SETS = {
    "realtimeqa": "a weekly news quiz over the articles that a web search found",
    "mtrag-un": "follow-up questions in long conversations, some of them unanswerable",
    "ramdocs": "questions whose documents disagree, each with documents of its own",
    "squad": "SQuAD 1.1 or 2.0 and what has its form, such as XQuAD: the paragraph is the only passage",
    "qed": "questions that people typed, the paragraph, and the paragraph without the sentence that answers",
    "timeqa": "questions about times, over one long article each",
    "treccast": "follow-up questions and what they mean: only the rewriting is measured",
}
"""Every set and what it is."""


def load_set(name: str, folder: Path, store: Path, limit: int | None = None) -> CaseSet:
    """The cases of a public set.

    Args:
        name: one of `SETS`.
        folder: where its files lie, or one of them.
        store: a folder for the index of its documents.
        limit: only so many of its cases, the first.

    Raises:
        UsageError: there is no such set.
        CaseError: the files are not there or not in the set's format.
    """
    if name not in SETS:
        near = difflib.get_close_matches(name, SETS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(SETS)}."
        raise UsageError(f"There is no set {name!r}. {hint}")
    if not folder.exists():
        raise CaseError(f"There is no folder {folder}. Name the one in which {name} lies.")
    load: Callable[[Path, Path], CaseSet] = _module(name).load
    try:
        cases = load(folder, store)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise CaseError(
            f"What lies in {folder} is not in the format of {name} ({error!r}). Check the folder."
        ) from error
    twice = [case_id for case_id, count in Counter(case.case_id for case in cases.cases).items() if count > 1]
    if twice:
        raise CaseError(f"{folder} has two cases {twice[0]!r}. Name a folder or a file with one version of the set.")
    if not cases.cases:
        raise CaseError(f"{folder} holds no case of {name}. Check the folder.")
    figures, headline = known_by(name)
    return replace(cases, name=name, cases=cases.cases[:limit], figures=figures, headline=headline)


def known_by(name: str | None) -> tuple[tuple[Figure, ...], str]:
    """The figures of a set and its headline metric; of a user's own cases none, and the accuracy."""
    if name not in SETS:
        return (), ACCURACY
    module = _module(name)
    return module.FIGURES, getattr(module, "HEADLINE", ACCURACY)


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name.replace('-', '_')}")
