"""What a question asks for: the kind of its answer, and the words that an answering sentence should share.

Rules over the wording of English questions; the taxonomy is the coarse one of Li and Roth, "Learning Question
Classifiers" (COLING 2002), with dates and numbers split by what is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from qabot.errors import UsageError
from qabot.text.lexicon import AUXILIARIES, OFFICES, QUESTION_WORDS, TIME_UNIT
from qabot.text.sentences import sentence_spans
from qabot.text.tokens import content_stems

MAX_CHARS = 2_000
"""Characters of the longest question that can be asked."""


class Kind(Enum):
    """The kind of answer that a question asks for."""

    DATE = "date"
    DURATION = "duration"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    AGE = "age"
    PERSON = "person"
    PLACE = "place"
    NAME = "name"  # which X, what is X called
    STATEMENT = "statement"  # what did X say, who is X, how did X: a clause, not a name
    REASON = "reason"
    YES_NO = "yes-no"
    DIGEST = "digest"  # summarise, compare, what do the articles say about X


NAMES = frozenset({Kind.PERSON, Kind.PLACE, Kind.NAME})
"""The kinds of answer that are names or nouns."""


@dataclass(frozen=True)
class Question:
    """A question, analysed.

    Attributes:
        text: the question.
        kind: what kind of answer it asks for.
        precision: for dates, the least precision asked for: ``year``, ``month``, ``day`` or ``time``; else empty.
        stems: the stems of its content words.
    """

    text: str
    kind: Kind
    precision: str
    stems: frozenset[str]


_PLACES = r"(?:countr(?:y|ies)|cit(?:y|ies)|towns?|villages?|places?|locations?|states?|provinces?|regions?|capitals?|continents?|nations?|venues?)"  # noqa: E501
_SHARES = r"(?:turnout|inflation|unemployment|interest rates?|tax rates?|growth rate|approval rating|vote share)"
_SUMS = r"(?:price|cost|fee|fare|fine|salary|wages?|income|revenues?|sales|profits?|debts?|budget|deficit|bail|ransom)"
_MEASURES = r"(?:magnitude|number|total|population|size|height|length|distance|rate|count|toll|tally)"
_PAYS = r"(?:costs?|pays?|paid|spend|spent|worth)"
_CHANGES = (
    r"(?:weigh|rise|risen|fall|fallen|drop(?:ped)?|grow|grown|shrink|shrunk|increased?|decreased?|declined?|changed?)"
)
"""Of what does so it is no sum of money that is asked for by "how much"."""
_PEOPLE = (
    rf"(?:person|people|man|woman|men|women|(?:{'|'.join(OFFICES)})s?|secretaries|politicians?|scholars?|actors?|actresses?|"
    r"singers?|players?|diplomats?|prosecutors?|lawyers?|chair(?:man|men|woman|person)|"
    r"managers?|founders?|owners?|writers?|scientists?|doctors?|coach(?:es)?|candidates?|rivals?|predecessors?|successors?|"
    r"father|mother|sons?|daughters?|brothers?|sisters?|husband|wife|wives|prince|princess)"
)

_IS = r"(?:is|was|are|were)"
# What may stand before the noun that is asked for: no auxiliary, and nothing that the noun only belongs to.
_OF_KIND = rf"(?:(?!{AUXILIARIES}\b)\w+ )?"
_BETWEEN = r"(?:(?!(?:of|for|to|on|in|about|driving|causing)\b)[\w’'-]+ ){0,4}?"

_ASKING_WHEN = (
    r"(?:^|[,;:(\"“‘]|\b(?:and|but|or|so|then|exactly|just|from|since|until|till|of|about"
    r"|ask|explain|find out|know|known|recall|remember|said|say|specify|tell|me|wonder))"
)
"""What stands before a "when" that asks; another one only dates: "the price when they bought it"."""
_BEHIND_A_SUM = (
    r"(?: (?:of|for|to|in|at|on|per|from|by|that|which|he|she|they|when|paid|\w+ed|today|now|last|this|next|each))"
)
_FULL_NAME = r"(?-i:(?:(?:[A-ZÀ-ÖØ-ÞĀŁŚŠŽ][\w’'.-]*|al|bin|da|de|del|der|di|du|la|le|van|von) ?){1,6})"

# The first rule that matches decides; each is tried anywhere, since a preposition or a clause may stand before it.
_RULES: tuple[tuple[str, Kind, str], ...] = (
    (r"\b(?:at )?what time\b", Kind.DATE, "time"),
    (r"\b(?:what|which|exact) (?:exact )?(?:day|date)\b(?!-)", Kind.DATE, "day"),
    (rf"\b(?:what|which) {_IS} the (?:\w+ )?dates?\b", Kind.DATE, "day"),
    (r"\b(?:what|which) month\b(?!-)", Kind.DATE, "month"),
    (r"\b(?:what|which) (?:years?|decades?|century)\b(?!-)", Kind.DATE, "year"),
    (r"^(?:give|tell|state)\b.* the year\b", Kind.DATE, "year"),
    (rf"{_ASKING_WHEN} ?\bwhen\b(?! \w+ing\b)|\bwhen(?: exactly)?\W*$", Kind.DATE, ""),
    (r"\bhow (?:long|many " + TIME_UNIT + r"(?<=s))\b", Kind.DURATION, ""),
    (r"\bhow old\b|\b(?:what|which) age\b|\bwhat is \w+ age\b", Kind.AGE, ""),
    (r"\b(?:what|which) (?:percentage|percent|per cent|share|proportion)\b|\bhow many per ?cent\b", Kind.PERCENT, ""),
    (rf"\b(?:what|which|how (?:high|low|large|big)) {_IS} {_BETWEEN}{_SHARES}\b", Kind.PERCENT, ""),
    (rf"\b(?:what|which) {_IS} {_BETWEEN}{_SUMS}(?: tags?)?(?=\W*$|{_BEHIND_A_SUM}\b)(?! for\W*$)", Kind.MONEY, ""),
    (r"\bwhat (?:is|was|are|were) (?:[\w’'-]+ ){1,4}?worth\b", Kind.MONEY, ""),
    (rf"\bby how much\b|\bhow much {AUXILIARIES} (?!.*\b{_PAYS}\b).*\b{_CHANGES}\b", Kind.NUMBER, ""),
    (rf"\bhow much {AUXILIARIES} (?:known|understood|said|believed)\b", Kind.STATEMENT, ""),
    (r"\bhow expensive\b|\bhow much (?:money|does|did|do|is|are|was|were|will|has|have|had|would)\b", Kind.MONEY, ""),
    (r"\b(?:what|which) (?:price|cost|sum|amount of money|salary|budget|fine|fee|fare)\b", Kind.MONEY, ""),
    (r"\bhow (?:many|much|far|large|big|high|tall|fast|deep|wide|heavy|populous)\b", Kind.NUMBER, ""),
    (rf"\bwhat {_IS} the (?:\w+ )?{_MEASURES}\b", Kind.NUMBER, ""),
    (rf"\b(?:what|which) {_OF_KIND}(?:number|amount|quantity)\b", Kind.NUMBER, ""),
    (rf"^who {_IS} (?:exactly )?(?:he|she|they|{_FULL_NAME})\?*$|^who are the {_FULL_NAME}\?*$", Kind.STATEMENT, ""),
    (r"^(?:please )?(?:name|list)\b", Kind.NAME, ""),
    (r"\b(?:who|whom|whose)\b", Kind.PERSON, ""),
    (rf"\b(?:what|which) {_OF_KIND}{_PEOPLE}\b", Kind.PERSON, ""),
    (rf"\bwhere\b|\b(?:what|which) {_OF_KIND}{_PLACES}\b", Kind.PLACE, ""),
    (rf"\bwhy\b|\b(?:what|which) (?:{_IS} the (?:\w+ )?)?(?:reasons?|causes?)\b", Kind.REASON, ""),
    (r"\bwhat (?:made|caused|led|prompted|drove)\b|\bhow come\b", Kind.REASON, ""),
    (rf"\bwhat {_IS} the names? of (?:\w+ ){{0,3}}?{_PEOPLE}\b", Kind.PERSON, ""),
    (rf"\bwhat {_IS} (?:the names? of|\S+(?: \S+){{0,5}} (?:called|named))\b", Kind.NAME, ""),
    (r"\bhow\b", Kind.STATEMENT, ""),
    (r"\bwhich\b|\bwhat (?!" + AUXILIARIES + r"\b)\w+", Kind.NAME, ""),
    (r"\bwhat\b", Kind.STATEMENT, ""),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), kind, precision) for pattern, kind, precision in _RULES)
_ARTICLES = r"(?:(?:the |my |these )?(?:articles?|news|papers|press|sources|reports|collection)|you|we)"
_ASKED_TO_TELL = (
    rf" (?:(?:it|anyone|anybody|{_ARTICLES}) (?:please )?(?:tell|know|say|explain)|it known)\b.*\b{QUESTION_WORDS}\b"
)
_NO_CHOICE = re.compile(r",? (?:yes )?or (?:not|no)\b|\b(?:more or less|sooner or later|one or two)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(?:the )?WHO\b(?!\W*$)")
_YES_NO = re.compile(
    rf"^(?:(?:(?!\b{QUESTION_WORDS}\b)[^?]){{1,80}}, )?(?:and |but |so )?"
    rf"(?:{AUXILIARIES}(?:n['’]t)?|(?:wo|ca|sha)n['’]t|am|need|may (?:an?|the|he|she|it|they|we|I))\b"
    rf"(?!{_ASKED_TO_TELL})(?!(?!.*\bany).*\bor\b)",
    re.IGNORECASE,
)
_PERSON = re.compile(rf"\b{_PEOPLE}\b", re.IGNORECASE)
_CLAUSE_BEFORE = re.compile(rf"^when (?!{AUXILIARIES}\b)[^,?]+, ", re.IGNORECASE)
_IS_CONTRACTED = re.compile(r"\b(what|who|where|when|how)['’]s\b", re.IGNORECASE)


def names_person(phrase: str) -> bool:
    """True if a noun of a phrase is what a person is called: an office, a profession, a relation."""
    return bool(_PERSON.search(phrase))


_SAY = r"(?:say|said|reports?|reported|write|written|tell|told|know|known)"
_ON = r"(?:about|of|on|with)"
_DIGEST = re.compile(
    r"^(?:please |(?:can|could|would) you |briefly )*"
    r"(?:(?:summari[sz]e|sum up|recap|compare)\b"
    rf"|(?:describe|explain)\b(?! {QUESTION_WORDS}\b)"
    r"|(?:(?:give|write|make|i want|i need|i['’]d like|i would like) (?:me |us )?)?(?:an?|the )? ?(?:\w+ )?"
    rf"(?:summary|overview|digest|comparison|latest|anything) {_ON}\b"
    rf"|tell (?:me|us) (?:(?:more|everything|all|something|what)(?: that)?(?: {_ARTICLES} {_SAY})? )?about\b"
    rf"|what (?:do they|(?:do|does|did|have|has|can) {_ARTICLES}) {_SAY}(?: me| us)? {_ON}\b"
    rf"|what (?:is|was) (?:{_SAY}|new) {_ON}\b)"
    rf"(?:\s+(?:what|everything|all)(?: that)? {_ARTICLES} {_SAY}(?: us)? {_ON}\b)?"
    r"(?P<topic>.*?)(?: (?:to|for) (?:me|us))?(?:,? please)?[ ?!.:]*$",
    re.IGNORECASE | re.DOTALL,
)


def topic_of(text: str) -> str | None:
    """Return what a digest is asked of ("Summarise the talks in Doha." -> "the talks in Doha"); None where none is."""
    asks = _DIGEST.match(_asking(text).strip())
    return (asks["topic"].strip() if asks else "") or None


def checked(text: str) -> str:
    """Return a question as typed, white space tidied, or raise a `UsageError` where it is empty or too long."""
    tidy = " ".join(text.split())
    if not tidy:
        raise UsageError('The question is empty. Ask one, as in: qabot ask "Who is the supreme leader of the Taliban?"')
    if len(tidy) > MAX_CHARS:
        raise UsageError(f"The question has {len(tidy):,} characters; at most {MAX_CHARS:,} can be asked. Shorten it.")
    return tidy


def analyse(text: str) -> Question:
    """Analyse a question in English."""
    kind, precision = _kind(_asking(text))
    return Question(text, kind, precision, frozenset(content_stems(text)))


def _asking(text: str) -> str:
    """Return the sentence that asks; those before it tell what it is about ("A bridge fell. Which one?").

    Likewise without a clause before it, "When it fell, who ...", with "what is" for "what's"; the WHO asks nothing.
    """
    sentences = [text[start:end] for start, end in sentence_spans(text)] or [text]
    asking = next((sentence for sentence in reversed(sentences) if sentence.endswith("?")), sentences[-1])
    asking = _IS_CONTRACTED.sub(r"\1 is", _CLAUSE_BEFORE.sub("", asking))
    return asking if asking.isupper() else _WHO.sub("the W.H.O.", asking)


def _kind(text: str) -> tuple[Kind, str]:
    if topic_of(text):
        return Kind.DIGEST, ""
    if _YES_NO.search(_NO_CHOICE.sub("", text).strip()):
        return Kind.YES_NO, ""
    earliest: tuple[int, int] | None = None
    for order, (pattern, _, _) in enumerate(_COMPILED):
        match = pattern.search(text)
        # The question word that stands first asks; among rules for the same word the more specific one comes first.
        if match and (earliest is None or match.start() + 4 < earliest[0]):
            earliest = (match.start(), order)
    if earliest is None:
        return Kind.STATEMENT, ""
    _, kind, precision = _COMPILED[earliest[1]]
    return kind, precision


_CHANGE = re.compile(
    r"\bhow (?:has|have|had|did|does|do|was|were) "
    r".*\b(?:(?:chang|evolv|develop|shift)(?:ed|ing)\b|come about\b|(?:change|evolve|develop|shift)"
    r"(?= (?:over|since|in|after|before|under|during|from|for|on|with|between|towards?|when|as)\b|\W*$))"
    r"|\bwhat (?:has |have )?changed\b|\bover (?:time|the years)\b|\bhow .* came about\b"
    r"|\b(?:what (?:is|was)|tell .*|describe) the history of\b",
    re.IGNORECASE,
)


def asks_how_it_changed(question: str) -> bool:
    """True if a question asks how something came to be as it is."""
    return bool(_CHANGE.search(question))
