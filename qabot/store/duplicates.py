"""Near duplicates and origins: which articles are reprints of one another, and which of them leads.

Two reports on one event share facts. Reprints share their sentences, word for word or in other words, from the opening
on, in their order, with the same names and numbers in them; so they are told apart from a daily form filled in anew,
whose numbers differ, from pages that show the same gallery, which open differently, and from a round-up, most of which
is about something else.

An article is compared with a few candidates only, found by the bands of its MinHash signature and by the passages
nearest to its own, so that a new one costs the same however large the index is. What is a reprint of a reprint is of
the same origin.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from qabot.articles.urls import host_of
from qabot.models.encoder import Encoder
from qabot.store.catalogue import Catalogue
from qabot.store.records import ArticleRecord
from qabot.store.searcher import Searcher
from qabot.text.dates.period import day_span
from qabot.text.sentences import sentence_spans

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors of unit length."""

COPIED = 0.75
"""Share of the shorter article's words that stand in the longer word for word, by sentences' runs of four words."""
REWORDED = 0.85
"""The same where a sentence that says the same in other words counts too."""
ALMOST_ALL = 0.9
"""The share of what is much shorter, or was published at another time: if more was changed, it is a brief on the same
event, or the next edition of a guide."""
SAME_SENTENCE = 0.6
"""Cosine similarity from which on two sentences, each the other's nearest, may say the same in other words."""
SAME_FACTS = 0.75
"""Share of the shorter article's numbers, and of its names, that the other has too."""
_OPENINGS = 100, 0.1  # words, and share of an article's words: so much of it is looked at, once each
_SHARED_OPENING = 0.25
_FEWEST, _LONGEST = 5, 2000  # sentences of what may be a paraphrase
_EXCERPT = 0.5  # of the longer article's words: what is shorter may be one story of a round-up
_SAME_SUBJECT = 0.5  # cosine of the mean sentences of an excerpt and of the rest
_UNMATCHED = 2  # numbers, or names, that may differ in the shortest of articles: a figure corrected, a name misspelt

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<=\W)[^\W\d_][\w-]+")
_SHINGLE = 4  # words
_PERMUTATIONS, _ROWS = 128, 4  # of a MinHash signature and of each of its bands
_NEIGHBOURS = 20  # passages that are looked at for each of an article's
_NEAR = 0.7  # cosine similarity from which on two passages may be of reprints
_LOOKED_UP = 32  # passages of a long article that are looked up
_CANDIDATES = 8  # articles, by either way
_SAME_TIME = 31  # days between two publications at most, where much may have been edited
_KEPT, _COMPARED = 256, 100_000  # texts, with the vectors of their sentences; pairs of articles
_KEPT_CHARACTERS = 4_000_000  # of these texts together: what is made of a text takes forty times its memory
_NO_DATE = "9999"


@dataclass(frozen=True)
class Prose:
    """An article's text, taken apart to be compared. Each part is made when it is first asked for.

    Attributes:
        text: the text.
        encode: makes vectors of sentences.
    """

    text: str
    encode: Encode

    @cached_property
    def sentences(self) -> list[str]:
        """Its sentences."""
        return [self.text[start:end] for start, end in sentence_spans(self.text)]

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """How many words each sentence has."""
        return np.array([len(_WORD.findall(each)) for each in self.sentences], dtype=np.float64)

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The vector of each sentence."""
        return self.encode(self.sentences)

    @cached_property
    def shingles(self) -> list[set[str]]:
        """Of each sentence, its runs of four words; of a shorter one, its words."""
        return [_shingles(_WORD.findall(each.casefold())) for each in self.sentences]

    @cached_property
    def all_shingles(self) -> set[str]:
        """The shingles of all sentences."""
        return set().union(*self.shingles)

    @cached_property
    def words(self) -> set[str]:
        """Its different words, without regard to case."""
        return set(_WORD.findall(self.text.casefold()))

    @cached_property
    def numbers(self) -> set[str]:
        """The numbers in it, without separators."""
        return {re.sub(r"\D", "", each) for each in _NUMBER.findall(self.text)}

    @cached_property
    def names(self) -> set[str]:
        """The words with a capital inside a sentence, without regard to case."""
        return {
            word
            for sentence in self.sentences
            for name in _NAME.findall(sentence)
            if name[0].isupper()
            for word in _WORD.findall(name.casefold())
        }


def bands(prose: Prose) -> list[int]:
    """Return the bands of a text's MinHash signature, as numbers of 63 bits: near copies have one in common.

    Of pairs of texts that share half of their shingles 87% have one, of those that share three quarters all but one
    in 200,000; of those that share a tenth, one in 300.

    Source: Broder, "On the resemblance and containment of documents" (1997); bands as in Leskovec, Rajaraman and
    Ullman, "Mining of Massive Datasets", chapter 3.
    """
    from rensa import RMinHash

    signature = RMinHash(_PERMUTATIONS, seed=1)
    signature.update(list(prose.all_shingles))
    rows = np.array(signature.digest(), dtype="<u4").reshape(-1, _ROWS)
    return [
        int.from_bytes(blake2b(row.tobytes(), digest_size=8, salt=number.to_bytes(2)).digest()) >> 1
        for number, row in enumerate(rows)
    ]


def same_facts(one: Prose, other: Prose) -> bool:
    """True if the numbers and the names of the shorter article stand in the longer."""
    shorter, longer = _by_length(one, other)
    return _share(shorter.numbers, longer.numbers) >= SAME_FACTS and _share(shorter.names, longer.words) >= SAME_FACTS


def is_near_copy(one: Prose, other: Prose, *, apart: bool = False) -> bool:
    """True if the shorter article stands in the longer word for word, but for some edits.

    Args:
        one: an article.
        other: another.
        apart: whether they were published at different times.
    """
    shorter, longer = _by_length(one, other)
    share = ALMOST_ALL if apart or _is_excerpt(shorter, longer) else COPIED
    return _is_copy(shorter, longer, _copied(shorter, longer), _copied(longer, shorter), share)


def is_paraphrase(one: Prose, other: Prose, *, apart: bool = False) -> bool:
    """True if the sentences of the shorter article stand in the longer, in the same order, if in other words.

    A few sentences in other words may as well be a brief on the same event: of them nothing is said.

    Args:
        one: an article.
        other: another.
        apart: whether they were published at different times.
    """
    shorter, longer = _by_length(one, other)
    if not _FEWEST <= len(shorter.sentences) <= _LONGEST or _is_excerpt(shorter, longer):
        return False
    pairs = aligned(shorter.vectors @ longer.vectors.T, shorter.sizes)
    covered, covering = np.zeros(len(shorter.sentences)), np.zeros(len(longer.sentences))
    for row, column in pairs:
        covered[row] = covering[column] = 1.0
    return _is_copy(shorter, longer, covered, covering, ALMOST_ALL if apart else REWORDED)


def aligned(similarity: NDArray[np.float32], sizes: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pair the sentences of two articles that say the same: the heaviest set of pairs in the same order in both.

    Args:
        similarity: cosines, shape (sentences of the one, sentences of the other).
        sizes: the weight of each sentence of the one.

    Returns:
        Pairs (sentence of the one, sentence of the other), each the other's nearest, both numbers rising.
    """
    nearest, nearest_back = similarity.argmax(axis=1), similarity.argmax(axis=0)
    rows = np.arange(len(similarity))
    rows = rows[(nearest_back[nearest] == rows) & (similarity[rows, nearest] >= SAME_SENTENCE)]
    columns = nearest[rows]
    weights, before = np.zeros(len(rows)), np.full(len(rows), -1)  # of the best chain that ends with each pair
    for n, row in enumerate(rows):
        earlier = np.where(columns[:n] < columns[n], weights[:n], 0.0)
        if n and earlier.max() > 0:
            before[n] = earlier.argmax()
            weights[n] = earlier.max()
        weights[n] += sizes[row]
    chain = []
    last = int(weights.argmax()) if len(rows) else -1
    while last >= 0:
        chain.append((int(rows[last]), int(columns[last])))
        last = int(before[last])
    return chain[::-1]


def _is_copy(
    shorter: Prose, longer: Prose, covered: NDArray[np.float64], covering: NDArray[np.float64], share: float
) -> bool:
    """True if what two articles share makes them copies.

    Args:
        shorter: the one with fewer words.
        longer: the other.
        covered: how far each sentence of the shorter stands in the longer, 0 to 1.
        covering: the same of each sentence of the longer.
        share: so much of the shorter must be covered.
    """
    if not shorter.sizes.sum() or np.average(covered, weights=shorter.sizes) < share:
        return False
    if _opening(covered, shorter.sizes) < _SHARED_OPENING:
        return False
    return not _is_excerpt(shorter, longer) or (
        _opening(covering, longer.sizes) >= _SHARED_OPENING and _same_subject(shorter, longer, covering)
    )


def _is_excerpt(shorter: Prose, longer: Prose) -> bool:
    return bool(shorter.sizes.sum() < _EXCERPT * longer.sizes.sum())


def _opening(covered: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Return the share of an article's opening that the other has."""
    words, share = _OPENINGS
    ends = [int(np.searchsorted(sizes.cumsum(), size)) + 1 for size in (words, share * sizes.sum())]
    return min(float(np.average(covered[:end], weights=sizes[:end])) if sizes[:end].any() else 0.0 for end in ends)


def _same_subject(excerpt: Prose, whole: Prose, covering: NDArray[np.float64]) -> bool:
    """True if what an article says beside the excerpt is about the same subject."""
    rest = covering < 0.5
    if not rest.any():
        return True
    one, other = excerpt.vectors.mean(axis=0), whole.vectors[rest].mean(axis=0)
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other))) >= _SAME_SUBJECT


def _copied(one: Prose, other: Prose) -> NDArray[np.float64]:
    return np.array([len(each & other.all_shingles) / len(each) if each else 0.0 for each in one.shingles])


def _by_length(one: Prose, other: Prose) -> tuple[Prose, Prose]:
    return (one, other) if one.sizes.sum() <= other.sizes.sum() else (other, one)


def _shingles(words: list[str]) -> set[str]:
    return {" ".join(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1))} if words else set()


def _share(some: set[str], among: set[str]) -> float:
    return (len(some & among) + _UNMATCHED) / (len(some) + _UNMATCHED)


def group_new(catalogue: Catalogue, encoder: Encoder) -> None:
    """Give an origin to every article that has none yet; the model is used where only the sentences can tell."""
    comparison = _Comparison(catalogue, encoder)
    with closing(Searcher(catalogue)) as searcher:
        for article_id in catalogue.without_origin():
            signature = bands(comparison.prose(article_id))
            catalogue.put_bands(article_id, signature)
            group = _group_of(catalogue, article_id)
            for candidate in _candidates(catalogue, searcher, article_id, signature):
                if candidate not in group and comparison.reprints(article_id, candidate):
                    group |= _group_of(catalogue, candidate)
            catalogue.put_origin(list(group), leader(group.values()).article_id)


def renew_bands(catalogue: Catalogue) -> None:
    """Make the bands of all articles anew, by which later ones are compared with them; their origins stay."""

    def no_vectors(_texts: Sequence[str]) -> NDArray[np.float32]:
        raise NotImplementedError  # bands are made of words alone

    for article in catalogue.articles():
        catalogue.put_bands(article.article_id, bands(Prose(catalogue.text(article.article_id), no_vectors)))


def leader(group: Iterable[ArticleRecord]) -> ArticleRecord:
    """Return the article that leads a group of reprints.

    It is the one whose publisher another names as the original's; else the earliest, one without a date last; of two
    of the same day the longer, then by title. A date of reduced precision counts as its last day, after a full one of
    that day: "2024" comes before "2025-01-01" and after "2024-12-31".
    """
    group = list(group)
    publications: defaultdict[str, set[str]] = defaultdict(set)
    for article in group:
        for name in _publishers(article):
            publications[name].add(article.article_id)
    credited: set[str] = set()
    credits_another: set[str] = set()
    for article in group:
        named = publications.get(_letters(article.original or ""), set()) - {article.article_id}
        credited |= named
        credits_another |= {article.article_id} if named else set()

    def rank(article: ArticleRecord) -> tuple[bool, bool, int, int, int, str, str]:
        article_id = article.article_id
        first, last = (day.toordinal() for day in day_span(article.published or _NO_DATE))
        by_credit = article_id in credits_another, article_id not in credited
        return *by_credit, last, -first, -article.passages, article.title or "", article_id

    return min(group, key=rank)


class _Comparison:
    """Compares articles of a catalogue; what was made of them is kept for a while."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder) -> None:
        self._catalogue = catalogue
        self._encoder = encoder
        self._compared = lru_cache(_COMPARED)(self._compare)
        self._kept: dict[str, Prose] = {}  # what was asked for last stands last

    def prose(self, article_id: str) -> Prose:
        """Return an article's text to be compared; the two asked for last are kept, however long they are."""
        kept, text = self._kept, self._catalogue.text
        kept[article_id] = kept.pop(article_id) if article_id in kept else Prose(text(article_id), self._encoder.encode)
        while len(kept) > _KEPT or (len(kept) > 2 and sum(len(p.text) for p in kept.values()) > _KEPT_CHARACTERS):
            del kept[next(iter(kept))]
        return kept[article_id]

    def reprints(self, one: str, other: str) -> bool:
        """True if two articles are reprints of one another."""
        return self._compared(*sorted((one, other)))

    def _compare(self, one: str, other: str) -> bool:
        prose = self.prose(one), self.prose(other)
        apart = _days_apart(*self._catalogue.records([one, other]).values()) > _SAME_TIME
        return same_facts(*prose) and (is_near_copy(*prose, apart=apart) or is_paraphrase(*prose, apart=apart))


def _days_apart(one: ArticleRecord, other: ArticleRecord) -> int:
    """Return the least number of days between two articles' publication; 0 where that is unknown."""
    if not one.published or not other.published:
        return 0
    earlier, later = sorted(day_span(each) for each in (one.published, other.published))
    return max(0, (later[0] - earlier[1]).days)


def _group_of(catalogue: Catalogue, article_id: str) -> dict[str, ArticleRecord]:
    """Return the articles that are known to be of one origin with an article, itself included, by id."""
    [article] = catalogue.records([article_id]).values()
    return {each.article_id: each for each in [article, *catalogue.origin_members(article.origin)]}


def _candidates(catalogue: Catalogue, searcher: Searcher, article_id: str, signature: list[int]) -> dict[str, None]:
    """Return the articles that may be reprints of one, the likeliest first."""
    by_bands = catalogue.sharing_bands(signature)
    by_passages = _nearest(catalogue, searcher, catalogue.article_vectors(article_id))
    found: dict[str, None] = {}
    for counted in (by_bands, by_passages):
        del counted[article_id]
        found |= dict.fromkeys(candidate for candidate, _ in counted.most_common(_CANDIDATES))
    return found


def _nearest(catalogue: Catalogue, searcher: Searcher, mine: NDArray[np.float32]) -> Counter[str]:
    """Count, for each article near to one, how many of the passages looked up it is near to."""
    if not mine.size:
        return Counter()
    looked_up = mine[:: -(-len(mine) // _LOOKED_UP)]
    near = [[hit.passage_id for hit in hits if hit.score >= _NEAR] for hits in searcher.nearest(looked_up, _NEIGHBOURS)]
    article_of = catalogue.articles_of(sorted({each for ids in near for each in ids}))
    return Counter(article for ids in near for article in {article_of[each] for each in ids if each in article_of})


def _publishers(article: ArticleRecord) -> set[str]:
    """Return what an article's publisher may be called: its name, and the name of the article's site."""
    host = (host_of(article.url) or "").removeprefix("www.")
    return {_letters(name) for name in (article.publisher or "", host, *host.split(".")[:-1])} - {""}


def _letters(name: str) -> str:
    """Return a name in one spelling: "The Conversation" and "theconversation" become the same."""
    return "".join(re.findall(r"\w", name.casefold())).removeprefix("the")
