"""Check a language model's claims against the passages: what passes becomes a statement with verbatim quotes.

The model's word counts for nothing here. A claim passes where the passages that it cites, or another, have its names,
numbers and quotations, nothing there speaks against it, and each of its clauses is borne out (see `entailment`): what
stands beside the main clause may be false where that is true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from qabot.answering.answer import Evidence
from qabot.answering.draft import Quote, Statement, in_leader
from qabot.answering.entailment import sentences_of, support
from qabot.answering.llm.parse import Claim
from qabot.answering.llm.prompts import dates_meant, with_days
from qabot.answering.query import Kind, Question
from qabot.answering.rank import DECIDED
from qabot.models.reader import Reader, ReaderPassage
from qabot.text.dates.period import in_words
from qabot.text.phrases import clauses, is_fragment, is_order
from qabot.text.sentences import sentence_spans
from qabot.text.terms import Terms, alterations, terms_of
from qabot.text.tokens import content_stems, stem, words

MIN_SUPPORT = 0.62
"""The least probability that a passage says what a claim says."""
MIN_SUPPORT_NEW = 0.88
"""And what a clause says of whose content words most are not there: this is where models invent."""
DENIED = 0.9
"""Where the cited passage says the contrary at least this likely, no other passage is looked into."""
MIN_SHARED = 0.25  # share of a claim's content words that must occur in what it cites
MIN_SHARED_ELSEWHERE = 0.4  # the same for a passage that it does not cite
MAX_CHARS = 1_000  # of a claim: no passage is longer
_MAX_QUOTES = 3  # from one passage, for one claim
_TRIED_ELSEWHERE = 4  # passages that a claim does not cite: so many are tried
_FEW = 6  # words without a verb that are a bare answer; of more, the tagger may have missed the verb
_REPEATED = 0.7  # share of a claim's content words in a sentence of the prompt from which on it repeats that sentence
_SOMEBODYS_WORDS = 3  # between quotation marks, from which on they are somebody's

_ELISION = re.compile(r"\[?(?:…|\.\.\.)\]?")
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"“»]")
# What follows is what can be borne out; of "No-one was hurt" all is.
_YES_NO = re.compile(r"^(yes|no)(?:\s*[,.:;—–]|\s+-)+\s*", re.IGNORECASE)
_LINK = re.compile(r"\w+://|\bwww\.|\b(?!\d+(?:\.\d+)?/\d)[\w-]+(?:\.[\w-]+)+/", re.IGNORECASE)
_TO_THE_READER = re.compile(r"\b(?:you|your|yours|yourself|yourselves|please)\b", re.IGNORECASE)
_QUOTATION_MARKS = frozenset("\"'“”„‟‘’‚‛«»‹›`")

Place = tuple[str, int]
"""Of a sentence: its article's id, and its first character there."""


class Check:
    """Checks claims, for several threads at a time."""

    def __init__(
        self,
        reader: Reader,
        told: str = "",
        likely: Mapping[Place, float] = MappingProxyType({}),
        question: Question | None = None,
        least: float = 0.0,
    ) -> None:
        """Make a check by a reader.

        A claim is none that repeats what the model was ``told`` beside the passages. Of two sentences that bear one out
        as well, the likelier to answer is quoted; one of those quoted must be at ``least`` so likely to. Of an answer
        to a question of yes or no, that word is checked too.
        """
        self._reader, self._likely, self._question, self._least = reader, likely, question, least
        self._told = [frozenset(content_stems(told[start:end])) for start, end in sentence_spans(told)]

    def __call__(self, claim: Claim, evidence: Sequence[Evidence]) -> Statement | None:
        """Return the claim as a statement with its quotes; None where it does not pass.

        Its marks number what the model was given, from 1. A "Yes," or "No," before it goes where what it states surely
        means the other.
        """
        full, claim = claim.text, replace(claim, text=_YES_NO.sub("", claim.text))
        if full != claim.text and self._denies(full, claim.text):
            full = claim.text[:1].upper() + claim.text[1:]
        if len(claim.text) > MAX_CHARS or not terms_of(claim.text).says_something:
            return None
        if _LINK.search(claim.text) or claim.text.endswith("?") or self._repeats_prompt(claim.text, evidence):
            return None
        cited = list(dict.fromkeys(number - 1 for number in claim.marks if 1 <= number <= len(evidence)))
        quotes = self._quotes(claim, cited, evidence, MIN_SHARED)
        if quotes is None:
            quotes = self._elsewhere(claim, cited, evidence)
        if not quotes or max(self._likely.get(quote.place[:2], 0.0) for quote in quotes) < self._least:
            return None
        return Statement(full, tuple(dict.fromkeys(quotes)))

    def _repeats_prompt(self, text: str, evidence: Sequence[Evidence]) -> bool:
        """True if a sentence of the prompt has most of a claim's words, and no sentence of the evidence as many."""
        said = frozenset(content_stems(text))
        told = max((len(said & each) for each in self._told), default=0)
        if not said or told < _REPEATED * len(said):
            return False
        return all(len(said & sentence.stems) < told for passage in evidence for sentence in passage.sentences)

    def _is_borne_out(self, text: str, cited: Terms, passages: Sequence[str]) -> bool:
        """True if passages say what a claim says, and each clause of it that is not in the words of what is cited.

        What is elliptic only the question can tell.
        """
        said = [] if _is_elliptic(text) else [(text, MIN_SUPPORT)]
        said += [(clause.alone, MIN_SUPPORT_NEW) for clause in clauses(text) if _is_new(clause.text, cited)]
        return all(support(each, passages, self._reader, cited.text) >= least for each, least in said)

    def _denies(self, full: str, stated: str) -> bool:
        """True if by what a claim states the answer is surely another than the yes or no before it."""
        said = yes_or_no(full)
        if not (said and self._question and self._question.kind is Kind.YES_NO):
            return False
        (judgement,) = self._reader.judge(self._question.text, [ReaderPassage(stated)])
        return judgement.verdict != said and judgement.sure >= DENIED

    def _is_denied(self, text: str, terms: Terms, lines: Sequence[str]) -> bool:
        """True if the sentence that shares most words with a claim surely says the contrary."""
        nearest = max(lines, key=lambda said: _shared(terms, terms_of(said)))
        (judgement,) = self._reader.judge(text, [ReaderPassage(nearest)])
        return judgement.refuted >= DENIED

    def _elsewhere(self, claim: Claim, tried: Sequence[int], evidence: Sequence[Evidence]) -> list[Quote]:
        """Return the quotes from a passage that the claim should have cited; none where there is no such passage.

        What it did cite is quoted beside it, where both together say it too.
        """
        terms = terms_of(claim.text)
        others = [at for at in range(len(evidence)) if at not in tried]
        others.sort(key=lambda at: -_shared(terms, terms_of(evidence[at].text)))
        for at in others[:_TRIED_ELSEWHERE]:
            if quotes := self._quotes(claim, [at], evidence, MIN_SHARED_ELSEWHERE):
                together = self._quotes(claim, [*tried, at], evidence, MIN_SHARED) if tried else None
                return together or quotes
        return []

    def _quotes(
        self, claim: Claim, places: Sequence[int], evidence: Sequence[Evidence], least: float
    ) -> list[Quote] | None:
        """Return the quotes that a claim rests on in the passages at some places of the evidence.

        None where they do not say it: ``least`` is the share of its content words that must occur there. [] where they
        speak against it.
        """
        if not places:
            return None
        terms = terms_of(claim.text)
        passages = [evidence[at] for at in places]
        articles = {passage.article_id for passage in passages}  # who "he" is may be named elsewhere in them
        beside = [passage.text for passage in evidence if passage.article_id in articles]
        cited = terms_of("\n".join([_grounds(passage) for passage in passages] + beside))
        if _shared(terms, cited) < least or terms.missing_in(cited):
            return None
        texts = [passage.text for passage in passages]
        if not all(any(_stand_in(said, text) for text in texts) for said in _quotations(claim.text)):
            return None
        lines = sentences_of(texts)
        if _needs_own_words(claim.text) and not any(terms.stems <= terms_of(said).stems for said in lines):
            return None
        if not lines or alterations(claim.text, lines, cited.text):
            return []
        copied = any(_plain(line).strip(" .") == _plain(claim.text).strip(" .") for line in lines)
        if not copied and not self._is_borne_out(claim.text, cited, list(map(with_days, passages))):
            return [] if self._is_denied(claim.text, terms, lines) else None
        quotes: list[Quote] = []
        for passage in passages:
            quotes += self._quotes_of(passage, terms, covered=quotes)
        return [_led(quote, terms, evidence) for quote in quotes]

    def _quotes_of(self, passage: Evidence, terms: Terms, covered: Sequence[Quote]) -> list[Quote]:
        """Return the best sentence of a passage, and those that add terms which it and ``covered`` lack.

        [] where the best has none of the claim's words but those that are covered, unless it has all of them. One
        that answers more likely than not, and has half as many of the claim's words as any, is the best.
        """
        chosen: list[Quote] = []
        others = [(Quote.of(passage, sentence), terms_of(sentence.text)) for sentence in passage.sentences]
        told = terms_of("\n".join([quote.text for quote in covered]))
        missing = set(terms.missing_in(told))
        most = max((_in_common(terms, said) for _, said in others), default=0)

        def worth(other: tuple[Quote, Terms]) -> tuple[bool, int, int, int, float]:
            quote, said = other
            likelihood, count = self._likely.get(quote.place[:2], 0.0), _in_common(terms, said)
            answers = not chosen and likelihood >= DECIDED and count >= most / 2
            fresh = len((terms.stems - told.stems) & said.stems) if covered else 0
            return answers, len(missing.difference(terms.missing_in(said))), fresh, count, likelihood

        while others and len(chosen) < _MAX_QUOTES:
            best = max(others, key=worth)
            (quote, said), (_, gain, fresh, count, _) = best, worth(best)
            tells = not chosen and (not covered or fresh > 0 or terms.stems <= said.stems)
            if not count or not (gain or tells):
                break
            chosen.append(quote)
            others.remove(best)
            missing.intersection_update(terms.missing_in(said))
        return chosen


def _grounds(passage: Evidence) -> str:
    """Return all that a claim about a passage may name: its text, and what is known of its article."""
    article = (passage.title, passage.author, passage.publisher, passage.published)
    known = (*article, in_words(passage.published), dates_meant(passage))
    return "\n".join([passage.text, *(part for part in known if part)])


def yes_or_no(said: str) -> str | None:
    """Return the ``Yes`` or ``No`` that a sentence begins with, or is; None where there is none."""
    found = _YES_NO.match(f"{said},")
    return found[1].capitalize() if found else None


def is_yes_or_no(said: str) -> bool:
    """True if a sentence is a yes or no, and nothing more."""
    return _YES_NO.fullmatch(f"{said},") is not None


def _needs_own_words(text: str) -> bool:
    """True if a claim may only stand as a passage says it: it bids somebody do something, or is elliptic."""
    plain = _QUOTED.sub(" ", text)
    return bool(_TO_THE_READER.search(plain)) or is_order(plain) or _is_elliptic(text)


def _is_elliptic(text: str) -> bool:
    """True if only the question says what is claimed: few words and no verb, or none beside names ("Ada Quill did")."""
    terms = terms_of(text)
    return (len(words(text)) <= _FEW and is_fragment(text)) or terms.stems <= {stem(name) for name in terms.names}


def _is_new(clause: str, cited: Terms) -> bool:
    """True if most of a clause's content words do not occur in what is cited."""
    said = frozenset(content_stems(clause))
    return len(said - cited.stems) > len(said) / 2


def _led(quote: Quote, terms: Terms, evidence: Sequence[Evidence]) -> Quote:
    """Return the quote from the article that leads its origin, where it bears out as much there."""
    leading = in_leader(quote, evidence)
    lost = set(terms.missing_in(terms_of(leading.text))).difference(terms.missing_in(terms_of(quote.text)))
    return quote if lost else leading


def _quotations(text: str) -> list[str]:
    """Return what a sentence puts between quotation marks, piece by piece, if long enough to be somebody's words."""
    pieces = [piece for said in _QUOTED.findall(text) for piece in _ELISION.split(said)]
    return [piece for piece in pieces if len(piece.split()) >= _SOMEBODYS_WORDS]


def _in_common(terms: Terms, said: Terms) -> int:
    return len(terms.stems & said.stems) + len(terms.numbers & said.numbers)


def _shared(terms: Terms, cited: Terms) -> float:
    return len(terms.stems & cited.stems) / len(terms.stems) if terms.stems else 0.0


def _stand_in(piece: str, text: str) -> bool:
    """True if words stand in a text, white space, quotation marks and case aside."""
    wanted = _plain(piece).strip(" .,;:")
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", _plain(text)) is not None


def _plain(text: str) -> str:
    """Return a text in lower case, without quotation marks, white space as one blank."""
    # One letter has a small form of two characters, which would end a word in its middle: it stays.
    small = (char if len(char.lower()) > 1 else char.lower() for char in text if char not in _QUOTATION_MARKS)
    return " ".join("".join(small).split())
