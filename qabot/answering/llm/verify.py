"""Check a language model's claims against the passages: what passes becomes a statement with verbatim quotes.

The model's word counts for nothing here. A claim passes only if every name, number and address in it occurs in a
passage that it cites (or in the title, author, publisher and date of that passage's article), if what it puts between
quotation marks stands there, and if nothing there speaks against it (see `entailment`). A claim that is not in what it
cites is tried on the passages that share most words with it, which puts a wrong marker right. Quotes are whole
sentences: those that the model copied words from, where these words do stand there, else those that share most words
with the claim. A reprint's sentence is quoted from the article that leads its origin, where it stands there too.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qabot.answering.answer import Evidence
from qabot.answering.draft import Quote, Statement, in_leader
from qabot.answering.entailment import contradictions, is_negator, judged, spoken_against
from qabot.answering.llm.parse import Claim
from qabot.answering.llm.prompts import dates_meant
from qabot.models.reader import Reader
from qabot.text.lexicon import MONTHS
from qabot.text.terms import Terms, terms_of
from qabot.text.tokens import is_content, stem, words

# The least log-odds that the cited sentences answer to a claim, by the share of its words, names aside, that occur in
# the passages: below a third of them, and below two thirds. With more, it is in the passage's own words.
MIN_ANSWERED = {1 / 3: -0.5, 2 / 3: -2.0}
MIN_SHARED = 0.25  # share of a claim's content words that must occur in what it cites
MIN_SHARED_ELSEWHERE = 0.6  # the same for a passage that it does not cite
MAX_CHARS = 1_000  # of a claim: no passage is longer
_MAX_QUOTES = 3  # from one passage, for one claim
_TRIED_ELSEWHERE = 2  # passages that a claim does not cite: so many are tried
_MIN_COPIED_WORDS = 3  # fewer words stand in too many places to tell which one is meant

_ELISION = re.compile(r"\[?(?:…|\.\.\.)\]?")
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"“»]")
_QUOTATION_MARKS = frozenset("\"'“”„‟‘’‚‛«»‹›`")

Span = tuple[int, int]


class Check:
    """Checks claims, for several threads at a time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def prepare(self) -> None:
        """Begin to load what a first check needs in the background, while a language model is waited for."""
        threading.Thread(target=spoken_against, args=("All is well.", ["All is well."]), daemon=True).start()

    def __call__(self, claim: Claim, evidence: Sequence[Evidence]) -> Statement | None:
        """Return the claim as a statement with its quotes; None where it does not pass.

        Args:
            claim: what the model says.
            evidence: what the model was given, in the order in which its marks count from 1.
        """
        if len(claim.text) > MAX_CHARS or not terms_of(claim.text).says_something:
            return None
        copied: dict[int, list[str]] = {}
        for mark in claim.marks:
            if 1 <= mark.number <= len(evidence):
                copied.setdefault(mark.number - 1, []).append(mark.words)
        quotes = self._quotes(claim, copied, evidence, MIN_SHARED)
        if quotes is None:
            quotes = self._elsewhere(claim, copied, evidence)
        return Statement(claim.text, tuple(dict.fromkeys(quotes))) if quotes else None

    def _elsewhere(self, claim: Claim, tried: Mapping[int, Sequence[str]], evidence: Sequence[Evidence]) -> list[Quote]:
        """Return the quotes from a passage that the claim should have cited; none where there is no such passage."""
        terms = terms_of(claim.text)
        said = [mark.words for mark in claim.marks]
        others = [at for at in range(len(evidence)) if at not in tried]
        others.sort(key=lambda at: -_shared(terms, terms_of(evidence[at].text)))
        for at in others[:_TRIED_ELSEWHERE]:
            if quotes := self._quotes(claim, {at: said}, evidence, MIN_SHARED_ELSEWHERE):
                return quotes
        return []

    def _quotes(
        self, claim: Claim, copied: Mapping[int, Sequence[str]], evidence: Sequence[Evidence], least: float
    ) -> list[Quote] | None:
        """Return the quotes that a claim rests on in these passages.

        Args:
            claim: what the model says.
            copied: by the index of a passage, the words that the model claims to have copied from there.
            evidence: what the model was given.
            least: share of the claim's content words that must occur in the passages.

        Returns:
            The quotes; None where the claim is not in the passages; [] where they speak against it.
        """
        if not copied:
            return None
        terms = terms_of(claim.text)
        passages = [_Passage(evidence[at]) for at in copied]
        cited = terms_of("\n".join(passage.grounds for passage in passages))
        if _shared(terms, cited) < least or not _holds(terms, cited, evidence):
            return None
        texts = [passage.evidence.text for passage in passages]
        if not all(any(_occurrences(said, text) for text in texts) for said in _quotations(claim.text)):
            return None
        if _speaks_against(claim.text, terms, [said for passage in passages for said in passage.lines], self._reader):
            return []
        quotes: list[Quote] = []
        for passage, texts_copied in zip(passages, copied.values(), strict=True):
            spans = passage.sentences_with(texts_copied, terms)
            quotes += passage.quotes(spans, terms, covered=[quote.text for quote in quotes])
        return [_led(quote, terms, evidence) for quote in quotes]


@dataclass(frozen=True)
class _Passage:
    """A cited passage; spans count characters of the passage's text."""

    evidence: Evidence

    @property
    def grounds(self) -> str:
        """All that a claim about the passage may name: its text, and what is known of its article."""
        evidence = self.evidence
        article = (evidence.title, evidence.author, evidence.publisher, evidence.published)
        known = (*article, _month(evidence.published), dates_meant(evidence))
        return "\n".join([evidence.text, *(part for part in known if part)])

    @cached_property
    def sentences(self) -> list[Span]:
        return [(sentence.start, sentence.end) for sentence in self.evidence.sentences]

    @property
    def lines(self) -> list[str]:
        """Its sentences, each on one line."""
        return [" ".join(sentence.text.split()) for sentence in self.evidence.sentences]

    def sentences_with(self, copied: Sequence[str], terms: Terms) -> list[Span]:
        """Return the sentences that hold the words said to be copied; none where a part of them is not there."""
        pieces = [piece for text in copied for piece in _ELISION.split(text) if len(piece.split()) >= _MIN_COPIED_WORDS]
        places = [[self._whole(span) for span in _occurrences(piece, self.evidence.text)] for piece in pieces]
        if not all(places):
            return []
        return list(dict.fromkeys(max(spans, key=lambda span: self._overlap(span, terms)) for spans in places))

    def quotes(self, spans: Sequence[Span], terms: Terms, covered: Sequence[str]) -> list[Quote]:
        """Return ``spans`` and the sentences that add terms which they and ``covered`` lack; at least the best one."""
        chosen = list(spans)
        others = [span for span in self.sentences if not any(start <= span[0] < end for start, end in chosen)]
        missing = set(terms.missing_in(terms_of("\n".join([*covered, *map(self._slice, chosen)]))))

        def gain(span: Span) -> int:
            return len(missing.difference(terms.missing_in(terms_of(self._slice(span)))))

        while others and len(chosen) < _MAX_QUOTES:
            best = max(others, key=lambda span: (gain(span), self._overlap(span, terms)))
            if (chosen and not gain(best)) or not self._overlap(best, terms):
                break
            chosen.append(best)
            others.remove(best)
            missing.intersection_update(terms.missing_in(terms_of(self._slice(best))))
        offset = self.evidence.start
        return [Quote(self.evidence, offset + start, offset + end) for start, end in chosen]

    def _slice(self, span: Span) -> str:
        return self.evidence.text[slice(*span)]

    def _overlap(self, span: Span, terms: Terms) -> int:
        part = terms_of(self._slice(span))
        return len(terms.stems & part.stems) + len(terms.numbers & part.numbers)

    def _whole(self, span: Span) -> Span:
        """Return the span of all sentences that a span touches."""
        touched = [sentence for sentence in self.sentences if sentence[0] < span[1] and span[0] < sentence[1]]
        return touched[0][0], touched[-1][1]


def _holds(terms: Terms, cited: Terms, evidence: Sequence[Evidence]) -> bool:
    """True if all that the claim names occurs in what it cites."""
    missing = terms.missing_in(cited)
    if len(missing) == 1 and terms.text.startswith(missing[0]) and missing[0] in terms.names:
        # A sentence's first word has a capital whatever it is: an ordinary word is written small somewhere.
        small = {stem(word) for passage in evidence for word in words(passage.text) if word.islower()}
        return stem(missing[0]) in small
    return not missing


def _speaks_against(text: str, terms: Terms, sentences: Sequence[str], reader: Reader) -> bool:
    """True if sentences that have all the names of a claim say something else, or nothing of the kind."""
    against = spoken_against(text, sentences)
    if against.negated or against.opposites or against.exchanged or against.replaced or against.added:
        return True
    plain = terms.stems - {stem(name) for name in terms.names}
    known = len(plain & terms_of("\n".join(sentences)).stems) / len(plain) if len(plain) > 1 else 1.0
    least = next((least for share, least in MIN_ANSWERED.items() if known < share), None)
    return least is not None and judged(text, sentences, reader) < least


def _led(quote: Quote, terms: Terms, evidence: Sequence[Evidence]) -> Quote:
    """Return the quote from the article that leads its origin, where it bears out as much there."""
    leading = in_leader(quote, evidence)
    lost = set(terms.missing_in(terms_of(leading.text))).difference(terms.missing_in(terms_of(quote.text)))
    return quote if lost else leading


def _quotations(text: str) -> list[str]:
    """Return what a sentence puts between quotation marks, piece by piece, if long enough to be somebody's words."""
    pieces = [piece for said in _QUOTED.findall(text) for piece in _ELISION.split(said)]
    return [piece for piece in pieces if len(piece.split()) >= _MIN_COPIED_WORDS]


def _shared(terms: Terms, cited: Terms) -> float:
    return len(terms.stems & cited.stems) / len(terms.stems) if terms.stems else 0.0


def _occurrences(piece: str, text: str) -> list[Span]:
    """Return where words stand in a text, white space, quotation marks and case aside."""
    plain, offsets = _squeezed(text)
    wanted = _squeezed(piece)[0].strip(" .,;:")
    if not wanted:
        return []
    matches = re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain)
    return [(offsets[match.start()], offsets[match.end() - 1] + 1) for match in matches]


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Return the text in lower case, without quotation marks, white space as one blank; and each character's offset."""
    chars: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        if char in _QUOTATION_MARKS or (char.isspace() and chars[-1:] == [" "]):
            continue
        small = char.lower()
        chars.append(" " if char.isspace() else small if len(small) == 1 else char)
        offsets.append(offset)
    return "".join(chars), offsets


def _month(published: str | None) -> str | None:
    """Return the English name of the month of an ISO date, which is how a sentence writes it."""
    return MONTHS[int(published[5:7]) - 1] if published and len(published) >= 7 else None


def borne_out(short_answer: str | None, kept: Sequence[Statement]) -> str | None:
    """Return the short answer if its words stand together in what was checked and are not denied there, else None."""
    wanted = _stems(short_answer or "")
    checked = [text for item in kept for text in (item.text, *(quote.text for quote in item.quotes))]
    quotes = terms_of("\n".join(quote.text for item in kept for quote in item.quotes))
    if not short_answer or not wanted or terms_of(short_answer).missing_in(quotes):
        return None
    for text in checked:
        stems = _stems(text)
        together = any(stems[at : at + len(wanted)] == wanted for at in range(len(stems)))
        if together and not contradictions(short_answer, text).negated:
            return short_answer
    return None


def _stems(text: str) -> list[str]:
    """Return the stems of the words that carry content or deny something."""
    return [stem(word) for word in words(text) if is_content(word) or is_negator(word)]
