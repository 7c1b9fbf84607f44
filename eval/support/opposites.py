"""Writes the file of opposites: `python eval/support/opposites.py --wordnet FOLDER > qabot/answering/opposites.txt`.

From WordNet 3.1, the antonyms of words that occur in its tagged corpora, and a few pairs of outcomes that it lacks.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from wordnet import WordNet

NOTICE = """\
# Words of opposite meaning: a word, then its opposites. Made by eval/support/opposites.py.
# From WordNet 3.1, Copyright 2011 by Princeton University; used under its licence, which permits use, copying,
# modification and distribution for any purpose. Princeton University makes no representations or warranties, and its
# name may not be used in advertising or publicity.
"""
NONE = frozenset("man woman boy girl he she day night".split())  # two that are named together as often as set apart


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of the database files of WordNet 3.1")
    words = WordNet(parser.parse_args().wordnet)
    print(NOTICE, end="")
    for word, opposites in sorted(words.all_antonyms().items()):
        if word not in NONE:
            print(word, *sorted(opposites))


if __name__ == "__main__":
    main()
