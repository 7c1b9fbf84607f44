"""Resolve what a follow-up refers to: its pronouns, "there", "one" and "the court" become what they stand for.

"He" and "she" are people named before; "it" and "they" are the last answer or the topic; "the experiment" is one that
was named in full before.

A question that stands alone sets the topic: what it asks about, not what it asks of that ("the history of *toilets*",
"How does *binge drinking* affect development"). One that leans on the conversation keeps the topic, unless it names
something new after "about".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from qabot.answering.answer import Conversation, Turn
from qabot.answering.query import NAMES, Kind, analyse, topic_of
from qabot.models.reader import without_mark
from qabot.text.dates.expressions import time_expressions
from qabot.text.lexicon import AUXILIARIES, HONORIFICS, MONTHS, OFFICES, SAYING, WEEKDAYS
from qabot.text.names import is_country, name_spans
from qabot.text.phrases import Phrase, noun_phrases, tagged, with_joined
from qabot.text.tokens import fold, is_content, words

AUXILIARY = re.compile(rf"\b({AUXILIARIES})\b", re.IGNORECASE)

_LEAD_IN = re.compile(
    r"^(?:(?:and|but|so|or|also|then|ok|okay|well|now|thanks?|thank you|thx|right|sorry|no|yes|hm+)\b[,.!;: ]*"
    r"|(?:hi|hello|hey|cheers|great|good|cool|fine|perfect|interesting|wow|i see|got it)"
    r"(?:[,.!;: ]*$|[,.!;:]+ *))+",
    re.IGNORECASE,
)
WHAT_ABOUT = re.compile(r"^(?:(?:what|how) about|and what of|what of)\s+(.+)$", re.IGNORECASE)
"""Matches a question that asks the one before of something else."""

IN_BRACKETS = re.compile(r" \(([^\s()]+ (?:[^()]|\([^()]*\))+)\)$")
"""The question before, behind a follow-up that leans on it: "the reward (Why was the painting stolen)".

One word in brackets is no question but another name of what stands before ("the World Health Organization (WHO)").
"""
_PREPOSITION = re.compile(r"\b(?:since|until|till|by|before|after|from|near|to|around|in|at)\s+$", re.IGNORECASE)
"""What stands right before a word of place or time: "since then"."""
_PLURAL = frozenset({"they", "them", "their", "theirs"})
_THING = frozenset({"it", "its", *_PLURAL})
_POINTING = frozenset({"this", "that", "these", "those"})
_PERSON = frozenset({"he", "she", "him", "her", "his", "hers"})
_POSSESSIVE = frozenset({"his", "hers", "its", "their", "theirs"})
PRONOUN = re.compile(r"\b(he|she|him|her|hers|his|they|them|their|theirs|it|its|there|then)\b", re.IGNORECASE)
_NO_REFERENCE = re.compile(
    rf"\bit (?:true|that|possible|likely|clear)\b|\bwas it (?:that|who)\b|\b{AUXILIARIES} there\b"
    r"|\bit (?:right|wrong|fair|unfair|legal|illegal|lawful|ethical|moral|necessary|wise|normal|common|reasonable)"
    r" (?:to|that|for)\b",
    re.IGNORECASE,
)
_SECOND_QUESTION = re.compile(
    r"^(?:what|who) (?:is|are|was|were) .*\band (?:when|where|why|how|what|who)\b[^?]*$", re.IGNORECASE
)
_ONE = re.compile(
    r"(?<=[a-z])(?<!no)(?<!any)(?<!some)(?<!every)(?<![Ww]hich)(?<!the) ones?\b"
    rf"(?=\W*$| (?:{AUXILIARIES}|in|at|on|for|from|to|with|by|that|which|who)\b)"
)
_CALENDAR = re.compile("|".join((*MONTHS, *WEEKDAYS)))
_TITLE = rf"(?:{'|'.join(HONORIFICS)}|(?i:{'|'.join(OFFICES)}))"
_BODIES = frozenset(
    "agency airline association bank board choir church club college company council court department factory "
    "federation firm group hospital institute ministry museum newspaper orchestra party railway school team theatre"
    " union university works".split()
)


def bare(question: str) -> str:
    """Return a question without what leads in to it ("And", "Thanks,") and without its question mark."""
    return without_mark(_LEAD_IN.sub("", question.strip()))


def name_the_things(question: str, conversation: Conversation) -> Iterator[str]:
    """Yield a question, as far as it has been rewritten, with what it refers to in place of pronouns and short names.

    The conversation has a turn at least. What "it" or "they" may mean is another thing in the second one that is given.
    """
    topics = next((topics for turn in reversed(conversation.turns) if (topics := _topics(turn))), [])
    whole = _in_full(question, conversation)
    refer = _pronouns(whole, conversation.turns[-1])
    first, taken = _named(whole, refer, conversation, {*names(question)})
    versions = [first]
    if len(refer) == 1 and refer[0][1].lower() in _THING:
        other, _ = _named(whole, refer, conversation, taken)
        versions += [other] if other not in (first, whole) else []
    for version in versions:
        yield _ONE.sub(f" {topics[0].head if topics[0].plural else topics[0].text}", version) if topics else version


def _pronouns(question: str, last: Turn) -> list[re.Match[str]]:
    """Return the pronouns of a question that refer to something outside of it."""
    fixed = [(none.start(), none.end()) for none in _NO_REFERENCE.finditer(question)]
    return [
        match
        for match in PRONOUN.finditer(question)
        if not any(start <= match.start() < end for start, end in fixed)
        and not _refers_inside(question[: match.start()], question[match.end() :], match[1].lower(), last)
    ]


def _named(
    question: str, pronouns: Sequence[re.Match[str]], conversation: Conversation, taken: Set[str]
) -> tuple[str, set[str]]:
    """Return a question with names in place of pronouns, none of them taken already, and what is taken then."""
    taken, said = set(taken), dict[str, str | None]()
    pieces: list[str] = []
    end = 0
    for match in pronouns:
        word, before, after = match[1].lower(), question[: match.start()], question[match.end() :]
        referent = said.setdefault(word, said.get(word) or _referent(word, conversation, taken))
        if referent is None:
            continue
        taken.add(referent)
        possessive = word in _POSSESSIVE or (word == "her" and re.match(r"\s+[a-z]", after))
        place_or_time = "in " if word in ("there", "then") and not _PREPOSITION.search(before) else ""
        pieces += [question[end : match.start()], place_or_time + referent + ("’s" if possessive else "")]
        end = match.end()
    return "".join((*pieces, question[end:])), taken


def _in_full(question: str, conversation: Conversation) -> str:
    """Return the question with what it names in short ("the experiment", "Anne") as it was named in full before."""
    asked = " ".join(turn.answer.standalone_question for turn in conversation.turns)
    longer = noun_phrases(asked)[::-1]
    for phrase in reversed(noun_phrases(question)):
        definite = phrase.is_definite and not question[phrase.end :].startswith(" of ")
        if not (definite or phrase.proper):
            continue
        words_of = phrase.text.split()
        for other in longer:
            if _names_in_full(other.text.split(), words_of, proper=phrase.proper):
                start = phrase.end - len(phrase.text)
                question = question[:start] + other.text + question[phrase.end :]
                break
    return question


def _names_in_full(full: list[str], short: list[str], *, proper: bool) -> bool:
    """True if a phrase begins or ends with a shorter one, and what it adds to a name is names too."""
    length = len(short)
    if len(full) <= length:
        return False
    folded, part = [word.lower() for word in full], [word.lower() for word in short]
    begins = folded[:length] == part and _are_names(full[length:])
    ends = folded[-length:] == part and (not proper or _are_names(full[:-length]))
    return begins or ends


def _are_names(some: list[str]) -> bool:
    return all(word[0].isupper() for word in some)


def _topics(turn: Turn) -> list[Phrase]:
    """Return the topics that a turn set: none where it leans on those before, unless it asks to be told about one."""
    about = WHAT_ABOUT.match(bare(turn.answer.question))
    stands_alone = turn.answer.standalone_question.lower() == turn.answer.question.lower()
    digest = "" if stands_alone else IN_BRACKETS.sub("", topic_of(turn.answer.standalone_question) or "")
    if told := about[1] if about else digest:
        return topics_of(f"Tell me about {told}", named=True)
    topics = topics_of(turn.answer.standalone_question) if stands_alone else []
    return [topic for topic in topics if not is_time(topic.text)]


def _refers_inside(before: str, after: str, pronoun: str, last: Turn) -> bool:
    """True if a pronoun refers to something that its own question names before it.

    The subject of the main clause never does ("What did *it* want"), but that of a second question does ("What is a
    bond and how is *it* sold") and that of a dependent clause ("Did Anne say that *she* would come"). A possessive does
    where a noun stands before it, that of the question too ("How many men lost *their* jobs"); an object cannot mean
    the subject of its own clause (Principle B of Chomsky, "Lectures on Government and Binding").
    """
    if _SECOND_QUESTION.search(before):
        return True
    previous = before.split()[-1:] or [""]
    if AUXILIARY.fullmatch(previous[0]) or not before.strip():
        return False
    named = [name for name in names(before) if pronoun not in _PERSON or _person_score(name, last) > 0]
    possessive = pronoun in _POSSESSIVE
    mine = [each for each in noun_phrases(before) if possessive or not each.is_open]
    if not named and (pronoun in _PERSON or not any(each.plural == (pronoun in _PLURAL) for each in mine)):
        return False
    if possessive or (pronoun == "her" and re.match(r"\s+[a-z]", after)):
        return True
    return AUXILIARY.match(after.lstrip()) is not None


def _referent(pronoun: str, conversation: Conversation, taken: set[str]) -> str | None:
    if pronoun not in _PERSON and pronoun not in ("there", "then"):
        return _thing(pronoun, conversation, taken)
    for turn in reversed(conversation.turns):
        fitting = [name for name in _mentions(turn) if name not in taken and _fits(pronoun, name, turn)]
        if fitting:
            return max(fitting, key=lambda name: _place_score(name, turn) > 0) if pronoun == "there" else fitting[0]
    return None


def _thing(pronoun: str, conversation: Conversation, taken: set[str]) -> str | None:
    """Return what "it" or "they" refers to: the last answer if that was a thing, else the topic of that number."""
    last = conversation.turns[-1]
    short = last.answer.short_answer
    if short and short not in taken and _answers_with_a_thing(last) and _fits(pronoun, short, last):
        return short
    fitting = [
        [
            topic
            for topic in _topics(turn)
            if topic.text not in taken and (topic.determiner or _fits(pronoun, topic.text, turn))
        ]
        for turn in reversed(conversation.turns)
    ]
    fitting = [topics for topics in fitting if topics]
    near = [topic for topics in fitting[:2] for topic in topics]
    plural = pronoun in _PLURAL
    agreeing = [topic.named for topic in near if topic.plural == plural or topic.proper]
    asked_of = (named for named in things_asked_of(last, plural=plural) if named not in taken)
    return next(iter(agreeing or [topic.named for topic in near] or asked_of), None)


def things_asked_of(turn: Turn, *, plural: bool | None = None) -> Iterator[str]:
    """Yield the things that a turn's question asks of ("When was *the bridge* opened"), of either or of one number."""
    question = turn.answer.standalone_question
    for phrase in noun_phrases(question):
        named = question[phrase.start : phrase.end]
        determined = phrase.is_definite or phrase.determiner in ("these", "those")
        if determined and plural in (None, phrase.plural) and not is_time(named):
            yield named


def _mentions(turn: Turn) -> list[str]:
    """Return what a turn names, most prominent first: the answer if it is a name, then the question's, the quotes'."""
    answer = turn.answer
    said = answer.short_answer
    short = [said] if said and said not in ("Yes", "No") and not answer.abstained else []
    quotes = " ".join(citation.quote for citation in answer.citations)
    topic = names(answer.standalone_question) or [each.text for each in topics_of(answer.standalone_question)]
    return list(dict.fromkeys([*(short if _answers_with_a_thing(turn) else []), *topic, *short, *names(quotes)]))


def foremost(turn: Turn) -> str | None:
    """Return what a turn is about before all else: the answer if it is a name, then what the question names."""
    return next((name for name in _mentions(turn) if not is_time(name)), None)


def _answers_with_a_thing(turn: Turn) -> bool:
    """True if a turn asked for someone or something, not for a time or a number."""
    return analyse(turn.answer.standalone_question).kind in NAMES


def _fits(pronoun: str, name: str, turn: Turn) -> bool:
    if pronoun == "then":
        return bool(re.search(r"\b(?:1[0-9]|20)\d\d\b", name)) and len(words(name)) <= 3
    if is_time(name) or (name[0].islower() and (pronoun in _PERSON or pronoun == "there")):
        return False
    question = turn.answer.standalone_question
    person, place = _person_score(name, turn), _place_score(name, turn)
    if pronoun in _PERSON:  # the news calls people by their last names
        return person > 0 or (person == 0 and place == 0 and name in names(question) and _may_be_last_name(name))
    if pronoun == "there":
        return place >= person
    answered = name == turn.answer.short_answer
    return person <= 0 or (answered and (pronoun in _PLURAL or analyse(question).kind is not Kind.PERSON))


def _may_be_last_name(name: str) -> bool:
    return len(words(name)) == 1 and not is_country((fold(name),))


def _person_score(name: str, turn: Turn) -> int:
    """Return how often what was read speaks of a name as of a person, less how often as of a place or a body."""
    read = f"{turn.answer.standalone_question} {read_for(turn)}"
    last_word = re.escape(words(name)[-1])
    escaped = re.escape(name)
    person = len(re.findall(rf"\b{_TITLE}\.? (?:\w+ )?{escaped}|{last_word},? (?:\w+ )?{SAYING}\b", read))
    body = len(re.findall(rf"\b(?:in|at|into|the) {escaped}\b|\bthe {last_word.lower()}\b", read))
    two_words = len(words(name)) in (2, 3) and name.istitle() and not name.lower().startswith("the ")
    answered = name == turn.answer.short_answer and analyse(turn.answer.standalone_question).kind is Kind.PERSON
    return person + (1 if two_words else 0) + (3 if answered else 0) - 2 * body


def is_time(name: str) -> bool:
    """True if a name is a time ("April 2024", "Monday") or begins with a number: no pronoun but "then" means one."""
    if name[0].isdigit() or _CALENDAR.fullmatch(name):
        return True
    return any(time.start == 0 and time.end == len(name) for time in time_expressions(name))


def _place_score(name: str, turn: Turn) -> int:
    return len(re.findall(rf"\b(?:in|at|into|from|near|around) (?:the )?{re.escape(name)}\b", read_for(turn)))


def read_for(turn: Turn) -> str:
    """Return the text of the passages that were read for a turn."""
    return " ".join(evidence.text for evidence in turn.answer.evidence)


def names(text: str) -> list[str]:
    """Return the names and years of a text as they stand there, in order, without a leading question word."""
    spans = [(start, text[start:end]) for start, end in name_spans(text)]
    spans += [(m.start(), m.group()) for m in re.finditer(r"\b(?:1[0-9]|20)\d\d\b", text)]
    return [name for _, name in sorted(spans) if any(is_content(w) for w in words(name)) and fold(name)]


def topics_of(question: str, *, named: bool = False) -> list[Phrase]:
    """Return what a question is about and what else it names, the main topic first.

    Where it names its topic, "the reward" is one though nobody says whose.
    """
    phrases = noun_phrases(question)
    if not phrases:
        return []
    main = int(phrases[0].determiner in ("many", "much") and len(phrases) > 1)
    while main + 1 < len(phrases) and _asked_of(question, phrases[main], phrases[main + 1]):
        main += 1
    owned = with_joined(question, phrases, main).text != phrases[main].text  # "the attack on Port Lenn"
    if phrases[main].determiner and phrases[main].is_open and not owned and not named:
        return [with_joined(question, phrases, at) for at, phrase in enumerate(phrases) if phrase.proper]
    others = [at for at, phrase in enumerate(phrases) if at > main and not phrase.is_open]
    return [with_joined(question, phrases, at) for at in (main, *others)]


def _asked_of(question: str, phrase: Phrase, following: Phrase) -> bool:
    """True if a phrase is asked of the one that follows it, which is the topic: "the history of *the toilet*"."""
    between = question[phrase.end : following.start].strip().lower()
    if phrase.proper or (following.proper and phrase.modifiers and phrase.head.lower() in _BODIES):
        return False  # "the ferry company of Halmo" is not asked of Halmo
    return between in ("of", "about", "between")


def is_open(question: str) -> bool:
    """True if all that a question names belongs to something that it does not name: "the main advantages"."""
    phrases = noun_phrases(question)
    return bool(phrases) and all(phrase.is_open for phrase in phrases)


def points_back(question: str) -> bool:
    """True if "this" or "that" stands in a question for something said before: "Who wrote that"."""
    words_of, phrases = tagged(question), noun_phrases(question)
    return any(
        word.text.lower() in _POINTING
        and (word.tag == "DT0" or word is words_of[-1])
        and not any(each.start <= word.start < each.end for each in phrases)
        for word in words_of
    )
