"""Statements that are kept in .sql files, beside the modules that run them."""

from functools import cache
from importlib.resources import files


@cache
def statement(package: str, name: str) -> str:
    """The text of the file `name`.sql in a package; give `__package__` for one's own."""
    return (files(package) / f"{name}.sql").read_text(encoding="utf-8")
