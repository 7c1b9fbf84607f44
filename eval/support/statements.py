"""Questions about a text, with an answer put in, as statements."""

from __future__ import annotations

import random
import re

from eval.support.tagged import Token, Tokens, inflected, noun_phrase_from, tagged

_ASKING = re.compile(r"\b(who|whom|what|which|when|where|how (?:many|much|long|old|far))\b", re.IGNORECASE)
_OF_TIME = re.compile(r"^(?:in|on|at|by|during|since|before|after|from|between)\b", re.IGNORECASE)


def as_statement(question: str, answer: str, rng: random.Random) -> str:
    """Return the question with its answer in the place of what it asks for.

    "Who won?" becomes "Ann won.", "When did Ann win?" "Ann won in 1974.", "Where was Ann born?" "Ann was born in
    Oslo."; what fits no rule "In Oslo: Ann's birthplace" or the like.
    """
    asked = question.strip().rstrip("?").strip()
    answer = answer.strip().rstrip(".,;:")
    found = _ASKING.search(asked)
    if not found:
        return f"{asked[:1].upper()}{asked[1:]}: {answer}."
    word, before, after = found[1].lower(), asked[: found.start()], asked[found.end() :]
    tokens = tagged(f"{after.strip()} .")[:-1]
    at = 0
    if word in ("which", "what", "how many", "how much"):
        at = noun_phrase_from(tokens, 0)
    noun = "".join(token.space + token.text for token in tokens[:at]).strip()
    said = answer if not noun or word in ("what", "which") else f"{answer} {noun.removesuffix(answer).strip()}"
    rest = tokens[at:]
    if not rest:
        return f"{asked[:1].upper()}{asked[1:]}: {answer}."
    aux = rest[0]
    if aux.lemma == "do" and len(rest) > 2:
        return _did(before, said, rest, word)
    if aux.tag in ("VBD", "VBZ", "VBB", "VM0", "VHD", "VHZ", "VHB") and (word not in ("who", "what", "which") or noun):
        end = noun_phrase_from(rest, 1) or (2 if len(rest) > 1 and rest[1].tag == "PNP" else 0)
        if end and end > 1 and end < len(rest) and rest[end].tag[:2] in ("VV", "VB", "AJ", "PR", "VH", "XX"):
            subject, tail = _text(rest[1:end]), _text(rest[end:])
            return _sentence(f"{subject} {aux.text} {tail} {_place(said, word, before)}")
    if aux.tag in ("VBD", "VBZ", "VBB") and word in ("who", "what") and not noun and rng.random() < 0.4:
        return _sentence(f"{_text(rest[1:])} {aux.text} {said}")
    return _sentence(f"{before} {said} {_text(rest)}")


def _did(before: str, said: str, rest: Tokens, word: str) -> str:
    """For "did Ann win" "Ann won"."""
    aux = rest[0]
    verb = next((i for i, t in enumerate(rest) if i > 1 and t.tag in ("VVB", "VVI", "VDI", "VHI", "VBI")), 0)
    if not verb:
        return _sentence(f"{_text(rest[1:])} {aux.text} so: {said}")
    tag = {"VDD": "VVD", "VDZ": "VVZ"}.get(aux.tag, "VVB")
    if rest[verb - 1].tag == "XX0":
        done = f"{aux.text} {_text(rest[verb - 1 : verb + 1])}"
        subject = _text(rest[1 : verb - 1])
    else:
        done, subject = inflected(rest[verb].lemma, tag), _text(rest[1:verb])
    tail = _text(rest[verb + 1 :])
    if word in ("when", "where"):
        return _sentence(f"{subject} {done} {tail} {_place(said, word, before)}")
    ends_in_preposition = bool(re.search(r"\b(?:in|on|at|to|for|with|by|from|of|about|against|into|as)$", tail))
    if before.strip().lower() in ("in", "on", "at", "to", "for", "with", "by", "from", "of", "during"):
        return _sentence(f"{subject} {done} {tail} {before.strip().lower()} {said}")
    return _sentence(f"{subject} {done} {tail} {said}" if ends_in_preposition else f"{subject} {done} {said} {tail}")


def _place(said: str, word: str, before: str) -> str:
    if before.strip():
        return f"{before.strip().lower()} {said}"
    return said if word not in ("when", "where") or _OF_TIME.match(said) else f"in {said}"


def _text(tokens: Tokens | tuple[Token, ...]) -> str:
    return "".join(token.space + token.text for token in tokens).strip()


def _sentence(text: str) -> str:
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split())).strip(" ,;:")
    return f"{text[:1].upper()}{text[1:].rstrip('.!?;,: ')}."
