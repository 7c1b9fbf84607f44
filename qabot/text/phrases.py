"""The parts of speech of a text's words, and the noun phrases and clauses that they make up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

_TOKEN = re.compile(r"[^\W_]+(?:[.&’'-][^\W_]+)*|[’'](?=\s|$)|[^\w\s]")
_CLITIC = re.compile(r"(?<=\w)[’'](?:s|m|re|ve|ll|d)$")
_NOUN = ("NN0", "NN1", "NN2", "NP0", "UNC", "ZZ0")
_MODIFIER = ("AJ0", "AJC", "AJS", "CRD", "ORD", "VVN", "VVG")
_DETERMINER = ("AT0", "DT0", "DPS", "DTQ")
_CLOSED = ("a", "an", "my", "our", "your", "his", "her", "its", "their")
"""Before a noun they say whose it is, or that it is anybody's."""
_LONGEST = 40
"""Letters by which a word is tagged: of ten thousand the tagger takes a minute."""
_KNOWN = 20_000
"""So many words are remembered as they were taken apart."""
_KEPT = 2_000
"""Characters of a text whose words are remembered together: those of a longer one take megabytes."""
_AT_ONCE = 1_000
"""Words and marks that are tagged together: of hundreds of thousands the tagger's probabilities come to nothing."""


@dataclass(frozen=True)
class Word:
    """A word of a question: its place and its part of speech in the CLAWS5 tag set."""

    text: str
    start: int
    end: int
    tag: str


@dataclass(frozen=True)
class Phrase:
    """A noun phrase.

    Attributes:
        text: its words, without article or other determiner.
        start: of the whole phrase, the determiner included.
        end: of the whole phrase.
        determiner: "the", "its", "which", ... in lower case, or nothing.
        head: its last noun.
        plural: whether the head is a plural.
        proper: whether a name stands in it.
        modifiers: how many words stand before the head.
    """

    text: str
    start: int
    end: int
    determiner: str
    head: str
    plural: bool
    proper: bool
    modifiers: int

    @property
    def is_definite(self) -> bool:
        """True if it means one that is known: "the bridge", "that bridge"."""
        return self.determiner in ("the", "this", "that")

    @property
    def is_open(self) -> bool:
        """True if it wants an owner: it names nobody and does not say whose ("the types", "main benefits")."""
        if self.proper or self.determiner in _CLOSED:
            return False
        length = len(self.text.split())
        return length <= 2 if self.determiner else self.plural and length == 2

    @property
    def named(self) -> str:
        """It with its article: "the ferry company", but "Storm Ines"."""
        return f"the {self.text}" if self.is_definite and self.text[0].islower() else self.text


@cache
def _tagger() -> Any:
    from HanTa.HanoverTagger import HanoverTagger

    tagger = HanoverTagger("morphmodel_en.pgz")
    for analysis in ("analyze_forward", "analyze_viterbi"):  # it takes every word apart each time it comes
        setattr(tagger, analysis, lru_cache(_KNOWN)(getattr(tagger, analysis)))
    return tagger


def tagged(text: str) -> tuple[Word, ...]:
    """Return the words and marks of a text with their parts of speech.

    Source: Wartena, "A Probabilistic Morphology Model for German Lemmatization" (KONVENS 2019), its English model.
    """
    return _tagged(text) if len(text) <= _KEPT else _tagged.__wrapped__(text)


@lru_cache(512)
def _tagged(text: str) -> tuple[Word, ...]:
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        own = _CLITIC.search(match.group())
        cut = match.start() + own.start() if own else match.end()
        spans.append((match.start(), cut))
        if own:
            spans.append((cut, match.end()))
    tokens = [text[start : min(end, start + _LONGEST)].replace("’", "'") for start, end in spans]
    if not tokens:
        return ()
    tags = [
        tag for at in range(0, len(tokens), _AT_ONCE) for _, _, tag in _tagger().tag_sent(tokens[at : at + _AT_ONCE])
    ]
    words = []
    for number, ((start, end), tag) in enumerate(zip(spans, tags, strict=True)):
        token = text[start:end]
        if number and token[0].isupper() and tag.startswith(("NN", "AJ", "VV", "UNC")):
            tag = "NP0"  # a capital inside a sentence is a name's
        words.append(Word(token, start, end, str(tag)))
    return tuple(words)


def noun_phrases(text: str) -> list[Phrase]:
    """Return the noun phrases of a text in order; pronouns are none."""
    words = tagged(text)
    phrases: list[Phrase] = []
    for first, last in _runs(words):
        phrase = _phrase(text, words, first, last)
        if phrases and not phrase.determiner and text[phrases[-1].end : phrase.start].strip() in ("and", "or"):
            phrase = replace(phrase, determiner=phrases[-1].determiner)  # "the pros and cons"
        phrases.append(phrase)
    return phrases


def with_joined(text: str, phrases: Sequence[Phrase], main: int) -> Phrase:
    """Return one of a text's phrases, by number, with what stands joined to it: "the fire in Velm"."""
    phrase = phrases[main]
    last, plural = phrase, phrase.plural
    for other in phrases[main + 1 :]:
        joint = text[last.end : other.start].strip().lower()
        if joint in ("and", "or", "and not"):
            plural = True
        elif joint not in ("of", "between") and not (joint in ("in", "at", "on", "for") and other.proper):
            break
        last = other
    start = phrase.end - len(phrase.text)
    proper = any(each.proper for each in phrases[main : phrases.index(last) + 1])
    return replace(phrase, text=text[start : last.end], end=last.end, plural=plural, proper=proper)


def _runs(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last word of each noun phrase, by number."""
    at = 0
    while at < len(words):
        start = at
        if words[at].tag in _DETERMINER:
            at += 1
        last_noun = -1
        while at < len(words):
            tag = words[at].tag
            if tag in _NOUN or (tag == "CRD" and last_noun < 0 and re.fullmatch(r"\d{4}", words[at].text)):
                last_noun = at
            elif tag == "POS" and last_noun == at - 1:
                pass
            elif words[at].text == "-" or not (tag in _MODIFIER and (last_noun < 0 or words[at - 1].tag == "POS")):
                break
            at += 1
        if last_noun < 0 and words[at - 1].tag in _MODIFIER and _wants_subject(words, start, at):
            last_noun = at - 1
        if last_noun - start > bool(words[start].tag in _DETERMINER) and _lacks_verb(words, last_noun):
            yield start, last_noun - 1  # "How do navigation systems work"
            at = last_noun + 1
            continue
        if last_noun >= 0:
            yield start, last_noun
            at = last_noun + 1
        else:
            at = max(at, start + 1)


def _wants_subject(words: Sequence[Word], first: int, end: int) -> bool:
    """True if words tagged as adjectives must be a noun that the tagger does not know: "Does melatonin help"."""
    if not first:
        return False
    before, following = words[first - 1].tag, words[end].tag if end < len(words) else "PUN"
    return before.startswith(("VD", "VM")) or (
        before.startswith("VB") and first >= 2 and words[first - 2].tag in ("DTQ", "PNQ") and following == "PUN"
    )


def _lacks_verb(words: Sequence[Word], last: int) -> bool:
    """True if the last word, tagged as a noun, must be the verb that an auxiliary wants."""
    tags = [word.tag for word in words]
    return (
        words[last].tag == "NN1"
        and (last + 1 == len(words) or tags[last + 1] in ("PUN", "AT0", "DPS"))
        and any(tag.startswith("VD") for tag in tags)
        and not any(tag.startswith(("VV", "VH", "VB")) for tag in tags)
    )


def _phrase(text: str, words: Sequence[Word], first: int, last: int) -> Phrase:
    determiner = words[first].text.lower() if words[first].tag in _DETERMINER else ""
    begin = first + bool(determiner)
    return Phrase(
        text=text[words[begin].start : words[last].end],
        start=words[first].start,
        end=words[last].end,
        determiner=determiner,
        head=words[last].text,
        plural=words[last].tag == "NN2",
        proper=any(word.tag == "NP0" for word in words[begin : last + 1]),
        modifiers=last - begin,
    )


_PAST = {"be": "was", "do": "did", "have": "had", "oversee": "oversaw"}
"""The past tenses that the tagger's model does not tell."""


@cache
def past(verb: str) -> str:
    """Return the past tense of a verb given in its base form: the one that the tagger's model has seen most often.

    For irregular forms ("sank") and changed stems ("admitt", "pai") it tells of which verb they are.
    """
    if verb in _PAST:
        return _PAST[verb]
    doubled = verb[-1:] if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", verb) else ""
    regular = re.sub(r"(?<=[^aeiou])y$", "i", verb).removesuffix("e") + doubled + "ed"
    tagger = _tagger()
    irregular, stems = (tagger.stemdict[tagger.tag2int[tag]] for tag in ("VV_VAR_VVD", "VV_VAR"))
    own = [form for form, lemma in irregular.items() if lemma == verb] or [regular]
    changed = [stem + ending for stem, lemma in stems.items() if lemma == verb for ending in ("ed", "d", "t")]
    short = [form for form in (verb, f"{verb}d", f"{verb}t") if form[-1] in "dt" and form not in irregular]
    known = [form for form in (*own, regular, *changed, *short) if form in tagger.cache]
    seen = {form: odds for form in known if (odds := dict(tagger.tag_word(form)).get("VVD"))}
    return str(max(seen, key=seen.__getitem__, default=own[0]))


# The parts of speech at which a clause begins or is told from a mere phrase, as the tagger calls them.
_OPENING = ("DTQ", "PNQ", "CJS", "CJT", "AVQ")  # which, who, because, that, how
_FINITE = ("VVD", "VVZ", "VB", "VD", "VH", "VM", "VVB")
_VERB = ("VV", "VB", "VD", "VH", "VM")
_MARKS = frozenset(",;:—–()")
_RELATIVE = frozenset({"which", "who", "that", "whom"})


@dataclass(frozen=True)
class Clause:
    """A part of a sentence, as it stands there.

    ``alone`` is the same as a sentence of its own, with the words that it speaks of in front where it lacks them.
    """

    text: str
    alone: str


def clauses(sentence: str) -> list[Clause]:
    """Return the clauses of a sentence in order: appositions and the like too, but no subject without its verb."""
    tokens = tagged(sentence)
    found = []
    for first, end in pairwise([*_beginnings(tokens), len(tokens)]):
        part = [word for word in tokens[first:end] if word.text not in _MARKS]
        if part and (first or end == len(tokens) or any(word.tag.startswith(_VERB) for word in part)):
            text = sentence[part[0].start : part[-1].end].rstrip(".!?")
            found.append(Clause(text, _alone(text, part, sentence[: part[0].start])))
    return found


def is_order(sentence: str) -> bool:
    """True if a sentence bids somebody do something: a clause begins with a verb that no subject can belong to."""
    tokens = tagged(sentence)
    for first in _beginnings(tokens):
        part = [word for word in tokens[first:] if word.text not in _MARKS]
        while part and (part[0].tag in ("AV0", "ITJ", "XX0", "PUQ") or part[0].text in "\"“'‘"):
            part = part[1:]
        if part and part[0].tag in ("VVB", "VDB", "VVI") and (first == 0 or not _has_verb(tokens[:first])):
            return True
    return False


def is_fragment(sentence: str) -> bool:
    """True if a sentence has no verb of its own but in clauses that depend on another."""
    tokens = tagged(sentence)
    begun = sorted({*_beginnings(tokens), *(at for at, word in enumerate(tokens) if word.tag == "TO0")})
    parts = [tokens[first:end] for first, end in pairwise([*begun, len(tokens)])]
    main = [part for number, part in enumerate(parts) if not (number and part[0].tag in (*_OPENING, "TO0"))]
    return not any(map(_has_verb, main))


def _beginnings(tokens: Sequence[Word]) -> list[int]:
    """Return where a clause begins, as indices of words; the first is 0."""
    found = [0]
    for at in range(1, len(tokens)):
        before, word = tokens[at - 1], tokens[at]
        ends = before.text in _MARKS and before.end < word.start  # "1,500" is one number
        opens = word.tag in _OPENING and before.tag not in ("PRP", "CJC")
        goes_on = word.tag == "CJC" and at + 1 < len(tokens) and tokens[at + 1].tag.startswith((*_VERB, "PNP", "AV0"))
        if ends or opens or goes_on:
            found.append(at)
    return found


def _has_verb(tokens: Sequence[Word]) -> bool:
    return any(word.tag.startswith((*_FINITE, "VVN")) for word in tokens)


def _alone(text: str, part: Sequence[Word], before: str) -> str:
    """Return a clause, which has these words, as a sentence of its own; ``before`` stands before it in its sentence."""
    first, offset = part[0], part[0].start
    phrases = noun_phrases(before)
    subject = before[phrases[0].start : phrases[0].end] if phrases else ""
    nearest = before[phrases[-1].start : phrases[-1].end] if phrases else ""
    if first.text.lower() in _RELATIVE and len(part) > 1 and part[1].tag.startswith((*_VERB, "AV0", "XX0")):
        return f"{nearest} {text[part[1].start - offset :]}.".strip()
    if first.tag in (*_OPENING, "CJC") and len(part) > 1:
        part = part[1:]
        text = text[part[0].start - offset :]
        if not part[0].tag.startswith(_VERB):
            return f"{text}."
    if part[0].tag in ("VVN", "VVG", "AJ0"):
        return f"{subject} was {text}.".strip()
    if part[0].tag.startswith(_VERB):
        return f"{subject} {text}.".strip()
    if before and not _has_verb(part):
        return f"{nearest} is {text}.".strip()
    return f"{text}."
