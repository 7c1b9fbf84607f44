"""Figures that were measured: kept in ``figures.json``, shown as tables in the documents.

    python -m eval tables                         # write the tables anew
    python -m eval figures RUN.jsonl              # take in the figures of a run of `qabot eval --out RUN.jsonl`
    python -m eval figures RUN.jsonl --of "XQuAD, held out" --commit 1234567

Every command that measures takes in its figures when it is given ``--figures``. A table stands in a document between
``<!-- figures: NAME -->`` and ``<!-- end of figures -->``, and shows all figures of that name in their order.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from qabot.evaluation.metrics import Figure as SetFigure
from qabot.evaluation.record import digest_of_code, read_record
from qabot.evaluation.report import Report
from qabot.evaluation.result import read_results
from qabot.evaluation.sets import known_by
from qabot.evaluation.statistics import Estimate, wilson

ROOT = Path(__file__).parents[1]
FIGURES = Path(__file__).with_name("figures.json")
DOCUMENTS = ("README.md", "docs/*.md", "eval/README.md", "eval/*/README.md", "qabot/models/*/card.md")
SETS = "sets"
"""The table of what `qabot eval` measures."""
_SHOWN_AS = {
    "realtimeqa": "RealTimeQA",
    "mtrag-un": "MTRAG-UN",
    "ramdocs": "RAMDocs",
    "squad": "SQuAD",
    "qed": "QED",
    "timeqa": "TimeQA",
    "treccast": "TREC CAsT",
    None: "cases",
}
_OWN = (
    SetFigure("answered rightly, or rightly declined", "accuracy"),
    SetFigure("near misses declined", "abstention_recall", "near-miss"),
    SetFigure("area under the ROC curve, with an answer against without", "roc_area"),
)
"""The figures of a run of the cases that come with qabot."""
_COMMAND_WORDS = {"qabot", "eval"}  # which are folders too
_OF_NO_MATTER = re.compile(r" --(?:(?:out|set-index|report|baseline)(?:=| )\S+|resume)")
_OF_ANY = SetFigure("right ones of those answered", "answered_accuracy")
TABLE = re.compile(r"(<!-- figures: (\S+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True)
class Figure:
    """A figure that was measured; ``table``, ``of`` and ``measure`` together are its name.

    Attributes:
        table: the table that shows it.
        of: the set or the group that it is of; empty where the table is of one only.
        measure: what was measured.
        value: what came of it; None: not measured.
        interval: its 95% interval.
        count: how many cases it rests on.
        hits: in how many of them it holds, where it is a share.
        unit: empty for shares and areas.
        before: the value of the version before.
        aim: what it should be.
        note: how it was measured, where the command does not say.
        command: what measured it.
        commit: at which state of the code.
    """

    table: str
    of: str
    measure: str
    value: float | None
    interval: tuple[float, float] | None = None
    count: int | None = None
    hits: int | None = None
    unit: str = ""
    before: float | None = None
    aim: str | None = None
    note: str | None = None
    command: str = ""
    commit: str = ""

    @property
    def name(self) -> tuple[str, str, str]:
        """The three that it is known by."""
        return self.table, self.of, self.measure

    def __str__(self) -> str:
        shown = [self.of, self.measure, _shown(self.value, self.unit)]
        shown += [f"({_interval(self)})"] if self.interval else []
        shown += [f"of {self.count:,}"] if self.count is not None else []
        return "  ".join(each for each in shown if each)


def share(table: str, measure: str, outcomes: Collection[bool], of: str = "") -> Figure:
    """Return the share of outcomes that are true, with Wilson's 95% interval."""
    count, hits = len(outcomes), sum(outcomes)
    if not count:
        return Figure(table, of, measure, None, count=0)
    return Figure(table, of, measure, hits / count, wilson(hits, count), count, hits)


def roc_area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return the area under the ROC curve: how often a score of what is right is above one of what is wrong."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([1] * len(right) + [0] * len(wrong), [*right, *wrong]))


def add_option(parser: argparse.ArgumentParser) -> None:
    """Give a command's parser the option ``--figures``."""
    parser.add_argument("--figures", action="store_true", help="write the figures to eval/figures.json")


def show(found: Iterable[Figure], *, keep: bool) -> None:
    """Print figures that were measured by this process, and take them in where they are to be kept."""
    found = list(found)
    for figure in found:
        print(figure)
    if keep:
        take_in_measured(found)


def take_in_measured(found: Iterable[Figure]) -> None:
    """Take in figures that were measured by this process."""
    take_in([replace(_rounded(each), command=command(sys.argv), commit=commit()) for each in found])


def _rounded(figure: Figure) -> Figure:
    interval = figure.interval and (round(figure.interval[0], 4), round(figure.interval[1], 4))
    return replace(figure, value=None if figure.value is None else round(figure.value, 4), interval=interval)


def load(path: Path = FIGURES) -> list[Figure]:
    """Return all figures, in their order."""
    rows = json.loads(path.read_text("utf-8"))
    return [Figure(**{**row, "interval": row.get("interval") and tuple(row["interval"])}) for row in rows]


def take_in(new: Iterable[Figure], path: Path = FIGURES) -> None:
    """Put figures in the place of those of the same names, or at the end; aims stay, notes where none is new."""
    figures = {each.name: each for each in load(path)}
    for each in new:
        old = figures.get(each.name)
        figures[each.name] = replace(each, aim=old.aim, note=each.note or old.note) if old else each
    save(figures.values(), path)


def save(figures: Iterable[Figure], path: Path = FIGURES) -> None:
    """Write figures, a line each, without what is empty."""
    defaults = {each.name: each.default for each in fields(Figure)}
    rows = [
        {key: value for key, value in asdict(figure).items() if value != defaults[key] or key == "value"}
        for figure in figures
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def command(arguments: Sequence[str]) -> str:
    """Return a command line without the paths that were given: ``python -m eval times FOLDER``."""
    return " ".join(_without_path(each) for each in arguments if each != "--figures")


def _without_path(argument: str) -> str:
    path = Path(argument)
    if argument in _COMMAND_WORDS or not (path.exists() or argument.startswith(("/", "./", "../", "~"))):
        return argument
    return "FILE" if path.is_file() or path.suffix else "FOLDER"


def commit() -> str:
    """Return the commit that is checked out; marked where the code differs from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=True).stdout

    changed = git("status", "--porcelain", "--", "qabot", "eval/*.py").strip()
    return git("rev-parse", "--short", "HEAD").strip() + (" and changes" if changed else "")


def of_run(results: Path, of: str | None = None, at: str | None = None) -> list[Figure]:
    """Return the figures of a run of `qabot eval`.

    Args:
        results: its ``--out`` file, with the record beside it.
        of: what it was of; else the name of the set, or "cases".
        at: the commit; else the one that is checked out.

    Raises:
        SystemExit: it has no record, or was made by other code than this and no commit is named.
    """
    record = read_record(results)
    if record is None:
        raise SystemExit(f"There is no record beside {results}. Make the run anew with `qabot eval --out`.")
    if at is None and record.code != digest_of_code():
        raise SystemExit(f"{results} was made by other code than this. Name its commit with --commit.")
    known = known_by(record.set)[0] or _OWN
    known += () if _OF_ANY in known else (_OF_ANY,)
    report = Report(tuple(read_results(results)), record, figures=known)
    line = _OF_NO_MATTER.sub("", command(["qabot", *record.command[1:]]))
    made = {"command": line, "commit": at or commit()}
    return [
        _of_estimate(each.name, estimate, of or _SHOWN_AS[record.set], made)
        for each, estimate in zip(known, report.figure_values.values(), strict=True)
        if estimate.value is not None
    ]


def _of_estimate(measure: str, estimate: Estimate, of: str, made: dict[str, str]) -> Figure:
    return _rounded(Figure(SETS, of, measure, estimate.value, estimate.interval, estimate.count, estimate.hits, **made))


# -- tables ------------------------------------------------------------------------------------------------------------


def table(name: str, figures: Iterable[Figure]) -> str:
    """Return the figures of a table as Markdown: a row each, and the columns that any of them fills."""
    rows = [figure for figure in figures if figure.table == name]
    if not rows:
        raise SystemExit(f"There is no figure of the table {name!r}.")
    filled = {head: [cell(row) for row in rows] for head, cell in _COLUMNS.items()}
    filled = {head: _without_repetition(cells) if head == "command" else cells for head, cells in filled.items()}
    columns = {head: cells for head, cells in filled.items() if any(cells)}
    lines = [" | ".join(columns), "|".join("---" for _ in columns)]
    lines += [" | ".join(row) for row in zip(*columns.values(), strict=True)]
    return "".join(f"|{line}|\n" if line.startswith("---") else f"| {line} |\n" for line in lines)


def with_tables(text: str, figures: Sequence[Figure]) -> str:
    """Return a document with its tables made anew."""
    return TABLE.sub(lambda found: f"{found[1]}{table(found[2], figures)}{found[3]}", text)


def documents() -> list[Path]:
    """Return the documents that may hold tables."""
    return [path for pattern in DOCUMENTS for path in sorted(ROOT.glob(pattern))]


_COLUMNS: dict[str, Callable[[Figure], str]] = {
    "of": lambda each: each.of,
    "measure": lambda each: each.measure,
    "before": lambda each: "" if each.before is None else _shown(each.before, each.unit),
    "value": lambda each: _shown(each.value, each.unit),
    "95%": lambda each: _interval(each),
    "aim": lambda each: each.aim or "",
    "cases": lambda each: _cases(each),
    "note": lambda each: each.note or "",
    "command": lambda each: f"`{each.command}`" if each.command else "",
}


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "not measured"
    return f"{value:,.6g} {unit}" if unit else f"{value:.3f}".removeprefix("0")


def _interval(figure: Figure) -> str:
    if figure.interval is None:
        return ""
    low, high = (_shown(each, figure.unit) for each in figure.interval)
    return f"{low} to {high}"


def _cases(figure: Figure) -> str:
    if figure.count is None:
        return ""
    return f"{figure.count:,}" if figure.hits is None else f"{figure.hits:,} of {figure.count:,}"


def _without_repetition(cells: Sequence[str]) -> list[str]:
    return ["the same" if cell and cell == before else cell for before, cell in zip(["", *cells], cells, strict=False)]


def write_tables() -> None:
    """Write the tables of figures into the documents."""
    argparse.ArgumentParser(description="Write the tables of figures into the documents.").parse_args()
    figures = load()
    for path in documents():
        old = path.read_text("utf-8")
        new = with_tables(old, figures)
        if new != old:
            path.write_text(new, encoding="utf-8")
            print(path.relative_to(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the figures of a run of `qabot eval` into figures.json.")
    parser.add_argument("results", type=Path, metavar="RUN.jsonl", help="what `qabot eval --out` wrote")
    parser.add_argument("--of", metavar="NAME", help="what it was of, where the name of its set does not say")
    parser.add_argument("--commit", help="the commit that made the run, where it is not the one checked out")
    options = parser.parse_args()
    found = of_run(options.results, options.of, options.commit)
    for figure in found:
        print(figure)
    take_in(found)
