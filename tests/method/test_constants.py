"""Numbers of the method that the views read, and a module that anything may import."""

import ast
import inspect

from collector.method import constants, evidence


def test_it_imports_nothing_so_that_what_is_below_the_method_may_import_it() -> None:
    tree = ast.parse(inspect.getsource(constants))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_each_number_for_the_views_is_read_by_one() -> None:
    selects = " ".join(view.select for view in evidence.views())
    assert [column for column in constants.FOR_SQL if f" {column}" not in selects] == []
