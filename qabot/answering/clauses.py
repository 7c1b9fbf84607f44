"""An English question taken apart into question phrase, auxiliary, subject and predicate, as far as rules can."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qabot.text.tokens import words

AUXILIARIES = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|shall|(?-i:may)|might|must)"
AUXILIARY = re.compile(rf"\b({AUXILIARIES})\b", re.IGNORECASE)
_DO = frozenset({"do", "does", "did"})
_DETERMINERS = frozenset("the a an his her its their our my your this that these those any some no".split())
_JOINTS = frozenset("of and for the in al bin de".split())
_QUESTION_WORD = re.compile(r"\b(?:when|where|why|how|who|whom|whose|which|what)\b", re.IGNORECASE)

# The past of the irregular verbs that news is written with.
_PAST = dict(
    pair.split(":")
    for pair in """be:was become:became begin:began bring:brought build:built buy:bought choose:chose come:came cut:cut
    die:died do:did draw:drew fall:fell fight:fought find:found flee:fled fly:flew get:got give:gave go:went grow:grew
    have:had hear:heard hit:hit hold:held keep:kept know:knew lay:laid lead:led leave:left lend:lent let:let lose:lost
    make:made mean:meant meet:met oversee:oversaw pay:paid put:put quit:quit read:read rise:rose run:ran say:said
    see:saw seek:sought sell:sold send:sent set:set shoot:shot show:showed shut:shut sit:sat speak:spoke spend:spent
    spread:spread stand:stood steal:stole strike:struck swear:swore take:took teach:taught tell:told think:thought
    throw:threw understand:understood undertake:undertook wear:wore win:won withdraw:withdrew write:wrote""".split()
)
_VERB_ENDING = re.compile(r"(?:i[sz]e|ate|ify|ect|end|ove|are|ign|are|elp|all)$")


@dataclass(frozen=True)
class Clause:
    """A question taken apart: "When | did | Russia | designate the Taliban?"; parts that it lacks are empty."""

    phrase: str
    auxiliary: str
    subject: str
    predicate: str

    def asked_with(self, phrase: str, answer: str | None = None) -> str:
        """The question that asks the same clause with another question phrase.

        Args:
            phrase: "In which month".
            answer: what the clause's own question phrase was answered with; it is the subject where that was asked for.
        """
        if not self.subject and self.phrase:
            return _joined(phrase, "was it that", answer or self.phrase.lower(), self.auxiliary, self.predicate)
        return _joined(phrase, self.auxiliary, self.subject, self.predicate)

    def done_by(self, subject: str) -> str:
        """A sentence that tells the clause of another subject, in the past where the question was: "X designated Y"."""
        if self.auxiliary.lower() in _DO:
            verb, _, rest = self.predicate.partition(" ")
            tense = past(verb) if self.auxiliary.lower() == "did" else verb
            return _joined(subject, tense, rest)
        return _joined(subject, self.auxiliary, self.predicate)

    def statement(self) -> str:
        """The clause as a sentence, without the question phrase."""
        return self.done_by(self.subject)


def take_apart(question: str, known_text: str = "") -> Clause:
    """Take a question apart.

    Args:
        question: an English question.
        known_text: what was read for it; a word whose past form stands there is taken for the verb.
    """
    bare = question.strip().rstrip("?!. ")
    asks = _QUESTION_WORD.search(bare)
    auxiliary = AUXILIARY.search(bare, asks.end() if asks else 0)
    if auxiliary is None or (asks is None and auxiliary.start() > 0):
        # "Who leads the Taliban": the question phrase is the subject.
        if asks is None:
            return Clause("", "", "", bare)
        noun = (
            re.match(r"\s+[\w’'-]+", bare[asks.end() :]) if asks.group().lower() in {"which", "what", "whose"} else None
        )
        end = asks.end() + (noun.end() if noun else 0)
        return Clause(bare[:end].strip(), "", "", bare[end:].strip())
    phrase, rest = bare[: auxiliary.start()].strip(), bare[auxiliary.end() :].strip()
    subject_asked = asks and asks.start() == 0 and asks.group().lower() in {"who", "which", "what"}
    if subject_asked and auxiliary[1].lower() not in _DO and not re.match(r"(?:the|a|an|its|their|[A-Z])", rest):
        # "Who was killed", "Which court has ruled": what follows is the predicate, unless a subject stands there.
        return Clause(phrase, auxiliary[1], "", rest)
    subject, predicate = _subject_and_predicate(rest, known_text)
    return Clause(phrase, auxiliary[1].lower(), subject, predicate)


def past(verb: str) -> str:
    """The past tense of a verb given in its base form."""
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", verb):
        return verb + verb[-1] + "ed"
    return verb + "ed"


def _subject_and_predicate(rest: str, known_text: str) -> tuple[str, str]:
    tokens = rest.split()
    known = {word.lower() for word in words(known_text)}
    index = 1 if tokens and tokens[0].lower() in _DETERMINERS else 0
    first = max(index, 1)
    last_capital = max((i for i in range(len(tokens)) if _in_name_run(tokens, i)), default=-1)
    start = max(first, last_capital + 1) if last_capital >= 0 else index + 1
    candidates = [i for i in range(start, len(tokens)) if tokens[i][:1].islower() and tokens[i] not in _JOINTS]
    for i in candidates[:4]:
        before_to = tokens[i + 1 : i + 2] == ["to"]
        if before_to or past(tokens[i]) in known or tokens[i] in _PAST or _VERB_ENDING.search(tokens[i]):
            return " ".join(tokens[:i]), " ".join(tokens[i:])
    split = candidates[0] if candidates else len(tokens)
    return " ".join(tokens[:split]), " ".join(tokens[split:])


def _in_name_run(tokens: list[str], index: int) -> bool:
    """Whether a token is a capitalised word of the name that the subject begins with."""
    return tokens[index][:1].isupper() and all(
        t[:1].isupper() or t.lower() in _JOINTS or t.lower() in _DETERMINERS for t in tokens[:index]
    )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
