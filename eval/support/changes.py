"""True and false changes of a sentence, by rule: paraphrases that keep what it says, and sentences that look alike."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from eval.support.tagged import BE, FINITE, Token, Tokens, inflected, name_runs, noun_phrase_from, spaced
from qabot.text.lexicon import MONTHS

NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty".split()
)
IN_DIGITS = dict(zip(NUMBER_WORDS, "2 3 4 5 6 7 8 9 10 11 12 13 14 15 20 30".split(), strict=True))
_STARTS = ("AT0", "NP0", "DPS", "NN2", "AJ0", "NN1", "CRD", "DT0")
_SAY = frozenset("say tell report announce write add claim argue state note explain warn".split())
_ORDINALS = "first second third fourth fifth sixth seventh".split()


# -- true --------------------------------------------------------------------------------------------------------------


def shortened(tokens: Tokens, rng: random.Random) -> Tokens | None:
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


def core(tokens: Tokens, rng: random.Random) -> Tokens | None:
    """Return the beginning of a sentence alone, without what "in", "after", "which" or "because" add."""
    begun = next((at for at, token in enumerate(tokens) if token.tag in FINITE), len(tokens))
    cuts = [at for at, t in enumerate(tokens) if at > max(4, begun + 2) and _adds(t) and at < len(tokens) - 2]
    return tokens[: rng.choice(cuts)] if cuts else None


def date(tokens: Tokens, rng: random.Random) -> Tokens | None:
    """Put a date in another order, or make it less precise."""
    for at, token in enumerate(tokens):
        if token.text in MONTHS and at and tokens[at - 1].tag == "CRD" and len(tokens[at - 1].text) <= 2:
            day = tokens[at - 1]
            if rng.random() < 0.5:
                exchanged = replace(token, space=day.space), replace(day, space=" ")
                return (*tokens[: at - 1], *exchanged, *tokens[at + 1 :])
            before = tokens[at - 2] if at >= 2 else None
            if before and before.text.lower() in ("on", "by"):
                return (*tokens[: at - 2], before.with_text("in"), token, *tokens[at + 1 :])
    return None


def digits(tokens: Tokens, _: random.Random) -> Tokens | None:
    """Numbers as words, and the other way."""
    words = {digit: word for word, digit in IN_DIGITS.items()}
    found = []
    for at, token in enumerate(tokens):
        other = IN_DIGITS.get(token.text.lower()) or words.get(token.text)
        if other and not (at + 1 < len(tokens) and tokens[at + 1].text in MONTHS):
            found.append((at, token.with_text(other)))
    return _replaced(tokens, found) if found else None


def clause(tokens: Tokens, rng: random.Random) -> Tokens | None:
    """One of two main clauses."""
    for at, token in enumerate(tokens):
        if token.tag == "CJC" and 5 < at < len(tokens) - 5 and tokens[at + 1].tag in (*_STARTS, "PNP"):
            end = noun_phrase_from(tokens, at + 1) or at + 2
            if end < len(tokens) and tokens[end].tag in FINITE:
                second = tokens[at + 1].tag != "PNP" and rng.random() < 0.5
                return tokens[at + 1 :] if second else tokens[:at]
    return None


def said(tokens: Tokens, rng: random.Random) -> Tokens | None:
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


# -- false -------------------------------------------------------------------------------------------------------------


def negated(tokens: Tokens, rng: random.Random) -> Tokens | None:
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


def number(tokens: Tokens, rng: random.Random) -> Tokens | None:
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


def renamed(tokens: Tokens, rng: random.Random, names: Sequence[str]) -> Tokens | None:
    """Replace a name by another of these, of as many words where there is one."""
    runs = name_runs(tokens)
    if not runs:
        return None
    first, after = rng.choice(runs)
    words = {token.text for token in tokens}
    rng.random()  # decides nothing; without it every claim drawn later, and so the figures that are kept, would change
    others = [name for name in names if not words & set(name.split())]
    alike = [name for name in others if len(name.split()) == after - first]
    if not others:
        return None
    other = rng.choice(alike or others)
    return (*tokens[:first], Token(other, tokens[first].space, other.lower(), "NP0"), *tokens[after:])


# -- parts -------------------------------------------------------------------------------------------------------------


def _adds(token: Token) -> bool:
    return token.tag in ("PRP", "CJS", "PNQ", "CJT") and token.text.lower() not in ("if", "unless", "without", "than")


def _replaced(tokens: Tokens, changed: Sequence[tuple[int, Token]]) -> Tokens:
    by_place = dict(changed)
    return tuple(by_place.get(at, token) for at, token in enumerate(tokens))


def _small(token: Token) -> Token:
    return token if token.tag == "NP0" else replace(token, text=token.text[:1].lower() + token.text[1:])


def _without_stop(tokens: Tokens) -> Tokens:
    return tokens[:-1] if tokens and tokens[-1].text in ".!?" else tokens


def _other_number(text: str, rng: random.Random) -> str:
    digits = [at for at, char in enumerate(text) if char.isdigit()]
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", text):
        return str(int(text) + rng.choice((-12, -7, -4, -3, -2, -1, 1, 2, 3, 5, 8, 11)))
    at = rng.choice(digits)
    other = rng.choice([d for d in ("123456789" if at == 0 else "0123456789") if d != text[at]])
    return text[:at] + other + text[at + 1 :]
