"""Flip, cut and delete bytes in the files of an index, and see what is asked, seen and mended.

    python -m eval faults bytes --count 200

After every harm the index is asked, looked at as `qabot doctor` does, and brought up to date. Nothing may be found that
is not in the articles; what the look calls whole must answer as before; and in the end all must be as before, if need
be after the store was deleted where that is what the error says.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from eval.faults import trial
from eval.faults.hashing import HashedWords
from eval.figures import Figure, share, show
from qabot.store.location import Location

_HELD = range(24)


def _flip(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 5, 20))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data))]


def _drop(data: bytearray, chance: random.Random) -> bytearray:
    first = chance.randrange(len(data))
    return data[:first] + data[first + chance.choice((1, 100, 4096)) :]


HARMS: dict[str, Callable[[bytearray, random.Random], bytearray] | None] = {
    "flipped": _flip, "cut": _cut, "missing bytes": _drop, "missing": None,
}  # fmt: skip


def main() -> None:
    options = trial.parser(__doc__, 200).parse_args()
    show(run(options.count, options.seed), keep=options.figures)


def run(count: int, seed: int = 1) -> list[Figure]:
    """Harm so often; return the figures."""
    chance = trial.chance(seed)
    right_answers, one_line, seen, mended = [], [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        index, base, harmed = (Path(scratch, name) for name in ("index", "base", "harmed"))
        location = trial.at(index)
        trial.write(location, _HELD)
        trial.in_child(trial.update, location)
        right = trial.in_child(trial.answers, location).value
        known = set(trial.in_child(_everything, location).value)
        trial.copy(index, base)
        for number in range(count):
            what = list(HARMS)[number % len(HARMS)]
            trial.copy(base, index)
            file = _harm(location.store, what, chance)
            trial.copy(index, harmed)
            asked = trial.in_child(trial.answers, location)
            trial.copy(harmed, index)
            checked, after = trial.in_child(trial.check, location), trial.in_child(trial.answers, location)
            again = trial.in_child(trial.update, location)
            left = again if again.kind == "told" else trial.in_child(trial.check, location)
            if left.kind == "told" and "Delete that folder" in left.value:
                shutil.rmtree(location.store)
                again = trial.in_child(trial.update, location)
            end = trial.in_child(trial.answers, location)
            right_answers.append(asked.kind != "done" or {each for some in asked.value for each in some} <= known)
            one_line.append(all(each.ok for each in (asked, checked, after, again, end)))
            seen.append(checked.kind == "told" or after.value == right)
            mended.append(end.value == right)
            if not (right_answers[-1] and one_line[-1] and seen[-1] and mended[-1]):
                said = (each.value for each in (asked, checked, after, again, end) if not each.ok)
                print(f"{file} {what}, {number}: {right_answers[-1]} {one_line[-1]} {seen[-1]} {mended[-1]}", *said)
    return [
        share("faults", "harms after which nothing is found that is not in the articles", right_answers),
        share("faults", "harms that are told in one line, or not at all", one_line),
        share("faults", "harms that the doctor sees, or that change no answer", seen),
        share("faults", "harms that the next run mends, or that it or the doctor says how to", mended),
    ]


def _everything(location: Location) -> list[tuple[str, str | None]]:
    with closing(trial.opened(location)) as index:
        hits = index.search_vectors(HashedWords().encode(trial.QUESTIONS[:1])[0], 10_000)
        return [(each.text, each.article.published) for each in index.passages([hit.passage_id for hit in hits])]


def _harm(store: Path, what: str, chance: random.Random) -> str:
    """Harm one of the files; return its name."""
    file = chance.choice(sorted(each for each in store.rglob("*") if each.is_file() and each.stat().st_size))
    change = HARMS[what]
    if change is None:
        file.unlink()
    else:
        file.write_bytes(change(bytearray(file.read_bytes()), chance))
    return str(file.relative_to(store))
