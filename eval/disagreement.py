"""Where articles differ: planted differences, pairs of articles, and what is shown over news."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.figures import Figure, add_option, share, show
from eval.indexed import bot_over
from eval.sets import json_lines
from qabot.answering.answer import Answer, Disagreement, Evidence
from qabot.answering.bot import Bot
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.answering.query import analyse
from qabot.answering.rank import Trained
from qabot.answering.read import Readings
from qabot.models.encoder import Encoder, load_encoder
from qabot.settings import Settings, load_settings

DATA = Path(__file__).parent / "data"
PAIRS, JUDGED, QUESTIONS, SCENES = (
    DATA / f"disagreement_{name}" for name in ("pairs.jsonl", "shown.jsonl", "questions.txt", "scenes.json")
)
PLANTED = 100  # pairs of either kind
MONTHS = ("January", "March", "April", "June", "September", "October", "November")


# -- planted -----------------------------------------------------------------------------------------------------------


def planted() -> None:
    """Measure which planted disagreements are found, and which differences of wording are taken for one.

    From the templates in ``data/disagreement_scenes.json`` 100 pairs of articles are made of which one number, date,
    name or outcome was changed, and 100 of which only wording or precision differs. The rules were made on another
    seed than some of them. Of each pair the question is asked whose answer was changed, both articles being the
    evidence.
    """
    parser = argparse.ArgumentParser(description=planted.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="show what went wrong")
    parser.add_argument("--seed", type=int, default=1, help="draw other pairs")
    add_option(parser)
    options = parser.parse_args()
    maker = _PairMaker(random.Random(options.seed))  # noqa: S311 - no secret
    made = [(same, maker.pair(same)) for same in (False, True) for _ in range(PLANTED)]
    answerer, trained = ExtractiveAnswerer(), Trained.load()
    outcomes: dict[str, list[bool]] = {}
    for same, each in made:
        articles = [_evidence(each.one, "courier", "2023-12-01"), _evidence(each.other, "herald", "2023-12-02")]
        readings = Readings(analyse(each.question), None, trained)
        draft = answerer.answer(readings, articles)
        told = [f"{d.kind}: {d.groups[0][0].text} / {d.groups[1][0].text}" for d in draft.disputes]
        outcomes.setdefault("false alarms" if same else "found", []).append(bool(told))
        if not same:
            outcomes.setdefault(f"found, {each.point}", []).append(bool(told))
        if options.errors and bool(told) == same:
            print("same" if same else each.point, each.question, *each.one, "|", *each.other, told, sep="\n  ")
    show(_shares("planted", outcomes), keep=options.figures)


@dataclass(frozen=True)
class _Pair:
    """Two articles as sentences, the question whose answer was changed, and which point that is."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    question: str
    point: str


class _PairMaker:
    """Makes pairs of articles from scenes.

    A scene is a piece of news as templates: ``sentences``, two wordings of each; ``questions``, by point, what asks
    for it; ``outcome``, the word of the outcome and its opposite; ``counts``, the range of the number ``{n}``.
    """

    def __init__(self, rng: random.Random) -> None:
        data = json.loads(SCENES.read_text("utf-8"))
        self._people, self._towns, self._scenes = data["people"], data["towns"], data["scenes"]
        self._rng = rng

    def pair(self, same: bool) -> _Pair:
        """Return a pair that says the same in other words, or of which one point was changed."""
        scene = self._rng.choice(self._scenes)
        point = self._rng.choice(("number", "date", "name", "outcome"))
        values = self._values(scene)
        others = self._reworded(values) if same else self._changed(values, point)
        # A pair with a change is mostly in the same words, as reprints and agencies' reports are; else it is reworded.
        reword = 0.8 if same else 0.25
        one = tuple(first.format(**values) for first, _ in scene["sentences"])
        other = tuple(wordings[self._rng.random() < reword].format(**others) for wordings in scene["sentences"])
        return _Pair(one, other, scene["questions"][point].format(**values), point)

    def _values(self, scene: Mapping[str, Any]) -> dict[str, str]:
        person, town = self._rng.choice(self._people), self._rng.choice(self._towns)
        count = str(self._rng.randint(*scene["counts"]))
        positive, negative = scene["outcome"]
        return {
            "person": person[0],
            "town": town[0],
            "n": count,
            "N": count,
            "date": f"{self._rng.randint(1, 27)} {self._rng.choice(MONTHS)} 2023",
            "o": positive,
            "o2": positive,
            "o3": positive,
            "_person": person[1],
            "_o": negative,
        }

    def _changed(self, values: Mapping[str, str], point: str) -> dict[str, str]:
        rng, new = self._rng, dict(values)
        if point == "number":
            count = int(values["n"])
            new["n"] = str(rng.choice([round(count * 1.4) + 1, max(1, round(count * 0.6)), count + 3 + count // 8]))
            new["N"] = new["n"]
        elif point == "date":
            day, month, year = values["date"].split()
            new["date"] = rng.choice(
                [
                    f"{int(day) % 27 + 1} {month} {year}",
                    f"{day} {rng.choice([m for m in MONTHS if m != month])} {year}",
                    f"{day} {month} 2022",
                ]
            )
        elif point == "name":
            new["person"] = values["_person"]
        else:
            new["o"] = new["o2"] = values["_o"]
            new["o3"] = "did not damage" if values["_o"] == "not damaged" else values["_o"]
        return new

    def _reworded(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the same in other precision."""
        new = dict(values)
        count = int(values["n"])
        if count >= 20:
            rounded = round(count, -1 if count < 200 else -2)
            if abs(rounded - count) <= 0.09 * count:
                new["n"], new["N"] = f"about {rounded}", f"About {rounded}"
        day, month, _ = values["date"].split()
        new["date"] = self._rng.choice([f"{month} {day}, 2023", f"{day} {month}", values["date"]])
        new["person"] = self._rng.choice([values["person"], values["person"].split()[-1]])
        return new


def _evidence(sentences: Sequence[str], name: str, published: str) -> Evidence:
    text = " ".join(sentences)
    return Evidence(
        name, None, None, f"The {name.title()}", published, f"{name}.txt", name, text, 0, len(text), 1.0, 0.6
    )


# -- pairs -------------------------------------------------------------------------------------------------------------


def pairs() -> None:
    """Ask the question of each pair of articles in a file: what differs must be told, wording must not.

    A line holds ``question``, two ``articles`` (``title``, ``publisher``, ``date``, ``text``) and the ``kind`` of their
    disagreement; null where they say the same in other words, in other precision, or of other times. Each pair is
    indexed by itself and asked with `qabot ask`'s own chain.
    """
    parser = argparse.ArgumentParser(description=pairs.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="?", default=PAIRS, help="JSON lines (default: those in data/)")
    parser.add_argument("--errors", action="store_true", help="show what went wrong")
    add_option(parser)
    options = parser.parse_args()
    settings = load_settings()
    encoder, trained = load_encoder(settings.encoder), Trained.load()
    outcomes: dict[str, list[bool]] = {}
    for pair in json_lines(options.pairs):
        answer = _asked(pair, settings, encoder, trained)
        kinds = [each.kind for each in answer.disagreements]
        outcomes.setdefault("found" if pair["kind"] else "false alarms", []).append(bool(kinds))
        if pair["kind"] and kinds:
            outcomes.setdefault("of the right kind", []).append(pair["kind"] in kinds)
        if options.errors and (pair["kind"] not in kinds if pair["kind"] else kinds):
            print(f"{pair['id']}: {pair['kind']}, told {kinds}\n  {pair['question']}\n  {answer.text}")
    show(_shares("pairs", outcomes), keep=options.figures)


def _asked(pair: Mapping[str, Any], settings: Settings, encoder: Encoder, trained: Trained) -> Answer:
    """Return the answer to a pair's question from an index of its two articles."""
    files = {}
    for number, each in enumerate(pair["articles"]):
        head = "".join(f"{key}: {each[key]}\n" for key in ("title", "publisher", "date"))
        files[f"{number}.md"] = f"---\n{head}---\n\n{each['text']}\n"
    with bot_over(files, settings, encoder, trained) as bot:
        return bot.ask(pair["question"])


# -- shown over news ---------------------------------------------------------------------------------------------------


def shown() -> None:
    """Measure how many of the disagreements that answers show over news are real, against those judged by reading.

    FOLDER holds the public set RealTimeQA (``questions.jsonl``, ``articles.jsonl.gz``), DIR keeps an index of its
    articles, as `qabot eval --set realtimeqa FOLDER --set-index DIR` makes it. Asked are the set's questions and those
    of ``data/disagreement_questions.txt``: what a reader may ask of such an archive about tolls, dates, offices and
    outcomes. ``data/disagreement_shown.jsonl`` holds the judgements, by a SHA-256 of the quotes with the words that
    differ. A disagreement is real where the quotes tell of the same thing, what they say of it cannot both hold of one
    time, and its kind is the right one.
    """
    parser = argparse.ArgumentParser(description=shown.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--unjudged", action="store_true", help="show those that nobody has judged")
    add_option(parser)
    options = parser.parse_args()
    judged = {row["key"]: row["real"] for row in json_lines(JUDGED)}
    known, count, answered = [], 0, 0
    with Bot.open(options.index) as bot:
        for question in _questions(options.folder):
            answer = bot.ask(question)
            answered += not answer.abstained
            for disagreement in answer.disagreements:
                count += 1
                name = _key(answer, disagreement)
                if name in judged:
                    known.append(judged[name])
                elif options.unjudged:
                    _print(name, answer, disagreement)
    print(f"{answered} questions answered, {count} disagreements shown, {len(known)} of these judged")
    show([share("disagreement", "real ones of those shown", known, "news")], keep=options.figures)


def _questions(folder: Path) -> Iterator[str]:
    yield from (row["question"] for row in json_lines(folder / "questions.jsonl"))
    yield from QUESTIONS.read_text("utf-8").splitlines()


def _quotes(answer: Answer, disagreement: Disagreement) -> list[tuple[str, str]]:
    """Return each value with the quotes that it stands in."""
    said = {citation.marker: citation.quote for citation in answer.citations}
    return [(value.text, " | ".join(said[marker] for marker in value.citations)) for value in disagreement.values]


def _key(answer: Answer, disagreement: Disagreement) -> str:
    """Return a digest of the values and their quotes."""
    return sha256(json.dumps(sorted(_quotes(answer, disagreement))).encode()).hexdigest()[:20]


def _print(name: str, answer: Answer, disagreement: Disagreement) -> None:
    print(f"\n{name} {disagreement.kind}: {answer.question}")
    for value, (text, quote) in zip(disagreement.values, _quotes(answer, disagreement), strict=True):
        print(f"  {value.published} [{text}] {' '.join(quote.split())}")


def _shares(of: str, outcomes: Mapping[str, Sequence[bool]]) -> list[Figure]:
    return [share("disagreement", measure, results, of) for measure, results in sorted(outcomes.items())]
