"""True and false changes of a sentence, by rule: paraphrases that keep what it says, and sentences that look alike."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from eval.support.tagged import (
    BE,
    FINITE,
    MONTHS,
    Token,
    Tokens,
    inflected,
    name_runs,
    noun_phrase_from,
    spaced,
    tagged,
)
from eval.wordnet import WordNet

PARTS = {"VV": "v", "NN": "n", "AJ": "a", "AV": "r"}
NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty".split()
)
IN_DIGITS = dict(zip(NUMBER_WORDS, "2 3 4 5 6 7 8 9 10 11 12 13 14 15 20 30".split(), strict=True))


@dataclass(frozen=True)
class Surroundings:
    """What false changes draw on: the names of the text, other sentences of it, and sentences of other texts."""

    names: Sequence[str]
    sentences: Sequence[str]
    elsewhere: Sequence[str]
    foreign_names: Sequence[str]


Change = Callable[[Tokens, random.Random], "Tokens | None"]


class Changes:
    """The changes that words allow."""

    def __init__(self, words: WordNet) -> None:
        self._words = words

    # True

    def synonyms(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """One to four words replaced by synonyms."""
        found = [(at, other) for at, t in enumerate(tokens) if (other := self._other(t, self._words.synonyms, rng))]
        return _replaced(tokens, rng.sample(found, min(len(found), rng.randint(1, 4)))) if found else None

    def shortened(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Leave out what stands between commas, in brackets, before the first or after the last comma."""
        commas = [at for at, token in enumerate(tokens) if token.text in (",", "(", ")", "—", "–", ";")]
        cuts = [(0, commas[0] + 1)] if commas and commas[0] < 9 else []
        cuts += [(a, b + 1) for a, b in pairwise(commas) if 2 < b - a < 14]
        cuts += [(commas[-1], len(tokens))] if commas and commas[-1] > 5 else []
        rng.shuffle(cuts)
        for start, end in cuts:
            kept = (*tokens[:start], *tokens[end:])
            begins = kept[:1] and kept[0].tag in (*_STARTS, "AV0", "PRP", "PNP")
            if len(kept) >= 6 and any(token.tag in FINITE for token in kept) and (begins or not start):
                return kept
        return None

    def core(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Return the beginning of a sentence alone, without what "in", "after", "which" or "because" add."""
        begun = next((at for at, token in enumerate(tokens) if token.tag in FINITE), len(tokens))
        cuts = [at for at, t in enumerate(tokens) if at > max(4, begun + 2) and _adds(t) and at < len(tokens) - 2]
        return tokens[: rng.choice(cuts)] if cuts else None

    def passive(self, tokens: Tokens, _: random.Random) -> Tokens | None:
        """Passive for active ("B was done by A" for "A did B"), and the other way."""
        return self._voice(tokens, swap=True)

    def date(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Put a date in another order, or make it less precise."""
        for at, token in enumerate(tokens):
            if token.text in MONTHS and at and tokens[at - 1].tag == "CRD" and len(tokens[at - 1].text) <= 2:
                day = tokens[at - 1]
                if rng.random() < 0.5:
                    return (
                        *tokens[: at - 1],
                        replace(token, space=day.space),
                        replace(day, space=" "),
                        *tokens[at + 1 :],
                    )
                before = tokens[at - 2] if at >= 2 else None
                if before and before.text.lower() in ("on", "by"):
                    return (*tokens[: at - 2], before.with_text("in"), token, *tokens[at + 1 :])
        return None

    def digits(self, tokens: Tokens, _: random.Random) -> Tokens | None:
        """Numbers as words, and the other way."""
        words = {digit: word for word, digit in IN_DIGITS.items()}
        found = []
        for at, token in enumerate(tokens):
            other = IN_DIGITS.get(token.text.lower()) or words.get(token.text)
            if other and not (at + 1 < len(tokens) and tokens[at + 1].text in MONTHS):
                found.append((at, token.with_text(other)))
        return _replaced(tokens, found) if found else None

    def apposition(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Return what "A, the mayor of B, ..." says of A: "A is the mayor of B."."""
        for first, after in name_runs(tokens):
            if after + 2 < len(tokens) and tokens[after].text == "," and tokens[after + 1].tag in ("AT0", "DPS"):
                end = noun_phrase_from(tokens, after + 1)
                if end > after + 2 and end < len(tokens) and tokens[end].text in (",", "."):
                    was = "was" if any(t.tag in ("VVD", "VBD") for t in tokens) and rng.random() < 0.5 else "is"
                    return (*tokens[first:after], *spaced(was), *tokens[after + 1 : end])
        return None

    def clause(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """One of two main clauses."""
        for at, token in enumerate(tokens):
            if token.tag == "CJC" and 5 < at < len(tokens) - 5 and tokens[at + 1].tag in (*_STARTS, "PNP"):
                end = noun_phrase_from(tokens, at + 1) or at + 2
                if end < len(tokens) and tokens[end].tag in FINITE:
                    second = tokens[at + 1].tag != "PNP" and rng.random() < 0.5
                    return tokens[at + 1 :] if second else tokens[:at]
        return None

    def said(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """For "A said (that) B" either "According to A, B" or "B, A said"."""
        end = noun_phrase_from(tokens, 0)
        if not end or end + 3 >= len(tokens) or tokens[end].lemma not in _SAY or tokens[end].tag not in ("VVD", "VVZ"):
            return None
        rest = tokens[end + 1 :]
        if rest[0].text == "that":
            rest = rest[1:]
        elif rest[0].tag not in ("AT0", "NP0", "PNP", "NN2"):
            return None
        who = tokens[:end]
        if rng.random() < 0.5:
            return (*spaced("According to"), replace(_small(who[0]), space=" "), *who[1:], *spaced(","), *rest)
        return (*_without_stop(rest), *spaced(","), *who, tokens[end])

    def not_the_opposite(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Replace a verb by the negation of its opposite: "did not reject" for "accepted"."""
        for at, token in enumerate(tokens):
            others = self._words.antonyms("v", token.lemma) if token.tag in ("VVD", "VVZ") and at else []
            if others and not _negative(tokens):
                did = spaced("did not" if token.tag == "VVD" else "does not")
                return (*tokens[:at], *did, replace(token, text=rng.choice(others), space=" "), *tokens[at + 1 :])
        return None

    # False

    def negated(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Put a negation in or take it out."""
        for at, token in enumerate(tokens):
            if token.tag == "XX0" or token.text.lower() in ("never", "no", "without", "nobody", "none"):
                other = {"no": "some", "without": "with", "nobody": "everybody", "none": "all"}.get(token.text.lower())
                return (*tokens[:at], *((token.with_text(other),) if other else ()), *tokens[at + 1 :])
        for at, token in enumerate(tokens):
            if token.tag in (*BE, "VM0", "VHD", "VHZ", "VDD"):
                word = "never" if token.tag in ("VHD", "VHZ") and rng.random() < 0.4 else "not"
                return (*tokens[: at + 1], *spaced(word), *tokens[at + 1 :])
            if token.tag in ("VVD", "VVZ") and at:
                base = inflected(token.lemma, "VVB")
                if rng.random() < 0.25:
                    return (*tokens[:at], *spaced("never"), *tokens[at:])
                return (*tokens[:at], *spaced("did not" if token.tag == "VVD" else "does not"),
                        replace(token, text=base, space=" "), *tokens[at + 1 :])  # fmt: skip
        return None

    def opposite(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Replace a word by its opposite."""
        found = [(at, other) for at, t in enumerate(tokens) if (other := self._other(t, self._words.antonyms, rng))]
        return _replaced(tokens, [rng.choice(found)]) if found else None

    def sister(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """One or two nouns or verbs replaced by others of their kind."""
        found = [(at, other) for at, t in enumerate(tokens) if (other := self._other(t, self._words.sisters, rng))]
        return _replaced(tokens, rng.sample(found, min(len(found), rng.choice((1, 1, 2))))) if found else None

    def number(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Change a number, a year, a month or a share."""
        found = []
        for at, token in enumerate(tokens):
            if token.text in MONTHS and at and tokens[at - 1].tag in ("CRD", "PRP"):
                found.append((at, replace(token, text=rng.choice([m for m in MONTHS if m != token.text]))))
            elif token.text.lower() in IN_DIGITS:
                found.append((at, token.with_text(rng.choice([w for w in NUMBER_WORDS if w != token.text.lower()]))))
            elif token.tag == "CRD" and re.fullmatch(r"\d[\d.,]*", token.text):
                found.append((at, replace(token, text=_other_number(token.text, rng))))
            elif token.tag == "ORD" and token.text.lower() in _ORDINALS:
                found.append((at, token.with_text(rng.choice([w for w in _ORDINALS if w != token.text.lower()]))))
        return _replaced(tokens, [rng.choice(found)]) if found else None

    def name(self, around: Surroundings) -> Change:
        """Replace a name by another of the same text, or of another text."""

        def change(tokens: Tokens, rng: random.Random) -> Tokens | None:
            runs = name_runs(tokens)
            if not runs:
                return None
            first, after = rng.choice(runs)
            words = {token.text for token in tokens}
            pool = around.names if rng.random() < 0.75 else around.foreign_names
            others = [name for name in pool if not words & set(name.split())]
            alike = [name for name in others if len(name.split()) == after - first]
            if not others:
                return None
            other = rng.choice(alike or others)
            return (*tokens[:first], Token(other, tokens[first].space, other.lower(), "NP0"), *tokens[after:])

        return change

    def exchanged(self, tokens: Tokens, rng: random.Random) -> Tokens | None:
        """Two names, or the subject and the object, in each other's place."""
        if rng.random() < 0.5 and (changed := self._voice(tokens, swap=False)):
            return changed
        runs = name_runs(tokens)
        pairs = [(a, b) for a in runs for b in runs if a[1] < b[0] and not _listed(tokens[a[1] : b[0]])]
        if not pairs:
            return self._voice(tokens, swap=False)
        (a, b), (c, d) = rng.choice(pairs)
        one = (replace(tokens[c], space=tokens[a].space), *tokens[c + 1 : d])
        other = (replace(tokens[a], space=tokens[c].space), *tokens[a + 1 : b])
        return (*tokens[:a], *one, *tokens[b:c], *other, *tokens[d:])

    def hybrid(self, around: Surroundings) -> Change:
        """Return what one sentence of the text says of its subject, said of the subject of another."""

        def change(tokens: Tokens, rng: random.Random) -> Tokens | None:
            end = noun_phrase_from(tokens, 0)
            if not end or end >= len(tokens) or tokens[end].tag not in FINITE:
                return None
            pool = around.sentences if rng.random() < 0.7 else around.elsewhere
            for _ in range(8):
                other = tagged(rng.choice(pool))
                stop = noun_phrase_from(other, 0)
                if stop and stop + 3 < len(other) and other[stop].tag in FINITE:
                    said = {t.lemma for t in other[stop:]} - {t.lemma for t in tokens}
                    if len(said) >= 3 and {t.text for t in other[:stop]} != {t.text for t in tokens[:end]}:
                        return (*tokens[:end], *other[stop:])
            return None

        return change

    def invented(self, around: Surroundings) -> Change:
        """Return a sentence of another text with names of this one."""

        def change(_: Tokens, rng: random.Random) -> Tokens | None:
            other = tagged(rng.choice(around.elsewhere))
            for first, after in reversed(name_runs(other)):
                if around.names:
                    name = rng.choice(around.names)
                    other = (*other[:first], Token(name, other[first].space, name.lower(), "NP0"), *other[after:])
            return other if len(other) > 5 else None

        return change

    def _other(self, token: Token, related: Callable[[str, str], list[str]], rng: random.Random) -> Token | None:
        part = PARTS.get(token.tag[:2])
        if not part or (token.text[:1].isupper() and part != "v") or len(token.text) < 3:
            return None
        others = related(part, token.lemma)
        if not others or token.lemma in _TOO_COMMON:
            return None
        return token.with_text(inflected(rng.choice(others[:12]), token.tag))

    def _voice(self, tokens: Tokens, *, swap: bool) -> Tokens | None:
        """Put it into the other voice, the two exchanged so that the sense stays, or in place so that it does not."""
        end = noun_phrase_from(tokens, 0)
        if not end or end + 1 >= len(tokens):
            return None
        subject, verb = tokens[:end], tokens[end]
        if verb.tag == "VVD":
            after = noun_phrase_from(tokens, end + 1)
            if after == end + 1 or verb.lemma in _SAY:
                return None
            thing, tail = tokens[end + 1 : after], tokens[after:]
            if not swap:
                subject, thing = thing, subject
            plural = any(token.tag == "NN2" for token in thing)
            done = replace(verb, text=inflected(verb.lemma, "VVN"), space=" ")
            return (*thing, *spaced("were" if plural else "was"), done, *spaced("by"),
                    replace(_small(subject[0]), space=" "), *subject[1:], *tail)  # fmt: skip
        if verb.tag == "VBD" and tokens[end + 1].tag == "VVN":
            by = next((at for at in range(end + 2, len(tokens)) if tokens[at].text == "by"), 0)
            after = noun_phrase_from(tokens, by + 1) if by else 0
            if not by or after == by + 1 or tokens[by + 1].tag == "CRD":
                return None
            agent = tokens[by + 1 : after]
            if not swap:
                subject, agent = agent, subject
            did = replace(tokens[end + 1], text=inflected(tokens[end + 1].lemma, "VVD"), space=" ")
            return (
                *agent,
                did,
                _small(replace(subject[0], space=" ")),
                *subject[1:],
                *tokens[end + 2 : by],
                *tokens[after:],
            )
        return None


_STARTS = ("AT0", "NP0", "DPS", "NN2", "AJ0", "NN1", "CRD", "DT0")
_SAY = frozenset("say tell report announce write add claim argue state note explain warn".split())
_TOO_COMMON = frozenset("be have do make get go take one year time day other such many more most first last".split())
_ORDINALS = "first second third fourth fifth sixth seventh".split()


def _adds(token: Token) -> bool:
    return token.tag in ("PRP", "CJS", "PNQ", "CJT") and token.text.lower() not in ("if", "unless", "without", "than")


def _replaced(tokens: Tokens, changed: Sequence[tuple[int, Token]]) -> Tokens:
    by_place = dict(changed)
    return tuple(by_place.get(at, token) for at, token in enumerate(tokens))


def _small(token: Token) -> Token:
    return token if token.tag == "NP0" else replace(token, text=token.text[:1].lower() + token.text[1:])


def _without_stop(tokens: Tokens) -> Tokens:
    return tokens[:-1] if tokens and tokens[-1].text in ".!?" else tokens


def _negative(tokens: Tokens) -> bool:
    return any(token.tag == "XX0" or token.lemma in ("never", "no", "without") for token in tokens)


def _listed(between: Tokens) -> bool:
    """True if two names are items of one list, so that their order says nothing."""
    return all(token.text in (",", "and", "or", "the", "&") or token.tag == "NP0" for token in between)


def _other_number(text: str, rng: random.Random) -> str:
    digits = [at for at, char in enumerate(text) if char.isdigit()]
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", text):
        return str(int(text) + rng.choice((-12, -7, -4, -3, -2, -1, 1, 2, 3, 5, 8, 11)))
    at = rng.choice(digits)
    return (
        text[:at]
        + rng.choice([d for d in ("123456789" if at == 0 else "0123456789") if d != text[at]])
        + text[at + 1 :]
    )
