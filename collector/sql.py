"""SQL statements kept in .sql files next to the modules that run them."""

from functools import cache
from importlib.resources import files


@cache
def statement(package: str, name: str) -> str:
    """Return the text of `name`.sql in a package; pass `__package__` for the caller's own."""
    return (files(package) / f"{name}.sql").read_text(encoding="utf-8")
