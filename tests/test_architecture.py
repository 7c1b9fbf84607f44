"""The house as the README draws it: imports go down one way, file by file, and each file is read in one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "qabot"
# A room may import those that stand after it, never one before it or beside it.
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
    "chromadb": {"store"},
    "chromadb_rust_bindings": {"store"},
    "tantivy": {"store"},
    "sqlite3": {"store", "chat", "answering"},
    "sentence_transformers": {"models"},
    "torch": {"models"},
    "tokenizers": {"models"},
    "sentencex": {"text"},
    "Stemmer": {"text"},
    "HanTa": {"text"},
    "countryinfo": {"text"},
    "langchain": {"answering"},
    "langchain_core": {"answering"},
    "langsmith": {"answering"},
    "onnxruntime": {"models"},
    "trafilatura": {"articles"},
    "feedparser": {"articles"},
    "protego": {"articles"},
    "pypdf": {"articles"},
    "mammoth": {"articles"},
    "rensa": {"store"},
    "ray": {"store"},
    "matplotlib": {"evaluation"},
    "httpx": {"articles", "store"},
    "prompt_toolkit": {"chat"},
}

LONGEST_FILE, LONGEST_FUNCTION = 400, 40  # lines

ALL_FILES = sorted(PACKAGE.rglob("*.py"))
FILES = [path for path in ALL_FILES if path != PACKAGE / "__init__.py"]
MEASURING = sorted(PACKAGE.with_name("eval").rglob("*.py"))
NAMES = {".".join(("qabot", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in ALL_FILES}


def file_id(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it, also those for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: a relative import"
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in named if name in NAMES or f"{name}.__init__" in NAMES]
            yield from modules
            if len(modules) < len(named):
                yield node.module


def imported_files(path: Path) -> set[Path]:
    found = {NAMES.get(name, NAMES.get(f"{name}.__init__")) for name in imports(path)}
    return {each for each in found if each is not None and each != path}


def rank(room: str) -> int:
    return next(i for i, rooms in enumerate(ORDER) if room in rooms)


@pytest.mark.parametrize("path", FILES, ids=file_id)
def test_imports_go_down_only(path: Path) -> None:
    room = room_of(path)
    for name in imports(path):
        if not name.startswith("qabot."):
            owners = OWNERS.get(name.split(".")[0])
            assert owners is None or room in owners, f"{room} imports {name}; only {owners} may"
            continue
        other = name.split(".")[1]
        if other in EVERYWHERE or other == room or other.startswith("__"):
            continue
        assert room not in EVERYWHERE, f"{room} is for all and may not import {other}"
        assert rank(room) < rank(other), f"{room} imports {other}, which stands above it or beside it"


def test_no_files_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter({path: imported_files(path) for path in ALL_FILES}).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(file_id(path) for path in error.args[1])) from None


def test_every_room_is_in_the_order() -> None:
    rooms = {room_of(path) for path in FILES}
    assert rooms - EVERYWHERE <= set().union(*ORDER)


@pytest.mark.parametrize("path", [*FILES, *MEASURING], ids=lambda path: str(path.relative_to(PACKAGE.parent)))
def test_files_and_functions_are_read_in_one_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [each.name for each in functions if lines_of_code(each) > LONGEST_FUNCTION]


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines, without its docstring: a command's is its page of help."""
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return span(function) - (span(first) if has_docstring else 0)


def span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
