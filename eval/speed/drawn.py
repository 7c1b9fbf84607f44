"""An index of made articles whose vectors are drawn instead of computed, so that a million passages load in minutes.

It claims to be made with the embedding model that comes with qabot, so that it is asked as any other; only what is
nearest to a question means nothing. Vectors of one topic lie together, as those of news do. Articles get no origin
but themselves: nothing is compared.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from articles import TOPICS, MadeArticle, make
from numpy.typing import NDArray

from qabot.articles.article import Article
from qabot.models.encoder import SentenceTransformersEncoder, load_encoder
from qabot.models.onnx_encoder import export
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.location import Location, writer
from qabot.store.passages import Passage, _passage_id
from qabot.store.search_index import SearchIndex
from qabot.store.vectors import VectorIndex

_DIMENSION = 384
_IN_TRANSACTION = 500  # articles


def load(location: Location, passages: int, seed: int, *, in_chroma: bool = True) -> int:
    """Make an index of at least so many passages; how many there are.

    Args:
        location: where.
        passages: how many.
        seed: of articles and vectors.
        in_chroma: copy the vectors to Chroma, which takes longer than all else; what it is not asked for, up to
            `qabot.store.vectors.COMPARED` passages, is the same without.
    """
    encoder = load_encoder(Settings().encoder)
    assert isinstance(encoder, SentenceTransformersEncoder)
    rng = np.random.default_rng(seed)
    topics = rng.standard_normal((TOPICS, _DIMENSION)).astype(np.float32)
    held = 0
    began = time.monotonic()
    with writer(location.store):
        if failed := export(encoder, location.store):
            raise SystemExit(f"The embedding model cannot be exported: {failed}")
        catalogue = Catalogue.open(location.catalogue, create=True)
        catalogue.put("encoder_name", encoder.name)
        catalogue.put("encoder_digest", encoder.digest)
        source = make(seed=seed)
        while held < passages:
            with catalogue.transaction():
                for _ in range(_IN_TRANSACTION):
                    held += _write(catalogue, next(source), topics, rng)
                    if held >= passages:
                        break
            print(f"{held} passages written, {time.monotonic() - began:.0f} s", flush=True)
        if not in_chroma:
            VectorIndex._copy = lambda _: None  # type: ignore[method-assign]
        search_index = SearchIndex(location.store, catalogue)
        search_index.rebuild()
        search_index.close()
        catalogue.close()
    print(f"{held} passages indexed, {time.monotonic() - began:.0f} s", flush=True)
    return held


def _write(catalogue: Catalogue, made: MadeArticle, topics: NDArray[np.float32], rng: np.random.Generator) -> int:
    article = Article(
        f"/made/{made.number}.md", made.text, title=made.title, author=made.author, publisher=made.publisher,
        published=made.published,
    )  # fmt: skip
    passages, start = [], 0
    for paragraph in made.paragraphs:
        end = start + len(paragraph)
        passages.append(Passage(_passage_id(article.article_id, start, end), article.article_id, start, end, paragraph))
        start = end + 2
    middle = topics[made.topic] + 0.8 * rng.standard_normal(_DIMENSION).astype(np.float32)
    vectors = middle + 0.7 * rng.standard_normal((len(passages), _DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    catalogue.write(article, passages, vectors, article.source)
    catalogue.put_origin([article.article_id], article.article_id)
    return len(passages)


if __name__ == "__main__":
    import sys

    folder = Path(sys.argv[1])
    in_chroma = "--no-chroma" not in sys.argv
    load(Location(folder / "articles", folder / "store"), int(sys.argv[2]), int(sys.argv[3]), in_chroma=in_chroma)
