"""Raised characters: marks of footnotes, which are no part of the number before them, and powers, which are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qabot.articles.formats.trees import strip

if TYPE_CHECKING:
    from lxml.etree import _Element

_SUPER = re.compile(r"vertical-align\s*:\s*super", re.I)
_NOTE = re.compile(r"\bnoteref\b|\bdoc-noteref\b|\bfootnote-?ref\b", re.I)
_TYPE = "{http://www.idpf.org/2007/ops}type"
_NUMBER = re.compile(r"\[?\d{1,3}\]?")
_SYMBOLS = re.compile(r"[*†‡§¶#]+")
_BRACKETED = re.compile(r"\[[^\[\]]{1,40}\]|\(\d{1,3}\)")
_NUMBERS = re.compile(r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*")
_LETTER = re.compile(r"[a-z]")
_SIGNED = re.compile(r"[-−–+]\d{1,3}")
_POWERS = str.maketrans("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")
# What is raised to a power: ten, a unit, a single letter.
_RAISED = re.compile(r"(?:^|[^\w.,])(?:10|[A-Za-z]|mc)$|(?:^|[\s\d/·])(?:[kcdmµn]?m|ft|yd|mi)$")
_SMALL = re.compile(r"(?:^|[^\d.,])\d{1,3}$")
_STATED = re.compile(r"(?:\d{4}|[.,]\d+|[^\W\d_]{4}|[.,;:!?”\"’')])$")

_INLINE = ("a", "b", "em", "font", "i", "span", "strong", "sup", "u")
_NEAR = 40  # characters before a mark that tell what it is
_FAR = 50  # elements before a mark that are looked at
_LOWERED = "LOWERED"  # what an element is called once it holds what stands for it; no parsed one has such a name


def instead_of(mark: str, base: str, *, linked: bool = False) -> str:
    """Return what stands in a text for raised characters: nothing for a footnote's mark, "⁶" for a power.

    A mark in brackets cannot be taken for a digit, and stays.

    Args:
        mark: the raised characters.
        base: the text before them.
        linked: true where they are a link to a place in the same document.
    """
    mark, base = mark.strip(), base.rstrip()
    if _BRACKETED.fullmatch(mark):
        return f" {mark}" if base else mark
    if linked or _SYMBOLS.fullmatch(mark):
        return ""
    if _SIGNED.fullmatch(mark) or (mark.isdecimal() and _RAISED.search(base)):
        return mark.translate(_POWERS)
    if _NUMBERS.fullmatch(mark) and base:
        # After a small number it may be either, and is neither a digit of it nor lost.
        return f" [{mark}]" if mark.isdecimal() and _SMALL.search(base) else ""
    return "" if _LETTER.fullmatch(mark) and _STATED.search(base) else mark


def lower(root: _Element) -> None:
    """Replace the raised characters in a tree of HTML or XHTML by what stands for them."""
    within: set[_Element] = set()  # others that are raised
    for element in list(root.iter("{*}sup", "{*}span", "{*}font", "{*}a")):
        name = _name(element)
        if element.getparent() is None or element in within:
            continue
        if name == "sup" or (name in ("span", "font") and _SUPER.search(element.get("style", ""))):
            linked = _is_link(element.getparent()) or any(map(_is_link, element.iter()))
        elif name == "a" and _is_reference(element):
            linked = True
        else:
            continue
        base = _before(element)
        mark = "".join(element.itertext())
        within.update(element.iter("{*}sup", "{*}span", "{*}font", "{*}a"))
        del element[:]
        element.text = instead_of(mark, base, linked=linked and bool(base.strip()))
        element.tag = _LOWERED
    strip(root, _LOWERED, keep_text=True)


def _is_link(element: _Element | None) -> bool:
    """True if an element is a link to a place in the same document."""
    return element is not None and _name(element) == "a" and "#" in str(element.get("href", ""))


def _name(element: _Element) -> str:
    """Return an element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _is_reference(link: _Element) -> bool:
    """True if a link is the mark of a footnote that only a style sheet raises."""
    if not _is_link(link) or not _NUMBER.fullmatch("".join(link.itertext()).strip()):
        return False
    if _NOTE.search(" ".join((link.get(_TYPE, ""), link.get("role", ""), link.get("class", "")))):
        return True
    return str(link.get("href", "")).startswith("#") and not (_before(link) or " ")[-1].isspace()


def _before(element: _Element) -> str:
    """Return the text before an element in its paragraph, or the end of it."""
    at, after = element, ""
    for _ in range(_FAR):
        previous, parent = at.getprevious(), at.getparent()
        if parent is None:
            break
        if previous is None:
            if text := (parent.text or "") + after:
                return text[-_NEAR:]
            if _name(parent) not in _INLINE:
                break
            at, after = parent, ""
            continue
        own = previous.itertext() if _name(previous) else ()
        text = "".join((*own, previous.tail or "", after))
        if previous.tag == _LOWERED and len(text) < _NEAR:  # it is a part of the text around it
            after = text
        elif text:
            return text[-_NEAR:]
        at = previous
    return after
