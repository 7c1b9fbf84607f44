"""Follow-up questions rewritten by rules into questions that stand alone.

What is done, in this order: an ellipsis ("And in which month?", "What about China?") takes over the clause of the
question before; "did that" becomes the predicate it stands for; pronouns and "there", "then" become the names they
refer to; "the court" becomes the court that was the last answer. A question without any of these is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from qabot.answering.clauses import AUXILIARIES, AUXILIARY, Clause, take_apart
from qabot.answering.conversation import Conversation, Turn
from qabot.answering.question import Kind, analyse, content_stems, fold, is_content, words
from qabot.answering.spans import names_of

_LEAD_IN = re.compile(
    r"^(?:(?:and|but|so|or|also|then|ok|okay|well|now|thanks?|thank you|right|sorry|no|yes|hm+)\b[,.!;: ]*)+",
    re.IGNORECASE,
)
_ASKS = r"(?:when|where|why|how(?: (?:long|many|much|often|far|old|big|large|come))?|who|whom|whose|which|what)"
_NO_VERB = rf"(?!(?:{AUXILIARIES}|that|this|it|he|she|they|\w+ed)\b)[\w’'-]+"
_BARE_PHRASE = re.compile(
    rf"^(?:(?:by|in|on|at|to|for|from|with|since|until|of|about|against|during|under) {_ASKS}(?: {_NO_VERB}){{0,3}}"
    r"|(?:when|where|why|how|who|whom|whose)(?: (?:else|not|exactly|so))?"
    rf"|(?:which|what|how (?:long|many|much|often|far|old|big|large))(?: {_NO_VERB})?)$",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"^(?:(?:what|how) about|and what of|what of)\s+(.+)$", re.IGNORECASE)
_FRAGMENT = re.compile(
    r"^(?:(?:and|but|or)\s+)(?:(?:in|for|with|from|at|to|by|on)\s+)?(?:the\s+)?[\w’'. -]{1,40}$", re.IGNORECASE
)
_DO_THAT = re.compile(
    r"\b(did|do|does|done|doing)\s+(?:that|this|it|so)(?=\s*$|\s+(?:in|on|at|to|with|by|for|and|when|after|before)\b)",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:that|this|it)\b(?=\s+(?:happen|occur|take place|come about|start|begin|end)|\s*\?*$)|"
    r"(?<=\bafter )(?:that|this)\b|(?<=\bbefore )(?:that|this)\b|(?<=\bbecause of )(?:that|this)\b",
    re.IGNORECASE,
)
_HAPPEN = re.compile(
    rf"^({_ASKS}(?: [\w’'-]+)?) (?:(?:did|does|will) (?:that|this|it) (?:happen|occur|take place|come about)"
    r"|(?:is|was|has) (?:that|this|it)(?: (?:so|happened|then))?)$",
    re.IGNORECASE,
)
_PERSON = frozenset({"he", "she", "him", "her", "his", "hers"})
_POSSESSIVE = frozenset({"his", "hers", "its", "their", "theirs"})
_PRONOUN = re.compile(r"\b(he|she|him|her|hers|his|they|them|their|theirs|it|its|there|then)\b", re.IGNORECASE)
_NO_REFERENCE = re.compile(
    r"\bit (?:true|that|possible|likely|clear)\b|\bwas it (?:that|who)\b|\b(?:is|are|was|were) there\b", re.IGNORECASE
)
_DEFINITE = re.compile(r"\b(?:the|that|this|those|these) (?:(?:same|latter|first|other) )?([a-z]+)\b")
_NOUN_PHRASE = re.compile(r"\b(?:the|an?|this|these|those|which|how many|what) (?!should\b)[a-z]+", re.IGNORECASE)
_CLAUSE_BOUNDARY = re.compile(
    r"\b(?:that|if|when|because|after|before|while|although|since|who|which)\b|,", re.IGNORECASE
)
_OPEN_PHRASE = re.compile(
    rf"\bthe (?:[a-z-]+ )?[a-z-]+(?= {AUXILIARIES}\b| [a-z]+ed\b|\s*$)"
    r"|\b(?:other|another|similar|alternatives?)\b|\b(?:any|some) [a-z]+\s*$"
)
_ABOUT = re.compile(
    r"\b(?:about|what (?:is|are|was|were)|what['’]s|who (?:is|are|was|were)|define|describe)\s+"
    r"(?:the difference between )?"
    r"(?:the |an? )?(?:[a-z]+ (?:types?|history|origins?|effects?|causes?|symptoms?) of )?([\w’' -]+)$",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_TITLE = r"(?:Mr|Mrs|Ms|Dr|President|Minister|Ambassador|General|Secretary|Chancellor|Senator|King|Queen|Mullah|envoy|leader|minister|president|ambassador|researcher|expert|analyst|spokesman|spokeswoman|secretary)"  # noqa: E501
_SPEAKS = r"(?:said|says|told|tells|warned|added|adds|explained|explains|argued|argues|wrote|called|who|met|declared)"


def rewrite(question: str, conversation: Conversation) -> str:
    """The question as it would be asked without the conversation; itself where it does not lean on it."""
    if not conversation.turns:
        return question
    last = conversation.turns[-1]
    bare = _LEAD_IN.sub("", question.strip()).rstrip("?!. ")
    clause = take_apart(last.answer.standalone_question, _read_for(last))
    rewritten = _complete(question.strip().rstrip("?!. "), bare, clause, last)
    rewritten = _name_the_deed(rewritten, clause, last)
    rewritten = _name_the_things(rewritten, bare, conversation)
    if rewritten == bare:
        return question
    return rewritten[0].upper() + rewritten[1:] + "?"


def _complete(whole: str, bare: str, clause: Clause, last: Turn) -> str:
    """An ellipsis, completed with the clause of the question before."""
    about = _WHAT_ABOUT.match(whole) or _WHAT_ABOUT.match(bare)
    if about:
        return _exchange(about[1], last)
    if _BARE_PHRASE.match(bare) and (len(bare.split()) <= 2 or not _names(bare)):
        return clause.asked_with(bare[0].lower() + bare[1:], last.answer.short_answer)
    if _FRAGMENT.match(whole) and not AUXILIARY.search(bare) and bare:
        return _exchange(bare, last)
    return bare


def _exchange(other: str, last: Turn) -> str:
    """The question before, asked of another person, thing, place or time ("What about China?")."""
    topic = last.answer.standalone_question.rstrip("?!. ")
    preposition = re.match(r"(in|on|at|for|with|from|to|by|since|until|during)\s+", other, re.IGNORECASE)
    if preposition:
        same_place = re.search(rf"\b{preposition[1]}\s+(?:the\s+)?(?:[A-Z][\w’'-]*|\d+)(?:\s+[A-Z][\w’'-]*)*", topic)
        return topic.replace(same_place.group(), other) if same_place else f"{topic} {other}"
    kind_of_other = bool(re.match(r"\d", other))
    for name in _names(topic):
        if bool(re.match(r"\d", name)) == kind_of_other:
            return topic.replace(name, re.sub(r"^the ", "", other), 1)
    return f"{topic}, {other}"


def _name_the_deed(question: str, clause: Clause, last: Turn) -> str:
    """From "Which court did that" to "Which court designated the Taliban"; "When did that happen" takes the clause."""
    happens = _HAPPEN.match(question)
    if happens and (clause.subject or clause.predicate):
        return clause.asked_with(happens[1], last.answer.short_answer)
    deed = _DO_THAT.search(question)
    if deed and clause.predicate:
        before, after = question[: deed.start()].strip(), question[deed.end() :].strip()
        asker = take_apart(before + " x")
        if asker.auxiliary and not clause.auxiliary:  # "When did she do that" after "Who opened the fair"
            return clause.asked_with(asker.phrase, last.answer.short_answer)
        if asker.auxiliary:  # "Why did they do that": an auxiliary stands before, the predicate keeps its base form
            return " ".join(part for part in (before, clause.predicate, after) if part)
        return " ".join(part for part in (clause.done_by(before), after) if part)
    event = _EVENT.search(question)
    if event and clause.predicate and event.group().lower() != "it":
        return question[: event.start()] + clause.statement() + question[event.end() :]
    return question


def _name_the_things(question: str, asked: str, conversation: Conversation) -> str:
    """Pronouns as the names they refer to; ``asked`` is the question before anything else was done to it."""
    if _NO_REFERENCE.search(question):
        return question
    last = conversation.turns[-1]
    rewritten = _name_the_last_answer(question, last)
    taken: set[str] = set(_names(question))
    pieces: list[str] = []
    end = 0
    for match in _PRONOUN.finditer(rewritten):
        if _refers_inside(rewritten[: match.start()], rewritten[match.end() :], match[1].lower(), last):
            continue
        referent = _referent(match[1].lower(), conversation, taken)
        if referent is None:
            continue
        taken.add(referent)
        possessive = match[1].lower() in _POSSESSIVE or (
            match[1].lower() == "her" and re.match(r"\s+[a-z]", rewritten[match.end() :])
        )
        place_or_time = {"there": "in ", "then": "in "}.get(match[1].lower(), "")
        pieces += [rewritten[end : match.start()], place_or_time + referent + ("’s" if possessive else "")]
        end = match.end()
    rewritten = "".join((*pieces, rewritten[end:]))
    if rewritten == asked and _is_open(asked):
        topic = _referent("it", conversation, taken)
        return f"{question} regarding {topic}" if topic and fold(topic) not in fold(question) else question
    return rewritten


def _is_open(question: str) -> bool:
    """Whether a question speaks of "the talks" without saying which, and names nothing else."""
    return not _names(question) and bool(_OPEN_PHRASE.search(question))


def _name_the_last_answer(question: str, last: Turn) -> str:
    """From "What did the court say", after "Which court ...", to the court that was the answer."""
    short = last.answer.short_answer
    if not short or last.answer.abstained:
        return question
    focus = analyse(last.answer.standalone_question).focus
    for match in _DEFINITE.finditer(question):
        noun = set(content_stems(match[1]))
        if noun and noun <= focus and not set(content_stems(short)) <= set(content_stems(question)):
            return question[: match.start()] + short + question[match.end() :]
    return question


def _refers_inside(before: str, after: str, pronoun: str, last: Turn) -> bool:
    """Whether a pronoun refers to something that its own question names before it.

    The subject of the main clause never does ("What did *it* want"). A possessive does where a noun stands before it
    ("What does Spain want from *its* neighbours"); an object does only in another clause ("If a bank fails, who saves
    *it*"), since it cannot mean the subject of its own (Principle B of Chomsky, "Lectures on Government and Binding").
    """
    previous = before.split()[-1:] or [""]
    if AUXILIARY.fullmatch(previous[0]) or not before.strip():
        return False
    if pronoun == "then":
        return bool(re.search(r"\b(?:in|at|when|if|and)\b", before))
    named = [name for name in _names(before) if pronoun not in _PERSON or _person_score(name, last) > 0]
    if not named and (pronoun in _PERSON or not _NOUN_PHRASE.search(before)):
        return False
    if pronoun in _POSSESSIVE or (pronoun == "her" and re.match(r"\s+[a-z]", after)):
        return True
    subordinate = AUXILIARY.match(after.lstrip())
    return bool(subordinate) or bool(_CLAUSE_BOUNDARY.search(before))


def _referent(pronoun: str, conversation: Conversation, taken: set[str]) -> str | None:
    for turn in reversed(conversation.turns):
        fitting = [name for name in _mentions(turn) if name not in taken and _fits(pronoun, name, turn)]
        if fitting:
            return max(fitting, key=lambda name: _place_score(name, turn) > 0) if pronoun == "there" else fitting[0]
    return None


def _mentions(turn: Turn) -> Iterator[str]:
    """What a turn speaks of, most prominent first: a name that was the answer, the question's names, the quotes'."""
    answer = turn.answer
    asked = analyse(answer.standalone_question)
    short = [answer.short_answer] if answer.short_answer and not answer.abstained else []
    is_entity = asked.kind in (Kind.PERSON, Kind.PLACE, Kind.NAME)
    quotes = " ".join(citation.quote for citation in answer.citations)
    topic = _names(answer.standalone_question) or list(_noun_phrases(answer.standalone_question))
    return iter(dict.fromkeys(chain(short if is_entity else [], topic, short, _names(quotes))))


def _noun_phrases(question: str) -> Iterator[str]:
    """What a question without names speaks of: the words after "about" or "what is", then its runs of content words."""
    bare = question.strip().rstrip("?!. ")
    about = _ABOUT.search(bare)
    if about and len(about[1].split()) <= 4:
        yield about[1].strip()
    run: list[str] = []
    for word in (*bare.split(), ""):
        if word and is_content(word.strip(",;:")) and not AUXILIARY.fullmatch(word):
            run.append(word.strip(",;:"))
        if run and (not word or not is_content(word.strip(",;:")) or word[-1] in ",;:"):
            yield " ".join(run)
            run = []


def _fits(pronoun: str, name: str, turn: Turn) -> bool:
    if pronoun == "then":
        return bool(re.search(r"\b(?:1[0-9]|20)\d\d\b", name)) and len(words(name)) <= 3
    if name[0].isdigit() or (name[0].islower() and (pronoun in _PERSON or pronoun == "there")):
        return False
    person, place = _person_score(name, turn), _place_score(name, turn)
    if pronoun in _PERSON:
        return person > 0
    if pronoun == "there":
        return place >= person and not _CALENDAR.match(name)
    return person <= 0 and not _CALENDAR.match(name)


def _person_score(name: str, turn: Turn) -> int:
    """How often what was read speaks of the name as of a person, less how often as of a place or a body."""
    read = _read_for(turn)
    last_word = re.escape(words(name)[-1])
    escaped = re.escape(name)
    person = len(re.findall(rf"\b{_TITLE}\.? (?:\w+ )?{escaped}|{last_word},? (?:\w+ )?{_SPEAKS}\b", read))
    body = len(re.findall(rf"\b(?:in|at|into|the) {escaped}\b", read))
    two_words = len(words(name)) in (2, 3) and name.istitle() and not name.lower().startswith("the ")
    return person + (1 if two_words else 0) - 2 * body


def _place_score(name: str, turn: Turn) -> int:
    return len(re.findall(rf"\b(?:in|at|into|from|near|around) (?:the )?{re.escape(name)}\b", _read_for(turn)))


def _read_for(turn: Turn) -> str:
    return " ".join(evidence.text for evidence in turn.answer.evidence)


def _names(text: str) -> list[str]:
    """The names and years of a text as they stand there, in order; a leading question word is none."""
    spans = [(span.start, text[span.start : span.end]) for span in names_of(text)]
    spans += [(m.start(), m.group()) for m in re.finditer(r"\b(?:1[0-9]|20)\d\d\b", text)]
    return [name for _, name in sorted(spans) if any(is_content(w) for w in words(name)) and fold(name)]
