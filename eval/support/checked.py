"""How many sentences about news stand the whole check: `python eval/support/checked.py --bench FOLDER --said FILE`.

Each is claimed with the marker of the passage that shares most words with it, among the first passages of its article.
A true one should be shown, a false one left out. The files are those of `measure.py`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from measure import news, told

from qabot.answering.answer import Evidence
from qabot.answering.llm.parse import Claim, Mark
from qabot.answering.llm.verify import Check
from qabot.text.tokens import content_stems

CHARS = 900  # of a passage
PASSAGES = 12


def passages(article: str, text: str) -> list[Evidence]:
    """The beginning of an article in passages that end with a line where one does in their last two thirds."""
    found: list[Evidence] = []
    start = 0
    while start < len(text) and len(found) < PASSAGES:
        end = min(len(text), start + CHARS)
        if end < len(text) and (line := text.rfind("\n", start + CHARS // 3, end)) > 0:
            end = line
        found.append(
            Evidence(article, title=None, author=None, publisher=None, published=None, source=article, origin=article,
                     text=text[start:end], start=start, end=end, score=1.0)
        )  # fmt: skip
        start = end
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--said", type=Path, required=True, help="file of sentences about articles of RealTimeQA")
    arguments = parser.parse_args()
    texts, check = news(arguments.bench), Check()
    right, all_ = Counter[str](), Counter[str]()
    for example in told(arguments.said, texts):
        given = passages(example.group, example.text)
        said = set(content_stems(example.statement))
        best = max(range(len(given)), key=lambda at: len(said & set(content_stems(given[at].text))))
        shown = check(Claim(example.statement, (Mark(best + 1),)), given) is not None
        right[example.kind] += shown is example.supported
        all_[example.kind] += 1
    for kind, count in sorted(all_.items()):
        print(f"{kind}: {right[kind]} of {count} {'shown' if kind == 'true' else 'left out'}")
    false = all_.total() - all_["true"]
    print(f"all false ones: {right.total() - right['true']} of {false} left out")


if __name__ == "__main__":
    main()
