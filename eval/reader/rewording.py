"""Questions in other words, and questions for another deed: what a sentence answers has little to do with its words."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from eval.reader.claims import tagger
from eval.wordnet import WordNet

_PARTS = {"VV": "v", "NN": "n", "AJ": "a"}  # WordNet's, by the first letters of the tagger's tags
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d,.]*\d|\S")
_STEM = 4  # letters that a verb and what is made of it have in common, at least
_DEEDS = 20  # verbs known for what is asked about, below which those of the question word alone are taken


class Rewording:
    """Puts synonyms for a question's words, or another verb for its own.

    Forms and verbs are those of questions: "Which" asks of other deeds than "How many people". Words and tags are as
    the tagger gives them, lemmas looked up in WordNet.
    """

    def __init__(self, questions: Sequence[str], wordnet: WordNet) -> None:
        self._wordnet = wordnet
        forms: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._verbs: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for question in questions:
            tagged = _tagged(question)
            for word, lemma, tag, _ in tagged:
                if word.islower():
                    forms[lemma, tag][word] += 1
            if (verb := _verb(tagged)) is not None:
                word, lemma, tag, _ = tagged[verb]
                for asked in _asked(tagged):
                    self._verbs[asked, tag].append((word, lemma))
        self._forms = {key: counted.most_common(1)[0][0] for key, counted in forms.items()}

    def reworded(self, question: str, rng: random.Random) -> str:
        """Return a question with synonyms for about half of its nouns, verbs and adjectives that have some."""
        put = []
        for word, lemma, tag, at in _tagged(question):
            if word.islower() and tag[:2] in _PARTS and rng.random() < 0.5:
                synonyms = [self._forms.get((other, tag)) for other in self._wordnet.synonyms(_PARTS[tag[:2]], lemma)]
                if known := [each for each in synonyms if each]:
                    put.append((at, word, rng.choice(known)))
        return _with(question, put)

    def of_another_deed(self, question: str, context: str, rng: random.Random) -> str | None:
        """Return a question with another verb, of which its context has nothing; None where there is none."""
        tagged = _tagged(question)
        if (verb := _verb(tagged)) is None:
            return None
        word, lemma, tag, at = tagged[verb]
        known = [self._verbs[asked, tag] for asked in _asked(tagged)]
        others = next((each for each in known if len(each) >= _DEEDS), known[-1])
        told = context.lower()
        for other, of in rng.sample(others, min(5, len(others))):
            if of[: max(_STEM, len(of) - 2)] not in told and of != lemma and not self._wordnet.alike("v", of, lemma):
                return _with(question, [(at, word, other)])
        return None


_Tagged = list[tuple[str, str, str, int]]


def _tagged(question: str) -> _Tagged:
    """Return the words of a question with lemma, tag and place."""
    found = list(_TOKEN.finditer(question))
    told = tagger().tag_sent([each[0] for each in found])
    return [
        (each[0], str(lemma).lower(), str(tag), each.start()) for each, (_, lemma, tag) in zip(found, told, strict=True)
    ]


def _verb(tagged: _Tagged) -> int | None:
    """Return which word is the first full verb; None without one."""
    return next((n for n, (word, _, tag, _) in enumerate(tagged) if tag.startswith("VV") and word.islower()), None)


def _asked(tagged: _Tagged) -> tuple[str, str]:
    """Return what a question asks about: its first three words, and the first alone."""
    words = [word.lower() for word, *_ in tagged[:3]]
    return " ".join(words), words[0]


def _with(question: str, put: Sequence[tuple[int, str, str]]) -> str:
    """Return a question with other words at places: each a place, what stands there, and what is put."""
    for at, word, other in reversed(put):
        question = question[:at] + other + question[at + len(word) :]
    return question
