"""How well supported sentences are told from unsupported ones: `python eval/support/measure.py [--bench FOLDER]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import frontmatter

from qabot import resources

if TYPE_CHECKING:
    from data import Example

JUDGED = Path(__file__).parent / "judged.tsv"


def area(examples: Sequence[Example], scores: Sequence[float]) -> float:
    """The area under the ROC curve."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([example.supported for example in examples], scores))


def area_between(rights: Sequence[float], wrongs: Sequence[float]) -> float:
    """The area under the ROC curve of the scores of true statements against those of false ones."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([1] * len(rights) + [0] * len(wrongs), [*rights, *wrongs]))


def judged() -> list[Example]:
    """Sentences about the starter articles, written and judged by hand; the network was not trained on any of them."""
    from data import Example

    texts = {path.stem: frontmatter.load(str(path)).content for path in resources.starter_articles().glob("*.md")}
    rows = [line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    return [Example(said, texts[name], label == "true", kind or "true", name) for name, label, kind, said in rows]
