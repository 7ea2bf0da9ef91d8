"""Numbers of the method that the views read, and a module that anything may import."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from collector import method_constants as constants
from collector.method import evidence

ROOT = Path(constants.__file__).parent
STATEMENTS = [f for package in ("method", "derive") for f in sorted((ROOT / package).rglob("*.sql"))]
# Numbers that are no rule: none, half and one, days in a week, percent in a whole, seconds in an hour and in a day.
PLAIN = {"0", "0.5", "1", "7", "100", "3600", "86400", "86400.0"}
# Places within a text, a JSON array or a row, and the Monday of a week.
IDIOMS = re.compile(r"'\$\[\d\]'|\bsubstr\((?:[^()]|\([^()]*\))*\)|'weekday 0', '-6 days'|\bGROUP BY \d+(?:, \d+)*")


def test_it_imports_nothing_so_that_what_is_below_the_method_may_import_it() -> None:
    tree = ast.parse(inspect.getsource(constants))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_each_number_for_the_views_is_read_by_one() -> None:
    selects = " ".join(view.select for view in evidence.views())
    assert [column for column in constants.FOR_SQL if f" {column}" not in selects] == []


@pytest.mark.parametrize("file", STATEMENTS, ids=lambda file: file.name)
def test_no_statement_spells_a_number_of_the_method(file: Path) -> None:
    """They read it from the table `rules`, or get it as a parameter."""
    text = re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))
    text = IDIOMS.sub("", text)
    assert set(re.findall(r"(?<![\w?.])\d+(?:\.\d+)?\b", text)) <= PLAIN
