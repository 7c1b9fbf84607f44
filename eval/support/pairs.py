"""Statements about texts, true and false, made by rule from public sets: what the support network is trained on."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.support.changes import Change, Changes, Surroundings
from eval.support.tagged import Token, Tokens, inflected, name_runs, noun_phrase_from, tagged, written
from qabot.answering.entailment import sentences_of

HELD_OUT_PERCENT = 12
MOST_CHARS = 4000  # of a text
_KINDS = re.compile(r"\d")


@dataclass(frozen=True)
class Asked:
    """A question about a text and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Text:
    """A text, what is asked about it, and sentences that were written about it from its passages."""

    group: str
    text: str
    asked: tuple[Asked, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """Its sentences that say something."""
        return [s for s in sentences_of([self.text]) if 6 <= len(s.split()) <= 45 and s[-1] in '.!?”"']


@dataclass(frozen=True)
class Example:
    """A statement about a text, whether the text supports it, and how it was made."""

    statement: str
    text: str
    supported: bool
    kind: str
    group: str = field(compare=False, default="")


def held_out(group: str) -> bool:
    """True if what is of this group is kept from training."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % 100 < HELD_OUT_PERCENT


def load(bench: Path) -> list[Text]:
    """Return the texts of the sets that may be trained on."""
    texts = (*_xquad(bench), *_qed(bench), *_mtrag(bench), *_timeqa(bench), *_ramdocs(bench))
    return [text for text in texts if len(text.sentences) > 1]


def _xquad(bench: Path) -> Iterator[Text]:
    for number, article in enumerate(json.loads((bench / "xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]):
        for paragraph in article["paragraphs"]:
            asked = tuple(Asked(q["question"], q["answers"][0]["text"]) for q in paragraph["qas"])
            yield Text(f"xquad {number}", paragraph["context"], asked)


def _qed(bench: Path) -> Iterator[Text]:
    for row in _rows(bench / "qed/qed.jsonl.gz"):
        answers = row["annotation"].get("answer", ())
        asked = tuple(
            Asked(_capital(row["question_text"]), _natural(answer["paragraph_reference"]["string"]))
            for answer in answers[:1]
        )
        yield Text(f"qed {row['title_text']}", _natural(row["paragraph_text"]), asked)


def _mtrag(bench: Path) -> Iterator[Text]:
    for row in _rows(bench / "mtrag-un/tasks.jsonl.gz"):
        text = "\n\n".join(context["text"].strip() for context in row["contexts"])[:MOST_CHARS]
        answered = "ANSWERABLE" in (row.get("answerability") or ())
        about = sentences_of([row["targets"][0]["text"]]) if answered and row["targets"] else []
        if text:
            yield Text(f"mtrag {row['conversation_id']}", text, (), tuple(s for s in about if len(s.split()) >= 6))


def _timeqa(bench: Path) -> Iterator[Text]:
    seen = set()
    for row in _rows(bench / "timeqa/easy.jsonl.gz"):
        page = row["idx"].split("#")[0]
        if page not in seen:
            seen.add(page)
            yield Text(f"timeqa {page}", _natural(row["context"])[:MOST_CHARS])


def _ramdocs(bench: Path) -> Iterator[Text]:
    for number, row in enumerate(_rows(bench / "ramdocs/ramdocs.jsonl.gz")):
        for document in row["documents"][:2]:
            yield Text(f"ramdocs {number}", _natural(document["text"]))


class Maker:
    """Makes examples from texts."""

    def __init__(self, texts: Sequence[Text], changes: Changes, rng: random.Random) -> None:
        self._texts, self._changes, self._rng = texts, changes, rng
        self._told_of = [text for text in texts if text.asked or text.about]
        self._names = {id(text): names_of(text.sentences) for text in texts}

    def pairs(self, count: int) -> Iterator[tuple[Example, Example]]:
        """Yield pairs from texts drawn at random: a true statement, and a false one that is like it."""
        made = 0
        while made < count:
            text = self._rng.choice(self._told_of if self._rng.random() < 0.6 else self._texts)
            if found := self._pair(text):
                made += 1
                yield found

    def _pair(self, text: Text) -> tuple[Example, Example] | None:
        rng = self._rng
        statement, asked = self._source(text)
        if statement is None:
            return None
        plain = tagged(statement)
        # The true one may be further from the text's words than the false one: what is new to it is not yet false.
        true = self._truly(plain, rng.choice((0, 1, 1)) if asked else rng.choice((1, 2, 3, 4)))
        right = Example(written(true), text.text, True, "asked" if asked else "true", text.group)
        if asked is not None and rng.random() < 0.4:
            other = self._wrong_answer(text, asked)
            return other and (right, Example(other, text.text, False, "answer", text.group))
        base = plain if rng.random() < 0.5 else true
        for kind, change in rng.sample(self._false(self._around(text)), 4):
            wrong = change(base, rng)
            if wrong and written(wrong) != right.statement and written(wrong) not in text.text:
                return right, Example(written(wrong), text.text, False, kind, text.group)
        return None

    def _source(self, text: Text) -> tuple[str | None, Asked | None]:
        """Return what the text says, in its own words or in those of a question and its answer."""
        rng = self._rng
        if text.asked and rng.random() < 0.8:
            asked = rng.choice(text.asked)
            return as_statement(asked.question, asked.answer, rng), asked
        if text.about and rng.random() < 0.9:
            return rng.choice(text.about), None
        return (rng.choice(text.sentences), None) if text.sentences else (None, None)

    def _truly(self, tokens: tuple, times: int) -> tuple:  # type: ignore[type-arg]
        changes: list[Change] = [
            self._changes.synonyms, self._changes.shortened, self._changes.core, self._changes.core,
            self._changes.passive,
            self._changes.date, self._changes.digits, self._changes.apposition, self._changes.clause,
            self._changes.said, self._changes.not_the_opposite,
        ]  # fmt: skip
        done = 0
        if times and self._rng.random() < 0.7 and (changed := self._changes.synonyms(tokens, self._rng)):
            tokens, done = tagged(written(changed)), 1
        for change in self._rng.sample(changes[1:], len(changes) - 1):
            if done == times:
                break
            if changed := change(tokens, self._rng):
                tokens, done = tagged(written(changed)), done + 1
        return tokens

    def _false(self, around: Surroundings) -> list[tuple[str, Change]]:
        changes = self._changes
        return [
            ("name", changes.name(around)), ("name", changes.name(around)), ("number", changes.number),
            ("negation", changes.negated), ("opposite", changes.opposite), ("relation", changes.exchanged),
            ("negation", changes.negated), ("opposite", changes.opposite), ("relation", changes.hybrid(around)),
            ("relation", changes.exchanged), ("relation", changes.hybrid(around)),
            ("invented", changes.invented(around)), ("word", changes.sister),
        ]  # fmt: skip

    def _around(self, text: Text) -> Surroundings:
        other = self._rng.choice(self._texts)
        return Surroundings(
            self._names[id(text)], text.sentences, other.sentences or text.sentences, self._names[id(other)]
        )

    def _wrong_answer(self, text: Text, asked: Asked) -> str | None:
        """Return the question with another answer that the text has the words for."""
        kind = bool(_KINDS.search(asked.answer))
        others = [a.answer for a in text.asked] + [n for n in self._names[id(text)] if not kind]
        if kind:
            others += re.findall(r"\b\d[\d,.]*\d\b(?: (?:percent|million|billion|years))?", text.text)
        right = asked.answer.lower()
        alike = [
            o for o in others if bool(_KINDS.search(o)) == kind and o.lower() not in right and right not in o.lower()
        ]
        alike = [o for o in alike if o.lower() not in asked.question.lower()]
        return as_statement(asked.question, self._rng.choice(alike), self._rng) if alike else None


def names_of(sentences: Iterable[str]) -> list[str]:
    """Return the names in sentences, without those that begin one."""
    found: dict[str, None] = {}
    for sentence in sentences:
        tokens = tagged(sentence)
        for first, after in name_runs(tokens):
            if first:
                found["".join(t.space + t.text for t in tokens[first:after]).strip().removesuffix("'s")] = None
    return list(found)


def _rows(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _capital(question: str) -> str:
    return question[:1].upper() + question[1:]


def _natural(text: str) -> str:
    """Tokens of Wikipedia data sets as text: no blank before a comma, none inside brackets."""
    text = re.sub(r"\s+([.,;:!?%)\]’])", r"\1", re.sub(r"([(\[])\s+", r"\1", text))
    text = re.sub(r"\s+('s|n't|'re|'ve)\b", r"\1", re.sub(r"(\w) - (\w)", r"\1-\2", text))
    text = re.sub(r"(?:``|'')\s*", '"', text)
    return re.sub(r"\$ (?=\d)", "$", text)


# -- questions as statements -------------------------------------------------------------------------------------------


_ASKING = re.compile(r"\b(who|whom|what|which|when|where|how (?:many|much|long|old|far))\b", re.IGNORECASE)
_OF_TIME = re.compile(r"^(?:in|on|at|by|during|since|before|after|from|between)\b", re.IGNORECASE)


def as_statement(question: str, answer: str, rng: random.Random) -> str:
    """Return the question with its answer in the place of what it asks for.

    "Who won?" becomes "Ann won.", "When did Ann win?" "Ann won in 1974.", "Where was Ann born?" "Ann was born in
    Oslo."; what fits no rule "In Oslo: Ann's birthplace" or the like.
    """
    asked = question.strip().rstrip("?").strip()
    answer = answer.strip().rstrip(".,;:")
    found = _ASKING.search(asked)
    if not found:
        return f"{asked[:1].upper()}{asked[1:]}: {answer}."
    word, before, after = found[1].lower(), asked[: found.start()], asked[found.end() :]
    tokens = tagged(f"{after.strip()} .")[:-1]
    at = 0
    if word in ("which", "what", "how many", "how much"):
        at = noun_phrase_from(tokens, 0)
    noun = "".join(token.space + token.text for token in tokens[:at]).strip()
    said = answer if not noun or word in ("what", "which") else f"{answer} {noun.removesuffix(answer).strip()}"
    rest = tokens[at:]
    if not rest:
        return f"{asked[:1].upper()}{asked[1:]}: {answer}."
    aux = rest[0]
    if aux.lemma == "do" and len(rest) > 2:
        return _did(before, said, rest, word)
    if aux.tag in ("VBD", "VBZ", "VBB", "VM0", "VHD", "VHZ", "VHB") and (word not in ("who", "what", "which") or noun):
        end = noun_phrase_from(rest, 1) or (2 if len(rest) > 1 and rest[1].tag == "PNP" else 0)
        if end and end > 1 and end < len(rest) and rest[end].tag[:2] in ("VV", "VB", "AJ", "PR", "VH", "XX"):
            subject, tail = _text(rest[1:end]), _text(rest[end:])
            return _sentence(f"{subject} {aux.text} {tail} {_place(said, word, before)}")
    if aux.tag in ("VBD", "VBZ", "VBB") and word in ("who", "what") and not noun and rng.random() < 0.4:
        return _sentence(f"{_text(rest[1:])} {aux.text} {said}")
    return _sentence(f"{before} {said} {_text(rest)}")


def _did(before: str, said: str, rest: Tokens, word: str) -> str:
    """For "did Ann win" "Ann won"."""
    aux = rest[0]
    verb = next((i for i, t in enumerate(rest) if i > 1 and t.tag in ("VVB", "VVI", "VDI", "VHI", "VBI")), 0)
    if not verb:
        return _sentence(f"{_text(rest[1:])} {aux.text} so: {said}")
    tag = {"VDD": "VVD", "VDZ": "VVZ"}.get(aux.tag, "VVB")
    if rest[verb - 1].tag == "XX0":
        done = f"{aux.text} {_text(rest[verb - 1 : verb + 1])}"
        subject = _text(rest[1 : verb - 1])
    else:
        done, subject = inflected(rest[verb].lemma, tag), _text(rest[1:verb])
    tail = _text(rest[verb + 1 :])
    if word in ("when", "where"):
        return _sentence(f"{subject} {done} {tail} {_place(said, word, before)}")
    ends_in_preposition = bool(re.search(r"\b(?:in|on|at|to|for|with|by|from|of|about|against|into|as)$", tail))
    if before.strip().lower() in ("in", "on", "at", "to", "for", "with", "by", "from", "of", "during"):
        return _sentence(f"{subject} {done} {tail} {before.strip().lower()} {said}")
    return _sentence(f"{subject} {done} {tail} {said}" if ends_in_preposition else f"{subject} {done} {said} {tail}")


def _place(said: str, word: str, before: str) -> str:
    if before.strip():
        return f"{before.strip().lower()} {said}"
    return said if word not in ("when", "where") or _OF_TIME.match(said) else f"in {said}"


def _text(tokens: Tokens | tuple[Token, ...]) -> str:
    return "".join(token.space + token.text for token in tokens).strip()


def _sentence(text: str) -> str:
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split())).strip(" ,;:")
    return f"{text[:1].upper()}{text[1:].rstrip('.!?;,: ')}."
