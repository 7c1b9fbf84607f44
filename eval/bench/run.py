"""Measure the bot on a public set that lies in a folder of yours; the data is read there and copied nowhere.

    python eval/bench/run.py realtimeqa ../data/realtimeqa --index realtimeqa-index --out outcomes.jsonl

Sets and their files: see `sets.py`. With ``--index`` the index is kept there and taken again next time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sets import SETS, Outcome

from qabot.evaluation.metrics import wilson


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("set", choices=SETS)
    parser.add_argument("folder", type=Path, help="where the set lies")
    parser.add_argument("--limit", type=int, help="only the first so many questions (of treccast: topics of a year)")
    parser.add_argument("--index", type=Path, help="keep the index in this folder")
    parser.add_argument("--out", type=Path, help="write every question's outcome as JSON lines")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"there is no folder {options.folder}")
    with tempfile.TemporaryDirectory() as scratch:
        began, outcomes = time.monotonic(), []
        for outcome in SETS[options.set](options.folder, options.index or Path(scratch), options.limit):
            outcomes.append(outcome)
            if len(outcomes) % 50 == 0:
                print(f"{len(outcomes)} questions, {time.monotonic() - began:.0f} s", file=sys.stderr)
    if options.out:
        options.out.write_text("".join(json.dumps(asdict(o), ensure_ascii=False) + "\n" for o in outcomes), "utf-8")
    print(table(outcomes))


def table(outcomes: Sequence[Outcome]) -> str:
    """Each measure's mean, its 95% interval where it is a share of cases, and the number of cases."""
    lines = []
    for name in dict.fromkeys(name for outcome in outcomes for name in outcome.scores):
        values = [outcome.scores[name] for outcome in outcomes if name in outcome.scores]
        lines.append(_line(name, values))
    answerable, others = ([o.confidence for o in outcomes if o.answerable is kind] for kind in (True, False))
    if answerable and others:
        lines.append(
            f"{'area under ROC':32} {roc_area(answerable, others):.3f}  {len(answerable)} against {len(others)}"
        )
    if "contained" in outcomes[0].scores:
        surest = sorted(outcomes, key=lambda o: -(o.confidence or 0.0))[: len(outcomes) // 2]
        lines += [_line(f"{name} of the surest half", [o.scores[name] for o in surest]) for name in ("EM", "contained")]
    return "\n".join(lines)


def roc_area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often a positive has the larger value, a draw counting half (Mann and Whitney's U over all pairs)."""
    return sum((p > n) + (p == n) / 2 for p in positive for n in negative) / (len(positive) * len(negative))


def _line(name: str, values: Sequence[float]) -> str:
    mean = sum(values) / len(values)
    interval = ""
    if set(values) <= {0.0, 1.0}:
        low, high = wilson(int(sum(values)), len(values))
        interval = f"{low:.3f} to {high:.3f}"
    return f"{name:32} {mean:.3f}  {interval:14}  n = {len(values)}"


if __name__ == "__main__":
    main()
