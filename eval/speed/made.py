"""Made articles of news-like length and vocabulary, and large indexes of them; they say nothing.

Words are drawn by Zipf's law from the vocabulary that the models read English with, names are invented, and sentences
are as long as in news: so many characters make as many sentences and tokens as there. An article keeps to its topic,
which has words and names of its own.

In large indexes vectors are drawn instead of computed, so that a million passages load in minutes. Such an index claims
to be made with the embedding model that comes with qabot, so that it is asked as any other; only what is nearest to a
question means nothing. Vectors of one topic lie together, as those of news do. Articles get no origin but themselves:
nothing is compared. Of each topic some paragraphs are made and annotated, and put together in other orders after that.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qabot.articles.article import Article
from qabot.models.encoder import SentenceTransformersEncoder, load_encoder
from qabot.models.onnx_encoder import export
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.location import Location, writer
from qabot.store.passages import Passage, _passage_id
from qabot.store.search_files import SearchFiles
from qabot.text.annotate import Sentence, annotate

FIRST_DAY, DAYS = date(2015, 1, 1), 3652
TOPICS = 500
_COMMON = (
    "the of to and a in that is was for on with he as it by at be from his are this but have an they which not said "
    "has had were will their or been who its would one more when about there we all she out into after two time "
    "year years people government over up new no other could some them also than last first if state what can only "
    "most him so may our do any now between where how before made under because through during against many company "
    "city former week month world police minister president officials report percent million country part market "
    "group three home work court public national"
).split()
_SYLLABLES = (
    "ba ber bran cal cor da del dor en far fen gar gor hal hen il jar ka kel lan lor ma mer min nal nor ol par "
)
_SYLLABLES += "per pol ran rel ros sal sen ta tar tor un val ver vil wen yar zan"
_MEAN_PARAGRAPH, _WORDS, _SENTENCES = 600, 95, 5
_DIMENSION = 384
_IN_TRANSACTION = 500  # articles
_STOCK = 30  # paragraphs of a topic in a large index: what annotating takes is hours for a million
_TOKENIZER = Path(__file__).parents[2] / "qabot" / "models" / "reader_model" / "tokenizer.json"


@dataclass(frozen=True)
class MadeArticle:
    """An article; its paragraphs are of the length of qabot's passages."""

    number: int
    topic: int
    title: str
    author: str
    publisher: str
    published: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its paragraphs, as they are stored."""
        return "\n\n".join(self.paragraphs)

    @property
    def markdown(self) -> str:
        """The file that it is written to."""
        fields = {"title": self.title, "author": self.author, "publisher": self.publisher, "published": self.published}
        return "---\n" + "".join(f"{name}: {value}\n" for name, value in fields.items()) + f"---\n\n{self.text}\n"

    @property
    def question(self) -> str:
        """A question to ask of it."""
        words = [word for word in self.paragraphs[0].rstrip(".").split() if word.lower() not in _COMMON][:4]
        return f"What did {self.author} say about {' '.join(words)}?"


def make(characters: int = 4500, seed: int = 1, *, stock: int | None = None) -> Iterator[MadeArticle]:
    """Yield articles without end, of so many characters in the median.

    Args:
        characters: of an article.
        seed: what they are drawn by.
        stock: of a topic that has so many paragraphs no more are made; None: no two articles share one.
    """
    words, chances = _vocabulary()
    kept: defaultdict[int, list[str]] = defaultdict(list)
    for number in range(10**9):
        rng = np.random.default_rng([seed, number])
        topic = int(rng.integers(TOPICS))
        own, names = _of_topic(topic)
        length = characters * np.exp(rng.normal(0, 0.3))
        count = max(1, round(length / _MEAN_PARAGRAPH))
        drawn = words[np.searchsorted(chances, rng.random(count * _WORDS))].tolist()
        for at in np.flatnonzero(rng.random(len(drawn)) < 0.12):
            drawn[at] = own[int(rng.integers(len(own)))]
        for at in np.flatnonzero(rng.random(len(drawn)) < 0.04):
            drawn[at] = names[int(rng.integers(len(names)))]
        for at in np.flatnonzero(rng.random(len(drawn)) < 0.01):
            drawn[at] = str(int(rng.integers(2, 3000)))
        if stock is None or len(kept[topic]) < stock:
            paragraphs = [_paragraph(drawn[first * _WORDS : (first + 1) * _WORDS], rng) for first in range(count)]
            kept[topic] += paragraphs if stock else []
        else:
            paragraphs = rng.choice(kept[topic], min(count, stock), replace=False).tolist()
        published = FIRST_DAY + timedelta(days=int(rng.integers(DAYS)))
        yield MadeArticle(
            number, topic, f"{own[0].capitalize()} {' '.join(drawn[:6])} {number}", " ".join(names[:2]),
            f"The {names[2]} Post" if number % 3 else f"{names[3]} News", published.isoformat(),
            tuple(paragraphs),
        )  # fmt: skip


def write(folder: Path, count: int, characters: int, seed: int) -> int:
    """Write so many articles into a folder; how many characters their texts have."""
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for _, article in zip(range(count), make(characters, seed), strict=False):
        (folder / f"{article.number:07}.md").write_text(article.markdown, encoding="utf-8")
        total += len(article.text)
    return total


def _paragraph(words: list[str], rng: np.random.Generator) -> str:
    ends = sorted({*rng.integers(8, len(words) - 4, _SENTENCES - 1).tolist(), len(words)})
    sentences = []
    first = 0
    for end in ends:
        if end - first > 3:
            sentences.append(f"{words[first].capitalize()} {' '.join(words[first + 1 : end])}.")
            first = end
    return " ".join(sentences)


@cache
def _vocabulary() -> tuple[np.ndarray, np.ndarray]:
    """Words, the frequent ones first, and the running sum of their chances (Zipf and Mandelbrot)."""
    tokens = json.loads(_TOKENIZER.read_text(encoding="utf-8"))["model"]["vocab"]
    whole = (token for token in tokens if len(token) > 3 and token.isascii() and token.isalpha())
    words = np.array(list(dict.fromkeys([*_COMMON, *whole])))
    chances = 1 / (np.arange(len(words)) + 2.7) ** 1.05
    return words, np.cumsum(chances / chances.sum())


@cache
def _of_topic(topic: int) -> tuple[list[str], list[str]]:
    """Return words and names of a topic; half of its words are in no vocabulary."""
    rng = np.random.default_rng([7, topic])
    own = rng.choice(_vocabulary()[0][1000:], 30).tolist() + [_invented(rng) for _ in range(30)]
    return own, [_invented(rng).capitalize() for _ in range(12)]


def _invented(rng: np.random.Generator) -> str:
    syllables = _SYLLABLES.split()
    return "".join(syllables[at] for at in rng.integers(len(syllables), size=int(rng.integers(2, 5))))


# -- an index with drawn vectors ---------------------------------------------------------------------------------------


def drawn_topics(rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the middles of all topics."""
    return rng.standard_normal((TOPICS, _DIMENSION)).astype(np.float32)


def drawn(topic: NDArray[np.float32], count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return vectors of unit length for so many passages of an article, from the middle of its topic."""
    middle = topic + 0.8 * rng.standard_normal(_DIMENSION).astype(np.float32)
    vectors = middle + 0.7 * rng.standard_normal((count, _DIMENSION)).astype(np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths


def load(location: Location, passages: int, seed: int) -> int:
    """Make an index of at least so many passages; how many there are.

    Args:
        location: where.
        passages: how many.
        seed: of articles and vectors.
    """
    encoder = load_encoder(Settings().encoder)
    assert isinstance(encoder, SentenceTransformersEncoder)
    rng = np.random.default_rng(seed)
    topics = drawn_topics(rng)
    held = 0
    began = time.monotonic()
    with writer(location.store):
        if failed := export(encoder, location.store):
            raise SystemExit(f"The embedding model cannot be exported: {failed}")
        catalogue = Catalogue.open(location.catalogue, create=True)
        catalogue.put("encoder_name", encoder.name)
        catalogue.put("encoder_digest", encoder.digest)
        source = make(seed=seed, stock=_STOCK)
        annotated: dict[str, tuple[Sentence, ...]] = {}
        while held < passages:
            with catalogue.transaction():
                for _ in range(_IN_TRANSACTION):
                    held += _write(catalogue, next(source), topics, rng, annotated)
                    if held >= passages:
                        break
            print(f"{held} passages written, {time.monotonic() - began:.0f} s", flush=True)
        SearchFiles(catalogue).rebuild()
        catalogue.close()
    print(f"{held} passages indexed, {time.monotonic() - began:.0f} s", flush=True)
    return held


def _write(
    catalogue: Catalogue,
    made: MadeArticle,
    topics: NDArray[np.float32],
    rng: np.random.Generator,
    annotated: dict[str, tuple[Sentence, ...]],
) -> int:
    article = Article(
        f"/made/{made.number}.md", f"{made.text}\n\n{made.number}", title=made.title, author=made.author,
        publisher=made.publisher, published=made.published,
    )  # fmt: skip
    passages, start = [], 0
    for paragraph in made.paragraphs:
        end = start + len(paragraph)
        passage_id = _passage_id(article.article_id, start, end)
        if paragraph not in annotated:
            annotated[paragraph] = annotate(paragraph, article.published)
        passages.append(Passage(passage_id, start, end, paragraph, annotated[paragraph]))
        start = end + 2
    catalogue.write(article, passages, drawn(topics[made.topic], len(passages), rng), article.source)
    catalogue.put_origin([article.article_id], article.article_id)
    return len(passages)


if __name__ == "__main__":
    index, count, begin = sys.argv[1:]
    load(Location(Path(index) / "articles", Path(index) / "store"), int(count), int(begin))
