"""From the public sets to lists: a question, passages with their sentences, and which of these answer it, if any."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from eval.reader.facts import make_fact
from eval.reader.statements import Swap, make_statement
from qabot.models.reader import ReaderSentence
from qabot.text.sentences import sentence_spans

PASSAGE_CHARACTERS = 700  # of a long text's windows
LONGEST = 3600  # characters of a list's passages
OF_AN_EPOCH = {"timeqa": 0.1, "ramdocs": 0.6}  # few kinds of question, each many times over
HELD_OUT_PERCENT = 15
Span = tuple[int, int]


@dataclass(frozen=True)
class ReadPassage:
    """A passage, its sentences, and the answers in it: sentence number to spans (characters of the passage).

    `unsure` are sentences of which it is not known whether they answer the question: they are left out of the loss.
    """

    text: str
    title: str
    sentences: tuple[Span, ...]
    gold: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    unsure: frozenset[int] = frozenset()

    def without(self, numbers: Iterable[int]) -> ReadPassage:
        """The passage with these sentences taken out."""
        gone = set(numbers)
        kept = [self.text[start:end] for i, (start, end) in enumerate(self.sentences) if i not in gone]
        return _passage(kept, self.title)

    def with_sentence(self, sentence: str, at: int) -> ReadPassage:
        """The passage with a sentence put in before number `at`, and no answers."""
        kept = [self.text[start:end] for start, end in self.sentences]
        return _passage([*kept[:at], sentence, *kept[at:]], self.title)

    def without_answer(self) -> ReadPassage | None:
        """The passage with its answer taken out of its sentence, "in 1998" and the like; None where it is no such."""
        if [len(spans) for spans in self.gold.values()] != [1]:
            return None
        [(number, [(start, end)])] = self.gold.items()
        first = self.sentences[number][0]
        phrase = _PHRASE.search(self.text[first:start])
        if not phrase or self.text.count(self.text[start:end]) > 1:
            return None
        return self.without_phrase(number, (first + phrase.start(), end))

    def without_phrase(self, number: int, phrase: Span) -> ReadPassage:
        """The passage with a phrase of sentence `number` taken out."""
        kept = [self.text[a:b] for a, b in self.sentences]
        first, after = self.sentences[number]
        kept[number] = re.sub(r"\s+(?=[\s,.;:!?])", "", self.text[first : phrase[0]] + self.text[phrase[1] : after])
        return _passage(kept, self.title)

    def to_read(self) -> list[ReaderSentence]:
        """As the reader takes it."""
        return [ReaderSentence(self.text[start:end], self.text[:start], self.title) for start, end in self.sentences]


@dataclass(frozen=True)
class Question:
    """A question, the passages that answer it, others of the same subject that do not, and where it is from."""

    identity: str
    source: str
    group: str  # what is held out together: an article, a page
    text: str
    gold: tuple[ReadPassage, ...]
    others: tuple[ReadPassage, ...]


@dataclass(frozen=True)
class Listing:
    """What the network is trained on: a question and the passages it is to choose among."""

    question: str
    passages: tuple[ReadPassage, ...]


def held_out(group: str) -> bool:
    """Whether what is of this group (an article, a page) is kept from training."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % 100 < HELD_OUT_PERCENT


def load(bench: Path) -> list[Question]:
    """All questions of the sets that the reader may be trained on."""
    return [*xquad(bench), *qed(bench), *timeqa(bench), *ramdocs(bench)]


def xquad(bench: Path) -> Iterator[Question]:
    """XQuAD's English questions; the other passages are the other paragraphs of the article."""
    for number, article in enumerate(json.loads((bench / "xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]):
        paragraphs = [paragraph["context"] for paragraph in article["paragraphs"]]
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                spans = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in asked["answers"]]
                gold = _marked(paragraph["context"], "", spans)
                others = tuple(_marked(p, "", []) for p in paragraphs if p != paragraph["context"])
                yield Question(asked["id"], "xquad", f"xquad {number}", asked["question"], (gold,), others)


def qed(bench: Path) -> Iterator[Question]:
    """QED: questions that people typed into a search engine."""
    for row in _rows(bench / "qed/qed.jsonl.gz"):
        marked = [a["paragraph_reference"] for a in row["annotation"].get("answer", ())]
        marked = marked or row["original_nq_answers"][0]  # no one sentence explains it
        text, spans = _natural(row["paragraph_text"], [(m["start"], m["end"]) for m in marked])
        gold = _marked(text, row["title_text"], spans)
        yield Question(str(row["example_id"]), "qed", f"qed {row['title_text']}", row["question_text"], (gold,), ())


def timeqa(bench: Path) -> Iterator[Question]:
    """TimeQA, easy and hard; the others are windows of the same page, some with the answer at another time."""
    for kind in ("easy", "hard"):
        for row in _rows(bench / f"timeqa/{kind}.jsonl.gz"):
            spans = [(a, b) for a, b, target in zip(row["from"], row["end"], row["targets"], strict=True) if target]
            text, spans = _natural(row["context"], spans)
            page = row["idx"].split("#")[0]
            title = page.removeprefix("/wiki/").replace("_", " ")
            names = {text[a:b] for a, b in spans}
            years = set(re.findall(r"\b\d{4}\b", row["question"]))
            gold, others = [], []
            for window in _windows(text, title, spans):
                said = {i: _find(window, i, names) for i in range(len(window.sentences))}
                sure = {i: s for i, s in said.items() if s and (i in window.gold or years & _years(window, i))}
                window = replace(window, gold=sure, unsure=frozenset(i for i, s in said.items() if s and i not in sure))
                (gold if sure else others).append(window)
            shared = sorted(others, key=lambda w: -_shared(row["question"], w.text))[:12]
            yield Question(
                f"{row['idx']} {kind}", "timeqa", f"timeqa {page}", row["question"], tuple(gold), tuple(shared)
            )


def ramdocs(bench: Path) -> Iterator[Question]:
    """RAMDocs: retrieved snippets; also one that is misinformed answers the question."""
    for number, row in enumerate(_rows(bench / "ramdocs/ramdocs.jsonl.gz")):
        gold, others = [], []
        answers = [*row["gold_answers"], *row["wrong_answers"]]
        for document in row["documents"]:
            text = document["text"]
            found = [m.span() for m in re.finditer(re.escape(document["answer"]), text)]
            if document["answer"] != "unknown" and found:
                gold.append(_marked(text, "", found))
            elif not any(a.lower() in text.lower() for a in answers):
                others.append(_marked(text, "", []))
        yield Question(
            f"ramdocs {number}", "ramdocs", f"ramdocs {row['question']}", row["question"], tuple(gold), tuple(others)
        )


class Sampler:
    """Draws the lists of an epoch: answered or near misses of several kinds, with similar passages for company."""

    def __init__(self, questions: Sequence[Question], rng: random.Random, swap: Swap) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._rng, self._swap, self._questions = rng, swap, [q for q in questions if q.gold or q.others]
        pool = {p.text: p for q in self._questions for p in (*q.gold, *q.others)}
        self._pool = [replace(p, gold={}, unsure=frozenset()) for p in pool.values()]
        words = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit([p.text for p in self._pool])
        matrix = words.transform([p.text for p in self._pool]).T.tocsr()
        alike = words.transform([q.text for q in self._questions]) @ matrix
        self._alike = [row.indices[row.data.argsort()[::-1][:12]].tolist() for row in alike]
        self._titled: dict[str, list[ReadPassage]] = {}
        for passage in self._pool:
            self._titled.setdefault(passage.title, []).append(passage)
        self._names = names_asked_about(self._questions)

    def epoch(self, made_up: float, stated: float) -> list[Listing]:
        """One list a question (of some sets a part, anew each time), with shares of made-up facts and of statements."""
        shares = [OF_AN_EPOCH.get(question.source, 1.0) for question in self._questions]
        drawn = [self._draw(i) for i, share in enumerate(shares) if self._rng.random() < share]
        lists = [listing for listing in drawn if listing and sum(len(p.text) for p in listing.passages) < LONGEST]
        for made, wanted in ((self._made_up, round(len(lists) * made_up)), (self._stated, round(len(lists) * stated))):
            lists += itertools.islice((listing for _ in itertools.count() if (listing := made())), wanted)
        self._rng.shuffle(lists)
        return lists

    def _draw(self, number: int) -> Listing | None:
        rng, question = self._rng, self._questions[number]
        others = list(question.others)
        rng.shuffle(others)
        answers = {p.text[a:b].lower() for p in question.gold for spans in p.gold.values() for a, b in spans}
        near = [self._pool[i] for i in self._alike[number]]
        alike = [p for p in near if not any(answer in p.text.lower() for answer in answers)]
        company = [*others[:2], *rng.sample(alike, min(len(alike), 2))]
        rng.shuffle(company)
        asked, passages = question.text, company[: rng.choice((0, 0, 1, 1, 2))]
        kind = rng.random()
        gold = rng.choice(question.gold) if question.gold else None
        if gold and kind < 0.6:
            passages = [gold, *passages]
        elif gold and kind < 0.68 and (silent := gold.without_answer()):
            passages = [silent, *passages]
        elif gold and kind < 0.79:
            if len(gold.sentences) > len(gold.gold | dict.fromkeys(gold.unsure)):
                passages = [gold.without([*gold.gold, *gold.unsure]), *passages]
            else:
                passages = company[:2]
        elif gold and kind < 0.97 and (other := altered(question, gold, self._names, rng)):
            asked, passages = other, [replace(gold, gold={}, unsure=frozenset()), *passages[:1]]
        else:
            passages = company[: rng.choice((1, 1, 2))]
        rng.shuffle(passages)
        return Listing(_styled(asked, rng), tuple(_restyled(p, rng) for p in passages)) if passages else None

    def _made_up(self) -> Listing | None:
        rng = self._rng
        passage = rng.choice(self._pool)
        fact = make_fact(passage.text, rng)
        if not fact or not passage.sentences:
            return None
        at = rng.randrange(len(passage.sentences) + 1)
        passage = passage.with_sentence(fact.sentence, at)
        if fact.span and at < len(passage.sentences):
            start = passage.text.find(fact.sentence)
            spans = tuple((start + a, start + b) for a, b in [fact.span])
            number = next(i for i, (a, b) in enumerate(passage.sentences) if a <= spans[0][0] < b)
            passage = replace(passage, gold={number: spans})
        company = [rng.choice(self._pool)] if rng.random() < 0.2 else []
        passages = [passage, *company]
        rng.shuffle(passages)
        return Listing(_styled(fact.question, rng), tuple(_restyled(p, rng) for p in passages))

    def _stated(self) -> Listing | None:
        """A question made from a statement; a third of them with the sentence, or the phrase of it, taken out."""
        rng, passage = self._rng, self._rng.choice(self._pool)
        made = make_statement(passage.text, passage.sentences, passage.title, self._swap, rng)
        if not made:
            return None
        answer = passage.text[slice(*made.answer)].lower()
        alike = {i for i, (a, b) in enumerate(passage.sentences) if answer in passage.text[a:b].lower()} - {
            made.sentence
        }
        kind = rng.random()
        if kind < 0.66:
            passage = replace(passage, gold={made.sentence: (made.answer,)}, unsure=frozenset(alike))
        elif kind < 0.83 or alike:
            passage = passage.without({made.sentence, *alike})
        else:
            passage = passage.without_phrase(made.sentence, made.phrase)
        others = [
            p for p in self._titled.get(passage.title, ()) if p.text != passage.text and answer not in p.text.lower()
        ]
        company = rng.sample(others, min(len(others), rng.choice((0, 0, 1, 1))))
        passages = [p for p in (passage, *company) if p.sentences]
        rng.shuffle(passages)
        return Listing(made.question, tuple(_restyled(p, rng) for p in passages)) if passages else None


def names_asked_about(questions: Iterable[Question]) -> dict[str, list[str]]:
    """The names in questions, by their kind."""
    names: dict[str, list[str]] = {}
    for question in questions:
        for kind, name in _question_names(question.text):
            names.setdefault(kind, []).append(name)
    return names


def altered(
    question: Question, gold: ReadPassage, names: Mapping[str, Sequence[str]], rng: random.Random
) -> str | None:
    """The question about another name, country, year or attribute, so that the passage does not answer it.

    Args:
        question: one that `gold` answers.
        gold: the passage.
        names: to choose another from, by their kind, as of `names_asked_about`.
        rng: draws what is altered.
    """
    text = " ".join(p.text for p in question.gold)
    answering = " ".join(gold.text[slice(*gold.sentences[i])] for i in gold.gold)
    if rng.random() < 0.3 and (swapped := _other_attribute(question)):
        return swapped
    if rng.random() < 0.5 and (elsewhere := _other_country(question.text, gold.text, answering, rng)):
        return elsewhere
    mine = [(kind, name) for kind, name in _question_names(question.text) if name in text]
    if not mine:
        return None
    kind, name = rng.choice(mine)
    if kind == "year":
        other = str(int(name) + rng.choice((-30, -12, -7, -5, 5, 8, 14, 40)))
    elif rng.random() < 0.5 and (near := [n for n in _named(gold.text, kind) if n not in answering]):
        other, text = rng.choice(near), answering  # whom the passage names too: the nearest of misses
    else:
        other = rng.choice(names[kind])
    shared = set(name.lower().split()) & set(other.lower().split())
    return None if shared or other in text or other in question.text else question.text.replace(name, other)


_PHRASE = re.compile(r"\s(?:in|on|at|by|from|since|until|for|to|near|with|of|as|after|before|through) (?:the |an? )?$")
_WHEN = re.compile(
    r"\d|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|century)\b"
)
_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*")
_WHERE = re.compile(r"\b(?:in|at|near|from|to|of|on) (?:the )?[A-Z]")
_NAME = re.compile(r"(?<!^)\b[A-Z][\w'’-]*(?: (?:of|the|and|de) [A-Z][\w-]*| [A-Z][\w-]*)*")


def _other_attribute(question: Question) -> str | None:
    """'When was' for 'Where was' and the like, where no sentence that answers the one can answer the other."""
    answering = " ".join(p.text[slice(*p.sentences[i])] for p in question.gold for i in p.gold)
    swaps = [
        ("When", "Where", _WHERE),
        ("Where", "When", _WHEN),
        ("In what year", "In which city", _WHERE),
        ("What year", "What city", _WHERE),
        ("How many", "Whose", None),
    ]
    for mine, other, said in swaps:
        if said and question.text.lower().startswith(mine.lower()) and not said.search(answering):
            return other + question.text[len(mine) :]
    return None


def _other_country(question: str, passage: str, answering: str, rng: random.Random) -> str | None:
    """The question about another country: one that the passage names beside its answer, or any."""
    names = country_forms()
    mine = [form for form in names if re.search(rf"\b{re.escape(form)}\b", question)]
    if not mine:
        return None
    form = rng.choice(mine)
    country, kind = names[form]
    alike = [other for other, (of, same) in names.items() if same == kind and of != country]
    beside = [other for other in alike if re.search(rf"\b{re.escape(other)}\b", passage)]
    other = rng.choice(beside if beside and rng.random() < 0.5 else alike)
    if names[other][0] in {of for name, (of, _) in names.items() if re.search(rf"\b{re.escape(name)}\b", answering)}:
        return None
    return re.sub(rf"\b{re.escape(form)}\b", other, question)


@cache
def country_forms() -> dict[str, tuple[str, str]]:
    """Names, adjectives and capitals of countries: to which country each belongs, and which of the three it is."""
    from countryinfo import all_countries

    forms: dict[str, tuple[str, str]] = {}
    for country in all_countries():
        facts = country.info()
        for kind in ("name", "demonym", "capital"):
            if (form := str(facts.get(kind) or "")) and form[0].isupper():
                forms.setdefault(form, (str(facts["name"]), kind))
    return forms


def _named(text: str, kind: str) -> list[str]:
    names = [match.group(1) for match in re.finditer(rf"(?<=[a-z,] )({_NAME.pattern})", text)]
    return [n for n in names if len(n) > 2 and (" " in n) == (kind == "long") and not _MONTH.fullmatch(n)]


def _question_names(text: str) -> list[tuple[str, str]]:
    years = [("year", year) for year in re.findall(r"\b(?:1[5-9]|20)\d\d\b", text)]
    names = [match.group() for match in _NAME.finditer(text) if not _MONTH.fullmatch(match.group())]
    return years + [("long" if " " in name else "short", name) for name in names if len(name) > 2]


def _styled(question: str, rng: random.Random) -> str:
    if not question.endswith("?") and rng.random() < 0.5:
        question = question[0].upper() + question[1:] + "?"
    if rng.random() < 0.1:
        question = question.rstrip("?")
    return question.replace("'", "’") if rng.random() < 0.15 else question


def _restyled(passage: ReadPassage, rng: random.Random) -> ReadPassage:
    """Sometimes without its title, sometimes in typographic quotes (of the same length, so that spans hold)."""
    if rng.random() < 0.4:
        passage = replace(passage, title="")
    if rng.random() < 0.3:
        text = re.sub(r'(?<!\w)"', "“", passage.text).replace('"', "”").replace("'", "’")
        passage = replace(passage, text=text)
    return passage


def _rows(path: Path) -> list[dict]:  # type: ignore[type-arg]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _passage(sentences: Sequence[str], title: str) -> ReadPassage:
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return ReadPassage(" ".join(sentences), title, tuple(spans))


def _marked(text: str, title: str, spans: Sequence[Span]) -> ReadPassage:
    sentences = tuple(sentence_spans(text))
    gold: dict[int, tuple[Span, ...]] = {}
    for start, end in spans:
        for number, (first, after) in enumerate(sentences):
            if first <= start < after:
                gold[number] = (*gold.get(number, ()), (start, min(end, after)))
    return ReadPassage(text, title, sentences, gold)


def _windows(text: str, title: str, spans: Sequence[Span]) -> Iterator[ReadPassage]:
    """Windows of whole sentences, each of at most PASSAGE_CHARACTERS where its first sentence allows."""
    sentences = sentence_spans(text)
    first = 0
    for i, (_, end) in enumerate(sentences):
        if i + 1 == len(sentences) or sentences[i + 1][1] - sentences[first][0] > PASSAGE_CHARACTERS:
            begin = sentences[first][0]
            window = _marked(text[begin:end], title, [(a - begin, b - begin) for a, b in spans if begin <= a < end])
            if len(window.text) < 3 * PASSAGE_CHARACTERS:
                yield window
            first = i + 1


def _find(passage: ReadPassage, number: int, names: Iterable[str]) -> tuple[Span, ...]:
    start, end = passage.sentences[number]
    return tuple(
        (start + m.start(), start + m.end())
        for name in names
        for m in re.finditer(rf"\b{re.escape(name)}\b", passage.text[start:end])
    )


def _years(passage: ReadPassage, number: int) -> set[str]:
    return set(re.findall(r"\b\d{4}\b", passage.text[slice(*passage.sentences[number])]))


def _shared(question: str, text: str) -> int:
    return len(set(re.findall(r"\w{4,}", question.lower())) & set(re.findall(r"\w{4,}", text.lower())))


# What a tokeniser set apart: spaces to take out, and quotation marks spelt as two characters.
_TOKENISED = re.compile(
    r" (?=[,.;:!?%)\]}])| (?=n't\b)| (?='(?:s|re|ve|ll|d|m)?\b)|(?<=[(\[{$£€]) | (?=[-–] \w)|(?<=\w [-–]) (?=\w)|``|''"
)


def _natural(text: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """Tokenised text as people write it, roughly, with the spans where they then are."""
    kept: list[str] = []
    where = [0] * (len(text) + 1)  # of each old character in the new text
    length = at = 0
    for match in _TOKENISED.finditer(text):
        for i in range(at, match.start()):
            where[i] = length + i - at
        kept.append(text[at : match.start()])
        length += match.start() - at
        where[match.start()] = length
        if match.group() in ("``", "''"):
            kept.append('"')
            where[match.start() + 1] = length
            length += 1
        at = match.end()
    for i in range(at, len(text) + 1):
        where[i] = length + i - at
    kept.append(text[at:])
    natural = "".join(kept)
    moved = [(where[a], where[b - 1] + 1) for a, b in spans]
    return natural, moved
