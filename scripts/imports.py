"""Which package of collector/ imports which, read from the source: the picture in docs/architecture.md.

python scripts/imports.py    prints the picture as Mermaid text
"""

import ast
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent / "collector"
# Stands for itself: the kinds of activity within the sync.
APART = ("sync.fetchers",)


@cache
def packages() -> frozenset[str]:
    """The packages of the program. Plain helpers (clock, errors, text, ...) belong to none of them."""
    return frozenset(folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists())


@cache
def imported(file: Path) -> frozenset[str]:
    """The modules of this project that a file imports, as "package.module"; also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "collector":
            found |= {f"{node.module}.{name.name}".removeprefix("collector.") for name in node.names}
    return frozenset(found)


def place(name: str) -> str | None:
    """The place in the picture of a module ("package.module"); None for a plain helper."""
    for apart in APART:
        if name == apart or name.startswith(f"{apart}."):
            return apart
    package = name.split(".")[0]
    return package if package in packages() else None


def arrows() -> dict[str, set[str]]:
    """Place -> the places that it imports."""
    out: dict[str, set[str]] = {}
    for file in sorted(ROOT.rglob("*.py")):
        here = place(".".join(file.relative_to(ROOT).with_suffix("").parts))
        if here is not None:
            out.setdefault(here, set()).update(there for n in imported(file) if (there := place(n)) not in (None, here))
    return out


@cache
def modules() -> dict[str, Path]:
    """The modules of the program, "package.module" -> file. A package stands for its __init__.py."""
    files = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in sorted(ROOT.rglob("*.py"))}
    return {name.removesuffix(".__init__"): file for name, file in files.items()}


def module_arrows() -> dict[str, set[str]]:
    """Module -> the modules that it imports, also inside functions and for types only."""
    return {
        here: {name if name in modules() else name.rpartition(".")[0] for name in imported(file)} & modules().keys()
        for here, file in modules().items()
    }


def reduced(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """The graph without the arrows that a longer way says already. Raises graphlib.CycleError for a circle."""
    below: dict[str, set[str]] = {}
    for here in TopologicalSorter(graph).static_order():
        below[here] = graph.get(here, set()).union(*(below[there] for there in graph.get(here, ())))
    return {here: {t for t in theirs if not any(t in below[o] for o in theirs)} for here, theirs in graph.items()}


def path(name: str) -> Path:
    """The folder or file of a place, below collector/."""
    folder = Path(*name.split("."))
    return folder if (ROOT / folder).is_dir() else folder.with_suffix(".py")


def purpose(name: str) -> str:
    """The first paragraph of what a place says of itself."""
    file = ROOT / path(name)
    file = file / "__init__.py" if file.is_dir() else file
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def picture() -> str:
    """The picture as Mermaid text, https://mermaid.js.org/syntax/flowchart.html. What stands below is imported."""
    graph = reduced(arrows())
    nodes = [f'    {name.replace(".", "_")}["{path(name)}"]' for name in sorted(graph)]
    lines = [f"    {here} --> {there}".replace(".", "_") for here in sorted(graph) for there in sorted(graph[here])]
    return "\n".join(["flowchart TD", *nodes, *lines]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(picture())
