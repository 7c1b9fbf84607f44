"""Trees of markup, made and changed in a time that grows with their size and not with its square."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

# A whole tag, and what is no markup although it may look so: comments, and the text of elements that hold nothing else.
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?+"""
_MOST_ATTRIBUTES = 1000
_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|"
    r"<(?:(iframe|noembed|noframes|script|style|textarea|title|xmp)(?=[\s/>])|/?[a-z][^\s/>]*+)"
    rf"(?:{_ATTRIBUTE}){{0,{_MOST_ATTRIBUTES}}}+(?P<more>{_ATTRIBUTE})?(?(1).*?(?:</\1(?=[\s/>])|\Z))",
    re.I | re.S,
)
_DEEPEST = 256  # levels of elements


def parsed(html: str) -> HtmlElement:
    """Return the tree of a page without comments.

    Raises:
        lxml.etree.LxmlError: none can be made of it.
        ValueError: the same, or a tag has so many attributes that lxml, which goes through all for each, takes long.
    """
    import lxml.html

    if any(tag["more"] for tag in _TAG.finditer(html)):
        raise ValueError("too many attributes")
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    return lxml.html.document_fromstring(html.encode(), parser=parser)


def drop_deep(tree: HtmlElement) -> bool:
    """Remove what is nested so deep that looking around each element would take long; true if anything was."""
    from lxml.etree import iterwalk

    deepest, depth = [], 0
    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        depth += 1 if event == "start" else -1
        if depth == _DEEPEST and event == "start" and len(element):
            deepest.append(element)
            walk.skip_subtree()
    for element in deepest:
        del element[:]
    return bool(deepest)


def strip(root: _Element, name: str, *, keep_text: bool = False) -> None:
    """Remove the elements of a name at once: one by one, the text around them would be copied each time.

    What follows them stays, and what is in them where that is asked.
    """
    from lxml.etree import strip_elements, strip_tags

    parents = {parent for each in root.iter(name) if (parent := each.getparent()) is not None}
    if keep_text:
        strip_tags(root, name)
    else:
        strip_elements(root, name, with_tail=False)
    for parent in parents:  # texts that are neighbours now become one: trafilatura takes long over many
        parent.text = parent.text
        for child in parent:
            child.tail = child.tail
