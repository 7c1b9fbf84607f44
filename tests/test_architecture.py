"""The house as the README draws it: imports go down one way, and what is light stays light."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "qabot"
# A part may import those that stand after it, never one before it; those that stand together may import each other.
ORDER = [
    {"__main__"},
    {"cli"},
    {"doctor"},
    {"chat", "evaluation"},
    {"render"},
    {"answering"},
    {"store"},
    {"models", "articles"},
    {"text"},
]
EVERYWHERE = {"settings", "errors", "resources"}
# Who may know of a library that the rest of the house need not know of.
OWNERS = {
    "sentencex": {"text"},
    "Stemmer": {"text"},
    "HanTa": {"text"},
    "countryinfo": {"text"},
    "chromadb": {"store"},
    "tantivy": {"store"},
    "sqlite3": {"store", "chat", "answering"},
    "sentence_transformers": {"models"},
    "torch": {"models"},
    "tokenizers": {"models"},
    "langchain": {"answering"},
    "langchain_core": {"answering"},
    "onnxruntime": {"models", "store"},
    "trafilatura": {"articles"},
    "feedparser": {"articles"},
    "protego": {"articles"},
    "pypdf": {"articles"},
    "mammoth": {"articles"},
    "rensa": {"store"},
    "matplotlib": {"evaluation"},
    "httpx": {"articles"},
    "prompt_toolkit": {"chat"},
}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: a relative import"
            if node.module == "qabot":
                yield from (f"qabot.{alias.name}" for alias in node.names)
            else:
                yield node.module


def rank(part: str) -> int:
    return next(i for i, parts in enumerate(ORDER) if part in parts)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    part = part_of(path)
    for name in imports(path):
        if not name.startswith("qabot."):
            owners = OWNERS.get(name.split(".")[0])
            assert owners is None or part in owners, f"{part} imports {name}; only {owners} may"
            continue
        other = name.split(".")[1]
        if other in EVERYWHERE or other == part or other.startswith("__"):
            continue
        assert part not in EVERYWHERE, f"{part} is for all and may not import {other}"
        assert rank(part) < rank(other), f"{part} imports {other}, which stands above it or beside it"


def test_every_part_is_in_the_order() -> None:
    parts = {part_of(path) for path in modules()}
    assert parts - EVERYWHERE <= set().union(*ORDER)
