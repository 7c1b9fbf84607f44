"""The version, and where what comes with qabot lies: in a checkout at its top, else in the package."""

from __future__ import annotations

from pathlib import Path

__version__ = "0.1.0"

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "data"


def _resource(*parts: str) -> Path:
    root = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)


def starter_articles() -> Path:
    """Return the folder of the articles that come with qabot."""
    return _resource("index", "articles")


def shipped_prompts() -> Path:
    """Return the folder of the prompts that come with qabot."""
    return _resource("prompts")


def shipped_cases() -> Path:
    """Return the folder of the eval cases that come with qabot."""
    return _resource("eval", "cases")
