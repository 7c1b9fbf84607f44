"""Kill `qabot index`, an update, a prune and a removal at random moments or system calls, and see what is left.

    python -m eval faults kill --count 200
    python -m eval faults calls --count 100

The second kills at a call that writes, syncs, renames or deletes, by strace's fault injection. After every kill the
index is asked, looked at, and the same is done again to its end. What was indexed before and not concerned must be
there, every passage a slice of its article, and in the end all as if nothing had been killed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from eval.faults import trial
from eval.figures import ROOT, Figure, share, show
from qabot.store.location import Location

Known = TypeVar("Known")
_WRITING = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink")
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
    chance = trial.chance(options.seed)

    def at_a_moment(name: str, location: Location, spent: float) -> None:
        child = trial.started(STEPS[name], location)
        time.sleep(chance.uniform(0, spent))
        child.kill()
        child.join()

    show(run(options.count, _seconds, at_a_moment, "kills"), keep=options.figures)


def calls() -> None:
    """Kill at system calls."""
    options = trial.parser(__doc__, 100).parse_args()
    chance = trial.chance(options.seed)

    def at_a_call(name: str, location: Location, seen: Sequence[tuple[str, int]]) -> None:
        call, number = chance.choice(seen)
        _traced(name, location, f"--inject={call}:signal=KILL:when={number}")

    show(run(options.count, _writing_calls, at_a_call, "kills at system calls"), keep=options.figures)


def _seconds(name: str, location: Location) -> float:
    """Do a step; return how long it takes."""
    began = time.monotonic()
    _done(STEPS[name], location)
    return time.monotonic() - began


def _writing_calls(name: str, location: Location) -> list[tuple[str, int]]:
    """Do a step; return the calls by which it writes, each with which one of its kind it is in its thread."""
    with tempfile.NamedTemporaryFile("r") as log:
        _traced(name, location, f"--output={log.name}")
        made = re.findall(r"^(\d+) +(\w+)\(", log.read(), re.MULTILINE)
    counts: Counter[tuple[str, str]] = Counter()
    seen = []
    for each in made:
        counts[each] += 1
        seen.append((each[1], counts[each]))
    return seen


def _traced(name: str, location: Location, what: str) -> None:
    """Do a step in a process of its own under strace."""
    code = "import sys, pathlib; from eval.faults import kill, trial; at = trial.at(pathlib.Path(sys.argv[2])); "
    step = [sys.executable, "-c", f"{code}kill.STEPS[sys.argv[1]](at)", name, str(location.store.parent)]
    watched = ["strace", "--follow-forks", f"--trace={','.join(_WRITING)}", what]
    quiet = subprocess.DEVNULL
    subprocess.run([*watched, *step], check=False, cwd=ROOT, stdout=quiet, stderr=quiet)


def run(
    count: int,
    learn: Callable[[str, Location], Known],
    kill: Callable[[str, Location, Known], None],
    called: str,
) -> list[Figure]:
    """Kill so often; return the figures.

    Args:
        count: how often.
        learn: does a step to its end; returns what `kill` has to know of it.
        kill: begins a step and kills it.
        called: what the figures call it.
    """
    kept, works, whole = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        index, empty, base = (Path(scratch, name) for name in ("index", "empty", "base"))
        location = trial.at(index)
        location.articles.mkdir(parents=True)
        trial.copy(index, empty)
        _done(_first, location)
        before = _done(trial.texts, location)
        trial.copy(index, base)
        known, wanted = {}, {}
        for name in STEPS:
            trial.copy(empty if name == "index" else base, index)
            known[name] = learn(name, location)
            wanted[name] = _done(trial.texts, location)
        for number in range(count):
            name = list(STEPS)[number % len(STEPS)]
            trial.copy(empty if name == "index" else base, index)
            kill(name, location, known[name])
            left = trial.in_child(trial.texts, location)
            stayed = {} if name == "index" else {key: before[key] for key in map(str, _UNCONCERNED)}
            told = name == "index" and left.kind == "told"
            kept.append(stayed.items() <= left.value.items() if left.kind == "done" else told)
            again, end, checked = (trial.in_child(do, location) for do in (STEPS[name], trial.texts, trial.check))
            works.append(again.kind == "done")
            whole.append(end.value == wanted[name] and checked.kind == "done")
            if not (kept[-1] and works[-1] and whole[-1]):
                said = [str(each.value)[-400:] for each in (left, again, end, checked) if each.kind != "done"]
                print(f"kill {number}, {name}: kept {kept[-1]}, works {works[-1]}, whole {whole[-1]}", *said)
    return [
        share("faults", f"{called} after which every confirmed article is there, each passage a slice", kept),
        share("faults", f"{called} after which the next command works", works),
        share("faults", f"{called} after which all is in the end as without them", whole),
    ]


def _done(work: Callable[[Location], Any], location: Location) -> Any:
    """Return what a child returns that nobody kills."""
    outcome = trial.in_child(work, location)
    if outcome.kind != "done":
        raise SystemExit(f"The trial itself fails: {outcome.value}")
    return outcome.value
