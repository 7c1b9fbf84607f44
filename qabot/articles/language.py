"""An article's language: the code for what a field calls it, and what the words themselves show."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_CODE = re.compile(r"([a-z]{2,3})(?![^\W_])", re.IGNORECASE)
_ENOUGH = 200  # characters; a headline could be in several languages
_READ = 1000  # characters that are read; more make it slower and no surer
_SURE = 0.9
_UNSPOKEN = frozenset(("eo", "la", "vo"))  # no newspaper is in them


def language_code(name: str) -> str | None:
    """Return the ISO 639-1 code of a language as a field names it: "en-GB", "eng", "English", "Deutsch"."""
    names = _english_names()
    code = match[1].lower() if (match := _CODE.match(name)) else ""
    code = _aliases().get(code, code)
    if code in names and len(code) == 2:
        return code
    wanted = name.casefold().strip()
    found = next((code for code, each in names.items() if each.casefold() == wanted), None)
    return found or _own_names().get(wanted)


def language_of(text: str) -> str | None:
    """Return the language that a text is in, where it is long enough to tell and the answer is beyond doubt.

    Args:
        text: an article's.

    Returns:
        Its ISO 639-1 code, by naive Bayes over byte sequences (py3langid).
    """
    start = text[:_READ]
    if len(start) < _ENOUGH or 2 * sum(map(str.isalpha, start)) < _ENOUGH:
        return None
    code, probability = _identifier().classify(start)
    return str(code) if probability >= _SURE else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2 and code not in _UNSPOKEN])
    return identifier


@cache
def _english_names() -> dict[str, str]:
    from babel import Locale

    return {code: name for code, name in Locale("en").languages.items() if len(code) == 2}


@cache
def _aliases() -> dict[str, str]:
    from babel.core import get_global

    return dict(get_global("language_aliases"))


@cache
def _own_names() -> dict[str, str]:
    from babel import Locale, localedata

    own = {code: Locale(code).get_display_name(code) for code in _english_names() if localedata.exists(code)}
    return {name.casefold(): code for code, name in own.items() if name}
