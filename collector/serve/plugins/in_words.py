"""A datasette plugin that shows families, signals, states and reasons in the words of reports; hovering shows the key.

Filters, SQL, JSON and CSV have the keys. `why` is an SQL function that says a reason in words.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup

from collector.method.registry import BY_KEY
from collector.report import phrases, words

# A reason of a row; that of a signal is a sentence.
_CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def _of(known: Mapping[str, str]) -> Callable[[str], str | None]:
    return known.get


def _why(value: str) -> str | None:
    return phrases.why(value) if _CODE.fullmatch(value) else None


WORDS: Mapping[str, Callable[[str], str | None]] = {
    "family": _of({key: word for key, (word, _) in words.FAMILIES.items()}),
    "signal": _of({key: info.title for key, info in BY_KEY.items()}),
    "state": _of(words.STATES),
    "status": _of(words.STATUSES),
    "reason": _why,
    "exclusion": _why,
}
"""Column -> the words for a value of it; None for a value that has none."""


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: Any, column: str) -> Markup | None:
    """Return the words for a value, with the value as a title."""
    found = said(value, column)
    return None if found == value else Markup('<span title="{}">{}</span>').format(value, found)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """Define the filter `said`."""
    env.filters["said"] = said


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Define the function `why`."""
    conn.create_function("why", 1, lambda reason: said(reason, "reason"), deterministic=True)


def said(value: Any, column: str) -> Any:
    """Return the words for a value of a column, or the value where there are none."""
    found = WORDS[column](value) if column in WORDS and isinstance(value, str) else None
    return value if found is None else found
