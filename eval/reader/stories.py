"""Invented news stories with questions, as training examples: what the public sets hardly have.

`stories/*.txt` hold families of articles that are easily confused, with questions that some of them answer, near misses
that none answers, and questions of yes or no and statements; stories/README.md says how they are written down. Each
question is asked of the articles that answer it and of the others, which do not; of a long article it is asked of the
passages that it is cut into, as articles are for retrieval.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.reader.layout import Example, Layout, held_out
from qabot.answering.entailment import around
from qabot.models.reader import heading, leaning
from qabot.store.passages import LONGEST
from qabot.text.sentences import sentence_spans

FOLDER = Path(__file__).parent / "stories"
SILENT, UNANSWERED, UNJUDGED = 0.35, 0.45, 0.1
"""How often a question is asked of an article that does not answer it, where another does and where none does; and how
often what is to be judged is judged by an article that tells nothing of it."""
BESIDE = 0.35
"""How often a question of yes or no is judged by a sentence of a passage that tells nothing of it."""
VERIFIED = 0.15
"""How often a question is judged together with an answer to it, a right or a wrong one, by the same articles."""
ANSWER_TOLD = 0.8
"""How often a follow-up is asked with the answer to the question before it, and not with that question alone."""
PART = (400, 800)
"""A passage of a long article goes on for so many characters, and then to the end of its paragraph."""
LONG = 2.0
"""A long article counts as so many short ones, where it is drawn whether one that says nothing is read."""
TITLED, DATED = 0.85, 0.7
"""How often an article stands under its title, and under its day."""

_HEAD = re.compile(r"@ (?P<day>\d{4}-\d\d-\d\d) \| (?P<title>.+)")
_ANSWER = re.compile(r"A(?P<article>\d) (?P<words>.+?)(?: \| (?P<around>.+))?")
_JUDGED = re.compile(r"(?P<form>[YC])(?P<verdicts>(?:[+-]\d)+|0) (?P<text>.+)")
_VERDICT = re.compile(r"(?P<sign>[+-])(?P<article>\d)")
_BY = re.compile(r"E(?P<article>\d) (?P<words>.+)")
_LABELS = {"+": "supported", "-": "refuted"}


@dataclass
class Story:
    """One article of a family."""

    day: str
    title: str
    text: str = ""

    def find(self, words: str, around: str | None) -> tuple[int, int]:
        """Return where the words stand in the text; `around` are words with them, where they stand there twice.

        Raises:
            ValueError: if they stand nowhere, or at several places.
        """
        places = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(around or words)}(?!\w)", self.text)]
        if len(places) != 1 or words not in (around or words):
            msg = f"{around or words!r} stands {len(places)} times in {self.title!r}"
            raise ValueError(msg)
        start = places[0] + (around or words).index(words)
        return start, start + len(words)


@dataclass(frozen=True)
class Asked:
    """A question, and by the number of an article where in it the answers stand.

    A follow-up is asked behind another question: ``before``, the first of the conversation, and the answer to the last.
    """

    text: str
    spans: dict[int, list[tuple[int, int]]]
    before: tuple[str, str] | None = None

    def put(self, rng: random.Random) -> str:
        """Return the question as it is put; a follow-up with what it leans on."""
        if self.before is None:
            return self.text
        before, answer = self.before
        return leaning(self.text, before, answer if rng.random() < ANSWER_TOLD else None)


@dataclass(frozen=True)
class Judged:
    """A statement or question of yes or no; by the number of an article its label, and where that is told."""

    text: str
    is_question: bool
    labels: dict[int, str]
    places: dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Family:
    """A few articles and what is asked of them."""

    stories: Sequence[Story]
    asked: Sequence[Asked]
    judged: Sequence[Judged]

    @property
    def is_long(self) -> bool:
        """True if an article is longer than a passage may be."""
        return any(len(story.text) > LONGEST for story in self.stories)

    @classmethod
    def parse(cls, text: str) -> Family:
        """Read a family.

        Raises:
            ValueError: if a line can't be read, or an answer doesn't stand in its article.
        """
        stories: list[Story] = []
        asked: list[Asked] = []
        judged: list[Judged] = []
        first = ""  # question of the conversation
        for line in filter(None, map(str.strip, text.splitlines())):
            if head := _HEAD.fullmatch(line):
                stories.append(Story(head["day"], head["title"]))
            elif line.startswith("Q "):
                asked.append(Asked(line[2:], {}))
                first = line[2:]
            elif line.startswith("F "):
                told = next((stories[n].text[a:b] for n, ((a, b), *_) in asked[-1].spans.items()), "")
                asked.append(Asked(line[2:], {}, (first, told)))
            elif answer := _ANSWER.fullmatch(line):
                number = int(answer["article"]) - 1
                asked[-1].spans.setdefault(number, []).append(stories[number].find(answer["words"], answer["around"]))
            elif judgement := _JUDGED.fullmatch(line):
                verdicts = _VERDICT.finditer(judgement["verdicts"])
                labels = {int(each["article"]) - 1: _LABELS[each["sign"]] for each in verdicts}
                judged.append(Judged(judgement["text"], judgement["form"] == "Y", labels, {}))
            elif (by := _BY.fullmatch(line)) and judged:
                number = int(by["article"]) - 1
                judged[-1].places[number] = stories[number].find(by["words"], None)
            elif stories and not asked and not judged:
                stories[-1].text = f"{stories[-1].text}\n{line}".strip()
            elif line != "A -":
                msg = f"not a line of a family: {line}"
                raise ValueError(msg)
        return cls(stories, asked, judged)

    def examples(self, layout: Layout, rng: random.Random) -> Iterator[Example | None]:
        """Yield the examples of one epoch."""
        parts = self.parts(rng)
        for each in self.asked:
            for part in parts:
                spans = part.spans(each)
                if spans or rng.random() < (SILENT if each.spans else UNANSWERED) * part.share:
                    yield layout.question(each.put(rng), _heading(part.story, rng), part.text, spans)
                if rng.random() < (2 * VERIFIED if spans else VERIFIED / 2 * part.share):
                    yield self._verified(each, part, layout, rng)
        for judged in self.judged:
            for part in parts:
                label = part.label(judged)
                if label or (part.number not in judged.labels and rng.random() < UNJUDGED * part.share):
                    yield layout.claim(judged.text, part.text, label or "not-enough", _heading(part.story, rng))
                if judged.is_question:
                    yield from self._found(judged, part, layout, rng)

    @staticmethod
    def _found(judged: Judged, part: Part, layout: Layout, rng: random.Random) -> Iterator[Example | None]:
        """Yield where a part of an article tells whether something is so, and what is judged by a sentence of it."""
        told = part.tells(judged)
        if told is None:
            return
        if told or rng.random() < UNANSWERED * part.share:
            yield layout.question(judged.text, _heading(part.story, rng), part.text, told, inside=True)
        if told:
            label = judged.labels[part.number]
            yield layout.claim(judged.text, part.sentence(told[0][0]), label, _heading(part.story, rng))
        elif rng.random() < BESIDE * part.share:
            beside = part.sentence(rng.randrange(len(part.text)))
            yield layout.claim(judged.text, beside, "not-enough", _heading(part.story, rng))

    def parts(self, rng: random.Random) -> list[Part]:
        """Return the passages of the articles."""
        return [part for number, story in enumerate(self.stories) for part in _cut(story, number, rng)]

    def _verified(self, question: Asked, part: Part, layout: Layout, rng: random.Random) -> Example | None:
        """An example of a question with an answer behind it, and whether that is right by a part of an article.

        A wrong one is what answers another question by the same part, and is of the same form. None where no question
        is like that.
        """
        right = part.answers(question)
        answer, label = rng.choice(right) if right else "", "supported"
        if not right or rng.random() < 0.5:
            others = [answer for each in self.asked if each is not question for answer in part.answers(each)]
            forms = set(map(_form, self._answers(question)))
            others = [each for each in others if (not forms or _form(each) in forms) and not _alike(each, right)]
            if not others:
                return None
            answer, label = rng.choice(others), "refuted" if right else "not-enough"
        return layout.claim(f"{question.put(rng)} {answer}", part.text, label, _heading(part.story, rng))

    def _answers(self, asked: Asked) -> list[str]:
        """All answers to a question, by whichever article."""
        return [self.stories[number].text[a:b] for number, spans in asked.spans.items() for a, b in spans]


@dataclass(frozen=True)
class Part:
    """A passage of an article, the one of a number in its family; ``share`` is how much of the article it is."""

    number: int
    story: Story
    start: int
    end: int
    share: float

    @property
    def text(self) -> str:
        """The words of the passage."""
        return self.story.text[self.start : self.end]

    def spans(self, asked: Asked) -> list[tuple[int, int]]:
        """Return where in the passage a question is answered."""
        spans = asked.spans.get(self.number, ())
        return [(a - self.start, b - self.start) for a, b in spans if self.start <= a and b <= self.end]

    def answers(self, asked: Asked) -> list[str]:
        """Return the words there that answer it."""
        return [self.text[a:b] for a, b in self.spans(asked)]

    def tells(self, judged: Judged) -> list[tuple[int, int]] | None:
        """Return where in the passage it is told whether it is so; None where its article tells, no one knows where."""
        place = judged.places.get(self.number)
        if place is None:
            return None if self.number in judged.labels else []
        start, end = place
        return [(start - self.start, end - self.start)] if self.start <= start and end <= self.end else []

    def sentence(self, at: int) -> str:
        """Return the sentence at a character of the passage, with its neighbours: so is it judged when it is asked."""
        spans = list(sentence_spans(self.text))
        number = next((n for n, (_, end) in enumerate(spans) if at < end), len(spans) - 1)
        return around([self.text[a:b] for a, b in spans], number)

    def label(self, judged: Judged) -> str | None:
        """Return how it is judged by the passage; None where another passage tells, or it isn't known which one."""
        start, end = judged.places.get(self.number, (self.start, self.end))
        known = self.number in judged.places or self.text == self.story.text
        return judged.labels.get(self.number) if known and self.start <= start and end <= self.end else None


def _cut(story: Story, number: int, rng: random.Random) -> list[Part]:
    """Return the passages of an article, whole paragraphs: all of it where it is no longer than a passage may be."""
    if len(story.text) <= LONGEST:
        return [Part(number, story, 0, len(story.text), 1.0)]
    cut, start, enough = [], 0, rng.uniform(0, PART[1])
    for end in [*(match.start() for match in re.finditer("\n", story.text)), len(story.text)]:
        if end - start >= enough or end == len(story.text):
            cut.append((start, end))
            start, enough = end + 1, rng.uniform(*PART)
    return [Part(number, story, start, end, min(1.0, LONG / len(cut))) for start, end in cut]


def _form(answer: str) -> str:
    """What an answer looks like: a number, a name, a clause, or another word or two."""
    if any(character.isdigit() for character in answer):
        return "number"
    words = answer.split()
    if len(words) > 5:
        return "clause"
    return "name" if words[-1][:1].isupper() else "words"


def _alike(answer: str, right: Sequence[str]) -> bool:
    return any(answer in each or each in answer for each in right)


def families(held: bool = False) -> list[Family]:
    """Return the families that are trained on, or those held out."""
    texts = [text for file in sorted(FOLDER.glob("*.txt")) for text in file.read_text(encoding="utf-8").split("===\n")]
    found = [Family.parse(text) for text in texts if text.strip()]
    return [family for family in found if held_out(family.stories[0].title) is held]


def _heading(story: Story, rng: random.Random) -> str:
    """What the reader reads above an article: its day and title, or only one of them, or nothing."""
    titled, dated = rng.random() < TITLED, rng.random() < DATED
    return heading(story.title if titled else "", story.day if dated else None)
