"""Follow-up questions rewritten by rules into questions that stand alone.

What is done, in this order: an ellipsis ("And in which month?", "What about China?") takes over the clause of the
question before; "did that" becomes the predicate it stands for; what refers to something named before is named
(`qabot.answering.references`). A question without any of these is left as it is.
"""

from __future__ import annotations

import re

from qabot.answering.clauses import AUXILIARIES, AUXILIARY, Clause, take_apart
from qabot.answering.conversation import Conversation, Turn
from qabot.answering.references import WHAT_ABOUT, bare, name_the_things, names, read_for
from qabot.answering.topics import is_open_phrase
from qabot.text.phrases import noun_phrases

_ASKS = r"(?:when|where|why|how(?: (?:long|many|much|often|far|old|big|large|come))?|who|whom|whose|which|what)"
_NO_VERB = rf"(?!(?:{AUXILIARIES}|that|this|it|he|she|they|\w+ed)\b)[\w’'-]+"
_BARE_PHRASE = re.compile(
    rf"^(?:(?:by|in|on|at|to|for|from|with|since|until|of|about|against|during|under) {_ASKS}(?: {_NO_VERB}){{0,3}}"
    r"|(?:when|where|why|how|who|whom|whose)(?: (?:else|not|exactly|so))?"
    rf"|(?:which|what|how (?:long|many|much|often|far|old|big|large))(?: {_NO_VERB})?)$",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(
    rf"^(?:(?:and|but|or)\s+)(?!{_ASKS}\b)(?:(?:in|for|with|from|at|to|by|on)\s+)?(?:the\s+)?[\w’'. -]{{1,40}}$",
    re.IGNORECASE,
)
_ORDINAL = r"(first|second|third|fourth|fifth|last|next|previous)"
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


def rewrite(question: str, conversation: Conversation) -> str:
    """The question as it would be asked without the conversation; itself where it does not lean on it."""
    if not conversation.turns:
        return question
    last = conversation.turns[-1]
    asked = bare(question)
    clause = take_apart(last.answer.standalone_question, read_for(last))
    rewritten = _complete(question.strip().rstrip("?!. "), asked, clause, last)
    rewritten = _name_the_deed(rewritten, clause, last)
    rewritten = name_the_things(rewritten, asked, conversation)
    if rewritten == asked:
        return question
    return rewritten[0].upper() + rewritten[1:] + "?"


def _complete(whole: str, asked: str, clause: Clause, last: Turn) -> str:
    """An ellipsis, completed with the clause of the question before."""
    about = WHAT_ABOUT.match(whole) or WHAT_ABOUT.match(asked)
    if about:
        return _exchange(about[1], last)
    if _BARE_PHRASE.match(asked) and (len(asked.split()) <= 2 or not names(asked)):
        return clause.asked_with(asked[0].lower() + asked[1:], last.answer.short_answer)
    if _FRAGMENT.match(whole) and not AUXILIARY.search(asked) and asked:
        return _exchange(asked, last)
    return asked


def _exchange(other: str, last: Turn) -> str:
    """The question before, asked of another person, thing, place or time ("What about China?")."""
    topic = last.answer.standalone_question.rstrip("?!. ")
    one = re.search(rf"\bthe {_ORDINAL}\b", topic, re.IGNORECASE)
    another = re.fullmatch(rf"(?:\w+ )?the {_ORDINAL}", other, re.IGNORECASE)
    if one and another:
        return topic[: one.start(1)] + another[1] + topic[one.end(1) :]
    preposition = re.match(
        r"(in|on|at|for|with|from|to|by|since|until|during|before|after|under)\s+", other, re.IGNORECASE
    )
    if preposition:
        same_place = re.search(rf"\b{preposition[1]}\s+(?:the\s+)?(?:[A-Z][\w’'-]*|\d+)(?:\s+[A-Z][\w’'-]*)*", topic)
        return topic.replace(same_place.group(), other) if same_place else f"{topic} {other}"
    phrases = noun_phrases(topic)
    mine = noun_phrases(other)
    if mine:
        same = [each for each in phrases if each.head.lower() == mine[0].head.lower()]
        attribute = same or [each for each in phrases if is_open_phrase(each) and not mine[0].proper]
        if attribute:
            return topic[: attribute[0].start] + other + topic[attribute[0].end :]
    kind_of_other = bool(re.match(r"\d", other))
    for name in names(topic):
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
