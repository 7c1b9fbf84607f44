"""Rewrite follow-up questions by rules into questions that stand alone.

In this order: an ellipsis ("And in which month?", "What about China?") takes over the clause of the question before;
"did that" becomes the predicate that it stands for; what refers to something named before is named (see `references`).
A question without any of these is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qabot.answering.answer import Conversation, Turn
from qabot.answering.query import names_person, topic_of
from qabot.answering.references import (
    AUXILIARY,
    IN_BRACKETS,
    PRONOUN,
    WHAT_ABOUT,
    bare,
    foremost,
    is_open,
    is_time,
    name_the_things,
    names,
    points_back,
    read_for,
    things_asked_of,
    topics_of,
)
from qabot.models.reader import leaning, without_mark
from qabot.text.dates.expressions import time_expressions
from qabot.text.lexicon import AUXILIARIES, ORDINALS, QUESTION_WORDS
from qabot.text.phrases import is_fragment, noun_phrases, past, with_joined
from qabot.text.tokens import content_stems

_ASKS = rf"(?:how (?:long|many|much|often|far|old|big|large|come)|{QUESTION_WORDS})"
_NO_VERB = rf"(?!(?:{AUXILIARIES}|that|this|it|he|she|they|\w+ed)\b)[\w’'-]+"
_BARE_PHRASE = re.compile(
    rf"^(?:(?:by|in|on|at|to|for|from|with|since|until|of|about|against|during|under) {_ASKS}(?: {_NO_VERB}){{0,3}}"
    r"|(?:when|where|why|how|who|whom|whose)(?: (?:else|not|exactly|so))?"
    rf"|(?:which|what|how (?:long|many|much|often|far|old|big|large))(?: {_NO_VERB})?)$",
    re.IGNORECASE,
)
_MEANT = re.compile(r"^(?:sorry,? )?(?:i mean|i meant|make that|rather) (.+)$", re.IGNORECASE)
_ASKS_FIRST = re.compile(rf"^{_ASKS}\b", re.IGNORECASE)
_IS_QUESTION = re.compile(rf"^(?:{_ASKS}|{AUXILIARIES})\b.* ", re.IGNORECASE)
_OF_WHOM = re.compile(r"^(?:how (?:old|tall|big|large|high|heavy)|(where) from|from (where))$", re.IGNORECASE)
_OWNED = re.compile(rf"^(?:his|her|its|their)(?: (?!(?:{AUXILIARIES})\b)[\w’'-]+){{1,4}}$", re.IGNORECASE)
_DO_THAT = re.compile(
    r"\b(did|do|does|done|doing)\s+(?:that|this|it|so)(?=\s*$|\s+(?:in|on|at|to|with|by|for|and|when|after|before)\b)",
    re.IGNORECASE,
)
_IS_DONE = re.compile(r"(?:is|are|was|were|has|have|had)", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:that|who|which)\b", re.IGNORECASE)
_HAPPEN = re.compile(
    rf"^({_ASKS}(?: [\w’'-]+)?) (?:(?:did|does|will) (?:that|this|it) (?:happen|occur|take place|come about)"
    r"|(?:is|was|has) (?:that|this)(?: (?:so|happened|then))?)$",
    re.IGNORECASE,
)

_MORE = re.compile(
    r"^(?:please |can you |could you )*(?:(?:(?:tell|give|show) (?:me|us) )?(?:(?:a (?:bit|little)|some|any) )?"
    r"(?:more(?: details)?|details)(?: (?:about|on) (?:it|that|this|them))?"
    r"|go on|continue|elaborate|what else(?: do they say)?|anything else)(?:,? please)?$",
    re.IGNORECASE,
)
_NOT_THAT = re.compile(
    r"^(?:(?:no|sorry)\b[,.]? )?(?:not|i (?:did not|didn['’]t|do not|don['’]t) mean) ([^.?!;,]+)[.;,]\s+(\w.{7,})$",
    re.IGNORECASE,
)
_PREPOSITION = r"(?:in|on|at|for|with|from|to|of|by|since|until|during|before|after|under)"
_INTRODUCED = re.compile(rf"^(?:(?:the|that) ones? (?={_PREPOSITION}\b))?({_PREPOSITION})\s+", re.IGNORECASE)
_ORDINAL = re.compile(rf"\bthe (?:{'|'.join(ORDINALS)}|last)\b", re.IGNORECASE)
_WHOLE = re.compile(rf"\b{QUESTION_WORDS}(?:['’]s| {AUXILIARIES})\b", re.IGNORECASE)


def rewrite(question: str, conversation: Conversation) -> str:
    """Return the question as it would be asked without the conversation; unchanged where it stands alone."""
    return _rewritten(question, _asking(conversation))[0]


def interpretations(question: str, conversation: Conversation) -> list[str]:
    """Return what a question may mean in its conversation, each to be asked without it, the likeliest first.

    It is rewritten by the rules; or, where it leans on the conversation, has the question before in brackets, with its
    answer; or stands as it is, "What about ..." as what a digest is asked of. Where it leans and has no words of its
    own, or none that say whose ("Which prizes did the book win?"), that could be about anything. One that names
    something leans on nothing, unless it says no more than a name: "How many were there in Texas?"
    """
    conversation = _asking(conversation)
    meant = _rewritten(question, conversation)
    asked = bare(question)
    if topic_of(meant[0]) or not conversation.turns or not asked:  # in brackets a digest would ask the one before again
        return meant
    leaning, named = _leaning(question, conversation.turns), names(asked)
    refers = bool(PRONOUN.search(question)) or points_back(asked)
    own = len(content_stems(question)) > 1 if _is_elliptic(asked) else bool(named) or not refers
    if meant == [question] and refers and not named:
        meant = [leaning]
    elif meant != [question]:
        meant.append(leaning)
    if about := WHAT_ABOUT.match(asked):
        meant.append(f"Tell me about {about[1]}")
    elif own and (named or not is_open(asked)):
        meant.append(question)
    whole = named and not set(content_stems(question)) <= set(content_stems(" ".join(named)))
    return list(dict.fromkeys(meant if whole else [*meant, leaning]))


def _asking(conversation: Conversation) -> Conversation:
    """Return a conversation without the turns that ask nothing: "Thanks!"."""
    return Conversation(tuple(turn for turn in conversation.turns if bare(turn.question)))


def _rewritten(question: str, conversation: Conversation) -> list[str]:
    """Return what the rules make of a question; one that stands alone is the only one."""
    topic = topic_of(question)
    own = content_stems(topic or "")
    if not conversation.turns or (own and topic and not PRONOUN.search(topic)):  # a digest names what it is of
        return [question]
    if (corrected := _corrected(question, conversation)) is not None:
        return _rewritten(*corrected)
    turns = conversation.turns
    last, asked = turns[-1], bare(question)
    if _MORE.match(asked) or (topic and not own):
        return [f"Tell me more about {_told_of(turns)}{_of_which_story(conversation)}"]
    clause = take_apart(_parted(last)[0])
    rewritten = _complete(without_mark(question), asked, clause, turns)
    if rewritten != asked and IN_BRACKETS.search(rewritten):
        return [f"{rewritten}?"]
    rewritten = _name_the_deed(rewritten, clause, last)
    versions = list(name_the_things(rewritten, conversation))
    if versions == [asked]:
        return [_leaning(question, turns) if is_open(asked) or _is_elliptic(asked) else question]
    return [version[0].upper() + version[1:] + "?" for version in versions]


def _corrected(question: str, conversation: Conversation) -> tuple[str, Conversation] | None:
    """Return what somebody asks who was misunderstood, and the conversation without what was not meant; None else.

    "No, not the ticket. How often does it sail?" leaves out what was asked of tickets, and "No, I meant the cables"
    asks behind "What about the mayor?" of them in the mayor's place.
    """
    before, last = conversation.turns[:-1], conversation.turns[-1]
    if not_that := _NOT_THAT.match(question.strip()):
        wrong = set(content_stems(not_that[1]))
        meant = [turn for turn in conversation.turns if not wrong <= set(content_stems(turn.question))]
        return not_that[2], Conversation(tuple(meant))
    meant_thing = _MEANT.match(bare(question))
    if meant_thing and before and WHAT_ABOUT.match(bare(last.question)) and not _IS_QUESTION.match(meant_thing[1]):
        return f"What about {meant_thing[1]}?", Conversation(before)
    return None


def _told_of(turns: Sequence[Turn]) -> str:
    """Return what the last turn is about, to ask for more of it: what it names, unless that is but a time."""
    last, before = turns[-1], _leant_on(turns)
    named = names(last.answer.standalone_question)
    whole = [name for name in named if not any(name in other and name != other for other in named)]
    things = [name for name in whole if not is_time(name)] or [topic.named for topic in topics_of(before)[:1]]
    return topic_of(before) or " and ".join(things or list(things_asked_of(last))[:1] or whole) or before


def _of_which_story(conversation: Conversation) -> str:
    """Return, in brackets, the last question that names something, where what is asked about now names nothing."""
    turns = conversation.turns
    if names(_told_of(turns)):
        return ""
    named = (at for at in reversed(range(len(turns))) if names(turns[at].answer.standalone_question))
    return next((f" ({_leant_on(turns[: at + 1])})" for at in named), "")


def _leaning(question: str, turns: Sequence[Turn]) -> str:
    """Return a question with what it leans on in brackets: the question that those before lean on, the last answer."""
    about = WHAT_ABOUT.match(bare(question))
    asked = about[1] if about else bare(question) or without_mark(question)
    return leaning(asked, _leant_on(turns), turns[-1].answer.short_answer)


def _is_elliptic(asked: str) -> bool:
    """True if a question lacks its verb: "Why Oslo", "Did Bo Lund"."""
    auxiliary, phrases = AUXILIARY.match(asked), noun_phrases(asked)
    if auxiliary and len(phrases) == 1:
        return not (asked[auxiliary.end() : phrases[0].start] + asked[phrases[0].end :]).strip()
    return bool(asked) and not _WHOLE.search(asked) and is_fragment(asked)


def _leant_on(turns: Sequence[Turn]) -> str:
    """Return the last question that stands without one that it leans on behind it, less its mark.

    A bracket that somebody typed is part of the question: "the WHO (World Health Organization)".
    """
    leant_on = ""
    for turn in reversed(turns):
        asked, leant_on = _parted(turn)
        if not leant_on:
            return asked
    return leant_on


def _parted(turn: Turn) -> tuple[str, str]:
    """Return a turn's question, less its mark, and the one that it leans on, in brackets behind it; else ""."""
    asked = without_mark(turn.answer.standalone_question)
    bracket = IN_BRACKETS.search(asked)
    return (asked[: bracket.start()], bracket[1]) if bracket and bracket[0] not in turn.question else (asked, "")


def _complete(whole: str, asked: str, clause: Clause, turns: Sequence[Turn]) -> str:
    """Return an ellipsis completed with the clause of the question before; any other question unchanged."""
    last = turns[-1]
    about = WHAT_ABOUT.match(whole) or WHAT_ABOUT.match(asked) or _MEANT.match(asked)
    if about and _IS_QUESTION.match(about[1]):  # "No, I mean when did she resign?"
        return about[1]
    if about:
        return _exchange(about[1], turns)
    of_whom = _OF_WHOM.match(asked)
    if of_whom and (subject := foremost(last)):
        where = of_whom[1] or of_whom[2]
        return f"Where does {subject} come from" if where else f"{asked} is {subject}"
    if _OWNED.match(asked):
        return f"{'Who' if names_person(asked) else 'What'} is {asked[0].lower()}{asked[1:]}"
    if _BARE_PHRASE.match(asked) and (len(asked.split()) <= 2 or not names(asked)):
        return clause.asked_with(asked[0].lower() + asked[1:], last.answer.short_answer)
    if _is_elliptic(asked) and not _ASKS_FIRST.match(asked) and not AUXILIARY.match(asked):
        return _exchange(asked, turns)
    return asked


def _exchange(other: str, turns: Sequence[Turn]) -> str:
    """Return the question before, asked of another name or time ("What about China?"), else in brackets behind it."""
    last = turns[-1]
    topic, leaning = without_mark(last.answer.standalone_question), without_mark(_leaning(other, turns))
    introduced = _INTRODUCED.match(other)
    thing = other[introduced.end() :] if introduced else other
    phrased = f"{introduced[1].lower()} {thing}" if introduced else other
    if is_time(thing):
        return _at_another_time(topic, phrased)
    if _ORDINAL.fullmatch(thing) and _ORDINAL.search(topic):
        return _ORDINAL.sub(thing, topic, count=1)
    mine = noun_phrases(thing)
    if not any(each.proper for each in mine):
        read = bool(mine) and set(content_stems(mine[0].text)) <= set(content_stems(read_for(last)))
        return f"Tell me about {other} ({_leant_on(turns)})" if read and not introduced else leaning
    if introduced:
        preposition = rf"\b{introduced[1]}\s+(?:the\s+)?(?:[A-Z][\w’'-]*|\d+)(?:\s+[A-Z][\w’'-]*)*"
        return re.sub(preposition, lambda _: phrased, topic, count=1) if re.search(preposition, topic) else leaning
    named = next((name for name in names(topic) if not is_time(name)), None)
    if named and mine[0].proper:
        return topic.replace(named, re.sub(r"^the ", "", other), 1)
    whole = next((each for each in noun_phrases(topic) if named and named in topic[each.start : each.end]), None)
    if named and whole:  # "the school in Moss" takes the place of "the Arven talks"
        start = whole.start if whole.determiner else topic.index(named)
        return f"{topic[:start]}{other}{topic[whole.end :]}"
    return leaning


def _at_another_time(topic: str, time: str) -> str:
    """Return a question asked of another time, with the preposition of the old one where a mere day or year is put."""
    old = next(iter(time_expressions(topic)), None)
    if old is None:
        return f"{topic} {time}"
    before = re.search(rf"\b{_PREPOSITION} $", topic[: old.start], re.IGNORECASE)
    start = before.start() if before and time[0].islower() else old.start
    return f"{topic[:start]}{time}{topic[old.end :]}"


def _name_the_deed(question: str, clause: Clause, last: Turn) -> str:
    """Return the question with the deed that it refers to: "Which court did that" as "Which court banned the party"."""
    happens = _HAPPEN.match(question)
    if happens and (clause.subject or clause.predicate):
        return clause.asked_with(happens[1], last.answer.short_answer)
    deed = _DO_THAT.search(question)
    if deed and clause.predicate:
        before, after = question[: deed.start()].strip(), question[deed.end() :].strip()
        asker = take_apart(before + " x")
        if asker.auxiliary and _IS_DONE.fullmatch(clause.auxiliary):  # "Why did he do it" after "Who was arrested"
            return question
        if asker.auxiliary and not clause.auxiliary:  # "When did she do that" after "Who opened the fair"
            return clause.asked_with(asker.phrase, last.answer.short_answer) if asker.phrase else question
        if asker.auxiliary:  # "Why did they do that": an auxiliary stands before, the predicate keeps its base form
            return " ".join(part for part in (before, clause.predicate, after) if part)
        return " ".join(part for part in (clause.done_by(before), after) if part)
    return question


_DO = frozenset({"do", "does", "did"})
_QUESTION_WORD = re.compile(rf"\b(?!(?-i:WHO)\b){QUESTION_WORDS}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """A question taken apart: "When | did | Russia | designate the Taliban?"; a part that it lacks is empty."""

    phrase: str
    auxiliary: str
    subject: str
    predicate: str

    def asked_with(self, phrase: str, answer: str | None) -> str:
        """Return the question that asks the same clause with another question phrase, such as "In which month".

        The answer to the clause's own question becomes the subject where the subject was asked for.
        """
        if not self.subject and self.phrase and phrase.split()[0].lower() == self.phrase.split()[0].lower():
            return _joined(phrase, self.auxiliary, self.predicate)  # "Who else"
        if not self.subject and self.phrase:
            return _joined(phrase, "was it that", answer or self.phrase.lower(), self.auxiliary, self.predicate)
        return _joined(phrase, self.auxiliary, self.subject, self.predicate)

    def done_by(self, subject: str) -> str:
        """Return the clause told of another subject, in the past where the question was: "X designated Y"."""
        if self.auxiliary.lower() in _DO:
            verb, _, rest = self.predicate.partition(" ")
            tense = past(verb) if self.auxiliary.lower() == "did" else verb
            return _joined(subject, tense, rest)
        return _joined(subject, self.auxiliary, self.predicate)


def take_apart(question: str) -> Clause:
    """Take an English question apart."""
    asked = without_mark(question)
    asks = _QUESTION_WORD.search(asked)
    clause = _CLAUSE.search(asked, asks.end()) if asks else None  # whose verb is another
    auxiliary = AUXILIARY.search(asked, asks.end() if asks else 0, clause.start() if clause else len(asked))
    if auxiliary is None or (asks is None and auxiliary.start() > 0):
        # "Who leads the Taliban": the question phrase is the subject.
        if asks is None:
            return Clause("", "", "", asked)
        has_noun = asks.group().lower() in {"which", "what", "whose"}
        noun = re.match(r"\s+[\w’'-]+", asked[asks.end() :]) if has_noun else None
        end = asks.end() + (noun.end() if noun else 0)
        return Clause(asked[:end].strip(), "", "", asked[end:].strip())
    phrase, rest = asked[: auxiliary.start()].strip(), asked[auxiliary.end() :].strip()
    subject_asked = asks and asks.start() == 0 and re.match(r"who|which|what|how many", asked, re.IGNORECASE)
    if subject_asked and auxiliary[1].lower() not in _DO and not re.match(r"(?:the|an?|its|their)\b|[A-Z]", rest):
        # "Who was killed", "Which court has ruled": what follows is the predicate, unless a subject stands there.
        return Clause(phrase, auxiliary[1], "", rest)
    subject, predicate = _subject_and_predicate(asked, auxiliary.end())
    return Clause(phrase, auxiliary[1].lower(), subject, predicate)


def _subject_and_predicate(question: str, start: int) -> tuple[str, str]:
    """Return the subject that stands from a character of a question on, and what follows it."""
    phrases = [phrase for phrase in noun_phrases(question) if phrase.start >= start]
    if phrases and not question[start : phrases[0].start].strip():
        end = with_joined(question, phrases, 0).end
        return question[start:end].strip(), question[end:].strip()
    pronoun, _, predicate = question[start:].strip().partition(" ")
    return pronoun, predicate


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
