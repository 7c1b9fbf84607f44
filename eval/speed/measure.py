"""How fast qabot is, and how much memory it takes, beside LangChain's tutorial pipeline on the same articles.

    python -m eval speed [--passages 100 1000 10000 100000] [--rounds 3] [--out FOLDER]

At every size an index is made and asked, qabot and the tutorial in turn, each in processes of its own; what is printed
are medians, and ratios of medians of such pairs. Up to --embedded passages articles are read and embedded; above, the
vectors are drawn (see made.py) and the tutorial is left out. `speed.json` and `speed.md` are written to --out.
README.md beside this file says what is measured how.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from eval.figures import Figure, add_option, take_in_measured
from eval.speed import made, processes, tutorial
from eval.speed.processes import Usage
from eval.speed.warm import SCOPES
from qabot.store.catalogue import Catalogue
from qabot.store.location import Location

PASSAGES_AN_ARTICLE = 7.5  # of the made articles, about
_CHROMADB, _QABOT, _TUTORIAL = "import chromadb", "qabot", "tutorial"
_CHARACTERS = "indexing: characters a processor second"
KEPT = {
    ("qabot --help", "cold question: time"): "`qabot --help`: time",
    (_TUTORIAL, _CHARACTERS): f"{_CHARACTERS}, the tutorial",
    **{
        (_QABOT, measure): measure
        for measure in (
            "cold question: peak memory",
            *(f"{retrieval}: {clock}, 95th percentile" for retrieval in SCOPES for clock in ("time", "processor time")),
            "answer: time, median",
            "answer: time, 95th percentile",
            "answer: processor time, median",
            "answer: processor time, 95th percentile",
            "asking: peak memory",
            "indexing: peak memory",
            _CHARACTERS,
            "indexing again: time",
            "one new article: processor time",
        )
    },
}
"""What `--figures` keeps, by system and measure, and under which name."""
RATIOS = {
    (_QABOT, _CHROMADB, "cold question: processor time"): "cold question: processor time, to `import chromadb`",
    (_QABOT, _TUTORIAL, _CHARACTERS): "indexing: characters, to the tutorial",
}


@dataclass(frozen=True)
class Row:
    """One figure: of whom, at which size, by which unit; ``runs`` holds what was measured, ``value`` the median."""

    measure: str
    system: str
    passages: int
    unit: str
    value: float
    runs: tuple[float, ...]
    vectors: str


class Bench:
    """Measures one size after the other and collects rows."""

    def __init__(self, options: argparse.Namespace, scratch: Path) -> None:
        self.rows: list[Row] = []
        self._options = options
        self._scratch = scratch
        self._systems = [_QABOT] if tutorial.missing() or options.no_tutorial else [_QABOT, _TUTORIAL]
        self._environment = {
            "QABOT_STATE": str(scratch / "state"), "ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "true",
        }  # fmt: skip

    def size(self, passages: int) -> None:
        """Measure at about so many passages."""
        folder = self._scratch / str(passages)
        if passages <= self._options.embedded:
            count = max(1, round(passages / PASSAGES_AN_ARTICLE))
            held = self._index(folder, count, "computed")
            self._unchanged(folder, held)
            self._cold(folder, held, "computed")
        else:
            # In a process of its own, as all else: what a process had at most counts for those that it starts, too.
            used = processes.run(["-m", "eval.speed.made", str(folder), str(passages), str(self._options.seed)])
            held = _passages(folder)
            self._whole("indexing", _QABOT, held, [used], "drawn")
            self._cold(folder, held, "drawn")
        vectors = "computed" if passages <= self._options.embedded else "drawn"
        self._warm(folder, held, vectors)
        self._one_new(folder, held, vectors)
        if not self._options.keep:
            shutil.rmtree(folder)

    def _index(self, folder: Path, count: int, vectors: str) -> int:
        if self._options.articles:
            characters = _some_of(self._options.articles, folder / "articles", count)
        else:
            characters = made.write(folder / "articles", count, self._options.characters, self._options.seed)
        used: dict[str, list[Usage]] = {system: [] for system in self._systems}
        for _ in range(self._options.rounds):
            for system in self._systems:
                shutil.rmtree(folder / ("store" if system == _QABOT else "chroma"), ignore_errors=True)
                used[system].append(self._run(system, "index", folder))
        held = _passages(folder)
        for system, runs in used.items():
            by_clock, by_processor = [characters / each.wall for each in runs], [characters / each.cpu for each in runs]
            self._add("indexing: characters a second", system, held, "1/s", by_clock, vectors)
            self._add("indexing: characters a processor second", system, held, "1/s", by_processor, vectors)
            self._whole("indexing", system, held, runs, vectors)
        return held

    def _cold(self, folder: Path, held: int, vectors: str) -> None:
        """Measure a question in a process of its own, in turn with what Chroma's import alone takes."""
        has_tutorial = (folder / "chroma").exists()
        systems = [_CHROMADB, "qabot --help", *(self._systems if has_tutorial else [_QABOT])]
        used: dict[str, list[Usage]] = {system: [] for system in systems}
        for _ in range(self._options.rounds):
            for system in systems:
                used[system].append(self._run(system, "ask", folder))
        for system, runs in used.items():
            self._whole("cold question", system, held, runs, vectors)

    def _unchanged(self, folder: Path, held: int) -> None:
        runs = [self._run(_QABOT, "index", folder) for _ in range(self._options.rounds)]
        self._whole("indexing again", _QABOT, held, runs, "computed")

    def _one_new(self, folder: Path, held: int, vectors: str) -> None:
        """One article more, each time another."""
        runs = []
        for article in islice(made.make(seed=self._options.seed + 1), self._options.rounds):
            file = self._scratch / "new" / f"{article.number}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text(article.markdown, encoding="utf-8")
            runs.append(processes.run(["-m", "qabot", "index", "--index", str(folder), str(file)], self._environment))
        self._whole("one new article", _QABOT, held, runs, vectors)

    def _warm(self, folder: Path, held: int, vectors: str) -> None:
        used = processes.run(
            ["-m", "eval.speed.warm", str(folder), str(self._options.questions), str(self._options.seed)],
            self._environment,
        )
        for measure, taken in json.loads(used.output).items():
            for clock, runs in taken.items():
                self._add(f"{measure}: {clock}, median", _QABOT, held, "ms", runs, vectors)
                high = statistics.quantiles(runs, n=20, method="inclusive")[-1] if len(runs) > 1 else runs[0]
                self._add(f"{measure}: {clock}, 95th percentile", _QABOT, held, "ms", [high], vectors)
        self._add("asking: peak memory", _QABOT, held, "MB", [used.peak], vectors)

    def _run(self, system: str, what: str, folder: Path) -> Usage:
        question = next(made.make(seed=self._options.seed)).question
        script, chroma = ["-m", "eval.speed.tutorial"], str(folder / "chroma")
        arguments = {
            (_CHROMADB, "ask"): ["-c", "import chromadb"],
            ("qabot --help", "ask"): ["-m", "qabot", "--help"],
            (_QABOT, "ask"): ["-m", "qabot", "ask", "--index", str(folder), question],
            (_QABOT, "index"): ["-m", "qabot", "index", "--index", str(folder)],
            (_TUTORIAL, "ask"): [*script, "ask", chroma, question],
            (_TUTORIAL, "index"): [*script, "index", str(folder / "articles"), chroma],
        }[system, what]
        return processes.run(arguments, self._environment)

    def _whole(self, measure: str, system: str, held: int, runs: Sequence[Usage], vectors: str) -> None:
        self._add(f"{measure}: time", system, held, "s", [used.wall for used in runs], vectors)
        self._add(f"{measure}: processor time", system, held, "s", [used.cpu for used in runs], vectors)
        self._add(f"{measure}: peak memory", system, held, "MB", [used.peak for used in runs], vectors)

    def _add(self, measure: str, system: str, held: int, unit: str, runs: Sequence[float], vectors: str) -> None:
        row = Row(measure, system, held, unit, statistics.median(runs), tuple(runs), vectors)
        self.rows.append(row)
        print(f"{held:>9} passages  {measure:<42} {system:<16} {row.value:12.2f} {unit}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, nargs="+", default=[100, 1000, 10_000], help="sizes of the index")
    parser.add_argument("--rounds", type=int, default=3, help="runs of every process; the median counts")
    parser.add_argument("--questions", type=int, default=100, help="questions asked of every warm index")
    parser.add_argument("--characters", type=int, default=4500, help="median length of the made articles")
    parser.add_argument(
        "--articles", type=Path, metavar="FOLDER", help="articles in Markdown or text instead of made ones"
    )
    parser.add_argument("--embedded", type=int, default=10_000, help="above so many passages vectors are drawn")
    parser.add_argument("--no-tutorial", action="store_true", help="measure qabot alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("speed"), metavar="FOLDER")
    parser.add_argument("--scratch", type=Path, metavar="FOLDER", help="where indexes are made")
    parser.add_argument("--keep", action="store_true", help="leave the indexes there")
    add_option(parser)
    options = parser.parse_args()
    if not options.no_tutorial and (absent := tutorial.missing()):
        print(f"The tutorial's pipeline is left out: it needs {', '.join(absent)}.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(options, options.scratch or Path(temporary))
        for passages in sorted(options.passages):
            bench.size(passages)
            report(bench.rows, options)
    print(f"Written: {options.out}/speed.md, speed.json")
    if options.figures:
        take_in_measured(figures(bench.rows, options))


def figures(rows: Sequence[Row], options: argparse.Namespace) -> Iterator[Figure]:
    """Yield the figures that have an aim: of each size, and where the aim is a ratio, the ratio."""
    for row in rows:
        of = f"{float(f'{row.passages:.2g}'):,.0f} passages, {row.vectors} vectors"
        if name := KEPT.get((row.system, row.measure)):
            warm = row.measure.startswith(("retrieval", "answer"))
            note = f"{options.questions} questions" if warm else f"{options.rounds} runs in turn"
            yield Figure("speed", of, name, row.value, unit=row.unit, note=note)
        for other in rows:
            pair = (row.system, other.system, row.measure)
            if pair in RATIOS and (row.passages, row.measure) == (other.passages, other.measure):
                note = f"{options.rounds} runs in turn"
                yield Figure("speed", of, RATIOS[pair], row.value / other.value, unit="times", note=note)


def report(rows: Sequence[Row], options: argparse.Namespace) -> None:
    """Write all that is known so far."""
    options.out.mkdir(parents=True, exist_ok=True)
    machine = {
        "processor": platform.processor() or platform.machine(), "cores": os.cpu_count(),
        "python": platform.python_version(), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    document = {"machine": machine, "rounds": options.rounds, "seed": options.seed, "rows": [asdict(r) for r in rows]}
    (options.out / "speed.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    (options.out / "speed.md").write_text("\n".join(table(rows, machine, options)), encoding="utf-8")


def table(rows: Sequence[Row], machine: dict[str, object], options: argparse.Namespace) -> Iterator[str]:
    """Yield the rows as Markdown, with ratios to what is compared with."""
    yield f"{options.rounds} rounds a process, {options.questions} questions, on {machine}.\n"
    yield "| measure | system | passages | value | ratio | vectors |"
    yield "|---|---|--:|--:|---|---|"
    for row in rows:
        others = [
            f"{row.value / other.value:.2f} of {other.system}"
            for other in rows
            if (other.measure, other.passages) == (row.measure, row.passages)
            and row.system == _QABOT and other.system in (_CHROMADB, _TUTORIAL) and other.value
        ]  # fmt: skip
        value = f"{row.value:,.2f} {row.unit}"
        yield f"| {row.measure} | {row.system} | {row.passages:,} | {value} | {', '.join(others)} | {row.vectors} |"
    yield ""


def _location(folder: Path) -> Location:
    return Location(folder / "articles", folder / "store")


def _passages(folder: Path) -> int:
    catalogue = Catalogue.open(_location(folder).catalogue)
    try:
        return catalogue.counts()[1]
    finally:
        catalogue.close()


def _some_of(source: Path, folder: Path, count: int) -> int:
    """Copy so many articles at even distances; how many characters they have."""
    files = sorted(each for each in source.rglob("*") if each.suffix in (".md", ".txt"))
    folder.mkdir(parents=True)
    characters = 0
    for number, file in enumerate(files[:: max(1, len(files) // count)][:count]):
        text = file.read_text(encoding="utf-8", errors="replace")
        (folder / f"{number:07}.md").write_text(text, encoding="utf-8")
        characters += len(text)
    return characters
