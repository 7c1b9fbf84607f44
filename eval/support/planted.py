"""What a language model's claims are worth after the check.

300 scripted claims with a planted fault, 50 of each kind, and 300 true ones, about the starter articles; each is
checked as in an answer, among ten passages. A false one is caught where it is left out, or, where only its marker is
wrong, where it is shown with words of the right passage instead.

kinds
  wrong marker     a true sentence with the marker of a passage of another article
  altered quote    a sentence in quotation marks, one word or number of it changed
  changed number   a number, year or month changed
  swapped name     a name exchanged with another name of the article
  wrong statement  a sentence that says the contrary of one that the article has, or has it of another
  invented         a sentence that no article says, with the article's names in it
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import frontmatter
import numpy as np

from eval.figures import add_option, share, show
from eval.support import changes
from eval.support.measure import JUDGED, news, told
from eval.support.tagged import names_of, tagged, written
from qabot import resources
from qabot.answering.answer import Evidence
from qabot.answering.entailment import sentences_of
from qabot.answering.llm.parse import Claim
from qabot.answering.llm.verify import Check
from qabot.models.reader import Reader
from qabot.text.terms import terms_of
from qabot.text.tokens import content_stems

OF_A_KIND = 50
PASSAGES = 10
NEWS_CHARS, NEWS_PASSAGES = 900, 12  # of a passage of news; of an article
INVENTED = (
    "{a} will visit {b} in the spring.",
    "{a} has offered {b} a loan of two hundred million euros.",
    "A poll shows that most people distrust {a}.",
    "{a} sold its railway to {b} for a symbolic price.",
    "The wife of {a} was born in {b}.",
    "{a} has been criticised for the state of its hospitals.",
    "{a} and {b} are planning a joint football tournament.",
    "{a} refused to answer questions about the budget.",
    "According to {a}, prices will double within a year.",
    "{a} studied law before moving to {b}.",
)


@dataclass(frozen=True)
class Planted:
    """A claim about an article, and the sentences of it that would bear the claim out; none where it is false."""

    kind: str
    claim: Claim
    borne_out_by: frozenset[str]
    evidence: tuple[Evidence, ...]


def passages() -> dict[str, list[Evidence]]:
    """Return the starter articles in passages of a few sentences, by article."""
    found = {}
    for path in sorted(resources.starter_articles().glob("*.md")):
        post = frontmatter.load(str(path))
        text, start, mine = post.content, 0, []
        for paragraph in text.split("\n\n"):
            at = text.index(paragraph, start)
            start = at + len(paragraph)
            if not paragraph.startswith("#"):
                known = {key: post.get(key) for key in ("title", "author", "publisher")}
                mine.append(
                    Evidence(path.stem, **known, published=None, source=path.name, origin=path.stem,
                             text=paragraph, start=at, end=start, score=1.0)
                )  # fmt: skip
        found[path.stem] = mine
    return found


class Planter:
    """Makes claims, true and false."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311
        self._passages = passages()
        self._judged = [line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines()]

    def true(self) -> Iterator[Planted]:
        """Yield the paraphrases written by hand, then sentences that were shortened or turned round by rule."""
        for article, label, _, said in self._judged:
            if label == "true":
                yield self._planted("true", said, article)
        while True:
            article, passage, sentence = self._sentence()
            tokens = tagged(sentence)
            change = self._rng.choice(
                [changes.shortened, changes.core, changes.date, changes.digits, changes.clause, changes.said, None]
            )
            changed = (change and change(tokens, self._rng)) or tokens
            yield self._planted("true", written(changed), article, passage)

    def false(self) -> dict[str, Callable[[], Planted | None]]:
        """Return, by kind, what makes a claim, or None where the sentence drawn does not allow it."""
        return {
            "wrong marker": self._wrong_marker,
            "altered quote": self._altered_quote,
            "changed number": self._changed_number,
            "swapped name": self._swapped_name,
            "wrong statement": self._wrong_statement,
            "invented": self._invented,
        }

    def _wrong_marker(self) -> Planted | None:
        article, passage, sentence = self._sentence()
        said = set(content_stems(sentence))
        others = [
            name for name, mine in self._passages.items()
            if name != article and all(len(said & set(content_stems(p.text))) < 0.5 * len(said) for p in mine)
        ]  # fmt: skip
        if not others:
            return None
        other = self._rng.choice(others)
        planted = self._planted("wrong marker", sentence, other, with_passage=passage)
        return Planted(planted.kind, planted.claim, frozenset(sentences_of([passage.text])), planted.evidence)

    def _altered_quote(self) -> Planted | None:
        article, passage, sentence = self._sentence()
        words = sentence.rstrip(".").split()
        at = self._rng.randrange(3, len(words) - 1)
        word = self._rng.choice(["hardly", "soon", "again", "also", "almost", "secretly", "forty"])
        if self._rng.random() < 0.5:
            words.insert(at, word)
        else:
            words[at] = word
        return self._planted("altered quote", f"“{' '.join(words)}.”", article, passage)

    def _changed_number(self) -> Planted | None:
        article, passage, sentence = self._sentence()
        changed = changes.number(tagged(sentence), self._rng)
        return changed and self._planted("changed number", written(changed), article, passage)

    def _swapped_name(self) -> Planted | None:
        article, passage, sentence = self._sentence()
        names = names_of(sentences_of([p.text for p in self._passages[article]]))
        changed = changes.renamed(tagged(sentence), self._rng, names)
        if changed is None:
            return None
        was, now = terms_of(sentence), terms_of(written(changed))
        if not (was.missing_in(now) or now.missing_in(was)):
            return None  # "Afghans" for "Afghan": no other name
        return self._planted("swapped name", written(changed), article, passage)

    def _wrong_statement(self) -> Planted | None:
        article, _, _, said = self._rng.choice(
            [row for row in self._judged if row[2] in ("negation", "opposite", "relation")]
        )
        if self._rng.random() < 0.5:
            return self._planted("wrong statement", said, article)
        article, passage, sentence = self._sentence()
        changed = changes.negated(tagged(sentence), self._rng)
        return changed and self._planted("wrong statement", written(changed), article, passage)

    def _invented(self) -> Planted:
        article, passage, _ = self._sentence()
        names = names_of(sentences_of([passage.text])) or ["Russia", "Kabul"]
        a, b = self._rng.choice(names), self._rng.choice(names)
        return self._planted("invented", self._rng.choice(INVENTED).format(a=a, b=b), article, passage)

    def _sentence(self) -> tuple[str, Evidence, str]:
        """Return an article, a passage of it, and a sentence that stands by itself."""
        while True:
            article = self._rng.choice(list(self._passages))
            passage = self._rng.choice(self._passages[article])
            sentence = self._rng.choice(sentences_of([passage.text]))
            if 8 <= len(sentence.split()) <= 40 and '"' not in sentence:
                return article, passage, sentence

    def _nearest(self, said: str, article: str) -> Evidence:
        """Return the passage of the article that shares most words with what is said."""
        wanted = set(content_stems(said))
        return max(self._passages[article], key=lambda passage: len(wanted & set(content_stems(passage.text))))

    def _planted(
        self, kind: str, said: str, article: str, passage: Evidence | None = None, with_passage: Evidence | None = None
    ) -> Planted:
        """Return the claim with the marker of its passage; of none given, the one that shares most words with it."""
        mine = self._passages[article]
        cited = passage or self._nearest(said, article)
        others = [p for name, ps in self._passages.items() if name != article for p in ps if p != with_passage]
        given = [cited, *([with_passage] if with_passage else []), *(p for p in mine if p != cited)][:4]
        given += self._rng.sample(others, PASSAGES - len(given))
        self._rng.shuffle(given)
        said_by = frozenset(sentences_of([p.text for p in mine])) if kind == "true" else frozenset()
        return Planted(kind, Claim(said, (given.index(cited) + 1,)), said_by, tuple(given))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what was not caught, and what was lost")
    add_option(parser)
    arguments = parser.parse_args()
    planter, check = Planter(arguments.seed), Check(Reader.load())
    rows = list(_drawn(planter))
    check(rows[0].claim, rows[0].evidence)  # loads what a first check needs
    outcomes: defaultdict[str, list[bool]] = defaultdict(list)
    spent = []
    for planted in rows:
        began = time.perf_counter()
        statement = check(planted.claim, planted.evidence)
        spent.append(1000 * (time.perf_counter() - began))
        shown = {" ".join(quote.text.split()) for quote in statement.quotes} if statement else set()
        good = bool(shown) if planted.kind == "true" else not shown or bool(shown & planted.borne_out_by)
        outcomes[planted.kind].append(good)
        if arguments.show and not good:
            kind = "LOST true" if planted.kind == "true" else f"MISSED {planted.kind}"
            print(f"{kind}: {planted.claim.text} <- {' | '.join(shown)}")
    false = [each for kind, mine in outcomes.items() if kind != "true" for each in mine]
    found = [share("planted", kind, outcomes[kind]) for kind in planter.false()]
    found += [share("planted", "all false ones", false), share("planted", "true ones kept", outcomes["true"])]
    show(found, keep=arguments.figures)
    median, most = np.percentile(spent, [50, 95])
    print(f"milliseconds to check one: median {median:.1f}, 95% {most:.1f}")


def _drawn(planter: Planter) -> Iterator[Planted]:
    """So many false claims of each kind, and as many true ones as there are false ones."""
    count = 0
    for make in planter.false().values():
        made = 0
        while made < OF_A_KIND:
            if planted := make():
                made += 1
                yield planted
        count += made
    true = planter.true()
    yield from (next(true) for _ in range(count))


# -- sentences about news ----------------------------------------------------------------------------------------------


def _beginning(article: str, text: str) -> list[Evidence]:
    """Return the beginning of an article in passages that end with a line where one does in their last two thirds."""
    found: list[Evidence] = []
    start = 0
    while start < len(text) and len(found) < NEWS_PASSAGES:
        end = min(len(text), start + NEWS_CHARS)
        if end < len(text) and (line := text.rfind("\n", start + NEWS_CHARS // 3, end)) > 0:
            end = line
        found.append(
            Evidence(article, title=None, author=None, publisher=None, published=None, source=article, origin=article,
                     text=text[start:end], start=start, end=end, score=1.0)
        )  # fmt: skip
        start = end
    return found


def checked() -> None:
    """Measure how many sentences about news stand the whole check.

    Each is claimed with the marker of the passage that shares most words with it, among the first passages of its
    article. A true one should be shown, a false one left out. The files are those of `support measure`.
    """
    parser = argparse.ArgumentParser(description=checked.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--said", type=Path, required=True, help="file of sentences about articles of RealTimeQA")
    add_option(parser)
    arguments = parser.parse_args()
    texts, check = news(arguments.bench), Check(Reader.load())
    outcomes: defaultdict[str, list[bool]] = defaultdict(list)
    for example in told(arguments.said, texts):
        given = _beginning(example.group, example.text)
        said = set(content_stems(example.statement))
        best = max(range(len(given)), key=lambda at: len(said & set(content_stems(given[at].text))))
        shown = check(Claim(example.statement, (best + 1,)), given) is not None
        outcomes[example.kind].append(shown is example.supported)
    false = [each for kind, mine in outcomes.items() if kind != "true" for each in mine]
    found = {"true ones shown": outcomes.pop("true"), "false ones left out": false}
    found |= {f"left out, {kind}": mine for kind, mine in sorted(outcomes.items())}
    show([share("checked", measure, mine) for measure, mine in found.items()], keep=arguments.figures)
