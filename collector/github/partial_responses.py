"""Decide which partial responses (data with field errors) are acceptable.

A null inside a listed object only loses a part of that object. A null in place of a list, or of its pagination fields,
would silently lose rows.
"""

from collections.abc import Iterable

from collector.github.query_parsing import fields, key, operation, parsed
from collector.github.responses import FieldError, Path

_PARTS_OF_A_LIST = ("nodes", "edges", "pageInfo")


def is_acceptable(text: str, field_errors: tuple[FieldError, ...]) -> bool:
    """Return whether a response to the query `text` is acceptable in spite of its field errors."""
    return not any(_takes_a_list(text, error.path) for error in field_errors)


def below(found: Iterable[FieldError], path: Path) -> list[FieldError]:
    """Return the field errors below `path`, with paths relative to it."""
    return [
        FieldError(h.path[len(path) :], h.kind, h.message, h.at[len(path) :])
        for h in found
        if h.path[: len(path)] == path and len(h.path) > len(path)
    ]


def _takes_a_list(text: str, path: Path) -> bool:
    """Return whether a null at `path` replaces a requested list or an object that contains one."""
    if path[-1] in _PARTS_OF_A_LIST:
        return True
    if any(isinstance(step, int) for step in path):
        return False  # it is a listed object, or inside one
    document = parsed(text)
    chosen = [operation(document).selection_set]
    for step in path:
        met = [field for one in chosen for field, _ in fields(document, one) if key(field) == step]
        if any(argument.name.value in ("first", "ids") for field in met for argument in field.arguments or ()):
            return True
        chosen = [field.selection_set for field in met if field.selection_set]
    while chosen:
        below = [field for one in chosen for field, _ in fields(document, one)]
        if any(argument.name.value == "first" for field in below for argument in field.arguments or ()):
            return True
        chosen = [field.selection_set for field in below if field.selection_set]
    return False
