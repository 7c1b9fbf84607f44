"""Sentences as tagged tokens, and the forms of English verbs: what the changes of `changes.py` are made on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

FINITE = ("VVD", "VVZ", "VBD", "VBZ", "VHD", "VHZ", "VM0", "VBB", "VDD")
BE = ("VBD", "VBZ", "VBB")
MONTHS = "January February March April May June July August September October November December".split()
TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|\w+(?:[-.’']\w+)*|[^\w\s]")
IRREGULAR = """be was been|become became become|begin began begun|break broke broken|bring brought brought|build
built built|buy bought bought|catch caught caught|choose chose chosen|come came come|cut cut cut|do
did done|draw drew drawn| drive drove driven|eat ate eaten|fall fell fallen|feel felt felt|fight
fought fought|find found found|fly flew flown| forbid forbade forbidden|forget forgot forgotten|get
got got|give gave given|go went gone|grow grew grown|have had had| hear heard heard|hide hid
hidden|hit hit hit|hold held held|keep kept kept|know knew known|lead led led|leave left left| lend
lent lent|let let let|lie lay lain|lose lost lost|make made made|mean meant meant|meet met met|pay
paid paid|put put put|read read read|rise rose risen|run ran run|say said said|see saw seen|seek
sought sought|sell sold sold|send sent sent|set set set|shoot shot shot|show showed shown|shut shut
shut|sing sang sung|sit sat sat|speak spoke spoken|spend spent spent|stand stood stood|steal stole
stolen|strike struck struck|swear swore sworn|take took taken|teach taught taught|tell told
told|think thought thought|throw threw thrown|understand understood understood|wear wore worn|win
won won|write wrote written|shrink shrank shrunk|withdraw withdrew withdrawn"""


@dataclass(frozen=True)
class Token:
    """A word or a mark, the white space before it, and its lemma and tag (C5, as the BNC has it)."""

    text: str
    space: str
    lemma: str
    tag: str

    def with_text(self, text: str, tag: str | None = None) -> Token:
        """Another word in its place, capitalised as it is."""
        if self.text[:1].isupper() and self.tag != "NP0":
            text = text[:1].upper() + text[1:]
        return replace(self, text=text, tag=tag or self.tag)


Tokens = tuple[Token, ...]


@cache
def _tagger() -> Any:
    from HanTa.HanoverTagger import HanoverTagger

    return HanoverTagger("morphmodel_en.pgz")


@cache
def tagged(sentence: str) -> Tokens:
    """Return the tokens of a sentence."""
    found = list(TOKEN.finditer(sentence))
    tags = _tagger().tag_sent([match[0] for match in found]) if found else []
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


_FORMS: dict[tuple[str, str], str] = {}
for _verb in " ".join(IRREGULAR.split()).split("|"):
    _base, _past, _participle = _verb.split()
    _FORMS[_base, "VVD"], _FORMS[_base, "VVN"] = _past, _participle


def inflected(lemma: str, tag: str) -> str:
    """Return a verb or noun in the form of a tag."""
    if (lemma, tag) in _FORMS:
        return _FORMS[lemma, tag]
    if tag in ("VVZ", "NN2"):
        if re.search(r"(?:s|x|z|ch|sh)$", lemma):
            return lemma + "es"
        return re.sub(r"([^aeiou])y$", r"\1ie", lemma) + "s"
    if tag in ("VVD", "VVN"):
        doubled = re.fullmatch(r"[^aeiou]*[aeiou]([bdgmnprt])", lemma)
        if doubled:
            return f"{lemma}{doubled[1]}ed"
        return re.sub(r"([^aeiou])y$", r"\1i", lemma.removesuffix("e")) + "ed"
    if tag == "VVG":
        return re.sub(r"([^e])e$", r"\1", lemma) + "ing"
    return lemma


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
