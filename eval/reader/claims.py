"""Claims in other forms: asked as questions of yes or no, negated, told in passing, no longer so, and left open."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Any

AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|did|does|do|should|may|might)\b")
_NEGATED = re.compile(AUXILIARY.pattern[:-2] + r"(?: (?P<word>not|never)|(?P<suffix>n['’]t))?\b")
_NOT = re.compile(r"\bcannot\b|\bnot\b|n['’]t\b|\bnever\b")
_SAYS_NO_MORE = (
    "did not attend",
    "has not commented",
    "was not available for comment",
    "did not say why",
    "never returned",
    "declined to comment",
    "spoke to reporters",
    "returned home on Monday",
)
"""What a sentence goes on to say of whom or what a claim is about, beside the claim."""
_NEVER_DID = (
    "did not", "did not", "didn't", "never", "failed to", "refused to", "declined to", "decided not to",
    "rejected a proposal to", "has yet to",
)  # fmt: skip
_SHORT = 120  # characters
_IS = re.compile(r" (is|are) (?!not\b)")
_SMALL = frozenset(
    "the a an there this that these those he she it they you we my your our his her its their in on at one some many"
    " no".split()
)


def is_negated(claim: str) -> bool:
    """True if a claim says "not", "never" or "n't"."""
    return bool(_NOT.search(claim))


@cache
def tagger() -> Any:
    from HanTa.HanoverTagger import HanoverTagger

    return HanoverTagger("morphmodel_en.pgz")


def as_question(claim: str) -> str | None:
    """Return a claim as a question of yes or no: "Was it released?", "Did it win?"; None where that isn't plain."""
    body = claim.strip().rstrip(".")
    first, _, rest = body.partition(" ")
    if not rest or len(body) > 200:
        return None
    small = body if first[1:].lower() != first[1:] or first.lower() not in _SMALL else f"{first.lower()} {rest}"
    if (auxiliary := AUXILIARY.search(small)) and auxiliary.start() > 0:
        without = f"{small[: auxiliary.start()].rstrip()} {small[auxiliary.end() :].lstrip()}".strip()
        return f"{auxiliary.group().capitalize()} {without}?"
    tokens = small.split()
    if (verb := finite_verb(tokens)) is None:
        return None
    at, lemma, past = verb
    return f"{'Did' if past else 'Does'} {' '.join([*tokens[:at], lemma, *tokens[at + 1 :]])}?"


def without_negation(claim: str) -> str | None:
    """Return a claim that its first auxiliary negates without the "not" or "never"; None for any other claim."""
    claim = claim.replace("can't", "can not").replace("cannot", "can not").replace("won't", "will not")
    auxiliary = _NEGATED.search(claim)
    if auxiliary is None or auxiliary.lastgroup is None or len(_NOT.findall(claim)) != 1:
        return None
    return claim[: auxiliary.start(auxiliary.lastgroup)].rstrip() + claim[auxiliary.end() :]


def asked_of(row: dict[str, Any]) -> tuple[str, str] | None:
    """Return a claim as a question of yes or no, with what is right of it by its evidence; None where that isn't plain.

    A negated claim is asked without its negation, and what is right is the opposite.
    """
    plain = without_negation(row["claim"])
    if plain and (asked := as_question(plain)):
        return asked, {"supported": "refuted", "refuted": "supported"}.get(row["label"], row["label"])
    asked = as_question(row["claim"])
    return (asked, row["label"]) if asked else None


def negated(claim: str, rng: random.Random) -> str | None:
    """Return a claim as its negation, in one of the usual forms; None where that isn't plain."""
    if _NOT.search(claim) or len(claim) > 200:
        return None
    if (auxiliary := AUXILIARY.search(claim)) and auxiliary.start() > 0:
        put = rng.choice((" not", " not", " never", "n't"))
        return (
            claim[: auxiliary.end()]
            + (" not" if auxiliary.group() in ("can", "will", "may") else put)
            + claim[auxiliary.end() :]
        )
    tokens = claim.split()
    if (verb := finite_verb(tokens)) is None:
        return None
    at, lemma, past = verb
    form = rng.choice(_NEVER_DID if past else ("does not", "doesn't"))
    return " ".join([*tokens[:at], form, tokens[at] if form == "never" else lemma, *tokens[at + 1 :]])


def in_passing(claim: str, rng: random.Random) -> str | None:
    """Return a text with a claim in a relative clause, beside another statement; None where that isn't plain.

    So that a "not" is read with the clause it stands in.
    """
    tokens = claim.strip().rstrip(".").split()
    at = _predicate(tokens)
    if at is None or at > 6 or len(claim) > _SHORT:
        return None
    subject, rest = " ".join(tokens[:at]).rstrip(","), " ".join(tokens[at:])
    person = at >= 2 and all(token[:1].isupper() for token in tokens[:at]) and tokens[0] != "The"
    return f"{subject}, {'who' if person else 'which' if at > 1 else 'who'} {rest}, {rng.choice(_SAYS_NO_MORE)}."


def no_longer(claim: str, rng: random.Random) -> str | None:
    """Return a text by which what a claim says to be is so no more; None for a claim that doesn't say what is."""
    if _NOT.search(claim) or len(claim) > _SHORT or not (found := _IS.search(claim)):
        return None
    many = found.group(1) == "are"
    subject, rest = claim[: found.start()], claim[found.end() :].rstrip(".")
    was = "were" if many else "was"
    return rng.choice(
        (
            f"{subject} {found.group(1)} no longer {rest}.",
            f"{subject} {was} {rest} until last year.",
            f"{subject} used to be {rest}.",
            f"{subject} {was} once {rest}, but that ended years ago.",
        )
    )


def untold(claim: str, rng: random.Random) -> str | None:
    """Return a text that speaks of a claim without saying that it is so: denied, unknown, planned; None as above."""
    body = claim.strip().rstrip(".")
    if _NOT.search(claim) or len(claim) > _SHORT:
        return None
    first, _, rest = body.partition(" ")
    small = f"{first.lower()} {rest}" if first.lower() in _SMALL else body
    forms = [
        f"Officials denied that {small}.",
        f"A spokesman rejected reports that {small}.",
        f"It was not clear whether {small}.",
        f"There had been rumours that {small}.",
        f"It would be the first time that {small}.",
    ]
    tokens = body.split()
    if (verb := finite_verb(tokens)) is not None and verb[2] and not AUXILIARY.search(" ".join(tokens[: verb[0]])):
        subject, done = " ".join(tokens[: verb[0]]), " ".join([verb[1], *tokens[verb[0] + 1 :]])
        forms += [f"{subject} {plans} {done}." for plans in ("plans to", "may yet", "is considering whether to")] * 2
    return rng.choice(forms)


def _predicate(tokens: list[str]) -> int | None:
    """Return the place of the first auxiliary or finite verb after the first token; None without one."""
    auxiliary = next((at for at, token in enumerate(tokens) if at and AUXILIARY.fullmatch(token)), None)
    verb = finite_verb(tokens)
    return min((at for at in (auxiliary, verb and verb[0]) if at is not None), default=None)


def finite_verb(tokens: list[str]) -> tuple[int, str, bool] | None:
    """Return the place of the first finite full verb after the first token, its infinitive, and whether it is past."""
    for at, (_, lemma, tag) in enumerate(tagger().tag_sent(tokens)):
        if at and tag in ("VVD", "VVZ"):
            return at, str(lemma).lower(), tag == "VVD"
    return None
