"""Measure which planted disagreements are found, and which differences of wording are taken for one.

    python eval/disagreement/planted.py [--errors] [--seed N]

From templates of its own the script makes 100 pairs of articles of which one number, date, name or outcome was changed,
and 100 of which only wording or precision differs. Half of both were drawn with another seed than the rules were made
on (``--seed``). Of each pair the question is asked whose answer was changed, both articles being the evidence.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass

from qabot.answering.answer import Evidence
from qabot.answering.extractive import ExtractiveAnswerer
from qabot.evaluation.statistics import wilson

PAIRS = 100
PEOPLE = (
    ("Maria Lindqvist", "Tomas Berg"),
    ("Ines Carvalho", "Rui Teixeira"),
    ("Daniel Okoro", "Samuel Adeyemi"),
    ("Aiko Tanabe", "Kenji Morita"),
    ("Petra Novak", "Jiri Dvorak"),
    ("Helen Marsh", "Judith Crane"),
)
TOWNS = (
    ("Harwick", "Dunmore"),
    ("Lowenstadt", "Brennfeld"),
    ("San Telmo", "Puerto Viejo"),
    ("Kirkby", "Aldham"),
    ("Vesterby", "Nordhavn"),
    ("Orlanda", "Castelmar"),
)
MONTHS = ("January", "March", "April", "June", "September", "October", "November")


@dataclass(frozen=True)
class Scene:
    """A piece of news as templates: each sentence in two wordings, and the points that can be changed.

    Attributes:
        sentences: two wordings of each.
        questions: by point, what asks for it.
        outcome: the word of the outcome and its opposite.
        counts: the range of the number ``{n}``.
    """

    sentences: tuple[tuple[str, str], ...]
    questions: dict[str, str]
    outcome: tuple[str, str]
    counts: tuple[int, int]


SCENES = (
    Scene(
        (
            ("A ferry sank off {town} on {date}.", "Off {town} a ferry went down on {date}."),
            (
                "The accident killed {n} passengers, the coast guard said.",
                "{N} passengers died in the accident, according to the coast guard.",
            ),
            ("Captain {person} was {o} of negligence by the court.", "The court {o2} captain {person} of negligence."),
            (
                "The vessel had been built in Gdansk for a Greek owner.",
                "A Greek owner had ordered the ship from a yard in Gdansk.",
            ),
        ),
        {
            "number": "How many passengers did the ferry accident kill?",
            "date": "When did the ferry sink off {town}?",
            "name": "Which captain did the court judge for negligence?",
            "outcome": "What did the court decide about captain {person}?",
        },
        ("convicted", "acquitted"),
        (5, 90),
    ),
    Scene(
        (
            (
                "Voters in {town} {o} the new tramway in a referendum on {date}.",
                "In a referendum on {date}, voters in {town} {o} the new tramway.",
            ),
            ("The line will cost {n} million euros.", "The line's price is {n} million euros."),
            ("Mayor {person} had campaigned for it for years.", "For years mayor {person} had fought for it."),
            (
                "Trams ran there until the war, when the depot burnt down.",
                "Until the depot burnt down in the war, there were trams.",
            ),
        ),
        {
            "number": "How much will the tramway line cost?",
            "date": "When was the referendum on the tramway in {town}?",
            "name": "Which mayor had campaigned for the tramway?",
            "outcome": "Did voters in {town} approve the tramway?",
        },
        ("approved", "rejected"),
        (40, 900),
    ),
    Scene(
        (
            (
                "The chemicals maker Orvane will close its plant in {town}, the company said on {date}.",
                "Orvane, a maker of chemicals, said on {date} that it will close its plant in {town}.",
            ),
            ("The closure costs {n} workers their jobs.", "{N} workers lose their jobs by the closure."),
            (
                "Chief executive {person} blamed the price of gas.",
                "It is the price of gas that is to blame, chief executive {person} said.",
            ),
            ("The union {o} the offer of the company.", "The company's offer was {o} by the union."),
        ),
        {
            "number": "How many workers lose their jobs by the closure of the Orvane plant?",
            "date": "When did Orvane say that it will close its plant in {town}?",
            "name": "Who is chief executive of Orvane?",
            "outcome": "What did the union do with the company's offer?",
        },
        ("accepted", "refused"),
        (120, 990),
    ),
    Scene(
        (
            (
                "Striker {person} joined the football club of {town} on {date}.",
                "On {date} striker {person} joined the football club of {town}.",
            ),
            ("The transfer fee was {n} million pounds.", "The fee for the transfer came to {n} million pounds."),
            (
                "The club {o} its first match with the new striker.",
                "With the new striker the club {o} its first match.",
            ),
            (
                "Supporters had queued for tickets through a night of rain.",
                "Through a rainy night supporters had queued for tickets.",
            ),
        ),
        {
            "number": "How much was the transfer fee for the striker?",
            "date": "When did striker {person} join the football club of {town}?",
            "name": "Which striker joined the football club of {town}?",
            "outcome": "How did the club's first match with the new striker end?",
        },
        ("won", "lost"),
        (3, 80),
    ),
    Scene(
        (
            (
                "An earthquake shook the region of {town} on {date}.",
                "The region of {town} was shaken by an earthquake on {date}.",
            ),
            ("At least {n} houses collapsed in the old town.", "In the old town, at least {n} houses fell down."),
            ("Governor {person} asked the army for help.", "The army's help was asked for by governor {person}."),
            (
                "The dam above the valley was {o} by the quake, engineers said.",
                "Engineers said that the quake {o3} the dam above the valley.",
            ),
        ),
        {
            "number": "How many houses collapsed in the old town?",
            "date": "When did the earthquake shake the region of {town}?",
            "name": "Which governor asked the army for help?",
            "outcome": "What did the quake do to the dam?",
        },
        ("damaged", "not damaged"),
        (12, 96),
    ),
    Scene(
        (
            (
                "Parliament in {town} {o} the bill on fishing rights on {date}.",
                "On {date} the bill on fishing rights was {o} by parliament in {town}.",
            ),
            ("It got {n} votes.", "{N} members voted for it."),
            (
                "Minister {person} had proposed the bill in spring.",
                "The bill had been proposed by minister {person} in spring.",
            ),
            (
                "Trawlers from abroad have fished in these waters for decades.",
                "For decades, foreign trawlers have fished these waters.",
            ),
        ),
        {
            "number": "How many votes did the bill on fishing rights get?",
            "date": "When did parliament decide on the bill on fishing rights?",
            "name": "Which minister had proposed the bill on fishing rights?",
            "outcome": "Did parliament pass the bill on fishing rights?",
        },
        ("passed", "rejected"),
        (101, 340),
    ),
)


@dataclass(frozen=True)
class Pair:
    """Two articles as sentences, the question whose answer was changed, and which point that is."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    question: str
    point: str


def fill(template: str, values: dict[str, str]) -> str:
    return template.format(**values)


def values_of(scene: Scene, rng: random.Random) -> dict[str, str]:
    person, town = rng.choice(PEOPLE), rng.choice(TOWNS)
    low, high = scene.counts
    count = rng.randint(low, high)
    positive, negative = scene.outcome
    return {
        "person": person[0],
        "town": town[0],
        "n": str(count),
        "N": str(count),
        "date": f"{rng.randint(1, 27)} {rng.choice(MONTHS)} 2023",
        "o": positive,
        "o2": positive,
        "o3": positive,
        "_person": person[1],
        "_town": town[1],
        "_o": negative,
    }


def changed(values: dict[str, str], point: str, rng: random.Random) -> dict[str, str]:
    new = dict(values)
    if point == "number":
        count = int(values["n"])
        other = rng.choice([round(count * 1.4) + 1, max(1, round(count * 0.6)), count + 3 + count // 8])
        new["n"] = new["N"] = str(other)
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
        new["o"] = new["o2"] = new["o3"] = values["_o"]
        new["o3"] = "did not damage" if values["_o"] == "not damaged" else values["_o"]
    return new


def reworded(values: dict[str, str], rng: random.Random) -> dict[str, str]:
    """The same in other precision."""
    new = dict(values)
    count = int(values["n"])
    if count >= 20:
        rounded = round(count, -1 if count < 200 else -2)
        if abs(rounded - count) <= 0.09 * count:
            new["n"], new["N"] = f"about {rounded}", f"About {rounded}"
    day, month, year = values["date"].split()
    new["date"] = rng.choice([f"{month} {day}, {year}", f"{day} {month}", values["date"]])
    new["person"] = rng.choice([values["person"], values["person"].split()[-1]])
    return new


def pair(same: bool, rng: random.Random) -> Pair:
    scene = rng.choice(SCENES)
    point = rng.choice(("number", "date", "name", "outcome"))
    values = values_of(scene, rng)
    if scene.outcome[0] == "damaged":
        values["o3"] = "damaged"
    others = reworded(values, rng) if same else changed(values, point, rng)
    # A pair with a change is mostly in the same words, as reprints and agencies' reports are; one without is reworded.
    reword = 0.8 if same else 0.25
    one = tuple(fill(first, values) for first, _ in scene.sentences)
    other = tuple(fill(wordings[rng.random() < reword], others) for wordings in scene.sentences)
    return Pair(one, other, fill(scene.questions[point], values), point)


def evidence(sentences: tuple[str, ...], name: str, published: str) -> Evidence:
    text = " ".join(sentences)
    return Evidence(
        name, None, None, f"The {name.title()}", published, f"{name}.txt", name, text, 0, len(text), 1.0, 0.6
    )


def found(answerer: ExtractiveAnswerer, one: Evidence, other: Evidence, question: str) -> list[str]:
    draft = answerer.answer(question, [one, other])
    return [f"{d.kind}: {d.groups[0][0].text} / {d.groups[1][0].text}" for d in draft.disputes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="show what went wrong")
    parser.add_argument("--seed", type=int, default=1, help="draw other pairs")
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311 - no secret
    pairs = [(same, pair(same, rng)) for same in (False, True) for _ in range(PAIRS)]
    answerer = ExtractiveAnswerer()
    outcomes: dict[str, list[bool]] = {}
    for same, each in pairs:
        one, other = evidence(each.one, "courier", "2023-12-01"), evidence(each.other, "herald", "2023-12-02")
        shown = found(answerer, one, other, each.question)
        outcomes.setdefault("false alarms" if same else "found", []).append(bool(shown))
        if not same:
            outcomes.setdefault(f"found, {each.point}", []).append(bool(shown))
        if options.errors and bool(shown) == same:
            print("same" if same else each.point, each.question, *each.one, "|", *each.other, shown, sep="\n  ")
    for measure, results in sorted(outcomes.items()):
        low, high = wilson(sum(results), len(results))
        print(f"{measure:15} {sum(results) / len(results):.3f} ({low:.3f} to {high:.3f}) of {len(results)}")


if __name__ == "__main__":
    main()
