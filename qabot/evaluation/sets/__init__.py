"""Public sets in their own formats, read where they lie: none comes with qabot."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from qabot.errors import CaseError, UsageError, did_you_mean
from qabot.evaluation.comparison import ACCURACY
from qabot.evaluation.metrics import Figure
from qabot.evaluation.run import CaseSet
from qabot.evaluation.sets.indexed import MTRAG_UN, RAMDOCS, REALTIMEQA, TIMEQA
from qabot.evaluation.sets.passage import QED, SQUAD, TRECCAST

SETS = {
    "realtimeqa": REALTIMEQA,
    "mtrag-un": MTRAG_UN,
    "ramdocs": RAMDOCS,
    "squad": SQUAD,
    "qed": QED,
    "timeqa": TIMEQA,
    "treccast": TRECCAST,
}
"""Every set by its name."""


def load_set(name: str, folder: Path, store: Path, limit: int | None = None) -> CaseSet:
    """Return the cases of a public set.

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
        hint = did_you_mean(name, SETS) or f"There are: {', '.join(SETS)}."
        raise UsageError(f"There is no set {name!r}. {hint}")
    if not folder.exists():
        raise CaseError(f"There is no folder {folder}. Name the one in which {name} lies.")
    public = SETS[name]
    try:
        cases = public.load(folder, store)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise CaseError(
            f"What lies in {folder} is not in the format of {name} ({error!r}). Check the folder."
        ) from error
    twice = [case_id for case_id, count in Counter(case.case_id for case in cases.cases).items() if count > 1]
    if twice:
        raise CaseError(f"{folder} has two cases {twice[0]!r}. Name a folder or a file with one version of the set.")
    if not cases.cases:
        raise CaseError(f"{folder} holds no case of {name}. Check the folder.")
    return replace(cases, name=name, cases=cases.cases[:limit], figures=public.figures, headline=public.headline)


def known_by(name: str | None) -> tuple[tuple[Figure, ...], str]:
    """Return the figures of a set and its headline metric; of a user's own cases none, and the accuracy."""
    if name not in SETS:
        return (), ACCURACY
    return SETS[name].figures, SETS[name].headline
