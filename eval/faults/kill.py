"""Kill `qabot index`, an update, a prune and a removal at random moments, and see what is left.

    python -m eval faults kill --count 200

After every kill the index is asked, looked at, and the same is done again to its end. What was indexed before and not
concerned must be there, every passage a slice of its article, and in the end all as if nothing had been killed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eval.faults import trial
from eval.figures import Figure, share, show
from qabot.store.location import Location

_HELD, _NEW = range(24), range(24, 30)
_CHANGED, _GONE, _UNCONCERNED = range(6), range(6, 12), range(12, 24)


def _first(location: Location) -> None:
    trial.write(location, _HELD)
    trial.update(location)


def _update(location: Location) -> None:
    trial.write(location, _CHANGED, state=1)
    trial.write(location, _NEW)
    trial.update(location)


def _prune(location: Location) -> None:
    for number in _GONE:
        (location.articles / f"{number}.md").unlink(missing_ok=True)
    trial.update(location, prune=True)


def _remove(location: Location) -> None:
    trial.remove(location, _GONE)


STEPS: dict[str, Callable[[Location], None]] = {"index": _first, "update": _update, "prune": _prune, "remove": _remove}


def main() -> None:
    options = trial.parser(__doc__, 200).parse_args()
    show(run(options.count, options.seed), keep=options.figures)


def run(count: int, seed: int = 1) -> list[Figure]:
    """Kill so often; return the figures."""
    chance = trial.chance(seed)
    kept, works, whole = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        index, empty, base = (Path(scratch, name) for name in ("index", "empty", "base"))
        location = trial.at(index)
        location.articles.mkdir(parents=True)
        trial.copy(index, empty)
        _done(_first, location)
        before = _done(trial.texts, location)
        trial.copy(index, base)
        spent, wanted = {}, {}
        for name, step in STEPS.items():
            trial.copy(empty if name == "index" else base, index)
            began = time.monotonic()
            _done(step, location)
            spent[name] = time.monotonic() - began
            wanted[name] = _done(trial.texts, location)
        for number in range(count):
            name = list(STEPS)[number % len(STEPS)]
            trial.copy(empty if name == "index" else base, index)
            child = trial.started(STEPS[name], location)
            time.sleep(chance.uniform(0, spent[name]))
            child.kill()
            child.join()
            left = trial.in_child(trial.texts, location)
            stayed = {} if name == "index" else {key: before[key] for key in map(str, _UNCONCERNED)}
            kept.append(
                stayed.items() <= left.value.items() if left.kind == "done" else name == "index" and left.kind == "told"
            )
            again = trial.in_child(STEPS[name], location)
            works.append(again.kind == "done")
            end, checked = trial.in_child(trial.texts, location), trial.in_child(trial.check, location)
            whole.append(end.value == wanted[name] and checked.kind == "done")
            if not (kept[-1] and works[-1] and whole[-1]):
                said = [str(each.value)[-400:] for each in (left, again, end, checked) if each.kind != "done"]
                print(f"kill {number}, {name}: kept {kept[-1]}, works {works[-1]}, whole {whole[-1]}", *said)
    return [
        share("faults", "kills after which every confirmed article is there, each passage a slice", kept),
        share("faults", "kills after which the next command works", works),
        share("faults", "kills after which all is in the end as without them", whole),
    ]


def _done(work: Callable[[Location], Any], location: Location) -> Any:
    """Return what a child returns that nobody kills."""
    outcome = trial.in_child(work, location)
    if outcome.kind != "done":
        raise SystemExit(f"The trial itself fails: {outcome.value}")
    return outcome.value
