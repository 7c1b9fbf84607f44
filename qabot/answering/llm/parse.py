"""From a language model's text to claims: its sentences, each with the passages that it is said to rest on.

It is read as it arrives.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from wcwidth import strip_sequences

from qabot.text.lexicon import CONNECTIVES
from qabot.text.sentences import sentence_spans

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, AIMessageChunk

_NUMBERS = r"\d+(?:\s{0,3}[,;&–-]\s{0,3}(?:passage\s)?\d+)*\s{0,3}"
# [2], [2, 3], [passage 2], 【2†source】, [2](link), (passage 2)
_BRACKET = (
    rf"(?:[\[【]{{1,2}}\s{{0,3}}(?:(?:passages?|sources?|[#^])\s{{0,3}})?{_NUMBERS}"
    r"(?:†[^\[\]【】]*)?[\]】]{1,2}(?:\([^()\s]*\))?"
    rf"|\((?:passages?|sources?)\s{{1,3}}{_NUMBERS}\))"
)
# Words that a model copies behind a marker unasked: <<...>>, «...», or "..." where nothing but another marker follows.
_COPIED = r"(?:<<[^<>]*>>|«[^«»]*»|[\"“][^\"“”]+[\"”](?=\s*(?:$|[\[【])))"
_MARK = re.compile(rf"({_BRACKET})(?:\s*{_COPIED})?", re.IGNORECASE)
_RUN = re.compile(rf"(?>{_BRACKET}(?:\s*{_COPIED})?\s*)++", re.IGNORECASE)
_STOP = re.compile(r"[.!?…][\"”’)*]*\s*$")
_STOP_AFTER = re.compile(r"[.!?…][\"”’)*]*\s+")
_STOP_CHARS = 8  # before a mark, where a full stop and closing quotation marks can stand
_GOES_ON = frozenset('[【<«"“(.!?…')  # with these a piece may begin that belongs to the marks before it
_STRAY_COPIED = re.compile(r"<<[^<>]*>>")
_THOUGHTS = re.compile(r"\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_SHORT = re.compile(r"[\s*#>-]*SHORT(?: ANSWER)?\**\s*:\**\s*(.*)", re.IGNORECASE)
_SHORT_CHARS = 120
_MOST_DIGITS = 9  # of a marker: a longer number points nowhere, and still does when cut

_JOINERS = "\u200c\u200d"  # format characters that belong to the spelling of some languages
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_LEAD = re.compile(r"\s*(?:(?:[-*•+>]|#{1,6}|\d{1,2}[.)])\s+(?=\S))*")
_SOURCE = (
    r"(?:the )?(?:information in (?:the )?)?(?:(?:provided|given|available|supplied|above) )?"
    r"(?:passages?|articles?|sources?|texts?|context|information)(?: (?:provided|given|above))?(?:[ ,]+(?:and|to|\d+))*"
)
# What a model puts before what it says: "Answer:", "According to passage 2,", "The articles say that", "However,".
_PREFACE = re.compile(
    r"^\W*(?:(?:(?:the )?(?:short |final )?answer(?: is)?:|what most likely answers:"
    rf"|(?:according to|as (?:stated|mentioned|reported|described) in|as per|based on|in) {_SOURCE}[,:]"
    rf"|{_SOURCE} (?:say|state|mention|report|note|indicate|suggest|explain)s? that"
    rf"|(?:{'|'.join(CONNECTIVES)}|overall|in (?:addition|summary)),)\s+)+(?=\S)",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)")

_GIVEN = (
    r"(?:(?:provided|given|available|supplied|above) "
    r"(?:articles?|passages?|texts?|context|sources?|documents?|information)|articles|passages)"
)
_VERB = r"(?:answer|find|determine|say|know|have|provide|tell)"
_REFUSAL = re.compile(
    "|".join(
        (
            r"^\W*NOT IN THE ARTICLES\b",
            rf"\b(?:the|these|those) {_GIVEN} (?:do|does|did)(?: not|n['’]t)\b",
            r"\b(?:the|this) (?:passage|article|text|context)(?: provided| \d+)? (?:do|does|did)(?: not|n['’]t) "
            r"(?:\w+ )?(?:answer|contain|give|include|indicate|mention|name|provide|say|specify|state|tell)\b",
            rf"\b(?:the|these|those) {_GIVEN} (?:say|mention|contain|give|provide) (?:nothing|no)\b",
            rf"^\W*(?:none|nothing|nowhere) (?:of|in) (?:the )?{_GIVEN}",
            rf"(?:\bnot|n['’]t) (?:\w+ ){{1,2}}(?:in|by|from) (?:the |these )?{_GIVEN}",
            # Not after a quotation mark: there somebody else says so, and it is no refusal of the model's.
            r"^[^\"“”‘«]*\bI(?: am|['’]m) (?:sorry|unable|not able)\b",
            rf"^[^\"“”‘«]*\bI (?:can ?not|can['’]t|could not|couldn['’]t|do not|don['’]t) (?:\w+ )?{_VERB}\b",
            r"\b(?:enough|insufficient|no) (?:information|evidence|data|context)\b"
            rf"(?! that (?!answers?\b|would\b|could\b)).*\b(?:to answer|{_GIVEN})\b",
            r"\b(?:question )can(?:not| not|['’]t) be (?:answered|determined)\b",
        )
    ),
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"\b(?:but|however|though|although|only)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """One sentence of the model's, as plain text, with the numbers that it marks passages by. Nothing is checked."""

    text: str
    marks: tuple[int, ...]

    @property
    def refuses(self) -> bool:
        """True if the sentence says that the articles do not answer, rather than something that they say."""
        return bool(_REFUSAL.search(self.text)) and not (self.marks and _CONTRAST.search(self.text))


class ClaimReader:
    """Reads claims out of marked text that arrives in pieces. However it is cut, the claims are the same.

    Attributes:
        short_answer: what the line ``SHORT:`` says, as plain text, once it was read; not checked.
    """

    def __init__(self) -> None:
        self.short_answer: str | None = None
        self._buffer = ""

    def feed(self, piece: str) -> Iterator[Claim]:
        """Yield the claims that are complete with this piece."""
        self._buffer += piece
        *lines, self._buffer = self._buffer.split("\n")
        for line in lines:
            yield from self._line(line)
        if not _SHORT.match(self._buffer):
            *units, self._buffer = _units(self._buffer)
            for unit in units:
                yield from self._line(unit)

    def close(self) -> Iterator[Claim]:
        """Yield the claims in what is left when the text has ended."""
        rest, self._buffer = self._buffer, ""
        for line in rest.split("\n"):
            yield from self._line(line)

    def _line(self, line: str) -> Iterator[Claim]:
        rest = printable(line)
        while rest:  # the short answer may also stand behind a sentence
            if short := _SHORT.fullmatch(rest):
                self.short_answer = plain_line(_MARK.sub("", short[1]))[:_SHORT_CHARS].rstrip(" .") or None
                return
            unit = _units(rest)[0]
            yield from _claims(unit)
            rest = rest[len(unit) :]


def after_thoughts(reply: str) -> str:
    """Return a reply without what some local models think aloud before it, between two tags; empty while they do."""
    begun = reply.lstrip()
    if not "<think".startswith(begun[:6]):
        return reply
    answer, thoughts = _THOUGHTS.subn("", reply, count=1)
    return answer if thoughts else ""


def printable(text: str) -> str:
    """Return the text without terminal escape sequences, control characters and invisible format characters."""
    text = strip_sequences(text.replace("\x9b", "\x1b["))
    return "".join(
        char
        for char in text
        if char in "\n\t" or char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def _units(line: str) -> list[str]:
    """Return the line cut after the marks that end a sentence, where what follows belongs to neither."""
    cuts = [0]
    for run in _RUN.finditer(line):
        end = run.end()
        if not _STOP.search(line[max(cuts[-1], run.start() - _STOP_CHARS) : run.start()]):
            stop = _STOP_AFTER.match(line, end)
            if not stop:
                continue
            end = stop.end()
        if end < len(line) and line[end] not in _GOES_ON:
            cuts.append(end)
    return [line[start:end] for start, end in pairwise([*cuts, len(line)])]


def _claims(unit: str) -> Iterator[Claim]:
    """Yield the sentences of a unit, which all bear its marks."""
    marks = tuple(dict.fromkeys(_marks(unit)))
    text = plain_line(_STRAY_COPIED.sub(" ", _MARK.sub(" ", unit)))
    for start, end in sentence_spans(text):
        if any(char.isalnum() for char in text[start:end]):
            yield Claim(_without_preface(text[start:end]), marks)


def _marks(unit: str) -> Iterator[int]:
    for match in _MARK.finditer(unit):
        for digits in re.findall(r"\d+", re.split(r"[†(]", match[1].lstrip("("))[0]):
            yield int(digits[:_MOST_DIGITS])


def plain_line(text: str) -> str:
    """Return Markdown or HTML as one line of plain text: of a link its words, of an image its description."""
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", _LEAD.sub("", text, count=1))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))


def _without_preface(sentence: str) -> str:
    rest = _PREFACE.sub("", sentence)
    return rest[:1].upper() + rest[1:] if rest != sentence else sentence


# The fields in which providers say why a reply ended, and their words for one that was cut off or held back.
_END_KEYS = ("finish_reason", "stop_reason", "stopReason", "done_reason", "status")
_CUT_OFF = frozenset({"length", "max_tokens", "incomplete", "MAX_TOKENS", "model_context_window_exceeded"})
IN_A_LOOP = 4  # times that a model says the same
_UNIT = range(12, 301)  # characters of what is repeated: of less, it is a multiple
_HELD_BACK = frozenset({"content_filter", "refusal", "SAFETY", "safety"})


class ReplyReader(ClaimReader):
    """Reads the claims out of a reply as it arrives, and how it ended.

    Attributes:
        text: what has arrived.
        empty: True if that is nothing but white space and the model's own thoughts.
        tokens: read and written, as the provider counts them.
        cut_off: True until the provider says that the reply ended where it should.
        held_back: True if the provider says that the model would not answer.
        refused: True if the model says that the passages do not answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.empty = True
        self.tokens: Counter[str] = Counter()
        self.cut_off = True
        self.held_back = False
        self.refused = False

    @property
    def loops(self) -> bool:
        """True if the reply's end is the same words again and again: a small model may find no end."""
        return any(
            self.text[-size:] * IN_A_LOOP == self.text[-size * IN_A_LOOP :] and re.search(r"\w", self.text[-size:])
            for size in _UNIT
        )

    def feed(self, piece: str) -> Iterator[Claim]:
        """Yield the claims that are complete with this piece."""
        self.text += piece
        if self.empty:
            piece = after_thoughts(self.text)
            if not printable(piece).strip():
                return
            self.empty = False
        yield from super().feed(piece)

    def close(self) -> Iterator[Claim]:
        """Yield the claims in what is left when the text has ended."""
        claims = list(super().close())
        if self.cut_off and claims and not claims[-1].marks:  # it may be half a sentence
            claims.pop()
        yield from claims

    def ended_by(self, piece: AIMessageChunk) -> None:
        """Note the tokens and the reason for ending that a piece carries beside its text."""
        self.tokens.update(tokens_of(piece))
        metadata = piece.response_metadata
        reasons = [metadata[key] for key in _END_KEYS if metadata.get(key)]
        if reasons:
            self.cut_off = reasons[0] in _CUT_OFF
        if _HELD_BACK.intersection(reasons[:1]) or piece.additional_kwargs.get("refusal"):
            self.held_back = True


def tokens_of(message: AIMessage | AIMessageChunk) -> dict[str, int]:
    """Return the tokens that a reply, or a piece of one, says were read (``input``) and written (``output``)."""
    used = message.usage_metadata
    return {"input": used["input_tokens"], "output": used["output_tokens"]} if used else {}
