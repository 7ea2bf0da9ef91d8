"""Saved queries and charts: SQL files that start with a comment.

The comment's first line is the title, the others the description; a line `-- :name text` describes a parameter.
`{CONSTANT}` in a comment is filled in from `collector/method_constants.py`; the SQL reads these from the table `rules`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from collector import method_constants as constants

_PARAMETER = re.compile(r"^:(\w+)\s+(.+)$")


@dataclass(frozen=True)
class Saved:
    """A saved query; `parameters` maps each name to its meaning, including its default when left empty."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, str]
    sql: str


@cache
def read(folder: str) -> tuple[Saved, ...]:
    """Return the files of the folder `queries` or `charts` in order of file name; a leading number sets the order."""
    found = [path for path in (files(__package__) / folder).iterdir() if path.name.endswith(".sql")]
    return tuple(
        parse(re.sub(r"^\d+_|\.sql$", "", path.name), path.read_text(encoding="utf-8"))
        for path in sorted(found, key=lambda path: path.name)
    )


def parse(name: str, text: str) -> Saved:
    """Parse the text of a file."""
    lines = text.splitlines()
    size = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    head = [line.removeprefix("--").strip().format_map(vars(constants)) for line in lines[:size]]
    title, *rest = head
    matched = [match for line in rest if (match := _PARAMETER.match(line))]
    description = " ".join(line for line in rest if not _PARAMETER.match(line))
    return Saved(name, title, description, {m[1]: m[2] for m in matched}, "\n".join(lines[size:]).strip().rstrip(";"))
