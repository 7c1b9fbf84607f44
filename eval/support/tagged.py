"""Sentences as tagged tokens, and the forms of English verbs: what the changes of `changes.py` are made on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from eval.reader.claims import tagger
from qabot.text.lexicon import MONTHS

FINITE = ("VVD", "VVZ", "VBD", "VBZ", "VHD", "VHZ", "VM0", "VBB", "VDD")
BE = ("VBD", "VBZ", "VBB")
TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|\w+(?:[-.’']\w+)*|[^\w\s]")
IRREGULAR = """be was|become became|begin began|break broke|bring brought|build built|buy bought|catch
caught|choose chose|come came|cut cut|do did|draw drew|drive drove|eat ate|fall fell|feel felt|fight fought|find
found|fly flew|forbid forbade|forget forgot|get got|give gave|go went|grow grew|have had|hear heard|hide hid|hit
hit|hold held|keep kept|know knew|lead led|leave left|lend lent|let let|lie lay|lose lost|make made|mean
meant|meet met|pay paid|put put|read read|rise rose|run ran|say said|see saw|seek sought|sell sold|send sent|set
set|shoot shot|show showed|shut shut|sing sang|sit sat|speak spoke|spend spent|stand stood|steal stole|strike
struck|swear swore|take took|teach taught|tell told|think thought|throw threw|understand understood|wear
wore|win won|write wrote|shrink shrank|withdraw withdrew"""


@dataclass(frozen=True)
class Token:
    """A word or a mark, the white space before it, and its lemma and tag (C5, as the BNC has it)."""

    text: str
    space: str
    lemma: str
    tag: str

    def with_text(self, text: str) -> Token:
        """Another word in its place, capitalised as it is."""
        if self.text[:1].isupper() and self.tag != "NP0":
            text = text[:1].upper() + text[1:]
        return replace(self, text=text)


Tokens = tuple[Token, ...]


@cache
def tagged(sentence: str) -> Tokens:
    """Return the tokens of a sentence."""
    found = list(TOKEN.finditer(sentence))
    tags = tagger().tag_sent([match[0] for match in found]) if found else []
    tokens, end = [], 0
    for match, (_, lemma, tag) in zip(found, tags, strict=True):
        if tag == "NP0" and match[0][:1].islower():
            tag = "NN1"
        elif match[0][:1].isupper() and match.start() and tag in ("NN1", "AJ0", "NN2", "UNC"):
            tag = "NP0"
        elif match[0][:1].isdigit():
            tag = "CRD"
        tokens.append(Token(match[0], sentence[end : match.start()], lemma.lower(), tag))
        end = match.end()
    return tuple(tokens)


def written(tokens: Iterable[Token]) -> str:
    """Return the tokens as a sentence: capital first, one full stop."""
    text = "".join(token.space + token.text for token in tokens)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split())).strip(" ,;:")
    text = re.sub(r",\s*(?=[,.])", "", text)
    return f"{text[:1].upper()}{text[1:].rstrip('.!?;,: ')}." if text else ""


def spaced(text: str) -> Tokens:
    """Text put between tokens."""
    tokens = tagged(text)
    return (replace(tokens[0], space=" "), *tokens[1:]) if tokens else ()


_PAST = dict(verb.split() for verb in " ".join(IRREGULAR.split()).split("|"))


def inflected(lemma: str, tag: str) -> str:
    """Return a verb in the form of a tag: the past (VVD), the third person (VVZ) or the lemma (any other)."""
    if tag == "VVZ":
        if re.search(r"(?:s|x|z|ch|sh)$", lemma):
            return lemma + "es"
        return re.sub(r"([^aeiou])y$", r"\1ie", lemma) + "s"
    if tag != "VVD":
        return lemma
    if lemma in _PAST:
        return _PAST[lemma]
    if doubled := re.fullmatch(r"[^aeiou]*[aeiou]([bdgmnprt])", lemma):
        return f"{lemma}{doubled[1]}ed"
    return re.sub(r"([^aeiou])y$", r"\1i", lemma.removesuffix("e")) + "ed"


def name_runs(tokens: Tokens) -> list[tuple[int, int]]:
    """Return where names stand: runs of capitalised nouns, as [first, after)."""
    runs: list[tuple[int, int]] = []
    for at, token in enumerate(tokens):
        if token.tag == "NP0" and token.text[0].isupper() and len(token.text) > 1 and token.text not in MONTHS:
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + 1)
            else:
                runs.append((at, at + 1))
    return runs


def names_of(sentences: Iterable[str]) -> list[str]:
    """Return the names in sentences, without those that begin one."""
    found: dict[str, None] = {}
    for sentence in sentences:
        tokens = tagged(sentence)
        for first, after in name_runs(tokens):
            if first:
                found["".join(t.space + t.text for t in tokens[first:after]).strip().removesuffix("'s")] = None
    return list(found)


NOUN_PHRASE = frozenset("AT0 DPS DT0 AJ0 AJS AJC CRD ORD NN1 NN2 NN0 NP0 POS".split())


def noun_phrase_from(tokens: Tokens, start: int) -> int:
    """Return where the noun phrase that begins at `start` ends; `start` itself where none does. Holds "of" phrases."""
    at = start
    while at < len(tokens):
        tag = tokens[at].tag
        joins = tag == "PRF" and at > start and at + 1 < len(tokens) and tokens[at + 1].tag in NOUN_PHRASE
        if tag not in NOUN_PHRASE and not joins:
            break
        at += 1
    return at if at > start and tokens[at - 1].tag in ("NN1", "NN2", "NN0", "NP0") else start
