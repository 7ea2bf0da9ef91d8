"""Imports run one way: from the command line down to the facts. docs/architecture.md says what each package is for."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "collector"
# What each package may import of the others. Plain helpers (clock, errors, text, ...) are for everyone.
MAY_IMPORT = {
    "config": set(),
    "github": set(),
    "store": {"config"},
    "derive": {"config", "store", "method.constants"},
    "method": {"config", "store", "derive"},
    "sync": {"config", "github", "store", "derive"},
    "report": {"config", "method", "store"},
    "repos": {"config", "github", "report", "sync"},
    "doctor": {"config", "github", "store"},
    "serve": {"method", "report"},
    "export": set(),
    "upkeep": {"config", "store"},
    # A GitHub in process, for tests and the demo: it shares the schema and the prices with the client.
    "emulator": {"github"},
    "demo": {"config", "emulator", "github", "method", "store", "sync"},
}


def imported(file: Path) -> set[str]:
    """The modules of this project that a file imports, as "package.module"; also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "collector":
            found |= {f"{node.module}.{name.name}".removeprefix("collector.") for name in node.names}
    return found


def packages() -> set[str]:
    return {folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists()} - {"cli"}


def test_every_package_has_its_place() -> None:
    assert packages() == set(MAY_IMPORT)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_imports_run_one_way(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    for file in (ROOT / package).rglob("*.py"):
        others = {name for name in imported(file) if name.split(".")[0] in packages() | {"cli"}}
        refused = {n for n in others if not any(n == a or n.startswith(f"{a}.") for a in allowed)}
        assert refused == set(), f"{file.relative_to(ROOT)} may not import {', '.join(sorted(refused))}"
