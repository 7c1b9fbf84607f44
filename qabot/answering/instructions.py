"""Passages that read like instructions to a language model: it is not given them, and the reader is told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qabot.answering.answer import Evidence

_EARLIER = (
    r"(?:(?:all|any|the|your|of|every|my|these|those|previous|prior|above|earlier|preceding|other|system)\s+){1,5}"
)
_ORDERS = r"(?:instructions?|prompts?|rules?|directions|guidelines|context|passages?|messages?)"
_SIGNS = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass)\s+{_EARLIER}{_ORDERS}\b",
            r"\byou are (?:now|no longer) (?:a|an|the|in|bound|going)\b",
            r"\b(?:system|developer|hidden|new|updated) (?:prompt|instructions?)\s*[:=]",
            rf"\b(?:reveal|print|repeat|output|show|leak)\s+(?:me\s+)?{_EARLIER}{_ORDERS}\b",
            r"\b(?:as|dear|attention|note to|instructions? (?:to|for)|message (?:to|for))\s+"
            r"(?:an?\s+|the\s+|any\s+|all\s+)?(?:ai|llm|language model|ai assistant|chat ?bot|gpt)s?\b",
            r"\b(?:dear|attention)\s+(?:ai\s+)?assistants?\b",
            r"\b(?:do not|don['’]t|never) (?:tell|inform|mention (?:this )?to) the (?:user|reader)\b",
            r"\b(?:respond|reply|answer)\s+(?:only|exactly|nothing but|with the following)\b",
            r"\byou must (?:now )?(?:say|answer|respond|reply|write|output|include|cite)\s+(?-i:[A-Z\"“‘:\[])",
            r"</?(?:system|assistant|passage|instructions?|conversation)\b[^>]*>|<\|[a-z_]+\|>|\[/?INST\]",
            r"</?s>|^\s*(?:system|assistant)\s*:|^\s*(?:user|human|say|reply|respond|output)\s*:",
            r"\bignorez?\s+(?:toutes\s+)?(?:les\s+)?(?:instructions|consignes)|\bignorier\w*\s+(?:alle\s+|die\s+)?\w*\s*anweisungen"
            r"|\bignora\w*\s+(?:todas\s+)?(?:las\s+|le\s+|tutte\s+le\s+)?(?:instrucciones|istruzioni)"
            r"|игнорируй\w*\s+(?:все\s+)?\w*\s*(?:инструкции|указания)|忽略.{0,8}(?:指令|指示|说明)|(?:指示|命令)を(?:すべて)?無視",
            r"تجاهل.{0,20}(?:التعليمات|الأوامر)|지시.{0,6}무시|talimat\w*\s+(?:yok say|göz ardı)"
            r"|निर्देशों को (?:अनदेखा|नज़रअंदाज़)"
            r"|\bignore\s+(?:as|todas as)\s+instruções|\bnegeer\b.{0,20}instructies|\bzignoruj\b.{0,20}instrukcje",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)


def is_instruction_like(text: str) -> bool:
    """Whether a text speaks to a language model rather than to a reader."""
    return bool(_SIGNS.search(text))


def without_instructions(evidence: Sequence[Evidence]) -> tuple[list[Evidence], str | None]:
    """The passages that a language model may read, and one line on the sources of the others."""
    kept = [passage for passage in evidence if not is_instruction_like(passage.text)]
    sources = dict.fromkeys(passage.source for passage in evidence if is_instruction_like(passage.text))
    if not sources:
        return kept, None
    return kept, f"Left out what reads like instructions to a language model: {', '.join(sources)}."
