"""Imports run one way: from the command line down to the facts. docs/architecture.md says what each package is for."""

import ast
import re
from collections.abc import Iterator
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from collector.derive.tables import DERIVED
from scripts.imports import ROOT, arrows, imported, module_arrows, packages, reduced

SCHEMA = ROOT / "store" / "schema"
# What each package may import of the others. Plain helpers (clock, errors, text, ...) are for everyone.
MAY_IMPORT = {
    "config": set(),
    "github": set(),
    "store": {"config"},
    "derive": {"config", "store"},
    "method": {"config", "store", "derive"},
    "sync": {"config", "github", "store", "derive"},
    "report": {"config", "method", "store"},
    "repos": {"config", "github", "report", "store", "sync"},
    "doctor": {"config", "github", "store"},
    "serve": {"method", "report", "store"},
    "export": {"method"},
    "upkeep": {"config", "store"},
    "shards": {"config", "derive", "method", "report", "store"},
    # A GitHub in process, for tests and the demo: it shares the schema and the prices with the client.
    "emulator": {"github"},
    "demo": {"config", "emulator", "github", "method", "store", "sync"},
}


def test_every_package_has_its_place() -> None:
    assert packages() - {"cli"} == set(MAY_IMPORT)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_imports_run_one_way(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    for file in (ROOT / package).rglob("*.py"):
        others = {name for name in imported(file) if name.split(".")[0] in packages()}
        refused = {n for n in others if not any(n == a or n.startswith(f"{a}.") for a in allowed)}
        assert refused == set(), f"{file.relative_to(ROOT)} may not import {', '.join(sorted(refused))}"


def test_only_the_command_of_the_demo_imports_it_and_the_emulator() -> None:
    for double, users in (("demo", {"demo", "cli/demo.py"}), ("emulator", {"emulator", "demo"})):
        files = [f for f in ROOT.rglob("*.py") if any(n.split(".")[0] == double for n in imported(f))]
        assert {f.relative_to(ROOT).as_posix() for f in files if f.relative_to(ROOT).parts[0] not in users} <= users


def test_no_packages_import_each_other_in_a_circle() -> None:
    assert reduced(arrows())  # raises CycleError


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even inside a function or under TYPE_CHECKING, where Python would bear it: a reader would not."""
    circle: list[str] = []
    try:
        TopologicalSorter(module_arrows()).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
    what_to_do = "Move what both ends need into a module below them, or the function that looks back into one above."
    assert circle == [], f"{' -> '.join(circle)} is a circle of imports. {what_to_do}"


# The tables that are written outside `store`, which writes all others. `as_of` and `rules` hold one row: a date, and
# the method's numbers. A name in braces is filled in at run time, by those who write tables at all.
MAY_WRITE = {
    "derive": {*DERIVED, "derived_projects", "changed_repositories"},
    "method": {
        "signals",
        "project_facts",
        "scores",
        "score_letters",
        "as_of",
        "rules",
        "computed_projects",
        "changed_accounts",
        "temp.tracked_projects",
    },
    "repos": {"entries", "answers", "left_out", "found", "ranked", "ranked_by_project"},  # in temporary databases
}
CHANGES_A_TABLE = re.compile(
    r"\b(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE(?: OR \w+)?|DELETE FROM|ALTER TABLE"
    r"|(?:CREATE|DROP)(?: TEMP)? (?:TABLE|VIEW|INDEX|TRIGGER|\{kind\})(?: IF (?:NOT )?EXISTS)?) ([\w.{}]+)"
)
# A longer statement is read better in a file of its own, which editors and SQLite itself take.
LONGEST_STATEMENT = 12


class Module:
    """A module of the program, by its path within it, with the nodes of its syntax tree."""

    def __init__(self, file: Path) -> None:
        self.file = file.relative_to(ROOT)
        self.nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))

    @cached_property
    def texts(self) -> list[tuple[ast.expr, str]]:
        """The text literals that are no docstrings; what an f-string fills in stands in braces."""
        passed = {id(n.value) for n in self.nodes if isinstance(n, ast.Expr)}
        passed |= {id(value) for n in self.nodes if isinstance(n, ast.JoinedStr) for value in n.values}
        out: list[tuple[ast.expr, str]] = []
        for node in self.nodes:
            if id(node) in passed:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                out.append((node, node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = (v.value if isinstance(v, ast.Constant) else f"{{{ast.unparse(v)}}}" for v in node.values)
                out.append((node, "".join(map(str, parts))))
        return out

    @property
    def libraries(self) -> set[str]:
        """The top-level names of what it imports; also inside functions."""
        found = {name.name for node in self.nodes if isinstance(node, ast.Import) for name in node.names}
        found |= {node.module or "" for node in self.nodes if isinstance(node, ast.ImportFrom)}
        return {name.split(".")[0] for name in found}


@cache
def modules() -> tuple[Module, ...]:
    """The modules of the program."""
    return tuple(Module(file) for file in sorted(ROOT.rglob("*.py")))


def sql_files() -> Iterator[tuple[Path, str]]:
    """The .sql files of the program, but for the migrations."""
    for file in sorted(ROOT.rglob("*.sql")):
        if SCHEMA not in file.parents:
            yield file.relative_to(ROOT), file.read_text(encoding="utf-8")


# A library that a boundary is made of -> the only places that import it.
ONLY = {"httpx": {"github/http.py", "emulator/server.py"}, "sqlite_utils": {"store/migrations.py"}}
# Places that work on data that they are given.
WITHOUT_SQLITE = ("config", "github", "emulator", "method/signals", "method/statistics", "report/charts")


def test_what_knows_http_and_sqlite_is_named() -> None:
    known = {str(module.file): module.libraries for module in modules()}
    for library, places in ONLY.items():
        assert {file for file, found in known.items() if library in found} == places
    assert [f for f, found in known.items() if f.startswith(WITHOUT_SQLITE) and "sqlite3" in found] == []


def test_only_store_opens_a_database() -> None:
    opening = {
        str(module.file)
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sqlite3.connect", "sqlite_utils.Database")
    }
    assert opening == {"store/database.py"}


def test_only_store_writes_facts() -> None:
    """`derive` writes what follows from them, `method` the signals; all other packages only read."""
    statements = [*sql_files(), *((module.file, text) for module in modules() for _, text in module.texts)]
    refused = {
        f"{file}: {table}"
        for file, text in statements
        if file.parts[0] != "store"
        for table in CHANGES_A_TABLE.findall(text)
        if table not in MAY_WRITE.get(file.parts[0], set()) and not ("{" in table and file.parts[0] in MAY_WRITE)
    }
    assert refused == set()


def test_derived_tables_are_those_of_the_schema() -> None:
    names = (
        "003_derived",
        "010_second_method",
        "011_discussions",
        "013_paths",
        "014_failures",
        "021_less_space",
        "040_release_days",
    )
    schema = [(SCHEMA / f"{name}.sql").read_text(encoding="utf-8") for name in names]
    made = set(re.findall(r"CREATE TABLE (\w+) \(", "".join(schema)))
    facts = {"looks", "commit_paths", "branch_commits", "discussions", "advisories", "tagged_commits"}
    facts |= {"pull_request_files", "pull_request_commits", "commit_parents"}
    views = {"release_work", "released_work", "release_contents"}  # these became views
    assert made - views == {*DERIVED, *facts, "signals", "project_facts", "as_of"}


def test_long_statements_stand_in_sql_files() -> None:
    long = {
        f"{module.file}:{node.lineno}"
        for module in modules()
        for node, text in module.texts
        if re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b", text)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_STATEMENT
    }
    assert long == set()


def test_parameters_that_occur_twice_have_names() -> None:
    """Python 3.12 before 3.12.4 warns of numbered ones, as ?1: https://github.com/python/cpython/issues/117995"""
    statements = [*sql_files(), *((module.file, text) for module in modules() for _, text in module.texts)]
    numbered = {str(file) for file, text in statements if re.search(r"(?<!\w)\?\d", text) and "://" not in text}
    assert numbered == set()
