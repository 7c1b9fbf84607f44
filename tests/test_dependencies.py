"""Every declared package is explained, every imported one declared, every pin within its range."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIRED = [Requirement(each) for each in PROJECT["dependencies"]]
ALL = [*REQUIRED, *(Requirement(each) for extra in EXTRAS.values() for each in extra)]
BROUGHT = {"transformers", "huggingface-hub", "markupsafe", "langsmith"}
"""Parts of sentence-transformers, Jinja2 and langchain-core, which pin them to themselves."""


def test_each_package_has_its_line_in_the_documentation() -> None:
    listed = re.findall(r"^\| ([\w.-]+) \|", (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"), re.M)
    explained = [canonicalize_name(name) for name in listed if name != "package"]
    assert sorted(explained) == sorted({canonicalize_name(each.name) for each in ALL})


def test_what_the_package_imports_is_declared() -> None:
    known = packages_distributions()
    imported = {
        canonicalize_name(distribution)
        for path in (ROOT / "qabot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for module in modules_of(node)
        if module != "qabot" and module not in sys.stdlib_module_names
        for distribution in known.get(module, [module])  # that of an extra may not be installed
    }
    optional = {canonicalize_name(Requirement(each).name) for each in EXTRAS["ray"]}
    assert imported - BROUGHT - optional <= {canonicalize_name(each.name) for each in REQUIRED}


def test_the_pins_lie_within_the_ranges() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    versions = {canonicalize_name(name): version for name, version in pins.items()}
    for requirement in ALL:
        version = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} does not admit {version}"


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    return [node.module.split(".")[0]] if isinstance(node, ast.ImportFrom) and node.module else []
