"""No SQL needs a newer SQLite than the least one that is promised (3.34): what came since is in no statement.

The first version with each is in https://www.sqlite.org/changes.html.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import collector
from collector.method import evidence

PACKAGE = Path(collector.__file__).parent
NEWER = {
    "MATERIALIZED": r"\bMATERIALIZED\b",  # 3.35
    "RETURNING": r"\bRETURNING\b",  # 3.35
    "DROP COLUMN": r"\bDROP COLUMN\b",  # 3.35
    "mathematics": r"\b(?:ln|log|log2|log10|exp|pow|power|sqrt|ceil|floor|trunc|mod|radians|pi)\s*\(",  # 3.35
    "-> and ->>": r"->",  # 3.38
    "unixepoch": r"\bunixepoch\s*\(",  # 3.38
    "format": r"\bformat\s*\(",  # 3.38
    "IS DISTINCT FROM": r"\bIS (?:NOT )?DISTINCT FROM\b",  # 3.39
    "RIGHT and FULL JOIN": r"\b(?:RIGHT|FULL)(?: OUTER)? JOIN\b",  # 3.39
    "timediff and octet_length": r"\b(?:timediff|octet_length)\s*\(",  # 3.43
    "concat and string_agg": r"\b(?:concat|concat_ws|string_agg)\s*\(",  # 3.44
    "ORDER BY in an aggregate": r"\bgroup_concat\([^()]* ORDER BY\b",  # 3.44
}


def statements() -> list[tuple[str, str]]:
    """(place, text without comments) of each SQL file, and of each string of the program that is SQL."""
    found = []
    for path in sorted(PACKAGE.rglob("*.sql")):
        text = "\n".join(line.partition("--")[0] for line in path.read_text(encoding="utf-8").splitlines())
        found.append((str(path.relative_to(PACKAGE)), text))
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in re.findall(r'"""\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE)\b.*?"""|"[^"\n]*"', path.read_text(), re.S):
            if re.search(r"\b(?:SELECT|FROM|WHERE|INSERT|UPDATE|ALTER TABLE|JOIN|WITH)\b", text):
                lines = [line.partition("-- ")[0] for line in text.splitlines()]
                found.append((str(path.relative_to(PACKAGE)), "\n".join(lines)))
    return found


def test_there_are_statements() -> None:
    places = {place for place, _ in statements()}
    assert {"derive/read.py", "store/schema/001_facts.sql", "serve/charts/left_out.sql"} <= places


@pytest.mark.parametrize("feature", NEWER)
def test_it_is_in_no_statement(feature: str) -> None:
    assert [place for place, text in statements() if re.search(NEWER[feature], text)] == []


def test_no_common_table_expression_has_the_name_of_a_table_or_view(empty_database: Path) -> None:
    """SQLite 3.34 takes one for the table of its name also inside the views that the statement reads."""
    with closing(sqlite3.connect(empty_database)) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    names |= {view.name for view in evidence.views()}
    expression = re.compile(r"(?:\bWITH(?: RECURSIVE)?|,)\s+(\w+)(?: \([^()]*\))? AS \(")
    found = [(place, name) for place, text in statements() for name in expression.findall(text)]
    assert len(found) > 100
    assert [one for one in found if one[1] in names] == []
