"""What people say to whoever answers them, and is no question: thanks, greetings, what the bot is, goodbyes."""

from __future__ import annotations

import re

_ENDS = r"(?:,? (?:qabot|there|all|everyone|again|so much|very much|a lot|for (?:that|now|the (?:help|answer))))*"
_PLEASED = (
    r"(?:ok(?:ay)?|great|good|fine|nice|cool|perfect|super|excellent|right|all ?right|wow|i see|got it|never ?mind)"
)
_OK = rf"(?:(?:{_PLEASED}|well|no|yes)[,.!]* )*"
_REPLIES = (
    (
        rf"{_OK}(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings){_ENDS}",
        "Hello. Ask what the articles are to tell you; /help lists what else can be typed.",
    ),
    (
        rf"{_OK}(?:thanks?|thank you|many thanks|thx|cheers|much appreciated){_ENDS}",
        "You are welcome.",
    ),
    (
        rf"{_OK}(?:(?:hi|hello|hey)[,.!]* )?"
        rf"(?:how are you|how do you do|who are you|what are you|what (?:can|do) you do|what can i ask){_ENDS}\??",
        "I answer from the articles, with quotes. Ask what they are to tell you; /help lists what else can be typed.",
    ),
    (
        _PLEASED,
        "Ask on, if there is more to know.",
    ),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), reply) for pattern, reply in _REPLIES)
_GOODBYE = re.compile(
    rf"{_OK}(?:(?:thanks?|thank you)[,.!]* )?"
    rf"(?:bye|bye bye|goodbye|good night|see you|farewell|that(?: is|['’]s) all){_ENDS}",
    re.IGNORECASE,
)


def reply_to(line: str) -> str | None:
    """Return what is said back to thanks, greetings and the like; None where a line is a question about anything."""
    said = _bare(line)
    return next((reply for pattern, reply in _COMPILED if pattern.fullmatch(said)), None)


def is_goodbye(line: str) -> bool:
    """True if a line takes leave."""
    return bool(_GOODBYE.fullmatch(_bare(line)))


def _bare(line: str) -> str:
    return " ".join(line.split()).strip(" .!")
