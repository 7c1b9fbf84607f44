"""Hybrid retrieval: dense and word search, fused, ranked again by what the reader finds, and without repetitions.

A question is asked as the articles spell it: what none of them has is taken for what they have and is spelt nearly so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from qabot.answering.answer import Evidence
from qabot.answering.draft import known_of, overlap
from qabot.answering.read import READ, Readings
from qabot.models.reader import Reader
from qabot.store.passages import LONGEST
from qabot.store.records import ANYWHERE, Hit, OpenIndex, Scope, StoredPassage
from qabot.text.corrections import corrections_in
from qabot.text.dates.expressions import time_constraint, timeliness
from qabot.text.dates.period import is_later, parse_period
from qabot.text.names import country_of, exchanged, is_country, long_form, spelt_alike, without_possessive
from qabot.text.sentences import sentence_spans
from qabot.text.terms import terms_of
from qabot.text.tokens import content_stems, fold, is_content, words

SHOWN = 10
"""At least so many passages are shown as evidence, where the index has them."""
ABOUT_IT = 0.35
"""Cosine of question and passage from which on a passage is about what is asked, whatever words it has."""
_DEPTH = 50
"""How many hits of each search are fused."""
_RANK_CONSTANT = 60
_READ_BEFORE = 300
"""So many characters before a passage are read with it at most, and no more than a passage has with them."""
_REPEATED = 0.5
"""Share of the content words of the shorter of two passages that the longer has too, where it is a reprint's."""


def retrieve(
    index: OpenIndex, question: str, *, scope: Scope = ANYWHERE, k: int = SHOWN, readings: Readings | None = None
) -> list[Evidence]:
    """Return passages for a question, best first; what repeats others comes last.

    They are found for the question, which stands alone, by cosine similarity and by BM25, fused by reciprocal rank, and
    ranked again by what is read in them; without readings, they stay as they were fused.
    """
    found = _search(index, question, scope)
    read = max(READ, k)
    found = [*_with_their_articles(index, found[:read]), *found[read:]]
    asked = time_constraint(question, scope.as_of)
    scores = by_reader(readings, found) if readings else [piece.score for piece in found]
    scored = [
        replace(piece, score=score * timeliness(asked, piece.text, parse_period(piece.published)))
        for piece, score in zip(found, scores, strict=True)
    ]
    scored.sort(key=lambda piece: -piece.score)
    leaders = sorted({piece.origin for piece in found if not piece.leads})  # of the reprints
    # What comes up from behind repetitions was not among the first: it is given what the others were.
    return _with_their_articles(index, reprints_last(scored, index.texts(leaders))[:k])


def _search(index: OpenIndex, question: str, scope: Scope) -> list[Evidence]:
    """Return what both searches find, fused, best first."""
    vector = index.encoder.encode([question])[0]
    dense = index.search_vectors(vector, _DEPTH, scope)
    fused = dict(fuse([dense, index.search_words(question, _DEPTH, scope)]))
    similarity = {hit.passage_id: hit.score for hit in dense}
    return [
        Evidence(
            **known_of(passage.article),
            text=passage.text,
            start=passage.start,
            end=passage.end,
            score=fused[passage.passage_id],
            similarity=similarity.get(passage.passage_id, 0.0),
            record=passage.record,
        )
        for passage in index.passages(list(fused))
    ]


def _with_their_articles(index: OpenIndex, pieces: Sequence[Evidence]) -> list[Evidence]:
    """Return passages with what stands before them, and with the values that are taken back.

    Taken back by their articles wherever, by later ones of the same. Left out is what was removed in the meantime.
    """
    texts = index.texts([piece.article_id for piece in pieces])
    corrections = {article: corrections_in(text) for article, text in texts.items()}
    correcting = {piece.article_id: piece for piece in pieces if corrections.get(piece.article_id)}

    def withdrawn(piece: Evidence) -> Iterator[str]:
        for article, other in correcting.items():
            own = article == piece.article_id
            if own or not is_later(piece.published, other.published):
                for correction in corrections[article]:
                    yield from correction.wrong if own or correction.meets(piece.headed) else ()

    return [
        replace(
            piece,
            withdrawn=piece.withdrawn.union(withdrawn(piece)),
            before=what_stands_before(piece, texts[piece.article_id]),
        )
        for piece in pieces
        if piece.article_id in texts
    ]


def what_stands_before(piece: Evidence, text: str) -> str:
    """Return the sentences of an article's text that stand before a passage and are read with it."""
    start = max(0, piece.start - min(_READ_BEFORE, max(0, LONGEST - len(piece.text))))
    begins = [begin for begin, _ in sentence_spans(text[start : piece.start])]
    whole = begins[1:] if start else begins  # the first one is cut
    return text[start + whole[0] : piece.start] if whole else ""


def fuse(rankings: Sequence[Sequence[Hit]]) -> list[tuple[int, float]]:
    """Fuse rankings by reciprocal rank: return passage ids with scores between 0 and 1, best first.

    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning
    Methods" (SIGIR 2009), divided by the highest score there can be.
    """
    scores: defaultdict[int, float] = defaultdict(float)
    for ranking in rankings:
        for place, hit in enumerate(ranking):
            scores[hit.passage_id] += (_RANK_CONSTANT + 1) / (_RANK_CONSTANT + 1 + place) / len(rankings)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def reprints_last(ranked: Sequence[Evidence], leading_texts: Mapping[str, str]) -> list[Evidence]:
    """Return passages, best first, with those last that only repeat what a reprint of their article says.

    Of a passage and its repetitions the leading article's stands in the place of the best; without reprints, all is as
    it was. No score is higher than one before it. A passage with a number that neither the text of the article which
    leads its origin (by its id) nor the passage before it has is no repetition, but an article's later state.
    """

    def repeats(passage: Evidence, original: Evidence) -> bool:
        """True if a passage says what one of another article of its origin says, if in other words."""
        known = terms_of(original.text).numbers | terms_of(leading_texts.get(passage.origin, "")).numbers
        if passage.article_id == original.article_id or terms_of(passage.text).numbers - known:
            return False
        return overlap(set(content_stems(passage.text)), set(content_stems(original.text))) >= _REPEATED

    original: list[Evidence] = []
    repeated: list[Evidence] = []
    places: defaultdict[str, list[int]] = defaultdict(list)  # by origin: what is of another repeats nothing
    for passage in ranked:
        for place in places[passage.origin]:
            earlier = original[place]
            if passage.leads and repeats(earlier, passage):
                original[place] = replace(passage, score=earlier.score)
                repeated.append(replace(earlier, score=passage.score))
                break
            if repeats(passage, earlier):
                repeated.append(passage)
                break
        else:
            places[passage.origin].append(len(original))
            original.append(passage)
    repeated.sort(key=lambda piece: -piece.score)
    lowest = original[-1].score if original else 0.0
    return original + [replace(piece, score=min(piece.score, lowest)) for piece in repeated]


def by_reader(readings: Readings, evidence: Sequence[Evidence]) -> list[float]:
    """Return of each passage the mean of its score and the probability of what answers best in it."""
    best: dict[int, float] = {}
    for each in readings.candidates(evidence):
        best.setdefault(id(each.evidence), each.probability)
    return [(piece.score + best.get(id(piece), 0.0)) / 2 for piece in evidence]


_LOOKED_AT = 20  # passages
_SHORTEST = 5  # letters: of two shorter words that are nearly alike, neither is the other's misspelling
_ACRONYM = 3  # letters: of fewer, too much is the beginning
_ALIKE = 0.75
"""Likeness of letters (difflib's ratio) from which on a word is taken for another one's misspelling."""


def as_spelt(question: str, index: OpenIndex, reader: Reader) -> str:
    """Return a question as the articles spell it; unchanged where they have its words.

    A word that no article has becomes the one that is nearest to it, unless it is a common word or a country, which is
    no misspelling of another one. An acronym that no article writes becomes what it stands for there.
    """
    for word in map(without_possessive, dict.fromkeys(words(question))):
        asked = fold(word)
        if word.isupper() and is_content(word) and len(asked) >= _ACRONYM:
            question = _in_full(question, word, index)
        if len(asked) < _SHORTEST or not asked.isalpha() or reader.knows(asked) or is_country((asked,)):
            continue
        told = _forms(index, index.spelt_nearly(asked, _LOOKED_AT))
        nearest = max(told, key=lambda form: (spelt_alike(asked, form), told[form]), default=word)
        if nearest != word and spelt_alike(asked, nearest) >= _ALIKE:
            question = exchanged(question, word, nearest)
    return question


def _in_full(question: str, short: str, index: OpenIndex) -> str:
    """Return the question with the name that an acronym stands for, where the articles have it in full only."""
    texts = [each.text for each in _passages(index, index.search_words(short, _LOOKED_AT))]
    if any(short in words(text) for text in texts):
        return question
    full = next((name for text in texts if (name := long_form(short, text)) and _is_one_name(name)), short)
    return exchanged(question, short, full)


def _is_one_name(name: str) -> bool:
    """True if capitals beside each other name one thing: not "Oslo's Tin Square", nor "Blue Tin and SEC"."""
    first = name.split()[0]
    owner = without_possessive(first) != first and country_of((fold(without_possessive(first)),)) is not None
    return not owner and not any(word.isupper() and len(word) >= _ACRONYM for word in words(name))


def with_capitals(question: str, index: OpenIndex) -> str:
    """Return a question typed in capitals or in small letters alone with the capitals that the articles have."""
    if not (question.islower() or (question.isupper() and len(words(question)) > 1)):
        return question
    told = _forms(index, index.search_words(question, _LOOKED_AT))
    known: dict[str, str] = {}
    for form in sorted(told, key=lambda form: (form.islower(), told[form])):  # small letters at last: they count first
        known[fold(form)] = form
    for word in words(question):
        owner = without_possessive(word)
        form = known.get(fold(owner), owner) if is_content(owner.lower()) else owner.lower()
        question = exchanged(question, word, form + word[len(owner) :].lower())
    return question[0].upper() + question[1:]


def _forms(index: OpenIndex, hits: Iterable[Hit]) -> Counter[str]:
    """Return the words of passages as they stand there, without possessive endings, with how often they do."""
    return Counter(without_possessive(word) for each in _passages(index, hits) for word in words(each.text))


def _passages(index: OpenIndex, hits: Iterable[Hit]) -> list[StoredPassage]:
    return index.passages([hit.passage_id for hit in hits])
