"""Questions made from statements by rule: a clause of a sentence with what it says at one place asked for.

Real questions are few. These are many, and teach what kind of answer a question word asks for, what "he" refers to,
and that a sentence may say all but what is asked.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Swap = Callable[[str, random.Random], str]

NEAR = 0.55  # cosine of two words that may stand for one another
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NUMBER = r"(?:\d[\d,.]*\d|\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)"
_SUM = (
    rf"[$£€] ?{_NUMBER}(?: (?:million|billion|trillion))?|{_NUMBER}(?: (?:million|billion))? (?:dollars|euros|pounds)"
)
_CAPITAL = r"[A-ZÀ-Þ][\w'’.-]*\w"
_NAMED = rf"{_CAPITAL}(?: (?:of|the|de|von|van|and) {_CAPITAL}| {_CAPITAL})*"
_WHEN = r"\b(?:on|in|since|until|from|of|by)"
_KINDS = {  # kind of answer: where it stands, the group of its text named "a"
    "date": rf"{_WHEN} (?P<a>(?:\d{{1,2}} {_MONTH}|{_MONTH}(?: \d{{1,2}})?)(?:,? \d{{4}})?)",
    "year": rf"{_WHEN} (?P<a>(?:1[5-9]|20)\d\d)\b",
    "sum": rf"(?P<a>{_SUM})",
    "share": rf"(?P<a>{_NUMBER}(?:%| per ?cent))",
    "count": rf"\b(?P<a>{_NUMBER}(?: (?:million|billion|thousand))?)(?= (?P<of>(?:[a-z-]+ )?[a-z-]{{3,}}s)\b)",
    "place": rf"\b(?:in|at|near|from|to) (?P<a>(?:the )?{_NAMED})",
    "agent": rf"\bby (?P<a>(?:the )?{_NAMED})",
    "name": rf"(?P<a>(?:\b[Tt]he )?\b{_NAMED})",
    "role": rf"\b(?P<of>[a-z]{{4,}}) (?P<a>{_CAPITAL} {_CAPITAL})",
    "thing": r"\b(?:is|are|was|were|became|called|with|of|for) (?P<a>(?:an?|the) (?:[a-z-]+ ){0,2}[a-z-]{3,})\b",
}
_SHARES = {
    "date": 2,
    "year": 2,
    "sum": 2,
    "share": 2,
    "count": 2,
    "place": 2,
    "agent": 2,
    "name": 3,
    "role": 2,
    "thing": 1,
}
_ASKS = {
    "date": ("when", "when", "when", "on what date", "what day"),
    "year": ("when", "in what year", "what year", "in which year"),
    "sum": ("how much", "how much", "how much money"),
    "share": ("what percentage", "how much", "what share", "what proportion"),
    "place": ("where",),
    "agent": ("who",),
    "person": ("who",),
    "name": ("what", "which", "who", "what"),
    "thing": ("what",),
}
_QUESTION_WORDS = frozenset("who what which when where how many much".split())
_THINGS = re.compile(
    r"\b(?:University|College|School|City|River|Lake|Party|Company|League|Council|War|Church|Museum|Act|Cup|Club|Island"
    r"|States?|Kingdom|Street|Bridge|House|Army|Group|Treaty|Union|Association|District|County|Theatre|Station|Bank)\b"
)
_AUXILIARY = re.compile(
    r"^(?P<who>.*?)\b(?P<aux>was|were|is|are|had|has|have|can|could|will|would|did|may|must) (?P<rest>.*)$"
)
_PAST = {
    "became": "become", "won": "win", "began": "begin", "made": "make", "took": "take", "left": "leave", "led": "lead",
    "held": "hold", "wrote": "write", "built": "build", "found": "find", "grew": "grow", "came": "come", "went": "go",
    "gave": "give", "lost": "lose", "sold": "sell", "met": "meet", "said": "say", "ran": "run", "bought": "buy",
    "paid": "pay", "sent": "send", "rose": "rise", "fell": "fall", "drew": "draw", "spent": "spend", "saw": "see",
}  # fmt: skip
_VERB = re.compile(rf"\b(?:{'|'.join(_PAST)}|[a-z]{{3,}}ed)\b")
_PRONOUN = re.compile(r"\b(?:He|She|It|he|she|it|They|they|His|Her|Its|his|her|its)\b")
_SMALL = set(
    "When While But And If However Although Since So Some Most Many One Two Both Also Later The A An "
    "In On At He She It They This That These His Her Its Their There As By For From After During".split()
)
_PROSE = re.compile(r"[A-Z\"“'][^|^\[\]{}•=<>_/]*[.!?][\"”']?")
_FOLLOWED = re.compile(
    r"(?:[,.;:)!?'’]|$| (?:and|or|in|on|at|to|of|for|from|by|with|as|is|was|are|were|has|had|have|will|would|could|can"
    r"|that|who|which|until|after|before|during|because|when|while|[a-z]{3,}(?:ed|s))\b)"
)
_CUTS = re.compile(r"(?<=\w)[,;:](?= )| [-–—] | \(|\)")


@dataclass(frozen=True)
class Statement:
    """A question, the number of the sentence that it was made from, the answer's span in the text, and its phrase's."""

    question: str
    sentence: int
    answer: tuple[int, int]
    phrase: tuple[int, int]


class Neighbours:
    """Words that the encoder holds to be alike: its word embeddings' nearest."""

    def __init__(self, encoder: Path) -> None:
        vectors = load_file(encoder / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float32)
        self._vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self._numbers = Tokenizer.from_file(str(encoder / "tokenizer.json")).get_vocab()
        self._words = {number: word for word, number in self._numbers.items()}
        self._known: dict[str, list[str]] = {}

    def __call__(self, word: str, rng: random.Random) -> str:
        """One of the five nearest that are near enough, or the word itself."""
        if word in self._numbers and word not in self._known:
            alike = self._vectors @ self._vectors[self._numbers[word]]
            near = [self._words[int(i)] for i in alike.argsort()[::-1][1:6] if alike[i] > NEAR]
            self._known[word] = [other for other in near if other.isalpha() and len(other) > 2]
        return rng.choice(self._known.get(word) or [word])


def make_statement(
    text: str, sentences: tuple[tuple[int, int], ...], title: str, swap: Swap, rng: random.Random
) -> Statement | None:
    """A question that a sentence of the text answers; None where none could be made of those tried."""
    for number in rng.sample(range(len(sentences)), min(len(sentences), 3)):
        start, end = sentences[number]
        said = text[start:end]
        if not 30 <= len(said) <= 400 or not _PROSE.fullmatch(said) or said.count("–") > 2:
            continue
        found = [(kind, match) for kind, pattern in _KINDS.items() for match in re.finditer(pattern, said)]
        found = [(kind, match) for kind, match in found if _whole(kind, match, said)]
        if not found:
            continue
        kind, match = rng.choices(found, [_SHARES[kind] for kind, _ in found])[0]
        first, after = match.span("a")
        begin = match.start() if kind in ("date", "year", "place", "agent") else first
        low, high = _clause(said, begin, after, after - first + 25, rng)
        left = re.sub(r"^[\W_]+|^(?:and|but|while|which|who|that) ", "", said[low:begin]).strip(" ,;:()")
        right = said[after:high].strip(" ,;:().")
        if kind == "count":
            right = right[len(match["of"]) :].strip()
        if len(f"{left} {right}".split()) < 3:
            continue
        question = _asked(kind, match, left, right, rng)
        if title and said[0] != title[0]:
            question = _named(question, re.sub(r" \(.*", "", title))
        return Statement(
            _noised(question, swap, rng), number, (start + first, start + after), (start + begin, start + after)
        )
    return None


def _named(question: str, name: str) -> str:
    """The question with a name for its first pronoun."""
    return _PRONOUN.sub(lambda m: f"{name}'s" if m[0].lower() in ("his", "its") else name, question, count=1)


def _clause(said: str, begin: int, after: int, shortest: int, rng: random.Random) -> tuple[int, int]:
    """The clause around the answer, with its neighbours where it is short, and sometimes else."""
    cuts = [0, *(m.start() for m in _CUTS.finditer(said)), len(said)]
    low, high = max(c for c in cuts if c <= begin), min(c for c in cuts if c >= after)
    if high - low < shortest or rng.random() < 0.2:
        low = max((c for c in cuts if c < low), default=0)
    if high - low < shortest or rng.random() < 0.15:
        high = min((c for c in cuts if c > high), default=len(said))
    return low, high


def _whole(kind: str, match: re.Match[str], said: str) -> bool:
    """Whether it is likely to be a name, and all of it: not a sentence's first word, no part of a longer phrase."""
    if kind not in ("name", "place", "agent", "role", "thing"):
        return True
    if not _FOLLOWED.match(said, match.end("a")) or said[match.start("a") - 1 : match.start("a")].isalpha():
        return False
    return (
        kind == "thing" or match.start("a") > 0 or (" " in match["a"] and match["a"].split()[0] not in _SMALL - {"The"})
    )


def _asked(kind: str, match: re.Match[str], before: str, after: str, rng: random.Random) -> str:
    if kind == "role":
        before = before.removesuffix(match["of"]).strip()
        ask = rng.choice(("which ", "what ")) + match["of"] if rng.random() < 0.7 else "who"
    elif kind == "count":
        ask = "how many " + match["of"]
    elif kind == "name":
        ask = rng.choice(
            _ASKS["person" if " " in match["a"] and not _THINGS.search(match["a"]) and rng.random() < 0.7 else "name"]
        )
    else:
        ask = rng.choice(_ASKS[kind])
    first = before.split(" ")[0]
    if first in _SMALL:
        before = before[0].lower() + before[1:]
    if not before:
        return f"{ask} {after}"
    if rng.random() < 0.05:
        return f"{before} {ask} {after}"
    if moved := _AUXILIARY.match(before + " "):
        return f"{ask} {moved['aux']} {moved['who']}{moved['rest']} {after}"
    verbs = list(_VERB.finditer(before))
    if verbs:
        verb = verbs[0]
        return f"{ask} did {before[: verb.start()]}{_base(verb[0])}{before[verb.end() :]} {after}"
    return f"{ask} {before} {after}"


def _base(past: str) -> str:
    if past in _PAST:
        return _PAST[past]
    stem = past[:-2]
    if stem[-1] == "i":
        return stem[:-1] + "y"
    if stem[-1] == stem[-2] and stem[-1] not in "sl":
        return stem[:-1]
    return stem + (
        "e" if re.search(r"[^aeiou][aeiou][cgsuvz]$|[lrn][cgsv]$|[aeiou]t$|[bdgt]l$|[^aeiou]r$|ea[sv]$", stem) else ""
    )


def _noised(question: str, swap: Swap, rng: random.Random) -> str:
    """Less alike to the sentence: some words left out, some put by neighbours of theirs."""
    words = question.split()
    dropped, swapped = rng.choice((0.0, 0.05, 0.15)), rng.choice((0.0, 0.1, 0.2))
    kept = [
        swap(w, rng) if w.islower() and len(w) > 3 and w not in _QUESTION_WORDS and rng.random() < swapped else w
        for i, w in enumerate(words)
        if i < 3 or not w.islower() or w in _QUESTION_WORDS or rng.random() >= dropped
    ][:24]
    question = " ".join(kept)
    style = rng.random()
    if style < 0.3:
        return question.lower()
    return question[0].upper() + question[1:] + ("?" if style < 0.9 else "")
